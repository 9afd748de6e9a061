//! What speaks for one way of reading a motion: the robot stands, what touches the ground rests,
//! bodies are where the file says.
//!
//! The jumps of a quaternion say nothing: putting the last of four numbers first changes no
//! distance between two of them, so both orders turn alike from tick to tick.

use super::joints::Filled;
use crate::{Kinematics, Robot};
use kouros_motion::{GivenMotion, Pose, QuatOrder, Vec3};
use std::cmp::Ordering;

/// As many pairs of neighbouring ticks are looked at.
const PAIRS: usize = 120;
/// As many ticks are compared with the bodies' places.
const PLACES: usize = 24;
/// Standing on the head instead of the feet counts as much as sliding at this speed [m/s].
const UPSIDE_DOWN: f64 = 1.0;

/// A motion read in one way.
pub(super) struct Evidence<'a> {
    pub robot: &'a Robot,
    pub given: &'a GivenMotion,
    pub order: QuatOrder,
}

/// How a robot stands in a motion.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Stood {
    /// Mean of the upward part of the base's upward axis, -1 to 1.
    pub upright: f64,
    /// Median speed of the robot's lowest point, from one tick to the next [m/s].
    pub sliding: f64,
}

impl Stood {
    pub fn cost(&self) -> f64 {
        self.sliding + UPSIDE_DOWN * (1.0 - self.upright) / 2.0
    }

    pub fn compare(a: &Self, b: &Self) -> Ordering {
        a.cost().total_cmp(&b.cost())
    }

    pub fn words(&self) -> String {
        let degrees = self.upright.clamp(-1.0, 1.0).acos().to_degrees();
        format!("the base leans {degrees:.0} degrees, its lowest point slides at {:.0} cm/s", 100.0 * self.sliding)
    }
}

impl Evidence<'_> {
    /// `world_from_base`; none where the quaternion is zero.
    pub fn base(&self, tick: usize) -> Option<Pose> {
        let rotation = self.order.rotation(self.given.base_quat.get(tick)?)?;
        Some(Pose::from_parts((*self.given.base_pos.get(tick)?).into(), rotation))
    }

    /// How the robot stands if its joints are `joints`.
    pub fn stood(&self, joints: &Filled) -> Stood {
        let ticks = self.given.ticks();
        let (mut at, mut after) = (Kinematics::new(self.robot), Kinematics::new(self.robot));
        let pairs = ticks.saturating_sub(1).min(PAIRS);
        let (mut upright, mut counted, mut sliding) = (0.0, 0.0, Vec::with_capacity(pairs));
        for k in 0..pairs.max(1) {
            let t = k * ticks.saturating_sub(1) / pairs.max(1);
            let Some(base) = self.base(t) else { continue };
            upright += (base.rotation * Vec3::z()).z;
            counted += 1.0;
            let Some(next) = self.base(t + 1) else { continue };
            at.update(self.robot, &base, &joints.values(self.given.joints_at(t)));
            after.update(self.robot, &next, &joints.values(self.given.joints_at(t + 1)));
            if let Some((body, point)) = self.robot.lowest_point(&at) {
                let moved = after.point(body, &point) - at.point(body, &point);
                sliding.push(moved.norm() * self.given.rate_hz);
            }
        }
        sliding.sort_by(f64::total_cmp);
        let middle = sliding.get(sliding.len() / 2).copied().unwrap_or(0.0);
        Stood { upright: if counted > 0.0 { upright / counted } else { 0.0 }, sliding: middle }
    }

    /// How far the file's bodies are on average from the nearest of the robot's [m], if its joints
    /// are `joints`; none where the file does not say where its bodies are. Bodies are told by
    /// their places, for files order them as they like.
    pub fn distance(&self, joints: &Filled) -> Option<f64> {
        let bodies = self.given.bodies.as_ref().filter(|b| b.count > 0)?;
        let ticks = self.given.ticks();
        let looked = ticks.min(PLACES);
        let ours = self.robot.bodies.len();
        let mut sums = vec![0.0; bodies.count * ours];
        let mut at = Kinematics::new(self.robot);
        for k in 0..looked {
            let t = k * ticks / looked.max(1);
            at.update(self.robot, &self.base(t)?, &joints.values(self.given.joints_at(t)));
            let theirs = bodies.position.get(t * bodies.count..(t + 1) * bodies.count)?;
            for (row, place) in sums.chunks_exact_mut(ours.max(1)).zip(theirs) {
                for (sum, own) in row.iter_mut().zip(&at.position) {
                    *sum += (place - own).norm();
                }
            }
        }
        let nearest = |row: &[f64]| row.iter().copied().fold(f64::INFINITY, f64::min);
        let all: f64 = sums.chunks_exact(ours.max(1)).map(nearest).sum();
        Some(all / (bodies.count * looked) as f64)
    }

    /// How far joints go beyond their limits, on average over all values [rad].
    pub fn beyond(&self, joints: &Filled) -> f64 {
        let ticks = self.given.ticks();
        let looked = ticks.min(PAIRS);
        let (mut sum, mut count) = (0.0, 0usize);
        for k in 0..looked {
            let values = joints.values(self.given.joints_at(k * ticks / looked.max(1)));
            for (value, joint) in values.iter().zip(&self.robot.joints) {
                if let Some([low, high]) = joint.range {
                    sum += (low - value).max(value - high).max(0.0);
                    count += 1;
                }
            }
        }
        sum / count.max(1) as f64
    }
}
