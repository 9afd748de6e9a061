//! The film strip: the person and the robot side by side at moments of the clip.
//!
//! Lives here: which moments, how large, and the marks of feet that stand. Does not: bodies
//! (`human_figure.rs`, `robot_figure.rs`).

use crate::report::human_figure::HumanFigure;
use crate::report::robot_figure::RobotFigure;
use crate::report::solid::{Camera, Solid, draw};
use crate::report::svg::{Anchor, Svg, WIDTH};
use crate::run::clip::Made;
use kouros_motion::{LEFT, RIGHT, Vec3};

/// Pixels for a metre where there is room.
const SCALE: f64 = 88.0;
/// Room between the person and the robot, and between two moments [px].
const NEAR: f64 = 6.0;
const APART: f64 = 20.0;
/// Rows below the floor, for marks and time [px].
const BELOW: f64 = 34.0;
/// Moments that are shown, at most, and in rows of at most.
const MOST: usize = 12;
const MOST_IN_ROW: usize = 6;

/// One figure at one moment.
struct Posture {
    solids: Vec<Solid>,
    middle: Vec3,
    floor: f64,
    /// Heel and toe of both feet where they stand.
    standing: Vec<[Option<Vec3>; 2]>,
    /// Extent in the picture from the middle: left, right, top [m].
    extent: [f64; 3],
}

impl Posture {
    fn new(solids: Vec<Solid>, middle: Vec3, floor: f64, standing: Vec<[Option<Vec3>; 2]>, camera: &Camera) -> Self {
        let own = camera.project(&middle)[0];
        let mut extent = [0.0f64; 3];
        for [x, y] in solids.iter().flat_map(|s| s.outline(camera)) {
            extent = [extent[0].max(own - x), extent[1].max(x - own), extent[2].max(y - floor)];
        }
        Self { solids, middle, floor, standing, extent }
    }
}

/// The strip of a clip.
pub fn strip(made: &Made, human: &HumanFigure<'_>, robot: &RobotFigure<'_>) -> String {
    let trajectory = &made.retargeted.trajectory;
    let ticks = trajectory.ticks();
    let camera = Camera::beside(usual_heading(made, robot));
    let postures = |tick: usize| -> [Posture; 2] {
        let at = robot.place(trajectory, tick);
        let where_down = |soles: [[Vec3; 2]; 2], down: [bool; 4]| -> Vec<[Option<Vec3>; 2]> {
            [LEFT, RIGHT].map(|s| [0, 1].map(|part| down[2 * s + part].then_some(soles[s][part]))).to_vec()
        };
        let human_down = where_down([human.sole(tick, LEFT), human.sole(tick, RIGHT)], made.contacts.down[tick]);
        let robot_down = where_down([robot.sole(&at, LEFT), robot.sole(&at, RIGHT)], made.labels.contacts.down[tick]);
        [
            Posture::new(human.solids(tick), human.middle(tick), human.floor, human_down, &camera),
            Posture::new(robot.solids(&at), robot.middle(&at), 0.0, robot_down, &camera),
        ]
    };
    let moments = |count: usize| -> Vec<usize> {
        let last = (count - 1).max(1);
        let mut all: Vec<usize> = (0..count).map(|i| i * (ticks - 1) / last).collect();
        all.dedup();
        all
    };
    // As many columns as the widest postures leave room for; then the moments anew, in full rows.
    let widest = |shown: &[[Posture; 2]], who: usize| -> [f64; 3] {
        shown.iter().fold([0.2; 3], |m, p| std::array::from_fn(|i| m[i].max(p[who].extent[i])))
    };
    let first: Vec<[Posture; 2]> = moments(MOST).into_iter().map(postures).collect();
    let width = |w: [f64; 3]| (w[0] + w[1]) * SCALE;
    let cell = width(widest(&first, 0)) + width(widest(&first, 1)) + NEAR + APART;
    let columns = ((WIDTH / cell) as usize).clamp(2, MOST_IN_ROW);
    let rows = (MOST / columns).clamp(1, 3);
    let at = moments(columns * rows);
    let shown: Vec<[Posture; 2]> = at.iter().map(|t| postures(*t)).collect();
    let (h, r) = (widest(&shown, 0), widest(&shown, 1));
    // Figures that still do not fit are drawn smaller.
    let room = WIDTH / columns as f64 - NEAR - APART;
    let scale = SCALE.min(room / (h[0] + h[1] + r[0] + r[1]));
    let tall = h[2].max(r[2]) * scale + 8.0;
    let rows = shown.len().div_ceil(columns);
    let mut svg = Svg::new(WIDTH, rows as f64 * (tall + BELOW), "strip", "The person and the robot at moments of the clip");
    for (i, (tick, [person, machine])) in at.iter().zip(&shown).enumerate() {
        let left = (i % columns) as f64 * WIDTH / columns as f64;
        let floor = (i / columns) as f64 * (tall + BELOW) + tall;
        let wide = (h[0] + h[1] + r[0] + r[1]) * scale + NEAR;
        let start = left + (WIDTH / columns as f64 - wide) / 2.0;
        svg.line([left + 4.0, floor], [left + WIDTH / columns as f64 - 4.0, floor], "floor");
        figure(&mut svg, person, &camera, [start + h[0] * scale, floor], scale, "h");
        figure(&mut svg, machine, &camera, [start + (h[0] + h[1] + r[0]) * scale + NEAR, floor], scale, "r");
        let seconds = format!("{:.1} s", *tick as f64 / trajectory.rate_hz);
        svg.text([left + WIDTH / columns as f64 / 2.0, floor + 24.0], Anchor::Middle, "num", &seconds);
    }
    svg.finish()
}

/// Draws one figure with its middle over `foot`, which is on the floor.
fn figure(svg: &mut Svg, posture: &Posture, camera: &Camera, foot: [f64; 2], scale: f64, class: &str) {
    let own = camera.project(&posture.middle)[0];
    let place = |[x, z]: [f64; 2]| [foot[0] + (x - own) * scale, foot[1] - (z - posture.floor) * scale];
    draw(svg, &posture.solids, camera, &posture.middle, &place, class);
    // Where heel and toe stand: a bar from one to the other, or a dot.
    for parts in &posture.standing {
        let x = |p: &Vec3| place(camera.project(p))[0];
        let y = foot[1] + 6.0;
        match parts {
            [Some(a), Some(b)] => svg.line([x(a), y], [x(b), y], &format!("{class}stand")),
            [Some(a), None] | [None, Some(a)] => svg.line([x(a), y], [x(a), y], &format!("{class}stand")),
            [None, None] => {}
        }
    }
}

/// The mean direction the robot looks to; where it turns all round, the first.
fn usual_heading(made: &Made, robot: &RobotFigure<'_>) -> f64 {
    let trajectory = &made.retargeted.trajectory;
    let headings = (0..trajectory.ticks()).map(|t| robot.heading(trajectory, t));
    let (s, c) = headings.fold((0.0, 0.0), |(s, c), h: f64| (s + h.sin(), c + h.cos()));
    if s.hypot(c) > 0.3 * trajectory.ticks() as f64 { s.atan2(c) } else { robot.heading(trajectory, 0) }
}
