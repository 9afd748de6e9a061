//! Joints of the SMPL family and their open offsets.
//!
//! The offsets are facts published with open licences: those of SMPL neutral with ProtoMotions'
//! `smpl_humanoid.xml` (Apache-2.0), which an independent MIT-licensed table repeats within 0.1
//! mm; those of SMPL-X with its `smplx_humanoid.xml` (axes changed from x forward, z up). None of
//! the gated model files is needed or contained. Axes: x left, y up, z forward [m].

/// The joints that every model of the family has, first.
pub(super) const BODY: usize = 22;
/// The joints of both hands in SMPL-H and SMPL-X, left first.
pub(super) const HANDS: usize = 30;

/// A joint of SMPL: its name, its parent's index, and its offset in SMPL neutral.
type Row = (&'static str, Option<usize>, [f64; 3]);

/// SMPL's 24 joints; the last two, the hands, are SMPL's alone. `left_foot` is the ball of the
/// foot.
pub(super) const SMPL: [Row; 24] = [
    ("pelvis", None, [-0.0018, -0.2233, 0.0282]),
    ("left_hip", Some(0), [0.0695, -0.0914, -0.0068]),
    ("right_hip", Some(0), [-0.0677, -0.0905, -0.0043]),
    ("spine1", Some(0), [-0.0025, 0.1090, -0.0267]),
    ("left_knee", Some(1), [0.0343, -0.3752, -0.0045]),
    ("right_knee", Some(2), [-0.0383, -0.3826, -0.0089]),
    ("spine2", Some(3), [0.0055, 0.1352, 0.0011]),
    ("left_ankle", Some(4), [-0.0136, -0.3980, -0.0437]),
    ("right_ankle", Some(5), [0.0158, -0.3984, -0.0423]),
    ("spine3", Some(6), [0.0015, 0.0529, 0.0254]),
    ("left_foot", Some(7), [0.0264, -0.0558, 0.1193]),
    ("right_foot", Some(8), [-0.0254, -0.0481, 0.1233]),
    ("neck", Some(9), [-0.0028, 0.2139, -0.0429]),
    ("left_collar", Some(9), [0.0788, 0.1217, -0.0341]),
    ("right_collar", Some(9), [-0.0818, 0.1188, -0.0386]),
    ("head", Some(12), [0.0052, 0.0650, 0.0513]),
    ("left_shoulder", Some(13), [0.0910, 0.0305, -0.0089]),
    ("right_shoulder", Some(14), [-0.0960, 0.0326, -0.0091]),
    ("left_elbow", Some(16), [0.2596, -0.0128, -0.0275]),
    ("right_elbow", Some(17), [-0.2537, -0.0133, -0.0214]),
    ("left_wrist", Some(18), [0.2492, 0.0090, -0.0012]),
    ("right_wrist", Some(19), [-0.2553, 0.0078, -0.0056]),
    ("left_hand", Some(20), [0.0840, -0.0082, -0.0149]),
    ("right_hand", Some(21), [-0.0846, -0.0061, -0.0103]),
];

/// The offsets of the same first 22 joints in SMPL-X.
pub(super) const SMPL_X: [[f64; 3]; BODY] = [
    [0.0031, -0.3514, 0.0120],   // pelvis
    [0.0582, -0.0928, -0.0260],  // left_hip
    [-0.0633, -0.1039, -0.0213], // right_hip
    [-0.0028, 0.1099, -0.0276],  // spine1
    [0.0547, -0.3788, -0.0094],  // left_knee
    [-0.0442, -0.3624, -0.0168], // right_knee
    [0.0094, 0.1319, -0.0059],   // spine2
    [-0.0435, -0.4031, -0.0319], // left_ankle
    [0.0154, -0.4107, -0.0202],  // right_ankle
    [-0.0113, 0.0522, 0.0284],   // spine3
    [0.0473, -0.0580, 0.1182],   // left_foot
    [-0.0388, -0.0583, 0.1190],  // right_foot
    [-0.0122, 0.1652, -0.0316],  // neck
    [0.0464, 0.0849, -0.0072],   // left_collar
    [-0.0477, 0.0843, -0.0134],  // right_collar
    [0.0248, 0.1605, 0.0207],    // head
    [0.1192, 0.0577, -0.0155],   // left_shoulder
    [-0.1026, 0.0535, -0.0127],  // right_shoulder
    [0.2541, -0.0722, -0.0425],  // left_elbow
    [-0.2711, -0.0365, -0.0265], // right_elbow
    [0.2520, 0.0232, -0.0025],   // left_wrist
    [-0.2493, -0.0045, -0.0153], // right_wrist
];

/// A left finger's name and the offset of its first joint from the wrist, in the models' order;
/// right ones mirror x.
pub(super) const FINGERS: [(&str, [f64; 3]); 5] = [
    ("index", [0.1019, -0.0087, 0.0194]),
    ("middle", [0.1094, -0.0063, -0.0040]),
    ("pinky", [0.0840, -0.0145, -0.0437]),
    ("ring", [0.0974, -0.0093, -0.0273]),
    ("thumb", [0.0406, -0.0180, 0.0256]),
];

/// The way from a finger's joint to its next, along x; rounded, and the same for all fingers.
pub(super) const PHALANGES: [f64; 2] = [0.031, 0.023];

/// The height of a person of mean shape [m] and what the first shape coefficient adds [m]: the
/// rule of thumb that open retargeters use.
pub(super) const HEIGHT_M: (f64, f64) = (1.66, 0.1);
