//! A robot that follows a human frame by frame.

use crate::judge::Judged;
use crate::{Clip, g1, sample};
use kouros_motion::{Report, Rot, Trajectory, Vec3};
use kouros_retarget::{Calibration, LAG, Moment, Options, Posture, Stream};

/// Rounding of a sum of a step and a position.
const ROUNDING: f64 = 1e-12;

fn calibrated(clip: &Clip, options: &Options) -> Calibration {
    Calibration::of(&clip.human(), g1(), options, &mut Report::new()).expect("a human's motion")
}

/// The joints of one frame.
fn frame(clip: &Clip, t: usize) -> (Vec<Vec3>, Vec<Rot>) {
    let joints = 0..clip.track.bodies();
    let rotations = joints.clone().filter_map(|j| clip.track.rotation(t, j)).collect();
    (joints.map(|j| clip.track.position(t, j)).collect(), rotations)
}

/// All postures of a clip whose frames `change` may spoil; what is refused is skipped.
fn followed(clip: &Clip, change: impl Fn(usize, &mut Vec<Vec3>)) -> Vec<Posture> {
    let options = Options::default();
    let rate_hz = clip.track.rate_hz();
    let mut stream = Stream::new(g1(), calibrated(clip, &options), rate_hz, &options).expect("a rate");
    let mut out = Vec::new();
    for t in 0..clip.track.ticks() {
        let (mut positions, rotations) = frame(clip, t);
        change(t, &mut positions);
        let contacts = &clip.contacts.down[t.saturating_sub(LAG)..=t];
        let moment = Moment { positions: &positions, rotations: Some(&rotations), contacts };
        let given = stream.push(&moment).unwrap_or_else(|_| stream.skip());
        assert_eq!(given.is_some(), t >= LAG);
        out.extend(given);
    }
    out.extend(std::iter::from_fn(|| stream.finish()));
    out
}

/// Every posture in its turn, inside the ranges, no joint too fast.
fn check_promises(postures: &[Posture], clip: &Clip) {
    assert_eq!(postures.len(), clip.track.ticks());
    for (t, p) in postures.iter().enumerate() {
        assert_eq!(p.frame, t as u64);
        assert!(p.base.translation.vector.iter().all(|v| v.is_finite()));
        for (q, joint) in p.joints.iter().zip(&g1().joints) {
            let [low, high] = joint.range.expect("the G1 has ranges");
            assert!((low..=high).contains(q), "{} at {q} in frame {t}", joint.name);
        }
    }
    for pair in postures.windows(2) {
        for (a, b) in pair[0].joints.iter().zip(&pair[1].joints) {
            assert!((b - a).abs() <= Options::default().joint_speed / clip.track.rate_hz() + ROUNDING);
        }
    }
}

#[test]
fn a_stream_follows_like_a_clip() {
    let clip = sample("crouch_reach.bvh", 30.0);
    let postures = followed(&clip, |_, _| {});
    check_promises(&postures, &clip);
    assert!(postures.iter().all(|p| !p.held));
    let trajectory = Trajectory {
        robot: g1().name.clone(),
        joint_names: g1().joint_names(),
        rate_hz: clip.track.rate_hz(),
        base: postures.iter().map(|p| p.base).collect(),
        joint_pos: postures.iter().flat_map(|p| p.joints.clone()).collect(),
    };
    let j = Judged::new(g1(), &clip, &trajectory);
    eprintln!("{j:?}");
    // Without the future, feet come down less softly than the 5 mm promised of whole clips.
    assert!(j.slide < 0.010 && j.lifted < 0.01 && j.sunk < 0.02 && j.self_penetration < 0.01, "{j:?}");
}

#[test]
fn whatever_comes_the_promises_hold() {
    let clip = sample("walk_turn.bvh", 30.0);
    let spoiled = followed(&clip, |t, positions| match t {
        // Lost, no numbers, shrunk to a point, elsewhere in the room.
        20 => positions.clear(),
        25..30 => positions[3].x = f64::NAN,
        35 => positions.iter_mut().for_each(|p| *p = Vec3::zeros()),
        40..45 => positions.iter_mut().for_each(|p| *p += Vec3::new(3.0, -2.0, 0.5)),
        50.. => positions.iter_mut().for_each(|p| p.x *= 1.0 + 1e3 * f64::from(t % 2 == 0)),
        _ => {}
    });
    check_promises(&spoiled, &clip);
}

#[test]
fn the_same_frames_give_the_same_postures() {
    let clip = sample("walk_turn.bvh", 60.0);
    assert_eq!(followed(&clip, |_, _| {}), followed(&clip, |_, _| {}));
}

#[test]
fn a_stream_without_frames_has_nothing() {
    let (clip, options) = (sample("walk_turn.bvh", 30.0), Options::default());
    assert!(Stream::new(g1(), calibrated(&clip, &options), 0.0, &options).is_err());
    let mut stream = Stream::new(g1(), calibrated(&clip, &options), 30.0, &options).expect("a rate");
    assert!(stream.skip().is_none() && stream.finish().is_none());
    // Shorter than the lag.
    let (positions, rotations) = frame(&clip, 0);
    let moment = Moment { positions: &positions, rotations: Some(&rotations), contacts: &[[true; 4]] };
    assert_eq!(stream.push(&moment).expect("a frame"), None);
    assert_eq!(stream.finish().map(|p| p.frame), Some(0));
    assert_eq!(stream.finish(), None);
}
