//! Markers on real bodies: what is made of them when some are missing.

use crate::clips::load;
use kouros_mocap::{Clip, Companions, ImportOptions, Result, read};
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
