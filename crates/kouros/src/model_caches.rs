//! Models that other tools have fetched: the caches of `robot_descriptions` and checkouts of
//! `mujoco_menagerie`.
//!
//! Lives here: where they lie and what is in them. Does not: loading (`robot_args.rs`).

use std::path::{Path, PathBuf};

/// Folders below a cache are searched this deep for a robot's folder.
const DEPTH: usize = 2;

/// The folders in which other tools keep models, those that are there.
pub fn folders() -> Vec<PathBuf> {
    let variable = |name: &str| std::env::var_os(name).filter(|v| !v.is_empty()).map(PathBuf::from);
    let home = variable("HOME");
    let in_home = |rest: &str| home.as_ref().map(|h| h.join(rest));
    let all = [
        variable("ROBOT_DESCRIPTIONS_CACHE").or_else(|| in_home(".cache/robot_descriptions")),
        variable("MUJOCO_MENAGERIE_PATH"),
        in_home("mujoco_menagerie"),
    ];
    all.into_iter().flatten().filter(|p| p.is_dir()).collect()
}

/// The models of this name in `folders`: in a folder called `name`, the file called after it, or all
/// MJCF and URDF files that are no scenes.
pub fn find(name: &str, folders: &[PathBuf]) -> Vec<PathBuf> {
    if name.is_empty() || name.contains(['/', '\\']) || name.starts_with('.') {
        return Vec::new();
    }
    for folder in folders {
        let mut level = vec![folder.clone()];
        for _ in 0..=DEPTH {
            if let Some(found) = level.iter().map(|f| f.join(name)).find(|f| f.is_dir()) {
                return models(&found, name);
            }
            level = level.iter().flat_map(|f| entries(f)).filter(|p| p.is_dir()).collect();
        }
    }
    Vec::new()
}

fn models(folder: &Path, name: &str) -> Vec<PathBuf> {
    let stem = |p: &PathBuf| p.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
    let is_model = |p: &PathBuf| p.is_file() && p.extension().is_some_and(|e| e == "xml" || e == "urdf");
    let below = ["", "mjcf", "urdf", "robots"].iter().flat_map(|d| entries(&folder.join(d)));
    let all: Vec<PathBuf> = below.filter(|p| is_model(p) && !stem(p).contains("scene")).collect();
    // `unitree_h1/h1.xml`: the maker's name may be left out.
    let called: Vec<PathBuf> =
        all.iter().filter(|p| name == stem(p) || name.ends_with(&format!("_{}", stem(p)))).cloned().collect();
    if called.len() == 1 { called } else { all }
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let listing = std::fs::read_dir(folder).into_iter().flatten().filter_map(std::result::Result::ok);
    let mut all: Vec<PathBuf> = listing.map(|e| e.path()).collect();
    all.sort();
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_menagerie_is_searched_by_folder() {
        let top = tempfile::tempdir().expect("folder");
        for file in [
            "menagerie/unitree_h1/h1.xml",
            "menagerie/unitree_h1/scene.xml",
            "menagerie/pal_talos/a.xml",
            "menagerie/pal_talos/b.xml",
        ] {
            let path = top.path().join(file);
            std::fs::create_dir_all(path.parent().expect("parent")).expect("folder");
            std::fs::write(path, "").expect("file");
        }
        let folders = [top.path().to_path_buf()];
        assert_eq!(find("unitree_h1", &folders), [top.path().join("menagerie/unitree_h1/h1.xml")]);
        assert_eq!(find("pal_talos", &folders).len(), 2);
        assert!(find("../menagerie", &folders).is_empty() && find("nothing", &folders).is_empty());
    }
}
