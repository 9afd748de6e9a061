//! `kouros check`: what is wrong with a dataset.
//!
//! Lives here: the arguments, and going through a dataset on all cores, a few portions at a time.
//! Does not: the checks (`kouros-check`), how findings are shown (the files beside).

mod page;
mod text;

use crate::exit::{Exit, Failure, Result};
use crate::robot_args::{Chosen, RobotArgs, choose, is_known};
use crate::talk::{give, give_json, say};
use kouros_check::{
    BodyPass, DatasetCheck, EpisodePart, EpisodeReport, Known, Layout, Mending, Names, Report, View, check_episode, mend,
};
use kouros_dataset::{Loose, Overwrite, Portion, Trouble, write_whole};
use rayon::prelude::*;
use serde_json::json;
use std::path::{Path, PathBuf};

const EXAMPLES: &str = "\
Examples:
  kouros check data/walks
  kouros check someone/g1_dataset --robot unitree_g1 --html findings.html
  kouros check someone/dataset --fix --out data/theirs
  kouros check data/walks --json | jq '.findings[] | select(.severity == \"defect\")'

Exit codes: 0 no defect (risks do not count), 1 a defect was found, 2 the dataset cannot be read,
3 internal error. docs/checks.md lists every code, its limit, and where that comes from.";

/// Say what is wrong with a LeRobot dataset (v2.0, v2.1, v3.0), ours or not.
///
/// Structure and timing, and what only the robot's physics can tell: limits, floor, feet, contacts,
/// self-collision, units, quaternions, exchanged joints, delays, frozen streams. The dataset is only
/// read; --fix writes another with what has one true answer put right, and says what has none.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// The dataset's folder
    #[arg(value_name = "DATASET")]
    dataset: PathBuf,
    /// A robot's name, the path of its MJCF or URDF, or `none`
    /// [default: the dataset's own robot_type, where it is known]
    #[arg(long, value_name = "NAME|FILE")]
    robot: Option<String>,
    /// Say which joint a column is; may be given again and again
    #[arg(long, value_name = "COLUMN=JOINT", value_parser = pair)]
    joint: Vec<(String, String)>,
    /// Columns without names stand in the model's order
    #[arg(long)]
    model_order: bool,
    /// As JSON
    #[arg(long)]
    json: bool,
    /// Also write a page to look at
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// Replace the page if it is there
    #[arg(long, requires = "html")]
    overwrite: bool,
    /// Print every finding, not only the first of each kind
    #[arg(long)]
    all: bool,
    /// Write the dataset anew with what is wrong without a doubt put right: lists, counts, indices,
    /// statistics, rounded times, the order and length of quaternions. What is left is said with why
    #[arg(long, requires = "out")]
    fix: bool,
    /// The folder that --fix makes
    #[arg(long, value_name = "FOLDER", requires = "fix")]
    out: Option<PathBuf>,
    /// Threads; 0: all cores
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    threads: usize,
    #[command(flatten)]
    robot_args: RobotArgs,
}

/// A column and the joint it is.
pub fn pair(text: &str) -> std::result::Result<(String, String), String> {
    let (column, joint) = text.split_once('=').ok_or("expected COLUMN=JOINT")?;
    Ok((column.into(), joint.into()))
}

/// Does it.
pub fn run(args: &Args) -> Result<Exit> {
    let set = Loose::open(&args.dataset).map_err(Failure::new)?;
    let chosen = robot(args, &set)?;
    let names = Names { joints: args.joint.clone(), model_order: args.model_order };
    let layout = Layout::find(&set.info, chosen.as_ref().map(|c| &c.robot), &names).map_err(Failure::new)?;
    let pool = rayon::ThreadPoolBuilder::new().num_threads(args.threads).build().map_err(Failure::internal)?;
    let report = pool.install(|| check(&set, &layout, chosen.as_ref()))?;
    let Some(out) = args.out.as_deref().filter(|_| args.fix) else {
        return show(args, &args.dataset, &set, chosen.as_ref(), &report, None);
    };
    let mut failed = None;
    let mut look = |folder: &Path| {
        let set = Loose::open(folder)?;
        let layout = Layout::find(&set.info, chosen.as_ref().map(|c| &c.robot), &names)?;
        pool.install(|| check(&set, &layout, chosen.as_ref())).map_err(|e| {
            failed = Some(e);
            kouros_check::Error::NotMended("the new dataset could not be checked".into())
        })
    };
    let mending = mend(&args.dataset, out, &report, &layout, chosen.as_ref().map(|c| &c.robot), &mut look);
    let mending = mending.map_err(|e| failed.take().unwrap_or_else(|| Failure::new(e)))?;
    let set = Loose::open(&mending.path).map_err(Failure::new)?;
    show(args, &mending.path, &set, chosen.as_ref(), &mending.after, Some(&mending))
}

/// Gives a report as it was asked for; after a fix, with what became of the dataset.
fn show(
    args: &Args,
    path: &Path,
    set: &Loose,
    chosen: Option<&Chosen>,
    report: &Report,
    mending: Option<&Mending>,
) -> Result<Exit> {
    let robot_name = chosen.map(|c| c.robot.name.as_str());
    if let Some(file) = &args.html {
        let over = if args.overwrite { Overwrite::Allowed } else { Overwrite::Refused };
        let page = page::page(path, set, robot_name, report);
        write_whole(file, page.as_bytes(), over).map_err(|e| crate::run::dataset::disk_failure(&e))?;
        say(&format!("open {} in a browser", file.display()));
    }
    if args.json {
        let mut document = document(set, robot_name, report);
        if let (Some(m), Some(map)) = (mending, document.as_object_mut()) {
            let besides = &m.besides;
            map.insert(
                "fix".into(),
                json!({ "from": args.dataset.display().to_string(), "fixed": m.mended, "left": m.left, "besides": besides }),
            );
        }
        give_json(&document)?;
    } else {
        let fixed = mending.map(text::mended).unwrap_or_default();
        give(&(fixed + &text::text(path, set, robot_name, report, args.all)))?;
    }
    Ok(if report.defects() > 0 { Exit::Found } else { Exit::Done })
}

fn robot(args: &Args, set: &Loose) -> Result<Option<Chosen>> {
    let named = match args.robot.as_deref() {
        Some("none") => return Ok(None),
        Some(name) => name.to_owned(),
        None => match set.info.robot_type.as_deref().filter(|r| is_known(r)) {
            Some(known) => known.to_owned(),
            None => return Ok(None),
        },
    };
    choose(&named, &args.robot_args).map(Some)
}

type Checked = std::result::Result<(Vec<(EpisodePart, EpisodeReport)>, Vec<Trouble>), String>;

/// Goes through the files in order, a few portions at a time: memory does not grow with the set.
fn check(set: &Loose, layout: &Layout, chosen: Option<&Chosen>) -> Result<Report> {
    let mut all = DatasetCheck::new();
    all.leave_out(layout.not_checked.iter().cloned());
    all.troubles(set.troubles.iter().cloned());
    let at_once = 2 * rayon::current_num_threads();
    let mut waiting: Vec<Portion> = Vec::new();
    let flush = |waiting: &mut Vec<Portion>, all: &mut DatasetCheck| {
        let done: Vec<Checked> = waiting.par_iter().map(|p| portion(set, layout, chosen, p)).collect();
        for (checked, portion) in done.into_iter().zip(waiting.drain(..)) {
            match checked {
                Ok((parts, troubles)) => {
                    all.troubles(troubles);
                    parts.into_iter().for_each(|(part, report)| all.add(part, report, set));
                }
                Err(found) => all.troubles([unreadable(set, portion.file, found)]),
            }
        }
    };
    for file in 0..set.files.len() {
        match set.portions(file) {
            Ok((portions, troubles)) => {
                all.troubles(troubles);
                for portion in portions {
                    waiting.push(portion);
                    if waiting.len() >= at_once {
                        flush(&mut waiting, &mut all);
                    }
                }
            }
            Err(e) => {
                flush(&mut waiting, &mut all);
                all.troubles([unreadable(set, file, e.to_string())]);
            }
        }
    }
    flush(&mut waiting, &mut all);
    Ok(all.finish(set))
}

fn unreadable(set: &Loose, file: usize, found: String) -> Trouble {
    let place = set.files.get(file).map(|f| f.display().to_string()).unwrap_or_default();
    Trouble { topic: kouros_dataset::Topic::Table, place, episode: None, expected: "a table of frames".into(), found }
}

fn portion(set: &Loose, layout: &Layout, chosen: Option<&Chosen>, portion: &Portion) -> Checked {
    let (episodes, troubles) = set.read(portion).map_err(|e| e.to_string())?;
    let mut pass = chosen.map(|c| BodyPass::new(&c.robot));
    let mut out = Vec::with_capacity(episodes.len());
    for frames in &episodes {
        let index = frames.index.and_then(|i| usize::try_from(i).ok()).unwrap_or(0);
        let view = View::new(index, set.info.fps, frames, layout, &set.info.features);
        let listed = set.episodes.get(index).filter(|e| e.index == index);
        let first_frame = listed.and_then(|e| e.frames).map(|f| f.0);
        let scene = set.kouros_episode(index).is_some_and(|e| !e["meta"]["scene"].is_null());
        let known = Known { first_frame, tasks: &set.tasks, scene };
        out.push((EpisodePart::new(frames, set), check_episode(&view, layout, pass.as_mut(), known)));
    }
    Ok((out, troubles))
}

/// The JSON document: stable words, everything there is.
fn document(set: &Loose, robot: Option<&str>, report: &Report) -> serde_json::Value {
    let not_checked: Vec<_> = report
        .not_checked
        .iter()
        .map(|(n, episodes)| json!({ "code": n.code, "why": n.why, "episodes": if *episodes > 0 { json!(episodes) } else { json!("all") } }))
        .collect();
    let findings: Vec<_> = report
        .findings
        .iter()
        .map(|f| {
            let about = f.code.about();
            let mut v = serde_json::to_value(f).unwrap_or_default();
            if let Some(map) = v.as_object_mut() {
                map.insert("why".into(), about.why.into());
                map.insert("todo".into(), about.todo.into());
            }
            v
        })
        .collect();
    json!({
        "schema": "kouros-check/1",
        "dataset": set.root().display().to_string(),
        "version": set.info.version,
        "robot": robot,
        "episodes": report.episodes,
        "frames": report.frames,
        "defects": report.defects(),
        "risks": report.findings.len() - report.defects(),
        "findings": findings,
        "not_checked": not_checked,
    })
}
