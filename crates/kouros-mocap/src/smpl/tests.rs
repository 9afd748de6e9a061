//! Tests of the SMPL reader: every spelling of the arrays, bones from a shape, and what breaks them.

use super::*;
use crate::npz::pack;

fn f8(values: &[f64]) -> Vec<u8> {
    values.iter().flat_map(|v| v.to_le_bytes()).collect()
}

fn read_arrays(arrays: &[(&str, &str, &[usize], Vec<u8>)]) -> (Result<Recording>, Report) {
    let mut report = Report::new();
    (read("t.npz", &pack(arrays), &Companions::default(), None, &mut report), report)
}

fn poses(width: usize) -> Vec<u8> {
    f8(&vec![0.0; 2 * width])
}

#[test]
fn every_family_by_its_width() {
    for (width, joints) in [(66, 22), (72, 24), (156, 52), (165, 52)] {
        let (r, _) = read_arrays(&[
            ("poses", "<f8", &[2, width], poses(width)),
            ("trans", "<f8", &[2, 3], f8(&[0.0, 0.0, 0.0, 1.0, 2.0, 3.0])),
            ("mocap_framerate", "<f8", &[], f8(&[120.0])),
            ("betas", "<f8", &[16], f8(&[0.0; 16])),
            ("gender", "|S4", &[], b"male".to_vec()),
            ("labels", "|O", &[2], b"\x80\x04".to_vec()),
        ]);
        let r = r.expect("valid");
        assert_eq!((r.width(), r.frames(), r.rate_hz), (joints, 2, 120.0));
        assert!((r.translation[joints] - r.joints[0].offset - Vec3::new(1.0, 2.0, 3.0)).norm() < 1e-12);
    }
}

#[test]
fn the_first_coefficient_scales() {
    let (r, report) = read_arrays(&[
        ("root_orient", "<f8", &[2, 3], poses(3)),
        ("pose_body", "<f8", &[2, 63], poses(63)),
        ("trans", "<f8", &[2, 3], poses(3)),
        ("mocap_frame_rate", "<i8", &[], 60i64.to_le_bytes().to_vec()),
        ("betas", "<f8", &[1, 10], f8(&[1.66; 10])),
    ]);
    let r = r.expect("valid");
    assert_eq!((r.width(), r.rate_hz), (22, 60.0));
    assert!((r.joints[4].offset.y + 0.3752 * 1.1).abs() < 1e-9); // 1.826 m over 1.66 m
    assert!(report.notes.iter().any(|n| n.code == "shape" && n.message.contains("1.100")));
}

#[test]
fn a_users_model_gives_the_bones() {
    // Two vertices; every joint is their sum; the first coefficient moves the first along y.
    let model = pack(&[
        ("J_regressor", "<f8", &[24, 2], f8(&[1.0; 48])),
        ("v_template", "<f8", &[2, 3], f8(&[0.0, 1.0, 0.0, 2.0, 0.0, 0.0])),
        ("shapedirs", "<f8", &[2, 3, 1], f8(&[0.0, 0.5, 0.0, 0.0, 0.0, 0.0])),
    ]);
    let clip = pack(&[
        ("poses", "<f8", &[2, 72], poses(72)),
        ("trans", "<f8", &[2, 3], poses(3)),
        ("fps", "<f8", &[], f8(&[30.0])),
        ("betas", "<f8", &[1], f8(&[2.0])),
    ]);
    let companions = Companions { body_model: Some(("m.npz", &model)), ..Companions::default() };
    let r = read("t.npz", &clip, &companions, None, &mut Report::new()).expect("valid");
    assert!((r.joints[0].offset - Vec3::new(2.0, 2.0, 0.0)).norm() < 1e-12);
    assert!(r.joints[1].offset.norm() < 1e-12);
}

#[test]
fn errors_name_the_array() {
    let rate: (&str, &str, &[usize], Vec<u8>) = ("fps", "<f8", &[], f8(&[30.0]));
    let error = |arrays: &[(&str, &str, &[usize], Vec<u8>)]| read_arrays(arrays).0.expect_err("broken").to_string();
    assert!(error(&[("betas", "<f8", &[16], f8(&[0.0; 16])), ("gender", "|S4", &[], b"male".to_vec())]).contains("stagei"));
    assert!(error(&[]).contains("without arrays"));
    assert!(error(&[("poses", "<f8", &[2, 72], poses(72))]).contains("mocap_framerate"));
    assert!(error(&[("poses", "<f8", &[2, 75], poses(75)), rate.clone()]).contains("found 25"));
    assert!(error(&[("poses", "|O", &[2, 72], Vec::new()), rate.clone()]).contains("never executed"));
    let mut broken = vec![0.0; 144];
    broken[73] = f64::NAN;
    assert!(error(&[("poses", "<f8", &[2, 72], f8(&broken)), rate.clone()]).contains("NaN at frame 1, number 1"));
    assert!(
        error(&[("poses", "<f8", &[2, 72], poses(72)), ("trans", "<f8", &[3, 3], f8(&[0.0; 9])), rate.clone()])
            .contains("shape [2, 3]")
    );
}
