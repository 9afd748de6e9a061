//! What can be wrong with a policy, a checkpoint or a training run.

/// A result of this crate.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a policy could not be trained, kept or used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file that cannot be read or written.
    #[error("cannot {what} {path}: {source}")]
    File {
        /// Read or write.
        what: &'static str,
        /// The file.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// A file that is not what it should be.
    #[error("{path}: {message}")]
    Format {
        /// The file.
        path: String,
        /// What was expected and what was found.
        message: String,
    },
    /// A checkpoint of another run.
    #[error("{path}: this checkpoint is of another run: its {what} is {found}, here it would be {expected}")]
    OtherRun {
        /// The file.
        path: String,
        /// What differs.
        what: &'static str,
        /// The checkpoint's.
        found: String,
        /// The run's.
        expected: String,
    },
    /// A policy for another world.
    #[error(transparent)]
    Contract(#[from] kouros_sim::Error),
    /// Numbers that are no numbers.
    #[error("iteration {iteration}: {what} is not finite; the last checkpoint is whole")]
    NotFinite {
        /// When.
        iteration: u64,
        /// What.
        what: &'static str,
    },
    /// Settings that make no sense.
    #[error("{what} is {found}; expected {expected}")]
    Setting {
        /// Which.
        what: &'static str,
        /// What it is.
        found: String,
        /// What it could be.
        expected: &'static str,
    },
}
