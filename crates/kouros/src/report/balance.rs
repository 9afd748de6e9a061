//! Over time: how high the centre of mass is, how far the body is from falling, and how much of
//! its forces the feet leave unexplained.

use crate::report::svg::{Anchor, GUTTER, Svg, WIDTH};
use crate::report::time_axis::{TimeAxis, ValueAxis, curve};
use crate::run::clip::Made;

/// Height of one band and room between two [px].
const BAND: f64 = 74.0;
const BETWEEN: f64 = 14.0;

/// The three bands of a clip.
pub fn balance(made: &Made, axis: &TimeAxis) -> String {
    let labels = &made.labels;
    let ticks = labels.ticks();
    let height: Vec<Option<f64>> = labels.center_of_mass.chunks_exact(3).map(|c| Some(c[2])).collect();
    let margin: Vec<Option<f64>> =
        (0..ticks).map(|t| labels.is_valid(t, "capture_margin").then(|| 100.0 * labels.balance[3 * t + 2])).collect();
    let residual: Vec<Option<f64>> = labels.residual_share.iter().map(|v| Some(100.0 * v)).collect();
    let bands = [
        (["centre of", "mass", "height m"], height, [0.0, 0.1]),
        (["capture", "margin", "cm"], margin, [-10.0, 10.0]),
        (["force not", "explained", "% weight"], residual, [0.0, 10.0]),
    ];
    let mut svg = Svg::new(WIDTH, 3.0 * (BAND + BETWEEN) + 12.0, "series", "Balance over time");
    for (i, (name, values, [least, most])) in bands.iter().enumerate() {
        let top = 4.0 + i as f64 * (BAND + BETWEEN);
        let known = || values.iter().flatten().copied();
        let (low, high) = (known().fold(*least, f64::min), known().fold(*most, f64::max));
        let band = ValueAxis { top, bottom: top + BAND, low, high: high + 0.05 * (high - low) };
        axis.draw(&mut svg, top, top + BAND, i == 2);
        band.draw(&mut svg, axis.x(0.0), WIDTH - 14.0, 3);
        for (line, words) in name.iter().enumerate() {
            svg.text([4.0, top + 14.0 + 13.0 * line as f64], Anchor::Start, "name", words);
        }
        curve(&mut svg, values, &|t, v| [axis.x_of(t), band.y(v)], "rline");
    }
    debug_assert!(GUTTER > 80.0, "the names need their room");
    svg.finish()
}
