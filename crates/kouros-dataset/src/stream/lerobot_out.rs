//! LeRobot v2.1 and v3.0 as sinks of episodes.

use super::describe::{Totals, for_card, info_text};
use super::{Account, Head, Recording, Scalar, Values, WholeFolder, mismatch};
use crate::card::{CardFacts, card};
use crate::episode_table::{Film, Row, write_rows};
use crate::files::Files;
use crate::info::json_text;
use crate::kouros_file::KourosWriter;
use crate::layout::{CARD, CHUNK_SIZE, DATA, EPISODES, FileNumber, INFO, KOUROS, STATS, TASKS};
use crate::stats::{FeatureStats, of_files};
use crate::table_writer::{Named, TableWriter, Values as Cells};
use crate::tasks::Tasks;
use crate::whole::{Overwrite, write_whole};
use crate::{AUTOMATIC, Error, Result, Summary};
use serde_json::{Map, Value, json};
use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

/// The template of v2.1's files of frames.
pub(super) const DATA_V21: &str = "data/chunk-{episode_chunk:03d}/episode_{episode_index:06d}.parquet";
/// The template of v2.1's films.
pub(super) const FILMS_V21: &str = "videos/chunk-{episode_chunk:03d}/{video_key}/episode_{episode_index:06d}.mp4";
/// Episodes whose statistics are held before they are written.
const EPISODES_AT_ONCE: usize = 64;

/// A version of the layout that is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Version {
    /// v2.1: a file an episode, lists as lines of JSON.
    V21,
    /// v3.0: many episodes a file, lists as tables.
    V30,
}

impl Version {
    /// As `codebase_version` says it.
    pub fn tag(self) -> &'static str {
        match self {
            Self::V21 => "v2.1",
            Self::V30 => "v3.0",
        }
    }
}

/// Writes episode after episode into a folder that is there whole when [`Self::finish`] returns and
/// not at all before. Memory: an episode, its texts and keys, and 256 MB for the quantiles of all
/// frames at the end.
pub struct LeRobotSink {
    folder: WholeFolder,
    version: Version,
    head: Head,
    fps: u32,
    tasks: Tasks,
    data: Files,
    table: Files,
    rows: Vec<Row>,
    lines: Option<[BufWriter<File>; 2]>,
    kouros: KourosWriter,
    facts: CardFacts,
    films: HashMap<(usize, PathBuf), FileNumber>,
    /// Films of each camera so far.
    film_counts: Vec<usize>,
    totals: Totals,
    /// The files of frames and their rows.
    written: Vec<(PathBuf, usize)>,
    /// What another `info.json` says that this one is to say too.
    words: Map<String, Value>,
    /// What was not carried or was changed on the way in, so far.
    pub account: Account,
}

impl LeRobotSink {
    /// A new dataset at `path`, of episodes that `head` describes.
    ///
    /// # Errors
    /// Something is at `path`; the rate is not whole; a feature's name that loaders refuse; the disk
    /// refuses.
    pub fn create(path: &Path, version: Version, head: Head) -> Result<Self> {
        let whole = head.fps.fract() == 0.0 && head.fps >= 1.0 && head.fps <= f64::from(u32::MAX);
        if !whole {
            return Err(Error::malformed(
                path,
                "a whole rate, as LeRobot's layouts have (--rate makes one)",
                format!("{}", head.fps),
            ));
        }
        for stream in &head.streams {
            // Only what loaders refuse: dimensions of others may be named as they like.
            let problem = match &stream.name {
                n if n.contains('/') => "expected a name without '/'",
                n if AUTOMATIC.contains(&n.as_str()) => "the dataset makes this column itself",
                _ => continue,
            };
            return Err(Error::Feature { feature: stream.name.clone(), problem: problem.into() });
        }
        let folder = WholeFolder::create(path)?;
        let root = folder.inside().to_owned();
        let mut known = head.kouros.clone();
        known.insert("kouros_version".into(), env!("CARGO_PKG_VERSION").into());
        known.entry("dataset").or_insert(Value::Null);
        let step = json!({ "from": head.format, "to": format!("LeRobot {}", version.tag()) });
        if let Value::Array(list) = known.entry("conversions").or_insert_with(|| json!([])) {
            list.push(step);
        }
        let line = |name: &str| {
            let path = root.join("meta").join(name);
            Ok(BufWriter::new(File::create_new(&path).map_err(Error::io("create", &path))?))
        };
        let kouros = KourosWriter::create(&root.join(KOUROS), &known)?;
        let lines = match version {
            Version::V21 => Some([line("episodes.jsonl")?, line("episodes_stats.jsonl")?]),
            Version::V30 => None,
        };
        Ok(Self {
            version,
            fps: head.fps as u32,
            tasks: Tasks::new(&[]),
            data: Files::after(&root, DATA)?,
            table: Files::after(&root, EPISODES)?,
            rows: Vec::new(),
            lines,
            kouros,
            facts: CardFacts::of(&known),
            films: HashMap::new(),
            film_counts: vec![0; head.cameras.len()],
            totals: Totals::default(),
            written: Vec::new(),
            words: Map::new(),
            account: Account::default(),
            head,
            folder,
        })
    }

    /// Keeps the words of the dataset that this is to replace: numbers of tasks, declarations of
    /// features where type and shape are those that are written, and what `info.json` says besides.
    /// To be called before the first episode.
    pub fn keep_words(&mut self, info: Map<String, Value>, tasks: &[String]) {
        self.words = info;
        self.tasks = Tasks::new(tasks);
    }

    /// Takes the next episode.
    ///
    /// # Errors
    /// It is not as the head says; a film is missing; the disk refuses.
    pub fn take(&mut self, episode: &Recording) -> Result<()> {
        self.check(episode)?;
        let index = self.totals.episodes;
        if episode.index != index {
            self.account.changed("numbers of episodes", "they count from 0 without gaps");
        }
        let numbers: Vec<i64> = episode.tasks.iter().map(|t| self.tasks.number(t) as i64).collect();
        let length = episode.length;
        let seconds: Vec<f32> = episode.seconds.iter().map(|&s| s as f32).collect();
        let counts: [Vec<i64>; 4] = [
            (0..length as i64).collect(),
            vec![index as i64; length],
            (self.totals.frames..self.totals.frames + length).map(|i| i as i64).collect(),
            episode.task_of.iter().map(|&t| numbers.get(t).copied().unwrap_or(0)).collect(),
        ];
        let mut columns: Vec<Named> = Vec::new();
        let mut stats: Vec<FeatureStats> = Vec::new();
        for (stream, values) in self.head.streams.iter().zip(&episode.columns) {
            columns.push((stream.name.clone(), cells(values, stream.dims.len())));
            if let Some(numbers) = values.numbers() {
                stats.push(FeatureStats::of(&stream.name, stream.dims.len(), numbers.iter().copied()));
            }
        }
        let [time, whole @ ..] = AUTOMATIC;
        columns.push((time.into(), Cells::F32(&seconds)));
        stats.push(FeatureStats::of(time, 1, seconds.iter().map(|&v| f64::from(v))));
        for (name, values) in whole.iter().zip(&counts) {
            columns.push(((*name).into(), Cells::I64(values.clone())));
            stats.push(FeatureStats::of(name, 1, values.iter().map(|&v| v as f64)));
        }
        let films = self.films(index, episode)?;
        match self.version {
            Version::V30 => self.add_to_files(index, episode, &columns, stats, films)?,
            Version::V21 => self.add_file(index, episode, &columns, &stats)?,
        }
        if let Some(known) = &episode.kouros {
            self.facts.add(episode.kind(), known.get("meta").unwrap_or(&Value::Null));
            let mut known = known.clone();
            known.insert("episode_index".into(), index.into());
            self.kouros.entry(&Value::Object(known).to_string())?;
        } else {
            self.facts.add(None, &Value::Null);
        }
        self.totals.episodes += 1;
        self.totals.frames += length;
        Ok(())
    }

    /// Writes what is said of all episodes and gives the folder its name. `more` are further files,
    /// by their path in the dataset.
    ///
    /// # Errors
    /// There was no episode; the disk refuses.
    pub fn finish(self, more: &[(&str, String)]) -> Result<Summary> {
        self.finish_if(more, |_| Ok(()))
    }

    /// The same after a look at the finished folder, which gets its name only where the look is
    /// content.
    ///
    /// # Errors
    /// As [`Self::finish`]; the look is not content.
    pub fn finish_if<E: From<Error>>(
        self,
        more: &[(&str, String)],
        look: impl FnOnce(&Path) -> std::result::Result<(), E>,
    ) -> std::result::Result<Summary, E> {
        let (episodes, frames) = (self.totals.episodes, self.totals.frames);
        let folder = self.filled(more)?;
        look(folder.inside())?;
        let path = folder.finish()?;
        Ok(Summary { path, added_episodes: episodes, added_frames: frames, total_episodes: episodes, total_frames: frames })
    }

    /// The folder with what is said of all episodes.
    fn filled(mut self, more: &[(&str, String)]) -> Result<WholeFolder> {
        let root = self.folder.inside().to_owned();
        if self.totals.episodes == 0 {
            return Err(Error::malformed(self.folder.path(), "at least one episode", "none"));
        }
        if !self.rows.is_empty() {
            write_rows(&mut self.table, &std::mem::take(&mut self.rows))?;
        }
        self.data.finish()?;
        self.table.finish()?;
        for mut line in self.lines.into_iter().flatten() {
            line.flush().and_then(|()| line.get_ref().sync_all()).map_err(Error::io("write", &root))?;
        }
        self.kouros.finish()?;
        self.totals.tasks = self.tasks.count();
        let write = |name: &str, text: String| write_whole(&root.join(name), text.as_bytes(), Overwrite::Refused);
        match self.version {
            Version::V30 => self.tasks.write(&root.join(TASKS))?,
            Version::V21 => write("meta/tasks.jsonl", self.tasks.lines())?,
        }
        write(INFO, info_text(self.version, &self.head, self.fps, self.totals, &self.words))?;
        write(CARD, card(&for_card(&self.head, self.fps, self.totals), &self.facts))?;
        let numbers = self.head.streams.iter().filter(|s| s.scalar != Scalar::Text);
        let features: Vec<_> = numbers.map(|s| (s.name.as_str(), s.dims.len())).chain(AUTOMATIC.map(|name| (name, 1))).collect();
        let mut stats = of_files(&self.written, &features)?;
        if let Value::Object(map) = &mut stats {
            let known = self.head.cameras.iter().filter(|c| !c.statistics.is_null());
            map.extend(known.map(|c| (c.name.clone(), c.statistics.clone())));
        }
        write(STATS, json_text(&stats))?;
        for (name, text) in more {
            write(name, text.clone())?;
        }
        Ok(self.folder)
    }

    fn check(&self, episode: &Recording) -> Result<()> {
        let wrong = |expected: String, found: String| Err(mismatch(episode.index, expected, found));
        let length = episode.length;
        if length == 0 || episode.tasks.is_empty() {
            return wrong("frames and a task".into(), format!("{length} and {}", episode.tasks.len()));
        }
        if (episode.seconds.len(), episode.task_of.len()) != (length, length) {
            return wrong(format!("a time and a task for each of {length} frames"), format!("{}", episode.seconds.len()));
        }
        if episode.columns.len() != self.head.streams.len() || episode.footage.len() != self.head.cameras.len() {
            return wrong("the features of the first episode".into(), format!("{} of them", episode.columns.len()));
        }
        for (stream, values) in self.head.streams.iter().zip(&episode.columns) {
            let width = stream.dims.len();
            if values.scalar() != stream.scalar || Some(values.len()) != length.checked_mul(width) {
                let found = format!("{} of {}", values.len(), values.scalar().dtype());
                return wrong(format!("{length} x {width} values of {} in '{}'", stream.scalar.dtype(), stream.name), found);
            }
        }
        Ok(())
    }

    /// Puts the films where the layout wants them: each film once, however many episodes it holds.
    fn films(&mut self, index: usize, episode: &Recording) -> Result<Vec<Film>> {
        let mut out = Vec::with_capacity(self.head.cameras.len());
        for (at, (camera, footage)) in self.head.cameras.iter().zip(&episode.footage).enumerate() {
            let name = &camera.name;
            let Some(film) = footage else {
                let expected = format!("a film of '{name}' (leave it out with --drop {name})");
                return Err(mismatch(episode.index, expected, "none"));
            };
            let (number, path) = match self.version {
                Version::V21 => {
                    let path = format!("videos/chunk-{:03}/{name}/episode_{index:06}.mp4", index / CHUNK_SIZE);
                    (FileNumber::FIRST, Some(path))
                }
                Version::V30 => {
                    let place = (at, film.path.clone());
                    let there = self.films.get(&place).copied();
                    let number = there.unwrap_or_else(|| {
                        let count = self.film_counts.get_mut(at).map_or(0, |n| std::mem::replace(n, *n + 1));
                        FileNumber { chunk: count / CHUNK_SIZE, file: count % CHUNK_SIZE }
                    });
                    self.films.insert(place, number);
                    let path = format!("videos/{name}/chunk-{:03}/file-{:03}.mp4", number.chunk, number.file);
                    (number, there.is_none().then_some(path))
                }
            };
            if let Some(path) = path {
                let to = self.folder.inside().join(path);
                let folder = to.parent().unwrap_or(self.folder.inside());
                fs::create_dir_all(folder).map_err(Error::io("create", folder))?;
                if self.version == Version::V21 && film.shared {
                    crate::film::cut(&film.path, film.seconds, &to)?;
                } else {
                    fs::copy(&film.path, &to).map_err(Error::io("copy", &film.path))?;
                }
            }
            out.push(Film { camera: name.clone(), file: number, seconds: film.seconds });
        }
        Ok(out)
    }

    fn add_to_files(
        &mut self,
        index: usize,
        episode: &Recording,
        columns: &[Named],
        stats: Vec<FeatureStats>,
        films: Vec<Film>,
    ) -> Result<()> {
        let bytes: usize = self.head.streams.iter().map(|s| s.dims.len() * if s.scalar == Scalar::F32 { 4 } else { 8 }).sum();
        let file = self.data.place(episode.length * (bytes + 4 + 4 * 8))?;
        self.data.write(columns)?;
        let path = self.folder.inside().join(file.path(DATA));
        match self.written.last_mut().filter(|(last, _)| *last == path) {
            Some((_, rows)) => *rows += episode.length,
            None => self.written.push((path, episode.length)),
        }
        let (task, first_frame) = (episode.tasks.clone(), self.totals.frames);
        self.rows.push(Row { index, task, length: episode.length, first_frame, file, films, stats });
        if self.rows.len() == EPISODES_AT_ONCE {
            write_rows(&mut self.table, &std::mem::take(&mut self.rows))?;
        }
        Ok(())
    }

    fn add_file(&mut self, index: usize, episode: &Recording, columns: &[Named], stats: &[FeatureStats]) -> Result<()> {
        let name = format!("data/chunk-{:03}/episode_{index:06}.parquet", index / CHUNK_SIZE);
        let path = self.folder.inside().join(name);
        let mut table = TableWriter::create(&path, columns, None)?;
        table.write(columns)?;
        table.finish()?;
        self.written.push((path, episode.length));
        let stats: serde_json::Map<_, _> = stats.iter().map(|s| (s.name.clone(), s.json())).collect();
        let lines = [
            json!({ "episode_index": index, "tasks": episode.tasks, "length": episode.length }),
            json!({ "episode_index": index, "stats": stats }),
        ];
        for (file, line) in self.lines.iter_mut().flatten().zip(lines) {
            writeln!(file, "{line}").map_err(Error::io("write", self.folder.inside()))?;
        }
        Ok(())
    }
}

/// The values as a table's cells.
fn cells(values: &Values, width: usize) -> Cells<'_> {
    match (values, width) {
        (Values::F32(v), 1) => Cells::F32(v),
        (Values::F32(v), _) => Cells::F32s(v, width),
        (Values::F64(v), 1) => Cells::F64(v.clone()),
        (Values::F64(v), _) => Cells::F64s(v, width),
        (Values::I64(v), 1) => Cells::I64(v.clone()),
        (Values::I64(v), _) => Cells::I64s(v, width),
        (Values::Bool(v), _) => Cells::Flags(v, width),
        (Values::Text(v), _) => Cells::Text(v.iter().map(String::as_str).collect()),
    }
}
