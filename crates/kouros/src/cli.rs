//! The program's name and its commands. Each command's arguments stand beside the command.

use crate::commands::{
    check, convert, eval, export, filter, fit, formats, inspect, live, merge, play, retarget, robots, rollout, split, train, view,
};
use clap::{Parser, Subcommand};

/// Human motion into training data for humanoid robots.
#[derive(Debug, Parser)]
#[command(version, about, propagate_version = true, disable_help_subcommand = true, max_term_width = 100)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
}

/// What the program can do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Turn motion capture into a dataset of a robot's motions.
    Retarget(retarget::Args),
    /// Say what is wrong with a dataset.
    Check(check::Args),
    /// Turn a dataset of one format into another.
    Convert(convert::Args),
    /// Put datasets together.
    Merge(merge::Args),
    /// Take a dataset apart.
    Split(split::Args),
    /// Keep some episodes of a dataset.
    Filter(filter::Args),
    /// Let a robot follow a person frame by frame.
    Live(live::Args),
    /// Say what is in a dataset, a clip or a robot.
    Inspect(inspect::Args),
    /// Look at a dataset, a clip or a robot in the browser.
    View(view::Args),
    /// List the file formats that are read, and what is read of each.
    Formats(formats::Args),
    /// List the robots known by name.
    Robots(robots::Args),
    /// Say whether robots fit the places people live in.
    Fit(fit::Args),
    /// Train a policy in simulation.
    Train(train::Args),
    /// Try a policy in simulation and give its robustness card.
    Eval(eval::Args),
    /// Run a policy in simulation and look at it.
    Play(play::Args),
    /// Run a policy in simulation and write its episodes as a dataset.
    Rollout(rollout::Args),
    /// Give a policy to programs that are not Kouros.
    Export(export::Args),
}
