//! The skeleton that the poses move: from the open offsets, or from the user's own model file.

use super::poses::{Family, Poses, wrong};
use super::tables::{BODY, FINGERS, HANDS, HEIGHT_M, PHALANGES, SMPL, SMPL_X};
use crate::error::{Error, Result};
use crate::npz::npy::{self, Numbers};
use crate::npz::zip::Archive;
use kouros_motion::{Joint, Report, Vec3, list_names};

/// Shape coefficients that describe people; beyond it the first one says nothing of height.
const BELIEVED: f64 = 5.0;

/// The joints of a clip in the model's axes [m]; the root's offset is its place in the model.
pub(super) fn skeleton(
    file: &str,
    poses: &Poses,
    betas: &[f64],
    model: Option<(&str, &[u8])>,
    report: &mut Report,
) -> Result<Vec<Joint>> {
    let mut joints = joints(poses);
    if let Some((name, bytes)) = model {
        let at = model_joints(name, bytes, betas, report)?;
        apply(name, &at, &mut joints, poses.hand_joints)?;
        return Ok(joints);
    }
    let (mean, per_beta) = HEIGHT_M;
    let scale = match betas.first() {
        Some(b) if b.abs() <= BELIEVED => (mean + per_beta * b) / mean,
        Some(b) => {
            report.warn(
                "shape",
                format!("{file}: the first shape coefficient is {b:.2}, which describes no person; mean shape used"),
            );
            1.0
        }
        None => 1.0,
    };
    for joint in &mut joints {
        joint.offset *= scale;
    }
    report.inferred(
        "shape",
        format!(
            "{} bones of the open mean skeleton scaled by {scale:.3} (height about {:.2} m, from the first of {} shape coefficients); single bones may be some centimetres off; the body model's own file gives them exactly",
            poses.family.name(),
            mean * scale,
            betas.len()
        ),
    );
    Ok(joints)
}

/// Names, parents and open offsets.
fn joints(poses: &Poses) -> Vec<Joint> {
    let mut out: Vec<Joint> = Vec::with_capacity(BODY + HANDS);
    let own = if poses.hand_joints == 2 { SMPL.len() } else { BODY };
    for (i, (name, parent, offset)) in SMPL.iter().enumerate().take(own) {
        let offset = if poses.family == Family::SmplX { SMPL_X.get(i).unwrap_or(offset) } else { offset };
        out.push(Joint { name: (*name).to_owned(), parent: *parent, offset: Vec3::from_row_slice(offset) });
    }
    if poses.hand_joints == HANDS {
        for (side, wrist, sign) in [("left", 20, 1.0), ("right", 21, -1.0)] {
            for (finger, first) in FINGERS {
                for segment in 0..3 {
                    let parent = if segment == 0 { wrist } else { out.len() - 1 };
                    let [x, y, z] = if segment == 0 { first } else { [PHALANGES[segment - 1], 0.0, 0.0] };
                    let name = format!("{side}_{finger}{}", segment + 1);
                    out.push(Joint { name, parent: Some(parent), offset: Vec3::new(sign * x, y, z) });
                }
            }
        }
    }
    out
}

/// Replaces offsets by those of a model's joints (K).
fn apply(file: &str, at: &[Vec3], joints: &mut [Joint], hand_joints: usize) -> Result<()> {
    if at.len() < BODY {
        let (expected, found) = (format!("at least {BODY} joints in a body model"), at.len().to_string());
        return Err(Error::Missing { file: file.to_owned(), expected, found });
    }
    // Where the model's own hands begin; a model without them leaves the open ones.
    let first = match (hand_joints, at.len()) {
        (2, 24..) => Some(BODY),
        (HANDS, 52..=54) => Some(BODY),
        (HANDS, 55..) => Some(BODY + 3),
        _ => None,
    };
    let place = |j: usize| if j < BODY { at.get(j) } else { first.and_then(|f| at.get(f + j - BODY)) };
    for j in 0..joints.len() {
        let parent = joints[j].parent;
        let above = parent.map_or(Some(Vec3::zeros()), |p| place(p).copied());
        if let (Some(here), Some(above)) = (place(j), above) {
            joints[j].offset = here - above;
        }
    }
    Ok(())
}

/// The joints of a user's model file (K): given as they are, or regressed from its shaped mesh.
fn model_joints(file: &str, bytes: &[u8], betas: &[f64], report: &mut Report) -> Result<Vec<Vec3>> {
    let archive = Archive::open(file, bytes)?;
    let points = |name: &str, n: &Numbers| -> Result<Vec<Vec3>> {
        super::poses::finite(&archive, name, &n.values, 3)?;
        match n.shape[..] {
            [_, 3] => Ok(n.values.chunks_exact(3).map(Vec3::from_row_slice).collect()),
            _ => Err(wrong(&archive, name, "shape (joints, 3)".into(), format!("{:?}", n.shape))),
        }
    };
    // Regressing needs all three; a file may hold any of them as objects, which is told by name.
    let has = |name: &str| archive.entries.iter().any(|e| e.name.strip_suffix(".npy") == Some(name));
    if has("J_regressor") && has("v_template") && has("shapedirs") {
        let get =
            |name: &str| npy::numbers(&archive, name)?.ok_or_else(|| wrong(&archive, name, "numbers".into(), "nothing".into()));
        let at = regress(&archive, &get("J_regressor")?, &get("v_template")?, &get("shapedirs")?, betas)?;
        let used = betas.len();
        report.inferred("shape", format!("bones from '{file}' by {used} shape coefficients"));
        return Ok(at);
    }
    for name in ["J", "joints"] {
        if let Some(n) = npy::numbers(&archive, name)? {
            report.inferred(
                "shape",
                format!("bones from the joints '{name}' in '{file}'; the clip's shape coefficients were not used"),
            );
            return points(name, &n);
        }
    }
    let arrays = list_names(archive.entries.iter().map(|e| e.name.as_str()));
    let expected = "'J_regressor', 'v_template' and 'shapedirs', or 'J' (joints, 3)".into();
    Err(Error::Missing { file: file.to_owned(), expected, found: format!("arrays {arrays}") })
}

/// J = regressor (K x V) * (template (V x 3) + sum over b of directions (V x 3 x B) * beta_b):
/// equations 6 and 10 of SMPL (Loper et al. 2015).
fn regress(archive: &Archive, regressor: &Numbers, template: &Numbers, directions: &Numbers, betas: &[f64]) -> Result<Vec<Vec3>> {
    const MOST_JOINTS: usize = 512;
    let shapes = format!("{:?}, {:?}, {:?}", regressor.shape, template.shape, directions.shape);
    let (vertices, count) = match (&regressor.shape[..], &template.shape[..], &directions.shape[..]) {
        ([k, v], [w, 3], [x, 3, b]) if v == w && w == x && *k <= MOST_JOINTS && *v > 0 => (*v, *b),
        _ => {
            let expected = "J_regressor (K, V), v_template (V, 3) and shapedirs (V, 3, B)".to_owned();
            return Err(wrong(archive, "J_regressor", expected, shapes));
        }
    };
    for (name, n) in [("J_regressor", regressor), ("v_template", template), ("shapedirs", directions)] {
        super::poses::finite(archive, name, &n.values, vertices)?;
    }
    let shaped: Vec<f64> = template
        .values
        .iter()
        .enumerate()
        .map(|(i, v)| {
            let moved = directions.values.get(i * count..(i + 1) * count).unwrap_or_default();
            v + moved.iter().zip(betas).map(|(d, b)| d * b).sum::<f64>()
        })
        .collect();
    let joint = |row: &[f64]| {
        row.iter()
            .zip(shaped.chunks_exact(3))
            .filter(|(w, _)| **w != 0.0)
            .fold(Vec3::zeros(), |sum, (w, p)| sum + Vec3::from_row_slice(p) * *w)
    };
    Ok(regressor.values.chunks_exact(vertices).map(joint).collect())
}
