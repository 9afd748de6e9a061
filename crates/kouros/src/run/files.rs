//! A run into a folder of files, one for each clip, with a note beside each that says what it is.
//!
//! Lives here: names, what is there already, and that nothing is replaced unasked. Does not: the
//! layouts (`kouros-dataset`).

use crate::exit::{Failure, Result};
use crate::report::Sections;
use crate::run::clip::Made;
use crate::run::dataset::disk_failure;
use crate::run::plan::Source;
use crate::run::row::Row;
use crate::run::settings::Layout;
use crate::run::{Ended, Job, all, augment, clip, describe, motion_file};
use crate::table_note::ENDING as NOTE;
use kouros_dataset::{Overwrite, motion_npz, trajectory_csv, write_whole};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

/// What stands around the robot, where that is more than a floor.
const SCENE: &str = ".scene.xml";

/// Makes the files that are missing.
pub fn run(job: &Job<'_>) -> Result<Ended> {
    let sources = &job.plan.sources;
    check_names(sources)?;
    let mut work = Vec::new();
    for (order, source) in sources.iter().enumerate() {
        let there = file_of(job, source).symlink_metadata().is_ok();
        match note_of(job, source) {
            Some(note) if there && note["key"] == source.key.as_str() => {}
            _ if there && !job.overwrite => {
                let path = file_of(job, source);
                let message =
                    format!("{}: a file made of something else, or otherwise, is there; nothing was written", path.display());
                return Err(Failure::new(message).hint("--overwrite replaces it"));
            }
            _ => work.push((order, source)),
        }
    }
    fs::create_dir_all(job.out).map_err(|e| Failure::new(format!("cannot create the folder {}: {e}", job.out.display())))?;
    let sections = Sections::open(job)?;
    let outcomes = all::each(&work, job.threads, &|order, source| {
        let made = clip::make(source, job.body_model, &job.chosen.robot, job.settings)?;
        let note = note(job, source, &made);
        sections.keep(order, job, &made, &row(&note))?;
        write(job, source, &made, &note).map_err(Failure::fatal)?;
        Ok(made.seconds)
    })?;
    let mut ended = Ended::new(job, outcomes)?;
    ended.nothing_to_do = work.is_empty() && ended.failed.is_empty();
    ended.rows = sources.iter().filter_map(|s| note_of(job, s).map(|n| row(&n))).collect();
    ended.totals = Some((ended.rows.len(), ended.rows.iter().map(|r| r.frames).sum()));
    if job.report && (!ended.nothing_to_do || sections.left) && !ended.rows.is_empty() {
        ended.report = Some(sections.write(job, &ended.rows, &ended.failed)?);
    }
    sections.remove();
    Ok(ended)
}

/// Two clips of one name would be one file.
fn check_names(sources: &[Source]) -> Result<()> {
    let mut seen: BTreeMap<String, &Source> = BTreeMap::new();
    for source in sources {
        // Also where only letter case differs, which some disks do not tell apart.
        if let Some(first) = seen.insert(stem(source).to_lowercase(), source) {
            let (a, b) = (first.path.display(), source.path.display());
            let message = format!("{a} and {b} would be one file, {}; nothing was written", stem(source));
            return Err(Failure::new(message).hint("rename one, or write them into two folders"));
        }
    }
    Ok(())
}

fn stem(source: &Source) -> String {
    augment::name(&source.path.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default(), &source.changes)
}

fn file_of(job: &Job<'_>, source: &Source) -> PathBuf {
    job.out.join(format!("{}.{}", stem(source), job.settings.layout.name()))
}

/// The note beside a clip's file, if one of ours is there.
fn note_of(job: &Job<'_>, source: &Source) -> Option<Value> {
    let bytes = fs::read(job.out.join(stem(source) + NOTE)).ok()?;
    serde_json::from_slice(&bytes).ok().filter(|v: &Value| v["key"].is_string())
}

fn note(job: &Job<'_>, source: &Source, made: &Made) -> Value {
    let trajectory = &made.trajectory;
    let columns = match job.settings.layout {
        Layout::Csv => "base x y z [m], base quaternion x y z w, joints in the order of joint_names [rad]",
        _ => "the arrays of the archive; quaternions w x y z; SI units",
    };
    json!({
        "key": source.key,
        "file": file_of(job, source).file_name().map(|n| n.to_string_lossy().into_owned()),
        "layout": columns,
        "rate_hz": trajectory.rate_hz,
        "frames": trajectory.ticks(),
        "joint_names": trajectory.joint_names,
        "task": made.task,
        "kind": made.kind.name(),
        "robot": { "name": job.chosen.robot.name, "model_sha256": job.chosen.model_sha256, "licence": job.chosen.robot.licence },
        "meta": describe::meta(source, made),
    })
}

/// The note first: the file itself is the sign that all is done.
fn write(job: &Job<'_>, source: &Source, made: &Made, note: &Value) -> Result<()> {
    let bytes = match job.settings.layout {
        Layout::Csv => trajectory_csv(&made.trajectory).into_bytes(),
        _ => {
            let objects = made.scene.as_ref().map(|s| s.objects(made.trajectory.rate_hz)).unwrap_or_default();
            let arrays = motion_file::arrays(&job.chosen.robot, &made.trajectory, &made.labels, &objects);
            motion_npz(&arrays).map_err(|e| disk_failure(&e))?
        }
    };
    let text = serde_json::to_string_pretty(note).map_err(Failure::internal)? + "\n";
    let overwrite = if job.overwrite { Overwrite::Allowed } else { Overwrite::Refused };
    // A note without its file is a killed run's.
    write_whole(&job.out.join(stem(source) + NOTE), text.as_bytes(), Overwrite::Allowed).map_err(|e| disk_failure(&e))?;
    if let Some(scene) = &made.scene {
        let mjcf = kouros_robot::scene_mjcf(scene);
        write_whole(&job.out.join(stem(source) + SCENE), mjcf.as_bytes(), Overwrite::Allowed).map_err(|e| disk_failure(&e))?;
    }
    write_whole(&file_of(job, source), &bytes, overwrite).map_err(|e| disk_failure(&e))
}

fn row(note: &Value) -> Row {
    let text = |name: &str| note[name].as_str().unwrap_or_default().to_owned();
    let frames = note["frames"].as_u64().and_then(|n| usize::try_from(n).ok()).unwrap_or(0);
    let rate_hz = note["rate_hz"].as_f64().unwrap_or(f64::NAN);
    Row::new(&text("key"), &text("task"), &text("kind"), frames, rate_hz, &note["meta"])
}
