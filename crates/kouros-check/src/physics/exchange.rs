//! Joints or sides exchanged in every stream alike: only the body can tell.
//!
//! A measure of how well the motion goes with what is known besides (the centre of mass label; else
//! whether the robot stands on its soles and some part of them holds still) is taken as the columns
//! are named, and for every exchange of two joints and of two limbs. One that makes nearly all of a
//! clear trouble vanish is what happened.

use crate::body::{Body, BodyPass};
use crate::robust::median;
use crate::streams::order::mirror_of;
use crate::view::{Joints, Root};
use crate::{Code, Finding, View};
use kouros_robot::JointKind;

/// Frames that are looked at.
const SAMPLES: usize = 24;
/// Troubles that are looked into [m]: of the centre of mass label (single precision rounds it by a
/// millionth) ...
pub(crate) const COM: f64 = 1e-5;
/// ... and of the soles.
const SOLES: f64 = 0.03;
/// What is left of the trouble by the right exchange [1].
const LEAVES: f64 = 0.2;

/// The exchange that explains the trouble, if there is a trouble and one does.
pub(crate) fn check(view: &View<'_>, state: &Joints, root: &Root, pass: &mut BodyPass<'_>) -> Option<Finding> {
    let step = view.ticks.saturating_sub(1).div_ceil(SAMPLES).max(1);
    let ticks: Vec<usize> = (0..view.ticks.saturating_sub(1)).step_by(step).flat_map(|t| [t, t + 1]).collect();
    let n = state.count();
    let trouble = |pass: &mut BodyPass<'_>, order: &[(usize, f64)]| -> Option<f64> {
        let values = ticks.iter().flat_map(|&t| order.iter().map(move |(j, sign)| sign * state.values[t * n + j])).collect();
        let sampled = Joints { name: String::new(), present: state.present.clone(), values };
        let base = Root {
            name: String::new(),
            position: ticks.iter().map(|&t| root.position[t]).collect(),
            wxyz: ticks.iter().map(|&t| root.wxyz[t]).collect(),
        };
        let body = pass.run(&sampled, &base, 0..ticks.len());
        match &view.com {
            Some(com) => median((0..ticks.len()).map(|i| (body.com[i] - com[ticks[i]]).norm()).collect()),
            None => median((0..ticks.len()).step_by(2).map(|i| soles(&body, i, view.rate_hz)).collect()),
        }
    };
    let as_named: Vec<(usize, f64)> = (0..n).map(|j| (j, 1.0)).collect();
    let named = trouble(pass, &as_named)?;
    let limit = if view.com.is_some() { COM } else { SOLES };
    if named < limit {
        return None;
    }
    let robot = pass.robot();
    let mirror = mirror_of(robot);
    let mut best: Option<(f64, Code, String)> = None;
    let mut consider = |left: Option<f64>, code: Code, what: String| {
        if let Some(left) = left.filter(|l| *l < LEAVES * named && best.as_ref().is_none_or(|b| *l < b.0)) {
            best = Some((left, code, what));
        }
    };
    let limbs = [("arms", &robot.profile.arms), ("legs", &robot.profile.legs)];
    for (name, pair) in limbs {
        for mirrored in [false, true] {
            let mut order = as_named.clone();
            for side in pair {
                for &j in &side.joints {
                    let Some(k) = mirror[j] else { continue };
                    // Joints whose ranges mirror each other turn the other way on the other side.
                    let turns = match (robot.joints[j].range, robot.joints[k].range) {
                        (Some([a, b]), Some([c, d])) => (a + d).abs() + (b + c).abs() < (a - c).abs() + (b - d).abs(),
                        _ => false,
                    };
                    order[j] = (k, if mirrored && turns { -1.0 } else { 1.0 });
                }
            }
            consider(trouble(pass, &order), Code::Sides, format!("left and right {name} are exchanged"));
        }
    }
    for j in 0..n {
        for k in j + 1..n {
            if state.present[j]
                && state.present[k]
                && robot.joints[j].kind == JointKind::Hinge
                && robot.joints[k].kind == JointKind::Hinge
            {
                let mut order = as_named.clone();
                order.swap(j, k);
                consider(
                    trouble(pass, &order),
                    Code::JointOrder,
                    format!("{} and {} are exchanged", robot.joints[j].name, robot.joints[k].name),
                );
            }
        }
    }
    let (left, code, what) = best?;
    let by = if view.com.is_some() { "the centre of mass" } else { "the standing feet" };
    let says = format!("{what} in '{}': that brings {by} from {:.1} cm off to {:.1} cm", state.name, 100.0 * named, 100.0 * left);
    Some(Finding::new(code, &state.name, says).at(0..view.ticks).measured(named, limit, "m"))
}

fn soles(body: &Body, i: usize, rate_hz: f64) -> f64 {
    let speed = (0..4).map(|p| (body.parts[i + 1][p] - body.parts[i][p]).xy().norm()).fold(f64::INFINITY, f64::min);
    body.lowest(i).abs() + 0.2 * speed * rate_hz
}
