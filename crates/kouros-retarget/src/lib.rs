//! Human motion x robot -> trajectory.
//!
//! The whole clip is one problem, not frame after frame: limbs point where the human's do, hands
//! and soles turn as the human's, the pelvis goes the same way at the robot's size, smoothly; and
//! what must hold, holds: joints inside their limits and speeds, standing heels and toes where they
//! stand, nothing through the floor, no limb through another.
//!
//! Lives here: choosing configurations of a robot so that they match a human. Does not: files
//! (`kouros-mocap`), when a foot stands (`kouros-label`), the robot itself (`kouros-robot`).

mod band;
mod block;
mod constants;
mod error;
mod frame;
mod normal;
mod options;
mod residual;
mod solve;
mod state;
mod stream;
mod targets;
mod terms;

pub use error::{Error, Result};
pub use options::{Options, Weights};
pub use residual::PartError;
pub use stream::{Calibration, LAG, Moment, Posture, Stream};
pub use targets::Human;

use kouros_motion::{Report, Trajectory};
use kouros_robot::Robot;

/// A robot's motion made from a human's.
#[derive(Debug, Clone)]
pub struct Retargeted {
    /// The robot's motion, at the human's rate.
    pub trajectory: Trajectory,
    /// Robot metres per human metre.
    pub scale: f64,
    /// What remains between the two, part by part.
    pub errors: Vec<PartError>,
}

/// Retargets a human's motion to a robot, at the motion's own rate.
///
/// # Errors
/// Contacts that do not belong to the motion, bones without length, a motion the solver cannot
/// follow.
pub fn retarget(human: &Human<'_>, robot: &Robot, options: &Options, report: &mut Report) -> Result<Retargeted> {
    human.check()?;
    let track = human.track;
    let targets = targets::targets(human, robot, options, report)?;
    let solution = solve::solve(robot, &targets, options)?;
    let errors = residual::errors(robot, &targets, &solution.state, solution.yaw);
    let state = solution.state;
    let trajectory = Trajectory {
        robot: robot.name.clone(),
        joint_names: robot.joint_names(),
        rate_hz: track.rate_hz(),
        base: (0..state.ticks()).map(|t| state.pose(t)).collect(),
        joint_pos: state.joints,
    };
    Ok(Retargeted { trajectory, scale: targets.scale, errors })
}
