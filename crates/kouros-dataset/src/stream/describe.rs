//! `meta/info.json` of what is written.

use super::{Head, Version};
use crate::info::{InOrder, json_text};
use crate::layout::{CHUNK_SIZE, DATA_FILE_MB, DATA_PATH, VIDEO_FILE_MB};
use crate::{AUTOMATIC, DatasetInfo, Feature};
use serde_json::{Map, Value, json};

/// How many of each there are.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Totals {
    pub episodes: usize,
    pub frames: usize,
    pub tasks: usize,
}

/// Keys whose values are made anew, whatever another file says.
const OURS: [&str; 14] = [
    "codebase_version",
    "robot_type",
    "total_episodes",
    "total_frames",
    "total_tasks",
    "total_videos",
    "total_chunks",
    "chunks_size",
    "data_files_size_in_mb",
    "video_files_size_in_mb",
    "fps",
    "data_path",
    "video_path",
    "features",
];

/// The text of the file: keys in the order the field writes them. `words` are another file's, kept
/// where they say nothing else.
pub(super) fn info_text(version: Version, head: &Head, fps: u32, totals: Totals, words: &Map<String, Value>) -> String {
    let vector = |dtype: &str, width: usize, names: Value| json!({ "dtype": dtype, "shape": [width], "names": names });
    let mut features: Vec<(String, Value)> = Vec::new();
    for stream in &head.streams {
        let names = if stream.scalar == super::Scalar::Text { Value::Null } else { json!(stream.dims) };
        features.push((stream.name.clone(), vector(stream.scalar.dtype(), stream.dims.len(), names)));
    }
    features.extend(head.cameras.iter().map(|c| (c.name.clone(), c.declared.clone())));
    for name in AUTOMATIC {
        features.push((name.into(), vector(if name == "timestamp" { "float32" } else { "int64" }, 1, Value::Null)));
    }
    let count = |n: usize| Value::from(n);
    let mut out: Vec<(String, Value)> = Vec::new();
    let mut put = |key: &str, value: Value| out.push((key.into(), value));
    put("codebase_version", version.tag().into());
    put("robot_type", json!(head.robot_type));
    put("total_episodes", count(totals.episodes));
    put("total_frames", count(totals.frames));
    put("total_tasks", count(totals.tasks));
    if version == Version::V21 {
        put("total_videos", count(totals.episodes * head.cameras.len()));
        put("total_chunks", count(totals.episodes.div_ceil(CHUNK_SIZE)));
    }
    put("chunks_size", count(CHUNK_SIZE));
    if version == Version::V30 {
        put("data_files_size_in_mb", count(DATA_FILE_MB));
        put("video_files_size_in_mb", count(VIDEO_FILE_MB));
    }
    put("fps", fps.into());
    put("splits", json!({ "train": format!("0:{}", totals.episodes) }));
    put("data_path", if version == Version::V30 { DATA_PATH } else { super::lerobot_out::DATA_V21 }.into());
    let films = if version == Version::V30 { super::camera::USUAL_V3 } else { super::lerobot_out::FILMS_V21 };
    put("video_path", if head.cameras.is_empty() { Value::Null } else { films.into() });
    for (name, value) in &mut features {
        let said = words.get("features").and_then(|f| f.get(name.as_str()));
        if let Some(said) = said.filter(|s| ["dtype", "shape"].iter().all(|k| s.get(k) == value.get(k))) {
            *value = said.clone();
        }
    }
    for (key, value) in words.iter().filter(|(key, _)| !OURS.contains(&key.as_str())) {
        match out.iter_mut().find(|(k, _)| k == key) {
            Some((_, ours)) if splits_hold(value, totals.episodes) => *ours = value.clone(),
            Some(_) => {}
            None => out.push((key.clone(), value.clone())),
        }
    }
    let features = json_text(&InOrder(features));
    let mut text = json_text(&InOrder(out));
    // The list of features keeps its own order, so it is put in as text.
    text.truncate(text.trim_end().trim_end_matches('}').trim_end().len());
    text + ",\n    \"features\": " + &features.trim_end().replace('\n', "\n    ") + "\n}\n"
}

/// Whether splits are ranges of episodes that are there.
fn splits_hold(splits: &Value, episodes: usize) -> bool {
    let holds = |range: &Value| {
        let (from, to) = range.as_str()?.split_once(':')?;
        Some(from.parse::<usize>().ok()? <= to.parse::<usize>().ok().filter(|to| *to <= episodes)?)
    };
    splits.as_object().is_some_and(|map| map.len() > 1 && map.values().all(|range| holds(range) == Some(true)))
}

/// The same for the card.
pub(super) fn for_card(head: &Head, fps: u32, totals: Totals) -> DatasetInfo {
    DatasetInfo {
        robot_type: head.robot_type.clone(),
        fps,
        features: head.streams.iter().map(|s| Feature { name: s.name.clone(), dims: s.dims.clone() }).collect(),
        skipped: Vec::new(),
        total_episodes: totals.episodes,
        total_frames: totals.frames,
        total_tasks: totals.tasks,
    }
}
