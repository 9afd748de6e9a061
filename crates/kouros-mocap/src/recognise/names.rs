//! What joint names say. They only vote: `leftleg` is a shank in one rig and a thigh in another,
//! and a `LeftShoulder` may be a clavicle or an upper arm.

const LEG: [&str; 18] = [
    "leg", "thigh", "shin", "calf", "knee", "ankle", "foot", "feet", "toe", "hip", "femur", "tibia", "buttock", "heel", "ball",
    "fibula", "shank", "crus",
];
const ARM: [&str; 18] = [
    "arm", "shoulder", "shldr", "elbow", "wrist", "hand", "clavicle", "collar", "humerus", "radius", "ulna", "finger", "thumb",
    "index", "middle", "ring", "pinky", "thorax",
];
const HEAD: [&str; 3] = ["head", "skull", "cranium"];

/// A name in lower case without the prefix of a character or a package.
fn bare(name: &str) -> String {
    let name = name.rsplit(':').next().unwrap_or(name).to_lowercase();
    let cut = ["mixamorig_", "mixamorig", "cc_base_", "bip01 ", "bip01_", "bip001 ", "bip001_"];
    cut.iter().find_map(|c| name.strip_prefix(c)).unwrap_or(&name).to_owned()
}

/// How much a chain of joints is called a leg (1) or an arm (-1); 0 where names say nothing.
pub(crate) fn leg_or_arm<'a>(names: impl Iterator<Item = &'a str>) -> f64 {
    let (mut leg, mut arm) = (0.0_f64, 0.0_f64);
    for name in names.map(bare) {
        leg += f64::from(u8::from(LEG.iter().any(|w| name.contains(w))));
        arm += f64::from(u8::from(ARM.iter().any(|w| name.contains(w))));
    }
    if leg + arm > 0.0 { (leg - arm) / (leg + arm) } else { 0.0 }
}

/// Whether a joint is called the head.
pub(crate) fn is_head(name: &str) -> bool {
    let name = bare(name);
    HEAD.iter().any(|w| name.contains(w)) && !name.contains("end") && !name.contains("top")
}

/// Which side a name claims: 1 left, -1 right, 0 neither.
pub(crate) fn side(name: &str) -> f64 {
    // The letter case parts words: lFoot, LFoot and l_foot are sides; leg and ring are not.
    let original = name.rsplit(':').next().unwrap_or(name);
    let lower = bare(name);
    if lower.contains("left") {
        return 1.0;
    }
    if lower.contains("right") {
        return -1.0;
    }
    let words = lower.split(|c: char| !c.is_ascii_alphanumeric());
    for word in words {
        match word {
            "l" => return 1.0,
            "r" => return -1.0,
            _ => {}
        }
    }
    // lFoot and LHipJoint, but not RL_BoneRoot: a capital alone, then a word.
    let letters: Vec<char> = original.chars().take(3).collect();
    let capital = matches!(letters[..], [_, second, third] if second.is_uppercase() && third.is_lowercase());
    // lfemur, but not lowerneck: a letter, then a word that names a limb.
    let limb = lower.get(1..).is_some_and(|rest| LEG.iter().chain(&ARM).any(|w| rest.starts_with(w)));
    // LUArm and RFArm: a capital, a capital, then a name of a limb that is not all capitals.
    let initials = matches!(letters[..], [_, second, third] if second.is_uppercase() && third.is_uppercase())
        && original.chars().any(char::is_lowercase)
        && lower.get(1..).is_some_and(|rest| LEG.iter().chain(&ARM).any(|w| rest.contains(w)));
    match letters.first() {
        Some('l' | 'L') if capital || limb || initials => 1.0,
        Some('r' | 'R') if capital || limb || initials => -1.0,
        _ => 0.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sides_in_every_spelling() {
        for name in [
            "LeftUpLeg",
            "lShldr",
            "L_Hip",
            "CC_Base_L_Calf",
            "lfemur",
            "mixamorig:LeftArm",
            "Bip01 L Thigh",
            "LHipJoint",
            "LThumb",
            "LUArm",
            "Anna:LFArm",
        ] {
            assert_eq!(side(name), 1.0, "{name}");
        }
        for name in ["RightArm", "rFoot", "R_Hip", "rhumerus", "upperarm_r", "RFingers"] {
            assert_eq!(side(name), -1.0, "{name}");
        }
        for name in ["Hips", "LowerBack", "lowerneck", "RL_BoneRoot", "Spine", "root", "Neck", "j12"] {
            assert_eq!(side(name), 0.0, "{name}");
        }
    }

    #[test]
    fn chains_vote() {
        assert_eq!(leg_or_arm(["LeftLeg", "LeftShin", "LeftFoot"].into_iter()), 1.0);
        assert_eq!(leg_or_arm(["lhumerus", "lradius", "lwrist"].into_iter()), -1.0);
        assert_eq!(leg_or_arm(["j1", "j2"].into_iter()), 0.0);
    }
}
