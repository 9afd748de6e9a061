//! What the policy senses and what the critic knows besides: plain functions of a moment.
//!
//! Lives here: the terms, their sizes, their mirror images. Does not: which of them a task uses
//! (`tasks/*.toml`), their normalisation (`kouros-learn`). A policy senses the joints it drives and
//! no others; of the arms it senses where their mass is: it walks whatever arms and hands do, and
//! however many joints they do it with.

use crate::mirror::Mirror;
use crate::moment::Moment;
use crate::randomise::Draw;
use crate::rng::Rng;
use crate::world::World;
use serde::{Deserialize, Serialize};

/// What a policy can sense.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SenseKind {
    /// Turning rate in the base's axes (3) [rad/s]: the gyroscope.
    AngularVelocity,
    /// Down in the base's axes (3): from the accelerometer and gyroscope.
    Gravity,
    /// Forward, sideways [m/s], turn [rad/s], height (share of the start height) (4).
    Command,
    /// Sine and cosine of the left foot's phase (2).
    Clock,
    /// Distance of each driven joint from the start pose, as its encoder reads it (A) [rad].
    JointPosition,
    /// Velocity of each driven joint (A) [rad/s].
    JointVelocity,
    /// The action taken last (A).
    LastAction,
    /// Centre of mass of the left and the right arm in the base's axes (6) [m], from the joints.
    ArmCentre,
    /// Velocity of the same (6) [m/s].
    ArmVelocity,
}

/// One sensed term.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sense {
    /// Which.
    #[serde(rename = "term")]
    pub kind: SenseKind,
    /// Uniform noise of plus or minus this, in the term's unit.
    #[serde(default)]
    pub noise: f64,
}

/// What only a critic knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PrivilegedKind {
    /// Velocity of the base in the heading frame (3) [m/s].
    LinearVelocity,
    /// Height of the base over the ground (1) [m].
    Height,
    /// Per foot: height [m], contact (0 or 1), normal force [kN] (6).
    Feet,
    /// Friction, trunk mass [kg], payloads left and right [kg], latency [0.01 s], mean motor
    /// strength, gait frequency [Hz] (7).
    World,
}

/// One term of the critic's.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Privileged {
    /// Which.
    #[serde(rename = "term")]
    pub kind: PrivilegedKind,
}

impl SenseKind {
    /// How many numbers it is.
    pub fn size(self, world: &World) -> usize {
        match self {
            Self::AngularVelocity | Self::Gravity => 3,
            Self::Command => 4,
            Self::Clock => 2,
            Self::JointPosition | Self::JointVelocity | Self::LastAction => world.actions(),
            Self::ArmCentre | Self::ArmVelocity => 6,
        }
    }

    fn mirror(self, world: &World) -> Mirror {
        let mut out = Mirror::default();
        match self {
            Self::AngularVelocity => out.extend_signs(&world.reflection.turning),
            Self::Gravity => out.extend_signs(&world.reflection.vector),
            Self::Command => out.extend_signs(&[1.0, -1.0, -1.0, 1.0]),
            // The right foot is half a cycle away: both change sign.
            Self::Clock => out.extend_signs(&[-1.0, -1.0]),
            Self::JointPosition | Self::JointVelocity | Self::LastAction => out.extend(&action_mirror(world)),
            Self::ArmCentre | Self::ArmVelocity => {
                let sign = [world.reflection.vector; 2].concat();
                out.extend(&Mirror { source: vec![3, 4, 5, 0, 1, 2], sign });
            }
        }
        out
    }

    fn write(self, world: &World, moment: &Moment, bias: Option<&[f64]>, put: &mut impl FnMut(f64)) {
        match self {
            Self::AngularVelocity => moment.angular_velocity.iter().for_each(|&v| put(v)),
            Self::Gravity => moment.gravity.iter().for_each(|&v| put(v)),
            Self::Command => {
                let c = &moment.command;
                [c.forward, c.sideways, c.turn, c.height].into_iter().for_each(put);
            }
            Self::Clock => moment.clock.seen().into_iter().for_each(put),
            Self::JointPosition => {
                for &k in &world.driven {
                    put(moment.joint_pos[k] - world.start[k] + bias.map_or(0.0, |b| b[k]));
                }
            }
            Self::JointVelocity => world.driven.iter().for_each(|&k| put(moment.joint_vel[k])),
            Self::LastAction => moment.action.iter().for_each(|&v| put(v)),
            Self::ArmCentre => moment.arms.iter().flat_map(|a| a.centre.as_slice()).for_each(|&v| put(v)),
            Self::ArmVelocity => moment.arms.iter().flat_map(|a| a.velocity.as_slice()).for_each(|&v| put(v)),
        }
    }
}

impl PrivilegedKind {
    /// How many numbers it is.
    pub fn size(self) -> usize {
        match self {
            Self::LinearVelocity => 3,
            Self::Height => 1,
            Self::Feet => 6,
            Self::World => 7,
        }
    }

    fn mirror(self) -> Mirror {
        let mut out = Mirror::default();
        match self {
            Self::LinearVelocity => out.extend_signs(&[1.0, -1.0, 1.0]),
            Self::Height => out.extend_signs(&[1.0]),
            Self::Feet => out.extend(&Mirror { source: vec![3, 4, 5, 0, 1, 2], sign: vec![1.0; 6] }),
            Self::World => out.extend(&Mirror { source: vec![0, 1, 3, 2, 4, 5, 6], sign: vec![1.0; 7] }),
        }
        out
    }

    fn write(self, world: &World, moment: &Moment, draw: &Draw, put: &mut impl FnMut(f64)) {
        match self {
            Self::LinearVelocity => moment.velocity.iter().for_each(|&v| put(v)),
            Self::Height => put(moment.height),
            Self::Feet => {
                moment.feet.iter().flat_map(|f| [f.height, f64::from(u8::from(f.contact)), f.force * 1e-3]).for_each(put);
            }
            Self::World => {
                let strength = draw.strength.iter().sum::<f64>() / draw.strength.len().max(1) as f64;
                let [left, right] = draw.payload;
                let latency = draw.latency_steps as f64 * world.task.physics.timestep_s * 100.0;
                let all = [draw.friction, draw.trunk_mass, left, right, latency, strength, moment.clock.frequency_hz];
                all.into_iter().for_each(put);
            }
        }
    }
}

/// How many numbers the policy senses.
pub fn sensed(world: &World) -> usize {
    world.task.observation.iter().map(|s| s.kind.size(world)).sum()
}

/// How many numbers the critic knows: the policy's, then its own.
pub fn known(world: &World) -> usize {
    sensed(world) + world.task.privileged.iter().map(|p| p.kind.size()).sum::<usize>()
}

/// The mirror image of an action.
pub fn action_mirror(world: &World) -> Mirror {
    world.mirror.only(&world.driven).unwrap_or_default()
}

/// The mirror image of what the policy senses.
pub fn sensed_mirror(world: &World) -> Mirror {
    let mut out = Mirror::default();
    world.task.observation.iter().for_each(|s| out.extend(&s.kind.mirror(world)));
    out
}

/// The mirror image of what the critic knows.
pub fn known_mirror(world: &World) -> Mirror {
    let mut out = sensed_mirror(world);
    world.task.privileged.iter().for_each(|p| out.extend(&p.kind.mirror()));
    out
}

/// Writes what the policy senses, noise and encoder errors in it.
///
/// # Panics
/// `out` is shorter than [`sensed`].
pub fn sense(world: &World, moment: &Moment, draw: &Draw, rng: &mut Rng, out: &mut [f32]) {
    let mut at = 0;
    for term in &world.task.observation {
        term.kind.write(world, moment, Some(&draw.encoder_bias), &mut |v| {
            let noise = if term.noise > 0.0 { rng.around(term.noise) } else { 0.0 };
            out[at] = (v + noise) as f32;
            at += 1;
        });
    }
}

/// Writes what the critic knows: the policy's terms without noise, then the privileged ones.
///
/// # Panics
/// `out` is shorter than [`known`].
pub fn know(world: &World, moment: &Moment, draw: &Draw, out: &mut [f32]) {
    let mut at = 0;
    let mut put = |v: f64| {
        out[at] = v as f32;
        at += 1;
    };
    world.task.observation.iter().for_each(|s| s.kind.write(world, moment, None, &mut put));
    world.task.privileged.iter().for_each(|p| p.kind.write(world, moment, draw, &mut put));
}
