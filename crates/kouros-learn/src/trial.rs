//! A policy on trial: many episodes of one kind, and what came of each.
//!
//! Lives here: running a policy without the noise of training, and measuring. Does not: which
//! kinds make a card, how it is shown (the `kouros` binary).

use crate::mlp::Trace;
use crate::policy::Policy;
use crate::rollout::GROUP;
use crate::{Error, Result};
use kouros_sim::{Command, Contract, Env, Rng, World, sensed};
use rayon::prelude::*;
use std::sync::Arc;

/// A sudden change of the base's velocity.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Kick {
    /// When [s].
    pub at_s: f64,
    /// By how much [m/s].
    pub speed: f64,
    /// Where to, from the robot's heading to the left [rad].
    pub direction: f64,
}

/// What is done in every episode of a trial.
#[derive(Debug, Clone, PartialEq)]
pub struct Script {
    /// The command; `None` draws them as the task says.
    pub command: Option<Command>,
    /// A kick.
    pub kick: Option<Kick>,
    /// Length of an episode [s].
    pub seconds: f64,
    /// How hard it is, from 0 to 1.
    pub level: f64,
}

/// What came of one episode.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Came {
    /// Time on its feet [s].
    pub seconds: f64,
    /// Whether it fell.
    pub fell: bool,
    /// Mean distance of the velocity, averaged over a second, from the command [m/s], over the
    /// time in which command and average are of one piece; none where there was no such time.
    pub velocity_error: Option<f64>,
    /// The same of the turning rate [rad/s].
    pub turn_error: Option<f64>,
    /// Mean distance of the velocity of each moment from the command [m/s], from a second after a
    /// command on.
    pub momentary_error: Option<f64>,
    /// Distance covered over the ground [m].
    pub distance: f64,
    /// Mechanical energy of all motors, both signs counted as spent [J].
    pub energy: f64,
}

/// Averages are taken over this [s].
const WINDOW_S: f64 = 1.0;

/// Runs `episodes` episodes. The threads are rayon's; the result is the same for every number.
///
/// # Errors
/// The policy is for another world.
pub fn trial(policy: &Policy, world: &Arc<World>, script: &Script, episodes: usize, seed: u64) -> Result<Vec<Came>> {
    policy.contract.must_fit(&Contract::of(world)).map_err(Error::Contract)?;
    let groups: Vec<usize> = (0..episodes).step_by(GROUP).collect();
    let run = |&first: &usize| run_group(policy, world, script, first..(first + GROUP).min(episodes), seed);
    Ok(groups.par_iter().flat_map_iter(run).collect())
}

struct Runner {
    env: Env,
    came: Came,
    done: bool,
    /// Velocities of the last second: ahead, sideways, turning.
    window: std::collections::VecDeque<[f64; 3]>,
    command: Command,
    since: usize,
    sums: [f64; 3],
    counts: [usize; 2],
}

fn run_group(policy: &Policy, world: &Arc<World>, script: &Script, which: std::ops::Range<usize>, seed: u64) -> Vec<Came> {
    let steps = (script.seconds / world.task.control_period_s()).round().max(1.0) as usize;
    let mut runners: Vec<Runner> = which.map(|i| begin(world, script, steps, seed, i)).collect();
    let (o, a) = (sensed(world), world.actions());
    let mut trace = Trace::default();
    for step in 0..steps {
        let mut rows = vec![0.0; runners.len() * o];
        for (runner, row) in runners.iter_mut().zip(rows.chunks_exact_mut(o)) {
            runner.env.sense(row);
        }
        let actions = policy.act(&rows, runners.len(), &mut trace);
        for (runner, action) in runners.iter_mut().zip(actions.chunks_exact(a)).filter(|(r, _)| !r.done) {
            runner.step(action, script, step);
        }
        if runners.iter().all(|r| r.done) {
            break;
        }
    }
    runners.into_iter().map(Runner::end).collect()
}

fn begin(world: &Arc<World>, script: &Script, steps: usize, seed: u64, number: usize) -> Runner {
    let mut env = Env::new(Arc::clone(world), Rng::of(&[seed, number as u64]));
    env.set_level(script.level);
    if script.command.is_some() {
        env.ask(script.command);
    }
    env.reset();
    env.limit(steps);
    let command = *env.goal();
    let (window, came) = (std::collections::VecDeque::new(), Came::default());
    Runner { env, came, done: false, window, command, since: 0, sums: [0.0; 3], counts: [0; 2] }
}

impl Runner {
    fn step(&mut self, action: &[f32], script: &Script, step: usize) {
        let period = self.env.world().task.control_period_s();
        if let Some(kick) = script.kick.filter(|k| (k.at_s / period).round() as usize == step) {
            let (sin, cos) = (self.env.moment().heading + kick.direction).sin_cos();
            self.env.push([kick.speed * cos, kick.speed * sin, 0.0]);
        }
        let command = *self.env.goal();
        if command != self.command {
            self.command = command;
            self.since = 0;
            self.window.clear();
        }
        let outcome = self.env.step(action);
        let m = self.env.moment();
        self.came.seconds += period;
        self.came.distance += m.velocity.x.hypot(m.velocity.y) * period;
        self.came.energy += m.torque.iter().zip(&m.joint_vel).map(|(t, v)| (t * v).abs()).sum::<f64>() * period;
        let wide = (WINDOW_S / period).round() as usize;
        self.since += 1;
        self.window.push_back([m.velocity.x, m.velocity.y, m.turn]);
        if self.window.len() > wide {
            self.window.pop_front();
        }
        let off = |v: [f64; 3]| ((v[0] - command.forward).hypot(v[1] - command.sideways), (v[2] - command.turn).abs());
        if self.since > wide {
            self.sums[2] += off([m.velocity.x, m.velocity.y, m.turn]).0;
            self.counts[1] += 1;
        }
        // A window that lies whole after the first second of its command.
        if self.since >= 2 * wide {
            let mean = std::array::from_fn(|i| self.window.iter().map(|v| v[i]).sum::<f64>() / self.window.len() as f64);
            let (velocity, turn) = off(mean);
            self.sums[0] += velocity;
            self.sums[1] += turn;
            self.counts[0] += 1;
        }
        if outcome.terminated || outcome.truncated {
            self.came.fell = outcome.terminated;
            self.done = true;
        }
    }

    fn end(mut self) -> Came {
        let mean = |sum: f64, count: usize| (count > 0).then(|| sum / count as f64);
        self.came.velocity_error = mean(self.sums[0], self.counts[0]);
        self.came.turn_error = mean(self.sums[1], self.counts[0]);
        self.came.momentary_error = mean(self.sums[2], self.counts[1]);
        self.came
    }
}

/// A share with its 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Share {
    /// The share.
    pub share: f64,
    /// The lower end of the interval.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

/// Normal quantile of 97.5 %.
const Z: f64 = 1.959_964;

/// The share of `hits` among `count`, with Wilson's interval (1927). None of none is anything.
pub fn share(hits: usize, count: usize) -> Share {
    if count == 0 {
        return Share { share: 0.0, low: 0.0, high: 1.0 };
    }
    let (n, p) = (count as f64, hits as f64 / count as f64);
    let middle = (p + Z * Z / (2.0 * n)) / (1.0 + Z * Z / n);
    let half = Z / (1.0 + Z * Z / n) * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt();
    Share { share: p, low: (middle - half).max(0.0), high: (middle + half).min(1.0) }
}

/// The mean of numbers and half the width of its 95 % interval; `None` of no numbers.
pub fn mean(values: impl Iterator<Item = f64>) -> Option<(f64, f64)> {
    let values: Vec<f64> = values.collect();
    let n = values.len() as f64;
    if values.is_empty() {
        return None;
    }
    let mean = values.iter().sum::<f64>() / n;
    let variance = values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / (n - 1.0).max(1.0);
    Some((mean, Z * (variance / n).sqrt()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_by_hand() {
        // Wilson, 8 of 10: (0.8 + 0.19207) / 1.38415 = 0.71674; half 1.41602 * sqrt(0.016 + 0.0096)...
        let s = share(8, 10);
        assert!((s.low - 0.4902).abs() < 1e-3 && (s.high - 0.9433).abs() < 1e-3, "{s:?}");
        let none = share(0, 1000);
        assert!(none.low < 1e-12 && (none.high - 0.003_827).abs() < 1e-5, "{none:?}");
        assert_eq!(share(0, 0).high, 1.0);
        let (m, half) = mean([1.0, 2.0, 3.0].into_iter()).expect("three");
        assert!((m - 2.0).abs() < 1e-12 && (half - 1.959_964 / 3f64.sqrt()).abs() < 1e-6);
        assert!(mean(std::iter::empty()).is_none());
    }
}
