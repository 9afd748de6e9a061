//! What `kouros retarget` says: the plan, or how the run went.

use super::Args;
use crate::exit::{Exit, Failure, Result};
use crate::robot_args::Chosen;
use crate::run::plan::{Plan, Source};
use crate::run::row::{Row, ranked};
use crate::run::settings::Settings;
use crate::run::{Ended, Job, severity};
use crate::talk::{Align, complain, counted, give, give_json, say, table};
use serde_json::json;
use std::collections::BTreeSet;
use std::path::PathBuf;

/// So many clips, or failures, are told one by one; of more, the worst clips and the first failures.
pub const TOLD: usize = 20;
/// So many of the worst.
const WORST: usize = 10;

/// Says what would be done.
pub fn plan(args: &Args, plan: &Plan, chosen: &Chosen, settings: &Settings) -> Result<Exit> {
    let there = kouros_dataset::Dataset::open(&args.out).ok();
    let keys: BTreeSet<&str> = there.iter().flat_map(|d| d.episodes()).filter_map(|e| e.key.as_deref()).collect();
    let done = |key: &str| keys.contains(key);
    if args.run.json {
        let clip = |s: &Source| json!({ "name": s.name, "path": s.path, "skeleton": s.skeleton, "sha256": s.sha256, "key": s.key, "done": done(&s.key) });
        let failed = |(path, f): &(PathBuf, Failure)| json!({ "path": path, "error": f.message, "hint": f.hint });
        give_json(&json!({
            "out": args.out,
            "format": settings.layout.name(),
            "robot": chosen.robot.name,
            "rate_hz": settings.rate_hz,
            "clips": plan.sources.iter().map(clip).collect::<Vec<_>>(),
            "failed": plan.failed.iter().map(failed).collect::<Vec<_>>(),
        }))?;
    } else {
        let row = |s: &Source| {
            let skeleton = s.skeleton.as_ref().map(|p| p.display().to_string()).unwrap_or_default();
            let state = if done(&s.key) { "done" } else { "to make" };
            vec![s.name.clone(), s.path.display().to_string(), skeleton, state.into()]
        };
        let rows: Vec<_> = plan.sources.iter().map(row).collect();
        let head = [("clip", Align::Left), ("file", Align::Left), ("skeleton", Align::Left), ("state", Align::Left)];
        let rate = settings.rate_hz.map_or("each clip's own rate".into(), |hz| format!("{hz} Hz"));
        give(&table(&head, &rows))?;
        give(&format!(
            "{} clips for {} at {rate} into {} ({})\n",
            rows.len(),
            chosen.robot.name,
            args.out.display(),
            settings.layout.name()
        ))?;
    }
    complain_of(&plan.failed);
    Ok(if plan.failed.is_empty() { Exit::Done } else { Exit::Input })
}

/// Says how it went: a table of clips, or JSON, and what to open.
pub fn ended(args: &Args, job: &Job<'_>, ended: &Ended, seconds: f64) -> Result<Exit> {
    let made_frames: usize = ended.rows.iter().filter(|r| ended.made.contains_key(&r.key)).map(|r| r.frames).sum();
    let frames_s = if seconds > 0.0 { made_frames as f64 / seconds } else { 0.0 };
    if args.run.json {
        let mut rank = vec![0; ended.rows.len()];
        ranked(&ended.rows).into_iter().enumerate().for_each(|(i, place)| rank[place] = i + 1);
        let clip = |(r, rank): (&Row, usize)| {
            let mut value = serde_json::to_value(r).unwrap_or_default();
            value["made_in_seconds"] = json!(ended.made.get(&r.key));
            value["rank"] = json!(rank);
            value
        };
        let failed = |(path, f): &(PathBuf, Failure)| json!({ "path": path, "error": f.message, "hint": f.hint });
        give_json(&json!({
            "out": args.out,
            "format": job.settings.layout.name(),
            "robot": job.chosen.robot.name,
            "rate_hz": job.settings.rate_hz,
            "clips": ended.rows.iter().zip(rank).map(clip).collect::<Vec<_>>(),
            "severity": severity::MEANING,
            "failed": ended.failed.iter().map(failed).collect::<Vec<_>>(),
            "nothing_to_do": ended.nothing_to_do,
            "made_clips": ended.made.len(),
            "made_frames": made_frames,
            "frames_per_second": frames_s,
            "seconds": seconds,
            "total_clips": ended.totals.map(|t| t.0),
            "total_frames": ended.totals.map(|t| t.1),
            "report": ended.report,
        }))?;
    } else if ended.nothing_to_do {
        give(&format!("nothing to do: all {} clips are in {}\n", ended.rows.len(), args.out.display()))?;
    } else if ended.rows.len() > TOLD {
        let worst: Vec<&Row> = ranked(&ended.rows).into_iter().filter_map(|place| ended.rows.get(place)).take(WORST).collect();
        give(&format!("The worst {WORST} of {} clips:\n{}", ended.rows.len(), worst_table(&worst)))?;
        say(severity::MEANING);
    } else if !ended.rows.is_empty() {
        give(&clip_table(ended))?;
    }
    if ended.dropped > 0 {
        say(&format!("note: dropped {} finished clips that a stopped run with other clips or settings had left", ended.dropped));
    }
    complain_of(&ended.failed);
    if !ended.made.is_empty() {
        let clips = counted(ended.made.len(), "clip");
        say(&format!("{clips}, {made_frames} frames in {seconds:.1} s: {frames_s:.0} frames/s"));
    }
    if !ended.failed.is_empty() {
        let all = ended.failed.len() + ended.rows.len();
        say(&format!("{} of {all} clips failed (above); the others are done", ended.failed.len()));
    }
    match (&ended.report, ended.rows.is_empty()) {
        (Some(report), _) => say(&format!("open {} in a browser", report.display())),
        (None, false) if !ended.nothing_to_do => say(&format!("written to {}", args.out.display())),
        _ => {}
    }
    Ok(if ended.failed.iter().any(|(_, f)| f.internal) {
        Exit::Internal
    } else if ended.failed.is_empty() {
        Exit::Done
    } else {
        Exit::Input
    })
}

/// Says what could not be made: the first of it, and how much more there is.
fn complain_of(failed: &[(PathBuf, Failure)]) {
    failed.iter().take(TOLD).for_each(|(_, failure)| complain(failure));
    if failed.len() > TOLD {
        say(&format!("error: and {} more; --json and the report name them all", failed.len() - TOLD));
    }
}

/// A line for each of the clips that most deserve a look.
fn worst_table(worst: &[&Row]) -> String {
    use Align::{Left, Right};
    let head = [("clip", Left), ("s", Right), ("severity", Right), ("because", Left), ("task", Left)];
    let row = |r: &&Row| {
        let because = severity::words(&r.because);
        vec![
            short(&r.name, 40),
            format!("{:.1}", r.seconds),
            format!("{:.1}", r.severity),
            short(&because, 60),
            short(&r.task, 40),
        ]
    };
    table(&head, &worst.iter().map(row).collect::<Vec<_>>())
}

/// A line for every clip that is done.
fn clip_table(ended: &Ended) -> String {
    use Align::{Left, Right};
    let head = [
        ("clip", Left),
        ("kind", Left),
        ("s", Right),
        ("frames/s", Right),
        ("legs °", Right),
        ("arms °", Right),
        ("slide cm/s", Right),
        ("margin cm", Right),
        ("severity", Right),
        ("task", Left),
    ];
    let number = |v: Option<f64>, digits: usize| v.map_or("-".into(), |v| format!("{v:.digits$}"));
    let row = |r: &Row| {
        let speed = ended.made.get(&r.key).map(|s| r.frames as f64 / s.max(1e-6));
        vec![
            short(&r.name, 40),
            r.kind.clone(),
            format!("{:.1}", r.seconds),
            number(speed, 0),
            number(r.leg_error_deg, 1),
            number(r.arm_error_deg, 1),
            number(r.slide_cm_s, 1),
            number(r.margin_p05_cm, 0),
            format!("{:.1}", r.severity),
            short(&r.task, 60),
        ]
    };
    table(&head, &ended.rows.iter().map(row).collect::<Vec<_>>())
}

/// At most `most` letters.
fn short(text: &str, most: usize) -> String {
    if text.chars().count() <= most { text.into() } else { text.chars().take(most - 1).chain(['…']).collect() }
}
