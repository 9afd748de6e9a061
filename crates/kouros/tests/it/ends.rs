//! Help, versions, and readers that go away.

use crate::bench_folder::Bench;
use std::process::Stdio;

#[test]
fn help_says_units_defaults_and_an_example() {
    let bench = Bench::new();
    let said = bench.kouros(&["retarget", "--help"]).ends(0);
    for words in ["[Hz]", "default: 50", "Examples:", "kouros retarget walks/*.bvh", "Exit codes: 0 done, 2"] {
        assert!(said.out.contains(words), "{words}: {}", said.out);
    }
    for command in [&["--help"][..], &["inspect", "--help"], &["robots", "--help"], &["--version"]] {
        bench.kouros(command).ends(0);
    }
    bench.kouros(&[]).ends(2);
    bench.kouros(&["retarget"]).ends(2);
    bench.kouros(&["dance"]).ends(2);
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let bench = Bench::new();
    let mut child = bench.command(&["inspect", "g1"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("run");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("end");
    assert_eq!((output.status.code(), String::from_utf8_lossy(&output.stderr).as_ref()), (Some(0), ""));
}
