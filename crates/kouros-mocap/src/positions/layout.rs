//! Orders of joints in arrays without names, and which of them an array is in: in the right one
//! bones keep their lengths.

use super::naming;
use kouros_motion::Vec3;

/// An order of joints in an array of positions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Layout {
    /// LAFAN1's 22 joints as its BVH files list them.
    Lafan,
    /// The same with the right leg and arm before the left.
    LafanRightFirst,
    /// SMPL's 24 joints, or the first 22 of them.
    Smpl,
    /// SMPL-H's 52 joints.
    SmplH,
    /// The 52 bodies of a simulated SMPL-H: limb by limb.
    SmplHByLimb,
    /// SMPL-X's 55 joints.
    SmplX,
    /// 26 joints of an OptiTrack skeleton, ends of head, hands and toes among them.
    OptiTrack,
    /// 53 joints of a tracked skeleton with fingers, the feet once more at the end.
    Fingers,
}

const LAFAN: &str = "Hips LeftUpLeg LeftLeg LeftFoot LeftToe RightUpLeg RightLeg RightFoot RightToe Spine Spine1 Spine2 Neck Head LeftShoulder LeftArm LeftForeArm LeftHand RightShoulder RightArm RightForeArm RightHand";
const LAFAN_RIGHT_FIRST: &str = "Hips RightUpLeg RightLeg RightFoot RightToe LeftUpLeg LeftLeg LeftFoot LeftToe Spine Spine1 Spine2 Neck Head RightShoulder RightArm RightForeArm RightHand LeftShoulder LeftArm LeftForeArm LeftHand";
const SMPL: &str = "pelvis left_hip right_hip spine1 left_knee right_knee spine2 left_ankle right_ankle spine3 left_foot right_foot neck left_collar right_collar head left_shoulder right_shoulder left_elbow right_elbow left_wrist right_wrist";
const SMPL_HANDS: &str = "left_hand right_hand";
const SMPL_X_FACE: &str = "jaw left_eye_smplhf right_eye_smplhf";
const OPTI_TRACK: &str = "Hips Spine Spine1 Neck Head HeadEnd LeftShoulder LeftArm LeftForeArm LeftHand LeftHandEnd RightShoulder RightArm RightForeArm RightHand RightHandEnd LeftUpLeg LeftLeg LeftFoot LeftToe LeftToeEnd RightUpLeg RightLeg RightFoot RightToe RightToeEnd";

impl Layout {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Lafan,
        Self::LafanRightFirst,
        Self::Smpl,
        Self::SmplH,
        Self::SmplHByLimb,
        Self::SmplX,
        Self::OptiTrack,
        Self::Fingers,
    ];

    /// Its name: `lafan`, `lafan-right-first`, `smpl`, `smplh`, `smplh-by-limb`, `smplx`,
    /// `optitrack`, `fingers`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Lafan => "lafan",
            Self::LafanRightFirst => "lafan-right-first",
            Self::Smpl => "smpl",
            Self::SmplH => "smplh",
            Self::SmplHByLimb => "smplh-by-limb",
            Self::SmplX => "smplx",
            Self::OptiTrack => "optitrack",
            Self::Fingers => "fingers",
        }
    }

    /// The layout of this name, letter case aside.
    pub fn from_name(name: &str) -> Option<Self> {
        let name = name.trim().to_ascii_lowercase();
        Self::ALL.into_iter().find(|l| l.name() == name)
    }

    /// The joints in their order, without those that an array may leave out at the end.
    pub fn joints(self) -> Vec<String> {
        let words = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        let smpl_fingers =
            || ["left_", "right_"].into_iter().flat_map(|s| fingers(s, ["index", "middle", "pinky", "ring", "thumb"]));
        match self {
            Self::Lafan => words(LAFAN),
            Self::LafanRightFirst => words(LAFAN_RIGHT_FIRST),
            Self::Smpl => words(SMPL),
            Self::SmplH => words(SMPL).into_iter().chain(smpl_fingers()).collect(),
            Self::SmplX => words(SMPL).into_iter().chain(words(SMPL_X_FACE)).chain(smpl_fingers()).collect(),
            Self::SmplHByLimb => {
                let mut out = vec!["Pelvis".to_owned()];
                out.extend(["L_", "R_"].iter().flat_map(|s| ["Hip", "Knee", "Ankle", "Toe"].map(|j| format!("{s}{j}"))));
                out.extend(words("Torso Spine Chest Neck Head"));
                for side in ["L_", "R_"] {
                    out.extend(["Thorax", "Shoulder", "Elbow", "Wrist"].map(|j| format!("{side}{j}")));
                    out.extend(fingers(side, ["Index", "Middle", "Pinky", "Ring", "Thumb"]));
                }
                out
            }
            Self::OptiTrack => words(OPTI_TRACK),
            Self::Fingers => {
                let mut out = words("Hips Spine Spine1 Neck Head");
                for side in ["Left", "Right"] {
                    out.extend(["Shoulder", "Arm", "ForeArm", "Hand"].map(|j| format!("{side}{j}")));
                    out.extend(fingers(&format!("{side}Hand"), ["Thumb", "Index", "Middle", "Ring", "Pinky"]));
                }
                for side in ["Left", "Right"] {
                    out.extend(["UpLeg", "Leg", "Foot", "ToeBase"].map(|j| format!("{side}{j}")));
                }
                out.extend(words("LeftFootMod RightFootMod"));
                out
            }
        }
    }

    /// The joints of an array of `count`, where it can be in this order.
    pub(super) fn of(self, count: usize) -> Option<Vec<String>> {
        let mut joints = self.joints();
        if self == Self::Smpl && count > joints.len() {
            joints.extend(SMPL_HANDS.split(' ').map(str::to_owned));
        }
        (joints.len() == count).then_some(joints)
    }
}

/// The three joints of each of these fingers.
fn fingers(side: &str, order: [&str; 5]) -> Vec<String> {
    order.iter().flat_map(|f| (1..=3).map(move |i| format!("{side}{}{i}", f))).collect()
}

/// All layouts with the number of their joints.
pub(super) fn known() -> String {
    let each = |l: Layout| match l {
        Layout::Smpl => "smpl (22 or 24 joints)".to_owned(),
        l => format!("{} ({})", l.name(), l.joints().len()),
    };
    Layout::ALL.map(each).join(", ")
}

/// Bones that change by a larger share of their length on average are no bones: 0.010 of LAFAN1's
/// walk read in an order that is not its own, under 0.00005 of recordings in their own. A tracker
/// that places every joint anew in every frame may be above it; its joints must be named.
pub(super) const RIGID: f64 = 0.005;
/// What a metre of bone counts against a metre of its spread: decides where nothing moves.
const LENGTH: f64 = 0.01;

/// The layout in which `joints` joints of these frames keep their bones best, and by what share of
/// their length the bones change on average; none where none has this many joints.
pub(super) fn best(frames: &[Vec<Vec3>], joints: usize) -> Option<(Layout, f64)> {
    let mut found: Option<(Layout, f64, f64)> = None;
    for layout in Layout::ALL {
        let Some(names) = layout.of(joints) else { continue };
        let Ok(parents) = naming::parents(&names) else { continue };
        let (mut spread, mut length) = (0.0, 0.0);
        for (joint, parent) in parents.iter().enumerate() {
            let Some(parent) = *parent else { continue };
            let bones = || frames.iter().map(|at| (at[joint] - at[parent]).norm());
            let mean = bones().sum::<f64>() / frames.len().max(1) as f64;
            let square = bones().map(|l| (l - mean).powi(2)).sum::<f64>() / frames.len().max(1) as f64;
            (spread, length) = (spread + square.sqrt(), length + mean);
        }
        let score = spread + LENGTH * length;
        // The same bones in another order add up to the same, but for rounding.
        const ROUNDING: f64 = 1e-9;
        if length > 0.0 && found.is_none_or(|(_, best, _)| score < best * (1.0 - ROUNDING)) {
            found = Some((layout, score, spread / length));
        }
    }
    let (layout, _, share) = found?;
    let mirrored = layout == Layout::Lafan && walks_backwards(frames);
    Some((if mirrored { Layout::LafanRightFirst } else { layout }, share))
}

/// Whether toes point backwards on average if a LAFAN1 array has its left side first.
fn walks_backwards(frames: &[Vec<Vec3>]) -> bool {
    let forward = |at: &Vec<Vec3>| {
        let [hips, left, left_foot, left_toe, right, right_foot, right_toe, neck] = [0, 1, 3, 4, 5, 7, 8, 12].map(|j| at[j]);
        let forward = (left - right).cross(&(neck - hips));
        (left_toe - left_foot + right_toe - right_foot).dot(&forward)
    };
    frames.iter().map(forward).sum::<f64>() < 0.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_layout_is_a_tree_of_its_size() {
        let counts = [22, 22, 22, 52, 52, 55, 26, 53];
        for (layout, count) in Layout::ALL.into_iter().zip(counts) {
            let joints = layout.joints();
            assert_eq!(joints.len(), count, "{}", layout.name());
            let parents = naming::parents(&joints).expect("known names");
            assert_eq!(parents.iter().filter(|p| p.is_none()).count(), 1, "{}", layout.name());
            assert_eq!(Layout::from_name(layout.name()), Some(layout));
        }
        assert_eq!(Layout::Smpl.of(24).map(|j| j.len()), Some(24));
        assert!(known().contains("fingers (53)"));
    }
}
