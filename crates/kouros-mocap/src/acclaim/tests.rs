//! Tests of the Acclaim reader: skeletons and motions worked by hand, and what breaks them.

use super::*;
use kouros_motion::Vec3;

const ASF: &str = "# comment\r\n:version 1.10\r\n:name T\r\n:units\r\n mass 1.0\r\n length 0.45\r\n angle deg\r\n:documentation\r\n free text\r\n:root\r\n order TX TY TZ RX RY RZ\r\n axis XYZ\r\n position 0 0 0\r\n orientation 0 0 0\r\n:bonedata\r\n begin\r\n id 1\r\n name thigh\r\n direction 0 -2 0\r\n length 7.5\r\n axis 0 0 90 XYZ\r\n dof rx rz\r\n limits (-1 1)\r\n (-1e1 1)\r\n end\r\n begin\r\n name shin\r\n direction 0 -1 0\r\n length 7.0e+000\r\n axis 0 0 0 XYZ\r\n end\r\n:hierarchy\r\n begin\r\n root thigh\r\n thigh shin\r\n end\r\n";

fn read_texts(asf: &str, amc: &str) -> (Result<Recording>, Report) {
    let mut report = Report::new();
    let companions = Companions { asf: Some(("t.asf", asf.as_bytes())), ..Companions::default() };
    (read("t.amc", amc.as_bytes(), &companions, None, &mut report), report)
}

#[test]
fn a_pose_by_hand() {
    let (r, report) = read_texts(ASF, ":FULLY-SPECIFIED\r\n:DEGREES\r\n1\r\nroot 1 2 3 0 0 0\r\nthigh 9.0e+001 -1.6e-014\r\n");
    let r = r.expect("valid");
    assert_eq!(r.joints.iter().map(|j| j.name.as_str()).collect::<Vec<_>>(), ["root", "thigh", "shin", "shin_end"]);
    assert_eq!(r.is_end, [false, false, false, true]);
    assert_eq!(r.rate_hz, 120.0);
    assert!((r.unit_m.expect("stated") - 0.056_444_4).abs() < 1e-6);
    assert_eq!(report.notes.len(), 1);
    let (mut p, mut q) = (Vec::new(), Vec::new());
    r.pose_into(0, &mut p, &mut q);
    // The thigh's own x axis, turned by 90 degrees about z, is the world's y, along which the
    // thigh lies: a quarter turn about it moves nothing.
    assert!((p[2] - Vec3::new(1.0, -5.5, 3.0)).norm() < 1e-9);
    assert!((p[3] - Vec3::new(1.0, -12.5, 3.0)).norm() < 1e-9);
    // About its z axis, the world's, it swings sideways.
    let (r, _) = read_texts(ASF, "1\nroot 0 0 0 0 0 0\nthigh 0 90\n");
    r.expect("valid").pose_into(0, &mut p, &mut q);
    assert!((p[2] - Vec3::new(7.5, 0.0, 0.0)).norm() < 1e-9);
}

#[test]
fn the_root_turns_x_first() {
    let (r, _) = read_texts(ASF, "1\nroot 0 0 0 10 20 30\nthigh 0 0\n");
    let expected = Rot::from_euler_angles(10f64.to_radians(), 20f64.to_radians(), 30f64.to_radians());
    assert!(r.expect("valid").rotation[0].angle_to(&expected) < 1e-12); // Rz Ry Rx
}

#[test]
fn missing_lines_keep_the_place() {
    let (r, report) = read_texts(ASF, "1\nroot 0 0 0 0 0 0\nthigh 0 90\n3\nroot 0 0 1 0 0 0\n");
    let r = r.expect("valid");
    assert_eq!(r.frames(), 2);
    assert!(r.rotation[1].angle_to(&r.rotation[5]) < 1e-12);
    let messages: Vec<&str> = report.notes.iter().map(|n| n.message.as_str()).collect();
    assert!(messages.iter().any(|m| m.contains("missing in some frames")), "{messages:?}");
    assert!(messages.iter().any(|m| m.contains("frame numbers")), "{messages:?}");
    let (_, report) = read_texts(ASF, "1\nroot 0 0 0 0 0 0\n");
    assert!(report.notes.iter().any(|n| n.message.contains("thigh: kept at rest")));
}

#[test]
fn errors_name_the_place() {
    let amc = |text: &str| read_texts(ASF, text).0.expect_err("broken").to_string();
    assert!(amc("").contains("at least one frame"));
    assert!(amc("1\nroot 0 0 0 0 0\n").contains("t.amc, line 2: expected 6 numbers for bone 'root'"));
    assert!(amc("1\nroot 0 0 0 0 0 0 0\n").contains("line 2"));
    assert!(amc("1\nthihg 0 0\n").contains("nearest: thigh"));
    assert!(amc("1\nthigh 0 inf\n").contains("line 2, frame 0, bone 'thigh', number 2: expected a finite number, found 'inf'"));
    assert!(amc("root 0\n").contains("line 1: expected a frame number"));
    let asf = |from: &str, to: &str| read_texts(&ASF.replace(from, to), "1\n").0.expect_err("broken").to_string();
    assert!(asf("thigh shin", "shin thigh").contains("every bone below"));
    assert!(
        asf("root thigh", "root thing").contains("t.asf, line 34: expected one of the bones root, thigh, shin, found 'thing'")
    );
    assert!(asf("name shin", "name thigh").contains("a name no other bone has"));
    assert!(asf("7.0e+000", "x").contains("line 29"));
    assert!(asf("dof rx rz", "dof rx qq").contains("rx, ry, rz"));
    assert!(asf(":bonedata", ":nothing").contains(":bonedata"));
    let alone = read("t.amc", b"1\n", &Companions::default(), None, &mut Report::new()).expect_err("no skeleton");
    assert!(alone.to_string().contains("skeleton file (.asf)"));
}

#[test]
fn a_loop_of_bones_is_an_error() {
    let looped = ASF.replace(" root thigh\r\n thigh shin", " shin thigh\r\n thigh shin");
    assert!(read_texts(&looped, "1\n").0.expect_err("a loop").to_string().contains("these not: thigh, shin"));
}
