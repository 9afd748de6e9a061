//! An episode once more, from its start, its differences and what its motors were told.
//!
//! Lives here: what must be kept of an episode, and doing it again. Does not: policies, commands and
//! chance, which made it (`env.rs`). Of the same program on the same type of processor the states
//! are the same to the last bit.

use crate::env::{Env, drive};
use crate::randomise::Draw;
use crate::truth::Truth;
use crate::world::World;
use crate::{Error, Result};
use mujoco_rs::prelude::*;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The state an episode begins in, exactly.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Origin {
    /// Generalised positions: base x y z [m], quaternion w x y z, joints (7 + M) [rad].
    pub qpos: Vec<f64>,
    /// Generalised velocities: base along the world's axes [m/s] and about its own [rad/s], joints
    /// (6 + M) [rad/s].
    pub qvel: Vec<f64>,
    /// The accelerations that MuJoCo's solver begins its search at (6 + M).
    pub qacc_warmstart: Vec<f64>,
    /// What the motors were told before the first decision (M) [rad].
    pub target: Vec<f32>,
}

/// One decision of an episode and the state it was taken in.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Tick {
    /// Generalised positions before the decision, as [`Origin::qpos`].
    pub qpos: Vec<f64>,
    /// Generalised velocities before the decision, as [`Origin::qvel`].
    pub qvel: Vec<f64>,
    /// What the motors are told from here on (M) [rad].
    pub target: Vec<f32>,
    /// The base's velocities behind a push that happened then.
    pub pushed: Option<[f64; 6]>,
    /// What the simulator knows of this moment, behind the push.
    pub truth: Truth,
}

impl Origin {
    /// Where an environment that was just reset stands.
    pub fn of(env: &Env) -> Self {
        let data = env.data();
        Self {
            qpos: data.qpos().to_vec(),
            qvel: data.qvel().to_vec(),
            qacc_warmstart: data.qacc_warmstart().to_vec(),
            target: env.targets().iter().map(|t| *t as f32).collect(),
        }
    }
}

impl Tick {
    /// Lets `env` take `action` and keeps what is needed to do it again; `Outcome` as of `Env::step`.
    ///
    /// # Panics
    /// `action` is shorter than the actions of the world.
    pub fn take(env: &mut Env, action: &[f32]) -> (Self, crate::Outcome) {
        let world = Arc::clone(env.world());
        let (qpos, qvel) = (env.data().qpos().to_vec(), env.data().qvel().to_vec());
        let mut truth = Truth::default();
        let outcome = env.step_watched(action, &mut |data, step| {
            if step == 0 {
                truth = Truth::read(&world, data);
            }
        });
        let target = env.targets().iter().map(|t| *t as f32).collect();
        (Self { qpos, qvel, target, pushed: env.pushed(), truth }, outcome)
    }
}

/// An episode that is done again.
pub struct Replay {
    world: Arc<World>,
    data: MjData<Box<MjModel>>,
    draw: Draw,
    target: [Vec<f64>; 2],
}

impl Replay {
    /// The episode's start in `world` with the differences `draw`.
    ///
    /// # Errors
    /// The start or the differences are not of this world's joints and bodies, or hold numbers that
    /// no episode has.
    pub fn new(world: Arc<World>, draw: &Draw, start: &Origin) -> Result<Self> {
        let m = world.motors.len();
        check(&world, "start: positions", &start.qpos, 7 + m)?;
        check(&world, "start: velocities", &start.qvel, 6 + m)?;
        check(&world, "start: accelerations", &start.qacc_warmstart, 6 + m)?;
        let target: Vec<f64> = start.target.iter().map(|t| f64::from(*t)).collect();
        check(&world, "start: targets", &target, m)?;
        let lists = [
            ("kp", &draw.kp),
            ("kd", &draw.kd),
            ("strength", &draw.strength),
            ("armature", &draw.armature),
            ("damping", &draw.damping),
            ("encoder_bias", &draw.encoder_bias),
        ];
        for (what, list) in lists {
            check(&world, what, list, m)?;
        }
        check(&world, "link_mass", &draw.link_mass, world.model.body_mass().len())?;
        let factors = [&draw.link_mass, &draw.kp, &draw.kd, &draw.strength, &draw.armature];
        let masses = [draw.trunk_mass, draw.payload[0], draw.payload[1]];
        let wrong = factors.iter().flat_map(|list| list.iter()).any(|f| *f <= 0.0)
            || draw.damping.iter().chain(&draw.payload).any(|v| *v < 0.0)
            || draw.trunk_shift.iter().chain(&masses).any(|v| !v.is_finite())
            || !(draw.friction.is_finite() && draw.friction > 0.0);
        if wrong {
            return Err(Error::Differences { robot: world.robot.clone() });
        }
        let mut model = world.model.clone();
        draw.write(&world, &mut model);
        let mut data = MjData::new(model);
        data.set_const();
        data.reset();
        data.qpos_mut().copy_from_slice(&start.qpos);
        data.qvel_mut().copy_from_slice(&start.qvel);
        data.qacc_warmstart_mut().copy_from_slice(&start.qacc_warmstart);
        Ok(Self { world, data, draw: draw.clone(), target: [target.clone(), target] })
    }

    /// Generalised positions now, as [`Origin::qpos`].
    pub fn qpos(&self) -> &[f64] {
        self.data.qpos()
    }

    /// Generalised velocities now, as [`Origin::qvel`].
    pub fn qvel(&self) -> &[f64] {
        self.data.qvel()
    }

    /// One decision's time with the motors told `target` (M), after a push to these velocities of
    /// the base.
    ///
    /// # Errors
    /// Not one target for each motor, or one that is no number.
    pub fn step(&mut self, target: &[f32], pushed: Option<[f64; 6]>) -> Result<()> {
        self.target.swap(0, 1);
        self.target[0] = target.iter().map(|t| f64::from(*t)).collect();
        check(&self.world, "targets", &self.target[0], self.world.motors.len())?;
        if let Some(velocity) = pushed {
            self.data.qvel_mut()[..6].copy_from_slice(&velocity);
        }
        for step in 0..self.world.task.physics.steps_per_control {
            drive(&self.world, &self.draw, &self.target, step, &mut self.data);
            self.data.step();
        }
        Ok(())
    }
}

fn check(world: &World, what: &str, list: &[f64], expected: usize) -> Result<()> {
    if list.len() == expected && list.iter().all(|v| v.is_finite()) {
        return Ok(());
    }
    let finite = list.iter().filter(|v| v.is_finite()).count();
    Err(Error::Recorded { robot: world.robot.clone(), what: what.into(), found: list.len(), finite, expected })
}
