//! `cargo xtask check`: the rules of the code base that no compiler knows.
//!
//! Lives here: which rules are run and how their findings are told. Each rule is a plain
//! function from the tree to [`Finding`]s, in a file of its own subject below `check/`.

mod layers;
mod sources;

use std::fs;
use std::path::{Path, PathBuf};

use crate::process::{Result, because, root};

/// One thing to put right, or to think about.
#[derive(Debug, PartialEq)]
struct Finding {
    /// Whether it fails the check; otherwise it is only said.
    fails: bool,
    /// The file, relative to the root.
    path: String,
    /// What is wrong and what to do.
    message: String,
}

/// Runs all rules on the workspace.
///
/// # Errors
/// A rule that is broken, after all findings are printed; a file that cannot be read.
pub fn run() -> Result {
    let mut findings = Vec::new();
    let packages = packages()?;
    for package in &packages {
        let manifest = package.join("Cargo.toml");
        layers::check(&relative(&manifest), &read(&manifest)?, &mut findings);
        for source in sources_of(package)? {
            sources::check(&relative(&source), &read(&source)?, &mut findings);
        }
    }
    for Finding { fails, path, message } in &findings {
        println!("{}: {path}: {message}", if *fails { "error" } else { "warning" });
    }
    match findings.iter().filter(|f| f.fails).count() {
        0 => {
            println!("check: {} packages keep the rules", packages.len());
            Ok(())
        }
        broken => Err(format!("{broken} broken rules; what they are for is in CONTRIBUTING.md")),
    }
}

/// The folders of all packages of the workspace, in order.
fn packages() -> Result<Vec<PathBuf>> {
    let mut found = vec![root().join("xtask")];
    found.extend(listed(&root().join("crates"))?.into_iter().filter(|path| path.join("Cargo.toml").is_file()));
    Ok(found)
}

/// All Rust files of a package, in order.
fn sources_of(package: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut open = vec![package.to_path_buf()];
    while let Some(folder) = open.pop() {
        for path in listed(&folder)? {
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

fn listed(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).map_err(because(format!("cannot list {}", folder.display())))?;
    let mut paths = Vec::new();
    for entry in entries {
        paths.push(entry.map_err(because(format!("cannot list {}", folder.display())))?.path());
    }
    paths.sort();
    Ok(paths)
}

fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).map_err(because(format!("cannot read {}", path.display())))
}

fn relative(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).display().to_string()
}
