//! From a robot's trajectory to its labels, tick by tick.
//!
//! Lives here: the order of the computation and what makes a label valid. Does not: the parts
//! (`derivative.rs`, `stance.rs`, `wrench.rs`, `balance.rs`, `coupling.rs`).

use crate::balance::{capture_point, zero_moment_point};
use crate::contact_robot::{RobotContactOptions, contacts_of};
use crate::coupling::Coupling;
use crate::derivative::Derivative;
use crate::labels::{Labels, VALID};
use crate::ordered::Ordered;
use crate::stance::{Foothold, footholds, settling, sole_center};
use crate::support_polygon::{Flat, hull, margin};
use crate::wrench::{Sharing, Units, Wrench};
use crate::{Error, Result};
use kouros_motion::{FootContacts, LEFT, Pose, RIGHT, Step, Trajectory, Vec3};
use kouros_robot::{Acceleration, Ball, Dynamics, JointKind, Kinematics, Robot, State};
use serde::{Deserialize, Serialize};

/// How labels are made.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LabelOptions {
    /// Velocities and accelerations are those of a parabola fitted to the ticks this long before
    /// and after [s]. Nothing else is smoothed.
    pub derivative_reach: f64,
    /// Friction coefficient between sole and floor [1].
    pub friction: f64,
    /// Over this time a foot that lands takes up load, and one that lifts gives it up [s].
    pub settle: f64,
    /// The zero-moment point is known where the ground pushes up with at least this share of the
    /// weight [1].
    pub least_load: f64,
    /// Wrenches and torques are known where feet explain the needed force up to this share of the
    /// weight, and the needed torque up to this share of weight times leg [1].
    pub most_residual: f64,
    /// Wrenches and torques are not known where another part than the feet is nearer to the floor
    /// than this [m].
    pub other_contact: f64,
    /// How contacts are found where the caller does not know them.
    pub contacts: RobotContactOptions,
}

impl Default for LabelOptions {
    fn default() -> Self {
        Self {
            derivative_reach: 0.06,
            friction: 0.8,
            settle: 0.06,
            least_load: 0.1,
            most_residual: 0.1,
            other_contact: 0.01,
            contacts: RobotContactOptions::default(),
        }
    }
}

impl LabelOptions {
    /// These settings as a step of a provenance.
    pub fn step(&self) -> Step {
        let mut step = Step::new("label")
            .with("derivative", "quadratic least squares (Savitzky-Golay)")
            .with("derivative_reach_s", self.derivative_reach)
            .with("friction", self.friction)
            .with("settle_s", self.settle)
            .with("least_load", self.least_load)
            .with("most_residual", self.most_residual)
            .with("other_contact_m", self.other_contact);
        for (name, value) in self.contacts.step().settings {
            step.settings.insert(format!("contact_{name}"), value);
        }
        step
    }

    fn check(&self) -> Result<()> {
        self.contacts.check()?;
        let from_zero = [
            ("derivative_reach", self.derivative_reach),
            ("friction", self.friction),
            ("settle", self.settle),
            ("least_load", self.least_load),
            ("most_residual", self.most_residual),
            ("other_contact", self.other_contact),
        ];
        match from_zero.iter().find(|(_, v)| !(v.is_finite() && *v >= 0.0)) {
            Some(&(option, found)) => Err(Error::Option { option, expected: "a number from zero up", found }),
            None => Ok(()),
        }
    }
}

/// Everything that can be known about `trajectory` from the robot's masses and geometry, on a
/// floor at z = 0. `contacts` are the true ones where the caller knows them (force plates, a
/// simulation); else they are found by [`crate::robot_contacts`].
///
/// # Errors
/// The trajectory is empty, not finite, or not of this robot; contacts of another length or rate;
/// an option is negative.
pub fn label(robot: &Robot, trajectory: &Trajectory, contacts: Option<&FootContacts>, options: &LabelOptions) -> Result<Labels> {
    options.check()?;
    let motion = Ordered::new(robot, trajectory)?;
    let contacts = match contacts {
        Some(known) => {
            motion.check_contacts(known)?;
            known.clone()
        }
        None => contacts_of(&motion, &options.contacts),
    };
    let (ticks, n) = (motion.ticks(), robot.dof());
    let derivative = Derivative::new(ticks, motion.rate_hz, options.derivative_reach);
    let (velocity, acceleration) = derivative.of(&motion.joint_pos, n);
    let poses = derivative.of_poses(motion.base);

    let mut labels = Labels {
        joint_names: trajectory.joint_names.clone(),
        rate_hz: motion.rate_hz,
        state: trajectory.joint_pos.clone(),
        velocity: motion.back(&velocity),
        imu: Vec::with_capacity(ticks * 6),
        action: trajectory.joint_pos[n.min(trajectory.joint_pos.len())..]
            .iter()
            .chain(trajectory.joints_at(ticks - 1))
            .copied()
            .collect(),
        root_pose: root_poses(trajectory),
        root_velocity: poses.iter().flat_map(|d| [d.linear, d.angular]).flat_map(|v| [v.x, v.y, v.z]).collect(),
        effort: Vec::with_capacity(ticks * n),
        foot_contact: contacts.down.iter().flatten().map(|d| f64::from(u8::from(*d))).collect(),
        foot_wrench: Vec::with_capacity(ticks * 12),
        center_of_mass: Vec::with_capacity(ticks * 3),
        center_of_mass_velocity: Vec::with_capacity(ticks * 3),
        angular_momentum: Vec::with_capacity(ticks * 3),
        balance: Vec::with_capacity(ticks * 3),
        coupling: Vec::with_capacity(ticks * 6),
        valid: Vec::with_capacity(ticks * VALID.len()),
        residual: Vec::with_capacity(ticks * 6),
        residual_share: Vec::with_capacity(ticks),
        derivative_ticks: derivative.window(),
        contacts,
    };
    let settled = settling(&labels.contacts, options.settle);
    let mut ground = Ground::new(robot, *options);
    let mut dynamics = Dynamics::new(robot);
    let mut coupling = Coupling::new(robot);
    let mut at = Kinematics::new(robot);
    for tick in 0..ticks {
        let (base, row) = (&motion.base[tick], tick * n..(tick + 1) * n);
        let pose = &poses[tick];
        motion.place(&mut at, tick);
        dynamics.set(&State {
            base: *base,
            base_vel: (pose.linear, pose.angular),
            joint_pos: motion.joints_at(tick),
            joint_vel: &velocity[row.clone()],
        });
        let (com, com_velocity) = (dynamics.center_of_mass(), dynamics.center_of_mass_velocity());
        let needed = dynamics.inverse(&Acceleration {
            base_linear: pose.linear_acc,
            base_angular: pose.angular_acc,
            joints: &acceleration[row],
        });
        let explained = ground.explain(&needed, base, &com, &at, &settled[tick]);

        push(&mut labels.imu, &[pose.angular, base.rotation.inverse() * -Vec3::z()]);
        push(&mut labels.center_of_mass, &[com]);
        push(&mut labels.center_of_mass_velocity, &[com_velocity]);
        push(&mut labels.angular_momentum, &[dynamics.angular_momentum()]);
        push(&mut labels.coupling, &[coupling.arm_shift(&motion, tick, &at), coupling.counter_momentum(&dynamics)]);
        labels.effort.extend(&explained.torques);
        for wrench in &explained.feet {
            push(&mut labels.foot_wrench, &[wrench.force, wrench.torque]);
        }
        push(&mut labels.residual, &[explained.residual.force, explained.residual.torque]);
        labels.residual_share.push(explained.residual.force.norm() / ground.units.weight);

        let capture = capture_point(&com, &com_velocity, ground.gravity);
        let inside = ground.capture_margin(&capture);
        let zmp = explained.zero_moment_point;
        let p = zmp.unwrap_or(com.xy());
        labels.balance.extend([p.x, p.y, inside.unwrap_or(0.0)]);

        let moves = ticks > 2;
        let feet_only = !ground.touches_elsewhere(&at);
        let forces = moves && feet_only && explained.holds;
        let known = [
            ticks > 1,
            forces,
            true,
            forces,
            ticks > 1,
            ticks > 1,
            moves && zmp.is_some(),
            feet_only && ticks > 1 && inside.is_some(),
            ticks > 1,
        ];
        labels.valid.extend(known.map(|k| f64::from(u8::from(k))));
    }
    labels.effort = motion.back(&labels.effort);
    Ok(labels)
}

fn push(to: &mut Vec<f64>, vectors: &[Vec3]) {
    to.extend(vectors.iter().flat_map(|v| [v.x, v.y, v.z]));
}

fn root_poses(trajectory: &Trajectory) -> Vec<f64> {
    let quaternions = trajectory.base_quaternions_wxyz();
    let places = trajectory.base.iter().map(|p| p.translation.vector);
    places.zip(quaternions).flat_map(|(p, q)| [p.x, p.y, p.z, q[0], q[1], q[2], q[3]]).collect()
}

/// What the ground gives at one tick.
struct Explained {
    /// Joint torques in the robot's order (N) [N m].
    torques: Vec<f64>,
    /// Of the ground on each foot, about the centre of its sole.
    feet: [Wrench; 2],
    /// What is left, about the centre of mass.
    residual: Wrench,
    /// Whether what is left is small.
    holds: bool,
    zero_moment_point: Option<Flat>,
}

/// The floor under a robot, and the feet it is felt through.
struct Ground<'a> {
    robot: &'a Robot,
    options: LabelOptions,
    units: Units,
    gravity: f64,
    /// Colliding points that are not a foot's, with their bodies.
    others: Vec<(usize, Ball)>,
    sharing: Sharing,
    holds: Vec<Foothold>,
    polygon: Vec<Flat>,
}

impl<'a> Ground<'a> {
    fn new(robot: &'a Robot, options: LabelOptions) -> Self {
        let gravity = Vec3::from(robot.model().opt().gravity).norm();
        let on_foot = |b: usize| robot.profile.soles.iter().any(|s| robot.bodies[b].chain == robot.bodies[s.body].chain);
        let shapes = robot.shapes.iter().filter(|s| !on_foot(s.body));
        let others = shapes.flat_map(|s| s.balls.iter().map(|b| (s.body, *b))).collect();
        let units = Units { weight: robot.mass() * gravity, length: robot.profile.leg_length(robot), friction: options.friction };
        Self { robot, options, units, gravity, others, sharing: Sharing::default(), holds: Vec::new(), polygon: Vec::new() }
    }

    /// Shares what the motion needs of the ground among the feet, and gives the joints the rest:
    /// torque = inverse dynamics - J^T of the feet's wrenches.
    fn explain(&mut self, needed: &[f64], base: &Pose, com: &Vec3, at: &Kinematics, settled: &[f64; 4]) -> Explained {
        let (force, base_torque) = (Vec3::new(needed[0], needed[1], needed[2]), Vec3::new(needed[3], needed[4], needed[5]));
        let torque = base.rotation * base_torque + (base.translation.vector - com).cross(&force);
        let need = Wrench { force, torque };
        footholds(self.robot, at, settled, &mut self.holds);
        let forces = self.sharing.solve(&self.holds, &need, com, &self.units);
        self.polygon = hull(&mut self.holds.iter().map(|h| h.at.xy()).collect());

        let mut torques = needed[6..].to_vec();
        let mut residual = need;
        let mut feet = [Wrench::default(); 2];
        for side in [LEFT, RIGHT] {
            let center = sole_center(self.robot, at, side);
            for (hold, f) in self.holds.iter().zip(&forces).filter(|(h, _)| h.side == side) {
                feet[side].force += f;
                feet[side].torque += (hold.at - center).cross(f);
                residual.force -= f;
                residual.torque -= (hold.at - com).cross(f);
            }
            let foot = self.robot.profile.soles[side].body;
            for &j in &self.robot.bodies[foot].chain {
                let about_joint = feet[side].torque + (center - at.anchor[j]).cross(&feet[side].force);
                torques[j] -= match self.robot.joints[j].kind {
                    JointKind::Hinge => at.axis[j].dot(&about_joint),
                    JointKind::Slide => at.axis[j].dot(&feet[side].force),
                };
            }
        }
        let Units { weight, length, .. } = self.units;
        let most = self.options.most_residual;
        Explained {
            torques,
            feet,
            residual,
            holds: residual.force.norm() <= most * weight && residual.torque.norm() <= most * weight * length,
            zero_moment_point: zero_moment_point(&need, com, self.options.least_load * weight).filter(|_| !self.holds.is_empty()),
        }
    }

    /// Distance of a point on the floor into the support polygon [m]; `None` without contact.
    fn capture_margin(&self, point: &Flat) -> Option<f64> {
        margin(&self.polygon, point)
    }

    /// Whether anything but the feet is at the floor.
    fn touches_elsewhere(&self, at: &Kinematics) -> bool {
        self.others.iter().any(|(body, ball)| at.point(*body, &ball.center).z - ball.radius < self.options.other_contact)
    }
}
