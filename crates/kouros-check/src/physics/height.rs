//! Heights: a base that floats or is sunk, and parts in the floor.

use crate::body::Body;
use crate::robust::{frames_in, median, runs};
use crate::view::Root;
use crate::{Code, Finding, View};
use kouros_motion::{LEFT, RIGHT};
use kouros_robot::Robot;
use std::ops::Range;

/// Resting soles this far from the floor are wrong [m]: solved ones rest within 2 mm, measured ones
/// within a centimetre.
const OFF: f64 = 0.015;
/// A foot rests where its parts move less than this [m/s].
const REST: f64 = 0.1;
/// Something is at the floor where it is nearer than this [m].
const NEAR: f64 = 0.03;
/// A robot that is at the floor in less than this share of its frames never is [1].
const NEVER: f64 = 0.02;
/// The base's height cannot bend by more between three frames [m/s²]: six times gravity.
const BENT: f64 = 60.0;
/// ... nor, at low rates, by less than this [m].
const LEAST_BENT: f64 = 0.015;
/// Parts deeper than this are in the floor [m].
const DEEP: f64 = 0.012;
/// ... for so long [s].
const DEEP_FOR: f64 = 0.08;

/// Whether part `p` is at rest between frames `t` and `t + 1`.
fn rests(body: &Body, t: usize, p: usize, rate_hz: f64) -> bool {
    (body.parts[t + 1][p] - body.parts[t][p]).norm() * rate_hz < REST
}

/// The usual height of what the robot rests on: the median over frames in which a foot rests of its
/// lowest point, the lower foot's where both do [m]; `None` where no foot ever rests.
pub(crate) fn resting_height(body: &Body, rate_hz: f64) -> Option<f64> {
    let ticks = body.parts.len().saturating_sub(1);
    let at = |t: usize| {
        let side = |s: usize| (rests(body, t, 2 * s, rate_hz) || rests(body, t, 2 * s + 1, rate_hz)).then_some(body.sole[t][s]);
        match (side(LEFT), side(RIGHT)) {
            (Some(l), Some(r)) => Some(l.min(r)),
            (one, other) => one.or(other),
        }
    };
    let heights: Vec<f64> = (0..ticks).filter_map(at).collect();
    (heights.len() * 20 >= ticks).then(|| median(heights)).flatten()
}

/// A base that is too high or too low, over the episode or for a while. In the frames `skip` a
/// stream stands still, and its jolts are that.
pub(crate) fn height(view: &View<'_>, body: &Body, root: &Root, resting: Option<f64>, skip: &[Range<usize>]) -> Option<Finding> {
    let ticks = body.parts.len();
    let finding = |says: String, measured: f64| Finding::new(Code::BaseHeight, &root.name, says).measured(measured, OFF, "m");
    let word = |h: f64| if h > 0.0 { "floats" } else { "is sunk" };
    let near = (0..ticks).filter(|&t| body.lowest(t).abs() < OFF).count() as f64 / ticks.max(1) as f64;
    let lowest = median((0..ticks).map(|t| body.lowest(t)).collect())?;
    // A clip that climbs is at the floor at times; one that is never there has a wrong base.
    if near < NEVER && lowest.abs() > OFF {
        let says = format!("the robot {} {:.1} cm over the floor's height and is never at it", word(lowest), 100.0 * lowest);
        return Some(finding(says, lowest).at(0..ticks));
    }
    if let Some(h) = resting.filter(|h| h.abs() > OFF && h.abs() < 0.1 && near < 0.5) {
        let says = format!("the robot {}: its resting soles are {:.1} cm over the floor", word(h), 100.0 * h);
        return Some(finding(says, h).at(0..ticks));
    }
    // A lift for a while begins or ends with a jolt that no force makes.
    let z = |t: usize| root.position[t].z;
    let most = (BENT / (view.rate_hz * view.rate_hz)).max(LEAST_BENT);
    let jolt = |t: usize| t > 0 && t + 1 < ticks && (z(t + 1) - 2.0 * z(t) + z(t - 1)).abs() > most;
    let jolts: Vec<usize> = (0..ticks).filter(|&t| jolt(t) && !skip.iter().any(|r| r.contains(&t))).collect();
    // What is pushed into the floor for a while is found as that.
    let off = |t: usize| (OFF..0.2).contains(&body.lowest(t));
    let near_jolt = |t: usize| jolts.iter().any(|j| j.abs_diff(t) <= 2);
    let lifted = runs(ticks, frames_in(0.1, view.rate_hz), off).into_iter().find(|r| near_jolt(r.start) || near_jolt(r.end));
    if let Some(lifted) = lifted {
        let h = median(lifted.clone().map(|t| body.lowest(t)).collect())?;
        let seconds = lifted.len() as f64 / view.rate_hz;
        let says = format!("the robot floats {:.1} cm over the floor for {seconds:.2} s, from one frame to the next", 100.0 * h);
        return Some(finding(says, h).at(lifted));
    }
    let high = |t: usize| body.lowest(t) > -OFF;
    let &t = jolts.iter().find(|&&t| high(t) && high(t + 1) && high(t - 1))?;
    let by = (z(t + 1) - 2.0 * z(t) + z(t - 1)) * view.rate_hz * view.rate_hz;
    let says = format!("the base is jolted up or down at {:.0} times gravity", by.abs() / 9.81);
    Some(Finding::new(Code::BaseHeight, &root.name, says).measured(by.abs(), BENT, "m/s²").at(t - 1..t + 2))
}

/// Whether a finding of height is about the whole episode.
pub(crate) fn is_whole(finding: &Finding, ticks: usize) -> bool {
    finding.frames.as_ref().is_some_and(|r| r.len() == ticks)
}

/// Parts of the body in the floor: below where the clip's soles rest.
pub(crate) fn penetration(view: &View<'_>, body: &Body, robot: &Robot, floor: f64) -> Vec<Finding> {
    let depth = |t: usize| floor - body.lowest(t);
    let mut out = Vec::new();
    for run in runs(body.parts.len(), frames_in(DEEP_FOR, view.rate_hz), |t| depth(t) > DEEP) {
        let Some(worst) = run.clone().max_by(|&a, &b| depth(a).total_cmp(&depth(b))) else { continue };
        let part = if body.other[worst].0 <= body.lowest(worst) {
            body.other[worst].1
        } else {
            let side = if body.sole[worst][LEFT] <= body.sole[worst][RIGHT] { LEFT } else { RIGHT };
            robot.profile.soles[side].body
        };
        let name = &robot.bodies[part].name;
        let says = format!("{name} is {:.1} cm in the floor", 100.0 * depth(worst));
        out.push(Finding::new(Code::Penetration, name, says).at(run).measured(depth(worst), DEEP, "m"));
    }
    out
}

/// Frames in which nothing is near the floor, at least so many together.
pub(crate) fn airborne(body: &Body, floor: f64, shortest: usize) -> Vec<Range<usize>> {
    runs(body.parts.len(), shortest, |t| body.lowest(t) - floor > NEAR)
}
