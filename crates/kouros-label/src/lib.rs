//! What happens in a motion: contacts, forces, balance, coupling, segments, quality.
//!
//! Lives here: everything that is said *about* a motion, human or robot. Does not live here:
//! changing a motion (`kouros-retarget`), files (`kouros-dataset`), one instant of a robot
//! (`kouros-robot`). Nothing in here opens a file, and nothing changes what it is given.
//!
//! [`human_contacts`] finds when the feet of a person rest; [`robot_contacts`] the same for a
//! robot. `docs/labels.md` defines every number in one place.

mod contact;
mod percentile;
mod spans;

pub use contact::{ContactOptions, Contacts, human_contacts};
