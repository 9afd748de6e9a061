//! The body that DeepMimic's clips move: a clip holds joint angles only, and all are of this one.

use crate::recording::Recording;
use crate::{Format, Up};
use kouros_motion::{Joint, Rot, Vec3};

/// How a joint turns.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A quaternion.
    Ball,
    /// An angle about z.
    Hinge,
    /// Not at all: the end of a bone.
    End,
}

impl Kind {
    /// How many numbers of a frame it takes.
    pub fn numbers(self) -> usize {
        match self {
            Self::Ball => 4,
            Self::Hinge => 1,
            Self::End => 0,
        }
    }
}

/// Name, parent, place in the parent's axes [m] and kind of every joint, in the order of a frame's
/// numbers: x forward, y up, z right, arms and legs hanging.
///
/// Measures of `humanoid3d` (Peng et al. 2018; MIT). The ends are the middle of its head and the
/// front of its feet's soles, by the shapes it collides with.
pub(super) const JOINTS: [(&str, Option<usize>, [f64; 3], Kind); 18] = [
    ("root", None, [0.0; 3], Kind::Ball),
    ("chest", Some(0), [0.0, 0.236151, 0.0], Kind::Ball),
    ("neck", Some(1), [0.0, 0.223894, 0.0], Kind::Ball),
    ("neck_end", Some(2), [0.0, 0.175, 0.0], Kind::End),
    ("right_hip", Some(0), [0.0, 0.0, 0.084887], Kind::Ball),
    ("right_knee", Some(4), [0.0, -0.421546, 0.0], Kind::Hinge),
    ("right_ankle", Some(5), [0.0, -0.40987, 0.0], Kind::Ball),
    ("right_ankle_end", Some(6), [0.1335, -0.05, 0.0], Kind::End),
    ("right_shoulder", Some(1), [-0.02405, 0.2435, 0.18311], Kind::Ball),
    ("right_elbow", Some(8), [0.0, -0.274788, 0.0], Kind::Hinge),
    ("right_wrist", Some(9), [0.0, -0.258947, 0.0], Kind::End),
    ("left_hip", Some(0), [0.0, 0.0, -0.084887], Kind::Ball),
    ("left_knee", Some(11), [0.0, -0.421546, 0.0], Kind::Hinge),
    ("left_ankle", Some(12), [0.0, -0.40987, 0.0], Kind::Ball),
    ("left_ankle_end", Some(13), [0.1335, -0.05, 0.0], Kind::End),
    ("left_shoulder", Some(1), [-0.02405, 0.2435, -0.18311], Kind::Ball),
    ("left_elbow", Some(15), [0.0, -0.274788, 0.0], Kind::Hinge),
    ("left_wrist", Some(16), [0.0, -0.258947, 0.0], Kind::End),
];

/// One frame: the root's place [m] and every joint's turn against its parent.
#[derive(Debug, Clone)]
pub(super) struct Pose {
    pub root: Vec3,
    pub rotation: [Rot; JOINTS.len()],
}

/// The body in these poses.
pub(super) fn recording(poses: &[Pose], rate_hz: f64) -> Recording {
    let joint = |(name, parent, offset, _): &(&str, Option<usize>, [f64; 3], Kind)| Joint {
        name: (*name).to_owned(),
        parent: *parent,
        offset: Vec3::from_row_slice(offset),
    };
    let joints: Vec<Joint> = JOINTS.iter().map(joint).collect();
    let place =
        |pose: &Pose| -> Vec<Vec3> { joints.iter().map(|j| if j.parent.is_none() { pose.root } else { j.offset }).collect() };
    Recording {
        format: Format::DeepMimic,
        rate_hz,
        rotation: poses.iter().flat_map(|p| p.rotation).collect(),
        translation: poses.iter().flat_map(place).collect(),
        // The wrists end the arms but are joints all the same.
        is_end: JOINTS.iter().map(|j| j.0.ends_with("_end")).collect(),
        joints,
        unit_m: Some(1.0),
        usual_up: Up::Y,
        has_rotations: true,
        contacts: None,
        objects: Vec::new(),
        plates: Vec::new(),
    }
}
