//! `kouros split`: a dataset as several.

use crate::commands::convert::{Changes, tell};
use crate::exit::{Exit, Failure, Result};
use crate::talk::{counted, give_json, say};
use kouros_convert::{Part, Target, apart, convert};
use kouros_dataset::stream::{LeRobotSource, Version};
use std::path::PathBuf;

const EXAMPLES: &str = "\
Examples:
  kouros split data/walks --parts train=0.9,test=0.1 --out data/walks_parts
  kouros split data/all --by kind --out data/by_kind";

/// Take a dataset apart, into a folder of LeRobot v3.0 datasets.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// The dataset
    #[arg(value_name = "DATASET")]
    source: PathBuf,
    /// The folder of the parts
    #[arg(long, value_name = "FOLDER")]
    out: PathBuf,
    /// A part for each
    #[arg(long, value_name = "WHAT", required_unless_present = "parts", conflicts_with = "parts")]
    by: Option<By>,
    /// Parts by name with their shares, drawn by lot
    #[arg(long, value_name = "NAME=SHARE,...", value_delimiter = ',', value_parser = share)]
    parts: Vec<(String, f64)>,
    /// The seed of the lot
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    seed: u64,
    #[command(flatten)]
    changes: Changes,
    /// The account as JSON on standard output
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum By {
    /// The four kinds of whole-body data
    Kind,
    /// Tasks
    Task,
}

fn share(text: &str) -> std::result::Result<(String, f64), String> {
    let (name, share) = text.split_once('=').ok_or("expected NAME=SHARE")?;
    let plain = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || "-_".contains(c));
    if !plain {
        return Err(format!("'{name}' is no name of a folder"));
    }
    Ok((name.into(), share.parse().map_err(|e| format!("'{share}': {e}"))?))
}

/// Does it.
pub fn run(args: &Args) -> Result<Exit> {
    let open = || LeRobotSource::open(&args.source).map_err(Failure::new);
    let by = match args.by {
        Some(By::Kind) => Part::Kind,
        Some(By::Task) => Part::Task,
        None => Part::Shares { shares: args.parts.clone(), seed: args.seed },
    };
    let outline: Vec<_> = open()?.outline().collect();
    let parts = apart(&outline, &by).map_err(Failure::new)?;
    if let Some(there) = parts.keys().map(|name| args.out.join(name)).find(|p| p.exists()) {
        return Err(Failure::new(format!("{} is there already; nothing was written", there.display())));
    }
    let mut done = Vec::new();
    for (name, episodes) in parts {
        let mut source = open()?;
        source.keep(episodes);
        let mut source = args.changes.apply(Box::new(source))?;
        let mut progress = tell::Progress::new(source.head().episodes);
        let target = Target::LeRobot(Version::V30);
        let outcome = convert(source.as_mut(), &target, &args.out.join(&name), &mut |n| progress.at(n)).map_err(Failure::new)?;
        progress.end();
        say(&format!("{name}: {}, {}", counted(outcome.episodes, "episode"), counted(outcome.frames, "frame")));
        if done.is_empty() {
            outcome.account.sentences().iter().for_each(|s| say(s));
        }
        let mut json = outcome.json();
        if let Some(map) = json.as_object_mut() {
            map.insert("part".into(), name.into());
        }
        done.push(json);
    }
    if args.json {
        give_json(&serde_json::json!({ "schema": "kouros-split/1", "seed": args.seed, "parts": done }))?;
    }
    Ok(Exit::Done)
}
