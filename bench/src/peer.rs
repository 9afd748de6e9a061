//! Another retargeter, timed in its own process on the same clip.
//!
//! Lives here: which peers there are, and the conversation with their drivers in `peers/`. Does
//! not: the peers. They are what the person who measures has installed in the Python that they
//! name; nothing here fetches or installs them.

use crate::Result;
use crate::clip::Loaded;
use crate::clock::Took;
use serde::Deserialize;
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Seek, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
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
    peer: Peer,
    child: Child,
    ask: ChildStdin,
    answers: BufReader<ChildStdout>,
    /// What it says besides, in a file: a pipe that nobody empties would stop it.
    talk: File,
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
        let talk = tempfile::tempfile()?;
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(talk.try_clone()?);
        let mut child = command.spawn().map_err(|e| format!("cannot start {}: {e}", python.display()))?;
        let (Some(ask), Some(answers)) = (child.stdin.take(), child.stdout.take()) else {
            return Err("no pipes to the peer".into());
        };
        let answers = BufReader::new(answers);
        let mut running = Self { peer, child, ask, answers, talk, _clip: own, frames: 0, packages: serde_json::Value::Null };
        let Ready { frames, packages } = running.answer()?;
        (running.frames, running.packages) = (frames, packages);
        Ok(running)
    }

    /// Retargets its frames once.
    pub fn pass(&mut self) -> Result<Took> {
        self.ask.write_all(b"\n").and_then(|()| self.ask.flush())?;
        self.answer()
    }

    fn answer<T: serde::de::DeserializeOwned>(&mut self) -> Result<T> {
        let mut line = String::new();
        if self.answers.read_line(&mut line)? == 0 {
            let mut said = String::new();
            self.talk.rewind()?;
            self.talk.read_to_string(&mut said)?;
            let last = said.lines().rfind(|l| !l.trim().is_empty()).unwrap_or("it said nothing");
            return Err(format!("{} ended: {}", self.peer.name(), last.trim()).into());
        }
        Ok(serde_json::from_str(&line)
            .map_err(|e| format!("expected an answer of {}, found {line:?}: {e}", self.peer.driver()))?)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It ends by itself when its input does; a process that still computes must not outlive us.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
