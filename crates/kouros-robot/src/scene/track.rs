//! A scene in time: what stays stays, what is carried moves.
//!
//! Lives here: poses of a scene's bodies at each tick, and what is nearest to a point then. Does
//! not: how the poses came to be (`kouros-mocap` reads them).

use super::solid::{Nearest, Plane};
use super::{Scene, Solid};
use crate::robot::find;
use crate::{Error, Result};
use kouros_motion::{ObjectTrack, Pose, Vec3, list_names};

/// A scene and the poses of its bodies over the ticks of a motion.
#[derive(Debug, Clone, PartialEq)]
pub struct SceneTrack {
    scene: Scene,
    /// `world_from_body` of each body: one where it stays, one a tick where it moves.
    poses: Vec<Vec<Pose>>,
}

/// A flat piece of a scene that something rests on or is held by.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Surface {
    /// The body it belongs to; `None` for the floor.
    pub body: Option<usize>,
    /// The plane in that body's frame; the floor's in the world.
    pub plane: Plane,
}

impl SceneTrack {
    /// A scene whose movable bodies go where `objects` say; each has `ticks` poses. A scene with one
    /// movable body takes a lone object whatever the names are.
    ///
    /// # Errors
    /// An object the scene has no movable body for, or with another number of poses.
    pub fn new(scene: Scene, objects: &[ObjectTrack], ticks: usize) -> Result<Self> {
        let mut poses: Vec<Vec<Pose>> = scene.bodies.iter().map(|b| vec![b.world_from_body]).collect();
        let movable = || scene.bodies.iter().enumerate().filter(|(_, b)| b.movable);
        for object in objects {
            let lone = (objects.len() == 1 && movable().count() == 1).then(|| movable().next()).flatten().map(|(i, _)| i);
            let body = match lone {
                Some(body) => body,
                None => find("movable body", &object.name, movable().map(|(_, b)| b.name.as_str()), "the scene")
                    .map(|n| movable().nth(n).map_or(0, |(i, _)| i))?,
            };
            if object.poses.len() != ticks {
                let (expected, found) = (ticks, object.poses.len());
                return Err(Error::Scene {
                    path: object.name.clone(),
                    message: format!("expected a pose for each of the motion's {expected} ticks, found {found}"),
                });
            }
            poses[body].clone_from(&object.poses);
        }
        Ok(Self { scene, poses })
    }

    /// A level floor and nothing else.
    pub fn flat(floor: f64) -> Self {
        Self { scene: Scene::flat(floor), poses: Vec::new() }
    }

    /// The scene at rest.
    pub fn scene(&self) -> &Scene {
        &self.scene
    }

    /// `world_from_body` at a tick.
    pub fn pose(&self, body: usize, tick: usize) -> &Pose {
        let poses = &self.poses[body];
        &poses[tick.min(poses.len() - 1)]
    }

    /// Whether the body has a motion of its own.
    pub fn moves(&self, body: usize) -> bool {
        self.poses[body].len() > 1
    }

    /// The bodies that move, as tracks.
    pub fn objects(&self, rate_hz: f64) -> Vec<ObjectTrack> {
        let moving = (0..self.poses.len()).filter(|&b| self.moves(b));
        moving.map(|b| ObjectTrack { name: self.scene.bodies[b].name.clone(), rate_hz, poses: self.poses[b].clone() }).collect()
    }

    /// The names of the movable bodies without a motion, for whoever wants to say so.
    pub fn waiting(&self) -> Option<String> {
        let still = || self.scene.bodies.iter().enumerate().filter(|(i, b)| b.movable && !self.moves(*i));
        (still().count() > 0).then(|| list_names(still().map(|(_, b)| b.name.as_str())))
    }

    /// The same at every `step`-th tick.
    pub fn every(&self, step: usize) -> Self {
        let poses = self.poses.iter().map(|p| p.iter().step_by(step).copied().collect()).collect();
        Self { scene: self.scene.clone(), poses }
    }

    /// The same world lowered by `floor` and then `factor` times as large: solids, places and paths.
    pub fn scaled(&self, factor: f64, floor: f64) -> Self {
        let to = |p: &Pose| Pose::from_parts(((p.translation.vector - Vec3::z() * floor) * factor).into(), p.rotation);
        let mut scene = self.scene.clone();
        scene.floor = scene.floor.map(|f| (f - floor) * factor);
        for body in &mut scene.bodies {
            body.world_from_body = to(&body.world_from_body);
            body.solids = body.solids.iter().map(|s| s.scaled(factor)).collect();
        }
        Self { scene, poses: self.poses.iter().map(|p| p.iter().map(to).collect()).collect() }
    }

    /// Every solid of the scene, with its body.
    pub fn solids(&self) -> impl Iterator<Item = (usize, &Solid)> {
        self.scene.bodies.iter().enumerate().flat_map(|(b, body)| body.solids.iter().map(move |s| (b, s)))
    }

    /// The nearest place of the scene's solids (not of its floor) to a point in the world at a
    /// tick, with its body, or `None` where it is farther than `within` [m].
    pub fn nearest(&self, tick: usize, p: &Vec3, within: f64) -> Option<(usize, Nearest)> {
        let mut best: Option<(usize, Nearest)> = None;
        for (body, solid) in self.solids() {
            let pose = self.pose(body, tick);
            let local = pose.inverse_transform_point(&(*p).into()).coords;
            let reach = best.map_or(within, |(_, n)| n.distance);
            if let Some(found) = solid.nearest(&local, reach)
                && best.is_none_or(|(_, n)| found.distance < n.distance)
            {
                best = Some((body, Nearest { normal: pose.rotation * found.normal, ..found }));
            }
        }
        best
    }

    /// The highest surface below a point in the world at a tick that is no more than `reach` above
    /// it, bodies' sides moved out by `margin` [m]: its height and which it is. `floor` is the
    /// height of the ground where nothing else is.
    pub fn below(&self, tick: usize, p: &Vec3, reach: f64, margin: f64, floor: f64) -> (f64, Surface) {
        let mut best = (floor, Self::floor_at(floor));
        for (body, solid) in self.solids() {
            let pose = self.pose(body, tick);
            let (center, radius) = solid.bounds();
            let middle = pose.transform_point(&center.into()).coords;
            if (middle.xy() - p.xy()).norm() > radius + margin {
                continue;
            }
            let Some((z, plane)) = solid.top(pose, p.x, p.y, margin) else { continue };
            if z > best.0 && z <= p.z + reach {
                let normal = pose.rotation.inverse() * plane.normal;
                let offset = plane.offset - plane.normal.dot(&pose.translation.vector);
                best = (z, Surface { body: Some(body), plane: Plane { normal, offset } });
            }
        }
        best
    }

    /// The floor at `height` as a surface.
    pub fn floor_at(height: f64) -> Surface {
        Surface { body: None, plane: Plane { normal: Vec3::z(), offset: height } }
    }

    /// A surface's plane in the world at a tick.
    pub fn plane_at(&self, surface: &Surface, tick: usize) -> Plane {
        let Some(body) = surface.body else { return surface.plane };
        let pose = self.pose(body, tick);
        let normal = pose.rotation * surface.plane.normal;
        Plane { normal, offset: surface.plane.offset + normal.dot(&pose.translation.vector) }
    }
}
