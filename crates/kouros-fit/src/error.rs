//! What can go wrong.

/// Why there is no verdict.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file of places that says what it may not.
    #[error("{path}: {message}")]
    Places {
        /// The file.
        path: String,
        /// What is wrong with it.
        message: String,
    },
}

/// A result of this crate.
pub type Result<T> = std::result::Result<T, Error>;
