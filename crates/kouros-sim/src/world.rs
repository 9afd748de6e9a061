//! A robot in a task's world, compiled: what every environment of a batch shares.
//!
//! Lives here: which joints move, who moves them, where everything stands in MuJoCo's arrays.
//! Does not: the text of the world (`mjcf.rs`), one environment's state (`env.rs`).

use crate::mirror::{Mirror, Reflection};
use crate::mjcf::{Motor, foot_ball, under, write_world};
use crate::reference::Reference;
use crate::task::Task;
use crate::{Error, Result};
use kouros_motion::{Vec3, list_names};
use kouros_robot::{Kinematics, Robot};
use mujoco_rs::prelude::*;
use std::sync::Arc;

/// MuJoCo's gravity [m/s²], which the world leaves as it is.
pub(crate) const GRAVITY: f64 = 9.81;

/// One foot in the world.
#[derive(Debug, Clone, PartialEq)]
pub struct Foot {
    /// MuJoCo's number of its body.
    pub body: usize,
    /// Its balls: MuJoCo's geom numbers, heel left, heel right, toe left, toe right.
    pub balls: [usize; 4],
    /// The middle of the sole's underside in the body's frame [m].
    pub middle: Vec3,
    /// The point that the foot's wrench is told about, in the body's frame [m]: the sole's centre.
    pub center: Vec3,
    /// Up from the sole in the body's frame.
    pub up: Vec3,
}

/// One body of an arm.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ArmLink {
    /// MuJoCo's number of it.
    pub body: usize,
    /// Its share of the arm's mass, as the robot's model has it.
    pub share: f64,
}

/// What every environment of a task shares. Immutable.
pub struct World {
    /// The task.
    pub task: Task,
    /// The robot's name.
    pub robot: String,
    /// The robot's joint names (N), in its own order, the welded ones too.
    pub robot_joints: Vec<String>,
    /// The world as MJCF.
    pub mjcf: String,
    /// Joints that move (M), in the world's order.
    pub motors: Vec<Motor>,
    /// Their names (M).
    pub names: Vec<String>,
    /// Which of them the policy drives (A), as indices into `motors`.
    pub driven: Vec<usize>,
    /// Which of them move at random, as indices into `motors`.
    pub arms: Vec<usize>,
    /// Start position of every moving joint (M) [rad].
    pub start: Vec<f64>,
    /// Start position of every joint of the robot (N) [rad].
    pub start_all: Vec<f64>,
    /// Lowest and highest position of every moving joint (M) [rad].
    pub limits: Vec<[f64; 2]>,
    /// Joint target of an action of one, per driven joint (A) [rad].
    pub action_scale: Vec<f64>,
    /// How much a driven joint's distance from the start pose counts (A).
    pub posture_weight: Vec<f64>,
    /// Height of the base over the soles in the start pose [m].
    pub start_height: f64,
    /// Left, right.
    pub feet: [Foot; 2],
    /// MuJoCo's number of the base.
    pub base: usize,
    /// MuJoCo's number of the trunk.
    pub trunk: usize,
    /// Up in the trunk's axes in the start pose.
    pub trunk_up: Vec3,
    /// MuJoCo's numbers of the hands.
    pub hands: [usize; 2],
    /// Bodies of the left and the right arm, from the first joint on; none where there is no arm.
    pub arm_links: [Vec<ArmLink>; 2],
    /// Which side each moving joint mirrors to, and with which sign (M).
    pub mirror: Mirror,
    /// The mirror plane in the base's axes.
    pub reflection: Reflection,
    /// The gait the policy corrects.
    pub reference: Reference,
    /// The rougher world that a run begins in, where the task has one.
    pub draft: Option<Arc<World>>,
    pub(crate) model: Box<MjModel>,
    weight: f64,
}

impl World {
    /// Puts `robot` into the world of `task`.
    ///
    /// # Errors
    /// A joint that moves without kp, kd or effort, a start pose or joint pattern that is not
    /// there, a robot without mirror plane, a world that MuJoCo refuses.
    pub fn new(robot: &Robot, task: &Task) -> Result<Self> {
        let start_all = robot.poses.get(&task.control.start_pose).cloned().ok_or_else(|| Error::NoPose {
            robot: robot.name.clone(),
            pose: task.control.start_pose.clone(),
            available: list_names(robot.poses.keys()),
        })?;
        let fixed = fixed_joints(robot, task)?;
        let motors: Vec<Motor> =
            (0..robot.dof()).filter(|j| !fixed.contains(j)).map(|j| motor(robot, j)).collect::<Result<_>>()?;
        let mjcf = write_world(robot, task, &motors, &start_all);
        let bad = |message: String| Error::Compile { robot: robot.name.clone(), message };
        let model = Box::new(MjModel::from_xml_string(&mjcf).map_err(|e| bad(e.to_string()))?);
        let names: Vec<String> = motors.iter().map(|m| robot.joints[m.joint].name.clone()).collect();
        for (k, name) in names.iter().enumerate() {
            // The order of bodies is kept, so the k-th motor's joint follows the base's free joint.
            if model.id_to_name(MjtObjBase::mjOBJ_JOINT, k + 1) != Some(name.as_str()) {
                return Err(bad(format!("joint '{name}' is not joint {} of the world", k + 1)));
            }
        }
        let profile = &robot.profile;
        let legs_and_waist: Vec<usize> = profile.legs.iter().flat_map(|l| &l.joints).chain(&profile.waist).copied().collect();
        let is_driven = |m: &Motor| legs_and_waist.contains(&m.joint);
        let driven: Vec<usize> = (0..motors.len()).filter(|&k| is_driven(&motors[k])).collect();
        let arms: Vec<usize> = (0..motors.len()).filter(|&k| !is_driven(&motors[k])).collect();
        let start: Vec<f64> = motors.iter().map(|m| start_all[m.joint]).collect();
        let limits = motors.iter().map(|m| robot.joints[m.joint].range.unwrap_or([-1e3, 1e3])).collect();
        let action_scale = driven.iter().map(|&k| task.control.action_scale * motors[k].effort / motors[k].kp).collect();
        let body = |b: usize| {
            let name = &robot.bodies[b].name;
            model.name_to_id(MjtObjBase::mjOBJ_BODY, name).ok_or_else(|| bad(format!("body '{name}' has gone")))
        };
        let geom =
            |name: &str| model.name_to_id(MjtObjBase::mjOBJ_GEOM, name).ok_or_else(|| bad(format!("geom '{name}' has gone")));
        let foot = |side: usize| -> Result<Foot> {
            let sole = &profile.soles[side];
            let mut balls = [0; 4];
            for (corner, ball) in balls.iter_mut().enumerate() {
                *ball = geom(&foot_ball(side, corner))?;
            }
            Ok(Foot { body: body(sole.body)?, balls, middle: under(sole), center: sole.center(), up: sole.up })
        };
        let mut at = Kinematics::new(robot);
        at.update(robot, &kouros_motion::Pose::identity(), &start_all);
        let start_height = -profile.soles.iter().map(|s| s.lowest(&at)).fold(f64::INFINITY, f64::min);
        let reflection = Reflection::of(robot)?;
        let mirror = reflection.joints(robot, &motors.iter().map(|m| m.joint).collect::<Vec<_>>())?;
        let of_driven: Vec<usize> = driven.iter().map(|&k| motors[k].joint).collect();
        let gains: Vec<f64> = driven.iter().map(|&k| motors[k].kp).collect();
        let reference = Reference::new(robot, &task.gait, &of_driven, &gains, &start_all, start_height);
        let draft = if task.draft.decisions > 0 { Some(Arc::new(Self::new(robot, &task.drafted())?)) } else { None };
        Ok(Self {
            draft,
            reference,
            task: task.clone(),
            robot: robot.name.clone(),
            robot_joints: robot.joint_names(),
            names,
            posture_weight: posture_weights(robot, &motors, &driven),
            feet: [foot(0)?, foot(1)?],
            base: body(0)?,
            trunk: body(profile.trunk)?,
            trunk_up: at.rotation[profile.trunk].transpose() * Vec3::z(),
            hands: [body(profile.arms[0].end)?, body(profile.arms[1].end)?],
            arm_links: [0, 1].map(|side| arm_links(robot, &model, side)),
            motors,
            driven,
            arms,
            start,
            start_all,
            limits,
            action_scale,
            start_height,
            mirror,
            reflection,
            mjcf,
            model,
            weight: robot.mass() * GRAVITY,
        })
    }

    /// Joints the policy drives (A).
    pub fn actions(&self) -> usize {
        self.driven.len()
    }

    /// Weight of the robot without differences [N].
    pub fn weight(&self) -> f64 {
        self.weight
    }

    /// The compiled world, for what Kouros has no words for.
    pub fn model(&self) -> &MjModel {
        &self.model
    }
}

impl std::fmt::Debug for World {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("World").field("robot", &self.robot).field("joints", &self.names.len()).finish_non_exhaustive()
    }
}

fn fixed_joints(robot: &Robot, task: &Task) -> Result<Vec<usize>> {
    let arms: Vec<usize> = robot.profile.arms.iter().flat_map(|a| a.joints.clone()).collect();
    let mut fixed = Vec::new();
    for pattern in &task.control.fixed_joints {
        let met: Vec<usize> = arms.iter().copied().filter(|&j| kouros_robot::fits(pattern, &robot.joints[j].name)).collect();
        if met.is_empty() {
            let available = list_names(arms.iter().map(|&j| robot.joints[j].name.as_str()));
            return Err(Error::NoJoint { robot: robot.name.clone(), pattern: pattern.clone(), available });
        }
        fixed.extend(met);
    }
    Ok(fixed)
}

/// The bodies that hang on the first joint of an arm. Welded joints leave their bodies in place.
fn arm_links(robot: &Robot, model: &MjModel, side: usize) -> Vec<ArmLink> {
    let first = robot.profile.arms[side].joints.first().map(|&j| &robot.bodies[robot.joints[j].body].name);
    let Some(root) = first.and_then(|name| model.name_to_id(MjtObjBase::mjOBJ_BODY, name)) else {
        return Vec::new();
    };
    let mut within = vec![false; model.body_parentid().len()];
    for (b, &parent) in model.body_parentid().iter().enumerate() {
        // Parents come before their children.
        within[b] = b == root || usize::try_from(parent).is_ok_and(|p| p < b && within[p]);
    }
    let mass: f64 = within.iter().zip(model.body_mass()).filter(|(w, _)| **w).map(|(_, m)| m).sum();
    let share = |b: usize| model.body_mass()[b] / mass.max(f64::MIN_POSITIVE);
    (0..within.len()).filter(|&b| within[b]).map(|body| ArmLink { body, share: share(body) }).collect()
}

fn motor(robot: &Robot, joint: usize) -> Result<Motor> {
    let j = &robot.joints[joint];
    let need = |value: Option<f64>, what| {
        value.filter(|v| v.is_finite() && *v > 0.0).ok_or_else(|| Error::NoMotor {
            robot: robot.name.clone(),
            joint: j.name.clone(),
            what,
        })
    };
    Ok(Motor { joint, kp: need(j.kp, "kp")?, kd: need(j.kd, "kd")?, effort: need(j.effort_limit, "effort")? })
}

/// Legs are free to bend fore and aft (that is walking) and cost for splaying and twisting; the
/// waist costs most: the shares of holosoma's G1 task, told by axis instead of by name.
fn posture_weights(robot: &Robot, motors: &[Motor], driven: &[usize]) -> Vec<f64> {
    let mut at = Kinematics::new(robot);
    at.update(robot, &kouros_motion::Pose::identity(), &vec![0.0; robot.dof()]);
    let left = Vec3::z().cross(&(at.rotation[robot.profile.pelvis] * robot.profile.forward));
    let weight = |&k: &usize| {
        let joint = motors[k].joint;
        let pitches = at.axis[joint].dot(&left).abs() > 0.9;
        let waist = robot.profile.waist.contains(&joint);
        match (waist, pitches) {
            (true, _) => 10.0,
            (false, true) => 0.05,
            (false, false) => 2.0,
        }
    };
    driven.iter().map(weight).collect()
}
