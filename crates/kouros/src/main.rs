//! `kouros`: human motion into training data for humanoid robots.
//!
//! Lives here: the arguments' entry and how the program ends. Does not: what the commands do
//! (`commands/`), nor anything about motions, robots or datasets (the other crates).

mod assets;
mod cli;
mod commands;
mod exit;
mod fetch;
mod hashes;
mod import_args;
mod inputs;
mod model_caches;
mod report;
mod robot_args;
mod run;
mod table_note;
mod talk;

use crate::exit::Exit;
use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(|l| format!(" ({}:{})", l.file(), l.line())).unwrap_or_default();
        let payload = panic.payload();
        let words = payload.downcast_ref::<&str>().copied().or_else(|| payload.downcast_ref::<String>().map(String::as_str));
        talk::say(&format!("internal error: {}{place}", words.unwrap_or("unknown").replace('\n', " ")));
    }));
    let cli = cli::Cli::parse();
    let outcome = std::panic::catch_unwind(|| commands::run(cli.command));
    match outcome {
        Ok(Ok(exit)) => exit.into(),
        Ok(Err(failure)) => {
            talk::complain(&failure);
            failure.exit().into()
        }
        Err(_) => Exit::Internal.into(),
    }
}
