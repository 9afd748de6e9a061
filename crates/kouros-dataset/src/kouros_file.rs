//! `meta/kouros.json`: what Kouros knows of a dataset and of each episode beside the standard.
//!
//! Lives here: its bytes. A dataset may have a hundred thousand episodes, so what is kept about
//! them stays text, held once and parsed when it is asked for, and is written one by one.
//! Does not: what stands in it (the callers).

use crate::info::json_text;
use crate::{Error, Result};
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// One JSON value as its text, part of a file's that is held once for all.
#[derive(Debug, Clone)]
pub(crate) struct Piece {
    whole: Arc<str>,
    at: Range<usize>,
}

impl Piece {
    /// The text.
    pub fn text(&self) -> &str {
        self.whole.get(self.at.clone()).unwrap_or_default()
    }

    /// The value under a key; `null` where there is none.
    pub fn get(&self, key: &str) -> Value {
        let parts: BTreeMap<String, &RawValue> = serde_json::from_str(self.text()).unwrap_or_default();
        parts.get(key).and_then(|raw| serde_json::from_str(raw.get()).ok()).unwrap_or_default()
    }
}

impl PartialEq for Piece {
    fn eq(&self, other: &Self) -> bool {
        self.text() == other.text()
    }
}

/// The file, read.
#[derive(Debug)]
pub(crate) struct KourosFile {
    /// Everything but the list of episodes.
    pub head: Map<String, Value>,
    /// The entries of `episodes`, in their order.
    pub entries: Vec<Piece>,
}

impl KourosFile {
    /// Takes the text of the file at `path` apart.
    pub fn parse(path: &Path, text: String) -> Result<Self> {
        let malformed = |e: serde_json::Error| Error::malformed(path, "JSON", e.to_string());
        let whole: Arc<str> = text.into();
        let parts: BTreeMap<String, &RawValue> = serde_json::from_str(&whole).map_err(malformed)?;
        let none = || Error::malformed(path, "a list 'episodes'", "none");
        let list: Vec<&RawValue> = parts.get("episodes").and_then(|l| serde_json::from_str(l.get()).ok()).ok_or_else(none)?;
        let piece = |raw: &&RawValue| {
            // A raw value borrows from the text: where it begins there is the distance of the two.
            let start = (raw.get().as_ptr() as usize).saturating_sub(whole.as_ptr() as usize);
            Piece { whole: whole.clone(), at: start..start + raw.get().len() }
        };
        let entries = list.iter().map(piece).collect();
        let rest = parts.iter().filter(|(key, _)| *key != "episodes");
        let head =
            rest.map(|(key, raw)| Ok((key.clone(), serde_json::from_str(raw.get())?))).collect::<std::result::Result<_, _>>();
        Ok(Self { head: head.map_err(malformed)?, entries })
    }
}

/// The file while it is written: everything but the episodes first, then one line for each.
pub(crate) struct KourosWriter {
    path: PathBuf,
    file: BufWriter<File>,
    some: bool,
}

impl KourosWriter {
    /// A new file that begins with `head`, which has no `episodes`.
    pub fn create(path: &Path, head: &Map<String, Value>) -> Result<Self> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(Error::io("create", folder))?;
        }
        let mut file = BufWriter::new(File::create_new(path).map_err(Error::io("create", path))?);
        let text = json_text(head);
        let open = text.trim_end().trim_end_matches('}').trim_end();
        let comma = if head.is_empty() { "" } else { "," };
        write!(file, "{open}{comma}\n    \"episodes\": [").map_err(Error::io("write", path))?;
        Ok(Self { path: path.into(), file, some: false })
    }

    /// The next entry, as the text of a JSON value.
    pub fn entry(&mut self, text: &str) -> Result<()> {
        let comma = if std::mem::replace(&mut self.some, true) { "," } else { "" };
        write!(self.file, "{comma}\n        {text}").map_err(Error::io("write", &self.path))
    }

    /// Ends the file; it is on the disk then.
    pub fn finish(self) -> Result<()> {
        let Self { path, mut file, .. } = self;
        let ended = file.write_all(b"\n    ]\n}\n").and_then(|()| file.into_inner().map_err(|e| e.into_error())?.sync_all());
        ended.map_err(Error::io("write", &path))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_written_is_read() {
        let folder = tempfile::tempdir().expect("folder");
        for (name, count) in [("none", 0), ("one", 1), ("three", 3)] {
            let path = folder.path().join(name).join("k.json");
            let head = json!({ "dataset": { "a": [1, "}"] }, "kouros_version": "0" });
            let mut writer = KourosWriter::create(&path, head.as_object().expect("a map")).expect("create");
            let entry = |i: usize| json!({ "key": format!("\u{e4}{i}]"), "meta": { "x": 0.1 + i as f64 } });
            (0..count).for_each(|i| writer.entry(&entry(i).to_string()).expect("write"));
            writer.finish().expect("finish");
            let text = fs::read_to_string(&path).expect("read");
            let whole: Value = serde_json::from_str(&text).expect("JSON");
            assert_eq!(whole["dataset"], head["dataset"]);
            let file = KourosFile::parse(&path, text).expect("own text");
            assert_eq!(Value::Object(file.head), head);
            let read: Vec<_> = file.entries.iter().map(|e| (e.get("key"), e.get("meta"))).collect();
            let written: Vec<_> = (0..count).map(|i| (entry(i)["key"].clone(), entry(i)["meta"].clone())).collect();
            assert_eq!(read, written);
            assert_eq!(file.entries.iter().map(|e| e.get("none")).collect::<Vec<_>>(), vec![Value::Null; count]);
        }
    }

    #[test]
    fn other_text_is_refused() {
        for text in ["", "[]", "{", r#"{"dataset":{}}"#, r#"{"episodes":{}}"#, r#"{"episodes":[1,]}"#] {
            assert!(KourosFile::parse(Path::new("k"), text.into()).is_err(), "{text}");
        }
    }
}
