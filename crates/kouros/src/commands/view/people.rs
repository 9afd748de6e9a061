//! The person an episode was made from, found among capture files the user names.
//!
//! A dataset says the file's name and hash and never its place, and no path in it is followed: a
//! file is taken when both are the same.

use crate::exit::Result;
use crate::hashes::sha256;
use crate::import_args::ImportArgs;
use crate::inputs;
use kouros_label::human_contacts;
use kouros_mocap::Capture;
use kouros_motion::Report;
use kouros_view::{HumanOf, Person};
use serde_json::Value;
use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// Looks people up in `clips`; none without any.
pub fn finder(clips: &[PathBuf], import: &ImportArgs) -> Result<Option<HumanOf>> {
    if clips.is_empty() {
        return Ok(None);
    }
    let mut by_name: HashMap<String, Vec<PathBuf>> = HashMap::new();
    for path in inputs::files(clips, Path::new(""))? {
        let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        by_name.entry(name).or_default().push(path);
    }
    let import = import.clone();
    Ok(Some(Box::new(move |meta, rate_hz| person(meta, rate_hz, &by_name, &import))))
}

fn person(meta: &Value, rate_hz: f64, by_name: &HashMap<String, Vec<PathBuf>>, import: &ImportArgs) -> Option<Person> {
    let provenance = meta.get("provenance")?;
    let word = |name: &str| provenance.get(name).and_then(Value::as_str);
    let steps = provenance.get("steps")?.as_array()?;
    let step = |name: &str| steps.iter().find(|s| s.get("name").and_then(Value::as_str) == Some(name));
    if step("augment").is_some() {
        return None; // mirrored or at another pace: the file is not what the robot did
    }
    let hash = word("sha256")?;
    let is_it = |p: &&PathBuf| std::fs::read(p).is_ok_and(|bytes| sha256(&bytes) == hash);
    let path = by_name.get(word("source")?)?.iter().find(is_it)?;
    let mut report = Report::new();
    let (capture, _) = import.capture(path, &mut report).ok()?;
    let Capture::Person(clip) = capture else { return None };
    let floor = human_contacts(&clip.body_track(), &clip.anatomy, None, &Default::default(), &mut report).floor;
    let track = clip.body_track_at(rate_hz).ok()?;
    let scale = step("retarget").and_then(|s| s.get("settings")?.get("scale")?.as_str()?.parse::<f64>().ok());
    let scale = scale.filter(|s| s.is_finite() && *s > 0.0).unwrap_or(1.0);
    let parents = clip.motion.skeleton().joints().iter().map(|j| j.parent).collect();
    Some(Person { track, parents, floor, scale })
}
