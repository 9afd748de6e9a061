//! From a file to a model that MuJoCo compiled, with a floating base.
//!
//! Lives here: reading MJCF and URDF through MuJoCo. Does not: what the numbers mean (`robot.rs`).

use crate::text::{check_mjcf, parse, read};
use crate::urdf::{MOST_MASS, is_urdf, located, read_urdf};
use crate::{Error, Result};
use kouros_motion::{Report, list_names};
use mujoco_rs::prelude::*;
use mujoco_rs::wrappers::mj_auxiliary::MjVfs;
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
pub(crate) fn load_model(path: &Path, options: LoadOptions, report: &mut Report) -> Result<Loaded> {
    let shown = path.display().to_string();
    let text = read(path)?;
    if path.to_str().is_none_or(|p| p.contains('\0')) {
        return Err(Error::Compile { path: shown, message: "expected a path in UTF-8".into() });
    }
    let document = parse(path, &text)?;
    let urdf = is_urdf(&document).then(|| read_urdf(path, &document, report)).transpose()?;
    let mut files = MjVfs::new();
    let compile_error = |e: &dyn std::fmt::Display| {
        let message = one_line(&e.to_string());
        let found = urdf.as_ref().and_then(|_| located(path, &document, &message));
        found.unwrap_or_else(|| Error::Compile { path: shown.clone(), message })
    };
    let mut spec = match &urdf {
        None => {
            check_mjcf(path)?;
            MjSpec::from_xml(path).map_err(|e| compile_error(&e))?
        }
        Some(urdf) => {
            for (name, bytes) in &urdf.meshes {
                files.add_from_buffer(name, bytes).map_err(|e| compile_error(&e))?;
            }
            MjSpec::from_xml_string(&urdf.text).map_err(|e| compile_error(&e))?
        }
    };
    // A fused root would disappear into the world before it could be freed.
    spec.compiler_mut().set_fusestatic(false);
    let mut compiled = spec.compile_with_vfs(&files);
    if urdf.is_some()
        && let Some(mended) = mend(&mut spec, &compiled)
    {
        report.inferred("inertia", mended);
        compiled = spec.compile_with_vfs(&files);
    }
    let model = compiled.map_err(|e| compile_error(&e))?;
    check_masses(&model, &shown)?;
    say_loops(&model, report);
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
    let model = spec.compile_with_vfs(&files).map_err(|e| compile_error(&e))?;
    Ok(Loaded { model, freed_root: Some(root) })
}

/// Compiles an MJCF text of ours; `path` is for messages.
pub(crate) fn compile_text(path: &Path, text: &str) -> Result<MjModel> {
    MjModel::from_xml_string(text)
        .map_err(|e| Error::Compile { path: path.display().to_string(), message: one_line(&e.to_string()) })
}

/// URDFs state inertias that no body has, and moving links without any. Where MuJoCo refuses one,
/// all are brought to what a body can have, and that is said.
fn mend(spec: &mut MjSpec, compiled: &std::result::Result<MjModel, MjEditError>) -> Option<String> {
    /// The least mass [kg] and moment of inertia [kg m²] of a moving link that states none.
    const LEAST: (f64, f64) = (1e-3, 1e-6);
    let message = one_line(&compiled.as_ref().err()?.to_string());
    let lower = message.to_ascii_lowercase();
    if !lower.contains("inertia") && !lower.contains("mass") {
        return None;
    }
    spec.compiler_mut().set_balanceinertia(true);
    spec.compiler_mut().set_boundmass(LEAST.0);
    spec.compiler_mut().set_boundinertia(LEAST.1);
    Some(format!(
        "a link has no inertia that a body can have ({message}); such are balanced, and links without mass get {} kg",
        LEAST.0
    ))
}

/// Masses and inertias that no humanoid's body has.
fn check_masses(model: &MjModel, path: &str) -> Result<()> {
    /// No part of a humanoid turns like a point mass farther from its centre than this [m].
    const FARTHEST: f64 = 3.0;
    for b in 1..model.body_mass().len() {
        let (mass, inertia) = (model.body_mass()[b], model.body_inertia()[b]);
        let most = inertia.iter().fold(0.0, |m: f64, v| m.max(*v));
        let light = mass.is_finite() && (0.0..=MOST_MASS).contains(&mass);
        if !light || !most.is_finite() || most > mass.max(1.0) * FARTHEST * FARTHEST {
            let name = model.id_to_name(MjtObjBase::mjOBJ_BODY, b).unwrap_or_default();
            let message = format!("body '{name}' has {mass} kg and {most} kg m²: no part of a humanoid has");
            return Err(Error::Compile { path: path.into(), message });
        }
    }
    Ok(())
}

/// Loops and couplings the kinematics does not hold are named.
fn say_loops(model: &MjModel, report: &mut Report) {
    let (mut loops, mut couplings) = (0, 0);
    for kind in model.eq_type() {
        match kind {
            MjtEq::mjEQ_CONNECT | MjtEq::mjEQ_WELD => loops += 1,
            MjtEq::mjEQ_JOINT => couplings += 1,
            _ => {}
        }
    }
    if loops > 0 {
        let message = format!("{loops} loops are closed by constraints that are not held here: their joints move on their own");
        report.inferred("closed-chains", message);
    }
    if couplings > 0 {
        report.inferred("mimic", format!("{couplings} couplings between joints are not held here: each is a joint of its own"));
    }
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
