//! `kouros convert`: a dataset from one layout into another.
//!
//! Lives here: the arguments. Does not: the conversion (`kouros-convert`).

pub mod tell;

use crate::exit::{Exit, Failure, Result};
use crate::robot_args::{Chosen, RobotArgs, choose};
use kouros_convert::{Dropped, Reading, Resampled, Source, Target, convert, open};
use kouros_dataset::stream::{Embodiment, Version};
use std::path::PathBuf;

const EXAMPLES: &str = "\
Examples:
  kouros convert data/walks --to groot --out data/walks_groot
  kouros convert someone/v21_dataset --to lerobot-v3 --out data/theirs
  kouros convert data/walks --to mcap --robot g1 --out data/walks_mcap
  kouros convert run.mcap --to lerobot-v3 --out data/run
  kouros convert data/walks --to lerobot-v3 --rate 25 --out data/walks_25hz

Values, times and films pass through as they are. What could not be carried and what was changed is
said on standard error, in conversion.json beside the data, and with --json. docs/convert.md lists
the formats and what each can hold.";

/// Turn a dataset of one format into another.
///
/// The output is there whole when the command ends, and not at all before.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// The dataset
    #[arg(value_name = "SOURCE")]
    source: PathBuf,
    /// The format that is written
    #[arg(long, value_name = "FORMAT")]
    to: Format,
    /// The folder that is made
    #[arg(long, value_name = "FOLDER")]
    out: PathBuf,
    /// A robot's name, or the path of its MJCF or URDF: attached to every MCAP file
    #[arg(long, value_name = "NAME|FILE")]
    robot: Option<String>,
    /// Frames a second of a recording that has none of its own (MCAP)
    /// [default: the rate of its busiest topic]
    #[arg(long, value_name = "HZ")]
    source_rate: Option<f64>,
    /// Whose groups GR00T expects
    /// [default: by the dataset's robot_type]
    #[arg(long, value_name = "ROBOT")]
    embodiment: Option<EmbodimentArg>,
    #[command(flatten)]
    changes: Changes,
    /// The account as JSON on standard output
    #[arg(long)]
    json: bool,
}

/// What may be changed on the way.
#[derive(Debug, Clone, clap::Args)]
pub struct Changes {
    /// Frames a second of the output: values between frames are interpolated
    #[arg(long, value_name = "HZ")]
    pub rate: Option<f64>,
    /// Leave a feature out; may be given again and again
    #[arg(long, value_name = "FEATURE")]
    pub drop: Vec<String>,
}

impl Changes {
    /// The source with these changes.
    pub fn apply(&self, source: Box<dyn Source>) -> Result<Box<dyn Source>> {
        let mut source = source;
        if !self.drop.is_empty() {
            source = Box::new(Dropped::new(source, &self.drop).map_err(Failure::new)?);
        }
        if let Some(rate) = self.rate.filter(|r| *r != source.head().fps) {
            source = Box::new(Resampled::new(source, rate).map_err(Failure::new)?);
        }
        Ok(source)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// LeRobot v3.0
    #[value(name = "lerobot-v3")]
    LeRobotV3,
    /// LeRobot v2.1
    #[value(name = "lerobot-v2.1")]
    LeRobotV21,
    /// LeRobot v2.1 with what GR00T's loader asks for
    Groot,
    /// MCAP, ROS 2 messages, a file an episode
    Mcap,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum EmbodimentArg {
    /// Any robot: groups as the joints' names say
    Any,
    /// Unitree G1 (`unitree_g1`)
    G1,
    /// Fourier GR1 (`gr1`)
    Gr1,
}

/// Does it.
pub fn run(args: &Args) -> Result<Exit> {
    let reading = Reading { rate_hz: args.source_rate };
    let source = open(&args.source, reading).map_err(Failure::new)?;
    let mut source = args.changes.apply(source)?;
    let robot = source.head().robot_type.clone();
    let embodiment = match args.embodiment {
        None => Embodiment::of_robot(robot.as_deref()),
        Some(EmbodimentArg::Any) => Embodiment::Any,
        Some(EmbodimentArg::G1) => Embodiment::G1,
        Some(EmbodimentArg::Gr1) => Embodiment::Gr1,
    };
    if args.embodiment.is_some() && args.to != Format::Groot {
        return Err(Failure::new("--embodiment is of --to groot only"));
    }
    if args.robot.is_some() && args.to != Format::Mcap {
        return Err(Failure::new("--robot is of --to mcap only"));
    }
    let target = match args.to {
        Format::LeRobotV3 => Target::LeRobot(Version::V30),
        Format::LeRobotV21 => Target::LeRobot(Version::V21),
        Format::Groot => Target::Groot(embodiment),
        Format::Mcap => Target::Mcap(args.robot.as_deref().map(model).transpose()?.unwrap_or_default()),
    };
    let mut progress = tell::Progress::new(source.head().episodes);
    let outcome = convert(source.as_mut(), &target, &args.out, &mut |n| progress.at(n)).map_err(Failure::new)?;
    progress.end();
    tell::tell(&outcome, args.json)
}

/// The file of a robot's model, by its name.
fn model(robot: &str) -> Result<Vec<(String, Vec<u8>)>> {
    let Chosen { model: path, made, .. } = choose(robot, &RobotArgs::default())?;
    let read = || std::fs::read(&path).map_err(|e| Failure::new(format!("cannot read {}: {e}", path.display())));
    let bytes = made.map_or_else(read, |text| Ok(text.into_bytes()))?;
    let name = path.file_name().map_or_else(|| "robot.xml".into(), |n| n.to_string_lossy().into_owned());
    Ok(vec![(name, bytes)])
}
