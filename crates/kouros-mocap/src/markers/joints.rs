//! Joint centres and segments' rotations from landmarks.
//!
//! All of it in metres with Z up; the recording gets it back in the file's units and axes. Where
//! the numbers come from: hips by Harrington et al., J Biomech 40 (2007) 595; marker radius and
//! joint widths of an adult (Winter, Biomechanics and Motor Control, 4th ed., table 4.1; Plug-in
//! Gait's 14 mm markers), scaled by the leg where it is no adult's.

use super::Stated;
use super::body::Landmarks;
use super::landmarks::Landmark as L;
use crate::Up;
use crate::error::Result;
use crate::recording::{Recording, Thing, check_samples};
use kouros_motion::{Joint, LEFT, RIGHT, Report, Rot, Vec3};
use nalgebra::{Matrix3, Rotation3};
use std::ops::Range;

/// Half the width of a common marker [m].
const RADIUS: f64 = 0.007;
/// Widths of an adult's joints [m].
const KNEE: f64 = 0.10;
const ANKLE: f64 = 0.07;
const ELBOW: f64 = 0.07;
/// How far the shoulder lies below the acromion [m] (Plug-in Gait's offset).
const SHOULDER: f64 = 0.05;
/// An adult's leg, hip to knee to ankle [m].
const LEG: f64 = 0.85;
/// The upper body at rest, of an adult [m]: Drillis and Contini 1966 as in Winter, figure 4.1, for a height of
/// 1.73 m, whose leg is the one above. Shoulders above the hips and beside the middle; the arm's two bones.
const TRUNK: f64 = 0.50;
const SHOULDERS: f64 = 0.18;
const UPPER_ARM: f64 = 0.32;
const FOREARM: f64 = 0.25;
/// How far an arm at rest leans away from the body, and its forearm forward [rad].
const HANG: f64 = 0.1;
/// How far the plane of the iliac spines leans forward when one stands [rad].
const PELVIS_TILT: f64 = 0.175;
/// What the trunk's own left counts against the plane in which a limb bends, in sines of its bend:
/// a straight limb has no such plane.
const KNEE_HINT: f64 = 0.3;
const ELBOW_HINT: f64 = 0.2;

/// One frame's joints.
struct Pose {
    at: Vec<Vec3>,
    turn: Vec<Rot>,
}

/// Which optional landmarks are known throughout.
struct Has {
    shoulders: bool,
    arms: [bool; 2],
    back: bool,
    trunk: bool,
    neck: bool,
    head: Vec<(L, Option<usize>)>,
    heels: bool,
    knees: bool,
    ankles: bool,
    elbows: bool,
    wrists: bool,
    fingers: bool,
    toes: [L; 2],
}

/// The recording of the body in `range`.
pub(super) fn recording(
    file: &str,
    l: &Landmarks,
    range: Range<usize>,
    (up, unit_m): (Up, f64),
    objects: Vec<Thing>,
    stated: Stated,
    report: &mut Report,
) -> Result<Recording> {
    let has = has(l, &range);
    let place = |landmark: L, side: Option<usize>, t: usize| {
        l.at(landmark, side, t).map_or_else(Vec3::zeros, |p| up.z_up_from_file() * p * unit_m)
    };
    let size = size(&place, &range);
    let (names, parents) = tree(&has);
    check_samples(file, names.len(), range.len(), usize::MAX)?;
    let mut last: Vec<Rot> = vec![Rot::identity(); names.len()];
    let mut poses = Vec::with_capacity(range.len());
    for t in range.clone() {
        let pose = pose(&has, &|landmark, side| place(landmark, side, t), size, &last);
        last.clone_from(&pose.turn);
        poses.push(pose);
    }
    let has_rotations = has.heels && has.wrists;
    let width = names.len();
    let mut offset = vec![Vec3::zeros(); width];
    let (mut rotation, mut translation) = (Vec::with_capacity(range.len() * width), Vec::with_capacity(range.len() * width));
    let back = up.z_up_from_file().inverse();
    for pose in &poses {
        for j in 0..width {
            let (turn, at) = match parents[j] {
                None => (pose.turn[j], pose.at[j]),
                Some(p) => (pose.turn[p].inverse() * pose.turn[j], pose.turn[p].inverse() * (pose.at[j] - pose.at[p])),
            };
            let (turn, at) = if has_rotations {
                offset[j] += at / poses.len() as f64;
                (turn, at)
            } else {
                (Rot::identity(), parents[j].map_or(pose.at[j], |p| pose.at[j] - pose.at[p]))
            };
            if !has_rotations && translation.len() < width {
                offset[j] = at;
            }
            rotation.push(back * turn * back.inverse());
            translation.push(back * at / unit_m);
        }
    }
    let joint = |j: usize| Joint {
        name: names[j].to_owned(),
        parent: parents[j],
        offset: if parents[j].is_some() { back * offset[j] / unit_m } else { Vec3::zeros() },
    };
    tell(&has, size, has_rotations, report);
    Ok(Recording {
        format: stated.format,
        joints: (0..width).map(joint).collect(),
        is_end: names.iter().map(|n| n.ends_with("End")).collect(),
        rate_hz: stated.rate_hz,
        rotation,
        translation,
        unit_m: stated.unit_m.or(Some(unit_m)),
        usual_up: up,
        has_rotations,
        contacts: None,
        objects,
        plates: stated.plates,
    })
}

fn has(l: &Landmarks, range: &Range<usize>) -> Has {
    let both = |landmark: L| [LEFT, RIGHT].iter().all(|s| l.throughout(landmark, Some(*s), range));
    let one = |landmark: L| l.throughout(landmark, None, range);
    let sides = [Some(LEFT), Some(RIGHT)];
    let whole = |landmark: L| if both(landmark) { sides.map(|s| (landmark, s)).to_vec() } else { Vec::new() };
    let mut head = [whole(L::HeadFront), whole(L::HeadBack)].concat();
    if head.len() < 4 {
        head = [whole(L::HeadFront), whole(L::HeadBack), whole(L::HeadSide)].concat();
    }
    let toes = if both(L::Toe) {
        [L::Toe; 2]
    } else if both(L::ToeMedial) && both(L::ToeLateral) {
        [L::ToeMedial, L::ToeLateral]
    } else if both(L::ToeLateral) {
        [L::ToeLateral; 2]
    } else {
        [L::ToeMedial; 2]
    };
    let arms = |landmark: L| [LEFT, RIGHT].iter().all(|s| !l.arms[*s] || l.throughout(landmark, Some(*s), range));
    Has {
        shoulders: l.shoulders,
        arms: l.arms,
        back: both(L::Psis),
        trunk: one(L::T10) && one(L::Sternum),
        neck: one(L::C7) && one(L::Clavicle),
        head,
        heels: both(L::Heel),
        knees: both(L::KneeMedial),
        ankles: both(L::AnkleMedial),
        elbows: arms(L::ElbowMedial),
        wrists: arms(L::WristRadial) && arms(L::WristUlnar),
        fingers: l.arms == [true; 2] && both(L::Finger),
        toes,
    }
}

/// How large the body is, 1 for an adult, by the median of its thighs and shanks.
fn size(place: &impl Fn(L, Option<usize>, usize) -> Vec3, range: &Range<usize>) -> f64 {
    let every = (range.len() / 50).max(1);
    let mut legs: Vec<f64> = range
        .clone()
        .step_by(every)
        .flat_map(|t| [(t, Some(LEFT)), (t, Some(RIGHT))])
        .map(|(t, s)| {
            let knee = place(L::Knee, s, t);
            // The iliac spine lies some 8 % of a leg above the hip.
            (knee - place(L::Asis, s, t)).norm() * 0.85 + (place(L::Ankle, s, t) - knee).norm()
        })
        .collect();
    legs.sort_by(f64::total_cmp);
    let leg = legs.get(legs.len() / 2).copied().unwrap_or(LEG);
    (leg / LEG).clamp(0.3, 1.4)
}

/// The joints' names and parents.
fn tree(has: &Has) -> (Vec<&'static str>, Vec<Option<usize>>) {
    let mut names = vec!["Hips", "Chest", "Neck"];
    let mut parents = vec![None, Some(0), Some(1)];
    if !has.head.is_empty() {
        names.push("Head");
        parents.push(Some(2));
    }
    for side in [["LeftUpLeg", "LeftLeg", "LeftFoot", "LeftToe"], ["RightUpLeg", "RightLeg", "RightFoot", "RightToe"]] {
        for (i, name) in side.into_iter().enumerate() {
            parents.push(Some(if i == 0 { 0 } else { names.len() - 1 }));
            names.push(name);
        }
    }
    let arms = [["LeftArm", "LeftForeArm", "LeftHand", "LeftHandEnd"], ["RightArm", "RightForeArm", "RightHand", "RightHandEnd"]];
    for side in arms {
        for (i, name) in side.into_iter().take(if has.fingers { 4 } else { 3 }).enumerate() {
            parents.push(Some(if i == 0 { 1 } else { names.len() - 1 }));
            names.push(name);
        }
    }
    (names, parents)
}

/// The joints at one frame, in the order of [`tree`]; where an axis is not determined, `last` stays.
fn pose(has: &Has, at: &dyn Fn(L, Option<usize>) -> Vec3, size: f64, last: &[Rot]) -> Pose {
    let mid = |landmark: L| (at(landmark, Some(LEFT)) + at(landmark, Some(RIGHT))) / 2.0;
    let mut out = Pose { at: Vec::new(), turn: Vec::new() };
    let put = |out: &mut Pose, place: Vec3, turn: Option<Rot>| {
        let turn = turn.or_else(|| last.get(out.at.len()).copied()).unwrap_or_else(Rot::identity);
        out.at.push(place);
        out.turn.push(turn);
        turn
    };
    // Pelvis: x from back to front, y to the left; its origin the middle of the front spines.
    let (front, rear) = (mid(L::Asis), if has.back { mid(L::Psis) } else { at(L::Sacrum, None) });
    let wide = at(L::Asis, Some(LEFT)) - at(L::Asis, Some(RIGHT));
    let spines = frame(Axis::Y, wide, Axis::X, front - rear).unwrap_or_else(|| last.first().copied().unwrap_or_default());
    let (width, depth) = (wide.norm(), (front - rear).norm());
    // Harrington 2007, all adults and children: in mm, from the middle of the front spines.
    let hip = |side: f64| {
        let x = -0.24 * depth - 0.0099;
        let z = -0.30 * width - 0.0109;
        let y = 0.33 * width + 0.0073;
        front + spines * Vec3::new(x, side * y, z)
    };
    let hips = [hip(1.0), hip(-1.0)];
    let pelvis = spines * Rot::from_axis_angle(&Vec3::y_axis(), -PELVIS_TILT);
    let root = (hips[0] + hips[1]) / 2.0;
    put(&mut out, root, Some(pelvis));
    // Trunk.
    let ahead = pelvis * Vec3::x();
    let yaw = frame(Axis::Z, Vec3::z(), Axis::X, ahead).or_else(|| last.get(1).copied()).unwrap_or_default();
    let resting = |side: f64| root + yaw * Vec3::new(0.0, side * SHOULDERS, TRUNK) * size;
    let shoulders =
        if has.shoulders { [at(L::Shoulder, Some(LEFT)), at(L::Shoulder, Some(RIGHT))] } else { [resting(1.0), resting(-1.0)] };
    let neck = if has.neck { (at(L::C7, None) + at(L::Clavicle, None)) / 2.0 } else { (shoulders[0] + shoulders[1]) / 2.0 };
    let chest_at = if has.trunk { (at(L::T10, None) + at(L::Sternum, None)) / 2.0 } else { root + (neck - root) * 0.6 };
    let upright = if has.trunk { neck - chest_at } else { neck - root };
    let chest = put(&mut out, chest_at, frame(Axis::Z, upright, Axis::Y, shoulders[0] - shoulders[1]));
    put(&mut out, neck, Some(chest));
    if !has.head.is_empty() {
        let middle = has.head.iter().map(|(l, s)| at(*l, *s)).sum::<Vec3>() / has.head.len() as f64;
        let turn = if has.head.len() == 4 && has.head[0].0 == L::HeadFront && has.head[2].0 == L::HeadBack {
            let left = at(L::HeadFront, Some(LEFT)) + at(L::HeadBack, Some(LEFT));
            let right = at(L::HeadFront, Some(RIGHT)) + at(L::HeadBack, Some(RIGHT));
            frame(Axis::Y, left - right, Axis::X, mid(L::HeadFront) - mid(L::HeadBack))
        } else {
            Some(chest)
        };
        put(&mut out, neck + (middle - neck) * 0.6, turn);
    }
    for side in [LEFT, RIGHT] {
        let (s, out_by) = (Some(side), [1.0, -1.0][side]);
        let (knee_m, ankle_m) = (at(L::Knee, s), at(L::Ankle, s));
        // Left, across the leg: the plane in which the knee bends, and the pelvis' left.
        let left = across(&(knee_m - hips[side]), &(ankle_m - knee_m), &(pelvis * Vec3::y()), KNEE_HINT);
        let inward = |medial: bool, l: L, marker: Vec3, wide: f64| {
            if medial { (marker + at(l, s)) / 2.0 } else { marker - left * (out_by * (wide * size / 2.0 + RADIUS)) }
        };
        let knee = inward(has.knees, L::KneeMedial, knee_m, KNEE);
        let ankle = inward(has.ankles, L::AnkleMedial, ankle_m, ANKLE);
        let left = if has.knees { (knee_m - at(L::KneeMedial, s)) * out_by } else { left };
        let toe = (at(has.toes[0], s) + at(has.toes[1], s)) / 2.0;
        put(&mut out, hips[side], frame(Axis::Z, hips[side] - knee, Axis::Y, left));
        put(&mut out, knee, frame(Axis::Z, knee - ankle, Axis::Y, left));
        let heel = if has.heels { at(L::Heel, s) } else { ankle };
        let foot = put(&mut out, ankle, frame(Axis::X, toe - heel, Axis::Y, left));
        put(&mut out, toe, Some(foot));
    }
    for side in [LEFT, RIGHT] {
        let (s, outwards) = (Some(side), [1.0, -1.0][side]);
        let drop = if has.shoulders { SHOULDER * size + RADIUS } else { 0.0 };
        let shoulder = shoulders[side] - chest * Vec3::z() * drop;
        let is_marked = has.arms[side];
        let hung = [
            shoulder + chest * Vec3::new(0.0, outwards * HANG.sin(), -HANG.cos()) * (UPPER_ARM * size),
            chest * Vec3::new(HANG.sin(), 0.0, -HANG.cos()) * (FOREARM * size),
        ];
        let elbow_m = if is_marked { at(L::Elbow, s) } else { hung[0] };
        let wrist = if !is_marked {
            hung[0] + hung[1]
        } else if has.wrists {
            (at(L::WristRadial, s) + at(L::WristUlnar, s)) / 2.0
        } else {
            [L::Wrist, L::WristRadial, L::WristUlnar]
                .map(|l| at(l, s))
                .into_iter()
                .find(|p| *p != Vec3::zeros())
                .unwrap_or_default()
        };
        // With the arm hanging its outside faces left on the left: carried along with the arm.
        let arm = elbow_m - shoulder;
        let hang = Rot::rotation_between(&(chest * -Vec3::z()), &arm).unwrap_or_else(Rot::identity);
        let axis = -across(&arm, &(wrist - elbow_m), &(hang * chest * -Vec3::y()), ELBOW_HINT);
        let elbow = if !is_marked {
            elbow_m
        } else if has.elbows {
            (elbow_m + at(L::ElbowMedial, s)) / 2.0
        } else {
            elbow_m - axis * (outwards * (ELBOW * size / 2.0 + RADIUS))
        };
        put(&mut out, shoulder, frame(Axis::Y, (elbow - shoulder) * outwards, Axis::Z, axis * outwards));
        // Palms down in a T-pose, the thumbs' side looks forward.
        let thumb = if is_marked { at(L::WristRadial, s) - at(L::WristUlnar, s) } else { chest * Vec3::x() };
        let below = |along: Vec3| {
            if has.wrists {
                frame(Axis::Y, along * outwards, Axis::X, thumb)
            } else {
                frame(Axis::Y, along * outwards, Axis::Z, axis * outwards)
            }
        };
        put(&mut out, elbow, below(wrist - elbow));
        let tip = if has.fingers { at(L::Finger, s) } else { wrist + (wrist - elbow) };
        put(&mut out, wrist, below(tip - wrist));
        if has.fingers {
            let turn = out.turn.last().copied();
            put(&mut out, tip, turn);
        }
    }
    out
}

/// The unit vector across a limb of two bones: the normal of the plane in which it bends, and
/// `hint` seen across the first bone where it hardly does.
fn across(upper: &Vec3, lower: &Vec3, hint: &Vec3, weight: f64) -> Vec3 {
    let (u, f) = (upper.try_normalize(1e-9).unwrap_or_default(), lower.try_normalize(1e-9).unwrap_or_default());
    let hint = (hint - u * u.dot(hint)).try_normalize(1e-9).unwrap_or_default();
    (u.cross(&f) + hint * weight).try_normalize(1e-9).unwrap_or(hint)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Axis {
    X,
    Y,
    Z,
}

/// `world_from_segment` whose first axis points along `along` and whose second leans to `hint`.
fn frame(first: Axis, along: Vec3, second: Axis, hint: Vec3) -> Option<Rot> {
    /// A hint this near to the axis says nothing, as a sine.
    const PARALLEL: f64 = 1e-3;
    let a = along.try_normalize(1e-9)?;
    let h = hint.try_normalize(1e-9)?;
    let b = (h - a * a.dot(&h)).try_normalize(PARALLEL)?;
    let columns = match (first, second) {
        (Axis::X, Axis::Y) => [a, b, a.cross(&b)],
        (Axis::Y, Axis::X) => [b, a, b.cross(&a)],
        (Axis::Y, Axis::Z) => [a.cross(&b), a, b],
        (Axis::Z, Axis::Y) => [b.cross(&a), b, a],
        (Axis::Z, Axis::X) => [b, a.cross(&b), a],
        (Axis::X, Axis::Z) => [a, b.cross(&a), b],
        _ => return None,
    };
    Some(Rot::from_rotation_matrix(&Rotation3::from_matrix_unchecked(Matrix3::from_columns(&columns))))
}

fn tell(has: &Has, size: f64, has_rotations: bool, report: &mut Report) {
    let by = |medial: bool, width: f64| {
        if medial {
            "between both sides' markers".to_owned()
        } else {
            format!("{:.0} mm inside the outer marker", 1e3 * (width * size / 2.0 + RADIUS))
        }
    };
    report.inferred(
        "joint-centres",
        format!(
            "hips by Harrington's regression from {}; knees {}; ankles {}; elbows {}; shoulders {:.0} mm below the acromion; {}",
            if has.back { "four iliac spines" } else { "front iliac spines and sacrum" },
            by(has.knees, KNEE),
            by(has.ankles, ANKLE),
            by(has.elbows, ELBOW),
            1e3 * (SHOULDER * size + RADIUS),
            if has_rotations {
                "segments turn with their markers, straight limbs about their length with the trunk"
            } else {
                "rotations are not used: heels or both sides of the wrists are not marked"
            }
        ),
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_rotations_with_their_axes() {
        use Axis::{X, Y, Z};
        for (first, second) in [(X, Y), (Y, X), (Y, Z), (Z, Y), (Z, X), (X, Z)] {
            let unit = |a: Axis| [Vec3::x(), Vec3::y(), Vec3::z()][a as usize];
            let (along, hint) = (Vec3::new(1.0, 2.0, -0.5), Vec3::new(0.2, 0.1, 1.0));
            let r = frame(first, along, second, hint).expect("determined");
            assert!((r * unit(first) - along.normalize()).norm() < 1e-12);
            assert!((r * unit(second)).dot(&hint) > 0.0);
            assert!((r.to_rotation_matrix().matrix().determinant() - 1.0).abs() < 1e-12);
        }
        assert_eq!(frame(X, Vec3::x(), Y, Vec3::x()), None);
    }

    #[test]
    fn across_is_left_of_a_bent_knee_and_of_a_straight_one() {
        let down = -Vec3::z();
        let bent = across(&down, &Vec3::new(-0.5, 0.0, -0.8), &Vec3::y(), KNEE_HINT);
        assert!((bent - Vec3::y()).norm() < 1e-9);
        assert!((across(&down, &down, &Vec3::new(0.1, 1.0, 0.0), KNEE_HINT).y) > 0.99);
    }
}
