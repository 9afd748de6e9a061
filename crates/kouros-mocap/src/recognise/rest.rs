//! What a skeleton looks like at rest, or in one frame: upright, in a T-pose.

use super::sampled::angle_deg;
use kouros_motion::{Anatomy, LEFT, RIGHT, Vec3};

/// How far a bone may lean and still stand or point sideways in degrees: the legs of CMU's skeletons
/// at rest stand 20 degrees apart, T-poses of people droop as much.
const LEANS: f64 = 30.0;

/// Whether joints stand upright on straight legs, `up` being up.
pub(crate) fn is_upright(a: &Anatomy, at: &[Vec3], up: &Vec3) -> bool {
    let points = |from: usize, to: usize, way: &Vec3| angle_deg(&(at[to] - at[from]), way) < LEANS && at[to] != at[from];
    let legs = a.legs.iter().all(|l| points(l.hip, l.knee, &-up) && points(l.knee, l.ankle, &-up));
    let hips = (at[a.legs[LEFT].hip] + at[a.legs[RIGHT].hip]) / 2.0;
    let shoulders = (at[a.arms[LEFT].shoulder] + at[a.arms[RIGHT].shoulder]) / 2.0;
    legs && angle_deg(&(shoulders - hips), up) < LEANS
}

/// Whether joints also stretch both arms sideways.
pub(crate) fn is_t_pose(a: &Anatomy, at: &[Vec3], up: &Vec3) -> bool {
    let left = at[a.legs[LEFT].hip] - at[a.legs[RIGHT].hip];
    let ways = [left, -left];
    let arms = a.arms.iter().zip(&ways).all(|(arm, way)| {
        let points = |from: usize, to: usize| angle_deg(&(at[to] - at[from]), way) < LEANS;
        points(arm.shoulder, arm.elbow) && points(arm.elbow, arm.wrist)
    });
    arms && is_upright(a, at, up)
}
