//! Learning on the CPU: proximal policy optimisation in the environments of `kouros-sim`.
//!
//! Lives here: networks, losses, rollouts, training runs, and the files policies live in. Does not
//! live here: worlds and rewards (`kouros-sim`), threads and terminals (the `kouros` binary).
//!
//! A [`Trainer`] is a run; its [`Policy`] is what comes out: a network, the normaliser of what it
//! senses, and the [`kouros_sim::Contract`] of the world it was made for. The networks are small
//! perceptrons whose derivatives are written out and tested against differences (DESIGN.md says
//! why, and what was measured).

mod adam;
mod advantage;
mod container;
mod error;
mod gaussian;
mod mlp;
mod normaliser;
mod onnx;
mod policy;
mod ppo;
mod product;
mod record;
mod rollout;
mod store;
mod symmetric;
mod trainer;
mod trial;
mod update;

pub use adam::{Adam, clip_length};
pub use advantage::{After, advantages};
pub use error::{Error, Result};
pub use gaussian::{divergence, entropy, log_prob};
pub use mlp::{Mlp, ROWS, Trace};
pub use normaliser::{Normaliser, Sums};
pub use policy::{Made, Policy};
pub use ppo::{Sample, Settings, actor_loss, entropy_loss, next_rate, sample_divergence};
pub use record::{Recorded, Recording, record};
pub use rollout::{Brain, GROUP, Samples, Seen, collect};
pub use symmetric::Symmetric;
pub use trainer::{Line, Trainer};
pub use trial::{Came, Kick, Script, Share, mean, share, trial};
pub use update::{Learner, Mirrors, Progress};
