//! Episodes into a dataset: staged one by one, committed all at once.

use crate::commit::Commit;
use crate::dataset::what_is_there;
use crate::feature::differences;
use crate::layout::{INFO, list};
use crate::lock::Lock;
use crate::swap::recover;
use crate::{Dataset, Episode, Error, Feature, Result, staged};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What all episodes of a dataset share.
#[derive(Debug, Clone, PartialEq)]
pub struct WriterOptions {
    /// The robot's name.
    pub robot_type: String,
    /// Frames a second.
    pub fps: u32,
    /// What goes under `dataset` in `meta/kouros.json`: the robot's hash, conventions, the unit of
    /// each dimension, versions. Texts under `licences` (a list) go on the dataset's card.
    pub dataset_meta: Value,
}

/// What a commit did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// Where the dataset is.
    pub path: PathBuf,
    /// Episodes added by this commit.
    pub added_episodes: usize,
    /// Frames added by this commit.
    pub added_frames: usize,
    /// Episodes of the dataset now.
    pub total_episodes: usize,
    /// Frames of the dataset now.
    pub total_frames: usize,
}

/// Writes a dataset. A run killed at any moment leaves the dataset as it was or whole, and the
/// episodes staged so far in a folder beside it (`NAME.kouros-staging`), where the next writer
/// finds them. One writer at a time: the folder is locked until this one is dropped.
#[derive(Debug)]
pub struct Writer {
    path: PathBuf,
    staging: PathBuf,
    options: WriterOptions,
    state: Mutex<State>,
    // Dropped last: the lock holds while anything else is.
    _lock: Lock,
}

/// What changes while threads stage episodes.
#[derive(Debug)]
struct State {
    /// Keys in the dataset.
    committed: BTreeSet<String>,
    /// Keys of staged episodes, their order and file; without a file while it is written.
    staged: BTreeMap<String, (usize, Option<PathBuf>)>,
    /// The features that every episode must have, once one is known.
    features: Option<Vec<Feature>>,
}

impl Writer {
    /// A writer of a new dataset, or of more episodes of one that is there.
    ///
    /// # Errors
    /// The folder holds files and is no dataset; the dataset, or what an earlier run staged for it,
    /// has another rate or robot, or features that Kouros does not write; another process writes to
    /// it; the disk refuses.
    pub fn create_or_append(path: impl AsRef<Path>, options: WriterOptions) -> Result<Self> {
        let path = settled(path.as_ref())?;
        let staging = staging_of(&path)?;
        if options.fps == 0 {
            return Err(Error::malformed(&path, "a rate of at least 1 frame a second", "0"));
        }
        let lock = Lock::take(&staging)?;
        recover(&path, &staging)?;
        let mut state = State { committed: BTreeSet::new(), staged: BTreeMap::new(), features: None };
        state.add_dataset(&path, &options)?;
        state.add_staged(&staging, &options)?;
        Ok(Self { path, staging, options, state: Mutex::new(state), _lock: lock })
    }

    /// The keys of all episodes that are in the dataset or staged: there is no need to make them
    /// again.
    pub fn done_keys(&self) -> BTreeSet<String> {
        let state = self.state();
        state.committed.iter().chain(state.staged.keys()).cloned().collect()
    }

    /// What an earlier run staged and this run would not make is removed; what it would make takes
    /// the order it has now. `wanted` is the order of every key of this run. Returns the keys that
    /// were removed. To be called before anything is staged.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn keep_staged(&self, wanted: &BTreeMap<String, usize>) -> Result<Vec<String>> {
        let mut state = self.state();
        let mut removed = Vec::new();
        for (key, (order, path)) in &mut state.staged {
            let Some(path) = path else { continue };
            match wanted.get(key) {
                None => {
                    fs::remove_file(&*path).map_err(Error::io("remove", path))?;
                    removed.push(key.clone());
                }
                Some(now) if now != order => {
                    let to = self.staging.join(staged::file_name(*now, key));
                    fs::rename(&*path, &to).map_err(Error::io("rename", path))?;
                    (*order, *path) = (*now, to);
                }
                Some(_) => {}
            }
        }
        removed.iter().for_each(|key| drop(state.staged.remove(key)));
        Ok(removed)
    }

    /// Puts a finished episode on the disk, to be part of the next commit, at the place that
    /// `order` gives it whatever the time it was finished. Several threads may call this.
    ///
    /// # Errors
    /// The episode may not be written ([`Episode::check`]), its features are not the dataset's, its
    /// key is done already, the disk refuses.
    pub fn stage(&self, order: usize, episode: &Episode) -> Result<()> {
        episode.check()?;
        self.state().claim(&self.path, order, episode)?;
        let written = staged::write(&self.staging, order, episode, self.options.fps, &self.options.robot_type);
        let staged = &mut self.state().staged;
        match written {
            Ok(path) => {
                staged.insert(episode.key.clone(), (order, Some(path)));
                Ok(())
            }
            Err(e) => {
                staged.remove(&episode.key);
                Err(e)
            }
        }
    }

    /// Makes all staged episodes part of the dataset, by order and then by key. Without a staged
    /// episode nothing changes.
    ///
    /// # Errors
    /// The disk refuses; a file of the dataset is not what it should be. The dataset is then as it
    /// was, and the staged episodes are still there.
    pub fn commit(self) -> Result<Summary> {
        self.commit_watched(&|_| {})
    }

    /// `each` is called after every step with its name.
    pub(crate) fn commit_watched(self, each: &dyn Fn(&str)) -> Result<Summary> {
        let state = self.state();
        let mut staged: Vec<_> =
            state.staged.iter().filter_map(|(key, (order, path))| Some((*order, key, path.as_ref()?))).collect();
        staged.sort();
        let Some(&(_, _, first)) = staged.first() else { return unchanged(&self.path) };
        // The dataset's own order of features; of a new one, the first episode's, whichever was
        // finished first.
        let there =
            if state.committed.is_empty() && !self.path.join(INFO).exists() { None } else { Some(Dataset::open(&self.path)?) };
        let features =
            there.map_or_else(|| staged::read_header(first).map(|h| h.features()), |d| Ok(d.info().features.clone()))?;
        let staged: Vec<PathBuf> = staged.into_iter().map(|(_, _, path)| path.clone()).collect();
        let (path, staging, options) = (&self.path, &self.staging, &self.options);
        Commit { path, staging, options, staged: &staged, features, each }.run()
    }

    /// A thread that panicked while it held the state left it as it was before or after one change.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn add_dataset(&mut self, path: &Path, options: &WriterOptions) -> Result<()> {
        if !path.join(INFO).exists() {
            let found = what_is_there(path);
            return if ["nothing", "an empty folder"].contains(&found.as_str()) {
                Ok(())
            } else {
                Err(Error::NotADataset { path: path.into(), found })
            };
        }
        let there = Dataset::open(path)?;
        let info = there.info();
        let mut differences = Vec::new();
        if info.fps != options.fps {
            differences.push(format!("the dataset has {} frames a second, the episodes have {}", info.fps, options.fps));
        }
        if info.robot_type.as_deref() != Some(&options.robot_type) {
            let robot = info.robot_type.as_deref().unwrap_or("none");
            differences.push(format!("the dataset's robot is '{robot}', that of the episodes is '{}'", options.robot_type));
        }
        for feature in &info.skipped {
            differences.push(format!(
                "the dataset has feature '{}' of type {}, which Kouros does not write",
                feature.name, feature.dtype
            ));
        }
        if !differences.is_empty() {
            return Err(Error::Differs { path: path.into(), differences });
        }
        self.committed = there.episodes().iter().filter_map(|e| e.key.clone()).collect();
        self.features = Some(info.features.clone());
        Ok(())
    }

    /// Takes over what an earlier run staged; what is in the dataset already is removed.
    fn add_staged(&mut self, staging: &Path, options: &WriterOptions) -> Result<()> {
        for path in list(staging)? {
            let Some(order) = staged::order_of(&path) else {
                if path.is_file() && path.file_name().is_some_and(|n| n.to_string_lossy().contains(".unfinished-")) {
                    fs::remove_file(&path).map_err(Error::io("remove", &path))?;
                }
                continue;
            };
            let header = staged::read_header(&path)?;
            if self.committed.contains(&header.key) || self.staged.contains_key(&header.key) {
                fs::remove_file(&path).map_err(Error::io("remove", &path))?;
                continue;
            }
            let mut differences = differences(self.features.as_deref().unwrap_or(&header.features()), &header.features());
            if (header.fps, &header.robot_type) != (options.fps, &options.robot_type) {
                let (fps, robot) = (header.fps, &header.robot_type);
                differences.push(format!("an earlier run staged '{}' at {fps} Hz for '{robot}'", header.key));
            }
            if !differences.is_empty() {
                differences.push("finish that run with its own settings, or remove this folder to drop its episodes".into());
                return Err(Error::Differs { path: staging.into(), differences });
            }
            self.features.get_or_insert_with(|| header.features());
            self.staged.insert(header.key, (order, Some(path)));
        }
        Ok(())
    }

    fn claim(&mut self, path: &Path, order: usize, episode: &Episode) -> Result<()> {
        if self.committed.contains(&episode.key) || self.staged.contains_key(&episode.key) {
            let problem = "expected a new key; an episode of this key is done already".into();
            return Err(Error::Episode { key: episode.key.clone(), problem });
        }
        let features = episode.features();
        let differences = differences(self.features.as_deref().unwrap_or(&features), &features);
        if !differences.is_empty() {
            return Err(Error::Differs { path: path.into(), differences });
        }
        self.features.get_or_insert(features);
        self.staged.insert(episode.key.clone(), (order, None));
        Ok(())
    }
}

/// What a commit without episodes says.
fn unchanged(path: &Path) -> Result<Summary> {
    let (mut total_episodes, mut total_frames) = (0, 0);
    if path.join(INFO).exists() {
        let there = Dataset::open(path)?;
        (total_episodes, total_frames) = (there.info().total_episodes, there.info().total_frames);
    }
    Ok(Summary { path: path.into(), added_episodes: 0, added_frames: 0, total_episodes, total_frames })
}

/// The path without links in it, so that a swap moves the folder and not a link to it. Folders
/// above are made.
pub(crate) fn settled(path: &Path) -> Result<PathBuf> {
    if path.exists() {
        return path.canonicalize().map_err(Error::io("read", path));
    }
    let Some(name) = path.file_name() else {
        return Err(Error::malformed(path, "the path of a folder", "a path without a name"));
    };
    let above = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    fs::create_dir_all(above).map_err(Error::io("create", above))?;
    Ok(above.canonicalize().map_err(Error::io("read", above))?.join(name))
}

/// The folder beside the dataset: on the same disk, so that files move between them by name.
pub(crate) fn staging_of(path: &Path) -> Result<PathBuf> {
    let Some(name) = path.file_name() else {
        return Err(Error::malformed(path, "a folder with a name", "the root of the disk"));
    };
    let mut name = name.to_os_string();
    name.push(".kouros-staging");
    Ok(path.with_file_name(name))
}
