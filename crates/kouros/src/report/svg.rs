//! Drawings as text: lines, boxes, words, and the numbers in them.
//!
//! Lives here: what every picture needs. Does not: what is drawn, or in which colour (the page's
//! style sheet knows the classes).

use std::fmt::Write;

/// A drawing of a given size; lengths are pixels of a page that is [`WIDTH`] wide.
#[derive(Debug)]
pub struct Svg {
    head: String,
    body: String,
}

/// Width of a drawing that goes across the page.
pub const WIDTH: f64 = 1080.0;
/// Where time begins in drawings over time: left of it stand the names.
pub const GUTTER: f64 = 100.0;

/// Where a text is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Anchor {
    Start,
    Middle,
    End,
}

impl Svg {
    /// An empty drawing; `label` says in words what it shows.
    pub fn new(width: f64, height: f64, class: &str, label: &str) -> Self {
        let (w, h, label) = (short(width), short(height), escape(label));
        let head = format!(
            "<svg class=\"{class}\" viewBox=\"0 0 {w} {h}\" width=\"{w}\" height=\"{h}\" role=\"img\" aria-label=\"{label}\">"
        );
        Self { head, body: String::new() }
    }

    pub fn line(&mut self, from: [f64; 2], to: [f64; 2], class: &str) {
        let [x1, y1, x2, y2] = [from[0], from[1], to[0], to[1]].map(short);
        let _ = write!(self.body, "<path class=\"{class}\" d=\"M{x1} {y1}L{x2} {y2}\"/>");
    }

    /// A box; one that would be thinner than a hair is drawn as a hair.
    pub fn rect(&mut self, at: [f64; 2], size: [f64; 2], class: &str) {
        let [x, y, w, h] = [at[0], at[1], size[0].max(0.7), size[1].max(0.7)].map(short);
        let _ = write!(self.body, "<rect class=\"{class}\" x=\"{x}\" y=\"{y}\" width=\"{w}\" height=\"{h}\"/>");
    }

    pub fn circle(&mut self, at: [f64; 2], radius: f64, class: &str) {
        let [x, y, r] = [at[0], at[1], radius].map(short);
        let _ = write!(self.body, "<circle class=\"{class}\" cx=\"{x}\" cy=\"{y}\" r=\"{r}\"/>");
    }

    pub fn text(&mut self, at: [f64; 2], anchor: Anchor, class: &str, words: &str) {
        let anchor = match anchor {
            Anchor::Start => "",
            Anchor::Middle => " text-anchor=\"middle\"",
            Anchor::End => " text-anchor=\"end\"",
        };
        let ([x, y], words) = (at.map(short), escape(words));
        let _ = write!(self.body, "<text class=\"{class}\" x=\"{x}\" y=\"{y}\"{anchor}>{words}</text>");
    }

    /// An open line through points.
    pub fn polyline(&mut self, points: &[[f64; 2]], class: &str) {
        if !points.is_empty() {
            let _ = write!(self.body, "<path class=\"{class}\" d=\"{}\"/>", path(points));
        }
    }

    /// A filled outline; `title` is shown to whoever points at it.
    pub fn polygon(&mut self, points: &[[f64; 2]], class: &str) {
        if points.len() > 1 {
            let _ = write!(self.body, "<path class=\"{class}\" d=\"{}z\"/>", path(points));
        }
    }

    /// The finished text.
    pub fn finish(self) -> String {
        self.head + &self.body + "</svg>\n"
    }
}

/// The path through points, in tenths of a pixel from point to point: less than half the letters
/// of absolute places.
fn path(points: &[[f64; 2]]) -> String {
    let mut out = String::new();
    let mut last = [0i64; 2];
    for (i, p) in points.iter().enumerate() {
        let now = p.map(|v| (v * 10.0).round() as i64);
        if i == 0 {
            let _ = write!(out, "M{} {}l", tenths(now[0]), tenths(now[1]));
        } else if now != last {
            let _ = write!(out, "{} {} ", tenths(now[0] - last[0]), tenths(now[1] - last[1]));
        }
        last = now;
    }
    out.truncate(out.trim_end_matches([' ', 'l']).len());
    // A single point becomes a dot where line ends are round.
    if !out.contains('l') { out + "h0" } else { out }
}

fn tenths(v: i64) -> String {
    let (sign, v) = (if v < 0 { "-" } else { "" }, v.unsigned_abs());
    match (v / 10, v % 10) {
        (whole, 0) => format!("{sign}{whole}"),
        (0, part) => format!("{sign}.{part}"),
        (whole, part) => format!("{sign}{whole}.{part}"),
    }
}

/// A number with one decimal, without a decimal that says nothing.
pub fn short(v: f64) -> String {
    tenths((v * 10.0).round() as i64)
}

/// Text as HTML shows it.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c if c.is_control() && c != '\n' => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

/// Round numbers for an axis from `low` to `high`, about `count` of them.
pub fn ticks(low: f64, high: f64, count: usize) -> Vec<f64> {
    let span = (high - low).max(1e-9);
    let rough = span / count.max(1) as f64;
    let power = 10f64.powf(rough.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0].map(|m| m * power).into_iter().find(|s| *s >= rough * 0.999).unwrap_or(10.0 * power);
    let first = (low / step - 1e-6).ceil() as i64;
    let last = (high / step + 1e-6).floor() as i64;
    (first..=last).map(|k| k as f64 * step).collect()
}

/// A tick's number: as many decimals as its step needs.
pub fn tick_text(value: f64, step: f64) -> String {
    let digits = (-step.abs().max(1e-9).log10().floor()).clamp(0.0, 4.0) as usize;
    let text = format!("{value:.digits$}");
    if text.trim_start_matches('-').chars().all(|c| c == '0' || c == '.') { "0".into() } else { text.replace('-', "\u{2212}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short() {
        assert_eq!(["1.04", "-0.26", "12", "0.01"].map(|t| short(t.parse().expect("number"))), ["1", "-.3", "12", "0"]);
        assert_eq!(path(&[[1.0, 2.0], [1.5, 2.0], [1.5, 2.0], [0.0, 3.25]]), "M1 2l.5 0 -1.5 1.3");
        assert_eq!(path(&[[1.0, 2.0]]), "M1 2h0");
    }

    #[test]
    fn text_cannot_leave_its_place() {
        assert_eq!(escape("<b a=\"1\">&'\u{7}"), "&lt;b a=&quot;1&quot;&gt;&amp;&#39;\u{fffd}");
    }

    #[test]
    fn axes_have_round_numbers() {
        assert_eq!(ticks(0.0, 15.1, 8), [0.0, 2.0, 4.0, 6.0, 8.0, 10.0, 12.0, 14.0]);
        assert_eq!(ticks(-0.3, 0.12, 3), [-0.2, 0.0]);
        assert_eq!(tick_text(-0.2, 0.2), "\u{2212}0.2");
        assert_eq!(tick_text(-0.0, 5.0), "0");
    }
}
