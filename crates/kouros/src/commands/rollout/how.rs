//! In which world a policy is run, and what is asked of it there.
//!
//! Lives here: the flags that `kouros rollout` and `kouros play` share, made into a world. Does not:
//! running anything.

use crate::commands::train::read_task;
use crate::exit::{Failure, Result};
use crate::hashes::sha256;
use crate::robot_args::{Chosen, RobotArgs, choose};
use kouros_learn::{Policy, Recording};
use kouros_sim::{Command, Contract, Task, World};
use std::path::Path;
use std::sync::Arc;

/// Flags about the world and what is asked.
#[derive(Debug, clap::Args)]
pub struct How {
    /// Length of an episode [default: the task's]
    #[arg(long, value_name = "S")]
    seconds: Option<f64>,
    /// What is asked all the time, in m/s, m/s and rad/s; `drawn`: as the task draws it
    #[arg(long, value_name = "AHEAD,LEFT,TURN", default_value = "drawn", allow_hyphen_values = true)]
    command: String,
    /// How much of pushes, commands and arm motions is drawn, from 0 to 1
    #[arg(long, default_value_t = 1.0)]
    level: f64,
    /// The robot as its model has it in every episode: no other masses, frictions, delays, gains
    #[arg(long)]
    nominal: bool,
    /// Nobody pushes
    #[arg(long)]
    no_pushes: bool,
    /// The task: `walk`, or the path of one (TOML)
    #[arg(long, value_name = "TASK", default_value = "walk")]
    task: String,
    /// Seed of everything that is drawn
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// A robot's name or the path of its model [default: the policy's]
    #[arg(long, value_name = "NAME|FILE")]
    pub robot: Option<String>,
    #[command(flatten)]
    pub robot_args: RobotArgs,
}

/// A policy in its world.
#[derive(Debug)]
pub struct Ready {
    pub policy: Policy,
    /// Of the policy's file.
    pub policy_sha256: String,
    pub task: Task,
    pub chosen: Chosen,
    pub world: Arc<World>,
    pub recording: Recording,
}

impl How {
    /// Reads policy, task and robot and puts them together.
    pub fn ready(&self, path: &Path) -> Result<Ready> {
        let bytes = std::fs::read(path).map_err(|e| Failure::new(format!("cannot read {}: {e}", path.display())))?;
        let policy = Policy::read(path).map_err(Failure::new)?;
        let task = self.task()?;
        let recording = self.recording(&task)?;
        let chosen = choose(self.robot.as_deref().unwrap_or(&policy.contract.robot), &self.robot_args)?;
        let world = Arc::new(World::new(&chosen.robot, &task).map_err(Failure::new)?);
        policy.contract.must_fit(&Contract::of(&world)).map_err(Failure::new)?;
        Ok(Ready { policy, policy_sha256: sha256(&bytes), task, chosen, world, recording })
    }

    /// The task as it is to be run.
    fn task(&self) -> Result<Task> {
        let (mut task, _) = read_task(&self.task)?;
        // A policy is shown in the world it is for, not in the rougher one its training began in.
        task.draft.decisions = 0;
        if self.no_pushes {
            (task.pushes.speed, task.pushes.turn) = ([0.0; 2], 0.0);
        }
        if self.nominal {
            let r = &mut task.randomise;
            let middle = r.friction.iter().sum::<f64>() / 2.0;
            (r.friction, r.trunk_mass, r.centre_of_mass) = ([middle; 2], [0.0; 2], 0.0);
            (r.link_mass, r.gains, r.strength, r.armature) = ([1.0; 2], [1.0; 2], [1.0; 2], [1.0; 2]);
            (r.payload, r.payload_share, r.encoder_bias, r.latency_s) = ([0.0; 2], 0.0, 0.0, [0.0; 2]);
            r.damping = [r.damping.iter().sum::<f64>() / 2.0; 2];
        }
        Ok(task)
    }

    fn recording(&self, task: &Task) -> Result<Recording> {
        let seconds = self.seconds.unwrap_or(task.episode.length_s);
        let decision = task.control_period_s();
        // The same bounds as a task's own length.
        if !(seconds.is_finite() && seconds >= decision && seconds <= 3600.0) {
            return Err(Failure::new(format!("--seconds is {seconds}; expected one decision ({decision} s) to an hour")));
        }
        if !(0.0..=1.0).contains(&self.level) {
            return Err(Failure::new(format!("--level is {}; expected 0 to 1", self.level)));
        }
        Ok(Recording { command: command(&self.command)?, seconds, level: self.level, seed: self.seed })
    }
}

/// `drawn`, or three numbers.
fn command(text: &str) -> Result<Option<Command>> {
    if text == "drawn" {
        return Ok(None);
    }
    let numbers: Vec<f64> = text.split(',').filter_map(|t| t.trim().parse().ok()).filter(|v: &f64| v.is_finite()).collect();
    match numbers[..] {
        [forward, sideways, turn] if text.split(',').count() == 3 => Ok(Some(Command { forward, sideways, turn, height: 1.0 })),
        _ => Err(Failure::new(format!("--command is '{text}'; expected 'drawn' or three numbers, as 0.8,0,0"))),
    }
}
