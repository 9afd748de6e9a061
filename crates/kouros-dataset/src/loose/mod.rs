//! Any LeRobot dataset, v2.0 to v3.x, read for inspection: what is wrong with it is told, and the
//! rest is read all the same.
//!
//! Lives here: what a dataset claims about itself, which files hold its frames, and those frames
//! episode by episode. Does not: [`crate::Dataset`], which refuses what is not right, and any
//! judgement of what the numbers mean (`kouros-check`).

mod episode_list;
mod frames;
mod info;
pub(crate) mod template;
mod video;

pub use frames::{LooseColumn, LooseFrames, Portion};
pub use info::LooseInfo;
pub use video::VideoPlace;

use crate::kouros_file::KourosFile;
use crate::layout::{INFO, STATS};
use crate::{Error, Result};
use serde_json::{Map, Value};
use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The largest text file of metadata that is read [bytes].
const MOST_TEXT: u64 = 1 << 30;

/// What something odd in the metadata is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Topic {
    /// `meta/info.json`: a key that is missing or says something impossible.
    Info,
    /// A count in `meta/info.json` that the rest contradicts.
    Count,
    /// The list of episodes.
    EpisodeList,
    /// The list of tasks.
    Tasks,
    /// A file that is said to be there and is not, or a path that leaves the dataset.
    File,
    /// A table of frames that cannot be read as declared.
    Table,
    /// The stored statistics.
    Statistics,
}

/// One thing that is not as the layout says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// What it is about.
    pub topic: Topic,
    /// The file, relative to the dataset.
    pub place: String,
    /// The episode, where it is about one.
    pub episode: Option<usize>,
    /// What should be.
    pub expected: String,
    /// What is.
    pub found: String,
}

impl Trouble {
    pub(crate) fn new(topic: Topic, place: impl Into<String>, expected: impl Into<String>, found: impl Into<String>) -> Self {
        Self { topic, place: place.into(), episode: None, expected: expected.into(), found: found.into() }
    }

    pub(crate) fn of(self, episode: usize) -> Self {
        Self { episode: Some(episode), ..self }
    }
}

/// What the list of episodes says about one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedEpisode {
    /// Its number.
    pub index: usize,
    /// Its frames.
    pub length: usize,
    /// Its first task, as a number into [`Loose::tasks`], where it names one of them.
    pub task: Option<usize>,
    /// First frame and the one behind the last, counted over the dataset, where that is said.
    pub frames: Option<(usize, usize)>,
    /// The file of its frames: an index into [`Loose::files`], where it names one that is there.
    pub file: Option<usize>,
}

/// What the stored statistics say about one feature; empty where they say nothing.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct StoredStatistics {
    /// Smallest value of each dimension.
    pub min: Vec<f64>,
    /// Largest.
    pub max: Vec<f64>,
    /// Mean.
    pub mean: Vec<f64>,
    /// Standard deviation.
    pub std: Vec<f64>,
}

/// A dataset opened for inspection.
#[derive(Debug)]
pub struct Loose {
    root: PathBuf,
    /// What it says about itself.
    pub info: LooseInfo,
    /// The task texts by number; `None` where a number is missing.
    pub tasks: Vec<Option<String>>,
    /// The episodes as listed, in the list's order.
    pub episodes: Vec<ListedEpisode>,
    /// The files of frames, relative to the dataset, in the order of their paths.
    pub files: Vec<PathBuf>,
    /// `meta/stats.json`, where it is there.
    stats: Option<Value>,
    /// `meta/kouros.json`, where it is there, and the place of each episode's entry in it.
    kouros: Option<(KourosFile, HashMap<usize, usize>)>,
    /// What is not as the layout says.
    pub troubles: Vec<Trouble>,
}

impl Loose {
    /// Reads everything but the frames.
    ///
    /// # Errors
    /// The folder is no LeRobot dataset of version 2 or 3, or its `meta/info.json` cannot be read
    /// at all: not JSON, no features, no rate.
    pub fn open(path: impl AsRef<Path>) -> Result<Self> {
        let root = path.as_ref().to_owned();
        let Some(text) = text(&root.join(INFO))? else {
            return Err(Error::NotADataset { found: crate::dataset::what_is_there(&root), path: root });
        };
        let mut troubles = Vec::new();
        let info = LooseInfo::parse(&root.join(INFO), &text, &mut troubles)?;
        let mut set =
            Self { info, tasks: Vec::new(), episodes: Vec::new(), files: Vec::new(), stats: None, kouros: None, troubles, root };
        set.files = template::files(&set.root, &set.info, &mut set.troubles)?;
        episode_list::read(&mut set)?;
        set.stats = set.json(STATS);
        set.read_kouros();
        Ok(set)
    }

    /// The folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The stored statistics of a feature.
    pub fn statistics(&self, feature: &str) -> Option<StoredStatistics> {
        let of = self.stats.as_ref()?.get(feature)?;
        let list = |name: &str| match of.get(name) {
            Some(Value::Array(list)) => list.iter().map_while(Value::as_f64).collect(),
            Some(Value::Number(n)) => n.as_f64().into_iter().collect(),
            _ => Vec::new(),
        };
        Some(StoredStatistics { min: list("min"), max: list("max"), mean: list("mean"), std: list("std") })
    }

    /// The stored statistics of a feature as they stand.
    pub(crate) fn statistics_json(&self, feature: &str) -> Option<&Value> {
        self.stats.as_ref()?.get(feature)
    }

    /// Whether there are statistics at all.
    pub fn has_statistics(&self) -> bool {
        self.stats.is_some()
    }

    /// What Kouros says of the dataset as a whole, where it wrote it.
    pub fn kouros_head(&self) -> Option<&Map<String, Value>> {
        self.kouros.as_ref().map(|(file, _)| &file.head)
    }

    /// What Kouros knows about an episode besides, where it wrote the dataset: parsed anew with every
    /// call, so that a hundred thousand episodes take the room of their text.
    pub fn kouros_episode(&self, index: usize) -> Option<Value> {
        let (file, places) = self.kouros.as_ref()?;
        serde_json::from_str(file.entries.get(*places.get(&index)?)?.text()).ok()
    }

    fn read_kouros(&mut self) {
        let name = crate::layout::KOUROS;
        let path = self.root.join(name);
        let read = text(&path).and_then(|t| t.map(|t| KourosFile::parse(&path, t)).transpose());
        match read {
            Ok(file) => {
                let number =
                    |e: &crate::kouros_file::Piece| e.get("episode_index").as_u64().and_then(|i| usize::try_from(i).ok());
                self.kouros = file.map(|file| {
                    let places = file.entries.iter().enumerate().filter_map(|(place, e)| Some((number(e)?, place))).collect();
                    (file, places)
                });
            }
            Err(e) => self.troubles.push(Trouble::new(Topic::Statistics, name, "JSON", e.to_string())),
        }
    }

    /// A JSON file of the metadata; one that is there and no JSON is a trouble.
    fn json(&mut self, name: &str) -> Option<Value> {
        let read = text(&self.root.join(name)).map_err(|e| e.to_string());
        let parsed = read.and_then(|t| t.map(|t| serde_json::from_str(&t).map_err(|e| e.to_string())).transpose());
        parsed.unwrap_or_else(|found| {
            self.troubles.push(Trouble::new(Topic::Statistics, name, "JSON", found));
            None
        })
    }
}

/// The text of a file, `None` where there is none. Python writes NaN and Infinity, which JSON does
/// not know; they are read as null.
fn text(path: &Path) -> Result<Option<String>> {
    use std::io::ErrorKind::{NotADirectory, NotFound};
    match fs::metadata(path) {
        Ok(meta) if meta.len() > MOST_TEXT => {
            return Err(Error::malformed(path, format!("at most {MOST_TEXT} bytes"), format!("{}", meta.len())));
        }
        Err(e) if matches!(e.kind(), NotFound | NotADirectory) => return Ok(None),
        Err(e) => return Err(Error::io("read", path)(e)),
        Ok(_) => {}
    }
    let bytes = fs::read(path).map_err(Error::io("read", path))?;
    let text = String::from_utf8(bytes).map_err(|e| Error::malformed(path, "UTF-8", e.utf8_error().to_string()))?;
    Ok(Some(without_python_numbers(text)))
}

/// `NaN`, `Infinity` and `-Infinity` outside of texts become `null`.
fn without_python_numbers(text: String) -> String {
    if !text.contains("NaN") && !text.contains("Infinity") {
        return text;
    }
    let (mut out, mut rest, mut inside, mut escaped) = (String::with_capacity(text.len()), text.as_str(), false, false);
    while let Some(c) = rest.chars().next() {
        let word = ["-Infinity", "Infinity", "NaN"].into_iter().find(|w| !inside && rest.starts_with(w));
        if let Some(word) = word {
            out.push_str("null");
            rest = &rest[word.len()..];
            continue;
        }
        match c {
            '"' if !escaped => inside = !inside,
            _ => {}
        }
        escaped = inside && c == '\\' && !escaped;
        out.push(c);
        rest = &rest[c.len_utf8()..];
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn python_numbers_are_null_outside_of_texts() {
        let text = r#"{"a":NaN,"b":"NaN \" Infinity","c":[-Infinity,1]}"#;
        assert_eq!(without_python_numbers(text.into()), r#"{"a":null,"b":"NaN \" Infinity","c":[null,1]}"#);
    }
}
