//! `kouros retarget`: captures of people and motions of the robot in, a robot's motions out.
//!
//! Lives here: the arguments and what they mean together. Does not: the run itself (`run/`), what
//! is said at its end (`tell.rs`).

mod tell;

use crate::exit::{Exit, Failure, Result};
use crate::import_args::{ImportArgs, positive};
use crate::robot_args::{RobotArgs, choose};
use crate::run::augment::{Augment, speed, variants};
use crate::run::plan::{Identity, plan};
use crate::run::settings::{GivenScene, Layout, Settings};
use crate::run::{Job, dataset, files};
use crate::talk::say;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Rate of datasets and motion files [Hz]: the control rate of whole-body policies.
const USUAL_HZ: f64 = 50.0;

const EXAMPLES: &str = "\
Examples:
  kouros retarget walks/*.bvh --robot unitree_g1 --out data/walks
  kouros retarget subject/02_01.amc --robot my_robot.urdf --out data/mine
  kouros retarget walks --robot g1 --format csv --out csv
  kouros retarget walks --robot g1 --mirror --speed 0.8,1.2 --out data/more

A run that was stopped goes on where it was when the same command is given again; clips that are
done are not made again. Exit codes: 0 done, 2 usage or input error (also when any clip failed; the
others are done), 3 internal error.";

/// Turn motion capture into a dataset of a robot's motions.
///
/// Reads BVH, Acclaim (ASF and AMC), Xsens MVNX and SMPL-family npz (AMASS), solves each clip for the robot,
/// labels every tick, and writes a LeRobot v3.0 dataset with a report to look at. Motions that already
/// are the robot's (`kouros formats` lists them) are taken as they are and labelled.
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
    /// What stands around the people: an MJCF (or URDF) file of boxes, meshes and a floor in their
    /// world. Bodies with a free joint go where the clips' objects of the same name go. It shrinks
    /// with the motion
    #[arg(long, value_name = "FILE")]
    scene: Option<PathBuf>,
    /// What is done, in words, for all clips [default: made of what is recognised]
    #[arg(long, value_name = "TEXT", value_parser = words)]
    task: Option<String>,
    /// Licence of the clips; it goes into each one's provenance
    #[arg(long, value_name = "TEXT", value_parser = words)]
    licence: Option<String>,
    #[command(flatten)]
    more: MoreArgs,
    #[command(flatten)]
    robot_args: RobotArgs,
    #[command(flatten)]
    import: ImportArgs,
    #[command(flatten)]
    run: RunArgs,
}

/// Flags that make more motions of each clip.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Augmentation")]
struct MoreArgs {
    /// Also each motion as a mirror shows it: `walk@mirror`
    #[arg(long)]
    mirror: bool,
    /// Also each motion at other paces, 0.5 to 2 times its own: `walk@0.8x`
    #[arg(long, value_name = "FACTOR,...", value_delimiter = ',', value_parser = speed, allow_negative_numbers = true)]
    speed: Vec<f64>,
    /// Leave out the clips as they were recorded
    #[arg(long)]
    only_augmented: bool,
}

impl MoreArgs {
    /// All variants of a clip, each by what is changed.
    fn variants(&self) -> Result<Vec<Vec<Augment>>> {
        if let Some(twice) = self.speed.iter().enumerate().find_map(|(i, s)| self.speed[..i].contains(s).then_some(s)) {
            return Err(Failure::new(format!("--speed names {twice} twice")));
        }
        if self.only_augmented && !self.mirror && self.speed.is_empty() {
            return Err(Failure::new("--only-augmented leaves nothing to make").hint("add --mirror or --speed 0.8,1.2"));
        }
        Ok(variants(self.mirror, &self.speed, self.only_augmented))
    }
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
    let plan = plan(&args.inputs, &args.out, identity, &args.more.variants()?)?;
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
    for (path, first) in plan.duplicates.iter().take(tell::TOLD) {
        say(&format!("note: {} holds the same as {}: made once", path.display(), first.display()));
    }
    if plan.duplicates.len() > tell::TOLD {
        say(&format!("note: and {} more files that hold the same as another", plan.duplicates.len() - tell::TOLD));
    }
    for note in &chosen.report.notes {
        say(&format!("note: robot {}: {}", chosen.robot.name, note.message));
    }
    if args.run.dry_run {
        return tell::plan(args, &plan, &chosen, &settings);
    }
    let ended = match settings.layout {
        // Resolved to a whole number above.
        Layout::Dataset => dataset::run(&job, settings.rate_hz.unwrap_or(USUAL_HZ) as u32)?,
        Layout::Csv | Layout::Npz => files::run(&job)?,
    };
    tell::ended(args, &job, &ended, start.elapsed().as_secs_f64())
}

/// Whether a folder can be at `out`: nothing on the way to it is a file.
fn check_place(out: &Path) -> Result<()> {
    match out.ancestors().find(|p| p.symlink_metadata().is_ok()) {
        Some(there) if !there.is_dir() => Err(Failure::new(format!("--out {}: {} is no folder", out.display(), there.display()))),
        _ => Ok(()),
    }
}

/// The scene of a file, told about on standard error.
fn read_scene(path: &Path) -> Result<GivenScene> {
    let mut report = kouros_motion::Report::new();
    let scene = kouros_robot::Scene::load(path, &mut report).map_err(|e| Failure::new(format!("--scene {e}")))?;
    for note in &report.notes {
        say(&format!("note: scene: {}", note.message));
    }
    let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    // All numbers, as they print: equal scenes are equal whatever files they came from.
    Ok(GivenScene { name, sha256: crate::hashes::sha256(format!("{scene:?}").as_bytes()), scene })
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
        adopt: args.import.adopt(),
        rate_hz,
        task: args.task.clone(),
        licence: args.licence.clone(),
        contacts: Default::default(),
        retarget: kouros_retarget::Options { scale: args.scale, ..Default::default() },
        scene: args.scene.as_deref().map(read_scene).transpose()?,
        labels: Default::default(),
        segments: Default::default(),
    })
}
