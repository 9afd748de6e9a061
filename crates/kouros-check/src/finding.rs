//! What a check says: a code, where, how much against which limit, and what to do about it.

use crate::Code;
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// Whether the data are wrong or only deserve a look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Data that cannot be true, or that a loader cannot use.
    Defect,
    /// True perhaps, and worth a look before training on it.
    Risk,
}

impl Severity {
    /// The word in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Defect => "defect",
            Self::Risk => "risk",
        }
    }
}

/// One thing that was found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Finding {
    /// What kind of thing.
    pub code: Code,
    /// Defect or risk.
    pub severity: Severity,
    /// The episode; `None` where it is about the dataset.
    pub episode: Option<usize>,
    /// The frames of the episode, where it is about some of them.
    pub frames: Option<Range<usize>>,
    /// The feature, joint, body or file it is about; empty for the whole episode.
    pub what: String,
    /// What was measured.
    pub measured: Option<f64>,
    /// What it was measured against.
    pub limit: Option<f64>,
    /// Unit of both.
    pub unit: &'static str,
    /// One sentence: what is so.
    pub says: String,
}

impl Finding {
    /// A finding of the code's usual severity about a whole dataset.
    pub fn new(code: Code, what: impl Into<String>, says: impl Into<String>) -> Self {
        Self {
            code,
            severity: code.about().severity,
            episode: None,
            frames: None,
            what: what.into(),
            measured: None,
            limit: None,
            unit: "",
            says: says.into(),
        }
    }

    /// The same about these frames.
    #[must_use]
    pub fn at(self, frames: Range<usize>) -> Self {
        Self { frames: Some(frames), ..self }
    }

    /// The same about an episode.
    #[must_use]
    pub fn of(self, episode: usize) -> Self {
        Self { episode: Some(episode), ..self }
    }

    /// The same with a measured value and its limit.
    #[must_use]
    pub fn measured(self, measured: f64, limit: f64, unit: &'static str) -> Self {
        Self { measured: Some(measured), limit: Some(limit), unit, ..self }
    }

    /// The same as something to look at only.
    #[must_use]
    pub fn risk(self) -> Self {
        Self { severity: Severity::Risk, ..self }
    }
}

/// A check that was not made, and why.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct NotChecked {
    /// What was not looked for.
    pub code: Code,
    /// Why.
    pub why: String,
}

impl NotChecked {
    /// A check that was left out.
    pub fn new(code: Code, why: impl Into<String>) -> Self {
        Self { code, why: why.into() }
    }
}
