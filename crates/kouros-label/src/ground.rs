//! The floor under a robot, and the feet it is felt through.
//!
//! Lives here: what of the needed forces the feet give, what is left for the joints, and what no
//! one explains. Does not: how loads are shared (`wrench.rs`), what is needed (`label.rs`).

use crate::balance::zero_moment_point;
use crate::label_options::LabelOptions;
use crate::stance::{Foothold, footholds, sole_center};
use crate::support_polygon::{Flat, hull, margin};
use crate::terrain::Terrain;
use crate::wrench::{Sharing, Units, Wrench};
use kouros_motion::{BodyPart, LEFT, Pose, RIGHT, Vec3};
use kouros_robot::{Ball, JointKind, Kinematics, Robot, Shape};

/// What the ground gives at one tick.
pub(crate) struct Explained {
    /// Joint torques in the robot's order (N) [N m].
    pub torques: Vec<f64>,
    /// Of the ground on each foot, about the centre of its sole.
    pub feet: [Wrench; 2],
    /// What is left, about the centre of mass.
    pub residual: Wrench,
    /// Whether what is left is small.
    pub holds: bool,
    /// The zero-moment point, where it is known [m].
    pub zero_moment_point: Option<Flat>,
}

/// What of a robot besides its feet touches something.
#[derive(Debug, Default)]
pub(crate) struct Touching {
    /// In the order of [`BodyPart::ALL`].
    pub parts: [bool; BodyPart::ALL.len()],
    /// Whether anything does, named or not.
    pub any: bool,
}

/// The floor under a robot, and the feet it is felt through.
pub(crate) struct Ground<'a> {
    robot: &'a Robot,
    terrain: Terrain<'a>,
    options: LabelOptions,
    pub units: Units,
    /// Of the model [m/s²].
    pub gravity: f64,
    /// Colliding points that are not a foot's, with their bodies and what those are part of.
    others: Vec<(usize, Ball, Option<BodyPart>)>,
    sharing: Sharing,
    holds: Vec<Foothold>,
    polygon: Vec<Flat>,
}

impl<'a> Ground<'a> {
    pub fn new(robot: &'a Robot, terrain: Terrain<'a>, options: LabelOptions) -> Self {
        let gravity = Vec3::from(robot.model().opt().gravity).norm();
        let on_foot = |b: usize| robot.profile.soles.iter().any(|s| robot.bodies[b].chain == robot.bodies[s.body].chain);
        let shapes = robot.shapes.iter().filter(|s| !on_foot(s.body));
        let of_shape = |s: &'a Shape| s.balls.iter().map(move |b| (s.body, *b, robot.body_part(s)));
        let others = shapes.flat_map(of_shape).collect();
        let units = Units { weight: robot.mass() * gravity, length: robot.profile.leg_length(robot), friction: options.friction };
        Self {
            robot,
            terrain,
            options,
            units,
            gravity,
            others,
            sharing: Sharing::default(),
            holds: Vec::new(),
            polygon: Vec::new(),
        }
    }

    /// Shares what the motion needs of the ground among the feet, and gives the joints the rest:
    /// torque = inverse dynamics - J^T of the feet's wrenches.
    pub fn explain(
        &mut self,
        needed: &[f64],
        base: &Pose,
        com: &Vec3,
        at: &Kinematics,
        tick: usize,
        settled: &[f64; 4],
    ) -> Explained {
        let (force, base_torque) = (Vec3::new(needed[0], needed[1], needed[2]), Vec3::new(needed[3], needed[4], needed[5]));
        let torque = base.rotation * base_torque + (base.translation.vector - com).cross(&force);
        let need = Wrench { force, torque };
        footholds(self.robot, at, self.terrain, tick, settled, &mut self.holds);
        let forces = self.sharing.solve(&self.holds, &need, com, &self.units);
        self.polygon = hull(&mut self.holds.iter().map(|h| h.at.xy()).collect());

        let mut torques = needed[6..].to_vec();
        let mut residual = need;
        let mut feet = [Wrench::default(); 2];
        for side in [LEFT, RIGHT] {
            let center = sole_center(self.robot, at, side);
            for (hold, f) in self.holds.iter().zip(&forces).filter(|(h, _)| h.side == side) {
                feet[side].force += f;
                feet[side].torque += (hold.at - center).cross(f);
                residual.force -= f;
                residual.torque -= (hold.at - com).cross(f);
            }
            let foot = self.robot.profile.soles[side].body;
            for &j in &self.robot.bodies[foot].chain {
                let about_joint = feet[side].torque + (center - at.anchor[j]).cross(&feet[side].force);
                torques[j] -= match self.robot.joints[j].kind {
                    JointKind::Hinge => at.axis[j].dot(&about_joint),
                    JointKind::Slide => at.axis[j].dot(&feet[side].force),
                };
            }
        }
        let Units { weight, length, .. } = self.units;
        let most = self.options.most_residual;
        Explained {
            torques,
            feet,
            residual,
            holds: residual.force.norm() <= most * weight && residual.torque.norm() <= most * weight * length,
            zero_moment_point: zero_moment_point(&need, com, self.level(), self.options.least_load * weight)
                .filter(|_| !self.holds.is_empty()),
        }
    }

    /// Mean height of what the feet stand on; the floor's where they stand on nothing [m].
    pub fn level(&self) -> f64 {
        self.holds.iter().map(|h| h.at.z).sum::<f64>() / self.holds.len().max(1) as f64
    }

    /// Distance of a point on the floor into the support polygon [m]; `None` without contact.
    pub fn capture_margin(&self, point: &Flat) -> Option<f64> {
        margin(&self.polygon, point)
    }

    /// What besides the feet is at the floor or at a thing.
    pub fn touching(&self, at: &Kinematics, tick: usize) -> Touching {
        let near = self.options.other_contact;
        let mut out = Touching::default();
        for (body, ball, part) in &self.others {
            let there = self.terrain.gap(tick, &at.point(*body, &ball.center), ball.radius, near) < near;
            out.any |= there;
            if let Some(part) = part {
                out.parts[part.index()] |= there;
            }
        }
        out
    }
}
