//! Degrees for radians, centimetres for metres.

use crate::robust::median;
use crate::view::Joints;
use crate::{Code, Finding, View};
use kouros_robot::{JointKind, Robot};

/// Positions this far beyond a range are no small error [rad].
const FAR: f64 = 0.5;
/// More than one turn, which no limited joint makes: one joint must [rad].
const TURN: f64 = 6.3;
/// The share of frames that must lie in the range when read as degrees [1].
const INSIDE: f64 = 0.98;
/// Degrees in a radian.
const DEGREES: f64 = 180.0 / std::f64::consts::PI;

/// Whether a stream of joint positions is in degrees.
pub(crate) fn joints(stream: &Joints, robot: &Robot) -> Option<Finding> {
    let (mut votes, mut sure, mut worst) = (0, 0, (0.0_f64, 0));
    for (j, joint) in robot.joints.iter().enumerate() {
        let (true, Some([low, high]), JointKind::Hinge) = (stream.present[j], joint.range, joint.kind) else { continue };
        let beyond = |v: f64| (low - v).max(v - high);
        let most = stream.of(j).map(beyond).fold(f64::NEG_INFINITY, f64::max);
        if most < FAR {
            continue;
        }
        let inside = stream.of(j).filter(|v| beyond(v.to_radians()) < 0.1).count();
        if (inside as f64) < INSIDE * (stream.values.len() / stream.count().max(1)) as f64 {
            continue;
        }
        votes += 1;
        sure += usize::from(stream.of(j).any(|v| v.abs() > TURN));
        if most > worst.0 {
            worst = (most, j);
        }
    }
    if sure == 0 {
        return None;
    }
    let name = &robot.joints[worst.1].name;
    let says = format!("{votes} joints of '{}' only fit their ranges as degrees, {name} by {:.1} rad", stream.name, worst.0);
    Some(Finding::new(Code::Units, &stream.name, says).measured(worst.0, FAR, "rad"))
}

/// Whether a column of velocities is in degrees: so many times what the positions do.
pub(crate) fn velocities(state: &Joints, velocity: &Joints, rate_hz: f64) -> Option<Finding> {
    let n = state.count();
    let size = |values: &mut dyn Iterator<Item = f64>| median(values.map(f64::abs).filter(|v| *v > 1e-3).collect());
    let on = |i: &usize| state.present[i % n] && velocity.present[i % n];
    let moves = size(
        &mut (0..state.values.len().saturating_sub(n)).filter(on).map(|i| (state.values[i + n] - state.values[i]) * rate_hz),
    )?;
    let says = size(&mut (0..velocity.values.len()).filter(on).map(|i| velocity.values[i]))?;
    let ratio = says / moves;
    if !(DEGREES / 1.5..DEGREES * 1.5).contains(&ratio) {
        return None;
    }
    let text = format!("'{}' is {ratio:.0} times what the positions do: degrees a second", velocity.name);
    Some(Finding::new(Code::Units, &velocity.name, text).measured(ratio, 1.0, "times"))
}

/// Whether the base's height is in centimetres or millimetres.
pub(crate) fn base(view: &View<'_>, robot: &Robot) -> Option<Finding> {
    let root = view.root.as_ref()?;
    let height = robot.profile.standing_height(robot);
    let ratio = median(root.position.iter().map(|p| p.z.abs()).collect())? / height;
    let unit = match ratio {
        30.0..300.0 => "centimetres",
        300.0..3000.0 => "millimetres",
        _ => return None,
    };
    let says = format!(
        "the base stands at {:.1}, {ratio:.0} times the robot's height of {height:.2} m: these are {unit}",
        ratio * height
    );
    Some(Finding::new(Code::Units, &root.name, says).measured(ratio * height, height, "m"))
}
