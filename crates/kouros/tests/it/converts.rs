//! `convert`, `merge`, `split` and `filter`: what comes out, and that it says what it lost.

use crate::bench_folder::{Bench, sample_clips};
use std::fs;

#[test]
fn a_dataset_goes_round() {
    let bench = Bench::new();
    let clips = ["walk_turn.bvh", "crouch_reach.bvh"].map(|c| sample_clips().join(c).display().to_string());
    bench.kouros(&["retarget", &clips[0], &clips[1], "--robot", "g1", "--out", "set", "--task", "go", "--no-report"]).ends(0);
    let said = bench.kouros(&["convert", "set", "--to", "groot", "--out", "groot", "--json"]).ends(0);
    let json = said.json();
    assert_eq!((json["episodes"].as_u64(), json["to"].as_str()), (Some(2), Some("LeRobot v2.1 for GR00T")));
    assert!(said.err.contains("not carried: group 'left_hand' of 7"), "{}", said.err);
    let report = fs::read_to_string(bench.path("groot/meta/conversion.json")).expect("report");
    assert!(report.contains("left_hand"), "{report}");
    assert!(bench.path("groot/meta/modality.json").is_file());
    // What is checked there is what is checked here: no defect.
    bench.kouros(&["check", "groot"]).ends(0);
    bench.kouros(&["convert", "groot", "--to", "lerobot-v3", "--out", "back"]).ends(0);
    let data = |set: &str| fs::read(bench.path(set).join("data/chunk-000/file-000.parquet")).expect("data");
    assert!(data("set") == data("back"), "the same frames again");
    bench.kouros(&["check", "back"]).ends(0);
    assert!(bench.kouros(&["convert", "set", "--to", "groot", "--out", "groot"]).ends(2).err.contains("there already"));

    bench.kouros(&["split", "set", "--parts", "a=0.5,b=0.5", "--out", "parts"]).ends(0);
    bench.kouros(&["merge", "parts/a", "parts/b", "--out", "merged"]).ends(0);
    bench.kouros(&["check", "merged"]).ends(0);
    let json = bench.kouros(&["inspect", "merged", "--json"]).ends(0).json();
    assert_eq!(json["episodes"].as_array().map(Vec::len), Some(2), "{json}");

    let found = bench.kouros(&["check", "set", "--json"]).ends(0).out;
    fs::write(bench.path("found.json"), found).expect("write");
    bench.kouros(&["filter", "set", "--findings", "found.json", "--episodes", "1", "--out", "one"]).ends(0);
    let said = bench.kouros(&["filter", "set", "--task", "swim", "--out", "none"]).ends(2);
    assert!(said.err.contains("none of 2 episodes"), "{}", said.err);
    bench.kouros(&["convert", "one", "--to", "lerobot-v3", "--rate", "25", "--out", "slow"]).ends(0);
    assert!(fs::read_to_string(bench.path("slow/meta/info.json")).expect("info").contains("\"fps\": 25"));
}
