//! Any bytes as markers (C3D).
#![no_main]

use kouros_mocap::{Companions, ImportOptions, StaticTrial, read};
use kouros_motion::Report;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let _ = read("input.c3d", input, &Companions::default(), &ImportOptions::default(), &mut Report::new());
    let _ = StaticTrial::read("input.c3d", input);
});
