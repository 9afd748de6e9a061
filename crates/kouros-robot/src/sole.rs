//! The soles: which points of a foot stand on the floor, which are heel and which toe.

use crate::shape::mesh_vertices;
use crate::{Ball, Error, Kinematics, Result, Robot};
use kouros_motion::{Rot, Vec3};
use mujoco_rs::prelude::*;

/// Points this much above the lowest one still belong to the sole [m].
const SOLE_THICKNESS: f64 = 0.01;
/// More hull points than this say nothing more about a foot.
const MOST_POINTS: usize = 24;

/// The underside of one foot with all joints at zero (the foot flat).
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sole {
    /// The foot's body.
    pub body: usize,
    /// Points of the body whose balls touch the floor when the foot stands flat, the corners of
    /// the area they span.
    pub balls: Vec<Ball>,
    /// Indices into `balls` of the rear points: the last tenth of the sole's length.
    pub heel: Vec<usize>,
    /// Indices into `balls` of the front points: the first tenth of the sole's length.
    pub toe: Vec<usize>,
    /// Forward along the sole in the body's frame, a unit vector.
    pub forward: Vec3,
    /// Up from the sole in the body's frame, a unit vector.
    pub up: Vec3,
}

impl Sole {
    /// Height of the lowest point of the sole for these body placements [m].
    pub fn lowest(&self, at: &Kinematics) -> f64 {
        self.balls.iter().map(|b| at.point(self.body, &b.center).z - b.radius).fold(f64::INFINITY, f64::min)
    }

    /// The middle of the given points (heel or toe), at the height of their undersides, in the
    /// body's frame [m].
    pub fn middle(&self, part: &[usize]) -> Vec3 {
        let under = |&i: &usize| self.balls[i].center - self.up * self.balls[i].radius;
        part.iter().map(under).sum::<Vec3>() / part.len().max(1) as f64
    }

    /// The point a foot's wrench is told about: the middle between the middles of heel and toe, at
    /// the height of the underside, in the body's frame [m].
    pub fn center(&self) -> Vec3 {
        (self.middle(&self.heel) + self.middle(&self.toe)) / 2.0
    }
}

/// The sole of the foot `body` from its colliding geometry and that of bodies fixed to it; from
/// its visible meshes where nothing of it collides.
pub(crate) fn sole_of(robot: &Robot, at: &Kinematics, body: usize, forward: &Vec3) -> Result<Sole> {
    let mut balls = body_points(robot, at, body);
    let height = |b: &Ball| at.point(body, &b.center).z - b.radius;
    let lowest = balls.iter().map(height).fold(f64::INFINITY, f64::min);
    balls.retain(|b| height(b) < lowest + SOLE_THICKNESS);
    if balls.is_empty() {
        let found = format!("its foot '{}' has no geometry to stand on", robot.bodies[body].name);
        return Err(Error::Missing { robot: robot.name.clone(), part: "soles", found });
    }
    let world_from_foot = at.rotation[body];
    let (fwd, up) = (world_from_foot.transpose() * forward, world_from_foot.transpose() * Vec3::z());
    let balls = outline(balls, &fwd, &up.cross(&fwd));
    let along: Vec<f64> = balls.iter().map(|b| b.center.dot(&fwd)).collect();
    let (back, front) = along.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), v| (l.min(*v), h.max(*v)));
    let tenth = (front - back) / 10.0;
    let pick = |keep: &dyn Fn(f64) -> bool| (0..balls.len()).filter(|&i| keep(along[i])).collect::<Vec<_>>();
    let (heel, toe) = (pick(&|v| v <= back + tenth), pick(&|v| v >= front - tenth));
    Ok(Sole { body, balls, heel, toe, forward: fwd, up })
}

/// The extreme points of a body and of those fixed to it, in its frame: of what collides, or of its
/// visible meshes where nothing of it does.
pub(crate) fn body_points(robot: &Robot, at: &Kinematics, body: usize) -> Vec<Ball> {
    let mut balls: Vec<Ball> = Vec::new();
    for shape in robot.shapes.iter().filter(|s| rides_on(robot, s.body, body)) {
        balls.extend(shape.balls.iter().map(|b| Ball { center: in_frame(at, shape.body, body, &b.center), radius: b.radius }));
    }
    if balls.is_empty() { visible_points(robot, at, body) } else { balls }
}

/// Whether `b` is `foot` or fixed to it.
fn rides_on(robot: &Robot, mut b: usize, foot: usize) -> bool {
    loop {
        if b == foot {
            return true;
        }
        match robot.bodies[b].parent {
            Some(p) if robot.bodies[b].joints.is_empty() => b = p,
            _ => return false,
        }
    }
}

fn in_frame(at: &Kinematics, from: usize, to: usize, local: &Vec3) -> Vec3 {
    at.rotation[to].transpose() * (at.point(from, local) - at.position[to])
}

fn visible_points(robot: &Robot, at: &Kinematics, foot: usize) -> Vec<Ball> {
    let model = robot.model();
    let mut out = Vec::new();
    for g in 0..model.geom_bodyid().len() {
        let number = usize::try_from(model.geom_bodyid()[g]).unwrap_or(0);
        let Some(body) = (0..robot.bodies.len()).find(|&b| robot.mujoco_body(b) == number) else { continue };
        if !rides_on(robot, body, foot) || model.geom_type()[g] != MjtGeomBase::mjGEOM_MESH {
            continue;
        }
        let [w, i, j, k] = model.geom_quat()[g];
        let rotation = Rot::from_quaternion(nalgebra::Quaternion::new(w, i, j, k));
        let place = |v: &Vec3| in_frame(at, body, foot, &(rotation * v + Vec3::from(model.geom_pos()[g])));
        let vertices = mesh_vertices(model, usize::try_from(model.geom_dataid()[g]).unwrap_or(usize::MAX));
        out.extend(vertices.iter().map(|v| Ball { center: place(v), radius: 0.0 }));
    }
    out
}

/// The balls that are corners of the convex hull seen from above (Andrew's monotone chain).
fn outline(balls: Vec<Ball>, x: &Vec3, y: &Vec3) -> Vec<Ball> {
    let flat = |b: &Ball| (b.center.dot(x), b.center.dot(y));
    let mut sorted = balls;
    sorted.sort_by(|a, b| flat(a).partial_cmp(&flat(b)).unwrap_or(std::cmp::Ordering::Equal));
    sorted.dedup_by(|a, b| (a.center - b.center).norm() < 1e-6);
    if sorted.len() < 4 {
        return sorted;
    }
    let turn = |o: &Ball, a: &Ball, b: &Ball| {
        let ((ox, oy), (ax, ay), (bx, by)) = (flat(o), flat(a), flat(b));
        (ax - ox) * (by - oy) - (ay - oy) * (bx - ox)
    };
    let half = |points: &mut dyn Iterator<Item = &Ball>| {
        let mut hull: Vec<Ball> = Vec::new();
        for p in points {
            while hull.len() >= 2 && turn(&hull[hull.len() - 2], &hull[hull.len() - 1], p) <= 1e-9 {
                hull.pop();
            }
            hull.push(*p);
        }
        hull.pop();
        hull
    };
    let mut hull = half(&mut sorted.iter());
    hull.extend(half(&mut sorted.iter().rev()));
    let step = hull.len().div_ceil(MOST_POINTS).max(1);
    hull.into_iter().step_by(step).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outline_drops_what_lies_inside() {
        let at = |x: f64, y: f64| Ball { center: Vec3::new(x, y, 0.0), radius: 0.0 };
        let hull = outline(
            vec![at(0.0, 0.0), at(1.0, 0.0), at(0.5, 0.1), at(1.0, 1.0), at(0.0, 1.0), at(0.5, 0.0)],
            &Vec3::x(),
            &Vec3::y(),
        );
        assert_eq!(hull.len(), 4);
    }
}
