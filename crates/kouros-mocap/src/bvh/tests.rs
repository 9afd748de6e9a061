//! Tests of the BVH reader: poses worked by hand, the liberties files take, and what breaks them.

use super::*;
use kouros_motion::Rot;

fn read_text(text: &str) -> (Result<Recording>, Report) {
    let mut report = Report::new();
    (read("t.bvh", text.as_bytes(), &mut report), report)
}

const ARM: &str = "HIERARCHY\nROOT hips\n{\n OFFSET 1 2 3\n CHANNELS 6 Xposition Yposition Zposition Zrotation Yrotation Xrotation\n JOINT arm\n {\n  OFFSET 0 10 0\n  CHANNELS 3 Zrotation Xrotation Yrotation\n  End Site\n  {\n   OFFSET 0 5 0\n  }\n }\n}\nMOTION\nFrames: 1\nFrame Time: 0.0083333\n";

#[test]
fn a_pose_by_hand() {
    let (r, report) = read_text(&format!("{ARM}7 8 9 90 0 0 0 90 0\n"));
    let r = r.expect("valid");
    assert!(report.notes.is_empty(), "{report:?}");
    assert_eq!(r.rate_hz, 120.0);
    assert_eq!(r.joints.iter().map(|j| j.name.as_str()).collect::<Vec<_>>(), ["hips", "arm", "arm_end"]);
    assert_eq!(r.is_end, [false, false, true]);
    let (mut p, mut q) = (Vec::new(), Vec::new());
    r.pose_into(0, &mut p, &mut q);
    // The root's channels replace its offset; a quarter turn about z takes +y to -x; the arm's
    // quarter turn about x takes its +y to +z, which the root's turn leaves.
    assert!((p[0] - Vec3::new(7.0, 8.0, 9.0)).norm() < 1e-12);
    assert!((p[1] - Vec3::new(-3.0, 8.0, 9.0)).norm() < 1e-12);
    assert!((p[2] - Vec3::new(-3.0, 8.0, 14.0)).norm() < 1e-12);
}

#[test]
fn listed_order_is_intrinsic() {
    let (r, _) = read_text(&format!("{ARM}0 0 0 10 20 30 0 0 0\n"));
    let expected = Rot::from_euler_angles(30f64.to_radians(), 20f64.to_radians(), 10f64.to_radians());
    assert!(r.expect("valid").rotation[0].angle_to(&expected) < 1e-12); // Rz Ry Rx
}

#[test]
fn liberties_files_take() {
    let text = "hierarchy\r\nroot  A:My Hips{\r\noffset 0 0 0 1 2 3\r\nchannels 0\r\nJoint A:x { OFFSET 1 0 0 channels 1 YROTATION end site tip { OFFSET 1e0 0 0}\r\n}\r\nEnd Site{offset 0 0 0}}\r\nMotion\r\nFRAMES:3\r\nframe time:.01\r\n90\t 180\r\n";
    let (r, report) = read_text(text);
    let r = r.expect("valid");
    assert_eq!(r.joints.iter().map(|j| j.name.as_str()).collect::<Vec<_>>(), ["My Hips", "x", "x_end", "My Hips_end"]);
    assert_eq!((r.frames(), r.rate_hz), (2, 100.0));
    assert_eq!(report.notes.iter().map(|n| n.code.as_str()).collect::<Vec<_>>(), ["names", "frames"]);
}

#[test]
fn twins_get_numbers() {
    let text = "HIERARCHY ROOT a { OFFSET 0 0 0 CHANNELS 1 Xrotation JOINT a { OFFSET 0 0 0 } JOINT a { OFFSET 0 0 0 } JOINT a_2 { OFFSET 0 0 0 } } MOTION Frames: 1 Frame Time: 1 0";
    let (r, report) = read_text(text);
    assert_eq!(r.expect("valid").joints.iter().map(|j| j.name.as_str()).collect::<Vec<_>>(), ["a", "a_3", "a_4", "a_2"]);
    assert_eq!(report.warnings().count(), 1);
}

#[test]
fn a_cut_file_keeps_its_whole_frames() {
    let (r, report) = read_text(&format!("{ARM}0 0 0 0 0 0 0 0 0\n1 2 3 4 5 -"));
    assert_eq!(r.expect("valid").frames(), 1);
    assert!(report.notes.iter().any(|n| n.message.contains("after 5 of 9")), "{report:?}");
}

#[test]
fn displacements_are_added() {
    let text = "HIERARCHY ROOT a { OFFSET 0 0 0 CHANNELS 1 Xrotation JOINT b { OFFSET 0 9 0 CHANNELS 3 Xposition Yposition Zposition } } MOTION Frames: 2 Frame Time: 1 0 0 1 0 0 0 0 0";
    let (r, report) = read_text(text);
    assert_eq!(r.expect("valid").translation[1], Vec3::new(0.0, 10.0, 0.0));
    assert_eq!(report.notes[0].code, "offsets");
}

#[test]
fn errors_name_the_place() {
    let deep = format!("HIERARCHY {}", "ROOT a { OFFSET 0 0 0 JOINT b { ".repeat(300));
    let cases = [
        ("HIERARCHY", "line 1: expected 'MOTION' after the hierarchy, found the end of the file"),
        ("HIERARCHY\nMOTION", "expected 'ROOT', the first joint, found 'MOTION'"),
        ("HIERARCHY\nJOINT a {", "line 2: expected 'ROOT'"),
        ("HIERARCHY\nROOT a\n{\nOFFSET 0 nan 0", "line 4: expected OFFSET y, a finite number, found 'nan'"),
        ("HIERARCHY\nROOT a\n{\nCHANNELS 3 Xrotation Yrotation }", "line 4: expected 3 channels"),
        ("HIERARCHY\nROOT a\n{\nCHANNELS 1e9", "expected 0 to 9 channels"),
        ("HIERARCHY\n}", "line 2"),
        (deep.as_str(), "at most 256 levels of joints, found 257"),
        ("HIERARCHY ROOT a { OFFSET 0 0 0 } MOTION Frames: 1 Frame Time: 1 0", "at least one channel"),
    ];
    for (text, message) in cases {
        let found = read_text(text).0.expect_err("broken").to_string();
        assert!(found.contains(message), "{found}");
    }
    let motion =
        |tail: &str| read_text(&ARM.replace("Frames: 1\nFrame Time: 0.0083333\n", tail)).0.expect_err("broken").to_string();
    assert!(motion("Frames: 99999999999\nFrame Time: 0.01\n").contains("at least one frame of 9 numbers"));
    assert!(motion("Frames: 1\nFrame Time: 0\n1").contains("line 18: expected a positive Frame Time"));
    assert!(motion("Frames: 1\nFrame Time: inf\n").contains("line 18"));
    let nan = motion("Frames: 1\nFrame Time: 0.1\n0 0 0 0 0 0\n0 NaN 0\n");
    assert!(nan.contains("line 20, frame 0, joint 'arm', Xrotation: expected a finite number, found 'NaN'"), "{nan}");
}

#[test]
fn still_joints_cannot_fill_memory() {
    let still = "JOINT b { OFFSET 0 0 0 } ".repeat(4000);
    let text = format!(
        "HIERARCHY ROOT a {{ OFFSET 0 0 0 CHANNELS 1 Xrotation {still}}} MOTION Frames: 9 Frame Time: 1 {}",
        "0 ".repeat(20_000)
    );
    assert!(read_text(&text).0.expect_err("too many").to_string().contains("joints times frames"));
}
