//! A small BVH of a person made of sticks, walking: enough of a body to be recognised.

use std::fmt::Write;

/// Joints of one side and of the middle: name, offset [cm], depth in the tree; `*` is an end.
const BODY: [(&str, [f64; 3], usize); 23] = [
    ("Hips", [0.0, 0.0, 0.0], 0),
    ("Spine", [0.0, 12.0, 0.0], 1),
    ("Chest", [0.0, 25.0, 0.0], 2),
    ("Neck", [0.0, 22.0, 0.0], 3),
    ("Head", [0.0, 10.0, 0.0], 4),
    ("*", [0.0, 18.0, 0.0], 5),
    ("LeftArm", [18.0, 16.0, 0.0], 3),
    ("LeftForeArm", [28.0, 0.0, 0.0], 4),
    ("LeftHand", [25.0, 0.0, 0.0], 5),
    ("*", [8.0, 0.0, 0.0], 6),
    ("RightArm", [-18.0, 16.0, 0.0], 3),
    ("RightForeArm", [-28.0, 0.0, 0.0], 4),
    ("RightHand", [-25.0, 0.0, 0.0], 5),
    ("*", [-8.0, 0.0, 0.0], 6),
    ("LeftUpLeg", [9.0, -4.0, 0.0], 1),
    ("LeftLeg", [0.0, -42.0, 0.0], 2),
    ("LeftFoot", [0.0, -41.0, 0.0], 3),
    ("LeftToe", [0.0, -8.0, 14.0], 4),
    ("*", [0.0, 0.0, 6.0], 5),
    ("RightUpLeg", [-9.0, -4.0, 0.0], 1),
    ("RightLeg", [0.0, -42.0, 0.0], 2),
    ("RightFoot", [0.0, -41.0, 0.0], 3),
    ("RightToe", [0.0, -8.0, 14.0], 4),
];

/// A walk of `frames` frames at 30 Hz; `pace` (about 1) tells walks apart.
pub fn walk(frames: usize, pace: f64) -> String {
    let mut out = String::from("HIERARCHY\n");
    let mut open: Vec<usize> = Vec::new();
    for (name, offset, depth) in BODY {
        close(&mut out, &mut open, depth);
        let keyword = match (name, depth) {
            ("*", _) => "End Site".to_owned(),
            (_, 0) => format!("ROOT {name}"),
            _ => format!("JOINT {name}"),
        };
        let [x, y, z] = offset;
        let _ = writeln!(out, "{keyword}\n{{\nOFFSET {x} {y} {z}");
        if depth == 0 {
            out.push_str("CHANNELS 6 Xposition Yposition Zposition Zrotation Xrotation Yrotation\n");
        } else if name != "*" {
            out.push_str("CHANNELS 3 Zrotation Xrotation Yrotation\n");
        }
        open.push(depth);
    }
    // The right toe has an end as the left one has.
    out.push_str("End Site\n{\nOFFSET 0 0 6\n}\n");
    close(&mut out, &mut open, 0);
    let _ = writeln!(out, "MOTION\nFrames: {frames}\nFrame Time: 0.0333333");
    for frame in 0..frames {
        out.push_str(&row(frame as f64 / 30.0, pace));
    }
    out
}

fn close(out: &mut String, open: &mut Vec<usize>, depth: usize) {
    while open.last().is_some_and(|d| *d >= depth) {
        open.pop();
        out.push_str("}\n");
    }
}

/// The channels at a moment: legs and arms swing against each other, the body goes forward (+z).
fn row(t: f64, pace: f64) -> String {
    let phase = std::f64::consts::TAU * 0.9 * pace * t;
    let mut values = vec![0.0, 94.0 + 1.5 * (2.0 * phase).cos(), 110.0 * pace * t, 0.0, 0.0, 0.0];
    for (name, _, depth) in BODY {
        if name == "*" || depth == 0 {
            continue;
        }
        let side = if name.starts_with("Right") { -1.0 } else { 1.0 };
        let swing = side * phase.sin();
        // Rotations about z, x, y [degrees].
        let turns = match name.trim_start_matches("Left").trim_start_matches("Right") {
            "UpLeg" => [0.0, -4.0 - 22.0 * swing, 0.0],
            "Leg" => [0.0, 8.0 + 40.0 * (side * phase.cos()).max(0.0), 0.0],
            "Foot" => [0.0, 8.0 * swing, 0.0],
            "Arm" => [-75.0 * side, 0.0, 15.0 * swing],
            "ForeArm" => [0.0, 0.0, -20.0 * side],
            _ => [0.0; 3],
        };
        values.extend(turns);
    }
    values.iter().map(|v| format!("{v:.4}")).collect::<Vec<_>>().join(" ") + "\n"
}
