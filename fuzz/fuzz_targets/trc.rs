//! Any bytes as markers (TRC).
#![no_main]

use kouros_mocap::{Companions, ImportOptions, StaticTrial, read};
use kouros_motion::Report;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let _ = read("input.trc", input, &Companions::default(), &ImportOptions::default(), &mut Report::new());
    let _ = StaticTrial::read("input.trc", input);
});
