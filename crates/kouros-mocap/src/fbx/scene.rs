//! The file as a scene, and what it states of its world.

use crate::Up;
use crate::error::{Error, Result};
use crate::recording::MAX_DEPTH;
use kouros_motion::{Report, Rot, Vec3};
use ufbx::{CoordinateAxis, FileFormat, LoadOpts, SceneRoot};

/// Memory that reading may take for what it keeps, and as much for what it drops again: a free part, and a
/// multiple of the file [bytes]. CMU's walks (0.3 to 1.7 MB) take 10 to 12 times their size in all.
const FREE: usize = 64 << 20;
const TIMES: usize = 32;
/// The deepest that a node may hang below others.
const DEPTH: u32 = MAX_DEPTH as u32;

/// Reads the bytes within the limits.
pub(super) fn load(file: &str, bytes: &[u8]) -> Result<SceneRoot> {
    let limit = FREE.saturating_add(bytes.len().saturating_mul(TIMES));
    let mut options = LoadOpts {
        // No meshes, no embedded pictures; other files are never opened; FBX alone, not what else is known.
        ignore_geometry: true,
        ignore_embedded: true,
        load_external_files: false,
        node_depth_limit: DEPTH,
        file_format: FileFormat::Fbx,
        ..LoadOpts::default()
    };
    options.temp_allocator.memory_limit = limit;
    options.result_allocator.memory_limit = limit;
    ufbx::load_memory(bytes, options).map_err(|e| Error::Place {
        file: file.to_owned(),
        place: "FBX".into(),
        expected: "a whole, well-formed file".into(),
        found: format!("'{}' ({:?})", &*e.description, e.type_),
    })
}

/// What the file states of its world.
#[derive(Debug, Clone, Copy)]
pub(super) struct World {
    /// The axis that points up.
    pub up: Option<Up>,
    /// Metres a unit.
    pub unit_m: Option<f64>,
    /// Whether its axes are left-handed, so that everything is mirrored across x as it is read.
    pub mirrored: bool,
}

impl World {
    /// As the file's settings have it.
    pub fn of(scene: &ufbx::Scene, report: &mut Report) -> Self {
        let axes = &scene.settings.axes;
        let (right, up, front) = (axis(axes.right), axis(axes.up), axis(axes.front));
        let mirrored = match (right, up, front) {
            (Some(r), Some(u), Some(f)) => r.cross(&u).dot(&f) < 0.0,
            _ => false,
        };
        if mirrored {
            report.inferred("handedness", "the file states left-handed axes; places and turns were mirrored across x");
        }
        let unit = scene.settings.unit_meters;
        Self { up: up_of(axes.up), unit_m: Some(unit).filter(|u| u.is_finite() && *u > 0.0), mirrored }
    }

    /// A place and a turn, right-handed.
    pub fn right_handed(&self, place: Vec3, turn: Rot) -> (Vec3, Rot) {
        if !self.mirrored {
            return (place, turn);
        }
        let q = nalgebra::Quaternion::new(turn.w, turn.i, -turn.j, -turn.k);
        (Vec3::new(-place.x, place.y, place.z), Rot::new_unchecked(q))
    }
}

fn axis(a: CoordinateAxis) -> Option<Vec3> {
    Some(match a {
        CoordinateAxis::PositiveX => Vec3::x(),
        CoordinateAxis::NegativeX => -Vec3::x(),
        CoordinateAxis::PositiveY => Vec3::y(),
        CoordinateAxis::NegativeY => -Vec3::y(),
        CoordinateAxis::PositiveZ => Vec3::z(),
        CoordinateAxis::NegativeZ => -Vec3::z(),
        CoordinateAxis::Unknown => return None,
    })
}

fn up_of(a: CoordinateAxis) -> Option<Up> {
    Some(match a {
        CoordinateAxis::PositiveX => Up::X,
        CoordinateAxis::NegativeX => Up::NegX,
        CoordinateAxis::PositiveY => Up::Y,
        CoordinateAxis::NegativeY => Up::NegY,
        CoordinateAxis::PositiveZ => Up::Z,
        CoordinateAxis::NegativeZ => Up::NegZ,
        CoordinateAxis::Unknown => return None,
    })
}
