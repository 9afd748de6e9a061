//! The seeds that mutation and fuzzing start from, and how an input of each reader is read.

use kouros_mocap::{Capture, Companions, ImportOptions, Result, StaticTrial, capture};
use kouros_motion::Report;
use std::path::Path;

/// Parts skeleton and motion in an input of the `acclaim` reader.
pub const PART: &[u8] = b"\n%%%%\n";

const MARKERS: &[u8] = include_bytes!("../../../../fuzz/seeds/trc/person.trc");
const POSES: &[u8] = include_bytes!("../../../../fuzz/seeds/npz/smplh.npz");

/// The seeds of a reader, in the order of their names.
pub fn seeds(reader: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/seeds").join(reader);
    let mut paths: Vec<_> = std::fs::read_dir(&folder).expect("seeds").map(|e| e.expect("entry").path()).collect();
    paths.sort();
    paths.iter().map(|p| std::fs::read(p).expect("seed")).collect()
}

/// Reads an input by the reader of that name.
pub fn read_input(reader: &str, input: &[u8]) -> Result<Capture> {
    let (mut companions, mut bytes) = (Companions::default(), input);
    if reader == "acclaim" {
        let at = input.windows(PART.len()).position(|w| w == PART).unwrap_or(input.len());
        companions.asf = Some(("input.asf", &input[..at]));
        bytes = input.get(at + PART.len()..).unwrap_or_default();
    }
    if reader == "npz" {
        // Once more as the body model beside good poses.
        let model = Companions { body_model: Some(("model.npz", input)), ..Companions::default() };
        let _ = capture("poses.npz", POSES, &model, &ImportOptions::default(), &mut Report::new());
    }
    if reader == "mot" {
        (companions.forces, bytes) = (Some(("forces.mot", input)), MARKERS);
    }
    if ["c3d", "trc"].contains(&reader) {
        // Once more as where the person of good markers stood.
        let static_trial = StaticTrial::read("static", input).ok();
        if static_trial.is_some() {
            let options = ImportOptions { static_trial, ..ImportOptions::default() };
            let _ = capture("markers.trc", MARKERS, &companions, &options, &mut Report::new());
        }
    }
    // An array alone cannot state its rate.
    let rate_hz = (reader == "positions").then_some(60.0);
    capture(reader, bytes, &companions, &ImportOptions { rate_hz, ..ImportOptions::default() }, &mut Report::new())
}

/// The stored entries of a seed archive; deflated ones are left out.
pub fn npz_parts(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    if !bytes.starts_with(b"PK") {
        return vec![("positions.npy".into(), bytes.to_vec())];
    }
    let two = |at: usize| usize::from(u16::from_le_bytes([bytes[at], bytes[at + 1]]));
    let four = |at: usize| two(at) + (two(at + 2) << 16);
    let mut out = Vec::new();
    let mut at = bytes.len() - 22;
    let (count, mut entry) = (two(at + 10), four(at + 16));
    for _ in 0..count {
        at = four(entry + 42);
        let name = String::from_utf8_lossy(&bytes[entry + 46..entry + 46 + two(entry + 28)]).into_owned();
        let data = at + 30 + two(at + 26) + two(at + 28);
        if two(entry + 10) == 0 {
            out.push((name, bytes[data..data + four(entry + 24)].to_vec()));
        }
        entry += 46 + two(entry + 28) + two(entry + 30) + two(entry + 32);
    }
    if out.is_empty() {
        out.push(("betas.npy".into(), Vec::new()));
    }
    out
}

/// An archive of stored entries, checksums right.
pub fn zipped(entries: &[(String, Vec<u8>)]) -> Vec<u8> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for (name, data) in entries {
        let at = (out.len() as u32).to_le_bytes();
        let mut shared = vec![20, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        shared.extend(crc32(data).to_le_bytes());
        shared.extend((data.len() as u32).to_le_bytes());
        shared.extend((data.len() as u32).to_le_bytes());
        shared.extend((name.len() as u16).to_le_bytes());
        shared.extend([0, 0]);
        out.extend([b"PK\x03\x04", shared.as_slice(), name.as_bytes(), data].concat());
        directory.extend([b"PK\x01\x02\x14\0", shared.as_slice(), &[0; 10], &at, name.as_bytes()].concat());
    }
    let at = (out.len() as u32).to_le_bytes();
    let count = (entries.len() as u16).to_le_bytes();
    let length = (directory.len() as u32).to_le_bytes();
    out.extend(directory);
    out.extend([b"PK\x05\x06\0\0\0\0".as_slice(), &count, &count, &length, &at, &[0, 0]].concat());
    out
}

fn crc32(bytes: &[u8]) -> u32 {
    let step = |c: u32| if c & 1 == 1 { 0xedb8_8320 ^ (c >> 1) } else { c >> 1 };
    !bytes.iter().fold(!0, |c, b| (0..8).fold(c ^ u32::from(*b), |c, _| step(c)))
}
