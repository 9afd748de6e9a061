//! What every reader hands over: a tree of joints and its motion, still in the file's own units
//! and axes. Units, axes and rates end here; see `import.rs`.

use crate::error::{Error, Result};
use crate::plates::Felt;
use crate::{Format, Up};
use kouros_motion::{Joint, Rot, Vec3};

/// The most joints a skeleton may have; the largest rig seen in the wild has a few hundred.
pub(crate) const MAX_JOINTS: usize = 4096;
/// The deepest a joint may lie in the tree; fingers of a detailed rig lie some twenty deep.
pub(crate) const MAX_DEPTH: usize = 256;
/// The longest joint name in bytes.
pub(crate) const MAX_NAME: usize = 256;
/// Joints times frames that any file may have, however small.
const FREE_SAMPLES: usize = 4 << 20;

/// A clip as its file has it; T frames, J joints, arrays flattened frame by frame.
#[derive(Debug, Clone)]
pub(crate) struct Recording {
    pub format: Format,
    /// Offsets in the file's units and axes; names unique, parents before children.
    pub joints: Vec<Joint>,
    /// Whether a joint is only the end of a bone (J).
    pub is_end: Vec<bool>,
    /// Frames a second by the file in Hz.
    pub rate_hz: f64,
    /// `parent_from_joint` (T x J).
    pub rotation: Vec<Rot>,
    /// Place in the parent's axes (T x J), in the file's units.
    pub translation: Vec<Vec3>,
    /// Metres per unit, where the file states it.
    pub unit_m: Option<f64>,
    /// The axis that usually points up in this format's world.
    pub usual_up: Up,
    /// Whether the joints' rotations are the source's: where it has positions alone, all are the
    /// identity and mean nothing.
    pub has_rotations: bool,
    /// Which sole parts are down (T), where the file knows.
    pub contacts: Option<Vec<[bool; 4]>>,
    /// Things tracked beside the body.
    pub objects: Vec<Thing>,
    /// What force plates felt meanwhile.
    pub plates: Vec<Felt>,
}

/// A rigid object beside the body, as its file has it.
#[derive(Debug, Clone)]
pub(crate) struct Thing {
    pub name: String,
    /// Place in the file's world and units, and `file_world_from_object` (T).
    pub poses: Vec<(Vec3, Rot)>,
}

impl Recording {
    /// The number of joints J.
    pub fn width(&self) -> usize {
        self.joints.len()
    }

    /// The number of frames T.
    pub fn frames(&self) -> usize {
        self.rotation.len() / self.joints.len().max(1)
    }

    /// Joint positions (J) and rotations (J) in the file's world at a frame, into buffers.
    pub fn pose_into(&self, frame: usize, positions: &mut Vec<Vec3>, rotations: &mut Vec<Rot>) {
        let base = frame * self.width();
        positions.clear();
        rotations.clear();
        for (j, joint) in self.joints.iter().enumerate() {
            let (r, t) = (self.rotation[base + j], self.translation[base + j]);
            match joint.parent {
                None => {
                    positions.push(t);
                    rotations.push(r);
                }
                Some(p) => {
                    positions.push(positions[p] + rotations[p] * t);
                    rotations.push(rotations[p] * r);
                }
            }
        }
    }

    /// Joint positions with every rotation the identity (J), in the file's units and axes.
    pub fn rest(&self) -> Vec<Vec3> {
        let mut at: Vec<Vec3> = Vec::with_capacity(self.width());
        for joint in &self.joints {
            at.push(joint.parent.map_or_else(Vec3::zeros, |p| at[p]) + joint.offset);
        }
        at
    }
}

/// The most joints times frames that a file of `bytes` bytes can honestly hold: a moving joint
/// costs several bytes a frame in every format, and a joint that never moves costs none, so few
/// letters could otherwise fill any memory.
pub(crate) fn most_samples(bytes: usize) -> usize {
    bytes.max(FREE_SAMPLES)
}

/// Refuses more than [`most_samples`].
pub(crate) fn check_samples(file: &str, joints: usize, frames: usize, bytes: usize) -> Result<()> {
    let (found, limit) = (joints.saturating_mul(frames) as u64, most_samples(bytes) as u64);
    if found > limit {
        return Err(Error::TooMany { file: file.to_owned(), what: "joints times frames in a file of this size", limit, found });
    }
    Ok(())
}

/// The joints of a tree in an order that has every one behind its parent, branches in the order
/// they were.
pub(crate) fn parents_first(file: &str, parents: &[Option<usize>]) -> Result<Vec<usize>> {
    let mut children = vec![Vec::new(); parents.len()];
    for (joint, parent) in parents.iter().enumerate() {
        if let Some(below) = parent.and_then(|p| children.get_mut(p)) {
            below.push(joint);
        }
    }
    let roots = (0..parents.len()).rev().filter(|j| parents[*j].is_none());
    let mut todo: Vec<(usize, usize)> = roots.map(|j| (j, 0)).collect();
    let mut order = Vec::new();
    while let Some((joint, depth)) = todo.pop() {
        if depth > MAX_DEPTH {
            let (what, limit, found) = ("levels of joints", MAX_DEPTH as u64, depth as u64);
            return Err(Error::TooMany { file: file.to_owned(), what, limit, found });
        }
        order.push(joint);
        todo.extend(children[joint].iter().rev().map(|c| (*c, depth + 1)));
    }
    if order.len() != parents.len() {
        let expected = "joints that all hang below one without a parent".into();
        return Err(Error::Missing { file: file.to_owned(), expected, found: "joints that run in a circle".into() });
    }
    Ok(order)
}
