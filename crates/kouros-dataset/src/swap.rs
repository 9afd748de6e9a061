//! The next version of a folder takes the place of the present one in one step.

use crate::layout::list;
use crate::{Error, Result};
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// The next version while it is built and, once it has its place, the last version until it is gone.
const NEXT: &str = "next";
/// The last version, where the system cannot let two folders change places.
const LAST: &str = "last";

/// The next version's folder, empty.
pub(crate) fn fresh_next(staging: &Path) -> Result<PathBuf> {
    let next = staging.join(NEXT);
    remove_all(&next)?;
    fs::create_dir(&next).map_err(Error::io("create", &next))?;
    Ok(next)
}

/// Puts right what a killed run left: where the folder was between its two names, it gets its name
/// back; versions that are not the dataset go.
pub(crate) fn recover(path: &Path, staging: &Path) -> Result<()> {
    let last = staging.join(LAST);
    if last.exists() && !path.exists() {
        fs::rename(&last, path).map_err(Error::io("rename", &last))?;
    }
    remove_all(&last)?;
    remove_all(&staging.join(NEXT))
}

/// Gives the next version the name `path` and removes the version that had it. `each` is called
/// after every step; only tests do more than nothing there.
pub(crate) fn swap(path: &Path, staging: &Path, each: &dyn Fn(&str)) -> Result<()> {
    let (next, last) = (staging.join(NEXT), staging.join(LAST));
    if !(path.exists() && exchange(path, &next)?) {
        rename_twice(path, &next, &last, each)?;
    }
    crate::whole::sync_folder_of(path);
    each("swapped");
    recover(path, staging)
}

/// The same where two folders cannot change places: between the renames the name is free, and
/// [`recover`] knows that.
fn rename_twice(path: &Path, next: &Path, last: &Path, each: &dyn Fn(&str)) -> Result<()> {
    if path.exists() {
        fs::rename(path, last).map_err(Error::io("rename", path))?;
        each("between two names");
    }
    fs::rename(next, path).map_err(|e| {
        // The dataset as it was is better than none.
        let _ = fs::rename(last, path);
        Error::io("rename", next)(e)
    })
}

/// Lets two folders change places; false where the system or the file system cannot.
#[cfg(target_os = "linux")]
fn exchange(a: &Path, b: &Path) -> Result<bool> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    use rustix::io::Errno;
    match renameat_with(CWD, a, CWD, b, RenameFlags::EXCHANGE) {
        Ok(()) => Ok(true),
        Err(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) => Ok(false),
        Err(e) => Err(Error::io("rename", a)(e.into())),
    }
}

#[cfg(not(target_os = "linux"))]
fn exchange(_a: &Path, _b: &Path) -> Result<bool> {
    Ok(false)
}

/// Puts everything under `from` into `to`, except the files that `skip` names (by their path under
/// `from`): files as hard links, so that a dataset of any size costs nothing, or as copies where
/// the file system has no links.
pub(crate) fn link_all(from: &Path, to: &Path, skip: &dyn Fn(&Path) -> bool) -> Result<()> {
    link_folder(from, Path::new(""), to, skip)
}

fn link_folder(from: &Path, under: &Path, to: &Path, skip: &dyn Fn(&Path) -> bool) -> Result<()> {
    for path in list(&from.join(under))? {
        let Some(name) = path.file_name() else { continue };
        let under = under.join(name);
        let target = to.join(&under);
        let kind = fs::symlink_metadata(&path).map_err(Error::io("read", &path))?.file_type();
        if kind.is_dir() {
            fs::create_dir_all(&target).map_err(Error::io("create", &target))?;
            link_folder(from, &under, to, skip)?;
        } else if !skip(&under) && fs::hard_link(&path, &target).is_err() {
            copy(&path, &target, kind.is_symlink())?;
        }
    }
    Ok(())
}

fn copy(from: &Path, to: &Path, is_link: bool) -> Result<()> {
    #[cfg(unix)]
    if is_link {
        let target = fs::read_link(from).map_err(Error::io("read", from))?;
        return std::os::unix::fs::symlink(target, to).map_err(Error::io("link", to));
    }
    let _ = is_link;
    fs::copy(from, to).map_err(Error::io("copy", from))?;
    fs::File::open(to).and_then(|f| f.sync_all()).map_err(Error::io("write", to))
}

/// Makes the names in all folders under `folder` last through a power cut, where the system can.
pub(crate) fn sync_folders(folder: &Path) -> Result<()> {
    for path in list(folder)? {
        if fs::symlink_metadata(&path).is_ok_and(|m| m.is_dir()) {
            sync_folders(&path)?;
        }
    }
    crate::whole::sync_folder_of(&folder.join("."));
    Ok(())
}

/// Removes a folder and all in it, if it is there.
fn remove_all(folder: &Path) -> Result<()> {
    match fs::remove_dir_all(folder) {
        Err(e) if e.kind() != ErrorKind::NotFound => Err(Error::io("remove", folder)(e)),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folders() -> (tempfile::TempDir, PathBuf, PathBuf) {
        let top = tempfile::tempdir().expect("folder");
        let (path, staging) = (top.path().join("d"), top.path().join("s"));
        fs::create_dir(&path).expect("create");
        fs::create_dir(&staging).expect("create");
        fs::write(path.join("a"), "old").expect("write");
        (top, path, staging)
    }

    #[test]
    fn the_next_takes_the_place() {
        let (_top, path, staging) = folders();
        let next = fresh_next(&staging).expect("next");
        fs::write(next.join("a"), "new").expect("write");
        swap(&path, &staging, &|_| {}).expect("swap");
        assert_eq!(fs::read(path.join("a")).expect("read"), b"new");
        assert_eq!(fs::read_dir(&staging).expect("list").count(), 0);
    }

    #[test]
    fn renames_do_the_same() {
        let (_top, path, staging) = folders();
        let next = fresh_next(&staging).expect("next");
        fs::write(next.join("a"), "new").expect("write");
        rename_twice(&path, &next, &staging.join(LAST), &|_| {}).expect("rename");
        recover(&path, &staging).expect("recover");
        assert_eq!(fs::read(path.join("a")).expect("read"), b"new");
        assert_eq!(fs::read_dir(&staging).expect("list").count(), 0);
        assert!(rename_twice(&path, &next, &staging.join(LAST), &|_| {}).is_err());
        assert_eq!(fs::read(path.join("a")).expect("read"), b"new");
    }

    #[test]
    fn a_folder_between_two_names_gets_its_own_back() {
        let (_top, path, staging) = folders();
        fresh_next(&staging).expect("next");
        fs::rename(&path, staging.join(LAST)).expect("rename");
        recover(&path, &staging).expect("recover");
        assert_eq!(fs::read(path.join("a")).expect("read"), b"old");
        assert_eq!(fs::read_dir(&staging).expect("list").count(), 0);
    }

    #[test]
    fn links_are_the_same_files() {
        let (top, path, _staging) = folders();
        fs::create_dir(path.join("b")).expect("create");
        fs::write(path.join("b/c"), "deep").expect("write");
        let to = top.path().join("to");
        fs::create_dir(&to).expect("create");
        link_all(&path, &to, &|under| under == Path::new("a")).expect("link");
        assert!(!to.join("a").exists());
        assert_eq!(fs::read(to.join("b/c")).expect("read"), b"deep");
    }
}
