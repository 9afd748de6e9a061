//! What a robot looks like: triangles of its visible geometry.
//!
//! Lives here: which geoms are seen, and their surfaces. Does not: what collides (`shape.rs`), how
//! surfaces are sent or drawn (`kouros-view`).

use crate::Robot;
use crate::shape::mesh_vertices;
use kouros_motion::{Pose, Rot, Vec3};
use mujoco_rs::prelude::*;
use std::f64::consts::{PI, TAU};

/// Geoms of these groups are seen: what MuJoCo's own viewer shows unless asked for more.
const SEEN_GROUPS: i32 = 3;
/// Round things are drawn with so many sides.
const SIDES: usize = 24;

/// One visible piece of a body.
#[derive(Debug, Clone, PartialEq)]
pub struct Visual {
    /// The body that carries it.
    pub body: usize,
    /// Corners in the body's frame [m].
    pub points: Vec<Vec3>,
    /// Triangles, counter-clockwise seen from outside, as indices into `points`.
    pub triangles: Vec<[usize; 3]>,
    /// Red, green, blue, opacity; 0 to 1.
    pub rgba: [f32; 4],
}

impl Robot {
    /// Its visible pieces, in the model's order; where a model has only colliding geometry in
    /// hidden groups, that.
    pub fn visuals(&self) -> Vec<Visual> {
        let of = |seen: &dyn Fn(usize) -> bool| -> Vec<Visual> {
            (0..self.model.geom_bodyid().len()).filter(|&g| seen(g)).filter_map(|g| self.visual(g)).collect()
        };
        let groups = self.model.geom_group();
        let seen = of(&|g| (0..SEEN_GROUPS).contains(&groups[g]));
        if seen.is_empty() { of(&|_| true) } else { seen }
    }

    fn visual(&self, g: usize) -> Option<Visual> {
        let model = &self.model;
        let body = self.mujoco_body.iter().position(|&b| i32::try_from(b) == Ok(model.geom_bodyid()[g]))?;
        let material = usize::try_from(model.geom_matid()[g]).ok().and_then(|m| model.mat_rgba().get(m));
        let rgba = *material.unwrap_or(&model.geom_rgba()[g]);
        if rgba[3] <= 0.0 {
            return None;
        }
        let size = model.geom_size()[g];
        let (mut points, triangles) = match model.geom_type()[g] {
            MjtGeomBase::mjGEOM_MESH => mesh(model, usize::try_from(model.geom_dataid()[g]).ok()?),
            MjtGeomBase::mjGEOM_SPHERE => turned(&round(Vec3::repeat(size[0]), 0.0)),
            MjtGeomBase::mjGEOM_ELLIPSOID => stretched(Vec3::from(size)),
            MjtGeomBase::mjGEOM_CAPSULE => turned(&round(Vec3::repeat(size[0]), size[1])),
            MjtGeomBase::mjGEOM_CYLINDER => turned(&[(0.0, -size[1]), (size[0], -size[1]), (size[0], size[1]), (0.0, size[1])]),
            MjtGeomBase::mjGEOM_BOX => cuboid(Vec3::from(size)),
            _ => return None,
        };
        let ([x, y, z], [w, i, j, k]) = (model.geom_pos()[g], model.geom_quat()[g]);
        let place = Pose::from_parts(Vec3::new(x, y, z).into(), Rot::from_quaternion(nalgebra::Quaternion::new(w, i, j, k)));
        points.iter_mut().for_each(|p| *p = place.transform_point(&(*p).into()).coords);
        (!triangles.is_empty()).then_some(Visual { body, points, triangles, rgba })
    }
}

/// A surface: points and triangles.
type Surface = (Vec<Vec3>, Vec<[usize; 3]>);

fn mesh(model: &MjModel, mesh: usize) -> Surface {
    let points = mesh_vertices(model, mesh);
    let number = |list: &[i32]| list.get(mesh).and_then(|n| usize::try_from(*n).ok()).unwrap_or(0);
    let (start, count) = (number(model.mesh_faceadr()), number(model.mesh_facenum()));
    let faces = model.mesh_face().get(start..start.saturating_add(count)).unwrap_or_default();
    let corner = |v: i32| usize::try_from(v).ok().filter(|v| *v < points.len());
    let triangle = |f: &[i32; 3]| Some([corner(f[0])?, corner(f[1])?, corner(f[2])?]);
    let triangles = faces.iter().filter_map(triangle).collect();
    (points, triangles)
}

/// Half an outline (radius, height) of a ball of this radius, pulled apart by `half` up and down.
fn round(radius: Vec3, half: f64) -> Vec<(f64, f64)> {
    let arc = |n: usize, lift: f64| {
        let angle = PI * n as f64 / (SIDES / 2) as f64;
        (radius.x * angle.sin(), -radius.z * angle.cos() + lift)
    };
    let middle = SIDES / 4;
    (0..=middle).map(|n| arc(n, -half)).chain((middle..=SIDES / 2).map(|n| arc(n, half))).collect()
}

fn stretched(half: Vec3) -> Surface {
    let (mut points, triangles) = turned(&round(Vec3::repeat(1.0), 0.0));
    points.iter_mut().for_each(|p| *p = p.component_mul(&half));
    (points, triangles)
}

/// The surface that an outline (radius, height), from below to above, gives when turned about z.
fn turned(outline: &[(f64, f64)]) -> Surface {
    let mut points = Vec::with_capacity(outline.len() * SIDES);
    for (radius, height) in outline {
        points.extend((0..SIDES).map(|s| {
            let angle = TAU * s as f64 / SIDES as f64;
            Vec3::new(radius * angle.cos(), radius * angle.sin(), *height)
        }));
    }
    let mut triangles = Vec::new();
    for ring in 0..outline.len().saturating_sub(1) {
        for s in 0..SIDES {
            let (a, b) = (ring * SIDES + s, ring * SIDES + (s + 1) % SIDES);
            let (c, d) = (a + SIDES, b + SIDES);
            // Where a ring is a point, one of the two has no area.
            if outline[ring].0 > 0.0 {
                triangles.push([a, b, d]);
            }
            if outline[ring + 1].0 > 0.0 {
                triangles.push([a, d, c]);
            }
        }
    }
    (points, triangles)
}

fn cuboid(half: Vec3) -> Surface {
    let points = (0..8).map(|n| Vec3::from_fn(|i, _| if n >> i & 1 == 1 { half[i] } else { -half[i] })).collect();
    let faces = [[0, 2, 3, 1], [4, 5, 7, 6], [0, 1, 5, 4], [2, 6, 7, 3], [0, 4, 6, 2], [1, 3, 7, 5]];
    (points, faces.iter().flat_map(|f| [[f[0], f[1], f[2]], [f[0], f[2], f[3]]]).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The volume a closed surface holds (divergence theorem); negative where it is inside out.
    fn volume((points, triangles): &Surface) -> f64 {
        triangles.iter().map(|[a, b, c]| points[*a].dot(&points[*b].cross(&points[*c])) / 6.0).sum()
    }

    #[test]
    fn surfaces_are_closed_and_face_out() {
        assert!((volume(&cuboid(Vec3::new(0.5, 1.0, 1.5))) - 6.0).abs() < 1e-12);
        // A prism of 24 sides in a circle of radius 1: 12 sin(2 pi / 24) of area.
        let disc = 12.0 * (TAU / 24.0).sin();
        let cylinder = turned(&[(0.0, -0.5), (1.0, -0.5), (1.0, 0.5), (0.0, 0.5)]);
        assert!((volume(&cylinder) - disc).abs() < 1e-12);
        let (ball, capsule) = (turned(&round(Vec3::repeat(1.0), 0.0)), turned(&round(Vec3::repeat(1.0), 0.5)));
        assert!((volume(&capsule) - volume(&ball) - disc).abs() < 1e-9);
        assert!(volume(&ball) > 0.95 * 4.0 / 3.0 * PI && volume(&ball) < 4.0 / 3.0 * PI);
        assert!((volume(&stretched(Vec3::new(1.0, 2.0, 3.0))) - 6.0 * volume(&ball)).abs() < 1e-9);
    }
}
