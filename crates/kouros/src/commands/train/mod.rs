//! `kouros train`: a policy learns in simulation.
//!
//! Lives here: the arguments, the folder of a run, how long it goes on. Does not: learning
//! (`kouros-learn`), worlds (`kouros-sim`), the page of curves (`curves.rs`).

mod curves;
mod progress;

use crate::exit::{Exit, Failure, Result};
use crate::robot_args::{RobotArgs, choose};
use crate::talk::say;
use kouros_learn::{Line, Policy, Settings, Trainer};
use kouros_sim::{Task, World};
use serde_json::json;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

const EXAMPLES: &str = "\
Examples:
  kouros train walk --robot unitree_g1 --minutes 60 --out runs/walk
  kouros train my_task.toml --robot unitree_g1 --seed 2 --steps 20000000 --out runs/mine
  kouros train walk --robot unitree_g1 --from runs/easy/policy.safetensors --out runs/hard

A run that was stopped goes on from its last checkpoint when the same command is given again, and
gives the same bytes as one that was not stopped. The folder holds policy.safetensors (newest),
checkpoint.safetensors, log.jsonl (a line an iteration), task.toml, run.json and report.html.";

/// Train a policy in simulation.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// What is learned: `walk`, or the path of a task (TOML)
    #[arg(value_name = "TASK")]
    task: String,
    /// A robot's name (`kouros robots`) or the path of its MJCF or URDF
    #[arg(long, value_name = "NAME|FILE")]
    robot: String,
    /// Folder of the run
    #[arg(long, short, value_name = "FOLDER")]
    out: PathBuf,
    /// Seed of everything that is drawn
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Stop after this many minutes of this run of the program [default: go on until stopped]
    #[arg(long, value_name = "MINUTES")]
    minutes: Option<f64>,
    /// Stop after this many simulated decisions in all
    #[arg(long, value_name = "STEPS")]
    steps: Option<u64>,
    /// Begin with the network of this policy instead of a random one, and without the task's draft
    #[arg(long, value_name = "POLICY")]
    from: Option<PathBuf>,
    /// Begin at this difficulty, from 0 to 1
    #[arg(long, value_name = "LEVEL", default_value_t = 0.0)]
    level: f64,
    /// Settings of the learner, as JSON: {"environments": 512}
    #[arg(long, value_name = "JSON")]
    learner: Option<String>,
    /// Threads [default: all cores]. The result is the same for every number
    #[arg(long, value_name = "COUNT", default_value_t = 0, hide_default_value = true)]
    threads: usize,
    #[command(flatten)]
    robot_args: RobotArgs,
}

/// The task of this name or path, and its text.
pub fn read_task(name: &str) -> Result<(Task, String)> {
    if name == "walk" {
        let task = Task::walk().map_err(Failure::internal)?;
        return Ok((task, include_str!("../../../../../tasks/walk.toml").into()));
    }
    let path = Path::new(name);
    if !path.is_file() {
        return Err(Failure::new(format!("no task '{name}': known is walk; or give the path of a task (TOML)")));
    }
    let text = fs::read_to_string(path).map_err(|e| Failure::new(format!("cannot read {name}: {e}")))?;
    Ok((Task::parse(name, &text).map_err(Failure::new)?, text))
}

/// Does it.
pub fn run(args: &Args) -> Result<Exit> {
    let begun = Instant::now();
    let settings: Settings = match &args.learner {
        None => Settings::default(),
        Some(text) => serde_json::from_str(text).map_err(|e| Failure::new(format!("--learner: {e}")))?,
    };
    settings.check().map_err(Failure::new)?;
    if !(0.0..=1.0).contains(&args.level) {
        return Err(Failure::new(format!("--level is {}; expected 0 to 1", args.level)));
    }
    let (mut task, text) = read_task(&args.task)?;
    if args.from.is_some() {
        // Who walks already needs no draft.
        task.draft.decisions = 0;
    }
    let chosen = choose(&args.robot, &args.robot_args)?;
    let world = Arc::new(World::new(&chosen.robot, &task).map_err(Failure::new)?);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(args.threads).build().map_err(Failure::internal)?;
    let folder = Folder::open(&args.out)?;
    let mut trainer = pool.install(|| folder.begin(&world, &settings, args))?;
    folder.put("task.toml", text.as_bytes())?;
    let about = json!({
        "kouros": env!("CARGO_PKG_VERSION"), "task": task.name, "robot": chosen.robot.name, "robot_sha256": chosen.sha256,
        "seed": args.seed, "learner": settings, "from": args.from, "first_level": args.level,
    });
    folder.put("run.json", (serde_json::to_string_pretty(&about).map_err(Failure::internal)? + "\n").as_bytes())?;
    let enough = |line: &Line| {
        args.minutes.is_some_and(|m| begun.elapsed().as_secs_f64() >= m * 60.0) || args.steps.is_some_and(|s| line.steps >= s)
    };
    let mut lines = folder.log_until(trainer.line().iteration)?;
    let mut progress = progress::Progress::new(args.minutes, args.steps, trainer.line());
    while !enough(trainer.line()) {
        let (line, divergences) = pool.install(|| match trainer.iterate() {
            Ok((line, seen)) => Ok((line.clone(), seen.diverged)),
            Err(e) => Err(Failure::new(e).hint("the last checkpoint is whole; give the same command to go on from it")),
        })?;
        folder.append(&line)?;
        folder.keep_divergences(&world, &divergences)?;
        progress.tell(&line);
        lines.push(line);
        if trainer.is_at_checkpoint() {
            trainer.write(&folder.at("checkpoint.safetensors")).map_err(|e| Failure::new(e).fatal())?;
            trainer.policy().write(&folder.at("policy.safetensors")).map_err(|e| Failure::new(e).fatal())?;
        }
    }
    progress.end();
    trainer.policy().write(&folder.at("policy.safetensors")).map_err(Failure::new)?;
    folder.put("report.html", curves::page(&task, &about, &lines).as_bytes())?;
    let line = trainer.line();
    say(&format!(
        "{}: {:.2} million steps, {:.0} % of episodes fall, velocity error {:.2} m/s, turning error {:.2} rad/s; curves in {}",
        folder.at("policy.safetensors").display(),
        line.steps as f64 * 1e-6,
        line.falls * 100.0,
        line.velocity_error,
        line.turn_error,
        folder.at("report.html").display()
    ));
    Ok(Exit::Done)
}

/// The folder of a run.
struct Folder {
    path: PathBuf,
}

impl Folder {
    fn open(path: &Path) -> Result<Self> {
        fs::create_dir_all(path).map_err(|e| Failure::new(format!("cannot make {}: {e}", path.display())))?;
        Ok(Self { path: path.into() })
    }

    fn at(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// A run from the beginning, or from the checkpoint that is there.
    fn begin(&self, world: &Arc<World>, settings: &Settings, args: &Args) -> Result<Trainer> {
        let checkpoint = self.at("checkpoint.safetensors");
        if checkpoint.is_file() {
            let trainer = Trainer::resume(&checkpoint, world, settings, args.seed)
                .map_err(|e| Failure::new(e).hint("give the command it was begun with, or another --out"))?;
            say(&format!("going on from iteration {} of {}", trainer.line().iteration, checkpoint.display()));
            return Ok(trainer);
        }
        let mut trainer = Trainer::new(world, settings, args.seed).map_err(Failure::new)?;
        if let Some(path) = &args.from {
            let policy = Policy::read(path).map_err(Failure::new)?;
            trainer.begin_from(&policy, args.level).map_err(|e| Failure::new(format!("{}: {e}", path.display())))?;
        } else {
            trainer.set_level(args.level);
        }
        Ok(trainer)
    }

    /// The lines of the log up to an iteration; later ones are dropped from it.
    fn log_until(&self, iteration: u64) -> Result<Vec<Line>> {
        let path = self.at("log.jsonl");
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => String::new(),
            Err(e) => return Err(Failure::new(format!("cannot read {}: {e}", path.display()))),
        };
        // A killed run may leave half a line at the end, and lines after its last checkpoint.
        let lines: Vec<Line> = text.lines().filter_map(|l| serde_json::from_str(l).ok()).collect();
        let kept: Vec<Line> = lines.into_iter().filter(|l| l.iteration <= iteration).collect();
        let mut text = String::new();
        for line in &kept {
            text += &(serde_json::to_string(line).map_err(Failure::internal)? + "\n");
        }
        self.put("log.jsonl", text.as_bytes())?;
        Ok(kept)
    }

    fn append(&self, line: &Line) -> Result<()> {
        let path = self.at("log.jsonl");
        let text = serde_json::to_string(line).map_err(Failure::internal)? + "\n";
        let append = || fs::OpenOptions::new().append(true).create(true).open(&path)?.write_all(text.as_bytes());
        append().map_err(|e| Failure::new(format!("cannot write {}: {e}", path.display())).fatal())
    }

    /// States before the physics diverged, for whoever looks into them: the world and one line each.
    fn keep_divergences(&self, world: &World, divergences: &[kouros_sim::Divergence]) -> Result<()> {
        if divergences.is_empty() {
            return Ok(());
        }
        self.put("diverged.xml", world.mjcf.as_bytes())?;
        let path = self.at("diverged.jsonl");
        let append = || {
            let mut file = fs::OpenOptions::new().append(true).create(true).open(&path)?;
            divergences.iter().try_for_each(|d| writeln!(file, "{}", serde_json::to_string(d)?))
        };
        append().map_err(|e| Failure::new(format!("cannot write {}: {e}", path.display())).fatal())
    }

    /// A whole file: beside its place first, then there in one step.
    fn put(&self, name: &str, bytes: &[u8]) -> Result<()> {
        let (part, path) = (self.at(&format!("{name}.part")), self.at(name));
        let write = || fs::write(&part, bytes).and_then(|()| fs::rename(&part, &path));
        write().map_err(|e| Failure::new(format!("cannot write {}: {e}", path.display())).fatal())
    }
}
