//! Biovision hierarchy (BVH): bytes to a [`Recording`].
//!
//! Lives here: the text and nothing of what its numbers mean beyond it. Units, up axis, T-poses
//! and which joint is the knee are found elsewhere. The layout, with every liberty files take,
//! is in docs/formats/bvh.md.

mod frames;
mod hierarchy;
mod rest;
#[cfg(test)]
mod tests;
mod tokens;

pub(crate) use frames::about;

use crate::error::Result;
use crate::format::without_bom;
use crate::recording::Recording;
use crate::{Format, Up};
use hierarchy::{Channel, Hierarchy};
use kouros_motion::{Report, Vec3, list_names};
use tokens::Tokens;

/// Reads a BVH.
pub(crate) fn read(file: &str, bytes: &[u8], report: &mut Report) -> Result<Recording> {
    let mut tokens = Tokens::new(file, without_bom(bytes));
    let hierarchy = hierarchy::read(&mut tokens, report)?;
    let mut motion = frames::read(&mut tokens, &hierarchy, bytes.len(), report)?;
    add_offsets_to_displacements(&hierarchy, &mut motion.translation, report);
    let turns = rest::turns(&hierarchy);
    let mut recording = Recording {
        format: Format::Bvh,
        joints: hierarchy.joints,
        is_end: hierarchy.is_end,
        rate_hz: motion.rate_hz,
        rotation: motion.rotation,
        translation: motion.translation,
        unit_m: None,
        usual_up: Up::Y,
        has_rotations: true,
        contacts: None,
        objects: Vec::new(),
        plates: Vec::new(),
    };
    if let Some(turns) = turns {
        rest::take(&mut recording, &turns, report);
    }
    Ok(recording)
}

/// Some exporters give joints below the root position channels that hold the displacement from
/// OFFSET instead of the place: they stay near zero where OFFSET does not.
fn add_offsets_to_displacements(h: &Hierarchy, translation: &mut [Vec3], report: &mut Report) {
    const NEAR_ZERO: f64 = 0.25;
    let joints = h.joints.len();
    let mut displaced = Vec::new();
    for (index, (joint, channels)) in h.joints.iter().zip(&h.channels).enumerate() {
        let places = channels.iter().filter(|c| matches!(c, Channel::Position(_))).count();
        if joint.parent.is_none() || places != 3 || joint.offset.norm() == 0.0 {
            continue;
        }
        let own = || translation.iter().skip(index).step_by(joints);
        let mean = own().map(|p| p.norm()).sum::<f64>() / own().count().max(1) as f64;
        if mean < NEAR_ZERO * joint.offset.norm() {
            displaced.push(index);
        }
    }
    for &index in &displaced {
        for place in translation.iter_mut().skip(index).step_by(joints) {
            *place += h.joints[index].offset;
        }
    }
    if !displaced.is_empty() {
        let names = list_names(displaced.iter().map(|j| h.joints[*j].name.as_str()));
        report.inferred("offsets", format!("position channels near zero were added to the OFFSET of: {names}"));
    }
}
