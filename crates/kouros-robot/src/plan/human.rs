//! What a human body has: lengths and masses of its parts, ranges and strengths of its joints.
//!
//! Lengths are fractions of the height: Winter, Biomechanics and Motor Control of Human Movement,
//! 4th ed. 2009, figure 4.1 (after Drillis and Contini 1966). Masses are fractions of the mass: de
//! Leva 1996, Journal of Biomechanics 29(9), table 4, men. Ranges are rounded from goniometry (AAOS
//! 1965) and what robots have. Torques are twice the peaks of walking per kilogram (Winter 2009,
//! chapter 5) for legs and a fraction of them for the rest, because motors must also rise from
//! crouching.

use super::BodyPlan;
use serde::Deserialize;

/// Fractions of the mass.
pub(super) const HEAD: f64 = 0.0694;
/// Upper and middle trunk.
pub(super) const TRUNK: f64 = 0.1596 + 0.1633;
pub(super) const PELVIS: f64 = 0.1117;
pub(super) const UPPER_ARM: f64 = 0.0271;
pub(super) const FOREARM: f64 = 0.0162;
pub(super) const HAND: f64 = 0.0061;
pub(super) const THIGH: f64 = 0.1416;
pub(super) const SHANK: f64 = 0.0433;
pub(super) const FOOT: f64 = 0.0137;

/// Largest speed of any joint [rad/s].
pub(super) const SPEED: f64 = 10.0;

macro_rules! lengths {
    ($($name:ident, $fraction:expr, $doc:expr;)*) => {
        /// Lengths of a body [m]; what is not given is that of a human of the plan's height.
        #[derive(Debug, Clone, Default, PartialEq, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct Lengths {
            $(#[doc = $doc] pub $name: Option<f64>,)*
        }

        impl Lengths {
            /// Those that are given, by name.
            pub(super) fn given(&self) -> Vec<(&'static str, f64)> {
                let all = [$((stringify!($name), self.$name)),*];
                all.into_iter().filter_map(|(name, value)| value.map(|v| (name, v))).collect()
            }
        }

        impl BodyPlan {
            $(#[doc = $doc]
            pub fn $name(&self) -> f64 {
                self.lengths.$name.unwrap_or($fraction * self.height_m)
            })*
        }
    };
}

lengths! {
    thigh, 0.245, "Hip to knee [m].";
    shank, 0.246, "Knee to ankle [m].";
    ankle_height, 0.039, "Ankle to the floor [m].";
    foot_length, 0.152, "Heel to toe [m].";
    foot_width, 0.055, "Across the sole [m].";
    hip_width, 0.115, "From hip to hip [m].";
    trunk, 0.288, "Hips to shoulders [m].";
    shoulder_width, 0.259, "From shoulder to shoulder [m].";
    upper_arm, 0.186, "Shoulder to elbow [m].";
    forearm, 0.146, "Elbow to wrist [m].";
    hand, 0.108, "Wrist to fingertip [m].";
}

/// Joint, lowest and highest position of the left side [degrees], torque per mass [N m/kg].
const JOINTS: [(&str, [f64; 2], f64); 19] = [
    ("hip_yaw", [-45.0, 45.0], 1.0),
    ("hip_roll", [-25.0, 45.0], 2.0),
    ("hip_pitch", [-120.0, 40.0], 2.0),
    ("knee", [0.0, 140.0], 2.5),
    ("ankle_pitch", [-45.0, 50.0], 1.8),
    ("ankle_roll", [-25.0, 25.0], 0.8),
    ("waist_yaw", [-60.0, 60.0], 1.2),
    ("waist_roll", [-25.0, 25.0], 1.5),
    ("waist_pitch", [-20.0, 60.0], 2.0),
    ("shoulder_pitch", [-180.0, 60.0], 0.6),
    ("shoulder_roll", [-10.0, 160.0], 0.6),
    ("shoulder_yaw", [-90.0, 90.0], 0.5),
    ("elbow", [-140.0, 0.0], 0.5),
    ("wrist_yaw", [-90.0, 90.0], 0.15),
    ("wrist_pitch", [-60.0, 60.0], 0.15),
    ("wrist_roll", [-35.0, 35.0], 0.15),
    ("neck_yaw", [-70.0, 70.0], 0.1),
    ("neck_pitch", [-30.0, 45.0], 0.15),
    ("neck_roll", [-30.0, 30.0], 0.15),
];

/// The range of a joint of the left side [degrees]; `None` where there is no such joint.
pub(super) fn range_deg(name: &str) -> Option<[f64; 2]> {
    JOINTS.iter().find(|j| j.0 == name).map(|j| j.1)
}

/// Torque per mass [N m/kg].
pub(super) fn torque_per_kg(name: &str) -> f64 {
    JOINTS.iter().find(|j| j.0 == name).map_or(0.1, |j| j.2)
}

/// All joints a plan may name.
pub(super) fn names() -> String {
    JOINTS.map(|j| j.0).join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_weigh_what_the_body_weighs() {
        let limbs = 2.0 * (UPPER_ARM + FOREARM + HAND + THIGH + SHANK + FOOT);
        assert!((HEAD + TRUNK + PELVIS + limbs - 1.0).abs() < 1e-3);
    }

    #[test]
    fn the_lengths_end_at_winters_heights() {
        let plan = BodyPlan { height_m: 1.0, ..BodyPlan::default() };
        // Winter: knee 0.285, hip 0.530, shoulder 0.818 of the height.
        assert!((plan.ankle_height() + plan.shank() - 0.285).abs() < 1e-9);
        assert!((plan.ankle_height() + plan.shank() + plan.thigh() - 0.530).abs() < 1e-9);
        assert!((0.530 + plan.trunk() - 0.818).abs() < 1e-9);
    }
}
