//! Any bytes as an FBX.
#![no_main]

use kouros_mocap::{Companions, ImportOptions, read};
use kouros_motion::Report;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let _ = read("input.fbx", input, &Companions::default(), &ImportOptions::default(), &mut Report::new());
});
