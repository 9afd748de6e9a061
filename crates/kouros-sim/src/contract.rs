//! What a policy must know of the world it was made for, and a world of the policies it takes.
//!
//! Lives here: the contract, its hash, what differs between two. Does not: the file it travels in
//! (`kouros-learn`). Wrong joint orders, gains and scales are the commonest reason for a policy
//! that works in training and falls on the robot; here they are an error with a name.

use crate::observation::SenseKind;
use crate::world::World;
use crate::{Error, Result};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// One joint a policy drives.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ContractJoint {
    /// Its name.
    pub name: String,
    /// The position that is sensed as zero [rad].
    pub start: f64,
    /// How far an action of one moves its target [rad].
    pub scale: f64,
    /// Position gain [N m/rad].
    pub kp: f64,
    /// Velocity gain [N m s/rad].
    pub kd: f64,
    /// Largest torque [N m].
    pub effort: f64,
}

/// One sensed term in a contract.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SensedTerm {
    /// Which.
    pub term: SenseKind,
    /// How many numbers.
    pub size: usize,
}

/// The contract between a policy and its world. `joints`, in this order, are what the action drives
/// and whose positions (minus `start`) and velocities are sensed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Contract {
    /// The robot's name.
    pub robot: String,
    /// The task's name.
    pub task: String,
    /// Decisions a second [Hz].
    pub rate_hz: f64,
    /// The joints the policy drives and senses (A).
    pub joints: Vec<ContractJoint>,
    /// What is sensed, in order.
    pub observation: Vec<SensedTerm>,
    /// Height of the base over the soles that a height command of one asks for [m].
    pub start_height: f64,
    /// Slowest and fastest gait clock it was trained with [Hz].
    pub gait_hz: [f64; 2],
    /// Slower commands than this are sent as zero [m/s, rad/s].
    pub still_below: f64,
    /// How fast what is sensed as the command goes to a new one [m/s², rad/s², shares of the start
    /// height a second].
    pub command_change: [f64; 3],
    /// Share of the cycle a foot is on the ground.
    pub stance: f64,
    /// The tilt [rad] and the tilting rate [rad/s] beyond which a robot that stands takes a step.
    pub uneasy: [f64; 2],
    /// Targets that action zero asks for [rad]: 24 phases of the left foot's cycle, each with five
    /// rows over the joints: in place, by travel ahead and aside in a cycle [1/m], by turn in a cycle
    /// [1/rad], by height above the start height as a share of it.
    pub gait: Vec<f64>,
}

impl Contract {
    /// The contract of a world.
    pub fn of(world: &World) -> Self {
        let joint = |(i, &k): (usize, &usize)| {
            let m = &world.motors[k];
            let (name, scale) = (world.names[k].clone(), world.action_scale[i]);
            ContractJoint { name, start: world.start[k], scale, kp: m.kp, kd: m.kd, effort: m.effort }
        };
        let sensed = |s: &crate::observation::Sense| SensedTerm { term: s.kind, size: s.kind.size(world) };
        Self {
            robot: world.robot.clone(),
            task: world.task.name.clone(),
            rate_hz: 1.0 / world.task.control_period_s(),
            joints: world.driven.iter().enumerate().map(joint).collect(),
            observation: world.task.observation.iter().map(sensed).collect(),
            start_height: world.start_height,
            gait_hz: world.task.gait.frequency_hz,
            still_below: world.task.commands.still_below,
            command_change: world.task.commands.change,
            stance: world.task.gait.stance,
            uneasy: world.task.gait.uneasy,
            gait: world.reference.table().to_vec(),
        }
    }

    /// SHA-256 of the contract's JSON, in hexadecimal.
    pub fn hash(&self) -> String {
        // A struct of strings and finite numbers always becomes JSON.
        let text = serde_json::to_string(self).unwrap_or_default();
        Sha256::digest(text.as_bytes()).iter().map(|b| format!("{b:02x}")).collect()
    }

    /// Whether a policy with this contract may act in a world with `other`.
    ///
    /// # Errors
    /// It may not; the first difference is named.
    pub fn must_fit(&self, other: &Self) -> Result<()> {
        let differ = |what: &str, found: &dyn std::fmt::Debug, expected: &dyn std::fmt::Debug| {
            Err(Error::Contract { what: what.into(), found: format!("{found:?}"), expected: format!("{expected:?}") })
        };
        if self.robot != other.robot {
            return differ("robot", &self.robot, &other.robot);
        }
        if (self.rate_hz - other.rate_hz).abs() > 1e-6 {
            return differ("control rate [Hz]", &self.rate_hz, &other.rate_hz);
        }
        let names = |c: &Self| c.joints.iter().map(|j| j.name.clone()).collect::<Vec<_>>();
        if let Some(at) = first_difference(&names(self), &names(other)) {
            return differ(&format!("driven joint {}", at + 1), &names(self).get(at), &names(other).get(at));
        }
        for (a, b) in self.joints.iter().zip(&other.joints) {
            let numbers = [
                ("start [rad]", a.start, b.start),
                ("action scale [rad]", a.scale, b.scale),
                ("kp", a.kp, b.kp),
                ("kd", a.kd, b.kd),
                ("effort [N m]", a.effort, b.effort),
            ];
            for (what, x, y) in numbers {
                if (x - y).abs() > 1e-9 * (1.0 + y.abs()) {
                    return differ(&format!("{what} of joint '{}'", a.name), &x, &y);
                }
            }
        }
        if let Some(at) = first_difference(&self.observation, &other.observation) {
            return differ(&format!("observation term {}", at + 1), &self.observation.get(at), &other.observation.get(at));
        }
        let numbers = |c: &Self| {
            let ([slowest, fastest], [speed, turn, height], [tilt, rate]) = (c.gait_hz, c.command_change, c.uneasy);
            [
                ("start height [m]", c.start_height),
                ("slowest clock [Hz]", slowest),
                ("fastest clock [Hz]", fastest),
                ("share of stance", c.stance),
                ("speed of a command that is one to stand [m/s]", c.still_below),
                ("change of the commanded speed [m/s²]", speed),
                ("change of the commanded turn [rad/s²]", turn),
                ("change of the commanded height [1/s]", height),
                ("tilt at which a robot that stands steps [rad]", tilt),
                ("tilting rate at which a robot that stands steps [rad/s]", rate),
            ]
        };
        for ((what, x), (_, y)) in numbers(self).into_iter().zip(numbers(other)) {
            if (x - y).abs() > 1e-6 {
                return differ(what, &x, &y);
            }
        }
        // The table is rounded to 1e-5.
        let off = |i: &usize| self.gait.get(*i).zip(other.gait.get(*i)).is_none_or(|(a, b)| (a - b).abs() > 2e-5);
        if let Some(at) = (0..self.gait.len().max(other.gait.len())).find(off) {
            return differ(&format!("number {} of the gait's table [rad]", at + 1), &self.gait.get(at), &other.gait.get(at));
        }
        Ok(())
    }
}

fn first_difference<T: PartialEq>(a: &[T], b: &[T]) -> Option<usize> {
    (0..a.len().max(b.len())).find(|&i| a.get(i) != b.get(i))
}
