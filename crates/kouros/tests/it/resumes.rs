//! A run killed at any moment goes on where it was.

use crate::bench_folder::{Bench, assert_same};
use crate::stick_person::walk;
use std::time::{Duration, Instant};

/// Clips of a run that is to be killed.
const CLIPS: usize = 12;

fn bench() -> Bench {
    let bench = Bench::new();
    for k in 0..CLIPS {
        bench.write(&format!("clips/{k:02}.bvh"), walk(60, 1.0 + 0.02 * k as f64));
    }
    bench
}

/// Runs until at least `count` files are in `watched` (of those that `is_one` counts), then kills.
fn killed(bench: &Bench, args: &[&str], watched: &str, is_one: &dyn Fn(&str) -> bool, count: usize) {
    let mut child =
        bench.command(args).stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null()).spawn().expect("run");
    let start = Instant::now();
    loop {
        let done = bench.files(watched).keys().filter(|n| is_one(n)).count();
        if done >= count || child.try_wait().expect("wait").is_some() {
            break;
        }
        assert!(start.elapsed() < Duration::from_secs(60), "no clip in a minute");
        std::thread::sleep(Duration::from_millis(5));
    }
    // The system's KILL: nothing can be tidied up.
    let _ = child.kill();
    child.wait().expect("end");
}

#[test]
fn a_killed_dataset_becomes_the_same_dataset() {
    let bench = bench();
    let args = |out: &'static str| ["retarget", "clips", "--robot", "g1", "--out", out, "--json"];
    bench.kouros(&args("whole/set")).ends(0);
    killed(&bench, &args("cut/set"), "cut/set.kouros-staging", &|n| n.contains("00"), 3);
    let said = bench.kouros(&args("cut/set")).ends(0);
    let made = said.json()["made_clips"].as_u64().expect("a number");
    assert!(made < CLIPS as u64, "what was done is not done again: {made}");
    assert_same(&bench.files("whole"), &bench.files("cut"));
}

#[test]
fn killed_files_become_the_same_files() {
    let bench = bench();
    let args = |out: &'static str| ["retarget", "clips", "--robot", "g1", "--out", out, "--format", "csv", "--json"];
    bench.kouros(&args("whole/set")).ends(0);
    killed(&bench, &args("cut/set"), "cut/set", &|n| n.ends_with(".csv"), 3);
    let said = bench.kouros(&args("cut/set")).ends(0);
    let made = said.json()["made_clips"].as_u64().expect("a number");
    assert!(made <= CLIPS as u64 - 3, "what was done is not done again: {made}");
    let mut cut = bench.files("cut");
    // What was being written when the run was killed lies beside under a name of its own.
    cut.retain(|name, _| !name.contains(".unfinished-"));
    assert_same(&bench.files("whole"), &cut);
}
