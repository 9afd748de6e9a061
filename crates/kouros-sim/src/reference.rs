//! The gait a policy corrects: where the driven joints should be in every phase of a cycle, and what
//! their motors must be told to be there, from the robot alone.
//!
//! Lives here: the path of the feet, the legs that reach it, the weight they carry. Does not: what
//! keeps it upright, which is the policy's part. Left to itself the gait falls within seconds.
//!
//! A stance foot goes back under the base as fast as the base should go ahead; a swing foot goes
//! ahead and begins and ends with the ground's speed. The base sways over the stance foot as a
//! linear inverted pendulum does (Kajita et al. 2001). Everything is solved once, around stepping in
//! place: joints are tabled over the phase and linear in the command.

use crate::command::Command;
use crate::task::Gait;
use crate::world::GRAVITY;
use kouros_motion::{LEFT, Pose, Rot, Vec3};
use kouros_robot::{Kinematics, Robot};
use nalgebra::{DMatrix, DVector, Matrix3};

/// Phases of the table.
pub const PHASES: usize = 24;
/// Numbers a row is multiplied with: one, travel ahead and sideways in a cycle [m], turn in a cycle
/// [rad], height above the start height as a share of it.
pub const TERMS: usize = 5;
/// What is tried to find the slopes, in the terms' units: about half of what G1s are asked.
const TRIED: [f64; TERMS - 1] = [0.4, 0.2, 0.4, -0.2];

/// A gait as a table.
#[derive(Debug, Clone, PartialEq)]
pub struct Reference {
    joints: usize,
    /// Positions [rad]: phase by phase, term by term, joint by joint.
    position: Vec<f64>,
    /// What the motors are told [rad], in the same order.
    target: Vec<f64>,
    /// How far the base sways to each side [m].
    pub sway: f64,
    stance: f64,
}

/// The share of the cycle in which both feet are down, once.
pub fn both_down(stance: f64) -> f64 {
    (stance - 0.5).max(0.0)
}

impl Reference {
    /// The gait of `robot` for the joints `driven`, whose motors have the gains `kp`, around the
    /// joint positions `start` (N) with the base at `height` over the soles.
    pub fn new(robot: &Robot, gait: &Gait, driven: &[usize], kp: &[f64], start: &[f64], height: f64) -> Self {
        let body = Body::new(robot, gait, start, height);
        let mut out =
            Self { joints: driven.len(), position: Vec::new(), target: Vec::new(), sway: body.sway, stance: gait.stance };
        for phase in (0..PHASES).map(|i| i as f64 / PHASES as f64) {
            let solve = |terms: [f64; TERMS - 1]| {
                let (q, torque) = body.solve(phase, terms);
                let position: Vec<f64> = driven.iter().map(|&j| q[j]).collect();
                let target: Vec<f64> = driven.iter().zip(kp).map(|(&j, kp)| q[j] + torque[j] / kp).collect();
                [position, target]
            };
            let middle = solve([0.0; TERMS - 1]);
            let slopes: Vec<[Vec<f64>; 2]> = (0..TERMS - 1)
                .map(|t| {
                    let mut terms = [0.0; TERMS - 1];
                    terms[t] = TRIED[t];
                    let there = solve(terms);
                    // Nobody walks higher than at the start; the other terms go both ways.
                    let one_way = t + 2 == TERMS;
                    terms[t] = if one_way { 0.0 } else { -TRIED[t] };
                    let (back, apart) = (solve(terms), if one_way { TRIED[t] } else { 2.0 * TRIED[t] });
                    std::array::from_fn(|k| there[k].iter().zip(&back[k]).map(|(a, b)| (a - b) / apart).collect())
                })
                .collect();
            for (k, list) in [&mut out.position, &mut out.target].into_iter().enumerate() {
                let rows = std::iter::once(&middle[k]).chain(slopes.iter().map(|s| &s[k]));
                // A policy's contract holds the table as text: hundredths of a milliradian.
                list.extend(rows.flatten().map(|v| (v * 1e5).round() / 1e5));
            }
        }
        out
    }

    /// What the motors are told, as the contract has it: phase by phase, term by term, joint by joint.
    pub fn table(&self) -> &[f64] {
        &self.target
    }

    /// Positions and motor targets of the joints (A) at a phase of the left foot's cycle.
    pub fn at(&self, phase: f64, frequency_hz: f64, command: &Command, position: &mut [f64], target: &mut [f64]) {
        let terms = [
            1.0,
            command.forward / frequency_hz,
            command.sideways / frequency_hz,
            command.turn / frequency_hz,
            command.height - 1.0,
        ];
        let along = (phase - phase.floor()) * PHASES as f64;
        let (first, part) = (along.floor(), along - along.floor());
        let rows = [(first as usize % PHASES, 1.0 - part), ((first as usize + 1) % PHASES, part)];
        for (table, out) in [(&self.position, position), (&self.target, target)] {
            out.fill(0.0);
            for (row, share) in rows {
                let row = &table[row * TERMS * self.joints..(row + 1) * TERMS * self.joints];
                for (slopes, term) in row.chunks_exact(self.joints).zip(terms) {
                    out.iter_mut().zip(slopes).for_each(|(o, s)| *o += share * term * s);
                }
            }
        }
    }

    /// Speed to the left with which the base sways [m/s].
    pub fn sway_speed(&self, phase: f64, frequency_hz: f64) -> f64 {
        let turn = std::f64::consts::TAU;
        -self.sway * turn * frequency_hz * (turn * (phase - self.stance / 2.0)).sin()
    }
}

/// A foot's path at a phase of its own cycle.
struct Step {
    /// How far ahead of its middle the foot is, as a share of the travel in a cycle.
    along: f64,
    /// Its height [m].
    up: f64,
    /// The share of the weight on it.
    load: f64,
}

fn step(gait: &Gait, phase: f64) -> Step {
    let phase = phase - phase.floor();
    let (stance, both) = (gait.stance, both_down(gait.stance));
    if phase < stance {
        let load = if both > 0.0 { (phase / both).min((stance - phase) / both).min(1.0) } else { 1.0 };
        return Step { along: stance / 2.0 - phase, up: 0.0, load };
    }
    // A cubic with the ground's speed at both ends.
    let s = (phase - stance) / (1.0 - stance);
    let (from, to, slope) = (-stance / 2.0, stance / 2.0, -(1.0 - stance));
    let (s2, s3) = (s * s, s * s * s);
    let along = from * (2.0 * s3 - 3.0 * s2 + 1.0) + slope * (s3 - 2.0 * s2 + s) + to * (3.0 * s2 - 2.0 * s3) + slope * (s3 - s2);
    Step { along, up: 16.0 * gait.swing_height * s2 * (1.0 - s) * (1.0 - s), load: 0.0 }
}

/// The robot in the start pose, and where its feet are there.
struct Body<'a> {
    robot: &'a Robot,
    gait: &'a Gait,
    start: &'a [f64],
    height: f64,
    /// The middle of each sole's underside in its body's frame [m].
    middle: [Vec3; 2],
    /// Each sole's middle in the base's frame [m], and the foot's rotation with its sole level.
    place: [(Vec3, Matrix3<f64>); 2],
    /// Centre of mass in the base's frame [m].
    centre: Vec3,
    sway: f64,
}

impl<'a> Body<'a> {
    fn new(robot: &'a Robot, gait: &'a Gait, start: &'a [f64], height: f64) -> Self {
        let mut at = Kinematics::new(robot);
        at.update(robot, &Pose::identity(), start);
        let mass = robot.mass();
        let centre = robot.bodies.iter().enumerate().map(|(b, body)| at.point(b, &body.com) * body.mass).sum::<Vec3>() / mass;
        let soles = &robot.profile.soles;
        let middle = [0, 1].map(|side| crate::mjcf::under(&soles[side]));
        let place = [0, 1].map(|side| {
            let sole = &soles[side];
            let up = at.rotation[sole.body] * sole.up;
            let level = Rot::rotation_between(&up, &Vec3::z()).unwrap_or_default().to_rotation_matrix().into_inner();
            let mut point = at.point(sole.body, &middle[side]);
            point.z = -height;
            (point, level * at.rotation[sole.body])
        });
        // The pendulum is over the middle between the feet when the support changes; half a step
        // later it is nearest to the stance foot.
        let apart = (place[0].0.y - place[1].0.y).abs() / 2.0;
        let speed = (GRAVITY / (centre.z + height).max(0.1)).sqrt();
        let half_step = 0.25 / ((gait.frequency_hz[0] + gait.frequency_hz[1]) / 2.0);
        let sway = apart * (1.0 - 1.0 / (speed * half_step).cosh());
        Self { robot, gait, start, height, middle, place, centre, sway }
    }

    /// Joint positions (N) and the torques that hold them (N) at a phase of the left foot.
    fn solve(&self, phase: f64, [ahead, aside, turn, higher]: [f64; TERMS - 1]) -> (Vec<f64>, Vec<f64>) {
        let sway = self.sway * (std::f64::consts::TAU * (phase - self.gait.stance / 2.0)).cos();
        let mut joints = self.start.to_vec();
        let mut at = Kinematics::new(self.robot);
        let mut load = [0.0; 2];
        for side in 0..2 {
            let step = step(self.gait, if side == LEFT { phase } else { phase + 0.5 });
            let yaw = Rot::from_axis_angle(&Vec3::z_axis(), turn * step.along);
            let (place, rotation) = self.place[side];
            let mut goal = yaw * place + Vec3::new(ahead, aside, 0.0) * step.along - Vec3::y() * sway;
            goal.z += step.up - self.height * higher;
            self.reach(&mut joints, &mut at, side, &goal, &(yaw.to_rotation_matrix().into_inner() * rotation));
            load[side] = step.load;
        }
        at.update(self.robot, &Pose::identity(), &joints);
        let torques = self.torques(&at, load);
        (joints, torques)
    }

    /// Bends one leg until its sole is at `goal`: damped least squares.
    fn reach(&self, joints: &mut [f64], at: &mut Kinematics, side: usize, goal: &Vec3, rotation: &Matrix3<f64>) {
        /// A radian of the sole counts as much as this [m].
        const ARM: f64 = 0.3;
        const DAMPING: f64 = 1e-6;
        let foot = self.robot.profile.soles[side].body;
        let leg = &self.robot.profile.legs[side].joints;
        for _ in 0..30 {
            at.update(self.robot, &Pose::identity(), joints);
            let point = at.point(foot, &self.middle[side]);
            let off = goal - point;
            let twist = Rot::from_matrix(&(rotation * at.rotation[foot].transpose())).scaled_axis() * ARM;
            let error = DVector::from_iterator(6, off.iter().chain(twist.iter()).copied());
            let mut jacobian = DMatrix::zeros(6, leg.len());
            for (c, &j) in leg.iter().enumerate() {
                jacobian.fixed_view_mut::<3, 1>(0, c).copy_from(&at.point_by_joint(self.robot, j, &point));
                jacobian.fixed_view_mut::<3, 1>(3, c).copy_from(&(at.axis[j] * ARM));
            }
            let square = jacobian.transpose() * &jacobian + DMatrix::identity(leg.len(), leg.len()) * DAMPING;
            let Some(change) = square.cholesky().map(|c| c.solve(&(jacobian.transpose() * error))) else { return };
            for (&j, d) in leg.iter().zip(change.iter()) {
                let [low, high] = self.robot.joints[j].range.unwrap_or([-10.0, 10.0]);
                joints[j] = (joints[j] + d.clamp(-0.3, 0.3)).clamp(low, high);
            }
        }
    }

    /// Torques of all joints (N) that hold the robot's weight when each foot carries its `load`, the
    /// ground's force pointing to the centre of mass.
    fn torques(&self, at: &Kinematics, load: [f64; 2]) -> Vec<f64> {
        let weight = self.robot.mass() * GRAVITY;
        let forces = [0, 1].map(|side| {
            let foot = self.robot.profile.soles[side].body;
            let mut point = at.point(foot, &self.middle[side]);
            // Standing, the ground's force is under the centre of mass.
            point.x += self.centre.x - self.place[side].0.x;
            let to = self.centre - point;
            (foot, point, to / to.z.max(0.1) * (load[side] * weight))
        });
        (0..self.robot.dof())
            .map(|j| {
                let moved = |b: &usize| self.robot.bodies[*b].chain.contains(&j);
                let carries = |b: usize| {
                    let body = &self.robot.bodies[b];
                    body.mass * GRAVITY * at.point_by_joint(self.robot, j, &at.point(b, &body.com)).z
                };
                let own: f64 = (0..self.robot.bodies.len()).filter(moved).map(carries).sum();
                let ground: f64 = forces
                    .iter()
                    .filter(|(foot, ..)| moved(foot))
                    .map(|(_, point, force)| force.dot(&at.point_by_joint(self.robot, j, point)))
                    .sum();
                own - ground
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GAIT: Gait = Gait { frequency_hz: [1.0, 1.0], stance: 0.6, swing_height: 0.1, uneasy: [1.0; 2] };

    #[test]
    fn feet_go_with_the_ground() {
        const STEP: f64 = 1e-5;
        let speed = |phase: f64| (step(&GAIT, phase + STEP).along - step(&GAIT, phase - STEP).along) / (2.0 * STEP);
        // In stance and at both ends of the swing: back by one travel a cycle.
        for phase in [0.1, 0.3, 0.5, 0.6 + 2.0 * STEP, 1.0 - 2.0 * STEP] {
            assert!((speed(phase) + 1.0).abs() < 1e-3, "{phase}: {}", speed(phase));
        }
        assert!((step(&GAIT, 0.8).up - 0.1).abs() < 1e-12 && step(&GAIT, 0.8).along.abs() < 1e-12);
        // The two feet carry the robot between them.
        for phase in (0..100).map(|i| i as f64 / 100.0) {
            let both = step(&GAIT, phase).load + step(&GAIT, phase + 0.5).load;
            assert!((both - 1.0).abs() < 1e-9, "{phase}: {both}");
        }
    }
}
