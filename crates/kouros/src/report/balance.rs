//! Over time: how high the centre of mass is, how far the body is from falling, and how much of
//! the forces the feet leave unexplained.

use crate::report::svg::{Anchor, Svg, WIDTH};
use crate::report::time_axis::{TimeAxis, ValueAxis, curve};
use crate::run::clip::Made;
use kouros_robot::Robot;

/// Height of one band and room between two [px].
const BAND: f64 = 74.0;
const BETWEEN: f64 = 14.0;

/// The three bands of a clip.
pub fn balance(robot: &Robot, made: &Made, axis: &TimeAxis) -> String {
    let labels = &made.labels;
    let ticks = labels.ticks();
    let height: Vec<Option<f64>> = labels.center_of_mass.chunks_exact(3).map(|c| Some(c[2])).collect();
    let margin: Vec<Option<f64>> =
        (0..ticks).map(|t| labels.is_valid(t, "capture_margin").then(|| 100.0 * labels.balance[3 * t + 2])).collect();
    let force: Vec<Option<f64>> = labels.residual_share.iter().map(|v| Some(100.0 * v)).collect();
    // A torque counts by the leg's length, as in the labels' own rule of what is explained.
    let unit = robot.mass() * 9.81 * robot.profile.leg_length(robot);
    let torque = |r: &[f64]| Some(100.0 * r[3].hypot(r[4]).hypot(r[5]) / unit);
    let torque: Vec<Option<f64>> = labels.residual.chunks_exact(6).map(torque).collect();
    let none = Vec::new();
    let bands = [
        (["centre of", "mass", "height m"], &height, &none, [0.0, 0.1]),
        (["capture", "margin", "cm"], &margin, &none, [-10.0, 10.0]),
        (["force,", "torque not", "explained %"], &force, &torque, [0.0, 20.0]),
    ];
    let mut svg = Svg::new(WIDTH, 3.0 * (BAND + BETWEEN) + 8.0, "series", "Balance over time");
    for (i, (name, values, second, [least, most])) in bands.iter().enumerate() {
        let top = 4.0 + i as f64 * (BAND + BETWEEN);
        let known = || values.iter().chain(second.iter()).flatten().copied();
        let (low, high) = (known().fold(*least, f64::min), known().fold(*most, f64::max));
        let band = ValueAxis { top, bottom: top + BAND, low, high: high + 0.05 * (high - low) };
        axis.draw(&mut svg, top, top + BAND, i == 2);
        band.draw(&mut svg, axis.x(0.0), WIDTH - 14.0, 3);
        for (line, words) in name.iter().enumerate() {
            svg.text([0.0, top + 14.0 + 13.0 * line as f64], Anchor::Start, "name", words);
        }
        curve(&mut svg, second, &|t, v| [axis.x_of(t), band.y(v)], "rline thin");
        curve(&mut svg, values, &|t, v| [axis.x_of(t), band.y(v)], "rline");
    }
    unknown(&mut svg, made, axis, 4.0 + 2.0 * (BAND + BETWEEN));
    svg.finish()
}

/// A bar over the last band where forces and torques are not known.
fn unknown(svg: &mut Svg, made: &Made, axis: &TimeAxis, top: f64) {
    let ticks = made.labels.ticks();
    let mut start = None;
    for tick in 0..=ticks {
        let not_known = tick < ticks && !made.labels.is_valid(tick, "effort");
        match (start, not_known) {
            (None, true) => start = Some(tick),
            (Some(from), false) => {
                svg.rect([axis.x_of(from), top], [axis.x_of(tick) - axis.x_of(from), 4.0], "not");
                start = None;
            }
            _ => {}
        }
    }
}
