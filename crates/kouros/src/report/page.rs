//! The whole page: what the run was, a line for every clip, then the clips.

use crate::exit::Failure;
use crate::report::section::anchor;
use crate::report::svg::escape;
use crate::run::row::Row;
use crate::run::{Job, severity};
use crate::talk::counted;
use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::PathBuf;

/// The look of the page and of its pictures.
pub const STYLE: &str = include_str!("style.css");

/// The page's beginning, up to its sections: a line for every clip in the order `ranked`, and what
/// `failed`; `shown` are the keys of the clips that have a section.
pub fn head(job: &Job<'_>, rows: &[Row], ranked: &[usize], failed: &[(PathBuf, Failure)], shown: &BTreeSet<&str>) -> String {
    let name = job.out.file_name().map_or_else(|| job.out.display().to_string(), |n| n.to_string_lossy().into_owned());
    let name = escape(&name);
    let robot = &job.chosen.robot;
    let mut out = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">\n\
         <title>{name} on {}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n<h1>{name}</h1>\n",
        escape(&robot.name)
    );
    let rate = job.settings.rate_hz.map_or("each clip's own rate".into(), |hz| format!("{hz} Hz"));
    let _ = writeln!(
        out,
        "<p>{} <b>{}</b> ({} joints, {:.1} kg; model licence {}), {} at {rate}. Kouros {}.</p>",
        whose(rows),
        escape(&robot.name),
        robot.dof(),
        robot.mass(),
        escape(robot.licence.as_deref().unwrap_or("unknown")),
        job.settings.layout.name(),
        env!("CARGO_PKG_VERSION"),
    );
    out += &totals(rows);
    out += &failures(failed);
    out += &table(ranked.iter().filter_map(|place| rows.get(*place)), shown);
    let _ = writeln!(out, "<p class=\"soft\">The worst first. {}.</p>", severity::MEANING.replacen('s', "S", 1));
    if shown.len() < rows.len() {
        let _ = writeln!(
            out,
            "<p class=\"soft\">{} of {} clips are shown below: the first, and those that most deserve a look.</p>",
            shown.len(),
            rows.len()
        );
    }
    out
}

/// The page's end.
pub fn foot() -> &'static str {
    "<p class=\"soft\">Labels and quality numbers are defined in docs/labels.md. A warning is a reason to look, not a verdict.</p>\n\
     </main>\n</body>\n</html>\n"
}

/// What the clips are to the robot that is named behind.
fn whose(rows: &[Row]) -> &'static str {
    let given = rows.iter().filter(|r| r.is_given()).count();
    match given {
        0 => "Motion capture retargeted to",
        n if n == rows.len() => "Motions, taken as they are, of",
        _ => "Motion capture retargeted to, and motions taken as they are of,",
    }
}

fn totals(rows: &[Row]) -> String {
    let seconds: f64 = rows.iter().map(|r| r.seconds).sum();
    let frames: usize = rows.iter().map(|r| r.frames).sum();
    let clean = rows.iter().filter(|r| r.warnings.is_empty()).count();
    let time = if seconds < 90.0 { format!("{seconds:.1} s") } else { format!("{:.1} min", seconds / 60.0) };
    let mean = |of: &dyn Fn(&Row) -> Option<f64>, digits: usize, unit: &str| {
        let (sum, weight) =
            rows.iter().filter_map(|r| of(r).map(|v| (v, r.seconds))).fold((0.0, 0.0), |(s, w), (v, t)| (s + v * t, w + t));
        if weight > 0.0 { format!("{:.digits$}{unit}", sum / weight) } else { "\u{2013}".into() }
    };
    let tiles = [
        (if rows.len() == 1 { "clip" } else { "clips" }, rows.len().to_string()),
        ("of motion", time),
        ("frames", frames.to_string()),
        ("leg direction error", mean(&|r| r.leg_error_deg, 1, "°")),
        ("arm direction error", mean(&|r| r.arm_error_deg, 1, "°")),
        ("sliding in contact", mean(&|r| r.slide_cm_s, 1, " cm/s")),
        ("without a warning", format!("{clean} of {}", rows.len())),
    ];
    let nobody = rows.iter().all(Row::is_given);
    let known = tiles.into_iter().filter(|(name, _)| !(nobody && name.ends_with("direction error")));
    let tile = |(name, value): (&str, String)| format!("<div><b>{value}</b><span>{name}</span></div>");
    format!("<div class=\"tiles\">{}</div>\n", known.map(tile).collect::<String>())
}

/// What could not be made, and why.
fn failures(failed: &[(PathBuf, Failure)]) -> String {
    if failed.is_empty() {
        return String::new();
    }
    let item = |(_, failure): &(PathBuf, Failure)| {
        let hint = failure.hint.as_ref().map(|h| format!(" <span class=\"soft\">{}</span>", escape(h))).unwrap_or_default();
        format!("<li class=\"warn\">{}{hint}</li>\n", escape(&failure.message))
    };
    let items: String = failed.iter().map(item).collect();
    format!("<h3>Not made in the last run: {}</h3>\n<ul class=\"notes\">\n{items}</ul>\n", counted(failed.len(), "file"))
}

fn table<'a>(rows: impl Iterator<Item = &'a Row>, shown: &BTreeSet<&str>) -> String {
    let mut out = String::from(
        "<table>\n<tr><th>clip</th><th>task</th><th>kind</th><th class=\"n\">s</th><th class=\"n\">legs °</th><th class=\"n\">arms °</th>\
         <th class=\"n\">slide cm/s</th><th class=\"n\">forces explained %</th><th class=\"n\">severity</th><th>because</th></tr>\n",
    );
    let number = |v: Option<f64>, digits: usize| v.map_or("\u{2013}".into(), |v| format!("{v:.digits$}"));
    for row in rows {
        let name = escape(&row.name);
        let name = if shown.contains(row.key.as_str()) { format!("<a href=\"#{}\">{name}</a>", anchor(&row.key)) } else { name };
        let _ = writeln!(
            out,
            "<tr><td>{name}</td><td>{}</td><td>{}</td><td class=\"n\">{:.1}</td><td class=\"n\">{}</td><td class=\"n\">{}</td>\
             <td class=\"n\">{}</td><td class=\"n\">{}</td><td class=\"n{}\">{:.1}</td><td class=\"soft\">{}</td></tr>",
            escape(&row.task),
            escape(&row.kind),
            row.seconds,
            number(row.leg_error_deg, 1),
            number(row.arm_error_deg, 1),
            number(row.slide_cm_s, 1),
            number(row.explained_percent, 0),
            if row.because.is_empty() { "" } else { " w" },
            row.severity,
            severity::words(&row.because),
        );
    }
    out + "</table>\n"
}
