//! GMR, timed in its own process on the same clip.
//!
//! Lives here: the conversation with `peers/gmr.py`. Does not: GMR. It is what the person who
//! measures has installed in the Python that they name; nothing here fetches or installs it.

use crate::Result;
use crate::clock::Took;
use serde::Deserialize;
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Seek, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

const DRIVER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/peers/gmr.py");

/// GMR with a clip loaded and warmed up.
#[derive(Debug)]
pub struct Gmr {
    child: Child,
    ask: ChildStdin,
    answers: BufReader<ChildStdout>,
    /// What it says besides, in a file: a pipe that nobody empties would stop it.
    talk: File,
    /// Frames of the clip, as GMR reads it.
    pub frames: usize,
    /// Versions of the packages that do its work.
    pub packages: serde_json::Value,
}

#[derive(Debug, Deserialize)]
struct Ready {
    frames: usize,
    packages: serde_json::Value,
}

impl Gmr {
    /// Starts it on a clip.
    ///
    /// # Errors
    /// There is no such Python, it has no GMR, or GMR cannot read the clip; with its last words.
    pub fn start(python: &Path, clip: &Path, robot: &str) -> Result<Self> {
        let mut command = Command::new(python);
        command.arg(DRIVER).arg(clip).args(["--robot", robot]);
        let talk = tempfile::tempfile()?;
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(talk.try_clone()?);
        let mut child = command.spawn().map_err(|e| format!("cannot start {}: {e}", python.display()))?;
        let (Some(ask), Some(answers)) = (child.stdin.take(), child.stdout.take()) else {
            return Err("no pipes to the peer".into());
        };
        let mut gmr = Self { child, ask, answers: BufReader::new(answers), talk, frames: 0, packages: serde_json::Value::Null };
        let Ready { frames, packages } = gmr.answer()?;
        (gmr.frames, gmr.packages) = (frames, packages);
        Ok(gmr)
    }

    /// Retargets the whole clip once.
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
            return Err(format!("GMR ended: {}", last.trim()).into());
        }
        Ok(serde_json::from_str(&line).map_err(|e| format!("expected an answer of {DRIVER}, found {line:?}: {e}"))?)
    }
}

impl Drop for Gmr {
    fn drop(&mut self) {
        // It ends by itself when its input does; a process that still computes must not outlive us.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
