//! The base's quaternion: its length, and whether w stands at the right end.
//!
//! Two readings are compared: as named, and with w at the other end. Where an IMU's gravity is
//! there, it decides; else the feet do: in the right reading the lowest point is at one height and
//! some part of a sole stands still while the robot moves.

use crate::body::BodyPass;
use crate::robust::median;
use crate::view::{Joints, Root};
use crate::{Code, Finding, View};
use kouros_motion::Vec3;

/// Quaternions of another length are no rotations [1].
const LENGTH: f64 = 0.01;
/// An IMU's gravity that is off by less agrees [rad].
const AGREES: f64 = 0.05;
/// The other reading must be better by this factor [1].
const BETTER: f64 = 3.0;
/// A reading in which soles are off by less is right [m].
const STANDS: f64 = 0.04;
/// Frames that are looked at.
const SAMPLES: usize = 60;
/// A foot that stands moves less than this between frames that follow each other; weight of speed
/// against height [s].
const SPEED_WEIGHT: f64 = 0.2;

/// The length of a quaternion.
pub(crate) fn length(q: &[f64; 4]) -> f64 {
    q.iter().map(|v| v * v).sum::<f64>().sqrt()
}

/// Quaternions that are not of unit length.
pub(crate) fn norm(root: &Root) -> Option<Finding> {
    let off = |t: &usize| (length(&root.wxyz[*t]) - 1.0).abs() > LENGTH;
    let first = (0..root.wxyz.len()).find(off)?;
    let many = (0..root.wxyz.len()).filter(off).count();
    let measured = length(&root.wxyz[first]);
    let says = format!("the quaternion has length {measured:.4} at frame {first}; {many} frames are off");
    let last = (0..root.wxyz.len()).rev().find(off).unwrap_or(first);
    Some(Finding::new(Code::QuaternionNorm, &root.name, says).at(first..last + 1).measured(measured, 1.0, ""))
}

/// How far the base is off in either reading, by what, and what is near enough.
struct Readings {
    named: f64,
    /// Not measured where the reading as named stands and feet decide.
    swapped: Option<f64>,
    by: &'static str,
    enough: f64,
    unit: &'static str,
}

fn readings(
    view: &View<'_>,
    root: &Root,
    state: Option<&Joints>,
    pass: Option<&mut BodyPass<'_>>,
    both: bool,
) -> Option<Readings> {
    let other = root.other_order();
    if let Some(imu) = &view.imu {
        let off = |r: &Root| {
            let step = view.ticks.div_ceil(4 * SAMPLES).max(1);
            let angle = |t: usize| {
                let gravity = Vec3::new(imu[t][3], imu[t][4], imu[t][5]);
                (r.pose(t).rotation.inverse() * -Vec3::z()).angle(&gravity)
            };
            median((0..view.ticks).step_by(step).map(angle).filter(|a| a.is_finite()).collect())
        };
        let (named, swapped) = (off(root)?, off(&other));
        return Some(Readings { named, swapped, by: "the IMU's gravity", enough: AGREES, unit: "rad" });
    }
    let (pass, state) = (pass?, state?);
    let mut off = |r: &Root| {
        let step = (view.ticks.saturating_sub(1)).div_ceil(SAMPLES).max(1);
        let ticks: Vec<usize> = (0..view.ticks.saturating_sub(1)).step_by(step).flat_map(|t| [t, t + 1]).collect();
        let body = pass.run(state, r, ticks.iter().copied());
        let at = |i: usize| {
            let speed = (0..4).map(|p| (body.parts[i + 1][p] - body.parts[i][p]).xy().norm()).fold(f64::INFINITY, f64::min);
            body.lowest(i).abs() + SPEED_WEIGHT * speed * view.rate_hz
        };
        median((0..ticks.len()).step_by(2).map(at).collect())
    };
    let named = off(root)?;
    let swapped = if both || named >= STANDS { off(&other) } else { None };
    Some(Readings { named, swapped, by: "the feet", enough: STANDS, unit: "m" })
}

/// Whether the quaternions are x y z w.
pub(crate) fn order(view: &View<'_>, root: &Root, state: Option<&Joints>, pass: Option<&mut BodyPass<'_>>) -> Option<Finding> {
    let Readings { named, swapped, by, enough, unit } = readings(view, root, state, pass, false)?;
    let swapped = swapped?;
    if named < enough || named < BETTER * swapped {
        return None;
    }
    let says = format!("read as x y z w the base agrees with {by} within {swapped:.3} {unit}, as w x y z only within {named:.3}");
    Some(Finding::new(Code::QuaternionOrder, &root.name, says).at(0..view.ticks).measured(named, enough, unit))
}

/// Which reading an episode speaks for without a doubt: `Some(true)` as named, `Some(false)` the
/// other, `None` neither. Upright robots that face one way agree with both.
pub(crate) fn speaks_for(view: &View<'_>, root: &Root, state: Option<&Joints>, pass: Option<&mut BodyPass<'_>>) -> Option<bool> {
    let Readings { named, swapped, enough, .. } = readings(view, root, state, pass, true)?;
    let swapped = swapped?;
    let clearly = |good: f64, bad: f64| good < enough && bad >= enough && bad >= BETTER * good;
    if clearly(named, swapped) { Some(true) } else { clearly(swapped, named).then_some(false) }
}
