//! What can be wrong with what is to be labelled.

/// A result of this crate.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a motion could not be labelled.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The trajectory's joints are not the robot's.
    #[error("the trajectory of '{trajectory}' does not fit the robot '{robot}': {source}")]
    Joints {
        /// The robot's name.
        robot: String,
        /// The name of the robot in the trajectory.
        trajectory: String,
        /// The joint that is missing.
        source: Box<kouros_motion::Error>,
    },
    /// An array, a rate or a value that cannot be used.
    #[error(transparent)]
    Motion(#[from] kouros_motion::Error),
    /// Contacts given at another rate or length than the trajectory.
    #[error(
        "contacts: expected {expected_ticks} ticks at {expected_hz} Hz like the trajectory, found {found_ticks} at {found_hz} Hz"
    )]
    Contacts {
        /// The trajectory's ticks.
        expected_ticks: usize,
        /// The trajectory's rate [Hz].
        expected_hz: f64,
        /// The contacts' ticks.
        found_ticks: usize,
        /// The contacts' rate [Hz].
        found_hz: f64,
    },
    /// An option outside its range.
    #[error("option {option}: expected {expected}, found {found}")]
    Option {
        /// The option's name.
        option: &'static str,
        /// What it should be.
        expected: &'static str,
        /// What it is.
        found: f64,
    },
}
