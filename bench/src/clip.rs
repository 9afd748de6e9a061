//! A clip and a robot in memory, ready to be measured on.

use crate::Result;
use kouros_mocap::{Clip, Companions, ImportOptions};
use kouros_motion::{BodyTrack, Report};
use kouros_retarget::{Human, Options, Retargeted};
use kouros_robot::{LoadOptions, Robot, load_robot};
use std::path::{Path, PathBuf};

/// A capture file and what it holds.
#[derive(Debug)]
pub struct Loaded {
    pub path: PathBuf,
    pub bytes: Vec<u8>,
    pub clip: Clip,
}

impl Loaded {
    /// Reads a capture file that needs no other beside it.
    pub fn read(path: &Path) -> Result<Self> {
        let bytes = std::fs::read(path).map_err(|e| format!("cannot read {}: {e}", path.display()))?;
        let clip = parse(path, &bytes)?;
        Ok(Self { path: path.to_owned(), bytes, clip })
    }

    /// The file's name without folder and ending, for tables.
    pub fn name(&self) -> String {
        self.path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
    }

    /// The number of its ticks.
    pub fn ticks(&self) -> usize {
        self.clip.motion.ticks()
    }
}

/// From bytes to a clip.
pub fn parse(path: &Path, bytes: &[u8]) -> Result<Clip> {
    let name = path.display().to_string();
    Ok(kouros_mocap::read(&name, bytes, &Companions::default(), &ImportOptions::default(), &mut Report::new())?)
}

/// When the feet of the person rest.
pub fn contacts(clip: &Clip, track: &BodyTrack) -> kouros_label::Contacts {
    kouros_label::human_contacts(track, &clip.anatomy, None, &kouros_label::ContactOptions::default(), &mut Report::new())
}

/// From a clip in memory to the robot's motion, at the clip's own rate: where the joints are,
/// when feet rest, the solve.
pub fn retarget(clip: &Clip, robot: &Robot) -> Result<Retargeted> {
    let track = clip.motion.body_track();
    let found = contacts(clip, &track);
    let human = Human { track: &track, anatomy: &clip.anatomy, contacts: &found.feet, floor: found.floor, around: None };
    Ok(kouros_retarget::retarget(&human, robot, &Options::default(), &mut Report::new())?)
}

/// A robot by name or by the path of its model, from where `cargo xtask setup` puts models.
pub fn robot(name: &str) -> Result<Robot> {
    let usual = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.kouros")).to_owned();
    let assets = std::env::var_os("KOUROS_HOME").filter(|v| !v.is_empty()).map_or(usual, PathBuf::from);
    let robot = load_robot(name, None, &assets, LoadOptions::default(), &mut Report::new());
    Ok(robot.map_err(|e| format!("{e} (`cargo xtask setup` brings the known robots' models)"))?)
}
