//! What only the whole dataset shows, and the gathering of everything.

use crate::robust::median;
use crate::{Code, EpisodeReport, Finding, NotChecked, Severity};
use kouros_dataset::{Loose, LooseFrames, Topic, Trouble};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// Shorter episodes are hardly one [s].
const SHORT: f64 = 0.5;
/// A delay this far from the dataset's own is another's [frames].
const OTHER_DELAY: f64 = 1.5;
/// Stored statistics agree within this share of the deviation [1].
const STATISTICS: f64 = 0.02;

/// Everything that was found.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Report {
    /// The dataset's first, then episode by episode.
    pub findings: Vec<Finding>,
    /// What was not looked for, each with its reason and in how many episodes.
    pub not_checked: Vec<(NotChecked, usize)>,
    /// Episodes that were read.
    pub episodes: usize,
    /// Frames that were read.
    pub frames: usize,
}

impl Report {
    /// How many findings are defects.
    pub fn defects(&self) -> usize {
        self.findings.iter().filter(|f| f.severity == Severity::Defect).count()
    }

    /// How many findings of each code, defects and risks.
    pub fn counts(&self) -> BTreeMap<Code, (usize, usize)> {
        let mut out: BTreeMap<Code, (usize, usize)> = BTreeMap::new();
        for finding in &self.findings {
            let count = out.entry(finding.code).or_default();
            match finding.severity {
                Severity::Defect => count.0 += 1,
                Severity::Risk => count.1 += 1,
            }
        }
        out
    }
}

/// Numbers of one feature over some frames.
#[derive(Debug, Clone, Default, PartialEq)]
struct Moments {
    count: f64,
    min: Vec<f64>,
    max: Vec<f64>,
    mean: Vec<f64>,
    squares: Vec<f64>,
}

impl Moments {
    fn of(values: &[f64], width: usize) -> Self {
        let rows = values.len() / width.max(1);
        let (mut min, mut max) = (vec![f64::INFINITY; width], vec![f64::NEG_INFINITY; width]);
        let (mut sum, mut squares) = (vec![0.0; width], vec![0.0; width]);
        // About the first row, so that squares of large numbers lose no digits.
        let first: Vec<f64> = values.get(..width).unwrap_or_default().to_vec();
        for row in values.chunks_exact(width.max(1)) {
            for (d, v) in row.iter().enumerate() {
                min[d] = min[d].min(*v);
                max[d] = max[d].max(*v);
                let x = v - first[d];
                sum[d] += x;
                squares[d] += x * x;
            }
        }
        let n = (rows as f64).max(1.0);
        for d in 0..first.len() {
            squares[d] = (squares[d] - sum[d] * sum[d] / n).max(0.0);
            sum[d] = first[d] + sum[d] / n;
        }
        Self { count: rows as f64, min, max, mean: sum, squares }
    }

    /// Chan, Golub, LeVeque 1979.
    fn add(&mut self, other: &Self) {
        if self.count == 0.0 {
            *self = other.clone();
            return;
        }
        if other.count == 0.0 || other.mean.len() != self.mean.len() {
            return;
        }
        let n = self.count + other.count;
        for d in 0..self.mean.len() {
            let by = other.mean[d] - self.mean[d];
            self.min[d] = self.min[d].min(other.min[d]);
            self.max[d] = self.max[d].max(other.max[d]);
            self.squares[d] += other.squares[d] + by * by * self.count * other.count / n;
            self.mean[d] += by * other.count / n;
        }
        self.count = n;
    }
}

/// What one episode adds to the whole; made on any thread.
#[derive(Debug, Clone, PartialEq)]
pub struct EpisodePart {
    index: Option<i64>,
    file: usize,
    row: usize,
    length: usize,
    moments: Vec<(usize, Moments)>,
    hash: u64,
    first_index: Option<f64>,
}

impl EpisodePart {
    /// Sums up an episode's frames.
    pub fn new(frames: &LooseFrames, set: &Loose) -> Self {
        let moments = if set.has_statistics() {
            frames.columns.iter().map(|c| (c.feature, Moments::of(&c.values, c.width))).collect()
        } else {
            Vec::new()
        };
        let state = set.info.features.iter().position(|f| f.name == "observation.state");
        let column = frames.columns.iter().find(|c| Some(c.feature) == state);
        // FNV-1a over the bits.
        let hash = column.map_or(0, |c| {
            c.values.iter().fold(0xcbf2_9ce4_8422_2325_u64, |h, v| (h ^ v.to_bits()).wrapping_mul(0x0100_0000_01b3))
        });
        let index = set.info.features.iter().position(|f| f.name == "index");
        let first_index = frames.columns.iter().find(|c| Some(c.feature) == index).and_then(|c| c.values.first()).copied();
        Self { index: frames.index, file: frames.file, row: frames.row, length: frames.length, moments, hash, first_index }
    }
}

/// Gathers episodes into a report. Give the parts in the order of files and rows.
#[derive(Debug, Default)]
pub struct DatasetCheck {
    findings: Vec<Finding>,
    not_checked: BTreeMap<NotChecked, usize>,
    moments: BTreeMap<usize, Moments>,
    hashes: BTreeMap<u64, usize>,
    seen: BTreeMap<i64, usize>,
    delays: Vec<(usize, f64)>,
    duplicates: Vec<(usize, usize)>,
    frames: usize,
}

impl DatasetCheck {
    /// Nothing gathered yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// What the reader found odd.
    pub fn troubles(&mut self, troubles: impl IntoIterator<Item = Trouble>) {
        for t in troubles {
            let code = match t.topic {
                Topic::Info => Code::Info,
                Topic::Count => Code::Count,
                Topic::EpisodeList => Code::EpisodeList,
                Topic::Tasks => Code::Tasks,
                Topic::File => Code::File,
                Topic::Statistics => Code::Statistics,
                _ => Code::Table,
            };
            let finding = Finding::new(code, &t.place, format!("{}: expected {}, found {}", t.place, t.expected, t.found));
            self.findings.push(Finding { episode: t.episode, ..finding });
        }
    }

    /// An episode.
    pub fn add(&mut self, part: EpisodePart, report: EpisodeReport, set: &Loose) {
        let episode = part.index.and_then(|i| usize::try_from(i).ok()).unwrap_or(self.seen.len());
        let of = |code, what: &str, says: String| Finding::new(code, what, says).of(episode);
        self.frames += part.length;
        if let Some(index) = part.index {
            if let Some(before) = self.seen.insert(index, part.length) {
                let says = format!("episode {index} stands in two places, of {before} and {} frames", part.length);
                self.findings.push(of(Code::EpisodeList, "episode_index", says));
            }
            let listed = usize::try_from(index).ok().and_then(|i| match set.episodes.get(i) {
                Some(e) if e.index == i => Some(e),
                _ => set.episodes.iter().find(|e| e.index == i),
            });
            match listed {
                None if !set.episodes.is_empty() => {
                    self.findings.push(of(
                        Code::EpisodeList,
                        "episode_index",
                        format!("episode {index} has frames and is not listed"),
                    ));
                }
                Some(e) if e.length != part.length => {
                    let says = format!("episode {index} has {} frames, and is listed with {}", part.length, e.length);
                    self.findings.push(of(Code::EpisodeList, "length", says).measured(
                        part.length as f64,
                        e.length as f64,
                        "frames",
                    ));
                }
                Some(e) if e.file.is_some_and(|f| f != part.file) => {
                    let name = |f: usize| set.files.get(f).map(|f| f.display().to_string()).unwrap_or_default();
                    let says = format!(
                        "episode {index} is in {}, and is listed in {}",
                        name(part.file),
                        e.file.map(name).unwrap_or_default()
                    );
                    self.findings.push(of(Code::EpisodeList, "data/file_index", says));
                }
                Some(e) => {
                    let ends = e.frames.map(|f| f.1.checked_sub(f.0));
                    if let Some(length) = ends.filter(|l| *l != Some(part.length)) {
                        let says = format!(
                            "episode {index} has {} frames, and dataset_from_index to dataset_to_index are {length:?}",
                            part.length
                        );
                        self.findings.push(of(Code::EpisodeList, "dataset_from_index", says));
                    } else if let (Some((from, _)), Some(first)) = (e.frames, part.first_index)
                        && from as f64 != first
                        && set.info.major == 3
                    {
                        let says = format!("episode {index} begins at frame {first} of the dataset, and is listed at {from}");
                        self.findings.push(of(Code::EpisodeList, "dataset_from_index", says).measured(from as f64, first, ""));
                    }
                }
                None => {}
            }
        }
        let seconds = part.length as f64 / set.info.fps;
        if seconds < SHORT {
            let says = format!("{} frames, {seconds:.2} s", part.length);
            self.findings.push(of(Code::Short, "length", says).measured(seconds, SHORT, "s"));
        }
        for (feature, moments) in &part.moments {
            self.moments.entry(*feature).or_default().add(moments);
        }
        if part.hash != 0 {
            match self.hashes.get(&part.hash) {
                Some(&before) => self.duplicates.push((before, episode)),
                None => drop(self.hashes.insert(part.hash, episode)),
            }
        }
        self.delays.extend(report.delay.map(|d| (episode, d)));
        self.findings.extend(report.findings);
        for not in report.not_checked {
            *self.not_checked.entry(not).or_default() += 1;
        }
    }

    /// A check that is left out for the whole dataset.
    pub fn leave_out(&mut self, not: impl IntoIterator<Item = NotChecked>) {
        for n in not {
            self.not_checked.insert(n, 0);
        }
    }

    /// The report, once every episode is in.
    pub fn finish(mut self, set: &Loose) -> Report {
        self.counts(set);
        self.statistics(set);
        for (a, b) in std::mem::take(&mut self.duplicates) {
            let says = format!("episode {b} has the same states as episode {a}, to the bit");
            self.findings.push(Finding::new(Code::Duplicate, "observation.state", says).of(b));
        }
        self.late();
        let mut findings = self.findings;
        findings.sort_by_key(|f| f.episode);
        let not_checked = self.not_checked.into_iter().collect();
        Report { findings, not_checked, episodes: self.seen.len(), frames: self.frames }
    }

    /// Episodes whose state follows their action otherwise than in the others.
    fn late(&mut self) {
        let all: Vec<f64> = self.delays.iter().map(|d| d.1).collect();
        let (Some(usual), true) = (median(all.clone()), all.len() >= 5) else { return };
        let spread = median(all.iter().map(|d| (d - usual).abs()).collect()).unwrap_or(0.0);
        let known: BTreeSet<usize> = self.findings.iter().filter(|f| f.code == Code::Lag).filter_map(|f| f.episode).collect();
        for &(episode, delay) in &self.delays {
            if (delay - usual).abs() > OTHER_DELAY.max(6.0 * spread) && !known.contains(&episode) {
                let says = format!("the state follows the action by {delay:.1} frames, in the other episodes by {usual:.1}");
                self.findings.push(Finding::new(Code::Lag, "action", says).of(episode).measured(delay, usual, "frames"));
            }
        }
    }

    fn counts(&mut self, set: &Loose) {
        let frames_listed: usize = set.episodes.iter().map(|e| e.length).fold(0, usize::saturating_add);
        let tasks = set.tasks.iter().flatten().count();
        let claims = [
            ("total_episodes", set.info.total_episodes, set.episodes.len(), "are listed"),
            ("total_episodes", set.info.total_episodes, self.seen.len(), "have frames"),
            ("total_frames", set.info.total_frames, frames_listed, "are listed"),
            ("total_frames", set.info.total_frames, self.frames, "are there"),
            ("total_tasks", set.info.total_tasks, tasks, "are listed"),
        ];
        for (name, claimed, found, what) in claims {
            if let Some(claimed) = claimed.filter(|c| *c != found) {
                let says = format!("{name} is {claimed}, and {found} {what}");
                self.findings.push(Finding::new(Code::Count, name, says).measured(claimed as f64, found as f64, ""));
            }
        }
        for (place, e) in set.episodes.iter().enumerate() {
            if e.index != place {
                let says = format!("entry {place} of the list is episode {}", e.index);
                self.findings.push(Finding::new(Code::EpisodeList, "episode_index", says).of(e.index));
                break;
            }
        }
        for e in set.episodes.iter().filter(|e| i64::try_from(e.index).is_ok_and(|i| !self.seen.contains_key(&i))) {
            let says = format!("episode {} is listed and has no frames", e.index);
            self.findings.push(Finding::new(Code::EpisodeList, "episode_index", says).of(e.index));
        }
    }

    fn statistics(&mut self, set: &Loose) {
        if !set.has_statistics() {
            self.not_checked.insert(NotChecked::new(Code::Statistics, "there is no meta/stats.json"), 0);
            return;
        }
        for (feature, moments) in &self.moments {
            let Some(declared) = set.info.features.get(*feature) else { continue };
            let Some(stored) = set.statistics(&declared.name) else { continue };
            let mut worst: Option<(f64, Finding)> = None;
            for d in 0..moments.mean.len() {
                let deviation = (moments.squares[d] / moments.count.max(1.0)).sqrt();
                let scale = moments.min[d].abs().max(moments.max[d].abs());
                // Sums in single precision of large or nearly constant numbers lose digits.
                let near = STATISTICS * deviation + 1e-4 * scale.max(1e-2);
                let pairs = [
                    ("min", stored.min.get(d), moments.min[d], near),
                    ("max", stored.max.get(d), moments.max[d], near),
                    ("mean", stored.mean.get(d), moments.mean[d], near),
                    ("std", stored.std.get(d), deviation, near + 4e-3 * scale),
                ];
                for (what, stored, found, near) in pairs {
                    let Some(stored) = stored else { continue };
                    let off = (stored - found).abs() / near;
                    if off > 1.0 && worst.as_ref().is_none_or(|w| off > w.0) {
                        let name = declared.dims.get(d).map(String::as_str).unwrap_or_default();
                        let says = format!(
                            "the stored {what} of '{}', {name}, is {stored:.5}, and that of the data {found:.5}",
                            declared.name
                        );
                        worst = Some((off, Finding::new(Code::Statistics, &declared.name, says).measured(*stored, found, "")));
                    }
                }
            }
            self.findings.extend(worst.map(|w| w.1));
        }
    }
}
