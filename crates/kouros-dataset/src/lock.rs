//! One writer at a time.

use crate::{Error, Result};
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::Write;
use std::path::{Path, PathBuf};

/// Holds a folder until it is dropped. The system lets go of the lock when the process ends,
/// however it ends, so a lock is never stale; the number in the file is for people.
#[derive(Debug)]
pub(crate) struct Lock {
    folder: PathBuf,
    // Dropping it would unlock.
    _file: File,
}

impl Lock {
    /// Makes the folder and takes it.
    pub fn take(folder: &Path) -> Result<Self> {
        let path = folder.join("lock");
        loop {
            fs::create_dir_all(folder).map_err(Error::io("create", folder))?;
            // Not truncated here: it may be another's.
            let open = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path);
            let mut file = match open {
                // The last holder removed the folder between these two lines.
                Err(e) if e.kind() == std::io::ErrorKind::NotFound => continue,
                open => open.map_err(Error::io("write", &path))?,
            };
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => {
                    let pid = fs::read_to_string(&path).ok().and_then(|text| text.trim().parse().ok());
                    return Err(Error::Locked { path, pid });
                }
                Err(TryLockError::Error(e)) => return Err(Error::io("lock", &path)(e)),
            }
            // The last holder may have removed the file while we waited for it: then nobody else
            // would see our lock.
            if !is_still_at(&file, &path) {
                continue;
            }
            file.set_len(0).and_then(|()| writeln!(file, "{}", std::process::id())).map_err(Error::io("write", &path))?;
            return Ok(Self { folder: folder.into(), _file: file });
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Nothing to do where these fail: the next writer takes the file, or its leftovers.
        let _ = fs::remove_file(self.folder.join("lock"));
        // Fails, as it should, while episodes are staged.
        let _ = fs::remove_dir(&self.folder);
    }
}

#[cfg(unix)]
fn is_still_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    match (file.metadata(), fs::metadata(path)) {
        (Ok(ours), Ok(there)) => (ours.dev(), ours.ino()) == (there.dev(), there.ino()),
        _ => false,
    }
}

/// Elsewhere an open file cannot be removed.
#[cfg(not(unix))]
fn is_still_at(_file: &File, path: &Path) -> bool {
    path.exists()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_waits_its_turn() {
        let folder = tempfile::tempdir().expect("folder");
        let staging = folder.path().join("staging");
        let lock = Lock::take(&staging).expect("first");
        let message = Lock::take(&staging).expect_err("second").to_string();
        assert!(message.contains(&std::process::id().to_string()), "{message}");
        drop(lock);
        assert!(!staging.exists());
        drop(Lock::take(&staging).expect("third"));
    }

    #[test]
    fn a_lock_left_behind_holds_nobody() {
        let folder = tempfile::tempdir().expect("folder");
        fs::write(folder.path().join("lock"), "1\n").expect("write");
        Lock::take(folder.path()).expect("nobody holds it");
    }
}
