//! A robot's collision geometry, as points with a radius and as capsules.
//!
//! Lives here: turning MuJoCo's geoms into what floors and limbs are tested against.
//! Does not: the tests themselves (`kouros-retarget`).

use kouros_motion::{Pose, Rot, Vec3};
use mujoco_rs::prelude::*;

/// A point of a body with a radius around it: what may not go through the floor.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ball {
    /// Centre in the body's frame [m].
    pub center: Vec3,
    /// Radius [m].
    pub radius: f64,
}

/// All points within `radius` of a segment: what may not go through another.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Capsule {
    /// One end of the segment in the body's frame [m].
    pub a: Vec3,
    /// The other end [m]; equal to `a` for a ball.
    pub b: Vec3,
    /// Radius [m].
    pub radius: f64,
}

/// One colliding geom of a body.
#[derive(Debug, Clone, PartialEq)]
pub struct Shape {
    /// The geom's index in the model.
    pub geom: usize,
    /// The body that carries it.
    pub body: usize,
    /// Its convex hull is the hull of these balls (exact for spheres, capsules and boxes; the
    /// extreme points of meshes and round rims).
    pub balls: Vec<Ball>,
    /// A capsule around it (exact for spheres and capsules, a fit for the others).
    pub capsule: Capsule,
    /// MuJoCo's collision mask.
    pub contype: i32,
    /// MuJoCo's other collision mask.
    pub conaffinity: i32,
}

/// The shape of geom `g`; `None` for planes, height fields and kinds without a hull.
pub(crate) fn shape_of(model: &MjModel, g: usize, body: usize) -> Option<Shape> {
    let size = model.geom_size()[g];
    let [x, y, z] = model.geom_pos()[g];
    let [w, i, j, k] = model.geom_quat()[g];
    let body_from_geom = Pose::from_parts(Vec3::new(x, y, z).into(), Rot::from_quaternion(nalgebra::Quaternion::new(w, i, j, k)));
    let place = |p: Vec3| body_from_geom.transform_point(&p.into()).coords;
    let ball = |p: Vec3, radius: f64| Ball { center: place(p), radius };
    let along_z = |half: f64, radius: f64| Capsule { a: place(Vec3::z() * -half), b: place(Vec3::z() * half), radius };
    let (balls, capsule) = match model.geom_type()[g] {
        MjtGeomBase::mjGEOM_SPHERE => (vec![ball(Vec3::zeros(), size[0])], along_z(0.0, size[0])),
        MjtGeomBase::mjGEOM_CAPSULE => {
            let half = Vec3::z() * size[1];
            (vec![ball(-half, size[0]), ball(half, size[0])], along_z(size[1], size[0]))
        }
        MjtGeomBase::mjGEOM_CYLINDER => {
            let rim = (0..8).flat_map(|n| {
                let angle = std::f64::consts::FRAC_PI_4 * f64::from(n);
                [-size[1], size[1]].map(|h| ball(Vec3::new(size[0] * angle.cos(), size[0] * angle.sin(), h), 0.0))
            });
            (rim.collect(), along_z((size[1] - size[0]).max(0.0), size[0]))
        }
        MjtGeomBase::mjGEOM_BOX => {
            let corners = corners(size);
            let capsule = capsule_around(&corners);
            (
                corners.iter().map(|&c| ball(c, 0.0)).collect(),
                Capsule { a: place(capsule.a), b: place(capsule.b), radius: capsule.radius },
            )
        }
        MjtGeomBase::mjGEOM_ELLIPSOID => {
            let tips = [Vec3::x() * size[0], Vec3::y() * size[1], Vec3::z() * size[2]];
            let points: Vec<Vec3> = tips.iter().flat_map(|t| [*t, -*t]).collect();
            let capsule = capsule_around(&points);
            (
                points.iter().map(|&p| ball(p, 0.0)).collect(),
                Capsule { a: place(capsule.a), b: place(capsule.b), radius: capsule.radius },
            )
        }
        MjtGeomBase::mjGEOM_MESH => {
            let vertices = mesh_vertices(model, usize::try_from(model.geom_dataid()[g]).ok()?);
            if vertices.is_empty() {
                return None;
            }
            let capsule = capsule_around(&vertices);
            (
                extreme_points(&vertices).into_iter().map(|p| ball(p, 0.0)).collect(),
                Capsule { a: place(capsule.a), b: place(capsule.b), radius: capsule.radius },
            )
        }
        _ => return None,
    };
    Some(Shape { geom: g, body, balls, capsule, contype: model.geom_contype()[g], conaffinity: model.geom_conaffinity()[g] })
}

/// The vertices of mesh `mesh` in its geom's frame [m].
pub(crate) fn mesh_vertices(model: &MjModel, mesh: usize) -> Vec<Vec3> {
    let (Some(&start), Some(&count)) = (model.mesh_vertadr().get(mesh), model.mesh_vertnum().get(mesh)) else {
        return Vec::new();
    };
    let (start, count) = (usize::try_from(start).unwrap_or(0), usize::try_from(count).unwrap_or(0));
    let all = model.mesh_vert();
    all.get(start..start + count)
        .unwrap_or_default()
        .iter()
        .map(|v| Vec3::new(f64::from(v[0]), f64::from(v[1]), f64::from(v[2])))
        .collect()
}

fn corners(half: [f64; 3]) -> Vec<Vec3> {
    (0..8).map(|n| Vec3::from_fn(|i, _| if n >> i & 1 == 1 { half[i] } else { -half[i] })).collect()
}

/// The points farthest out along the 26 directions of a cube's faces, edges and corners.
fn extreme_points(points: &[Vec3]) -> Vec<Vec3> {
    let mut chosen: Vec<Vec3> = Vec::new();
    for n in 0..27_i32 {
        let direction = Vec3::new(f64::from(n % 3 - 1), f64::from(n / 3 % 3 - 1), f64::from(n / 9 - 1));
        if direction.norm() < 0.5 {
            continue;
        }
        let direction = direction.normalize();
        if let Some(best) = points.iter().max_by(|a, b| a.dot(&direction).total_cmp(&b.dot(&direction)))
            && !chosen.contains(best)
        {
            chosen.push(*best);
        }
    }
    chosen
}

/// A capsule along the points' longest axis (of their covariance) that holds nearly all of them:
/// its radius is the 90th percentile of the distances to the axis, so that a few bolts do not
/// make a limb fat.
fn capsule_around(points: &[Vec3]) -> Capsule {
    const HELD: f64 = 0.9;
    let mean = points.iter().sum::<Vec3>() / points.len() as f64;
    let covariance = points.iter().fold(nalgebra::Matrix3::zeros(), |m, p| m + (p - mean) * (p - mean).transpose());
    let eigen = covariance.symmetric_eigen();
    let axis: Vec3 = eigen.eigenvectors.column(eigen.eigenvalues.imax()).into_owned();
    let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
    let mut radii: Vec<f64> = Vec::with_capacity(points.len());
    for p in points {
        let along = (p - mean).dot(&axis);
        (low, high) = (low.min(along), high.max(along));
        radii.push((p - mean - axis * along).norm());
    }
    radii.sort_by(f64::total_cmp);
    let radius = radii[((radii.len() - 1) as f64 * HELD).round() as usize].min((high - low) / 2.0);
    Capsule { a: mean + axis * (low + radius), b: mean + axis * (high - radius), radius }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_box_becomes_a_long_capsule() {
        let c = capsule_around(&corners([0.5, 0.03, 0.04]));
        assert!((c.radius - 0.05).abs() < 1e-9); // the corners' distance from the axis: 3-4-5
        assert!(((c.a - c.b).norm() - 0.9).abs() < 1e-9);
    }

    #[test]
    fn the_extreme_points_of_a_box_are_its_corners() {
        let mut e = extreme_points(&corners([1.0, 2.0, 3.0]));
        assert_eq!(e.len(), 8);
        e.retain(|p| p.x.abs() != 1.0);
        assert!(e.is_empty());
    }
}
