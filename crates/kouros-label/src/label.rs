//! From a robot's trajectory to its labels, tick by tick.
//!
//! Lives here: the order of the computation and what makes a label valid. Does not: the parts
//! (`derivative.rs`, `ground.rs`, `balance.rs`, `coupling.rs`).

use crate::Result;
use crate::balance::capture_point;
use crate::contact_robot::contacts_of;
use crate::coupling::Coupling;
use crate::derivative::Derivative;
use crate::ground::Ground;
use crate::label_options::LabelOptions;
use crate::labels::{Labels, VALID};
use crate::ordered::Ordered;
use crate::stance::settling;
use crate::terrain::Terrain;
use kouros_motion::{BodyPart, FootContacts, Trajectory, Vec3};
use kouros_robot::{Acceleration, Dynamics, Kinematics, Robot, SceneTrack, State};

/// Everything that can be known about `trajectory` from the robot's masses and geometry, on a
/// floor at z = 0, or in `scene`, in the robot's world and of as many ticks. `contacts` are the true ones where the caller knows them (force plates, a
/// simulation); else they are found by [`crate::robot_contacts`].
///
/// # Errors
/// The trajectory is empty, not finite, or not of this robot; contacts of another length or rate;
/// an option is negative.
pub fn label(
    robot: &Robot,
    trajectory: &Trajectory,
    scene: Option<&SceneTrack>,
    contacts: Option<&FootContacts>,
    options: &LabelOptions,
) -> Result<Labels> {
    let terrain = Terrain::new(scene);
    options.check()?;
    let motion = Ordered::new(robot, trajectory)?;
    let contacts = match contacts {
        Some(known) => {
            motion.check_contacts(known)?;
            known.clone()
        }
        None => contacts_of(&motion, terrain, &options.contacts),
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
        body_contact: Vec::with_capacity(ticks * BodyPart::ALL.len()),
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
    let mut ground = Ground::new(robot, terrain, *options);
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
        let explained = ground.explain(&needed, base, &com, &at, tick, &settled[tick]);

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

        let capture = capture_point(&(com - Vec3::z() * ground.level()), &com_velocity, ground.gravity);
        let inside = ground.capture_margin(&capture);
        let zmp = explained.zero_moment_point;
        let p = zmp.unwrap_or(com.xy());
        labels.balance.extend([p.x, p.y, inside.unwrap_or(0.0)]);

        let moves = ticks > 2;
        let touching = ground.touching(&at, tick);
        labels.body_contact.extend(touching.parts.map(|t| f64::from(u8::from(t))));
        let feet_only = !touching.any;
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
