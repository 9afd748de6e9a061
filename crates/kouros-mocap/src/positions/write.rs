//! The main joints of a clip as an archive that NumPy reads.

use crate::error::{Error, Result};
use crate::{Clip, npz};
use kouros_motion::{Anatomy, LEFT, RIGHT};

/// The joints of a clip's anatomy in the world, under the names that LAFAN1 gives them, as npz:
/// `names` (J) text, `positions` (T, J, 3) 64-bit numbers [m, Z up], `fps` one number in Hz.
///
/// # Errors
/// The archive would be larger than 4 GB, which plain zip cannot hold.
pub fn positions_npz(clip: &Clip) -> Result<Vec<u8>> {
    let joints = named(&clip.anatomy);
    let track = clip.motion.body_track();
    let bytes = track.ticks() as u64 * joints.len() as u64 * 24;
    if bytes > u64::from(u32::MAX) - (1 << 20) {
        let limit = u64::from(u32::MAX);
        return Err(Error::TooMany { file: "positions".into(), what: "bytes of a plain zip archive", limit, found: bytes });
    }
    let mut positions = Vec::with_capacity(bytes as usize);
    for tick in 0..track.ticks() {
        for (_, joint) in &joints {
            let p = track.position(tick, *joint);
            positions.extend([p.x, p.y, p.z].map(f64::to_le_bytes).as_flattened());
        }
    }
    let longest = joints.iter().map(|(n, _)| n.chars().count()).max().unwrap_or(1);
    let mut names = Vec::new();
    for (name, _) in &joints {
        let letters = name.chars().map(u32::from).chain(std::iter::repeat(0)).take(longest);
        names.extend(letters.flat_map(u32::to_le_bytes));
    }
    Ok(npz::pack(&[
        ("names", &format!("<U{longest}"), &[joints.len()], names),
        ("positions", "<f8", &[track.ticks(), joints.len(), 3], positions),
        ("fps", "<f8", &[], clip.motion.rate_hz().to_le_bytes().to_vec()),
    ]))
}

/// LAFAN1's names and the joints they mean.
fn named(a: &Anatomy) -> Vec<(String, usize)> {
    let mut out = vec![("Hips".to_owned(), a.pelvis)];
    for (i, joint) in a.spine.iter().enumerate() {
        out.push((if i == 0 { "Spine".into() } else { format!("Spine{i}") }, *joint));
    }
    out.extend(a.neck.map(|j| ("Neck".to_owned(), j)));
    out.extend(a.head.map(|j| ("Head".to_owned(), j)));
    for (side, word) in [(LEFT, "Left"), (RIGHT, "Right")] {
        let (leg, arm) = (&a.legs[side], &a.arms[side]);
        for (part, joint) in [("UpLeg", leg.hip), ("Leg", leg.knee), ("Foot", leg.ankle), ("Toe", leg.toe)] {
            out.push((format!("{word}{part}"), joint));
        }
        out.extend(arm.clavicle.map(|j| (format!("{word}Shoulder"), j)));
        for (part, joint) in [("Arm", arm.shoulder), ("ForeArm", arm.elbow), ("Hand", arm.wrist)] {
            out.push((format!("{word}{part}"), joint));
        }
    }
    out
}
