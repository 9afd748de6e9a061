//! A dataset in the page's words: its list of episodes, and each episode in pieces.
//!
//! Only what is asked for is read: of a long episode the row groups around the cursor, of a large
//! dataset the files of the episodes that are looked at.

use crate::chunk::{Stream, WIDEST, frames_of, push};
use crate::show::EPISODES_A_PAGE;
use crate::{Answer, Body, Person, Result};
use kouros_check::{BodyPass, Finding, Known, Layout, View, check_episode};
use kouros_dataset::{DeclaredFeature, ListedEpisode, Loose, LooseFrames, Portion};
use kouros_robot::Robot;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::fs::File;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

/// Findings of one episode that are sent.
const MOST_FINDINGS: usize = 2000;

/// The person an episode was made from.
pub type Human = Person;

/// Finds the person of an episode from what `meta/kouros.json` keeps about it, at this rate [Hz].
pub type HumanOf = Box<dyn Fn(&Value, f64) -> Option<Human> + Send + Sync>;

/// The rows of each episode in one file, by the file's own numbers.
type Runs = Arc<Vec<(Option<i64>, Range<usize>)>>;

/// Where an episode's frames are.
struct Place {
    /// The file, an index into [`Loose::files`].
    file: usize,
    /// What the file calls the episode.
    index: Option<i64>,
    /// Its rows there.
    rows: Range<usize>,
}

/// A dataset that is shown.
pub struct DatasetShow {
    set: Loose,
    layout: Layout,
    notes: Vec<String>,
    /// Features that are shown, as indices into the dataset's.
    shown: Vec<usize>,
    runs: Mutex<HashMap<usize, Runs>>,
    human_of: Option<HumanOf>,
    /// The person of the episode that was asked for last.
    human: Mutex<Option<(usize, Option<Arc<Human>>)>>,
}

impl std::fmt::Debug for DatasetShow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DatasetShow").field("set", &self.set).finish_non_exhaustive()
    }
}

impl DatasetShow {
    /// A dataset whose columns are what `layout` says; `notes` are told on the page.
    pub fn new(mut set: Loose, layout: Layout, notes: Vec<String>, human_of: Option<HumanOf>) -> Self {
        let left_out = |f: &DeclaredFeature| {
            let pictures = ["video", "image", "string", "language"].contains(&f.dtype.as_str());
            pictures || kouros_dataset::AUTOMATIC.contains(&f.name.as_str())
        };
        let features = set.info.features.iter().enumerate();
        let shown = features.filter(|(_, f)| (1..=WIDEST).contains(&f.dims.len()) && !left_out(f)).map(|(i, _)| i).collect();
        if set.episodes.is_empty() {
            set.episodes = unlisted(&set);
        }
        Self { set, layout, notes, shown, runs: Mutex::default(), human_of, human: Mutex::default() }
    }

    /// What the index says of it.
    pub(crate) fn index(&self) -> Value {
        let info = &self.set.info;
        let streams: Vec<Stream> = self
            .shown
            .iter()
            .filter_map(|i| info.features.get(*i))
            .map(|f| Stream { name: f.name.clone(), dims: f.dims.clone() })
            .collect();
        let place = |feature: usize| self.shown.iter().position(|s| *s == feature);
        let bound = |b: &Option<kouros_check::Bound>| {
            b.as_ref().and_then(|b| Some(json!({ "feature": place(b.feature)?, "columns": b.column_of })))
        };
        let picked = |p: &Option<kouros_check::Picked>| {
            p.as_ref().and_then(|p| Some(json!({ "feature": place(p.feature)?, "columns": p.columns })))
        };
        let l = &self.layout;
        let troubles: Vec<String> = self
            .set
            .troubles
            .iter()
            .take(100)
            .map(|t| format!("{}: expected {}, found {}", t.place, t.expected, t.found))
            .collect();
        let cameras: Vec<&str> = info.features.iter().filter(|f| f.dtype == "video").map(|f| f.name.as_str()).collect();
        json!({
            "kind": "dataset",
            "version": info.version,
            "robot_type": info.robot_type,
            "rate_hz": info.fps,
            "episodes": self.set.episodes.len(),
            "frames": self.set.episodes.iter().map(|e| e.length).fold(0, usize::saturating_add),
            "streams": streams,
            "layout": {
                "joints": l.joints,
                "state": bound(&l.state),
                "action": bound(&l.action),
                "velocity": bound(&l.velocity),
                "effort": bound(&l.effort),
                "effort_measured": l.effort_measured,
                "root": picked(&l.root),
                "contact": picked(&l.contact),
                "com": picked(&l.com),
            },
            "cameras": cameras,
            "notes": self.notes,
            "troubles": troubles,
            "findings": true,
        })
    }

    /// How many episodes are listed.
    pub(crate) fn episodes(&self) -> usize {
        self.set.episodes.len()
    }

    /// Frames of an episode, where there is such an episode.
    pub(crate) fn length(&self, episode: usize) -> Option<usize> {
        self.set.episodes.get(episode).map(|e| e.length)
    }

    /// A page of the list.
    pub(crate) fn page(&self, page: usize) -> Option<Value> {
        let start = page.checked_mul(EPISODES_A_PAGE)?;
        let rows = self.set.episodes.get(start..)?.iter().take(EPISODES_A_PAGE);
        let rows: Vec<Value> = rows
            .map(|e| {
                let kouros = self.set.kouros_episode(e.index);
                let kind = kouros.as_ref().and_then(|k| k.get("kind"));
                let name = kouros.as_ref().and_then(|k| k.get("meta")?.get("name"));
                json!({ "index": e.index, "length": e.length, "task": self.task(e), "kind": kind, "name": name })
            })
            .collect();
        (!rows.is_empty() || page == 0).then_some(Value::Array(rows))
    }

    fn task(&self, episode: &ListedEpisode) -> Option<&str> {
        episode.task.and_then(|t| self.set.tasks.get(t)?.as_deref())
    }

    /// What is known of an episode besides its frames.
    pub(crate) fn episode(&self, place: usize) -> Result<Option<Value>> {
        let Some(e) = self.set.episodes.get(place) else { return Ok(None) };
        let kouros = self.set.kouros_episode(e.index);
        let meta = kouros.as_ref().and_then(|k| k.get("meta"));
        let of = |name: &str| meta.and_then(|m| m.get(name)).cloned().unwrap_or_default();
        let mut videos = Vec::new();
        for v in self.set.videos(place)? {
            let there = self.set.video_file(v.feature, v.chunk, v.file).is_some();
            let camera = self.set.info.features.get(v.feature).map(|f| f.name.clone());
            let address = format!("data/video/{}/{}/{}.mp4", v.feature, v.chunk, v.file);
            let address = there.then_some(address);
            videos.push(json!({ "camera": camera, "address": address, "from_s": v.from_s, "to_s": v.to_s }));
        }
        let human = self.human(place).map(|h| h.describe());
        let provenance = of("provenance");
        let from = |name: &str| provenance.get(name).cloned().unwrap_or_default();
        Ok(Some(json!({
            "index": e.index,
            "length": e.length,
            "task": self.task(e),
            "kind": kouros.as_ref().and_then(|k| k.get("kind")),
            "name": of("name"),
            "segments": of("segments"),
            "notes": of("notes"),
            "source": { "name": from("source"), "format": from("format"), "licence": from("licence"), "rate_hz": from("source_rate_hz") },
            "videos": videos,
            "human": human,
        })))
    }

    /// A piece of an episode's frames.
    pub(crate) fn frames(&self, place: usize, piece: usize) -> Result<Option<Vec<u8>>> {
        let Some(length) = self.length(place) else { return Ok(None) };
        let Some(frames) = frames_of(piece, length) else { return Ok(None) };
        let read = self.read(place, Some(frames.clone()))?;
        let mut out = Vec::new();
        for feature in &self.shown {
            let width = self.set.info.features.get(*feature).map_or(0, |f| f.dims.len());
            let column = read.as_ref().and_then(|r| r.columns.iter().find(|c| c.feature == *feature));
            let values = column.map(|c| c.values.as_slice()).unwrap_or_default();
            let wanted = width * frames.len();
            // What the list promises and the file does not hold is shown as missing.
            let missing = std::iter::repeat_n(f64::NAN, wanted.saturating_sub(values.len()));
            push(&mut out, values.iter().copied().take(wanted).chain(missing));
        }
        Ok(Some(out))
    }

    /// A piece of the person beside it.
    pub(crate) fn human_piece(&self, place: usize, piece: usize) -> Option<Vec<u8>> {
        self.human(place)?.piece(piece)
    }

    fn human(&self, place: usize) -> Option<Arc<Human>> {
        let find = self.human_of.as_ref()?;
        let mut last = self.human.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, known)) = last.as_ref().filter(|(e, _)| *e == place) {
            return known.clone();
        }
        let entry = self.set.episodes.get(place).and_then(|e| self.set.kouros_episode(e.index));
        let found = entry.as_ref().and_then(|e| e.get("meta")).and_then(|m| find(m, self.set.info.fps)).map(Arc::new);
        *last = Some((place, found.clone()));
        found
    }

    /// What `kouros check` says of an episode.
    pub(crate) fn findings(&self, place: usize, robot: Option<&Robot>) -> Result<Option<Value>> {
        let Some(listed) = self.set.episodes.get(place) else { return Ok(None) };
        let Some(frames) = self.read(place, None)? else {
            return Ok(Some(
                json!({ "findings": [], "not_checked": [], "more": 0, "error": "no frames of this episode are in the files" }),
            ));
        };
        let view = View::new(listed.index, self.set.info.fps, &frames, &self.layout, &self.set.info.features);
        let scene = self.set.kouros_episode(listed.index).and_then(|e| e.get("meta")?.get("scene").cloned());
        let known =
            Known { first_frame: listed.frames.map(|f| f.0), tasks: &self.set.tasks, scene: scene.is_some_and(|s| !s.is_null()) };
        let mut pass = robot.map(BodyPass::new);
        let report = check_episode(&view, &self.layout, pass.as_mut(), known);
        let shown: Vec<Value> = report.findings.iter().take(MOST_FINDINGS).map(finding).collect();
        let not_checked: Vec<Value> = self
            .layout
            .not_checked
            .iter()
            .chain(&report.not_checked)
            .map(|n| json!({ "code": n.code.to_string(), "why": n.why }))
            .collect();
        let more = report.findings.len().saturating_sub(MOST_FINDINGS);
        Ok(Some(json!({ "findings": shown, "not_checked": not_checked, "more": more })))
    }

    /// A video file.
    pub(crate) fn video(&self, feature: usize, chunk: usize, file: usize) -> Option<Answer> {
        let path = self.set.video_file(feature, chunk, file)?;
        let kind = match path.extension().and_then(|e| e.to_str()) {
            Some("webm") => "video/webm",
            Some("mkv") => "video/x-matroska",
            _ => "video/mp4",
        };
        let file = File::open(&path).ok()?;
        let length = file.metadata().ok()?.len();
        Some(Answer { kind, body: Body::File(file, length) })
    }

    /// The videos of an episode: feature, chunk, file.
    pub(crate) fn videos(&self, place: usize) -> Result<Vec<(usize, usize, usize)>> {
        let all = self.set.videos(place)?.into_iter().map(|v| (v.feature, v.chunk, v.file));
        Ok(all.filter(|(v, c, f)| self.set.video_file(*v, *c, *f).is_some()).collect())
    }

    /// Some frames of an episode, or all; `None` where the files hold none.
    fn read(&self, place: usize, frames: Option<Range<usize>>) -> Result<Option<LooseFrames>> {
        let Some(Place { file, index, rows }) = self.place(place)? else { return Ok(None) };
        let rows = match frames {
            None => rows,
            Some(f) => (rows.start + f.start).min(rows.end)..(rows.start + f.end).min(rows.end),
        };
        if rows.is_empty() {
            return Ok(None);
        }
        let portion = Portion { file, rows: rows.clone(), runs: vec![(index, rows)] };
        let (read, _) = self.set.read(&portion)?;
        Ok(read.into_iter().next())
    }

    /// Where an episode's rows are: where the list says, else in the first file that has them.
    fn place(&self, place: usize) -> Result<Option<Place>> {
        let Some(e) = self.set.episodes.get(place) else { return Ok(None) };
        let all = 0..self.set.files.len();
        let others = all.filter(|f| Some(*f) != e.file);
        for file in e.file.into_iter().chain(others) {
            let runs = self.runs(file)?;
            let wanted = i64::try_from(e.index).ok();
            if let Some((index, rows)) = runs.iter().find(|r| r.0 == wanted || (r.0.is_none() && e.file == Some(file))) {
                return Ok(Some(Place { file, index: *index, rows: rows.clone() }));
            }
        }
        Ok(None)
    }

    fn runs(&self, file: usize) -> Result<Runs> {
        if let Some(known) = self.runs.lock().unwrap_or_else(PoisonError::into_inner).get(&file) {
            return Ok(known.clone());
        }
        let runs: Runs = Arc::new(self.set.portions(file)?.0.into_iter().flat_map(|p| p.runs).collect());
        self.runs.lock().unwrap_or_else(PoisonError::into_inner).insert(file, runs.clone());
        Ok(runs)
    }
}

/// The episodes that the files hold, for a dataset without a list.
fn unlisted(set: &Loose) -> Vec<ListedEpisode> {
    let mut out = Vec::new();
    for file in 0..set.files.len() {
        let Ok((portions, _)) = set.portions(file) else { continue };
        for (index, rows) in portions.into_iter().flat_map(|p| p.runs) {
            let index = index.and_then(|i| usize::try_from(i).ok()).unwrap_or(out.len());
            out.push(ListedEpisode { index, length: rows.len(), task: None, frames: None, file: Some(file) });
        }
    }
    out
}

fn finding(f: &Finding) -> Value {
    let about = f.code.about();
    json!({
        "code": f.code.to_string(),
        "word": about.word,
        "severity": f.severity.name(),
        "from": f.frames.as_ref().map(|r| r.start),
        "to": f.frames.as_ref().map(|r| r.end),
        "what": f.what,
        "measured": f.measured.filter(|v| v.is_finite()),
        "limit": f.limit.filter(|v| v.is_finite()),
        "unit": f.unit,
        "says": f.says,
        "why": about.why,
        "todo": about.todo,
    })
}
