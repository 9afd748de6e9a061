//! The robot against MuJoCo's own numbers, on the G1 where it is set up and on small models.

mod adopt;
mod hostile;
mod plans;
mod profile;
mod reference;
mod urdf;

use kouros_motion::Report;
use kouros_robot::{LoadOptions, Robot, load_robot};
use std::path::PathBuf;

/// Where `cargo xtask setup` puts models.
pub fn assets() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../.kouros"))
}

/// The G1.
pub fn g1() -> Robot {
    load_robot("g1", None, &assets(), LoadOptions::default(), &mut Report::new()).expect("run `cargo xtask setup` first")
}
