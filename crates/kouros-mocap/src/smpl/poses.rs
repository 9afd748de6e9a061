//! The poses of an archive, whichever spelling of the arrays it uses.

use super::tables::{BODY, HANDS};
use crate::error::{Error, Result};
use crate::npz::npy::{self, Array, Numbers};
use crate::npz::zip::Archive;
use crate::recording::check_samples;
use kouros_motion::{Report, Vec3, list_names};

/// The most joints a clip of the family gets.
const SMPL_H_JOINTS: usize = BODY + HANDS;
/// How much smaller than its numbers a clip may be.
const DEFLATED: usize = 8;

/// The models of the family.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Family {
    Smpl,
    SmplH,
    SmplX,
}

impl Family {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Smpl => "SMPL",
            Self::SmplH => "SMPL-H",
            Self::SmplX => "SMPL-X",
        }
    }
}

/// Rotation vectors of joints over time (T frames), and where they lie.
#[derive(Debug)]
pub(super) struct Poses {
    pub family: Family,
    pub frames: usize,
    /// Rotation vectors of the body's 22 joints (T x 22).
    pub body: Vec<Vec3>,
    /// Rotation vectors of the hands' joints: SMPL's 2 or the others' 30 (T x K).
    pub hands: Vec<Vec3>,
    /// How many of the latter a frame has: 0, 2 or 30.
    pub hand_joints: usize,
}

/// Rows of rotation vectors of one array.
struct Rows {
    frames: usize,
    joints: usize,
    values: Vec<f64>,
}

impl Rows {
    fn at(&self, frame: usize, joint: usize) -> Vec3 {
        let i = 3 * (frame * self.joints + joint);
        Vec3::new(self.values[i], self.values[i + 1], self.values[i + 2])
    }
}

/// Reads the poses, from `poses` or from its parts.
pub(super) fn read(archive: &Archive, bytes: usize, report: &mut Report) -> Result<Poses> {
    let model = match npy::read(archive, "surface_model_type")? {
        Some(Array::Text(t)) => t.first().map(|t| t.to_lowercase()).unwrap_or_default(),
        _ => String::new(),
    };
    // Deflated poses are smaller than others, and every frame has all joints.
    let most = bytes.saturating_mul(DEFLATED);
    if let Some(rows) = rows(archive, &["poses"])? {
        check_samples(archive.file, SMPL_H_JOINTS, rows.frames, most)?;
        return whole(archive, &rows, &model);
    }
    let Some(root) = rows(archive, &["root_orient", "global_orient"])? else { return Err(no_poses(archive)) };
    let Some(body) = rows(archive, &["pose_body", "body_pose"])? else { return Err(no_poses(archive)) };
    let frames = root.frames;
    check_samples(archive.file, SMPL_H_JOINTS, frames, most)?;
    let same = |what: &str, r: &Rows, joints: &[usize]| {
        if r.frames == frames && joints.contains(&r.joints) {
            return Ok(());
        }
        let found = format!("{} frames of {} joints", r.frames, r.joints);
        Err(wrong(archive, what, format!("{frames} frames of {joints:?} joints, as the root has"), found))
    };
    same("root_orient", &root, &[1])?;
    same("pose_body", &body, &[BODY - 1, BODY + 1])?;
    let mut out = Poses { family: Family::SmplX, frames, body: Vec::new(), hands: Vec::new(), hand_joints: 0 };
    let hand = match rows(archive, &["pose_hand"])? {
        Some(both) => Some([both, Rows { frames: 0, joints: 0, values: Vec::new() }]),
        None => match (rows(archive, &["left_hand_pose"])?, rows(archive, &["right_hand_pose"])?) {
            (Some(l), Some(r)) => Some([l, r]),
            _ => None,
        },
    };
    let fingers = hand
        .as_ref()
        .is_some_and(|[l, r]| l.joints + r.joints == HANDS && l.frames == frames && (r.joints == 0 || r.frames == frames));
    if hand.is_some() && !fingers {
        report.warn("joints", "the hands' poses are no 30 rotation vectors a frame and were left out");
    }
    if body.joints == BODY + 1 {
        out.family = Family::Smpl;
        out.hand_joints = 2;
    } else if fingers {
        out.hand_joints = HANDS;
    }
    if model.contains("smplh")
        || (model.is_empty() && !fingers && archive.entries.iter().all(|e| !e.name.starts_with("pose_jaw")))
    {
        out.family = if out.family == Family::Smpl { Family::Smpl } else { Family::SmplH };
    }
    for t in 0..frames {
        out.body.push(root.at(t, 0));
        out.body.extend((0..BODY - 1).map(|j| body.at(t, j)));
        if out.hand_joints == 2 {
            out.hands.extend((BODY - 1..BODY + 1).map(|j| body.at(t, j)));
        } else if let Some([l, r]) = hand.as_ref().filter(|_| out.hand_joints == HANDS) {
            out.hands.extend((0..l.joints).map(|j| l.at(t, j)));
            out.hands.extend((0..r.joints).map(|j| r.at(t, j)));
        }
    }
    Ok(out)
}

/// All joints in one array: which model they are of shows in their number.
fn whole(archive: &Archive, rows: &Rows, model: &str) -> Result<Poses> {
    let (family, first, hand_joints) = match rows.joints {
        BODY => (if model.contains("smplx") { Family::SmplX } else { Family::Smpl }, BODY, 0),
        24 => (Family::Smpl, BODY, 2),
        52 => (Family::SmplH, BODY, HANDS),
        // Jaw and eyes stand between body and hands.
        55 => (Family::SmplX, BODY + 3, HANDS),
        n => {
            let expected = "22, 24 (SMPL), 52 (SMPL-H) or 55 (SMPL-X) rotation vectors a frame";
            return Err(wrong(archive, "poses", expected.into(), format!("{n}")));
        }
    };
    let frames = rows.frames;
    let body = (0..frames).flat_map(|t| (0..BODY).map(move |j| (t, j))).map(|(t, j)| rows.at(t, j)).collect();
    let hands = (0..frames).flat_map(|t| (first..first + hand_joints).map(move |j| (t, j))).map(|(t, j)| rows.at(t, j)).collect();
    Ok(Poses { family, frames, body, hands, hand_joints })
}

/// The first of these arrays that is there, as rows of rotation vectors.
fn rows(archive: &Archive, names: &[&str]) -> Result<Option<Rows>> {
    for &name in names {
        let Some(Numbers { shape, values }) = npy::numbers(archive, name)? else { continue };
        let joints = match shape[..] {
            [frames, width] if frames > 0 && width > 0 && width % 3 == 0 => width / 3,
            [frames, joints, 3] if frames > 0 && joints > 0 => joints,
            _ => {
                return Err(wrong(
                    archive,
                    name,
                    "shape (frames, 3 x joints) or (frames, joints, 3)".into(),
                    format!("{shape:?}"),
                ));
            }
        };
        let frames = shape.first().copied().unwrap_or_default();
        finite(archive, name, &values, 3 * joints)?;
        return Ok(Some(Rows { frames, joints, values }));
    }
    Ok(None)
}

/// Refuses values that are not finite, naming the frame.
pub(super) fn finite(archive: &Archive, name: &str, values: &[f64], width: usize) -> Result<()> {
    match values.iter().position(|v| !v.is_finite()) {
        Some(i) => {
            let place = format!("{} at frame {}, number {}", values[i], i / width.max(1), i % width.max(1));
            Err(wrong(archive, name, "finite numbers".into(), place))
        }
        None => Ok(()),
    }
}

pub(super) fn wrong(archive: &Archive, array: &str, expected: String, found: String) -> Error {
    Error::Array { file: archive.file.to_owned(), array: array.to_owned(), expected, found }
}

fn no_poses(archive: &Archive) -> Error {
    let names = || archive.entries.iter().map(|e| e.name.strip_suffix(".npy").unwrap_or(&e.name));
    let arrays = list_names(names());
    let found = if names().any(|n| n == "betas") {
        format!(
            "a body's shape without any motion (a 'stagei' file; its motion is in the '_stageii' or '_poses' file beside it): {arrays}"
        )
    } else if names().next().is_none() {
        "an archive without arrays".into()
    } else {
        format!("arrays {arrays}")
    };
    let expected = "the array 'poses', or 'root_orient' and 'pose_body'".into();
    Error::Missing { file: archive.file.to_owned(), expected, found }
}
