//! What stands around a body: a floor, boxes, stairs, things that are carried.
//!
//! Lives here: the solids of a scene, where they are over time, and how far points are from them.
//! Does not: what a body does with them (`kouros-label`, `kouros-retarget`).

mod load;
mod mjcf;
mod solid;
mod touch;
mod track;

pub use mjcf::scene_mjcf;
pub use solid::{Nearest, Plane, Solid};
pub use touch::{Around, Touch};
pub use track::{SceneTrack, Surface};

use crate::Result;
use kouros_motion::{Pose, Report};
use std::path::Path;

/// A rigid thing made of convex solids.
#[derive(Debug, Clone, PartialEq)]
pub struct SceneBody {
    /// Its name, unique in the scene; what the file puts into the world itself is `world`.
    pub name: String,
    /// In the body's frame.
    pub solids: Vec<Solid>,
    /// Whether it has a free joint, or is a mocap body: it may have a motion of its own.
    pub movable: bool,
    /// Where it stands in the file.
    pub world_from_body: Pose,
}

/// Everything around a body, at rest.
#[derive(Debug, Clone, PartialEq)]
pub struct Scene {
    /// Height of the floor [m], where the scene has one.
    pub floor: Option<f64>,
    /// Whatever is not the floor.
    pub bodies: Vec<SceneBody>,
}

impl Scene {
    /// A level floor and nothing else.
    pub fn flat(floor: f64) -> Self {
        Self { floor: Some(floor), bodies: Vec::new() }
    }

    /// As a mirror on the plane y = 0 shows it.
    pub fn mirrored(&self) -> Self {
        let body = |b: &SceneBody| SceneBody {
            name: b.name.clone(),
            solids: b.solids.iter().map(Solid::mirrored).collect(),
            movable: b.movable,
            world_from_body: kouros_motion::mirrored_pose(&b.world_from_body),
        };
        Self { floor: self.floor, bodies: self.bodies.iter().map(body).collect() }
    }

    /// Reads a scene from an MJCF or URDF file through MuJoCo: level planes are the floor; boxes,
    /// spheres, capsules, cylinders and the convex hulls of meshes are solids, as far as they
    /// collide. Bodies below another are part of it; hinges and slides stay as they stand.
    ///
    /// # Errors
    /// A file that cannot be read or compiled, a geom of another kind (height fields), a plane that
    /// is not level, nothing that collides.
    pub fn load(path: &Path, report: &mut Report) -> Result<Self> {
        load::load(path, report)
    }
}
