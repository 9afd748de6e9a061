//! Any bytes as an archive of SMPL poses, and as the body model beside one.
#![no_main]

use kouros_mocap::{Companions, ImportOptions, read};
use kouros_motion::Report;
use libfuzzer_sys::fuzz_target;

const POSES: &[u8] = include_bytes!("../seeds/npz/smplh.npz");

fuzz_target!(|input: &[u8]| {
    let options = ImportOptions::default();
    let _ = read("input.npz", input, &Companions::default(), &options, &mut Report::new());
    let model = Companions { body_model: Some(("model.npz", input)), ..Companions::default() };
    let _ = read("poses.npz", POSES, &model, &options, &mut Report::new());
});
