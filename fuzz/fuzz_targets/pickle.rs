//! Any bytes as a pickle.
#![no_main]

use kouros_mocap::{Companions, ImportOptions, capture};
use kouros_motion::Report;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let _ = capture("input.pkl", input, &Companions::default(), &ImportOptions::default(), &mut Report::new());
});
