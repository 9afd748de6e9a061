//! Tests of arrays of positions: trees by names and by layout, and what breaks them.

use super::*;
use crate::npz::{npy::write, pack};

fn f8(values: &[f64]) -> Vec<u8> {
    values.iter().flat_map(|v| v.to_le_bytes()).collect()
}

fn names(names: &[&str]) -> Vec<u8> {
    names.iter().flat_map(|n| n.chars().map(u32::from).chain(std::iter::repeat(0)).take(8)).flat_map(u32::to_le_bytes).collect()
}

fn read_bytes(bytes: &[u8], layout: Option<Layout>, rate_hz: Option<f64>) -> (Result<Recording>, Report) {
    let mut report = Report::new();
    (read("t", bytes, layout, rate_hz, &mut report), report)
}

#[test]
fn positions_come_back() {
    let values: Vec<f64> = (0..18).map(|i| f64::from(i * i)).collect();
    let bytes = pack(&[
        ("positions", "<f8", &[2, 3, 3], f8(&values)),
        ("names", "<U8", &[3], names(&["LeftLeg", "Hips", "LeftUpLe"])),
        ("fps", "<f8", &[], f8(&[30.0])),
    ]);
    assert!(are_in(&bytes));
    assert!(read_bytes(&bytes, None, None).0.expect_err("name").to_string().contains("'LeftUpLe' among"));
    let bytes = pack(&[
        ("positions", "<f8", &[2, 3, 3], f8(&values)),
        ("names", "<U8", &[3], names(&["LeftLeg", "Hips", "Spine"])),
        ("fps", "<f8", &[], f8(&[30.0])),
    ]);
    let (r, _) = read_bytes(&bytes, None, None);
    let r = r.expect("valid");
    assert!(!r.has_rotations);
    assert_eq!(
        r.joints.iter().map(|j| (j.name.as_str(), j.parent)).collect::<Vec<_>>(),
        [("Hips", None), ("LeftLeg", Some(0)), ("Spine", Some(0))]
    );
    let (mut at, mut turn) = (Vec::new(), Vec::new());
    r.pose_into(1, &mut at, &mut turn);
    assert_eq!(at[1], Vec3::new(81.0, 100.0, 121.0));
}

#[test]
fn errors_say_what_is_known() {
    let error = |bytes: &[u8], layout, rate_hz| read_bytes(bytes, layout, rate_hz).0.expect_err("broken").to_string();
    let array = |shape: &[usize]| write("<f8", shape, &f8(&vec![0.5; shape.iter().product()]));
    assert!(error(&array(&[2, 22, 3]), None, None).contains("--source-rate"));
    assert!(error(&array(&[2, 21, 3]), None, Some(30.0)).contains("optitrack (26)"));
    assert!(error(&array(&[2, 66]), None, Some(30.0)).contains("(frames, joints, 3)"));
    assert!(error(&array(&[2, 22, 3]), Some(Layout::OptiTrack), Some(30.0)).contains("'optitrack' for 22 joints"));
    let mut holes = vec![0.5; 2 * 66];
    holes[70] = f64::NAN;
    assert!(error(&write("<f8", &[2, 22, 3], &f8(&holes)), None, Some(30.0)).contains("NaN at frame 1, joint 1"));
    let few = pack(&[
        ("positions", "<f8", &[1, 2, 3], f8(&[0.0; 6])),
        ("names", "<U8", &[1], names(&["Hips"])),
        ("fps", "<f8", &[], f8(&[1.0])),
    ]);
    assert!(error(&few, None, None).contains("2 names"));
}
