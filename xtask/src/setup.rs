//! `cargo xtask setup`: everything the build and the demo need besides crates. The page of
//! `kouros view` is built in `page.rs`.
//!
//! Three rooms are filled under `.kouros/`: `mujoco/` (shared library, headers, licence),
//! `robots/unitree_g1/` (model and meshes) and `clips/` (two motion captures). They come from
//! packages pinned by hash in `requirements/`, because a package index is reachable where a
//! release page often is not. Each room is made complete in a scratch folder beside it and
//! then renamed into place, and the stamp is written last: an interrupted run leaves nothing
//! half done, and a finished one makes the next a no-op that needs no network.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use crate::page;
use crate::process::{Result, assets, because, root};
use crate::python::Python;

/// Raised when the layout under `.kouros/` changes, so that old ones are made again.
const LAYOUT: u32 = 1;

/// The MuJoCo version in the names of its library files.
const MUJOCO: &str = "3.17.0";

const CLIPS_SOURCE: &str = "\
Two short motion captures from the tests of the Python package bvhtoolbox 0.1.3
(by Olaf Haag, MIT licence: see LICENSE beside this file), unchanged but for their names.

walk_turn.bvh      was tests/example_files/test_freebvh.bvh
                   30 Hz, 2.3 s: a metre of walking, a half turn, and back
crouch_reach.bvh   was tests/example_files/test_mocapbank.bvh
                   30 Hz, 15 s: a step aside, a deep crouch with both hands near
                   the floor, and up again
";

const G1_SOURCE: &str = "\
MJCF model and meshes of the Unitree G1 (29 joints) from the Python package mjlab 1.6.0,
folder mjlab/asset_zoo/robots/unitree_g1/xmls, unchanged.
Licence: Apache-2.0, see LICENSE beside this file.
";

/// Fetches and unpacks whatever is missing or out of date.
///
/// # Errors
/// No usable Python, no network, a hash that does not match, a full disk: each with what to do.
pub fn run() -> Result {
    let started = Instant::now();
    let home = assets();
    fs::create_dir_all(&home).map_err(because(format!("cannot create {}", home.display())))?;
    let lock_path = home.join("setup.lock");
    let lock = fs::File::create(&lock_path).map_err(because(format!("cannot create {}", lock_path.display())))?;
    // Released when the process ends, however it ends.
    lock.lock().map_err(because("cannot wait for another `cargo xtask setup`"))?;

    let stamp = wanted_stamp()?;
    if is_complete(&home, &stamp) {
        page::run()?;
        println!("setup: {} is up to date", home.display());
        return Ok(());
    }
    let python = Python::find()?;
    println!("setup: fetching MuJoCo {MUJOCO}, the Unitree G1 and two clips (about 40 MB)");
    sweep(&home)?;
    let scratch = home.join(format!("{SCRATCH}{}", std::process::id()));
    let filled = fill(&python, &scratch, &home);
    let swept = sweep(&home);
    filled.and(swept)?;
    let new = home.join("stamp.new");
    fs::write(&new, &stamp).map_err(because(format!("cannot write {}", new.display())))?;
    rename(&new, &home.join("stamp"))?;
    page::run()?;
    println!("setup: done in {:.1} s, in {}", started.elapsed().as_secs_f64(), home.display());
    Ok(())
}

/// The beginning of the names of scratch folders under `.kouros/`.
const SCRATCH: &str = "incoming-";

/// What the stamp holds when everything is there: layout, platform and the pinned requirements.
fn wanted_stamp() -> Result<String> {
    let mut stamp = format!("layout {LAYOUT} {} {}\n", std::env::consts::OS, std::env::consts::ARCH);
    for file in ["assets.txt", "clips.txt"] {
        let path = root().join("requirements").join(file);
        stamp += &fs::read_to_string(&path).map_err(because(format!("cannot read {}", path.display())))?;
    }
    Ok(stamp)
}

/// Whether the stamp matches and nothing was deleted since.
fn is_complete(home: &Path, stamp: &str) -> bool {
    let parts = [
        Path::new("mujoco/lib").join(library_link()),
        PathBuf::from("robots/unitree_g1/g1.xml"),
        PathBuf::from("robots/unitree_g1/assets/pelvis.STL"),
        PathBuf::from("clips/walk_turn.bvh"),
        PathBuf::from("clips/crouch_reach.bvh"),
    ];
    fs::read_to_string(home.join("stamp")).is_ok_and(|found| found == stamp) && parts.iter().all(|p| home.join(p).exists())
}

/// Downloads, unpacks and moves all three rooms into place.
fn fill(python: &Python, scratch: &Path, home: &Path) -> Result {
    let requirements = root().join("requirements");
    let (down, unpacked) = (scratch.join("down"), scratch.join("unpacked"));
    make(&down)?;
    python.download_wheels(&requirements.join("assets.txt"), &down)?;
    for package in ["mujoco", "mjlab", "setuptools"] {
        python.unpack(&archive(&down, package)?, &made(unpacked.join(package))?)?;
    }
    python.download_sources(&requirements.join("clips.txt"), &unpacked.join("setuptools"), &down)?;
    python.unpack(&archive(&down, "bvhtoolbox")?, &made(unpacked.join("bvhtoolbox"))?)?;

    mujoco(&unpacked.join("mujoco"), &scratch.join("mujoco"))?;
    unitree_g1(&unpacked.join("mjlab"), &scratch.join("unitree_g1"))?;
    clips(&unpacked.join("bvhtoolbox"), &scratch.join("clips"))?;

    make(&home.join("robots"))?;
    for (room, place) in [("mujoco", "mujoco"), ("unitree_g1", "robots/unitree_g1"), ("clips", "clips")] {
        let place = home.join(place);
        if place.exists() {
            rename(&place, &scratch.join(format!("old-{room}")))?;
        }
        rename(&scratch.join(room), &place)?;
    }
    Ok(())
}

/// The file names of the shared library: as in the wheel, and as the linker looks for it.
fn library_names() -> (String, &'static str) {
    if cfg!(target_os = "macos") {
        (format!("libmujoco.{MUJOCO}.dylib"), library_link())
    } else {
        (format!("libmujoco.so.{MUJOCO}"), library_link())
    }
}

/// The name under which the linker looks for the shared library.
fn library_link() -> &'static str {
    if cfg!(target_os = "macos") { "libmujoco.dylib" } else { "libmujoco.so" }
}

/// Library, headers and licences out of the wheel of MuJoCo.
fn mujoco(wheel: &Path, room: &Path) -> Result {
    let (library, link) = library_names();
    let lib = made(room.join("lib"))?;
    rename(&wheel.join("mujoco").join(&library), &lib.join(&library))?;
    symlink(&library, &lib.join(link))?;
    if cfg!(target_os = "macos") {
        // The library names itself by its place in a framework; the loader looks for that under the rpath.
        let framework = made(lib.join("mujoco.framework/Versions/A"))?;
        symlink(&format!("../../../{library}"), &framework.join(&library))?;
    }
    rename(&wheel.join("mujoco/include"), &room.join("include"))?;
    let licences = wheel.join(format!("mujoco-{MUJOCO}.dist-info/licenses"));
    rename(&licences.join("LICENSE"), &room.join("LICENSE"))?;
    rename(&licences.join("LICENSES_THIRD_PARTY.md"), &room.join("LICENSES_THIRD_PARTY.md"))
}

/// Model, meshes and licence out of the wheel of mjlab.
fn unitree_g1(wheel: &Path, room: &Path) -> Result {
    rename(&wheel.join("mjlab/asset_zoo/robots/unitree_g1/xmls"), room)?;
    rename(&wheel.join("mjlab-1.6.0.dist-info/licenses/LICENSE"), &room.join("LICENSE"))?;
    fs::write(room.join("SOURCE.txt"), G1_SOURCE).map_err(because("cannot write SOURCE.txt of the robot"))
}

/// The two captures under names that say what they show.
fn clips(source: &Path, room: &Path) -> Result {
    let package = source.join("bvhtoolbox-0.1.3");
    let examples = package.join("tests/example_files");
    make(room)?;
    rename(&examples.join("test_freebvh.bvh"), &room.join("walk_turn.bvh"))?;
    rename(&examples.join("test_mocapbank.bvh"), &room.join("crouch_reach.bvh"))?;
    rename(&package.join("LICENSE"), &room.join("LICENSE"))?;
    fs::write(room.join("SOURCE.txt"), CLIPS_SOURCE).map_err(because("cannot write SOURCE.txt of the clips"))
}

/// The one downloaded archive of a package.
fn archive(down: &Path, package: &str) -> Result<PathBuf> {
    let prefix = format!("{package}-");
    entries(down)?
        .into_iter()
        .find(|path| path.file_name().and_then(OsStr::to_str).is_some_and(|name| name.starts_with(&prefix)))
        .ok_or_else(|| format!("pip reported success, but {} holds no {prefix}*", down.display()))
}

/// Removes scratch folders, of this run and of any that was killed.
fn sweep(home: &Path) -> Result {
    for path in entries(home)? {
        if path.file_name().and_then(OsStr::to_str).is_some_and(|name| name.starts_with(SCRATCH)) {
            fs::remove_dir_all(&path).map_err(because(format!("cannot remove {}", path.display())))?;
        }
    }
    Ok(())
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>> {
    let listing = || fs::read_dir(folder)?.collect::<std::io::Result<Vec<_>>>();
    let found = listing().map_err(because(format!("cannot list {}", folder.display())))?;
    Ok(found.into_iter().map(|entry| entry.path()).collect())
}

fn make(folder: &Path) -> Result {
    fs::create_dir_all(folder).map_err(because(format!("cannot create {}", folder.display())))
}

fn made(folder: PathBuf) -> Result<PathBuf> {
    make(&folder).map(|()| folder)
}

fn rename(from: &Path, to: &Path) -> Result {
    fs::rename(from, to).map_err(because(format!("cannot move {} to {}", from.display(), to.display())))
}

#[cfg(unix)]
fn symlink(target: &str, link: &Path) -> Result {
    std::os::unix::fs::symlink(target, link).map_err(because(format!("cannot link {}", link.display())))
}

#[cfg(not(unix))]
fn symlink(_: &str, _: &Path) -> Result {
    Err("setup knows Linux and macOS only; on Windows use WSL".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stamp_alone_is_not_enough() {
        let home = std::env::temp_dir().join(format!("kouros-xtask-{}", std::process::id()));
        make(&home).unwrap();
        fs::write(home.join("stamp"), "layout 1").unwrap();
        assert!(!is_complete(&home, "layout 1"));
        fs::remove_dir_all(&home).unwrap();
    }

    #[test]
    fn the_pinned_version_is_the_one_the_names_use() {
        assert!(wanted_stamp().unwrap().contains(&format!("mujoco=={MUJOCO}")));
    }
}
