//! What is minimised and what must hold, a file for each idea; every function adds the rows of one
//! tick.

pub(crate) mod bones;
pub(crate) mod collision;
pub(crate) mod feet;
pub(crate) mod hands;
pub(crate) mod joints;
pub(crate) mod pelvis;
pub(crate) mod smooth;
pub(crate) mod surroundings;

#[cfg(test)]
mod derivatives;

/// The rate the weights are written for [Hz].
pub(crate) const WEIGHTS_HZ: f64 = 30.0;

/// What every term needs to know of the time between ticks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Clock {
    /// Squared weights are multiplied by this, so that sums over ticks are integrals.
    pub share: f64,
    /// Differences from tick to tick are multiplied by this, so that they are those of 30 Hz.
    pub step: f64,
}

impl Clock {
    pub fn new(rate_hz: f64) -> Self {
        Self { share: WEIGHTS_HZ / rate_hz, step: rate_hz / WEIGHTS_HZ }
    }
}

/// How far `x` is below zero, and its slope: zero above `soft`, x itself below `-soft`, a parabola
/// between, so that what just clears a limit still feels it and iterations do not jump to and fro
/// across it.
pub(crate) fn hinge(x: f64, soft: f64) -> (f64, f64) {
    if x >= soft {
        (0.0, 0.0)
    } else if x <= -soft {
        (x, 1.0)
    } else {
        (-(soft - x).powi(2) / (4.0 * soft), (soft - x) / (2.0 * soft))
    }
}

#[cfg(test)]
mod tests {
    use super::hinge;

    #[test]
    fn a_hinge_bends_without_a_corner() {
        let soft = 0.01;
        for x in [-0.02, -soft, -0.004, 0.0, 0.003, soft, 0.02] {
            let (_, slope) = hinge(x, soft);
            let step = 1e-7;
            let difference = (hinge(x + step, soft).0 - hinge(x - step, soft).0) / (2.0 * step);
            assert!((slope - difference).abs() < 1e-5, "{x}: {slope} {difference}");
        }
        assert_eq!(hinge(-0.5, 0.0), (-0.5, 1.0));
        assert_eq!(hinge(0.0, 0.0), (0.0, 0.0));
    }
}
