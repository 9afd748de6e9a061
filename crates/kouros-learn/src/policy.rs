//! A trained policy: from what is sensed to an action.
//!
//! Lives here: running it. Does not: its file (`store.rs`), its training (`trainer.rs`).

use crate::mlp::Trace;
use crate::normaliser::Normaliser;
use crate::symmetric::Symmetric;
use kouros_sim::Contract;
use serde::{Deserialize, Serialize};

/// Where a policy comes from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Made {
    /// Seed of the run.
    pub seed: u64,
    /// Its iteration.
    pub iteration: u64,
    /// Decisions simulated until then.
    pub steps: u64,
}

/// A policy and what it must know of its world.
#[derive(Debug, Clone, PartialEq)]
pub struct Policy {
    /// The world it is for.
    pub contract: Contract,
    /// The network.
    pub actor: Symmetric,
    /// Its numbers.
    pub numbers: Vec<f32>,
    /// The normaliser of what it senses.
    pub sensed: Normaliser,
    /// Where it comes from.
    pub made: Made,
}

impl Policy {
    /// The actions for `rows` rows of what is sensed, without noise: row by row.
    ///
    /// # Panics
    /// `sensed` is shorter than the rows need.
    pub fn act(&self, sensed: &[f32], rows: usize, trace: &mut Trace) -> Vec<f32> {
        let size = self.sensed.mean.len();
        let mut normal = vec![0.0; rows * size];
        for (from, to) in sensed.chunks_exact(size).zip(normal.chunks_exact_mut(size)) {
            self.sensed.apply(from, to);
        }
        let mut out = vec![0.0; rows * self.actor.output.source.len()];
        self.actor.forward(&self.numbers, &normal, rows, trace, &mut out);
        out
    }
}
