//! Reads capture files and prints what was read and inferred: `inspect a.bvh b.npz`, or
//! `inspect a.amc skeleton.asf`. With `--npz`, writes the main joints' positions beside each
//! clip's name into the working folder; `--rate=HZ` gives the rate of files that state none.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a program that prints")]

use kouros_mocap::{Companions, ImportOptions, positions_npz, read};
use kouros_motion::Report;
use std::{io, path::Path, time::Instant};

fn main() -> io::Result<()> {
    let paths: Vec<String> = std::env::args().skip(1).collect();
    let write = paths.iter().any(|p| p == "--npz");
    let rate_hz = paths.iter().find_map(|p| p.strip_prefix("--rate=")).and_then(|r| r.parse().ok());
    let options = ImportOptions { rate_hz, ..ImportOptions::default() };
    let files = paths.iter().filter(|p| !p.starts_with("--"));
    let (skeletons, clips): (Vec<_>, Vec<_>) = files.partition(|p| p.to_ascii_lowercase().ends_with(".asf"));
    let asf = skeletons.first().map(|p| std::fs::read(p).map(|b| (p.as_str(), b))).transpose()?;
    for path in clips {
        let bytes = std::fs::read(path)?;
        let companions = Companions { asf: asf.as_ref().map(|(n, b)| (*n, b.as_slice())), ..Companions::default() };
        let (mut report, start) = (Report::new(), Instant::now());
        let result = read(path, &bytes, &companions, &options, &mut report);
        println!("{path} ({:.3} s)", start.elapsed().as_secs_f64());
        for note in &report.notes {
            println!("  {:?} {}: {}", note.level, note.code, note.message);
        }
        match result {
            Ok(clip) => {
                let (ticks, rate) = (clip.motion.ticks(), clip.source_rate_hz);
                let (upright, t_pose) = (clip.anatomy.rest_is_upright, clip.anatomy.rest_is_t_pose);
                println!("  {ticks} ticks at {rate} Hz; rest upright {upright}, T-pose {t_pose}");
                if write {
                    let name = Path::new(path).with_extension("positions.npz");
                    std::fs::write(name.file_name().unwrap_or_default(), positions_npz(&clip).map_err(io::Error::other)?)?;
                }
            }
            Err(error) => eprintln!("  error: {error}"),
        }
    }
    Ok(())
}
