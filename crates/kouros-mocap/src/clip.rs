//! What reading a capture file gives.

use crate::Format;
use kouros_motion::{Anatomy, BodyTrack, FootContacts, ForcePlate, Motion, ObjectTrack};

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
    /// What else the file tracks in the same world: boxes, tools; one pose for each of the
    /// motion's ticks.
    pub objects: Vec<ObjectTrack>,
    /// What force plates in the floor felt, in the same world, at their own rates.
    pub plates: Vec<ForcePlate>,
    /// Whether the source knows how joints turn. Where it has their places alone, all rotations of
    /// the motion are the identity and mean nothing, and no rest pose is upright or a T-pose.
    pub has_rotations: bool,
}

impl Clip {
    /// Every joint in the world, at the motion's rate; without rotations where the source has none.
    pub fn body_track(&self) -> BodyTrack {
        self.track_of(&self.motion)
    }

    /// The same at another rate.
    ///
    /// # Errors
    /// The rate is not positive.
    pub fn body_track_at(&self, rate_hz: f64) -> kouros_motion::Result<BodyTrack> {
        Ok(self.track_of(&self.motion.resampled(rate_hz)?))
    }

    fn track_of(&self, motion: &Motion) -> BodyTrack {
        let whole = motion.body_track();
        if self.has_rotations {
            return whole;
        }
        let each = (0..whole.ticks()).flat_map(|t| (0..whole.bodies()).map(move |b| (t, b)));
        let positions = each.map(|(t, b)| whole.position(t, b)).collect();
        BodyTrack::new(whole.names().to_vec(), whole.rate_hz(), positions, None).unwrap_or(whole)
    }
}
