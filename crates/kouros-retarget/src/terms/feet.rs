//! Feet: soles point where the human's do, stand on the floor while they carry weight, stay where
//! they stand, and never go through the floor.

use super::{Clock, hinge};
use crate::Options;
use crate::frame::{Columns, Frame, Support, array, map};
use crate::normal::Normal;
use crate::targets::{FLOOR, Target};
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

/// Squared length, seen from above, of the direction of a foot that has a heading [1]: at most 60
/// degrees steep, as for the judge.
const LEVEL: f64 = 0.25;

/// Whether a foot that points along `sole` (a unit vector) is level enough to have a heading.
pub(crate) fn has_heading(sole: &Vec3) -> bool {
    sole.xy().norm_squared() > LEVEL
}

/// What the foot terms need of a robot.
#[derive(Clone)]
pub(crate) struct Feet {
    supports: [Support; 2],
}

/// What the next tick needs of this one: points of the soles and their derivatives.
#[derive(Debug, Clone, Default)]
pub(crate) struct FeetAt {
    pub p: [Vec<Vec3>; 2],
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
            out.columns[side].resize(sole.balls.len(), Columns::new());
            for (ball, columns) in sole.balls.iter().zip(&mut out.columns[side]) {
                let p = frame.at.point(sole.body, &ball.center);
                out.p[side].push(p);
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
                // Of a steep robot's foot only: a person's on its toes still tells a little.
                if !has_heading(&u) {
                    continue;
                }
                let flat = u.xy().norm_squared();
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
            let part = [target.contact[2 * side], target.contact[2 * side + 1]];
            // What each point stands on, or would.
            let ground = |i: usize| {
                let toe = if sole.heel.contains(&i) { part[1] && !part[0] } else { part[1] };
                match part {
                    [false, false] => FLOOR,
                    _ => target.ground[2 * side + usize::from(toe)],
                }
            };
            let height = |feet: &FeetAt, i: usize| ground(i).height(&feet.p[side][i]) - sole.balls[i].radius;
            for (which, group) in [&sole.heel, &sole.toe].into_iter().enumerate() {
                if !part[which] {
                    continue;
                }
                let Some(lowest) = lowest(group, |i| height(now, i)) else { continue };
                for &i in group {
                    map(&now.columns[side][i], &[ground(i).normal], &mut row1);
                    let share = if i == lowest { 1.0 } else { OTHERS };
                    out.add(columns, &row1, &[height(now, i)], weigh(w.contact * share));
                }
            }
            for i in 0..sole.balls.len() {
                let soft = if part[0] || part[1] { STANDING } else { CLEARANCE };
                let (sunk, slope) = hinge(height(now, i), soft);
                if slope != 0.0 {
                    map(&now.columns[side][i], &[ground(i).normal * slope], &mut row1);
                    out.add(columns, &row1, &[sunk], weigh(w.floor));
                }
            }
            if !(part[0] || part[1]) {
                continue;
            }
            if let Some(place) = target.foot_place {
                // The mean of the sole's points stands for the foot.
                let share = 1.0 / sole.balls.len() as f64;
                let (mut middle, mut of_middle) = (Vec3::zeros(), vec![[0.0; 2]; columns.len()]);
                for (p, by) in now.p[side].iter().zip(&now.columns[side]) {
                    middle += p * share;
                    for (to, from) in of_middle.iter_mut().zip(by) {
                        to[0] += from[0] * share;
                        to[1] += from[1] * share;
                    }
                }
                let off = middle.xy() - place[side];
                out.add(columns, &of_middle, &[off.x, off.y], weigh(w.foot_place));
            }
            let Some(then) = before else { continue };
            for &i in sole.heel.iter().chain(&sole.toe) {
                if height(now, i) >= LOW || height(then, i) >= LOW {
                    continue;
                }
                let [u, v] = tangents(&ground(i).normal);
                let step = (now.p[side][i] - then.p[side][i]) * clock.step;
                map(&now.columns[side][i], &[u * clock.step, v * clock.step], &mut a);
                map(&then.columns[side][i], &[u * -clock.step, v * -clock.step], &mut b);
                out.add_step(columns, &a, &b, &[u.dot(&step), v.dot(&step)], weigh(w.hold));
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

fn lowest(group: &[usize], height: impl Fn(usize) -> f64) -> Option<usize> {
    group.iter().copied().min_by(|&a, &b| height(a).total_cmp(&height(b)))
}

/// Two directions along a plane, at right angles to each other; x and y for a level one.
pub(crate) fn tangents(normal: &Vec3) -> [Vec3; 2] {
    let u = (Vec3::x() - normal * normal.x).try_normalize(0.1).unwrap_or_else(|| (Vec3::z() - normal * normal.z).normalize());
    [u, normal.cross(&u)]
}

/// The same angle in -pi to pi.
pub(crate) fn wrap(angle: f64) -> f64 {
    angle - (angle / std::f64::consts::TAU).round() * std::f64::consts::TAU
}
