//! The trials a card is made of: each a world, a script and a number of episodes.

use crate::exit::{Failure, Result};
use kouros_learn::{Kick, Script};
use kouros_robot::Robot;
use kouros_sim::{Collision, Command, Task, World};
use std::sync::Arc;

/// One line of a card.
pub struct Trial {
    pub name: String,
    /// What it is, in words.
    pub what: &'static str,
    pub world: Arc<World>,
    pub script: Script,
    pub episodes: usize,
    /// Whether the robot goes anywhere.
    pub walks: bool,
}

/// The names' beginnings.
pub const NAMES: &str = "all, stand, forward, backward, sideways, turn, push, friction, payload, latency, strength, physics";

/// All trials of a task; `episodes` are the first one's.
pub fn trials(robot: &Robot, task: &Task, episodes: usize) -> Result<Vec<Trial>> {
    let few = (episodes / 10).max(10);
    // Evaluated at the physics robots are trained in last, whatever this task was sped up to.
    let mut exact = task.clone();
    exact.physics.steps_per_control = (task.control_period_s() / FINE_S).round() as usize;
    exact.physics.timestep_s = task.control_period_s() / exact.physics.steps_per_control as f64;
    exact.control.fixed_joints = Vec::new();
    exact.draft.decisions = 0;
    let world = |t: &Task| World::new(robot, t).map(Arc::new).map_err(Failure::new);
    let as_drawn = world(&exact)?;
    let mut unpushed_task = exact.clone();
    (unpushed_task.pushes.speed, unpushed_task.pushes.turn) = ([0.0; 2], 0.0);
    let unpushed = world(&unpushed_task)?;
    let script = |command, seconds| Script { command, kick: None, seconds, level: 1.0 };
    let go = |forward, sideways, turn| Some(Command { forward, sideways, turn, height: 1.0 });
    let mut out = vec![Trial {
        name: "all".into(),
        what: "commands, arms, pushes and differences as the task draws them",
        world: as_drawn,
        script: script(None, task.episode.length_s),
        episodes,
        walks: true,
    }];
    let c = &task.commands;
    let fixed = [
        ("stand", go(0.0, 0.0, 0.0), false),
        ("forward", go(0.8 * c.forward[1], 0.0, 0.0), true),
        ("backward", go(0.8 * c.forward[0], 0.0, 0.0), true),
        ("sideways left", go(0.0, 0.8 * c.sideways[1], 0.0), true),
        ("sideways right", go(0.0, 0.8 * c.sideways[0], 0.0), true),
        ("turn left", go(0.0, 0.0, 0.8 * c.turn[1]), false),
        ("turn right", go(0.0, 0.0, 0.8 * c.turn[0]), false),
    ];
    for (name, command, walks) in fixed {
        let what = "one command at 0.8 of its range, differences and arms drawn, no pushes";
        let (name, world) = (name.into(), Arc::clone(&unpushed));
        out.push(Trial { name, what, world, script: script(command, 8.0), episodes: few, walks });
    }
    for speed in [0.5, 1.0, 1.5] {
        for (i, side) in
            ["ahead", "ahead left", "left", "back left", "back", "back right", "right", "ahead right"].iter().enumerate()
        {
            let kick = Kick { at_s: 2.0, speed, direction: i as f64 * std::f64::consts::FRAC_PI_4 };
            let walking = script(go(0.5 * c.forward[1], 0.0, 0.0), 6.0);
            out.push(Trial {
                name: format!("push {speed} m/s {side}"),
                what: "one sudden change of velocity while walking at half the fastest command",
                world: Arc::clone(&unpushed),
                script: Script { kick: Some(kick), ..walking },
                episodes: few,
                walks: true,
            });
        }
    }
    let change = |name: String, what, change: &dyn Fn(&mut Task)| -> Result<Trial> {
        let mut t = unpushed_task.clone();
        change(&mut t);
        Ok(Trial { name, what, world: world(&t)?, script: script(None, 10.0), episodes: few, walks: true })
    };
    for f in [0.2, 0.4, 0.8, 1.2] {
        out.push(change(format!("friction {f}"), "friction of the ground", &|t| t.randomise.friction = [f; 2])?);
    }
    for m in [1.0, 2.0, 3.0] {
        out.push(change(format!("payload {m} kg a hand"), "mass in each hand", &|t| {
            (t.randomise.payload, t.randomise.payload_share) = ([m; 2], 1.0);
        })?);
    }
    for s in [0.0, 0.01, 0.02] {
        out.push(change(format!("latency {:.0} ms", s * 1e3), "delay of the action", &|t| t.randomise.latency_s = [s; 2])?);
    }
    for s in [0.6, 0.8, 1.0] {
        out.push(change(format!("strength {s}"), "factor on the largest torques", &|t| t.randomise.strength = [s; 2])?);
    }
    out.push(change("physics 2 ms, all shapes".into(), "finer steps; every shape of the robot touches the ground", &|t| {
        t.physics.timestep_s = 0.002;
        t.physics.steps_per_control = (task.control_period_s() / 0.002).round() as usize;
        t.physics.collision = Collision::Full;
    })?);
    Ok(out)
}

/// Physics step of the trials [s].
const FINE_S: f64 = 0.005;
