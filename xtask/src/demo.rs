//! `cargo xtask demo`: from a fresh checkout to a dataset one can look at.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::process::{Result, assets, built, cargo, loud, root};
use crate::setup;

/// The robot everything is shown on.
const ROBOT: &str = "unitree_g1";

/// Sets up, builds, retargets the sample clips, says what to open. A second run finds the work
/// done and says so.
///
/// # Errors
/// Whatever the steps refuse.
pub fn run() -> Result {
    setup::run()?;
    loud(cargo().args(["build", "--release", "--package", "kouros"]))?;
    let out = Path::new("data/demo");
    loud(&mut retarget(&built("release")?, &sample_clips(), out))?;
    println!("\ndone: open {} in a browser", root().join(out).join("report.html").display());
    Ok(())
}

/// The command that turns clips into a dataset for the demo robot.
pub fn retarget(kouros: &Path, clips: &[PathBuf], out: &Path) -> Command {
    let mut command = Command::new(kouros);
    command.current_dir(root()).arg("retarget");
    // Relative to the root where they can be: shorter to read, and the same on every machine.
    command.args(clips.iter().map(|clip| clip.strip_prefix(root()).unwrap_or(clip)));
    command.args(["--robot", ROBOT, "--out"]).arg(out);
    command
}

/// The two clips that setup brings.
pub fn sample_clips() -> Vec<PathBuf> {
    ["crouch_reach.bvh", "walk_turn.bvh"].iter().map(|name| assets().join("clips").join(name)).collect()
}
