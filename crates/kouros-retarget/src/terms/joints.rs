//! Joints near rest, inside their limits, below their speeds.

use super::Clock;
use crate::Options;
use crate::normal::Normal;
use crate::state::{BASE, State};
use kouros_robot::Robot;

/// This far inside its limits a joint is to stay, so that rounding on disk cannot cross them [rad].
const MARGIN: f64 = 2e-3;

/// What the joint terms need of a robot.
#[derive(Clone)]
pub(crate) struct Joints {
    /// Lowest and highest position [rad].
    pub range: Vec<[f64; 2]>,
    /// Largest speed [rad/s].
    pub speed: Vec<f64>,
    rest: Vec<(f64, f64)>,
}

impl Joints {
    pub fn new(robot: &Robot, options: &Options) -> Self {
        let w = &options.weights;
        let is_waist = |j: usize| robot.profile.waist.contains(&j);
        Self {
            range: robot
                .joints
                .iter()
                .map(|j| {
                    let [low, high] = j.range.unwrap_or([f64::NEG_INFINITY, f64::INFINITY]);
                    let margin = MARGIN.min((high - low) / 4.0);
                    [low + margin, high - margin]
                })
                .collect(),
            speed: robot.joints.iter().map(|j| j.velocity_limit.unwrap_or(f64::INFINITY).min(options.joint_speed)).collect(),
            rest: (0..robot.dof())
                .map(|j| (if is_waist(j) { w.rest_waist } else { w.rest_limbs }, robot.profile.rest[j]))
                .collect(),
        }
    }

    /// Adds the rows of one tick.
    #[expect(clippy::too_many_arguments, reason = "a tick and the weights of a phase")]
    pub fn add(&self, state: &State, tick: usize, first: bool, options: &Options, clock: Clock, ramp: f64, out: &mut Normal<'_>) {
        let w = &options.weights;
        let (limits, speeds) = (w.limits.powi(2) * clock.share * ramp, w.speed.powi(2) * clock.share * ramp);
        let q = state.q(tick);
        for j in 0..q.len() {
            let (weight, rest) = self.rest[j];
            out.add_one(BASE + j, q[j] - rest, weight * weight * clock.share);
            let beyond = excess(q[j], self.range[j]);
            if beyond != 0.0 {
                out.add_one(BASE + j, beyond, limits);
            }
            if !first {
                let step = q[j] - state.q(tick - 1)[j];
                let most = self.speed[j] / (super::WEIGHTS_HZ * clock.step);
                let beyond = excess(step, [-most, most]);
                if beyond != 0.0 {
                    out.add_step(&[BASE + j], &[[clock.step]], &[[-clock.step]], &[beyond * clock.step], speeds);
                }
            }
        }
    }
}

/// How far `x` is outside `range`, signed; zero inside.
fn excess(x: f64, range: [f64; 2]) -> f64 {
    x - x.clamp(range[0], range[1])
}
