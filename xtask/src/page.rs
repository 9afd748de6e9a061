//! The page of `kouros view`: built from `web/` through npm, where Node.js is.
//!
//! The page is not needed to build or test the rest, so a machine without Node.js, or without a
//! way to the packages, is told what it goes without and nothing fails. A page that does not
//! compile is an error.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::process::{Result, because, quiet, root};

/// The oldest Node.js that Vite runs on.
const OLDEST_NODE: (u32, u32) = (20, 19);
/// What besides `src/` decides what is built.
const INPUTS: [&str; 6] = ["package.json", "package-lock.json", ".npmrc", "tsconfig.json", "vite.config.ts", "index.html"];
/// In the page's folder: what it was built from. Hidden, so not part of the page.
const STAMP: &str = ".stamp";

/// Builds the page if it is not there or older than its sources.
///
/// # Errors
/// The page does not compile; a file cannot be read or written.
pub fn run() -> Result {
    let web = root().join("web");
    let page = web.join("page");
    let wanted = stamp(&web)?;
    if fs::read_to_string(page.join(STAMP)).is_ok_and(|found| found == wanted) && page.join("index.html").is_file() {
        return Ok(());
    }
    if let Err(why) = node() {
        println!("setup: {why}; `kouros view` is built without its page, and the page's tests are skipped");
        return Ok(());
    }
    println!("setup: building the page of `kouros view`");
    if let Err(why) = quiet(npm(&web).args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"])) {
        println!("setup: the page's packages cannot be had, `kouros view` is built without its page:\n{why}");
        return Ok(());
    }
    clear(&page)?;
    quiet(npm(&web).args(["run", "build"]))?;
    fs::write(page.join(STAMP), wanted).map_err(because("cannot write the page's stamp"))
}

/// Whether the page is there.
pub fn is_built() -> bool {
    root().join("web/page/index.html").is_file()
}

/// Says why there is no Node.js to build with.
fn node() -> Result {
    let found = quiet(Command::new("node").arg("--version")).map_err(|_| "no Node.js here".to_owned())?;
    let version = version(&found).ok_or_else(|| format!("Node.js names itself '{}'", found.trim()))?;
    let (major, minor) = OLDEST_NODE;
    if version < OLDEST_NODE {
        return Err(format!("Node.js {major}.{minor} or newer is needed, and {} is here", found.trim()));
    }
    quiet(Command::new("npm").arg("--version")).map(drop).map_err(|_| "no npm here".to_owned())
}

/// `v20.19.2` as 20 and 19.
fn version(text: &str) -> Option<(u32, u32)> {
    let mut parts = text.trim().strip_prefix('v')?.split('.');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

fn npm(web: &Path) -> Command {
    let mut command = Command::new("npm");
    command.current_dir(web);
    command
}

/// Removes what an older build left; the folder and the file that keeps it in the tree stay.
fn clear(page: &Path) -> Result {
    for path in listed(page)? {
        if path.file_name().is_some_and(|n| n == ".gitignore") {
            continue;
        }
        let removed = if path.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
        removed.map_err(because(format!("cannot remove {}", path.display())))?;
    }
    Ok(())
}

/// A number for the sources' names and bytes.
fn stamp(web: &Path) -> Result<String> {
    let mut files: Vec<PathBuf> = INPUTS.map(|name| web.join(name)).to_vec();
    files.extend(listed(&web.join("src"))?);
    let mut hasher = DefaultHasher::new();
    for path in files {
        let bytes = fs::read(&path).map_err(because(format!("cannot read {}", path.display())))?;
        path.strip_prefix(web).unwrap_or(&path).hash(&mut hasher);
        bytes.hash(&mut hasher);
    }
    Ok(format!("{:016x}\n", hasher.finish()))
}

fn listed(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).and_then(|all| all.map(|e| e.map(|e| e.path())).collect::<std::io::Result<Vec<_>>>());
    let mut paths = entries.map_err(because(format!("cannot list {}", folder.display())))?;
    paths.sort();
    Ok(paths)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_by_hand() {
        assert_eq!(version("v20.19.2\n"), Some((20, 19)));
        assert_eq!(version("v22.1.0-nightly"), Some((22, 1)));
        assert_eq!(version("20.19"), None);
        assert!(OLDEST_NODE > (18, 20) && OLDEST_NODE < (22, 0));
    }

    #[test]
    fn every_source_is_there() {
        assert_eq!(stamp(&root().join("web")).map(|s| s.len()), Ok(17));
    }
}
