//! `check` says what is wrong, and ends as it says.

use crate::bench_folder::{Bench, sample_clips};
use std::fs;

#[test]
fn a_dataset_of_ours_and_then_broken() {
    let bench = Bench::new();
    let clip = sample_clips().join("walk_turn.bvh").display().to_string();
    bench.kouros(&["retarget", &clip, "--robot", "g1", "--out", "set", "--task", "go there"]).ends(0);
    let said = bench.kouros(&["check", "set", "--html", "page.html"]).ends(0);
    assert!(said.out.contains("robot unitree_g1") && said.out.contains("no defect"), "{}", said.out);
    assert!(fs::read_to_string(bench.path("page.html")).expect("page").contains("No defect"));
    assert!(bench.kouros(&["check", "set", "--html", "page.html"]).ends(2).err.contains("there already"));
    let json = bench.kouros(&["check", "set", "--robot", "none", "--json"]).ends(0).json();
    assert_eq!((json["defects"].as_u64(), json["robot"].is_null()), (Some(0), true));
    let left_out = json["not_checked"].as_array().expect("list");
    assert!(left_out.iter().any(|n| n["code"] == "joint-limit" && n["why"].as_str().is_some_and(|w| w.contains("--robot"))));

    let info = bench.path("set/meta/info.json");
    let text = fs::read_to_string(&info).expect("info");
    fs::write(&info, text.replace("\"total_frames\": ", "\"total_frames\": 1")).expect("write");
    let json = bench.kouros(&["check", "set", "--json"]).ends(1).json();
    let found = json["findings"].as_array().expect("list");
    assert!(found.iter().any(|f| f["code"] == "count" && f["severity"] == "defect"), "{json}");
    let said = bench.kouros(&["check", "set", "--fix", "--out", "fixed"]).ends(0);
    assert!(said.out.contains("fixed count") && said.out.contains("no defect"), "{}", said.out);
    let json = bench.kouros(&["check", "fixed", "--fix", "--out", "again", "--json"]).ends(0).json();
    assert_eq!(json["fix"]["fixed"], serde_json::json!([]));
    assert!(bench.kouros(&["check", "set", "--fix", "--out", "fixed"]).ends(2).err.contains("already"));
    assert!(bench.kouros(&["check", "set", "--fix"]).ends(2).err.contains("--out"));
    // Paths that leave the dataset are said, and not followed.
    fs::write(&info, text.replace("data/chunk-{chunk_index:03d}/", "../../{chunk_index:03d}/")).expect("write");
    let said = bench.kouros(&["check", "set"]).ends(1);
    assert!(said.out.contains("leaves the dataset's folder"), "{}", said.out);
    fs::write(&info, "{}").expect("write");
    assert!(bench.kouros(&["check", "set"]).ends(2).err.contains("codebase_version"));
    assert!(bench.kouros(&["check", "nowhere"]).ends(2).err.contains("expected a LeRobot dataset"));
}

#[test]
fn a_table_cut_short_is_a_defect() {
    let bench = Bench::new();
    let clip = sample_clips().join("walk_turn.bvh").display().to_string();
    bench.kouros(&["retarget", &clip, "--robot", "g1", "--out", "set"]).ends(0);
    let data = bench.path("set/data/chunk-000/file-000.parquet");
    let bytes = fs::read(&data).expect("data");
    fs::write(&data, &bytes[..bytes.len() / 2]).expect("write");
    let said = bench.kouros(&["check", "set"]).ends(1);
    assert!(said.out.contains("defect table") && said.out.contains("defect episode-list"), "{}", said.out);
}
