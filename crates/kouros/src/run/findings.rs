//! What looks suspicious in a clip that was made, in sentences for a person.
//!
//! Lives here: thresholds for raising a hand. They fail nothing. Does not: measuring
//! (`kouros-label`).

use crate::run::clip::Made;
use crate::run::person::Person;
use crate::run::settings::Settings;
use kouros_motion::{LEFT, RIGHT, Report, list_names};
use kouros_robot::Robot;

/// A foot slides visibly from here on [cm/s]; the field's best published set has 2.
pub const SLIDE_CM_S: f64 = 5.0;
/// A sole this deep in the floor is seen [cm].
pub const DEPTH_CM: f64 = 2.0;
/// Less of the time than this explained by feet on the floor: the forces are guesses [%].
pub const EXPLAINED_PERCENT: f64 = 70.0;
/// A capture point this far outside both feet while a foot stands is no ordinary step [cm].
pub const MARGIN_CM: f64 = -40.0;
/// A joint this near to a limit is at it [rad].
const AT_LIMIT_RAD: f64 = 0.01;
/// At a limit for this share of the time, the joint is stuck there [%].
const AT_LIMIT_PERCENT: f64 = 20.0;
/// A joint this near to the largest speed allowed moves at it [1].
const AT_SPEED: f64 = 0.98;
/// A torque at this share of its limit for longer than `OVER_EFFORT_PERCENT` of the time [%].
pub const OVER_EFFORT_PERCENT: f64 = 1.0;
/// A limb that points this much elsewhere on average is not the human's motion any more [deg].
pub const DIRECTION_DEG: f64 = 20.0;
/// A human's foot that rests this much above the floor stands on something [m].
const RAISED_M: f64 = 0.08;

/// A robot's motion that rests this much off its floor floats or is sunk [m].
const OFF_FLOOR_M: f64 = 0.02;
/// A joint this much beyond its range breaks it; less is rounding [rad].
const BEYOND_RAD: f64 = 1e-3;

/// Nobody flies longer [s]: a jump of a metre takes 0.9 s.
const FLIGHT_S: f64 = 1.0;

/// Everything suspicious about `made`.
pub fn findings(robot: &Robot, settings: &Settings, made: &Made) -> Report {
    let mut out = Report::new();
    soles(made, &mut out);
    match &made.person {
        Some(person) => feet(person, &mut out),
        None => given(robot, made, &mut out),
    }
    forces(made, &mut out);
    joints(robot, settings, made, &mut out);
    if let Some(person) = &made.person {
        directions(person, &mut out);
    }
    out
}

fn directions(person: &Person, out: &mut Report) {
    for error in person.errors.iter().filter(|e| e.unit == "deg" && e.part.ends_with("direction")) {
        if error.mean > DIRECTION_DEG {
            let (part, mean, max) = (&error.part, error.mean, error.max);
            out.warn("direction", format!("{part} is {mean:.0} degrees off on average, {max:.0} at most"));
        }
    }
}

/// The robot's own feet.
fn soles(made: &Made, out: &mut Report) {
    let q = &made.quality;
    if let Some(slide) = q.slide_mean_cm_s.filter(|v| *v > SLIDE_CM_S) {
        out.warn("slide", format!("feet in contact slide at {slide:.1} cm/s on average"));
    }
    if q.penetration_max_cm > DEPTH_CM {
        out.warn("floor", format!("a sole goes {:.1} cm into the floor", q.penetration_max_cm));
    }
    if q.body_penetration_max_cm > DEPTH_CM {
        out.warn("floor", format!("another part of the body goes {:.1} cm into the floor", q.body_penetration_max_cm));
    }
}

/// The feet of the person.
fn feet(person: &Person, out: &mut Report) {
    for side in [LEFT, RIGHT] {
        let toe = person.anatomy.legs[side].toe;
        let heights: Vec<f64> = (0..person.track.ticks())
            .filter(|t| person.contacts.foot(*t, side))
            .map(|t| {
                let under = person.around.scene.plane_at(&person.around.grounds[t][2 * side + 1], t);
                under.height(&person.track.position(t, toe))
            })
            .collect();
        let raised = heights.iter().filter(|h| **h > RAISED_M).count();
        if !heights.is_empty() && 2 * raised > heights.len() {
            let foot = ["left", "right"][side];
            let mean = 100.0 * heights.iter().sum::<f64>() / heights.len() as f64;
            out.warn(
                "raised-foot",
                format!("the human's {foot} foot rests {mean:.0} cm above the floor: --scene says what it stands on"),
            );
        }
    }
    if person.contacts.down.iter().flatten().all(|d| !d) {
        out.warn("no-contact", "no foot of the human is ever at rest: is the floor level and the unit right?");
    } else {
        let longest = person.contacts.down.split(|d| d.iter().any(|d| *d)).map(<[_]>::len).max().unwrap_or(0);
        let seconds = longest as f64 / person.contacts.rate_hz;
        if seconds > FLIGHT_S {
            out.warn(
                "no-contact",
                format!("no foot of the human stands for {seconds:.1} s: it sits, lies, or stands on something"),
            );
        }
    }
}

/// What only a motion that was given can have: nothing was solved to keep limits and floor.
fn given(robot: &Robot, made: &Made, out: &mut Report) {
    // The labels have checked the trajectory already.
    if let Some(height) = kouros_label::resting_height(robot, &made.trajectory).ok().flatten().filter(|h| h.abs() > OFF_FLOOR_M) {
        let (cm, what) = (100.0 * height.abs(), if height > 0.0 { "floats above" } else { "is sunk into" });
        out.warn("floor", format!("the motion {what} its floor: what touches rests {cm:.1} cm from z = 0; nothing was moved"));
    }
    let ticks = made.trajectory.ticks();
    let (mut beyond, mut over_speed) = (Vec::new(), Vec::new());
    let velocity = made.trajectory.joint_vel();
    for (j, joint) in robot.joints.iter().enumerate() {
        if let Some([low, high]) = joint.range {
            let off = |t: usize| (low - made.trajectory.joints_at(t)[j]).max(made.trajectory.joints_at(t)[j] - high);
            let most = (0..ticks).map(off).fold(f64::NEG_INFINITY, f64::max);
            if most > BEYOND_RAD {
                let percent = 100.0 * (0..ticks).filter(|t| off(*t) > BEYOND_RAD).count() as f64 / ticks as f64;
                beyond.push(format!("{} ({most:.2} rad, {percent:.0} % of the time)", joint.name));
            }
        }
        let fastest = (0..ticks).map(|t| velocity[t * robot.dof() + j].abs()).fold(0.0, f64::max);
        if let Some(limit) = joint.velocity_limit.filter(|l| fastest > *l) {
            over_speed.push(format!("{} ({fastest:.0} of {limit:.0} rad/s)", joint.name));
        }
    }
    if !beyond.is_empty() {
        out.warn("joint-limit", format!("beyond a position limit, as it was given: {}", list_names(beyond)));
    }
    if !over_speed.is_empty() {
        out.warn("joint-speed", format!("faster than a joint can be, as it was given: {}", list_names(over_speed)));
    }
}

fn forces(made: &Made, out: &mut Report) {
    let f = &made.forces;
    if f.explained_percent < EXPLAINED_PERCENT {
        out.warn(
            "forces",
            format!(
                "forces and torques are known in {:.0} % of the time only: elsewhere feet on a flat floor do not explain the motion, or another part of the body touches it",
                f.explained_percent
            ),
        );
    }
    if let Some(margin) = f.capture_margin_p05_cm.filter(|m| *m < MARGIN_CM) {
        out.warn(
            "balance",
            format!("with a foot down, the capture point is {:.0} cm outside the feet at the 5th percentile", -margin),
        );
    }
    if let Some(over) = f.over_effort_percent.filter(|v| *v > OVER_EFFORT_PERCENT) {
        out.warn("effort", format!("a joint needs more torque than it has in {over:.1} % of the time"));
    }
}

fn joints(robot: &Robot, settings: &Settings, made: &Made, out: &mut Report) {
    let trajectory = &made.trajectory;
    let (ticks, n) = (trajectory.ticks(), trajectory.joints());
    let velocity = trajectory.joint_vel();
    let (mut at_limit, mut at_speed) = (Vec::new(), Vec::new());
    for (j, joint) in robot.joints.iter().enumerate() {
        let at = |t: usize| trajectory.joints_at(t)[j];
        if let Some([low, high]) = joint.range {
            let there = (0..ticks).filter(|&t| at(t) < low + AT_LIMIT_RAD || at(t) > high - AT_LIMIT_RAD).count();
            let percent = 100.0 * there as f64 / ticks as f64;
            if percent > AT_LIMIT_PERCENT {
                at_limit.push(format!("{} ({percent:.0} %)", joint.name));
            }
        }
        let cap = joint.velocity_limit.unwrap_or(f64::INFINITY).min(settings.retarget.joint_speed);
        let fastest = (0..ticks).map(|t| velocity[t * n + j].abs()).fold(0.0, f64::max);
        // A motion that was given knows no cap of ours.
        if made.person.is_some() && fastest > AT_SPEED * cap {
            at_speed.push(format!("{} ({cap:.1} rad/s)", joint.name));
        }
    }
    if !at_limit.is_empty() {
        let many = AT_LIMIT_PERCENT;
        out.warn("joint-limit", format!("at a position limit in more than {many:.0} % of the time: {}", list_names(at_limit)));
    }
    if !at_speed.is_empty() {
        out.warn("joint-speed", format!("as fast as the settings allow: {}", list_names(at_speed)));
    }
}
