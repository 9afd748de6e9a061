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
//!
//! ```
//! use kouros_dataset::{Column, Dataset, Episode, Feature, Writer, WriterOptions};
//! # fn main() -> kouros_dataset::Result<()> {
//! # let folder = tempfile::tempdir().expect("a folder");
//! # let path = folder.path().join("walks");
//! let meta = serde_json::json!({ "licences": ["cc-by-4.0"] });
//! let writer = Writer::create_or_append(&path, WriterOptions { robot_type: "unitree_g1".into(), fps: 50, dataset_meta: meta })?;
//! let action = Column { feature: Feature::new("action", ["left_knee", "right_knee"]), values: vec![0.1, 0.2, 0.3, 0.4] };
//! writer.stage(0, &Episode {
//!     task: "walk forward".into(),
//!     kind: kouros_motion::Kind::Locomotion,
//!     length: 2,
//!     columns: vec![action],
//!     meta: serde_json::json!({}),
//!     key: "walk1.bvh".into(),
//! })?;
//! writer.commit()?;
//! assert_eq!(Dataset::open(&path)?.read_episode(0)?.column("action")?.values[3], 0.4);
//! # Ok(())
//! # }
//! ```

mod card;
mod commit;
mod csv36;
mod dataset;
mod episode;
mod episode_table;
mod error;
mod feature;
mod files;
mod film;
mod frames;
mod info;
mod kouros_file;
mod layout;
mod lock;
mod loose;
mod motion_npz;
mod page_scan;
mod rows;
mod staged;
mod stats;
pub mod stream;
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
pub use loose::{
    ListedEpisode, Loose, LooseColumn, LooseFrames, LooseInfo, Portion, StoredStatistics, Topic, Trouble, VideoPlace,
};
pub use motion_npz::{MotionArrays, motion_npz};
pub use whole::{Overwrite, write_whole};
pub use writer::{Summary, Writer, WriterOptions};
