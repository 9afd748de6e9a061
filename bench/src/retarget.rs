//! `retarget`: frames a second of retargeting alone, ours and the peers' in turn.
//!
//! Timed is the way from a clip in memory to the robot's motion on one thread: no reading, no
//! labels, no writing. Runs alternate, ours, theirs, ours, theirs, so that what else the machine
//! does falls on all; a ratio is of one such round, and its median over the rounds is told.

use crate::clip::{Loaded, retarget, robot};
use crate::clock::{Spread, Took, time};
use crate::peer::{Peer, Running};
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
    /// A Python in which you have installed holosoma-retargeting, to be timed beside us
    #[arg(long, value_name = "PYTHON")]
    peer_holosoma: Option<PathBuf>,
    /// How many frames of a clip the slowest peer, holosoma, gets
    #[arg(long, default_value_t = 100, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    peer_frames: u32,
}

/// One clip.
#[derive(Debug, Serialize)]
struct Row {
    clip: String,
    frames: usize,
    rate_hz: f64,
    ours: Speed,
    peers: Vec<Beside>,
}

/// A peer on that clip.
#[derive(Debug, Serialize)]
struct Beside {
    peer: &'static str,
    /// The frames of its passes.
    frames: usize,
    theirs: Option<Speed>,
    /// How many times as fast as the peer we are.
    ratio: Option<Spread>,
    /// Why it did not run.
    missing: Option<String>,
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
    let asked: Vec<(Peer, &PathBuf)> = [(Peer::Gmr, &args.peer_gmr), (Peer::Holosoma, &args.peer_holosoma)]
        .into_iter()
        .filter_map(|(peer, python)| Some((peer, python.as_ref()?)))
        .collect();
    let mut packages = serde_json::Map::new();
    let mut rows = Vec::new();
    for path in &args.clips {
        let loaded = Loaded::read(path)?;
        let start = |(peer, python): &(Peer, &PathBuf)| Running::start(*peer, python, &loaded, &args.robot, args.peer_frames);
        let mut started: Vec<Result<Running>> = asked.iter().map(start).collect();
        retarget(&loaded.clip, &robot)?; // caches and clock rate warm up
        let mut ours = Vec::new();
        let mut theirs = vec![Vec::new(); started.len()];
        for _ in 0..args.runs {
            let (done, took) = time(|| retarget(&loaded.clip, &robot));
            done?;
            ours.push(took);
            for (peer, runs) in started.iter_mut().zip(&mut theirs) {
                if let Ok(peer) = peer {
                    runs.push(peer.pass()?);
                }
            }
        }
        let mut peers = Vec::new();
        for (((peer, _), started), runs) in asked.iter().zip(started).zip(theirs) {
            peers.push(match started {
                Err(e) => Beside { peer: peer.name(), frames: 0, theirs: None, ratio: None, missing: Some(e.to_string()) },
                Ok(running) => {
                    packages.insert(peer.name().into(), running.packages.clone());
                    let per_frame = |t: &Took, frames: usize| t.cpu_seconds / frames as f64;
                    let round = |(a, b): (&Took, &Took)| per_frame(b, running.frames) / per_frame(a, loaded.ticks());
                    let ratio = Spread::of(ours.iter().zip(&runs).map(round));
                    Beside {
                        peer: peer.name(),
                        frames: running.frames,
                        ratio,
                        theirs: Speed::new(runs, running.frames),
                        missing: None,
                    }
                }
            });
        }
        rows.push(Row {
            clip: loaded.name(),
            frames: loaded.ticks(),
            rate_hz: loaded.clip.source_rate_hz,
            ours: Speed::new(ours, loaded.ticks()).ok_or("no run")?,
            peers,
        });
    }
    let names: Vec<&str> = asked.iter().map(|(peer, _)| peer.name()).collect();
    let json = serde_json::json!({ "robot": robot.name, "rows": rows, "peer_packages": packages });
    Ok(Measured { text: in_words(&rows, &names, &packages), json })
}

impl Speed {
    /// `None` of no run.
    fn new(runs: Vec<Took>, frames: usize) -> Option<Self> {
        let fps = Spread::of(runs.iter().map(|r| frames as f64 / r.cpu_seconds))?;
        Some(Self { fps, runs })
    }
}

fn in_words(rows: &[Row], peers: &[&str], packages: &serde_json::Map<String, serde_json::Value>) -> String {
    let mut head: Vec<String> = ["clip", "frames", "Hz", "kouros fps", "min", "max", "x realtime"].map(str::to_owned).to_vec();
    for peer in peers {
        head.extend([
            format!("{peer} frames"),
            "fps".into(),
            "min".into(),
            "max".into(),
            "ratio".into(),
            "min".into(),
            "max".into(),
        ]);
    }
    let spread = |s: Option<&Spread>, digits: usize| match s {
        Some(s) => [s.median, s.min, s.max].map(|v| format!("{v:.digits$}")),
        None => ["-", "-", "-"].map(str::to_owned),
    };
    let line = |r: &Row| {
        let mut cells = vec![r.clip.clone(), r.frames.to_string(), format!("{:.0}", r.rate_hz)];
        cells.extend(spread(Some(&r.ours.fps), 0));
        cells.push(format!("{:.0}", r.ours.fps.median / r.rate_hz));
        for p in &r.peers {
            let fps = p.theirs.as_ref().map(|t| &t.fps);
            cells.push(if p.frames > 0 { p.frames.to_string() } else { "-".into() });
            // A peer of a frame or two a second needs its decimals.
            cells.extend(spread(fps, if fps.is_some_and(|f| f.median < 20.0) { 2 } else { 0 }));
            cells.extend(spread(p.ratio.as_ref(), if p.ratio.is_some_and(|r| r.median > 100.0) { 0 } else { 1 }));
        }
        cells
    };
    let mut text = String::from("Retargeting alone, one thread, frames per second of the processor: median, min, max\n\n");
    let head: Vec<&str> = head.iter().map(String::as_str).collect();
    text += &table(&head, &rows.iter().map(line).collect::<Vec<_>>());
    for r in rows {
        for (peer, why) in r.peers.iter().filter_map(|p| Some((p.peer, p.missing.as_ref()?))) {
            text += &format!("{}: no {peer}: {why}\n", r.clip);
        }
    }
    for (peer, versions) in packages {
        let each = versions.as_object().into_iter().flatten().map(|(k, v)| format!("{k} {}", v.as_str().unwrap_or("?")));
        text += &format!("{peer}: {}\n", each.collect::<Vec<_>>().join(", "));
    }
    text
}
