//! `live`: frames in, postures out.

use crate::bench_folder::Bench;
use crate::stick_person::walk;
use serde_json::{Value, json};
use std::io::Write;
use std::process::Stdio;

fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|l| serde_json::from_str(l).expect("JSON")).collect()
}

/// Runs with these lines on standard input.
fn fed(bench: &Bench, args: &[&str], input: &str) -> (Option<i32>, String, String) {
    let mut command = bench.command(args);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("run");
    let mut stdin = child.stdin.take().expect("a pipe");
    let input = input.to_owned();
    let writer = std::thread::spawn(move || stdin.write_all(input.as_bytes()));
    let output = child.wait_with_output().expect("end");
    writer.join().expect("written").expect("written");
    let text = |b: Vec<u8>| String::from_utf8(b).expect("UTF-8");
    (output.status.code(), text(output.stdout), text(output.stderr))
}

#[test]
fn a_recording_and_the_same_from_standard_input() {
    let bench = Bench::new();
    let path = bench.write("walk.bvh", walk(60, 1.0));
    let said = bench.kouros(&["live", "walk.bvh", "--robot", "g1"]).ends(0);
    let out = lines(&said.out);
    assert_eq!((out[0]["lag_frames"].as_u64(), out[0]["robot"].as_str()), (Some(2), Some("unitree_g1")));
    assert_eq!(out.len(), 61, "a line for the robot and one for every frame");
    assert_eq!(out[60]["frame"], 59);
    assert!(out[1..].iter().all(|p| p["joints"].as_array().map(Vec::len) == Some(29) && p["held"] == false));
    assert!(said.err.contains("60 frames: half took"), "{}", said.err);

    let bytes = std::fs::read(path).expect("file");
    let mut report = kouros_motion::Report::new();
    let clip = kouros_mocap::read("walk.bvh", &bytes, &Default::default(), &Default::default(), &mut report).expect("a clip");
    let track = clip.body_track();
    let frame = |t: usize| {
        let at = |j: usize| track.position(t, j);
        let turn = |j: usize| track.rotation(t, j).expect("rotations");
        let positions: Vec<[f64; 3]> = (0..track.bodies()).map(|j| [at(j).x, at(j).y, at(j).z]).collect();
        let rotations: Vec<[f64; 4]> = (0..track.bodies()).map(|j| [turn(j).w, turn(j).i, turn(j).j, turn(j).k]).collect();
        json!({ "frame": t, "positions": positions, "rotations": rotations }).to_string() + "\n"
    };
    let all: String = (0..60).map(frame).collect();
    let (code, same, _) = fed(&bench, &["live", "walk.bvh", "--robot", "g1", "--stdin"], &all);
    assert_eq!(code, Some(0));
    for (a, b) in out.iter().zip(lines(&same)) {
        let number = |v: &Value, j: usize| v["joints"][j].as_f64();
        // Quaternions are normalised again, which may round them.
        assert!((0..29).all(|j| number(a, j).zip(number(&b, j)).is_none_or(|(x, y)| (x - y).abs() < 1e-6)));
    }

    // A gap, a late frame, noise: every frame is answered, and all is told.
    let odd = [frame(0), frame(1), frame(4), frame(2), "noise\n".into(), "{\"positions\":[[1,2]]}\n".into(), frame(5)].concat();
    let (code, out, err) = fed(&bench, &["live", "walk.bvh", "--robot", "g1", "--stdin"], &odd);
    assert_eq!((code, lines(&out).len()), (Some(0), 1 + 8), "{err}");
    assert!(err.contains("2 frames could not be used") && err.contains("2 frames missing, 1 too late"), "{err}");
}

#[test]
fn what_cannot_be_followed_is_said() {
    let bench = Bench::new();
    bench.write("walk.bvh", walk(30, 1.0));
    let (code, out, _) = fed(&bench, &["live", "walk.bvh", "--robot", "g1", "--stdin"], "");
    assert_eq!((code, lines(&out).len()), (Some(0), 1));
    for args in [["--rate", "0"], ["--calibrate", "-1"], ["--udp", "99999"]] {
        bench.kouros(&[&["live", "walk.bvh", "--robot", "g1"], &args[..]].concat()).ends(2);
    }
    bench.kouros(&["live", "nothing.bvh", "--robot", "g1"]).ends(2);
}
