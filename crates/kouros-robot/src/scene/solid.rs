//! A convex solid and how far a point is from it.
//!
//! Lives here: the geometry of one solid at rest. Does not: where solids are (`track.rs`), reading
//! them from models (`load.rs`).

use kouros_motion::Vec3;
use nalgebra::Vector2;

/// Normals nearer to each other than this belong to one face.
const SAME_FACE: f64 = 1e-6;

/// A point this little outside of a face's plane lies on the face [m]: rounding of numbers.
const ON_FACE: f64 = 1e-12;

/// A face's plane: points `p` with `normal . p = offset`; the solid lies below.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Plane {
    /// Outward, a unit vector.
    pub normal: Vec3,
    /// Distance from the frame's origin along `normal` [m].
    pub offset: f64,
}

impl Plane {
    /// How far `p` is outside [m]; negative inside.
    pub fn height(&self, p: &Vec3) -> f64 {
        self.normal.dot(p) - self.offset
    }
}

/// The convex hull of some points, rounded: all that lies within `rounding` of it. A box has eight
/// points and no rounding, a ball one point.
#[derive(Debug, Clone, PartialEq)]
pub struct Solid {
    points: Vec<Vec3>,
    faces: Vec<[usize; 3]>,
    planes: Vec<Plane>,
    rounding: f64,
    center: Vec3,
    reach: f64,
}

/// The place of a solid's surface that is nearest to a point.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Nearest {
    /// From the surface to the point, negative inside [m].
    pub distance: f64,
    /// The direction in which `distance` grows fastest: outward, a unit vector.
    pub normal: Vec3,
}

impl Solid {
    /// A solid from the corners of its hull and that hull's triangles, counter-clockwise seen from
    /// outside. One point makes a ball, two a capsule; then there are no triangles. `None` where
    /// that is no solid: no point, a number that is not finite, triangles without area only.
    pub fn new(points: Vec<Vec3>, faces: Vec<[usize; 3]>, rounding: f64) -> Option<Self> {
        let finite = points.iter().flatten().all(|v| v.is_finite()) && rounding.is_finite() && rounding >= 0.0;
        if points.is_empty() || !finite || faces.iter().flatten().any(|&i| i >= points.len()) {
            return None;
        }
        let center = points.iter().sum::<Vec3>() / points.len() as f64;
        let reach = points.iter().map(|p| (p - center).norm()).fold(0.0, f64::max) + rounding;
        let mut planes: Vec<Plane> = Vec::new();
        for [a, b, c] in &faces {
            let n = (points[*b] - points[*a]).cross(&(points[*c] - points[*a]));
            let Some(normal) = n.try_normalize(1e-14) else { continue };
            // A hull that is wound inside out is turned; its middle lies inside in any case.
            let normal = if normal.dot(&(points[*a] - center)) < 0.0 { -normal } else { normal };
            let offset = points.iter().map(|p| normal.dot(p)).fold(f64::NEG_INFINITY, f64::max) + rounding;
            if !planes.iter().any(|p| (p.normal - normal).norm() < SAME_FACE) {
                planes.push(Plane { normal, offset });
            }
        }
        let solid = planes.len() >= 4 || (faces.is_empty() && points.len() <= 2 && rounding > 0.0);
        solid.then_some(Self { points, faces, planes, rounding, center, reach })
    }

    /// A box about the origin with these half sizes [m].
    pub fn cuboid(half: Vec3) -> Option<Self> {
        let corner = |n: usize| Vec3::from_fn(|i, _| if n >> i & 1 == 1 { half[i] } else { -half[i] });
        // Two triangles a face; the winding is put right by `new`.
        let faces = [[0, 1, 3, 2], [4, 5, 7, 6], [0, 1, 5, 4], [2, 3, 7, 6], [0, 2, 6, 4], [1, 3, 7, 5]];
        Self::new((0..8).map(corner).collect(), faces.iter().flat_map(|[a, b, c, d]| [[*a, *b, *c], [*a, *c, *d]]).collect(), 0.0)
    }

    /// A prism of `sides` sides about the z axis: a cylinder, from inside within 1 % for 24 [m].
    pub fn prism(radius: f64, half: f64, sides: usize) -> Option<Self> {
        let angle = |n: usize| std::f64::consts::TAU * n as f64 / sides as f64;
        let outline: Vec<Vector2<f64>> = (0..sides).map(|n| Vector2::new(angle(n).cos(), angle(n).sin()) * radius).collect();
        Self::extrusion(&outline, -half, half)
    }

    /// What stands on a convex outline (counter-clockwise, seen from above) from one height to
    /// another [m]; `None` where that has no volume.
    pub fn extrusion(outline: &[Vector2<f64>], low: f64, high: f64) -> Option<Self> {
        let sides = outline.len();
        let at = |z: f64| outline.iter().map(move |p| Vec3::new(p.x, p.y, z));
        let mut faces = Vec::new();
        for n in 0..sides {
            let next = (n + 1) % sides;
            faces.extend([[n, next, sides + next], [n, sides + next, sides + n]]);
            if n > 0 && next > 0 {
                faces.extend([[0, n, next], [sides, sides + n, sides + next]]);
            }
        }
        if sides < 3 || high <= low { None } else { Self::new(at(low).chain(at(high)).collect(), faces, 0.0) }
    }

    /// The same solid moved: `to` takes its points to the new frame.
    pub fn moved(&self, to: &kouros_motion::Pose) -> Self {
        let points = self.points.iter().map(|p| (to * nalgebra::Point3::from(*p)).coords).collect();
        Self::new(points, self.faces.clone(), self.rounding).unwrap_or_else(|| self.clone())
    }

    /// The same solid, every length times `factor`, about the origin of its frame.
    pub fn scaled(&self, factor: f64) -> Self {
        let points = self.points.iter().map(|p| p * factor).collect();
        Self::new(points, self.faces.clone(), self.rounding * factor).unwrap_or_else(|| self.clone())
    }

    /// As a mirror on the plane y = 0 of its frame shows it.
    pub fn mirrored(&self) -> Self {
        let points = self.points.iter().map(kouros_motion::mirrored_point).collect();
        let faces = self.faces.iter().map(|[a, b, c]| [*a, *c, *b]).collect();
        Self::new(points, faces, self.rounding).unwrap_or_else(|| self.clone())
    }

    /// Corners of the hull, without rounding.
    pub fn points(&self) -> &[Vec3] {
        &self.points
    }

    /// Triangles of the hull as indices of [`Self::points`].
    pub fn faces(&self) -> &[[usize; 3]] {
        &self.faces
    }

    /// Rounding of the hull [m].
    pub fn rounding(&self) -> f64 {
        self.rounding
    }

    /// The planes of its faces, rounding included; none for a ball or a capsule.
    pub fn planes(&self) -> &[Plane] {
        &self.planes
    }

    /// Middle and radius of a ball around it.
    pub fn bounds(&self) -> (Vec3, f64) {
        (self.center, self.reach)
    }

    /// The nearest place of the surface, or `None` where it is farther than `within` [m].
    pub fn nearest(&self, p: &Vec3, within: f64) -> Option<Nearest> {
        if (p - self.center).norm() > self.reach + within {
            return None;
        }
        let deepest = self.planes.iter().map(|f| (f.height(p), f.normal)).max_by(|a, b| a.0.total_cmp(&b.0));
        match deepest {
            // No face is nearer than the one it is farthest outside of.
            Some((height, _)) if height > within => return None,
            // Inside the sharp hull the nearest face is the way out.
            Some((height, normal)) if height <= -self.rounding => return Some(Nearest { distance: height, normal }),
            _ => {}
        }
        let on = match deepest.and_then(|(height, normal)| self.below(p, height + self.rounding, &normal)) {
            Some(on) => on,
            None => self.closest_on_hull(p),
        };
        let away = p - on;
        let distance = away.norm();
        let normal = match away.try_normalize(1e-9) {
            Some(n) => n,
            // On the hull itself the face says where out is; a ball's middle has no better than up.
            None => deepest.map_or(Vec3::z(), |(_, n)| n),
        };
        (distance - self.rounding <= within).then_some(Nearest { distance: distance - self.rounding, normal })
    }

    /// The highest place of the solid above and below the point (x, y) of the world it stands in,
    /// its sides moved out by `margin`: height and the plane there, in the world. `None` where the
    /// vertical line misses it.
    pub fn top(&self, world_from_solid: &kouros_motion::Pose, x: f64, y: f64, margin: f64) -> Option<(f64, Plane)> {
        let (mut low, mut high) = (f64::NEG_INFINITY, (f64::INFINITY, None));
        for face in &self.planes {
            let n = world_from_solid.rotation * face.normal;
            let offset = face.offset + n.dot(&world_from_solid.translation.vector);
            let room = offset - n.x * x - n.y * y + margin * n.xy().norm();
            if n.z > 1e-9 {
                if room / n.z < high.0 {
                    high = (room / n.z, Some(Plane { normal: n, offset }));
                }
            } else if n.z < -1e-9 {
                low = low.max(room / n.z);
            } else if room < 0.0 {
                return None;
            }
        }
        high.1.filter(|_| high.0 >= low).map(|plane| (high.0, plane))
    }

    /// The foot of the perpendicular from `p` to the face of the sharp hull that it is farthest outside
    /// of, where it falls on that face: the nearest place then, for nothing of the hull is beyond the face.
    fn below(&self, p: &Vec3, height: f64, normal: &Vec3) -> Option<Vec3> {
        let on = p - normal * height;
        self.planes.iter().all(|f| f.height(&on) + self.rounding <= ON_FACE).then_some(on)
    }

    fn closest_on_hull(&self, p: &Vec3) -> Vec3 {
        if self.faces.is_empty() {
            return match self.points.as_slice() {
                [a, b] => closest_on_segment(p, a, b),
                points => points.first().copied().unwrap_or_default(),
            };
        }
        let mut best = (f64::INFINITY, self.center);
        for [a, b, c] in &self.faces {
            let on = closest_on_triangle(p, &self.points[*a], &self.points[*b], &self.points[*c]);
            let d = (p - on).norm_squared();
            if d < best.0 {
                best = (d, on);
            }
        }
        best.1
    }
}

fn closest_on_segment(p: &Vec3, a: &Vec3, b: &Vec3) -> Vec3 {
    let d = b - a;
    let t = d.dot(&(p - a)) / d.norm_squared().max(1e-18);
    a + d * t.clamp(0.0, 1.0)
}

/// The point of a triangle nearest to `p`: the foot of the perpendicular where it falls inside,
/// else the nearest of the three sides.
fn closest_on_triangle(p: &Vec3, a: &Vec3, b: &Vec3, c: &Vec3) -> Vec3 {
    let n = (b - a).cross(&(c - a));
    let area = n.norm_squared();
    if area > 1e-24 {
        let share = |u: &Vec3, v: &Vec3| n.dot(&(u - p).cross(&(v - p))) / area;
        let (u, v, w) = (share(b, c), share(c, a), share(a, b));
        if u >= 0.0 && v >= 0.0 && w >= 0.0 {
            return a * u + b * v + c * w;
        }
    }
    let sides = [closest_on_segment(p, a, b), closest_on_segment(p, b, c), closest_on_segment(p, c, a)];
    let [x, y, z] = sides;
    let far = |q: &Vec3| (p - q).norm_squared();
    if far(&x) <= far(&y) && far(&x) <= far(&z) {
        x
    } else if far(&y) <= far(&z) {
        y
    } else {
        z
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cube() -> Solid {
        Solid::cuboid(Vec3::new(1.0, 2.0, 0.5)).expect("a box")
    }

    #[test]
    fn distances_from_a_box_by_hand() {
        let far = |x: f64, y: f64, z: f64| cube().nearest(&Vec3::new(x, y, z), 10.0).expect("near");
        assert_eq!(cube().planes().len(), 6);
        let face = far(0.2, 0.3, 0.75);
        assert!((face.distance - 0.25).abs() < 1e-12 && (face.normal - Vec3::z()).norm() < 1e-12);
        let corner = far(1.3, 2.0, 0.9); // beyond an edge: 3-4-5
        assert!((corner.distance - 0.5).abs() < 1e-12);
        assert!((corner.normal - Vec3::new(0.6, 0.0, 0.8)).norm() < 1e-12);
        let inside = far(0.9, 0.0, 0.0);
        assert!((inside.distance + 0.1).abs() < 1e-12 && (inside.normal - Vec3::x()).norm() < 1e-12);
        assert!(cube().nearest(&Vec3::new(0.0, 0.0, 0.8), 0.2).is_none());
    }

    #[test]
    fn perpendiculars_agree_with_the_search_over_triangles() {
        let sharp = Solid::new(
            vec![Vec3::zeros(), Vec3::x(), Vec3::y(), Vec3::z() * 0.2],
            vec![[0, 2, 1], [0, 1, 3], [0, 3, 2], [1, 2, 3]],
            0.0,
        );
        for solid in [cube(), Solid::prism(0.5, 0.8, 24).expect("a cylinder"), sharp.expect("a tetrahedron")] {
            for n in 0..1000_u32 {
                // All around, inside and outside.
                let f = |k: u32| f64::from(n.wrapping_mul(k) % 997) / 498.5 - 1.0;
                let p = Vec3::new(f(101), f(313), f(571)) * 2.5;
                let Some(near) = solid.nearest(&p, 10.0).filter(|n| n.distance > 0.0) else { continue };
                assert!((near.distance - (p - solid.closest_on_hull(&p)).norm()).abs() < 1e-9, "{p:?}");
            }
        }
    }

    #[test]
    fn the_normal_is_the_slope_of_the_distance() {
        const STEP: f64 = 1e-6;
        // Rounded, so that the distance has no kinks near the surface.
        let ball = Solid::new(vec![Vec3::x(), -Vec3::x()], vec![], 0.3).expect("a capsule");
        for solid in [cube(), ball, Solid::prism(0.5, 0.8, 24).expect("a cylinder")] {
            for p in [Vec3::new(1.2, 2.1, 0.9), Vec3::new(-1.4, 0.3, 0.2), Vec3::new(0.1, -2.4, -0.7), Vec3::new(0.3, 0.1, 1.3)] {
                let at = |p: &Vec3| solid.nearest(p, 10.0).expect("near").distance;
                let slope = Vec3::from_fn(|i, _| {
                    let e = Vec3::ith(i, STEP);
                    (at(&(p + e)) - at(&(p - e))) / (2.0 * STEP)
                });
                let normal = solid.nearest(&p, 10.0).expect("near").normal;
                assert!((slope - normal).norm() < 1e-5, "{p:?}: {slope:?} {normal:?}");
            }
        }
    }

    #[test]
    fn tops_of_a_turned_box() {
        let turned = kouros_motion::Pose::new(Vec3::new(5.0, 0.0, 1.0), Vec3::z() * std::f64::consts::FRAC_PI_2);
        let (z, plane) = cube().top(&turned, 6.9, 0.9, 0.0).expect("above");
        assert!((z - 1.5).abs() < 1e-12 && (plane.normal - Vec3::z()).norm() < 1e-9 && (plane.offset - 1.5).abs() < 1e-12);
        assert!(cube().top(&turned, 7.05, 0.0, 0.0).is_none() && cube().top(&turned, 7.05, 0.0, 0.1).is_some());
    }

    #[test]
    fn no_solid_is_none() {
        assert!(Solid::new(vec![], vec![], 0.1).is_none());
        assert!(Solid::new(vec![Vec3::zeros()], vec![], 0.0).is_none());
        assert!(Solid::new(vec![Vec3::new(f64::NAN, 0.0, 0.0)], vec![], 0.1).is_none());
        assert!(Solid::cuboid(Vec3::zeros()).is_none());
        assert!(Solid::new(vec![Vec3::zeros()], vec![[0, 1, 2]], 0.1).is_none());
    }
}
