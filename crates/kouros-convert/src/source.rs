//! Where episodes come from.

use crate::mcap::is_mcap;
use crate::{Error, McapSource, Result};
use kouros_dataset::stream::{Account, Head, LeRobotSource, Recording};
use std::path::Path;

/// Gives episodes one by one. Memory is bounded by an episode, or by what the format makes one read
/// at once.
pub trait Source {
    /// What all episodes share; it does not change.
    fn head(&self) -> &Head;

    /// The next episode; `None` behind the last.
    ///
    /// # Errors
    /// The files are not what they should be.
    fn next_episode(&mut self) -> Result<Option<Recording>>;

    /// What was not carried or was changed so far; asked again, only what is new.
    fn account(&mut self) -> Account;
}

impl Source for LeRobotSource {
    fn head(&self) -> &Head {
        self.head()
    }

    fn next_episode(&mut self) -> Result<Option<Recording>> {
        self.next_episode().map_err(Error::from)
    }

    fn account(&mut self) -> Account {
        std::mem::take(&mut self.account)
    }
}

/// What a reader is told that the files may not say.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Reading {
    /// Frames a second of a source that has none of its own [Hz].
    pub rate_hz: Option<f64>,
}

/// Opens whatever is at `path`: a LeRobot dataset, or a folder of MCAP files, or one of them.
///
/// # Errors
/// It is none of what is read; its metadata are not what they should be.
pub fn open(path: &Path, reading: Reading) -> Result<Box<dyn Source>> {
    if is_mcap(path) {
        return Ok(Box::new(McapSource::open(path, reading.rate_hz)?));
    }
    Ok(Box::new(LeRobotSource::open(path)?))
}
