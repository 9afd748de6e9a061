//! What is to be done: every clip with its name, its companions, and the key that says whether it
//! has been done before.
//!
//! Lives here: looking at all inputs once, before anything is written. Does not: making anything
//! (`clip.rs`).

use crate::exit::{Failure, Result};
use crate::hashes::{sha256, sha256_of_all};
use crate::inputs;
use crate::run::augment::{self, Augment};
use crate::table_note;
use kouros_mocap::needs_skeleton_file;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// One motion to be made: a file, or a changed copy of one.
#[derive(Debug, Clone, PartialEq)]
pub struct Source {
    /// The capture file.
    pub path: PathBuf,
    /// What the clip is called: the file's name without its ending, with as much of its folder as
    /// tells it from the others, and behind it the changes: `walk@mirror`.
    pub name: String,
    /// SHA-256 of the file's bytes.
    pub sha256: String,
    /// Size of the file [bytes].
    pub bytes: usize,
    /// The Acclaim skeleton it needs.
    pub skeleton: Option<PathBuf>,
    /// The table of forces beside its markers.
    pub forces: Option<PathBuf>,
    /// What is changed about the clip before it is retargeted, in order.
    pub changes: Vec<Augment>,
    /// What the clip is made of and how: equal keys mean equal results.
    pub key: String,
}

impl Source {
    /// The file's name without its folder.
    pub fn file_name(&self) -> String {
        self.path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default()
    }
}

/// All clips of a run.
#[derive(Debug)]
pub struct Plan {
    /// In the order of the command line.
    pub sources: Vec<Source>,
    /// Files that cannot be used, with the reason.
    pub failed: Vec<(PathBuf, Failure)>,
    /// Files with the same name and bytes as another: the file, and the one that is taken.
    pub duplicates: Vec<(PathBuf, PathBuf)>,
}

/// What besides the clip's own bytes decides what comes out.
#[derive(Debug, Clone, Copy)]
pub struct Identity<'a> {
    /// The robot's hash.
    pub robot: &'a str,
    /// The settings' fingerprint.
    pub settings: &'a str,
    /// The skeleton for all Acclaim motions.
    pub skeleton: Option<&'a Path>,
    /// The body model's bytes.
    pub body_model: Option<&'a [u8]>,
}

/// Looks at every file of `paths` once; what lies in `out` is no input. Of each file come all
/// `variants`, one behind the other.
pub fn plan(paths: &[PathBuf], out: &Path, identity: Identity<'_>, variants: &[Vec<Augment>]) -> Result<Plan> {
    let files = inputs::files(paths, out)?;
    let body_model = identity.body_model.map(sha256).unwrap_or_default();
    let skeletons = inputs::Skeletons::default();
    let looked: Vec<Result<Source>> = files.par_iter().map(|path| look(path, identity, &body_model, &skeletons)).collect();
    let mut plan = Plan { sources: Vec::new(), failed: Vec::new(), duplicates: Vec::new() };
    let mut seen: BTreeMap<String, PathBuf> = BTreeMap::new();
    for (path, looked) in files.into_iter().zip(looked) {
        match looked {
            Err(failure) => plan.failed.push((path, failure)),
            Ok(source) => match seen.get(&source.key) {
                Some(first) => plan.duplicates.push((path, first.clone())),
                None => {
                    seen.insert(source.key.clone(), path);
                    plan.sources.push(source);
                }
            },
        }
    }
    let paths: Vec<&Path> = plan.sources.iter().map(|s| s.path.as_path()).collect();
    let names = names(&paths);
    for (source, name) in plan.sources.iter_mut().zip(names) {
        source.name = name;
    }
    plan.sources = plan.sources.iter().flat_map(|source| variants.iter().map(|changes| changed(source, changes))).collect();
    Ok(plan)
}

/// The same file, changed. A clip that is not has the key it has in runs without variants, so that
/// what was made of it before stays.
fn changed(source: &Source, changes: &[Augment]) -> Source {
    let words: Vec<String> = changes.iter().map(|c| c.word()).collect();
    let all: Vec<&str> = [source.key.as_str()].into_iter().chain(words.iter().map(String::as_str)).collect();
    let key = if changes.is_empty() { source.key.clone() } else { sha256_of_all(&all) };
    Source { name: augment::name(&source.name, changes), changes: changes.to_vec(), key, ..source.clone() }
}

/// The bytes of a capture file.
pub fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).map_err(|e| Failure::new(format!("{}: cannot read: {e}", path.display())))
}

fn look(path: &Path, identity: Identity<'_>, body_model: &str, skeletons: &inputs::Skeletons) -> Result<Source> {
    let bytes = read(path)?;
    let file_name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let skeleton = match (needs_skeleton_file(&file_name, &bytes), identity.skeleton) {
        (false, _) => None,
        (true, Some(given)) => Some(given.to_path_buf()),
        (true, None) => Some(skeletons.of(path)?),
    };
    let skeleton_hash = skeleton.as_deref().map(|p| read(p).map(|b| sha256(&b))).transpose()?.unwrap_or_default();
    // What a note says counts as much as the table it stands beside, and so do forces beside markers; a file
    // without either keeps its key.
    let note_hash = table_note::beside(path).map(|n| crate::hashes::sha256(&n.bytes)).unwrap_or_default();
    let forces = inputs::forces_of(path, &bytes);
    let forces_hash = forces.as_deref().map(|p| read(p).map(|b| sha256(&b))).transpose()?.unwrap_or_default();
    let beside = skeleton_hash + &note_hash + &forces_hash;
    let sha256 = sha256(&bytes);
    let key = sha256_of_all(&[&file_name, &sha256, &beside, body_model, identity.robot, identity.settings]);
    Ok(Source { path: path.into(), name: String::new(), sha256, bytes: bytes.len(), skeleton, forces, changes: Vec::new(), key })
}

/// A name for each path: its file's stem; where several have the same, the ending too, or as many
/// folders as tell them apart.
fn names(paths: &[&Path]) -> Vec<String> {
    let folders = |path: &Path| -> Vec<String> {
        let all = path.parent().into_iter().flat_map(Path::components).filter_map(|c| match c {
            std::path::Component::Normal(n) => Some(n.to_string_lossy().into_owned()),
            _ => None,
        });
        all.collect()
    };
    // Stem, stem with ending, folder and stem, folder and stem with ending, two folders and stem, ...
    let form = |path: &Path, form: usize| {
        let folders = folders(path);
        let last = if form.is_multiple_of(2) { path.file_stem() } else { path.file_name() };
        let mut parts = folders[folders.len().saturating_sub(form / 2)..].to_vec();
        parts.push(last.map(|s| s.to_string_lossy().into_owned()).unwrap_or_default());
        parts.join("/")
    };
    let mut forms = vec![0usize; paths.len()];
    let most = paths.iter().map(|p| 2 * folders(p).len() + 2).max().unwrap_or(0);
    for _ in 0..most {
        let mut by_name: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (i, path) in paths.iter().enumerate() {
            by_name.entry(form(path, forms[i])).or_default().push(i);
        }
        by_name.values().filter(|same| same.len() > 1).flatten().for_each(|&i| forms[i] += 1);
    }
    paths.iter().zip(forms).map(|(path, f)| form(path, f)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_clips_apart() {
        let of = |paths: &[&str]| names(&paths.iter().map(Path::new).collect::<Vec<_>>());
        assert_eq!(of(&["a/walk.bvh", "b/run.bvh"]), ["walk", "run"]);
        assert_eq!(of(&["walk.bvh", "walk.amc", "run.bvh"]), ["walk.bvh", "walk.amc", "run"]);
        assert_eq!(of(&["x/a/walk.bvh", "x/b/walk.bvh"]), ["a/walk", "b/walk"]);
        assert_eq!(of(&["x/a/walk.bvh", "y/a/walk.bvh"]), ["x/a/walk", "y/a/walk"]);
        assert_eq!(of(&["a/walk.bvh", "a/walk.amc", "b/walk.bvh"]), ["a/walk", "walk.amc", "b/walk"]);
    }
}
