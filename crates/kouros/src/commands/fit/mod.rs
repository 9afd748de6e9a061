//! `kouros fit`: whether robots fit the places people live in, by which posture, with what margin.
//!
//! Lives here: the arguments, the table. Does not: the judgement (`kouros-fit`), the page of pictures
//! (`page.rs`).

mod page;

use crate::exit::{Exit, Failure, Result};
use crate::robot_args::{Chosen, RobotArgs, choose};
use crate::run::dataset::disk_failure;
use crate::talk::{Align, give, give_json, say, table};
use kouros_dataset::{Overwrite, write_whole};
use kouros_fit::{Margin, Place, Verdict, home, judge, read_places};
use serde_json::{Value, json};
use std::path::PathBuf;

const EXAMPLES: &str = "\
Examples:
  kouros fit unitree_g1
  kouros fit unitree_g1 figure_02 honda_asimo --page fit.html
  kouros fit g1 --place office.toml --json

Everything is statics: a posture is looked for that stands still, keeps joints within their ranges and
torques within the motors', and meets the place. What is not looked at: whether the body hits itself, and
how it gets there. docs/robots.md has the places and what must hold.";

/// Say whether robots fit doors, counters, stairs, chairs, ladders.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// Names of robots, or the paths of their models or plans
    #[arg(value_name = "ROBOT", required = true)]
    robots: Vec<String>,
    /// Places (TOML) instead of those that come with Kouros (places/home.toml)
    #[arg(long, value_name = "FILE")]
    place: Option<PathBuf>,
    /// Write a page with a picture of every posture
    #[arg(long, value_name = "FILE.html")]
    page: Option<PathBuf>,
    /// Write over a page that is there
    #[arg(long, requires = "page")]
    overwrite: bool,
    /// As JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    robot_args: RobotArgs,
}

/// Does it.
pub fn run(args: &Args) -> Result<Exit> {
    let places = match &args.place {
        None => home().map_err(Failure::internal)?,
        Some(path) => {
            let shown = path.display().to_string();
            let text = std::fs::read_to_string(path).map_err(|e| Failure::new(format!("cannot read {shown}: {e}")))?;
            read_places(&shown, &text).map_err(Failure::new)?
        }
    };
    if let Some(page) = args.page.as_ref().filter(|p| p.exists() && !args.overwrite) {
        return Err(Failure::new(format!("{} is there already", page.display())).hint("--overwrite writes over it"));
    }
    let mut judged: Vec<(Chosen, Vec<Verdict>)> = Vec::new();
    for name in &args.robots {
        let chosen = choose(name, &args.robot_args)?;
        for note in chosen.report.warnings() {
            say(&format!("note: {}", note.message));
        }
        let verdicts = judge(&chosen.robot, &places);
        judged.push((chosen, verdicts));
    }
    if let Some(path) = &args.page {
        let allowed = if args.overwrite { Overwrite::Allowed } else { Overwrite::Refused };
        write_whole(path, page::page(&judged).as_bytes(), allowed).map_err(|e| disk_failure(&e))?;
        say(&format!("open {} in a browser", path.display()));
    }
    if args.json {
        give_json(&Value::Array(judged.iter().map(in_json).collect()))?;
        return Ok(Exit::Done);
    }
    match judged.as_slice() {
        [(_, verdicts)] => give(&one(verdicts))?,
        all => give(&several(&places, all))?,
    }
    Ok(Exit::Done)
}

/// What decides: what fails, or what holds with the least room.
fn because(verdict: &Verdict) -> String {
    let failing: Vec<String> = verdict.margins.iter().filter(|m| !m.holds()).map(Margin::words).collect();
    if failing.is_empty() { verdict.tightest().map(Margin::words).unwrap_or_default() } else { failing.join("; ") }
}

fn one(verdicts: &[Verdict]) -> String {
    use Align::Left;
    let head = [("place", Left), ("asked", Left), ("fits", Left), ("tightest, or why not", Left), ("posture", Left)];
    let row = |v: &Verdict| {
        let fits = if v.fits() { "yes" } else { "no" };
        vec![v.place.name.clone(), v.place.kind.words(), fits.into(), because(v), v.by.into()]
    };
    table(&head, &verdicts.iter().map(row).collect::<Vec<_>>())
}

fn several(places: &[Place], judged: &[(Chosen, Vec<Verdict>)]) -> String {
    let mut head: Vec<(&str, Align)> = vec![("robot", Align::Left)];
    head.extend(places.iter().map(|p| (p.name.as_str(), Align::Left)));
    let row = |(chosen, verdicts): &(Chosen, Vec<Verdict>)| {
        let mut row = vec![chosen.robot.name.clone()];
        row.extend(verdicts.iter().map(|v| if v.fits() { "yes".into() } else { "no".into() }));
        row
    };
    table(&head, &judged.iter().map(row).collect::<Vec<_>>())
}

fn in_json((chosen, verdicts): &(Chosen, Vec<Verdict>)) -> Value {
    let robot = &chosen.robot;
    let margin = |m: &Margin| {
        let bound = if m.at_most { "at_most" } else { "at_least" };
        json!({ "what": m.what, "is": m.is, bound: m.needed, "unit": m.unit, "holds": m.holds() })
    };
    let verdict = |v: &Verdict| {
        let (t, r) = (&v.posture.base.translation.vector, &v.posture.base.rotation);
        let joints: serde_json::Map<String, Value> =
            robot.joints.iter().zip(&v.posture.joints).map(|(j, q)| (j.name.clone(), json!(q))).collect();
        json!({
            "place": v.place,
            "fits": v.fits(),
            "because": because(v),
            "posture": v.by,
            "margins": v.margins.iter().map(margin).collect::<Vec<_>>(),
            "base_position": [t.x, t.y, t.z],
            "base_rotation_wxyz": [r.w, r.i, r.j, r.k],
            "joint_positions": joints,
        })
    };
    json!({
        "robot": robot.name,
        "source": robot.source,
        "model_sha256": chosen.model_sha256,
        "verdicts": verdicts.iter().map(verdict).collect::<Vec<_>>(),
    })
}
