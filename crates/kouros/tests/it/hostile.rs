//! What cannot be used is said in one line, and nothing is left behind.

use crate::bench_folder::Bench;
use crate::stick_person::walk;

/// Fails the test unless standard error is one `error:` line that holds all `words`, and at most a
/// `hint:` line.
#[track_caller]
fn one_error(err: &str, words: &[&str]) {
    let lines: Vec<&str> = err.lines().filter(|l| l.starts_with("error: ")).collect();
    assert_eq!(lines.len(), 1, "{err}");
    for word in words {
        assert!(err.contains(word), "expected '{word}' in: {err}");
    }
    assert!(!err.contains("panicked") && !err.contains("internal error"), "{err}");
}

#[test]
fn broken_captures() {
    let whole = walk(30, 1.0);
    let without_legs: String = {
        let from = whole.find("JOINT LeftUpLeg").expect("legs");
        let motion = whole.find("MOTION").expect("motion");
        let cut = format!("{}}}\n{}", &whole[..from], &whole[motion..]);
        // 3 channels for each of the 8 joints of the legs go too.
        let (head, rows) = cut.split_once("0.0333333\n").expect("rows");
        let rows: String = rows.lines().map(|l| l.split(' ').take(6 + 3 * 10).collect::<Vec<_>>().join(" ") + "\n").collect();
        format!("{head}0.0333333\n{rows}")
    };
    let cases: [(&str, Vec<u8>, &[&str]); 8] = [
        ("empty.bvh", Vec::new(), &["empty.bvh", "empty file"]),
        ("truncated.bvh", whole.as_bytes()[..whole.find("RightLeg").expect("a leg")].to_vec(), &["truncated.bvh", "line"]),
        (
            "garbage.bvh",
            (0..4000u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8).collect(),
            &["garbage.bvh", "expected"],
        ),
        ("pickle.npz", b"\x80\x04junk".to_vec(), &["pickle.npz", "pickle"]),
        ("nan.bvh", whole.replacen("94.", "nan94.", 1).replace("nan94.", "nan ").into_bytes(), &["nan.bvh", "line"]),
        (
            "zero.bvh",
            whole.split("Frames:").next().map(|h| format!("{h}Frames: 0\nFrame Time: 0.03\n")).expect("head").into_bytes(),
            &["zero.bvh"],
        ),
        ("no_legs.bvh", without_legs.into_bytes(), &["no_legs.bvh", "legs"]),
        ("zip.npz", b"PK\x03\x04rest".to_vec(), &["zip.npz"]),
    ];
    let bench = Bench::new();
    for (name, bytes, words) in cases {
        bench.write(name, bytes);
        for command in [vec!["retarget", name, "--robot", "g1", "--out", "set"], vec!["inspect", name]] {
            let said = bench.kouros(&command).ends(2);
            one_error(&said.err, words);
        }
        assert!(!bench.path("set").exists(), "{name}: nothing is made of nothing");
    }
}

#[test]
fn a_broken_clip_does_not_stop_the_others() {
    let bench = Bench::new();
    bench.write("clips/bad.bvh", "HIERARCHY\nROOT");
    bench.write("clips/good.bvh", walk(30, 1.0));
    let args = ["retarget", "clips", "--robot", "g1", "--out", "set"];
    let said = bench.kouros(&args).ends(2);
    one_error(&said.err, &["bad.bvh", "1 of 2 clips failed"]);
    assert!(said.out.contains("good"), "{}", said.out);
    let said = bench.kouros(&[&args[..], &["--json"]].concat()).ends(2);
    let json = said.json();
    assert_eq!(json["total_clips"], 1);
    assert!(json["failed"][0]["path"].as_str().expect("path").contains("bad.bvh"));
}

#[test]
fn another_ending_is_read_all_the_same() {
    let bench = Bench::new();
    bench.write("walk.txt", walk(30, 1.0));
    let said = bench.kouros(&["retarget", "walk.txt", "--robot", "g1", "--out", "set", "--json"]).ends(0);
    assert!(said.out.contains("ends in .txt"), "{}", said.out);
}

#[test]
fn acclaim_needs_its_skeleton() {
    let bench = Bench::new();
    bench.write("02_01.amc", ":FULLY-SPECIFIED\n:DEGREES\n1\nroot 0 0 0 0 0 0\n");
    let said = bench.kouros(&["retarget", "02_01.amc", "--robot", "g1", "--out", "set"]).ends(2);
    one_error(&said.err, &["02_01.asf or 02.asf", "found none", "hint: --asf"]);
}

#[test]
fn robots_that_are_none() {
    let bench = Bench::new();
    bench.write("walk.bvh", walk(30, 1.0));
    let box_on_wheels = "<mujoco><worldbody><body name='base'><freejoint/><geom size='.2'/>\
        <body name='wheel'><joint name='w' axis='0 1 0'/><geom size='.1'/></body></body></worldbody></mujoco>";
    bench.write("box.xml", box_on_wheels);
    bench.write("junk.xml", "<mujoco><worldbody>");
    bench.write("odd.toml", "nmae = 'x'\n");
    for (robot, more, words) in [
        ("unitree_h9", None, ["unitree_h9", "nearest: unitree_h1"]),
        ("box.xml", None, ["two legs", "hint:"]),
        ("junk.xml", None, ["junk.xml:1", "never closed"]),
        ("gone/robot.urdf", None, ["gone/robot.urdf", "no file"]),
        ("g1", Some("odd.toml"), ["odd.toml", "nmae"]),
    ] {
        let mut args = vec!["retarget", "walk.bvh", "--robot", robot, "--out", "set"];
        args.extend(more.map(|m| ["--robot-settings", m]).into_iter().flatten());
        one_error(&bench.kouros(&args).ends(2).err, &words);
        assert!(!bench.path("set").exists());
    }
    let output = bench
        .command(&["retarget", "walk.bvh", "--robot", "g1", "--out", "set"])
        .env("KOUROS_HOME", bench.path("nowhere"))
        .output()
        .expect("run");
    assert_eq!(output.status.code(), Some(2));
    one_error(&String::from_utf8_lossy(&output.stderr), &["nowhere", "hint:", "kouros robots fetch g1"]);
}

#[test]
fn places_that_cannot_be_written() {
    let bench = Bench::new();
    bench.write("walk.bvh", walk(30, 1.0));
    bench.write("full/notes.txt", "mine");
    bench.write("file", "mine");
    let go = |out: &str, format: &str| bench.kouros(&["retarget", "walk.bvh", "--robot", "g1", "--out", out, "--format", format]);
    one_error(&go("full", "dataset").ends(2).err, &["full", "notes.txt", "hint:"]);
    one_error(&go("file", "dataset").ends(2).err, &["file"]);
    one_error(&go("file/below", "dataset").ends(2).err, &["file/below", "file is no folder"]);
    one_error(&go("file/below", "csv").ends(2).err, &["file/below", "file is no folder"]);
    assert_eq!(bench.files("full").len(), 1);
    let left: Vec<String> = std::fs::read_dir(bench.path("."))
        .expect("list")
        .map(|e| e.expect("entry").file_name().to_string_lossy().into_owned())
        .collect();
    assert_eq!(left.len(), 3, "nothing is left behind: {left:?}");
}

#[test]
#[cfg(unix)]
fn a_full_disk_is_said_and_leaves_nothing_half_written() {
    // A limit on the size of files stands in for the end of the disk: `ulimit -f` counts 512 bytes.
    let bench = Bench::new();
    bench.write("walk.bvh", walk(60, 1.0));
    for format in ["dataset", "npz"] {
        let script = format!(
            "trap '' XFSZ; ulimit -f 60; exec {} retarget walk.bvh --robot g1 --out set --format {format}",
            env!("CARGO_BIN_EXE_kouros")
        );
        let output = std::process::Command::new("sh").arg("-c").arg(script).current_dir(bench.path(".")).output().expect("run");
        let err = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{err}");
        one_error(&err, &["cannot write", "large"]);
        let there = bench.files("set");
        assert!(there.keys().all(|n| n.ends_with(".kouros.json")), "{:?}", there.keys());
    }
    // Once there is room, the same command does it.
    bench.kouros(&["retarget", "walk.bvh", "--robot", "g1", "--out", "set2"]).ends(0);
    bench.kouros(&["retarget", "walk.bvh", "--robot", "g1", "--out", "set", "--format", "npz"]).ends(0);
}

#[test]
fn wrong_arguments() {
    let bench = Bench::new();
    bench.write("walk.bvh", walk(30, 1.0));
    let base = ["retarget", "walk.bvh", "--robot", "g1", "--out", "set"];
    for (more, word) in [
        (vec!["--rate", "0"], "positive"),
        (vec!["--rate", "29.97"], "whole number"),
        (vec!["--unit", "yard"], "expected m, cm"),
        (vec!["--up", "w"], "expected x, y, z"),
        (vec!["--scale", "-1"], "positive"),
        (vec!["--threads", "0"], "0"),
        (vec!["--task", " "], "words"),
        (vec!["--t-pose", "maybe"], "keep"),
        (vec!["--asf", "gone.asf", "--nonsense"], "--nonsense"),
    ] {
        let said = bench.kouros(&[&base[..], &more].concat()).ends(2);
        assert!(said.err.contains(word), "{more:?}: {}", said.err);
    }
    one_error(
        &bench.kouros(&["retarget", "walks/*.bvh", "--robot", "g1", "--out", "set"]).ends(2).err,
        &["walks/*.bvh", "hint:"],
    );
    one_error(
        &bench.kouros(&["retarget", "walk.bvh", "--body-model", "gone.npz", "--robot", "g1", "--out", "set"]).ends(2).err,
        &["gone.npz"],
    );
    std::fs::create_dir(bench.path("none")).expect("folder");
    one_error(&bench.kouros(&["retarget", "none", "--robot", "g1", "--out", "set"]).ends(2).err, &["none", "found none"]);
    assert!(!bench.path("set").exists());
}
