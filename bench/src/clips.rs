//! `clips`: every clip of some folders with one setting, as a table of what came out.
//!
//! Lives here: running the released program, its own measures as a markdown table, and a judge's
//! beside them where one is named. Does not: measuring (`kouros-label`, `kouros-retarget`, the
//! judge).

use crate::judge::{Judge, Program};
use crate::{Measured, Result};
use kouros_dataset::{Dataset, EpisodeInfo};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Arguments of `clips`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Capture files, or folders of them
    #[arg(required = true, value_name = "FILE|FOLDER")]
    inputs: Vec<PathBuf>,
    /// A robot's name or the path of its MJCF or URDF
    #[arg(long, default_value = "unitree_g1", value_name = "NAME|FILE")]
    robot: String,
    /// Frames a second of the robot's motions
    #[arg(long, default_value_t = 30)]
    rate: u32,
    /// The program; build it with `cargo build --release`
    #[arg(long, default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/../target/release/kouros"), value_name = "PATH")]
    kouros: PathBuf,
    /// Make the dataset here and leave it, instead of in a folder that goes away
    #[arg(long, value_name = "FOLDER")]
    keep: Option<PathBuf>,
    #[command(flatten)]
    judge: Judge,
    /// More flags for the program: `-- --source-rate 120`
    #[arg(last = true, value_name = "FLAG")]
    more: Vec<String>,
}

/// A column of our own: its head, and its number in what is kept about a clip.
type Column = (&'static str, fn(&Value) -> Option<f64>, usize);

/// What is told of each clip, with the decimals that say something.
const COLUMNS: [Column; 14] = [
    ("legs °", |m| errors(m, &["thigh direction", "shank direction"]), 1),
    ("arms °", |m| errors(m, &["upper arm direction", "forearm direction"]), 1),
    ("trunk °", |m| errors(m, &["trunk direction"]), 1),
    ("hands °", |m| errors(m, &["hand rotation"]), 1),
    ("pelvis yaw °", |m| errors(m, &["pelvis heading"]), 1),
    ("feet yaw °", |m| errors(m, &["foot heading"]), 1),
    ("slide cm/s", |m| m["quality"]["slide_mean_cm_s"].as_f64(), 2),
    ("off floor %", |m| m["quality"]["float_percent"].as_f64(), 1),
    ("sole in floor cm", |m| m["quality"]["penetration_max_cm"].as_f64(), 2),
    ("body in floor cm", |m| m["quality"]["body_penetration_max_cm"].as_f64(), 1),
    ("rad/s max", |m| m["quality"]["joint_speed_max_rad_s"].as_f64(), 1),
    ("jerk rad/s³", |m| m["quality"]["joint_jerk_mean_rad_s3"].as_f64(), 0),
    ("root jerk m/s³", |m| m["quality"]["root_jerk_mean_m_s3"].as_f64(), 0),
    ("forces known %", |m| m["forces"]["explained_percent"].as_f64(), 0),
];

/// The mean of the mean errors of all parts that have one of these words.
fn errors(meta: &Value, words: &[&str]) -> Option<f64> {
    let all = meta["retargeting"]["errors"].as_array()?.iter();
    let of_part = |e: &&Value| words.iter().any(|w| e["part"].as_str().is_some_and(|p| p.contains(w)));
    let values: Vec<f64> = all.filter(of_part).filter_map(|e| e["mean"].as_f64()).collect();
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

/// Makes all clips and tells of them.
pub fn run(args: &Args) -> Result<Measured> {
    let temporary = tempfile::tempdir()?;
    let out = args.keep.as_deref().unwrap_or(temporary.path()).join("set");
    let asked = |more: &[&str]| -> Result<Value> {
        let mut command = Command::new(&args.kouros);
        command.arg("retarget").args(&args.inputs).args(["--robot", &args.robot, "--rate", &args.rate.to_string()]);
        command.args(["--no-report", "--json"]).args(&args.more).args(more).arg("--out").arg(&out).stderr(Stdio::null());
        let output = command.output().map_err(|e| format!("cannot start {}: {e}", args.kouros.display()))?;
        Ok(serde_json::from_slice(&output.stdout)
            .map_err(|e| format!("{} ended with {}: {e}", args.kouros.display(), output.status))?)
    };
    let planned = asked(&["--dry-run"])?;
    let ended = asked(&[])?;
    let list = |v: &Value, name: &str| v[name].as_array().cloned().unwrap_or_default();
    let text = |v: &Value| v.as_str().unwrap_or_default().to_owned();
    let sources: BTreeMap<String, Value> = list(&planned, "clips").into_iter().map(|c| (text(&c["key"]), c)).collect();
    let rows: BTreeMap<String, Value> = list(&ended, "clips").into_iter().map(|c| (text(&c["key"]), c)).collect();

    let program = Program { kouros: &args.kouros, more: &args.more };
    let dataset = Dataset::open(&out)?;
    let mut lines = Vec::new();
    let mut values = Vec::new();
    for episode in dataset.episodes() {
        let key = episode.key.clone().unwrap_or_default();
        let (Some(source), Some(row)) = (sources.get(&key), rows.get(&key)) else { continue };
        let path = PathBuf::from(text(&source["path"]));
        let meta = episode.meta();
        let mut cells = vec![short(&path), format!("{:.1}", episode.length as f64 / f64::from(args.rate))];
        cells.extend(COLUMNS.iter().map(|(_, of, digits)| number(of(&meta), *digits)));
        let judged = args.judge.judge(&dataset, episode, &path, program, temporary.path());
        if args.judge.is_there() {
            cells.extend(
                Judge::COLUMNS
                    .iter()
                    .map(|(_, key, digits)| number(judged.as_ref().ok().and_then(|j| j.as_ref()?.get(key)?.as_f64()), *digits)),
            );
            if let Err(e) = &judged {
                eprintln!("{}: no judgement: {e}", path.display());
            }
        }
        cells.push(because(row));
        values.push(json!({
            "clip": cells[0], "seconds": episode.length as f64 / f64::from(args.rate), "row": row, "judge": judged.ok().flatten(),
            "measures": COLUMNS.iter().map(|(name, of, _)| ((*name).to_owned(), json!(of(&meta)))).collect::<serde_json::Map<_, _>>(),
        }));
        lines.push(cells);
    }
    let mut head = vec!["clip", "s"];
    head.extend(COLUMNS.iter().map(|c| c.0));
    if args.judge.is_there() {
        head.extend(Judge::COLUMNS.iter().map(|c| c.0));
    }
    head.push("why look");
    let mut out = markdown(&head, &lines);
    for failed in list(&ended, "failed") {
        out += &format!("\nnot made: {}", text(&failed["error"]));
    }
    Ok(Measured { text: out, json: json!({ "clips": values, "failed": ended["failed"] }) })
}

/// The file's name with its folder's.
fn short(path: &Path) -> String {
    let parts: Vec<_> = path.iter().map(|p| p.to_string_lossy()).collect();
    parts[parts.len().saturating_sub(2)..].join("/")
}

fn number(v: Option<f64>, digits: usize) -> String {
    v.filter(|v| v.is_finite()).map_or_else(String::new, |v| format!("{v:.digits$}"))
}

/// The severity and its causes, as the program ranks clips.
fn because(row: &Value) -> String {
    let causes = row["because"].as_array().into_iter().flatten();
    let one = |c: &Value| match (c["code"].as_str().unwrap_or_default(), c["times"].as_f64().unwrap_or(1.0)) {
        (code, times) if times > 1.0 => format!("{code} {times:.1}×"),
        (code, _) => code.to_owned(),
    };
    causes.map(one).collect::<Vec<_>>().join(", ")
}

/// A table as documents have it: first and last column words, the others numbers.
fn markdown(head: &[&str], lines: &[Vec<String>]) -> String {
    let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
    let rule: Vec<String> =
        (0..head.len()).map(|i| if i == 0 || i + 1 == head.len() { "---" } else { "--:" }.to_owned()).collect();
    let head: Vec<String> = head.iter().map(|h| (*h).to_owned()).collect();
    line(&head) + &line(&rule) + &lines.iter().map(|l| line(l)).collect::<String>()
}

/// The robot's motion of an episode, as the judge reads it: base x y z, quaternion x y z w, joints.
pub fn csv(dataset: &Dataset, episode: &EpisodeInfo) -> Result<String> {
    use std::fmt::Write;
    let whole = dataset.read_episode(episode.index)?;
    let (base, joints) = (whole.column("label.root_pose")?, whole.column("observation.state")?);
    let mut out = String::new();
    for (b, q) in base.values.chunks(7).zip(joints.values.chunks(joints.feature.dims.len())) {
        let [x, y, z, w, i, j, k] = b else { return Err("a root pose of another length".into()) };
        let _ = write!(out, "{x},{y},{z},{i},{j},{k},{w}");
        for v in q {
            let _ = write!(out, ",{v}");
        }
        out.push('\n');
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_by_hand() {
        let line = ["a/walk.bvh", "2.3", ""].map(str::to_owned).to_vec();
        assert_eq!(
            markdown(&["clip", "s", "why"], &[line]),
            "| clip | s | why |\n| --- | --: | --- |\n| a/walk.bvh | 2.3 |  |\n"
        );
        let row = json!({ "because": [{ "code": "forces", "times": 3.25 }, { "code": "no-contact", "times": 1.0 }] });
        assert_eq!(because(&row), "forces 3.2×, no-contact");
    }

    #[test]
    fn errors_are_means_of_parts() {
        let meta = json!({ "retargeting": { "errors": [
            { "part": "left thigh direction", "mean": 1.0 }, { "part": "right shank direction", "mean": 3.0 },
            { "part": "left forearm direction", "mean": 9.0 },
        ] } });
        assert_eq!(errors(&meta, &["thigh direction", "shank direction"]), Some(2.0));
        assert_eq!(errors(&meta, &["hand rotation"]), None);
    }
}
