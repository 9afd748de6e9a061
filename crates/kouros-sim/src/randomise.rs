//! What differs from one episode to the next: ground, masses, motors, delays.
//!
//! Lives here: drawing the differences and writing them into a copy of the model. Does not: which
//! ranges (`task.rs`), pushes and commands, which come while an episode runs (`env.rs`).

use crate::rng::Rng;
use crate::task::Randomise;
use crate::world::World;
use mujoco_rs::prelude::*;
use serde::{Deserialize, Serialize};

/// The differences of one episode.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Draw {
    /// Sliding friction of the ground.
    pub friction: f64,
    /// Mass added to the trunk [kg].
    pub trunk_mass: f64,
    /// Shift of the trunk's centre of mass [m].
    pub trunk_shift: [f64; 3],
    /// Mass added to each hand [kg].
    pub payload: [f64; 2],
    /// Factor on mass and inertia of every body of the world.
    pub link_mass: Vec<f64>,
    /// Factor on kp of every motor (M).
    pub kp: Vec<f64>,
    /// Factor on kd of every motor (M).
    pub kd: Vec<f64>,
    /// Factor on the largest torque of every motor (M).
    pub strength: Vec<f64>,
    /// Factor on the rotor inertia of every motor (M).
    pub armature: Vec<f64>,
    /// Passive damping of every joint (M) [N m s/rad].
    pub damping: Vec<f64>,
    /// What every encoder reads at zero (M) [rad].
    pub encoder_bias: Vec<f64>,
    /// Delay of the action in physics steps.
    pub latency_steps: usize,
    /// Phase of the gait clock at the start.
    pub phase: f64,
    /// Cycles of the gait clock a second [Hz].
    pub frequency_hz: f64,
}

impl Draw {
    /// Draws an episode's differences.
    pub fn new(world: &World, rng: &mut Rng) -> Self {
        let r: &Randomise = &world.task.randomise;
        let motors = world.motors.len();
        let bodies = world.model.body_mass().len();
        let loaded = rng.chance(r.payload_share);
        let mut payload = [rng.between(r.payload), rng.between(r.payload)];
        if !loaded {
            payload = [0.0; 2];
        }
        let mut each = |range: [f64; 2], count: usize| (0..count).map(|_| rng.between(range)).collect::<Vec<f64>>();
        let link_mass = each(r.link_mass, bodies);
        let (kp, kd) = (each(r.gains, motors), each(r.gains, motors));
        let (strength, armature, damping) = (each(r.strength, motors), each(r.armature, motors), each(r.damping, motors));
        let encoder_bias = each([-r.encoder_bias, r.encoder_bias], motors);
        let latency = rng.between(r.latency_s) / world.task.physics.timestep_s;
        let (phase, frequency_hz) = (rng.unit(), rng.between(world.task.gait.frequency_hz));
        Self {
            phase,
            frequency_hz,
            friction: rng.between(r.friction),
            trunk_mass: rng.between(r.trunk_mass),
            trunk_shift: std::array::from_fn(|_| rng.around(r.centre_of_mass)),
            payload,
            link_mass,
            kp,
            kd,
            strength,
            armature,
            damping,
            encoder_bias,
            latency_steps: (latency.round() as usize).min(world.task.physics.steps_per_control),
        }
    }

    /// Writes the differences into `model`, a copy of the world's. Whoever uses it calls
    /// `set_const` on its data afterwards.
    pub fn write(&self, world: &World, model: &mut MjModel) {
        let nominal = &world.model;
        let masses: Vec<f64> = (0..self.link_mass.len())
            .map(|b| {
                let mut mass = nominal.body_mass()[b] * self.link_mass[b];
                if b == world.trunk {
                    mass = (mass + self.trunk_mass).max(0.2 * mass);
                }
                mass + (0..2).filter(|&side| b == world.hands[side]).map(|side| self.payload[side]).sum::<f64>()
            })
            .collect();
        // Inertia grows with mass, as of a body that keeps its shape.
        for (b, inertia) in model.body_inertia_mut().iter_mut().enumerate() {
            let before = nominal.body_mass()[b];
            let factor = if before > 0.0 { masses[b] / before } else { 1.0 };
            // A payload is held at a point and turns with little inertia of its own.
            let factor = if world.hands.contains(&b) { self.link_mass[b] } else { factor };
            *inertia = nominal.body_inertia()[b].map(|i| i * factor);
        }
        model.body_mass_mut().copy_from_slice(&masses);
        let com = nominal.body_ipos()[world.trunk];
        model.body_ipos_mut()[world.trunk] = std::array::from_fn(|i| com[i] + self.trunk_shift[i]);
        for friction in model.geom_friction_mut().iter_mut() {
            friction[0] = self.friction;
        }
        for (k, m) in world.motors.iter().enumerate() {
            let bias = &mut model.actuator_biasprm_mut()[k];
            (bias[1], bias[2]) = (-m.kp * self.kp[k], -m.kd * self.kd[k]);
            let most = m.effort * self.strength[k];
            model.actuator_forcerange_mut()[k] = [-most, most];
            model.dof_armature_mut()[6 + k] = nominal.dof_armature()[6 + k] * self.armature[k];
            model.dof_damping_mut()[6 + k] = self.damping[k];
        }
    }
}
