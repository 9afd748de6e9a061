//! Any bytes as an archive of torch, or of arrays of a robot.
#![no_main]

use kouros_mocap::{Companions, ImportOptions, capture};
use kouros_motion::Report;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let _ = capture("input.motion", input, &Companions::default(), &ImportOptions::default(), &mut Report::new());
});
