//! Proximal policy optimisation (Schulman et al. 2017): the loss of a chunk of samples and its
//! derivative.
//!
//! Lives here: settings, the clipped loss. Does not: where samples come from (`rollout.rs`), the
//! order of updates (`update.rs`).

use crate::gaussian::{divergence, entropy, log_prob};
use crate::{Error, Result};
use serde::{Deserialize, Serialize};

/// Settings of the learner.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Environments run side by side.
    pub environments: usize,
    /// Steps of each environment in one iteration.
    pub steps: usize,
    /// Hidden layers of the policy.
    pub actor: Vec<usize>,
    /// Hidden layers of the critic.
    pub critic: Vec<usize>,
    /// What a reward one step later is worth.
    pub gamma: f32,
    /// How far advantages look (generalised advantage estimation).
    pub lambda: f32,
    /// How far a probability ratio may go from one.
    pub clip: f32,
    /// What a unit of entropy is worth.
    pub entropy: f32,
    /// Passes over an iteration's samples.
    pub epochs: usize,
    /// Parts a pass is cut into; a step is taken after each.
    pub parts: usize,
    /// First step size of the policy's Adam.
    pub rate: f64,
    /// Step size of the critic's.
    pub critic_rate: f64,
    /// Divergence from the old policy that the step size is steered to.
    pub divergence: f64,
    /// Longest gradient.
    pub most_gradient: f64,
    /// First standard deviation of the actions.
    pub first_std: f64,
    /// Iterations between checkpoints. All environments begin anew at each.
    pub checkpoint_every: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            environments: 256,
            steps: 64,
            actor: vec![128, 128],
            critic: vec![128, 128],
            gamma: 0.99,
            lambda: 0.95,
            clip: 0.2,
            entropy: 0.001,
            epochs: 4,
            parts: 8,
            rate: 3e-4,
            critic_rate: 1e-3,
            divergence: 0.01,
            most_gradient: 1.0,
            first_std: 0.35,
            checkpoint_every: 50,
        }
    }
}

impl Settings {
    /// Whether the settings make sense.
    ///
    /// # Errors
    /// One does not; it is named.
    pub fn check(&self) -> Result<()> {
        let number = |what: &'static str, found: f64, fits: bool, expected: &'static str| {
            if fits { Ok(()) } else { Err(Error::Setting { what, found: found.to_string(), expected }) }
        };
        let count =
            |what, n: usize, most: usize| number(what, n as f64, n >= 1 && n <= most, "at least 1, and not beyond reason");
        count("environments", self.environments, 65_536)?;
        count("steps", self.steps, 4096)?;
        count("epochs", self.epochs, 100)?;
        count("parts", self.parts, self.environments.saturating_mul(self.steps))?;
        for n in self.actor.iter().chain(&self.critic) {
            count("a hidden layer", *n, 4096)?;
        }
        number("checkpoint_every", self.checkpoint_every as f64, self.checkpoint_every >= 1, "at least 1")?;
        let share = |what, v: f32| number(what, f64::from(v), (0.0..=1.0).contains(&v), "0 to 1");
        share("gamma", self.gamma)?;
        share("lambda", self.lambda)?;
        let positive = |what, v: f64| number(what, v, v.is_finite() && v > 0.0, "a positive number");
        positive("clip", f64::from(self.clip))?;
        positive("rate", self.rate)?;
        positive("critic_rate", self.critic_rate)?;
        positive("divergence", self.divergence)?;
        positive("most_gradient", self.most_gradient)?;
        positive("first_std", self.first_std)
    }
}

/// What was sampled, of one step: the actor's side.
#[derive(Debug, Clone, Copy)]
pub struct Sample<'a> {
    /// The action taken (A).
    pub action: &'a [f32],
    /// The mean it was drawn around (A).
    pub old_mean: &'a [f32],
    /// The logarithm of its density then.
    pub old_log_prob: f32,
    /// Its advantage, normalised.
    pub advantage: f32,
}

/// The actor's loss of one sample: `-min(r A, clip(r, 1 - c, 1 + c) A)`, r the ratio of the new
/// density to the old. Adds its derivatives, times `scale`, by the means and by the logarithms of
/// the standard deviations. Returns the loss and whether it was clipped.
pub fn actor_loss(
    sample: &Sample<'_>,
    mean: &[f32],
    log_std: &[f32],
    clip: f32,
    scale: f32,
    by_mean: &mut [f32],
    by_log_std: &mut [f32],
) -> (f32, bool) {
    let ratio = (log_prob(sample.action, mean, log_std) - sample.old_log_prob).clamp(-20.0, 20.0).exp();
    let (free, cut) = (ratio * sample.advantage, ratio.clamp(1.0 - clip, 1.0 + clip) * sample.advantage);
    if cut < free {
        // The smaller one does not change with the policy.
        by_mean.fill(0.0);
        return (-cut, true);
    }
    // d(-r A) = -r A d(log prob).
    let factor = -free * scale;
    for i in 0..mean.len() {
        let inverse = (-log_std[i]).exp();
        let z = (sample.action[i] - mean[i]) * inverse;
        by_mean[i] = factor * z * inverse;
        by_log_std[i] += factor * (z * z - 1.0);
    }
    (-free, false)
}

/// Adds the derivative of `-weight * entropy` by the logarithms of the standard deviations.
pub fn entropy_loss(log_std: &[f32], weight: f32, by_log_std: &mut [f32]) -> f32 {
    by_log_std.iter_mut().for_each(|g| *g -= weight);
    -weight * entropy(log_std)
}

/// The next step size: smaller when the policy went too far, larger when it hardly moved (the
/// rule of rsl_rl: Rudin et al. 2021).
pub fn next_rate(rate: f64, divergence: f64, wanted: f64) -> f64 {
    const FACTOR: f64 = 1.5;
    let next = if divergence > 2.0 * wanted {
        rate / FACTOR
    } else if divergence < wanted / 2.0 && divergence >= 0.0 {
        rate * FACTOR
    } else {
        rate
    };
    next.clamp(1e-5, 5e-3)
}

/// The divergence of a sample's old distribution from the new one.
pub fn sample_divergence(sample: &Sample<'_>, old_log_std: &[f32], mean: &[f32], log_std: &[f32]) -> f32 {
    divergence(sample.old_mean, old_log_std, mean, log_std)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CLIP: f32 = 0.2;

    /// One action whose new density is `ratio` times the old.
    fn loss(ratio: f32, advantage: f32) -> (f32, bool, f32, f32) {
        let (mean, log_std) = ([0.5f32], [0.0f32]);
        let action = [1.5f32]; // z = 1
        let old = log_prob(&action, &mean, &log_std) - ratio.ln();
        let sample = Sample { action: &action, old_mean: &mean, old_log_prob: old, advantage };
        let (mut by_mean, mut by_std) = ([0.0], [0.0]);
        let (value, clipped) = actor_loss(&sample, &mean, &log_std, CLIP, 1.0, &mut by_mean, &mut by_std);
        (value, clipped, by_mean[0], by_std[0])
    }

    #[test]
    fn clipping_by_hand() {
        let near = |a: f32, b: f32| assert!((a - b).abs() < 1e-5, "{a} {b}");
        // Good and already likelier by more than the clip: nothing to gain.
        let (value, clipped, by_mean, _) = loss(1.5, 2.0);
        near(value, -2.4);
        assert!(clipped);
        near(by_mean, 0.0);
        // Good and less likely: the free term is the smaller one. d = -r A z / std.
        let (value, clipped, by_mean, by_std) = loss(0.5, 2.0);
        near(value, -1.0);
        assert!(!clipped);
        near(by_mean, -1.0);
        near(by_std, 0.0); // z² = 1
        // Bad and less likely already: nothing to gain.
        let (value, clipped, ..) = loss(0.5, -2.0);
        near(value, 1.6);
        assert!(clipped);
        // Bad and likelier: pushed back with full weight.
        let (value, clipped, by_mean, _) = loss(1.5, -2.0);
        near(value, 3.0);
        assert!(!clipped);
        near(by_mean, 3.0);
    }

    #[test]
    fn derivatives_are_differences() {
        let (action, old_mean) = ([0.3f32, -0.8], [0.1f32, -0.2]);
        let (mean, log_std) = ([0.15f32, -0.3], [-0.4f32, 0.2]);
        let old = log_prob(&action, &old_mean, &[-0.4, 0.2]);
        let value = |mean: &[f32], log_std: &[f32]| {
            let sample = Sample { action: &action, old_mean: &old_mean, old_log_prob: old, advantage: 1.3 };
            let (mut a, mut b) = ([0.0; 2], [0.0; 2]);
            let (v, _) = actor_loss(&sample, mean, log_std, 10.0, 1.0, &mut a, &mut b);
            let e = entropy_loss(log_std, 0.7, &mut b);
            (f64::from(v + e), a, b)
        };
        let (_, by_mean, by_std) = value(&mean, &log_std);
        const STEP: f32 = 1e-2;
        for i in 0..2 {
            let moved = |by: f32, of_std: bool| {
                let (mut m, mut s) = (mean, log_std);
                if of_std {
                    s[i] += by
                } else {
                    m[i] += by
                }
                value(&m, &s).0
            };
            for (of_std, ours) in [(false, by_mean[i]), (true, by_std[i])] {
                let slope = (moved(STEP, of_std) - moved(-STEP, of_std)) / (2.0 * f64::from(STEP));
                assert!((slope - f64::from(ours)).abs() < 1e-3, "{i} {of_std}: {slope} {ours}");
            }
        }
    }

    #[test]
    fn the_step_size_by_hand() {
        assert!((next_rate(1e-3, 0.03, 0.01) - 1e-3 / 1.5).abs() < 1e-12);
        assert!((next_rate(1e-3, 0.004, 0.01) - 1.5e-3).abs() < 1e-12);
        assert_eq!(next_rate(1e-3, 0.01, 0.01), 1e-3);
        assert_eq!(next_rate(1e-5, 1.0, 0.01), 1e-5);
    }

    #[test]
    fn settings_are_checked() {
        Settings::default().check().expect("ours");
        let e = Settings { steps: 0, ..Settings::default() }.check().expect_err("none").to_string();
        assert!(e.contains("steps is 0"), "{e}");
        let e = Settings { gamma: f32::NAN, ..Settings::default() }.check().expect_err("none").to_string();
        assert!(e.contains("gamma"), "{e}");
    }
}
