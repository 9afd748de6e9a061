//! How joints are turned at rest, where the hierarchy says it: a skeleton whose axes follow its bones
//! then has a rest pose like any other.

use super::frames::about;
use super::hierarchy::{Channel, Hierarchy};
use crate::recognise::rest_value;
use crate::recording::Recording;
use kouros_motion::{Report, Rot, Vec3};

/// `world_from_joint` of every joint at rest (J), by the angles behind the offsets, multiplied in the
/// order of the joint's channels; `None` where there are none or all are zero.
pub(super) fn turns(h: &Hierarchy) -> Option<Vec<Rot>> {
    if !h.rest_angles.iter().flatten().any(|angles| angles.iter().any(|a| *a != 0.0)) {
        return None;
    }
    let mut turns: Vec<Rot> = Vec::with_capacity(h.joints.len());
    for ((joint, channels), angles) in h.joints.iter().zip(&h.channels).zip(&h.rest_angles) {
        let mut turn = joint.parent.map_or_else(Rot::identity, |p| turns[p]);
        if let Some(angles) = angles {
            for channel in channels {
                if let Channel::Rotation(axis) = channel {
                    turn *= about(*axis, angles[*axis]);
                }
            }
        }
        turn.renormalize();
        turns.push(turn);
    }
    Some(turns)
}

/// Turns every joint's axes so that they are the world's in that pose, if it is more of a posture than
/// the one without turns.
pub(super) fn take(r: &mut Recording, turns: &[Rot], report: &mut Report) {
    let mut places: Vec<Vec3> = Vec::with_capacity(r.width());
    for joint in &r.joints {
        places.push(joint.parent.map_or(joint.offset, |p| places[p] + turns[p] * joint.offset));
    }
    if rest_value(r, &places) <= rest_value(r, &r.rest()) {
        return;
    }
    let above: Vec<Rot> = r.joints.iter().map(|j| j.parent.map_or_else(Rot::identity, |p| turns[p])).collect();
    for (joint, above) in r.joints.iter_mut().zip(&above) {
        joint.offset = above * joint.offset;
    }
    let width = r.joints.len();
    for (i, (turn, place)) in r.rotation.iter_mut().zip(&mut r.translation).enumerate() {
        let j = i % width;
        *turn = above[j] * *turn * turns[j].inverse();
        *place = above[j] * *place;
    }
    report.inferred("rest", "the skeleton at rest is turned as the angles behind its offsets say");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn axes_of_bones_become_the_worlds_and_nothing_moves() {
        const NEAR: f64 = 1e-9; // rounding of a few products
        let bytes = include_bytes!("../../../../fuzz/seeds/bvh/person.bvh");
        let meant = crate::bvh::read("person.bvh", bytes, &mut Report::new()).expect("our own seed");
        let turns: Vec<Rot> = (0..meant.width()).map(|j| Rot::new(Vec3::new(0.7, -0.3 * j as f64, 0.2 * j as f64))).collect();
        let above: Vec<Rot> = meant.joints.iter().map(|j| j.parent.map_or_else(Rot::identity, |p| turns[p])).collect();
        let mut found = meant.clone();
        let width = meant.width();
        for (joint, above) in found.joints.iter_mut().zip(&above) {
            joint.offset = above.inverse() * joint.offset;
        }
        for (i, (turn, place)) in found.rotation.iter_mut().zip(&mut found.translation).enumerate() {
            *turn = above[i % width].inverse() * *turn * turns[i % width];
            *place = above[i % width].inverse() * *place;
        }
        let mut report = Report::new();
        take(&mut found, &turns, &mut report);
        assert_eq!(report.notes.len(), 1);
        for (a, b) in found.joints.iter().zip(&meant.joints) {
            assert!((a.offset - b.offset).norm() < NEAR, "{}", a.name);
        }
        let same = |i: usize| {
            (found.translation[i] - meant.translation[i]).norm() < NEAR && found.rotation[i].angle_to(&meant.rotation[i]) < 1e-7
        };
        assert!((0..meant.rotation.len()).all(same));
        // The same once more changes nothing: it rests in a T already.
        take(&mut found, &turns, &mut report);
        assert_eq!(report.notes.len(), 1);
    }
}
