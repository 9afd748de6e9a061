//! Learning from an iteration's samples: epochs, parts, gradients on all threads, steps.
//!
//! Lives here: the order of updates and the reduction. Does not: the loss of a sample (`ppo.rs`).
//! A part is cut into chunks of [`ROWS`] samples; every chunk's gradient is computed alone and the
//! sums are made in the chunks' order, so that the result does not depend on the threads.

use crate::adam::{Adam, clip_length};
use crate::mlp::{Mlp, ROWS, Trace};
use crate::ppo::{Sample, Settings, actor_loss, entropy_loss, next_rate, sample_divergence};
use crate::rollout::Samples;
use crate::symmetric::Symmetric;
use kouros_sim::{Mirror, Rng};
use rayon::prelude::*;

/// What learns: networks, their numbers, their moments.
#[derive(Debug, Clone, PartialEq)]
pub struct Learner {
    /// The policy's network.
    pub actor: Symmetric,
    /// Its numbers, then the logarithms of the actions' standard deviations (A).
    pub actor_numbers: Vec<f32>,
    /// Their moments.
    pub actor_adam: Adam,
    /// The critic's shape.
    pub critic: Mlp,
    /// Its numbers.
    pub critic_numbers: Vec<f32>,
    /// Their moments.
    pub critic_adam: Adam,
    /// The policy's step size.
    pub rate: f64,
}

/// The mirror images of everything a sample holds.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Mirrors {
    /// Of what is sensed.
    pub sensed: Mirror,
    /// Of what the critic knows.
    pub known: Mirror,
    /// Of actions.
    pub action: Mirror,
}

/// How an update went: means over its samples.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Progress {
    /// The actor's loss.
    pub actor_loss: f64,
    /// The critic's loss.
    pub critic_loss: f64,
    /// Divergence of the old policy from the new one, at the last part of each epoch.
    pub divergence: f64,
    /// Share of clipped samples.
    pub clipped: f64,
    /// Mean standard deviation of the actions.
    pub std: f64,
}

/// Standard deviations stay between these.
const LOG_STD: [f32; 2] = [-3.0, 0.5];

struct Chunk {
    actor: Vec<f32>,
    critic: Vec<f32>,
    actor_loss: f64,
    critic_loss: f64,
    divergence: f64,
    clipped: f64,
}

impl Learner {
    /// A learner for samples with these mirrors, its numbers drawn from `rng`.
    pub fn new(settings: &Settings, mirrors: &Mirrors, rng: &mut Rng) -> Self {
        let [sensed, known, actions] = [&mirrors.sensed, &mirrors.known, &mirrors.action].map(|m| m.source.len());
        let mlp = Mlp::new(sensed, &settings.actor, actions);
        let critic = Mlp::new(known, &settings.critic, 1);
        let mut actor_numbers = mlp.begin(0.01, rng);
        let actor = Symmetric { mlp, input: mirrors.sensed.clone(), output: mirrors.action.clone() };
        actor_numbers.extend(std::iter::repeat_n(settings.first_std.ln() as f32, actions));
        let critic_numbers = critic.begin(0.1, rng);
        let [actor_adam, critic_adam] = [Adam::new(actor_numbers.len()), Adam::new(critic_numbers.len())];
        Self { actor, actor_numbers, actor_adam, critic, critic_numbers, critic_adam, rate: settings.rate }
    }

    /// Learns from `samples`. `chance` are the numbers of this update's stream of chance.
    pub fn update(&mut self, samples: &Samples, mirrors: &Mirrors, settings: &Settings, chance: [u64; 2]) -> Progress {
        let count = samples.log_prob.len();
        let advantage = normal(&samples.advantage);
        let old_log_std = self.actor_numbers[self.actor.mlp.numbers()..].to_vec();
        let mut rng = Rng::of(&[chance[0], chance[1], u64::MAX]);
        let mut order: Vec<usize> = (0..count).collect();
        let mut progress = Progress::default();
        let part = count.div_ceil(settings.parts);
        for epoch in 0..settings.epochs {
            for i in (1..count).rev() {
                order.swap(i, rng.below(i + 1));
            }
            for (p, indices) in order.chunks(part).enumerate() {
                let number = (epoch * settings.parts + p) as u64;
                let this: &Self = self;
                let chunks: Vec<Chunk> = indices
                    .par_chunks(ROWS)
                    .enumerate()
                    .map(|(c, rows)| {
                        let chance = Rng::of(&[chance[0], chance[1], number, c as u64]);
                        this.chunk(samples, &advantage, &old_log_std, mirrors, settings, rows, indices.len(), chance)
                    })
                    .collect();
                let last = p + 1 == settings.parts;
                self.take(chunks, indices.len(), settings, last, &mut progress);
            }
        }
        let parts = (settings.epochs * settings.parts) as f64;
        progress.actor_loss /= parts;
        progress.critic_loss /= parts;
        progress.clipped /= parts;
        progress.divergence /= settings.epochs as f64;
        let log_std = &self.actor_numbers[self.actor.mlp.numbers()..];
        progress.std = log_std.iter().map(|s| f64::from(s.exp())).sum::<f64>() / log_std.len().max(1) as f64;
        progress
    }

    /// Sums the chunks in order and takes a step.
    fn take(&mut self, chunks: Vec<Chunk>, samples: usize, settings: &Settings, last: bool, progress: &mut Progress) {
        let (mut actor, mut critic) = (vec![0.0; self.actor_numbers.len()], vec![0.0; self.critic_numbers.len()]);
        let mut divergence = 0.0;
        for c in &chunks {
            actor.iter_mut().zip(&c.actor).for_each(|(a, b)| *a += b);
            critic.iter_mut().zip(&c.critic).for_each(|(a, b)| *a += b);
            progress.actor_loss += c.actor_loss / samples as f64;
            progress.critic_loss += c.critic_loss / samples as f64;
            progress.clipped += c.clipped / samples as f64;
            divergence += c.divergence / samples as f64;
        }
        if last {
            progress.divergence += divergence;
        }
        self.rate = next_rate(self.rate, divergence, settings.divergence);
        let at = self.actor.mlp.numbers();
        entropy_loss(&self.actor_numbers[at..], settings.entropy, &mut actor[at..]);
        clip_length(&mut actor, settings.most_gradient);
        clip_length(&mut critic, settings.most_gradient);
        self.actor_adam.step(&mut self.actor_numbers, &actor, self.rate);
        self.critic_adam.step(&mut self.critic_numbers, &critic, settings.critic_rate);
        self.actor_numbers[at..].iter_mut().for_each(|s| *s = s.clamp(LOG_STD[0], LOG_STD[1]));
    }

    /// Losses and gradients of the samples `rows`, of which a part has `of`.
    #[allow(clippy::too_many_arguments)] // all of it is read only, and one call
    fn chunk(
        &self,
        samples: &Samples,
        advantage: &[f32],
        old_log_std: &[f32],
        mirrors: &Mirrors,
        settings: &Settings,
        rows: &[usize],
        of: usize,
        mut rng: Rng,
    ) -> Chunk {
        let (o, k, a) = (self.actor.mlp.sizes()[0], self.critic.sizes()[0], old_log_std.len());
        let n = rows.len();
        let mut sensed = vec![0.0; n * o];
        let mut known = vec![0.0; n * k];
        let mut action = vec![0.0; n * a];
        let mut old_mean = vec![0.0; n * a];
        for (i, &s) in rows.iter().enumerate() {
            sensed[i * o..(i + 1) * o].copy_from_slice(&samples.sensed[s * o..(s + 1) * o]);
            action[i * a..(i + 1) * a].copy_from_slice(&samples.action[s * a..(s + 1) * a]);
            old_mean[i * a..(i + 1) * a].copy_from_slice(&samples.mean[s * a..(s + 1) * a]);
            // A state and its mirror image are worth the same; the critic learns from one of them.
            let (from, to) = (&samples.known[s * k..(s + 1) * k], &mut known[i * k..(i + 1) * k]);
            if rng.chance(0.5) { mirrors.known.apply(from, to) } else { to.copy_from_slice(from) }
        }
        let (mut actor_trace, mut critic_trace) = (Trace::default(), Trace::default());
        let mut means = vec![0.0; n * a];
        self.actor.forward(&self.actor_numbers, &sensed, n, &mut actor_trace, &mut means);
        self.critic.forward(&self.critic_numbers, &known, n, &mut critic_trace);
        let log_std = &self.actor_numbers[self.actor.mlp.numbers()..];
        let scale = 1.0 / of as f32;
        let mut out = Chunk {
            actor: vec![0.0; self.actor_numbers.len()],
            critic: vec![0.0; self.critic_numbers.len()],
            actor_loss: 0.0,
            critic_loss: 0.0,
            divergence: 0.0,
            clipped: 0.0,
        };
        let (weights, by_log_std) = out.actor.split_at_mut(self.actor.mlp.numbers());
        let mut by_mean = vec![0.0; n * a];
        let mut by_value = vec![0.0; n];
        for (i, &s) in rows.iter().enumerate() {
            let row = i * a..(i + 1) * a;
            let mean = &means[row.clone()];
            let sample = Sample {
                action: &action[row.clone()],
                old_mean: &old_mean[row.clone()],
                old_log_prob: samples.log_prob[s],
                advantage: advantage[s],
            };
            let (loss, clipped) = actor_loss(&sample, mean, log_std, settings.clip, scale, &mut by_mean[row], by_log_std);
            out.actor_loss += f64::from(loss);
            out.clipped += f64::from(u8::from(clipped));
            out.divergence += f64::from(sample_divergence(&sample, old_log_std, mean, log_std));
            let error = critic_trace.output()[i] - samples.worth[s];
            by_value[i] = 2.0 * error * scale;
            out.critic_loss += f64::from(error * error);
        }
        self.actor.backward(&self.actor_numbers[..weights.len()], &actor_trace, &by_mean, weights);
        self.critic.backward(&self.critic_numbers, &critic_trace, &by_value, &mut out.critic);
        out
    }
}

/// The same numbers with mean zero and variance one.
fn normal(values: &[f32]) -> Vec<f32> {
    let count = values.len().max(1) as f64;
    let mean = values.iter().map(|v| f64::from(*v)).sum::<f64>() / count;
    let variance = values.iter().map(|v| (f64::from(*v) - mean).powi(2)).sum::<f64>() / count;
    let scale = 1.0 / (variance.sqrt() + 1e-8);
    values.iter().map(|v| ((f64::from(*v) - mean) * scale) as f32).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn normalising_by_hand() {
        let n = normal(&[1.0, 3.0]);
        assert!((n[0] + 1.0).abs() < 1e-6 && (n[1] - 1.0).abs() < 1e-6);
    }
}
