//! `live`: what one frame costs where a robot follows a person as it comes.
//!
//! Timed is the processor's time from a frame's joints in memory to a posture: contacts and solve.

use crate::clip::{Loaded, contacts, robot};
use crate::clock::{Spread, time};
use crate::table::table;
use crate::{Measured, Result};
use kouros_label::{ContactOptions, LiveContacts};
use kouros_motion::{Report, Rot, Vec3};
use kouros_retarget::{Calibration, Human, Moment, Options, Stream};
use serde::Serialize;
use std::path::PathBuf;

/// Arguments of `live`.
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
}

/// One clip.
#[derive(Debug, Serialize)]
struct Row {
    clip: String,
    frames: usize,
    rate_hz: f64,
    /// Over the runs, of each run's frames [ms].
    p50: Spread,
    p99: Spread,
    longest: Spread,
}

/// Measures all clips.
pub fn run(args: &Args) -> Result<Measured> {
    let robot = robot(&args.robot)?;
    let mut rows = Vec::new();
    for path in &args.clips {
        let loaded = Loaded::read(path)?;
        let (track, anatomy) = (loaded.clip.body_track(), &loaded.clip.anatomy);
        let (found, options) = (contacts(&loaded.clip, &track), Options::default());
        let human = Human { track: &track, anatomy, contacts: &found.feet, floor: found.floor, around: None };
        let calibration = Calibration::of(&human, &robot, &options, &mut Report::new())?;
        let joints = 0..track.bodies();
        let frames: Vec<(Vec<Vec3>, Option<Vec<Rot>>)> = (0..track.ticks())
            .map(|t| {
                let positions = joints.clone().map(|j| track.position(t, j)).collect();
                (positions, joints.clone().map(|j| track.rotation(t, j)).collect())
            })
            .collect();
        let mut shares = [Vec::new(), Vec::new(), Vec::new()];
        for _ in 0..args.runs {
            let mut stream = Stream::new(&robot, calibration.clone(), track.rate_hz(), &options)?;
            let mut live = LiveContacts::new(anatomy, &found, track.rate_hz(), &ContactOptions::default());
            let mut took = Vec::new();
            for (positions, rotations) in &frames {
                let (posture, t) = time(|| {
                    let contacts = live.push(positions);
                    stream.push(&Moment { positions, rotations: rotations.as_deref(), contacts: &contacts })
                });
                std::hint::black_box(posture?);
                took.push(t.cpu_seconds * 1e3);
            }
            took.sort_by(f64::total_cmp);
            for (out, share) in shares.iter_mut().zip([0.5, 0.99, 1.0]) {
                out.push(took[((took.len() - 1) as f64 * share).round() as usize]);
            }
        }
        let [p50, p99, longest] = shares.map(Spread::of);
        let (Some(p50), Some(p99), Some(longest)) = (p50, p99, longest) else { return Err("no run".into()) };
        rows.push(Row { clip: loaded.name(), frames: track.ticks(), rate_hz: track.rate_hz(), p50, p99, longest });
    }
    let head = ["clip", "frames", "Hz", "p50 ms", "p99 ms", "min", "max", "longest ms"];
    let cells = |r: &Row| {
        let mut out = vec![r.clip.clone(), r.frames.to_string(), format!("{:.0}", r.rate_hz)];
        out.extend([r.p50.median, r.p99.median, r.p99.min, r.p99.max, r.longest.median].map(|v| format!("{v:.2}")));
        out
    };
    let text = format!(
        "One frame of a stream, processor time: middle, 99th percentile (median, least and most of {} runs), longest\n\n{}",
        args.runs,
        table(&head, &rows.iter().map(cells).collect::<Vec<_>>())
    );
    Ok(Measured { text, json: serde_json::json!({ "robot": robot.name, "rows": rows }) })
}
