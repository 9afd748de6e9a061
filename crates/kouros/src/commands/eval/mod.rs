//! `kouros eval`: the robustness card of a policy.
//!
//! Lives here: the arguments, and the card as text and as JSON. Does not: which trials it is made
//! of (`trials.rs`), running them (`kouros-learn`).

mod trials;

use crate::commands::train::read_task;
use crate::exit::{Exit, Failure, Result};
use crate::robot_args::{RobotArgs, choose};
use crate::talk::{Align, give, give_json, say, table};
use kouros_learn::{Came, Policy, mean, share, trial};
use serde_json::{Value, json};
use std::path::PathBuf;
use trials::{Trial, trials};

const EXAMPLES: &str = "\
Examples:
  kouros eval runs/walk/policy.safetensors
  kouros eval policy.safetensors --episodes 200 --json > card.json

Falls are shares of episodes with Wilson's 95 % interval; errors are means over episodes with their
95 % interval, of the velocity averaged over a second against a command that has held for two.";

/// Try a policy in simulation: falls, tracking, pushes, friction, payload, delay, strength.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// The policy
    #[arg(value_name = "POLICY")]
    policy: PathBuf,
    /// A robot's name or the path of its model [default: the policy's]
    #[arg(long, value_name = "NAME|FILE")]
    robot: Option<String>,
    /// The task: `walk`, or the path of one (TOML)
    #[arg(long, value_name = "TASK", default_value = "walk")]
    task: String,
    /// Episodes of the first trial; the others take a tenth or more each
    #[arg(long, value_name = "COUNT", default_value_t = 1000, value_parser = clap::value_parser!(u64).range(10..=1_000_000))]
    episodes: u64,
    /// Seed of everything that is drawn; not one that was trained with
    #[arg(long, default_value_t = 1_000_003)]
    seed: u64,
    /// Only trials whose name begins so
    #[arg(long, value_name = "NAME")]
    only: Option<String>,
    /// Threads [default: all cores]. The card is the same for every number
    #[arg(long, value_name = "COUNT", default_value_t = 0, hide_default_value = true)]
    threads: usize,
    /// As JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    robot_args: RobotArgs,
}

/// Does it.
pub fn run(args: &Args) -> Result<Exit> {
    let policy = Policy::read(&args.policy).map_err(Failure::new)?;
    let (task, _) = read_task(&args.task)?;
    let name = args.robot.as_deref().unwrap_or(&policy.contract.robot);
    let chosen = choose(name, &args.robot_args)?;
    let pool = rayon::ThreadPoolBuilder::new().num_threads(args.threads).build().map_err(Failure::internal)?;
    let begins = |t: &Trial| args.only.as_deref().is_none_or(|o| t.name.starts_with(o));
    let wanted: Vec<Trial> = trials(&chosen.robot, &task, args.episodes as usize)?.into_iter().filter(begins).collect();
    if wanted.is_empty() {
        let only = args.only.as_deref().unwrap_or_default();
        return Err(Failure::new(format!("no trial's name begins with '{only}'; they are: {}", trials::NAMES)));
    }
    let weight = chosen.robot.mass() * 9.81;
    let (mut rows, mut values) = (Vec::new(), Vec::new());
    for t in wanted {
        say(&format!("{}: {} episodes of {:.0} s", t.name, t.episodes, t.script.seconds));
        let came = pool.install(|| trial(&policy, &t.world, &t.script, t.episodes, args.seed)).map_err(Failure::new)?;
        let value = summary(&t, &came, weight);
        rows.push(row(&value));
        values.push(value);
    }
    let made = policy.made;
    if args.json {
        give_json(&json!({
            "policy": args.policy, "contract_sha256": policy.contract.hash(), "robot": policy.contract.robot,
            "robot_sha256": chosen.sha256, "task": task.name, "made": made, "seed": args.seed,
            "kouros": env!("CARGO_PKG_VERSION"), "trials": values,
        }))?;
        return Ok(Exit::Done);
    }
    use Align::{Left, Right};
    let head = [
        ("trial", Left),
        ("episodes", Right),
        ("falls %", Right),
        ("95 %", Left),
        ("velocity m/s off", Right),
        ("turn rad/s off", Right),
        ("cost of transport", Right),
    ];
    give(&table(&head, &rows))?;
    say(&format!("policy of seed {}, {:.2} million steps", made.seed, made.steps as f64 * 1e-6));
    Ok(Exit::Done)
}

/// What a trial came to.
fn summary(t: &Trial, came: &[Came], weight: f64) -> Value {
    let falls = share(came.iter().filter(|c| c.fell).count(), came.len());
    let pair = |m: Option<(f64, f64)>| m.map(|(mean, half)| json!({ "mean": mean, "half_width_95": half }));
    let (energy, distance) = came.iter().fold((0.0, 0.0), |(e, d), c| (e + c.energy, d + c.distance));
    json!({
        "name": t.name, "what": t.what, "episodes": came.len(), "seconds": t.script.seconds, "level": t.script.level,
        "falls": { "share": falls.share, "low_95": falls.low, "high_95": falls.high },
        "seconds_on_feet": came.iter().map(|c| c.seconds).sum::<f64>() / came.len().max(1) as f64,
        "velocity_error": pair(mean(came.iter().filter_map(|c| c.velocity_error))),
        "turn_error": pair(mean(came.iter().filter_map(|c| c.turn_error))),
        "momentary_velocity_error": pair(mean(came.iter().filter_map(|c| c.momentary_error))),
        "cost_of_transport": (t.walks && distance > 1.0).then(|| energy / (weight * distance)),
    })
}

fn row(value: &Value) -> Vec<String> {
    let number = |v: &Value, digits: usize| v.as_f64().map_or_else(|| "-".into(), |x| format!("{x:.digits$}"));
    let percent = |v: &Value| v.as_f64().map_or(0.0, |x| x * 100.0);
    let with = |v: &Value| match v["mean"].as_f64() {
        Some(mean) => format!("{mean:.3} \u{b1} {:.3}", v["half_width_95"].as_f64().unwrap_or(0.0)),
        None => "-".into(),
    };
    let falls = &value["falls"];
    vec![
        value["name"].as_str().unwrap_or_default().into(),
        value["episodes"].to_string(),
        format!("{:.1}", percent(&falls["share"])),
        format!("{:.1}-{:.1}", percent(&falls["low_95"]), percent(&falls["high_95"])),
        with(&value["velocity_error"]),
        with(&value["turn_error"]),
        number(&value["cost_of_transport"], 2),
    ]
}
