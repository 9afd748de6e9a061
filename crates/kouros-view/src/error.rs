//! What can go wrong between the data and the browser.

use std::path::PathBuf;

/// An error of this crate.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The data cannot be read.
    #[error(transparent)]
    Dataset(#[from] kouros_dataset::Error),
    /// Something moving cannot be what is said.
    #[error(transparent)]
    Motion(#[from] kouros_motion::Error),
    /// The page was not there when this program was built.
    #[error(
        "this program was built without its page: expected the built page in web/page, found none; \
         with Node.js and npm installed, run `cargo xtask setup` and build again"
    )]
    NoPage,
    /// The port cannot be had.
    #[error("cannot listen on port {port} of the loopback interface: {source}")]
    Port {
        /// The port that was asked for, 0 for any.
        port: u16,
        /// Why.
        source: std::io::Error,
    },
    /// A file or folder cannot be written or read.
    #[error("cannot {doing} {}: {source}", path.display())]
    Disk {
        /// What was being done.
        doing: &'static str,
        /// With what.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// The folder to export into holds something.
    #[error("{}: expected no such folder or an empty one, found {found}", path.display())]
    Occupied {
        /// The folder.
        path: PathBuf,
        /// What is there.
        found: String,
    },
}

impl Error {
    pub(crate) fn disk(doing: &'static str, path: &std::path::Path) -> impl FnOnce(std::io::Error) -> Self {
        move |source| Self::Disk { doing, path: path.to_owned(), source }
    }
}

/// A result of this crate.
pub type Result<T> = std::result::Result<T, Error>;
