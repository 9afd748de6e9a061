//! What happens in a motion: contacts, forces, balance, coupling, segments, quality.
//!
//! Lives here: everything that is said *about* a motion, human or robot. Does not live here:
//! changing a motion (`kouros-retarget`), files (`kouros-dataset`), one instant of a robot
//! (`kouros-robot`). Nothing in here opens a file, and nothing changes what it is given.
//!
//! [`human_contacts`] finds when the feet of a person rest; [`robot_contacts`] the same for a
//! robot. [`label`](label()) gives every number a dataset holds besides the motion; its
//! [`Labels`] know their names. [`segments`] says what is done when, [`quality`](quality()) how well.
//! `docs/labels.md` defines every number in one place.
//!
//! ```no_run
//! use kouros_label::{LabelOptions, SegmentOptions, label, quality, segments, task_text};
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let (robot, trajectory): (kouros_robot::Robot, kouros_motion::Trajectory) = todo!();
//! let labels = label(&robot, &trajectory, None, None, &LabelOptions::default())?;
//! for feature in labels.features() {
//!     assert_eq!(feature.values.len(), labels.ticks() * feature.names.len());
//! }
//! let (spans, kind) = segments(&robot, &trajectory, &labels.contacts, &SegmentOptions::default())?;
//! let task = task_text(&spans); // "walk forward, turn left, stand"
//! let numbers = quality(&robot, &trajectory, None, &labels.contacts)?;
//! # Ok(())
//! # }
//! ```

mod activity;
mod balance;
mod body_state;
mod contact;
mod contact_live;
mod contact_robot;
mod coupling;
mod derivative;
mod error;
mod ground;
mod grounds;
mod label;
mod label_options;
mod labels;
mod ordered;
mod passage;
mod percentile;
mod plates;
mod quality;
mod rest;
mod resting;
mod segment;
mod spans;
mod stance;
mod support_polygon;
mod supports;
mod task_text;
mod terrain;
mod touch;
mod wrench;

pub use contact::{ContactOptions, Contacts, human_contacts};
pub use contact_live::LiveContacts;
pub use contact_robot::{RobotContactOptions, robot_contacts};
pub use error::{Error, Result};
pub use grounds::foot_grounds;
pub use label::label;
pub use label_options::LabelOptions;
pub use labels::{Feature, Labels, VALID};
pub use plates::{Agreement, PlateContacts, Strike, plate_contacts};
pub use quality::{ForceQuality, GaitRow, Quality, force_quality, quality};
pub use resting::resting_height;
pub use segment::{SEGMENT_LABELS, SegmentOptions, segments};
pub use support_polygon::{Flat, hull, margin};
pub use supports::supports;
pub use task_text::task_text;
pub use touch::human_touches;
