//! Tests of the DeepMimic reader: a pose worked by hand, uneven frames, and what breaks it.

use super::*;

/// A frame that stands still, with these numbers in place of others.
fn frame(changes: &[(usize, f64)]) -> Vec<f64> {
    let mut out = vec![0.0; NUMBERS];
    out[0] = 0.033332;
    let mut at = 4;
    for (_, _, _, kind) in JOINTS {
        if kind == Kind::Ball {
            out[at] = 1.0;
        }
        at += kind.numbers();
    }
    assert_eq!(at, NUMBERS);
    for (i, v) in changes {
        out[*i] = *v;
    }
    out
}

fn read_frames(frames: &[Vec<f64>]) -> (Result<Recording>, Report) {
    let text = format!("{{\"Loop\": \"wrap\", \"Frames\": {frames:?}}}");
    let mut report = Report::new();
    (read("t.txt", text.as_bytes(), None, &mut report), report)
}

#[test]
fn a_bent_knee_by_hand() {
    // Right knee bent by a quarter: the shank points backwards. Its number is the 21st.
    let (r, _) = read_frames(&[frame(&[(20, -std::f64::consts::FRAC_PI_2), (2, 0.9)]), frame(&[])]);
    let r = r.expect("valid");
    assert_eq!((r.frames(), r.rate_hz), (2, 30.0));
    let (mut at, mut turn) = (Vec::new(), Vec::new());
    r.pose_into(0, &mut at, &mut turn);
    assert!((at[6] - Vec3::new(-0.40987, 0.9 - 0.421546, 0.084887)).norm() < 1e-12, "{}", at[6]);
    // The left leg hangs; its knee's number is the 35th.
    assert!((at[13] - Vec3::new(0.0, 0.9 - 0.421546 - 0.40987, -0.084887)).norm() < 1e-12);
    let (r, _) = read_frames(&[frame(&[(34, -0.1)]), frame(&[])]);
    assert!((r.expect("valid").rotation[12].angle() - 0.1).abs() < 1e-12);
}

#[test]
fn uneven_frames_are_put_on_even_ticks() {
    let at = |x: f64, lasts: f64| frame(&[(0, lasts), (1, x)]);
    let (r, report) = read_frames(&[at(0.0, 0.1), at(1.0, 0.1), at(2.0, 0.2), at(4.0, 0.1), at(5.0, 0.0)]);
    let r = r.expect("valid");
    let found: Vec<f64> = (0..r.frames()).map(|t| r.translation[t * JOINTS.len()].x).collect();
    assert_eq!(r.rate_hz, 10.0);
    assert!(found.len() == 6 && found.iter().enumerate().all(|(i, x)| (x - i as f64).abs() < 1e-9), "{found:?}");
    assert_eq!(report.warnings().count(), 1);
}

#[test]
fn errors_name_the_frame() {
    let error = |frames: &[Vec<f64>]| read_frames(frames).0.expect_err("broken").to_string();
    assert!(error(&[]).contains("expected frames"));
    assert!(error(&[frame(&[])]).contains("one frame"));
    assert!(error(&[frame(&[]), vec![0.0; 61]]).contains("'Frames[1]': expected 44 numbers"));
    assert!(error(&[frame(&[(0, 0.0)]), frame(&[])]).contains("positive time"));
    assert!(error(&[frame(&[(4, 0.0)]), frame(&[])]).contains("'root'"));
    assert!(error(&[frame(&[(0, 1e-9)]), frame(&[(0, 1e9)]), frame(&[(0, 1e-9)]), frame(&[])]).contains("at most"));
    let mut report = Report::new();
    let message = read("t.txt", b"{\"Frames\": [[1,\n x", None, &mut report).expect_err("no JSON").to_string();
    assert!(message.contains("line 2"), "{message}");
}
