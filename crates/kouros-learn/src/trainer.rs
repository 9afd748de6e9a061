//! A training run: collect, learn, count, keep.
//!
//! Lives here: one iteration, the level of difficulty, what a checkpoint holds. Does not: files
//! (`store.rs`), threads and the terminal (the `kouros` binary).
//!
//! At every checkpoint all environments begin anew with streams of chance made from the seed and
//! the iteration. So a checkpoint need not hold the state of any simulation, and a run that was
//! killed and taken up gives the same bytes as one that never stopped.

use crate::normaliser::Normaliser;
use crate::policy::Policy;
use crate::ppo::Settings;
use crate::rollout::{Brain, Seen, collect};
use crate::update::{Learner, Mirrors};
use crate::{Error, Result};
use kouros_sim::{Batch, Contract, Rng, World, action_mirror, known, known_mirror, sensed, sensed_mirror};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Streams of chance of one seed.
const FIRST_NUMBERS: u64 = 1;
const ACTIONS: u64 = 2;
const UPDATES: u64 = 3;

/// Standard deviation of the actions of a policy that can do something already.
const BEGUN_STD: f32 = 0.25;

/// The level rises by this in an iteration whose episodes last and whose commands are followed,
/// and falls where episodes do not last.
const LEVEL_STEP: f64 = 0.01;
/// Episodes that last this share of the limit, and that share (holosoma's penalty curriculum).
const LASTING: f64 = 0.7;
const SHORT: f64 = 0.4;
/// It rises only while commands are followed this well [m/s]: penalties on a robot that stands and
/// does nothing would keep it from ever taking a step.
const FOLLOWING: f64 = 0.4;
/// Weight of an iteration's episodes in the running means.
const FRESH: f64 = 0.1;
/// Weight of an iteration's network in the running mean that becomes the policy (Polyak and
/// Juditsky 1992): each update follows the noise of its own samples, and the mean of fifty follows
/// less of it.
const LATEST: f32 = 0.02;

/// One line of a run's log. Rewards and errors are means over the steps of ended episodes.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// Iterations done.
    pub iteration: u64,
    /// Decisions simulated in all.
    pub steps: u64,
    /// Mean reward of a step.
    pub reward: f64,
    /// Running mean of the length of episodes, as a share of the limit.
    pub length: f64,
    /// Share of ended episodes that ended in a fall.
    pub falls: f64,
    /// Mean distance from the commanded velocity [m/s].
    pub velocity_error: f64,
    /// Mean distance from the commanded turning rate [rad/s].
    pub turn_error: f64,
    /// Mean of every reward term, weighted, in the task's order.
    pub terms: Vec<f64>,
    /// How hard it is, 0 to 1.
    pub level: f64,
    /// Mean standard deviation of the actions.
    pub std: f64,
    /// Step size.
    pub rate: f64,
    /// Divergence of the old policy from the new one.
    pub divergence: f64,
    /// Share of clipped samples.
    pub clipped: f64,
    /// The critic's loss.
    pub critic_loss: f64,
    /// Times the physics diverged.
    pub diverged: u64,
}

/// A training run.
pub struct Trainer {
    world: Arc<World>,
    batch: Batch,
    settings: Settings,
    seed: u64,
    pub(crate) learner: Learner,
    /// Running mean of the policy's network.
    pub(crate) mean: Vec<f32>,
    pub(crate) sensed: Normaliser,
    pub(crate) known: Normaliser,
    mirrors: Mirrors,
    pub(crate) log: Line,
}

impl Trainer {
    /// A run from the beginning.
    ///
    /// # Errors
    /// Settings that make no sense.
    pub fn new(world: &Arc<World>, settings: &Settings, seed: u64) -> Result<Self> {
        settings.check()?;
        let (o, k) = (sensed(world), known(world));
        let mirrors = Mirrors { sensed: sensed_mirror(world), known: known_mirror(world), action: action_mirror(world) };
        let learner = Learner::new(settings, &mirrors, &mut Rng::of(&[seed, FIRST_NUMBERS]));
        let mut batch = Batch::new(world.draft.as_ref().unwrap_or(world), settings.environments, seed);
        batch.set_level(0.0);
        let log = Line { rate: settings.rate, ..Line::default() };
        Ok(Self {
            world: Arc::clone(world),
            batch,
            settings: settings.clone(),
            seed,
            mean: learner.actor_numbers[..learner.actor.mlp.numbers()].to_vec(),
            learner,
            sensed: Normaliser::new(o),
            known: Normaliser::new(k),
            mirrors,
            log,
        })
    }

    /// The last line of the log.
    pub fn line(&self) -> &Line {
        &self.log
    }

    /// The settings.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The seed.
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// The world.
    pub fn world(&self) -> &Arc<World> {
        &self.world
    }

    /// Whether a checkpoint is due: environments have begun anew, or are about to.
    pub fn is_at_checkpoint(&self) -> bool {
        self.log.iteration.is_multiple_of(self.settings.checkpoint_every)
    }

    /// All environments anew, as after a checkpoint of this iteration.
    pub(crate) fn begin_round(&mut self) {
        let begins = self.log.steps < self.world.task.draft.decisions;
        let world = self.world.draft.as_ref().filter(|_| begins).unwrap_or(&self.world);
        if !self.batch.world().is_some_and(|w| Arc::ptr_eq(w, world)) {
            self.batch = Batch::new(world, self.settings.environments, self.seed);
        }
        self.batch.set_level(self.log.level);
        self.batch.reset(self.log.iteration);
    }

    /// Begins at this level of difficulty, from 0 to 1.
    pub fn set_level(&mut self, level: f64) {
        self.log.level = level.clamp(0.0, 1.0);
    }

    /// Begins with the network of a policy and the normaliser of what it senses, at this level of
    /// difficulty.
    ///
    /// # Errors
    /// A policy for another world or with another shape.
    pub fn begin_from(&mut self, policy: &Policy, level: f64) -> Result<()> {
        self.set_level(level);
        policy.contract.must_fit(&Contract::of(&self.world))?;
        if policy.actor != self.learner.actor {
            let found = format!("{:?}", policy.actor.mlp.sizes());
            return Err(Error::Setting {
                what: "the shape of the policy to begin from",
                found,
                expected: "that of the settings",
            });
        }
        let at = policy.actor.mlp.numbers();
        self.learner.actor_numbers[..at].copy_from_slice(&policy.numbers);
        self.learner.actor_numbers[at..].fill(BEGUN_STD.ln());
        self.mean.copy_from_slice(&policy.numbers);
        self.sensed = policy.sensed.clone();
        Ok(())
    }

    /// Collects samples and learns from them. The threads are rayon's: call inside
    /// `ThreadPool::install`.
    ///
    /// # Errors
    /// A loss or a number that is not finite; the checkpoints are untouched.
    pub fn iterate(&mut self) -> Result<(&Line, Seen)> {
        if self.is_at_checkpoint() {
            self.begin_round();
        }
        let iteration = self.log.iteration;
        let brain = Brain {
            actor: &self.learner.actor,
            actor_numbers: &self.learner.actor_numbers,
            critic: &self.learner.critic,
            critic_numbers: &self.learner.critic_numbers,
            sensed: &self.sensed,
            known: &self.known,
        };
        let (samples, mut seen) = collect(&mut self.batch, &brain, &self.settings, [self.seed ^ ACTIONS, iteration]);
        let finite = |values: &[f32]| values.iter().all(|v| v.is_finite());
        if !finite(&samples.sensed) || !finite(&samples.known) {
            return Err(Error::NotFinite { iteration, what: "an observation" });
        }
        if !finite(&samples.worth) {
            return Err(Error::NotFinite { iteration, what: "a reward or a value" });
        }
        let chance = [self.seed ^ UPDATES, iteration];
        let progress = self.learner.update(&samples, &self.mirrors, &self.settings, chance);
        if !finite(&self.learner.actor_numbers) || !finite(&self.learner.critic_numbers) {
            return Err(Error::NotFinite { iteration, what: "a number of the networks" });
        }
        seen.sensed.mirror(&self.mirrors.sensed);
        seen.known.mirror(&self.mirrors.known);
        self.sensed.update(&seen.sensed);
        self.known.update(&seen.known);
        let weight = weight_in_mean(iteration);
        self.mean.iter_mut().zip(&self.learner.actor_numbers).for_each(|(m, n)| *m += weight * (n - *m));
        self.note(&seen, samples.log_prob.len());
        let log = &mut self.log;
        (log.std, log.rate, log.divergence) = (progress.std, self.learner.rate, progress.divergence);
        (log.clipped, log.critic_loss) = (progress.clipped, progress.critic_loss);
        self.batch.set_level(self.log.level);
        Ok((&self.log, seen))
    }

    /// Writes the iteration into the log and sets the level.
    fn note(&mut self, seen: &Seen, samples: usize) {
        let limit = self.world.task.episode_steps() as f64;
        let log = &mut self.log;
        log.iteration += 1;
        log.steps += samples as u64;
        log.reward = seen.reward / samples.max(1) as f64;
        log.diverged += seen.diverged.len() as u64;
        let steps: f64 = seen.ended.iter().map(|s| s.steps as f64).sum();
        if steps == 0.0 {
            return;
        }
        let mean = |of: &dyn Fn(&kouros_sim::Summary) -> f64| seen.ended.iter().map(of).sum::<f64>() / steps;
        log.velocity_error = mean(&|s| s.velocity_error);
        log.turn_error = mean(&|s| s.turn_error);
        log.terms = (0..self.world.task.rewards.len()).map(|t| mean(&|s| s.terms[t])).collect();
        let count = seen.ended.len() as f64;
        let falls = seen.ended.iter().filter(|s| s.fell).count() as f64;
        log.falls = falls / count;
        // Steps for one fall, at most the limit: episodes cut short on purpose do not count as short.
        let lasted = (steps / falls.max(1.0)).min(limit) / limit;
        log.length += FRESH * (lasted - log.length);
        if log.length > LASTING && log.velocity_error < FOLLOWING {
            log.level += LEVEL_STEP;
        } else if log.length < SHORT {
            log.level -= LEVEL_STEP;
        }
        log.level = log.level.clamp(0.0, 1.0);
    }

    /// The policy as it is now: the running mean of the networks.
    pub fn policy(&self) -> Policy {
        Policy {
            contract: Contract::of(&self.world),
            actor: self.learner.actor.clone(),
            numbers: self.mean.clone(),
            sensed: self.sensed.clone(),
            made: crate::policy::Made { seed: self.seed, iteration: self.log.iteration, steps: self.log.steps },
        }
    }
}

/// Weight of the network after this iteration in the running mean. The first ones weigh alike, so that the
/// mean never leans on the random first one.
fn weight_in_mean(iteration: u64) -> f32 {
    LATEST.max(1.0 / (iteration + 1) as f32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_networks_weigh_alike() {
        // 1, 2, 3 give their mean; after fifty an old one fades.
        let mean = (0..3).fold(0.0, |m: f32, i| m + weight_in_mean(i) * ((i + 1) as f32 - m));
        assert!((mean - 2.0).abs() < 1e-6);
        assert_eq!([weight_in_mean(0), weight_in_mean(49), weight_in_mean(5000)], [1.0, LATEST, LATEST]);
    }
}
