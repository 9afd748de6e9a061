//! Several sources, one after the other.

use crate::{Error, Result, Source};
use kouros_dataset::stream::{Account, Head, Recording};
use serde_json::{Value, json};

/// The episodes of several sources in the order of the sources.
pub struct Merged {
    sources: Vec<Box<dyn Source>>,
    head: Head,
    /// The source that is read.
    at: usize,
    /// How many episodes came.
    given: usize,
    account: Account,
}

impl Merged {
    /// Puts sources together that have the same rate, robot, features and cameras. Features may stand
    /// in another order; their dimensions may not.
    ///
    /// # Errors
    /// No source; what differs.
    pub fn new(sources: Vec<Box<dyn Source>>) -> Result<Self> {
        let Some(first) = sources.first() else { return Err(Error::Asked("expected a dataset to merge, found none".into())) };
        let mut head = first.head().clone();
        let mut differences = Vec::new();
        for (number, source) in sources.iter().enumerate().skip(1) {
            compare(&head, source.head(), number, &mut differences);
        }
        if !differences.is_empty() {
            return Err(Error::Differ { differences });
        }
        let mut account = Account::default();
        let counts: Vec<Option<usize>> = sources.iter().map(|s| s.head().episodes).collect();
        head.episodes = counts.iter().copied().sum();
        let mut from = counts.first().copied().flatten().unwrap_or(0);
        let mut appended = head.kouros.get("appended").and_then(Value::as_array).cloned().unwrap_or_default();
        for (source, count) in sources.iter().zip(&counts).skip(1) {
            let theirs = source.head().kouros.get("dataset");
            if theirs.is_some_and(|t| Some(t) != head.kouros.get("dataset")) {
                appended.push(json!({ "from_episode": from, "dataset": theirs }));
            }
            from += count.unwrap_or(0);
        }
        if !appended.is_empty() {
            head.kouros.insert("appended".into(), appended.into());
        }
        for at in 0..head.cameras.len() {
            let differ =
                sources.iter().any(|s| s.head().cameras.get(at).is_none_or(|c| c.statistics != head.cameras[at].statistics));
            if differ {
                let camera = &mut head.cameras[at];
                camera.statistics = Value::Null;
                account.lost(format!("statistics of '{}'", camera.name), "those of the parts cannot be put together");
            }
        }
        Ok(Self { sources, head, at: 0, given: 0, account })
    }
}

fn compare(first: &Head, other: &Head, number: usize, out: &mut Vec<String>) {
    if first.fps != other.fps {
        out.push(format!("dataset {number} has {} frames a second, the first has {} (--rate)", other.fps, first.fps));
    }
    if first.robot_type != other.robot_type {
        let name = |h: &Head| h.robot_type.clone().unwrap_or_else(|| "none".into());
        out.push(format!("dataset {number} is of robot '{}', the first of '{}'", name(other), name(first)));
    }
    let here: Vec<_> = first.streams.iter().map(|s| &s.name).chain(first.cameras.iter().map(|c| &c.name)).collect();
    let there: Vec<_> = other.streams.iter().map(|s| &s.name).chain(other.cameras.iter().map(|c| &c.name)).collect();
    out.extend(here.iter().filter(|n| !there.contains(n)).map(|n| format!("dataset {number} lacks '{n}' (--drop {n})")));
    out.extend(there.iter().filter(|n| !here.contains(n)).map(|n| format!("only dataset {number} has '{n}' (--drop {n})")));
    for (a, b) in first.streams.iter().filter_map(|a| Some((a, other.streams.iter().find(|b| b.name == a.name)?))) {
        if a.scalar != b.scalar {
            out.push(format!("'{}' is {} in dataset {number} and {} in the first", a.name, b.scalar.dtype(), a.scalar.dtype()));
        } else if a.dims != b.dims {
            let at = a.dims.iter().zip(&b.dims).position(|(x, y)| x != y).unwrap_or(a.dims.len().min(b.dims.len()));
            let name = |d: &[String]| d.get(at).cloned().unwrap_or_else(|| "none".into());
            let (theirs, ours) = (name(&b.dims), name(&a.dims));
            out.push(format!("dimension {at} of '{}' is '{theirs}' in dataset {number}, '{ours}' in the first", a.name));
        }
    }
}

impl Source for Merged {
    fn head(&self) -> &Head {
        &self.head
    }

    fn next_episode(&mut self) -> Result<Option<Recording>> {
        while let Some(source) = self.sources.get_mut(self.at) {
            let Some(mut episode) = source.next_episode()? else {
                self.at += 1;
                continue;
            };
            let theirs = source.head();
            let (mut columns, mut footage) = (Vec::new(), Vec::new());
            for stream in &self.head.streams {
                let at = theirs.stream(&stream.name).unwrap_or(usize::MAX);
                columns.extend(
                    episode.columns.get_mut(at).map(|c| std::mem::replace(c, kouros_dataset::stream::Values::I64(Vec::new()))),
                );
            }
            for camera in &self.head.cameras {
                let at = theirs.cameras.iter().position(|c| c.name == camera.name).unwrap_or(usize::MAX);
                footage.extend(episode.footage.get(at).cloned());
            }
            (episode.columns, episode.footage) = (columns, footage);
            // Those of the second set count on: nothing was lost by that.
            episode.index = self.given;
            self.given += 1;
            return Ok(Some(episode));
        }
        Ok(None)
    }

    fn account(&mut self) -> Account {
        let mut account = std::mem::take(&mut self.account);
        self.sources.iter_mut().for_each(|s| account.add(s.account()));
        account
    }
}
