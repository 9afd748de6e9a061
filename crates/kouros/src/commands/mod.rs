//! One file for each command: its arguments, and a function that does it.

pub mod check;
pub mod formats;
pub mod inspect;
pub mod live;
pub mod retarget;
pub mod robots;

use crate::cli::Command;
use crate::exit::{Exit, Result};

/// Does what was asked.
pub fn run(command: Command) -> Result<Exit> {
    match command {
        Command::Retarget(args) => retarget::run(&args),
        Command::Inspect(args) => inspect::run(&args),
        Command::Check(args) => check::run(&args),
        Command::Live(args) => live::run(&args),
        Command::Formats(args) => formats::run(&args),
        Command::Robots(args) => robots::run(&args),
    }
}
