//! The retargeted walk and run, measured by the independent script beside the checkout.
//!
//! The clips may not be shipped, so the step is skipped, with a word, where they are not there.
//! The bars are the project's own promises (`docs/retargeting.md`): what may not be lost again.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::judges::Judges;
use crate::process::{Result, assets, because, built, loud, quiet, root, target};

/// A column of the script and the most it may be on the walk and on the run.
const BARS: [(&str, f64, f64); 17] = [
    ("slide_mean", 1.0, 2.0),
    ("slip_pct", 0.2, 1.0),
    ("lift_pct", 0.5, 1.0),
    ("pen_max", 0.2, 0.2),
    ("body_pen", 0.5, 0.5),
    ("float_mean", 0.3, 0.3),
    ("selfpen_pct", 1.0, 1.0),
    ("limit_pct", 0.0, 0.0),
    ("dq_max", 7.6, 12.7),
    ("jerk_mean", 134.0, 500.0),
    ("jerk_root", 20.0, 54.0),
    ("dir_legs", 1.66, 4.22),
    ("dir_arms", 1.5, 2.5),
    ("dir_torso", 0.5, 1.55),
    ("dir_hands", 1.0, 2.0),
    ("yaw_pelvis", 0.88, 2.73),
    ("yaw_feet", 1.68, 2.89),
];

/// Retargets both clips at their own rate and holds every column against its bar.
pub fn run() -> Result {
    let shared = root().join("../shared");
    let script = shared.join("tools/retarget_metrics.py");
    let clips = shared.join("mocap/lafan1_pairs_noncommercial");
    if !script.is_file() || !clips.is_dir() {
        println!("skipped: no {} beside the checkout", script.display());
        return Ok(());
    }
    let out = target()?.join("xtask/bars");
    if out.exists() {
        fs::remove_dir_all(&out).map_err(because(format!("cannot remove {}", out.display())))?;
    }
    let mut command = Command::new(built("debug")?);
    command.arg("retarget").args(["walk.bvh", "run.bvh"].map(|c| clips.join(c)));
    command.args(["--robot", "unitree_g1", "--format", "csv", "--no-report", "--out"]).arg(&out);
    loud(&mut command)?;
    let judges = Judges::ready()?;
    let mut missed = Vec::new();
    println!("{:<12} {:>9} {:>7} {:>9} {:>7}", "column", "walk", "bar", "run", "bar");
    let [walk, run] = ["walk", "run"].map(|clip| measure(&judges, &script, &clips.join(clip), &out.join(clip)));
    let (walk, run) = (walk?, run?);
    for (column, walk_bar, run_bar) in BARS {
        let (w, r) = (number(&walk, column)?, number(&run, column)?);
        println!("{column:<12} {w:>9.3} {walk_bar:>7} {r:>9.3} {run_bar:>7}");
        for (clip, value, bar) in [("walk", w, walk_bar), ("run", r, run_bar)] {
            // A column that is no number is no promise kept.
            if value.is_nan() || value > bar {
                missed.push(format!("{clip} {column} {value} > {bar}"));
            }
        }
    }
    if missed.is_empty() { Ok(()) } else { Err(missed.join("; ")) }
}

/// What the script says of one clip, as JSON.
fn measure(judges: &Judges, script: &Path, source: &Path, motion: &Path) -> Result<String> {
    let mut command = judges.command();
    command.arg(script).arg("--robot").arg(assets().join("robots/unitree_g1/g1.xml"));
    command.arg("--source").arg(source.with_extension("bvh")).arg("--motion").arg(motion.with_extension("csv")).arg("--json");
    quiet(&mut command)
}

/// The number behind a key of one flat JSON object.
fn number(json: &str, key: &str) -> Result<f64> {
    let found = json.split(&format!("\"{key}\":")).nth(1).map(|rest| rest.split([',', '}']).next().unwrap_or_default().trim());
    let text = found.ok_or_else(|| format!("the script printed no {key}: {json}"))?;
    text.parse().map_err(because(format!("{key} is '{text}', expected a number")))
}

#[cfg(test)]
mod tests {
    use super::number;

    #[test]
    fn numbers_are_found_by_their_whole_key() {
        let json = r#"{"pen_max": 0.03, "pen": -1.5, "nothing": NaN}"#;
        assert_eq!(number(json, "pen"), Ok(-1.5));
        assert_eq!(number(json, "pen_max"), Ok(0.03));
        assert!(number(json, "nothing").is_ok_and(f64::is_nan));
        assert!(number(json, "slide").is_err());
    }
}
