//! Training: runs that repeat and go on, and what is refused.

use crate::bench_folder::Bench;

const LEARNER: &str = r#"{"environments": 8, "steps": 4, "actor": [8], "critic": [8], "checkpoint_every": 2}"#;

#[test]
fn a_run_that_was_stopped_goes_on() {
    let bench = Bench::new();
    let train = |out: &str, steps: &str| {
        bench.kouros(&["train", "walk", "--robot", "g1", "--learner", LEARNER, "--steps", steps, "--threads", "2", "--out", out])
    };
    train("whole", "128").ends(0);
    train("parts", "64").ends(0);
    let said = train("parts", "128").ends(0);
    assert!(said.err.contains("going on from iteration 2"), "{}", said.err);
    let (whole, parts) = (bench.files("whole"), bench.files("parts"));
    for name in ["policy.safetensors", "checkpoint.safetensors", "log.jsonl", "task.toml", "run.json", "report.html"] {
        assert!(whole.get(name).is_some_and(|bytes| !bytes.is_empty()), "{name}");
        assert_eq!(whole.get(name), parts.get(name), "{name}");
    }
    // Its policy can be tried, and only with the robot it is for.
    let card =
        bench.kouros(&["eval", "whole/policy.safetensors", "--episodes", "10", "--only", "stand", "--json"]).ends(0).json();
    let trial = &card["trials"][0];
    assert_eq!((trial["name"].as_str(), trial["episodes"].as_u64()), (Some("stand"), Some(10)));
    assert!(trial["falls"]["low_95"].as_f64() <= trial["falls"]["share"].as_f64());
    let said = bench.kouros(&["eval", "whole/policy.safetensors", "--only", "fly"]).ends(2);
    assert!(said.err.contains("no trial's name begins with 'fly'") && said.err.contains("push"), "{}", said.err);
    let said = bench.kouros(&["eval", "whole/checkpoint.safetensors"]).ends(2);
    assert!(said.err.contains("expected a Kouros policy"), "{}", said.err);
    // Another seed is another run.
    let said = bench.kouros(&[
        "train",
        "walk",
        "--robot",
        "g1",
        "--learner",
        LEARNER,
        "--steps",
        "256",
        "--seed",
        "2",
        "--out",
        "whole",
    ]);
    let said = said.ends(2);
    assert!(said.err.contains("its seed is 1, here it would be 2") && said.err.contains("hint:"), "{}", said.err);
    assert_eq!(bench.files("whole"), whole);
}

#[test]
fn what_cannot_be_is_named() {
    let bench = Bench::new();
    let refused = |args: &[&str], words: &[&str]| {
        let said = bench.kouros(args).ends(2);
        assert!(words.iter().all(|w| said.err.contains(w)), "{}", said.err);
    };
    refused(&["train", "dance", "--robot", "g1", "--out", "x"], &["no task 'dance'", "walk"]);
    refused(&["train", "walk", "--robot", "g2", "--out", "x"], &["no robot 'g2'"]);
    refused(&["train", "walk", "--robot", "g1", "--learner", "{\"steps\": 0}", "--out", "x"], &["steps is 0"]);
    refused(&["train", "walk", "--robot", "g1", "--learner", "{\"step\": 1}", "--out", "x"], &["unknown field `step`"]);
    bench.write("t.toml", "name = \"t\"\n");
    refused(&["train", "t.toml", "--robot", "g1", "--out", "x"], &["t.toml", "missing field"]);
    refused(&["train", "walk", "--robot", "g1", "--from", "none.safetensors", "--out", "x"], &["cannot read none.safetensors"]);
}
