//! Poses of the SMPL family (AMASS and its kin) to a [`Recording`].
//!
//! Lives here: the archive, its arrays and the skeleton they move; no mesh, no gated model file,
//! and no pickle is ever executed. The layout is in docs/formats/smpl-npz.md.

mod body;
mod poses;
mod tables;
#[cfg(test)]
mod tests;

use crate::error::Result;
use crate::npz::npy::{self, Array};
use crate::npz::rate;
use crate::npz::zip::Archive;
use crate::recording::Recording;
use crate::{Companions, Format, Up};
use kouros_motion::{Report, Rot, Vec3};
use tables::BODY;

/// Reads an archive of poses.
pub(crate) fn read(
    file: &str,
    bytes: &[u8],
    companions: &Companions,
    given_hz: Option<f64>,
    report: &mut Report,
) -> Result<Recording> {
    let archive = Archive::open(file, bytes)?;
    let poses = poses::read(&archive, bytes.len(), report)?;
    let rate_hz = match given_hz {
        Some(rate) => rate,
        None => rate(&archive)?,
    };
    let place = places(&archive, poses.frames, report)?;
    let betas = match npy::read(&archive, "betas")? {
        Some(Array::Numbers(n)) if n.values.iter().all(|v| v.is_finite()) => shape(&n),
        _ => Vec::new(),
    };
    let joints = body::skeleton(file, &poses, &betas, companions.body_model, report)?;
    let width = joints.len();
    let (mut rotation, mut translation) = (Vec::new(), Vec::new());
    rotation.reserve_exact(width * poses.frames);
    translation.reserve_exact(width * poses.frames);
    for t in 0..poses.frames {
        let own = poses.body.iter().skip(t * BODY).take(BODY);
        let hands = poses.hands.iter().skip(t * poses.hand_joints).take(poses.hand_joints);
        rotation.extend(own.chain(hands).map(|v| Rot::new(*v)));
        // The model turns about its pelvis, which stands where the mesh has it.
        translation
            .extend(joints.iter().enumerate().map(|(j, joint)| if j == 0 { place[t] + joint.offset } else { joint.offset }));
    }
    Ok(Recording {
        format: Format::SmplNpz,
        is_end: vec![false; width],
        joints,
        rate_hz,
        rotation,
        translation,
        unit_m: Some(1.0),
        usual_up: Up::Z,
        has_rotations: true,
        contacts: None,
        objects: Vec::new(),
        plates: Vec::new(),
    })
}

/// The translation of the model (T).
fn places(archive: &Archive, frames: usize, report: &mut Report) -> Result<Vec<Vec3>> {
    for name in ["trans", "transl"] {
        let Some(n) = npy::numbers(archive, name)? else { continue };
        if n.shape[..] != [frames, 3] {
            return Err(poses::wrong(archive, name, format!("shape [{frames}, 3], as the poses have"), format!("{:?}", n.shape)));
        }
        poses::finite(archive, name, &n.values, 3)?;
        return Ok(n.values.chunks_exact(3).map(Vec3::from_row_slice).collect());
    }
    report.warn("root", "no array 'trans': the body turns in place");
    Ok(vec![Vec3::zeros(); frames])
}

/// The shape coefficients: one row, or the first of many that repeat it.
fn shape(n: &npy::Numbers) -> Vec<f64> {
    let width = n.shape.last().copied().unwrap_or(n.values.len());
    n.values.get(..width.min(n.values.len())).unwrap_or_default().to_vec()
}
