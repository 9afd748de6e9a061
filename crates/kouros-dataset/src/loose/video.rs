//! Which file shows an episode, and when in it.

use super::{Loose, template};
use crate::Result;
use crate::layout::{EPISODES, tables};
use crate::table::Table;
use std::path::{Path, PathBuf};

/// One camera's view of an episode.
#[derive(Debug, Clone, PartialEq)]
pub struct VideoPlace {
    /// Which feature of [`super::LooseInfo::features`] the camera is.
    pub feature: usize,
    /// The chunk's number.
    pub chunk: usize,
    /// The file's number: in its chunk (v3), or the episode's (v2).
    pub file: usize,
    /// When in the file the episode begins [s].
    pub from_s: f64,
    /// When it ends [s], where that is said.
    pub to_s: Option<f64>,
}

impl Loose {
    /// The cameras' views of the episode at `place` of [`Loose::episodes`]; cameras whose place is
    /// not said are left out.
    ///
    /// # Errors
    /// A table of episodes cannot be read any more.
    pub fn videos(&self, place: usize) -> Result<Vec<VideoPlace>> {
        let Some(episode) = self.episodes.get(place) else { return Ok(Vec::new()) };
        let cameras: Vec<usize> =
            self.info.features.iter().enumerate().filter(|(_, f)| f.dtype == "video").map(|(i, _)| i).collect();
        if cameras.is_empty() || self.info.video_path.is_none() {
            return Ok(Vec::new());
        }
        if self.info.major == 2 {
            let chunk = episode.index / self.info.chunks_size.max(1);
            let view = |feature| VideoPlace { feature, chunk, file: episode.index, from_s: 0.0, to_s: None };
            return Ok(cameras.into_iter().map(view).collect());
        }
        for path in tables(self.root(), EPISODES)? {
            let table = Table::open(&path)?;
            let Some(row) = table.counts("episode_index")?.iter().position(|i| *i == episode.index) else { continue };
            let view = |feature: usize| -> Option<VideoPlace> {
                let column = |what: &str| format!("videos/{}/{what}", self.info.features[feature].name);
                let number = |what: &str| table.numbers(&column(what), row..row + 1, 1).ok()?.first().copied();
                let count = |what: &str| number(what).filter(|n| *n >= 0.0 && *n < 1e9).map(|n| n as usize);
                Some(VideoPlace {
                    feature,
                    chunk: count("chunk_index")?,
                    file: count("file_index")?,
                    from_s: number("from_timestamp").filter(|s| s.is_finite()).unwrap_or(0.0),
                    to_s: number("to_timestamp").filter(|s| s.is_finite()),
                })
            };
            return Ok(cameras.into_iter().filter_map(view).collect());
        }
        Ok(Vec::new())
    }

    /// The video file of a camera, where there is one. Neither a template, nor a camera's name, nor
    /// a link leads out of the dataset's folder.
    pub fn video_file(&self, feature: usize, chunk: usize, file: usize) -> Option<PathBuf> {
        let feature = self.info.features.get(feature).filter(|f| f.dtype == "video")?;
        let template = self.info.video_path.as_ref()?.replace("{video_key}", &feature.name);
        let numbers = [("episode_chunk", chunk), ("episode_index", file), ("chunk_index", chunk), ("file_index", file)];
        let inside = template::filled(&template, &numbers).ok()?;
        let is_video = |p: &Path| {
            let ending = p.extension().map(|e| e.to_string_lossy().to_lowercase());
            ending.is_some_and(|e| ["mp4", "webm", "mkv", "mov", "m4v"].contains(&e.as_str()))
        };
        let (root, path) = (self.root().canonicalize().ok()?, self.root().join(inside).canonicalize().ok()?);
        (path.starts_with(&root) && path.is_file() && is_video(&path)).then_some(path)
    }
}
