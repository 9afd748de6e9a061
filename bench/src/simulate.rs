//! `simulate`: environments beside the bare physics on the same model, states, targets and threads.
//!
//! Lives here: the recording that both sides repeat, and their turns. Does not: peers of other
//! languages (`sim_peer.rs`).
//!
//! A policy walks once in every environment, untimed, and what its motors were told is kept. Then
//! two sides take turns: the environments with everything that training asks of them (chance, arms,
//! commands, pushes, gait, observations of policy and critic, rewards), given the same actions; and
//! `mj_step` alone, given the same starts, targets and pushes. Both go through the same states to
//! the last bit, so contacts and the solver's work are the same.

use crate::clock::{Spread, Took, time};
use crate::sim_peer;
use crate::table::table;
use crate::{Measured, Result};
use kouros_learn::{Policy, Trace};
use kouros_sim::{Draw, Env, Origin, Replay, Rng, Task, Tick, World, sensed};
use rayon::prelude::*;
use serde::Serialize;
use std::path::PathBuf;
use std::sync::Arc;

/// Arguments of `simulate`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The policy that walks
    #[arg(value_name = "POLICY", default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/../policies/unitree_g1_walk.safetensors"))]
    policy: PathBuf,
    /// Environments
    #[arg(long, default_value_t = 16, value_parser = clap::value_parser!(u16).range(1..))]
    environments: u16,
    /// Decisions of each in one turn
    #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u16).range(1..))]
    decisions: u16,
    /// Turns of each side
    #[arg(long, default_value_t = 9, value_parser = clap::value_parser!(u16).range(1..))]
    runs: u16,
    /// Threads; may be given again and again
    #[arg(long, value_name = "COUNT", default_values_t = [1, 2])]
    threads: Vec<usize>,
    /// A Python with `mujoco`, and `gymnasium` or `mjbatch` where those are to be measured too
    #[arg(long, value_name = "PYTHON")]
    peer_python: Option<PathBuf>,
}

/// One environment's way.
pub struct Way {
    number: u64,
    draw: Draw,
    /// Where it begins.
    pub origin: Origin,
    actions: Vec<Vec<f32>>,
    /// What was done.
    pub ticks: Vec<Tick>,
}

/// A world and what is done in it.
pub struct Walk {
    pub world: Arc<World>,
    pub ways: Vec<Way>,
}

/// Decisions a second of one side.
#[derive(Debug, Clone, Copy, Serialize)]
struct Speed {
    /// On the wall.
    wall: Spread,
    /// Of the processor, all threads together.
    cpu: Spread,
}

/// One number of threads.
#[derive(Debug, Serialize)]
struct Row {
    threads: usize,
    environments: Speed,
    bare: Speed,
    /// Environments over bare, of the processor, turn by turn.
    ratio: Spread,
    /// The same on the wall.
    wall_ratio: Spread,
}

/// Measures.
pub fn run(args: &Args) -> Result<Measured> {
    let policy = Policy::read(&args.policy)?;
    let robot = crate::clip::robot(&policy.contract.robot)?;
    let mut task = Task::walk()?;
    task.draft.decisions = 0;
    let walk = Walk::new(&policy, Arc::new(World::new(&robot, &task)?), args)?;
    let decisions = walk.ways.len() * usize::from(args.decisions);
    let mut rows = Vec::new();
    for &threads in &args.threads {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build()?;
        let (mut ours, mut bare) = (Vec::new(), Vec::new());
        walk.environments(&pool)?;
        walk.bare(&pool)?;
        for turn in 0..args.runs {
            // Whoever is first changes, so that a slow minute hits both.
            if turn % 2 == 0 {
                ours.push(walk.environments(&pool)?);
                bare.push(walk.bare(&pool)?);
            } else {
                bare.push(walk.bare(&pool)?);
                ours.push(walk.environments(&pool)?);
            }
        }
        let ratio = |of: fn(&Took) -> f64| Spread::of(ours.iter().zip(&bare).map(|(o, b)| of(b) / of(o))).ok_or("no turn");
        rows.push(Row {
            threads,
            environments: speed(&ours, decisions)?,
            bare: speed(&bare, decisions)?,
            ratio: ratio(|t| t.cpu_seconds)?,
            wall_ratio: ratio(|t| t.seconds)?,
        });
    }
    let contacts = walk.ways.iter().flat_map(|w| &w.ticks).map(|t| t.truth.sole_force.iter().filter(|f| **f > 0.0).count());
    let contacts = contacts.sum::<usize>() as f64 / decisions as f64;
    let steps = task.physics.steps_per_control;
    let digits = |v: f64| format!("{v:.0}");
    let cells = |r: &Row| {
        let (e, b) = (&r.environments, &r.bare);
        let percent = |v: f64| format!("{:.1}", 100.0 * v);
        vec![
            r.threads.to_string(),
            digits(e.cpu.median),
            digits(b.cpu.median),
            percent(r.ratio.median),
            percent(r.ratio.min),
            percent(r.ratio.max),
            digits(e.wall.median),
            digits(b.wall.median),
            percent(r.wall_ratio.median),
        ]
    };
    let head = ["threads", "environments", "mj_step", "% of it", "min", "max", "wall: environments", "mj_step", "% of it"];
    let mut text = format!(
        "Decisions of {steps} physics steps of {} s, per second of the processor and on the wall: {} environments, {} decisions a turn,\n\
         {} turns; parts of soles in contact: {contacts:.1}\n\n{}",
        task.physics.timestep_s,
        walk.ways.len(),
        args.decisions,
        args.runs,
        table(&head, &rows.iter().map(cells).collect::<Vec<_>>())
    );
    let mut json = serde_json::json!({ "robot": robot.name, "environments": walk.ways.len(), "decisions": args.decisions,
        "runs": args.runs, "physics_steps": steps, "timestep_s": task.physics.timestep_s, "sole_parts_in_contact": contacts, "rows": rows });
    if let Some(python) = &args.peer_python {
        let peers = sim_peer::run(python, &policy, &robot, &task, args)?;
        text += &peers.text;
        json["peers"] = peers.json;
    }
    Ok(Measured { text, json })
}

impl Args {
    /// Turns of each side.
    pub fn runs(&self) -> u16 {
        self.runs
    }

    /// Numbers of threads.
    pub fn threads(&self) -> &[usize] {
        &self.threads
    }
}

/// Decisions a second of several turns.
fn speed(turns: &[Took], decisions: usize) -> Result<Speed> {
    let of = |seconds: fn(&Took) -> f64| Spread::of(turns.iter().map(|t| decisions as f64 / seconds(t))).ok_or("no turn");
    Ok(Speed { wall: of(|t| t.seconds)?, cpu: of(|t| t.cpu_seconds)? })
}

impl Walk {
    /// Lets the policy walk in as many environments as are asked for, and keeps what was done.
    /// Environments in which it falls within the time are left out and others taken.
    pub fn new(policy: &Policy, world: Arc<World>, args: &Args) -> Result<Self> {
        policy.contract.must_fit(&kouros_sim::Contract::of(&world))?;
        let wanted = usize::from(args.environments);
        let mut ways = Vec::new();
        for number in 0..(10 * wanted) as u64 {
            if ways.len() < wanted {
                ways.extend(Way::new(policy, &world, number, args.decisions));
            }
        }
        if ways.len() < wanted {
            return Err(format!("the policy falls within {} decisions in nine of ten environments", args.decisions).into());
        }
        Ok(Self { world, ways })
    }

    /// Positions after the last decision of each environment.
    pub fn ends(&self) -> Result<Vec<Vec<f64>>> {
        let end = |w: &Way| {
            let mut replay = Replay::new(Arc::clone(&self.world), &w.draw, &w.origin)?;
            w.ticks.iter().try_for_each(|t| replay.step(&t.target, t.pushed))?;
            Ok(replay.qpos().to_vec())
        };
        self.ways.iter().map(end).collect()
    }

    /// All environments do it again: what stands in them is what training needs.
    pub fn environments(&self, pool: &rayon::ThreadPool) -> Result<Took> {
        let (sensed, known) = self.ways.first().map(|w| begin(&self.world, w.number).sizes()).unwrap_or_default();
        let mut envs: Vec<(Env, &Way)> = self.ways.iter().map(|w| (begin(&self.world, w.number), w)).collect();
        let each = |(env, way): &mut (Env, &Way)| {
            let (mut seen, mut all) = (vec![0.0; sensed], vec![0.0; known]);
            let mut reward = 0.0;
            for action in &way.actions {
                env.sense(&mut seen);
                env.know(&mut all);
                reward += env.step(action).reward;
            }
            std::hint::black_box((seen, all, reward));
        };
        Ok(time(|| pool.install(|| envs.par_iter_mut().for_each(each))).1)
    }

    /// MuJoCo alone does it again.
    pub fn bare(&self, pool: &rayon::ThreadPool) -> Result<Took> {
        let begin = |w: &'_ Way| Replay::new(Arc::clone(&self.world), &w.draw, &w.origin);
        let mut all = self.ways.iter().map(|w| Ok((begin(w)?, w))).collect::<Result<Vec<_>>>()?;
        let each = |(replay, way): &mut (Replay, &Way)| way.ticks.iter().try_for_each(|t| replay.step(&t.target, t.pushed));
        let (done, took) = time(|| pool.install(|| all.par_iter_mut().try_for_each(each)));
        done?;
        Ok(took)
    }
}

fn begin(world: &Arc<World>, number: u64) -> Env {
    let mut env = Env::new(Arc::clone(world), Rng::of(&[11, number]));
    env.reset();
    env
}

impl Way {
    fn new(policy: &Policy, world: &Arc<World>, number: u64, decisions: u16) -> Option<Self> {
        let mut env = begin(world, number);
        let (draw, origin) = (env.draw().clone(), Origin::of(&env));
        let mut way = Self { number, draw, origin, actions: Vec::new(), ticks: Vec::new() };
        let (mut row, mut trace) = (vec![0.0; sensed(world)], Trace::default());
        for _ in 0..decisions {
            env.sense(&mut row);
            let action = policy.act(&row, 1, &mut trace);
            let (tick, outcome) = Tick::take(&mut env, &action);
            if outcome.terminated || outcome.truncated {
                return None;
            }
            way.actions.push(action);
            way.ticks.push(tick);
        }
        Some(way)
    }
}
