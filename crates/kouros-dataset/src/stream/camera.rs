//! Films pass through unopened: which file, and which seconds of it.

use crate::layout::{EPISODES, tables};
use crate::loose::template;
use crate::table::Table;
use crate::{Error, Loose, Result};
use std::collections::HashMap;
use std::path::PathBuf;

/// The template of v2's films.
const USUAL_V2: &str = "videos/chunk-{episode_chunk:03d}/{video_key}/episode_{episode_index:06d}.mp4";
/// The template of v3's.
pub(crate) const USUAL_V3: &str = "videos/{video_key}/chunk-{chunk_index:03d}/file-{file_index:03d}.mp4";

/// An episode's part of a film.
#[derive(Debug, Clone, PartialEq)]
pub struct Footage {
    /// The film.
    pub path: PathBuf,
    /// Where the episode begins and ends in it [s].
    pub seconds: [f64; 2],
    /// Whether other episodes are in the same file.
    pub shared: bool,
}

/// Where the films of a LeRobot dataset are.
#[derive(Debug, Default)]
pub(crate) struct Films {
    /// v3: per camera and episode the file and the seconds in it.
    listed: HashMap<(usize, usize), (PathBuf, [f64; 2])>,
    /// v3: how many episodes a file holds.
    uses: HashMap<PathBuf, usize>,
}

impl Films {
    /// Reads where the films are, as far as that needs reading.
    pub fn of(set: &Loose, cameras: &[String]) -> Result<Self> {
        let mut out = Self::default();
        if set.info.major == 2 || cameras.is_empty() {
            return Ok(out);
        }
        let template = set.info.video_path.clone().unwrap_or_else(|| USUAL_V3.into());
        for path in tables(set.root(), EPISODES)? {
            let table = Table::open(&path)?;
            let rows = table.rows();
            let episodes = table.counts("episode_index")?;
            for (camera, name) in cameras.iter().enumerate() {
                let column = |what: &str| format!("videos/{name}/{what}");
                if !table.has(&column("chunk_index")) {
                    continue; // an episode without a film of this camera is told where it is read
                }
                let (chunks, files) = (table.counts(&column("chunk_index"))?, table.counts(&column("file_index"))?);
                let from = table.numbers(&column("from_timestamp"), 0..rows, 1)?;
                let to = table.numbers(&column("to_timestamp"), 0..rows, 1)?;
                let template = template.replace("{video_key}", name);
                for row in 0..rows {
                    let numbers = [("chunk_index", chunks[row]), ("file_index", files[row])];
                    let film = template::filled(&template, &numbers)
                        .map_err(|found| Error::malformed(&path, "a video_path that stays in the dataset", found))?;
                    let film = set.root().join(film);
                    *out.uses.entry(film.clone()).or_default() += 1;
                    out.listed.insert((camera, episodes[row]), (film, [from[row], to[row]]));
                }
            }
        }
        Ok(out)
    }

    /// The film of an episode, `None` where there is no file.
    pub fn find(&self, set: &Loose, camera: usize, name: &str, episode: usize, seconds: f64) -> Result<Option<Footage>> {
        if set.info.major != 2 {
            let found = self.listed.get(&(camera, episode)).filter(|(path, _)| path.is_file());
            let shared = |path| self.uses.get(path).is_some_and(|n| *n > 1);
            return Ok(found.map(|(path, seconds)| Footage { path: path.clone(), seconds: *seconds, shared: shared(path) }));
        }
        let template = set.info.video_path.clone().unwrap_or_else(|| USUAL_V2.into()).replace("{video_key}", name);
        let numbers = [("episode_chunk", episode / set.info.chunks_size), ("episode_index", episode)];
        let film = template::filled(&template, &numbers)
            .map_err(|found| Error::malformed(set.root(), "a video_path that stays in the dataset", found))?;
        let path = set.root().join(film);
        Ok(path.is_file().then_some(Footage { path, seconds: [0.0, seconds], shared: false }))
    }
}
