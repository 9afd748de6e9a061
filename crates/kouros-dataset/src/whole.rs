//! A file is there whole or not at all.

use crate::{Error, Result};
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

/// Whether a file that is there already may be replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Overwrite {
    /// Only where the user asked for it.
    Allowed,
    /// The default: what is there stays.
    Refused,
}

/// Writes a file under another name in the same folder, makes sure it is on the disk, and gives
/// it its name: at any moment the file is the old one, or none, or the new one.
///
/// # Errors
/// The file is there and may not be replaced; the disk refuses.
pub fn write_whole(path: &Path, bytes: &[u8], overwrite: Overwrite) -> Result<()> {
    if overwrite == Overwrite::Refused && path.symlink_metadata().is_ok() {
        return Err(Error::Exists { path: path.into() });
    }
    let unfinished = beside(path, "unfinished")?;
    let written = File::create(&unfinished)
        .and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()))
        .map_err(Error::io("write", &unfinished))
        .and_then(|()| name_it(&unfinished, path, overwrite));
    if written.is_err() {
        // The error that stopped us is the one to report; a remnant is written over next time.
        let _ = fs::remove_file(&unfinished);
    }
    written?;
    sync_folder_of(path);
    Ok(())
}

/// Gives the finished file its name. A hard link fails where the name is taken, even when it was
/// taken since we looked; a rename would replace what is there.
fn name_it(unfinished: &Path, path: &Path, overwrite: Overwrite) -> Result<()> {
    if overwrite == Overwrite::Refused {
        match fs::hard_link(unfinished, path) {
            Ok(()) => return fs::remove_file(unfinished).map_err(Error::io("remove", unfinished)),
            Err(e) if e.kind() == std::io::ErrorKind::AlreadyExists => return Err(Error::Exists { path: path.into() }),
            Err(_) => {} // this file system has no hard links
        }
    }
    fs::rename(unfinished, path).map_err(Error::io("rename", unfinished))
}

/// The path of the same folder whose name is this one's with `.suffix` and this process's number
/// behind, so that two processes do not write into one file.
fn beside(path: &Path, suffix: &str) -> Result<PathBuf> {
    let Some(name) = path.file_name() else {
        return Err(Error::malformed(path, "the path of a file", "a path without a name"));
    };
    let mut name = name.to_os_string();
    name.push(format!(".{suffix}-{}", std::process::id()));
    Ok(path.with_file_name(name))
}

/// Makes the name itself last through a power cut, where the system can.
pub(crate) fn sync_folder_of(path: &Path) {
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    if let Ok(folder) = File::open(folder) {
        // Some file systems cannot sync a folder; the file's bytes are safe already.
        let _ = folder.sync_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_replaced_unasked() {
        let folder = tempfile::tempdir().expect("folder");
        let path = folder.path().join("a.csv");
        write_whole(&path, b"one", Overwrite::Refused).expect("new");
        assert!(matches!(write_whole(&path, b"two", Overwrite::Refused), Err(Error::Exists { .. })));
        assert_eq!(fs::read(&path).expect("read"), b"one");
        write_whole(&path, b"two", Overwrite::Allowed).expect("asked");
        assert_eq!(fs::read(&path).expect("read"), b"two");
        assert_eq!(fs::read_dir(folder.path()).expect("list").count(), 1);
    }

    #[test]
    fn a_missing_folder_is_named() {
        let folder = tempfile::tempdir().expect("folder");
        let message = write_whole(&folder.path().join("no/a.csv"), b"", Overwrite::Refused).expect_err("no folder").to_string();
        assert!(message.contains("no/a.csv"), "{message}");
    }
}
