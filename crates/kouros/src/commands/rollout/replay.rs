//! The episodes of a rollout once more, from the dataset alone.
//!
//! Lives here: reading what was kept, and comparing states. Does not: the physics (`kouros-sim`).

use super::How;
use super::episode::{narrow, states_sha256, trajectory};
use crate::exit::{Exit, Failure, Result};
use crate::robot_args::choose;
use crate::talk::{counted, give, say};
use kouros_dataset::{Dataset, Episode};
use kouros_robot::Robot;
use kouros_sim::{Draw, Origin, Replay, Task, World};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::path::Path;
use std::sync::Arc;

/// A push, as it is kept.
#[derive(Debug, Deserialize)]
struct Push {
    frame: usize,
    base_velocity: [f64; 6],
}

/// What came of one episode.
struct Compared {
    /// Largest difference of a position or velocity from the dataset's, at its precision.
    off: f64,
    /// Whether all states are the same in double precision.
    same: bool,
}

/// Does all episodes of `path` again.
pub fn run(path: &Path, how: &How) -> Result<Exit> {
    let dataset = Dataset::open(path).map_err(Failure::new)?;
    let named = dataset.info().robot_type.clone();
    let Some(name) = how.robot.clone().or(named) else {
        return Err(Failure::new(format!("{}: the dataset does not say its robot", path.display())).hint("--robot names it"));
    };
    let chosen = choose(&name, &how.robot_args)?;
    let mut exit = Exit::Done;
    let (mut done, mut same) = (0, 0);
    for index in 0..dataset.episodes().len() {
        let episode = dataset.read_episode(index).map_err(Failure::new)?;
        let in_episode = |f: Failure| Failure::new(format!("{}: episode {index}: {}", path.display(), f.message));
        let kept = &episode.meta["simulation"];
        if kept.is_null() {
            let words = "is no episode of `kouros rollout`: meta/kouros.json keeps no start, differences and pushes of it";
            return Err(Failure::new(format!("{}: episode {index} {words}", path.display())));
        }
        if kept["robot_sha256"].as_str() != Some(chosen.sha256.as_str()) {
            say(&format!("episode {index}: made with another version of robot '{name}' or of its settings"));
        }
        let compared = again(&episode, &chosen.robot, kept).map_err(in_episode)?;
        done += 1;
        same += usize::from(compared.same);
        if !compared.same {
            say(&format!("episode {index}: states differ by up to {:.3e}", compared.off));
            exit = Exit::Found;
        }
    }
    give(&format!("{same} of {} replayed to the last bit of every state\n", counted(done, "episode")))?;
    Ok(exit)
}

fn part<T: DeserializeOwned>(kept: &Value, name: &str) -> Result<T> {
    serde_json::from_value(kept[name].clone()).map_err(|e| Failure::new(format!("simulation.{name}: {e}")))
}

fn again(episode: &Episode, robot: &Robot, kept: &Value) -> Result<Compared> {
    let task: Task = part(kept, "task")?;
    task.check("simulation.task").map_err(Failure::new)?;
    let world = Arc::new(World::new(robot, &task).map_err(Failure::new)?);
    let (draw, origin): (Draw, Origin) = (part(kept, "draw")?, part(kept, "start")?);
    let pushes: Vec<Push> = part(kept, "pushes")?;
    let column = |name: &str| episode.column(name).map_err(Failure::new);
    let action = column("action")?;
    let names = robot.joint_names();
    if action.feature.dims != names {
        return Err(Failure::new(format!("action: expected the {} joints of robot '{}' in its order", names.len(), robot.name)));
    }
    let mut replay = Replay::new(Arc::clone(&world), &draw, &origin).map_err(Failure::new)?;
    let mut states = vec![(replay.qpos().to_vec(), replay.qvel().to_vec())];
    for (frame, row) in action.values.chunks_exact(names.len()).enumerate() {
        let target: Vec<f32> = world.motors.iter().map(|m| row[m.joint]).collect();
        let pushed = pushes.iter().find(|p| p.frame == frame).map(|p| p.base_velocity);
        replay.step(&target, pushed).map_err(Failure::new)?;
        states.push((replay.qpos().to_vec(), replay.qvel().to_vec()));
    }
    let hash = states_sha256(states.iter().map(|(q, v)| (q.as_slice(), v.as_slice())));
    // The last state is behind the last frame.
    let frames = || states.iter().take(episode.length);
    let rate_hz = (1.0 / task.control_period_s()).round();
    let motion = trajectory(robot, &world, rate_hz, frames().map(|s| s.0.as_slice()));
    let quaternions = motion.base_quaternions_wxyz();
    let places = motion.base.iter().map(|p| p.translation.vector).zip(quaternions);
    let root = narrow(places.flat_map(|(p, q)| [p.x, p.y, p.z, q[0], q[1], q[2], q[3]]));
    let base_velocity = narrow(frames().flat_map(|(_, v)| v[..6].iter().copied()));
    let pairs = [
        (narrow(motion.joint_pos.iter().copied()), column("observation.state")?),
        (root, column("label.root_pose")?),
        (base_velocity, column("label.sim.root_velocity")?),
    ];
    let off = |(a, b): (&f32, &f32)| f64::from((a - b).abs());
    let off = pairs.iter().flat_map(|(mine, there)| mine.iter().zip(&there.values).map(off)).fold(0.0, f64::max);
    let lengths = pairs.iter().all(|(mine, there)| mine.len() == there.values.len());
    Ok(Compared { off, same: lengths && off == 0.0 && kept["states_sha256"] == hash.as_str() })
}
