//! Files that are carried as they are.

use crate::{Error, Result};
use std::fs;
use std::path::Path;

/// Folders within folders that are followed.
const DEEPEST: usize = 16;

/// Copies the files below `from` that are not yet below `to` and that `wanted` says yes to (by their
/// path below `from`). Links to files are copied as files, links to folders are not followed, and
/// what is neither file nor folder is left. Gives how many.
///
/// # Errors
/// The disk refuses.
pub fn copy_missing(from: &Path, to: &Path, wanted: &dyn Fn(&Path) -> bool) -> Result<usize> {
    let mut copied = 0;
    let mut folders = vec![(std::path::PathBuf::new(), 0)];
    while let Some((folder, depth)) = folders.pop() {
        let at = from.join(&folder);
        let mut entries: Vec<_> =
            fs::read_dir(&at).and_then(Iterator::collect::<std::io::Result<_>>).map_err(Error::io("read", &at))?;
        entries.sort_by_key(fs::DirEntry::file_name);
        for entry in entries {
            let relative = folder.join(entry.file_name());
            let (source, target) = (entry.path(), to.join(&relative));
            if entry.file_type().is_ok_and(|t| t.is_dir()) {
                if depth < DEEPEST {
                    folders.push((relative, depth + 1));
                }
            } else if fs::metadata(&source).is_ok_and(|m| m.is_file()) && !target.exists() && wanted(&relative) {
                let parent = target.parent().unwrap_or(to);
                fs::create_dir_all(parent).map_err(Error::io("create", parent))?;
                fs::copy(&source, &target).map_err(Error::io("copy", &source))?;
                copied += 1;
            }
        }
    }
    Ok(copied)
}
