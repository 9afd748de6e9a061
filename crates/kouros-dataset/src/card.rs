//! The card of a dataset: what a hub shows, and the licence it files it under.

use crate::DatasetInfo;
use kouros_motion::list_names;
use serde_json::{Map, Value};
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

/// What the card says of all episodes, gathered one by one.
#[derive(Debug)]
pub(crate) struct CardFacts {
    licences: Licences,
    kinds: BTreeMap<String, usize>,
}

impl CardFacts {
    /// From what `meta/kouros.json` says of the dataset as a whole.
    pub fn of(head: &Map<String, Value>) -> Self {
        Self { licences: Licences::of(head), kinds: BTreeMap::new() }
    }

    /// One more episode.
    pub fn add(&mut self, kind: Option<&str>, meta: &Value) {
        *self.kinds.entry(kind.unwrap_or("unknown").to_owned()).or_default() += 1;
        self.licences.add(meta);
    }
}

/// The card of a dataset of which this is known.
pub(crate) fn card(info: &DatasetInfo, facts: &CardFacts) -> String {
    let CardFacts { licences, kinds } = facts;
    let robot = info.robot_type.as_deref().unwrap_or("robot");
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

/// What is known of the licences of a dataset.
#[derive(Debug)]
struct Licences {
    named: BTreeSet<String>,
    /// Whether some episode comes under none that we know.
    some_unknown: bool,
    /// Whether the dataset as a whole states some.
    stated_for_all: bool,
}

impl Licences {
    /// From the dataset's `licences`.
    fn of(head: &Map<String, Value>) -> Self {
        let mut named = BTreeSet::new();
        for of_all in [head.get("dataset")].into_iter().chain(appended(head)) {
            gather(of_all, &mut named);
        }
        Self { stated_for_all: !named.is_empty(), named, some_unknown: false }
    }

    /// From an episode's `licence` or `licences`, in its `meta` or in the `provenance` there.
    fn add(&mut self, meta: &Value) {
        let mut of_one = BTreeSet::new();
        gather(Some(meta), &mut of_one);
        gather(meta.get("provenance"), &mut of_one);
        self.some_unknown |= of_one.is_empty() && !self.stated_for_all;
        self.named.extend(of_one);
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

fn appended(kouros: &Map<String, Value>) -> impl Iterator<Item = Option<&Value>> {
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

    fn facts(kouros: &Value) -> CardFacts {
        let mut facts = CardFacts::of(kouros.as_object().expect("a map"));
        for entry in kouros["episodes"].as_array().into_iter().flatten() {
            facts.add(entry["kind"].as_str(), &entry["meta"]);
        }
        facts
    }

    fn id(kouros: Value) -> &'static str {
        facts(&kouros).licences.id()
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
        let text = card(&info, &facts(&json!({ "episodes": [{ "kind": "locomotion" }, { "kind": "locomotion" }] })));
        assert!(text.starts_with("---\nlicense: other\n"), "{text}");
        assert!(text.contains("2 episodes (2 locomotion), 75 frames at 50 Hz\n(1.5 s)") && text.contains(MARK), "{text}");
        assert!(text.contains("| `action` | 2 | x, y |"), "{text}");
    }
}
