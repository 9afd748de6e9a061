//! What lies under and around a robot: its floor at z = 0, or a scene.
//!
//! Lives here: heights and depths of points. Does not: what they mean.

use kouros_motion::Vec3;
use kouros_robot::SceneTrack;

/// A surface this much above a point may still be what it rests on [m]: twice the deepest that a
/// sole is ever seen to sink.
const ABOVE: f64 = 0.04;

/// The floor at z = 0, and what stands on it.
#[derive(Clone, Copy, Default)]
pub(crate) struct Terrain<'a> {
    scene: Option<&'a SceneTrack>,
}

impl<'a> Terrain<'a> {
    pub fn new(scene: Option<&'a SceneTrack>) -> Self {
        Self { scene: scene.filter(|s| !s.scene().bodies.is_empty()) }
    }

    /// Height of what lies below `p` [m].
    pub fn height(&self, tick: usize, p: &Vec3) -> f64 {
        self.scene.map_or(0.0, |s| s.below(tick, p, ABOVE, 0.0, 0.0).0)
    }

    /// From the surface of a ball to the floor or to the nearest thing, negative inside [m]; things
    /// farther than `within` do not count.
    pub fn gap(&self, tick: usize, center: &Vec3, radius: f64, within: f64) -> f64 {
        let floor = center.z - radius;
        let thing = self.scene.and_then(|s| s.nearest(tick, center, radius + within));
        thing.map_or(floor, |(_, near)| floor.min(near.distance - radius))
    }
}
