//! Findings as text: what there is, then the first of each kind, then what was not checked.

use crate::talk::counted;
use kouros_check::{Finding, Mending, Report, Severity};
use kouros_dataset::Loose;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

/// Findings of one code that are printed unless all are asked for.
const SHOWN: usize = 3;

/// The whole text.
pub fn text(path: &Path, set: &Loose, robot: Option<&str>, report: &Report, all: bool) -> String {
    let mut out = String::new();
    let risks = report.findings.len() - report.defects();
    let _ = writeln!(
        out,
        "{}: LeRobot {}, {}, {}, {} frames a second, {}",
        path.display(),
        set.info.version,
        counted(report.episodes, "episode"),
        counted(report.frames, "frame"),
        set.info.fps,
        robot.map_or("no robot".to_owned(), |r| format!("robot {r}"))
    );
    let verdict = if report.defects() == 0 { "no defect".to_owned() } else { counted(report.defects(), "defect") };
    let _ = writeln!(out, "{verdict}, {}", counted(risks, "risk"));
    for severity in [Severity::Defect, Severity::Risk] {
        let mut by_code: BTreeMap<_, Vec<&Finding>> = BTreeMap::new();
        for f in report.findings.iter().filter(|f| f.severity == severity) {
            by_code.entry(f.code).or_default().push(f);
        }
        for (code, found) in by_code {
            let about = code.about();
            let _ = writeln!(out, "\n{} {code}: {} ({} found)", severity.name(), about.why, found.len());
            for f in found.iter().take(if all { usize::MAX } else { SHOWN }) {
                let _ = writeln!(out, "  {}{}", place(f, set.info.fps), f.says);
            }
            if !all && found.len() > SHOWN {
                let _ = writeln!(out, "  ... and {} more (--all)", found.len() - SHOWN);
            }
            let _ = writeln!(out, "  to do: {}", about.todo);
        }
    }
    if !report.not_checked.is_empty() {
        let mut by_why: BTreeMap<(&str, usize), Vec<String>> = BTreeMap::new();
        for (n, episodes) in &report.not_checked {
            by_why.entry((&n.why, *episodes)).or_default().push(n.code.to_string());
        }
        let _ = writeln!(out, "\nnot checked:");
        for ((why, episodes), codes) in by_why {
            let wherein = if episodes > 0 { format!(" (in {})", counted(episodes, "episode")) } else { String::new() };
            let _ = writeln!(out, "  {}: {why}{wherein}", codes.join(", "));
        }
    }
    let plain = |c: char| if c.is_control() && c != '\n' { '\u{fffd}' } else { c };
    out.chars().map(plain).collect()
}

/// What a fix did and did not do; before the findings of the new dataset.
pub fn mended(mending: &Mending) -> String {
    let mut out = String::new();
    for m in &mending.mended {
        let wherein = if m.episodes > 0 { format!(" (in {})", counted(m.episodes, "episode")) } else { String::new() };
        let _ = writeln!(out, "fixed {}: {}{wherein}", m.code, m.how);
    }
    for l in &mending.left {
        let _ = writeln!(out, "not fixed {} ({} found): {}", l.code, l.times, l.why);
    }
    for sentence in &mending.besides {
        let _ = writeln!(out, "{sentence}");
    }
    if mending.mended.is_empty() {
        out += "nothing to fix without a doubt: the new dataset is a copy\n";
    }
    out + "\n"
}

/// Episode and time of a finding.
pub fn place(f: &Finding, fps: f64) -> String {
    match (&f.episode, &f.frames) {
        (Some(e), Some(r)) => {
            format!("episode {e}, frames {}..{} ({:.2} s): ", r.start, r.end, r.start as f64 / fps)
        }
        (Some(e), None) => format!("episode {e}: "),
        _ => String::new(),
    }
}
