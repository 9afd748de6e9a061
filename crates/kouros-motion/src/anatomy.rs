//! Which joint of a skeleton is which part of a body.

/// Index of the left side in every pair.
pub const LEFT: usize = 0;
/// Index of the right side in every pair.
pub const RIGHT: usize = 1;

/// How far a flat foot's line from ankle to toe points down where nothing shows it [rad]: ankles are
/// 7 cm and toe joints 2 cm over the floor, 14 cm apart (an adult's foot; rigs scatter from 7 to 40
/// degrees).
pub const FLAT_FOOT_PITCH: f64 = 0.35;
/// A foot whose line from ankle to toe points further down than this is not flat [rad]: it stands on
/// its ball, or it is a rest pose that points its feet.
pub const STEEPEST_FLAT_FOOT: f64 = 0.8;

/// One leg, as joint indices; each joint's position is the anatomical joint's centre.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Leg {
    /// Where the thigh begins.
    pub hip: usize,
    /// Where the shank begins.
    pub knee: usize,
    /// Where the foot begins.
    pub ankle: usize,
    /// The ball of the foot, or the toe's end where the skeleton has no ball.
    pub toe: usize,
}

/// One arm, as joint indices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arm {
    /// The clavicle's joint, where the skeleton has one.
    pub clavicle: Option<usize>,
    /// Where the upper arm begins.
    pub shoulder: usize,
    /// Where the forearm begins.
    pub elbow: usize,
    /// Where the hand begins; its rotation is the hand's.
    pub wrist: usize,
}

/// Which joint is which. Indices point into the skeleton, and so into its body track.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Anatomy {
    /// The joint that carries legs and spine; its rotation is the pelvis'.
    pub pelvis: usize,
    /// From the first joint above the pelvis to the one that carries the arms, inclusive.
    /// Empty where the arms start at the pelvis joint itself.
    pub spine: Vec<usize>,
    /// The joint between trunk and head.
    pub neck: Option<usize>,
    /// The head's joint.
    pub head: Option<usize>,
    /// Left, right.
    pub legs: [Leg; 2],
    /// Left, right.
    pub arms: [Arm; 2],
    /// Whether the skeleton at rest (all rotations the identity) stands upright on straight legs,
    /// so that rest orientations mean something.
    pub rest_is_upright: bool,
    /// Whether at rest the arms are also stretched sideways, palms presumed down (a T-pose).
    pub rest_is_t_pose: bool,
}

impl Anatomy {
    /// Which joint is which after the motion was mirrored: what was the left leg is the right one.
    #[must_use]
    pub fn mirrored(&self) -> Self {
        let ([l, r], [a, b]) = (self.legs, self.arms);
        Self { legs: [r, l], arms: [b, a], ..self.clone() }
    }
}
