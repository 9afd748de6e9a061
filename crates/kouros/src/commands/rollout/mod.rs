//! `kouros rollout`: episodes of a policy in simulation, as a dataset; and what such a dataset proves.
//!
//! Lives here: the arguments, and a run from policy to dataset. Does not: the world and what is
//! asked in it (`how.rs`), one episode on disk (`episode.rs`), doing episodes again (`replay.rs`), labels against the truth (`truth.rs`), running policies (`kouros-learn`).

mod episode;
mod how;
mod replay;
mod truth;

pub use episode::trajectory;
pub use how::How;

use crate::exit::{Exit, Failure, Result};
use crate::hashes::sha256_of_all;
use crate::run::dataset::disk_failure;
use crate::run::plan::Source;
use crate::run::settings::{Layout, Settings};
use crate::run::{all, clip};
use crate::talk::{counted, give, say};
use episode::Origin;
use how::Ready;
use kouros_dataset::{Writer, WriterOptions};
use kouros_learn::record;
use kouros_sim::Task;
use serde_json::json;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

const EXAMPLES: &str = "\
Examples:
  kouros rollout policies/unitree_g1_walk.safetensors --out data/walked --episodes 100
  kouros rollout walk.safetensors --out data/ahead --command 0.8,0,0 --seconds 10
  kouros rollout walk.safetensors --out data/plain --nominal --no-pushes
  kouros rollout --replay data/walked
  kouros rollout --truth data/walked

Episodes are labelled from their motion alone, as retargeted clips are; what the simulator knows
besides is in `label.sim.*`. Falls are left out unless --falls keeps them.";

/// Run a policy in simulation and write what happens as a dataset of labelled episodes.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// The policy
    #[arg(value_name = "POLICY", required_unless_present_any = ["replay", "truth"])]
    policy: Option<PathBuf>,
    /// The dataset: new, or one of the same settings, to which the episodes it lacks are added
    #[arg(long, value_name = "DATASET", required_unless_present_any = ["replay", "truth"])]
    out: Option<PathBuf>,
    /// How many episodes are tried
    #[arg(long, value_name = "COUNT", default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    episodes: u64,
    /// Keep episodes that end in a fall
    #[arg(long)]
    falls: bool,
    /// Threads [default: all cores]. The dataset is the same for every number
    #[arg(long, value_name = "COUNT", default_value_t = 0, hide_default_value = true)]
    threads: usize,
    /// Do the episodes of such a dataset again, from the dataset alone, and compare the states
    #[arg(long, value_name = "DATASET", conflicts_with_all = ["policy", "out"])]
    replay: Option<PathBuf>,
    /// Compare the labels of such a dataset, made of the motion alone, with what the simulator knows
    #[arg(long, value_name = "DATASET", conflicts_with_all = ["policy", "out", "replay"])]
    truth: Option<PathBuf>,
    /// With --truth: as JSON
    #[arg(long, requires = "truth")]
    json: bool,
    #[command(flatten)]
    how: How,
}

/// How an episode ended.
#[derive(Debug, Clone, Copy)]
enum Fate {
    Kept(usize),
    Fell,
    Diverged,
}

/// Does it.
pub fn run(args: &Args) -> Result<Exit> {
    if let Some(dataset) = &args.replay {
        return replay::run(dataset, &args.how);
    }
    if let Some(dataset) = &args.truth {
        return truth::run(dataset, args.json);
    }
    // Required where there is nothing to replay.
    let (Some(path), Some(out)) = (&args.policy, &args.out) else {
        return Err(Failure::internal("a policy and a dataset"));
    };
    let begun = Instant::now();
    let Ready { policy, policy_sha256, task, chosen, world, recording } = args.how.ready(path)?;
    let rate_hz = whole_rate(&task)?;
    let settings = settings();
    let origin =
        Origin { policy: &policy, policy_sha256, robot_sha256: &chosen.sha256, task: &task, recording, settings: &settings };
    let sources = sources(args.episodes, path, &origin)?;

    let options = WriterOptions {
        robot_type: chosen.robot.name.clone(),
        fps: rate_hz,
        dataset_meta: episode::dataset_meta(&chosen, &settings),
    };
    let writer = Writer::create_or_append(out, options).map_err(|e| disk_failure(&e))?;
    let wanted: BTreeMap<String, usize> = sources.iter().enumerate().map(|(order, s)| (s.key.clone(), order)).collect();
    writer.keep_staged(&wanted).map_err(|e| disk_failure(&e))?;
    let done = writer.done_keys();
    let work: Vec<_> = sources.iter().enumerate().filter(|(_, s)| !done.contains(&s.key)).collect();
    let fates: Mutex<BTreeMap<usize, Fate>> = Mutex::default();
    let outcomes = all::each(&work, args.threads, &|number, source| {
        let begun = Instant::now();
        let recorded = record(&policy, &world, &origin.recording, number as u64).map_err(Failure::new)?;
        let fate = if recorded.diverged {
            Fate::Diverged
        } else if recorded.fell && !args.falls {
            Fate::Fell
        } else {
            let moved = episode::moved(&chosen.robot, &world, &recorded, &origin, number);
            let made = clip::labelled(source, moved, &chosen.robot, &settings, Default::default(), begun)?;
            let episode = episode::episode(source, &made, &chosen.robot, &world, &recorded, &origin, number)?;
            writer.stage(number, &episode).map_err(|e| disk_failure(&e).fatal())?;
            Fate::Kept(episode.length)
        };
        fates.lock().unwrap_or_else(PoisonError::into_inner).insert(number, fate);
        Ok(begun.elapsed().as_secs_f64())
    })?;
    if let Some(failure) = outcomes.into_iter().find_map(|o| o.result.err()) {
        // All or nothing: what was staged goes too.
        writer.keep_staged(&BTreeMap::new()).map_err(|e| disk_failure(&e))?;
        return Err(failure);
    }
    let fates = fates.into_inner().unwrap_or_else(PoisonError::into_inner);
    let summary = writer.commit().map_err(|e| disk_failure(&e))?;
    let count = |is: fn(&Fate) -> bool| fates.values().filter(|f| is(f)).count();
    let (fell, diverged) = (count(|f| matches!(f, Fate::Fell)), count(|f| matches!(f, Fate::Diverged)));
    if fell > 0 {
        say(&format!("{fell} of {} fell and are left out; --falls keeps them", counted(fates.len(), "episode")));
    }
    if diverged > 0 {
        say(&format!("left out: {}, because the physics diverged", counted(diverged, "episode")));
    }
    if summary.total_episodes == 0 {
        return Err(Failure::new("no episode is left; nothing was written").hint("--falls keeps episodes that end in a fall"));
    }
    let frames: usize = fates.values().map(|f| if let Fate::Kept(frames) = f { *frames } else { 0 }).sum();
    let (seconds, motion) = (begun.elapsed().as_secs_f64(), frames as f64 / f64::from(rate_hz));
    give(&format!(
        "{}: {} added ({motion:.1} s of motion in {seconds:.1} s), {} and {} frames in all\n",
        summary.path.display(),
        counted(summary.added_episodes, "episode"),
        summary.total_episodes,
        summary.total_frames
    ))?;
    Ok(Exit::Done)
}

/// Datasets have a whole number of frames a second.
fn whole_rate(task: &Task) -> Result<u32> {
    let rate_hz = 1.0 / task.control_period_s();
    if (rate_hz - rate_hz.round()).abs() > 1e-9 * rate_hz {
        return Err(Failure::new(format!(
            "task '{}' decides {rate_hz} times a second; a dataset needs a whole number of frames a second",
            task.name
        )));
    }
    Ok(rate_hz.round() as u32)
}

/// Nothing is imported, retargeted or resampled; labels are made as of any motion.
pub fn settings() -> Settings {
    Settings {
        layout: Layout::Dataset,
        import: Default::default(),
        adopt: Default::default(),
        rate_hz: None,
        task: None,
        licence: None,
        contacts: Default::default(),
        retarget: Default::default(),
        scene: None,
        labels: Default::default(),
        segments: Default::default(),
    }
}

/// The episodes to be made, each with the key of all that decides what comes out.
fn sources(episodes: u64, policy: &std::path::Path, origin: &Origin<'_>) -> Result<Vec<Source>> {
    let recording = json!({
        "version": env!("CARGO_PKG_VERSION"), "recording": origin.recording_json(),
        "labels": origin.settings.labels, "segments": origin.settings.segments,
    });
    let task = serde_json::to_string(origin.task).map_err(Failure::internal)?;
    let all = sha256_of_all(&[&origin.policy_sha256, origin.robot_sha256, &task, &recording.to_string()]);
    let source = |number: u64| Source {
        path: policy.to_path_buf(),
        name: format!("{}-{}-{number}", origin.task.name, origin.recording.seed),
        sha256: origin.policy_sha256.clone(),
        bytes: 0,
        skeleton: None,
        forces: None,
        changes: Vec::new(),
        key: sha256_of_all(&[&all, &number.to_string()]),
    };
    Ok((0..episodes).map(source).collect())
}
