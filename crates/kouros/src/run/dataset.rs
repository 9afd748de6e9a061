//! A run into a dataset: what is there stays, what is missing is made.
//!
//! Lives here: which clips are done, staging, committing. Does not: the dataset's files
//! (`kouros-dataset`), one clip (`clip.rs`).

use crate::exit::{Failure, Result};
use crate::report::Sections;
use crate::run::row::Row;
use crate::run::{Ended, Job, all, clip, describe};
use kouros_dataset::{Dataset, Error, Writer, WriterOptions};
use std::collections::{BTreeMap, HashMap};

/// Makes what is missing and puts it into the dataset.
pub fn run(job: &Job<'_>, rate_hz: u32) -> Result<Ended> {
    let options = WriterOptions {
        robot_type: job.chosen.robot.name.clone(),
        fps: rate_hz,
        dataset_meta: describe::dataset_meta(job.chosen, job.settings),
    };
    let writer = Writer::create_or_append(job.out, options).map_err(|e| disk_failure(&e))?;
    let sources = &job.plan.sources;
    let wanted: BTreeMap<String, usize> = sources.iter().enumerate().map(|(order, s)| (s.key.clone(), order)).collect();
    let dropped = writer.keep_staged(&wanted).map_err(|e| disk_failure(&e))?;
    let done = writer.done_keys();
    let work: Vec<_> = sources.iter().enumerate().filter(|(_, s)| !done.contains(&s.key)).collect();
    let sections = Sections::open(job)?;

    let outcomes = all::each(&work, job.threads, &|order, source| {
        let made = clip::make(source, job.body_model, &job.chosen.robot, job.settings)?;
        let episode = describe::episode(source, &made);
        let row = Row::new(&source.key, &made.task, made.kind.name(), episode.length, f64::from(rate_hz), &episode.meta);
        sections.keep(order, job, &made, &row)?;
        writer.stage(order, &episode).map_err(|e| match e {
            Error::Episode { .. } | Error::Feature { .. } | Error::NotFinite { .. } => {
                Failure::internal(format!("{}: {e}", source.path.display()))
            }
            e => disk_failure(&e).fatal(),
        })?;
        Ok(made.seconds)
    })?;
    let mut ended = Ended::new(job, outcomes)?;
    ended.dropped = dropped.len();
    let summary = writer.commit().map_err(|e| disk_failure(&e))?;
    ended.nothing_to_do = summary.added_episodes == 0 && ended.failed.is_empty();
    if summary.total_episodes == 0 {
        sections.remove();
        return Ok(ended);
    }
    let there = Dataset::open(job.out).map_err(|e| disk_failure(&e))?;
    let rows = rows(&there);
    let at: HashMap<&str, &Row> = rows.iter().map(|r| (r.key.as_str(), r)).collect();
    ended.rows = sources.iter().filter_map(|s| at.get(s.key.as_str()).map(|r| (*r).clone())).collect();
    ended.totals = Some((summary.total_episodes, summary.total_frames));
    if job.report && (!ended.nothing_to_do || sections.left) {
        ended.report = Some(sections.write(job, &rows, &ended.failed)?);
    }
    sections.remove();
    Ok(ended)
}

/// A line for every episode of a dataset.
pub fn rows(dataset: &Dataset) -> Vec<Row> {
    let rate_hz = f64::from(dataset.info().fps);
    let row = |e: &kouros_dataset::EpisodeInfo| {
        let kind = e.kind.map(kouros_motion::Kind::name).unwrap_or_default();
        let task = e.tasks.first().map(String::as_str).unwrap_or_default();
        let mut row = Row::new(e.key.as_deref().unwrap_or_default(), task, kind, e.length, rate_hz, &e.meta());
        if row.name.is_empty() {
            row.name = format!("episode {}", e.index);
        }
        row
    };
    dataset.episodes().iter().map(row).collect()
}

/// What the dataset's writer says, with the cure where it is known.
pub fn disk_failure(error: &Error) -> Failure {
    let failure = Failure::new(error);
    match error {
        Error::NotADataset { .. } => failure.hint("give --out a folder that is new, empty, or a dataset"),
        Error::Differs { .. } => failure.hint("give --out another folder, or the settings of the dataset that is there"),
        Error::Exists { .. } => failure.hint("--overwrite replaces it"),
        _ => failure,
    }
}
