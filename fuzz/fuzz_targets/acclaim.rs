//! Any bytes as an Acclaim skeleton and its motion, parted by a line `%%%%`.
#![no_main]

use kouros_mocap::{Companions, ImportOptions, read};
use kouros_motion::Report;
use libfuzzer_sys::fuzz_target;

const PART: &[u8] = b"\n%%%%\n";

fuzz_target!(|input: &[u8]| {
    let at = input.windows(PART.len()).position(|w| w == PART).unwrap_or(input.len());
    let companions = Companions { asf: Some(("input.asf", &input[..at])), ..Companions::default() };
    let motion = input.get(at + PART.len()..).unwrap_or_default();
    let _ = read("input.amc", motion, &companions, &ImportOptions::default(), &mut Report::new());
});
