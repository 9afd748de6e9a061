//! Masses and forces of a robot in motion, by MuJoCo.
//!
//! Lives here: centre of mass, momentum and inverse dynamics of one state. Does not: what they
//! mean for balance (`kouros-label`).

use crate::Robot;
use kouros_motion::{Pose, Vec3};
use mujoco_rs::prelude::*;

/// The state of a robot at one tick.
#[derive(Debug, Clone, PartialEq)]
pub struct State<'a> {
    /// `world_from_base`.
    pub base: Pose,
    /// Velocity of the base: linear in the world [m/s], angular in the base's axes [rad/s].
    pub base_vel: (Vec3, Vec3),
    /// Joint positions (N) [rad].
    pub joint_pos: &'a [f64],
    /// Joint velocities (N) [rad/s].
    pub joint_vel: &'a [f64],
}

/// Acceleration of the generalised coordinates: base linear in the world [m/s²], base angular in
/// the base's axes [rad/s²], joints (N) [rad/s²].
#[derive(Debug, Clone, PartialEq)]
pub struct Acceleration<'a> {
    /// Linear, of the base's origin.
    pub base_linear: Vec3,
    /// Angular, of the base.
    pub base_angular: Vec3,
    /// Of the joints (N).
    pub joints: &'a [f64],
}

/// Reusable workspace around MuJoCo's data; one per thread.
pub struct Dynamics<'a> {
    robot: &'a Robot,
    data: MjData<&'a MjModel>,
    qpos: usize,
    dof: usize,
    joint_qpos: Vec<usize>,
    joint_dof: Vec<usize>,
}

impl<'a> Dynamics<'a> {
    /// A workspace for `robot`.
    pub fn new(robot: &'a Robot) -> Self {
        let model = robot.model();
        let (mut qpos, mut dof, mut joint_qpos, mut joint_dof) = (0, 0, Vec::new(), Vec::new());
        let to_index = |v: i32| usize::try_from(v).unwrap_or(0);
        for j in 0..model.jnt_type().len() {
            let body = to_index(model.jnt_bodyid()[j]);
            let (q, d) = (to_index(model.jnt_qposadr()[j]), to_index(model.jnt_dofadr()[j]));
            if body == robot.mujoco_body(0) && model.jnt_type()[j] == MjtJoint::mjJNT_FREE {
                (qpos, dof) = (q, d);
            } else if (0..robot.bodies.len()).any(|b| robot.mujoco_body(b) == body) {
                joint_qpos.push(q);
                joint_dof.push(d);
            }
        }
        Self { robot, data: model.make_data(), qpos, dof, joint_qpos, joint_dof }
    }

    /// Puts the robot into `state` and computes positions, velocities and momenta.
    ///
    /// # Panics
    /// The state's arrays are shorter than the robot has joints.
    pub fn set(&mut self, state: &State<'_>) {
        let (q, d) = (self.qpos, self.dof);
        let position = self.data.qpos_mut();
        position[q..q + 3].copy_from_slice(state.base.translation.vector.as_slice());
        let r = &state.base.rotation;
        position[q + 3..q + 7].copy_from_slice(&[r.w, r.i, r.j, r.k]);
        for (i, &at) in self.joint_qpos.iter().enumerate() {
            position[at] = state.joint_pos[i];
        }
        let velocity = self.data.qvel_mut();
        velocity[d..d + 3].copy_from_slice(state.base_vel.0.as_slice());
        velocity[d + 3..d + 6].copy_from_slice(state.base_vel.1.as_slice());
        for (i, &at) in self.joint_dof.iter().enumerate() {
            velocity[at] = state.joint_vel[i];
        }
        self.data.kinematics();
        self.data.com_pos();
        self.data.crb_comp();
        self.data.com_vel();
        self.data.subtree_vel();
    }

    /// Whole-body centre of mass in the world [m].
    pub fn center_of_mass(&self) -> Vec3 {
        Vec3::from(self.data.subtree_com()[self.robot.mujoco_body(0)])
    }

    /// Velocity of the whole-body centre of mass in the world [m/s].
    pub fn center_of_mass_velocity(&self) -> Vec3 {
        Vec3::from(self.data.subtree_linvel()[self.robot.mujoco_body(0)])
    }

    /// Angular momentum about the whole-body centre of mass in the world [kg m²/s].
    pub fn angular_momentum(&self) -> Vec3 {
        Vec3::from(self.data.subtree_angmom()[self.robot.mujoco_body(0)])
    }

    /// Angular momentum of every body about the whole-body centre of mass in the world
    /// [kg m²/s]: spin plus orbit, `R I R^T w + (c - c0) x m (v - v0)`. They sum to
    /// [`Self::angular_momentum`].
    pub fn angular_momentum_by_body(&self) -> Vec<Vec3> {
        let model = self.robot.model();
        let (c0, v0) = (self.center_of_mass(), self.center_of_mass_velocity());
        (0..self.robot.bodies.len())
            .map(|b| {
                let m = self.robot.mujoco_body(b);
                let c = Vec3::from(self.data.xipos()[m]);
                // cvel is about the subtree's centre of mass of the tree's root, axes of the world.
                let cvel = self.data.cvel()[m];
                let w = Vec3::new(cvel[0], cvel[1], cvel[2]);
                let v = Vec3::new(cvel[3], cvel[4], cvel[5]) + w.cross(&(c - self.center_of_mass()));
                let axes = nalgebra::Matrix3::from_row_slice(&self.data.ximat()[m]);
                let spin = axes * Vec3::from(model.body_inertia()[m]).component_mul(&(axes.transpose() * w));
                spin + (c - c0).cross(&((v - v0) * model.body_mass()[m]))
            })
            .collect()
    }

    /// Centre of mass of one body in the world [m].
    pub fn body_com(&self, body: usize) -> Vec3 {
        Vec3::from(self.data.xipos()[self.robot.mujoco_body(body)])
    }

    /// Position [m] and axes (columns) of one body in the world.
    pub fn body_pose(&self, body: usize) -> (Vec3, nalgebra::Matrix3<f64>) {
        let m = self.robot.mujoco_body(body);
        (Vec3::from(self.data.xpos()[m]), nalgebra::Matrix3::from_row_slice(&self.data.xmat()[m]))
    }

    /// Inverse dynamics without contacts, by MuJoCo's recursive Newton-Euler with the joints'
    /// armature: the generalised force that `acceleration` needs in the state last set; its first
    /// six numbers are the force [N] at the base's origin in the world and the torque [N m] in the
    /// base's axes that the ground must give, the others the joints' torques (N) [N m] if it gave
    /// them at the base.
    ///
    /// # Panics
    /// The arrays are shorter than the robot has joints.
    pub fn inverse(&mut self, acceleration: &Acceleration<'_>) -> Vec<f64> {
        let d = self.dof;
        let a = self.data.qacc_mut();
        a[d..d + 3].copy_from_slice(acceleration.base_linear.as_slice());
        a[d + 3..d + 6].copy_from_slice(acceleration.base_angular.as_slice());
        for (i, &at) in self.joint_dof.iter().enumerate() {
            a[at] = acceleration.joints[i];
        }
        let force = self.data.rne(true);
        let armature = self.robot.model().dof_armature();
        let with_rotor = |at: usize| force[at] + armature[at] * self.data.qacc()[at];
        (d..d + 6).chain(self.joint_dof.iter().copied()).map(with_rotor).collect()
    }

    /// Derivative of a point fixed to `body` by the generalised coordinates, in the order of
    /// [`Self::inverse`]: position (3 x (6 + N)) and rotation (3 x (6 + N)), row by row.
    pub fn jacobian(&self, body: usize, at: &Vec3) -> (Vec<f64>, Vec<f64>) {
        let (p, r) = self.data.jac(true, true, &[at.x, at.y, at.z], self.robot.mujoco_body(body));
        let nv = p.len() / 3;
        let columns: Vec<usize> = (self.dof..self.dof + 6).chain(self.joint_dof.iter().copied()).collect();
        let pick = |m: &[f64]| (0..3).flat_map(|row| columns.iter().map(move |&c| m[row * nv + c])).collect::<Vec<f64>>();
        (pick(&p), pick(&r))
    }
}
