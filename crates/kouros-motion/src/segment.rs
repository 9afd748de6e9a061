//! Spans of a clip that mean something.

use serde::{Deserialize, Serialize};

/// A labelled span of ticks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Segment {
    /// The first tick.
    pub start: usize,
    /// One past the last tick.
    pub end: usize,
    /// What happens: `walk`, `turn`, `crouch`, `reach`, ... (the list is `kouros-label`'s).
    pub label: String,
}

/// The four kinds of whole-body data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// The body goes somewhere; the arms swing or rest.
    Locomotion,
    /// The hands work; the feet stay.
    Manipulation,
    /// Legs, trunk and arms work together: crouching to reach, carrying, getting up.
    WholeBody,
    /// Going to a goal through a place.
    Navigation,
}

impl Kind {
    /// The name in a dataset.
    pub fn name(self) -> &'static str {
        match self {
            Self::Locomotion => "locomotion",
            Self::Manipulation => "manipulation",
            Self::WholeBody => "whole-body",
            Self::Navigation => "navigation",
        }
    }
}
