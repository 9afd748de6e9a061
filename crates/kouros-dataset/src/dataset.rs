//! A dataset on disk, to be read.

use crate::kouros_file::{KourosFile, Piece};
use crate::layout::{DATA, EPISODES, FileNumber, INFO, KOUROS, TASKS, tables};
use crate::table::Table;
use crate::{Column, DatasetInfo, Episode, Error, Result};
use kouros_motion::Kind;
use serde_json::Value;
use std::fs;
use std::io::ErrorKind;
use std::ops::Range;
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
    /// What is kept about it, where Kouros wrote it.
    pub(crate) entry: Option<Piece>,
    /// The file of its frames.
    pub(crate) file: FileNumber,
    /// Its rows in that file.
    pub(crate) rows: Range<usize>,
}

impl EpisodeInfo {
    /// Provenance, segments, findings; `null` where Kouros did not write it. Parsed anew with every
    /// call: of thousands of episodes, only what is looked at costs memory.
    pub fn meta(&self) -> Value {
        self.entry.as_ref().map(|e| e.get("meta")).unwrap_or_default()
    }
}

/// A LeRobot v3.0 dataset.
#[derive(Debug)]
pub struct Dataset {
    root: PathBuf,
    info: DatasetInfo,
    tasks: Vec<String>,
    episodes: Vec<EpisodeInfo>,
    kouros: Option<Value>,
}

impl Dataset {
    /// Reads everything but the frames.
    ///
    /// # Errors
    /// The folder is no dataset, or of another version; a file is missing or not what it should be.
    pub fn open(path: impl AsRef<Path>) -> Result<Self> {
        let root = path.as_ref().to_owned();
        let at = root.join(INFO);
        let info = match text(&at)? {
            Some(text) => DatasetInfo::parse(&at, &text)?,
            None => return Err(Error::NotADataset { found: what_is_there(&root), path: root }),
        };
        let tasks = if info.total_tasks > 0 || root.join(TASKS).is_file() { read_tasks(&root.join(TASKS))? } else { Vec::new() };
        let mut episodes = Vec::new();
        for table in tables(&root, EPISODES)? {
            read_episodes(&table, &mut episodes)?;
        }
        if episodes.len() != info.total_episodes {
            let (expected, found) = (info.total_episodes, episodes.len());
            return Err(Error::malformed(
                &root.join(EPISODES),
                format!("{expected} episodes, as {INFO} says"),
                format!("{found}"),
            ));
        }
        let frames = episodes.last().map_or(0, |e| e.first_frame + e.length);
        if frames != info.total_frames {
            return Err(Error::malformed(
                &root.join(EPISODES),
                format!("{} frames, as {INFO} says", info.total_frames),
                format!("{frames}"),
            ));
        }
        let at = root.join(KOUROS);
        let kouros = text(&at)?.map(|text| add_kouros(&at, text, &mut episodes)).transpose()?;
        Ok(Self { root, info, tasks, episodes, kouros })
    }

    /// The folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// What the dataset says about itself.
    pub fn info(&self) -> &DatasetInfo {
        &self.info
    }

    /// The texts of all tasks; `task_index` counts them.
    pub fn tasks(&self) -> &[String] {
        &self.tasks
    }

    /// All episodes in order.
    pub fn episodes(&self) -> &[EpisodeInfo] {
        &self.episodes
    }

    /// What `meta/kouros.json` says of the dataset as a whole, where Kouros wrote it; what it says of
    /// an episode is the episode's ([`EpisodeInfo::meta`]).
    pub fn kouros(&self) -> Option<&Value> {
        self.kouros.as_ref()
    }

    /// The frames of an episode. Features that are not vectors of floating-point numbers are left
    /// out ([`DatasetInfo::skipped`]); `float64` is rounded to `f32`. Values are as they are on the
    /// disk, be they finite or not.
    ///
    /// # Errors
    /// There is no such episode; its file is missing or not what it should be.
    pub fn read_episode(&self, index: usize) -> Result<Episode> {
        let total = self.episodes.len();
        let info = self.episodes.get(index).ok_or(Error::NoEpisode { index, total })?;
        let path = self.root.join(info.file.path(DATA));
        let table = Table::open(&path)?;
        if table.rows() < info.rows.end {
            return Err(Error::malformed(
                &path,
                format!("{} rows, for episode {index} ends there", info.rows.end),
                format!("{}", table.rows()),
            ));
        }
        check_column(&table, &path, "episode_index", info, |_| index)?;
        check_column(&table, &path, "frame_index", info, |frame| frame)?;
        let read = |feature: &crate::Feature| {
            let values = table.floats(&feature.name, info.rows.clone(), feature.dims.len())?;
            Ok(Column { feature: feature.clone(), values })
        };
        Ok(Episode {
            task: info.tasks.first().cloned().unwrap_or_default(),
            kind: info.kind.unwrap_or(Kind::WholeBody),
            length: info.length,
            columns: self.info.features.iter().map(read).collect::<Result<_>>()?,
            meta: info.meta(),
            key: info.key.clone().unwrap_or_default(),
        })
    }
}

/// The text of a file, `None` where there is no such file.
fn text(path: &Path) -> Result<Option<String>> {
    match fs::read(path) {
        Ok(bytes) => String::from_utf8(bytes).map(Some).map_err(|e| Error::malformed(path, "UTF-8", e.utf8_error().to_string())),
        Err(e) if matches!(e.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(None),
        Err(e) => Err(Error::io("read", path)(e)),
    }
}

/// What a folder without `meta/info.json` is, in words.
pub(crate) fn what_is_there(root: &Path) -> String {
    match fs::read_dir(root) {
        Ok(entries) => {
            let mut names: Vec<_> =
                entries.filter_map(|e| e.ok().map(|e| e.file_name().to_string_lossy().into_owned())).collect();
            names.sort();
            if names.is_empty() {
                "an empty folder".into()
            } else {
                format!("a folder with {}", kouros_motion::list_names(names))
            }
        }
        Err(_) if root.exists() => "a file".into(),
        Err(_) => "nothing".into(),
    }
}

/// Row k of the table should be task k; loaders take it by its place.
fn read_tasks(path: &Path) -> Result<Vec<String>> {
    let table = Table::open(path)?;
    let numbers = table.counts("task_index")?;
    // pandas names the index column `task` or, where it has no name, this.
    let column = if table.has("task") { "task" } else { "__index_level_0__" };
    let texts = table.texts(column)?;
    let mut tasks = Vec::with_capacity(numbers.len());
    for (row, (number, text)) in numbers.into_iter().zip(texts).enumerate() {
        let [text] = <[String; 1]>::try_from(text)
            .map_err(|found| Error::malformed(path, format!("one task in row {row}"), format!("{}", found.len())))?;
        if number != row {
            return Err(Error::malformed(path, format!("task_index {row} in row {row}"), format!("{number}")));
        }
        tasks.push(text);
    }
    Ok(tasks)
}

/// Appends the episodes of one table, checking that they follow each other.
fn read_episodes(path: &Path, episodes: &mut Vec<EpisodeInfo>) -> Result<()> {
    let table = Table::open(path)?;
    let numbers = table.counts("episode_index")?;
    let lengths = table.counts("length")?;
    let chunks = table.counts("data/chunk_index")?;
    let files = table.counts("data/file_index")?;
    let (from, to) = (table.counts("dataset_from_index")?, table.counts("dataset_to_index")?);
    let mut tasks = if table.has("tasks") { table.texts("tasks")? } else { vec![Vec::new(); numbers.len()] };
    for row in 0..numbers.len() {
        let index = episodes.len();
        let last = episodes.last();
        let first_frame = last.map_or(0, |e| e.first_frame + e.length);
        let expect = |what: &str, expected: usize, found: usize| {
            if expected == found {
                Ok(())
            } else {
                Err(Error::malformed(path, format!("{what} {expected} in row {row}"), format!("{found}")))
            }
        };
        expect("episode_index", index, numbers[row])?;
        expect("dataset_from_index", first_frame, from[row])?;
        // Sums of lengths are bounded once each end is a number that the file holds.
        expect("dataset_to_index", first_frame.saturating_add(lengths[row]), to[row])?;
        let file = FileNumber { chunk: chunks[row], file: files[row] };
        let start = last.filter(|e| e.file == file).map_or(0, |e| e.rows.end);
        if let Some(last) = last.filter(|e| e.file > file) {
            let (before, now) = (last.file.path(DATA), file.path(DATA));
            return Err(Error::malformed(
                path,
                format!("episode {index} in {} or behind it", before.display()),
                format!("{}", now.display()),
            ));
        }
        let rows = start..start.saturating_add(lengths[row]);
        let tasks = std::mem::take(&mut tasks[row]);
        episodes.push(EpisodeInfo {
            index,
            tasks,
            length: lengths[row],
            first_frame,
            key: None,
            kind: None,
            entry: None,
            file,
            rows,
        });
    }
    Ok(())
}

/// Checks the automatic column of an episode's rows: a table that puts an episode into the wrong
/// file (known of sets in the wild, lerobot issue 2401) would otherwise give the frames of another.
fn check_column(table: &Table, path: &Path, name: &str, info: &EpisodeInfo, expected: impl Fn(usize) -> usize) -> Result<()> {
    for (frame, found) in table.integers(name, info.rows.clone())?.into_iter().enumerate() {
        let (expected, row) = (expected(frame), info.rows.start + frame);
        if usize::try_from(found) != Ok(expected) {
            return Err(Error::malformed(
                path,
                format!("{name} {expected} in row {row}, where episode {} is said to be", info.index),
                format!("{found}"),
            ));
        }
    }
    Ok(())
}

/// Parses `meta/kouros.json` and gives its words to the episodes they are about.
fn add_kouros(path: &Path, text: String, episodes: &mut [EpisodeInfo]) -> Result<Value> {
    let KourosFile { head, entries } = KourosFile::parse(path, text)?;
    let mut seen = vec![false; episodes.len()];
    for (place, entry) in entries.into_iter().enumerate() {
        let wrong = |what: &str| {
            let found = entry.get(what);
            let found = if found.is_null() { "none".into() } else { found.to_string() };
            Error::malformed(path, format!("'{what}' in entry {place} of 'episodes'"), found)
        };
        let index = entry.get("episode_index").as_u64().and_then(|i| usize::try_from(i).ok());
        let (Some(episode), Some(seen)) = (index.and_then(|i| episodes.get_mut(i)), index.and_then(|i| seen.get_mut(i))) else {
            return Err(wrong("episode_index"));
        };
        if std::mem::replace(seen, true) {
            return Err(wrong("episode_index"));
        }
        episode.key = Some(entry.get("key").as_str().ok_or_else(|| wrong("key"))?.to_owned());
        episode.kind = Some(serde_json::from_value(entry.get("kind")).map_err(|_| wrong("kind"))?);
        episode.entry = Some(entry);
    }
    Ok(Value::Object(head))
}
