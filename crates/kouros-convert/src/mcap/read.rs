//! Files into episodes: our own to the bit, and recordings of ROS 2 robots.

use super::{ABOUT, topic};
use crate::ros::{Definitions, Leaf, leaves};
use crate::{Error, Result, Source};
use kouros_dataset::stream::{Account, Head, Recording, Scalar, Stream, Values};
use mcap::io::MessageReader;
use mcap::sans_io::LinearReaderOptions;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::BufReader;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

/// Decompressed bytes for a byte of file at most; what claims more is made to exhaust memory.
const MOST_EXPANSION: usize = 256;
/// Records of this size need no proof [bytes].
const HARMLESS: usize = 1 << 24;
/// Frames for a message of the topic that sets the rate, at most: a gap longer than that is no recording.
const MOST_FRAMES_PER_MESSAGE: usize = 64;

/// A folder of MCAP files, or one: an episode a file, in the order of their names. Memory: an episode.
pub struct McapSource {
    files: std::vec::IntoIter<PathBuf>,
    head: Head,
    rate: Option<f64>,
    first: Option<Recording>,
    given: usize,
    account: Account,
}

impl McapSource {
    /// Opens them; recordings of others get `rate` frames a second, or the rate of the topic with the
    /// most messages.
    ///
    /// # Errors
    /// There is no such file; the first is not what it should be.
    pub fn open(path: &Path, rate: Option<f64>) -> Result<Self> {
        let mut files = files(path)?.into_iter();
        let first = files.next().ok_or_else(|| Error::Asked(format!("{}: expected files *.mcap, found none", path.display())))?;
        let mut account = Account::default();
        let (mut head, recording) = read(&first, rate, 0, &mut account)?;
        head.episodes = Some(files.len() + 1);
        Ok(Self { files, head, rate, first: Some(recording), given: 1, account })
    }
}

/// Whether there are such files at `path`.
pub(crate) fn is_mcap(path: &Path) -> bool {
    files(path).is_ok_and(|f| !f.is_empty())
}

fn files(path: &Path) -> Result<Vec<PathBuf>> {
    let is_one = |p: &Path| p.extension().is_some_and(|e| e == "mcap");
    if !path.is_dir() {
        return Ok(if is_one(path) { vec![path.into()] } else { Vec::new() });
    }
    let failed = |source| kouros_dataset::Error::Io { doing: "list", path: path.into(), source };
    let mut out = Vec::new();
    for entry in fs::read_dir(path).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if is_one(&path) {
            out.push(path);
        }
    }
    out.sort();
    Ok(out)
}

impl Source for McapSource {
    fn head(&self) -> &Head {
        &self.head
    }

    fn next_episode(&mut self) -> Result<Option<Recording>> {
        if let Some(first) = self.first.take() {
            return Ok(Some(first));
        }
        let Some(path) = self.files.next() else { return Ok(None) };
        let rate = self.rate.or(Some(self.head.fps));
        let (head, recording) = read(&path, rate, self.given, &mut self.account)?;
        self.given += 1;
        if (&head.streams, head.fps) != (&self.head.streams, self.head.fps) {
            let found = format!("{} of them at {} Hz", head.streams.len(), head.fps);
            let expected = format!("the {} streams of the first file at {} Hz", self.head.streams.len(), self.head.fps);
            return Err(Error::Malformed { path, expected, found });
        }
        Ok(Some(recording))
    }

    fn account(&mut self) -> Account {
        std::mem::take(&mut self.account)
    }
}

/// A topic while its messages come.
struct Track {
    topic: String,
    kind: String,
    definitions: Definitions,
    /// The feature and dimensions, where we wrote it.
    ours: Option<(String, Vec<String>)>,
    times: Vec<u64>,
    sequences: Vec<u32>,
    /// Paths of what is gathered of each message, and dimensions of each.
    parts: Vec<Part>,
}

/// What one stream takes of every message.
struct Part {
    stream: Stream,
    values: Values,
}

fn read(path: &Path, rate: Option<f64>, index: usize, account: &mut Account) -> Result<(Head, Recording)> {
    let wrong = |found: String| Error::Malformed { path: path.into(), expected: "an MCAP file of ROS 2 messages".into(), found };
    let gather = AssertUnwindSafe(|| gather(path, account));
    // The crate's decoders meet bytes that may be anything; nothing half done is used again.
    let tracks = catch_unwind(gather).unwrap_or_else(|_| Err("bytes that cannot be decoded".into())).map_err(wrong)?;
    let about = tracks.iter().find(|t| t.topic == ABOUT).and_then(|t| match t.parts.first().map(|p| &p.values) {
        Some(Values::Text(texts)) => serde_json::from_str(texts.first()?).ok(),
        _ => None,
    });
    match about {
        Some(about) => ours(tracks, &about, index).map_err(wrong),
        None => theirs(tracks, path, rate, index, account).map_err(wrong),
    }
}

fn gather(path: &Path, account: &mut Account) -> std::result::Result<Vec<Track>, String> {
    let file = File::open(path).map_err(|e| e.to_string())?;
    let size = file.metadata().map_err(|e| e.to_string())?.len();
    let most = usize::try_from(size).unwrap_or(usize::MAX).saturating_mul(MOST_EXPANSION).max(HARMLESS);
    let options = LinearReaderOptions::default().with_record_length_limit(most);
    let mut tracks: BTreeMap<u16, Option<Track>> = BTreeMap::new();
    for message in MessageReader::new_with_options(BufReader::new(file), options) {
        let message = message.map_err(|e| e.to_string())?;
        let channel = &message.channel;
        let track = match tracks.get_mut(&channel.id) {
            Some(track) => track,
            None => {
                let track = track(channel).map_err(|why| account.lost(format!("topic '{}'", channel.topic), why)).ok();
                tracks.entry(channel.id).or_insert(track)
            }
        };
        let Some(track) = track else { continue };
        let found = leaves(&track.definitions, &message.data).map_err(|e| format!("{e} in topic '{}'", track.topic))?;
        track.add(found, account)?;
        track.times.push(message.log_time);
        track.sequences.push(message.sequence);
    }
    Ok(tracks.into_values().flatten().collect())
}

fn track(channel: &mcap::Channel<'static>) -> std::result::Result<Track, String> {
    let schema = channel.schema.as_ref().ok_or("it has no schema")?;
    if (channel.message_encoding.as_str(), schema.encoding.as_str()) != ("cdr", "ros2msg") {
        return Err(format!("messages in {} by {} are not read", channel.message_encoding, schema.encoding));
    }
    let text = std::str::from_utf8(&schema.data).map_err(|e| e.to_string())?;
    let dims = channel.metadata.get("dims").and_then(|d| serde_json::from_str(d).ok());
    Ok(Track {
        topic: channel.topic.clone(),
        kind: schema.name.clone(),
        definitions: Definitions::parse(&schema.name, text)?,
        ours: channel.metadata.get("feature").cloned().zip(dims),
        times: Vec::new(),
        sequences: Vec::new(),
        parts: Vec::new(),
    })
}

/// The fields before the values in the messages that we write: the stamp's two, and the time.
const BEFORE: usize = 3;

impl Track {
    fn add(&mut self, found: Vec<Leaf>, account: &mut Account) -> std::result::Result<(), String> {
        let first = self.times.is_empty();
        let parts: Vec<(Vec<String>, String, Values)> = if let Some((feature, dims)) = &self.ours {
            let time = found.get(BEFORE - 1).map(|l| l.values.clone()).ok_or("a message without a time")?;
            let values = joined(found.into_iter().skip(BEFORE).map(|l| l.values))?;
            vec![(dims.clone(), feature.clone(), values), (vec!["s".into()], "seconds".into(), time)]
        } else if self.topic == ABOUT || self.topic == "/task" {
            found.into_iter().map(|l| (vec!["0".into()], l.path, l.values)).collect()
        } else {
            self.foreign(found, account)
        };
        if first {
            for (dims, name, values) in &parts {
                let stream = Stream { name: name.clone(), scalar: values.scalar(), dims: dims.clone() };
                self.parts.push(Part { stream, values: values.at(&[]) });
            }
        }
        if parts.len() != self.parts.len() {
            return Err(format!("messages of {} and {} parts in topic '{}'", self.parts.len(), parts.len(), self.topic));
        }
        for (part, (dims, _, values)) in self.parts.iter_mut().zip(parts) {
            if values.len() != part.stream.dims.len() || (dims != part.stream.dims) {
                let (first, now) = (part.stream.dims.len(), values.len());
                return Err(format!("{now} values in topic '{}', whose first message has {first}, or other names", self.topic));
            }
            append(&mut part.values, values)?;
        }
        Ok(())
    }

    /// The numbers of a message that is not ours: joints by their names, all else by its fields.
    fn foreign(&self, found: Vec<Leaf>, account: &mut Account) -> Vec<(Vec<String>, String, Values)> {
        let base = self.topic.trim_matches('/').replace('/', ".");
        let names = found.iter().find(|l| l.path == "name" && l.any).and_then(|l| match &l.values {
            Values::Text(names) if self.kind.ends_with("/JointState") => Some(names.clone()),
            _ => None,
        });
        let (mut out, mut dims, mut numbers) = (Vec::new(), Vec::new(), Vec::new());
        for leaf in found {
            let is_stamp = leaf.path.contains("stamp.") || leaf.path.ends_with("frame_id");
            if is_stamp || (names.is_some() && leaf.path == "name") {
                continue;
            }
            let what = format!("field '{}' of topic '{}'", leaf.path, self.topic);
            match leaf.values.numbers() {
                None => account.lost(what, "texts in messages are not carried"),
                Some(_) if leaf.any && leaf.size == 1 => account.lost(what, "bytes (pictures, clouds) are not carried"),
                Some(values) => match &names {
                    Some(names) if leaf.any && !values.is_empty() && values.len() == names.len() => {
                        out.push((names.clone(), format!("{base}.{}", leaf.path), Values::F64(values)));
                    }
                    Some(_) if leaf.any => {} // a state without velocities or efforts
                    _ if values.len() == 1 && !leaf.any => {
                        dims.push(leaf.path);
                        numbers.extend(values);
                    }
                    _ => {
                        dims.extend((0..values.len()).map(|i| format!("{}[{i}]", leaf.path)));
                        numbers.extend(values);
                    }
                },
            }
        }
        if !numbers.is_empty() {
            out.push((dims, base, Values::F64(numbers)));
        }
        out
    }
}

fn joined(all: impl Iterator<Item = Values>) -> std::result::Result<Values, String> {
    let mut out: Option<Values> = None;
    for values in all {
        match &mut out {
            None => out = Some(values),
            Some(out) => append(out, values)?,
        }
    }
    out.ok_or_else(|| "a message without values".into())
}

fn append(to: &mut Values, more: Values) -> std::result::Result<(), String> {
    match (to, more) {
        (Values::F32(a), Values::F32(b)) => a.extend(b),
        (Values::F64(a), Values::F64(b)) => a.extend(b),
        (Values::I64(a), Values::I64(b)) => a.extend(b),
        (Values::Bool(a), Values::Bool(b)) => a.extend(b),
        (Values::Text(a), Values::Text(b)) => a.extend(b),
        (a, b) => return Err(format!("values of {} and {}", a.scalar().dtype(), b.scalar().dtype())),
    }
    Ok(())
}

/// What we wrote.
fn ours(tracks: Vec<Track>, about: &Value, index: usize) -> std::result::Result<(Head, Recording), String> {
    let word = |key: &str| about.get(key).and_then(Value::as_str).map(str::to_owned);
    let length = about.get("length").and_then(Value::as_u64).and_then(|n| usize::try_from(n).ok()).ok_or("no length")?;
    let fps = about.get("fps").and_then(Value::as_f64).filter(|f| *f > 0.0).ok_or("no rate")?;
    let tasks: Vec<String> = about.get("tasks").cloned().and_then(|t| serde_json::from_value(t).ok()).unwrap_or_default();
    let map = |key: &str| about.get(key).and_then(Value::as_object).cloned();
    let mut head = Head {
        format: "MCAP".into(),
        robot_type: word("robot_type"),
        fps,
        streams: Vec::new(),
        cameras: Vec::new(),
        kouros: map("dataset").unwrap_or_default(),
        episodes: None,
    };
    let (mut columns, mut seconds) = (Vec::new(), Vec::new());
    let mut marks: Vec<(usize, usize)> = Vec::new();
    for track in tracks {
        if track.topic == "/task"
            && let Some(Values::Text(words)) = track.parts.first().map(|p| &p.values)
        {
            let place = |word: &String| tasks.iter().position(|t| t == word).ok_or_else(|| format!("task '{word}' in no list"));
            for (word, at) in words.iter().zip(&track.sequences) {
                marks.push((*at as usize, place(word)?));
            }
        }
        if track.ours.is_none() {
            continue;
        }
        let mut parts = track.parts.into_iter();
        let (Some(part), Some(time)) = (parts.next(), parts.next()) else { continue };
        if track.times.len() != length || track.topic != topic(&part.stream.name) {
            return Err(format!("{} messages in topic '{}', where there are {length} frames", track.times.len(), track.topic));
        }
        if let (true, Values::F64(times)) = (seconds.is_empty(), time.values) {
            seconds = times;
        }
        head.streams.push(part.stream);
        columns.push(part.values);
    }
    let task_at = |t: usize| marks.iter().rev().find(|(at, _)| *at <= t).map_or(0, |m| m.1);
    let task_of = (0..length).map(task_at).collect();
    if seconds.len() != length || tasks.is_empty() {
        return Err(format!("{} times of {length} frames, {} tasks", seconds.len(), tasks.len()));
    }
    Ok((head, Recording { index, length, seconds, tasks, task_of, columns, footage: Vec::new(), kouros: map("kouros") }))
}

/// A recording of somebody's robot: every topic held until its next message, at one rate.
fn theirs(
    tracks: Vec<Track>,
    path: &Path,
    rate: Option<f64>,
    index: usize,
    account: &mut Account,
) -> std::result::Result<(Head, Recording), String> {
    let tracks: Vec<Track> = tracks.into_iter().filter(|t| !t.parts.is_empty()).collect();
    let is_joints = |t: &Track| t.kind.ends_with("/JointState");
    let joints = tracks.iter().filter(|t| is_joints(t)).count();
    let leader = tracks.iter().max_by_key(|t| (t.times.len(), is_joints(t))).ok_or("no topic with numbers")?;
    let (Some(&from), Some(&to)) = (leader.times.first(), leader.times.last()) else { return Err("no message".into()) };
    let span = to.saturating_sub(from) as f64 * 1e-9;
    let found = ((leader.times.len().saturating_sub(1)) as f64 / span).round();
    let fps = rate.unwrap_or(found);
    if !(fps.is_finite() && fps >= 1.0) {
        return Err(format!("{} messages in {span} s, which is no rate (--source-rate)", leader.times.len()));
    }
    if rate.is_none() {
        account.changed("rate", format!("{fps} Hz, that of topic '{}'", leader.topic));
    }
    let length = (span * fps + 1e-6).floor() as usize + 1;
    if length > leader.times.len().saturating_mul(MOST_FRAMES_PER_MESSAGE) {
        return Err(format!("{} messages in {span} s", leader.times.len()));
    }
    let mut head = Head {
        format: "MCAP (ROS 2)".into(),
        robot_type: None,
        fps,
        streams: Vec::new(),
        cameras: Vec::new(),
        kouros: Map::new(),
        episodes: None,
    };
    let mut columns = Vec::new();
    for track in &tracks {
        account.changed(format!("topic '{}'", track.topic), format!("at {fps} Hz each frame has the last message before it"));
        let held: Vec<usize> = (0..length)
            .map(|t| {
                let now = from.saturating_add((t as f64 / fps * 1e9).round() as u64);
                track.times.partition_point(|time| *time <= now).saturating_sub(1)
            })
            .collect();
        for part in &track.parts {
            let mut stream = part.stream.clone();
            if stream.scalar == Scalar::Text {
                account.lost(format!("topic '{}'", track.topic), "texts in messages are not carried");
                continue;
            }
            let standard =
                [("position", "observation.state"), ("velocity", "observation.velocity"), ("effort", "observation.effort")];
            if let (true, 1, Some((_, name))) =
                (is_joints(track), joints, standard.iter().find(|(end, _)| stream.name.ends_with(&format!(".{end}"))))
            {
                stream.name = (*name).into();
            }
            let width = stream.dims.len();
            let places: Vec<usize> = held.iter().flat_map(|&m| (0..width).map(move |d| m * width + d)).collect();
            columns.push(part.values.at(&places));
            head.streams.push(stream);
        }
    }
    let name = path.file_stem().map_or("recording".into(), |n| n.to_string_lossy().replace(['_', '-'], " "));
    account.changed("task", "the file's name, for it says none");
    Ok((
        head,
        Recording {
            index,
            length,
            seconds: (0..length).map(|t| t as f64 / fps).collect(),
            tasks: vec![name],
            task_of: vec![0; length],
            columns,
            footage: Vec::new(),
            kouros: None,
        },
    ))
}
