//! Which joint hangs by which, by their names: a naming knows the ways out from the root, and a
//! joint's parent is the nearest one inwards that is there.

use std::collections::HashMap;

/// Ways out from a place, in one naming; `*` stands for both sides. A way goes on from the end or
/// the middle of an earlier one.
struct Naming {
    sides: [&'static str; 2],
    ways: &'static [&'static str],
}

/// MotionBuilder's names, which LAFAN1, Mixamo and most trackers share.
const MOTION_BUILDER: Naming = Naming {
    sides: ["Left", "Right"],
    ways: &[
        "Hips Spine Spine1 Spine2 Spine3 Spine4 Spine5 Spine6 Spine7 Spine8 Neck Neck1 Head HeadEnd",
        "Spine8 *Shoulder *Arm *ForeArm *Hand *HandEnd",
        "*Hand *HandThumb1 *HandThumb2 *HandThumb3 *HandThumb4",
        "*Hand *HandIndex1 *HandIndex2 *HandIndex3 *HandIndex4",
        "*Hand *HandMiddle1 *HandMiddle2 *HandMiddle3 *HandMiddle4",
        "*Hand *HandRing1 *HandRing2 *HandRing3 *HandRing4",
        "*Hand *HandPinky1 *HandPinky2 *HandPinky3 *HandPinky4",
        "Hips *UpLeg *Leg *Foot *ToeBase *Toe *ToeEnd",
        "*Foot *FootMod",
    ],
};

/// The names of SMPL and its kin.
const SMPL: Naming = Naming {
    sides: ["left_", "right_"],
    ways: &[
        "pelvis spine1 spine2 spine3 neck head jaw",
        "head *eye *eye_smplhf",
        "spine3 *collar *shoulder *elbow *wrist *hand",
        "pelvis *hip *knee *ankle *foot",
        "*wrist *index1 *index2 *index3",
        "*wrist *middle1 *middle2 *middle3",
        "*wrist *pinky1 *pinky2 *pinky3",
        "*wrist *ring1 *ring2 *ring3",
        "*wrist *thumb1 *thumb2 *thumb3",
    ],
};

/// The names of SMPL's simulated bodies.
const SIMULATED: Naming = Naming {
    sides: ["L_", "R_"],
    ways: &[
        "Pelvis Torso Spine Chest Neck Head",
        "Chest *Thorax *Shoulder *Elbow *Wrist *Hand",
        "Pelvis *Hip *Knee *Ankle *Toe",
        "*Wrist *Index1 *Index2 *Index3",
        "*Wrist *Middle1 *Middle2 *Middle3",
        "*Wrist *Pinky1 *Pinky2 *Pinky3",
        "*Wrist *Ring1 *Ring2 *Ring3",
        "*Wrist *Thumb1 *Thumb2 *Thumb3",
    ],
};

impl Naming {
    /// Every name and the next one inwards.
    fn inwards(&self) -> HashMap<String, Option<String>> {
        let mut out = HashMap::new();
        for way in self.ways {
            for side in self.sides {
                let mut before = None;
                for name in way.split(' ') {
                    let name = name.replace('*', side).to_lowercase();
                    out.entry(name.clone()).or_insert(before);
                    before = Some(name);
                }
            }
        }
        out
    }
}

/// The parents of joints of these names, or the first name that the naming which knows the most of
/// them does not know.
pub(super) fn parents(names: &[String]) -> Result<Vec<Option<usize>>, String> {
    let bare: Vec<String> = names.iter().map(|n| n.rsplit(':').next().unwrap_or(n).trim().to_lowercase()).collect();
    let mut unknown: Option<(usize, String)> = None;
    for naming in [&MOTION_BUILDER, &SMPL, &SIMULATED] {
        let inwards = naming.inwards();
        let missing: Vec<&String> = bare.iter().zip(names).filter(|(b, _)| !inwards.contains_key(*b)).map(|(_, n)| n).collect();
        let Some(first) = missing.first() else { return Ok(nearest(&bare, &inwards)) };
        if unknown.as_ref().is_none_or(|(count, _)| missing.len() < *count) {
            unknown = Some((missing.len(), (*first).clone()));
        }
    }
    Err(unknown.map(|(_, name)| name).unwrap_or_default())
}

/// The nearest joint inwards of every one.
fn nearest(bare: &[String], inwards: &HashMap<String, Option<String>>) -> Vec<Option<usize>> {
    let index: HashMap<&str, usize> = bare.iter().enumerate().map(|(i, n)| (n.as_str(), i)).collect();
    let parent = |name: &String| {
        let mut at = inwards.get(name)?.as_ref();
        while let Some(next) = at {
            if let Some(found) = index.get(next.as_str()) {
                return Some(*found);
            }
            at = inwards.get(next)?.as_ref();
        }
        None
    };
    bare.iter().map(parent).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spelled(names: &[&str]) -> Result<Vec<Option<usize>>, String> {
        parents(&names.iter().map(|n| (*n).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn the_nearest_inwards_is_the_parent() {
        assert_eq!(spelled(&["LeftHand", "x:LeftArm", "Spine1", "Hips"]), Ok(vec![Some(1), Some(2), Some(3), None]));
        assert_eq!(spelled(&["pelvis", "left_hip", "left_foot", "right_index2"]), Ok(vec![None, Some(0), Some(1), Some(0)]));
        assert_eq!(spelled(&["Pelvis", "L_Toe", "Chest", "R_Thumb1"]), Ok(vec![None, Some(0), Some(0), Some(2)]));
        assert_eq!(spelled(&["Hips", "LeftArm", "Tail"]), Err("Tail".into()));
    }
}
