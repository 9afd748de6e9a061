//! What a force plate in the floor felt.
//!
//! Lives here: forces over time, in the world. Does not: which foot they are of
//! (`kouros-label`), the channels they come from (`kouros-mocap`).

use crate::Vec3;

/// One plate at a constant rate, usually a higher one than the motion's.
#[derive(Debug, Clone, PartialEq)]
pub struct ForcePlate {
    /// Its name: `plate 1`, or a table's own word.
    pub name: String,
    /// Where its surface's corners lie in the world, going round [m]; `None` where the source does
    /// not say how large it is.
    pub corners: Option<[Vec3; 4]>,
    /// Samples a second [Hz].
    pub rate_hz: f64,
    /// When the first sample was taken, from the motion's first tick on [s]; may be negative.
    pub start_s: f64,
    /// Force of the plate on the body, world [N] (S): standing on it, z is positive.
    pub force: Vec<Vec3>,
    /// Centre of pressure on the plate's surface, world [m] (S); means nothing where the plate is
    /// not loaded.
    pub center: Vec<Vec3>,
    /// Moment of the plate on the body about the vertical through the centre of pressure [N m] (S).
    pub free_moment: Vec<f64>,
}

impl ForcePlate {
    /// The number of samples S.
    pub fn samples(&self) -> usize {
        self.force.len()
    }

    /// The sample nearest to a time from the motion's first tick on [s]; `None` outside of what was
    /// recorded.
    pub fn sample_at(&self, seconds: f64) -> Option<usize> {
        let x = ((seconds - self.start_s) * self.rate_hz).round();
        (x >= 0.0 && x < self.samples() as f64).then_some(x as usize)
    }

    /// The force by which the plate pushes up at a sample [N].
    pub fn load(&self, sample: usize) -> f64 {
        self.force.get(sample).map_or(0.0, |f| f.z)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_by_time() {
        let force = vec![Vec3::z(), Vec3::z() * 2.0];
        let plate = ForcePlate {
            name: "a".into(),
            corners: None,
            rate_hz: 10.0,
            start_s: -0.1,
            center: vec![Vec3::zeros(); 2],
            free_moment: vec![0.0; 2],
            force,
        };
        assert_eq!([-0.2, -0.1, 0.04, 0.06].map(|t| plate.sample_at(t)), [None, Some(0), Some(1), None]);
        assert_eq!(plate.load(1), 2.0);
    }
}
