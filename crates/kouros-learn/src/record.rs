//! One episode of a policy, kept tick by tick.
//!
//! Lives here: running a policy without the noise of training and keeping what happened. Does not:
//! measuring how well it did (`trial.rs`), what an episode on disk is made of (the `kouros` binary).

use crate::mlp::Trace;
use crate::policy::Policy;
use crate::{Error, Result};
use kouros_sim::{Command, Contract, Draw, Env, Origin, Rng, Tick, World, sensed};
use std::sync::Arc;

/// An episode as the simulator knows it; T ticks.
#[derive(Debug, Clone, PartialEq)]
pub struct Recorded {
    /// What differed.
    pub draw: Draw,
    /// Where it began.
    pub origin: Origin,
    /// The state before each decision, the decision, and what the simulator knew then (T).
    pub ticks: Vec<Tick>,
    /// What was asked at each decision, as the policy sensed it (T).
    pub commands: Vec<Command>,
    /// Generalised positions and velocities after the last decision.
    pub end: [Vec<f64>; 2],
    /// Whether it ended in a fall.
    pub fell: bool,
    /// Whether the physics diverged in its last decision.
    pub diverged: bool,
}

/// How an episode is made.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Recording {
    /// The command; `None` draws them as the task says.
    pub command: Option<Command>,
    /// Length [s], where nothing ends it before.
    pub seconds: f64,
    /// How hard it is, from 0 to 1.
    pub level: f64,
    /// Seed of everything that is drawn.
    pub seed: u64,
}

/// Runs episode `number` of a recording.
///
/// # Errors
/// The policy is for another world.
pub fn record(policy: &Policy, world: &Arc<World>, recording: &Recording, number: u64) -> Result<Recorded> {
    policy.contract.must_fit(&Contract::of(world)).map_err(Error::Contract)?;
    let mut env = Env::new(Arc::clone(world), Rng::of(&[recording.seed, number]));
    env.set_level(recording.level);
    if recording.command.is_some() {
        env.ask(recording.command);
    }
    env.reset();
    let steps = (recording.seconds / world.task.control_period_s()).round().max(1.0) as usize;
    env.limit(steps);
    let mut out = Recorded {
        draw: env.draw().clone(),
        origin: Origin::of(&env),
        ticks: Vec::new(),
        commands: Vec::new(),
        end: [Vec::new(), Vec::new()],
        fell: false,
        diverged: false,
    };
    let mut row = vec![0.0; sensed(world)];
    let mut trace = Trace::default();
    loop {
        env.sense(&mut row);
        let action = policy.act(&row, 1, &mut trace);
        out.commands.push(env.moment().command);
        let (tick, outcome) = Tick::take(&mut env, &action);
        out.ticks.push(tick);
        if outcome.terminated || outcome.truncated {
            out.fell = outcome.terminated;
            break;
        }
    }
    out.diverged = env.take_divergence().is_some();
    out.end = [env.data().qpos().to_vec(), env.data().qvel().to_vec()];
    Ok(out)
}
