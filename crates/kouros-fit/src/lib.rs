//! Whether a robot fits the places people live in: doors, counters, stairs, chairs, ladders.
//!
//! Lives here: what a place asks for, postures that meet it, and by what margin. Does not: motions
//! (`kouros-retarget`), what a robot weighs or where its bodies are (`kouros-robot`).
//!
//! [`judge`] looks for a posture that stands still and meets the place; where none is found, it says
//! what is missing. All of it is statics: nothing is said of speed.

mod body;
mod error;
mod judge;
mod place;
mod posture;
mod statics;
mod verdict;

pub use error::{Error, Result};
pub use judge::judge;
pub use place::{Kind, Place, home, read_places};
pub use posture::{FootGoal, Goal, Posture};
pub use verdict::{Margin, Verdict};
