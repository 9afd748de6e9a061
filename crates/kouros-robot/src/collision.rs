//! Which parts of a robot may touch each other and must not.

use crate::Robot;
use std::collections::HashSet;

/// Pairs of shapes that MuJoCo would test against each other: masks fit, not the same body, not
/// parent and child (bodies without a joint between them count as one), not excluded by the model
/// (MuJoCo's documentation, "Collision detection").
pub(crate) fn pairs(robot: &Robot) -> Vec<(usize, usize)> {
    let model = robot.model();
    let excluded: HashSet<(usize, usize)> = model
        .exclude_signature()
        .iter()
        .map(|&s| {
            let s = s as u32;
            let (a, b) = ((s >> 16) as usize, (s & 0xffff) as usize);
            (a.min(b), a.max(b))
        })
        .collect();
    let welded: Vec<usize> = (0..robot.bodies.len()).map(|b| weld_root(robot, b)).collect();
    let parent_of_weld = |w: usize| robot.bodies[w].parent.map(|p| welded[p]);
    let mut out = Vec::new();
    for i in 0..robot.shapes.len() {
        for k in i + 1..robot.shapes.len() {
            let (a, b) = (&robot.shapes[i], &robot.shapes[k]);
            let masks = a.contype & b.conaffinity != 0 || b.contype & a.conaffinity != 0;
            let (wa, wb) = (welded[a.body], welded[b.body]);
            let related = wa == wb || parent_of_weld(wa) == Some(wb) || parent_of_weld(wb) == Some(wa);
            let (ma, mb) = (robot.mujoco_body(a.body), robot.mujoco_body(b.body));
            if masks && !related && !excluded.contains(&(ma.min(mb), ma.max(mb))) {
                out.push((i, k));
            }
        }
    }
    out
}

/// The first body upwards from `b` that a joint moves (or the base): `b` is rigid with it.
fn weld_root(robot: &Robot, mut b: usize) -> usize {
    while robot.bodies[b].joints.is_empty() {
        match robot.bodies[b].parent {
            Some(p) => b = p,
            None => break,
        }
    }
    b
}
