//! `kouros filter`: some episodes of a dataset as a dataset.

use crate::commands::convert::{Changes, tell};
use crate::exit::{Exit, Failure, Result};
use kouros_convert::{Target, Wanted, convert};
use kouros_dataset::stream::{LeRobotSource, Version};
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

const EXAMPLES: &str = "\
Examples:
  kouros filter data/walks --kind locomotion --min-seconds 2 --out data/long_walks
  kouros check data/walks --json > found.json; kouros filter data/walks --findings found.json --out data/good";

/// Keep some episodes of a dataset: those that every flag asks for.
///
/// The output is LeRobot v3.0, its episodes counted anew. Films stay whole files.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// The dataset
    #[arg(value_name = "DATASET")]
    source: PathBuf,
    /// The folder that is made
    #[arg(long, value_name = "FOLDER")]
    out: PathBuf,
    #[command(flatten)]
    wanted: WantedArgs,
    #[command(flatten)]
    changes: Changes,
    /// The account as JSON on standard output
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Which episodes")]
struct WantedArgs {
    /// Of this kind: locomotion, manipulation, whole-body, navigation; may be given again
    #[arg(long, value_name = "KIND")]
    kind: Vec<String>,
    /// Whose task has this text in it; may be given again
    #[arg(long, value_name = "TEXT")]
    task: Vec<String>,
    /// At least so long [s]
    #[arg(long, value_name = "SECONDS")]
    min_seconds: Option<f64>,
    /// At most so long [s]
    #[arg(long, value_name = "SECONDS")]
    max_seconds: Option<f64>,
    /// Of these numbers: 0,4,10-19
    #[arg(long, value_name = "LIST", value_parser = numbers)]
    episodes: Option<BTreeSet<usize>>,
    /// Leave out those with a defect in this output of `kouros check --json`
    #[arg(long, value_name = "FILE")]
    findings: Option<PathBuf>,
    /// Leave out those with this code there instead, defect or risk; may be given again
    #[arg(long, value_name = "CODE", requires = "findings")]
    code: Vec<String>,
}

fn numbers(text: &str) -> std::result::Result<BTreeSet<usize>, String> {
    /// Longer lists than datasets have episodes.
    const MOST: usize = 10_000_000;
    let mut out = BTreeSet::new();
    for part in text.split(',') {
        let (from, to) = part.split_once('-').unwrap_or((part, part));
        let number = |t: &str| t.trim().parse::<usize>().map_err(|e| format!("'{part}': {e}"));
        let (from, to) = (number(from)?, number(to)?);
        if from > to || to - from > MOST {
            return Err(format!("'{part}' is no range of episodes"));
        }
        out.extend(from..=to);
    }
    Ok(out)
}

/// Does it.
pub fn run(args: &Args) -> Result<Exit> {
    let mut source = LeRobotSource::open(&args.source).map_err(Failure::new)?;
    let wanted = wanted(&args.wanted)?;
    let fps = source.head().fps;
    let all: Vec<_> = source.outline().collect();
    let kept: BTreeSet<usize> = all.iter().filter(|e| wanted.takes(e, fps)).map(|e| e.index).collect();
    if kept.is_empty() {
        return Err(Failure::new(format!("none of {} episodes is as asked for", all.len())));
    }
    source.keep(kept);
    let mut source = args.changes.apply(Box::new(source))?;
    let mut progress = tell::Progress::new(source.head().episodes);
    let target = Target::LeRobot(Version::V30);
    let outcome = convert(source.as_mut(), &target, &args.out, &mut |n| progress.at(n)).map_err(Failure::new)?;
    progress.end();
    tell::tell(&outcome, args.json)
}

fn wanted(args: &WantedArgs) -> Result<Wanted> {
    let without = args.findings.as_deref().map(|path| found(path, &args.code)).transpose()?.unwrap_or_default();
    Ok(Wanted {
        kinds: args.kind.clone(),
        tasks: args.task.clone(),
        min_seconds: args.min_seconds,
        max_seconds: args.max_seconds,
        episodes: args.episodes.clone(),
        without,
    })
}

/// The episodes with a defect, or with one of some codes.
fn found(path: &Path, codes: &[String]) -> Result<BTreeSet<usize>> {
    let shown = path.display();
    let text = std::fs::read_to_string(path).map_err(|e| Failure::new(format!("cannot read {shown}: {e}")))?;
    let json: Value = serde_json::from_str(&text).map_err(|e| Failure::new(format!("{shown}: expected JSON, found {e}")))?;
    let list = json.get("findings").and_then(Value::as_array);
    let list = list.ok_or_else(|| Failure::new(format!("{shown}: expected the output of `kouros check --json`")))?;
    let word = |f: &Value, key: &str| f.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let meant = |f: &&Value| if codes.is_empty() { word(f, "severity") == "defect" } else { codes.contains(&word(f, "code")) };
    let number = |f: &Value| f.get("episode").and_then(Value::as_u64).and_then(|n| usize::try_from(n).ok());
    Ok(list.iter().filter(meant).filter_map(number).collect())
}
