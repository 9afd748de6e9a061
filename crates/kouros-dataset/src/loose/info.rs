//! `meta/info.json` of any version, with what is wrong in it.

use super::{Topic, Trouble};
use crate::layout::INFO;
use crate::{DeclaredFeature, Error, Result};
use serde_json::Value;
use std::path::Path;

/// More values in a frame than this are no robot's.
const MOST_DIMS: usize = 1 << 24;

/// What a dataset of any version says about itself.
#[derive(Debug, Clone, PartialEq)]
pub struct LooseInfo {
    /// `codebase_version`, as it stands.
    pub version: String,
    /// Its first number: 2 or 3.
    pub major: u32,
    /// The robot, where it names one.
    pub robot_type: Option<String>,
    /// Frames a second, positive.
    pub fps: f64,
    /// The number of episodes it claims.
    pub total_episodes: Option<usize>,
    /// The number of frames it claims.
    pub total_frames: Option<usize>,
    /// The number of tasks it claims.
    pub total_tasks: Option<usize>,
    /// Episodes (v2) or files (v3) in a chunk.
    pub chunks_size: usize,
    /// The template of the paths of frames.
    pub data_path: String,
    /// The template of the paths of videos.
    pub video_path: Option<String>,
    /// Everything declared, in the order of the file's names.
    pub features: Vec<DeclaredFeature>,
    /// What is declared of videos, word for word.
    pub videos: Vec<(String, Value)>,
}

impl LooseInfo {
    /// The declared feature of this name.
    pub fn feature(&self, name: &str) -> Option<&DeclaredFeature> {
        self.features.iter().find(|f| f.name == name)
    }

    pub(super) fn parse(path: &Path, text: &str, troubles: &mut Vec<Trouble>) -> Result<Self> {
        let malformed = |found: String| Error::malformed(path, "the info.json of a LeRobot dataset", found);
        let json: Value = serde_json::from_str(text).map_err(|e| malformed(e.to_string()))?;
        let mut odd = |expected: &str, found: String| troubles.push(Trouble::new(Topic::Info, INFO, expected, found));
        let version = json.get("codebase_version").map_or_else(|| "none".into(), words);
        let major = version.trim_start_matches('v').split('.').next().and_then(|m| m.parse::<u32>().ok());
        let major = match major {
            Some(m @ (2 | 3)) => m,
            Some(0 | 1) => {
                return Err(Error::Version { path: path.into(), found: version, cure: "LeRobot's own converters read it" });
            }
            Some(_) => return Err(Error::Version { path: path.into(), found: version, cure: "a newer Kouros may read it" }),
            None => {
                let cure = "codebase_version should be a text such as \"v3.0\"";
                return Err(Error::Version { path: path.into(), found: version, cure });
            }
        };
        let fps = json.get("fps").and_then(Value::as_f64).filter(|f| f.is_finite() && *f > 0.0);
        let fps = fps.ok_or_else(|| malformed(format!("fps {}", json.get("fps").map_or("none".into(), words))))?;
        if fps.fract() != 0.0 {
            odd("a whole number of frames a second", format!("fps {fps}"));
        }
        let mut count = |name: &str| {
            let value = json.get(name);
            let number = value.and_then(Value::as_u64).and_then(|n| usize::try_from(n).ok());
            if number.is_none() && (value.is_some() || name != "total_tasks") {
                odd(&format!("a count {name}"), value.map_or("none".into(), words));
            }
            number
        };
        let totals = (count("total_episodes"), count("total_frames"), count("total_tasks"));
        let chunks_size = json.get("chunks_size").and_then(Value::as_u64).and_then(|n| usize::try_from(n).ok());
        let chunks_size = chunks_size.filter(|n| *n > 0).unwrap_or_else(|| {
            odd("a positive chunks_size", json.get("chunks_size").map_or("none".into(), words));
            crate::layout::CHUNK_SIZE
        });
        let template = |name: &str| json.get(name).and_then(Value::as_str).map(str::to_owned);
        let data_path = template("data_path").unwrap_or_else(|| {
            odd("a template data_path", json.get("data_path").map_or("none".into(), words));
            super::template::usual(major).into()
        });
        let declared = json.get("features").and_then(Value::as_object);
        let declared = declared.ok_or_else(|| malformed("no map of features".into()))?;
        let mut features = Vec::new();
        for name in in_order(text, declared) {
            let value = declared.get(&name).unwrap_or(&Value::Null);
            let name = name.as_str();
            match feature(name, value) {
                Ok(feature) => features.push(feature),
                Err(found) => odd(&format!("a dtype and a shape of feature '{name}'"), found),
            }
            if name.contains('/') {
                odd("names of features without '/'", format!("'{name}'"));
            }
        }
        let is_video = |v: &Value| v.get("dtype").and_then(Value::as_str) == Some("video");
        let videos = declared.iter().filter(|(_, v)| is_video(v)).map(|(name, v)| (name.clone(), v.clone())).collect();
        for name in crate::AUTOMATIC {
            if !declared.contains_key(name) {
                odd(&format!("the feature '{name}', which every dataset has"), "none".into());
            }
        }
        Ok(Self {
            version,
            major,
            robot_type: template("robot_type"),
            fps,
            total_episodes: totals.0,
            total_frames: totals.1,
            total_tasks: totals.2,
            chunks_size,
            data_path,
            video_path: template("video_path"),
            features,
            videos,
        })
    }
}

/// The names of the features in the order of the text; a name that stands twice is there once.
fn in_order(text: &str, declared: &serde_json::Map<String, Value>) -> Vec<String> {
    #[derive(serde::Deserialize)]
    struct Ordered {
        features: crate::info::InOrder<serde::de::IgnoredAny>,
    }
    let named = serde_json::from_str::<Ordered>(text).map(|o| o.features.0.into_iter().map(|(name, _)| name).collect());
    named.unwrap_or_else(|_| declared.keys().cloned().collect())
}

fn words(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string().chars().take(80).collect(), str::to_owned)
}

fn feature(name: &str, value: &Value) -> std::result::Result<DeclaredFeature, String> {
    let dtype = value.get("dtype").and_then(Value::as_str).ok_or("no dtype")?.to_owned();
    let size = |v: &Value| v.as_u64().and_then(|n| usize::try_from(n).ok());
    let shape = value.get("shape").and_then(Value::as_array).ok_or("no shape")?;
    let shape: Vec<usize> = shape.iter().map(size).collect::<Option<_>>().ok_or_else(|| format!("shape {shape:?}"))?;
    let pictures = ["video", "image", "string", "language"].contains(&dtype.as_str());
    let count = shape.iter().try_fold(1usize, |a, &b| a.checked_mul(b));
    let mut dims = Vec::new();
    if !pictures {
        let count = count.filter(|n| (1..=MOST_DIMS).contains(n)).ok_or_else(|| format!("shape {shape:?}"))?;
        crate::info::gather(value.get("names").unwrap_or(&Value::Null), &mut dims);
        if dims.len() != count {
            dims = (0..count).map(|i| i.to_string()).collect();
        }
    }
    Ok(DeclaredFeature { name: name.to_owned(), dtype, shape, dims })
}
