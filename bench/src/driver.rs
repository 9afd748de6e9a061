//! A driver in `peers/`, running: a line asks, a line of JSON answers.
//!
//! Lives here: starting it, asking, and what it said last where it ended. Does not: what is asked
//! (`peer.rs`, `sim_peer.rs`).

use crate::Result;
use serde::de::DeserializeOwned;
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Seek, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// A driver that runs until it is dropped.
#[derive(Debug)]
pub struct Driver {
    name: &'static str,
    child: Child,
    ask: ChildStdin,
    answers: BufReader<ChildStdout>,
    /// What it says besides, in a file: a pipe that nobody empties would stop it.
    talk: File,
}

impl Driver {
    /// Starts it and takes its first answer; `name` is for messages.
    ///
    /// # Errors
    /// There is no such program, or it ended; with its last words.
    pub fn start<T: DeserializeOwned>(name: &'static str, mut command: Command) -> Result<(Self, T)> {
        let talk = tempfile::tempfile()?;
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(talk.try_clone()?);
        let mut child = command.spawn().map_err(|e| format!("cannot start {}: {e}", command.get_program().to_string_lossy()))?;
        let (Some(ask), Some(answers)) = (child.stdin.take(), child.stdout.take()) else {
            return Err("no pipes to the peer".into());
        };
        let mut driver = Self { name, child, ask, answers: BufReader::new(answers), talk };
        let ready = driver.answer()?;
        Ok((driver, ready))
    }

    /// Sends a line and waits for the answer.
    ///
    /// # Errors
    /// It ended, or answered something else.
    pub fn ask<T: DeserializeOwned>(&mut self, line: &str) -> Result<T> {
        writeln!(self.ask, "{line}").and_then(|()| self.ask.flush())?;
        self.answer()
    }

    fn answer<T: DeserializeOwned>(&mut self) -> Result<T> {
        let mut line = String::new();
        if self.answers.read_line(&mut line)? == 0 {
            let mut said = String::new();
            self.talk.rewind()?;
            self.talk.read_to_string(&mut said)?;
            let last = said.lines().rfind(|l| !l.trim().is_empty()).unwrap_or("it said nothing");
            return Err(format!("{} ended: {}", self.name, last.trim()).into());
        }
        Ok(serde_json::from_str(&line).map_err(|e| format!("expected an answer of {}, found {line:?}: {e}", self.name))?)
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // It ends by itself when its input does; a process that still computes must not outlive us.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
