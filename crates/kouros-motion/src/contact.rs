//! When heels and toes carry weight.

use crate::{LEFT, RIGHT, SampleAt, ticks_after_resampling};

/// The four parts of the soles, in the order of every contact feature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SolePart {
    /// The left foot's rear.
    LeftHeel,
    /// The left foot's front.
    LeftToe,
    /// The right foot's rear.
    RightHeel,
    /// The right foot's front.
    RightToe,
}

impl SolePart {
    /// All four, in order.
    pub const ALL: [Self; 4] = [Self::LeftHeel, Self::LeftToe, Self::RightHeel, Self::RightToe];

    /// The name in a dataset.
    pub fn name(self) -> &'static str {
        match self {
            Self::LeftHeel => "left_heel",
            Self::LeftToe => "left_toe",
            Self::RightHeel => "right_heel",
            Self::RightToe => "right_toe",
        }
    }

    /// [`LEFT`] or [`RIGHT`].
    pub fn side(self) -> usize {
        match self {
            Self::LeftHeel | Self::LeftToe => LEFT,
            Self::RightHeel | Self::RightToe => RIGHT,
        }
    }

    /// Whether this is the front of the sole.
    pub fn is_toe(self) -> bool {
        matches!(self, Self::LeftToe | Self::RightToe)
    }
}

/// What else of a body carries weight or holds something, in the order of every such feature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BodyPart {
    /// The left hand, wrist included.
    LeftHand,
    /// The right hand, wrist included.
    RightHand,
    /// The left elbow.
    LeftElbow,
    /// The right elbow.
    RightElbow,
    /// The left knee.
    LeftKnee,
    /// The right knee.
    RightKnee,
    /// The underside and the back of the pelvis.
    Seat,
    /// The trunk above the pelvis.
    Back,
}

impl BodyPart {
    /// All of them, in order.
    pub const ALL: [Self; 8] = [
        Self::LeftHand,
        Self::RightHand,
        Self::LeftElbow,
        Self::RightElbow,
        Self::LeftKnee,
        Self::RightKnee,
        Self::Seat,
        Self::Back,
    ];

    /// The name in a dataset.
    pub fn name(self) -> &'static str {
        match self {
            Self::LeftHand => "left_hand",
            Self::RightHand => "right_hand",
            Self::LeftElbow => "left_elbow",
            Self::RightElbow => "right_elbow",
            Self::LeftKnee => "left_knee",
            Self::RightKnee => "right_knee",
            Self::Seat => "seat",
            Self::Back => "back",
        }
    }

    /// Its place in [`Self::ALL`].
    pub fn index(self) -> usize {
        self as usize
    }
}

/// Contact of the four sole parts at a constant rate.
#[derive(Debug, Clone, PartialEq)]
pub struct FootContacts {
    /// Ticks a second [Hz].
    pub rate_hz: f64,
    /// Per tick, in the order of [`SolePart::ALL`]: whether the part carries weight.
    pub down: Vec<[bool; 4]>,
}

impl FootContacts {
    /// Whether any part of the foot of `side` is down at `tick`.
    pub fn foot(&self, tick: usize, side: usize) -> bool {
        self.down[tick][2 * side] || self.down[tick][2 * side + 1]
    }

    /// The same contacts at `speed` times the pace, as [`crate::Motion::at_speed`].
    #[must_use]
    pub fn at_speed(&self, speed: f64) -> Self {
        Self { rate_hz: self.rate_hz * speed, down: self.down.clone() }
    }

    /// The same contacts with the sides exchanged.
    #[must_use]
    pub fn mirrored(&self) -> Self {
        Self { rate_hz: self.rate_hz, down: self.down.iter().map(|[a, b, c, d]| [*c, *d, *a, *b]).collect() }
    }

    /// The same contacts at another rate, by majority: a new tick is down when at least half of
    /// the source ticks within half a new period of it are; where none is that near (the new rate
    /// is higher), the nearest decides.
    pub fn resampled(&self, rate_hz: f64) -> Self {
        let (ticks, source) = (ticks_after_resampling(self.down.len(), self.rate_hz, rate_hz), self.down.len());
        let half = 0.5 * self.rate_hz / rate_hz;
        let down = (0..ticks)
            .map(|tick| {
                let x = tick as f64 * self.rate_hz / rate_hz;
                let from = (x - half).ceil().max(0.0) as usize;
                let to = ((x + half).floor() as usize).min(source - 1);
                if from > to {
                    return self.down[SampleAt::new(tick, rate_hz, self.rate_hz, source).nearest()];
                }
                std::array::from_fn(|part| {
                    let votes = self.down[from..=to].iter().filter(|d| d[part]).count();
                    2 * votes > to - from
                })
            })
            .collect();
        Self { rate_hz, down }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn majority_by_hand() {
        let down = [1, 1, 0, 0, 0, 1, 1, 1, 0].map(|v| [v == 1; 4]).to_vec();
        let half = FootContacts { rate_hz: 100.0, down }.resampled(50.0);
        // Ticks 0, 2, 4, 6, 8 see {0,1}, {1,2,3}, {3,4,5}, {5,6,7}, {7,8}.
        assert_eq!(half.down.iter().map(|d| d[0]).collect::<Vec<_>>(), [true, false, false, true, true]);
    }

    #[test]
    fn a_mirror_exchanges_feet() {
        let c = FootContacts { rate_hz: 10.0, down: vec![[true, false, false, true]] };
        assert_eq!(c.mirrored().down, [[false, true, true, false]]);
        assert_eq!(c.mirrored().mirrored(), c);
        assert_eq!(c.at_speed(1.5).rate_hz, 15.0);
    }

    #[test]
    fn higher_rates_take_the_nearest() {
        let c = FootContacts { rate_hz: 10.0, down: vec![[true; 4], [false; 4]] };
        assert_eq!(c.resampled(40.0).down.iter().map(|d| d[0]).collect::<Vec<_>>(), [true, true, true, false, false]);
    }
}
