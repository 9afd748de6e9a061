//! What `meta/info.json` says.

use crate::layout::{CHUNK_SIZE, DATA_FILE_MB, DATA_PATH, VIDEO_FILE_MB};
use crate::{AUTOMATIC, Error, Feature, Result};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::HashSet;
use std::marker::PhantomData;
use std::path::Path;

/// A feature as the dataset declares it, of any type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeclaredFeature {
    /// Its name.
    pub name: String,
    /// Its type: `float32`, `int64`, `video`, `image`, `string`, ...
    pub dtype: String,
    /// Its shape.
    pub shape: Vec<usize>,
    /// One name per dimension, flattened; numbers where the dataset gives no names.
    pub dims: Vec<String>,
}

/// What a dataset says about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatasetInfo {
    /// The robot, where the dataset names one.
    pub robot_type: Option<String>,
    /// Frames a second.
    pub fps: u32,
    /// The vectors that [`crate::Dataset::read_episode`] gives: `float32`, and `float64` rounded.
    pub features: Vec<Feature>,
    /// What else is declared and not read: videos, images, texts, integers, flags. The automatic
    /// columns are not among them.
    pub skipped: Vec<DeclaredFeature>,
    /// The number of episodes.
    pub total_episodes: usize,
    /// The number of frames of all episodes.
    pub total_frames: usize,
    /// The number of task texts.
    pub total_tasks: usize,
}

/// A file's own words for a feature.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Declared {
    dtype: String,
    shape: Vec<usize>,
    #[serde(default)]
    names: Value,
}

/// The file, as far as anyone needs it. Unknown keys are ignored, as the field's loaders do.
#[derive(Debug, Serialize, Deserialize)]
struct File {
    codebase_version: String,
    #[serde(default)]
    robot_type: Option<String>,
    total_episodes: usize,
    total_frames: usize,
    #[serde(default)]
    total_tasks: usize,
    #[serde(default)]
    chunks_size: usize,
    #[serde(default)]
    data_files_size_in_mb: usize,
    #[serde(default)]
    video_files_size_in_mb: usize,
    fps: serde_json::Number,
    #[serde(default)]
    splits: Value,
    data_path: String,
    #[serde(default)]
    video_path: Option<String>,
    features: InOrder<Declared>,
}

/// The one key that says whether the rest is worth reading.
#[derive(Deserialize)]
struct VersionOnly {
    codebase_version: Option<Value>,
}

impl DatasetInfo {
    /// Reads the text of the file at `path`.
    pub(crate) fn parse(path: &Path, text: &str) -> Result<Self> {
        let malformed = |found: String| Error::malformed(path, "the info.json of a LeRobot v3.0 dataset", found);
        let version: VersionOnly = serde_json::from_str(text).map_err(|e| malformed(e.to_string()))?;
        check_version(path, version.codebase_version.as_ref())?;
        let file: File = serde_json::from_str(text).map_err(|e| malformed(e.to_string()))?;
        if file.data_path != DATA_PATH {
            return Err(malformed(format!("data_path '{}' instead of '{DATA_PATH}'", file.data_path)));
        }
        // Some writers put a whole rate as 30.0.
        let fps =
            file.fps.as_f64().filter(|hz| hz.fract() == 0.0 && *hz >= 1.0 && *hz <= f64::from(u32::MAX)).map(|hz| hz as u32);
        let fps = fps.ok_or_else(|| malformed(format!("fps {} instead of a whole positive number", file.fps)))?;
        let (mut features, mut skipped) = (Vec::new(), Vec::new());
        for (name, declared) in file.features.0 {
            if AUTOMATIC.contains(&name.as_str()) {
                continue;
            }
            let dims = dimension_names(&declared).map_err(|e| malformed(format!("feature '{name}' with {e}")))?;
            if ["float32", "float64"].contains(&declared.dtype.as_str()) {
                features.push(Feature { name, dims });
            } else {
                skipped.push(DeclaredFeature { name, dtype: declared.dtype, shape: declared.shape, dims });
            }
        }
        let (robot_type, total_episodes) = (file.robot_type, file.total_episodes);
        Ok(Self {
            robot_type,
            fps,
            features,
            skipped,
            total_episodes,
            total_frames: file.total_frames,
            total_tasks: file.total_tasks,
        })
    }

    /// The text of the file: indented by 4, features in order, the automatic ones behind.
    pub(crate) fn text(&self) -> String {
        let declare = |dtype: &str, dims: usize, names: Value| Declared { dtype: dtype.into(), shape: vec![dims], names };
        let mut features: Vec<_> =
            self.features.iter().map(|f| (f.name.clone(), declare("float32", f.dims.len(), json!(f.dims)))).collect();
        for name in AUTOMATIC {
            let dtype = if name == "timestamp" { "float32" } else { "int64" };
            features.push((name.into(), declare(dtype, 1, Value::Null)));
        }
        let file = File {
            codebase_version: "v3.0".into(),
            robot_type: self.robot_type.clone(),
            total_episodes: self.total_episodes,
            total_frames: self.total_frames,
            total_tasks: self.total_tasks,
            chunks_size: CHUNK_SIZE,
            data_files_size_in_mb: DATA_FILE_MB,
            video_files_size_in_mb: VIDEO_FILE_MB,
            fps: self.fps.into(),
            splits: json!({ "train": format!("0:{}", self.total_episodes) }),
            data_path: DATA_PATH.into(),
            video_path: None,
            features: InOrder(features),
        };
        json_text(&file)
    }
}

fn check_version(path: &Path, version: Option<&Value>) -> Result<()> {
    let found = version.map_or_else(|| "none".into(), |v| v.as_str().map_or_else(|| v.to_string(), str::to_owned));
    let major = found.trim_start_matches('v').split('.').next().and_then(|m| m.parse::<u32>().ok());
    let cure = match major {
        Some(3) => return Ok(()),
        Some(0..=2) => "convert it with LeRobot's convert_dataset_v21_to_v30",
        Some(_) => "a newer Kouros may read it",
        None => "codebase_version should be a text such as \"v3.0\"",
    };
    Err(Error::Version { path: path.into(), found, cure })
}

/// One name per dimension, whatever form the names have in the wild: a list, a list in a list, a
/// map of lists or to positions, one text, nothing.
fn dimension_names(declared: &Declared) -> std::result::Result<Vec<String>, String> {
    /// More dimensions than this are no vector of a robot's.
    const MOST: usize = 1 << 24;
    let picture = ["video", "image"].contains(&declared.dtype.as_str());
    let count = declared.shape.iter().try_fold(1usize, |a, &b| a.checked_mul(b)).filter(|&n| picture || (n > 0 && n <= MOST));
    let count = count.ok_or_else(|| format!("shape {:?}", declared.shape))?;
    let mut names = Vec::new();
    gather(&declared.names, &mut names);
    if picture || names.len() == count {
        return Ok(names);
    }
    // One word for all, the names of axes, or none: the numbers are the names.
    Ok((0..count).map(|i| i.to_string()).collect())
}

pub(crate) fn gather(names: &Value, out: &mut Vec<String>) {
    match names {
        Value::String(name) => out.push(name.clone()),
        Value::Array(list) => list.iter().for_each(|v| gather(v, out)),
        Value::Object(map) if map.values().all(Value::is_u64) => {
            let mut places: Vec<_> = map.iter().map(|(name, place)| (place.as_u64(), name)).collect();
            places.sort();
            out.extend(places.into_iter().map(|(_, name)| name.clone()));
        }
        Value::Object(map) => map.values().for_each(|v| gather(v, out)),
        other => out.extend((!other.is_null()).then(|| other.to_string())),
    }
}

/// JSON indented by 4, as the field writes it, with a line end.
pub(crate) fn json_text(value: &impl Serialize) -> String {
    let mut bytes = Vec::new();
    let mut serializer =
        serde_json::Serializer::with_formatter(&mut bytes, serde_json::ser::PrettyFormatter::with_indent(b"    "));
    // Neither memory nor maps with texts as keys can fail; nothing else is written.
    let _ = value.serialize(&mut serializer);
    bytes.push(b'\n');
    String::from_utf8(bytes).unwrap_or_default()
}

/// A JSON map whose order matters.
#[derive(Debug)]
pub(crate) struct InOrder<T>(pub(crate) Vec<(String, T)>);

impl<T: Serialize> Serialize for InOrder<T> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(k, v)| (k, v)))
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for InOrder<T> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        struct Visitor<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> serde::de::Visitor<'de> for Visitor<T> {
            type Value = InOrder<T>;

            fn expecting(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
                f.write_str("a map")
            }

            fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> std::result::Result<Self::Value, A::Error> {
                let mut entries: Vec<(String, T)> = Vec::new();
                let mut seen = HashSet::new();
                while let Some((key, value)) = map.next_entry::<String, T>()? {
                    if !seen.insert(key.clone()) {
                        return Err(serde::de::Error::custom(format!("'{key}' twice")));
                    }
                    entries.push((key, value));
                }
                Ok(InOrder(entries))
            }
        }
        deserializer.deserialize_map(Visitor(PhantomData))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(features: &str) -> Result<DatasetInfo> {
        let text = format!(
            r#"{{"codebase_version":"v3.0","robot_type":null,"total_episodes":1,"total_frames":2,"fps":30.0,
                "data_path":"{DATA_PATH}","tools":[],"features":{{{features}}}}}"#
        );
        DatasetInfo::parse(Path::new("info.json"), &text)
    }

    fn dims(names: &str) -> Vec<String> {
        let info = parse(&format!(r#""s":{{"dtype":"float32","shape":[2],"names":{names}}}"#)).expect("sane");
        info.features[0].dims.clone()
    }

    #[test]
    fn names_come_in_many_forms() {
        for names in [r#"["a","b"]"#, r#"[["a","b"]]"#, r#"{"motors":["a","b"]}"#, r#"{"b":1,"a":0}"#] {
            assert_eq!(dims(names), ["a", "b"], "{names}");
        }
        for names in ["null", r#""state""#, r#"["a"]"#] {
            assert_eq!(dims(names), ["0", "1"], "{names}");
        }
    }

    #[test]
    fn what_is_not_read_is_listed() {
        let info = parse(
            r#""observation.images.head":{"dtype":"video","shape":[480,640,3],"names":["height","width","channels"],"info":{"video.fps":30}},
               "next.done":{"dtype":"bool","shape":[1]},"z":{"dtype":"float64","shape":[2,3]},"a":{"dtype":"float32","shape":[1]}"#,
        )
        .expect("sane");
        assert_eq!(info.features.iter().map(|f| (f.name.as_str(), f.dims.len())).collect::<Vec<_>>(), [("z", 6), ("a", 1)]);
        assert_eq!(info.skipped.iter().map(|f| f.dtype.as_str()).collect::<Vec<_>>(), ["video", "bool"]);
        assert_eq!(info.fps, 30);
    }

    #[test]
    fn text_and_back() {
        let info = DatasetInfo {
            robot_type: Some("unitree_g1".into()),
            fps: 50,
            features: vec![Feature::new("z", ["x", "y"]), Feature::new("a", ["x"])],
            skipped: vec![],
            total_episodes: 3,
            total_frames: 10,
            total_tasks: 2,
        };
        let text = info.text();
        assert!(text.starts_with("{\n    \"codebase_version\": \"v3.0\",\n    \"robot_type\": \"unitree_g1\","), "{text}");
        assert_eq!(DatasetInfo::parse(Path::new("info.json"), &text).expect("own text"), info);
    }

    #[test]
    fn other_versions_say_what_to_do() {
        let message = |text: &str| DatasetInfo::parse(Path::new("i"), text).expect_err("version").to_string();
        assert!(message(r#"{"codebase_version":"v2.1"}"#).contains("found v2.1; convert it with"));
        assert!(message(r#"{"codebase_version":"v4.0"}"#).contains("newer Kouros"));
        assert!(message(r#"{}"#).contains("found none"));
        assert!(message("{").contains("line 1"));
        assert!(message(r#"{"codebase_version":"v3.0"}"#).contains("missing field"));
    }

    #[test]
    fn hostile_shapes_are_refused() {
        for shape in ["[0]", "[4294967296,4294967296]", "[100000000]"] {
            assert!(parse(&format!(r#""s":{{"dtype":"float32","shape":{shape}}}"#)).is_err(), "{shape}");
        }
    }
}
