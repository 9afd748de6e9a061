//! A dataset on disk, to be read.

use crate::{DatasetInfo, Episode, Error, Result};
use kouros_motion::Kind;
use serde_json::Value;
use std::path::{Path, PathBuf};

/// What the dataset knows about an episode without reading its frames.
#[derive(Debug, Clone, PartialEq)]
pub struct EpisodeInfo {
    /// Its number, from 0.
    pub index: usize,
    /// Its tasks; one, where Kouros wrote it.
    pub tasks: Vec<String>,
    /// The number of its frames.
    pub length: usize,
    /// The number of its first frame in the dataset.
    pub first_frame: usize,
    /// Its key, where Kouros wrote it.
    pub key: Option<String>,
    /// Its kind, where Kouros wrote it.
    pub kind: Option<Kind>,
    /// Provenance, segments, findings; `null` where Kouros did not write it.
    pub meta: Value,
}

/// A LeRobot v3.0 dataset.
#[derive(Debug)]
pub struct Dataset {
    root: PathBuf,
    info: DatasetInfo,
    episodes: Vec<EpisodeInfo>,
    kouros: Option<Value>,
}

impl Dataset {
    /// Reads everything but the frames.
    ///
    /// # Errors
    /// The folder is no dataset, or of another version; a file is missing or not what it should be.
    pub fn open(path: impl AsRef<Path>) -> Result<Self> {
        Err(Error::NotADataset { path: path.as_ref().into(), found: "nothing this version can read yet".into() })
    }

    /// The folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// What the dataset says about itself.
    pub fn info(&self) -> &DatasetInfo {
        &self.info
    }

    /// All episodes in order.
    pub fn episodes(&self) -> &[EpisodeInfo] {
        &self.episodes
    }

    /// `meta/kouros.json`, where Kouros wrote the dataset.
    pub fn kouros(&self) -> Option<&Value> {
        self.kouros.as_ref()
    }

    /// The frames of an episode.
    ///
    /// # Errors
    /// There is no such episode; its file is missing or not what it should be.
    pub fn read_episode(&self, index: usize) -> Result<Episode> {
        Err(Error::NoEpisode { index, total: self.episodes.len() })
    }
}
