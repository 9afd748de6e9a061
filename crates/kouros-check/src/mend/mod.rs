//! What is wrong without a doubt, put right in a new dataset.
//!
//! Lives here: which findings have one true answer, and writing a dataset with those answers.
//! Does not: the checks. The source is only read; the new dataset is there whole or not at all, and
//! only after a look at it; nothing that the source has is lost, or nothing is written.

mod clock;
mod reasons;
mod values;

pub use reasons::LEFT_ALONE;

use crate::body::BodyPass;
use crate::physics::turn;
use crate::streams::sequence;
use crate::{Code, Error, Layout, Report, Result, View};
use kouros_dataset::stream::{Head, LeRobotSink, LeRobotSource, Recording, Version, WholeFolder, copy_missing};
use kouros_dataset::{LooseColumn, LooseFrames, LooseInfo};
use kouros_motion::list_names;
use kouros_robot::Robot;
use reasons::{by_writing, why_not};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use values::Place;

/// Where what was put right is written down, newest last.
const MENDED: &str = "meta/mended.json";
/// The largest such file, or `info.json`, that is read [bytes].
const MOST_TEXT: u64 = 1 << 26;

/// Something that was put right.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct Mended {
    /// What it was found as.
    pub code: Code,
    /// What was done.
    pub how: String,
    /// In how many episodes; 0: the whole dataset.
    pub episodes: usize,
}

/// Something that was found and stays.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Left {
    /// What it is found as.
    pub code: Code,
    /// How many findings.
    pub times: usize,
    /// Why it was not put right.
    pub why: &'static str,
}

/// What became of a dataset.
#[derive(Debug, Clone, PartialEq)]
pub struct Mending {
    /// Where it is.
    pub path: PathBuf,
    /// What was put right; where nothing was, every file is the source's to the byte.
    pub mended: Vec<Mended>,
    /// What was found and stays.
    pub left: Vec<Left>,
    /// What is otherwise than in the source besides, one sentence each.
    pub besides: Vec<String>,
    /// What is found in the new dataset.
    pub after: Report,
}

/// Whether a report has something that may be put right.
pub fn needs_mending(report: &Report) -> bool {
    let by_value = [Code::Timestamp, Code::QuaternionNorm, Code::QuaternionOrder];
    report.findings.iter().any(|f| by_writing(f.code).is_some() || by_value.contains(&f.code))
}

/// Writes the dataset at `from`, of which `before` is the report, to `to` with what is wrong without
/// a doubt put right. `look` checks a dataset.
///
/// # Errors
/// Something is at `to`; the source cannot be carried whole, or contradicts itself in what has no
/// certain answer; what was put right is still found. Nothing is at `to` then.
pub fn mend(
    from: &Path,
    to: &Path,
    before: &Report,
    layout: &Layout,
    robot: Option<&Robot>,
    look: &mut dyn FnMut(&Path) -> Result<Report>,
) -> Result<Mending> {
    if needs_mending(before) {
        let mut job = Job::new(from, layout, robot)?;
        job.hear_episodes(before)?;
        if let Some(mending) = job.write(to, before, look)? {
            return Ok(mending);
        }
    }
    let folder = WholeFolder::create(to)?;
    copy_missing(from, folder.inside(), &is_data)?;
    let after = look(folder.inside())?;
    let path = folder.finish()?;
    Ok(Mending { path, mended: Vec::new(), left: left(&after), besides: Vec::new(), after })
}

fn left(after: &Report) -> Vec<Left> {
    let counts = after.counts().into_iter();
    counts.map(|(code, (defects, risks))| Left { code, times: defects + risks, why: why_not(code) }).collect()
}

struct Job<'a> {
    from: &'a Path,
    layout: &'a Layout,
    robot: Option<&'a Robot>,
    head: Head,
    info: LooseInfo,
    place: Option<Place>,
    /// Episodes whose quaternions are x y z w.
    reordered: BTreeSet<usize>,
    mended: BTreeMap<(Code, String), usize>,
}

impl<'a> Job<'a> {
    fn new(from: &'a Path, layout: &'a Layout, robot: Option<&'a Robot>) -> Result<Self> {
        let source = LeRobotSource::open_as_found(from)?;
        let (head, info) = (source.head().clone(), source.set().info.clone());
        let place = layout.root.as_ref().and_then(|root| {
            let stream = head.stream(&root.name)?;
            let columns = <[usize; 4]>::try_from(root.columns.get(3..)?).ok()?;
            Some(Place { stream, width: head.streams.get(stream)?.dims.len(), columns })
        });
        Ok(Self { from, layout, robot, head, info, place, reordered: BTreeSet::new(), mended: BTreeMap::new() })
    }

    /// An episode as the checks see it.
    fn frames(&self, episode: &Recording) -> LooseFrames {
        let number = |name: &str| self.info.features.iter().position(|f| f.name == name);
        let columns = self.head.streams.iter().zip(&episode.columns).filter_map(|(stream, values)| {
            Some(LooseColumn { feature: number(&stream.name)?, width: stream.dims.len(), values: values.numbers()? })
        });
        let columns = columns.collect();
        LooseFrames { file: 0, index: i64::try_from(episode.index).ok(), row: 0, length: episode.length, columns }
    }

    /// Asks every episode which order of w x y z it speaks for. All are turned where none speaks
    /// for the order as named; where some do, each by its own word, if every one has one.
    fn hear_episodes(&mut self, before: &Report) -> Result<()> {
        if !before.findings.iter().any(|f| f.code == Code::QuaternionOrder) || self.place.is_none() {
            return Ok(());
        }
        let mut pass = self.robot.map(BodyPass::new);
        let mut words: BTreeMap<usize, Option<bool>> = BTreeMap::new();
        let mut source = LeRobotSource::open_as_found(self.from)?;
        while let Some(episode) = source.next_episode()? {
            let frames = self.frames(&episode);
            let view = View::new(episode.index, self.head.fps, &frames, self.layout, &self.info.features);
            let word = view.root.as_ref().and_then(|root| turn::speaks_for(&view, root, view.state.as_ref(), pass.as_mut()));
            words.insert(episode.index, word);
        }
        let named = words.values().filter(|w| **w == Some(true)).count();
        let other = words.values().filter(|w| **w == Some(false)).count();
        if named == 0 && other > 0 {
            self.reordered = words.into_keys().collect();
        } else if named + other == words.len() {
            self.reordered = words.into_iter().filter(|(_, w)| *w == Some(false)).map(|(i, _)| i).collect();
        }
        Ok(())
    }

    /// Puts an episode right.
    fn episode(&mut self, episode: &mut Recording) {
        let mut count = |code, how: String| *self.mended.entry((code, how)).or_default() += 1;
        if sequence::time(&episode.seconds, self.head.fps).is_some_and(|f| f.code == Code::Timestamp)
            && let Some((seconds, how)) = clock::on_grid(&episode.seconds, self.head.fps, self.head.cameras.is_empty())
        {
            episode.seconds = seconds;
            count(Code::Timestamp, how);
        }
        let Some(place) = self.place.clone() else { return };
        if self.reordered.contains(&episode.index) {
            place.reorder(episode);
            count(Code::QuaternionOrder, "x y z w became w x y z, as the columns are named".into());
        }
        let frames = self.frames(episode);
        let root = View::new(episode.index, self.head.fps, &frames, self.layout, &self.info.features).root;
        if let Some(root) = root.filter(|r| turn::norm(r).is_some())
            && place.normalise(&root, episode)
        {
            *self.mended.entry((Code::QuaternionNorm, "quaternions are of unit length".into())).or_default() += 1;
        }
    }

    /// `None` where nothing could be put right.
    fn write(&mut self, to: &Path, before: &Report, look: &mut dyn FnMut(&Path) -> Result<Report>) -> Result<Option<Mending>> {
        let mut source = LeRobotSource::open_as_found(self.from)?;
        let refused = |why: String| Err(Error::NotMended(why));
        let set = source.set();
        if let Some(t) = set.troubles.iter().find(|t| t.place == "meta/kouros.json") {
            return refused(format!("{} cannot be read ({}), and would be lost", t.place, t.found));
        }
        let version = if self.info.major == 2 { Version::V21 } else { Version::V30 };
        let whole: Option<Vec<String>> = set.tasks.iter().cloned().collect();
        let listed: BTreeSet<usize> = set.episodes.iter().map(|e| e.index).collect();
        let mut sink = LeRobotSink::create(to, version, self.head.clone())?;
        sink.keep_words(info_words(self.from), &whole.unwrap_or_default());
        let mut there = BTreeSet::new();
        while let Some(mut episode) = source.next_episode()? {
            there.insert(episode.index);
            self.episode(&mut episode);
            sink.take(&episode)?;
        }
        let losses = source.account.sentences();
        if !losses.is_empty() {
            return refused(format!("the dataset cannot be written anew as it is: {}", losses.join("; ")));
        }
        let gone: Vec<String> = listed.difference(&there).map(usize::to_string).collect();
        if !gone.is_empty() {
            return refused(format!("episodes {} are listed and have no frames: bring their files first", list_names(&gone)));
        }
        let mut mended: Vec<Mended> =
            std::mem::take(&mut self.mended).into_iter().map(|((code, how), episodes)| Mended { code, how, episodes }).collect();
        for (code, _) in before.counts() {
            if let Some(how) = by_writing(code) {
                let episodes = before.findings.iter().filter(|f| f.code == code).filter_map(|f| f.episode);
                mended.push(Mended { code, how: how.into(), episodes: episodes.collect::<BTreeSet<_>>().len() });
            }
        }
        if mended.is_empty() {
            return Ok(None);
        }
        mended.sort();
        let mut besides = sink.account.sentences();
        if self.info.version.trim_start_matches('v').starts_with("2.0") {
            besides.push("changed: version: v2.0 is written as v2.1".into());
        }
        let kouros = !self.head.kouros.is_empty();
        let mut after = None;
        let summary = sink.finish_if::<Error>(&[(MENDED, self.written_down(&mended))], |folder| {
            copy_rest(self.from, folder, kouros)?;
            let report = look(folder)?;
            let counts = report.counts();
            if let Some(code) = counts.keys().find(|code| by_writing(**code).is_some()) {
                let says = report.findings.iter().find(|f| f.code == *code).map(|f| f.says.clone()).unwrap_or_default();
                return Err(Error::NotMended(format!("'{code}' would still be found: {says}")));
            }
            after = Some(report);
            Ok(())
        })?;
        let after = after.unwrap_or_default();
        Ok(Some(Mending { path: summary.path, mended, left: left(&after), besides, after }))
    }

    /// What was put right before, and now.
    fn written_down(&self, mended: &[Mended]) -> String {
        let mut steps = match json_file(&self.from.join(MENDED)) {
            Some(Value::Array(steps)) => steps,
            _ => Vec::new(),
        };
        steps.push(json!({ "schema": "kouros-mended/1", "kouros_version": env!("CARGO_PKG_VERSION"), "mended": mended }));
        format!("{:#}\n", Value::Array(steps))
    }
}

fn json_file(path: &Path) -> Option<Value> {
    let small = std::fs::metadata(path).is_ok_and(|m| m.is_file() && m.len() <= MOST_TEXT);
    small.then(|| std::fs::read(path).ok()).flatten().and_then(|bytes| serde_json::from_slice(&bytes).ok())
}

fn info_words(from: &Path) -> Map<String, Value> {
    match json_file(&from.join("meta/info.json")) {
        Some(Value::Object(map)) => map,
        _ => Map::new(),
    }
}

/// Files that the layout does not know, and the card where it is not ours.
fn copy_rest(from: &Path, to: &Path, kouros: bool) -> Result<()> {
    let laid_anew = ["data", "videos", "meta/episodes", "meta/episodes.jsonl", "meta/episodes_stats.jsonl", "meta/tasks.jsonl"];
    if !kouros && from.join("README.md").is_file() {
        let card = to.join("README.md");
        std::fs::remove_file(&card).map_err(|e| Error::NotMended(format!("cannot replace the card: {e}")))?;
    }
    copy_missing(from, to, &|path| is_data(path) && !laid_anew.iter().any(|l| path.starts_with(l)))?;
    Ok(())
}

/// Whether a file is no bookkeeping of how the dataset was fetched.
fn is_data(path: &Path) -> bool {
    ![".git", ".cache"].iter().any(|folder| path.starts_with(folder))
}
