//! Acclaim: a skeleton (ASF) and a motion (AMC) to a [`Recording`].
//!
//! Lives here: both texts. A bone turns about its start; the joint of that name stands there, and
//! a bone without children ends in `<bone>_end`. The layout is in docs/formats/acclaim.md.

mod amc;
mod asf;
mod lines;
#[cfg(test)]
mod tests;

use crate::error::{Error, Result};
use crate::recording::Recording;
use crate::{Companions, Format, Up};
use kouros_motion::{Joint, Report, Rot};

/// The rate of CMU's recordings in Hz; the format has no word for one.
const USUAL_HZ: f64 = 120.0;

/// Reads a motion with the skeleton beside it.
pub(crate) fn read(
    file: &str,
    bytes: &[u8],
    companions: &Companions,
    given_hz: Option<f64>,
    report: &mut Report,
) -> Result<Recording> {
    let Some((asf_name, asf_bytes)) = companions.asf else {
        return Err(Error::NeedsCompanion { file: file.to_owned(), format: Format::Amc, needed: "skeleton file (.asf)" });
    };
    let skeleton = asf::read(asf_name, asf_bytes)?;
    let bones = &skeleton.bones;
    let has_child = |i: usize| bones.iter().any(|b| b.parent == Some(i));
    let leaves: Vec<usize> = (1..bones.len()).filter(|i| !has_child(*i)).collect();

    let mut joints: Vec<Joint> = Vec::with_capacity(bones.len() + leaves.len());
    for bone in bones {
        let offset = bone.parent.map_or(skeleton.root_at, |p| bones[p].along);
        joints.push(Joint { name: bone.name.clone(), parent: bone.parent, offset });
    }
    for &leaf in &leaves {
        let name = format!("{}_end", bones[leaf].name);
        let taken = bones.iter().any(|b| b.name == name);
        joints.push(Joint {
            name: if taken { format!("{name}_end") } else { name },
            parent: Some(leaf),
            offset: bones[leaf].along,
        });
    }
    let motion = amc::read(file, bytes, &skeleton, joints.len(), report)?;
    if motion.rate_hz.is_none() && given_hz.is_none() {
        report.inferred(
            "rate",
            format!("the format states no rate; {USUAL_HZ} Hz, that of CMU's recordings; --source-rate overrides"),
        );
    }
    let (mut rotation, mut translation) = (Vec::new(), Vec::new());
    let frames = motion.rotation.len() / bones.len();
    rotation.reserve_exact(frames * joints.len());
    translation.reserve_exact(frames * joints.len());
    for (turns, shifts) in motion.rotation.chunks_exact(bones.len()).zip(motion.shift.chunks_exact(bones.len())) {
        rotation.extend_from_slice(turns);
        translation.extend(joints.iter().zip(shifts).map(|(j, s)| j.offset + s));
        for &leaf in &leaves {
            rotation.push(Rot::identity());
            translation.push(bones[leaf].along);
        }
    }
    Ok(Recording {
        format: Format::Amc,
        is_end: (0..joints.len()).map(|j| j >= bones.len()).collect(),
        joints,
        rate_hz: motion.rate_hz.unwrap_or(USUAL_HZ),
        rotation,
        translation,
        unit_m: skeleton.unit_m,
        usual_up: Up::Y,
        has_rotations: true,
        contacts: None,
        objects: Vec::new(),
        plates: Vec::new(),
    })
}
