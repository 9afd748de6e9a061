//! What is known about a robot.

use crate::exit::Result;
use crate::robot_args::Chosen;
use crate::talk::{Align, give, give_json, table};
use kouros_motion::{LEFT, RIGHT};
use kouros_robot::{Joint, JointKind, Limb, Robot, Sole};
use serde_json::{Value, json};

/// Says it.
pub fn inspect(chosen: &Chosen, as_json: bool) -> Result<()> {
    if as_json { give_json(&in_json(chosen)) } else { give(&in_words(chosen)) }
}

/// Length and width of a sole [m].
fn sole_size(sole: &Sole) -> [f64; 2] {
    let across = sole.up.cross(&sole.forward);
    [sole.forward, across].map(|axis| {
        let along = sole.balls.iter().map(|b| b.center.dot(&axis));
        let (low, high) = along.fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), v| (l.min(v), h.max(v)));
        let around = sole.balls.iter().map(|b| b.radius).fold(0.0, f64::max);
        (high - low + 2.0 * around).max(0.0)
    })
}

fn in_words(chosen: &Chosen) -> String {
    let robot = &chosen.robot;
    let unknown = |v: &Option<String>| v.clone().unwrap_or_else(|| "unknown".into());
    let mut out = format!(
        "{}: {} joints, {} bodies, {:.2} kg\nmodel    {} ({} files, sha256 {})\nlicence  {}\nsource   {}\n\n",
        robot.name,
        robot.dof(),
        robot.bodies.len(),
        robot.mass(),
        chosen.model.display(),
        chosen.model_files,
        &chosen.model_sha256[..chosen.model_sha256.len().min(16)],
        unknown(&robot.licence),
        unknown(&robot.source),
    );
    out += &profile(robot);
    use Align::{Left, Right};
    let head = [
        ("joint", Left),
        ("moves", Left),
        ("from", Right),
        ("to", Right),
        ("speed", Right),
        ("torque", Right),
        ("kp", Right),
        ("kd", Right),
        ("rest", Right),
    ];
    let number = |v: Option<f64>, digits: usize| v.map_or("-".into(), |v| format!("{v:.digits$}"));
    let line = |(i, j): (usize, &Joint)| {
        let place = |v: f64| if j.kind == JointKind::Hinge { format!("{:.1}°", v.to_degrees()) } else { format!("{v:.3} m") };
        vec![
            j.name.clone(),
            robot.bodies[j.body].name.clone(),
            j.range.map_or("-".into(), |r| place(r[0])),
            j.range.map_or("-".into(), |r| place(r[1])),
            number(j.velocity_limit, 1),
            number(j.effort_limit, 1),
            number(j.kp, 1),
            number(j.kd, 2),
            robot.profile.rest.get(i).map_or("-".into(), |v| place(*v)),
        ]
    };
    out += "\n";
    out += &table(&head, &robot.joints.iter().enumerate().map(line).collect::<Vec<_>>());
    out += "speed in rad/s, torque in N m, kp in N m/rad, kd in N m s/rad (N, m for sliding joints)\n";
    for note in &chosen.report.notes {
        out += &format!("inferred ({}): {}\n", note.code, note.message);
    }
    out
}

/// Which part is which, one line each.
fn profile(robot: &Robot) -> String {
    let p = &robot.profile;
    let body = |b: usize| robot.bodies.get(b).map_or("-", |b| b.name.as_str());
    let limb = |l: &Limb| {
        let middle = robot.joints.get(l.middle_joint).map_or("-", |j| j.name.as_str());
        format!("{} joints, bends at {middle}, ends in {}", l.joints.len(), body(l.end))
    };
    let sole = |s: &Sole| {
        let [long, wide] = sole_size(s);
        format!("{:.0} x {:.0} cm of {}, {} points", 100.0 * long, 100.0 * wide, body(s.body), s.balls.len())
    };
    let rows = [
        ("pelvis", body(p.pelvis).to_owned()),
        ("trunk", format!("{}, {} waist joints", body(p.trunk), p.waist.len())),
        ("head", p.head.map_or("on the trunk".into(), |h| body(h).to_owned())),
        ("left leg", limb(&p.legs[LEFT])),
        ("right leg", limb(&p.legs[RIGHT])),
        ("left arm", limb(&p.arms[LEFT])),
        ("right arm", limb(&p.arms[RIGHT])),
        ("left sole", sole(&p.soles[LEFT])),
        ("right sole", sole(&p.soles[RIGHT])),
        ("leg", format!("{:.3} m from hip to ankle", p.leg_length(robot))),
        ("arm", format!("{:.3} m from shoulder to wrist", p.arm_length(robot))),
        ("pelvis", format!("{:.3} m above the soles, all joints at zero", p.standing_height(robot))),
    ];
    rows.map(|(name, words)| format!("{name:<10}  {words}\n")).concat()
}

fn in_json(chosen: &Chosen) -> Value {
    let robot = &chosen.robot;
    let p = &robot.profile;
    let body = |b: usize| robot.bodies.get(b).map(|b| b.name.clone());
    let names = |joints: &[usize]| joints.iter().filter_map(|j| robot.joints.get(*j)).map(|j| j.name.clone()).collect::<Vec<_>>();
    let joint = |(i, j): (usize, &Joint)| {
        json!({
            "name": j.name,
            "kind": if j.kind == JointKind::Hinge { "hinge" } else { "slide" },
            "body": body(j.body),
            "range": j.range,
            "velocity_limit": j.velocity_limit,
            "effort_limit": j.effort_limit,
            "kp": j.kp,
            "kd": j.kd,
            "rest": p.rest.get(i),
        })
    };
    let limb =
        |l: &Limb| json!({ "joints": names(&l.joints), "end": body(l.end), "middle_joint": names(&[l.middle_joint]).pop() });
    let sole = |s: &Sole| json!({ "body": body(s.body), "points": s.balls.len(), "length_width_m": sole_size(s) });
    json!({
        "name": robot.name,
        "model": chosen.model,
        "model_sha256": chosen.model_sha256,
        "model_files": chosen.model_files,
        "licence": robot.licence,
        "source": robot.source,
        "mass_kg": robot.mass(),
        "bodies": robot.bodies.iter().map(|b| json!({ "name": b.name, "parent": b.parent.and_then(body), "mass_kg": b.mass })).collect::<Vec<_>>(),
        "joints": robot.joints.iter().enumerate().map(joint).collect::<Vec<_>>(),
        "profile": {
            "pelvis": body(p.pelvis),
            "trunk": body(p.trunk),
            "waist": names(&p.waist),
            "head": p.head.and_then(body),
            "legs": p.legs.each_ref().map(limb),
            "arms": p.arms.each_ref().map(limb),
            "soles": p.soles.each_ref().map(sole),
            "leg_length_m": p.leg_length(robot),
            "arm_length_m": p.arm_length(robot),
            "standing_height_m": p.standing_height(robot),
        },
        "notes": chosen.report.notes,
    })
}
