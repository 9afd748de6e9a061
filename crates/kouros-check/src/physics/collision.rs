//! Limbs inside limbs.

use crate::body::Body;
use crate::robust::{frames_in, runs};
use crate::{Code, Finding, View};
use kouros_robot::Robot;
use std::collections::BTreeMap;

/// Capsules are within this of the robot's skin [m].
const DEEP: f64 = 0.012;
/// Shorter touches are a solver's last step [s].
const FOR: f64 = 0.1;

/// Pairs of limbs that are inside each other for a while: one finding a pair of bodies.
pub(crate) fn check(view: &View<'_>, body: &Body, robot: &Robot) -> Vec<Finding> {
    let mut depths: BTreeMap<(usize, usize), Vec<(usize, f64)>> = BTreeMap::new();
    for (t, overlaps) in body.overlaps.iter().enumerate() {
        for o in overlaps.iter().filter(|o| o.depth > DEEP) {
            let (a, b) = robot.collision_pairs[o.pair];
            let (a, b) = (robot.shapes[a].body, robot.shapes[b].body);
            depths.entry((a.min(b), a.max(b))).or_default().push((t, o.depth));
        }
    }
    let mut out = Vec::new();
    for ((a, b), at) in depths {
        let deepest = |t: usize| at.iter().filter(|x| x.0 == t).map(|x| x.1).fold(0.0, f64::max);
        let found = runs(body.overlaps.len(), frames_in(FOR, view.rate_hz), |t| at.binary_search_by_key(&t, |x| x.0).is_ok());
        let depth = |r: &std::ops::Range<usize>| r.clone().map(deepest).fold(0.0, f64::max);
        let Some(run) = found.into_iter().max_by(|x, y| depth(x).total_cmp(&depth(y))) else { continue };
        let (na, nb) = (&robot.bodies[a].name, &robot.bodies[b].name);
        let says = format!("{na} is {:.1} cm inside {nb}", 100.0 * depth(&run));
        let deep = depth(&run);
        out.push(Finding::new(Code::SelfCollision, format!("{na}, {nb}"), says).at(run).measured(deep, DEEP, "m"));
    }
    out
}
