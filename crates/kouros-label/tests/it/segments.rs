//! Segments of motions made to order.

use crate::robot::{g1, moving, standing};
use kouros_label::{SegmentOptions, segments, task_text};
use kouros_motion::{FootContacts, Kind, Pose, Vec3};
use kouros_robot::Robot;

const RATE: f64 = 50.0;

/// The labels of a motion, its kind and its task. `feet` says which feet are down at a time.
fn cut(
    robot: &Robot,
    seconds: f64,
    at: impl Fn(f64) -> (Pose, Vec<f64>),
    feet: impl Fn(f64) -> [bool; 2],
) -> (Vec<String>, Kind, String) {
    let ticks = (seconds * RATE) as usize;
    let trajectory = moving(robot, ticks, RATE, at);
    let down = (0..ticks).map(|t| feet(t as f64 / RATE)).map(|[l, r]| [l, l, r, r]).collect();
    let (found, kind) =
        segments(robot, &trajectory, &FootContacts { rate_hz: RATE, down }, &SegmentOptions::default()).expect("segments");
    assert!(found[0].start == 0 && found[found.len() - 1].end == ticks);
    (found.iter().map(|s| s.label.clone()).collect(), kind, task_text(&found))
}

/// 0 before `from`, 1 after `to`, straight between.
fn ramp(s: f64, from: f64, to: f64) -> f64 {
    ((s - from) / (to - from)).clamp(0.0, 1.0)
}

fn alternating(s: f64) -> [bool; 2] {
    if (s / 0.4).fract() < 0.3 {
        [true, true]
    } else {
        [((s / 0.4) as usize).is_multiple_of(2), !((s / 0.4) as usize).is_multiple_of(2)]
    }
}

#[test]
fn standing_walking_and_turning() {
    let robot = g1();
    let rest = robot.profile.rest.clone();
    let base = standing(&robot, &rest);
    let up = base.translation.vector;
    let (labels, kind, _) = cut(&robot, 4.0, |_| (base, rest.clone()), |_| [true; 2]);
    assert_eq!((labels, kind), (vec!["stand".to_owned()], Kind::Locomotion));

    // Stand 2 s, walk 4 s at 0.8 m/s, stand 2 s, turn left by 120 degrees in 2 s, stand.
    let motion = |s: f64| {
        let turn = Vec3::z() * (2.1 * ramp(s, 8.0, 10.0));
        (Pose::new(up + Vec3::x() * (3.2 * ramp(s, 2.0, 6.0)), turn), rest.clone())
    };
    let feet = |s: f64| if (2.0..6.0).contains(&s) || (8.0..10.0).contains(&s) { alternating(s) } else { [true; 2] };
    let (labels, kind, task) = cut(&robot, 12.0, motion, feet);
    assert_eq!(labels, ["stand", "walk", "stand", "turn_left", "stand"]);
    assert_eq!((kind, task.as_str()), (Kind::Locomotion, "stand, walk forward, turn left, stand"));

    for (direction, name) in
        [(Vec3::x(), "walk"), (-Vec3::x(), "walk_backward"), (Vec3::y(), "walk_left"), (-Vec3::y(), "walk_right")]
    {
        let heading = Vec3::z() * 1.0;
        let way = nalgebra::UnitQuaternion::new(heading) * direction;
        let (labels, ..) = cut(&robot, 4.0, |s| (Pose::new(up + way * (0.7 * s), heading), rest.clone()), alternating);
        assert_eq!(labels, [name]);
    }
}

#[test]
fn running_and_jumping() {
    let robot = g1();
    let rest = robot.profile.rest.clone();
    let up = standing(&robot, &rest).translation.vector;
    let run = |s: f64| {
        if (s / 0.35).fract() < 0.6 {
            [((s / 0.35) as usize).is_multiple_of(2), !((s / 0.35) as usize).is_multiple_of(2)]
        } else {
            [false; 2]
        }
    };
    let (labels, kind, _) = cut(&robot, 5.0, |s| (Pose::translation(up.x + 2.5 * s, 0.0, up.z), rest.clone()), run);
    assert_eq!((labels, kind), (vec!["run".to_owned()], Kind::Locomotion));
    // One hop on the spot: 0.4 s in the air.
    let hop = |s: f64| {
        let t: f64 = (s - 1.5).clamp(0.0, 0.4);
        (Pose::translation(0.0, 0.0, up.z + 0.5 * 9.81 * t * (0.4 - t)), rest.clone())
    };
    let (labels, ..) = cut(&robot, 3.0, hop, |s| [!(1.5..1.9).contains(&s); 2]);
    assert_eq!(labels, ["stand", "jump", "stand"]);
}

#[test]
fn crouching_reaching_and_lying() {
    let robot = g1();
    let rest = robot.profile.rest.clone();
    let up = standing(&robot, &rest).translation.vector;
    let squat = |s: f64| {
        let low = ramp(s, 2.0, 3.0) - ramp(s, 5.0, 6.0);
        let mut q = rest.clone();
        for side in ["left", "right"] {
            for (joint, bend) in [("hip_pitch", -1.2), ("knee", 2.0), ("ankle_pitch", -0.6)] {
                q[robot.joint(&format!("{side}_{joint}_joint")).expect("joint")] += bend * low;
            }
        }
        (Pose::translation(0.0, 0.0, standing(&robot, &q).translation.z), q)
    };
    let (labels, kind, _) = cut(&robot, 8.0, squat, |_| [true; 2]);
    assert!(labels.contains(&"crouch".to_owned()) && labels[0] == "stand" && labels[labels.len() - 1] == "stand", "{labels:?}");
    assert_eq!(kind, Kind::WholeBody);

    let shoulder = robot.joint("left_shoulder_pitch_joint").expect("shoulder");
    let elbow = robot.joint("left_elbow_joint").expect("elbow");
    let raise = |angle: f64| {
        let mut q = rest.clone();
        (q[shoulder], q[elbow]) = (angle, 1.4);
        let pose = (Pose::translation(0.0, 0.0, up.z), q);
        cut(&robot, 3.0, move |_| pose.clone(), |_| [true; 2])
    };
    assert_eq!(raise(-2.9).0, ["reach_up"]);
    let (labels, kind, _) = raise(-1.5);
    assert_eq!((labels, kind), (vec!["reach_out".to_owned()], Kind::Manipulation));

    // On the back for two seconds, then up within two more.
    let rise = |s: f64| {
        let upright = ramp(s, 2.0, 4.0);
        (Pose::new(Vec3::z() * (0.1 + (up.z - 0.1) * upright), Vec3::y() * (-1.5 * (1.0 - upright))), rest.clone())
    };
    let (labels, kind, task) = cut(&robot, 6.0, rise, |s| [s > 3.0; 2]);
    assert_eq!(labels, ["lie", "get_up", "stand"]);
    assert_eq!((kind, task.as_str()), (Kind::WholeBody, "lie, get up, stand"));
}

#[test]
fn one_tick_is_a_clip_too() {
    let robot = g1();
    let rest = robot.profile.rest.clone();
    let base = standing(&robot, &rest);
    assert_eq!(cut(&robot, 0.02, |_| (base, rest.clone()), |_| [true; 2]).0, ["stand"]);
}
