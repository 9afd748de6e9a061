//! One episode of a policy as an episode of a dataset.
//!
//! Lives here: which columns the simulator fills, and what is kept so that it can be done again.
//! Does not: the labels made of the motion (`kouros-label`, by `run/clip.rs`).

use crate::exit::{Failure, Result};
use crate::robot_args::Chosen;
use crate::run::clip::{Made, Moved};
use crate::run::describe;
use crate::run::plan::Source;
use crate::run::settings::{Settings, as_json};
use kouros_dataset::{Column, Episode, Feature};
use kouros_learn::{Policy, Recorded, Recording};
use kouros_motion::{Pose, Rot, SolePart, Step, Trajectory, Vec3};
use kouros_robot::Robot;
use kouros_sim::{Task, World};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// Where the actions come from.
const POLICY: &str = "policy";

/// The columns that only a simulator can fill, and what they are.
pub const SIMULATED: [(&str, &str); 8] = [
    ("observation.effort", "torques of the motors at this moment [N m]"),
    (
        "observation.command",
        "what is asked: ahead, to the left [m/s], turning left [rad/s], height as a share of the start height",
    ),
    ("label.sim.joint_velocity", "velocities of the joints at this moment, as simulated [rad/s]"),
    (
        "label.sim.root_velocity",
        "of the base, as simulated, before any push: linear in the world [m/s], angular in its axes [rad/s]",
    ),
    ("label.sim.foot_contact", "whether the simulator has contact forces: left heel, left toe, right heel, right toe: 0 or 1"),
    ("label.sim.sole_force", "normal force of the ground in the simulator: left heel, left toe, right heel, right toe [N]"),
    (
        "label.sim.foot_wrench",
        "of the ground on each foot, as simulated: force [N] and torque about the sole's centre [N m], world axes",
    ),
    ("label.sim.center_of_mass", "of the robot with this episode's masses and payloads, world [m]"),
];

/// What all episodes of a run share.
#[derive(Debug, Clone)]
pub struct Origin<'a> {
    pub policy: &'a Policy,
    pub policy_sha256: String,
    pub robot_sha256: &'a str,
    pub task: &'a Task,
    pub recording: Recording,
    pub settings: &'a Settings,
}

impl Origin<'_> {
    /// How episodes are made.
    pub fn recording_json(&self) -> Value {
        let r = &self.recording;
        json!({ "command": as_json(&r.command), "seconds": r.seconds, "level": r.level, "seed": r.seed })
    }
}

/// The states of an episode as a motion of the robot.
pub fn trajectory<'a>(robot: &Robot, world: &World, rate_hz: f64, positions: impl Iterator<Item = &'a [f64]>) -> Trajectory {
    let mut out = Trajectory {
        robot: robot.name.clone(),
        joint_names: robot.joint_names(),
        rate_hz,
        base: Vec::new(),
        joint_pos: Vec::new(),
    };
    for q in positions {
        let (place, turn) = (Vec3::new(q[0], q[1], q[2]), nalgebra::Quaternion::new(q[3], q[4], q[5], q[6]));
        out.base.push(Pose::from_parts(place.into(), Rot::new_unchecked(turn)));
        out.joint_pos.extend(of_robot(world, &world.start_all, &q[7..]));
    }
    out
}

/// Numbers of the moving joints (M) among those of all joints of the robot (N).
fn of_robot(world: &World, others: &[f64], moving: &[f64]) -> Vec<f64> {
    let mut out = others.to_vec();
    for (m, v) in world.motors.iter().zip(moving) {
        out[m.joint] = *v;
    }
    out
}

/// The motion before it is labelled, and where it comes from.
pub fn moved(robot: &Robot, world: &World, recorded: &Recorded, origin: &Origin<'_>, number: usize) -> Moved {
    let rate_hz = (1.0 / world.task.control_period_s()).round();
    let r = &origin.recording;
    let asked = r.command.map_or("drawn".into(), |c| format!("{},{},{}", c.forward, c.sideways, c.turn));
    let step = Step::new("rollout")
        .with("task", &origin.task.name)
        .with("policy_sha256", &origin.policy_sha256)
        .with("contract_sha256", origin.policy.contract.hash())
        .with("seed", r.seed)
        .with("episode", number)
        .with("level", r.level)
        .with("seconds", r.seconds)
        .with("command", asked);
    Moved {
        trajectory: trajectory(robot, world, rate_hz, recorded.ticks.iter().map(|t| t.qpos.as_slice())),
        person: None,
        scene: None,
        format: "simulation",
        source_rate_hz: rate_hz,
        steps: vec![step],
    }
}

/// SHA-256 of all states of an episode in double precision: positions and velocities before each
/// decision and after the last, little endian.
pub fn states_sha256<'a>(states: impl Iterator<Item = (&'a [f64], &'a [f64])>) -> String {
    let mut hash = Sha256::new();
    for (q, v) in states {
        q.iter().chain(v).for_each(|x| hash.update(x.to_le_bytes()));
    }
    hash.finalize().iter().map(|b| format!("{b:02x}")).collect()
}

/// The episode as it goes to the disk.
pub fn episode(
    source: &Source,
    made: &Made,
    robot: &Robot,
    world: &World,
    recorded: &Recorded,
    origin: &Origin<'_>,
    number: usize,
) -> Result<Episode> {
    let mut out = describe::episode(source, made);
    let action = out.columns.iter_mut().find(|c| c.feature.name == "action");
    let action = action.ok_or_else(|| Failure::internal("labels without an action"))?;
    // Targets are single-precision numbers, so nothing is lost.
    let sent = |t: &kouros_sim::Tick| t.target.iter().map(|v| f64::from(*v)).collect::<Vec<_>>();
    action.values = narrow(recorded.ticks.iter().flat_map(|t| of_robot(world, &world.start_all, &sent(t))));
    out.columns.extend(simulated(robot, world, recorded));
    // A robot senses before it is labelled.
    out.columns.sort_by_key(|c| !c.feature.name.starts_with("observation."));
    let Value::Object(meta) = &mut out.meta else { return Err(Failure::internal("an episode without facts")) };
    meta.insert("action_origin".into(), POLICY.into());
    let pushed = |(tick, t): (usize, &kouros_sim::Tick)| t.pushed.map(|v| json!({ "frame": tick, "base_velocity": v }));
    let states = recorded.ticks.iter().map(|t| (t.qpos.as_slice(), t.qvel.as_slice()));
    let end = [(recorded.end[0].as_slice(), recorded.end[1].as_slice())];
    meta.insert(
        "simulation".into(),
        json!({
            "task": as_json(origin.task),
            "policy": { "sha256": origin.policy_sha256, "contract_sha256": origin.policy.contract.hash(), "made": as_json(&origin.policy.made) },
            "robot_sha256": origin.robot_sha256,
            "recording": origin.recording_json(),
            "episode": number,
            "fell": recorded.fell,
            "draw": as_json(&recorded.draw),
            "start": as_json(&recorded.origin),
            "pushes": recorded.ticks.iter().enumerate().filter_map(pushed).collect::<Vec<_>>(),
            "states_sha256": states_sha256(states.chain(end)),
        }),
    );
    Ok(out)
}

/// The columns of [`SIMULATED`].
fn simulated(robot: &Robot, world: &World, recorded: &Recorded) -> Vec<Column> {
    let list = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<String>>();
    let parts = || SolePart::ALL.map(|p| p.name().to_owned()).to_vec();
    let wrench: Vec<String> = ["left", "right"]
        .iter()
        .flat_map(|s| ["force", "torque"].map(|w| ["x", "y", "z"].map(|a| format!("{s}_{w}_{a}"))))
        .flatten()
        .collect();
    let names = [
        robot.joint_names(),
        list("ahead left turn height"),
        robot.joint_names(),
        list("vx vy vz wx wy wz"),
        parts(),
        parts(),
        wrench,
        list("x y z"),
    ];
    let still = vec![0.0; robot.dof()];
    let ticks = || recorded.ticks.iter();
    let values = [
        narrow(ticks().flat_map(|t| of_robot(world, &still, &t.truth.torque))),
        narrow(recorded.commands.iter().flat_map(|c| [c.forward, c.sideways, c.turn, c.height])),
        narrow(ticks().flat_map(|t| of_robot(world, &still, &t.qvel[6..]))),
        narrow(ticks().flat_map(|t| t.qvel[..6].iter().copied())),
        narrow(ticks().flat_map(|t| t.truth.sole_force.map(|f| f64::from(u8::from(f > 0.0))))),
        narrow(ticks().flat_map(|t| t.truth.sole_force)),
        narrow(ticks().flat_map(|t| t.truth.foot_wrench.into_iter().flatten())),
        narrow(ticks().flat_map(|t| t.truth.center_of_mass)),
    ];
    let filled = SIMULATED.into_iter().zip(names).zip(values);
    filled.map(|(((name, _), names), values)| Column { feature: Feature::new(name, names), values }).collect()
}

/// Numbers as datasets keep them.
pub fn narrow(values: impl Iterator<Item = f64>) -> Vec<f32> {
    values.map(|v| v as f32).collect()
}

/// What all episodes of such a dataset share.
pub fn dataset_meta(chosen: &Chosen, settings: &Settings) -> Value {
    let mut out = describe::dataset_meta(chosen, settings);
    out["action_origin"] = json!({ POLICY: "a policy's, in simulation: where the motors are told to be until the next frame" });
    let features = &mut out["conventions"]["features"];
    features["action"] = "joint positions that the motors are told from this frame on [rad]".into();
    for (name, what) in SIMULATED {
        features[name] = what.into();
    }
    out
}
