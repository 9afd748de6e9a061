//! Where a robot's bodies are: forward kinematics and the motion of points.
//!
//! Lives here: positions and their derivatives. Does not: masses and forces (`dynamics.rs`).
//! The mathematics is MuJoCo's: a body's frame is its parent's, moved by its rest placement and
//! then by its joints in order, each turning about (or sliding along) its axis through its anchor.

use crate::{JointKind, Robot};
use kouros_motion::{Pose, Vec3};
use nalgebra::Matrix3;

/// Reusable workspace: the placement of every body and joint for one configuration.
#[derive(Debug, Clone)]
pub struct Kinematics {
    /// `world_from_body`, translation [m] (one per body).
    pub position: Vec<Vec3>,
    /// `world_from_body`, rotation (one per body).
    pub rotation: Vec<Matrix3<f64>>,
    /// Each joint's axis in the world.
    pub axis: Vec<Vec3>,
    /// A point on each joint's axis in the world [m].
    pub anchor: Vec<Vec3>,
    rest_rotation: Vec<Matrix3<f64>>,
}

impl Kinematics {
    /// A workspace for `robot`, all at the origin until [`Self::update`].
    pub fn new(robot: &Robot) -> Self {
        let (bodies, joints) = (robot.bodies.len(), robot.joints.len());
        Self {
            position: vec![Vec3::zeros(); bodies],
            rotation: vec![Matrix3::identity(); bodies],
            axis: vec![Vec3::zeros(); joints],
            anchor: vec![Vec3::zeros(); joints],
            rest_rotation: robot.bodies.iter().map(|b| b.parent_from_body.rotation.to_rotation_matrix().into_inner()).collect(),
        }
    }

    /// Places everything for the base at `world_from_base` and the joints at `joint_pos` (N).
    ///
    /// # Panics
    /// `joint_pos` is shorter than the robot has joints.
    pub fn update(&mut self, robot: &Robot, world_from_base: &Pose, joint_pos: &[f64]) {
        for (b, body) in robot.bodies.iter().enumerate() {
            let (mut p, mut r) = match body.parent {
                None => (world_from_base.translation.vector, world_from_base.rotation.to_rotation_matrix().into_inner()),
                Some(parent) => {
                    let r = self.rotation[parent];
                    (self.position[parent] + r * body.parent_from_body.translation.vector, r * self.rest_rotation[b])
                }
            };
            for &j in &body.joints {
                let joint = &robot.joints[j];
                let axis = r * joint.axis;
                let anchor = p + r * joint.anchor;
                match joint.kind {
                    JointKind::Hinge => {
                        r *= axis_rotation(&joint.axis, joint_pos[j]);
                        p = anchor - r * joint.anchor;
                    }
                    JointKind::Slide => p += axis * joint_pos[j],
                }
                self.axis[j] = axis;
                self.anchor[j] = anchor;
            }
            self.position[b] = p;
            self.rotation[b] = r;
        }
    }

    /// Where a point given in the body's frame is in the world [m].
    pub fn point(&self, body: usize, local: &Vec3) -> Vec3 {
        self.position[body] + self.rotation[body] * local
    }

    /// How fast a point at `at` (world) on a body moved by joint `j` moves when the joint moves at
    /// 1 rad/s (or 1 m/s) [m/rad].
    pub fn point_by_joint(&self, robot: &Robot, j: usize, at: &Vec3) -> Vec3 {
        match robot.joints[j].kind {
            JointKind::Hinge => self.axis[j].cross(&(at - self.anchor[j])),
            JointKind::Slide => self.axis[j],
        }
    }
}

/// Rodrigues' formula: the rotation by `angle` [rad] about the unit vector `axis`.
fn axis_rotation(axis: &Vec3, angle: f64) -> Matrix3<f64> {
    let (s, c) = angle.sin_cos();
    let k = axis.cross_matrix();
    Matrix3::identity() + k * s + k * k * (1.0 - c)
}
