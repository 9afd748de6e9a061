//! `kouros robots`: what is known by name, from where, under which licence.

use crate::assets::assets;
use crate::exit::{Exit, Failure, Result};
use crate::robot_args::{RobotArgs, choose};
use crate::talk::{Align, give, give_json, say, table};
use kouros_robot::known_robots;
use serde_json::json;

/// List the robots known by name.
#[derive(Debug, clap::Args)]
#[command(after_help = "Any other robot: give the path of its MJCF or URDF wherever a robot is asked for.")]
pub struct Args {
    /// As JSON
    #[arg(long)]
    json: bool,
}

/// Does it.
pub fn run(args: &Args) -> Result<Exit> {
    let assets = assets();
    let mut rows = Vec::new();
    let mut values = Vec::new();
    let mut missing = false;
    for known in known_robots().map_err(Failure::internal)? {
        let name = known.name.clone().unwrap_or_default();
        let model = assets.folder.join(known.model.as_deref().unwrap_or_default());
        let loaded = model.is_file().then(|| choose(&name, &RobotArgs::default())).transpose()?;
        missing |= loaded.is_none();
        let number = |v: Option<String>| v.unwrap_or_else(|| "-".into());
        let place = if loaded.is_some() { model.display().to_string() } else { "not here: cargo xtask setup fetches it".into() };
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
            "present": loaded.is_some(),
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
    say(&format!("models are looked for in {} ({})", assets.folder.display(), assets.named_by));
    if missing {
        say("hint: `cargo xtask setup` in the checkout fetches the models");
    }
    Ok(Exit::Done)
}
