//! Findings as a page: a verdict, a strip of each episode's time with its findings on it, and
//! every finding in words.

use crate::commands::check::text::place;
use crate::report::svg::{Anchor, Svg, WIDTH, escape};
use crate::talk::counted;
use kouros_check::{Code, Finding, Report, Severity};
use kouros_dataset::Loose;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

const STYLE: &str = include_str!("../../report/style.css");
const MORE_STYLE: &str = ".check{fill:#e9e7e1}.defect{fill:#b3261e}.risk{fill:#c98a00}.word{font-size:11px;fill:#555}\
td.defect{color:#b3261e;font-weight:600}td.risk{color:#8a6000}";
/// Episodes that get a strip: those with findings, worst first.
const STRIPS: usize = 200;
/// Findings that are written out.
const ROWS: usize = 5000;

/// The page.
pub fn page(path: &Path, set: &Loose, robot: Option<&str>, report: &Report) -> String {
    let name = path.file_name().map_or_else(|| path.display().to_string(), |n| n.to_string_lossy().into_owned());
    let name = escape(&name);
    let mut out = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">\n\
         <title>Check of {name}</title>\n<style>{STYLE}{MORE_STYLE}</style>\n</head>\n<body>\n<main>\n<h1>{name}</h1>\n"
    );
    let verdict = if report.defects() == 0 { "No defect".to_owned() } else { counted(report.defects(), "defect") };
    let _ = writeln!(
        out,
        "<p>LeRobot {}, {}, {}, {} frames a second, {}. <b>{verdict}</b>, {}.</p>",
        escape(&set.info.version),
        counted(report.episodes, "episode"),
        counted(report.frames, "frame"),
        set.info.fps,
        robot.map_or("no robot known".to_owned(), |r| format!("robot {}", escape(r))),
        counted(report.findings.len() - report.defects(), "risk"),
    );
    out += &codes(report);
    out += &strips(set, report);
    out += &findings(set, report);
    out += &not_checked(report);
    out += "<p class=\"soft\">Codes and limits are in docs/checks.md. A risk is a reason to look, not a verdict.</p>\n</main>\n</body>\n</html>\n";
    out
}

fn codes(report: &Report) -> String {
    if report.findings.is_empty() {
        return String::new();
    }
    let mut out = String::from(
        "<table>\n<tr><th>code</th><th class=\"n\">defects</th><th class=\"n\">risks</th><th>held against</th><th>why it matters</th><th>what to do</th></tr>\n",
    );
    for (code, (defects, risks)) in report.counts() {
        let about = code.about();
        let _ = writeln!(
            out,
            "<tr><td>{code}</td><td class=\"n\">{defects}</td><td class=\"n\">{risks}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
            escape(about.limit),
            escape(about.why),
            escape(about.todo)
        );
    }
    out + "</table>\n"
}

fn strips(set: &Loose, report: &Report) -> String {
    let mut by_episode: BTreeMap<usize, Vec<&Finding>> = BTreeMap::new();
    for f in &report.findings {
        if let Some(e) = f.episode {
            by_episode.entry(e).or_default().push(f);
        }
    }
    let mut order: Vec<_> = by_episode.into_iter().collect();
    let defects = |f: &[&Finding]| f.iter().filter(|f| f.severity == Severity::Defect).count();
    order.sort_by_key(|(e, f)| (std::cmp::Reverse(defects(f)), *e));
    let more = order.len().saturating_sub(STRIPS);
    let mut out = String::new();
    for (episode, found) in order.into_iter().take(STRIPS) {
        let mut rows: BTreeMap<Code, Vec<&Finding>> = BTreeMap::new();
        for f in found {
            rows.entry(f.code).or_default().push(f);
        }
        let length = set.episodes.iter().find(|e| e.index == episode).map_or(1, |e| e.length).max(1);
        let last = rows.values().flatten().filter_map(|f| f.frames.as_ref()).map(|r| r.end).max().unwrap_or(0);
        let frames = length.max(last) as f64;
        let (left, row) = (150.0, 16.0);
        let mut svg =
            Svg::new(WIDTH, 4.0 + row * rows.len() as f64, "strip", &format!("findings of episode {episode} over its time"));
        for (i, (code, found)) in rows.iter().enumerate() {
            let y = 2.0 + row * i as f64;
            svg.text([left - 8.0, y + 11.0], Anchor::End, "word", code.about().word);
            svg.rect([left, y + 3.0], [WIDTH - left, row - 6.0], "check");
            for f in found {
                let r = f.frames.clone().unwrap_or(0..length);
                let x = |t: usize| left + (WIDTH - left) * t as f64 / frames;
                svg.rect([x(r.start), y + 1.0], [(x(r.end) - x(r.start)).max(2.0), row - 2.0], f.severity.name());
            }
        }
        let seconds = length as f64 / set.info.fps;
        let _ = writeln!(out, "<h3>Episode {episode} <span class=\"soft\">{seconds:.1} s</span></h3>\n{}", svg.finish());
    }
    if more > 0 {
        let _ = writeln!(out, "<p class=\"soft\">{} more with findings have no strip here.</p>", counted(more, "episode"));
    }
    out
}

fn findings(set: &Loose, report: &Report) -> String {
    if report.findings.is_empty() {
        return String::new();
    }
    let mut out = String::from("<h2>Findings</h2>\n<table>\n<tr><th></th><th>code</th><th>where</th><th>what</th></tr>\n");
    for f in report.findings.iter().take(ROWS) {
        let severity = f.severity.name();
        let at = place(f, set.info.fps);
        let at = at.trim_end_matches(": ");
        let _ = writeln!(
            out,
            "<tr><td class=\"{severity}\">{severity}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
            f.code,
            escape(at),
            escape(&f.says)
        );
    }
    out += "</table>\n";
    if report.findings.len() > ROWS {
        let _ = writeln!(out, "<p class=\"soft\">{} more are in --json.</p>", report.findings.len() - ROWS);
    }
    out
}

fn not_checked(report: &Report) -> String {
    if report.not_checked.is_empty() {
        return String::new();
    }
    let mut out =
        String::from("<h2>Not checked</h2>\n<table>\n<tr><th>code</th><th>why</th><th class=\"n\">episodes</th></tr>\n");
    for (n, episodes) in &report.not_checked {
        let episodes = if *episodes > 0 { episodes.to_string() } else { "all".into() };
        let _ = writeln!(out, "<tr><td>{}</td><td>{}</td><td class=\"n\">{episodes}</td></tr>", n.code, escape(&n.why));
    }
    out + "</table>\n"
}
