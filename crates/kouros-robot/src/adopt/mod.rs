//! A motion that already is this robot's: which of its joints is which, and how its base turns.
//!
//! Lives here: from a [`GivenMotion`] to a [`Trajectory`] of a robot, with what was decided told.
//! Does not: files (`kouros-mocap`), another robot's motion (`kouros-retarget` solves anew), what
//! the motion is worth (`kouros-label`). No value is changed: limits that are broken stay broken,
//! a floor that is off stays off.

mod evidence;
mod joints;

use crate::{Error, Result, Robot};
use evidence::{Evidence, Stood};
use joints::{Filled, candidates};
use kouros_motion::{Error as Noun, GivenJoints, GivenMotion, Pose, QuatOrder, Report, Trajectory};
use serde::{Deserialize, Serialize};

/// What the caller knows better than the file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AdoptOptions {
    /// The order of the base's quaternion, whatever the file or the motion says.
    pub quat_order: Option<QuatOrder>,
    /// The names of the file's joints in their order, whatever the file says.
    pub joints: Option<Vec<String>>,
}

/// A robot's motion and how it was understood.
#[derive(Debug, Clone, PartialEq)]
pub struct Adopted {
    /// The motion at the file's rate, its joints in the robot's order.
    pub trajectory: Trajectory,
    /// The order of the base's quaternion.
    pub quat_order: QuatOrder,
    /// Joints of the robot that the file has no values for: they stay at zero.
    pub held: Vec<String>,
    /// Joints of the file that the robot does not have: their values are left out.
    pub left_out: Vec<String>,
}

/// An order that is worse than another by less than this is not known to be wrong: two readings of
/// one standing robot differ by nothing, a wrong one of a walk by tenths [m/s].
const CLEAR: f64 = 0.02;

/// Takes a motion as `robot`'s own.
///
/// Joints go by name where the file has names, else by what the robot's order must be for its
/// bodies to be where the file says, else by the model's order. A quaternion in one of two orders
/// is read in the one in which the robot stands upright and what touches the ground stays where it
/// is.
///
/// # Errors
/// No tick, a rate that is not positive, values that are missing or not finite, a quaternion that
/// is zero, joints that cannot be the robot's, bodies that are nowhere near the robot's.
pub fn adopt(robot: &Robot, given: &GivenMotion, options: &AdoptOptions, report: &mut Report) -> Result<Adopted> {
    check(given)?;
    let named = match &options.joints {
        Some(names) => Some(named(given, names)?),
        None => None,
    };
    let joints = named.as_ref().unwrap_or(&given.joints);
    let filled = candidates(robot, given, joints)?;
    let (order, stood) = quat_order(robot, given, options, &filled, report);
    let evidence = Evidence { robot, given, order };
    let chosen = joints::choose(&evidence, filled, report)?;
    told(robot, given, &chosen, report);
    if let Some(stood) = stood {
        report.inferred("quaternion", stood);
    }
    let base = (0..given.ticks()).map(|t| evidence.base(t)).collect::<Option<Vec<Pose>>>();
    let base = base.ok_or_else(|| refused(robot, "a base that turns", "a quaternion of zero length".into()))?;
    let joint_pos = (0..given.ticks()).flat_map(|t| chosen.values(given.joints_at(t))).collect();
    let trajectory =
        Trajectory { robot: robot.name.clone(), joint_names: robot.joint_names(), rate_hz: given.rate_hz, base, joint_pos };
    Ok(Adopted { trajectory, quat_order: order, held: chosen.held(robot), left_out: chosen.left_out })
}

/// The joints under names that the caller gives.
fn named(given: &GivenMotion, names: &[String]) -> Result<GivenJoints> {
    let (found, expected) = (names.len(), given.joints.count());
    if found != expected {
        return Err(Noun::Shape { what: "names of the file's joints", expected, found }.into());
    }
    Ok(GivenJoints::Named(names.to_vec()))
}

fn refused(robot: &Robot, expected: &'static str, found: String) -> Error {
    Error::NotItsMotion { robot: robot.name.clone(), expected, found }
}

/// Whether all arrays are of one length and finite.
fn check(given: &GivenMotion) -> Result<()> {
    let (ticks, n) = (given.ticks(), given.joints.count());
    if ticks == 0 {
        return Err(Noun::Empty { what: "frames" }.into());
    }
    if !(given.rate_hz.is_finite() && given.rate_hz > 0.0) {
        return Err(Noun::Rate { found: given.rate_hz }.into());
    }
    let shape = |what, expected: usize, found: usize| match found == expected {
        true => Ok(()),
        false => Err(Error::from(Noun::Shape { what, expected, found })),
    };
    shape("joint positions", ticks * n, given.joint_pos.len())?;
    shape("base quaternions", ticks, given.base_quat.len())?;
    if let Some(bodies) = &given.bodies {
        shape("body positions", ticks * bodies.count, bodies.position.len())?;
    }
    let not_finite = |what: &str, tick: usize, value: f64| Error::from(Noun::NotFinite { what: what.into(), tick, value });
    for (tick, (place, quat)) in given.base_pos.iter().zip(&given.base_quat).enumerate() {
        if let Some(value) = place.iter().chain(quat).find(|v| !v.is_finite()) {
            return Err(not_finite("the base", tick, *value));
        }
    }
    if let Some(i) = given.joint_pos.iter().position(|v| !v.is_finite()) {
        return Err(not_finite("a joint position", i / n.max(1), given.joint_pos[i]));
    }
    Ok(())
}

/// The order of the base's quaternion, and what it was taken for where the file does not say.
fn quat_order(
    robot: &Robot,
    given: &GivenMotion,
    options: &AdoptOptions,
    filled: &[Filled],
    report: &mut Report,
) -> (QuatOrder, Option<String>) {
    if let Some(order) = options.quat_order.or(given.quat_order) {
        return (order, None);
    }
    let stood = |order| filled.iter().map(|f| Evidence { robot, given, order }.stood(f)).min_by(Stood::compare);
    let [Some(a), Some(b)] = QuatOrder::ALL.map(stood) else { return (given.usual_order, None) };
    let [first, second] = QuatOrder::ALL;
    let (order, better, worse) = if a.cost() <= b.cost() { (first, a, b) } else { (second, b, a) };
    if worse.cost() - better.cost() < CLEAR {
        let usual = given.usual_order;
        report.warn(
            "quaternion",
            format!(
                "the motion is as likely in both orders of the base's quaternion ({} and {}: {}); read as {}, as such files usually have it; --quaternion overrides",
                first.name(),
                second.name(),
                better.words(),
                usual.name()
            ),
        );
        return (usual, None);
    }
    let words = format!(
        "the base's quaternion is in the order {}: {}, in the other order {}; --quaternion overrides",
        order.name(),
        better.words(),
        worse.words()
    );
    (order, Some(words))
}

/// Says which joints were taken for which.
fn told(robot: &Robot, given: &GivenMotion, chosen: &Filled, report: &mut Report) {
    let held = chosen.held(robot);
    let list = kouros_motion::list_names;
    if let Some(words) = &chosen.why {
        report.inferred("joints", words.clone());
    }
    if !held.is_empty() {
        let (n, all) = (given.joints.count(), robot.dof());
        report.warn("joints", format!("the file has {n} joints of {all}; held at zero: {}", list(&held)));
    }
    if !chosen.left_out.is_empty() {
        report.warn("joints", format!("the robot does not have these joints of the file; left out: {}", list(&chosen.left_out)));
    }
}
