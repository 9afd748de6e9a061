//! Feet: soles point where the human's do, stand on the floor while they carry weight, stay where
//! they stand, and never go through the floor.

use super::{Clock, hinge};
use crate::Options;
use crate::frame::{Columns, Frame, Support, array, map};
use crate::normal::Normal;
use crate::targets::Target;
use kouros_motion::{LEFT, RIGHT, Vec3};
use kouros_robot::Robot;

/// A point of the sole lower than this at two ticks of contact is to stay in place [m]; the judge
/// of slide counts points below 10 mm.
const LOW: f64 = 0.011;
/// Share of the contact weight for the points of a standing part that are not its lowest: all at
/// full weight would fight the ankle's small range of roll.
const OTHERS: f64 = 0.15;
/// Feet in the air are kept about this far above the floor [m].
const CLEARANCE: f64 = 0.01;
/// The same for feet that stand: hardly, but enough for toe and heel to feel each other [m].
const STANDING: f64 = 0.002;
/// A toe may move this far in a 30 Hz step while it comes down [m].
const LANDING: f64 = 0.0075;
/// Weight of landing [1/m].
const LANDING_WEIGHT: f64 = 30.0;
/// Errors of foot heading beyond this count by their size, not their square [rad].
const ROBUST: f64 = 0.03;

/// What the foot terms need of a robot.
pub(crate) struct Feet {
    supports: [Support; 2],
}

/// What the next tick needs of this one: points of the soles and their derivatives.
#[derive(Debug, Clone, Default)]
pub(crate) struct FeetAt {
    pub p: [Vec<Vec3>; 2],
    /// Heights of the undersides [m].
    pub h: [Vec<f64>; 2],
    pub columns: [Vec<Columns>; 2],
}

impl Feet {
    pub fn new(robot: &Robot) -> Self {
        Self { supports: [LEFT, RIGHT].map(|s| Support::of(robot, robot.profile.soles[s].body)) }
    }

    /// Points of the soles at this tick.
    pub fn place(&self, frame: &Frame<'_>, out: &mut FeetAt) {
        for side in [LEFT, RIGHT] {
            let sole = &frame.robot.profile.soles[side];
            out.p[side].clear();
            out.h[side].clear();
            out.columns[side].resize(sole.balls.len(), Columns::new());
            for (ball, columns) in sole.balls.iter().zip(&mut out.columns[side]) {
                let p = frame.at.point(sole.body, &ball.center);
                out.p[side].push(p);
                out.h[side].push(p.z - ball.radius);
                frame.point(&self.supports[side], &p, columns);
            }
        }
    }

    /// Heading of a sole [rad].
    pub fn heading(frame: &Frame<'_>, side: usize) -> f64 {
        let sole = &frame.robot.profile.soles[side];
        let f = frame.at.rotation[sole.body] * sole.forward;
        f.y.atan2(f.x)
    }

    /// Where soles point: rows of one tick. `yaw` turns each human foot to the robot's.
    #[expect(clippy::too_many_arguments, reason = "a tick and what it wants")]
    pub fn add_direction(
        &self,
        frame: &Frame<'_>,
        target: &Target,
        yaw: [f64; 2],
        options: &Options,
        clock: Clock,
        out: &mut Normal<'_>,
        scratch: &mut [Columns; 3],
    ) {
        let w = &options.weights;
        for side in [LEFT, RIGHT] {
            let sole = &frame.robot.profile.soles[side];
            let support = &self.supports[side];
            let u = frame.at.rotation[sole.body] * sole.forward;
            let (s, c) = yaw[side].sin_cos();
            let t = target.sole[side];
            let wanted = Vec3::new(c * t.x - s * t.y, s * t.x + c * t.y, t.z);
            let columns = &mut scratch[0];
            frame.vector(support, &u, columns);
            let (heel, toe) = (target.contact[2 * side], target.contact[2 * side + 1]);
            let weight = if heel && toe { w.soles_flat } else { w.soles };
            out.add(&support.columns, columns, &array(&(u - wanted)), weight * weight * clock.share);
            if heel || toe {
                // A steep foot has no heading.
                let flat = u.xy().norm_squared();
                if flat < 0.25 {
                    continue;
                }
                let error = wrap(u.y.atan2(u.x) - target.foot_heading[side] - yaw[side]);
                let mut rows: Vec<[f64; 1]> = Vec::with_capacity(16);
                map(columns, &[Vec3::new(-u.y, u.x, 0.0) / flat], &mut rows);
                let robust = ROBUST / error.abs().max(ROBUST);
                out.add(&support.columns, &rows, &[error], w.foot_heading.powi(2) * clock.share * robust);
            }
        }
    }

    /// Standing, staying and not sinking: rows of one tick.
    #[expect(clippy::too_many_arguments, reason = "a tick, the one before, and the weights of a phase")]
    pub fn add_contact(
        &self,
        frame: &Frame<'_>,
        target: &Target,
        now: &FeetAt,
        before: Option<&FeetAt>,
        options: &Options,
        clock: Clock,
        ramp: f64,
        out: &mut Normal<'_>,
    ) {
        let w = &options.weights;
        let weigh = |w: f64| w * w * clock.share * ramp;
        let mut row1: Vec<[f64; 1]> = Vec::with_capacity(16);
        let (mut a, mut b): (Vec<[f64; 2]>, Vec<[f64; 2]>) = (Vec::with_capacity(16), Vec::with_capacity(16));
        for side in [LEFT, RIGHT] {
            let sole = &frame.robot.profile.soles[side];
            let columns = &self.supports[side].columns;
            let count = sole.balls.len();
            let part = [target.contact[2 * side], target.contact[2 * side + 1]];
            for (which, group) in [&sole.heel, &sole.toe].into_iter().enumerate() {
                if !part[which] {
                    continue;
                }
                let Some(lowest) = lowest(group, &now.h[side]) else { continue };
                for &i in group {
                    map(&now.columns[side][i], &[Vec3::z()], &mut row1);
                    let share = if i == lowest { 1.0 } else { OTHERS };
                    out.add(columns, &row1, &[now.h[side][i]], weigh(w.contact * share));
                }
            }
            for i in 0..count {
                let soft = if part[0] || part[1] { STANDING } else { CLEARANCE };
                let (sunk, slope) = hinge(now.h[side][i], soft);
                if slope != 0.0 {
                    map(&now.columns[side][i], &[Vec3::z() * slope], &mut row1);
                    out.add(columns, &row1, &[sunk], weigh(w.floor));
                }
            }
            let Some(then) = before else { continue };
            if !(part[0] || part[1]) {
                continue;
            }
            for &i in sole.heel.iter().chain(&sole.toe) {
                if now.h[side][i] >= LOW || then.h[side][i] >= LOW {
                    continue;
                }
                let step = (now.p[side][i] - then.p[side][i]) * clock.step;
                map(&now.columns[side][i], &[Vec3::x() * clock.step, Vec3::y() * clock.step], &mut a);
                map(&then.columns[side][i], &[Vec3::x() * -clock.step, Vec3::y() * -clock.step], &mut b);
                out.add_step(columns, &a, &b, &[step.x, step.y], weigh(w.hold));
            }
            // The middle one of the front points stands for the toe.
            let Some(&toe) = sole.toe.get(sole.toe.len() / 2) else { continue };
            let step = (now.p[side][toe] - then.p[side][toe]) * clock.step;
            let length = step.xy().norm();
            if part[1] && length > LANDING {
                let along = Vec3::new(step.x, step.y, 0.0) / length * clock.step;
                let (mut now1, mut then1): (Vec<[f64; 1]>, Vec<[f64; 1]>) = (Vec::new(), Vec::new());
                map(&now.columns[side][toe], &[along], &mut now1);
                map(&then.columns[side][toe], &[-along], &mut then1);
                out.add_step(columns, &now1, &then1, &[length - LANDING], weigh(LANDING_WEIGHT));
            }
        }
    }
}

fn lowest(group: &[usize], heights: &[f64]) -> Option<usize> {
    group.iter().copied().min_by(|&a, &b| heights[a].total_cmp(&heights[b]))
}

/// The same angle in -pi to pi.
pub(crate) fn wrap(angle: f64) -> f64 {
    angle - (angle / std::f64::consts::TAU).round() * std::f64::consts::TAU
}
