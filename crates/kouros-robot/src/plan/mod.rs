//! A robot of which no model is public, from a plan of its body: what is published, and for the rest
//! what a human body of that height and mass has.
//!
//! Lives here: the file's words and which of its figures are published. Does not: the fractions
//! (`human.rs`), the model made of it (`mjcf.rs`).

mod human;
mod known;
mod mjcf;

use crate::settings::{JointSettings, RobotSettings, fits};
use crate::{Error, Result};
pub use human::Lengths;
use serde::Deserialize;
use std::collections::BTreeMap;

pub use known::known_plans;

/// A plan: height and mass, and what else is known. Whatever is not said is estimated.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BodyPlan {
    /// The robot's name.
    pub name: String,
    /// Other names it answers to.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Who makes it.
    pub maker: Option<String>,
    /// Height, standing [m].
    pub height_m: f64,
    /// Mass [kg].
    pub mass_kg: f64,
    /// What it carries [kg].
    pub payload_kg: Option<f64>,
    /// How fast it walks [m/s].
    pub speed_m_s: Option<f64>,
    /// Joints of one hand: 0 for a fist, 1 or 2 for a gripper of two sliding fingers, 3 and more for fingers.
    #[serde(default)]
    pub hand_joints: usize,
    /// What it senses with, in words.
    #[serde(default)]
    pub sensors: Vec<String>,
    /// Lengths [m] instead of those of a human of this height.
    #[serde(default)]
    pub lengths: Lengths,
    /// Joints of a part, from the pelvis outwards, instead of the usual.
    #[serde(default)]
    pub joints: Parts,
    /// Lowest and highest position of a joint [degrees], of the left side where it has one.
    #[serde(default)]
    pub ranges_deg: BTreeMap<String, [f64; 2]>,
    /// Largest torque of a joint [N m].
    #[serde(default)]
    pub torques: BTreeMap<String, f64>,
    /// Where a figure was published: its key, and the source. What is not here is estimated.
    #[serde(default)]
    pub published: BTreeMap<String, String>,
}

/// The joints of each part, in order; a name's end says its axis (`yaw` up, `pitch` left, `roll` forward).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Parts {
    /// Between pelvis and thigh.
    pub hip: Vec<String>,
    /// Between shank and foot.
    pub ankle: Vec<String>,
    /// Between pelvis and trunk.
    pub waist: Vec<String>,
    /// Between trunk and upper arm.
    pub shoulder: Vec<String>,
    /// Between forearm and hand.
    pub wrist: Vec<String>,
    /// Between trunk and head.
    pub neck: Vec<String>,
}

impl Default for Parts {
    fn default() -> Self {
        let names = |part: &str, axes: &[&str]| axes.iter().map(|a| format!("{part}_{a}")).collect();
        Self {
            hip: names("hip", &["yaw", "roll", "pitch"]),
            ankle: names("ankle", &["pitch", "roll"]),
            waist: names("waist", &["yaw"]),
            shoulder: names("shoulder", &["pitch", "roll", "yaw"]),
            wrist: names("wrist", &["yaw", "pitch", "roll"]),
            neck: names("neck", &["yaw", "pitch"]),
        }
    }
}

/// The end of the names of robots made of plans.
const APPROXIMATE: &str = "_approximate";
/// No plan is of anything smaller or larger [m].
const HEIGHTS: [f64; 2] = [0.2, 3.0];
/// No plan is of anything lighter or heavier [kg].
const MASSES: [f64; 2] = [0.5, 400.0];
/// No hand has more joints.
const MOST_HAND_JOINTS: usize = 24;

impl BodyPlan {
    /// Reads a plan's text; `path` is for messages.
    ///
    /// # Errors
    /// Text that is not TOML, a key that does not exist, a figure no humanoid has.
    pub fn parse(path: &str, text: &str) -> Result<Self> {
        let bad = |message: String| Error::Settings { path: path.into(), message };
        let plan: Self = toml::from_str(text).map_err(|e| bad(e.to_string().trim_end().into()))?;
        let inside = |name: &str, value: f64, [low, high]: [f64; 2], unit: &str| {
            let fine = value.is_finite() && (low..=high).contains(&value);
            if fine { Ok(()) } else { Err(bad(format!("{name}: expected {low} to {high} {unit}, found {value}"))) }
        };
        inside("height_m", plan.height_m, HEIGHTS, "m")?;
        inside("mass_kg", plan.mass_kg, MASSES, "kg")?;
        for (name, value) in plan.lengths.given() {
            inside(name, value, [0.002 * plan.height_m, plan.height_m], "m")?;
        }
        for (name, [low, high]) in &plan.ranges_deg {
            human::range_deg(name).ok_or_else(|| bad(format!("ranges_deg: no joint '{name}'; there are {}", human::names())))?;
            if !(low < high && *low >= -360.0 && *high <= 360.0) {
                return Err(bad(format!(
                    "ranges_deg.{name}: expected two rising angles within 360 degrees, found {low} and {high}"
                )));
            }
        }
        for (name, torque) in &plan.torques {
            human::range_deg(name).ok_or_else(|| bad(format!("torques: no joint '{name}'; there are {}", human::names())))?;
            inside(&format!("torques.{name}"), *torque, [0.01, 2000.0], "N m")?;
        }
        let parts = &plan.joints;
        let lists = [
            ("hip", &parts.hip, 1),
            ("ankle", &parts.ankle, 0),
            ("waist", &parts.waist, 0),
            ("shoulder", &parts.shoulder, 1),
            ("wrist", &parts.wrist, 0),
            ("neck", &parts.neck, 0),
        ];
        for (part, list, least) in lists {
            let known = |j: &&String| j.starts_with(part) && human::range_deg(j).is_some();
            if let Some(wrong) = list.iter().find(|j| !known(j)) {
                return Err(bad(format!("joints.{part}: no joint '{wrong}'; there are {}", human::names())));
            }
            let twice = list.iter().enumerate().any(|(i, j)| list[..i].contains(j));
            if list.len() < least || twice {
                return Err(bad(format!("joints.{part}: expected {least} or more different joints, found {list:?}")));
            }
        }
        if plan.hand_joints > MOST_HAND_JOINTS {
            return Err(bad(format!("hand_joints: expected at most {MOST_HAND_JOINTS}, found {}", plan.hand_joints)));
        }
        let word = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
        if plan.name.is_empty() || !plan.name.chars().all(word) {
            return Err(bad(format!("name: expected letters, digits and underscores, found '{}'", plan.name)));
        }
        Ok(plan)
    }

    /// Whether the plan answers to this name, or its robot does.
    pub fn answers(&self, name: &str) -> bool {
        let plain = name.strip_suffix(APPROXIMATE).unwrap_or(name);
        self.name == plain || self.aliases.iter().any(|a| a == plain)
    }

    /// The name of the robot that is made of it: it ends in `_approximate`, and so says what it is
    /// wherever a robot's name goes (datasets, pages, policies).
    pub fn robot_name(&self) -> String {
        format!("{}{APPROXIMATE}", self.name)
    }

    /// What a model made of the plan is worth, in words: which figures are published, where, and that
    /// the rest is estimated.
    pub fn worth(&self) -> String {
        let published: Vec<String> = self.published.iter().map(|(k, v)| format!("{k} ({v})")).collect();
        let known = if published.is_empty() { "nothing".into() } else { published.join("; ") };
        format!(
            "approximate: made from a plan of the body, not from the maker's model. Published: {known}. All else is estimated \
             from human bodies of this height and mass (lengths: Winter 2009; masses: de Leva 1996)"
        )
    }

    /// The plan as an MJCF text.
    pub fn mjcf(&self) -> String {
        mjcf::write(self)
    }

    /// What MJCF has no words for: name, gains, speeds, poses; what `user` says goes before it.
    pub(crate) fn settings(&self, user: &RobotSettings) -> RobotSettings {
        let mut joints = BTreeMap::new();
        for joint in mjcf::all_joints(self) {
            let numbers = JointSettings {
                velocity: Some(human::SPEED),
                effort: Some(joint.effort),
                kp: Some(joint.kp()),
                kd: Some(joint.kd()),
                armature: Some(joint.armature()),
            };
            joints.insert(joint.name, numbers);
        }
        // Symmetric joints bend alike on both sides; rolls are mirrored.
        let bent = |hip: f64, knee: f64| {
            let mut pose: BTreeMap<String, f64> = [("*_knee".to_owned(), knee), ("*_elbow".to_owned(), -0.4)].into();
            if self.joints.hip.iter().any(|j| j == "hip_pitch") {
                pose.insert("*_hip_pitch".into(), -hip);
            }
            if self.joints.ankle.iter().any(|j| j == "ankle_pitch") {
                pose.insert("*_ankle_pitch".into(), hip - knee);
            }
            if self.joints.shoulder.iter().any(|j| j == "shoulder_roll") {
                pose.insert("left_shoulder_roll".into(), 0.12);
                pose.insert("right_shoulder_roll".into(), -0.12);
            }
            pose
        };
        for (pattern, said) in &user.joints {
            for (_, own) in joints.iter_mut().filter(|(name, _)| fits(pattern, name)) {
                own.velocity = said.velocity.or(own.velocity);
                own.effort = said.effort.or(own.effort);
                own.kp = said.kp.or(own.kp);
                own.kd = said.kd.or(own.kd);
                own.armature = said.armature.or(own.armature);
            }
            // A pattern that fits nothing stays, so that it is named.
            joints.entry(pattern.clone()).or_insert(*said);
        }
        // A finger of five joints looks like an arm.
        let mut profile = user.profile.clone();
        profile.left_hand.get_or_insert_with(|| "left_hand".into());
        profile.right_hand.get_or_insert_with(|| "right_hand".into());
        let mut pose: BTreeMap<_, _> = [("home".to_owned(), bent(0.1, 0.2)), ("knees_bent".to_owned(), bent(0.3, 0.6))].into();
        pose.extend(user.pose.clone());
        RobotSettings {
            name: Some(self.robot_name()),
            licence: Some("none: figures, not a model".into()),
            source: Some(self.worth()),
            joints,
            pose,
            profile,
            ..RobotSettings::default()
        }
    }
}
