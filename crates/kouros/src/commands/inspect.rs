//! `kouros inspect`: what is in a dataset, a clip or a robot.

use crate::exit::{Exit, Result};

/// Say what is in a dataset, a clip or a robot.
#[derive(Debug, clap::Args)]
pub struct Args {}

/// Does it.
pub fn run(_args: &Args) -> Result<Exit> {
    Ok(Exit::Done)
}
