//! What is in a robot's motion, and how it was understood.

use super::Args;
use crate::exit::{Failure, Result};
use crate::robot_args::{Chosen, choose};
use crate::run::given::adopt_failure;
use crate::talk::{Align, give, give_json, table};
use kouros_mocap::Format;
use kouros_motion::{FootContacts, GivenJoints, GivenMotion, Level, Report, SolePart, list_names};
use kouros_robot::{AdoptOptions, Adopted, JointKind, Robot, adopt, known_robots};
use serde_json::{Value, json};

/// A motion as a robot's, with what its feet do.
struct Understood {
    chosen: Chosen,
    /// Whether the robot was found, not named.
    found: bool,
    adopted: Adopted,
    contacts: FootContacts,
    resting_height: Option<f64>,
}

/// Says it.
pub fn inspect(
    shown: &str,
    (given, format): (&GivenMotion, Format),
    args: &Args,
    options: &AdoptOptions,
    mut report: Report,
) -> Result<()> {
    let understood = understand(shown, given, args, options, &mut report)?;
    if args.json {
        give_json(&in_json(shown, given, format, understood.as_ref(), &report))
    } else {
        give(&in_words(shown, given, format, understood.as_ref(), &report))
    }
}

/// The motion as that of the robot that is named, or of the first known one that it can be of.
fn understand(
    shown: &str,
    given: &GivenMotion,
    args: &Args,
    options: &AdoptOptions,
    report: &mut Report,
) -> Result<Option<Understood>> {
    let (chosen, found, adopted, noted) = if let Some(name) = &args.robot {
        let chosen = choose(name, &args.robot_args)?;
        let mut noted = Report::new();
        let adopted = adopt(&chosen.robot, given, options, &mut noted).map_err(|e| adopt_failure(shown, &e))?;
        (chosen, false, adopted, noted)
    } else {
        let known = known_robots().map_err(Failure::internal)?;
        let fits = known.iter().filter_map(|r| r.name.as_deref()).find_map(|name| {
            let chosen = choose(name, &args.robot_args).ok()?;
            let mut noted = Report::new();
            let adopted = adopt(&chosen.robot, given, options, &mut noted).ok()?;
            Some((chosen, true, adopted, noted))
        });
        match fits {
            Some(fits) => fits,
            None => return Ok(None),
        }
    };
    report.notes.extend(noted.notes);
    let labels = |e: kouros_label::Error| Failure::new(format!("{shown}: {e}"));
    let contacts = kouros_label::robot_contacts(&chosen.robot, &adopted.trajectory, None, &Default::default()).map_err(labels)?;
    let resting_height = kouros_label::resting_height(&chosen.robot, &adopted.trajectory).map_err(labels)?;
    Ok(Some(Understood { chosen, found, adopted, contacts, resting_height }))
}

/// Lowest and highest value of every joint of the robot.
fn ranges(robot: &Robot, adopted: &Adopted) -> Vec<[f64; 2]> {
    let trajectory = &adopted.trajectory;
    let of = |j: usize| {
        let all = (0..trajectory.ticks()).filter_map(|t| trajectory.joints_at(t).get(j).copied());
        let (low, high) = all.fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), v| (l.min(v), h.max(v)));
        [low, high]
    };
    (0..robot.dof()).map(of).collect()
}

/// Share of the time each part of the soles stands [%].
fn standing(contacts: &FootContacts) -> [(&'static str, f64); 4] {
    let ticks = contacts.down.len().max(1) as f64;
    [0, 1, 2, 3].map(|i| (SolePart::ALL[i].name(), 100.0 * contacts.down.iter().filter(|d| d[i]).count() as f64 / ticks))
}

fn in_words(shown: &str, given: &GivenMotion, format: Format, understood: Option<&Understood>, report: &Report) -> String {
    let seconds = given.ticks() as f64 / given.rate_hz;
    let mut out = format!(
        "{shown}: {format}, a robot's motion, {} frames at {} Hz ({seconds:.1} s), {} joints\n\n",
        given.ticks(),
        (given.rate_hz * 1e4).round() / 1e4,
        given.joints.count()
    );
    match understood {
        None => {
            let names = match &given.joints {
                GivenJoints::Named(names) => list_names(names),
                _ => "without names".into(),
            };
            out += &format!("joints: {names}\nno known robot has these joints; --robot names the one it was made for\n");
        }
        Some(u) => out += &of_robot(u),
    }
    for (level, word) in [(Level::Inferred, "inferred"), (Level::Warning, "odd")] {
        for note in report.notes.iter().filter(|n| n.level == level) {
            out += &format!("{word} ({}): {}\n", note.code, note.message);
        }
    }
    out
}

fn of_robot(u: &Understood) -> String {
    let robot = &u.chosen.robot;
    let show = |v: f64, hinge: bool| if hinge { format!("{:.0}°", v.to_degrees()) } else { format!("{v:.3} m") };
    let line = |(joint, [low, high]): (&kouros_robot::Joint, [f64; 2])| {
        let hinge = joint.kind == JointKind::Hinge;
        let limits = joint.range.map_or("-".into(), |[a, b]| format!("{} to {}", show(a, hinge), show(b, hinge)));
        let beyond = joint.range.is_some_and(|[a, b]| low < a - 1e-3 || high > b + 1e-3);
        let word = if u.adopted.held.contains(&joint.name) { "held at zero" } else { ["", "beyond"][usize::from(beyond)] };
        vec![joint.name.clone(), show(low, hinge), show(high, hinge), limits, word.into()]
    };
    let rows: Vec<Vec<String>> = robot.joints.iter().zip(ranges(robot, &u.adopted)).map(line).collect();
    let head =
        [("joint", Align::Left), ("least", Align::Right), ("most", Align::Right), ("limits", Align::Right), ("", Align::Left)];
    let mut out = table(&head, &rows);
    let found = if u.found { " (the first known robot it can be of; --robot names another)" } else { "" };
    let share = standing(&u.contacts).map(|(name, percent)| format!("{} {percent:.0} %", name.replace('_', " ")));
    let rests = u.resting_height.map_or("nothing rests".into(), |h| format!("what touches rests at {:.1} cm", 100.0 * h));
    out += &format!(
        "\nrobot {}{found}; base quaternion {}\nfeet stand: {} of the time; {rests}\n",
        robot.name,
        u.adopted.quat_order.name(),
        share.join(", ")
    );
    out
}

fn in_json(shown: &str, given: &GivenMotion, format: Format, understood: Option<&Understood>, report: &Report) -> Value {
    let names = match &given.joints {
        GivenJoints::Named(names) => Some(names),
        _ => None,
    };
    let of_robot = |u: &Understood| {
        let robot = &u.chosen.robot;
        let joint = |(j, [low, high]): (&kouros_robot::Joint, [f64; 2])| json!({ "name": j.name, "least": low, "most": high, "limits": j.range, "held_at_zero": u.adopted.held.contains(&j.name) });
        json!({
            "name": robot.name,
            "found": u.found,
            "quaternion": u.adopted.quat_order,
            "joints": robot.joints.iter().zip(ranges(robot, &u.adopted)).map(joint).collect::<Vec<_>>(),
            "left_out": u.adopted.left_out,
            "standing_percent": standing(&u.contacts).into_iter().map(|(n, v)| (n.to_owned(), json!(v))).collect::<serde_json::Map<_, _>>(),
            "resting_height_m": u.resting_height,
        })
    };
    json!({
        "path": shown,
        "format": format.name(),
        "frames": given.ticks(),
        "rate_hz": given.rate_hz,
        "seconds": given.ticks() as f64 / given.rate_hz,
        "joint_count": given.joints.count(),
        "joint_names": names,
        "objects": given.objects.iter().map(|o| o.name.clone()).collect::<Vec<_>>(),
        "robot": understood.map(of_robot),
        "notes": report.notes,
    })
}
