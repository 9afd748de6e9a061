//! Any bytes as the table of forces beside markers.
#![no_main]

use kouros_mocap::{Companions, ImportOptions, read};
use kouros_motion::Report;
use libfuzzer_sys::fuzz_target;

const MARKERS: &[u8] = include_bytes!("../seeds/trc/person.trc");

fuzz_target!(|input: &[u8]| {
    let companions = Companions { forces: Some(("input.mot", input)), ..Companions::default() };
    let _ = read("person.trc", MARKERS, &companions, &ImportOptions::default(), &mut Report::new());
});
