//! `retarget`: frames a second of retargeting alone, ours and a peer's in turn.
//!
//! Timed is the way from a clip in memory to the robot's motion on one thread: no reading, no
//! labels, no writing. Runs alternate, ours, theirs, ours, theirs, so that what else the machine
//! does falls on both; a ratio is the median over such pairs.

use crate::clip::{Loaded, retarget, robot};
use crate::clock::{Spread, Took, time};
use crate::gmr::Gmr;
use crate::table::table;
use crate::{Measured, Result};
use serde::Serialize;
use std::path::PathBuf;

/// Arguments of `retarget`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Capture files
    #[arg(required = true, value_name = "CLIP")]
    clips: Vec<PathBuf>,
    /// A robot's name or the path of its MJCF or URDF
    #[arg(long, default_value = "g1", value_name = "NAME|FILE")]
    robot: String,
    /// Runs of each clip
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u16).range(1..))]
    runs: u16,
    /// A Python in which you have installed GMR, to be timed beside us
    #[arg(long, value_name = "PYTHON")]
    peer_gmr: Option<PathBuf>,
}

/// One clip.
#[derive(Debug, Serialize)]
struct Row {
    clip: String,
    frames: usize,
    rate_hz: f64,
    ours: Speed,
    peer: Option<Speed>,
    /// How many times as fast as the peer.
    ratio: Option<Spread>,
    /// Why there is no peer.
    peer_missing: Option<String>,
}

/// Runs of one program on one clip.
#[derive(Debug, Serialize)]
struct Speed {
    /// Frames per second of the processor.
    fps: Spread,
    runs: Vec<Took>,
}

/// Measures all clips.
pub fn run(args: &Args) -> Result<Measured> {
    let robot = robot(&args.robot)?;
    let mut packages = serde_json::Value::Null;
    let mut rows = Vec::new();
    for path in &args.clips {
        let loaded = Loaded::read(path)?;
        let started = args.peer_gmr.as_ref().map(|python| Gmr::start(python, path, &args.robot));
        let (mut peer, peer_missing) = match started {
            Some(Ok(gmr)) => (Some(gmr), None),
            Some(Err(e)) => (None, Some(e.to_string())),
            None => (None, None),
        };
        retarget(&loaded.clip, &robot)?; // caches and clock rate warm up
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for _ in 0..args.runs {
            let (done, took) = time(|| retarget(&loaded.clip, &robot));
            done?;
            ours.push(took);
            if let Some(gmr) = &mut peer {
                theirs.push(gmr.pass()?);
            }
        }
        let per_frame = |t: &Took, frames: usize| t.cpu_seconds / frames as f64;
        let peer_frames = peer.as_ref().map_or(0, |p| p.frames);
        let ratio = Spread::of(ours.iter().zip(&theirs).map(|(a, b)| per_frame(b, peer_frames) / per_frame(a, loaded.ticks())));
        if let Some(gmr) = &peer {
            packages = gmr.packages.clone();
        }
        rows.push(Row {
            clip: loaded.name(),
            frames: loaded.ticks(),
            rate_hz: loaded.clip.source_rate_hz,
            ours: Speed::new(ours, loaded.ticks()).ok_or("no run")?,
            peer: Speed::new(theirs, peer_frames),
            ratio,
            peer_missing,
        });
    }
    let json = serde_json::json!({ "robot": robot.name, "rows": rows, "peer_packages": packages });
    Ok(Measured { text: in_words(&rows, &packages), json })
}

impl Speed {
    /// `None` of no run.
    fn new(runs: Vec<Took>, frames: usize) -> Option<Self> {
        let fps = Spread::of(runs.iter().map(|r| frames as f64 / r.cpu_seconds))?;
        Some(Self { fps, runs })
    }
}

fn in_words(rows: &[Row], packages: &serde_json::Value) -> String {
    let head = ["clip", "frames", "Hz", "kouros fps", "min", "max", "x realtime", "GMR fps", "min", "max", "ratio", "min", "max"];
    // Without a peer its columns would only be dashes.
    let columns = if rows.iter().any(|r| r.peer.is_some()) { head.len() } else { 7 };
    let spread = |s: Option<&Spread>, digits: usize| match s {
        Some(s) => [s.median, s.min, s.max].map(|v| format!("{v:.digits$}")),
        None => ["-", "-", "-"].map(str::to_owned),
    };
    let line = |r: &Row| {
        let mut cells = vec![r.clip.clone(), r.frames.to_string(), format!("{:.0}", r.rate_hz)];
        cells.extend(spread(Some(&r.ours.fps), 0));
        cells.push(format!("{:.0}", r.ours.fps.median / r.rate_hz));
        cells.extend(spread(r.peer.as_ref().map(|p| &p.fps), 0));
        cells.extend(spread(r.ratio.as_ref(), 1));
        cells.truncate(columns);
        cells
    };
    let mut text = String::from("Retargeting alone, one thread, frames per second of the processor: median, min, max\n\n");
    text += &table(&head[..columns], &rows.iter().map(line).collect::<Vec<_>>());
    for r in rows {
        if let Some(why) = &r.peer_missing {
            text += &format!("{}: no peer: {why}\n", r.clip);
        }
    }
    if let Some(versions) = packages.as_object() {
        let each: Vec<String> = versions.iter().map(|(k, v)| format!("{k} {}", v.as_str().unwrap_or("?"))).collect();
        text += &format!("Peer: {}\n", each.join(", "));
    }
    text
}
