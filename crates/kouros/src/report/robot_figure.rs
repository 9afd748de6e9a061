//! A robot as the solids of its links, and its soles on the floor.
//!
//! Lives here: taking shapes from the model, few points for each. Does not: the camera
//! (`solid.rs`).

use crate::report::solid::Solid;
use kouros_motion::{LEFT, RIGHT, Rot, Trajectory, Vec3};
use kouros_robot::{Kinematics, Robot};

/// MuJoCo's number for geoms that are meshes (mjtGeom, mjGEOM_MESH).
const MESH: i32 = 7;
/// A mesh is drawn as the hull of its farthest points along this many directions.
const DIRECTIONS: usize = 64;

/// A robot, ready to be drawn in any posture.
#[derive(Debug)]
pub struct RobotFigure<'a> {
    robot: &'a Robot,
    /// Per link: its body, and balls in the body's frame.
    links: Vec<(usize, Vec<(Vec3, f64)>)>,
}

impl<'a> RobotFigure<'a> {
    /// The figure of a robot: its visible meshes; the shapes it collides with for bodies that have
    /// none.
    pub fn new(robot: &'a Robot) -> Self {
        let mut links = meshes(robot, true);
        if links.is_empty() {
            links = meshes(robot, false);
        }
        for shape in &robot.shapes {
            if !links.iter().any(|(body, balls)| *body == shape.body && balls.len() > 2) {
                links.push((shape.body, shape.balls.iter().map(|b| (b.center, b.radius)).collect()));
            }
        }
        Self { robot, links }
    }

    /// Whose figure it is.
    pub fn robot(&self) -> &'a Robot {
        self.robot
    }

    /// All bodies at a tick.
    pub fn place(&self, trajectory: &Trajectory, tick: usize) -> Kinematics {
        let mut at = Kinematics::new(self.robot);
        at.update(self.robot, &trajectory.base[tick], trajectory.joints_at(tick));
        at
    }

    /// The middle between the hips [m].
    pub fn middle(&self, at: &Kinematics) -> Vec3 {
        let hip = |side: usize| {
            let mark = &self.robot.profile.legs[side].upper;
            at.point(mark.body, &mark.local)
        };
        (hip(LEFT) + hip(RIGHT)) / 2.0
    }

    /// Heel and toe of a sole in the world [m].
    pub fn sole(&self, at: &Kinematics, side: usize) -> [Vec3; 2] {
        let sole = &self.robot.profile.soles[side];
        [&sole.heel, &sole.toe].map(|part| at.point(sole.body, &sole.middle(part)))
    }

    /// The outline of a sole in the world [m].
    pub fn footprint(&self, at: &Kinematics, side: usize) -> Vec<Vec3> {
        let sole = &self.robot.profile.soles[side];
        sole.balls.iter().map(|b| at.point(sole.body, &b.center)).collect()
    }

    /// Where the robot looks [rad].
    pub fn heading(&self, trajectory: &Trajectory, tick: usize) -> f64 {
        let forward = trajectory.base[tick].rotation * self.robot.profile.forward;
        forward.y.atan2(forward.x)
    }

    /// The whole body.
    pub fn solids(&self, at: &Kinematics) -> Vec<Solid> {
        let p = &self.robot.profile;
        let of_limb = |j: &usize| p.legs.iter().chain(&p.arms).any(|l| l.joints.contains(j));
        let solid = |(body, balls): &(usize, Vec<(Vec3, f64)>)| Solid {
            limb: self.robot.bodies[*body].chain.iter().any(of_limb),
            balls: balls.iter().map(|(p, radius)| (at.point(*body, p), *radius)).collect(),
        };
        self.links.iter().map(solid).collect()
    }
}

/// The mesh geoms of the robot's bodies: those that do not collide (which are there to be seen), or
/// all.
fn meshes(robot: &Robot, only_visible: bool) -> Vec<(usize, Vec<(Vec3, f64)>)> {
    let model = robot.model();
    let index = |v: i32| usize::try_from(v).ok();
    let mut out = Vec::new();
    for g in 0..model.geom_bodyid().len() {
        let collides = model.geom_contype()[g] != 0 || model.geom_conaffinity()[g] != 0;
        if model.geom_type()[g] as i32 != MESH || (only_visible && collides) {
            continue;
        }
        let owner = index(model.geom_bodyid()[g]);
        let Some(body) = (0..robot.bodies.len()).find(|&b| Some(robot.mujoco_body(b)) == owner) else { continue };
        let Some(mesh) = index(model.geom_dataid()[g]) else { continue };
        let start = model.mesh_vertadr().get(mesh).copied().and_then(index).unwrap_or(0);
        let count = model.mesh_vertnum().get(mesh).copied().and_then(index).unwrap_or(0);
        let vertices = model.mesh_vert().get(start..start + count).unwrap_or_default();
        let [w, i, j, k] = model.geom_quat()[g];
        let turn = Rot::from_quaternion(nalgebra::Quaternion::new(w, i, j, k));
        let origin = Vec3::from(model.geom_pos()[g]);
        let points: Vec<Vec3> =
            vertices.iter().map(|v| origin + turn * Vec3::new(f64::from(v[0]), f64::from(v[1]), f64::from(v[2]))).collect();
        let balls: Vec<(Vec3, f64)> = extreme(&points).into_iter().map(|p| (p, 0.0)).collect();
        if balls.len() > 2 {
            out.push((body, balls));
        }
    }
    out
}

/// The points farthest out along directions spread evenly over the sphere (a Fibonacci lattice).
fn extreme(points: &[Vec3]) -> Vec<Vec3> {
    let golden = std::f64::consts::PI * (3.0 - 5f64.sqrt());
    let mut chosen: Vec<usize> = Vec::new();
    for k in 0..DIRECTIONS {
        let z = 1.0 - 2.0 * (k as f64 + 0.5) / DIRECTIONS as f64;
        let (s, c) = (golden * k as f64).sin_cos();
        let direction = Vec3::new(c * (1.0 - z * z).sqrt(), s * (1.0 - z * z).sqrt(), z);
        let far = |a: &usize, b: &usize| points[*a].dot(&direction).total_cmp(&points[*b].dot(&direction));
        if let Some(best) = (0..points.len()).max_by(far).filter(|b| !chosen.contains(b)) {
            chosen.push(best);
        }
    }
    chosen.into_iter().map(|i| points[i]).collect()
}
