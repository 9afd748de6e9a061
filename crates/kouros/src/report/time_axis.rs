//! Time from left to right, the same in all drawings of a clip, and curves over it.
//!
//! Lives here: the axis, and thinning long curves. Does not: what the curves mean.

use crate::report::svg::{Anchor, GUTTER, Svg, WIDTH, tick_text, ticks};

/// Room right of the last tick.
const RIGHT: f64 = 14.0;
/// A curve has at most this many points: about one for two pixels.
const MOST_POINTS: usize = 500;

/// The time axis of a clip.
#[derive(Debug, Clone, Copy)]
pub struct TimeAxis {
    seconds: f64,
    rate_hz: f64,
}

impl TimeAxis {
    /// The axis of `ticks` ticks.
    pub fn new(ticks: usize, rate_hz: f64) -> Self {
        Self { seconds: (ticks as f64 / rate_hz).max(1e-6), rate_hz }
    }

    /// Where a moment is [s to pixels].
    pub fn x(&self, seconds: f64) -> f64 {
        GUTTER + (WIDTH - GUTTER - RIGHT) * seconds / self.seconds
    }

    /// Where a tick is.
    pub fn x_of(&self, tick: usize) -> f64 {
        self.x(tick as f64 / self.rate_hz)
    }

    /// Fine lines from `top` to `bottom` at round seconds, with their numbers below.
    pub fn draw(&self, svg: &mut Svg, top: f64, bottom: f64, numbers: bool) {
        let marks = ticks(0.0, self.seconds, 10);
        let step = marks.get(1).copied().unwrap_or(1.0);
        for t in &marks {
            let x = self.x(*t);
            svg.line([x, top], [x, bottom], "grid");
            if numbers {
                svg.text([x, bottom + 13.0], Anchor::Middle, "num", &format!("{} s", tick_text(*t, step)));
            }
        }
    }
}

/// A band of a drawing with values from bottom to top.
#[derive(Debug, Clone, Copy)]
pub struct ValueAxis {
    pub top: f64,
    pub bottom: f64,
    pub low: f64,
    pub high: f64,
}

impl ValueAxis {
    /// Where a value is; values beyond the band are at its edge.
    pub fn y(&self, value: f64) -> f64 {
        let share = (value - self.low) / (self.high - self.low).max(1e-12);
        self.bottom - (self.bottom - self.top) * share.clamp(0.0, 1.0)
    }

    /// Fine lines at round values from `left` to `right`, with their numbers left of them.
    pub fn draw(&self, svg: &mut Svg, left: f64, right: f64, count: usize) {
        let marks = ticks(self.low, self.high, count);
        let step = marks.windows(2).map(|w| w[1] - w[0]).next().unwrap_or(1.0);
        for v in marks {
            let y = self.y(v);
            svg.line([left, y], [right, y], if v == 0.0 { "zero" } else { "grid" });
            svg.text([left - 6.0, y + 3.5], Anchor::End, "num", &tick_text(v, step));
        }
    }
}

/// A curve of one value a tick; `None` leaves a gap. Long curves keep, of each stretch, its lowest
/// and its highest value, so that no peak is lost.
pub fn curve(svg: &mut Svg, values: &[Option<f64>], at: &dyn Fn(usize, f64) -> [f64; 2], class: &str) {
    let stretch = (2 * values.len()).div_ceil(MOST_POINTS).max(1);
    let mut run: Vec<[f64; 2]> = Vec::new();
    for (first, chunk) in values.chunks(stretch).enumerate().map(|(i, c)| (i * stretch, c)) {
        let known: Vec<(usize, f64)> = chunk.iter().enumerate().filter_map(|(i, v)| v.map(|v| (first + i, v))).collect();
        let low = known.iter().min_by(|a, b| a.1.total_cmp(&b.1));
        let high = known.iter().max_by(|a, b| a.1.total_cmp(&b.1));
        if let (Some(&low), Some(&high)) = (low, high) {
            let mut both = [low, high];
            both.sort_by_key(|p| p.0);
            run.push(at(both[0].0, both[0].1));
            if both[0].0 != both[1].0 {
                run.push(at(both[1].0, both[1].1));
            }
        }
        if known.len() < chunk.len() {
            svg.polyline(&std::mem::take(&mut run), class);
        }
    }
    svg.polyline(&run, class);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn peaks_survive_thinning_and_gaps_stay() {
        let mut values = vec![Some(0.0); 5000];
        values[3333] = Some(7.0);
        let mut svg = Svg::new(10.0, 10.0, "", "");
        curve(&mut svg, &values, &|t, v| [t as f64, v], "c");
        let text = svg.finish();
        assert!(text.contains(" 7 ") && text.len() < 12_000, "{}", text.len());
        values[100] = None;
        let mut svg = Svg::new(10.0, 10.0, "", "");
        curve(&mut svg, &values, &|t, v| [t as f64, v], "c");
        assert_eq!(svg.finish().matches("<path").count(), 2);
    }
}
