//! Why a dataset cannot be checked at all.

use kouros_motion::list_names;

/// A result of this crate.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a dataset cannot be checked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// It cannot be read.
    #[error(transparent)]
    Dataset(#[from] kouros_dataset::Error),
    /// A column's name fits several joints.
    #[error("column '{column}' could be {}: {flag}", list_names(joints))]
    Ambiguous {
        /// The column.
        column: String,
        /// The joints it could be.
        joints: Vec<String>,
        /// What decides.
        flag: &'static str,
    },
    /// No column's name fits a joint of the robot.
    #[error("no column of '{feature}' ({columns}) is a joint of {robot} ({joints}): {flag}")]
    NoJoints {
        /// The feature of joint positions.
        feature: String,
        /// Its columns.
        columns: String,
        /// The robot.
        robot: String,
        /// Its joints.
        joints: String,
        /// What decides.
        flag: &'static str,
    },
    /// A dataset that cannot be put right without losing or making up something.
    #[error("nothing was written: {0}")]
    NotMended(String),
}
