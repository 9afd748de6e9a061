//! Episodes on disk: LeRobot v3.0, written and read, and two small exports.
//!
//! Lives here: layouts, bytes, and that a killed run loses nothing.
//! Does not live here: what the numbers mean, be it physics (`kouros-label`), robots
//! (`kouros-robot`) or capture formats (`kouros-mocap`).
//! May import: `kouros-motion`.
//!
//! How the nouns relate: an [`Episode`] has [`Column`]s of values, each of one [`Feature`]; a
//! [`Writer`] stages episodes and commits them into a dataset; a [`Dataset`] reads them back.
//! [`trajectory_csv`] and [`motion_npz`] are the layouts that motion-tracking trainers take, and
//! [`write_whole`] puts such bytes on the disk whole or not at all. The layouts are described in
//! `docs/formats/`.

mod card;
mod commit;
mod csv36;
mod dataset;
mod episode;
mod episode_table;
mod error;
mod feature;
mod files;
mod frames;
mod info;
mod layout;
mod lock;
mod motion_npz;
mod page_scan;
mod rows;
mod staged;
mod stats;
mod swap;
mod table;
mod table_writer;
mod tasks;
mod whole;
mod writer;

pub use csv36::trajectory_csv;
pub use dataset::{Dataset, EpisodeInfo};
pub use episode::{Column, Episode};
pub use error::{Error, Result};
pub use feature::{AUTOMATIC, Feature};
pub use info::{DatasetInfo, DeclaredFeature};
pub use motion_npz::{MotionArrays, motion_npz};
pub use whole::{Overwrite, write_whole};
pub use writer::{Summary, Writer, WriterOptions};
