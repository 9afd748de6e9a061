//! `cargo xtask test`: everything that must hold before a change goes in.
//!
//! The steps run in order of how soon they can say no, all of them even if one fails, so that
//! one run shows everything there is to put right. Tests and the dataset are made by the same
//! build profile, because two would compile the workspace twice.

use std::fs;
use std::path::PathBuf;
use std::time::Instant;

use crate::judges::Judges;
use crate::process::{Result, because, built, cargo, loud, target};
use crate::{check, demo, motion_bars, page, setup};

/// One step: what it is called in the closing table, and what it does.
type Step = (&'static str, fn() -> Result);

/// Runs every step.
///
/// # Errors
/// Setup fails, or the names of the steps that failed.
pub fn run() -> Result {
    let started = Instant::now();
    setup::run()?;
    let steps: [Step; 7] = [
        ("rules", check::run),
        ("format", || loud(cargo().args(["fmt", "--all", "--check"]))),
        ("lints", || loud(cargo().args(["clippy", "--quiet", "--workspace", "--all-targets", "--", "-D", "warnings"]))),
        ("tests", every_test),
        ("dataset", make_dataset),
        ("judges", judge_dataset),
        ("bars", motion_bars::run),
    ];
    let mut table = Vec::new();
    let mut failed = Vec::new();
    for (name, step) in steps {
        println!("\n== {name}");
        let began = Instant::now();
        let outcome = step();
        if let Err(why) = &outcome {
            println!("{name}: {why}");
            failed.push(name);
        }
        table.push(format!(
            "  {name:<8} {:<6} {:6.1} s",
            if outcome.is_ok() { "ok" } else { "FAILED" },
            began.elapsed().as_secs_f64()
        ));
    }
    if !page::is_built() {
        println!("\nthe page of `kouros view` was not built here, and its tests were skipped");
    }
    println!("\n{}\n  {:<15} {:6.1} s", table.join("\n"), "all", started.elapsed().as_secs_f64());
    if failed.is_empty() { Ok(()) } else { Err(format!("failed: {}", failed.join(", "))) }
}

/// Every test of the workspace; some ask the judges, and would be skipped without them.
fn every_test() -> Result {
    Judges::ready()?;
    loud(cargo().args(["test", "--quiet", "--workspace", "--no-fail-fast"]))
}

/// Where the dataset of this run lies; it is made anew each time.
fn dataset() -> Result<PathBuf> {
    Ok(target()?.join("xtask/dataset"))
}

/// The sample clips through the whole of Kouros, as a user would.
fn make_dataset() -> Result {
    loud(cargo().args(["build", "--quiet", "--profile", "test", "--package", "kouros"]))?;
    let out = dataset()?;
    if out.exists() {
        fs::remove_dir_all(&out).map_err(because(format!("cannot remove {}", out.display())))?;
    }
    let command = || built("debug").map(|kouros| demo::retarget(&kouros, &demo::sample_clips(), &out));
    loud(&mut command()?)?;
    let info = out.join("meta/info.json");
    if !info.is_file() {
        return Err(format!("kouros retarget ended well, but there is no {}", info.display()));
    }
    println!("-- once more: a finished dataset is left as it is");
    loud(&mut command()?)
}

/// What the field's own checkers say about it.
fn judge_dataset() -> Result {
    let judges = Judges::ready()?;
    println!("judges: {}", judges.versions()?);
    judges.look_at(&dataset()?)
}
