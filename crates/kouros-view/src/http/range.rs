//! Parts of a file: what a video player asks for (RFC 9110, section 14).

use std::ops::Range;

/// Which bytes are answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Wanted {
    /// All of them.
    All,
    /// These.
    Part(Range<u64>),
    /// None of them are there.
    Nowhere,
}

/// What a `Range` of an answer of `length` bytes means. Anything but one range of bytes is
/// ignored, as the standard allows.
pub(super) fn wanted(range: Option<&str>, length: u64) -> Wanted {
    let Some((first, last)) = range.and_then(|r| r.strip_prefix("bytes=")).and_then(|r| r.split_once('-')) else {
        return Wanted::All;
    };
    let number = |text: &str| {
        let digits = !text.is_empty() && text.len() <= 18 && text.bytes().all(|b| b.is_ascii_digit());
        digits.then(|| text.parse::<u64>().ok()).flatten()
    };
    let part = match (first, last) {
        ("", last) => match number(last) {
            Some(n) => length.saturating_sub(n)..length,
            None => return Wanted::All,
        },
        (first, "") => match number(first) {
            Some(f) => f..length,
            None => return Wanted::All,
        },
        (first, last) => match (number(first), number(last)) {
            (Some(f), Some(l)) if f <= l => f..(l + 1).min(length),
            _ => return Wanted::All,
        },
    };
    if part.start < part.end { Wanted::Part(part) } else { Wanted::Nowhere }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_by_hand() {
        for (range, expected) in [
            ("bytes=0-3", Wanted::Part(0..4)),
            ("bytes=8-", Wanted::Part(8..10)),
            ("bytes=8-100", Wanted::Part(8..10)),
            ("bytes=-3", Wanted::Part(7..10)),
            ("bytes=-100", Wanted::Part(0..10)),
            ("bytes=10-", Wanted::Nowhere),
            ("bytes=-0", Wanted::Nowhere),
            ("bytes=5-4", Wanted::All),
            ("bytes=0-1,4-5", Wanted::All),
            ("items=0-1", Wanted::All),
            ("bytes=99999999999999999999-", Wanted::All),
            ("bytes=--1", Wanted::All),
        ] {
            assert_eq!(wanted(Some(range), 10), expected, "{range}");
        }
        assert_eq!(wanted(None, 10), Wanted::All);
    }
}
