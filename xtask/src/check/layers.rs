//! Who may depend on whom: data flows one way, and heavy dependencies stay in leaves.
//!
//! Only what a package ships with counts; a test may reach for any neighbour it likes.

use super::Finding;

/// Each package and the packages of ours it may name.
const ROOMS: [(&str, &[&str]); 14] = [
    ("kouros-motion", &[]),
    ("kouros-mocap", &["kouros-motion"]),
    ("kouros-robot", &["kouros-motion"]),
    ("kouros-retarget", &["kouros-motion", "kouros-robot"]),
    ("kouros-label", &["kouros-motion", "kouros-robot"]),
    ("kouros-dataset", &["kouros-motion"]),
    ("kouros-check", &["kouros-motion", "kouros-robot", "kouros-label", "kouros-dataset"]),
    ("kouros-fit", &["kouros-motion", "kouros-robot", "kouros-label"]),
    ("kouros-convert", &["kouros-motion", "kouros-dataset"]),
    ("kouros-view", &["kouros-motion", "kouros-robot", "kouros-dataset", "kouros-check"]),
    ("kouros-sim", &["kouros-motion", "kouros-robot"]),
    ("kouros-learn", &["kouros-sim"]),
    (
        "kouros",
        &[
            "kouros-motion",
            "kouros-mocap",
            "kouros-robot",
            "kouros-retarget",
            "kouros-label",
            "kouros-dataset",
            "kouros-check",
            "kouros-fit",
            "kouros-convert",
            "kouros-sim",
            "kouros-learn",
            "kouros-view",
        ],
    ),
    ("xtask", &[]),
];

/// Dependencies that are slow to build or tie a package to a machine, and those that may have each.
const LEAVES: [(&str, &[&str]); 8] = [
    ("ufbx", &["kouros-mocap"]),
    ("mujoco-rs", &["kouros-robot", "kouros-sim"]),
    ("parquet", &["kouros-dataset"]),
    ("arrow-array", &["kouros-dataset"]),
    ("mcap", &["kouros-convert"]),
    ("clap", &["kouros"]),
    ("indicatif", &["kouros"]),
    ("rayon", &["kouros", "kouros-sim", "kouros-learn"]),
];

/// Judges one manifest.
pub(super) fn check(path: &str, manifest: &str, findings: &mut Vec<Finding>) {
    let mut fail = |message| findings.push(Finding { fails: true, path: path.into(), message });
    let package = path.trim_end_matches("/Cargo.toml").rsplit('/').next().unwrap_or(path);
    let Some((_, allowed)) = ROOMS.iter().find(|(room, _)| *room == package) else {
        fail(format!("{package} is a new room: say whom it may depend on in xtask/src/check/layers.rs"));
        return;
    };
    for name in dependencies(manifest) {
        if name.starts_with("kouros") && !allowed.contains(&name) {
            let may = if allowed.is_empty() { "no other crate of ours".into() } else { allowed.join(", ") };
            fail(format!("{package} depends on {name}; it may depend on {may}"));
        }
        if package == "xtask" {
            fail(format!("xtask depends on {name}; it uses the standard library only"));
        }
        if let Some((_, owners)) = LEAVES.iter().find(|(leaf, owners)| *leaf == name && !owners.contains(&package)) {
            fail(format!("{package} depends on {name}, which only {} may", owners.join(", ")));
        }
    }
}

/// The names under `[dependencies]` and `[build-dependencies]`, of any target.
fn dependencies(manifest: &str) -> Vec<&str> {
    let mut names = Vec::new();
    let mut inside = false;
    for line in manifest.lines().map(str::trim) {
        if let Some(section) = line.strip_prefix('[') {
            let section = section.split(']').next().unwrap_or(section);
            // `[dependencies]`, `[target.x.dependencies]`, or one dependency as its own section.
            let (table, one) = match section.rsplit_once("dependencies.") {
                Some((before, name)) => (format!("{before}dependencies"), Some(name)),
                None => (section.to_string(), None),
            };
            let ships = table.ends_with("dependencies") && !table.ends_with("dev-dependencies");
            inside = ships && one.is_none();
            names.extend(one.filter(|_| ships));
        } else if inside && !line.starts_with('#') {
            names.extend(line.split(['.', '=', ' ']).next().filter(|name| !name.is_empty()));
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    fn messages(path: &str, manifest: &str) -> Vec<String> {
        let mut findings = Vec::new();
        check(path, manifest, &mut findings);
        findings.into_iter().map(|f| f.message).collect()
    }

    #[test]
    fn every_way_to_write_a_dependency_is_seen() {
        let manifest = "[package]\nname = \"x\"\n[dependencies]\n# note\na.workspace = true\nb = \"1\"\n\n\
                        [dev-dependencies]\nc = \"1\"\n[dependencies.d]\nversion = \"1\"\n[dev-dependencies.e]\nversion = \"1\"\n\
                        [target.'cfg(unix)'.dependencies]\nf = \"1\"\n[build-dependencies]\ng = \"1\"\n[features]\nh = []\n";
        assert_eq!(dependencies(manifest), ["a", "b", "d", "f", "g"]);
    }

    #[test]
    fn a_room_names_only_those_below_it() {
        let up = "[dependencies]\nkouros-dataset.workspace = true\n";
        assert_eq!(messages("crates/kouros/Cargo.toml", up), Vec::<String>::new());
        assert!(messages("crates/kouros-label/Cargo.toml", up)[0].contains("kouros-motion, kouros-robot"));
        assert_eq!(messages("crates/kouros-label/Cargo.toml", "[dev-dependencies]\nkouros-dataset.workspace = true\n").len(), 0);
    }

    #[test]
    fn a_leaf_stays_a_leaf_and_a_new_room_is_noticed() {
        assert!(messages("crates/kouros-label/Cargo.toml", "[dependencies]\nclap = \"4\"\n")[0].contains("only kouros may"));
        assert!(messages("crates/kouros-core/Cargo.toml", "")[0].contains("new room"));
        assert!(messages("xtask/Cargo.toml", "[dependencies]\nserde = \"1\"\n")[0].contains("standard library"));
    }
}
