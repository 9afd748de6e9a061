//! From a file to a model that MuJoCo compiled, with a floating base.
//!
//! Lives here: reading MJCF and URDF through MuJoCo. Does not: what the numbers mean (`robot.rs`).

use crate::{Error, Result};
use kouros_motion::list_names;
use mujoco_rs::prelude::*;
use std::path::Path;

/// What loading may do to a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LoadOptions {
    /// Give a root body without any joint a free joint. URDF cannot say that a root floats, and
    /// MuJoCo would weld it to the world.
    pub add_free_joint: bool,
}

impl Default for LoadOptions {
    fn default() -> Self {
        Self { add_free_joint: true }
    }
}

/// A compiled model and what was done to get it.
pub(crate) struct Loaded {
    pub model: MjModel,
    pub freed_root: Option<String>,
}

/// Compiles the MJCF or URDF file at `path`.
pub(crate) fn load_model(path: &Path, options: LoadOptions) -> Result<Loaded> {
    let shown = path.display().to_string();
    let text = std::fs::read(path).map_err(|source| Error::Read { path: shown.clone(), source })?;
    if text.contains(&0) || path.to_str().is_none_or(|p| p.contains('\0')) {
        return Err(Error::Compile { path: shown, message: "expected an XML text, found a NUL byte".into() });
    }
    let compile_error = |e: &dyn std::fmt::Display| Error::Compile { path: shown.clone(), message: one_line(&e.to_string()) };
    let mut spec = MjSpec::from_xml(path).map_err(|e| compile_error(&e))?;
    // A fused root would disappear into the world before it could be freed.
    spec.compiler_mut().set_fusestatic(false);
    let mut compiled = spec.compile();
    let is_urdf = String::from_utf8_lossy(&text[..text.len().min(64 * 1024)]).contains("<robot");
    if is_urdf && compiled.as_ref().is_err_and(|e| e.to_string().contains("opening file")) {
        // URDF names meshes by package or by a path of its own; MuJoCo looks beside the file.
        spec.set_strippath(true);
        compiled = spec.compile();
        if compiled.is_err()
            && let Some(folder) = mesh_folder(path, &text)
        {
            spec.compiler_mut().set_meshdir(&folder);
            compiled = spec.compile();
        }
    }
    let model = compiled.map_err(|e| compile_error(&e))?;
    if has_free_joint(&model) {
        return Ok(Loaded { model, freed_root: None });
    }
    let roots: Vec<String> = bodies_below_world(&model);
    let root = heaviest_root(&model).filter(|_| options.add_free_joint);
    let Some(root) = root else {
        return Err(Error::FixedBase { path: shown, available: list_names(&roots) });
    };
    let body = spec.world_body_mut().child_mut(&root).ok_or_else(|| compile_error(&format!("body '{root}' has gone")))?;
    body.add_free_joint();
    let model = spec.compile().map_err(|e| compile_error(&e))?;
    Ok(Loaded { model, freed_root: Some(root) })
}

/// The folder near a URDF, relative to it, that holds the first mesh it names.
fn mesh_folder(path: &Path, text: &[u8]) -> Option<String> {
    const NEAR: [&str; 7] = [".", "meshes", "assets", "../meshes", "../assets", "../meshes/visual", "meshes/visual"];
    let text = String::from_utf8_lossy(text);
    let mesh = text.split("<mesh").nth(1)?;
    let file = mesh.split("filename").nth(1)?.split(['"', '\'']).nth(1)?;
    let (inside, name) = file.rsplit_once(['/', '\\']).unwrap_or((".", file));
    let inside = inside.strip_prefix("package://").map_or(inside, |p| p.split_once('/').map_or(".", |(_, rest)| rest));
    let folder = path.parent()?;
    let beside = [inside.to_owned(), format!("../{inside}")];
    beside.into_iter().chain(NEAR.map(str::to_owned)).find(|near| folder.join(near).join(name).is_file())
}

/// MuJoCo's messages may span lines; ours are one.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn has_free_joint(model: &MjModel) -> bool {
    model.jnt_type().contains(&MjtJoint::mjJNT_FREE)
}

fn bodies_below_world(model: &MjModel) -> Vec<String> {
    (1..model.body_mass().len())
        .filter(|&b| model.body_parentid()[b] == 0)
        .filter_map(|b| model.id_to_name(MjtObjBase::mjOBJ_BODY, b).map(str::to_owned))
        .collect()
}

/// The body below the world that carries the most mass and has no joint of its own.
fn heaviest_root(model: &MjModel) -> Option<String> {
    (1..model.body_mass().len())
        .filter(|&b| model.body_parentid()[b] == 0 && model.body_jntnum()[b] == 0)
        .max_by(|&a, &b| model.body_subtreemass()[a].total_cmp(&model.body_subtreemass()[b]))
        .and_then(|b| model.id_to_name(MjtObjBase::mjOBJ_BODY, b).map(str::to_owned))
}
