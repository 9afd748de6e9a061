//! The immutable robot: bodies, joints, limits, geometry.
//!
//! Lives here: what a robot is. Does not: where its bodies are (`kinematics.rs`), what forces
//! they need (`dynamics.rs`), which of them is the left knee (`profile.rs`).

use crate::load::{LoadOptions, compile_text, load_model};
use crate::plan::BodyPlan;
use crate::profile::{Profile, derive_profile, named_poses};
use crate::settings::{RobotSettings, fits};
use crate::shape::{Shape, shape_of};
use crate::{Error, Kinematics, Result};
use kouros_motion::{Pose, Report, Rot, Vec3, list_names, nearest_name};
use mujoco_rs::prelude::*;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// One rigid body.
#[derive(Debug, Clone, PartialEq)]
pub struct Body {
    /// Its name.
    pub name: String,
    /// Index of its parent; `None` for the base.
    pub parent: Option<usize>,
    /// Where it sits in its parent with all joints at zero (for the base: in the world of the model).
    pub parent_from_body: Pose,
    /// Mass [kg].
    pub mass: f64,
    /// Centre of mass in the body's frame [m].
    pub com: Vec3,
    /// The joints that move it against its parent, as indices into [`Robot::joints`], in order.
    pub joints: Vec<usize>,
    /// Every joint between the base and this body, its own included, in order.
    pub chain: Vec<usize>,
}

/// How a joint moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JointKind {
    /// Turns about its axis [rad].
    Hinge,
    /// Slides along its axis [m].
    Slide,
}

/// One joint of one degree of freedom.
#[derive(Debug, Clone, PartialEq)]
pub struct Joint {
    /// Its name.
    pub name: String,
    /// How it moves.
    pub kind: JointKind,
    /// The body it moves.
    pub body: usize,
    /// Its axis in the body's frame, a unit vector.
    pub axis: Vec3,
    /// A point on its axis in the body's frame [m].
    pub anchor: Vec3,
    /// Lowest and highest position [rad or m], where it is limited.
    pub range: Option<[f64; 2]>,
    /// Largest speed [rad/s or m/s], where it is known.
    pub velocity_limit: Option<f64>,
    /// Largest torque [N m] or force [N], where it is known.
    pub effort_limit: Option<f64>,
    /// Position gain of its controller [N m/rad], where it is known.
    pub kp: Option<f64>,
    /// Velocity gain of its controller [N m s/rad], where it is known.
    pub kd: Option<f64>,
    /// Inertia of rotor and gears as the joint feels it [kg m²]: the settings', else the model's.
    pub armature: f64,
}

/// A robot with a floating base. Immutable; share it between threads.
pub struct Robot {
    /// Its name.
    pub name: String,
    /// Licence of the model, where it is known.
    pub licence: Option<String>,
    /// Where the model comes from, where it is known.
    pub source: Option<String>,
    /// Its bodies, parents before children; the base is number 0.
    pub bodies: Vec<Body>,
    /// Its joints (N), in the model's order: the order of `Trajectory::joint_pos`.
    pub joints: Vec<Joint>,
    /// Its colliding geometry.
    pub shapes: Vec<Shape>,
    /// Pairs of `shapes` that may touch each other and must not.
    pub collision_pairs: Vec<(usize, usize)>,
    /// Which part of it is which.
    pub profile: Profile,
    /// Named poses of the settings: the position of every joint (N) [rad], zero where the settings
    /// do not name it, inside the limits.
    pub poses: BTreeMap<String, Vec<f64>>,
    pub(crate) model: MjModel,
    /// MuJoCo's body number of each body.
    pub(crate) mujoco_body: Vec<usize>,
}

impl Robot {
    /// Loads the MJCF or URDF file at `path`, or builds the robot of a body plan (TOML), and derives
    /// its profile.
    ///
    /// # Errors
    /// A file that cannot be read or compiled, a base that does not float, joints that are neither
    /// hinges nor slides, a robot without two legs and two arms, settings that name what is not there.
    pub fn load(path: &Path, settings: &RobotSettings, options: LoadOptions, report: &mut Report) -> Result<Self> {
        let shown = path.display().to_string();
        if path.extension().is_some_and(|e| e.eq_ignore_ascii_case("toml")) {
            let plan = BodyPlan::parse(&shown, &crate::text::read(path)?)?;
            return Self::of_plan(&plan, settings, report);
        }
        let loaded = load_model(path, options, report)?;
        if let Some(root) = &loaded.freed_root {
            report.inferred(
                "free-joint",
                format!("body '{root}' has no joint to the world; it was given a free joint (--weld-root keeps it fixed)"),
            );
        }
        Self::of_model(loaded.model, path, settings)
    }

    /// Builds the robot of a body plan: approximate, and `report` says so. `settings` go before what
    /// the plan estimates.
    ///
    /// # Errors
    /// Settings that name what is not there; a plan whose figures make no body.
    pub fn of_plan(plan: &BodyPlan, settings: &RobotSettings, report: &mut Report) -> Result<Self> {
        report.warn("approximate", format!("robot '{}' is {}", plan.name, plan.worth()));
        let path = PathBuf::from(format!("{}.xml", plan.name));
        Self::of_model(compile_text(&path, &plan.mjcf())?, &path, &plan.settings(settings))
    }

    /// The robot of a compiled model, which came from `path`.
    fn of_model(model: MjModel, path: &Path, settings: &RobotSettings) -> Result<Self> {
        let shown = path.display().to_string();
        let (bodies, mujoco_body) = read_bodies(&model, &shown)?;
        let mut joints = read_joints(&model, &mujoco_body, &shown)?;
        read_urdf_speeds(path, &mut joints);
        apply_joint_settings(&mut joints, settings, &shown)?;
        let bodies = with_chains(bodies, &joints);
        let shapes: Vec<Shape> = (0..model.geom_bodyid().len())
            .filter(|&g| model.geom_contype()[g] != 0 || model.geom_conaffinity()[g] != 0)
            .filter_map(|g| {
                let body = mujoco_body.iter().position(|&b| i32::try_from(b) == Ok(model.geom_bodyid()[g]))?;
                shape_of(&model, g, body)
            })
            .collect();
        let name = settings
            .name
            .clone()
            .unwrap_or_else(|| path.file_stem().map_or_else(|| "robot".to_owned(), |s| s.to_string_lossy().into_owned()));
        let mut robot = Self {
            name,
            licence: settings.licence.clone(),
            source: settings.source.clone(),
            bodies,
            joints,
            shapes,
            collision_pairs: Vec::new(),
            profile: Profile::default(),
            poses: BTreeMap::new(),
            model,
            mujoco_body,
        };
        robot.poses = named_poses(&robot, settings, &shown)?;
        robot.profile = derive_profile(&robot, settings, &shown)?;
        robot.collision_pairs = crate::collision::pairs(&robot);
        Ok(robot)
    }

    /// The lowest point of the soles and of all that collides, in these placements: its body, and
    /// where it is in the body's frame [m]. `None` for a robot without any geometry.
    pub fn lowest_point(&self, at: &Kinematics) -> Option<(usize, Vec3)> {
        let mut found: Option<(f64, usize, Vec3)> = None;
        let soles = self.profile.soles.iter().map(|s| (s.body, s.balls.as_slice()));
        for (body, balls) in soles.chain(self.shapes.iter().map(|s| (s.body, s.balls.as_slice()))) {
            for ball in balls {
                let height = at.point(body, &ball.center).z - ball.radius;
                if found.is_none_or(|(least, _, _)| height < least) {
                    // Straight below the ball's middle.
                    let below = at.rotation[body].transpose() * (Vec3::z() * -ball.radius);
                    found = Some((height, body, ball.center + below));
                }
            }
        }
        found.map(|(_, body, point)| (body, point))
    }

    /// The number of joints N.
    pub fn dof(&self) -> usize {
        self.joints.len()
    }

    /// The names of all joints, in order.
    pub fn joint_names(&self) -> Vec<String> {
        self.joints.iter().map(|j| j.name.clone()).collect()
    }

    /// The index of the body of this name.
    ///
    /// # Errors
    /// There is none; the message lists those there are.
    pub fn body(&self, name: &str) -> Result<usize> {
        find("body", name, self.bodies.iter().map(|b| b.name.as_str()), &self.name)
    }

    /// The index of the joint of this name.
    ///
    /// # Errors
    /// There is none; the message lists those there are.
    pub fn joint(&self, name: &str) -> Result<usize> {
        find("joint", name, self.joints.iter().map(|j| j.name.as_str()), &self.name)
    }

    /// Mass of the whole robot [kg].
    pub fn mass(&self) -> f64 {
        self.bodies.iter().map(|b| b.mass).sum()
    }

    /// The compiled model, for what Kouros has no words for.
    pub fn model(&self) -> &MjModel {
        &self.model
    }

    /// MuJoCo's number of body `body`.
    pub fn mujoco_body(&self, body: usize) -> usize {
        self.mujoco_body[body]
    }
}

impl std::fmt::Debug for Robot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Robot")
            .field("name", &self.name)
            .field("bodies", &self.bodies.len())
            .field("joints", &self.joints.len())
            .finish_non_exhaustive()
    }
}

/// The index of `name`, or an error that lists the names there are.
pub(crate) fn find<'a>(
    what: &'static str,
    name: &str,
    names: impl Iterator<Item = &'a str> + Clone,
    path: &str,
) -> Result<usize> {
    names.clone().position(|n| n == name).ok_or_else(|| Error::UnknownName {
        path: path.into(),
        what,
        name: name.into(),
        available: list_names(names.clone()),
        nearest: nearest_name(name, names).unwrap_or_default(),
    })
}

/// The bodies of the tree below the first free joint, and MuJoCo's number of each.
fn read_bodies(model: &MjModel, path: &str) -> Result<(Vec<Body>, Vec<usize>)> {
    let fixed = || Error::FixedBase { path: path.into(), available: String::new() };
    let free = model.jnt_type().iter().position(|t| *t == MjtJoint::mjJNT_FREE).ok_or_else(fixed)?;
    let base = usize::try_from(model.jnt_bodyid()[free]).map_err(|_| fixed())?;
    let mut ours: Vec<Option<usize>> = vec![None; model.body_mass().len()];
    let (mut bodies, mut numbers): (Vec<Body>, Vec<usize>) = (Vec::new(), Vec::new());
    for b in base..model.body_mass().len() {
        let parent = usize::try_from(model.body_parentid()[b]).ok().and_then(|p| ours[p]);
        if b != base && parent.is_none() {
            continue; // another tree of the scene: an object, not the robot
        }
        let (p, q, c) = (model.body_pos()[b], model.body_quat()[b], model.body_ipos()[b]);
        ours[b] = Some(bodies.len());
        numbers.push(b);
        bodies.push(Body {
            name: model.id_to_name(MjtObjBase::mjOBJ_BODY, b).unwrap_or_default().to_owned(),
            parent,
            parent_from_body: Pose::from_parts(
                Vec3::from(p).into(),
                Rot::from_quaternion(nalgebra::Quaternion::new(q[0], q[1], q[2], q[3])),
            ),
            mass: model.body_mass()[b],
            com: Vec3::from(c),
            joints: Vec::new(),
            chain: Vec::new(),
        });
    }
    Ok((bodies, numbers))
}

fn dof_armature(model: &MjModel, joint: usize) -> f64 {
    let dof = usize::try_from(model.jnt_dofadr()[joint]).unwrap_or(usize::MAX);
    model.dof_armature().get(dof).copied().unwrap_or(0.0)
}

fn read_joints(model: &MjModel, numbers: &[usize], path: &str) -> Result<Vec<Joint>> {
    let mut joints = Vec::new();
    let mut free = 0;
    for j in 0..model.jnt_type().len() {
        let Some(body) = numbers.iter().position(|&b| i32::try_from(b) == Ok(model.jnt_bodyid()[j])) else { continue };
        let name = model.id_to_name(MjtObjBase::mjOBJ_JOINT, j).unwrap_or_default().to_owned();
        let bad = |kind| Error::JointKind { path: path.into(), joint: name.clone(), kind };
        let kind = match model.jnt_type()[j] {
            MjtJoint::mjJNT_HINGE => JointKind::Hinge,
            MjtJoint::mjJNT_SLIDE => JointKind::Slide,
            MjtJoint::mjJNT_FREE if free == 0 && body == 0 => {
                free += 1;
                continue;
            }
            MjtJoint::mjJNT_FREE => return Err(bad("second free")),
            MjtJoint::mjJNT_BALL => return Err(bad("ball")),
        };
        let limited = |range: [f64; 2], on: bool| (on && range[0] < range[1]).then_some(range);
        let effort = limited(model.jnt_actfrcrange()[j], model.jnt_actfrclimited()[j]).map(|r| r[1].abs().max(r[0].abs()));
        joints.push(Joint {
            kind,
            body,
            axis: Vec3::from(model.jnt_axis()[j]),
            anchor: Vec3::from(model.jnt_pos()[j]),
            range: limited(model.jnt_range()[j], model.jnt_limited()[j]),
            velocity_limit: None,
            effort_limit: effort,
            kp: None,
            kd: None,
            armature: dof_armature(model, j),
            name,
        });
    }
    Ok(joints)
}

/// URDF's `<limit velocity="...">` of each joint: MuJoCo drops it, so it is read from the text.
fn read_urdf_speeds(path: &Path, joints: &mut [Joint]) {
    let Ok(text) = std::fs::read_to_string(path) else { return };
    if !text.contains("<robot") {
        return;
    }
    for element in text.split("<joint").skip(1) {
        let element = element.split("</joint").next().unwrap_or_default();
        let attribute = |name: &str| {
            let at = element.find(&format!("{name}="))?;
            element[at + name.len() + 1..].split(['"', '\'']).nth(1)
        };
        let (Some(name), Some(speed)) = (attribute("name"), attribute("velocity").and_then(|v| v.trim().parse::<f64>().ok()))
        else {
            continue;
        };
        if speed > 0.0
            && speed.is_finite()
            && let Some(joint) = joints.iter_mut().find(|j| j.name == name)
        {
            joint.velocity_limit = Some(speed);
        }
    }
}

fn apply_joint_settings(joints: &mut [Joint], settings: &RobotSettings, path: &str) -> Result<()> {
    for (pattern, numbers) in &settings.joints {
        let mut met = false;
        for joint in joints.iter_mut().filter(|j| fits(pattern, &j.name)) {
            met = true;
            joint.velocity_limit = numbers.velocity.or(joint.velocity_limit);
            joint.effort_limit = numbers.effort.or(joint.effort_limit);
            joint.kp = numbers.kp.or(joint.kp);
            joint.kd = numbers.kd.or(joint.kd);
            joint.armature = numbers.armature.unwrap_or(joint.armature);
        }
        if !met {
            let names = joints.iter().map(|j| j.name.as_str());
            return Err(find("joint", pattern, names, path).expect_err("no joint fits the pattern"));
        }
    }
    Ok(())
}

fn with_chains(mut bodies: Vec<Body>, joints: &[Joint]) -> Vec<Body> {
    for (index, joint) in joints.iter().enumerate() {
        bodies[joint.body].joints.push(index);
    }
    for b in 0..bodies.len() {
        let mut chain = bodies[b].parent.map_or_else(Vec::new, |p| bodies[p].chain.clone());
        chain.extend(&bodies[b].joints);
        bodies[b].chain = chain;
    }
    bodies
}
