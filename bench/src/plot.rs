//! Curves and points as a picture that needs nothing: SVG.
//!
//! Lives here: panels with logarithmic axes, ticks, labels. Does not: what is drawn.

use std::fmt::Write;

/// One value of a sweep, or somebody's point.
#[derive(Debug, Clone)]
pub struct Point {
    pub name: String,
    pub x: f64,
    pub y: f64,
    /// Whether it stands out.
    pub strong: bool,
}

/// A pair of axes.
#[derive(Debug, Clone)]
pub struct Panel {
    pub title: String,
    /// Joined by a line.
    pub curve: Vec<Point>,
    /// Alone.
    pub others: Vec<Point>,
}

/// Size of a panel's axes and the room around them.
const WIDTH: f64 = 380.0;
const HEIGHT: f64 = 230.0;
const LEFT: f64 = 46.0;
const TOP: f64 = 34.0;
const RIGHT: f64 = 24.0;
const BOTTOM: f64 = 46.0;

const STYLE: &str = "text{font:11.5px system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif;fill:#22201d}\
.t{font-weight:600;font-size:12.5px}.n{fill:#6d6862;font-size:11px}.g{stroke:#ece8e1}.a{stroke:#6d6862;fill:none}\
.c{stroke:#2c5470;stroke-width:1.8;fill:none;stroke-linejoin:round}.p{fill:#fff;stroke:#2c5470;stroke-width:1.6}\
.s{fill:#2c5470}.o{fill:#b5522b}.ot{fill:#b5522b;font-weight:600}.st{fill:#2c5470;font-weight:600}";

/// Rows of panels, all with the same meaning of x.
pub fn figure(x_label: &str, rows: &[Vec<Panel>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let (wide, high) = (LEFT + WIDTH + RIGHT, TOP + HEIGHT + BOTTOM);
    let (w, h) = (wide * columns as f64, high * rows.len() as f64);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {w} {h}\" width=\"{w}\" height=\"{h}\">\n<style>{STYLE}</style>\n"
    );
    let _ = writeln!(out, "<rect width=\"{w}\" height=\"{h}\" fill=\"#fff\"/>");
    for (r, row) in rows.iter().enumerate() {
        for (c, panel) in row.iter().enumerate() {
            let _ = writeln!(out, "<g transform=\"translate({} {})\">", c as f64 * wide + LEFT, r as f64 * high + TOP);
            draw(panel, x_label, &mut out);
            out += "</g>\n";
        }
    }
    out + "</svg>\n"
}

/// A logarithmic axis over some values: from 1, 2 or 5 times a power of ten to another.
struct Axis {
    low: f64,
    high: f64,
    length: f64,
}

impl Axis {
    fn over(values: impl Iterator<Item = f64>, length: f64) -> Self {
        let (least, most) = values.filter(|v| *v > 0.0).fold((f64::INFINITY, 0f64), |(a, b), v| (a.min(v), b.max(v)));
        let (least, most) = if least <= most { (least, most) } else { (1.0, 10.0) };
        let rounds = || (-12..=12).flat_map(|e| [1.0, 2.0, 5.0].map(|m| m * 10f64.powi(e)));
        // A little room, so that no point lies on an edge.
        let low = rounds().rfind(|v| *v < 0.93 * least).unwrap_or(least);
        let high = rounds().find(|v| *v > 1.07 * most).unwrap_or(most);
        Self { low, high, length }
    }

    fn at(&self, v: f64) -> f64 {
        let v = v.clamp(self.low, self.high);
        self.length * (v / self.low).ln() / (self.high / self.low).ln()
    }

    fn ticks(&self) -> Vec<f64> {
        let all = (-12..=12).flat_map(|e| [1.0, 2.0, 5.0].map(|m| m * 10f64.powi(e)));
        all.filter(|v| (self.low * 0.999..=self.high * 1.001).contains(v)).collect()
    }
}

fn draw(panel: &Panel, x_label: &str, out: &mut String) {
    let all = || panel.curve.iter().chain(&panel.others);
    let (x, y) = (Axis::over(all().map(|p| p.x), WIDTH), Axis::over(all().map(|p| p.y), HEIGHT));
    let place = |p: &Point| (x.at(p.x), HEIGHT - y.at(p.y));
    let number = |v: f64| if v < 1.0 { format!("{v:.2}").trim_end_matches('0').to_owned() } else { format!("{v:.0}") };
    let _ = writeln!(out, "<text class=\"t\" x=\"0\" y=\"-14\">{}</text>", escaped(&panel.title));
    for v in x.ticks() {
        let at = x.at(v);
        let _ = writeln!(
            out,
            "<path class=\"g\" d=\"M{at:.1} 0V{HEIGHT}\"/><text class=\"n\" x=\"{at:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text>",
            HEIGHT + 16.0,
            number(v)
        );
    }
    for v in y.ticks() {
        let at = HEIGHT - y.at(v);
        let _ = writeln!(
            out,
            "<path class=\"g\" d=\"M0 {at:.1}H{WIDTH}\"/><text class=\"n\" x=\"-7\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
            at + 4.0,
            number(v)
        );
    }
    let _ = writeln!(out, "<path class=\"a\" d=\"M0 0V{HEIGHT}H{WIDTH}\"/>");
    let _ = writeln!(
        out,
        "<text class=\"n\" x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text>",
        WIDTH / 2.0,
        HEIGHT + 34.0,
        escaped(x_label)
    );
    let line: Vec<String> = panel.curve.iter().map(&place).map(|(a, b)| format!("{a:.1} {b:.1}")).collect();
    let _ = writeln!(out, "<path class=\"c\" d=\"M{}\"/>", line.join("L"));
    for p in &panel.curve {
        let (a, b) = place(p);
        let (class, r) = if p.strong { ("s", 5.5) } else { ("p", 3.5) };
        let _ = writeln!(out, "<circle class=\"{class}\" cx=\"{a:.1}\" cy=\"{b:.1}\" r=\"{r}\"/>");
        // The one that matters says its name below the line, where no neighbour's is.
        let (class, name, dy) =
            if p.strong { ("st", "default".to_owned(), 20.0) } else { ("n", format!("\u{d7}{}", p.name), -8.0) };
        let _ = writeln!(
            out,
            "<text class=\"{class}\" x=\"{a:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text>",
            b + dy,
            escaped(&name)
        );
    }
    for (i, p) in panel.others.iter().enumerate() {
        let (a, b) = place(p);
        // Neighbours take turns above and below.
        let dy = if i % 2 == 0 { 18.0 } else { -9.0 };
        let _ = writeln!(out, "<circle class=\"o\" cx=\"{a:.1}\" cy=\"{b:.1}\" r=\"4.5\"/>");
        let _ = writeln!(
            out,
            "<text class=\"ot\" x=\"{a:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text>",
            b + dy,
            escaped(&p.name)
        );
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn axes_by_hand() {
        let axis = Axis::over([3.0, 40.0].into_iter(), 100.0);
        assert_eq!((axis.low, axis.high), (2.0, 50.0));
        assert!((axis.at(10.0) - 50.0).abs() < 1e-9); // the middle of 2 and 50, in ratios
        assert_eq!(axis.ticks(), [2.0, 5.0, 10.0, 20.0, 50.0]);
        // Of nothing, from below 1 to above 10.
        assert_eq!(Axis::over(std::iter::empty(), 1.0).ticks(), [0.5, 1.0, 2.0, 5.0, 10.0, 20.0]);
    }

    #[test]
    fn a_figure_has_its_points() {
        let point = |name: &str, strong| Point { name: name.into(), x: 1.0, y: 2.0, strong };
        let panel =
            Panel { title: "a<b".into(), curve: vec![point("1", true), point("2", false)], others: vec![point("peer", false)] };
        let text = figure("x", &[vec![panel]]);
        assert_eq!(text.matches("<circle").count(), 3);
        assert!(text.contains("a&lt;b") && text.contains(">default<") && text.contains(">peer<"));
    }
}
