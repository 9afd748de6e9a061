//! A folder that is there whole or not at all.

use crate::dataset::what_is_there;
use crate::lock::Lock;
use crate::swap::{fresh_next, recover, swap, sync_folders};
use crate::writer::{settled, staging_of};
use crate::{Error, Result};
use std::fs;
use std::path::{Path, PathBuf};

/// A new folder while it is filled. Dropped before [`Self::finish`], or killed, it leaves nothing
/// under its name; what a killed run left beside it goes with the next.
#[derive(Debug)]
pub struct WholeFolder {
    path: PathBuf,
    staging: PathBuf,
    next: PathBuf,
    done: bool,
    // Dropped last: the lock holds while anything else is.
    _lock: Lock,
}

impl WholeFolder {
    /// Begins a folder at `path`, where nothing may be but an empty folder.
    ///
    /// # Errors
    /// Something is there; another process is writing it; the disk refuses.
    pub fn create(path: &Path) -> Result<Self> {
        let path = settled(path)?;
        let found = what_is_there(&path);
        if !["nothing", "an empty folder"].contains(&found.as_str()) {
            return Err(Error::Exists { path });
        }
        let staging = staging_of(&path)?;
        let lock = Lock::take(&staging)?;
        recover(&path, &staging)?;
        let next = fresh_next(&staging)?;
        Ok(Self { path, staging, next, done: false, _lock: lock })
    }

    /// Where it is filled.
    pub fn inside(&self) -> &Path {
        &self.next
    }

    /// The name it will have.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Gives it its name.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn finish(mut self) -> Result<PathBuf> {
        sync_folders(&self.next)?;
        swap(&self.path, &self.staging, &|_| {})?;
        self.done = true;
        Ok(self.path.clone())
    }
}

impl Drop for WholeFolder {
    fn drop(&mut self) {
        if !self.done {
            // What cannot be removed now is removed by the next run.
            let _ = fs::remove_dir_all(&self.next);
        }
    }
}
