//! What the simulator knows and a robot can at best guess: contacts and forces, one physics step's.
//!
//! Lives here: reading them from MuJoCo. Does not: what the environment's own terms look at
//! (`moment.rs`), labels made of a motion (`kouros-label`).

use crate::world::World;
use kouros_motion::Vec3;
use mujoco_rs::prelude::*;

/// Normal force of the ground on the left heel, left toe, right heel, right toe [N].
pub type SoleForce = [f64; 4];

/// Contacts, forces and masses as of the beginning of a physics step.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Truth {
    /// Of the ground on each half of the soles.
    pub sole_force: SoleForce,
    /// Of the ground on the left and the right foot: force [N], then torque about [`crate::Foot::center`]
    /// [N m], along the world's axes.
    pub foot_wrench: [[f64; 6]; 2],
    /// Of the ground on everything that is no foot, along the world's axes [N].
    pub other_force: [f64; 3],
    /// Centre of mass of everything that moves, in the world [m].
    pub center_of_mass: [f64; 3],
    /// Torques of the motors (M) [N m].
    pub torque: Vec<f64>,
}

impl Truth {
    /// Reads what the last physics step computed before it moved anything.
    pub fn read(world: &World, data: &MjData<Box<MjModel>>) -> Self {
        let mut out = Self {
            center_of_mass: data.subtree_com()[world.base],
            torque: data.actuator_force()[..world.motors.len()].to_vec(),
            ..Self::default()
        };
        for (i, contact) in data.contact().iter().enumerate() {
            if contact.efc_address < 0 {
                continue;
            }
            let local = data.contact_force(i);
            // Rows of the frame are the contact's axes; the force is on the second shape.
            let f = &contact.frame;
            let along = |axis: usize| local[0] * f[axis] + local[1] * f[3 + axis] + local[2] * f[6 + axis];
            let on_second = Vec3::new(along(0), along(1), along(2));
            let ball = |geom: i32| {
                let is = |g: &usize| i32::try_from(*g).is_ok_and(|g| g == geom);
                world.feet.iter().enumerate().find_map(|(side, foot)| Some((side, foot.balls.iter().position(&is)?)))
            };
            let (found, force) = match ball(contact.geom2) {
                Some(found) => (Some(found), on_second),
                None => match ball(contact.geom1) {
                    Some(found) => (Some(found), -on_second),
                    None => (None, on_second),
                },
            };
            let Some((side, corner)) = found else {
                out.other_force.iter_mut().zip(&force).for_each(|(sum, f)| *sum += f);
                continue;
            };
            // Corners are heel left, heel right, toe left, toe right.
            out.sole_force[2 * side + corner / 2] += local[0];
            let foot = &world.feet[side];
            let turn = nalgebra::Matrix3::from_row_slice(&data.xmat()[foot.body]);
            let center = Vec3::from(data.xpos()[foot.body]) + turn * foot.center;
            let torque = (Vec3::from(contact.pos) - center).cross(&force);
            let wrench = force.iter().chain(torque.iter());
            out.foot_wrench[side].iter_mut().zip(wrench).for_each(|(sum, v)| *sum += v);
        }
        out
    }
}
