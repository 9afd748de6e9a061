//! Joints in another's place, as one stream sees it in another.

use crate::robust::quantile;
use crate::streams::lag::Steps;
use crate::view::Joints;
use crate::{Code, Finding};
use kouros_motion::{LEFT, RIGHT};
use kouros_robot::Robot;

/// A joint whose own partner leaves this much of its differences is no partner [1].
const ALIEN: f64 = 0.5;
/// Another that leaves less than this, and a quarter of what its own leaves, is [1].
const KIN: f64 = 0.25;
/// Slower joints say nothing [rad a frame].
const STILL: f64 = 2e-4;
/// Positions that stand this far from their command ...
const OFF: f64 = 0.05;
/// ... and this near to another's [rad].
const ON: f64 = 0.01;

/// Which joint of the other stream each joint goes with, where that is not its own; the flag says
/// that it goes with the other's negative.
pub(crate) type Exchanges = Vec<(usize, usize, bool)>;

/// By differences: `second` is `delay` frames behind `first`.
pub(crate) fn by_steps(first: &Steps, second: &Steps, present: &[bool], delay: i64) -> Exchanges {
    let ticks = first.ticks().min(second.ticks()) as i64;
    let (from, to) = (0.max(-delay), ticks.min(ticks - delay));
    if to - from < 16 {
        return Vec::new();
    }
    // The upper quartile, not the sum: a jump in a few frames says nothing about the order.
    let size = |of: &dyn Fn(i64) -> f64| quantile((from..to).map(|t| of(t).abs()).collect(), 0.75).unwrap_or(0.0).powi(2);
    let all = |j: usize| size(&|t| first.at(t as usize, j));
    let left = |j: usize, k: usize, sign: f64| -> f64 {
        size(&|t| first.at(t as usize, j) - sign * second.at((t + delay) as usize, k)) / all(j)
    };
    let moves = |j: usize| all(j) > STILL * STILL;
    let mut out = Vec::new();
    for j in (0..first.n).filter(|&j| present[j] && moves(j)) {
        let own = left(j, j, 1.0);
        if own < ALIEN {
            continue;
        }
        let others = (0..first.n).filter(|&k| k != j && present[k]).flat_map(|k| [(k, false), (k, true)]);
        let best =
            others.map(|(k, minus)| (left(j, k, if minus { -1.0 } else { 1.0 }), k, minus)).min_by(|a, b| a.0.total_cmp(&b.0));
        if let Some((cost, k, minus)) = best
            && cost < KIN
            && cost < KIN * own
        {
            out.push((j, k, minus));
        }
    }
    // An exchange is one: whose place is taken has taken another's.
    let taken: Vec<usize> = out.iter().map(|o: &(usize, usize, bool)| o.1).collect();
    let takers: Vec<usize> = out.iter().map(|o| o.0).collect();
    out.retain(|(j, k, _)| taken.contains(j) && takers.contains(k));
    out
}

/// By positions: pairs that stand where the other's command says and far from their own.
pub(crate) fn by_levels(state: &Joints, action: &Joints) -> Exchanges {
    let (n, ticks) = (state.count(), state.values.len() / state.count().max(1));
    let apart = |j: usize, k: usize| {
        let sum: f64 = (0..ticks).map(|t| (state.values[t * n + j] - action.values[t * n + k]).powi(2)).sum();
        (sum / ticks.max(1) as f64).sqrt()
    };
    let off: Vec<usize> = (0..n).filter(|&j| state.present[j] && action.present[j] && apart(j, j) > OFF).collect();
    let mut out = Vec::new();
    for (i, &j) in off.iter().enumerate() {
        for &k in &off[i + 1..] {
            if apart(j, k) < ON && apart(k, j) < ON {
                out.extend([(j, k, false), (k, j, false)]);
            }
        }
    }
    out
}

/// Left and right of one limb: joint by joint the other side's.
pub(crate) fn mirror_of(robot: &Robot) -> Vec<Option<usize>> {
    let mut out = vec![None; robot.dof()];
    for pair in [&robot.profile.arms, &robot.profile.legs] {
        for (&l, &r) in pair[LEFT].joints.iter().zip(&pair[RIGHT].joints) {
            (out[l], out[r]) = (Some(r), Some(l));
        }
    }
    out
}

/// What exchanged joints mean: sides, where several of them are each other's mirror, else an order.
pub(crate) fn finding(
    found: &Exchanges,
    robot: Option<&Robot>,
    names: &[String],
    streams: (&str, &str),
    ticks: usize,
) -> Option<Finding> {
    let (first, _) = found.first().map(|f| (f.0, f.1))?;
    let mirror = robot.map(mirror_of).unwrap_or_default();
    let sides = found.iter().filter(|(j, k, _)| mirror.get(*j).copied().flatten() == Some(*k)).count();
    let pairs: Vec<String> = found
        .iter()
        .filter(|(j, k, _)| j < k || !found.iter().any(|o| (o.0, o.1) == (*k, *j)))
        .map(|(j, k, minus)| format!("{} as {}{}", names[*j], if *minus { "minus " } else { "" }, names[*k]))
        .collect();
    let (code, what) = if sides >= 4 && 4 * sides >= 3 * found.len() {
        (Code::Sides, "left and right are exchanged")
    } else {
        (Code::JointOrder, "joints stand in another's place")
    };
    let says = format!("{what} between '{}' and '{}': {}", streams.0, streams.1, kouros_motion::list_names(&pairs));
    Some(Finding::new(code, &names[first], says).at(0..ticks).measured(found.len() as f64, 0.0, "joints"))
}
