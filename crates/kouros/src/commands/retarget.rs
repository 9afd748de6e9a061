//! `kouros retarget`: captures in, a robot's motions out.
//!
//! Lives here: the arguments, what they mean together, and what is said at the end. Does not: the
//! run itself (`run/`).

use crate::exit::{Exit, Failure, Result};
use crate::import_args::{ImportArgs, positive};
use crate::robot_args::{Chosen, RobotArgs, choose};
use crate::run::plan::{Identity, Plan, plan};
use crate::run::row::Row;
use crate::run::settings::{Layout, Settings};
use crate::run::{Ended, Job, dataset, files};
use crate::talk::{Align, give, give_json, say, table};
use serde_json::json;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Rate of datasets and motion files [Hz]: the control rate of whole-body policies.
const USUAL_HZ: f64 = 50.0;

const EXAMPLES: &str = "\
Examples:
  kouros retarget walks/*.bvh --robot unitree_g1 --out data/walks
  kouros retarget subject/02_01.amc --robot my_robot.urdf --out data/mine
  kouros retarget walks --robot g1 --format csv --out csv

A run that was stopped goes on where it was when the same command is given again; clips that are
done are not made again. Exit codes: 0 done, 2 usage or input error (also when any clip failed; the
others are done), 3 internal error.";

/// Turn motion capture into a dataset of a robot's motions.
///
/// Reads BVH, Acclaim (ASF and AMC) and SMPL-family npz (AMASS), solves each clip for the robot,
/// labels every tick, and writes a LeRobot v3.0 dataset with a report to look at.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// Capture files, or folders of them
    #[arg(required = true, value_name = "FILE|FOLDER")]
    inputs: Vec<PathBuf>,
    /// A robot's name (`kouros robots`) or the path of its MJCF or URDF
    #[arg(long, value_name = "NAME|FILE")]
    robot: String,
    /// Folder of the dataset or of the files; a dataset that is there gets what it lacks
    #[arg(long, short, value_name = "FOLDER")]
    out: PathBuf,
    /// What is written
    #[arg(long, value_enum, default_value = "dataset", hide_possible_values = false)]
    format: Layout,
    /// Frames a second of what is written [Hz]; a dataset's is a whole number
    /// [default: 50; csv: the source's]
    #[arg(long, value_name = "HZ", value_parser = positive, allow_negative_numbers = true)]
    rate: Option<f64>,
    /// Robot metres per human metre [default: the ratio of leg lengths]
    #[arg(long, value_name = "RATIO", value_parser = positive, allow_negative_numbers = true)]
    scale: Option<f64>,
    /// What is done, in words, for all clips [default: made of what is recognised]
    #[arg(long, value_name = "TEXT", value_parser = words)]
    task: Option<String>,
    /// Licence of the clips; it goes into each one's provenance
    #[arg(long, value_name = "TEXT", value_parser = words)]
    licence: Option<String>,
    #[command(flatten)]
    robot_args: RobotArgs,
    #[command(flatten)]
    import: ImportArgs,
    #[command(flatten)]
    run: RunArgs,
}

/// Flags about the run itself.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Run")]
struct RunArgs {
    /// Clips at a time [default: all cores]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    threads: Option<u16>,
    /// Replace csv and npz files that were made of something else
    #[arg(long)]
    overwrite: bool,
    /// Do not write report.html
    #[arg(long)]
    no_report: bool,
    /// Say what would be done, and do nothing
    #[arg(long)]
    dry_run: bool,
    /// Summary as JSON on standard output
    #[arg(long)]
    json: bool,
}

fn words(text: &str) -> std::result::Result<String, String> {
    if text.trim().is_empty() { Err("expected words".into()) } else { Ok(text.trim().to_owned()) }
}

/// Does it.
pub fn run(args: &Args) -> Result<Exit> {
    let start = Instant::now();
    let settings = resolve(args)?;
    check_place(&args.out)?;
    let body_model = args.import.read_body_model()?;
    let chosen = choose(&args.robot, &args.robot_args)?;
    let identity = Identity {
        robot: &chosen.sha256,
        settings: &settings.fingerprint(),
        skeleton: args.import.asf.as_deref(),
        body_model: body_model.as_ref().map(|(_, bytes)| bytes.as_slice()),
    };
    let plan = plan(&args.inputs, identity)?;
    let job = Job {
        plan: &plan,
        chosen: &chosen,
        settings: &settings,
        body_model: body_model.as_ref().map(|(name, bytes)| (name.as_str(), bytes.as_slice())),
        out: &args.out,
        threads: args.run.threads.map_or(0, usize::from),
        report: !args.run.no_report,
        overwrite: args.run.overwrite,
    };
    for (path, first) in &plan.duplicates {
        say(&format!("note: {} holds the same as {}: made once", path.display(), first.display()));
    }
    for note in &chosen.report.notes {
        say(&format!("note: robot {}: {}", chosen.robot.name, note.message));
    }
    if args.run.dry_run {
        return dry_run(args, &plan, &chosen, &settings);
    }
    let ended = match settings.layout {
        // Resolved to a whole number above.
        Layout::Dataset => dataset::run(&job, settings.rate_hz.unwrap_or(USUAL_HZ) as u32)?,
        Layout::Csv | Layout::Npz => files::run(&job)?,
    };
    tell(args, &job, &ended, start.elapsed().as_secs_f64())
}

/// Whether a folder can be at `out`: nothing on the way to it is a file.
fn check_place(out: &Path) -> Result<()> {
    match out.ancestors().find(|p| p.symlink_metadata().is_ok()) {
        Some(there) if !there.is_dir() => Err(Failure::new(format!("--out {}: {} is no folder", out.display(), there.display()))),
        _ => Ok(()),
    }
}

/// The settings that the arguments mean.
fn resolve(args: &Args) -> Result<Settings> {
    let rate_hz = match (args.format, args.rate) {
        (Layout::Dataset, Some(hz)) if hz.fract() != 0.0 || hz > f64::from(u32::MAX) => {
            return Err(Failure::new(format!("--rate {hz}: a dataset has a whole number of frames a second")));
        }
        (Layout::Dataset | Layout::Npz, rate) => Some(rate.unwrap_or(USUAL_HZ)),
        (Layout::Csv, rate) => rate,
    };
    Ok(Settings {
        layout: args.format,
        import: args.import.options(),
        rate_hz,
        task: args.task.clone(),
        licence: args.licence.clone(),
        contacts: Default::default(),
        retarget: kouros_retarget::Options { scale: args.scale, ..Default::default() },
        labels: Default::default(),
        segments: Default::default(),
    })
}

/// Says what would be done.
fn dry_run(args: &Args, plan: &Plan, chosen: &Chosen, settings: &Settings) -> Result<Exit> {
    let there = kouros_dataset::Dataset::open(&args.out).ok();
    let done = |key: &str| there.as_ref().is_some_and(|d| d.episodes().iter().any(|e| e.key.as_deref() == Some(key)));
    if args.run.json {
        let clip = |s: &crate::run::plan::Source| json!({ "name": s.name, "path": s.path, "skeleton": s.skeleton, "sha256": s.sha256, "key": s.key, "done": done(&s.key) });
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
        let row = |s: &crate::run::plan::Source| {
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
    for (_, failure) in &plan.failed {
        crate::talk::complain(failure);
    }
    Ok(if plan.failed.is_empty() { Exit::Done } else { Exit::Input })
}

/// Says how it went: a table of clips, or JSON, and what to open.
fn tell(args: &Args, job: &Job<'_>, ended: &Ended, seconds: f64) -> Result<Exit> {
    let made_frames: usize = ended.rows.iter().filter(|r| ended.made.contains_key(&r.key)).map(|r| r.frames).sum();
    let frames_s = if seconds > 0.0 { made_frames as f64 / seconds } else { 0.0 };
    if args.run.json {
        let clip = |r: &Row| {
            let mut value = serde_json::to_value(r).unwrap_or_default();
            value["made_in_seconds"] = json!(ended.made.get(&r.key));
            value
        };
        let failed = |(path, f): &(PathBuf, Failure)| json!({ "path": path, "error": f.message, "hint": f.hint });
        give_json(&json!({
            "out": args.out,
            "format": job.settings.layout.name(),
            "robot": job.chosen.robot.name,
            "rate_hz": job.settings.rate_hz,
            "clips": ended.rows.iter().map(clip).collect::<Vec<_>>(),
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
    } else {
        give(&clip_table(ended))?;
    }
    if ended.dropped > 0 {
        say(&format!("note: dropped {} finished clips that a stopped run with other clips or settings had left", ended.dropped));
    }
    for (_, failure) in &ended.failed {
        crate::talk::complain(failure);
    }
    if !ended.made.is_empty() {
        let clips = ended.made.len();
        let s = if clips == 1 { "" } else { "s" };
        say(&format!("{clips} clip{s}, {made_frames} frames in {seconds:.1} s: {frames_s:.0} frames/s"));
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
        ("warnings", Right),
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
            r.warnings.len().to_string(),
            short(&r.task, 60),
        ]
    };
    table(&head, &ended.rows.iter().map(row).collect::<Vec<_>>())
}

/// At most `most` letters.
fn short(text: &str, most: usize) -> String {
    if text.chars().count() <= most { text.into() } else { text.chars().take(most - 1).chain(['…']).collect() }
}
