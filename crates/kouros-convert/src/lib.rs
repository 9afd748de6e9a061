//! Datasets from one layout into another, put together, taken apart, re-timed.
//!
//! Lives here: sources and sinks of episodes, what stands between them, and the account of what
//! could not be carried. Does not: LeRobot's own layouts (`kouros-dataset`), judgement of the data
//! (`kouros-check`).
//! May import: `kouros-motion`, `kouros-dataset`.
//!
//! How the nouns relate: a [`Source`] gives a [`Head`] and then [`Recording`]s one by one; a stage
//! ([`Dropped`], [`Resampled`], [`Merged`]) is a source made of others; [`convert`] moves them into
//! a [`Target`], whole or not at all, and gives an [`Outcome`] with the [`Account`].
//!
//! [`Head`]: kouros_dataset::stream::Head
//! [`Recording`]: kouros_dataset::stream::Recording
//! [`Account`]: kouros_dataset::stream::Account

mod choose;
mod convert;
mod error;
mod mcap;
mod ros;
mod source;
mod stage;

pub use choose::{Part, Wanted, apart};
pub use convert::{Outcome, Target, convert};
pub use error::{Error, Result};
pub use mcap::McapSource;
pub use source::{Reading, Source, open};
pub use stage::{Dropped, Merged, Resampled};
