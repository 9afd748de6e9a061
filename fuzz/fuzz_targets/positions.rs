//! Any bytes as joint positions, at a rate that is given.
#![no_main]

use kouros_mocap::{Companions, ImportOptions, read};
use kouros_motion::Report;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let options = ImportOptions { rate_hz: Some(60.0), ..ImportOptions::default() };
    let _ = read("input.npz", input, &Companions::default(), &options, &mut Report::new());
});
