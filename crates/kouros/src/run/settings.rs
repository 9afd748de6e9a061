//! What a run was asked for, resolved once; and the text that tells two runs apart.

use kouros_label::{ContactOptions, LabelOptions, SegmentOptions};
use kouros_mocap::ImportOptions;
use kouros_retarget::Options;
use kouros_robot::{AdoptOptions, Scene};
use serde_json::{Value, json};

/// What is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Layout {
    /// A LeRobot v3.0 dataset, with everything that is known about each tick
    Dataset,
    /// A table for each clip, without a head: base x y z, qx qy qz qw, joints
    Csv,
    /// A motion file (NumPy npz) for each clip, as mjlab and BeyondMimic train on
    Npz,
}

impl Layout {
    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Dataset => "dataset",
            Self::Csv => "csv",
            Self::Npz => "npz",
        }
    }
}

/// A scene from a file.
#[derive(Debug, Clone)]
pub struct GivenScene {
    /// The file's name.
    pub name: String,
    /// SHA-256 of all its numbers, meshes included.
    pub sha256: String,
    /// In the people's world.
    pub scene: Scene,
}

/// Everything that decides what comes out of a clip.
#[derive(Debug, Clone)]
pub struct Settings {
    pub layout: Layout,
    pub import: ImportOptions,
    /// What is known of motions that already are the robot's.
    pub adopt: AdoptOptions,
    /// The rate of what is written [Hz]; `None` keeps each clip's own.
    pub rate_hz: Option<f64>,
    /// The task's words for all clips; else they are made of the segments.
    pub task: Option<String>,
    /// Licence of the clips.
    pub licence: Option<String>,
    pub contacts: ContactOptions,
    pub retarget: Options,
    /// What stands around the people of all clips.
    pub scene: Option<GivenScene>,
    pub labels: LabelOptions,
    pub segments: SegmentOptions,
}

impl Settings {
    /// All of it and the program's version, as one stable text: runs that differ in it make
    /// different things of the same clip.
    pub fn fingerprint(&self) -> String {
        let mut all = json!({
            "version": env!("CARGO_PKG_VERSION"),
            "layout": self.layout.name(),
            "import": {
                "unit_m": self.import.unit_m,
                "up": self.import.up.map(|u| u.name()),
                "layout": self.import.layout.map(|l| l.name()),
                "drop_t_pose": self.import.drop_t_pose,
                "rate_hz": self.import.rate_hz,
                "take": self.import.take,
                "subject": self.import.subject,
            },
            "adopt": as_json(&self.adopt),
            "rate_hz": self.rate_hz,
            "task": self.task,
            "licence": self.licence,
            "contacts": as_json(&self.contacts),
            "retarget": as_json(&self.retarget),
            "scene": self.scene.as_ref().map(|s| &s.sha256),
            "labels": as_json(&self.labels),
            "segments": as_json(&self.segments),
        });
        // Runs without a static trial keep the text they had.
        if let Some(trial) = &self.import.static_trial {
            all["import"]["static_trial"] = json!(crate::hashes::sha256(format!("{trial:?}").as_bytes()));
        }
        all.to_string()
    }
}

/// Settings are plain numbers and words, which JSON can always say.
pub fn as_json(value: &impl serde::Serialize) -> Value {
    serde_json::to_value(value).unwrap_or_default()
}
