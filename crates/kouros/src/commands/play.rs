//! `kouros play`: look at a policy.
//!
//! Lives here: the arguments, and one episode as something to look at. Does not: the page
//! (`view/`), the pictures (`report/`), running the policy (`kouros-learn`).

use crate::commands::rollout::{How, settings, trajectory};
use crate::commands::view;
use crate::exit::{Exit, Failure, Result};
use crate::report;
use crate::run::dataset::disk_failure;
use crate::talk::{give, say};
use kouros_dataset::{Overwrite, write_whole};
use kouros_learn::record;
use kouros_motion::FootContacts;
use kouros_view::{Moving, Show};
use std::path::PathBuf;

const EXAMPLES: &str = "\
Examples:
  kouros play policies/unitree_g1_walk.safetensors --open
  kouros play walk.safetensors --command 0.8,0,0 --seconds 10 --export site/walk
  kouros play walk.safetensors --picture walk.svg

Without --export and --picture the address of the page goes to standard output, as of `kouros view`.";

/// Run a policy in simulation and look at it in the browser, or as pictures.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// The policy
    #[arg(value_name = "POLICY")]
    policy: PathBuf,
    /// Which of the seed's episodes
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    episode: u64,
    #[command(flatten)]
    to: view::PageArgs,
    /// Write pictures of the robot at moments of the episode instead
    #[arg(long, value_name = "FILE.svg", conflicts_with_all = ["port", "open", "export"])]
    picture: Option<PathBuf>,
    #[command(flatten)]
    how: How,
}

/// Does it.
pub fn run(args: &Args) -> Result<Exit> {
    if args.picture.is_none() {
        // Before anything is run: without its page there is nothing to look at.
        view::must_have_page()?;
    }
    let ready = args.how.ready(&args.policy)?;
    let (world, robot) = (&ready.world, &ready.chosen.robot);
    let recorded = record(&ready.policy, world, &ready.recording, args.episode).map_err(Failure::new)?;
    let rate_hz = 1.0 / world.task.control_period_s();
    let trajectory = trajectory(robot, world, rate_hz, recorded.ticks.iter().map(|t| t.qpos.as_slice()));
    let down = recorded.ticks.iter().map(|t| t.truth.sole_force.map(|f| f > 0.0)).collect();
    let contacts = FootContacts { rate_hz, down };
    let ended = match (recorded.diverged, recorded.fell) {
        (true, _) => "the physics diverged",
        (false, true) => "it fell",
        (false, false) => "on its feet",
    };
    say(&format!("{:.1} s, {ended}", recorded.ticks.len() as f64 / rate_hz));
    if let Some(path) = &args.picture {
        let picture = report::picture(robot, &trajectory, &contacts);
        write_whole(path, picture.as_bytes(), Overwrite::Refused).map_err(|e| disk_failure(&e))?;
        give(&format!("{}\n", path.display()))?;
        return Ok(Exit::Done);
    }
    let (segments, _) = kouros_label::segments(robot, &trajectory, &contacts, &settings().segments).map_err(Failure::new)?;
    let moving = Moving {
        format: "simulation".into(),
        person: None,
        contacts: Some(contacts),
        trajectory: Some(trajectory),
        segments,
        notes: vec![format!("episode {} of seed {}: {ended}", args.episode, ready.recording.seed)],
    };
    let name = args.policy.file_stem().map_or_else(String::new, |n| n.to_string_lossy().into_owned());
    let show = Show::moving(name, moving, Some(ready.chosen.robot));
    view::present(&show, &args.to)?;
    Ok(Exit::Done)
}
