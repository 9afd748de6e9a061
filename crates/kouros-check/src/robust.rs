//! Medians, quantiles and runs: statistics that a few wild values do not move.

use std::ops::Range;

/// The value a share `p` of the others lies below; `None` of nothing.
pub(crate) fn quantile(mut values: Vec<f64>, p: f64) -> Option<f64> {
    if values.is_empty() {
        return None;
    }
    let at = ((values.len() - 1) as f64 * p).round() as usize;
    Some(*values.select_nth_unstable_by(at, f64::total_cmp).1)
}

/// The middle value; `None` of nothing.
pub(crate) fn median(values: Vec<f64>) -> Option<f64> {
    quantile(values, 0.5)
}

/// The runs of indices below `n` for which `on` holds, of at least `shortest`.
pub(crate) fn runs(n: usize, shortest: usize, on: impl Fn(usize) -> bool) -> Vec<Range<usize>> {
    let (mut out, mut start) = (Vec::new(), None);
    for t in 0..=n {
        match (t < n && on(t), start) {
            (true, None) => start = Some(t),
            (false, Some(s)) => {
                if t - s >= shortest.max(1) {
                    out.push(s..t);
                }
                start = None;
            }
            _ => {}
        }
    }
    out
}

/// How many frames `seconds` are, at least one.
pub(crate) fn frames_in(seconds: f64, rate_hz: f64) -> usize {
    ((seconds * rate_hz).round() as usize).max(1)
}

/// Slope of the line with the median slope of all pairs (Theil 1950, Sen 1968) through points
/// (x, y), at most a few hundred; `None` for fewer than two.
pub(crate) fn median_slope(points: &[(f64, f64)]) -> Option<f64> {
    let mut slopes = Vec::new();
    for (i, a) in points.iter().enumerate() {
        slopes.extend(points[i + 1..].iter().filter(|b| b.0 != a.0).map(|b| (b.1 - a.1) / (b.0 - a.0)));
    }
    median(slopes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_hand() {
        assert_eq!(median(vec![3.0, 1.0, 100.0]), Some(3.0));
        assert_eq!(median(vec![]), None);
        let ticks = |found: Vec<Range<usize>>| found.into_iter().flatten().collect::<Vec<_>>();
        assert_eq!(ticks(runs(8, 2, |t| [0, 2, 3, 4, 7].contains(&t))), [2, 3, 4]);
        assert_eq!(ticks(runs(3, 1, |_| true)), [0, 1, 2]);
        assert_eq!(frames_in(0.05, 50.0), 3);
        let line: Vec<(f64, f64)> =
            (0..9).map(|i| (f64::from(i), 2.0 * f64::from(i) + if i == 4 { 50.0 } else { 0.0 })).collect();
        assert_eq!(median_slope(&line), Some(2.0));
    }
}
