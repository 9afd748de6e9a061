//! What a conversion did, in words.

use crate::exit::{Exit, Result};
use crate::talk::{counted, give_json, say};
use indicatif::{ProgressBar, ProgressStyle};
use kouros_convert::Outcome;

/// A bar of episodes; nothing where standard error is no terminal.
pub struct Progress(ProgressBar);

impl Progress {
    /// Of so many episodes, where that is known.
    pub fn new(episodes: Option<usize>) -> Self {
        let bar = episodes.map_or_else(ProgressBar::no_length, |n| ProgressBar::new(n as u64));
        if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} episodes, {elapsed}") {
            bar.set_style(style);
        }
        Self(bar)
    }

    /// So many are done.
    pub fn at(&mut self, episodes: usize) {
        self.0.set_position(episodes as u64);
    }

    /// All are done.
    pub fn end(self) {
        self.0.finish_and_clear();
    }
}

/// Says what was done and what was not.
pub fn tell(outcome: &Outcome, json: bool) -> Result<Exit> {
    outcome.account.sentences().iter().for_each(|s| say(s));
    let (episodes, frames) = (counted(outcome.episodes, "episode"), counted(outcome.frames, "frame"));
    say(&format!("{}: {episodes}, {frames}, from {} to {}", outcome.path.display(), outcome.from, outcome.to));
    if json {
        give_json(&outcome.json())?;
    }
    Ok(Exit::Done)
}
