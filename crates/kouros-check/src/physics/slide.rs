//! Feet that slide while they carry the robot.

use crate::body::Body;
use crate::robust::{frames_in, runs};
use crate::{Code, Finding, View};
use kouros_motion::{LEFT, RIGHT};
use kouros_robot::Robot;

/// The way is measured over this time [s].
const OVER: f64 = 0.2;
/// A longer way is a slide [m]: 3.5 cm/s.
const WAY: f64 = 0.007;
/// A foot that has just landed or is about to lift rolls; it stands from here on [s].
const SETTLED: f64 = 0.04;
/// The way is too long for so long [s].
const FOR: f64 = 0.08;
/// Heel and toe go the same way within this share of it; else the foot turns, as it may [1].
const TOGETHER: f64 = 0.5;
/// A part that is higher does not carry [m].
const HIGH: f64 = 0.02;

/// Frames in which every foot that carries slides. A foot that slides while the other stands may
/// do so on purpose: that is a risk.
pub(crate) fn check(view: &View<'_>, body: &Body, robot: &Robot, down: &[[bool; 4]], floor: f64) -> Vec<Finding> {
    let ticks = body.parts.len();
    let (window, margin) = (frames_in(OVER, view.rate_hz), frames_in(SETTLED, view.rate_hz));
    let on = |t: usize, p: usize| down[t][p] && body.parts[t][p].z - floor < HIGH;
    // How long each part has been down, and will be.
    let mut since = vec![[0usize; 4]; ticks];
    for t in 0..ticks {
        for p in 0..4 {
            since[t][p] = if on(t, p) { 1 + if t > 0 { since[t - 1][p] } else { margin } } else { 0 };
        }
    }
    let mut until = vec![[0usize; 4]; ticks];
    for t in (0..ticks).rev() {
        for p in 0..4 {
            until[t][p] = if on(t, p) { 1 + if t + 1 < ticks { until[t + 1][p] } else { margin } } else { 0 };
        }
    }
    // Way of the foot over the window that ends at t, and whether the other one holds.
    let way = |t: usize, side: usize| -> Option<f64> {
        let s = t.checked_sub(window)?;
        let settled = |p: usize| since[t][p] > window + margin && until[t][p] > margin;
        if !(settled(2 * side) && settled(2 * side + 1)) {
            return None;
        }
        let [heel, toe] = [2 * side, 2 * side + 1].map(|p| (body.parts[t][p] - body.parts[s][p]).xy());
        let least = heel.norm().min(toe.norm());
        ((heel - toe).norm() < TOGETHER * least).then_some(least)
    };
    let holds = |t: usize, side: usize| {
        t >= window
            && [2 * side, 2 * side + 1]
                .into_iter()
                .any(|p| since[t][p] > window && (body.parts[t][p] - body.parts[t - window][p]).xy().norm() < WAY / 2.0)
    };
    let mut out = Vec::new();
    for side in [LEFT, RIGHT] {
        let slides = |t: usize| way(t, side).is_some_and(|w| w > WAY);
        for run in runs(ticks, frames_in(FOR, view.rate_hz), slides) {
            let Some(worst) = run.clone().max_by(|&a, &b| way(a, side).unwrap_or(0.0).total_cmp(&way(b, side).unwrap_or(0.0)))
            else {
                continue;
            };
            let other = run.clone().filter(|&t| holds(t, 1 - side)).count();
            let name = &robot.bodies[robot.profile.soles[side].body].name;
            let speed = way(worst, side).unwrap_or(0.0) * view.rate_hz / window as f64;
            let says = format!(
                "{name} slides at {:.1} cm/s while it is in contact{}",
                100.0 * speed,
                if 2 * other > run.len() { " and the other foot stands" } else { "" }
            );
            let finding = Finding::new(Code::FootSlide, name, says).at(run.start.saturating_sub(window)..run.end).measured(
                speed,
                WAY / OVER,
                "m/s",
            );
            out.push(if 2 * other > run.len() { finding.risk() } else { finding });
        }
    }
    out
}
