//! More motions of each clip: mirrored, at other paces.

use crate::bench_folder::{Bench, assert_same};
use crate::stick_person::walk;
use serde_json::Value;

fn bench() -> Bench {
    let bench = Bench::new();
    for (name, pace) in [("a", 1.0), ("b", 1.1)] {
        bench.write(&format!("clips/{name}.bvh"), walk(60, pace));
    }
    bench
}

fn note(bench: &Bench, name: &str) -> Value {
    let bytes = std::fs::read(bench.path(&format!("out/{name}.kouros.json"))).expect("a note");
    serde_json::from_slice(&bytes).expect("JSON")
}

/// The settings of the `augment` steps of a note, in order.
fn changes(note: &Value) -> Vec<Value> {
    let steps = note["meta"]["provenance"]["steps"].as_array().expect("steps");
    steps.iter().filter(|s| s["name"] == "augment").map(|s| s["settings"].clone()).collect()
}

#[test]
fn each_variant_is_a_motion_of_its_own() {
    let bench = bench();
    let args =
        ["retarget", "clips/a.bvh", "--robot", "g1", "--out", "out", "--format", "csv", "--json", "--task", "left foot first"];
    let said = bench.kouros(&[&args[..], &["--mirror", "--speed", "0.8"]].concat()).ends(0).json();
    let names: Vec<&str> = said["clips"].as_array().expect("clips").iter().filter_map(|c| c["name"].as_str()).collect();
    assert_eq!(names, ["a", "a@mirror", "a@0.8x", "a@0.8x@mirror"]);
    let [plain, mirror, slow, both] = ["a", "a@mirror", "a@0.8x", "a@0.8x@mirror"].map(|name| note(&bench, name));
    assert!(changes(&plain).is_empty());
    assert_eq!(changes(&mirror), [serde_json::json!({ "mirror": "y = 0" })]);
    assert_eq!(changes(&slow)[0]["speed"], "0.8");
    assert_eq!(changes(&slow)[0]["gravity_in_flight"], "0.6400");
    assert_eq!(changes(&both).len(), 2);
    // 59 periods of 1/30 s at 0.8 times the pace last 73.75 of them.
    assert_eq!([&plain, &mirror, &slow].map(|n| n["frames"].as_u64()), [Some(60), Some(60), Some(74)]);
    assert_eq!((&plain["task"], &mirror["task"]), (&"left foot first".into(), &"right foot first".into()));
    let hash = |n: &Value| n["meta"]["provenance"]["sha256"].clone();
    assert!([&mirror, &slow, &both].iter().all(|n| hash(n) == hash(&plain) && n["key"] != plain["key"]));
}

#[test]
fn a_dataset_gets_the_variants_it_lacks() {
    let bench = bench();
    let run = |out: &str, more: &[&str]| {
        bench
            .kouros(&[&["retarget", "clips", "--robot", "g1", "--no-report", "--json", "--out", out], more].concat())
            .ends(0)
            .json()
    };
    run("set", &[]);
    assert_eq!(run("set", &["--mirror"])["made_clips"], 2);
    assert_eq!(run("set", &["--mirror", "--only-augmented"])["nothing_to_do"], true);
    let said = run("alone", &["--mirror", "--only-augmented", "--threads", "1"]);
    assert_eq!((&said["made_clips"], &said["total_clips"]), (&2.into(), &2.into()));
    run("again", &["--mirror", "--only-augmented", "--threads", "2"]);
    assert_same(&bench.files("alone"), &bench.files("again"));
}

#[test]
fn what_cannot_be_is_said() {
    let bench = bench();
    let run = |more: &[&str]| {
        let args = ["retarget", "clips", "--robot", "g1", "--out", "out", "--format", "csv"];
        bench.kouros(&[&args[..], more].concat()).ends(2).err
    };
    assert!(run(&["--only-augmented"]).contains("--mirror or --speed"));
    assert!(run(&["--speed", "0.8,0.8"]).contains("twice"));
    assert!(run(&["--speed", "3"]).contains("from 0.5 to 2"));
    assert!(run(&["--speed", "1"]).contains("the clip itself"));
    // Two clips of which one's variant would be the other's file.
    bench.write("clips/a@mirror.bvh", walk(60, 1.2));
    assert!(run(&["--mirror"]).contains("would be one file"));
}
