//! What came of one place.

use crate::place::Place;
use crate::posture::Posture;
use kouros_motion::Vec3;

/// One thing that had to hold.
#[derive(Debug, Clone, PartialEq)]
pub struct Margin {
    /// What.
    pub what: String,
    /// How it is.
    pub is: f64,
    /// How it must be: at least this, or at most, by `at_most`.
    pub needed: f64,
    /// Which of both.
    pub at_most: bool,
    /// `cm` or `%`.
    pub unit: &'static str,
}

impl Margin {
    /// Whether it holds.
    pub fn holds(&self) -> bool {
        if self.at_most { self.is <= self.needed } else { self.is >= self.needed }
    }

    /// In words: `balance 3.1 cm (at least 2)`.
    pub fn words(&self) -> String {
        let bound = if self.at_most { "at most" } else { "at least" };
        format!("{} {:.1} {} ({bound} {:.1})", self.what, self.is, self.unit, self.needed)
    }
}

/// What came of one place.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    /// The place.
    pub place: Place,
    /// Everything that had to hold.
    pub margins: Vec<Margin>,
    /// The posture it was judged by, and its name; for a place with several the last, or the first that failed.
    pub posture: Posture,
    /// The posture in words.
    pub by: &'static str,
    /// What stands around, as boxes: lowest and highest corner [m].
    pub things: Vec<[Vec3; 2]>,
}

impl Verdict {
    /// Whether the robot fits.
    pub fn fits(&self) -> bool {
        self.margins.iter().all(Margin::holds)
    }

    /// The margin that is nearest to failing, as a share of what is needed.
    pub fn tightest(&self) -> Option<&Margin> {
        let room = |m: &Margin| {
            let room = if m.at_most { m.needed - m.is } else { m.is - m.needed };
            room / m.needed.abs().max(1e-9)
        };
        self.margins.iter().min_by(|a, b| room(a).total_cmp(&room(b)))
    }
}
