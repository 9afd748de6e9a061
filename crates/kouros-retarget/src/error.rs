//! Why a motion cannot be retargeted.

/// A result of this crate.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a motion cannot be retargeted.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A bone of the human without length: nothing says where it points.
    #[error("the human's {bone} has no length at tick {tick}: expected its two ends apart, found them {length:.4} m apart")]
    NoLength {
        /// Which bone.
        bone: &'static str,
        /// When.
        tick: usize,
        /// Its length [m].
        length: f64,
    },
    /// Contacts and motion that do not belong together.
    #[error("contacts of {contacts} ticks at {contacts_hz} Hz for a motion of {ticks} ticks at {rate_hz} Hz")]
    Contacts {
        /// Ticks of contacts.
        contacts: usize,
        /// Their rate [Hz].
        contacts_hz: f64,
        /// Ticks of motion.
        ticks: usize,
        /// Its rate [Hz].
        rate_hz: f64,
    },
    /// The solver met numbers it cannot go on with.
    #[error("no solution near tick {tick}: the equations have none; is the motion a human's?")]
    Diverged {
        /// Near which tick.
        tick: usize,
    },
    /// The robot lacks what the options ask for.
    #[error("{0}")]
    Motion(#[from] kouros_motion::Error),
}
