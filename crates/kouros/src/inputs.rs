//! From paths on the command line to capture files, and the files each needs beside it.
//!
//! Lives here: looking into folders, finding skeletons. Does not: reading formats
//! (`kouros-mocap`).

use crate::exit::{Failure, Result};
use kouros_mocap::{Format, format_of};
use kouros_motion::{FormatFacts, list_names};
use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// How much of a file tells its format, where its ending does not [bytes].
const HEAD: u64 = 8192;
/// Files that lie between AMASS' motions and are none: a subject's shape, a static fit.
const NO_MOTION: [&str; 2] = ["shape.npz", "_stagei.npz"];

/// All formats that are read, a row each.
pub fn formats() -> Vec<FormatFacts> {
    Format::ALL.map(Format::facts).to_vec()
}

/// All files that `paths` mean, in the order of the arguments, each folder's by name, each once.
/// What a folder has in `results` is left out: an earlier run wrote it.
pub fn files(paths: &[PathBuf], results: &Path) -> Result<Vec<PathBuf>> {
    let results = results.canonicalize().ok();
    let mut out = Vec::new();
    for path in paths {
        let shown = path.display();
        if path.is_dir() {
            let before = out.len();
            look_into(path, results.as_deref(), &mut out)?;
            if out.len() == before {
                let mut endings: Vec<String> = formats().iter().flat_map(|f| f.all_endings()).map(|e| format!(".{e}")).collect();
                endings.sort();
                endings.dedup();
                let endings = endings.join(", ");
                return Err(Failure::new(format!("{shown}: expected capture files ({endings}) in this folder, found none")));
            }
        } else if path.symlink_metadata().is_ok() {
            out.push(path.clone());
        } else {
            let failure = Failure::new(format!("{shown}: no such file or folder"));
            let pattern = path.to_string_lossy().contains(['*', '?']);
            return Err(if pattern {
                failure.hint("the pattern matches nothing; the shell passed it on as it is")
            } else {
                failure
            });
        }
    }
    let mut seen = std::collections::HashSet::new();
    out.retain(|p| seen.insert(p.canonicalize().unwrap_or_else(|_| p.clone())));
    Ok(out)
}

fn look_into(folder: &Path, results: Option<&Path>, out: &mut Vec<PathBuf>) -> Result<()> {
    if results.is_some() && folder.canonicalize().ok().as_deref() == results {
        return Ok(());
    }
    let cannot = |e: std::io::Error| Failure::new(format!("cannot list {}: {e}", folder.display()));
    let mut entries = fs::read_dir(folder)
        .map_err(cannot)?
        .map(|e| e.map(|e| e.path()))
        .collect::<std::io::Result<Vec<_>>>()
        .map_err(cannot)?;
    entries.sort();
    for path in entries {
        let name = path.file_name().map(|n| n.to_string_lossy().to_lowercase()).unwrap_or_default();
        if name.starts_with('.') {
            continue;
        }
        // A linked folder is not followed: it may lead back up.
        if path.is_dir() && !path.is_symlink() {
            look_into(&path, results, out)?;
        } else if path.is_file() && is_capture(&path, &name) && !NO_MOTION.iter().any(|n| name.ends_with(n)) {
            out.push(path);
        }
    }
    Ok(())
}

/// Whether a folder's file is a capture: its ending says so, or its ending may be that of anything
/// and its bytes say so.
fn is_capture(path: &Path, name: &str) -> bool {
    let Some((_, ending)) = name.rsplit_once('.') else { return false };
    if formats().iter().any(|f| f.endings.contains(&ending)) {
        return true;
    }
    if !formats().iter().any(|f| f.shared_endings.contains(&ending)) {
        return false;
    }
    let mut head = Vec::new();
    let mut read = fs::File::open(path).and_then(|f| f.take(HEAD).read_to_end(&mut head));
    // An archive has its list at its end, and a pickle is nothing before its end.
    if head.starts_with(b"PK") || head.first().is_some_and(|b| !b.is_ascii()) || head.starts_with(b"x") {
        head.clear();
        read = fs::File::open(path).and_then(|mut f| f.read_to_end(&mut head));
    }
    let found = format_of(&head).filter(|_| read.is_ok());
    found.is_some_and(|f| f.facts().all_endings().any(|e| e == ending))
}

/// The skeletons of folders, each listed once: thousands of motions may lie in one.
#[derive(Debug, Default)]
pub struct Skeletons {
    /// Per folder, its skeletons by the names without ending.
    listed: Mutex<HashMap<PathBuf, Arc<BTreeMap<String, PathBuf>>>>,
}

impl Skeletons {
    fn in_folder(&self, folder: &Path) -> Arc<BTreeMap<String, PathBuf>> {
        let mut listed = self.listed.lock().unwrap_or_else(PoisonError::into_inner);
        listed.entry(folder.into()).or_insert_with(|| Arc::new(list_skeletons(folder))).clone()
    }

    /// As [`skeleton_of`].
    pub fn of(&self, amc: &Path) -> Result<PathBuf> {
        let folder = amc.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        choose_skeleton(amc, &self.in_folder(folder))
    }
}

fn list_skeletons(folder: &Path) -> BTreeMap<String, PathBuf> {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder).into_iter().flatten().flatten().map(|e| e.path()).collect();
    paths.retain(|p| p.extension().is_some_and(|e| e.eq_ignore_ascii_case("asf")));
    // Of two with one name the first stays.
    paths.sort();
    let named = |p: PathBuf| (p.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default(), p);
    paths.into_iter().rev().map(named).collect()
}

/// The skeleton of the Acclaim motion at `amc`: the one with its name, the one with the part of
/// its name before the last `_` (the subject), or the only one in the folder.
pub fn skeleton_of(amc: &Path) -> Result<PathBuf> {
    Skeletons::default().of(amc)
}

fn choose_skeleton(amc: &Path, skeletons: &BTreeMap<String, PathBuf>) -> Result<PathBuf> {
    let stem = amc.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
    let subject = stem.rsplit_once('_').map(|(s, _)| s);
    if let Some(found) = skeletons.get(&stem).or_else(|| skeletons.get(subject?)) {
        return Ok(found.clone());
    }
    if let (Some(only), 1) = (skeletons.values().next(), skeletons.len()) {
        return Ok(only.clone());
    }
    let expected = match subject {
        Some(subject) => format!("{stem}.asf or {subject}.asf"),
        None => format!("{stem}.asf"),
    };
    let found = match skeletons.len() {
        0 => "none".into(),
        _ => list_names(skeletons.values().filter_map(|p| p.file_name().map(|n| n.to_string_lossy().into_owned()))),
    };
    let message =
        format!("{}: an Acclaim motion needs its skeleton; expected {expected} beside it, found {found}", amc.display());
    Err(Failure::new(message).hint("--asf FILE names the skeleton"))
}

/// The table of forces that belongs to the markers at `path`: `NAME.mot`, `NAME.sto`, `NAME_grf.mot` or
/// `NAME_grf.sto` beside them.
pub fn forces_of(path: &Path, bytes: &[u8]) -> Option<PathBuf> {
    if !matches!(format_of(bytes), Some(Format::C3d | Format::Trc)) {
        return None;
    }
    let stem = path.file_stem()?.to_string_lossy().into_owned();
    let names = [".mot", ".sto", "_grf.mot", "_grf.sto"].map(|end| path.with_file_name(format!("{stem}{end}")));
    names.into_iter().find(|p| p.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(names: &[&str]) -> tempfile::TempDir {
        let top = tempfile::tempdir().expect("folder");
        for name in names {
            let path = top.path().join(name);
            fs::create_dir_all(path.parent().expect("parent")).expect("folder");
            fs::write(path, "").expect("write");
        }
        top
    }

    #[test]
    fn a_folder_means_its_captures() {
        let top = folder(&[
            "b.bvh",
            "a/x.AMC",
            "a/x.asf",
            "c/poses.npz",
            "c/shape.npz",
            ".d/e.bvh",
            "notes.txt",
            "out/b.npz",
            "clip.txt",
        ]);
        fs::write(top.path().join("clip.txt"), "{ \"Loop\": \"none\", \"Frames\": [[").expect("write");
        let found = files(&[top.path().join("b.bvh"), top.path().into()], &top.path().join("out")).expect("files");
        let names: Vec<_> = found.iter().map(|p| p.strip_prefix(top.path()).expect("below").display().to_string()).collect();
        assert_eq!(names, ["b.bvh", "a/x.AMC", "c/poses.npz", "clip.txt"]);
        let message = files(&[top.path().join("walks/*.bvh")], Path::new("out")).expect_err("nothing").words();
        assert!(message.contains("no such file") && message.contains("matches nothing"), "{message}");
    }

    #[test]
    fn a_skeleton_is_found_by_name_or_alone() {
        let top = folder(&["02_01.amc", "02.asf", "03.asf", "04_01.amc", "one/a_b.amc", "one/z.ASF"]);
        let name = |amc: &str| skeleton_of(&top.path().join(amc)).map(|p| p.file_name().expect("name").to_owned());
        assert_eq!(name("02_01.amc"), Ok("02.asf".into()));
        assert_eq!(name("one/a_b.amc"), Ok("z.ASF".into()));
        let message = name("04_01.amc").expect_err("two others").message;
        assert!(message.contains("04_01.asf or 04.asf") && message.contains("02.asf, 03.asf"), "{message}");
    }
}
