//! The film strip: the person, if there is one, and the robot side by side at moments of the clip.
//!
//! Lives here: which moments, how large, and the marks of feet that stand. Does not: bodies
//! (`human_figure.rs`, `robot_figure.rs`).

use crate::report::human_figure::HumanFigure;
use crate::report::robot_figure::RobotFigure;
use crate::report::solid::{Camera, Solid, draw};
use crate::report::svg::{Anchor, Svg, WIDTH};
use crate::run::clip::Made;
use kouros_motion::{FootContacts, LEFT, RIGHT, Trajectory, Vec3};

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
    /// The class of its drawing: `h` for the person, `r` for the robot.
    class: &'static str,
    solids: Vec<Solid>,
    middle: Vec3,
    floor: f64,
    /// Heel and toe of both feet where they stand.
    standing: Vec<[Option<Vec3>; 2]>,
    /// Extent in the picture from the middle: left, right, top [m].
    extent: [f64; 3],
}

impl Posture {
    fn new(
        class: &'static str,
        solids: Vec<Solid>,
        middle: Vec3,
        floor: f64,
        standing: Vec<[Option<Vec3>; 2]>,
        camera: &Camera,
    ) -> Self {
        let own = camera.project(&middle)[0];
        let mut extent = [0.0f64; 3];
        for [x, y] in solids.iter().flat_map(|s| s.outline(camera)) {
            extent = [extent[0].max(own - x), extent[1].max(x - own), extent[2].max(y - floor)];
        }
        Self { class, solids, middle, floor, standing, extent }
    }
}

/// The strip of a clip; the person's figure stands left of the robot's, if there is one.
pub fn strip(made: &Made, human: Option<&HumanFigure<'_>>, robot: &RobotFigure<'_>) -> String {
    let person = human.zip(made.person.as_ref().map(|p| &p.contacts));
    of_motion(&made.trajectory, &made.labels.contacts, person, robot)
}

/// The strip of a robot's motion with its contacts, and of whom it was made from with theirs.
pub fn of_motion(
    trajectory: &Trajectory,
    contacts: &FootContacts,
    human: Option<(&HumanFigure<'_>, &FootContacts)>,
    robot: &RobotFigure<'_>,
) -> String {
    let ticks = trajectory.ticks();
    let camera = Camera::beside(usual_heading(trajectory, robot));
    let postures = |tick: usize| -> Vec<Posture> {
        let at = robot.place(trajectory, tick);
        let where_down = |soles: [[Vec3; 2]; 2], down: [bool; 4]| -> Vec<[Option<Vec3>; 2]> {
            [LEFT, RIGHT].map(|s| [0, 1].map(|part| down[2 * s + part].then_some(soles[s][part]))).to_vec()
        };
        let person = human.map(|(human, contacts)| {
            let down = where_down([human.sole(tick, LEFT), human.sole(tick, RIGHT)], contacts.down[tick]);
            Posture::new("h", human.solids(tick), human.middle(tick), human.floor, down, &camera)
        });
        let down = where_down([robot.sole(&at, LEFT), robot.sole(&at, RIGHT)], contacts.down[tick]);
        let machine = Posture::new("r", robot.solids(&at), robot.middle(&at), 0.0, down, &camera);
        person.into_iter().chain([machine]).collect()
    };
    let moments = |count: usize| -> Vec<usize> {
        let last = (count - 1).max(1);
        let mut all: Vec<usize> = (0..count).map(|i| i * (ticks - 1) / last).collect();
        all.dedup();
        all
    };
    // As many columns as the widest postures leave room for; then the moments anew, in full rows.
    let figures = if human.is_some() { 2 } else { 1 };
    let between = NEAR * (figures - 1) as f64;
    let widest = |shown: &[Vec<Posture>]| -> Vec<[f64; 3]> {
        let of = |who: usize| {
            let one = shown.iter().filter_map(|p| p.get(who));
            one.fold([0.2f64; 3], |m, p| std::array::from_fn(|i| m[i].max(p.extent[i])))
        };
        (0..figures).map(of).collect()
    };
    let width = |all: &[[f64; 3]]| all.iter().map(|w| w[0] + w[1]).sum::<f64>();
    let first: Vec<Vec<Posture>> = moments(MOST).into_iter().map(postures).collect();
    let cell = width(&widest(&first)) * SCALE + between + APART;
    let columns = ((WIDTH / cell) as usize).clamp(2, MOST_IN_ROW);
    let rows = (MOST / columns).clamp(1, 3);
    let at = moments(columns * rows);
    let shown: Vec<Vec<Posture>> = at.iter().map(|t| postures(*t)).collect();
    let sizes = widest(&shown);
    // Figures that still do not fit are drawn smaller.
    let room = WIDTH / columns as f64 - between - APART;
    let scale = SCALE.min(room / width(&sizes));
    let tall = sizes.iter().map(|s| s[2]).fold(0.0, f64::max) * scale + 8.0;
    let rows = shown.len().div_ceil(columns);
    let who = if human.is_some() { "The person and the robot" } else { "The robot" };
    let mut svg = Svg::new(WIDTH, rows as f64 * (tall + BELOW), "strip", &format!("{who} at moments of the clip"));
    for (i, (tick, cell)) in at.iter().zip(&shown).enumerate() {
        let left = (i % columns) as f64 * WIDTH / columns as f64;
        let floor = (i / columns) as f64 * (tall + BELOW) + tall;
        let mut x = left + (WIDTH / columns as f64 - width(&sizes) * scale - between) / 2.0;
        svg.line([left + 4.0, floor], [left + WIDTH / columns as f64 - 4.0, floor], "floor");
        for (posture, size) in cell.iter().zip(&sizes) {
            figure(&mut svg, posture, &camera, [x + size[0] * scale, floor], scale);
            x += (size[0] + size[1]) * scale + NEAR;
        }
        let seconds = format!("{:.1} s", *tick as f64 / trajectory.rate_hz);
        svg.text([left + WIDTH / columns as f64 / 2.0, floor + 24.0], Anchor::Middle, "num", &seconds);
    }
    svg.finish()
}

/// Draws one figure with its middle over `foot`, which is on the floor.
fn figure(svg: &mut Svg, posture: &Posture, camera: &Camera, foot: [f64; 2], scale: f64) {
    let class = posture.class;
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
fn usual_heading(trajectory: &Trajectory, robot: &RobotFigure<'_>) -> f64 {
    let headings = (0..trajectory.ticks()).map(|t| robot.heading(trajectory, t));
    let (s, c) = headings.fold((0.0, 0.0), |(s, c), h: f64| (s + h.sin(), c + h.cos()));
    if s.hypot(c) > 0.3 * trajectory.ticks() as f64 { s.atan2(c) } else { robot.heading(trajectory, 0) }
}
