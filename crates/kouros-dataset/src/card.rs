//! The card of a dataset: what a hub shows, and the licence it files it under.

use crate::DatasetInfo;
use kouros_motion::list_names;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Stands in every card of ours. Without this line the card is somebody's own and stays.
pub(crate) const MARK: &str =
    "<!-- Kouros writes this card anew with every episode it adds; remove this line to keep your own. -->";

/// Licences that the Hugging Face hub has a name for and that data comes under.
const KNOWN: [&str; 20] = [
    "apache-2.0",
    "bsd-2-clause",
    "bsd-3-clause",
    "cc-by-2.0",
    "cc-by-3.0",
    "cc-by-4.0",
    "cc-by-nc-2.0",
    "cc-by-nc-3.0",
    "cc-by-nc-4.0",
    "cc-by-nc-nd-4.0",
    "cc-by-nc-sa-4.0",
    "cc-by-nd-4.0",
    "cc-by-sa-4.0",
    "cc0-1.0",
    "cdla-permissive-2.0",
    "mit",
    "odbl",
    "odc-by",
    "pddl",
    "unlicense",
];

/// The card of a dataset with this `meta/kouros.json`.
pub(crate) fn card(info: &DatasetInfo, kouros: &Value) -> String {
    let licences = Licences::of(kouros);
    let robot = info.robot_type.as_deref().unwrap_or("robot");
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    for entry in entries(kouros) {
        *kinds.entry(entry.get("kind").and_then(Value::as_str).unwrap_or("unknown")).or_default() += 1;
    }
    let kinds = list_names(kinds.iter().map(|(kind, count)| format!("{count} {kind}")));
    let features: String =
        info.features.iter().map(|f| format!("| `{}` | {} | {} |\n", f.name, f.dims.len(), list_names(&f.dims))).collect();
    let (episodes, frames, fps, tasks) = (info.total_episodes, info.total_frames, info.fps, info.total_tasks);
    let (id, licences, seconds) = (licences.id(), licences.words(), frames as f64 / f64::from(fps));
    format!(
        "---
license: {id}
task_categories:
- robotics
tags:
- LeRobot
- kouros
configs:
- config_name: default
  data_files: data/*/*.parquet
---

{MARK}

# {robot}, {episodes} episodes

A LeRobot v3.0 dataset written by Kouros: {episodes} episodes ({kinds}), {frames} frames at {fps} Hz
({seconds:.1} s), {tasks} tasks.

| feature | dimensions | names |
|---|---|---|
{features}
SI units, radians, Z up, quaternions w first. `observation.*` is what a robot can sense, `label.*`
what is known besides. Source, licence, settings and findings of each episode: `meta/kouros.json`.

Licences of the sources: {licences}.
"
    )
}

fn entries(kouros: &Value) -> impl Iterator<Item = &Value> {
    kouros.get("episodes").and_then(Value::as_array).into_iter().flatten()
}

/// What is known of the licences of a dataset.
struct Licences {
    named: BTreeSet<String>,
    /// Whether some episode comes under none that we know.
    some_unknown: bool,
}

impl Licences {
    /// From the dataset's `licences` and each episode's `licence` or `licences`, in its `meta` or
    /// in the `provenance` there.
    fn of(kouros: &Value) -> Self {
        let mut named = BTreeSet::new();
        for of_all in [kouros.get("dataset")].into_iter().chain(appended(kouros)) {
            gather(of_all, &mut named);
        }
        let stated_for_all = !named.is_empty();
        let mut some_unknown = false;
        for entry in entries(kouros) {
            let mut of_one = BTreeSet::new();
            let meta = entry.get("meta");
            gather(meta, &mut of_one);
            gather(meta.and_then(|m| m.get("provenance")), &mut of_one);
            some_unknown |= of_one.is_empty() && !stated_for_all;
            named.extend(of_one);
        }
        Self { named, some_unknown }
    }

    /// The hub's name: that of the one licence, if it has one; never a guess.
    fn id(&self) -> &'static str {
        let mut named = self.named.iter();
        match (named.next(), named.next()) {
            (Some(one), None) if !self.some_unknown => KNOWN.into_iter().find(|k| k.eq_ignore_ascii_case(one)).unwrap_or("other"),
            _ => "other",
        }
    }

    fn words(&self) -> String {
        let mut words: Vec<&str> = self.named.iter().map(String::as_str).collect();
        if self.some_unknown || words.is_empty() {
            words.push("unknown for some episodes");
        }
        words.join("; ")
    }
}

fn appended(kouros: &Value) -> impl Iterator<Item = Option<&Value>> {
    kouros.get("appended").and_then(Value::as_array).into_iter().flatten().map(|a| a.get("dataset"))
}

fn gather(of: Option<&Value>, out: &mut BTreeSet<String>) {
    for key in ["licence", "licences"] {
        let found = of.and_then(|v| v.get(key));
        let list = found.and_then(Value::as_array).map_or_else(|| found.into_iter().collect(), |l| l.iter().collect::<Vec<_>>());
        // On one line: the text goes into a paragraph.
        let words = list.into_iter().filter_map(Value::as_str).map(|t| t.split_whitespace().collect::<Vec<_>>().join(" "));
        out.extend(words.filter(|t| !t.is_empty()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn id(kouros: Value) -> &'static str {
        Licences::of(&kouros).id()
    }

    #[test]
    fn a_licence_is_never_guessed() {
        assert_eq!(id(json!({ "dataset": {}, "episodes": [{}] })), "other");
        assert_eq!(id(json!({ "dataset": { "licences": ["CC-BY-4.0"] }, "episodes": [{}] })), "cc-by-4.0");
        assert_eq!(id(json!({ "dataset": { "licences": ["CC-BY-4.0", "MIT"] } })), "other");
        assert_eq!(id(json!({ "dataset": { "licences": ["CMU: free to use"] } })), "other");
        let one = json!({ "meta": { "provenance": { "licence": "cc-by-4.0" } } });
        assert_eq!(id(json!({ "episodes": [one, one] })), "cc-by-4.0");
        assert_eq!(id(json!({ "episodes": [one, { "meta": {} }] })), "other");
    }

    #[test]
    fn the_card_begins_with_its_front_matter() {
        let info = DatasetInfo {
            robot_type: Some("g1".into()),
            fps: 50,
            features: vec![crate::Feature::new("action", ["x", "y"])],
            skipped: vec![],
            total_episodes: 2,
            total_frames: 75,
            total_tasks: 1,
        };
        let text = card(&info, &json!({ "episodes": [{ "kind": "locomotion" }, { "kind": "locomotion" }] }));
        assert!(text.starts_with("---\nlicense: other\n"), "{text}");
        assert!(text.contains("2 episodes (2 locomotion), 75 frames at 50 Hz\n(1.5 s)") && text.contains(MARK), "{text}");
        assert!(text.contains("| `action` | 2 | x, y |"), "{text}");
    }
}
