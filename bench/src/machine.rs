//! On what, when and of which commit something was measured.

use serde::Serialize;
use std::path::Path;
use std::process::Command;

/// How busy the machine is: tasks that run or want to, over the last minute.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Load(Option<f64>);

impl Load {
    /// Now; unknown where there is no `/proc`.
    pub fn now() -> Self {
        let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
        Self(text.split_whitespace().next().and_then(|v| v.parse().ok()))
    }
}

/// What goes beside every number that is written down.
#[derive(Debug, Serialize)]
pub struct Machine {
    cpu: String,
    cores: usize,
    load_before: Load,
    load_after: Load,
    /// Of the checkout this program was built from; a `+` says that files differ from it.
    commit: String,
    date: String,
}

impl Machine {
    /// This machine, with its load from before the measurement.
    pub fn here(load_before: Load) -> Self {
        let info = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        let model = info.lines().find(|l| l.starts_with("model name")).and_then(|l| l.split_once(':'));
        Self {
            cpu: model.map_or("unknown processor", |(_, name)| name.trim()).to_owned(),
            cores: std::thread::available_parallelism().map_or(1, usize::from),
            load_before,
            load_after: Load::now(),
            commit: commit().unwrap_or_else(|| "unknown".into()),
            date: said("date", &["-u", "+%Y-%m-%d"]).unwrap_or_else(|| "unknown".into()),
        }
    }

    /// As one line.
    pub fn in_words(&self) -> String {
        let load = |l: Load| l.0.map_or("?".into(), |v| format!("{v:.1}"));
        let Self { cpu, cores, load_before, load_after, commit, date } = self;
        let (before, after) = (load(*load_before), load(*load_after));
        format!("{cpu}, {cores} cores, load {before} before and {after} after; commit {commit}, {date}")
    }
}

/// The checkout's commit and whether the crates differ from it.
fn commit() -> Option<String> {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
    let git = |args: &[&str]| said("git", &[&["-C", root.to_str()?], args].concat());
    let changed = !git(&["status", "--porcelain", "--", "crates", "robots"])?.is_empty();
    Some(git(&["rev-parse", "--short", "HEAD"])? + if changed { "+" } else { "" })
}

fn said(program: &str, args: &[&str]) -> Option<String> {
    let out = Command::new(program).args(args).output().ok().filter(|o| o.status.success())?;
    Some(String::from_utf8_lossy(&out.stdout).trim().to_owned())
}
