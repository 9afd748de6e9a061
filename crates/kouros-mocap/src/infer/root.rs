//! Whether the root's channels hold its place or its displacement from OFFSET.

use super::unit;
use crate::recognise::{Sampled, quantile};
use crate::recording::Recording;
use kouros_motion::{Anatomy, Report, Vec3};

/// A body whose lowest joint lies this share of a leg below the floor, and stands on it once the
/// root's OFFSET is added, was displaced from its OFFSET.
const BELOW: f64 = 0.4;
/// How far below the floor feet may lie then, in legs: markers and floors are off by that much.
const SUNK: f64 = 0.15;
/// How far above it: on a step or a box.
const RAISED: f64 = 0.8;

/// Adds the OFFSET of the root to its places where that lifts a body that is below the floor by
/// its own height onto it.
pub(crate) fn add_offset(r: &mut Recording, sampled: &Sampled, anatomy: &Anatomy, up: &Vec3, report: &mut Report) {
    let joints = r.width();
    let mut root = anatomy.pelvis;
    while let Some(parent) = r.joints[root].parent {
        root = parent;
    }
    let offset = r.joints[root].offset;
    let lift = offset.dot(up);
    let leg = unit::leg_length(sampled, anatomy);
    let feet: Vec<usize> = anatomy.legs.iter().flat_map(|l| [l.ankle, l.toe]).collect();
    let mut lowest: Vec<f64> = sampled.each(|p| feet.iter().map(|j| p(*j).dot(up)).fold(f64::INFINITY, f64::min)).collect();
    let floor = quantile(&mut lowest, 0.5);
    let lifted = floor + lift;
    if floor > -BELOW * leg || lift < BELOW * leg || lifted < -SUNK * leg || lifted > RAISED * leg {
        return;
    }
    for place in r.translation.iter_mut().skip(root).step_by(joints) {
        *place += offset;
    }
    report.inferred(
        "offsets",
        format!(
            "the feet lie {:.2} legs below zero and near it with the OFFSET of '{}' added; it was added",
            -floor / leg,
            r.joints[root].name
        ),
    );
}
