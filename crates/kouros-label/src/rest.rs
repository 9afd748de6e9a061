//! When a point rests on something: slow and low at once, without flicker.
//!
//! Lives here: the test of one point's path. Does not: which points and which thresholds
//! (`contact.rs`, `contact_robot.rs`).

use crate::spans::{drop_short, fill_gaps, with_hysteresis};
use kouros_motion::Vec3;

/// Time over which a speed is measured [s]: the displacement between two moments this far apart.
const STRIDE_SECONDS: f64 = 1.0 / 30.0;
/// Positions are averaged over this time before [s], which does nothing below 120 Hz. Together
/// with [`STRIDE_SECONDS`] a zero-phase low-pass of the speed, -3 dB at 12 Hz.
const MEAN_SECONDS: f64 = 1.0 / 60.0;
/// The thresholds of one point.
pub(crate) struct Limits {
    /// Largest horizontal speed [m/s].
    pub speed: f64,
    /// Largest height in the world [m].
    pub height: f64,
    /// The height in the world that `height` is counted from [m].
    pub base: f64,
    /// Whether the height does not matter: then the point must be slow up and down as well.
    pub any_height: bool,
    /// A point that rests keeps resting until a threshold times this is passed [1].
    pub hysteresis: f64,
    /// Shorter rests are dropped [s].
    pub shortest: f64,
    /// Shorter gaps are closed, if the point stays low and comes back to where it was [s].
    pub longest_gap: f64,
}

/// Where a point rests: slow and low, with hysteresis, short gaps closed, short rests dropped.
pub(crate) fn rests(path: &[Vec3], rate_hz: f64, limits: &Limits) -> Vec<bool> {
    let speed = resting_speed(path, rate_hz);
    let more = limits.hysteresis.max(1.0);
    let high = limits.base + (limits.height - limits.base) * more;
    let climb: Vec<f64> = if limits.any_height { climbing_speed(path, rate_hz) } else { Vec::new() };
    let low = |t: usize, v: f64, h: f64| if limits.any_height { climb[t] <= v / 2.0 } else { path[t].z < h };
    let both = |v: f64, h: f64| (0..path.len()).map(|t| speed[t] <= v && low(t, v, h)).collect::<Vec<bool>>();
    let stay = both(limits.speed * more, high);
    let mut on = with_hysteresis(&both(limits.speed, limits.height), &stay);
    let ticks = |seconds: f64| (seconds * rate_hz + 1e-6).floor().max(0.0) as usize;
    fill_gaps(&mut on, ticks(limits.longest_gap), |gap| {
        let (before, after) = (&path[gap.start - 1], &path[gap.end]);
        let apart = (after.xy() - before.xy()).norm();
        gap.clone().all(|t| low(t, limits.speed * more, high)) && apart <= limits.speed * STRIDE_SECONDS * more
    });
    drop_short(&mut on, ticks(limits.shortest).max(1));
    on
}

/// Horizontal speed of a point at each tick: the lesser of its displacements over the
/// [`STRIDE_SECONDS`] before and after the tick [m/s]; only one of them at the clip's ends.
pub(crate) fn resting_speed(path: &[Vec3], rate_hz: f64) -> Vec<f64> {
    let smooth = moving_mean(path, (MEAN_SECONDS * rate_hz / 2.0 + 1e-6).floor() as usize);
    let Some(last) = smooth.len().checked_sub(1).filter(|l| *l > 0) else { return vec![0.0; path.len()] };
    let stride = STRIDE_SECONDS * rate_hz;
    let at = |x: f64| {
        let before = (x.floor() as usize).min(last);
        let after = (before + 1).min(last);
        smooth[before].xy() + (smooth[after].xy() - smooth[before].xy()) * (x - before as f64)
    };
    (0..=last)
        .map(|t| {
            let x = t as f64;
            let (from, to) = ((x - stride).max(0.0), (x + stride).min(last as f64));
            let speed = |a: f64, b: f64| if b > a { (at(b) - at(a)).norm() * rate_hz / (b - a) } else { f64::INFINITY };
            speed(from, x).min(speed(x, to))
        })
        .collect()
}

/// Takes from the beginning of each rest the ticks at which the point still moves on at more than
/// `speed` [m/s], seen over half a stride on both sides of the tick. [`rests`] takes the slower side,
/// so that one that comes to rest does so up to a stride early; at most that is taken, and nothing
/// where a tick is as long as a stride.
pub(crate) fn trim_onsets(on: &mut [bool], path: &[Vec3], rate_hz: f64, speed: f64) {
    let smooth = moving_mean(path, (MEAN_SECONDS * rate_hz / 2.0 + 1e-6).floor() as usize);
    let Some(last) = smooth.len().checked_sub(1) else { return };
    let stride = STRIDE_SECONDS * rate_hz;
    let most = ((stride + 1e-6).floor() as usize).saturating_sub(1);
    let at = |x: f64| {
        let x = x.clamp(0.0, last as f64);
        let before = x.floor() as usize;
        smooth[before].xy().lerp(&smooth[(before + 1).min(last)].xy(), x - before as f64)
    };
    let moves = |t: usize| (at(t as f64 + stride / 2.0) - at(t as f64 - stride / 2.0)).norm() / STRIDE_SECONDS > speed;
    for onset in (1..on.len()).filter(|&t| on[t] && !on[t - 1]).collect::<Vec<_>>() {
        // The last tick of a rest stays.
        let end = (onset..on.len() - 1).take_while(|&t| on[t + 1]).count().min(most);
        (onset..onset + end).take_while(|&t| moves(t)).for_each(|t| on[t] = false);
    }
}

/// The same of the vertical coordinate alone.
fn climbing_speed(path: &[Vec3], rate_hz: f64) -> Vec<f64> {
    let upright: Vec<Vec3> = path.iter().map(|p| Vec3::x() * p.z).collect();
    resting_speed(&upright, rate_hz)
}

/// Each point's mean with its `half` neighbours on both sides, fewer (on both sides alike) near
/// the ends.
fn moving_mean(path: &[Vec3], half: usize) -> Vec<Vec3> {
    (0..path.len())
        .map(|t| {
            let h = half.min(t).min(path.len() - 1 - t);
            path[t - h..=t + h].iter().sum::<Vec3>() / (2 * h + 1) as f64
        })
        .collect()
}
