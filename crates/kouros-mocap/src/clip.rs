//! What reading a capture file gives.

use crate::Format;
use kouros_motion::{Anatomy, FootContacts, Motion};

/// A capture in Kouros' conventions: metres, Z up, seconds.
#[derive(Debug, Clone)]
pub struct Clip {
    /// The skeleton moving, at the source's rate.
    pub motion: Motion,
    /// Which joint of it is which.
    pub anatomy: Anatomy,
    /// The format it was read from.
    pub format: Format,
    /// The rate of the source in Hz: the motion's own.
    pub source_rate_hz: f64,
    /// The source's frame, from 0, in which the person stands in a T-pose before the motion
    /// begins; where it was dropped, it is before the motion's first tick.
    pub t_pose: Option<usize>,
    /// How many frames of the source were dropped before the motion's first tick.
    pub dropped_frames: usize,
    /// Which heels and toes are down, one entry for each of the motion's ticks, where the file
    /// itself says so; `None` where it does not, and contacts must be found in the motion.
    pub contacts: Option<FootContacts>,
}
