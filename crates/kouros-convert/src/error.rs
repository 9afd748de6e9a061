//! Why a conversion could not be done.

use kouros_motion::list_names;
use std::path::PathBuf;

/// A result of this crate.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a conversion could not be done. Nothing is left under the output's name then.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A dataset could not be read or written.
    #[error(transparent)]
    Dataset(#[from] kouros_dataset::Error),
    /// A file is not what its format says.
    #[error("{}: expected {expected}, found {found}", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What should be there.
        expected: String,
        /// What is there.
        found: String,
    },
    /// Sources that do not go together.
    #[error("cannot merge, for these differ: {}", differences.join("; "))]
    Differ {
        /// One sentence each.
        differences: Vec<String>,
    },
    /// A feature that is not there.
    #[error("no feature '{name}'; there are: {}", list_names(available))]
    NoFeature {
        /// The name asked for.
        name: String,
        /// The names there are.
        available: Vec<String>,
    },
    /// What was asked for is not there, or cannot be.
    #[error("{0}")]
    Asked(String),
}
