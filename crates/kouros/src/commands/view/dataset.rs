//! A dataset that is looked at: its robot, its columns, and where its people are found.

use super::{Args, name_of, people};
use crate::exit::{Failure, Result};
use crate::robot_args::{Chosen, choose, is_known};
use kouros_check::{Layout, Names};
use kouros_dataset::Loose;
use kouros_view::{DatasetShow, Show};
use std::path::Path;

/// Opens it.
pub fn show(path: &Path, args: &Args) -> Result<Show> {
    let set = Loose::open(path).map_err(Failure::new)?;
    let mut notes = Vec::new();
    let chosen = robot(args, &set, &mut notes)?;
    let names = Names { joints: args.joint.clone(), model_order: args.model_order };
    let found = Layout::find(&set.info, chosen.as_ref().map(|c| &c.robot), &names);
    let (layout, chosen) = match found {
        Ok(layout) => (layout, chosen),
        // A robot that was asked for and does not fit is an error; one that was guessed is left out.
        Err(e) if args.robot.is_some() => return Err(Failure::new(e)),
        Err(e) => {
            notes.push(format!("{}: {e}", chosen.map_or_else(String::new, |c| c.robot.name)));
            (Layout::find(&set.info, None, &names).map_err(Failure::new)?, None)
        }
    };
    let human_of = people::finder(&args.clips, &args.import)?;
    let show = DatasetShow::new(set, layout, notes, human_of);
    Ok(Show::dataset(name_of(path), show, chosen.map(|c| c.robot)))
}

fn robot(args: &Args, set: &Loose, notes: &mut Vec<String>) -> Result<Option<Chosen>> {
    if let Some(name) = args.robot.as_deref() {
        return if name == "none" { Ok(None) } else { choose(name, &args.robot_args).map(Some) };
    }
    match set.info.robot_type.as_deref() {
        // A known robot whose model is not here is told; everything but the robot can be shown.
        Some(known) if is_known(known) => Ok(choose(known, &args.robot_args).map_err(|e| notes.push(e.message)).ok()),
        other => {
            let says = other.map_or("the dataset names no robot".into(), |r| format!("robot '{r}' is not known"));
            notes.push(format!("{says}: --robot NAME|FILE shows it"));
            Ok(None)
        }
    }
}
