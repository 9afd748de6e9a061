//! `kouros export`: a policy for programs that are not Kouros.
//!
//! Lives here: the arguments. Does not: the model (`kouros-learn`).

use crate::exit::{Exit, Failure, Result};
use crate::talk::say;
use kouros_learn::Policy;
use std::path::PathBuf;

const EXAMPLES: &str = "\
Example:
  kouros export policies/unitree_g1_walk.safetensors --onnx walk.onnx

The model takes `observation` as the contract lists it, not normalised, and gives `action`. Its
metadata hold the contract: joints with start, scale and gains, rate, what is sensed, the gait that
actions are added to, and the contract's hash.";

/// Give a policy to programs that are not Kouros.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// The policy
    #[arg(value_name = "POLICY")]
    policy: PathBuf,
    /// The ONNX model to write
    #[arg(long, value_name = "FILE")]
    onnx: PathBuf,
}

/// Does it.
pub fn run(args: &Args) -> Result<Exit> {
    let policy = Policy::read(&args.policy).map_err(Failure::new)?;
    if args.onnx.exists() {
        return Err(Failure::new(format!("{} is there already; nothing is overwritten", args.onnx.display())));
    }
    policy.write_onnx(&args.onnx).map_err(Failure::new)?;
    say(&format!("{}: {} numbers in, {} out", args.onnx.display(), policy.sensed.mean.len(), policy.contract.joints.len()));
    Ok(Exit::Done)
}
