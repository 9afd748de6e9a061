//! Many environments of one world, stepped on the threads the caller has.
//!
//! Lives here: who steps whom. Does not: what a step is (`env.rs`). The threads are rayon's: call
//! inside `ThreadPool::install` to say how many. Every environment draws from a stream of its own,
//! so the results are the same for every number of threads.

use crate::env::{Env, Outcome};
use crate::rng::Rng;
use crate::world::World;
use rayon::prelude::*;
use std::sync::Arc;

/// Environments stepped together.
pub struct Batch {
    envs: Vec<Env>,
    seed: u64,
}

impl Batch {
    /// `count` environments of `world`, reset, with streams of chance from `seed`.
    pub fn new(world: &Arc<World>, count: usize, seed: u64) -> Self {
        let make = |i: usize| Env::new(Arc::clone(world), Rng::of(&[seed, 0, i as u64]));
        let mut batch = Self { envs: (0..count).into_par_iter().map(make).collect(), seed };
        batch.reset(0);
        batch
    }

    /// The world all environments are in.
    pub fn world(&self) -> Option<&Arc<World>> {
        self.envs.first().map(Env::world)
    }

    /// The environments.
    pub fn envs(&self) -> &[Env] {
        &self.envs
    }

    /// The environments, to be stepped by the caller.
    pub fn envs_mut(&mut self) -> &mut [Env] {
        &mut self.envs
    }

    /// All environments anew: round `round` of the batch's seed, whatever happened before.
    /// Every first episode is cut at another time, so that they do not all end together.
    pub fn reset(&mut self, round: u64) {
        let seed = self.seed;
        self.envs.par_iter_mut().enumerate().for_each(|(i, env)| {
            let mut rng = Rng::of(&[seed, round, i as u64]);
            let steps = env.world().task.episode_steps();
            let first = steps / 4 + rng.below(steps - steps / 4 + 1);
            env.set_rng(rng);
            env.reset();
            env.limit(first.max(1));
        });
    }

    /// How hard it is, from 0 to 1.
    pub fn set_level(&mut self, level: f64) {
        self.envs.iter_mut().for_each(|e| e.set_level(level));
    }

    /// Steps every environment with its action (`actions` is one after the other) and resets those
    /// whose episode ended. `sensed` gets what the policies sense next, one after the other.
    ///
    /// # Panics
    /// A slice is shorter than the environments need.
    pub fn step(&mut self, actions: &[f32], sensed: &mut [f32]) -> Vec<Outcome> {
        let Some(first) = self.envs.first() else { return Vec::new() };
        let (width, size) = (first.world().actions(), first.sizes().0);
        let each = self.envs.par_iter_mut().zip(actions.par_chunks(width)).zip(sensed.par_chunks_mut(size));
        each.map(|((env, action), out)| {
            let outcome = env.step(action);
            if outcome.terminated || outcome.truncated {
                env.reset();
            }
            env.sense(out);
            outcome
        })
        .collect()
    }
}
