//! `kouros-bench`: how fast Kouros is, measured beside others in one run.
//!
//! Lives here: the arguments and which measurement they ask for. Does not: the measurements, each
//! in the file of its name. Nothing here judges; the bars are printed beside what was measured.

mod clip;
mod clips;
mod clock;
mod driver;
mod hour;
mod judge;
mod live;
mod machine;
mod many;
mod parts;
mod peer;
mod pendulum;
mod plot;
mod retarget;
mod sim_peer;
mod simulate;
mod table;
mod tradeoff;
mod watch;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// Whatever went wrong, in words for the person at the terminal.
type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// How fast Kouros is, beside a named peer in the same run.
#[derive(Debug, Parser)]
#[command(disable_help_subcommand = true, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    /// JSON on standard output instead of a table
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Frames a second of retargeting alone, on one thread
    Retarget(retarget::Args),
    /// An hour of motion at 30 Hz from BVH to a dataset: time and memory
    Hour(hour::Args),
    /// Every clip of a folder with one setting: a table of what came out
    Clips(clips::Args),
    /// Thousands of short clips: what a clip costs as they grow in number
    Many(many::Args),
    /// Fidelity against smoothness, as a picture
    Tradeoff(tradeoff::Args),
    /// One frame of a robot that follows a person as it comes: median and 99th percentile
    Live(live::Args),
    /// Reading, contacts, kinematics, labels, writing, each alone
    Parts(parts::Args),
    /// Environments beside bare `mj_step` in the same states, and beside Python
    Simulate(simulate::Args),
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let before = machine::Load::now();
    let measured = match &cli.command {
        Command::Retarget(args) => retarget::run(args),
        Command::Hour(args) => hour::run(args),
        Command::Clips(args) => clips::run(args),
        Command::Many(args) => many::run(args),
        Command::Tradeoff(args) => tradeoff::run(args),
        Command::Live(args) => live::run(args),
        Command::Parts(args) => parts::run(args),
        Command::Simulate(args) => simulate::run(args),
    };
    let measured = match measured {
        Ok(measured) => measured,
        Err(e) => {
            eprintln!("error: {e}");
            return ExitCode::from(2);
        }
    };
    let machine = machine::Machine::here(before);
    if cli.json {
        let whole = serde_json::json!({ "machine": machine, "measured": measured.json });
        println!("{whole:#}");
    } else {
        println!("{}\n{}", measured.text, machine.in_words());
    }
    ExitCode::SUCCESS
}

/// What a measurement gives: a table for people, the same as JSON.
#[derive(Debug)]
struct Measured {
    text: String,
    json: serde_json::Value,
}
