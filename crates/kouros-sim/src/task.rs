//! A task: what is commanded, sensed, rewarded and randomised, as one typed TOML file.
//!
//! Lives here: the file's words and which numbers they allow. Does not: what the words do
//! (`observation.rs`, `reward.rs`, `randomise.rs`, ...).

use crate::observation::{Privileged, Sense};
use crate::reward::RewardTerm;
use crate::{Error, Result};
use serde::{Deserialize, Serialize};

/// The lowest and the highest value of something drawn uniformly.
pub type Range = [f64; 2];

/// What touches the ground.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Collision {
    /// Four balls at the corners of each sole.
    Feet,
    /// Every sphere, capsule, box, cylinder and ellipsoid of the model that collides.
    Full,
}

/// How the world is integrated.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Physics {
    /// One physics step [s].
    pub timestep_s: f64,
    /// Physics steps to one decision of the policy.
    pub steps_per_control: usize,
    /// Most iterations of the contact solver.
    pub newton_iterations: usize,
    /// What touches the ground.
    pub collision: Collision,
}

/// A rougher world that a run begins in, because it is cheaper.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Draft {
    /// Until so many decisions of the run; zero for never.
    pub decisions: u64,
    /// One physics step [s].
    pub timestep_s: f64,
    /// Physics steps to one decision.
    pub steps_per_control: usize,
    /// Patterns of arm joints that are welded at the start pose.
    pub fixed_joints: Vec<String>,
}

/// How actions become joint targets.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Control {
    /// The robot's named pose that action zero asks for, and that episodes start in.
    pub start_pose: String,
    /// Joint target of an action of one, as a share of `effort / kp`.
    pub action_scale: f64,
    /// Patterns of arm joints that are welded at the start pose.
    pub fixed_joints: Vec<String>,
}

/// When an episode ends.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Episode {
    /// Time limit [s]; reaching it is truncation.
    pub length_s: f64,
    /// The base lower than this share of the start height is a fall.
    pub least_height: f64,
    /// The base tilted more than this [rad] is a fall.
    pub most_tilt: f64,
    /// What a fall costs, beside the rewards that would have followed; like the penalties it grows with
    /// the level.
    pub fall_cost: f64,
}

/// What is asked of the robot.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Commands {
    /// Speed ahead [m/s].
    pub forward: Range,
    /// Speed to the left [m/s].
    pub sideways: Range,
    /// Turning rate to the left [rad/s].
    pub turn: Range,
    /// Height of the base, as a share of the start height.
    pub height: Range,
    /// Share of commands whose height is drawn; the others ask for the start height.
    pub lowered: f64,
    /// Share of commands to stand still.
    pub standing: f64,
    /// A command slower than this in speed [m/s] and turning [rad/s] is one to stand.
    pub still_below: f64,
    /// Time to the next command [s].
    pub every_s: Range,
    /// How fast what is asked of the policy goes to a new command [m/s², rad/s², shares of the start
    /// height a second].
    pub change: [f64; 3],
    /// Share of the ranges of speed and height that is drawn from at level zero.
    pub first_share: f64,
}

/// The clock the feet walk by.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gait {
    /// Cycles a second [Hz].
    pub frequency_hz: Range,
    /// Share of the cycle a foot is on the ground.
    pub stance: f64,
    /// Height of the sole at mid-swing [m].
    pub swing_height: f64,
    /// A robot that should stand takes a step when it tilts more than this [rad] or rolls and
    /// pitches faster than this [rad/s].
    pub uneasy: [f64; 2],
}

/// How arms that the policy does not own move.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Arms {
    /// Time to the next posture [s].
    pub every_s: Range,
    /// Speed of the targets [rad/s].
    pub speed: Range,
    /// Share of each joint's range around the start pose.
    pub reach: f64,
}

/// Pushes: sudden changes of the base's velocity.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pushes {
    /// Time to the next push [s].
    pub every_s: Range,
    /// Horizontal change of velocity [m/s].
    pub speed: Range,
    /// Largest change of angular velocity about each axis [rad/s].
    pub turn: f64,
}

/// What differs from one episode to the next. Factors are drawn per body or joint.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Randomise {
    /// Sliding friction of the ground.
    pub friction: Range,
    /// Mass added to the trunk [kg].
    pub trunk_mass: Range,
    /// Factor on the mass and inertia of every body.
    pub link_mass: Range,
    /// Shift of the trunk's centre of mass along each axis [m].
    pub centre_of_mass: f64,
    /// Mass added to each hand [kg].
    pub payload: Range,
    /// Share of episodes with a payload.
    pub payload_share: f64,
    /// Factor on kp and, drawn apart, on kd.
    pub gains: Range,
    /// Factor on the largest torque.
    pub strength: Range,
    /// Factor on the rotors' inertia.
    pub armature: Range,
    /// Passive joint damping [N m s/rad].
    pub damping: Range,
    /// Largest error of a joint's zero [rad].
    pub encoder_bias: f64,
    /// Delay of the action [s], rounded to physics steps, at most one decision.
    pub latency_s: Range,
}

/// How an episode starts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Start {
    /// Largest distance of a policy joint from the start pose [rad].
    pub joint_noise: f64,
    /// Largest velocity of the base along [m/s] and about [rad/s] each axis.
    pub velocity_noise: f64,
}

/// A task.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Task {
    /// Its name.
    pub name: String,
    /// What the policy senses, in order.
    pub observation: Vec<Sense>,
    /// What the critic knows besides.
    pub privileged: Vec<Privileged>,
    /// What is rewarded.
    pub rewards: Vec<RewardTerm>,
    /// How the world is integrated.
    pub physics: Physics,
    /// The world that a run begins in.
    pub draft: Draft,
    /// How actions become targets.
    pub control: Control,
    /// When an episode ends.
    pub episode: Episode,
    /// What is asked.
    pub commands: Commands,
    /// The feet's clock.
    pub gait: Gait,
    /// The arms' motion.
    pub arms: Arms,
    /// Pushes.
    pub pushes: Pushes,
    /// What differs between episodes.
    pub randomise: Randomise,
    /// How an episode starts.
    pub start: Start,
}

impl Task {
    /// The walking task that comes with Kouros (`tasks/walk.toml`).
    ///
    /// # Errors
    /// The project's own file cannot be parsed.
    pub fn walk() -> Result<Self> {
        Self::parse("walk.toml", include_str!("../../../tasks/walk.toml"))
    }

    /// Reads the text of a task; `path` is for messages.
    ///
    /// # Errors
    /// Text that is not TOML, an unknown word (the message lists the known), a number that makes
    /// no sense.
    pub fn parse(path: &str, text: &str) -> Result<Self> {
        let task: Self =
            toml::from_str(text).map_err(|e| Error::Task { path: path.into(), message: e.to_string().trim_end().into() })?;
        task.check(path)?;
        Ok(task)
    }

    /// Time from one decision to the next [s].
    pub fn control_period_s(&self) -> f64 {
        self.physics.timestep_s * self.physics.steps_per_control as f64
    }

    /// Decisions in one episode.
    pub fn episode_steps(&self) -> usize {
        ((self.episode.length_s / self.control_period_s()).round() as usize).max(1)
    }

    /// The same task in the rougher world that a run begins in.
    #[must_use]
    pub fn drafted(&self) -> Self {
        let mut out = self.clone();
        out.draft.decisions = 0;
        out.physics.timestep_s = self.draft.timestep_s;
        out.physics.steps_per_control = self.draft.steps_per_control;
        out.control.fixed_joints.extend(self.draft.fixed_joints.iter().cloned());
        out
    }

    /// Whether its numbers make sense; `path` is for messages.
    ///
    /// # Errors
    /// One does not; the message names it and says what it could be.
    pub fn check(&self, path: &str) -> Result<()> {
        let number = |field: &str, found: f64, fits: bool, expected: &'static str| {
            let error = || Error::Number { path: path.into(), field: field.into(), found: found.to_string(), expected };
            if fits && found.is_finite() { Ok(()) } else { Err(error()) }
        };
        let p = &self.physics;
        number("physics.timestep_s", p.timestep_s, (1e-4..=0.02).contains(&p.timestep_s), "0.0001 to 0.02 s")?;
        let steps = p.steps_per_control;
        number("physics.steps_per_control", steps as f64, (1..=100).contains(&steps), "1 to 100")?;
        let iterations = p.newton_iterations;
        number("physics.newton_iterations", iterations as f64, (1..=1000).contains(&iterations), "1 to 1000")?;
        let d = &self.draft;
        let rough = d.timestep_s * d.steps_per_control as f64;
        let same = (1e-4..=0.02).contains(&d.timestep_s) && (rough - self.control_period_s()).abs() < 1e-9;
        number("draft.timestep_s", d.timestep_s, same, "0.0001 to 0.02 s, with as many steps as make the same decision")?;
        let positive = |field: &str, v: f64| number(field, v, v > 0.0, "a positive number");
        let c = &self.commands;
        positive("control.action_scale", self.control.action_scale)?;
        positive("episode.length_s", self.episode.length_s)?;
        number("episode.length_s", self.episode.length_s, self.episode.length_s <= 3600.0, "at most an hour")?;
        let cost = self.episode.fall_cost;
        number("episode.fall_cost", cost, (0.0..=1e6).contains(&cost), "0 to a million")?;
        for (field, v) in
            c.change.iter().map(|v| ("commands.change", *v)).chain(self.gait.uneasy.iter().map(|v| ("gait.uneasy", *v)))
        {
            number(field, v, v > 0.0, "a positive number")?;
        }
        number("commands.first_share", c.first_share, (0.0..=1.0).contains(&c.first_share), "0 to 1")?;
        positive("gait.swing_height", self.gait.swing_height)?;
        number("gait.stance", self.gait.stance, (0.5..0.9).contains(&self.gait.stance), "0.5 to 0.9")?;
        let r = &self.randomise;
        let ranges = [
            ("commands.forward", c.forward, f64::NEG_INFINITY),
            ("commands.sideways", c.sideways, f64::NEG_INFINITY),
            ("commands.turn", c.turn, f64::NEG_INFINITY),
            ("commands.height", c.height, 0.1),
            ("commands.every_s", c.every_s, 0.1),
            ("gait.frequency_hz", self.gait.frequency_hz, 0.1),
            ("arms.every_s", self.arms.every_s, 0.02),
            ("arms.speed", self.arms.speed, 0.0),
            ("pushes.every_s", self.pushes.every_s, 0.02),
            ("pushes.speed", self.pushes.speed, 0.0),
            ("randomise.friction", r.friction, 0.01),
            ("randomise.trunk_mass", r.trunk_mass, f64::NEG_INFINITY),
            ("randomise.link_mass", r.link_mass, 0.1),
            ("randomise.payload", r.payload, 0.0),
            ("randomise.gains", r.gains, 0.01),
            ("randomise.strength", r.strength, 0.01),
            ("randomise.armature", r.armature, 0.01),
            ("randomise.damping", r.damping, 0.0),
            ("randomise.latency_s", r.latency_s, 0.0),
        ];
        for (field, [low, high], least) in ranges {
            number(field, low, low <= high && low >= least, "a range [low, high] in order and within what it may be")?;
            number(field, high, true, "a finite number")?;
        }
        let longest = self.control_period_s();
        number("randomise.latency_s", r.latency_s[1], r.latency_s[1] <= longest + 1e-9, "at most one decision's time")?;
        if self.observation.is_empty() || self.rewards.is_empty() {
            return Err(Error::Task { path: path.into(), message: "expected at least one observation and one reward".into() });
        }
        for (field, v) in self.rewards.iter().flat_map(|t| [("a reward's weight", t.weight), ("a reward's width", t.width)]) {
            number(field, v, true, "a finite number")?;
        }
        for term in self.rewards.iter().filter(|t| t.kind.needs_width()) {
            number(&format!("the width of {:?}", term.kind), term.width, term.width > 0.0, "a positive number")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WALK: &str = include_str!("../../../tasks/walk.toml");

    #[test]
    fn our_own_task_parses() {
        let task = Task::walk().expect("walk");
        assert_eq!(task.episode_steps(), 1000);
        assert!((task.control_period_s() - 0.02).abs() < 1e-12);
    }

    #[test]
    fn wrong_words_and_numbers_are_named() {
        let with = |from: &str, to: &str| {
            assert!(WALK.contains(from), "{from}");
            Task::parse("t.toml", &WALK.replacen(from, to, 1)).expect_err(to).to_string()
        };
        let e = with("term = \"gravity\"", "term = \"gravty\"");
        assert!(e.contains("t.toml") && e.contains("gravty") && e.contains("angular_velocity"), "{e}");
        let e = with("\"action_rate\"", "\"acton_rate\"");
        assert!(e.contains("acton_rate") && e.contains("track_velocity"), "{e}");
        let e = with("friction =", "fricton =");
        assert!(e.contains("fricton") && e.contains("friction"), "{e}");
        let e = with("timestep_s = 0.005", "timestep_s = 5.0");
        assert!(e.contains("physics.timestep_s is 5"), "{e}");
        let e = with("forward = [-0.6, 1.0]", "forward = [1.0, -0.6]");
        assert!(e.contains("commands.forward"), "{e}");
        let e = with("gains = [0.85, 1.15]", "gains = [nan, 1.15]");
        assert!(e.contains("randomise.gains"), "{e}");
        let e = with("weight = 2.0, width = 0.5", "weight = 2.0");
        assert!(e.contains("width"), "{e}");
    }
}
