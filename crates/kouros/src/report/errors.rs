//! What remains between person and robot, part by part, over time: small pictures of one scale.

use crate::report::svg::{Anchor, Svg, WIDTH};
use crate::run::person::Person;
use kouros_retarget::PartError;

/// Columns, size of a picture and of what stands over it [px].
const COLUMNS: usize = 4;
const HEIGHT: f64 = 52.0;
const ABOVE: f64 = 30.0;
const BELOW: f64 = 12.0;
/// Points of a curve at most; each the largest of its stretch.
const POINTS: usize = 200;

/// The pictures of a clip. Those in degrees share one scale; so do those in metres.
pub fn errors(person: &Person) -> String {
    let all = &person.errors;
    let rows = all.len().div_ceil(COLUMNS);
    let width = WIDTH / COLUMNS as f64;
    let scales = scales(person);
    let mut svg = Svg::new(WIDTH, rows as f64 * (ABOVE + HEIGHT + BELOW), "errors", "Retargeting errors over time");
    for (i, error) in all.iter().enumerate() {
        let (left, top) = ((i % COLUMNS) as f64 * width, (i / COLUMNS) as f64 * (ABOVE + HEIGHT + BELOW));
        let scale = scales.iter().find(|s| s.0 == error.unit).map_or(error.max.max(1e-9), |s| s.1);
        one(&mut svg, error, [left, top], width - 18.0, scale);
    }
    svg.finish()
}

/// The largest value of the pictures in degrees and of those in metres.
fn scales(person: &Person) -> [(&'static str, f64); 2] {
    let of_unit = |unit: &'static str, least: f64| {
        let all = person.errors.iter().filter(|e| e.unit == unit);
        (unit, all.map(|e| e.max).fold(least, f64::max))
    };
    [of_unit("deg", 10.0), of_unit("m", 0.05)]
}

/// The scales in words.
pub fn scale_text(person: &Person) -> String {
    let [(_, degrees), (_, metres)] = scales(person);
    format!("a frame is {degrees:.0}° high, for places {:.0} cm", 100.0 * metres)
}

fn one(svg: &mut Svg, error: &PartError, [left, top]: [f64; 2], width: f64, scale: f64) {
    // Zero has no sign.
    let show = |v: f64| match error.unit {
        "deg" => format!("{v:.1}°"),
        "m" => format!("{:.1} cm", 100.0 * v),
        unit => format!("{v:.2} {unit}"),
    };
    svg.text([left + 4.0, top + 12.0], Anchor::Start, "name", &error.part);
    let numbers = format!("mean {}, max {}", show(error.mean + 0.0), show(error.max + 0.0));
    svg.text([left + 4.0, top + 25.0], Anchor::Start, "num", &numbers);
    let (floor, count) = (top + ABOVE + HEIGHT, error.per_tick.len());
    svg.rect([left + 4.0, top + ABOVE], [width, HEIGHT], "frame");
    let stretch = count.div_ceil(POINTS).max(1);
    let mut points = vec![[left + 4.0, floor]];
    for (k, chunk) in error.per_tick.chunks(stretch).enumerate() {
        let most = chunk.iter().copied().fold(0.0f32, f32::max);
        let x = left + 4.0 + width * ((k * stretch) as f64 + 0.5 * chunk.len() as f64) / count.max(1) as f64;
        points.push([x, floor - HEIGHT * (f64::from(most) / scale).min(1.0)]);
    }
    points.push([left + 4.0 + width, floor]);
    svg.polygon(&points, "area");
}
