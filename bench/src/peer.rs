//! Another retargeter, timed in its own process on the same clip.
//!
//! Lives here: which peers there are, and what their drivers in `peers/` are given. Does not: the
//! conversation (`driver.rs`), the peers. They are what the person who measures has installed in the Python that they
//! name; nothing here fetches or installs them.

use crate::Result;
use crate::clip::Loaded;
use crate::clock::Took;
use crate::driver::Driver;
use serde::Deserialize;
use std::io::Write;
use std::path::Path;
use std::process::Command;
use tempfile::NamedTempFile;

/// A peer that can be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Peer {
    /// General Motion Retargeting: frame by frame, reads LAFAN1's BVH.
    Gmr,
    /// holosoma-retargeting: frame by frame with contacts, reads joint positions.
    Holosoma,
}

impl Peer {
    /// Its name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Gmr => "GMR",
            Self::Holosoma => "holosoma",
        }
    }

    fn driver(self) -> &'static str {
        match self {
            Self::Gmr => concat!(env!("CARGO_MANIFEST_DIR"), "/peers/gmr.py"),
            Self::Holosoma => concat!(env!("CARGO_MANIFEST_DIR"), "/peers/holosoma.py"),
        }
    }
}

/// A peer with a clip loaded and warmed up.
#[derive(Debug)]
pub struct Running {
    driver: Driver,
    /// The clip as a file that it reads, where that is not the clip's own.
    _clip: Option<NamedTempFile>,
    /// Frames of a pass.
    pub frames: usize,
    /// Versions of the packages that do its work.
    pub packages: serde_json::Value,
}

#[derive(Debug, Deserialize)]
struct Ready {
    frames: usize,
    packages: serde_json::Value,
}

impl Running {
    /// Starts it on a clip; a slow one is given the first `frames` frames alone.
    ///
    /// # Errors
    /// There is no such Python, it has no such package, or that cannot read the clip; with its last
    /// words.
    pub fn start(peer: Peer, python: &Path, clip: &Loaded, robot: &str, frames: u32) -> Result<Self> {
        let mut command = Command::new(python);
        command.arg(peer.driver());
        let own = match peer {
            Peer::Gmr => {
                command.arg(&clip.path);
                None
            }
            Peer::Holosoma => {
                let mut file = tempfile::Builder::new().suffix(".npz").tempfile()?;
                file.write_all(&kouros_mocap::positions_npz(&clip.clip)?)?;
                command.arg(file.path()).args(["--frames", &frames.to_string()]);
                Some(file)
            }
        };
        command.args(["--robot", robot]);
        let (driver, Ready { frames, packages }) = Driver::start(peer.name(), command)?;
        Ok(Self { driver, _clip: own, frames, packages })
    }

    /// Retargets its frames once.
    pub fn pass(&mut self) -> Result<Took> {
        self.driver.ask("")
    }
}
