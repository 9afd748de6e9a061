//! One tick seen from the robot: where its bodies are and how they move with the unknowns.
//!
//! Lives here: kinematics and derivatives shared by all terms. Does not: residuals (`terms/`).

use crate::state::BASE;
use kouros_motion::{Pose, Rot, Vec3};
use kouros_robot::{Kinematics, Mark, Robot};
use nalgebra::{Matrix3, Rotation3};

/// The unknowns that move a body: the base's six, then the joints of its chain.
#[derive(Debug, Clone, Default)]
pub(crate) struct Support {
    pub body: usize,
    /// Unknowns, ascending.
    pub columns: Vec<usize>,
    /// The joints among them.
    pub joints: Vec<usize>,
}

impl Support {
    pub fn of(robot: &Robot, body: usize) -> Self {
        Self::of_both(robot, body, body)
    }

    /// The unknowns that move either of two bodies.
    pub fn of_both(robot: &Robot, body: usize, other: usize) -> Self {
        let mut joints = robot.bodies[body].chain.clone();
        joints.extend(robot.bodies[other].chain.iter().filter(|j| !robot.bodies[body].chain.contains(j)));
        joints.sort_unstable();
        Self { body, columns: (0..BASE).chain(joints.iter().map(|j| BASE + j)).collect(), joints }
    }
}

/// Derivatives of a vector by the unknowns of a support, column by column.
pub(crate) type Columns = Vec<[f64; 3]>;

/// The robot at one tick.
pub(crate) struct Frame<'a> {
    pub robot: &'a Robot,
    pub at: Kinematics,
}

impl<'a> Frame<'a> {
    pub fn new(robot: &'a Robot) -> Self {
        Self { robot, at: Kinematics::new(robot) }
    }

    pub fn update(&mut self, pose: &Pose, q: &[f64]) {
        self.at.update(self.robot, pose, q);
    }

    pub fn base_rotation(&self) -> &Matrix3<f64> {
        &self.at.rotation[0]
    }

    pub fn mark(&self, m: &Mark) -> Vec3 {
        self.at.point(m.body, &m.local)
    }

    /// Derivatives of a point of the support's body that is at `p`.
    pub fn point(&self, support: &Support, p: &Vec3, out: &mut Columns) {
        out.clear();
        out.extend([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]);
        let arm = p - self.at.position[0];
        for k in 0..3 {
            out.push(array(&self.base_rotation().column(k).cross(&arm)));
        }
        for &j in &support.joints {
            out.push(array(&self.at.point_by_joint(self.robot, j, p)));
        }
    }

    /// Derivatives of a vector fixed to the support's body that is now `v` (world).
    pub fn vector(&self, support: &Support, v: &Vec3, out: &mut Columns) {
        out.clear();
        out.extend([[0.0; 3]; 3]);
        for k in 0..3 {
            out.push(array(&self.base_rotation().column(k).cross(v)));
        }
        for &j in &support.joints {
            out.push(array(&self.turn(j).cross(v)));
        }
    }

    /// Derivatives of the support's body's rotation, as a vector in that body's axes.
    pub fn rotation(&self, support: &Support, out: &mut Columns) {
        let local = self.at.rotation[support.body].transpose();
        out.clear();
        out.extend([[0.0; 3]; 3]);
        for k in 0..3 {
            out.push(array(&(local * self.base_rotation().column(k))));
        }
        for &j in &support.joints {
            out.push(array(&(local * self.turn(j))));
        }
    }

    /// Rows of log(wanted^T R), R the rotation of axes fixed in the support's body
    /// (`body_from_axes`), as a vector in those axes, with their derivatives in `rows`. That of the
    /// logarithm is the identity plus half the cross product of the error (Sola et al. 2018,
    /// eq. 144, first order).
    pub fn turn_to(&self, support: &Support, body_from_axes: &Matrix3<f64>, wanted: &Rot, rows: &mut Columns) -> [f64; 3] {
        let world_from_axes = self.at.rotation[support.body] * body_from_axes;
        let now = Rot::from_rotation_matrix(&Rotation3::from_matrix_unchecked(world_from_axes));
        let e = (wanted.inverse() * now).scaled_axis();
        let derivative = (Matrix3::identity() + e.cross_matrix() * 0.5) * body_from_axes.transpose();
        self.rotation(support, rows);
        for row in rows.iter_mut() {
            *row = array(&(derivative * Vec3::from(*row)));
        }
        array(&e)
    }

    /// The world axis that joint `j` turns about; zero for one that slides.
    fn turn(&self, j: usize) -> Vec3 {
        match self.robot.joints[j].kind {
            kouros_robot::JointKind::Hinge => self.at.axis[j],
            kouros_robot::JointKind::Slide => Vec3::zeros(),
        }
    }
}

pub(crate) fn array(v: &Vec3) -> [f64; 3] {
    [v.x, v.y, v.z]
}

/// `rows * columns`: each column multiplied from the left.
pub(crate) fn map<const R: usize>(columns: &[[f64; 3]], rows: &[Vec3; R], out: &mut Vec<[f64; R]>) {
    out.clear();
    out.extend(columns.iter().map(|c| {
        let v = Vec3::new(c[0], c[1], c[2]);
        std::array::from_fn(|i| rows[i].dot(&v))
    }));
}
