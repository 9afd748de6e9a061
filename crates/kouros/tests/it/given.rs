//! Motions that already are a robot's go through without a person.

use crate::bench_folder::Bench;
use crate::stick_person::walk;

/// A table of the G1's motion, as the program itself writes it.
fn table(bench: &Bench) -> String {
    bench.write("walk.bvh", walk(61, 1.0));
    bench.kouros(&["retarget", "walk.bvh", "--robot", "g1", "--out", "csv", "--format", "csv", "--no-report"]).ends(0);
    String::from_utf8(bench.files("csv")["walk.csv"].clone()).expect("text")
}

/// The same table with the quaternion's last number first.
fn w_first(table: &str) -> String {
    let line = |line: &str| {
        let mut words: Vec<&str> = line.split(',').collect();
        words[3..7].rotate_right(1);
        words.join(",") + "\n"
    };
    table.lines().map(line).collect()
}

#[test]
fn a_table_becomes_a_dataset_and_comes_out_as_it_went_in() {
    let bench = Bench::new();
    let table = table(&bench);
    bench.write("given/x_last.csv", &table);
    bench.write("given/w_first.csv", w_first(&table));
    bench.write("given/prices.csv", "day,price\n1,2\n");
    // With its note beside it, the table also knows its rate.
    bench
        .kouros(&["retarget", "walk.bvh", "--robot", "g1", "--out", "slow", "--format", "csv", "--rate", "20", "--no-report"])
        .ends(0);
    let json = bench.kouros(&["inspect", "slow/walk.csv", "--json"]).ends(0).json();
    assert_eq!((&json["rate_hz"], &json["robot"]["quaternion"]), (&20.0.into(), &"xyzw".into()));
    assert_eq!(json["notes"][0]["code"], "note");
    // At the table's own rate nothing is changed, whichever order the quaternion is in.
    let args = ["retarget", "given", "--robot", "g1", "--out", "back", "--format", "csv"];
    bench.kouros(&args).ends(0);
    let back = bench.files("back");
    assert_eq!(String::from_utf8(back["x_last.csv"].clone()).expect("text"), table);
    assert!(back["x_last.csv"] == back["w_first.csv"]);

    let said = bench.kouros(&["retarget", "given/x_last.csv", "walk.bvh", "--robot", "g1", "--out", "set", "--json"]).ends(0);
    let clips = said.json()["clips"].clone();
    assert_eq!((&clips[0]["origin"], &clips[1]["origin"]), (&"robot-motion".into(), &"retargeted".into()));
    assert!(clips[0]["leg_error_deg"].is_null() && clips[1]["leg_error_deg"].is_f64());
    assert_eq!(clips[0]["frames"], clips[1]["frames"]);
    let files = bench.files("set");
    let kouros: serde_json::Value = serde_json::from_slice(&files["meta/kouros.json"]).expect("JSON");
    let meta = &kouros["episodes"][0]["meta"];
    assert!(meta["retargeting"].is_null() && meta["action_origin"] == "robot-motion");
    let steps: Vec<_> = meta["provenance"]["steps"].as_array().expect("steps").iter().map(|s| s["name"].clone()).collect();
    assert_eq!(steps, ["import", "resample", "label", "segment"]);
    assert_eq!(meta["provenance"]["steps"][0]["settings"]["quaternion"], "xyzw");
    let page = String::from_utf8(files["report.html"].clone()).expect("UTF-8");
    assert_eq!((page.matches("<h3>Person and robot").count(), page.matches("<h3>The robot").count()), (1, 1));
    assert_eq!(page.matches("<h3>Retargeting error").count(), 1);
}

#[test]
fn what_a_table_cannot_say_is_asked_for() {
    let bench = Bench::new();
    let table = table(&bench);
    let fewer: String = table.lines().map(|l| l.rsplit_once(',').expect("columns").0.to_owned() + "\n").collect();
    bench.write("fewer.csv", &fewer);
    let said = bench.kouros(&["retarget", "fewer.csv", "--robot", "g1", "--out", "set"]).ends(2);
    assert!(said.err.contains("28 joints without names") && said.err.contains("--joints"), "{}", said.err);
    let json = bench.kouros(&["inspect", "g1", "--json"]).ends(0).json();
    let names: Vec<&str> =
        json["joints"].as_array().expect("joints").iter().take(28).map(|j| j["name"].as_str().expect("name")).collect();
    let args = ["retarget", "fewer.csv", "--robot", "g1", "--out", "set", "--joints", &names.join(","), "--quaternion", "xyzw"];
    let said = bench.kouros(&[&args[..], &["--json"]].concat()).ends(0);
    let warnings = said.json()["clips"][0]["warnings"].to_string();
    assert!(warnings.contains("28 joints of 29; held at zero: right_wrist_yaw_joint"), "{warnings}");
    assert!(
        bench
            .kouros(&["retarget", "fewer.csv", "--robot", "g1", "--out", "x", "--quaternion", "zyx"])
            .ends(2)
            .err
            .contains("wxyz")
    );

    // A motion that floats is told, and not moved.
    let up: String = table
        .lines()
        .map(|l| {
            let mut words: Vec<String> = l.split(',').map(str::to_owned).collect();
            words[2] = format!("{:.6}", words[2].parse::<f64>().expect("z") + 0.05);
            words.join(",") + "\n"
        })
        .collect();
    bench.write("up.csv", &up);
    let said = bench.kouros(&["retarget", "up.csv", "--robot", "g1", "--out", "up", "--format", "csv", "--json"]).ends(0);
    let warnings = said.json()["clips"][0]["warnings"].to_string();
    assert!(warnings.contains("floats above its floor"), "{warnings}");
    assert_eq!(String::from_utf8(bench.files("up")["up.csv"].clone()).expect("text"), up);
}

#[test]
fn a_robots_motion_is_inspected() {
    let bench = Bench::new();
    bench.write("w.csv", w_first(&table(&bench)));
    let said = bench.kouros(&["inspect", "w.csv"]).ends(0);
    for words in ["a robot's motion, 61 frames at 30 Hz", "left_knee_joint", "robot unitree_g1", "wxyz", "feet stand: left heel"]
    {
        assert!(said.out.contains(words), "{words}: {}", said.out);
    }
    let json = bench.kouros(&["inspect", "w.csv", "--json", "--robot", "g1"]).ends(0).json();
    assert_eq!((&json["robot"]["quaternion"], &json["joint_count"]), (&"wxyz".into(), &29.into()));
    let said = bench.kouros(&["inspect", "w.csv", "--positions", "p.npz"]).ends(2);
    assert!(said.err.contains("expected a person's motion"), "{}", said.err);
}

#[test]
fn motion_files_come_back_as_they_were() {
    let bench = Bench::new();
    bench.write("walk.bvh", walk(61, 1.0));
    for out in ["one", "two"] {
        let input = if out == "one" { "walk.bvh" } else { "one/walk.npz" };
        let args = ["retarget", input, "--robot", "g1", "--out", out, "--format", "npz", "--no-report", "--json"];
        let json = bench.kouros(&args).ends(0).json();
        assert_eq!(json["clips"][0]["origin"], if out == "one" { "retargeted" } else { "robot-motion" });
    }
    let (one, two) = (bench.files("one")["walk.npz"].clone(), bench.files("two")["walk.npz"].clone());
    // All of it was in single precision once, and velocities are found anew.
    assert_eq!(one.len(), two.len());
    let json = bench.kouros(&["inspect", "one/walk.npz", "--json"]).ends(0).json();
    assert_eq!((&json["format"], &json["rate_hz"], &json["frames"]), (&"robot-npz".into(), &50.0.into(), &101.into()));
    assert_eq!(json["joint_names"].as_array().map(Vec::len), Some(29));
    // People are mirrored, robots' motions are not.
    let args = ["retarget", "one/walk.npz", "--robot", "g1", "--out", "three", "--format", "csv", "--mirror", "--only-augmented"];
    let said = bench.kouros(&args).ends(2);
    assert!(said.err.contains("taken as it is"), "{}", said.err);
}

#[test]
fn a_scene_stands_around_a_robots_motion_at_its_own_size() {
    let bench = Bench::new();
    bench.write("w.csv", table(&bench));
    let scene = r#"<mujoco><worldbody><body name="block" pos="0 3 0.25"><geom type="box" size="0.3 0.3 0.25"/></body></worldbody></mujoco>"#;
    bench.write("block.xml", scene);
    bench.kouros(&["retarget", "w.csv", "--robot", "g1", "--out", "set", "--scene", "block.xml", "--no-report"]).ends(0);
    let kouros: serde_json::Value = serde_json::from_slice(&bench.files("set")["meta/kouros.json"]).expect("JSON");
    let steps = kouros["episodes"][0]["meta"]["provenance"]["steps"].clone();
    let step = steps.as_array().and_then(|all| all.iter().find(|s| s["name"] == "scene")).expect("a step").clone();
    assert_eq!((&step["settings"]["file"], &step["settings"]["scale"]), (&"block.xml".into(), &"1".into()));
}
