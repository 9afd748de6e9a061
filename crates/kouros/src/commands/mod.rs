//! One file for each command: its arguments, and a function that does it.

pub mod check;
pub mod convert;
pub mod eval;
pub mod export;
pub mod filter;
pub mod fit;
pub mod formats;
pub mod inspect;
pub mod live;
pub mod merge;
pub mod play;
pub mod retarget;
pub mod robots;
pub mod rollout;
pub mod split;
pub mod train;
pub mod view;

use crate::cli::Command;
use crate::exit::{Exit, Result};

/// Does what was asked.
pub fn run(command: Command) -> Result<Exit> {
    match command {
        Command::Retarget(args) => retarget::run(&args),
        Command::Inspect(args) => inspect::run(&args),
        Command::Check(args) => check::run(&args),
        Command::Convert(args) => convert::run(&args),
        Command::Merge(args) => merge::run(&args),
        Command::Split(args) => split::run(&args),
        Command::Filter(args) => filter::run(&args),
        Command::Live(args) => live::run(&args),
        Command::View(args) => view::run(&args),
        Command::Formats(args) => formats::run(&args),
        Command::Robots(args) => robots::run(&args),
        Command::Fit(args) => fit::run(&args),
        Command::Train(args) => train::run(&args),
        Command::Eval(args) => eval::run(&args),
        Command::Play(args) => play::run(&args),
        Command::Rollout(args) => rollout::run(&args),
        Command::Export(args) => export::run(&args),
    }
}
