//! Bodies as solids made of balls, and their outlines as seen from one side.
//!
//! Lives here: the camera, and the outline of the convex hull of projected balls. Does not: whose
//! bodies they are (`human_figure.rs`, `robot_figure.rs`).

use crate::report::svg::Svg;
use kouros_motion::Vec3;

/// A solid: the convex hull of balls in the world [m].
#[derive(Debug, Clone)]
pub struct Solid {
    pub balls: Vec<(Vec3, f64)>,
    /// Whether it is a part of a limb: limbs are shaded by how near they are, the trunk is not.
    pub limb: bool,
}

/// A horizontal view from far away.
#[derive(Debug, Clone, Copy)]
pub struct Camera {
    right: Vec3,
    towards: Vec3,
}

/// How far the camera stands in front of a pure side view [rad]: enough to tell the legs apart.
const IN_FRONT: f64 = 0.45;

impl Camera {
    /// A view from the right and a little from the front of someone who faces `heading` [rad], so
    /// that forward is to the right of the picture.
    pub fn beside(heading: f64) -> Self {
        let (s, c) = (heading + IN_FRONT).sin_cos();
        Self { right: Vec3::new(c, s, 0.0), towards: Vec3::new(s, -c, 0.0) }
    }

    /// Right and up of a point in the picture [m].
    pub fn project(&self, p: &Vec3) -> [f64; 2] {
        [p.dot(&self.right), p.z]
    }

    /// How near a point is to the viewer [m].
    pub fn nearness(&self, p: &Vec3) -> f64 {
        p.dot(&self.towards)
    }
}

impl Solid {
    /// The solid's middle, by its balls.
    fn middle(&self) -> Vec3 {
        self.balls.iter().map(|b| b.0).sum::<Vec3>() / self.balls.len().max(1) as f64
    }

    /// The outline of the solid in the picture [m].
    pub fn outline(&self, camera: &Camera) -> Vec<[f64; 2]> {
        /// Sides of the polygon that stands for a ball.
        const SIDES: usize = 14;
        let mut points = Vec::new();
        for (center, radius) in &self.balls {
            let [x, y] = camera.project(center);
            if *radius < 1e-3 {
                points.push([x, y]);
                continue;
            }
            for k in 0..SIDES {
                let (s, c) = (std::f64::consts::TAU * k as f64 / SIDES as f64).sin_cos();
                points.push([x + radius * c, y + radius * s]);
            }
        }
        hull(points)
    }
}

/// Draws solids from the farthest to the nearest, in three shades; `place` takes metres of the
/// picture to its pixels.
pub fn draw(svg: &mut Svg, solids: &[Solid], camera: &Camera, middle: &Vec3, place: &dyn Fn([f64; 2]) -> [f64; 2], class: &str) {
    /// Nearer or farther than this from the body's middle is another shade [m].
    const SHADE: f64 = 0.035;
    let own = camera.nearness(middle);
    let mut order: Vec<(f64, &Solid)> = solids.iter().map(|s| (camera.nearness(&s.middle()) - own, s)).collect();
    order.sort_by(|a, b| a.0.total_cmp(&b.0));
    for (near, solid) in order {
        let shade = match solid.limb {
            true if near > SHADE => 2,
            true if near < -SHADE => 0,
            _ => 1,
        };
        let points: Vec<[f64; 2]> = solid.outline(camera).into_iter().map(place).collect();
        svg.polygon(&without_flat_corners(points), &format!("{class}{shade}"));
    }
}

/// A convex outline without the corners that nobody sees: those nearer than `UNSEEN` to the line
/// from the corner kept before to the one after.
fn without_flat_corners(points: Vec<[f64; 2]>) -> Vec<[f64; 2]> {
    /// A sixth of a pixel.
    const UNSEEN: f64 = 0.16;
    let count = points.len();
    let mut kept: Vec<[f64; 2]> = Vec::with_capacity(count);
    for (i, p) in points.iter().enumerate() {
        let before = kept.last().copied().unwrap_or(points[count - 1]);
        let after = points[(i + 1) % count];
        let side = [after[0] - before[0], after[1] - before[1]];
        let away = (side[0] * (p[1] - before[1]) - side[1] * (p[0] - before[0])).abs();
        if away > UNSEEN * side[0].hypot(side[1]) {
            kept.push(*p);
        }
    }
    if kept.len() < 3 { points } else { kept }
}

/// The convex hull of points, counter-clockwise (Andrew's monotone chain).
pub fn hull(mut points: Vec<[f64; 2]>) -> Vec<[f64; 2]> {
    points.sort_by(|a, b| a[0].total_cmp(&b[0]).then(a[1].total_cmp(&b[1])));
    points.dedup();
    if points.len() < 3 {
        return points;
    }
    let turn = |o: &[f64; 2], a: &[f64; 2], b: &[f64; 2]| (a[0] - o[0]) * (b[1] - o[1]) - (a[1] - o[1]) * (b[0] - o[0]);
    let half = |points: &mut dyn Iterator<Item = &[f64; 2]>| {
        let mut chain: Vec<[f64; 2]> = Vec::new();
        for p in points {
            while chain.len() >= 2 && turn(&chain[chain.len() - 2], &chain[chain.len() - 1], p) <= 0.0 {
                chain.pop();
            }
            chain.push(*p);
        }
        chain.pop();
        chain
    };
    let mut out = half(&mut points.iter());
    out.extend(half(&mut points.iter().rev()));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forward_is_right_and_the_right_side_is_near() {
        let camera = Camera::beside(std::f64::consts::FRAC_PI_2); // facing +y: the right side is +x
        assert!(camera.project(&Vec3::y())[0] > 0.8);
        assert!(camera.nearness(&Vec3::x()) > 0.8 && camera.nearness(&Vec3::y()) > 0.3);
        assert_eq!(camera.project(&Vec3::z()), [0.0, 1.0]);
    }

    #[test]
    fn corners_nobody_sees_go() {
        let points = vec![[0.0, 0.0], [5.0, -0.1], [10.0, 0.0], [10.0, 10.0], [0.0, 10.0]];
        assert_eq!(without_flat_corners(points), [[0.0, 0.0], [10.0, 0.0], [10.0, 10.0], [0.0, 10.0]]);
        assert_eq!(without_flat_corners(vec![[1.0, 1.0], [1.1, 1.0]]).len(), 2);
    }

    #[test]
    fn a_hull_drops_what_lies_inside() {
        let points = vec![[0.0, 0.0], [2.0, 0.0], [1.0, 0.5], [2.0, 2.0], [0.0, 2.0], [1.0, 0.0]];
        assert_eq!(hull(points), [[0.0, 0.0], [2.0, 0.0], [2.0, 2.0], [0.0, 2.0]]);
    }
}
