//! `kouros inspect`: what is in a dataset, a clip or a robot.
//!
//! Lives here: the arguments, and telling the three apart. Does not: what is said about each (the
//! files beside).

mod clip;
mod dataset;
mod given;
mod robot;

use crate::exit::{Exit, Failure, Result};
use crate::import_args::{ImportArgs, positive};
use crate::robot_args::{self, RobotArgs};
use std::path::PathBuf;

const EXAMPLES: &str = "\
Examples:
  kouros inspect data/walks
  kouros inspect subject/02_01.amc
  kouros inspect walk.bvh --positions walk.npz --rate 30
  kouros inspect motion.csv --robot unitree_g1
  kouros inspect unitree_g1 --json";

/// Say what is in a dataset, a clip or a robot.
///
/// Of a dataset: its episodes and features. Of a clip: skeleton, which joint is which part of the
/// body, contacts, and what was inferred. Of a robot's motion: its joints' ranges, contacts, and
/// how it was understood. Of a robot: joints with their limits, and which part is
/// which.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// A dataset's folder, a capture file, a robot's name, or the path of a robot's MJCF or URDF
    #[arg(value_name = "PATH|ROBOT")]
    what: PathBuf,
    /// As JSON
    #[arg(long)]
    json: bool,
    /// Of a robot's motion: the robot it was made for, a name or the path of its MJCF or URDF
    /// [default: the first known robot it can be of]
    #[arg(long, value_name = "NAME|FILE")]
    robot: Option<String>,
    /// Of a clip: also write its main joints' positions (npz: names, positions T x J x 3 [m, Z up],
    /// fps)
    #[arg(long, value_name = "FILE")]
    positions: Option<PathBuf>,
    /// Rate of these positions [Hz] [default: the clip's]
    #[arg(long, value_name = "HZ", value_parser = positive, requires = "positions")]
    rate: Option<f64>,
    /// Replace the positions' file if it is there
    #[arg(long, requires = "positions")]
    overwrite: bool,
    #[command(flatten)]
    import: ImportArgs,
    #[command(flatten)]
    robot_args: RobotArgs,
}

/// Does it.
pub fn run(args: &Args) -> Result<Exit> {
    let path = args.what.as_path();
    let is_clip = path.is_file() && !robot_args::is_model(path);
    if args.positions.is_some() && !is_clip {
        return Err(Failure::new(format!("--positions: expected a capture file, found {}", path.display())));
    }
    if path.is_dir() {
        dataset::inspect(path, args.json)?;
    } else if is_clip {
        clip::inspect(path, args)?;
    } else if path.is_file() || robot_args::is_named(&path.to_string_lossy()) {
        robot::inspect(&robot_args::choose(&path.to_string_lossy(), &args.robot_args)?, args.json)?;
    } else if path.components().count() == 1 && path.extension().is_none() {
        let failure = Failure::new(format!("{}: neither a file, nor a folder, nor a known robot", path.display()));
        return Err(failure.hint("`kouros robots` lists the known robots"));
    } else {
        return Err(Failure::new(format!("{}: no such file or folder", path.display())));
    }
    Ok(Exit::Done)
}
