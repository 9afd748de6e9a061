//! Samples of the current policy in a batch of environments.
//!
//! Lives here: running policy and environments, and what is kept of it. Does not: the environments
//! (`kouros-sim`), learning from the samples (`update.rs`). Environments run in groups of
//! [`GROUP`], each group all its steps on one thread: nobody waits for anybody, and the samples are
//! the same for every number of threads.

use crate::advantage::{After, advantages};
use crate::gaussian::log_prob;
use crate::mlp::{Mlp, Trace};
use crate::normaliser::{Normaliser, Sums};
use crate::ppo::Settings;
use crate::symmetric::Symmetric;
use kouros_sim::{Batch, Divergence, Env, Rng, Summary};
use rayon::prelude::*;

/// Environments that run together on one thread.
pub const GROUP: usize = 32;

/// Networks and normalisers as they are during a rollout.
#[derive(Debug, Clone, Copy)]
pub struct Brain<'a> {
    /// The policy's network.
    pub actor: &'a Symmetric,
    /// Its numbers, then the logarithms of the actions' standard deviations (A).
    pub actor_numbers: &'a [f32],
    /// The critic's shape.
    pub critic: &'a Mlp,
    /// Its numbers.
    pub critic_numbers: &'a [f32],
    /// Of what the policy senses.
    pub sensed: &'a Normaliser,
    /// Of what the critic knows.
    pub known: &'a Normaliser,
}

impl Brain<'_> {
    /// The logarithms of the actions' standard deviations (A).
    pub fn log_std(&self) -> &[f32] {
        &self.actor_numbers[self.actor.mlp.numbers()..]
    }
}

/// Samples of a number of steps, S = environments x steps, in a fixed order.
#[derive(Debug, Clone, Default)]
pub struct Samples {
    /// What was sensed, normalised (S x O).
    pub sensed: Vec<f32>,
    /// What the critic knew, normalised (S x K).
    pub known: Vec<f32>,
    /// Actions (S x A).
    pub action: Vec<f32>,
    /// The means they were drawn around (S x A).
    pub mean: Vec<f32>,
    /// The logarithms of their densities (S).
    pub log_prob: Vec<f32>,
    /// Advantages (S).
    pub advantage: Vec<f32>,
    /// What each state turned out to be worth: advantage plus value (S).
    pub worth: Vec<f32>,
}

/// What a rollout gave besides its samples.
#[derive(Debug, Clone)]
pub struct Seen {
    /// Sums of what was sensed, not normalised.
    pub sensed: Sums,
    /// Sums of what the critic knew.
    pub known: Sums,
    /// Episodes that ended.
    pub ended: Vec<Summary>,
    /// Sum of all rewards.
    pub reward: f64,
    /// States before the physics diverged.
    pub diverged: Vec<Divergence>,
}

/// Runs every environment for the settings' steps. `chance` are the numbers of this rollout's
/// stream of chance.
pub fn collect(batch: &mut Batch, brain: &Brain<'_>, settings: &Settings, chance: [u64; 2]) -> (Samples, Seen) {
    let groups: Vec<(Samples, Seen)> = batch
        .envs_mut()
        .par_chunks_mut(GROUP)
        .enumerate()
        .map(|(g, envs)| run_group(envs, brain, settings, Rng::of(&[chance[0], chance[1], g as u64])))
        .collect();
    let mut all = Samples::default();
    let mut seen: Option<Seen> = None;
    for (samples, more) in groups {
        all.sensed.extend(samples.sensed);
        all.known.extend(samples.known);
        all.action.extend(samples.action);
        all.mean.extend(samples.mean);
        all.log_prob.extend(samples.log_prob);
        all.advantage.extend(samples.advantage);
        all.worth.extend(samples.worth);
        match &mut seen {
            None => seen = Some(more),
            Some(s) => {
                s.sensed.merge(&more.sensed);
                s.known.merge(&more.known);
                s.ended.extend(more.ended);
                s.diverged.extend(more.diverged);
                s.reward += more.reward;
            }
        }
    }
    let nothing = || empty(brain);
    (all, seen.unwrap_or_else(nothing))
}

fn empty(brain: &Brain<'_>) -> Seen {
    let [o, k] = [brain.sensed.mean.len(), brain.known.mean.len()];
    Seen { sensed: Sums::new(o), known: Sums::new(k), ended: Vec::new(), reward: 0.0, diverged: Vec::new() }
}

fn run_group(envs: &mut [Env], brain: &Brain<'_>, settings: &Settings, mut rng: Rng) -> (Samples, Seen) {
    let (n, steps) = (envs.len(), settings.steps);
    let [o, k] = [brain.sensed.mean.len(), brain.known.mean.len()];
    let a = brain.log_std().len();
    let std: Vec<f32> = brain.log_std().iter().map(|s| s.exp()).collect();
    let mut out = Samples {
        sensed: vec![0.0; steps * n * o],
        known: vec![0.0; steps * n * k],
        action: vec![0.0; steps * n * a],
        mean: vec![0.0; steps * n * a],
        log_prob: vec![0.0; steps * n],
        ..Samples::default()
    };
    let mut seen = empty(brain);
    // Per environment, step by step: rewards, values, ends.
    let (mut rewards, mut values) = (vec![0.0f32; n * steps], vec![0.0f32; n * steps]);
    let mut after = vec![After::Goes; n * steps];
    let (mut raw_sensed, mut raw_known) = (vec![0.0f32; o], vec![0.0f32; k]);
    let (mut actor_trace, mut critic_trace, mut last_trace) = (Trace::default(), Trace::default(), Trace::default());
    for t in 0..steps {
        let [rows_o, rows_k, rows_a] = [o, k, a].map(|w| t * n * w..(t + 1) * n * w);
        for (i, env) in envs.iter_mut().enumerate() {
            env.sense(&mut raw_sensed);
            env.know(&mut raw_known);
            seen.sensed.add(&raw_sensed);
            seen.known.add(&raw_known);
            brain.sensed.apply(&raw_sensed, &mut out.sensed[rows_o.start + i * o..rows_o.start + (i + 1) * o]);
            brain.known.apply(&raw_known, &mut out.known[rows_k.start + i * k..rows_k.start + (i + 1) * k]);
        }
        brain.actor.forward(brain.actor_numbers, &out.sensed[rows_o], n, &mut actor_trace, &mut out.mean[rows_a.clone()]);
        brain.critic.forward(brain.critic_numbers, &out.known[rows_k], n, &mut critic_trace);
        for (i, env) in envs.iter_mut().enumerate() {
            let row = rows_a.start + i * a..rows_a.start + (i + 1) * a;
            for (j, slot) in row.clone().enumerate() {
                out.action[slot] = out.mean[slot] + std[j] * rng.normal() as f32;
            }
            let action = &out.action[row.clone()];
            out.log_prob[t * n + i] = log_prob(action, &out.mean[row.clone()], brain.log_std());
            let outcome = env.step(action);
            let at = i * steps + t;
            (rewards[at], values[at]) = (outcome.reward as f32, critic_trace.output()[i]);
            seen.reward += outcome.reward;
            if outcome.terminated {
                after[at] = After::Terminated;
            } else if outcome.truncated {
                after[at] = After::Truncated(value_of(env, brain, &mut raw_known, &mut last_trace));
            }
            if outcome.terminated || outcome.truncated {
                seen.ended.push(env.summary().clone());
                seen.diverged.extend(env.take_divergence());
                env.reset();
            }
        }
    }
    out.advantage = vec![0.0; steps * n];
    out.worth = vec![0.0; steps * n];
    let mut line = vec![0.0; steps];
    for (i, env) in envs.iter().enumerate() {
        let last = value_of(env, brain, &mut raw_known, &mut last_trace);
        let own = i * steps..(i + 1) * steps;
        let (r, v, e) = (&rewards[own.clone()], &values[own.clone()], &after[own]);
        advantages(r, v, e, last, settings.gamma, settings.lambda, &mut line);
        for t in 0..steps {
            out.advantage[t * n + i] = line[t];
            out.worth[t * n + i] = line[t] + v[t];
        }
    }
    (out, seen)
}

/// What the critic thinks an environment's present state is worth.
fn value_of(env: &Env, brain: &Brain<'_>, raw: &mut [f32], trace: &mut Trace) -> f32 {
    env.know(raw);
    let mut normal = vec![0.0; raw.len()];
    brain.known.apply(raw, &mut normal);
    brain.critic.forward(brain.critic_numbers, &normal, 1, trace);
    trace.output()[0]
}
