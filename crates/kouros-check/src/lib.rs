//! What is wrong with a dataset, and what only the robot's physics can tell.
//!
//! Lives here: every check, as a plain function from an episode to findings; what each code means
//! and where its limit comes from; and the faults that prove the checks. Does not live here:
//! reading files (`kouros-dataset`), kinematics (`kouros-robot`), printing (`kouros`).
//!
//! How the nouns relate: a [`Layout`] says which columns of a dataset are joints, base and
//! contacts; a [`View`] is one episode in those words; [`check_episode`] turns it into
//! [`Finding`]s, each of a [`Code`]; [`DatasetCheck`] gathers them and adds what only the whole
//! shows. [`mend`] writes a dataset anew with what is wrong without a doubt put right. [`fault`] puts known faults into episodes, which is how precision and recall in
//! `docs/checks.md` are measured.

mod body;
mod code;
mod dataset;
mod episode;
mod error;
pub mod fault;
mod finding;
mod layout;
mod mend;
mod naming;
mod physics;
mod robust;
mod streams;
mod view;

pub use body::{Body, BodyPass, Overlap};
pub use code::{About, Code};
pub use dataset::{DatasetCheck, EpisodePart, Report};
pub use episode::{EpisodeReport, Known, check_episode};
pub use error::{Error, Result};
pub use finding::{Finding, NotChecked, Severity};
pub use layout::{Bound, Layout, Names, Picked};
pub use mend::{LEFT_ALONE, Left, Mended, Mending, mend, needs_mending};
pub use naming::{Matched, match_joints};
pub use view::{Joints, Root, View};
