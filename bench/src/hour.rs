//! `hour`: the whole program on an hour of motion, from BVH files to a dataset.
//!
//! Lives here: making the hour, running the released program on it, checking that it did the work.
//! The bar is the project's own: three minutes and a gigabyte on two threads.

use crate::clip::Loaded;
use crate::pendulum::Pendulum;
use crate::table::table;
use crate::watch;
use crate::{Measured, Result};
use kouros_dataset::Dataset;
use std::io::{Read, Seek};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Frames a second of the hour's files.
const SOURCE_HZ: f64 = 30.0;
/// Frames a second of the dataset: what the program makes unless asked otherwise.
const DATASET_HZ: f64 = 50.0;
/// Files that the time is cut into.
const FILES: usize = 12;
/// At most this long for an hour [s].
const BAR_SECONDS: f64 = 180.0;
/// At most this much memory at any moment [MB].
const BAR_MB: f64 = 1000.0;

/// Arguments of `hour`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// BVH files to make the hour of
    #[arg(required = true, value_name = "CLIP")]
    clips: Vec<PathBuf>,
    /// A robot's name or the path of its MJCF or URDF
    #[arg(long, default_value = "unitree_g1", value_name = "NAME|FILE")]
    robot: String,
    /// The program; build it with `cargo build --release`
    #[arg(long, default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/../target/release/kouros"), value_name = "PATH")]
    kouros: PathBuf,
    /// Clips at a time
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u16).range(1..))]
    threads: u16,
    /// How much motion; the bar is for 60
    #[arg(long, default_value_t = 60.0, value_name = "MINUTES", value_parser = minutes)]
    minutes: f64,
}

fn minutes(text: &str) -> std::result::Result<f64, String> {
    // A second per file at least, a day at most.
    let enough = FILES as f64 / 60.0..=24.0 * 60.0;
    text.parse::<f64>().ok().filter(|v| enough.contains(v)).ok_or_else(|| "expected 0.2 to 1440 minutes".into())
}

/// Makes the hour, runs the program, reads what it wrote.
pub fn run(args: &Args) -> Result<Measured> {
    let folder = tempfile::tempdir()?;
    let ticks = (args.minutes * 60.0 * SOURCE_HZ / FILES as f64).round() as usize;
    let files = make(&args.clips, ticks, folder.path())?;
    let out = folder.path().join("dataset");
    let mut command = Command::new(&args.kouros);
    command.arg("retarget").args(&files).args(["--robot", &args.robot, "--threads", &args.threads.to_string()]);
    let mut talk = tempfile::tempfile()?;
    let used = watch::run(command.arg("--out").arg(&out).stdout(Stdio::null()).stderr(talk.try_clone()?))?;
    if !used.status.success() {
        let mut said = String::new();
        talk.rewind()?;
        talk.read_to_string(&mut said)?;
        return Err(format!("{} ended with {}; it said:\n{}", args.kouros.display(), used.status, said.trim_end()).into());
    }

    // Fast is only what has been done.
    let motion_seconds = (ticks * FILES) as f64 / SOURCE_HZ;
    let written: usize = Dataset::open(&out)?.episodes().iter().map(|e| e.length).sum();
    // A file may lose its last moment to the other rate.
    let least = ((motion_seconds - FILES as f64) * DATASET_HZ) as usize;
    if written < least {
        return Err(format!("expected a dataset of at least {least} frames, found {written}").into());
    }
    let megabytes = folder_bytes(&out)? as f64 / 1e6;

    // What starts and ends a run weighs more in less than an hour.
    let is_hour = args.minutes == 60.0;
    let bar = |v: f64| if is_hour { format!("{v:.0}") } else { "-".into() };
    let or_unknown = |v: Option<f64>, digits: usize| v.map_or("-".into(), |v| format!("{v:.digits$}"));
    let row = |what: &str, measured: String, bar: String| vec![what.to_owned(), measured, bar];
    let rows = [
        row("seconds", format!("{:.1}", used.seconds), bar(BAR_SECONDS)),
        row("x realtime", format!("{:.1}", motion_seconds / used.seconds), bar(3600.0 / BAR_SECONDS)),
        row("processor seconds", or_unknown(used.cpu_seconds, 1), String::new()),
        row("peak memory, MB", or_unknown(used.peak_mb, 0), bar(BAR_MB)),
        row("dataset frames", written.to_string(), String::new()),
        row("dataset, MB", format!("{megabytes:.1}"), String::new()),
    ];
    let minutes = args.minutes;
    let text = format!(
        "{minutes} minutes of motion in {FILES} BVH files at {SOURCE_HZ} Hz to a dataset at {DATASET_HZ} Hz, {} threads\n\n{}",
        args.threads,
        table(&["", "measured", "bar"], &rows)
    );
    let json = serde_json::json!({
        "motion_seconds": motion_seconds, "threads": args.threads,
        "seconds": used.seconds, "x_realtime": motion_seconds / used.seconds,
        "cpu_seconds": used.cpu_seconds, "peak_mb": used.peak_mb,
        "dataset_frames": written, "dataset_mb": megabytes,
        "bar": is_hour.then(|| serde_json::json!({ "seconds": BAR_SECONDS, "peak_mb": BAR_MB })),
    });
    Ok(Measured { text, json })
}

/// Writes the files, each of `ticks` frames; files of one clip begin at different moments of it.
fn make(clips: &[PathBuf], ticks: usize, folder: &Path) -> Result<Vec<PathBuf>> {
    let loaded = clips.iter().map(|c| Loaded::read(c)).collect::<Result<Vec<_>>>()?;
    let mut files = Vec::new();
    for file in 0..FILES {
        let clip = &loaded[file % loaded.len()];
        let in_clip = |e: &dyn std::fmt::Display| format!("{}: {e}", clip.path.display());
        let text = std::str::from_utf8(&clip.bytes).map_err(|e| in_clip(&e))?;
        let (first, hz) = (clip.clip.dropped_frames, clip.clip.source_rate_hz);
        let swing = Pendulum::new(text, first, hz, SOURCE_HZ).map_err(|e| in_clip(&*e))?;
        let path = folder.join(format!("{:02}_{}.bvh", file + 1, clip.name()));
        std::fs::write(&path, swing.bvh(file * ticks / FILES, ticks))?;
        files.push(path);
    }
    Ok(files)
}

/// The size of all files below a folder.
fn folder_bytes(folder: &Path) -> Result<u64> {
    let mut sum = 0;
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let meta = entry.metadata()?;
        sum += if meta.is_dir() { folder_bytes(&entry.path())? } else { meta.len() };
    }
    Ok(sum)
}
