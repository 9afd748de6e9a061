//! What a person stands on and touches besides the floor.

use kouros_label::{ContactOptions, foot_grounds, human_contacts, human_touches, supports};
use kouros_motion::{Anatomy, Arm, BodyPart, BodyTrack, Joint, Leg, Report, Skeleton, Vec3};
use kouros_robot::{Scene, SceneBody, SceneTrack, Solid};

const RATE: f64 = 60.0;
/// Pelvis, two legs of four, shoulders, elbows and wrists.
const NAMES: [&str; 15] = [
    "pelvis",
    "l_hip",
    "l_knee",
    "l_ankle",
    "l_toe",
    "r_hip",
    "r_knee",
    "r_ankle",
    "r_toe",
    "l_shoulder",
    "l_elbow",
    "l_wrist",
    "r_shoulder",
    "r_elbow",
    "r_wrist",
];
/// Blocks are found to the toe joints' height; half a centimetre is the noise of none.
const SAME: f64 = 0.005;

fn anatomy() -> Anatomy {
    let leg = |hip: usize| Leg { hip, knee: hip + 1, ankle: hip + 2, toe: hip + 3 };
    let arm = |shoulder: usize| Arm { clavicle: None, shoulder, elbow: shoulder + 1, wrist: shoulder + 2 };
    Anatomy {
        pelvis: 0,
        spine: vec![],
        neck: None,
        head: None,
        legs: [leg(1), leg(5)],
        arms: [arm(9), arm(12)],
        rest_is_upright: true,
        rest_is_t_pose: false,
    }
}

/// A person whose pelvis and feet (ankles) are given at every tick; hands hang.
fn person(seconds: f64, at: impl Fn(f64) -> (Vec3, [Vec3; 2])) -> BodyTrack {
    let mut all = Vec::new();
    for t in 0..(seconds * RATE) as usize {
        let (pelvis, feet) = at(t as f64 / RATE);
        all.push(pelvis);
        for (side, foot) in [(1.0, feet[0]), (-1.0, feet[1])] {
            let hip = pelvis + Vec3::new(0.0, 0.09 * side, -0.05);
            all.extend([hip, (hip + foot) / 2.0 + Vec3::x() * 0.1, foot, foot + Vec3::new(0.15, 0.0, -0.06)]);
        }
        for side in [1.0, -1.0] {
            let shoulder = pelvis + Vec3::new(0.0, 0.18 * side, 0.45);
            all.extend([shoulder, shoulder - Vec3::z() * 0.28, shoulder - Vec3::z() * 0.53]);
        }
    }
    BodyTrack::new(NAMES.map(str::to_owned).to_vec(), RATE, all, None).expect("finite")
}

/// From one place to another between two times, over an arc.
fn swing(t: f64, from: Vec3, to: Vec3, begin: f64, end: f64) -> Vec3 {
    let s = ((t - begin) / (end - begin)).clamp(0.0, 1.0);
    let go = s.powi(3) * (10.0 - 15.0 * s + 6.0 * s * s);
    from + (to - from) * go + Vec3::z() * (0.1 * (std::f64::consts::PI * s).sin())
}

/// Up onto a block of 0.3 m, one foot after the other, and standing there.
fn climbing() -> BodyTrack {
    let feet = [Vec3::new(0.0, 0.1, 0.08), Vec3::new(0.0, -0.1, 0.08)];
    let up = Vec3::new(0.45, 0.0, 0.3);
    person(5.0, |t| {
        let left = swing(t, feet[0], feet[0] + up, 1.0, 1.6);
        let right = swing(t, feet[1], feet[1] + up, 2.2, 2.8);
        ((left + right) / 2.0 + Vec3::new(0.02, 0.0, 0.85), [left, right])
    })
}

#[test]
fn a_block_is_found_under_both_feet() {
    let (track, anatomy, options) = (climbing(), anatomy(), ContactOptions::default());
    let mut report = Report::new();
    let flat = human_contacts(&track, &anatomy, None, &options, &mut report);
    let scene = supports(&track, &anatomy, &flat, &options, &mut report).expect("a block");
    assert_eq!(scene.bodies.len(), 1, "{scene:?}");
    let around = SceneTrack::new(scene, &[], track.ticks()).expect("no objects");
    let top = around.below(0, &Vec3::new(0.5, 0.0, 1.0), 0.0, 0.0, flat.floor).0;
    assert!((top - flat.floor - 0.3).abs() < SAME, "{top}");
    // Nothing where the person stood before.
    assert_eq!(around.below(0, &Vec3::new(0.0, 0.1, 1.0), 0.0, 0.0, flat.floor).1.body, None);
    // Over the block the feet stand again, on it and before it.
    let found = human_contacts(&track, &anatomy, Some(&around), &options, &mut report);
    let grounds = foot_grounds(&track, &anatomy, &found.feet, &around, found.floor);
    let tick = |seconds: f64| (seconds * RATE) as usize;
    for (seconds, side, body) in [(0.5, 0, None), (1.9, 0, Some(0)), (1.9, 1, None), (4.0, 1, Some(0))] {
        assert!(found.feet.foot(tick(seconds), side), "{seconds} {side}");
        assert_eq!(grounds[tick(seconds)][2 * side].body, body, "{seconds} {side}");
    }
    assert!(!found.feet.foot(tick(2.5), 1));
}

#[test]
fn treads_shorter_than_a_foot_end_before_the_foot_below() {
    // 25 cm up and 12 cm on with every step: each tread's footprint reaches over the foot below.
    let step = |n: f64| Vec3::new(0.12 * n, 0.0, 0.25 * n);
    let stand = [Vec3::new(0.0, 0.06, 0.08), Vec3::new(0.0, -0.06, 0.08)];
    let track = person(9.0, |t| {
        let left = swing(t, stand[0], stand[0] + step(1.0), 1.0, 1.6);
        let left = swing(t, left, stand[0] + step(3.0), 4.0, 4.8);
        let right = swing(t, stand[1], stand[1] + step(2.0), 2.5, 3.3);
        let right = swing(t, right, stand[1] + step(3.0), 5.5, 6.1);
        ((left + right) / 2.0 + Vec3::new(0.02, 0.0, 0.85), [left, right])
    });
    let (anatomy, options) = (anatomy(), ContactOptions::default());
    let flat = human_contacts(&track, &anatomy, None, &options, &mut Report::new());
    let scene = supports(&track, &anatomy, &flat, &options, &mut Report::new()).expect("blocks");
    let around = SceneTrack::new(scene, &[], track.ticks()).expect("no objects");
    let below = |p: &Vec3| around.below(0, p, 0.02, 0.0, flat.floor).0;
    for (seconds, side, n) in [(2.0, 0, 1.0), (3.8, 1, 2.0), (5.2, 0, 3.0), (8.0, 1, 3.0)] {
        let toe = track.position((seconds * RATE) as usize, anatomy.legs[side].toe);
        assert!((below(&toe) - flat.floor - 0.25 * n).abs() < SAME, "{seconds} {}", below(&toe));
    }
    for t in 0..track.ticks() {
        for leg in &anatomy.legs {
            let (toe, ankle) = (track.position(t, leg.toe), track.position(t, leg.ankle));
            let tip = toe + (toe - ankle).xy().push(0.0) * 0.3;
            let sunk = around.nearest(0, &tip, 0.5).map_or(0.0, |(_, n)| -n.distance);
            assert!(sunk < 0.01, "{t}: the tip of a toe {sunk} m in a tread");
        }
    }
}

#[test]
fn feet_that_hang_or_kick_need_no_block() {
    let options = ContactOptions::default();
    let needs = |track: BodyTrack| {
        let mut report = Report::new();
        let flat = human_contacts(&track, &anatomy(), None, &options, &mut report);
        supports(&track, &anatomy(), &flat, &options, &mut report)
    };
    // A foot held up while the other stands.
    let kick = person(4.0, |t| {
        let right = swing(t, Vec3::new(0.0, -0.1, 0.08), Vec3::new(0.5, -0.1, 0.6), 1.0, 1.4);
        (Vec3::new(0.0, 0.0, 0.93), [Vec3::new(0.0, 0.1, 0.08), right])
    });
    assert!(needs(kick).is_none());
    // Walked to a bench, then both feet dangle a thigh before the seat.
    let bench = person(6.0, |t| {
        let stand = [Vec3::new(0.0, 0.1, 0.08), Vec3::new(0.0, -0.1, 0.08)];
        let hang = stand.map(|f| f + Vec3::new(0.0, 0.0, 0.35));
        let feet = [swing(t, stand[0], hang[0], 2.0, 3.0), swing(t, stand[1], hang[1], 2.0, 3.0)];
        (swing(t, Vec3::new(0.0, 0.0, 0.93), Vec3::new(-0.45, 0.0, 0.85), 2.0, 3.0), feet)
    });
    assert!(needs(bench).is_none());
}

#[test]
fn hands_rest_on_a_table_and_knees_on_the_floor() {
    // Kneeling: knees at 5.5 cm, the height of their flesh; hands on a table of 0.6 m.
    let (mut positions, ticks) = (Vec::new(), 120);
    for t in 0..ticks {
        let drift = Vec3::x() * (0.3 * f64::from(t > 80) * (t as f64 - 80.0) / RATE);
        let knees = [Vec3::new(0.0, 0.1, 0.055), Vec3::new(0.0, -0.1, 0.055)];
        positions.push(Vec3::new(0.0, 0.0, 0.55));
        for (side, knee) in [(1.0, knees[0]), (-1.0, knees[1])] {
            let ankle = knee + Vec3::new(-0.42, 0.0, 0.03);
            positions.extend([Vec3::new(0.0, 0.1 * side, 0.5), knee, ankle, ankle + Vec3::new(-0.15, 0.0, 0.0)]);
        }
        for side in [1.0, -1.0] {
            // The right hand slides after 80 ticks; the left stays.
            let slide = if side < 0.0 { drift } else { Vec3::zeros() };
            let wrist = Vec3::new(0.4, 0.15 * side, 0.63) + slide;
            positions.extend([Vec3::new(0.0, 0.18 * side, 1.0), Vec3::new(0.2, 0.2 * side, 0.8), wrist]);
        }
    }
    let track = BodyTrack::new(NAMES.map(str::to_owned).to_vec(), RATE, positions, None).expect("finite");
    let joint = |(i, name): (usize, &&str)| Joint {
        name: (*name).to_owned(),
        parent: match i {
            0 => None,
            1 | 5 | 9 | 12 => Some(0),
            _ => Some(i - 1),
        },
        offset: Vec3::zeros(),
    };
    let skeleton = Skeleton::new(NAMES.iter().enumerate().map(joint).collect()).expect("a tree");
    let table = SceneBody {
        name: "table".into(),
        solids: vec![Solid::cuboid(Vec3::new(0.5, 0.5, 0.02)).expect("a box")],
        movable: false,
        world_from_body: kouros_motion::Pose::translation(0.7, 0.0, 0.58),
    };
    let scene = SceneTrack::new(Scene { floor: Some(0.0), bodies: vec![table] }, &[], ticks).expect("no objects");
    let touches = human_touches(&track, &skeleton, &anatomy(), &scene, 0.0, &mut Report::new());
    let of = |t: usize, part: BodyPart| touches[t].iter().find(|touch| touch.part == part).copied();
    for t in [10, 40, 100] {
        let left = of(t, BodyPart::LeftHand).expect("on the table");
        assert!(left.held && left.surface.body == Some(0) && left.gap < 1e-9 && left.strength == 1.0);
        assert!(left.surface.plane.normal.z > 0.99, "its top");
        let knee = of(t, BodyPart::LeftKnee).expect("on the floor");
        assert!(knee.held && knee.surface.body.is_none() && knee.gap < 1e-9);
        assert!(of(t, BodyPart::Seat).is_none() && of(t, BodyPart::LeftElbow).is_none());
    }
    assert!(of(40, BodyPart::RightHand).is_some_and(|r| r.held));
    assert!(of(100, BodyPart::RightHand).is_some_and(|r| !r.held && r.gap < 1e-9), "it slides");
}
