//! Where the whole body is in every frame: one pass of kinematics that all physical checks share.
//!
//! Lives here: heights, soles, centre of mass, depths of limbs in limbs. Does not: judging them.

use crate::view::{Joints, Root};
use kouros_motion::{LEFT, RIGHT, Vec3};
use kouros_robot::{Capsule, Kinematics, Robot, closest_points};

/// One limb inside another.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Overlap {
    /// Index into [`Robot::collision_pairs`].
    pub pair: usize,
    /// How deep [m].
    pub depth: f64,
}

/// Where the body is; T frames.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Body {
    /// Per frame: the middles of left heel, left toe, right heel, right toe, in the world, at the
    /// height of their lowest points [m].
    pub parts: Vec<[Vec3; 4]>,
    /// Per frame: the lowest point of each sole [m].
    pub sole: Vec<[f64; 2]>,
    /// Per frame: the lowest point of all other geometry [m] and its body.
    pub other: Vec<(f64, usize)>,
    /// Per frame: the centre of mass [m].
    pub com: Vec<Vec3>,
    /// Per frame: the z component of the trunk's up, the cosine of its tilt.
    pub upright: Vec<f64>,
    /// Per frame: what is inside what, beyond [`Self::SHALLOW`].
    pub overlaps: Vec<Vec<Overlap>>,
}

impl Body {
    /// Overlaps that are not kept [m].
    pub const SHALLOW: f64 = 0.005;

    /// The lowest point of everything at a frame [m].
    pub fn lowest(&self, tick: usize) -> f64 {
        self.sole[tick][LEFT].min(self.sole[tick][RIGHT]).min(self.other[tick].0)
    }
}

/// What the pass needs of a robot, made once; one per thread.
#[derive(Debug)]
pub struct BodyPass<'a> {
    robot: &'a Robot,
    at: Kinematics,
    /// Shapes that are no foot's.
    others: Vec<usize>,
    /// Pairs of capsules that do not overlap in the rest pose, with their reach.
    pairs: Vec<(usize, usize, usize)>,
    ends: Vec<(Vec3, Vec3)>,
    trunk_up: Vec3,
    mass: f64,
}

impl<'a> BodyPass<'a> {
    /// For `robot`; pairs of limbs that overlap where all is at rest or at zero are left out: their
    /// geometry is coarser than the robot.
    pub fn new(robot: &'a Robot) -> Self {
        let on_foot = |b: usize| robot.profile.soles.iter().any(|s| robot.bodies[b].chain == robot.bodies[s.body].chain);
        let others = (0..robot.shapes.len()).filter(|&s| !on_foot(robot.shapes[s].body)).collect();
        let mut pass = Self {
            robot,
            at: Kinematics::new(robot),
            others,
            pairs: robot.collision_pairs.iter().enumerate().map(|(i, &(a, b))| (i, a, b)).collect(),
            ends: vec![(Vec3::zeros(), Vec3::zeros()); robot.shapes.len()],
            trunk_up: Vec3::z(),
            mass: robot.mass(),
        };
        let mut touching = Vec::new();
        for pose in [vec![0.0; robot.dof()], robot.profile.rest.clone()] {
            pass.at.update(robot, &kouros_motion::Pose::identity(), &pose);
            pass.place_capsules();
            touching.extend(pass.overlaps().into_iter().map(|o| o.pair));
        }
        pass.pairs.retain(|(i, _, _)| !touching.contains(i));
        pass.at.update(robot, &kouros_motion::Pose::identity(), &vec![0.0; robot.dof()]);
        pass.trunk_up = pass.at.rotation[robot.profile.trunk].transpose() * Vec3::z();
        pass
    }

    /// The robot.
    pub fn robot(&self) -> &'a Robot {
        self.robot
    }

    /// Goes through the frames `ticks`. Joints without a column are at rest.
    pub fn run(&mut self, state: &Joints, root: &Root, ticks: impl Iterator<Item = usize>) -> Body {
        let mut out = Body::default();
        let mut row = vec![0.0; self.robot.dof()];
        for tick in ticks {
            for (j, (v, s)) in row.iter_mut().zip(state.at(tick)).enumerate() {
                *v = if state.present[j] { *s } else { self.robot.profile.rest[j] };
            }
            self.at.update(self.robot, &root.pose(tick), &row);
            self.note(&mut out);
        }
        out
    }

    fn note(&mut self, out: &mut Body) {
        let (robot, at) = (self.robot, &self.at);
        let mut sole = [f64::INFINITY; 2];
        let mut parts = [Vec3::zeros(); 4];
        for side in [LEFT, RIGHT] {
            let s = &robot.profile.soles[side];
            let mut low = |points: &mut dyn Iterator<Item = usize>| {
                let mut middle = Vec3::zeros();
                let (mut lowest, mut count) = (f64::INFINITY, 0.0);
                for i in points {
                    let p = at.point(s.body, &s.balls[i].center);
                    lowest = lowest.min(p.z - s.balls[i].radius);
                    middle += p;
                    count += 1.0;
                }
                sole[side] = sole[side].min(lowest);
                Vec3::new(middle.x / count, middle.y / count, lowest)
            };
            parts[2 * side] = low(&mut s.heel.iter().copied());
            parts[2 * side + 1] = low(&mut s.toe.iter().copied());
            low(&mut (0..s.balls.len()).filter(|i| !s.heel.contains(i) && !s.toe.contains(i)));
        }
        let mut other = (f64::INFINITY, 0);
        for &s in &self.others {
            let shape = &robot.shapes[s];
            // No ball can be lower than its body less its reach.
            for ball in &shape.balls {
                let z = at.position[shape.body].z + at.rotation[shape.body].row(2).transpose().dot(&ball.center) - ball.radius;
                if z < other.0 {
                    other = (z, shape.body);
                }
            }
        }
        let mut com = Vec3::zeros();
        for (b, body) in robot.bodies.iter().enumerate() {
            if body.mass > 0.0 {
                com += at.point(b, &body.com) * body.mass;
            }
        }
        let up = at.rotation[robot.profile.trunk].row(2).transpose().dot(&self.trunk_up);
        out.parts.push(parts);
        out.sole.push(sole);
        out.other.push(other);
        out.com.push(com / self.mass);
        out.upright.push(up);
        self.place_capsules();
        out.overlaps.push(self.overlaps());
    }

    fn place_capsules(&mut self) {
        for (ends, shape) in self.ends.iter_mut().zip(&self.robot.shapes) {
            *ends = (self.at.point(shape.body, &shape.capsule.a), self.at.point(shape.body, &shape.capsule.b));
        }
    }

    fn overlaps(&self) -> Vec<Overlap> {
        let mut out = Vec::new();
        for &(pair, a, b) in &self.pairs {
            let (ca, cb): (&Capsule, &Capsule) = (&self.robot.shapes[a].capsule, &self.robot.shapes[b].capsule);
            let (ea, eb) = (&self.ends[a], &self.ends[b]);
            let reach = ca.radius + cb.radius - Body::SHALLOW;
            // Middles farther apart than everything together: certainly apart.
            let apart = ((ea.0 + ea.1) - (eb.0 + eb.1)).norm() / 2.0;
            if apart > reach + ((ea.1 - ea.0).norm() + (eb.1 - eb.0).norm()) / 2.0 {
                continue;
            }
            let distance = segments_apart(ea, eb);
            if distance < reach {
                out.push(Overlap { pair, depth: ca.radius + cb.radius - distance });
            }
        }
        out
    }
}

/// The least distance between two segments [m].
fn segments_apart(p: &(Vec3, Vec3), q: &(Vec3, Vec3)) -> f64 {
    let (on_p, on_q) = closest_points(p, q);
    (on_p - on_q).norm()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn segments_by_hand() {
        let seg = |a: [f64; 3], b: [f64; 3]| (Vec3::from(a), Vec3::from(b));
        let x = seg([-1.0, 0.0, 0.0], [1.0, 0.0, 0.0]);
        assert!((segments_apart(&x, &seg([0.0, -1.0, 2.0], [0.0, 1.0, 2.0])) - 2.0).abs() < 1e-12);
        assert!((segments_apart(&x, &seg([4.0, 4.0, 0.0], [4.0, 5.0, 0.0])) - 5.0).abs() < 1e-12);
        assert!((segments_apart(&x, &seg([-1.0, 3.0, 0.0], [1.0, 3.0, 0.0])) - 3.0).abs() < 1e-12);
        assert!((segments_apart(&seg([0.0; 3], [0.0; 3]), &seg([0.0, 3.0, 4.0], [0.0, 3.0, 4.0])) - 5.0).abs() < 1e-12);
    }
}
