//! Readers fed with broken files: they may refuse, never panic, never hang.

use crate::mutate::{Chance, broken, broken_npz};
use crate::seeds::{npz_parts, read_input, seeds};
use std::time::{Duration, Instant};

/// Inputs for each reader in an ordinary run; `examples/hammer.rs` does a million.
const INPUTS: u64 = 20_000;
/// The same of markers: looking for a body among nameless ones takes milliseconds.
const MARKERS: u64 = 2_000;
/// Every input is at most 64 KiB; a reader that takes longer for one is stuck.
const SLOWEST: Duration = Duration::from_secs(5);

fn hammer(reader: &str, make: impl Fn(&mut Chance) -> Vec<u8>) {
    hammer_times(INPUTS, reader, make);
}

fn hammer_times(inputs: u64, reader: &str, make: impl Fn(&mut Chance) -> Vec<u8>) {
    let (mut accepted, mut slowest) = (0, Duration::ZERO);
    for seed in 0..inputs {
        let input = make(&mut Chance::new(seed));
        let start = Instant::now();
        let result = std::panic::catch_unwind(|| read_input(reader, &input));
        let Ok(result) = result else { panic!("{reader}: input of seed {seed} panics") };
        accepted += usize::from(result.is_ok());
        slowest = slowest.max(start.elapsed());
    }
    assert!(slowest < SLOWEST, "{reader}: one input took {slowest:?}");
    // Some survive, or the readers behind the first check saw nothing.
    assert!(accepted > 100, "{reader}: only {accepted} of {inputs} were read");
}

#[test]
fn bvh_survives() {
    let seeds = seeds("bvh");
    hammer("bvh", |c| broken(c, &seeds));
}

#[test]
fn acclaim_survives() {
    let seeds = seeds("acclaim");
    hammer("acclaim", |c| broken(c, &seeds));
}

#[test]
fn fbx_survives() {
    let seeds = seeds("fbx");
    hammer("fbx", |c| broken(c, &seeds));
}

#[test]
fn mvnx_survives() {
    let seeds = seeds("mvnx");
    hammer("mvnx", |c| broken(c, &seeds));
}

#[test]
fn motive_survives() {
    let seeds = seeds("motive");
    hammer("motive", |c| broken(c, &seeds));
}

#[test]
fn c3d_survives() {
    let seeds = seeds("c3d");
    hammer_times(MARKERS, "c3d", |c| broken(c, &seeds));
}

#[test]
fn trc_survives() {
    let seeds = seeds("trc");
    hammer_times(MARKERS, "trc", |c| broken(c, &seeds));
}

#[test]
fn forces_survive() {
    let seeds = seeds("mot");
    hammer_times(MARKERS, "mot", |c| broken(c, &seeds));
}

#[test]
fn deepmimic_survives() {
    let seeds = seeds("deepmimic");
    hammer("deepmimic", |c| broken(c, &seeds));
}

#[test]
fn positions_survive() {
    let seeds = seeds("positions");
    let parts: Vec<_> = seeds.iter().map(|s| npz_parts(s)).collect();
    hammer("positions", |c| broken_npz(c, &seeds, &parts));
}

#[test]
fn tables_survive() {
    let seeds = seeds("table");
    hammer("table", |c| broken(c, &seeds));
}

#[test]
fn pickles_survive() {
    let seeds = seeds("pickle");
    hammer("pickle", |c| broken(c, &seeds));
}

#[test]
fn archives_survive() {
    let seeds = seeds("archive");
    let parts: Vec<_> = seeds.iter().map(|s| npz_parts(s)).collect();
    hammer("archive", |c| broken_npz(c, &seeds, &parts));
}

#[test]
fn npz_survives() {
    let seeds = seeds("npz");
    let parts: Vec<_> = seeds.iter().map(|s| npz_parts(s)).collect();
    hammer("npz", |c| broken_npz(c, &seeds, &parts));
}

#[test]
fn large_and_hollow() {
    let deep = "ROOT a { OFFSET 0 0 0 JOINT b { ".repeat(100_000);
    let mut long = b"HIERARCHY ROOT a { OFFSET 0 0 0 CHANNELS 1 Xrotation } MOTION Frames: 1 Frame Time: 1 ".to_vec();
    long.extend(std::iter::repeat_n(b"0 ", 10 << 20).flatten());
    let mut name = b"HIERARCHY ROOT ".to_vec();
    name.extend(std::iter::repeat_n(b'x', 100 << 20));
    let wide =
        format!("HIERARCHY ROOT a {{ OFFSET 0 0 0 CHANNELS 1 Xrotation {} }} MOTION", "JOINT b { OFFSET 0 0 0 } ".repeat(5000));
    for text in [deep.as_bytes(), &long, &name, wide.as_bytes(), b"HIERARCHY"] {
        let text = [b"HIERARCHY ".as_slice(), text.strip_prefix(b"HIERARCHY ").unwrap_or(text)].concat();
        let start = Instant::now();
        let message = read_input("bvh", &text).expect_err("hollow").to_string();
        assert!(start.elapsed() < SLOWEST, "{message}");
        assert!(message.len() < 2000);
    }
}
