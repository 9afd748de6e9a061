//! One line of a summary, from what is kept about a clip.

use crate::run::describe::GIVEN;
use serde::Serialize;
use serde_json::Value;

/// The numbers a person looks at first.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Row {
    /// The clip's name.
    pub name: String,
    /// The source's file name.
    pub source: String,
    /// What it is made of and how.
    pub key: String,
    /// What is done.
    pub task: String,
    /// Locomotion, manipulation, whole-body.
    pub kind: String,
    /// Whether a person's motion was retargeted or a robot's was given; empty where unknown.
    pub origin: String,
    /// Frames at the output's rate.
    pub frames: usize,
    /// Length [s].
    pub seconds: f64,
    /// Mean error of the directions of thighs and shanks [deg]; none where no person was before.
    pub leg_error_deg: Option<f64>,
    /// Mean error of the directions of upper arms and forearms [deg]; none where no person was before.
    pub arm_error_deg: Option<f64>,
    /// Mean speed of feet in contact [cm/s].
    pub slide_cm_s: Option<f64>,
    /// Share of the time in which feet on the floor explain the forces [%].
    pub explained_percent: Option<f64>,
    /// 5th percentile of the capture point's margin [cm].
    pub margin_p05_cm: Option<f64>,
    /// What is odd, in sentences.
    pub warnings: Vec<String>,
}

impl Row {
    /// The line of a clip from its `meta`, as `describe.rs` writes it.
    pub fn new(key: &str, task: &str, kind: &str, frames: usize, rate_hz: f64, meta: &Value) -> Self {
        let text = |v: &Value| v.as_str().unwrap_or_default().to_owned();
        let errors = meta["retargeting"]["errors"].as_array();
        let mean = |words: [&str; 2]| {
            let of_limb = |e: &&Value| words.iter().any(|w| e["part"].as_str().is_some_and(|p| p.contains(w)));
            let all: Vec<f64> = errors?.iter().filter(of_limb).filter_map(|e| e["mean"].as_f64()).collect();
            (!all.is_empty()).then(|| all.iter().sum::<f64>() / all.len() as f64)
        };
        // More decimals say nothing.
        let short = |v: Option<f64>| v.map(|v| (v * 1e4).round() / 1e4);
        let notes = meta["notes"].as_array().into_iter().flatten();
        let odd = notes.filter(|n| n["level"] == "warning").map(|n| text(&n["message"])).collect();
        Self {
            name: text(&meta["name"]),
            source: text(&meta["provenance"]["source"]),
            key: key.into(),
            task: task.into(),
            kind: kind.into(),
            origin: text(&meta["action_origin"]),
            frames,
            seconds: frames as f64 / rate_hz,
            leg_error_deg: short(mean(["thigh direction", "shank direction"])),
            arm_error_deg: short(mean(["upper arm direction", "forearm direction"])),
            slide_cm_s: short(meta["quality"]["slide_mean_cm_s"].as_f64()),
            explained_percent: short(meta["forces"]["explained_percent"].as_f64()),
            margin_p05_cm: short(meta["forces"]["capture_margin_p05_cm"].as_f64()),
            warnings: odd,
        }
    }

    /// Whether the source holds a robot's motion itself.
    pub fn is_given(&self) -> bool {
        self.origin == GIVEN
    }

    /// How much this clip deserves a look: warnings first, then unexplained forces.
    pub fn badness(&self) -> f64 {
        self.warnings.len() as f64 + (100.0 - self.explained_percent.unwrap_or(100.0)) / 100.0
    }
}
