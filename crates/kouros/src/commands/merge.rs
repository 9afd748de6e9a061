//! `kouros merge`: several datasets as one.

use crate::commands::convert::{Changes, tell};
use crate::exit::{Exit, Failure, Result};
use kouros_convert::{Merged, Reading, Target, convert, open};
use kouros_dataset::stream::Version;
use std::path::PathBuf;

/// Put datasets together, in the order they are named.
///
/// They must have the same robot, rate and features; what differs is said, and --rate and --drop
/// make it the same. The output is LeRobot v3.0.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The datasets
    #[arg(value_name = "DATASET", required = true, num_args = 1..)]
    sources: Vec<PathBuf>,
    /// The folder that is made
    #[arg(long, value_name = "FOLDER")]
    out: PathBuf,
    #[command(flatten)]
    changes: Changes,
    /// The account as JSON on standard output
    #[arg(long)]
    json: bool,
}

/// Does it.
pub fn run(args: &Args) -> Result<Exit> {
    let open = |path: &PathBuf| {
        let source = open(path, Reading::default()).map_err(Failure::new)?;
        // What is to be left out need not be in every part.
        let there = |name: &&String| {
            let head = source.head();
            head.stream(name).is_some() || head.cameras.iter().any(|c| c.name == **name)
        };
        let drop = args.changes.drop.iter().filter(there).cloned().collect();
        Changes { drop, ..args.changes.clone() }.apply(source)
    };
    let sources = args.sources.iter().map(open).collect::<Result<_>>()?;
    let mut merged = Merged::new(sources).map_err(Failure::new)?;
    let mut progress = tell::Progress::new(kouros_convert::Source::head(&merged).episodes);
    let target = Target::LeRobot(Version::V30);
    let outcome = convert(&mut merged, &target, &args.out, &mut |n| progress.at(n)).map_err(Failure::new)?;
    progress.end();
    tell::tell(&outcome, args.json)
}
