//! Any bytes as a Motive CSV.
#![no_main]

use kouros_mocap::{Companions, ImportOptions, read};
use kouros_motion::Report;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let _ = read("input.csv", input, &Companions::default(), &ImportOptions::default(), &mut Report::new());
});
