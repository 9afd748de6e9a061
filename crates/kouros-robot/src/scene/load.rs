//! A scene from an MJCF (or URDF) file, compiled by MuJoCo.
//!
//! Lives here: which geoms become which solids. Does not: the solids' geometry (`solid.rs`).

use super::solid::Solid;
use super::{Scene, SceneBody};
use crate::{Error, Result};
use kouros_motion::{Pose, Report, Rot, Vec3, list_names};
use mujoco_rs::prelude::*;
use std::path::Path;

/// Sides of the prism that stands for a cylinder.
const CYLINDER_SIDES: usize = 24;
/// A floor may lean this much and still be one [rad]; beyond, it is a slope and must be a box.
const LEVEL: f64 = 1e-3;
/// The most corners of a mesh's hull: scanned things have thousands, and say no more with them. A
/// carton of 0.5 m keeps its shape within a millimetre or two.
const MOST_CORNERS: i32 = 64;
/// The most triangles of one solid; twice the corners is what a hull can have.
const MOST_FACES: usize = 1000;

/// Reads the scene at `path`.
pub(super) fn load(path: &Path, report: &mut Report) -> Result<Scene> {
    let shown = path.display().to_string();
    let model = compile(path, &shown)?;
    let count = model.body_parentid().len();
    let bad = |message: String| Error::Scene { path: shown.clone(), message };
    let mut world_from_body = vec![Pose::identity(); count];
    // The body of the scene that each of MuJoCo's belongs to: itself where it hangs in the world.
    let mut root = vec![0; count];
    for b in 1..count {
        let parent = usize::try_from(model.body_parentid()[b]).unwrap_or(0);
        world_from_body[b] = world_from_body[parent] * pose(model.body_pos()[b], model.body_quat()[b]);
        root[b] = if parent == 0 { b } else { root[parent] };
    }
    let mut scene = Scene { floor: None, bodies: Vec::new() };
    for b in 0..count {
        if root[b] != b {
            continue;
        }
        let name = model.id_to_name(MjtObjBase::mjOBJ_BODY, b).unwrap_or_default();
        let name = if b == 0 {
            "world".to_owned()
        } else if name.is_empty() {
            format!("body {b}")
        } else {
            name.to_owned()
        };
        let has_free = (0..model.jnt_type().len())
            .any(|j| usize::try_from(model.jnt_bodyid()[j]) == Ok(b) && model.jnt_type()[j] == MjtJoint::mjJNT_FREE);
        let movable = has_free || model.body_mocapid()[b] >= 0;
        let mut solids = Vec::new();
        for g in 0..model.geom_bodyid().len() {
            let Some(owner) = usize::try_from(model.geom_bodyid()[g]).ok().filter(|o| root.get(*o) == Some(&b)) else { continue };
            if model.geom_contype()[g] == 0 && model.geom_conaffinity()[g] == 0 {
                continue;
            }
            let body_from_geom =
                world_from_body[b].inverse() * world_from_body[owner] * pose(model.geom_pos()[g], model.geom_quat()[g]);
            if model.geom_type()[g] == MjtGeomBase::mjGEOM_PLANE {
                if movable {
                    return Err(bad(format!("body '{name}' carries a plane: expected a floor that stays")));
                }
                let world = world_from_body[b] * body_from_geom;
                if (world.rotation * Vec3::z()).angle(&Vec3::z()) > LEVEL {
                    return Err(bad("a plane that is not level: expected a level floor; make slopes of boxes".into()));
                }
                scene.floor = Some(scene.floor.map_or(world.translation.z, |f: f64| f.max(world.translation.z)));
                continue;
            }
            let solid = solid_of(&model, g).map_err(|what| bad(format!("body '{name}': {what}")))?;
            solids.push(solid.moved(&body_from_geom));
        }
        if solids.is_empty() {
            continue;
        }
        if scene.bodies.iter().any(|s| s.name == name) {
            return Err(bad(format!("two bodies are called '{name}'")));
        }
        scene.bodies.push(SceneBody { name, solids, movable, world_from_body: world_from_body[b] });
    }
    let turning: Vec<&str> = (0..model.jnt_type().len())
        .filter(|&j| model.jnt_type()[j] != MjtJoint::mjJNT_FREE)
        .map(|j| model.id_to_name(MjtObjBase::mjOBJ_JOINT, j).unwrap_or("without a name"))
        .collect();
    if !turning.is_empty() {
        report.warn("scene", format!("{shown}: joints are held as they stand in the file: {}", list_names(turning)));
    }
    if scene.bodies.is_empty() {
        return Err(bad("nothing in it collides: expected at least one box, mesh or other solid".into()));
    }
    Ok(scene)
}

fn compile(path: &Path, shown: &str) -> Result<MjModel> {
    let text = std::fs::read(path).map_err(|source| Error::Read { path: shown.into(), source })?;
    if text.contains(&0) {
        return Err(Error::Compile { path: shown.into(), message: "expected an XML text, found a NUL byte".into() });
    }
    let compiled = MjSpec::from_xml(path).and_then(|mut spec| {
        // A static body fused into the world would lose its name.
        spec.compiler_mut().set_fusestatic(false);
        for mesh in spec.mesh_iter_mut() {
            mesh.set_maxhullvert(MOST_CORNERS);
        }
        spec.compile()
    });
    let one_line = |text: String| text.split_whitespace().collect::<Vec<_>>().join(" ");
    compiled.map_err(|e| Error::Compile { path: shown.into(), message: one_line(e.to_string()) })
}

fn pose([x, y, z]: [f64; 3], [w, i, j, k]: [f64; 4]) -> Pose {
    Pose::from_parts(Vec3::new(x, y, z).into(), Rot::from_quaternion(nalgebra::Quaternion::new(w, i, j, k)))
}

/// The solid of one geom in its own frame, or what is wrong with it.
fn solid_of(model: &MjModel, g: usize) -> std::result::Result<Solid, String> {
    let [x, y, z] = model.geom_size()[g];
    let solid = match model.geom_type()[g] {
        MjtGeomBase::mjGEOM_BOX => Solid::cuboid(Vec3::new(x, y, z)),
        MjtGeomBase::mjGEOM_SPHERE => Solid::new(vec![Vec3::zeros()], vec![], x),
        MjtGeomBase::mjGEOM_CAPSULE => Solid::new(vec![Vec3::z() * -y, Vec3::z() * y], vec![], x),
        MjtGeomBase::mjGEOM_CYLINDER => Solid::prism(x, y, CYLINDER_SIDES),
        MjtGeomBase::mjGEOM_MESH => hull(model, g),
        _ => return Err("expected boxes, spheres, capsules, cylinders and meshes, found another kind of geom".into()),
    };
    solid.ok_or_else(|| "a geom without volume".into())
}

/// MuJoCo's convex hull of a mesh, the shape it collides as. The layout of `mesh_graph` is that of
/// MuJoCo's model reference: vertex count, face count, edge addresses and vertex numbers (one a
/// vertex each), edges (a vertex and three a face), vertex numbers of the faces.
fn hull(model: &MjModel, g: usize) -> Option<Solid> {
    let mesh = usize::try_from(model.geom_dataid()[g]).ok()?;
    let vertices = crate::shape::mesh_vertices(model, mesh);
    let graph = model.mesh_graph().get(usize::try_from(*model.mesh_graphadr().get(mesh)?).ok()?..)?;
    let number = |i: usize| graph.get(i).and_then(|v| usize::try_from(*v).ok());
    let (corners, faces) = (number(0)?, number(1)?);
    if faces > MOST_FACES || corners > vertices.len() {
        return None;
    }
    let numbers: Option<Vec<usize>> = (0..corners).map(|i| number(2 + corners + i)).collect();
    let numbers = numbers?;
    let points: Option<Vec<Vec3>> = numbers.iter().map(|&n| vertices.get(n).copied()).collect();
    let first = 2 + 2 * corners + corners + 3 * faces;
    let local = |n: usize| numbers.iter().position(|&m| m == n);
    let triangles: Option<Vec<[usize; 3]>> = (0..faces)
        .map(|f| {
            let at = |k: usize| number(first + 3 * f + k).and_then(local);
            Some([at(0)?, at(1)?, at(2)?])
        })
        .collect();
    Solid::new(points?, triangles?, 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SceneTrack;
    use kouros_motion::ObjectTrack;

    fn scene(xml: &str) -> Result<Scene> {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("scene.xml");
        std::fs::write(&path, xml).expect("a file");
        Scene::load(&path, &mut Report::new())
    }

    #[test]
    fn boxes_meshes_and_what_moves() {
        let found = scene(
            r#"<mujoco><asset><mesh name="wedge" vertex="0 0 0  1 0 0  0 1 0  1 1 0  0 0 0.5  0 1 0.5  0.2 0.2 0.1"/></asset>
            <worldbody><geom type="plane" size="5 5 .1" pos="0 0 0.1"/><geom name="step" type="box" size="1 1 .1" pos="2 0 .2"/>
            <body name="ramp" pos="0 3 0"><geom type="mesh" mesh="wedge"/></body>
            <body name="box" pos="0 0 1"><freejoint/><geom type="box" size=".1 .1 .1" mass="1"/>
              <body pos="0 0 .2"><geom type="sphere" size=".1" mass="1"/></body></body></worldbody></mujoco>"#,
        )
        .expect("a scene");
        assert_eq!(found.floor, Some(0.1));
        let names: Vec<(&str, bool, usize)> = found.bodies.iter().map(|b| (b.name.as_str(), b.movable, b.solids.len())).collect();
        assert_eq!(names, [("world", false, 1), ("ramp", false, 1), ("box", true, 2)]);
        // The point inside the wedge is no corner of its hull.
        assert_eq!(found.bodies[1].solids[0].points().len(), 6);
        let object = ObjectTrack { name: "anything".into(), rate_hz: 10.0, poses: vec![Pose::translation(0.0, 0.0, 2.0); 2] };
        let track = SceneTrack::new(found, &[object], 2).expect("one movable body, one object");
        let at = |x: f64, y: f64, z: f64| track.nearest(0, &Vec3::new(x, y, z), 0.5).expect("near");
        let (body, on_step) = at(2.3, 0.0, 0.5);
        assert!(body == 0 && (on_step.distance - 0.2).abs() < 1e-9 && (on_step.normal - Vec3::z()).norm() < 1e-9);
        let (body, on_ball) = at(0.0, 0.0, 2.5);
        assert!(body == 2 && (on_ball.distance - 0.2).abs() < 1e-9, "{on_ball:?}");
        let (z, surface) = track.below(0, &Vec3::new(2.9, 0.0, 0.4), 0.1, 0.0, 0.1);
        assert!((z - 0.3).abs() < 1e-9 && surface.body == Some(0));
        assert!((track.below(0, &Vec3::new(3.1, 0.0, 0.4), 0.1, 0.0, 0.1).0 - 0.1).abs() < 1e-12);
        // At half the size and lowered by its floor, everything is where it should be.
        let half = track.scaled(0.5, 0.1);
        assert!((half.below(0, &Vec3::new(1.4, 0.0, 0.2), 0.1, 0.0, 0.0).0 - 0.1).abs() < 1e-9);
        assert!((half.pose(2, 1).translation.z - 0.95).abs() < 1e-12);
    }

    #[test]
    fn bad_scenes_say_what_is_wrong() {
        let said = |xml: &str| scene(xml).expect_err("bad").to_string();
        assert!(said("<mujoco/>").contains("nothing in it collides"));
        assert!(said("<mujoco").contains("MuJoCo"));
        let slope = r#"<mujoco><worldbody><geom type="plane" size="1 1 1" euler="10 0 0"/></worldbody></mujoco>"#;
        assert!(said(slope).contains("not level"));
        assert!(Scene::load(Path::new("nowhere.xml"), &mut Report::new()).is_err());
    }
}
