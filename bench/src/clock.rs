//! How long something takes, and the spread of several times.
//!
//! Lives here: two clocks and their statistics. The processor's time is what a program costs on
//! one core and what is compared: on a machine that does other things too, the clock on the wall
//! also counts those.

use rustix::time::{ClockId, Timespec, clock_gettime};
use serde::Serialize;
use std::time::Instant;

/// What one run took.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, serde::Deserialize)]
pub struct Took {
    /// On the wall [s].
    pub seconds: f64,
    /// Of the processor, all threads of the process together [s].
    pub cpu_seconds: f64,
}

/// Runs `work` once.
pub fn time<T>(work: impl FnOnce() -> T) -> (T, Took) {
    let (wall, cpu) = (Instant::now(), cpu_seconds());
    let out = work();
    (out, Took { seconds: wall.elapsed().as_secs_f64(), cpu_seconds: cpu_seconds() - cpu })
}

/// The processor's time of this process so far [s].
fn cpu_seconds() -> f64 {
    let Timespec { tv_sec, tv_nsec } = clock_gettime(ClockId::ProcessCPUTime);
    tv_sec as f64 + tv_nsec as f64 * 1e-9
}

/// Middle and ends of several measurements of the same thing.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Spread {
    /// The middle one, or the mean of the two middle ones.
    pub median: f64,
    /// The smallest.
    pub min: f64,
    /// The largest.
    pub max: f64,
}

impl Spread {
    /// Of these values; `None` of none.
    pub fn of(values: impl IntoIterator<Item = f64>) -> Option<Self> {
        let mut sorted: Vec<f64> = values.into_iter().collect();
        sorted.sort_by(f64::total_cmp);
        let (min, max) = (*sorted.first()?, *sorted.last()?);
        let (low, high) = (sorted[(sorted.len() - 1) / 2], sorted[sorted.len() / 2]);
        Some(Self { median: 0.5 * (low + high), min, max })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spreads_by_hand() {
        assert_eq!(Spread::of([3.0, 1.0, 7.0]), Some(Spread { median: 3.0, min: 1.0, max: 7.0 }));
        assert_eq!(Spread::of([4.0, 1.0, 2.0, 9.0]).map(|s| s.median), Some(3.0));
        assert_eq!(Spread::of([]), None);
    }

    #[test]
    fn waiting_costs_the_wall_only() {
        let (_, took) = time(|| std::thread::sleep(std::time::Duration::from_millis(20)));
        assert!(took.seconds >= 0.02 && took.cpu_seconds >= 0.0);
    }
}
