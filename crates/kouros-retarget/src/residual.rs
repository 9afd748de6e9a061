//! What remains between human and robot, tick by tick and part by part.

use crate::frame::Frame;
use crate::state::State;
use crate::targets::Targets;
use crate::terms::bones::trunk_direction;
use crate::terms::feet::{Feet, has_heading, wrap};
use kouros_motion::{LEFT, RIGHT, Rot};
use kouros_robot::Robot;
use serde::Serialize;

/// The error of one part of the body over the clip.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PartError {
    /// Which part, and what of it: `left thigh direction`.
    pub part: String,
    /// The unit: `deg` or `m`.
    pub unit: &'static str,
    /// The error at every tick; 0 where it has no meaning (the heading of a foot in the air,
    /// or of one that stands on its toes as steeply as 60 degrees).
    pub per_tick: Vec<f32>,
    /// Mean over the ticks where it has a meaning.
    pub mean: f64,
    /// The largest.
    pub max: f64,
}

impl PartError {
    fn new(part: &str, unit: &'static str, values: Vec<Option<f64>>) -> Self {
        let known = || values.iter().flatten();
        let count = known().count().max(1) as f64;
        Self {
            part: part.into(),
            unit,
            mean: known().sum::<f64>() / count,
            max: known().copied().fold(0.0, f64::max),
            per_tick: values.iter().map(|v| v.unwrap_or(0.0) as f32).collect(),
        }
    }
}

/// All errors of a solution against what was wanted.
pub(crate) fn errors(robot: &Robot, targets: &Targets, state: &State, yaw: [f64; 2]) -> Vec<PartError> {
    let names = [
        ["left thigh", "left shank"],
        ["right thigh", "right shank"],
        ["left upper arm", "left forearm"],
        ["right upper arm", "right forearm"],
    ];
    let p = &robot.profile;
    let limbs = p.limbs();
    let mut bones: [Vec<Option<f64>>; 8] = Default::default();
    let (mut trunk, mut heading, mut path) = (Vec::new(), Vec::new(), Vec::new());
    let (mut hands, mut feet) = ([Vec::new(), Vec::new()], [Vec::new(), Vec::new()]);
    let mut frame = Frame::new(robot);
    let (hips, left) = (crate::terms::bones::mid_hips(robot), p.up.cross(&p.forward));
    let shoulders = crate::terms::bones::mid_shoulders(robot);
    for (t, target) in targets.ticks.iter().enumerate() {
        frame.update(&state.pose(t), state.q(t));
        for (i, limb) in limbs.iter().enumerate() {
            let marks = [&limb.upper, &limb.middle, &limb.lower].map(|m| frame.mark(m));
            for b in 0..2 {
                bones[2 * i + b].push(Some((marks[b + 1] - marks[b]).angle(&target.bones[i][b]).to_degrees()));
            }
        }
        trunk.push(Some(trunk_direction(&frame, &shoulders).angle(&target.trunk).to_degrees()));
        let l = frame.at.rotation[p.pelvis] * left;
        heading.push((l.xy().norm() > 0.3).then(|| wrap(l.y.atan2(l.x) - target.left.y.atan2(target.left.x)).abs().to_degrees()));
        path.push(Some((frame.mark(&hips) - target.hips).norm()));
        for side in [LEFT, RIGHT] {
            let rotation = frame.at.rotation[p.arms[side].end];
            let hand = Rot::from_rotation_matrix(&nalgebra::Rotation3::from_matrix_unchecked(rotation));
            hands[side].push(target.hands[side].map(|w| w.angle_to(&hand).to_degrees()));
            let down = (target.contact[2 * side] || target.contact[2 * side + 1]) && has_heading(&target.sole[side]);
            let error = wrap(Feet::heading(&frame, side) - target.foot_heading[side] - yaw[side]).abs().to_degrees();
            feet[side].push(down.then_some(error));
        }
    }
    let mut out: Vec<PartError> = names
        .iter()
        .flatten()
        .zip(bones)
        .map(|(name, values)| PartError::new(&format!("{name} direction"), "deg", values))
        .collect();
    out.push(PartError::new("trunk direction", "deg", trunk));
    out.push(PartError::new("pelvis heading", "deg", heading));
    out.push(PartError::new("pelvis place", "m", path));
    for (side, name) in [(LEFT, "left"), (RIGHT, "right")] {
        if targets.ticks.iter().any(|t| t.hands[side].is_some()) {
            out.push(PartError::new(&format!("{name} hand rotation"), "deg", std::mem::take(&mut hands[side])));
        }
        out.push(PartError::new(&format!("{name} foot heading in contact"), "deg", std::mem::take(&mut feet[side])));
    }
    out
}
