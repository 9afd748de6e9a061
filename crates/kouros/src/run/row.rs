//! One line of a summary, from what is kept about a clip.

use crate::run::describe::GIVEN;
use crate::run::severity::{Cause, causes};
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
    /// How much the clip deserves a look: the sum of its causes [`severity`](super::severity) [1].
    pub severity: f64,
    /// Why, the largest cause first.
    pub because: Vec<Cause>,
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
        let because = causes(meta);
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
            severity: (because.iter().map(|c| c.times).sum::<f64>() * 100.0).round() / 100.0,
            because,
            warnings: odd,
        }
    }

    /// Whether the source holds a robot's motion itself.
    pub fn is_given(&self) -> bool {
        self.origin == GIVEN
    }

    /// What clips are ranked by: severity, and among equals the forces that feet do not explain.
    pub fn badness(&self) -> f64 {
        /// Smaller than any difference of severity, which has two decimals.
        const TIE: f64 = 1e-5;
        self.severity + TIE * (100.0 - self.explained_percent.unwrap_or(100.0))
    }
}

/// The places of `rows`, the worst first; among equals, the earlier.
pub fn ranked(rows: &[Row]) -> Vec<usize> {
    let mut places: Vec<usize> = (0..rows.len()).collect();
    places.sort_by(|a, b| rows[*b].badness().total_cmp(&rows[*a].badness()).then(a.cmp(b)));
    places
}
