//! Feeds a reader with broken files: `hammer
//! bvh|acclaim|c3d|trc|mot|fbx|mvnx|motive|deepmimic|positions|npz|table|pickle|archive [count] [first seed]`. Prints how many were read, how many refused, the slowest, the time and the peak memory; a panic names its
//! seed.
#![expect(clippy::print_stdout, clippy::expect_used, reason = "a program that prints and may fail")]

#[path = "../tests/it/mutate.rs"]
mod mutate;
#[path = "../tests/it/seeds.rs"]
mod seeds;

use mutate::{Chance, broken, broken_npz};
use seeds::{npz_parts, read_input, seeds};
use std::time::{Duration, Instant};

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let reader = args
        .get(1)
        .expect("a reader: bvh, acclaim, c3d, trc, mot, fbx, mvnx, motive, deepmimic, positions, npz, table, pickle or archive");
    let number = |i: usize, default: u64| args.get(i).map_or(default, |a| a.parse().expect("a number"));
    let (count, first) = (number(2, 1_000_000), number(3, 0));
    let seeds = seeds(reader);
    let archives = ["npz", "positions", "archive"].contains(&reader.as_str());
    let parts: Vec<_> = if archives { seeds.iter().map(|s| npz_parts(s)).collect() } else { Vec::new() };
    let (mut read, mut slowest, start) = (0_u64, (Duration::ZERO, 0), Instant::now());
    for seed in first..first + count {
        let chance = &mut Chance::new(seed);
        let input = if archives { broken_npz(chance, &seeds, &parts) } else { broken(chance, &seeds) };
        let began = Instant::now();
        let result = std::panic::catch_unwind(|| read_input(reader, &input).is_ok());
        read += u64::from(result.unwrap_or_else(|_| panic!("{reader}: the input of seed {seed} panics")));
        slowest = slowest.max((began.elapsed(), seed));
    }
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find(|l| l.starts_with("VmHWM")).unwrap_or("peak memory unknown");
    println!(
        "{reader}: {count} inputs in {:.1} s, {read} read, {} refused, no panic; slowest {:.1} ms (seed {}); {}",
        start.elapsed().as_secs_f64(),
        count - read,
        slowest.0.as_secs_f64() * 1e3,
        slowest.1,
        peak.split_whitespace().collect::<Vec<_>>().join(" ")
    );
}
