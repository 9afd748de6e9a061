//! Reads capture files and prints what was read and inferred: `inspect a.bvh`, or
//! `inspect a.amc skeleton.asf`.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a program that prints")]

use kouros_mocap::{Companions, ImportOptions, read};
use kouros_motion::Report;
use std::time::Instant;

fn main() {
    let paths: Vec<String> = std::env::args().skip(1).collect();
    let (skeletons, clips): (Vec<_>, Vec<_>) = paths.iter().partition(|p| p.to_ascii_lowercase().ends_with(".asf"));
    let load = |path: &str| std::fs::read(path).unwrap_or_else(|e| panic!("{path}: {e}"));
    let asf = skeletons.first().map(|p| (p.as_str(), load(p)));
    for path in clips {
        let bytes = load(path);
        let companions = Companions { asf: asf.as_ref().map(|(n, b)| (*n, b.as_slice())), body_model: None };
        let (mut report, start) = (Report::new(), Instant::now());
        let result = read(path, &bytes, &companions, &ImportOptions::default(), &mut report);
        println!("== {path} ({:.3} s)", start.elapsed().as_secs_f64());
        for note in &report.notes {
            println!("  {:?} {}: {}", note.level, note.code, note.message);
        }
        match result {
            Ok(clip) => println!(
                "  {} ticks at {} Hz, rest upright {}, T-pose {}; T-pose frame {:?}, dropped {}",
                clip.motion.ticks(),
                clip.source_rate_hz,
                clip.anatomy.rest_is_upright,
                clip.anatomy.rest_is_t_pose,
                clip.t_pose,
                clip.dropped_frames
            ),
            Err(error) => eprintln!("  error: {error}"),
        }
    }
}
