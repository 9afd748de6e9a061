//! What a body does with its surroundings: which surface each sole stands on, and what its other
//! parts rest on, lean on or hold.
//!
//! Lives here: the nouns. Does not: finding them in a motion (`kouros-label`), carrying them to
//! a robot (`kouros-retarget`).

use super::{SceneTrack, Surface};
use kouros_motion::{BodyPart, Vec3};

/// A part of a body at or near a surface at one tick.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Touch {
    /// Which part.
    pub part: BodyPart,
    /// What it is at.
    pub surface: Surface,
    /// From the part's skin to the surface [m]; zero where it touches.
    pub gap: f64,
    /// From 1, at the surface, to 0, where it does not matter any more.
    pub strength: f64,
    /// Whether the part rests there: it does not move along the surface.
    pub held: bool,
    /// Where the part's nearest point is, in the frame of the surface's body (the world's for the
    /// floor) [m].
    pub place: Vec3,
}

/// A motion's surroundings and what its body does with them, one entry a tick.
#[derive(Debug, Clone, PartialEq)]
pub struct Around {
    /// The scene in the body's world; without bodies where there is a floor alone.
    pub scene: SceneTrack,
    /// What each sole part stands on, in the order of [`kouros_motion::SolePart::ALL`]; its values
    /// mean something where the part is down (T).
    pub grounds: Vec<[Surface; 4]>,
    /// What the other parts are at (T).
    pub touches: Vec<Vec<Touch>>,
}

impl Around {
    /// The same at every `step`-th tick.
    pub fn every(&self, step: usize) -> Self {
        Self {
            scene: self.scene.every(step),
            grounds: self.grounds.iter().step_by(step).copied().collect(),
            touches: self.touches.iter().step_by(step).cloned().collect(),
        }
    }

    /// The same world lowered by `floor` and then `factor` times as large.
    pub fn scaled(&self, factor: f64, floor: f64) -> Self {
        let surface = |s: &Surface| {
            let lowered = if s.body.is_none() { s.plane.offset - floor * s.plane.normal.z } else { s.plane.offset };
            Surface { plane: super::Plane { offset: lowered * factor, ..s.plane }, ..*s }
        };
        let touch = |t: &Touch| {
            let place = if t.surface.body.is_none() { t.place - Vec3::z() * floor } else { t.place };
            Touch { surface: surface(&t.surface), gap: t.gap * factor, place: place * factor, ..*t }
        };
        Self {
            scene: self.scene.scaled(factor, floor),
            grounds: self.grounds.iter().map(|g| g.map(|s| surface(&s))).collect(),
            touches: self.touches.iter().map(|all| all.iter().map(touch).collect()).collect(),
        }
    }
}
