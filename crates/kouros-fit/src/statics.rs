//! What it takes to stand still in a posture: balance and torques.
//!
//! Lives here: where the weight goes and what the joints must hold. Does not: postures (`posture.rs`).

use crate::body::Body;
use crate::posture::Posture;
use kouros_label::{Flat, hull, margin};
use kouros_motion::Vec3;
use kouros_robot::{Acceleration, Dynamics, Kinematics, State};

/// Gravity [m/s²], as MuJoCo has it.
const GRAVITY: f64 = 9.81;

/// Standing still on some of the feet.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Statics {
    /// How far the centre of mass is inside the support polygon [m]; negative outside.
    pub balance: f64,
    /// The joint with the greatest share of its torque, and the share; none where no limits are known.
    pub torque: Option<(usize, f64)>,
}

/// Stands on `feet` (sides). The weight is shared so that the feet's forces are vertical and balance.
pub(crate) fn stand(body: &Body<'_>, posture: &Posture, feet: &[usize]) -> Statics {
    let robot = body.robot;
    let mut at = Kinematics::new(robot);
    at.update(robot, &posture.base, &posture.joints);
    let mut corners: Vec<Flat> = Vec::new();
    for &side in feet {
        let sole = &robot.profile.soles[side];
        corners.extend(sole.balls.iter().map(|b| at.point(sole.body, &b.center).xy()));
    }
    let balance = margin(&hull(&mut corners), &posture.centre.xy()).unwrap_or(f64::NEG_INFINITY);
    let middles: Vec<Vec3> = feet.iter().map(|&side| body.sole_middle(&at, side)).collect();
    // Shares along the line between the feet; what is left moves both points of support alike.
    let shares: Vec<f64> = match middles.as_slice() {
        [a, b] => {
            let line = (b - a).xy();
            let along = (posture.centre - a).xy().dot(&line) / line.norm_squared().max(1e-12);
            let share = along.clamp(0.0, 1.0);
            vec![1.0 - share, share]
        }
        _ => vec![1.0],
    };
    let between: Vec3 = middles.iter().zip(&shares).map(|(m, s)| m * *s).sum();
    let moved = (posture.centre - between).xy();
    let still = vec![0.0; robot.dof()];
    let mut dynamics = Dynamics::new(robot);
    dynamics.set(&State {
        base: posture.base,
        base_vel: (Vec3::zeros(), Vec3::zeros()),
        joint_pos: &posture.joints,
        joint_vel: &still,
    });
    let rest = Acceleration { base_linear: Vec3::zeros(), base_angular: Vec3::zeros(), joints: &still };
    let mut force = dynamics.inverse(&rest);
    let n = force.len();
    let weight = robot.mass() * GRAVITY;
    for ((&side, middle), share) in feet.iter().zip(&middles).zip(&shares) {
        let point = middle + Vec3::new(moved.x, moved.y, 0.0);
        let (by_position, _) = dynamics.jacobian(robot.profile.soles[side].body, &point);
        for (k, f) in force.iter_mut().enumerate() {
            *f -= by_position[2 * n + k] * share * weight;
        }
    }
    let strength = |j: usize| robot.joints[j].effort_limit.filter(|e| *e > 0.0);
    let shares = (0..robot.dof()).filter_map(|j| Some((j, force[6 + j].abs() / strength(j)?)));
    Statics { balance, torque: shares.max_by(|a, b| a.1.total_cmp(&b.1)) }
}
