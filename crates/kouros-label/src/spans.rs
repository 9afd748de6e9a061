//! From a condition at each tick to spans that do not flicker.
//!
//! Lives here: hysteresis, gaps, minimum durations. Does not: what the condition means.

use std::ops::Range;

/// A switch with two thresholds: goes on where `enter` holds and stays on, forwards and
/// backwards in time, as long as `stay` holds. Symmetric in time, so it adds no delay.
pub(crate) fn with_hysteresis(enter: &[bool], stay: &[bool]) -> Vec<bool> {
    let mut on = enter.to_vec();
    for t in 1..on.len() {
        on[t] |= on[t - 1] && stay[t];
    }
    for t in (1..on.len()).rev() {
        on[t - 1] |= on[t] && stay[t - 1];
    }
    on
}

/// The spans of consecutive ticks where `on` is `value`.
pub(crate) fn spans_of(on: &[bool], value: bool) -> Vec<Range<usize>> {
    let mut out: Vec<Range<usize>> = Vec::new();
    for (t, _) in on.iter().enumerate().filter(|(_, v)| **v == value) {
        match out.last_mut() {
            Some(last) if last.end == t => last.end = t + 1,
            _ => out.push(t..t + 1),
        }
    }
    out
}

/// Fills the gaps of at most `ticks` between two spans where `may_fill` agrees.
pub(crate) fn fill_gaps(on: &mut [bool], ticks: usize, may_fill: impl Fn(&Range<usize>) -> bool) {
    for gap in spans_of(on, false) {
        if gap.start > 0 && gap.end < on.len() && gap.len() <= ticks && may_fill(&gap) {
            on[gap].fill(true);
        }
    }
}

/// Drops the spans shorter than `ticks`; not those that touch the clip's ends, of which nobody
/// knows how long they are.
pub(crate) fn drop_short(on: &mut [bool], ticks: usize) {
    for span in spans_of(on, true) {
        if span.len() < ticks && span.start > 0 && span.end < on.len() {
            on[span].fill(false);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bits(text: &str) -> Vec<bool> {
        text.bytes().map(|b| b == b'1').collect()
    }

    #[test]
    fn hysteresis_reaches_both_ways() {
        assert_eq!(with_hysteresis(&bits("00010000"), &bits("10111101")), bits("00111100"));
        assert!(with_hysteresis(&[], &[]).is_empty());
    }

    #[test]
    fn gaps_and_shorts_by_hand() {
        let mut on = bits("0110100010");
        fill_gaps(&mut on, 1, |_| true);
        assert_eq!(on, bits("0111100010"));
        drop_short(&mut on, 2);
        assert_eq!(on, bits("0111100000"));
        let mut on = bits("1001001");
        drop_short(&mut on, 2);
        assert_eq!(on, bits("1000001"));
        let mut on = bits("101");
        fill_gaps(&mut on, 1, |_| false);
        assert_eq!(on, bits("101"));
    }

    #[test]
    fn spans_by_hand() {
        assert_eq!(spans_of(&bits("0110001"), true), [1..3, 6..7]);
        assert_eq!(spans_of(&bits("0110001"), false), [0..1, 3..6]);
    }
}
