//! Environments on MuJoCo: a robot in a randomised world, commanded, pushed and rewarded.
//!
//! Lives here: tasks, worlds, what is sensed and rewarded, what differs between episodes. Does not
//! live here: learning (`kouros-learn`), the robot itself (`kouros-robot`), what a motion means
//! (`kouros-label`).
//!
//! A [`Task`] is a TOML file; a [`World`] is a robot in it, compiled once and shared; an [`Env`] is
//! one running copy with its own differences and its own stream of chance, so that any number of
//! them gives the same bytes on any number of threads. A [`Contract`] is what a policy must know of
//! the world it was made for.

mod arms;
mod batch;
mod command;
mod contract;
mod env;
mod error;
mod mirror;
mod mjcf;
mod moment;
mod observation;
mod randomise;
mod reference;
mod replay;
mod reward;
mod rng;
mod task;
mod truth;
mod world;

pub use arms::Arms;
pub use batch::Batch;
pub use command::{Clock, Command};
pub use contract::{Contract, ContractJoint, SensedTerm};
pub use env::{Divergence, Env, MOST_ACTION, Outcome, Summary};
pub use error::{Error, Result};
pub use mirror::{Mirror, Reflection};
pub use mjcf::Motor;
pub use moment::{FootMoment, Moment};
pub use observation::{
    Privileged, PrivilegedKind, Sense, SenseKind, action_mirror, know, known, known_mirror, sense, sensed, sensed_mirror,
};
pub use randomise::Draw;
pub use reference::{PHASES, Reference, TERMS};
pub use replay::{Origin, Replay, Tick};
pub use reward::{RewardKind, RewardTerm};
pub use rng::Rng;
pub use task::{
    Arms as ArmsSettings, Collision, Commands, Control, Draft, Episode, Gait, Physics, Pushes, Randomise, Range, Start, Task,
};
pub use truth::{SoleForce, Truth};
pub use world::{Foot, World};
