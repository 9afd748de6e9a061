//! Which robot, and exactly which one: its files' hash goes into what is made with it.
//!
//! Lives here: the flags, loading, and the identity of a model. Does not: what a robot is
//! (`kouros-robot`).

use crate::assets::{HOME, assets};
use crate::exit::{Failure, Result};
use crate::hashes::{sha256, sha256_of_all};
use crate::model_caches;
use kouros_motion::{Report, list_names};
use kouros_robot::{BodyPlan, LoadOptions, Robot, RobotSettings, known_plans, known_robots, load_robot, named_meshes};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Flags about the robot, beside its name.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(next_help_heading = "Robot")]
pub struct RobotArgs {
    /// Settings (TOML) beside the model: speeds, gains, rest pose, names of parts
    #[arg(long, value_name = "FILE")]
    pub robot_settings: Option<PathBuf>,
    /// Leave a root without a joint fixed to the world, instead of letting it float
    #[arg(long)]
    pub weld_root: bool,
}

/// A robot and what it was made from.
#[derive(Debug)]
pub struct Chosen {
    pub robot: Robot,
    /// The model's file; for a plan that comes with Kouros the name of its model.
    pub model: PathBuf,
    /// The model's text where it is made from a plan.
    pub made: Option<String>,
    /// SHA-256 of the model's file and of every file it names.
    pub model_sha256: String,
    /// How many files that are.
    pub model_files: usize,
    /// SHA-256 of model, settings and loading options together.
    pub sha256: String,
    /// What loading inferred.
    pub report: Report,
}

/// Loads the robot `name`: a known name, or the path of a model or a body plan.
pub fn choose(name: &str, args: &RobotArgs) -> Result<Chosen> {
    let assets = assets();
    let known = known_robots().map_err(Failure::internal)?;
    let found = known.iter().find(|r| answers(r, name));
    let (settings_text, settings) = match &args.robot_settings {
        None => (String::new(), None),
        Some(path) => {
            let shown = path.display().to_string();
            let text = fs::read_to_string(path).map_err(|e| Failure::new(format!("cannot read {shown}: {e}")))?;
            let settings = RobotSettings::parse(&shown, &text).map_err(Failure::new)?;
            (text, Some(settings))
        }
    };
    let plan = plan(name)?;
    let model = match (&plan, found) {
        (Some(plan), _) => PathBuf::from(format!("{}.xml", plan.name)),
        (None, Some(r)) => assets.folder.join(r.model.as_deref().unwrap_or_default()),
        (None, None) => cached(name)?.unwrap_or_else(|| PathBuf::from(name)),
    };
    let path = model.to_string_lossy().into_owned();
    let named = if found.is_some() { name } else { path.as_str() };
    if found.is_some() && !model.is_file() {
        let hint = format!("`kouros robots fetch {name}` gets it, or set {HOME} to a folder that has it");
        return Err(Failure::new(format!("robot '{name}': no model at {}", model.display())).hint(hint));
    }
    let mut report = Report::new();
    let options = LoadOptions { add_free_joint: !args.weld_root };
    let loaded = match &plan {
        Some(plan) => Robot::of_plan(plan, &settings.clone().unwrap_or_default(), &mut report),
        None => load_robot(named, settings.as_ref(), &assets.folder, options, &mut report),
    };
    let robot = loaded.map_err(|e| with_hint(named, &e))?;
    let made = plan.as_ref().map(BodyPlan::mjcf);
    let files = match &made {
        Some(text) => BTreeMap::from([(path.clone(), sha256(text.as_bytes()))]),
        None => model_files(&model),
    };
    let each: Vec<String> = files.iter().map(|(name, hash)| format!("{name} {hash}")).collect();
    let model_sha256 = sha256_of_all(&each.iter().map(String::as_str).collect::<Vec<_>>());
    // A known robot's own settings are part of the program, whose version is in the key.
    let known_settings = found.map(|r| format!("{r:?}")).unwrap_or_default();
    let welded = if args.weld_root { "welded" } else { "free" };
    let sha256 = sha256_of_all(&[&model_sha256, &settings_text, &known_settings, welded]);
    Ok(Chosen { robot, model, made, model_sha256, model_files: files.len(), sha256, report })
}

/// The body plan of this name, or in the TOML file of this path.
fn plan(name: &str) -> Result<Option<BodyPlan>> {
    let known = known_plans().map_err(Failure::internal)?.into_iter().find(|p| p.answers(name));
    let path = Path::new(name);
    if known.is_some() || !path.extension().is_some_and(|e| e.eq_ignore_ascii_case("toml")) {
        return Ok(known);
    }
    let text = fs::read_to_string(path).map_err(|e| Failure::new(format!("cannot read {name}: {e}")))?;
    BodyPlan::parse(name, &text).map(Some).map_err(Failure::new)
}

/// A model of this name in the caches of other tools, where `name` is no file itself.
fn cached(name: &str) -> Result<Option<PathBuf>> {
    if Path::new(name).exists() {
        return Ok(None);
    }
    let mut found = model_caches::find(name, &model_caches::folders());
    if found.len() > 1 {
        let all: Vec<String> = found.iter().map(|p| p.display().to_string()).collect();
        return Err(Failure::new(format!(
            "'{name}' is a folder with several models: {}; give the path of one",
            list_names(&all)
        )));
    }
    Ok(found.pop())
}

/// Whether a file of this name is a robot's model or body plan, and no clip.
pub fn is_model(path: &Path) -> bool {
    path.extension().is_some_and(|e| ["xml", "mjcf", "urdf", "toml"].iter().any(|x| e.eq_ignore_ascii_case(x)))
}

/// Whether a robot of this name can be looked up: it is known, or in another tool's cache.
pub fn is_named(name: &str) -> bool {
    is_known(name) || !model_caches::find(name, &model_caches::folders()).is_empty()
}

fn with_hint(name: &str, error: &kouros_robot::Error) -> Failure {
    use kouros_robot::Error as E;
    let failure = Failure::new(error);
    match error {
        E::UnknownRobot { .. } if Path::new(name).components().count() > 1 => Failure::new(format!("no file {name}")),
        E::UnknownRobot { .. } => failure.hint("`kouros robots` lists the known ones"),
        E::FixedBase { .. } => failure.hint("without --weld-root, a root that has no joint is given a free one"),
        E::Missing { .. } => {
            failure.hint("--robot-settings FILE names feet, hands, trunk and head where the tree does not show them")
        }
        _ => failure,
    }
}

/// The model's file and every file that it or its includes name, with their hashes, by path below
/// the model's folder. Files that are named and not there are left out: MuJoCo has compiled the
/// model, so it does not need them.
fn model_files(model: &Path) -> BTreeMap<String, String> {
    let folder = model.parent().unwrap_or(Path::new(""));
    let top = model.canonicalize().ok().and_then(|m| m.parent().map(Path::to_path_buf)).unwrap_or_default();
    let above = top.ancestors().nth(2).unwrap_or(&top);
    let mut out = BTreeMap::new();
    let mut open = vec![model.to_path_buf()];
    while let Some(path) = open.pop() {
        let whole = path.canonicalize().unwrap_or_else(|_| path.clone());
        let name = match (whole.strip_prefix(&top), whole.strip_prefix(above)) {
            (Ok(inside), _) => inside.display().to_string(),
            (_, Ok(beside)) => format!("../../{}", beside.display()),
            _ => path.display().to_string(),
        };
        if out.contains_key(&name) {
            continue;
        }
        let Ok(bytes) = fs::read(&path) else { continue };
        out.insert(name, sha256(&bytes));
        let text_of_a_model = path.extension().is_some_and(|e| ["xml", "urdf", "mjcf"].iter().any(|x| e.eq_ignore_ascii_case(x)));
        if let Some(text) = text_of_a_model.then(|| String::from_utf8_lossy(&bytes).into_owned()) {
            open.extend(named_files(&text, folder));
            open.extend(named_meshes(&path));
        }
    }
    out
}

/// The files that a model's text names and that are there: as they stand, below the folders that
/// the compiler element names, or in the folders that URDF's packages usually have.
fn named_files(text: &str, folder: &Path) -> Vec<PathBuf> {
    let values = |attribute: &str| {
        let start = format!("{attribute}=");
        let all = text.split(&start).skip(1).filter_map(|rest| rest.split(['"', '\'']).nth(1).map(str::to_owned));
        all.collect::<Vec<String>>()
    };
    let mut below: Vec<String> = ["", "meshes", "assets", "..", "../meshes", "../assets"].map(str::to_owned).to_vec();
    for attribute in ["meshdir", "assetdir", "texturedir"] {
        below.extend(values(attribute));
    }
    let mut out = Vec::new();
    for file in values("file").into_iter().chain(values("filename")) {
        let plain = file.strip_prefix("package://").and_then(|f| f.split_once('/')).map_or(file.as_str(), |(_, f)| f);
        if let Some(found) = below.iter().map(|b| folder.join(b).join(plain)).find(|p| p.is_file()) {
            out.push(found);
        }
    }
    out
}

/// Whether a known robot answers to this name.
pub fn is_known(name: &str) -> bool {
    known_robots().unwrap_or_default().iter().any(|r| answers(r, name))
        || known_plans().unwrap_or_default().iter().any(|p| p.answers(name))
}

/// Whether a robot answers to this name.
pub fn answers(robot: &RobotSettings, name: &str) -> bool {
    robot.name.as_deref() == Some(name) || robot.aliases.iter().any(|a| a == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_is_all_its_files() {
        let top = tempfile::tempdir().expect("folder");
        let write = |name: &str, text: &str| {
            let path = top.path().join(name);
            fs::create_dir_all(path.parent().expect("parent")).expect("folder");
            fs::write(path, text).expect("write");
        };
        write("m/robot.xml", "<compiler meshdir='a'/><include file=\"more.xml\"/><mesh file=\"x.stl\"/><mesh file='gone.stl'/>");
        write("m/more.xml", "<mesh file='y.stl'/><include file='robot.xml'/>");
        write("m/a/x.stl", "x");
        write("m/meshes/y.stl", "y");
        let files = model_files(&top.path().join("m/robot.xml"));
        assert_eq!(files.keys().map(String::as_str).collect::<Vec<_>>(), ["a/x.stl", "meshes/y.stl", "more.xml", "robot.xml"]);
    }
}
