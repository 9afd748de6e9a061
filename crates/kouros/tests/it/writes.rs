//! Captures in, files out: each layout, its bytes, and what is said.

use crate::bench_folder::{Bench, assert_same, sample_clips};
use crate::stick_person::walk;

/// The sample clips' folder as an argument.
fn clips() -> String {
    sample_clips().display().to_string()
}

#[test]
fn a_dataset_and_then_nothing_to_do() {
    let bench = Bench::new();
    let args = ["retarget", &clips(), "--robot", "unitree_g1", "--out", "data/demo", "--licence", "MIT"];
    let said = bench.kouros(&args).ends(0);
    assert!(said.out.contains("crouch_reach") && said.out.contains("walk_turn"), "{}", said.out);
    assert!(said.err.contains("open data/demo/report.html"), "{}", said.err);
    let files = bench.files("data");
    let kouros: serde_json::Value = serde_json::from_slice(&files["demo/meta/kouros.json"]).expect("JSON");
    let episode = &kouros["episodes"][0];
    assert_eq!(episode["meta"]["name"], "crouch_reach");
    assert_eq!(episode["meta"]["provenance"]["licence"], "MIT");
    assert_eq!(episode["meta"]["provenance"]["source_rate_hz"], 30.0);
    assert!(episode["meta"]["retargeting"]["errors"][0]["mean"].is_f64());
    assert_eq!(kouros["dataset"]["robot"]["joints"].as_array().expect("joints").len(), 29);
    let page = String::from_utf8(files["demo/report.html"].clone()).expect("UTF-8");
    assert_eq!(page.matches("<section id=").count(), 2);
    assert!(!page.contains("http:") && !page.contains("https:") && !page.contains("<script"), "nothing from outside");
    // One clip may take 300 kB.
    assert!(page.len() < 600_000, "{}", page.len());

    let again = bench.kouros(&args).ends(0);
    assert!(again.out.starts_with("nothing to do: all 2 clips"), "{}", again.out);
    assert_same(&files, &bench.files("data"));
}

#[test]
fn more_clips_are_appended_and_the_page_covers_all() {
    let bench = Bench::new();
    let one = bench.write("one.bvh", walk(40, 1.0)).display().to_string();
    let two = bench.write("two.bvh", walk(40, 1.2)).display().to_string();
    bench.kouros(&["retarget", &one, "--robot", "g1", "--out", "set"]).ends(0);
    let said = bench.kouros(&["retarget", &one, &two, "--robot", "g1", "--out", "set", "--json"]).ends(0);
    let json = said.json();
    assert_eq!((&json["total_clips"], &json["made_clips"]), (&2.into(), &1.into()));
    bench.kouros(&["retarget", &one, &two, "--robot", "g1", "--out", "all/set"]).ends(0);
    let page = |name: &str| bench.files(name)["report.html"].clone();
    assert!(page("set") == page("all/set"), "the same clips give the same page");
}

#[test]
fn one_thread_and_two_write_the_same_bytes() {
    let bench = Bench::new();
    for k in 0..4 {
        bench.write(&format!("clips/{k}.bvh"), walk(30 + 10 * k, 1.0 + 0.1 * k as f64));
    }
    for threads in ["1", "2"] {
        for format in ["dataset", "csv", "npz"] {
            let out = format!("{threads}/{format}");
            bench
                .kouros(&["retarget", "clips", "--robot", "g1", "--out", &out, "--format", format, "--threads", threads])
                .ends(0);
        }
    }
    assert_same(&bench.files("1"), &bench.files("2"));
}

#[test]
fn tables_keep_the_source_rate_and_motion_files_have_fifty() {
    let bench = Bench::new();
    bench.write("walk.bvh", walk(61, 1.0));
    bench.kouros(&["retarget", "walk.bvh", "--robot", "g1", "--out", "csv", "--format", "csv"]).ends(0);
    let files = bench.files("csv");
    let table = String::from_utf8(files["walk.csv"].clone()).expect("text");
    assert_eq!(table.lines().count(), 61);
    assert!(table.lines().all(|l| l.split(',').count() == 36 && l.split(',').all(|v| v.parse::<f64>().is_ok())));
    let note: serde_json::Value = serde_json::from_slice(&files["walk.kouros.json"]).expect("JSON");
    assert!((note["rate_hz"].as_f64().expect("rate") - 30.0).abs() < 1e-3);
    assert_eq!(note["joint_names"].as_array().expect("names").len(), 29);

    bench.kouros(&["retarget", "walk.bvh", "--robot", "g1", "--out", "npz", "--format", "npz"]).ends(0);
    let note: serde_json::Value = serde_json::from_slice(&bench.files("npz")["walk.kouros.json"]).expect("JSON");
    assert_eq!((note["rate_hz"].as_f64(), note["frames"].as_u64()), (Some(50.0), Some(101)));
    assert!(bench.files("npz")["walk.npz"].starts_with(b"PK"));

    bench.kouros(&["retarget", "walk.bvh", "--robot", "g1", "--out", "slow", "--format", "csv", "--rate", "10"]).ends(0);
    assert_eq!(bench.files("slow")["walk.csv"].iter().filter(|b| **b == b'\n').count(), 21);
}

#[test]
fn files_are_replaced_only_when_asked() {
    let bench = Bench::new();
    bench.write("walk.bvh", walk(30, 1.0));
    let csv = ["retarget", "walk.bvh", "--robot", "g1", "--out", "csv", "--format", "csv"];
    bench.write("csv/walk.csv", "mine");
    let said = bench.kouros(&csv).ends(2);
    assert!(said.err.contains("csv/walk.csv") && said.err.contains("--overwrite"), "{}", said.err);
    assert_eq!(bench.files("csv").len(), 1);
    bench.kouros(&[&csv[..], &["--overwrite"]].concat()).ends(0);
    assert_eq!(bench.files("csv").keys().collect::<Vec<_>>(), ["report.html", "walk.csv", "walk.kouros.json"]);
    let said = bench.kouros(&csv).ends(0);
    assert!(said.out.contains("nothing to do"), "{}", said.out);
    // Other settings make another file.
    let said = bench.kouros(&[&csv[..], &["--rate", "20"]].concat()).ends(2);
    assert!(said.err.contains("--overwrite"), "{}", said.err);
}

#[test]
fn names_are_told_apart() {
    let bench = Bench::new();
    bench.write("a/walk.bvh", walk(30, 1.0));
    bench.write("b/walk.bvh", walk(30, 1.1));
    bench.write("c/walk.bvh", walk(30, 1.0)); // the same as a's
    let said = bench.kouros(&["retarget", "a", "b", "c", "--robot", "g1", "--out", "set", "--json"]).ends(0);
    let names: Vec<String> =
        said.json()["clips"].as_array().expect("clips").iter().map(|c| c["name"].as_str().expect("name").into()).collect();
    assert_eq!(names, ["a/walk", "b/walk"]);
    assert!(said.err.contains("c/walk.bvh holds the same as a/walk.bvh"), "{}", said.err);

    let said = bench.kouros(&["retarget", "a", "b", "--robot", "g1", "--out", "csv", "--format", "csv"]).ends(2);
    assert!(said.err.contains("a/walk.bvh and b/walk.bvh would be one file"), "{}", said.err);
    assert!(!bench.path("csv").exists());
}

#[test]
fn a_dry_run_does_nothing() {
    let bench = Bench::new();
    bench.write("walk.bvh", walk(30, 1.0));
    let args = ["retarget", "walk.bvh", "--robot", "g1", "--out", "set", "--dry-run"];
    let said = bench.kouros(&args).ends(0);
    assert!(said.out.contains("to make") && said.out.contains("1 clips for unitree_g1 at 50 Hz"), "{}", said.out);
    assert_eq!(bench.kouros(&[&args[..], &["--json"]].concat()).ends(0).json()["clips"][0]["done"], false);
    assert!(!bench.path("set").exists() && bench.files(".").len() == 1);
}

#[test]
fn of_many_clips_the_page_shows_the_first_and_the_odd() {
    let bench = Bench::new();
    for k in 0..60 {
        bench.write(&format!("clips/{k:02}.bvh"), walk(if k == 57 { 24 } else { 4 }, 1.0));
    }
    bench.write("clips/00.bvh", "broken");
    for threads in ["1", "2"] {
        let out = format!("{threads}/set");
        bench.kouros(&["retarget", "clips", "--robot", "g1", "--out", &out, "--threads", threads]).ends(2);
    }
    assert_same(&bench.files("1"), &bench.files("2"));
    let page = String::from_utf8(bench.files("1/set")["report.html"].clone()).expect("UTF-8");
    assert_eq!(page.matches("<section id=").count(), 50);
    assert!(page.contains("50 of 59 clips are shown"), "the page says so");
}

#[test]
fn names_cannot_leave_their_place_on_the_page() {
    let bench = Bench::new();
    bench.write("a<b>&'.bvh", walk(10, 1.0).replace("LeftLeg", "<script>Leg"));
    let args = ["retarget", "a<b>&'.bvh", "--robot", "g1", "--out", "s<i>et", "--task", "<u>go</u>", "--licence", "</section>"];
    bench.kouros(&args).ends(0);
    let page = String::from_utf8(bench.files("s<i>et")["report.html"].clone()).expect("UTF-8");
    for raw in ["<b>&", "<script", "<i>et", "<u>", "</section></td>"] {
        assert!(!page.contains(raw), "{raw}");
    }
    assert!(page.contains("&lt;script&gt;Leg") && page.contains("&lt;u&gt;go"), "shown as they are");
}
