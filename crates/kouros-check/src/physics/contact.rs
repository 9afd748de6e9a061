//! Contact flags against what the soles do.

use crate::body::Body;
use crate::robust::{frames_in, runs};
use crate::{Code, Finding, View};
use kouros_motion::SolePart;

/// A part is at rest on the floor where it is lower [m] ...
const LOW: f64 = 0.02;
/// ... and slower than this [m/s].
const SLOW: f64 = 0.3;
/// Flags are looked for this much earlier and later [s].
const REACH: f64 = 0.3;
/// Shifts from here on are no matter of taste [s].
const SHIFT: f64 = 0.045;
/// The shift must leave less than this of what disagrees [1].
const LEAVES: f64 = 0.6;
/// A flagged part that is higher is in the air [m].
const HIGH: f64 = 0.05;
/// One that is faster moves [m/s].
const FAST: f64 = 0.6;
/// ... for so long [s].
const FOR: f64 = 0.1;

/// What the kinematics says of each part.
pub(crate) fn by_kinematics(body: &Body, rate_hz: f64, floor: f64) -> Vec<[bool; 4]> {
    let ticks = body.parts.len();
    let speed = |t: usize, p: usize| {
        let (a, b) = (t.saturating_sub(1), (t + 1).min(ticks - 1));
        (body.parts[b][p] - body.parts[a][p]).xy().norm() * rate_hz / (b - a).max(1) as f64
    };
    (0..ticks).map(|t| std::array::from_fn(|p| body.parts[t][p].z - floor < LOW && speed(t, p) < SLOW)).collect()
}

/// Flags that come earlier or later than the contacts.
pub(crate) fn shifted(view: &View<'_>, flags: &[[bool; 4]], found: &[[bool; 4]], name: &str) -> Option<Finding> {
    let ticks = flags.len() as i64;
    let reach = frames_in(REACH, view.rate_hz) as i64;
    if ticks < 2 * reach + 10 {
        return None;
    }
    // flags[t] stands for found[t - shift], looked at where every shift can be.
    let differ = |shift: i64| -> usize {
        let at = |t: i64| {
            let (a, b) = (&flags[t as usize], &found[(t - shift) as usize]);
            a.iter().zip(b).filter(|(x, y)| x != y).count()
        };
        (reach..ticks - reach).map(at).sum()
    };
    let here = differ(0);
    let (best, left) = (-reach..=reach).map(|s| (s, differ(s))).min_by_key(|(s, d)| (*d, s.abs()))?;
    let seconds = best as f64 / view.rate_hz;
    let gained = here - left.min(here);
    if seconds.abs() < SHIFT || left as f64 > LEAVES * here as f64 || gained < 2 * best.unsigned_abs() as usize {
        return None;
    }
    let says = format!(
        "the flags come {:.0} ms {} than the soles: {here} flags disagree, {left} when shifted back",
        1000.0 * seconds.abs(),
        if best > 0 { "later" } else { "earlier" }
    );
    Some(Finding::new(Code::ContactTime, name, says).at(0..flags.len()).measured(seconds, SHIFT, "s"))
}

/// Flags of parts that are in the air or move.
pub(crate) fn contradicted(view: &View<'_>, body: &Body, flags: &[[bool; 4]], floor: f64) -> Vec<Finding> {
    let ticks = flags.len();
    let mut out = Vec::new();
    for (p, part) in SolePart::ALL.into_iter().enumerate() {
        let height = |t: usize| body.parts[t][p].z - floor;
        let speed =
            |t: usize| if t + 1 < ticks { (body.parts[t + 1][p] - body.parts[t][p]).xy().norm() * view.rate_hz } else { 0.0 };
        let shortest = frames_in(FOR, view.rate_hz);
        if let Some(run) =
            runs(ticks, shortest, |t| flags[t][p] && height(t) > HIGH).into_iter().max_by_key(ExactSizeIterator::len)
        {
            let h = run.clone().map(height).fold(0.0, f64::max);
            let says = format!("{} is said to be in contact {:.1} cm over the floor", part.name(), 100.0 * h);
            out.push(Finding::new(Code::Contact, part.name(), says).at(run).measured(h, HIGH, "m"));
        } else if let Some(run) =
            runs(ticks, shortest, |t| flags[t][p] && speed(t) > FAST).into_iter().max_by_key(ExactSizeIterator::len)
        {
            let v = run.clone().map(speed).fold(0.0, f64::max);
            let says = format!("{} is said to be in contact and moves at {v:.2} m/s", part.name());
            out.push(Finding::new(Code::Contact, part.name(), says).at(run).measured(v, FAST, "m/s"));
        }
    }
    out
}
