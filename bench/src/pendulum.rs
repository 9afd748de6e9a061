//! A long BVH file out of a short one: forward, backward, forward, as a pendulum swings, so that
//! the motion never jumps.

use crate::Result;
use std::fmt::Write;

/// A BVH file's text, taken apart, and which of its frames are the motion.
#[derive(Debug)]
pub struct Pendulum<'a> {
    /// Everything before the line `MOTION`.
    hierarchy: &'a str,
    /// The lines of frames, sampled at `rate_hz`.
    frames: Vec<&'a str>,
    rate_hz: f64,
}

impl<'a> Pendulum<'a> {
    /// Takes the frames from `first` on, at `rate_hz` instead of `source_hz`: of each moment the
    /// nearest frame, none in between is made up.
    ///
    /// # Errors
    /// No `MOTION`, fewer than two frames after `first`, a source that is slower than the rate.
    pub fn new(text: &'a str, first: usize, source_hz: f64, rate_hz: f64) -> Result<Self> {
        // 29.97 Hz and 0.033333 s are 30 Hz.
        const SLOWER: f64 = 0.99;
        if source_hz < SLOWER * rate_hz {
            return Err(format!("expected at least {rate_hz} frames a second, found {source_hz}").into());
        }
        let (hierarchy, motion) = text.split_once("\nMOTION").ok_or("expected a BVH file, found no MOTION in it")?;
        let lines: Vec<&str> = motion.lines().map(str::trim).filter(|l| !l.is_empty()).skip(2 + first).collect();
        let step = (source_hz / rate_hz).max(1.0);
        let nearest = |k: usize| (k as f64 * step).round() as usize;
        let frames: Vec<&str> = (0..).map_while(|k| lines.get(nearest(k)).copied()).collect();
        if frames.len() < 2 {
            return Err(format!("expected at least two frames, found {}", frames.len()).into());
        }
        Ok(Self { hierarchy, frames, rate_hz })
    }

    /// A BVH file of `ticks` frames, beginning `from` frames into the swing.
    pub fn bvh(&self, from: usize, ticks: usize) -> String {
        let mut out = format!("{}\nMOTION\nFrames: {ticks}\nFrame Time: {:.6}\n", self.hierarchy, 1.0 / self.rate_hz);
        for tick in from..from + ticks {
            let _ = writeln!(out, "{}", self.frames[swing(tick, self.frames.len())]);
        }
        out
    }
}

/// Where a pendulum over `n` places is at a tick: 0, 1, ..., n - 1, n - 2, ..., 0, 1, ...
fn swing(tick: usize, n: usize) -> usize {
    let there = n - 1;
    let at = tick % (2 * there);
    if at <= there { at } else { 2 * there - at }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "HIERARCHY\nJOINT MOTION\nMOTION\nFrames: 5\nFrame Time: 0.0083333\nT\na\nb\nc\nd\n";

    #[test]
    fn a_swing_by_hand() {
        assert_eq!((0..7).map(|t| swing(t, 3)).collect::<Vec<_>>(), [0, 1, 2, 1, 0, 1, 2]);
    }

    #[test]
    fn a_swing_never_jumps() {
        assert!((2..9).all(|n| (0..50).all(|t| swing(t, n).abs_diff(swing(t + 1, n)) == 1)));
    }

    #[test]
    fn a_long_file_by_hand() {
        let p = Pendulum::new(TEXT, 1, 30.0, 30.0).expect("frames");
        assert_eq!(p.bvh(2, 4), "HIERARCHY\nJOINT MOTION\nMOTION\nFrames: 4\nFrame Time: 0.033333\nc\nd\nc\nb\n");
        let p = Pendulum::new(TEXT, 0, 60.0, 30.0).expect("frames");
        assert_eq!(p.frames, ["T", "b", "d"]);
        assert!(Pendulum::new(TEXT, 4, 30.0, 30.0).is_err());
        assert!(Pendulum::new(TEXT, 0, 24.0, 30.0).is_err());
        assert!(Pendulum::new("no bvh", 0, 30.0, 30.0).is_err());
    }
}
