//! What a call inferred and what it found odd, gathered while it goes on.

use serde::{Deserialize, Serialize};

/// How much a note matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Something the file does not say was inferred; a flag overrides it.
    Inferred,
    /// Something is odd and may be wrong.
    Warning,
}

/// One inference or oddity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// How much it matters.
    pub level: Level,
    /// A stable word to filter by: `unit`, `up-axis`, `t-pose`, `rate`, `joints`, ...
    pub code: String,
    /// One sentence: what, the numbers it rests on, and the flag that overrides it.
    pub message: String,
}

/// A list of notes that a call adds to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// In the order they were made.
    pub notes: Vec<Note>,
}

impl Report {
    /// An empty report.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds what was inferred.
    pub fn inferred(&mut self, code: &str, message: impl Into<String>) {
        self.notes.push(Note { level: Level::Inferred, code: code.into(), message: message.into() });
    }

    /// Adds what is odd.
    pub fn warn(&mut self, code: &str, message: impl Into<String>) {
        self.notes.push(Note { level: Level::Warning, code: code.into(), message: message.into() });
    }

    /// The notes that are warnings.
    pub fn warnings(&self) -> impl Iterator<Item = &Note> {
        self.notes.iter().filter(|n| n.level == Level::Warning)
    }
}
