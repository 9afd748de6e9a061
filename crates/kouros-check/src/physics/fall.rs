//! Falls, and other times on something else than feet: kept, and said.

use crate::body::Body;
use crate::robust::{frames_in, runs};
use crate::{Code, Finding, View};
use kouros_robot::Robot;

/// Cosine of the tilt from which a trunk lies: 60 degrees.
const LIES: f64 = 0.5;
/// Parts other than feet this near to the floor are on it [m].
const ON: f64 = 0.01;
/// ... for so long [s].
const FOR: f64 = 0.1;

/// The longest time in which the trunk lies or another part is on the floor.
pub(crate) fn check(view: &View<'_>, body: &Body, robot: &Robot, floor: f64) -> Option<Finding> {
    let down = |t: usize| body.upright[t] < LIES || body.other[t].0 - floor < ON;
    let run = runs(body.parts.len(), frames_in(FOR, view.rate_hz), down).into_iter().max_by_key(ExactSizeIterator::len)?;
    let tilt = run.clone().map(|t| body.upright[t]).fold(1.0, f64::min).clamp(-1.0, 1.0).acos().to_degrees();
    let lowest = run.clone().min_by(|&a, &b| body.other[a].0.total_cmp(&body.other[b].0))?;
    let part = &robot.bodies[body.other[lowest].1].name;
    let says = format!(
        "the trunk leans {tilt:.0} degrees and {part} is {:.1} cm over the floor",
        100.0 * (body.other[lowest].0 - floor)
    );
    Some(Finding::new(Code::Fall, part, says).at(run).measured(tilt, 60.0, "deg"))
}
