//! How high a robot's motion rests over its floor, whatever the motion says its floor is.
//!
//! Lives here: the height of what touches. Does not: contacts, which take z = 0 for the floor
//! (`contact_robot.rs`); moving anything, which nobody asked for.

use crate::Result;
use crate::ordered::Ordered;
use crate::percentile::median;
use kouros_motion::Trajectory;
use kouros_robot::{Kinematics, Robot};

/// What touches the ground moves slower than this from tick to tick: half of what still is a contact
/// of a robot's foot [m/s].
const AT_REST: f64 = 0.15;
/// At least this share of the ticks must have something at rest for the height to be known.
const ENOUGH: f64 = 0.05;

/// The median height of the robot's lowest point over z = 0 while that point is at rest [m]: near
/// zero where the floor of the motion is z = 0, positive where it floats. `None` where nothing
/// rests.
///
/// # Errors
/// The trajectory is empty, not finite, or not of this robot.
pub fn resting_height(robot: &Robot, trajectory: &Trajectory) -> Result<Option<f64>> {
    let motion = Ordered::new(robot, trajectory)?;
    let (mut at, mut after) = (Kinematics::new(robot), Kinematics::new(robot));
    let mut heights = Vec::new();
    motion.place(&mut at, 0);
    for tick in 1..motion.ticks() {
        motion.place(&mut after, tick);
        if let Some((body, point)) = robot.lowest_point(&at) {
            let (now, then) = (at.point(body, &point), after.point(body, &point));
            if (then - now).norm() * motion.rate_hz < AT_REST {
                heights.push(now.z);
            }
        }
        std::mem::swap(&mut at, &mut after);
    }
    let enough = heights.len() as f64 >= ENOUGH * motion.ticks() as f64;
    Ok(median(&heights).filter(|_| enough))
}
