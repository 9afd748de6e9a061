//! Who follows whom, by how many frames, and whether that changes over the episode.
//!
//! Differences of two streams are laid over each other at every delay, second by second; the delay
//! at which they go together best, to a fraction of a frame by a parabola through three costs, is
//! where one follows the other. Joints whose differences do not go together at all count once and
//! no more, so that a few exchanged joints do not move the delay.

use crate::robust::{median, median_slope};
use crate::{Code, Finding, View};
use std::ops::RangeInclusive;

/// Delays that are tried [s].
const BEFORE: f64 = 0.2;
const BEHIND: f64 = 0.3;
/// Length of a window, and half of it from one to the next [s].
const WINDOW: f64 = 1.0;
/// Slower joints say nothing [rad a frame].
const STILL: f64 = 2e-4;
/// A delay is known where at least this share of the differences' energy goes together [1] ...
const EXPLAINED: f64 = 0.5;
/// ... and two frames beside it the cost is this much higher [1].
const SHARP: f64 = 2.0;
/// Clocks that differ by more drift [1].
const DRIFT: f64 = 3e-3;
/// Half a frame late is late [frames].
const LATE: f64 = -0.5;

/// How far behind the first stream the second is, window by window.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Track {
    /// Middle of a window [frames], delay there [frames].
    pub windows: Vec<(f64, f64)>,
}

impl Track {
    /// The usual delay [frames].
    pub fn delay(&self) -> Option<f64> {
        median(self.windows.iter().map(|w| w.1).collect())
    }
}

/// Differences from frame to frame of joints (T-1 x N).
pub(crate) struct Steps {
    pub n: usize,
    pub values: Vec<f64>,
}

impl Steps {
    /// Of positions.
    pub fn of(positions: &[f64], n: usize) -> Self {
        let values = positions.iter().zip(positions.get(n..).unwrap_or_default()).map(|(a, b)| b - a).collect();
        Self { n, values }
    }

    /// Of velocities, as the positions they lead to.
    pub fn of_velocities(velocities: &[f64], n: usize, rate_hz: f64) -> Self {
        let values =
            velocities.iter().zip(velocities.get(n..).unwrap_or_default()).map(|(a, b)| (a + b) / (2.0 * rate_hz)).collect();
        Self { n, values }
    }

    pub fn ticks(&self) -> usize {
        self.values.len() / self.n.max(1)
    }

    pub fn at(&self, t: usize, j: usize) -> f64 {
        self.values[t * self.n + j]
    }
}

/// How far `second` is behind `first` in each window: `second[t + delay]` is `first[t]`.
pub(crate) fn track(first: &Steps, second: &Steps, joints: &[usize], rate_hz: f64) -> Track {
    let ticks = first.ticks().min(second.ticks());
    let window = ((WINDOW * rate_hz) as usize).max(8).min(ticks);
    let (before, behind) = ((BEFORE * rate_hz).ceil() as i64, (BEHIND * rate_hz).ceil() as i64);
    let mut out = Track::default();
    let mut near = 0i64;
    let mut start = 0;
    while window >= 8 && start + window <= ticks {
        let moving: Vec<usize> = joints
            .iter()
            .copied()
            .filter(|&j| (start..start + window).map(|t| first.at(t, j).powi(2)).sum::<f64>() > STILL * STILL * window as f64)
            .collect();
        if moving.len() >= 3 {
            let cost = |delay: i64| cost(first, second, &moving, start..=start + window - 1, delay);
            // Where the delay is as before it is found near by; else it is sought everywhere.
            let same = if out.windows.is_empty() { None } else { best(near - 3..=near + 3, &cost) };
            if let Some(delay) = same.or_else(|| best(near - before..=near + behind, &cost)) {
                out.windows.push(((start + window / 2) as f64, delay));
                near = delay.round() as i64;
            }
        }
        start += (window / 2).max(1);
    }
    out
}

/// Mean over the joints of the share of their differences that the delay does not explain; `None`
/// where fewer than half of the window is left.
fn cost(first: &Steps, second: &Steps, joints: &[usize], window: RangeInclusive<usize>, delay: i64) -> Option<f64> {
    let ticks = second.ticks() as i64;
    let length = (window.end() - window.start() + 1) as i64;
    let from = (*window.start() as i64).max(-delay);
    let to = (*window.end() as i64 + 1).min(ticks - delay);
    if 2 * (to - from) < length {
        return None;
    }
    let mut left = vec![0.0; joints.len()];
    let mut all = vec![0.0; joints.len()];
    for t in from..to {
        let (a, b) = (t as usize * first.n, (t + delay) as usize * second.n);
        for (i, &j) in joints.iter().enumerate() {
            let (x, y) = (first.values[a + j], second.values[b + j]);
            left[i] += (x - y) * (x - y);
            all[i] += x * x;
        }
    }
    let shares = left.iter().zip(&all).map(|(l, a)| if *a > 0.0 { (l / a).min(1.0) } else { 1.0 });
    Some(shares.sum::<f64>() / joints.len() as f64)
}

/// The delay of the least cost, if it is clear.
fn best(delays: RangeInclusive<i64>, cost: &dyn Fn(i64) -> Option<f64>) -> Option<f64> {
    let costs: Vec<(i64, f64)> = delays.filter_map(|d| Some((d, cost(d)?))).collect();
    let at = (0..costs.len()).min_by(|&a, &b| costs[a].1.total_cmp(&costs[b].1))?;
    let (delay, least) = costs[at];
    let beside = |by: i64| costs.iter().find(|c| c.0 == delay + by).map(|c| c.1);
    let (left, right) = (beside(-1)?, beside(1)?);
    let (far_left, far_right) = (beside(-2).unwrap_or(left), beside(2).unwrap_or(right));
    if least > EXPLAINED || far_left.min(far_right) < SHARP * least {
        return None;
    }
    let bend = left - 2.0 * least + right;
    Some(delay as f64 + if bend > 0.0 { (0.5 * (left - right) / bend).clamp(-0.5, 0.5) } else { 0.0 })
}

/// Whether the delay changes as that of two clocks does.
pub(crate) fn drift(track: &Track, view: &View<'_>, names: (&str, &str)) -> Option<Finding> {
    let w = &track.windows;
    if w.len() < 4 {
        return None;
    }
    let slope = median_slope(w)?;
    let total = slope * (w[w.len() - 1].0 - w[0].0);
    let offset = median(w.iter().map(|(x, y)| y - slope * x).collect())?;
    let around = median(w.iter().map(|(x, y)| (y - slope * x - offset).abs()).collect())?;
    if slope.abs() < DRIFT || total.abs() < 1.0 || around > 0.2 * total.abs() {
        return None;
    }
    let says = format!(
        "'{}' runs {:.2} % {} than '{}': {:.1} frames over the episode",
        names.1,
        100.0 * slope.abs(),
        if slope > 0.0 { "slower" } else { "faster" },
        names.0,
        total.abs()
    );
    Some(Finding::new(Code::ClockDrift, names.1, says).at(0..view.ticks).measured(100.0 * slope, 100.0 * DRIFT, "%"))
}

/// Whether the state is there before the action that is to lead to it.
pub(crate) fn late(delay: f64, view: &View<'_>) -> Option<Finding> {
    let action = view.action.as_ref()?;
    let ms = 1000.0 * delay / view.rate_hz;
    if delay >= LATE {
        return None;
    }
    let says = format!("'{}' comes {:.1} frames ({:.0} ms) after the state that it should lead to", action.name, -delay, -ms);
    Some(Finding::new(Code::Lag, &action.name, says).at(0..view.ticks).measured(delay, LATE, "frames"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wave(ticks: usize, by: impl Fn(f64) -> f64) -> Steps {
        let n = 4;
        let at = |t: f64, j: usize| (0.07 * t * (1.0 + 0.3 * j as f64) + j as f64).sin();
        let positions: Vec<f64> =
            (0..ticks).flat_map(|t| (0..n).map(move |j| (t, j))).map(|(t, j)| at(by(t as f64), j)).collect();
        Steps::of(&positions, n)
    }

    #[test]
    fn delays_by_hand() {
        let first = wave(300, |t| t);
        for delay in [-3.0, 0.0, 2.0, 2.5, 7.0] {
            let found = track(&first, &wave(300, |t| t - delay), &[0, 1, 2, 3], 50.0);
            let d = found.delay().expect("a delay");
            // A parabola through a cost that is nearly one.
            assert!((d - delay).abs() < 0.1, "{d} for {delay}");
        }
    }

    #[test]
    fn a_slower_clock_falls_behind() {
        let found = track(&wave(600, |t| t), &wave(600, |t| t * 0.99), &[0, 1, 2, 3], 50.0);
        let slope = median_slope(&found.windows).expect("windows");
        assert!((slope - 0.01).abs() < 0.001, "{slope}");
    }
}
