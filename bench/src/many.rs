//! `many`: the whole program on thousands of short clips: what a clip costs as they grow in number.
//!
//! Lives here: making the clips, running the released program on them, checking that it made all
//! but the broken ones. A file in every [`BROKEN`] is cut short: it must fail and stop nothing.

use crate::clip::Loaded;
use crate::pendulum::Pendulum;
use crate::table::table;
use crate::watch;
use crate::{Measured, Result};
use kouros_dataset::Dataset;
use std::io::{Read, Seek};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Frames a second of the files.
const SOURCE_HZ: f64 = 30.0;
/// One file of so many is broken.
const BROKEN: usize = 500;
/// Files in one folder.
const IN_A_FOLDER: usize = 1000;

/// Arguments of `many`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// BVH files to cut the clips from
    #[arg(required = true, value_name = "CLIP")]
    clips: Vec<PathBuf>,
    /// How many clips, one run for each number
    #[arg(long, default_value = "500,1000,2000,4000", value_delimiter = ',', value_parser = clap::value_parser!(u32).range(1..))]
    count: Vec<u32>,
    /// How long each is
    #[arg(long, default_value_t = 1.0, value_name = "SECONDS")]
    seconds: f64,
    /// A robot's name or the path of its MJCF or URDF
    #[arg(long, default_value = "unitree_g1", value_name = "NAME|FILE")]
    robot: String,
    /// What is written: dataset, csv, npz
    #[arg(long, default_value = "dataset", value_name = "FORMAT")]
    format: String,
    /// The program; build it with `cargo build --release`
    #[arg(long, default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/../target/release/kouros"), value_name = "PATH")]
    kouros: PathBuf,
    /// Clips at a time
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u16).range(1..))]
    threads: u16,
    /// Make the clips and the results here and leave them, instead of in a folder that goes away
    #[arg(long, value_name = "FOLDER")]
    keep: Option<PathBuf>,
}

/// One run.
struct Run {
    clips: usize,
    used: watch::Used,
    /// Seconds of a second run, which finds everything done.
    again: f64,
    page_mb: f64,
}

/// Runs each number of clips.
pub fn run(args: &Args) -> Result<Measured> {
    let ticks = (args.seconds * SOURCE_HZ).round().max(2.0) as usize;
    let temporary = tempfile::tempdir()?;
    let top = args.keep.as_deref().unwrap_or(temporary.path());
    let mut runs = Vec::new();
    for &count in &args.count {
        let folder = top.join(count.to_string());
        make(&args.clips, count as usize, ticks, &folder.join("clips"))?;
        runs.push(one(args, count as usize, &folder)?);
        if args.keep.is_none() {
            std::fs::remove_dir_all(&folder)?;
        }
    }
    let or_unknown = |v: Option<f64>, digits: usize| v.map_or("-".into(), |v| format!("{v:.digits$}"));
    let line = |r: &Run| {
        let n = r.clips as f64;
        vec![
            r.clips.to_string(),
            format!("{:.1}", r.used.seconds),
            format!("{:.1}", 1e3 * r.used.seconds / n),
            or_unknown(r.used.cpu_seconds.map(|s| 1e3 * s / n), 1),
            or_unknown(r.used.peak_mb, 0),
            format!("{:.1}", r.again),
            format!("{:.1}", r.page_mb),
        ]
    };
    let head = ["clips", "seconds", "ms a clip", "cpu ms a clip", "peak MB", "again, s", "page MB"];
    let text = format!(
        "Clips of {} s at {SOURCE_HZ} Hz, one of {BROKEN} broken, to {}, {} threads\n\n{}",
        args.seconds,
        args.format,
        args.threads,
        table(&head, &runs.iter().map(line).collect::<Vec<_>>())
    );
    let json = runs.iter().map(|r| {
        serde_json::json!({
            "clips": r.clips, "seconds": r.used.seconds, "cpu_seconds": r.used.cpu_seconds, "peak_mb": r.used.peak_mb,
            "again_seconds": r.again, "page_mb": r.page_mb,
        })
    });
    Ok(Measured { text, json: json.collect() })
}

/// Runs the program twice, and checks that the first run made everything that is whole.
fn one(args: &Args, count: usize, folder: &Path) -> Result<Run> {
    let out = folder.join("out");
    let mut talk = tempfile::tempfile()?;
    let command = || -> Result<watch::Used> {
        let mut command = Command::new(&args.kouros);
        command.arg("retarget").arg(folder.join("clips")).args(["--robot", &args.robot, "--format", &args.format]);
        command.args(["--rate", "50", "--threads", &args.threads.to_string()]);
        watch::run(command.arg("--out").arg(&out).stdout(Stdio::null()).stderr(talk.try_clone()?))
    };
    let used = command()?;
    let broken = count / BROKEN;
    let expected = if broken > 0 { 2 } else { 0 };
    if used.status.code() != Some(expected) {
        let mut said = String::new();
        talk.rewind()?;
        talk.read_to_string(&mut said)?;
        let tail: Vec<&str> = said.lines().rev().take(20).collect();
        return Err(format!("expected the program to end with {expected}, found {}: {}", used.status, tail.join("\n")).into());
    }
    let made = if args.format == "dataset" {
        Dataset::open(&out)?.episodes().len()
    } else {
        let ending = format!(".{}", args.format);
        std::fs::read_dir(&out)?.flatten().filter(|e| e.file_name().to_string_lossy().ends_with(&ending)).count()
    };
    if made != count - broken {
        return Err(format!("expected {} motions, found {made}", count - broken).into());
    }
    let again = command()?;
    let page_mb = std::fs::metadata(out.join("report.html"))?.len() as f64 / 1e6;
    Ok(Run { clips: count, used, again: again.seconds, page_mb })
}

/// Writes the clips: of each file in turn, from moments that move on by a prime number of ticks.
fn make(clips: &[PathBuf], count: usize, ticks: usize, folder: &Path) -> Result<()> {
    let loaded = clips.iter().map(|c| Loaded::read(c)).collect::<Result<Vec<_>>>()?;
    let mut swings = Vec::new();
    for clip in &loaded {
        let in_clip = |e: &dyn std::fmt::Display| format!("{}: {e}", clip.path.display());
        let text = std::str::from_utf8(&clip.bytes).map_err(|e| in_clip(&e))?;
        let swing = Pendulum::new(text, clip.clip.dropped_frames, clip.clip.source_rate_hz, SOURCE_HZ);
        swings.push((clip.name(), swing.map_err(|e| in_clip(&*e))?));
    }
    for index in 0..count {
        let (name, swing) = &swings[index % swings.len()];
        let below = folder.join(format!("{:02}", index / IN_A_FOLDER));
        std::fs::create_dir_all(&below)?;
        let mut bvh = swing.bvh(index / swings.len() * 11, ticks);
        if index % BROKEN == BROKEN / 2 {
            bvh.truncate(BROKEN); // in the middle of the skeleton
        }
        std::fs::write(below.join(format!("{index:05}_{name}.bvh")), bvh)?;
    }
    Ok(())
}
