//! Streams that stop while the world goes on.

use crate::robust::{frames_in, runs};
use crate::{Code, Finding, Layout, View};
use std::ops::Range;

/// The shortest hold that counts [s].
const FOR: f64 = 0.3;
/// Another stream moves where it covers this much in the meantime [its unit].
const MOVES: f64 = 2e-3;
/// A stream that goes on after a hole jumps by this much more than it steps [1] ...
const JUMP: f64 = 4.0;
/// ... and at least by this [its unit].
const LEAST_JUMP: f64 = 0.01;

struct Stream<'a> {
    name: &'a str,
    width: usize,
    values: &'a [f64],
}

impl Stream<'_> {
    fn row(&self, t: usize) -> &[f64] {
        &self.values[t * self.width..(t + 1) * self.width]
    }

    fn step(&self, t: usize) -> f64 {
        self.row(t).iter().zip(self.row(t + 1)).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max)
    }

    /// How much the widest dimension covers in these frames.
    fn covers(&self, frames: &Range<usize>) -> f64 {
        let dim = |d: usize| {
            let (low, high) = frames.clone().fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), t| {
                let v = self.row(t)[d];
                (l.min(v), h.max(v))
            });
            high - low
        };
        (0..self.width).map(dim).fold(0.0, f64::max)
    }
}

/// Streams equal to the bit for a while, with what shows that the world did not stop.
pub(crate) fn check(view: &View<'_>, layout: &Layout) -> Vec<Finding> {
    let bound = [&layout.state, &layout.action, &layout.velocity].into_iter().flatten().map(|b| b.feature);
    let picked = [&layout.root, &layout.imu].into_iter().flatten().map(|p| p.feature);
    let features: Vec<usize> = bound.chain(picked).collect();
    let streams: Vec<Stream<'_>> = features
        .iter()
        .filter_map(|f| view.frames.columns.iter().find(|c| c.feature == *f))
        .map(|c| Stream { name: &view.features[c.feature].name, width: c.width, values: &c.values })
        .collect();
    let mut out = Vec::new();
    for (s, stream) in streams.iter().enumerate() {
        let equal = |t: usize| stream.row(t) == stream.row(t + 1);
        for hold in runs(view.ticks.saturating_sub(1), frames_in(FOR, view.rate_hz), equal) {
            let frames = hold.start..hold.end + 1;
            let moving = streams.iter().enumerate().filter(|(i, _)| *i != s).find(|(_, other)| {
                // The rest of the state may still settle in the first and last frame.
                other.covers(&(frames.start + 1..frames.end - 1)) > MOVES
            });
            let evidence = match moving {
                Some((_, other)) => format!("while '{}' moves", other.name),
                None => match jump(stream, &frames, view.ticks) {
                    Some(by) => format!("and then jumps by {by:.3}"),
                    None => continue,
                },
            };
            let seconds = frames.len() as f64 / view.rate_hz;
            let says = format!("'{}' does not change for {seconds:.2} s, {evidence}", stream.name);
            out.push(Finding::new(Code::Frozen, stream.name, says).at(frames).measured(seconds, FOR, "s"));
        }
    }
    out.extend(some_joints(view, layout));
    out
}

/// How far a stream jumps behind a hold, if it does: much farther than it steps afterwards.
fn jump(stream: &Stream<'_>, frames: &Range<usize>, ticks: usize) -> Option<f64> {
    if frames.end + 6 > ticks {
        return None;
    }
    let by = stream.step(frames.end - 1);
    let usual = crate::robust::median((frames.end..frames.end + 5).map(|t| stream.step(t)).collect())?;
    (by > LEAST_JUMP && by > JUMP * usual).then_some(by)
}

/// Three joints or more that stand to the bit in the same frames while their commands move.
fn some_joints(view: &View<'_>, layout: &Layout) -> Option<Finding> {
    let (state, action) = (view.state.as_ref()?, view.action.as_ref()?);
    let n = state.count();
    let mut holds: Vec<(Range<usize>, usize)> = Vec::new();
    for j in (0..n).filter(|&j| state.present[j] && action.present[j]) {
        let equal = |t: usize| state.values[t * n + j] == state.values[(t + 1) * n + j];
        for hold in runs(view.ticks.saturating_sub(1), frames_in(FOR, view.rate_hz), equal) {
            let inside = hold.start + 1..hold.end;
            let (low, high) = inside.fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), t| {
                let v = action.values[t * n + j];
                (l.min(v), h.max(v))
            });
            if high - low > MOVES {
                holds.push((hold.start..hold.end + 1, j));
            }
        }
    }
    let together = |h: &Range<usize>| -> Vec<usize> { holds.iter().filter(|(o, _)| o == h).map(|(_, j)| *j).collect() };
    let (frames, _) = holds.iter().find(|(h, _)| (3..n).contains(&together(h).len()))?;
    let names: Vec<&str> = together(frames).iter().map(|&j| layout.joints[j].as_str()).collect();
    let seconds = frames.len() as f64 / view.rate_hz;
    let says = format!(
        "{} joints do not change for {seconds:.2} s while their actions do: {}",
        names.len(),
        kouros_motion::list_names(&names)
    );
    Some(Finding::new(Code::Frozen, &state.name, says).at(frames.clone()).measured(seconds, FOR, "s"))
}
