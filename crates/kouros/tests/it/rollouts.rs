//! Rollouts: the same bytes on any threads, done again from the dataset alone, and what is refused.

use crate::bench_folder::Bench;
use kouros_dataset::Dataset;

const LEARNER: &str = r#"{"environments": 8, "steps": 4, "actor": [8], "critic": [8], "checkpoint_every": 2}"#;
/// A policy that learned nothing falls after about a second: labels need no more.
const SECONDS: &str = "1.5";

fn policy(bench: &Bench) -> &'static str {
    bench.kouros(&["train", "walk", "--robot", "g1", "--learner", LEARNER, "--steps", "32", "--out", "run"]).ends(0);
    "run/policy.safetensors"
}

#[test]
fn a_rollout_is_a_dataset_that_can_be_done_again() {
    let bench = Bench::new();
    let policy = policy(&bench);
    let roll = |out: &str, threads: &str| {
        let common = ["rollout", policy, "--episodes", "3", "--seconds", SECONDS, "--falls", "--seed", "5"];
        bench.kouros(&[&common[..], &["--threads", threads, "--out", out]].concat()).ends(0)
    };
    roll("one", "1");
    roll("two", "2");
    assert_eq!(bench.files("one"), bench.files("two"));
    // Once more adds nothing.
    let said = roll("one", "2");
    assert!(said.out.contains("0 episodes added"), "{}", said.out);
    assert_eq!(bench.files("one"), bench.files("two"));

    let dataset = Dataset::open(bench.path("one")).expect("a dataset");
    assert_eq!(dataset.episodes().len(), 3);
    let episode = dataset.read_episode(0).expect("an episode");
    let force = episode.column("label.sim.sole_force").expect("forces");
    let contact = episode.column("label.sim.foot_contact").expect("contacts");
    assert!(force.values.iter().zip(&contact.values).all(|(f, c)| (*f > 0.0) == (*c == 1.0)));
    assert!(contact.values.contains(&1.0));
    assert_eq!(episode.meta["action_origin"], "policy");
    assert_eq!(episode.meta["simulation"]["policy"]["sha256"].as_str().map(str::len), Some(64));

    // The motion alone says where the body is; the simulator agrees but for masses it has changed.
    let truth = bench.kouros(&["rollout", "--truth", "one", "--json"]).ends(0).json();
    let truth = &truth["truth"];
    assert_eq!(truth["frames"].as_u64(), Some(dataset.info().total_frames as u64));
    assert!(truth["center_of_mass_level"]["p90"].as_f64().is_some_and(|mm| mm > 0.0 && mm < 50.0), "{truth}");
    assert!(truth["contact"]["foot_f1"].as_f64().is_some_and(|f1| f1 > 0.5), "{truth}");
    let said = bench.kouros(&["rollout", "--truth", "one"]).ends(0);
    assert!(said.out.contains("foot contact, F1") && said.out.contains("joint torque"), "{}", said.out);

    let said = bench.kouros(&["rollout", "--replay", "one"]).ends(0);
    assert!(said.out.contains("3 of 3 episodes replayed to the last bit"), "{}", said.out);
    // It finds out: one bit of the start of one joint.
    let path = bench.path("one/meta/kouros.json");
    let text = std::fs::read_to_string(&path).expect("facts");
    let at = text.find("\"qpos\":[").expect("a start") + "\"qpos\":[".len();
    let end = at + text[at..].find(',').expect("numbers");
    let x: f64 = text[at..end].parse().expect("a number");
    std::fs::write(&path, format!("{}{}{}", &text[..at], x + 1e-9, &text[end..])).expect("write");
    let said = bench.kouros(&["rollout", "--replay", "one"]).ends(1);
    assert!(said.out.contains("2 of 3") && said.err.contains("episode 0: states differ"), "{}{}", said.out, said.err);
    std::fs::write(&path, text.replacen("\"qpos\":[", "\"qpos\":[1,", 1)).expect("write");
    let said = bench.kouros(&["rollout", "--replay", "one"]).ends(2);
    assert!(said.err.contains("start: positions: expected 36 numbers, found 37"), "{}", said.err);
}

#[test]
fn what_cannot_be_rolled_out_is_named() {
    let bench = Bench::new();
    let policy = policy(&bench);
    let refused = |args: &[&str], words: &[&str]| {
        let said = bench.kouros(&[&["rollout"], args].concat()).ends(2);
        assert!(words.iter().all(|w| said.err.contains(w)), "{}", said.err);
    };
    refused(&[policy, "--out", "x", "--task", "dance"], &["no task 'dance'", "walk"]);
    refused(&[policy, "--out", "x", "--robot", "g2"], &["no robot 'g2'"]);
    refused(&["none.safetensors", "--out", "x"], &["cannot read none.safetensors"]);
    bench.write("short.safetensors", "x");
    refused(&["short.safetensors", "--out", "x"], &["short.safetensors"]);
    refused(&[policy, "--out", "x", "--command", "1,2"], &["--command is '1,2'", "three numbers"]);
    refused(&[policy, "--out", "x", "--command", "1,nan,0"], &["--command is"]);
    refused(&[policy, "--out", "x", "--seconds", "0"], &["--seconds is 0"]);
    refused(&[policy, "--out", "x", "--level", "2"], &["--level is 2"]);
    let text = include_str!("../../../../tasks/walk.toml").replace("action_scale = ", "action_scale = 1");
    bench.write("other.toml", text);
    refused(&[policy, "--out", "x", "--task", "other.toml"], &["action scale [rad] of joint"]);
    assert!(!bench.path("x").exists() && !bench.path("x.kouros-staging").exists());
    bench.write("full/notes.txt", "mine");
    refused(&[policy, "--out", "full"], &["full"]);
    assert_eq!(bench.files("full").len(), 1);
    refused(&["--replay", "full"], &["full"]);
}

#[test]
fn a_policy_is_looked_at() {
    let bench = Bench::new();
    let policy = policy(&bench);
    let play = |out: &str, seed: &str| bench.kouros(&["play", policy, "--seconds", SECONDS, "--seed", seed, "--picture", out]);
    play("a.svg", "1").ends(0);
    play("b.svg", "1").ends(0);
    play("c.svg", "2").ends(0);
    let read = |name: &str| std::fs::read_to_string(bench.path(name)).expect("a picture");
    assert_eq!(read("a.svg"), read("b.svg"));
    assert_ne!(read("a.svg"), read("c.svg"));
    assert!(read("a.svg").starts_with("<svg xmlns=") && read("a.svg").contains("0.0 s"));
    let said = play("a.svg", "2").ends(2);
    assert!(said.err.contains("a.svg"), "{}", said.err);
}
