//! A judge of retargeted motions that is not ours: a Python script, asked clip by clip.
//!
//! The script takes `--robot MODEL --source POSITIONS.npz --motion MOTION.csv --json` and answers
//! with a JSON map. The person who measures has it; nothing needs it.

use crate::Result;
use crate::clips::csv;
use kouros_dataset::{Dataset, EpisodeInfo};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Flags about the judge.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Judge")]
pub struct Judge {
    /// A script that judges a motion against its source, for more columns
    #[arg(long, value_name = "SCRIPT", requires = "judge_python")]
    judge: Option<PathBuf>,
    /// The Python to run it
    #[arg(long, value_name = "PYTHON", requires = "judge")]
    judge_python: Option<PathBuf>,
    /// The robot's model, for the judge
    #[arg(long, value_name = "FILE", default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/../.kouros/robots/unitree_g1/g1.xml"))]
    judge_model: PathBuf,
}

/// The program that made what is judged, and the flags about the clips that it was given.
#[derive(Debug, Clone, Copy)]
pub struct Program<'a> {
    pub kouros: &'a Path,
    pub more: &'a [String],
}

impl Judge {
    /// Its columns: head, name in its answer, decimals. Its directions are not among them: it turns
    /// the person by the best rotation between the two paths, which means nothing for someone who
    /// stays in place.
    pub const COLUMNS: [(&'static str, &'static str, usize); 6] = [
        ("J: slide", "slide_mean", 2),
        ("J: slip %", "slip_pct", 1),
        ("J: lift %", "lift_pct", 1),
        ("J: pen cm", "pen_max", 2),
        ("J: self-pen %", "selfpen_pct", 1),
        ("J: jerk", "jerk_mean", 0),
    ];

    /// Whether there is one.
    pub fn is_there(&self) -> bool {
        self.judge.is_some()
    }

    /// What it says of an episode made of `path`; `None` without a judge.
    ///
    /// # Errors
    /// It cannot be run, or its answer cannot be read.
    pub fn judge(
        &self,
        set: &Dataset,
        episode: &EpisodeInfo,
        path: &Path,
        program: Program<'_>,
        folder: &Path,
    ) -> Result<Option<Value>> {
        let (Some(script), Some(python)) = (&self.judge, &self.judge_python) else { return Ok(None) };
        let (source, motion) = (folder.join("judged.npz"), folder.join("judged.csv"));
        let rate = set.info().fps.to_string();
        let mut inspect = Command::new(program.kouros);
        inspect.arg("inspect").arg(path).args(program.more).args(["--rate", &rate, "--overwrite", "--positions"]).arg(&source);
        said(&mut inspect)?;
        std::fs::write(&motion, csv(set, episode)?)?;
        let mut command = Command::new(python);
        command.arg(script).arg("--robot").arg(&self.judge_model).arg("--source").arg(&source).arg("--motion").arg(&motion);
        // What it cannot measure it calls NaN, which JSON has no word for.
        let text = String::from_utf8(said(command.arg("--json"))?)?.replace("NaN", "null");
        Ok(Some(serde_json::from_str(&text)?))
    }
}

/// What a program says on standard output.
fn said(command: &mut Command) -> Result<Vec<u8>> {
    let output = command.output().map_err(|e| format!("cannot start {}: {e}", Path::new(command.get_program()).display()))?;
    if !output.status.success() {
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        return Err(text.lines().rfind(|l| !l.trim().is_empty()).unwrap_or("it said nothing").to_owned().into());
    }
    Ok(output.stdout)
}
