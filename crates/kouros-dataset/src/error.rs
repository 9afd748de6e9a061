//! What can be wrong with a dataset, with what is to be written into one, and with the disk.

use kouros_motion::list_names;
use std::path::{Path, PathBuf};

/// A result of this crate.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a dataset could not be read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The disk refused.
    #[error("cannot {doing} {}: {source}", path.display())]
    Io {
        /// What was tried: `read`, `write`, `rename`, ...
        doing: &'static str,
        /// On which file or folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A file of the dataset is not what the layout says.
    #[error("{}: expected {expected}, found {found}", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What should be there.
        expected: String,
        /// What is there.
        found: String,
    },
    /// The dataset has a layout this crate does not read.
    #[error("{}: expected a LeRobot dataset of version v3.0, found {found}; {cure}", path.display())]
    Version {
        /// The `meta/info.json`.
        path: PathBuf,
        /// Its `codebase_version`.
        found: String,
        /// What can be done.
        cure: &'static str,
    },
    /// The folder is no dataset.
    #[error("{}: expected a LeRobot dataset (a folder with meta/info.json), found {found}", path.display())]
    NotADataset {
        /// The folder.
        path: PathBuf,
        /// What is there instead.
        found: String,
    },
    /// The dataset that is there does not go with what is to be appended.
    #[error("{}: cannot append, for these differ: {}", path.display(), differences.join("; "))]
    Differs {
        /// The dataset.
        path: PathBuf,
        /// One sentence each: what is there, what was to be appended.
        differences: Vec<String>,
    },
    /// A feature that must not be written.
    #[error("feature '{feature}': {problem}")]
    Feature {
        /// The feature's name.
        feature: String,
        /// What is wrong with it and what is allowed.
        problem: String,
    },
    /// An episode that must not be written.
    #[error("episode '{key}': {problem}")]
    Episode {
        /// The episode's key.
        key: String,
        /// What is wrong with it.
        problem: String,
    },
    /// A value is NaN or infinite.
    #[error("feature '{feature}', dimension '{dim}', frame {frame}: expected a finite number, found {value}")]
    NotFinite {
        /// The feature.
        feature: String,
        /// The dimension's name.
        dim: String,
        /// The frame in its episode.
        frame: usize,
        /// What was found.
        value: f32,
    },
    /// There is no such episode.
    #[error("no episode {index}; the dataset has {total}, numbered from 0")]
    NoEpisode {
        /// The number asked for.
        index: usize,
        /// How many there are.
        total: usize,
    },
    /// A feature that is not there.
    #[error("no feature '{name}'; there are: {}", list_names(available))]
    NoFeature {
        /// The name asked for.
        name: String,
        /// The names there are.
        available: Vec<String>,
    },
    /// Another process writes to this dataset.
    #[error("{}: another process{} is writing to this dataset; wait until it ends", path.display(), pid.map(|p| format!(" (number {p})")).unwrap_or_default())]
    Locked {
        /// The lock file.
        path: PathBuf,
        /// The number of the process that holds it, where it says.
        pid: Option<u32>,
    },
    /// The file is there already.
    #[error("{} is there already; nothing was written", path.display())]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// Arrays of the wrong length for an export.
    #[error("{what}: expected {expected} values, found {found}")]
    Shape {
        /// Which array.
        what: String,
        /// How many values it should have.
        expected: usize,
        /// How many it has.
        found: usize,
    },
}

impl Error {
    pub(crate) fn io(doing: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        move |source| Self::Io { doing, path: path.into(), source }
    }

    pub(crate) fn malformed(path: &Path, expected: impl Into<String>, found: impl Into<String>) -> Self {
        Self::Malformed { path: path.into(), expected: expected.into(), found: found.into() }
    }
}
