//! What is minimised and what must hold, a file for each idea; every function adds the rows of one
//! tick.

pub(crate) mod bones;
pub(crate) mod collision;
pub(crate) mod feet;
pub(crate) mod hands;
pub(crate) mod joints;
pub(crate) mod pelvis;
pub(crate) mod smooth;

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
