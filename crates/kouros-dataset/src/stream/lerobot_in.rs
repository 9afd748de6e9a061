//! A LeRobot dataset of any version as a source of episodes.

use super::camera::Films;
use super::{Account, Camera, Head, Recording, Stream, Values, mismatch, read};
use crate::{AUTOMATIC, Error, Loose, Portion, Result, Topic};
use serde_json::Value;
use std::collections::{BTreeSet, HashMap, VecDeque};
use std::path::Path;

/// Reads episode after episode; memory is bounded by an episode, or by a row group of the files
/// where that is larger.
#[derive(Debug)]
pub struct LeRobotSource {
    set: Loose,
    head: Head,
    films: Films,
    /// The place in the set's list of the episode of each number.
    listed: HashMap<usize, usize>,
    /// The next file, and what is left of the one before.
    file: usize,
    portions: VecDeque<Portion>,
    /// The numbers of the episodes that are wanted, where not all are.
    wanted: Option<BTreeSet<usize>>,
    ready: VecDeque<Recording>,
    /// The numbers of the episodes so far, where the list of episodes is not believed.
    seen: Option<BTreeSet<usize>>,
    /// What is not carried, so far.
    pub account: Account,
}

/// What a dataset's lists say of an episode.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outline {
    /// Its number.
    pub index: usize,
    /// The number of its frames.
    pub length: usize,
    /// Its first task; empty where there is none.
    pub task: String,
    /// Its kind of whole-body data, where Kouros wrote it.
    pub kind: Option<String>,
}

impl LeRobotSource {
    /// Opens a dataset (v2.0, v2.1, v3.x).
    ///
    /// # Errors
    /// The folder is no LeRobot dataset; the lists of episodes or tasks cannot be read.
    pub fn open(path: impl AsRef<Path>) -> Result<Self> {
        let set = Loose::open(path)?;
        Self::of(set, None)
    }

    /// Opens a dataset whose list of episodes may lie: episodes are what the frames' own column
    /// `episode_index` says, in the order of the files.
    ///
    /// # Errors
    /// As [`Self::open`], but for the list of episodes.
    pub fn open_as_found(path: impl AsRef<Path>) -> Result<Self> {
        Self::of(Loose::open(path)?, Some(BTreeSet::new()))
    }

    /// What it says of itself, its lists, and what is odd about them.
    pub fn set(&self) -> &Loose {
        &self.set
    }

    fn of(set: Loose, seen: Option<BTreeSet<usize>>) -> Result<Self> {
        let serious = |t: &&crate::Trouble| matches!(t.topic, Topic::EpisodeList | Topic::Tasks | Topic::File);
        if let Some(t) = set.troubles.iter().find(serious).filter(|_| seen.is_none()) {
            return Err(Error::malformed(&set.root().join(&t.place), t.expected.clone(), t.found.clone()));
        }
        let mut account = Account::default();
        let mut streams = Vec::new();
        let videos: Vec<String> = set.info.videos.iter().map(|(name, _)| name.clone()).collect();
        for feature in set.info.features.iter().filter(|f| !AUTOMATIC.contains(&f.name.as_str()) && f.dtype != "video") {
            match read::stream(feature) {
                Ok(stream) => {
                    if feature.shape.len() > 1 {
                        account.changed(
                            format!("feature '{}'", feature.name),
                            format!("shape {:?} as a vector of {}", feature.shape, stream.dims.len()),
                        );
                    }
                    if stream.scalar.dtype() != feature.dtype {
                        account.changed(
                            format!("feature '{}'", feature.name),
                            format!("{} as {}", feature.dtype, stream.scalar.dtype()),
                        );
                    }
                    streams.push(stream);
                }
                Err(why) => account.lost(format!("feature '{}'", feature.name), why),
            }
        }
        let camera = |(name, declared): &(String, Value)| Camera {
            name: name.clone(),
            declared: declared.clone(),
            statistics: set.statistics_json(name).cloned().unwrap_or_default(),
        };
        let head = Head {
            format: format!("LeRobot {}", set.info.version),
            robot_type: set.info.robot_type.clone(),
            fps: set.info.fps,
            streams,
            cameras: set.info.videos.iter().map(camera).collect(),
            kouros: set.kouros_head().cloned().unwrap_or_default(),
            episodes: Some(set.episodes.len()),
        };
        let films = Films::of(&set, &videos)?;
        let listed = set.episodes.iter().enumerate().map(|(place, e)| (e.index, place)).collect();
        let (portions, ready) = (VecDeque::new(), VecDeque::new());
        Ok(Self { set, head, films, listed, file: 0, portions, wanted: None, ready, seen, account })
    }

    /// What all episodes share.
    pub fn head(&self) -> &Head {
        &self.head
    }

    /// What is known of every episode without its frames, in the list's order.
    pub fn outline(&self) -> impl Iterator<Item = Outline> + '_ {
        self.set.episodes.iter().map(|e| {
            let kouros = self.set.kouros_episode(e.index).unwrap_or_default();
            let task = e.task.and_then(|t| self.set.tasks.get(t)?.clone()).unwrap_or_default();
            let kind = kouros.get("kind").and_then(Value::as_str).map(str::to_owned);
            Outline { index: e.index, length: e.length, task, kind }
        })
    }

    /// Gives only the episodes of these numbers; the frames of others are not read. To be called
    /// before the first episode is asked for.
    pub fn keep(&mut self, wanted: BTreeSet<usize>) {
        self.head.episodes = Some(wanted.len());
        self.wanted = Some(wanted);
    }

    fn is_wanted(&self, index: Option<i64>) -> bool {
        let number = index.and_then(|i| usize::try_from(i).ok());
        self.wanted.as_ref().is_none_or(|w| number.is_some_and(|n| w.contains(&n)))
    }

    /// The next episode; `None` behind the last.
    ///
    /// # Errors
    /// A file of frames is not what the lists say.
    pub fn next_episode(&mut self) -> Result<Option<Recording>> {
        loop {
            if let Some(recording) = self.ready.pop_front() {
                return Ok(Some(recording));
            }
            if let Some(portion) = self.portions.pop_front() {
                if portion.runs.iter().any(|(index, _)| self.is_wanted(*index)) {
                    self.read(&portion)?;
                }
            } else if self.file < self.set.files.len() {
                let (portions, troubles) = self.set.portions(self.file)?;
                for t in troubles.iter().filter(|t| t.found.starts_with('\'')) {
                    self.account.lost(format!("column {} of the files", t.found), "the dataset does not declare it");
                }
                self.portions = portions.into();
                self.file += 1;
            } else {
                return Ok(None);
            }
        }
    }

    fn read(&mut self, portion: &Portion) -> Result<()> {
        let (table, place) = self.set.table(portion.file)?;
        let path = self.set.root().join(&place);
        let all = portion.rows.clone();
        let columns: Vec<Values> =
            self.head.streams.iter().map(|s| read::values(&table, &path, s, all.clone())).collect::<Result<_>>()?;
        let seconds = table.numbers("timestamp", all.clone(), 1)?;
        let tasks = table.integers("task_index", all.clone())?;
        for (index, rows) in &portion.runs {
            if !self.is_wanted(*index) {
                continue;
            }
            let index = index.and_then(|i| usize::try_from(i).ok());
            let listed = index.and_then(|i| self.listed.get(&i)).and_then(|place| self.set.episodes.get(*place));
            let nowhere = |expected: &str| {
                let found = index.map_or("no number".to_owned(), |i| format!("episode {i}"));
                Err(Error::malformed(&path, expected, format!("{found} in rows {rows:?}")))
            };
            let new = index.is_some_and(|i| self.seen.as_mut().is_some_and(|seen| seen.insert(i)));
            let index = match (&self.seen, index, listed) {
                (Some(_), Some(index), _) if new => index,
                (Some(_), ..) => return nowhere("each episode in one place, with a number"),
                (None, _, None) => return nowhere("episodes of the dataset's list"),
                (None, _, Some(listed)) if listed.length != rows.len() => {
                    let expected = format!("{} frames, as the list of episodes says", listed.length);
                    return Err(mismatch(listed.index, expected, format!("{} in {place}", rows.len())));
                }
                (None, _, Some(listed)) => listed.index,
            };
            let at = rows.start - all.start..rows.end - all.start;
            let (words, task_of) = self.tasks(index, tasks.get(at.clone()).unwrap_or_default())?;
            let part = |(values, stream): (&Values, &Stream)| read::part(values, at.clone(), stream.dims.len());
            let kouros = self.set.kouros_episode(index).and_then(|e| if let Value::Object(map) = e { Some(map) } else { None });
            let seconds_long = rows.len() as f64 / self.head.fps;
            let mut footage = Vec::with_capacity(self.head.cameras.len());
            for (camera, about) in self.head.cameras.iter().enumerate() {
                let film = self.films.find(&self.set, camera, &about.name, index, seconds_long)?;
                footage.push(film);
            }
            self.ready.push_back(Recording {
                index,
                length: rows.len(),
                seconds: seconds.get(at.clone()).unwrap_or_default().to_vec(),
                tasks: words,
                task_of,
                columns: columns.iter().zip(&self.head.streams).map(part).collect(),
                footage,
                kouros,
            });
        }
        Ok(())
    }

    /// The texts of an episode's tasks in the order they come, and which each frame has.
    fn tasks(&self, episode: usize, numbers: &[i64]) -> Result<(Vec<String>, Vec<usize>)> {
        let (mut words, mut places, mut task_of): (Vec<String>, HashMap<i64, usize>, Vec<usize>) = Default::default();
        for &number in numbers {
            let place = match places.get(&number) {
                Some(place) => *place,
                None => {
                    let text = usize::try_from(number).ok().and_then(|n| self.set.tasks.get(n)?.clone());
                    let text = text
                        .ok_or_else(|| mismatch(episode, format!("a task of the {} there are", self.set.tasks.len()), number))?;
                    let place = words.iter().position(|w| *w == text).unwrap_or_else(|| {
                        words.push(text);
                        words.len() - 1
                    });
                    places.insert(number, place);
                    place
                }
            };
            task_of.push(place);
        }
        Ok((words, task_of))
    }
}
