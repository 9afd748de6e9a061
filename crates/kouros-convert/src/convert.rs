//! From a source into a target, whole or not at all.

use crate::mcap::McapSink;
use crate::{Result, Source};
use kouros_dataset::stream::{Account, Embodiment, LeRobotSink, ModalityPlan, Version};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// What is written.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Target {
    /// A LeRobot dataset.
    LeRobot(Version),
    /// A folder of MCAP files, an episode a file, each with these files (name and bytes) attached:
    /// the robot's model.
    Mcap(Vec<(String, Vec<u8>)>),
    /// A LeRobot v2.1 dataset with GR00T's `modality.json`, for this embodiment.
    Groot(Embodiment),
}

impl Target {
    /// Its format in words.
    pub fn words(&self) -> String {
        match self {
            Self::LeRobot(version) => format!("LeRobot {}", version.tag()),
            Self::Mcap(_) => "MCAP".into(),
            Self::Groot(_) => "LeRobot v2.1 for GR00T".into(),
        }
    }
}

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// Where it is.
    pub path: PathBuf,
    /// Formats in words.
    pub from: String,
    /// What it is now.
    pub to: String,
    /// How many episodes.
    pub episodes: usize,
    /// How many frames.
    pub frames: usize,
    /// What could not be carried, and what was changed.
    pub account: Account,
}

impl Outcome {
    /// The report, as the file beside the data has it.
    pub fn json(&self) -> Value {
        let mut out = json!({
            "schema": "kouros-convert/1",
            "kouros_version": env!("CARGO_PKG_VERSION"),
            "from": self.from,
            "to": self.to,
            "episodes": self.episodes,
            "frames": self.frames,
        });
        if let (Value::Object(out), Value::Object(account)) = (&mut out, self.account.json()) {
            out.extend(account);
        }
        out
    }

    pub(crate) fn text(&self) -> String {
        format!("{:#}\n", self.json())
    }
}

/// Writes all episodes of `source` to `out`, where nothing may be. `each` hears the number of
/// episodes done.
///
/// # Errors
/// Something is at `out`; the source is not what it should be, or what the target cannot hold; the
/// disk refuses. Nothing is at `out` then.
pub fn convert(source: &mut dyn Source, target: &Target, out: &Path, each: &mut dyn FnMut(usize)) -> Result<Outcome> {
    let mut outcome = Outcome {
        path: out.into(),
        from: source.head().format.clone(),
        to: target.words(),
        episodes: 0,
        frames: 0,
        account: Account::default(),
    };
    match target {
        Target::LeRobot(version) => lerobot(source, *version, None, out, &mut outcome, each)?,
        Target::Mcap(attached) => into_mcap(source, attached.clone(), out, &mut outcome, each)?,
        Target::Groot(embodiment) => lerobot(source, Version::V21, Some(*embodiment), out, &mut outcome, each)?,
    }
    Ok(outcome)
}

fn lerobot(
    source: &mut dyn Source,
    version: Version,
    groot: Option<Embodiment>,
    out: &Path,
    outcome: &mut Outcome,
    each: &mut dyn FnMut(usize),
) -> Result<()> {
    let plan = groot.map(|embodiment| ModalityPlan::new(source.head(), embodiment, &mut outcome.account));
    let head = plan.as_ref().map_or_else(|| source.head().clone(), |p| p.head(source.head()));
    let mut sink = LeRobotSink::create(out, version, head)?;
    while let Some(mut episode) = source.next_episode()? {
        if let Some(plan) = &plan {
            plan.apply(&mut episode.columns, episode.length);
        }
        sink.take(&episode)?;
        outcome.episodes += 1;
        outcome.frames += episode.length;
        each(outcome.episodes);
    }
    outcome.account.add(source.account());
    outcome.account.add(std::mem::take(&mut sink.account));
    let mut more = vec![("meta/conversion.json", outcome.text())];
    more.extend(plan.map(|p| ("meta/modality.json", p.text())));
    outcome.path = sink.finish(&more)?.path;
    Ok(())
}

fn into_mcap(
    source: &mut dyn Source,
    attached: Vec<(String, Vec<u8>)>,
    out: &Path,
    outcome: &mut Outcome,
    each: &mut dyn FnMut(usize),
) -> Result<()> {
    let mut sink = McapSink::create(out, source.head().clone(), attached)?;
    while let Some(episode) = source.next_episode()? {
        sink.take(&episode)?;
        outcome.episodes += 1;
        outcome.frames += episode.length;
        each(outcome.episodes);
    }
    outcome.account.add(source.account());
    outcome.account.add(std::mem::take(&mut sink.account));
    outcome.path = sink.finish(&outcome.text())?;
    Ok(())
}
