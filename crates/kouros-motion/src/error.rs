//! What can be wrong with the nouns themselves. Formats have errors of their own.

/// A result of this crate.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a noun could not be made.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A joint's parent does not come before it.
    #[error("joint '{joint}' (number {index}): expected a parent before it, found parent number {parent}")]
    ParentOrder {
        /// The joint.
        joint: String,
        /// Its index.
        index: usize,
        /// The index it names as its parent.
        parent: usize,
    },
    /// Two joints share one name.
    #[error("joint name '{name}' stands twice (numbers {first} and {second}); names must differ")]
    DuplicateName {
        /// The name.
        name: String,
        /// Its first index.
        first: usize,
        /// Its second index.
        second: usize,
    },
    /// A skeleton without joints, a clip without ticks.
    #[error("no {what}: expected at least one")]
    Empty {
        /// What there is none of.
        what: &'static str,
    },
    /// An array has the wrong length.
    #[error("{what}: expected {expected} values, found {found}")]
    Shape {
        /// Which array.
        what: &'static str,
        /// How many values it should have.
        expected: usize,
        /// How many it has.
        found: usize,
    },
    /// A value is NaN or infinite.
    #[error("{what} at tick {tick}: expected a finite number, found {value}")]
    NotFinite {
        /// Which quantity.
        what: String,
        /// When.
        tick: usize,
        /// The value found.
        value: f64,
    },
    /// A rate that is not a positive number.
    #[error("rate: expected a positive number of frames a second, found {found}")]
    Rate {
        /// The rate found [Hz].
        found: f64,
    },
    /// A name that is not there.
    #[error("no {what} '{name}'; there are: {available}; nearest: {nearest}")]
    UnknownName {
        /// What kind of thing was asked for.
        what: &'static str,
        /// The name asked for.
        name: String,
        /// The names that exist.
        available: String,
        /// The one most like it.
        nearest: String,
    },
}
