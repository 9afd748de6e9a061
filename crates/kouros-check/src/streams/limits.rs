//! Positions, speeds and torques against what the joints can do.

use crate::robust::{frames_in, runs};
use crate::view::Joints;
use crate::{Code, Finding, Severity};
use kouros_robot::{Joint, JointKind, Robot};
use std::ops::Range;

/// Encoders, single precision and soft stops are within this [rad or m].
const BEYOND: f64 = 0.01;
/// A stop that gives way does so for a shorter time [s].
const FOR: f64 = 0.05;
/// Beyond by this much no time is needed [rad or m].
const FAR: f64 = 0.1;
/// Speeds and torques are known to a tenth [1].
const OVER: f64 = 1.1;
/// A motion that needs this share of a torque label explains it: how feet share a load is a matter of
/// contacts [1].
const NEEDED: f64 = 0.7;
/// Torque sensors spike for a shorter time [s].
const TORQUE_FOR: f64 = 0.04;

fn unit(joint: &Joint, hinge: &'static str, slide: &'static str) -> &'static str {
    if joint.kind == JointKind::Hinge { hinge } else { slide }
}

/// Joints of a stream of positions beyond their range: one finding a joint.
pub(crate) fn positions(stream: &Joints, robot: &Robot, rate_hz: f64, code: Code, skip: &[Range<usize>]) -> Vec<Finding> {
    let mut out = Vec::new();
    let ticks = stream.values.len() / stream.count().max(1);
    for (j, joint) in robot.joints.iter().enumerate() {
        let (true, Some([low, high])) = (stream.present[j], joint.range) else { continue };
        let value = |t: usize| stream.values[t * stream.count() + j];
        let beyond = |t: usize| (low - value(t)).max(value(t) - high);
        if !(0..ticks).any(|t| beyond(t) > BEYOND) {
            continue;
        }
        let free = |t: usize| !skip.iter().any(|r| r.contains(&t));
        let mut found = runs(ticks, frames_in(FOR, rate_hz), |t| beyond(t) > BEYOND && free(t));
        found.extend(runs(ticks, 1, |t| beyond(t) > FAR && free(t)));
        let Some(worst) = found.iter().flat_map(Clone::clone).max_by(|&a, &b| beyond(a).total_cmp(&beyond(b))) else { continue };
        let many: usize = runs(ticks, 1, |t| beyond(t) > BEYOND && free(t)).iter().map(ExactSizeIterator::len).sum();
        let limit = if value(worst) > high { high } else { low };
        let unit = unit(joint, "rad", "m");
        let says = format!(
            "{} of '{}' is {:.3} {unit} beyond its limit of {limit:.3}, in {many} frames",
            joint.name,
            stream.name,
            beyond(worst)
        );
        let span = found.iter().find(|r| r.contains(&worst)).cloned().unwrap_or(worst..worst + 1);
        out.push(Finding::new(code, &joint.name, says).at(span).measured(value(worst), limit, unit));
    }
    out
}

/// Joints that go faster between two frames than they can: one finding a joint.
pub(crate) fn speeds(state: &Joints, robot: &Robot, rate_hz: f64, skip: &[Range<usize>]) -> Vec<Finding> {
    let n = state.count();
    let speed = |j: usize, t: usize| (state.values[(t + 1) * n + j] - state.values[t * n + j]) * rate_hz;
    let ticks = (state.values.len() / n.max(1)).saturating_sub(1);
    over(robot, ticks, &speed, &state.present, skip, (&format!("by differences of '{}'", state.name), 1))
}

/// The same of a column of velocities.
pub(crate) fn velocities(column: &Joints, robot: &Robot, skip: &[Range<usize>]) -> Vec<Finding> {
    let n = column.count();
    let speed = |j: usize, t: usize| column.values[t * n + j];
    over(robot, column.values.len() / n.max(1), &speed, &column.present, skip, (&format!("in '{}'", column.name), 1))
}

fn over(
    robot: &Robot,
    ticks: usize,
    speed: &dyn Fn(usize, usize) -> f64,
    present: &[bool],
    skip: &[Range<usize>],
    (wherein, shortest): (&str, usize),
) -> Vec<Finding> {
    let mut out = Vec::new();
    for (j, joint) in robot.joints.iter().enumerate() {
        let (true, Some(limit)) = (present[j], joint.velocity_limit) else { continue };
        let fast = |t: usize| speed(j, t).abs() > OVER * limit && !skip.iter().any(|r| r.contains(&t));
        let found = runs(ticks, shortest, fast);
        let Some(worst) = found.iter().flat_map(Clone::clone).max_by(|&a, &b| speed(j, a).abs().total_cmp(&speed(j, b).abs()))
        else {
            continue;
        };
        let unit = unit(joint, "rad/s", "m/s");
        let measured = speed(j, worst).abs();
        let says = format!("{} moves at {measured:.1} {unit} {wherein}, {:.2} times what it can", joint.name, measured / limit);
        let span = found.iter().find(|r| r.contains(&worst)).cloned().unwrap_or(worst..worst + 1);
        out.push(Finding::new(Code::JointSpeed, &joint.name, says).at(span).measured(measured, limit, unit));
    }
    out
}

/// Joints whose torque is beyond what they have. `needed` says, for a joint and frames, the largest
/// torque that the motion needs there; `None` where that is not known.
pub(crate) fn torques(
    effort: &Joints,
    robot: &Robot,
    rate_hz: f64,
    measured: bool,
    needed: &mut dyn FnMut(usize, &Range<usize>) -> Option<f64>,
) -> Vec<Finding> {
    let mut out = Vec::new();
    let n = effort.count();
    for (j, joint) in robot.joints.iter().enumerate() {
        let (true, Some(limit)) = (effort.present[j], joint.effort_limit) else { continue };
        let value = |t: usize| effort.values[t * n + j];
        let found = runs(effort.values.len() / n.max(1), frames_in(TORQUE_FOR, rate_hz), |t| value(t).abs() > OVER * limit);
        let mut worst: Option<(f64, Range<usize>, Severity)> = None;
        for run in found {
            let most = run.clone().map(|t| value(t).abs()).fold(0.0, f64::max);
            // A torque label is computed from the motion: what the motion needs is no error of the label.
            let motion = if measured { None } else { needed(j, &run) };
            let severity = match motion {
                Some(needed) if needed > NEEDED * most => Severity::Risk,
                None if !measured => Severity::Risk,
                _ => Severity::Defect,
            };
            if worst.as_ref().is_none_or(|(m, _, s)| severity < *s || (severity == *s && most > *m)) {
                worst = Some((most, run, severity));
            }
        }
        let Some((most, run, severity)) = worst else { continue };
        let unit = unit(joint, "N m", "N");
        let code = if severity == Severity::Defect { Code::JointTorque } else { Code::TorqueDemand };
        let why = match (code, measured) {
            (Code::TorqueDemand, _) => "because the motion needs it",
            (_, true) => "as measured",
            (_, false) => "which the motion does not need",
        };
        let says =
            format!("{} gives {most:.1} {unit} in '{}', {:.2} times what it has, {why}", joint.name, effort.name, most / limit);
        out.push(Finding::new(code, &joint.name, says).at(run).measured(most, limit, unit));
    }
    out
}
