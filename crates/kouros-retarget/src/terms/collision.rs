//! Limbs stay outside each other, and the body outside the floor.

use super::{Clock, hinge};
use crate::Options;
use crate::frame::{Columns, Frame, Support, map};
use crate::normal::Normal;
use crate::state::BASE;
use kouros_motion::{Pose, Vec3};
use kouros_robot::{Ball, Robot, closest_points};

/// Limbs, and body and floor, begin to feel each other this far apart [m].
const SOFT: f64 = 0.015;

/// What the collision terms need of a robot.
#[derive(Clone)]
pub(crate) struct Collision {
    /// Per shape: what moves it.
    supports: Vec<Support>,
    /// Pairs that do not already overlap at rest.
    pairs: Vec<(usize, usize)>,
    /// Balls of shapes that are no soles: shape and ball.
    floor: Vec<(usize, Ball)>,
}

/// Shapes in the world at one tick.
#[derive(Debug, Clone, Default)]
pub(crate) struct ShapesAt {
    ends: Vec<(Vec3, Vec3)>,
    middle: Vec<(Vec3, f64)>,
}

impl Collision {
    pub fn new(robot: &Robot) -> Self {
        let supports = robot.shapes.iter().map(|s| Support::of(robot, s.body)).collect();
        let mut frame = Frame::new(robot);
        frame.update(&Pose::identity(), &robot.profile.rest);
        let mut out = Self { supports, pairs: Vec::new(), floor: Vec::new() };
        let mut at = ShapesAt::default();
        out.place(&frame, &mut at);
        let apart = |&(i, k): &(usize, usize)| out.gap(robot, &at, i, k).is_none_or(|g| g.distance > 0.0);
        out.pairs = robot.collision_pairs.iter().copied().filter(apart).collect();
        let soles: Vec<usize> = robot.profile.soles.iter().map(|s| s.body).collect();
        for (i, shape) in robot.shapes.iter().enumerate().filter(|(_, s)| !soles.contains(&s.body)) {
            out.floor.extend(shape.balls.iter().map(|b| (i, *b)));
        }
        out
    }

    /// Puts all shapes where they are.
    pub fn place(&self, frame: &Frame<'_>, out: &mut ShapesAt) {
        out.ends.clear();
        out.middle.clear();
        for shape in &frame.robot.shapes {
            let c = &shape.capsule;
            let (a, b) = (frame.at.point(shape.body, &c.a), frame.at.point(shape.body, &c.b));
            out.ends.push((a, b));
            out.middle.push(((a + b) / 2.0, (a - b).norm() / 2.0 + c.radius));
        }
    }

    /// Adds the rows of one tick.
    #[expect(clippy::too_many_arguments, reason = "a tick and the weights of a phase")]
    pub fn add(
        &self,
        frame: &Frame<'_>,
        at: &ShapesAt,
        options: &Options,
        clock: Clock,
        ramp: f64,
        out: &mut Normal<'_>,
        scratch: &mut [Columns; 3],
    ) {
        let robot = frame.robot;
        let w = &options.weights;
        for (shape, ball) in &self.floor {
            let support = &self.supports[*shape];
            let (middle, reach) = at.middle[*shape];
            if middle.z > reach + SOFT {
                continue;
            }
            let p = frame.at.point(support.body, &ball.center);
            let (sunk, slope) = hinge(p.z - ball.radius, SOFT);
            if slope > 0.0 {
                frame.point(support, &p, &mut scratch[0]);
                let mut rows: Vec<[f64; 1]> = Vec::with_capacity(20);
                map(&scratch[0], &[Vec3::z() * slope], &mut rows);
                out.add(&support.columns, &rows, &[sunk], w.body_floor.powi(2) * clock.share * ramp);
            }
        }
        let mut row = vec![0.0; BASE + robot.dof()];
        for &(i, k) in &self.pairs {
            let Some(gap) = self.gap(robot, at, i, k) else { continue };
            let (close, slope) = hinge(gap.distance, SOFT);
            if slope == 0.0 {
                continue;
            }
            let normal = gap.normal * slope;
            row.fill(0.0);
            for (shape, p, sign) in [(i, gap.on_first, 1.0), (k, gap.on_second, -1.0)] {
                let support = &self.supports[shape];
                frame.point(support, &p, &mut scratch[0]);
                for (c, v) in support.columns.iter().zip(&scratch[0]) {
                    row[*c] += sign * (normal.x * v[0] + normal.y * v[1] + normal.z * v[2]);
                }
            }
            let columns: Vec<usize> = (0..row.len()).filter(|&c| row[c] != 0.0).collect();
            let values: Vec<[f64; 1]> = columns.iter().map(|&c| [row[c]]).collect();
            out.add(&columns, &values, &[close], w.collision.powi(2) * clock.share * ramp);
        }
    }

    /// The gap between two shapes; `None` where their bounding balls are apart.
    fn gap(&self, robot: &Robot, at: &ShapesAt, i: usize, k: usize) -> Option<Gap> {
        let ((ci, ri), (ck, rk)) = (at.middle[i], at.middle[k]);
        if (ci - ck).norm_squared() > (ri + rk + SOFT).powi(2) {
            return None;
        }
        let (p, q) = closest_points(&at.ends[i], &at.ends[k]);
        let d = p - q;
        let length = d.norm();
        // Axes that cross have no direction apart; any will do, up is as good as another.
        let normal = if length > 1e-9 { d / length } else { Vec3::z() };
        let (a, b) = (robot.shapes[i].capsule.radius, robot.shapes[k].capsule.radius);
        Some(Gap { distance: length - a - b, normal, on_first: p, on_second: q })
    }
}

struct Gap {
    /// Negative where the two overlap [m].
    distance: f64,
    /// From the second to the first.
    normal: Vec3,
    on_first: Vec3,
    on_second: Vec3,
}
