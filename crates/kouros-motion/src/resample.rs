//! Where a tick of one rate falls between the ticks of another.

use crate::{Rot, Vec3};

/// How many ticks a clip of `ticks` ticks at `from_hz` has at `to_hz`: the first tick is kept and
/// the last lies inside the clip, so that `(n - 1) / to_hz <= (ticks - 1) / from_hz`.
pub fn ticks_after_resampling(ticks: usize, from_hz: f64, to_hz: f64) -> usize {
    // Less than a millionth of a tick: 3.3 s at 29.97 Hz must not lose its last tick to rounding.
    const ROUNDING: f64 = 1e-6;
    if ticks == 0 {
        return 0;
    }
    ((ticks - 1) as f64 * to_hz / from_hz + ROUNDING).floor() as usize + 1
}

/// A moment between two ticks of a source.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SampleAt {
    /// The source tick at or before the moment.
    pub before: usize,
    /// The source tick after it, or the last.
    pub after: usize,
    /// How far the moment lies from `before` to `after`, 0 to 1.
    pub fraction: f64,
}

impl SampleAt {
    /// Where tick `tick` at `rate_hz` falls in a source of `source_ticks` ticks at `source_hz`.
    pub fn new(tick: usize, rate_hz: f64, source_hz: f64, source_ticks: usize) -> Self {
        let last = source_ticks.saturating_sub(1);
        let x = (tick as f64 * source_hz / rate_hz).min(last as f64);
        let before = x.floor() as usize;
        Self { before, after: (before + 1).min(last), fraction: x - before as f64 }
    }

    /// The vector there: linear.
    pub fn vector(&self, before: &Vec3, after: &Vec3) -> Vec3 {
        before + (after - before) * self.fraction
    }

    /// The number there: linear.
    pub fn number(&self, before: f64, after: f64) -> f64 {
        before + (after - before) * self.fraction
    }

    /// The rotation there: constant angular speed along the shorter arc.
    pub fn rotation(&self, before: &Rot, after: &Rot) -> Rot {
        // Antipodal quaternions are the same rotation; half a turn has no shorter arc, keep the first.
        before.try_slerp(after, self.fraction, 1e-9).unwrap_or(*before)
    }

    /// The source tick nearest to the moment; the earlier one of two equally near.
    pub fn nearest(&self) -> usize {
        if self.fraction > 0.5 { self.after } else { self.before }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_by_hand() {
        assert_eq!(ticks_after_resampling(31, 30.0, 50.0), 51); // one second
        assert_eq!(ticks_after_resampling(1, 30.0, 50.0), 1);
        assert_eq!(ticks_after_resampling(4, 3.0, 1.0), 2);
        assert_eq!(ticks_after_resampling(0, 30.0, 50.0), 0);
    }

    #[test]
    fn a_moment_by_hand() {
        let at = SampleAt::new(1, 50.0, 30.0, 31);
        assert_eq!((at.before, at.after), (0, 1));
        assert!((at.fraction - 0.6).abs() < 1e-12);
        assert!((at.number(10.0, 20.0) - 16.0).abs() < 1e-12);
        assert_eq!(SampleAt::new(50, 50.0, 30.0, 31).before, 30);
    }

    #[test]
    fn rotations_go_the_short_way() {
        let (a, b) = (Rot::new(Vec3::z() * 0.1), Rot::new(Vec3::z() * 0.3));
        let flipped = Rot::new_unchecked(-b.into_inner());
        let at = SampleAt { before: 0, after: 1, fraction: 0.5 };
        assert!(at.rotation(&a, &flipped).angle_to(&Rot::new(Vec3::z() * 0.2)) < 1e-9);
    }
}
