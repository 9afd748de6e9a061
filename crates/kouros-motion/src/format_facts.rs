//! A row of the table "formats x what is read".
//!
//! Lives here: what is said of any format, so that readers of people's and of robots' motions fill
//! the same table. Does not: the rows (each stands beside its format's reader).

use serde::Serialize;

/// Whose motion a format holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Whose {
    /// A person's: it is retargeted.
    Person,
    /// A robot's own: it is taken as it is.
    Robot,
}

/// What is read of a format. All texts are short: cells of a table, `-` for nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct FormatFacts {
    /// Its name in a provenance.
    pub name: &'static str,
    /// What people call it.
    pub title: &'static str,
    /// Whose motion it holds.
    pub whose: Whose,
    /// What its bytes begin with, for a message about bytes of no known format.
    pub begins: &'static str,
    /// Endings that belong to it: a folder's files of these are taken unseen.
    pub endings: &'static [&'static str],
    /// Endings that other things bear too: a folder's files of these are taken if their bytes are
    /// of this format.
    pub shared_endings: &'static [&'static str],
    /// How joints turn.
    pub rotations: &'static str,
    /// Where joints are.
    pub positions: &'static str,
    /// Which feet stand, where the file says so.
    pub contacts: &'static str,
    /// Things beside the body.
    pub objects: &'static str,
    /// Where the frame rate is from.
    pub rate: &'static str,
    /// Where the unit of length is from.
    pub unit: &'static str,
    /// Where the up axis is from.
    pub up_axis: &'static str,
    /// What else is inferred.
    pub inferred: &'static str,
    /// What is refused, as an error.
    pub refused: &'static str,
    /// The page of docs/formats that has its layout.
    pub page: &'static str,
}

impl FormatFacts {
    /// All endings, its own first.
    pub fn all_endings(&self) -> impl Iterator<Item = &'static str> {
        self.endings.iter().chain(self.shared_endings).copied()
    }
}
