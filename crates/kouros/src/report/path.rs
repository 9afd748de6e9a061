//! Seen from above: where the centre of mass goes, where feet stand, where the person went.

use crate::report::robot_figure::RobotFigure;
use crate::report::solid::hull;
use crate::report::svg::{Anchor, Svg, tick_text, ticks};
use crate::report::time_axis::curve;
use crate::run::clip::Made;
use crate::run::person::Person;
use kouros_motion::{LEFT, RIGHT};

/// Largest and smallest size of the drawing, and room around what is drawn [px].
const MOST: [f64; 2] = [430.0, 330.0];
const LEAST_HEIGHT: f64 = 120.0;
const AROUND: f64 = 26.0;
/// More footprints than this cover each other.
const MOST_PRINTS: usize = 160;
/// So many footprints carry their letters.
const MOST_LETTERS: usize = 14;

/// The map of a clip.
pub fn path(made: &Made, robot: &RobotFigure<'_>) -> String {
    let labels = &made.labels;
    let com: Vec<[f64; 2]> = labels.center_of_mass.chunks_exact(3).map(|c| [c[0], c[1]]).collect();
    let human = made.person.as_ref().map(way).unwrap_or_default();
    let hips: Vec<[f64; 2]> = (0..made.trajectory.ticks())
        .map(|t| {
            let middle = robot.middle(&robot.place(&made.trajectory, t));
            [middle.x, middle.y]
        })
        .collect();
    let prints = footprints(made, robot);
    let all = com.iter().chain(&human).chain(&hips).chain(prints.iter().flat_map(|(_, p)| p));
    let (mut low, mut high) = ([f64::INFINITY; 2], [f64::NEG_INFINITY; 2]);
    for p in all {
        (low, high) = (std::array::from_fn(|i| low[i].min(p[i])), std::array::from_fn(|i| high[i].max(p[i])));
    }
    // The longer side lies along the picture; turning keeps left on the left.
    let turned = high[1] - low[1] > high[0] - low[0];
    let flat = |p: [f64; 2]| if turned { [p[1], -p[0]] } else { p };
    let (a, b) = (flat(low), flat(high));
    let (low, high) = ([a[0].min(b[0]), a[1].min(b[1])], [a[0].max(b[0]), a[1].max(b[1])]);
    let room = [0, 1].map(|i| (MOST[i] - 2.0 * AROUND) / (high[i] - low[i]).max(0.3));
    let scale = room[0].min(room[1]);
    let size = [MOST[0], ((high[1] - low[1]) * scale + 2.0 * AROUND).max(LEAST_HEIGHT)];
    let place = |p: [f64; 2]| {
        let p = flat(p);
        [0, 1].map(|i| {
            let from_middle = (p[i] - (low[i] + high[i]) / 2.0) * scale;
            size[i] / 2.0 + if i == 0 { from_middle } else { -from_middle }
        })
    };
    let mut svg = Svg::new(size[0], size[1], "map", "The robot's way seen from above");
    for (side, print) in &prints {
        let points: Vec<[f64; 2]> = print.iter().map(|p| place(*p)).collect();
        svg.polygon(&points, ["printl", "printr"][*side]);
        if prints.len() <= MOST_LETTERS {
            let middle = [0, 1].map(|i| points.iter().map(|p| p[i]).sum::<f64>() / points.len().max(1) as f64);
            svg.text([middle[0], middle[1] + 4.0], Anchor::Middle, "num", ["L", "R"][*side]);
        }
    }
    let line = |svg: &mut Svg, points: &[[f64; 2]], class: &str| {
        let indices: Vec<Option<f64>> = (0..points.len()).map(|i| Some(i as f64)).collect();
        curve(svg, &indices, &|t, _| place(points[t]), class);
    };
    line(&mut svg, &human, "hline dash");
    line(&mut svg, &hips, "rline thin dash");
    line(&mut svg, &com, "rline");
    if let (Some(first), Some(last)) = (com.first(), com.last()) {
        svg.circle(place(*first), 4.0, "start");
        svg.circle(place(*last), 4.0, "end");
    }
    scale_bar(&mut svg, scale, size[1] - 8.0);
    svg.finish()
}

/// Where the middle between a person's hips goes, at the robot's size [m].
fn way(person: &Person) -> Vec<[f64; 2]> {
    let at = |t: usize| {
        let [l, r] = [LEFT, RIGHT].map(|s| person.track.position(t, person.anatomy.legs[s].hip));
        [person.scale * (l.x + r.x) / 2.0, person.scale * (l.y + r.y) / 2.0]
    };
    (0..person.track.ticks()).map(at).collect()
}

/// A bar of a round length.
fn scale_bar(svg: &mut Svg, scale: f64, y: f64) {
    let wanted = 90.0 / scale;
    let length = ticks(0.0, wanted, 1).into_iter().rfind(|v| *v > 0.0).unwrap_or(wanted);
    svg.line([10.0, y], [10.0 + length * scale, y], "bar");
    svg.text([16.0 + length * scale, y + 4.0], Anchor::Start, "num", &format!("{} m", tick_text(length, length)));
}

/// The outline of the sole in the middle of every stance, left and right; thinned where there are
/// too many.
fn footprints(made: &Made, robot: &RobotFigure<'_>) -> Vec<(usize, Vec<[f64; 2]>)> {
    let contacts = &made.labels.contacts;
    let mut stances = Vec::new();
    for side in [LEFT, RIGHT] {
        let mut start = None;
        for tick in 0..=contacts.down.len() {
            let down = tick < contacts.down.len() && contacts.foot(tick, side);
            match (start, down) {
                (None, true) => start = Some(tick),
                (Some(from), false) => {
                    stances.push((side, (from + tick - 1) / 2));
                    start = None;
                }
                _ => {}
            }
        }
    }
    let step = stances.len().div_ceil(MOST_PRINTS).max(1);
    let print = |(side, tick): (usize, usize)| {
        let at = robot.place(&made.trajectory, tick);
        (side, hull(robot.footprint(&at, side).iter().map(|p| [p.x, p.y]).collect()))
    };
    stances.into_iter().step_by(step).map(print).collect()
}
