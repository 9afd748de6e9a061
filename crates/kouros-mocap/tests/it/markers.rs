//! Markers on real bodies: what is made of them when some are missing.

use crate::clips::load;
use kouros_mocap::{Clip, Companions, ImportOptions, Result, StaticTrial, read};
use kouros_motion::{LEFT, RIGHT, Report};

/// A clip of `../shared/mocap/c3d` with other labels, all of one width there.
pub fn relabelled(bytes: &[u8], label: impl Fn(usize, &str) -> String) -> Vec<u8> {
    let mut out = bytes.to_vec();
    // Parameter: name, two bytes to the next one, its type (-1: text), two dimensions, the text.
    let name = b"LABELS";
    let at = bytes.windows(8).position(|w| w[0] == 6 && &w[2..] == name).expect("POINT:LABELS") + 8;
    assert_eq!((bytes[at + 2], bytes[at + 3]), (255, 2), "text of two dimensions");
    let (width, count) = (usize::from(bytes[at + 4]), usize::from(bytes[at + 5]));
    for i in 0..count {
        let cell = at + 6 + i * width..at + 6 + (i + 1) * width;
        let old = String::from_utf8_lossy(&bytes[cell.clone()]).trim_end_matches([' ', '\0']).to_owned();
        let mut new = label(i, &old).into_bytes();
        assert!(new.len() <= width, "{old}");
        new.resize(width, b' ');
        out[cell].copy_from_slice(&new);
    }
    out
}

pub fn import(name: &str, bytes: &[u8]) -> Result<(Clip, Report)> {
    let mut report = Report::new();
    read(name, bytes, &Companions::default(), &ImportOptions::default(), &mut report).map(|c| (c, report))
}

/// Without the markers of `gone`, which get labels that say nothing.
fn without(bytes: &[u8], gone: &[&str]) -> Vec<u8> {
    relabelled(bytes, |i, label| {
        let own = label.rsplit(':').next().unwrap_or(label);
        if gone.iter().any(|g| own.ends_with(g)) { format!("*{i}") } else { label.to_owned() }
    })
}

const ARMS: [&str; 7] = ["UPA", "ELB", "FRM", "WRA", "WRB", "FIN", "SHO"];
const TRUNK: [&str; 9] = ["C7", "T10", "CLAV", "STRN", "RBAK", "FHD", "BHD", "HEDO", "HEDP"];

#[test]
fn legs_alone_move_as_they_did_and_the_rest_hangs() {
    for file in ["c3d/kinematics_tennis_serve.c3d", "c3d/pycgm_Movement_trial.c3d"] {
        let Some(bytes) = load(file) else { return };
        let (whole, _) = import(file, &bytes).expect("whole");
        let (legs, report) = import(file, &without(&bytes, &[ARMS.as_slice(), &TRUNK].concat())).expect("legs");
        let note = report.notes.iter().find(|n| n.code == "partial-body").expect("said");
        assert!(note.message.contains("left shoulder") && note.message.contains("made up"), "{}", note.message);
        let (a, b) = (whole.body_track(), legs.body_track());
        assert_eq!(a.ticks(), b.ticks(), "{file}");
        for t in 0..a.ticks() {
            for side in [LEFT, RIGHT] {
                let (l, k) = (whole.anatomy.legs[side], legs.anatomy.legs[side]);
                for (i, j) in [(l.hip, k.hip), (l.knee, k.knee), (l.ankle, k.ankle), (l.toe, k.toe)] {
                    assert!((a.position(t, i) - b.position(t, j)).norm() < 1e-9, "{file} {t}");
                }
                let arm = legs.anatomy.arms[side];
                let [shoulder, elbow, wrist] = [arm.shoulder, arm.elbow, arm.wrist].map(|j| b.position(t, j));
                assert!(shoulder.z > elbow.z + 0.2 && elbow.z > wrist.z + 0.15, "{file} {t}: the arm hangs");
                assert!((shoulder - b.position(t, k.hip)).z > 0.3, "{file} {t}: the trunk stands");
            }
        }
    }
}

#[test]
fn one_arm_hangs_and_the_other_moves() {
    let file = "c3d/kinematics_tennis_serve.c3d";
    let Some(bytes) = load(file) else { return };
    let (whole, _) = import(file, &bytes).expect("whole");
    let (part, report) = import(file, &without(&bytes, &["LELB"])).expect("part");
    assert!(report.notes.iter().any(|n| n.code == "partial-body" && n.message.contains("left arm hangs")));
    let (a, b) = (whole.body_track(), part.body_track());
    for t in 0..a.ticks() {
        let off = |x: usize, y: usize| (a.position(t, x) - b.position(t, y)).norm();
        assert!(off(whole.anatomy.arms[RIGHT].wrist, part.anatomy.arms[RIGHT].wrist) < 1e-9);
        assert!(off(whole.anatomy.arms[LEFT].shoulder, part.anatomy.arms[LEFT].shoulder) < 1e-9);
    }
}

#[test]
fn without_a_knee_there_is_no_body() {
    let file = "c3d/kinematics_tennis_serve.c3d";
    let Some(bytes) = load(file) else { return };
    let message = import(file, &without(&bytes, &["LKNE"])).expect_err("no knee").to_string();
    assert!(message.contains("missing: left knee;"), "{message}");
}

/// The labels of Plug-in Gait, all there are in the clips but for the outputs of models.
const GAIT: [&str; 39] = [
    "LFHD", "RFHD", "LBHD", "RBHD", "C7", "T10", "CLAV", "STRN", "RBAK", "LSHO", "LUPA", "LELB", "LFRM", "LWRA", "LWRB", "LFIN",
    "RSHO", "RUPA", "RELB", "RFRM", "RWRA", "RWRB", "RFIN", "LASI", "RASI", "LPSI", "RPSI", "LTHI", "LKNE", "LTIB", "LANK",
    "LHEE", "LTOE", "RTHI", "RKNE", "RTIB", "RANK", "RHEE", "RTOE",
];
/// Clips of whole bodies whose labels are known.
const WHOLE: [&str; 3] = ["c3d/kinematics_tennis_serve.c3d", "c3d/pycgm_Movement_trial.c3d", "c3d/pycgm_Sample_Static.c3d"];
/// The same markers give the same joints to the last digit but for the order of sums.
const SAME_M: f64 = 1e-6;
/// A wrist by one of its two markers instead of their middle: half the width of a wrist with markers.
const WRIST_M: f64 = 0.05;

/// Numbers for labels, backwards; outputs of models keep labels that say so.
fn nameless(bytes: &[u8]) -> Vec<u8> {
    relabelled(bytes, |i, label| {
        let own = label.rsplit(':').next().unwrap_or(label);
        if GAIT.contains(&own) { format!("{}", 999 - i) } else { format!("{i}GRF") }
    })
}

#[test]
fn nameless_markers_are_the_joints_they_were() {
    for file in WHOLE {
        let Some(bytes) = load(file) else { return };
        let (named, _) = import(file, &bytes).expect("named");
        let (found, report) = import(file, &nameless(&bytes)).unwrap_or_else(|e| panic!("{e}"));
        let said = report.notes.iter().find(|n| n.code == "markers").expect("said");
        assert!(said.message.contains("labels name no body") && said.message.contains("%)"), "{}", said.message);
        assert_same_joints(file, &named, &found);
    }
}

fn assert_same_joints(file: &str, named: &Clip, found: &Clip) {
    let (a, b) = (named.body_track(), found.body_track());
    assert_eq!(a.ticks(), b.ticks(), "{file}");
    for side in [LEFT, RIGHT] {
        let (l, k) = (named.anatomy.legs[side], found.anatomy.legs[side]);
        let (m, n) = (named.anatomy.arms[side], found.anatomy.arms[side]);
        let pairs = [
            (l.hip, k.hip, "hip", SAME_M),
            (l.knee, k.knee, "knee", SAME_M),
            (l.ankle, k.ankle, "ankle", SAME_M),
            (l.toe, k.toe, "toe", SAME_M),
            (m.shoulder, n.shoulder, "shoulder", SAME_M),
            (m.elbow, n.elbow, "elbow", WRIST_M),
            (m.wrist, n.wrist, "wrist", WRIST_M),
        ];
        for (i, j, word, most) in pairs {
            let off = (0..a.ticks()).map(|t| (a.position(t, i) - b.position(t, j)).norm()).fold(0.0, f64::max);
            assert!(off <= most, "{file}: {word} {side} is {off:.3} m away");
        }
    }
}

#[test]
fn a_mirrored_body_has_its_left_where_its_right_was() {
    let file = WHOLE[0];
    let Some(bytes) = load(file) else { return };
    let (named, _) = import(file, &bytes).expect("named");
    let mut mirrored = nameless(&bytes);
    // Intel floats, four a point and nothing between the frames: x changes its sign.
    let start = 512 * (usize::from(u16::from_le_bytes([bytes[16], bytes[17]])) - 1);
    mirrored[start..].chunks_exact_mut(16).for_each(|point| point[3] ^= 0x80);
    let (found, _) = import(file, &mirrored).unwrap_or_else(|e| panic!("{e}"));
    let (a, b) = (named.body_track(), found.body_track());
    for t in 0..a.ticks() {
        for side in [LEFT, RIGHT] {
            let (was, is) = (named.anatomy.legs[side].ankle, found.anatomy.legs[1 - side].ankle);
            // The file is in metres; its up axis is z, so that x stays x.
            let mut at = a.position(t, was);
            at.x = -at.x;
            assert!((at - b.position(t, is)).norm() < SAME_M, "{t}");
        }
    }
}

#[test]
fn what_is_no_body_is_refused_with_reasons() {
    for file in ["c3d/Eb015pr.c3d", "c3d/pc_real.c3d", "c3d/kinematics_racing_propulsion.c3d"] {
        let Some(bytes) = load(file) else { return };
        let message = import(file, &bytes).expect_err("no landmarks").to_string();
        assert!(message.contains("labels name no body"), "{message}");
        assert!(message.contains("not sure:") || message.contains("no pelvis"), "{message}");
    }
}

/// A trial and the same person standing, as TRC: clusters of three on thighs and shanks keep their places on the
/// bones, the knees and ankles stand in the static trial alone. `bend` is the knees' bend at frame t.
fn gait(bend: impl Fn(usize) -> f64, frames: usize, with_joints: bool) -> String {
    let mut labels: Vec<String> = Vec::new();
    let mut rows: Vec<Vec<[f64; 3]>> = vec![Vec::new(); frames];
    let mut put = |label: &str, at: &dyn Fn(usize) -> [f64; 3]| {
        labels.push(label.to_owned());
        rows.iter_mut().enumerate().for_each(|(t, row)| row.push(at(t)));
    };
    for (side, y) in [("L", 1.0), ("R", -1.0)] {
        // Hip at 0.9 m, thigh and shank 0.42 m; the thigh swings forwards by the bend, the shank back by as much.
        let limb = |t: usize, along: f64, out: f64, ahead: f64| {
            let b = bend(t);
            let (thigh, shank) = (along.min(0.42), (along - 0.42).max(0.0));
            let x = thigh * b.sin() - shank * b.sin();
            let z = 0.9 - thigh * b.cos() - shank * b.cos();
            let turn = if along <= 0.42 { b } else { -b };
            [x + ahead * turn.cos(), y * (0.09 + out), z + ahead * turn.sin()]
        };
        put(&format!("{side}ASI"), &|_| [0.07, y * 0.12, 0.98]);
        put(&format!("{side}PSI"), &|_| [-0.10, y * 0.05, 1.00]);
        for (i, (along, out, ahead)) in [(0.15, 0.06, 0.03), (0.25, 0.07, -0.03), (0.2, 0.05, 0.06)].into_iter().enumerate() {
            put(&format!("{side}TH{}", i + 1), &|t| limb(t, along, out, ahead));
            put(&format!("{side}SK{}", i + 1), &|t| limb(t, along + 0.45, out, ahead));
        }
        // The foot stays flat.
        let foot = |t: usize, ahead: f64| {
            let [x, y, z] = limb(t, 0.84, 0.0, 0.0);
            [x + ahead, y, z]
        };
        put(&format!("{side}HEE"), &|t| foot(t, -0.06));
        put(&format!("{side}TOE"), &|t| foot(t, 0.15));
        if with_joints {
            put(&format!("{side}KNE"), &|t| limb(t, 0.42, 0.055, 0.0));
            put(&format!("{side}KNM"), &|t| limb(t, 0.42, -0.055, 0.0));
            put(&format!("{side}ANK"), &|t| limb(t, 0.84, 0.04, 0.0));
            put(&format!("{side}ANKM"), &|t| limb(t, 0.84, -0.04, 0.0));
        }
    }
    let mut text = format!("PathFileType\t4\t(X/Y/Z)\twalk.trc\nDataRate\tNumFrames\tUnits\n100\t{frames}\tmm\nFrame#\tTime");
    labels.iter().for_each(|l| text += &format!("\t{l}\t\t"));
    text += "\n\t\n\n";
    for (t, row) in rows.iter().enumerate() {
        text += &format!("{}\t{}", t + 1, t as f64 / 100.0);
        row.iter().flatten().for_each(|v| text += &format!("\t{:.6}", v * 1e3));
        text += "\n";
    }
    text
}

/// Numbers of six digits behind the point of a millimetre.
const TRC_M: f64 = 1e-7;

#[test]
fn a_static_trial_gives_the_knees_and_ankles_that_clusters_carry() {
    let walk = |t: usize| 0.35 - 0.35 * (t as f64 * 0.1).cos();
    let (moving, whole, stands) = (gait(walk, 120, false), gait(walk, 120, true), gait(|_| 0.0, 30, true));
    let message = import("walk.trc", moving.as_bytes()).expect_err("no knee").to_string();
    assert!(message.contains("left knee") && message.contains("right ankle"), "{message}");

    let trial = StaticTrial::read("static.trc", stands.as_bytes()).expect("static");
    let options = ImportOptions { static_trial: Some(trial), ..ImportOptions::default() };
    let mut report = Report::new();
    let found = read("walk.trc", moving.as_bytes(), &Companions::default(), &options, &mut report).expect("calibrated");
    let said = report.notes.iter().find(|n| n.code == "static-trial").expect("said");
    assert!(said.message.contains("LKNE (LTH") && said.message.contains("RANK (RSK"), "{}", said.message);
    let (truth, _) = import("walk.trc", whole.as_bytes()).expect("whole");
    let (a, b) = (truth.body_track(), found.body_track());
    for t in 0..a.ticks() {
        for side in [LEFT, RIGHT] {
            let (l, k) = (truth.anatomy.legs[side], found.anatomy.legs[side]);
            for (i, j) in [(l.hip, k.hip), (l.knee, k.knee), (l.ankle, k.ankle), (l.toe, k.toe)] {
                assert!((a.position(t, i) - b.position(t, j)).norm() < TRC_M, "{t}");
            }
        }
    }
}

#[test]
fn a_static_trial_must_be_one() {
    let message = StaticTrial::read("s.trc", gait(|_| 0.0, 5, true).replace("ASI", "ZZZ").as_bytes()).expect_err("no pelvis");
    assert!(message.to_string().contains("front of the pelvis"), "{message}");
    assert!(StaticTrial::read("s.bvh", include_bytes!("../../../../fuzz/seeds/bvh/person.bvh")).is_err());
}
