//! Where things are in a LeRobot v3.0 dataset.

use crate::{Error, Result};
use std::fs;
use std::path::{Path, PathBuf};

/// What the dataset is, in all.
pub(crate) const INFO: &str = "meta/info.json";
/// Minimum, mean, quantiles of every feature over all frames.
pub(crate) const STATS: &str = "meta/stats.json";
/// Number and text of every task.
pub(crate) const TASKS: &str = "meta/tasks.parquet";
/// What the standard has no place for: provenance, segments, findings.
pub(crate) const KOUROS: &str = "meta/kouros.json";
/// The card a hub shows.
pub(crate) const CARD: &str = "README.md";
/// The folder of the files whose rows are episodes.
pub(crate) const EPISODES: &str = "meta/episodes";
/// The folder of the files whose rows are frames.
pub(crate) const DATA: &str = "data";
/// The template of the frames' files, as `info.json` says it.
pub(crate) const DATA_PATH: &str = "data/chunk-{chunk_index:03d}/file-{file_index:03d}.parquet";
/// Files in a chunk, which is a folder.
pub(crate) const CHUNK_SIZE: usize = 1000;
/// A file of frames ends with the episode before it would pass this many megabytes.
pub(crate) const DATA_FILE_MB: usize = 100;
/// The same for videos; written for the loaders that ask for it.
pub(crate) const VIDEO_FILE_MB: usize = 200;

/// A numbered file in a numbered chunk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct FileNumber {
    /// The chunk's number.
    pub chunk: usize,
    /// The file's number in its chunk.
    pub file: usize,
}

impl FileNumber {
    /// The first file.
    pub const FIRST: Self = Self { chunk: 0, file: 0 };

    /// The file behind this one.
    pub fn next(self) -> Self {
        if self.file + 1 < CHUNK_SIZE {
            Self { chunk: self.chunk, file: self.file + 1 }
        } else {
            Self { chunk: self.chunk + 1, file: 0 }
        }
    }

    /// Its path under `folder` ([`DATA`] or [`EPISODES`]).
    pub fn path(self, folder: &str) -> PathBuf {
        PathBuf::from(format!("{folder}/chunk-{:03}/file-{:03}.parquet", self.chunk, self.file))
    }
}

/// The tables `folder/*/*.parquet` under `root`, sorted by path, as the field's loaders take them.
pub(crate) fn tables(root: &Path, folder: &str) -> Result<Vec<PathBuf>> {
    let top = root.join(folder);
    let mut found = Vec::new();
    if !top.is_dir() {
        return Ok(found);
    }
    for chunk in list(&top)? {
        if chunk.is_dir() {
            found.extend(list(&chunk)?.into_iter().filter(|p| p.extension().is_some_and(|e| e == "parquet")));
        }
    }
    found.sort();
    Ok(found)
}

/// The paths in a folder, sorted.
pub(crate) fn list(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).map_err(Error::io("list", folder))?;
    let mut paths =
        entries.map(|e| e.map(|e| e.path())).collect::<std::io::Result<Vec<_>>>().map_err(Error::io("list", folder))?;
    paths.sort();
    Ok(paths)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_fill_up() {
        let last = FileNumber { chunk: 2, file: 999 };
        assert_eq!(last.next(), FileNumber { chunk: 3, file: 0 });
        assert_eq!(FileNumber::FIRST.next().path(DATA), PathBuf::from("data/chunk-000/file-001.parquet"));
    }
}
