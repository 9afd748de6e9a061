//! The next version of a dataset: what is there, and the staged episodes behind it.

use crate::card::{CardFacts, MARK, card};
use crate::episode_table::{Row, check_columns, write_rows};
use crate::files::Files;
use crate::frames::{self, Automatic, Place};
use crate::info::json_text;
use crate::kouros_file::KourosWriter;
use crate::layout::{CARD, DATA, EPISODES, INFO, KOUROS, STATS, TASKS};
use crate::swap::{fresh_next, link_all, recover, swap, sync_folders};
use crate::tasks::Tasks;
use crate::whole::{Overwrite, write_whole};
use crate::{Dataset, DatasetInfo, Error, Feature, Result, Summary, WriterOptions, staged, stats};
use serde_json::{Map, Value, json};
use std::fs;
use std::path::{Path, PathBuf};

/// Episodes whose statistics are held before they are written.
const EPISODES_AT_ONCE: usize = 64;

/// What is to be committed.
pub(crate) struct Commit<'a> {
    /// The dataset's folder.
    pub path: &'a Path,
    /// The folder beside it.
    pub staging: &'a Path,
    pub options: &'a WriterOptions,
    /// The staged episodes, in the order they take in the dataset; at least one.
    pub staged: &'a [PathBuf],
    /// The features in their order.
    pub features: Vec<Feature>,
    /// Called after every step with its name; only tests do more than nothing there.
    pub each: &'a dyn Fn(&str),
}

/// What is said of the episodes beside the standard, while it is gathered.
struct Known {
    card: CardFacts,
    file: KourosWriter,
}

impl Commit<'_> {
    /// Builds the next version, gives it its place, and removes the staged episodes.
    pub fn run(self) -> Result<Summary> {
        let built = self.build().and_then(|summary| swap(self.path, self.staging, self.each).map(|()| summary));
        if built.is_err() {
            // A full disk has its space back; what cannot be removed now is removed next time.
            let _ = recover(self.path, self.staging);
        }
        let summary = built?;
        for path in self.staged {
            fs::remove_file(path).map_err(Error::io("remove", path))?;
            (self.each)("removed a staged episode");
        }
        Ok(summary)
    }

    fn build(&self) -> Result<Summary> {
        let there = if self.path.join(INFO).exists() { Some(Dataset::open(self.path)?) } else { None };
        let next = fresh_next(self.staging)?;
        if let Some(there) = &there {
            self.link(there, &next)?;
        }
        (self.each)("linked");
        let mut tasks = Tasks::new(there.as_ref().map_or(&[], Dataset::tasks));
        let (mut info, head) = self.start(there.as_ref())?;
        let mut known = Known { card: CardFacts::of(&head), file: KourosWriter::create(&next.join(KOUROS), &head)? };
        for entry in there.iter().flat_map(|d| d.episodes()).filter_map(|e| e.entry.as_ref()) {
            known.card.add(entry.get("kind").as_str(), &entry.get("meta"));
            known.file.entry(entry.text())?;
        }
        drop(there);
        let (episodes_before, frames_before) = (info.total_episodes, info.total_frames);
        self.write_episodes(&next, &mut info, &mut tasks, &mut known)?;
        known.file.finish()?;
        info.total_tasks = tasks.count();

        tasks.write(&next.join(TASKS))?;
        let write = |name: &str, text: String| write_whole(&next.join(name), text.as_bytes(), Overwrite::Refused);
        write(INFO, info.text())?;
        if !next.join(CARD).exists() {
            write(CARD, card(&info, &known.card))?;
        }
        (self.each)("described");
        // Read back before it takes the place of what is there.
        let built = Dataset::open(&next)?;
        write(STATS, json_text(&stats::of_dataset(&next, &info.features, built.episodes())?))?;
        sync_folders(&next)?;
        (self.each)("built");
        Ok(Summary {
            path: self.path.into(),
            added_episodes: info.total_episodes - episodes_before,
            added_frames: info.total_frames - frames_before,
            total_episodes: info.total_episodes,
            total_frames: info.total_frames,
        })
    }

    /// Takes over all files but those that are written anew.
    fn link(&self, there: &Dataset, next: &Path) -> Result<()> {
        check_columns(there, &self.features)?;
        let card_is_ours = fs::read_to_string(self.path.join(CARD)).is_ok_and(|text| text.contains(MARK));
        let anew = |under: &Path| {
            [INFO, STATS, TASKS, KOUROS].iter().any(|name| under == Path::new(name)) || (card_is_ours && under == Path::new(CARD))
        };
        link_all(self.path, next, &anew)
    }

    /// What the dataset says about itself before the first new episode.
    fn start(&self, there: Option<&Dataset>) -> Result<(DatasetInfo, Map<String, Value>)> {
        let WriterOptions { robot_type, fps, dataset_meta } = self.options;
        let version = env!("CARGO_PKG_VERSION");
        let Some(there) = there else {
            let info = DatasetInfo {
                robot_type: Some(robot_type.clone()),
                fps: *fps,
                features: self.features.clone(),
                skipped: Vec::new(),
                total_episodes: 0,
                total_frames: 0,
                total_tasks: 0,
            };
            let mut head = Map::new();
            head.insert("kouros_version".into(), version.into());
            head.insert("dataset".into(), dataset_meta.clone());
            return Ok((info, head));
        };
        let mut kouros = there.kouros().cloned().unwrap_or_else(|| json!({ "dataset": null }));
        let at = self.path.join(KOUROS);
        let map = kouros.as_object_mut().ok_or_else(|| Error::malformed(&at, "a map", "something else"))?;
        map.insert("kouros_version".into(), version.into());
        // What an earlier writer said of its episodes stays; where this one says something else,
        // both stand, each with the episode from which it holds.
        let last = map.get("appended").and_then(Value::as_array).and_then(|a| a.last()).and_then(|a| a.get("dataset"));
        if last.or(map.get("dataset")) != Some(dataset_meta) {
            let entry = json!({ "from_episode": there.info().total_episodes, "dataset": dataset_meta });
            let list = map.entry("appended").or_insert_with(|| json!([]));
            list.as_array_mut().ok_or_else(|| Error::malformed(&at, "a list 'appended'", "something else"))?.push(entry);
        }
        Ok((there.info().clone(), std::mem::take(map)))
    }

    fn write_episodes(&self, next: &Path, info: &mut DatasetInfo, tasks: &mut Tasks, known: &mut Known) -> Result<()> {
        let mut data = Files::after(next, DATA)?;
        let mut table = Files::after(next, EPISODES)?;
        let mut rows = Vec::new();
        for path in self.staged {
            let episode = staged::read(path)?;
            let place = Place { episode: info.total_episodes, first_frame: info.total_frames, task: tasks.number(&episode.task) };
            let automatic = Automatic::new(episode.length, info.fps, place);
            let columns = frames::ordered(&episode, &self.features)?;
            let file = data.place(episode.length * frames::frame_bytes(&self.features))?;
            data.write(&frames::columns(&columns, &automatic))?;
            let stats = frames::statistics(&columns, &automatic);
            let (index, first_frame) = (place.episode, place.first_frame);
            rows.push(Row {
                index,
                task: vec![episode.task.clone()],
                length: episode.length,
                first_frame,
                file,
                films: Vec::new(),
                stats,
            });
            if rows.len() == EPISODES_AT_ONCE {
                write_rows(&mut table, &std::mem::take(&mut rows))?;
            }
            info.total_episodes += 1;
            info.total_frames += episode.length;
            let (key, task, kind) = (&episode.key, &episode.task, episode.kind.name());
            known.card.add(Some(kind), &episode.meta);
            let entry = json!({ "episode_index": index, "key": key, "task": task, "kind": kind, "meta": episode.meta });
            known.file.entry(&entry.to_string())?;
            (self.each)("wrote an episode");
        }
        if !rows.is_empty() {
            write_rows(&mut table, &rows)?;
        }
        data.finish()?;
        table.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::list;
    use crate::{Column, Episode, Writer};
    use kouros_motion::Kind;
    use std::cell::Cell;
    use std::process::Command;

    /// Says to the child process below which dataset it commits and after how many steps it dies.
    const ORDERS: &str = "KOUROS_TEST_DIES";

    fn options() -> WriterOptions {
        WriterOptions { robot_type: "r".into(), fps: 50, dataset_meta: json!({}) }
    }

    fn episode(number: usize) -> Episode {
        let values = (0..2 * (10 + number)).map(|i| (i * i % 17) as f32 + number as f32).collect();
        let column = Column { feature: Feature::new("action", ["x", "y"]), values };
        let (task, key) = (format!("task {}", number % 2), format!("key {number}"));
        Episode { task, kind: Kind::Locomotion, length: 10 + number, columns: vec![column], meta: Value::Null, key }
    }

    fn stage(path: &Path, numbers: std::ops::Range<usize>) -> Writer {
        let writer = Writer::create_or_append(path, options()).expect("writer");
        for number in numbers.filter(|n| !writer.done_keys().contains(&episode(*n).key)) {
            writer.stage(number, &episode(number)).expect("stage");
        }
        writer
    }

    fn bytes_of(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
        let mut out = Vec::new();
        for path in list(folder).expect("list") {
            match fs::read(&path) {
                Ok(bytes) => out.push((path.strip_prefix(folder).expect("under").into(), bytes)),
                Err(_) => {
                    out.extend(bytes_of(&path).into_iter().map(|(p, b)| (Path::new(path.file_name().expect("name")).join(p), b)))
                }
            }
        }
        out
    }

    /// Run by the test below in a process of its own; alone it does nothing.
    #[test]
    fn dies_at_a_step() {
        let Ok(orders) = std::env::var(ORDERS) else { return };
        let (steps, path) = orders.split_once(' ').expect("two words");
        let (steps, at) = (steps.parse::<usize>().expect("a number"), Cell::new(0));
        let writer = stage(Path::new(path), 1..4);
        let count = |_: &str| {
            at.set(at.get() + 1);
            if at.get() == steps {
                std::process::abort();
            }
        };
        writer.commit_watched(&count).expect("commit");
    }

    #[test]
    fn a_commit_killed_at_any_step_is_as_before_or_whole() {
        let top = tempfile::tempdir().expect("folder");
        let whole = top.path().join("whole");
        stage(&whole, 0..1).commit().expect("commit");
        stage(&whole, 1..4).commit().expect("commit");
        let (mut before, mut after) = (0, 0);
        for steps in 1.. {
            let path = top.path().join(format!("set{steps}"));
            stage(&path, 0..1).commit().expect("commit");
            let run = Command::new(std::env::current_exe().expect("this test"))
                .args(["--exact", "commit::tests::dies_at_a_step"])
                .env(ORDERS, format!("{steps} {}", path.display()))
                .output()
                .expect("run");
            if run.status.success() {
                break;
            }
            let set = Dataset::open(&path).expect("a whole dataset");
            match set.info().total_episodes {
                1 => before += 1,
                4 => after += 1,
                other => panic!("{other} episodes after {steps} steps"),
            }
            for index in 0..set.episodes().len() {
                assert_eq!(set.read_episode(index).expect("frames"), episode(index));
            }
            let again = Writer::create_or_append(&path, options()).expect("writer");
            assert_eq!(again.done_keys().len(), 4, "after {steps} steps");
            again.commit().expect("commit");
            assert_eq!(bytes_of(&path), bytes_of(&whole), "after {steps} steps");
        }
        // Linked, three episodes, described, built; swapped, three staged episodes removed.
        assert_eq!((before, after), (6, 4));
        let names: Vec<_> =
            list(top.path()).expect("list").into_iter().filter(|p| p.to_string_lossy().contains("staging")).collect();
        assert!(names.is_empty(), "{names:?}");
    }
}
