//! A robot in the page's words: enough to place its bodies and to know its limits.

use crate::surface::Part;
use kouros_robot::{JointKind, Robot};
use serde_json::{Value, json};

/// The robot as JSON: lengths in metres, angles in radians, quaternions w x y z.
pub(crate) fn robot(robot: &Robot, parts: &[Part]) -> Value {
    let bodies: Vec<Value> = robot
        .bodies
        .iter()
        .map(|b| {
            let (t, q) = (&b.parent_from_body.translation, &b.parent_from_body.rotation);
            json!({
                "name": b.name,
                "parent": b.parent,
                "position": [t.x, t.y, t.z],
                "wxyz": [q.w, q.i, q.j, q.k],
                "mass": b.mass,
                "com": [b.com.x, b.com.y, b.com.z],
                "joints": b.joints,
            })
        })
        .collect();
    let joints: Vec<Value> = robot
        .joints
        .iter()
        .map(|j| {
            json!({
                "name": j.name,
                "kind": match j.kind { JointKind::Hinge => "hinge", JointKind::Slide => "slide" },
                "axis": [j.axis.x, j.axis.y, j.axis.z],
                "anchor": [j.anchor.x, j.anchor.y, j.anchor.z],
                "range": j.range,
                "velocity_limit": j.velocity_limit,
                "effort_limit": j.effort_limit,
            })
        })
        .collect();
    let soles: Vec<Value> = robot
        .profile
        .soles
        .iter()
        .map(|s| {
            let balls: Vec<[f64; 4]> = s.balls.iter().map(|b| [b.center.x, b.center.y, b.center.z, b.radius]).collect();
            json!({ "body": s.body, "balls": balls, "heel": s.heel, "toe": s.toe })
        })
        .collect();
    json!({
        "name": robot.name,
        "licence": robot.licence,
        "source": robot.source,
        "mass": robot.mass(),
        "standing_height": robot.profile.standing_height(robot),
        "bodies": bodies,
        "joints": joints,
        "rest": robot.profile.rest,
        "poses": robot.poses,
        "soles": soles,
        "parts": parts,
    })
}
