//! How arms and legs load each other.
//!
//! Lives here: the two definitions behind `label.coupling`, and which bodies are the upper ones.
//! Does not: momentum itself (`kouros-robot`).

use crate::ordered::Ordered;
use kouros_motion::Vec3;
use kouros_robot::{Dynamics, Kinematics, Robot};

/// Bodies above the waist and the workspace for the arms' rest.
pub(crate) struct Coupling {
    is_arm: Vec<bool>,
    is_upper: Vec<bool>,
    resting: Kinematics,
    joints: Vec<f64>,
}

impl Coupling {
    /// Arms: the bodies moved by the arms' joints. Upper body: those moved by the waist's, the
    /// arms' or the head's joints: everything that the legs' joints do not move, but the pelvis.
    pub fn new(robot: &Robot) -> Self {
        let moved_by =
            |limbs: &[kouros_robot::Limb; 2], chain: &[usize]| limbs.iter().any(|l| chain.iter().any(|j| l.joints.contains(j)));
        let is_arm: Vec<bool> = robot.bodies.iter().map(|b| moved_by(&robot.profile.arms, &b.chain)).collect();
        let is_upper = robot.bodies.iter().map(|b| !b.chain.is_empty() && !moved_by(&robot.profile.legs, &b.chain)).collect();
        Self { is_arm, is_upper, resting: Kinematics::new(robot), joints: vec![0.0; robot.dof()] }
    }

    /// How far the arms' pose moves the whole-body centre of mass from where it would be with the
    /// arms at rest (`profile.rest`), base and everything else unchanged: world [m].
    pub fn arm_shift(&mut self, motion: &Ordered<'_>, tick: usize, at: &Kinematics) -> Vec3 {
        let robot = motion.robot;
        self.joints.copy_from_slice(motion.joints_at(tick));
        for &j in robot.profile.arms.iter().flat_map(|a| &a.joints) {
            self.joints[j] = robot.profile.rest[j];
        }
        self.resting.update(robot, &motion.base[tick], &self.joints);
        let bodies = robot.bodies.iter().enumerate().filter(|(b, _)| self.is_arm[*b]);
        bodies.map(|(b, body)| (at.point(b, &body.com) - self.resting.point(b, &body.com)) * body.mass).sum::<Vec3>()
            / robot.mass()
    }

    /// Half the difference of the angular momenta of the upper body and of the lower (pelvis and
    /// legs), both about the whole-body centre of mass: world [kg m²/s].
    ///
    /// With their sum, `label.angular_momentum` L, it holds both: upper = L/2 + c, lower = L/2 - c.
    /// Where arms and trunk cancel the legs exactly, as about the vertical in walking (Herr and
    /// Popovic 2008), L is zero and c is what each carries against the other.
    pub fn counter_momentum(&self, dynamics: &Dynamics<'_>) -> Vec3 {
        let sign = |upper: &bool| if *upper { 0.5 } else { -0.5 };
        dynamics.angular_momentum_by_body().iter().zip(&self.is_upper).map(|(l, upper)| l * sign(upper)).sum()
    }
}
