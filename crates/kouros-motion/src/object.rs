//! A thing that is not the body, in the world over time: a box that is carried, a tool.
//!
//! Lives here: where it is. Does not: its shape (a scene's model says that).

use crate::{Error, Pose, Result, SampleAt, mirrored_pose, ticks_after_resampling};

/// One rigid object at a constant rate, one pose for each tick of the motion it belongs to.
#[derive(Debug, Clone, PartialEq)]
pub struct ObjectTrack {
    /// The object's name; in a scene, the body of this name is meant.
    pub name: String,
    /// Ticks a second [Hz].
    pub rate_hz: f64,
    /// `world_from_object` (T), in the same world as the body's.
    pub poses: Vec<Pose>,
}

impl ObjectTrack {
    /// The same object at `speed` times the pace, as [`crate::Motion::at_speed`].
    #[must_use]
    pub fn at_speed(&self, speed: f64) -> Self {
        Self { rate_hz: self.rate_hz * speed, ..self.clone() }
    }

    /// The object as a mirror on the plane y = 0 shows it. Its own axes are mirrored with it, so
    /// its shape is to be mirrored on its own plane y = 0; a box or a ball stays what it is.
    #[must_use]
    pub fn mirrored(&self) -> Self {
        Self { poses: self.poses.iter().map(mirrored_pose).collect(), ..self.clone() }
    }

    /// Places [m] and quaternions w x y z of `world_from_object`, the sign of each quaternion nearest
    /// to the one before (T).
    pub fn values_wxyz(&self) -> Vec<[f64; 7]> {
        let mut last: Option<nalgebra::Vector4<f64>> = None;
        let each = self.poses.iter().map(|pose| {
            let q = pose.rotation.coords;
            let q = if last.map_or(q.w, |l| l.dot(&q)) < 0.0 { -q } else { q };
            last = Some(q);
            let p = pose.translation.vector;
            [p.x, p.y, p.z, q.w, q.x, q.y, q.z]
        });
        each.collect()
    }

    /// The same object at another rate: positions linear, rotations on the sphere.
    ///
    /// # Errors
    /// The rate is not positive, or there is no tick.
    pub fn resampled(&self, rate_hz: f64) -> Result<Self> {
        if !(rate_hz.is_finite() && rate_hz > 0.0) {
            return Err(Error::Rate { found: rate_hz });
        }
        if self.poses.is_empty() {
            return Err(Error::Empty { what: "frames" });
        }
        let ticks = ticks_after_resampling(self.poses.len(), self.rate_hz, rate_hz);
        let poses = (0..ticks)
            .map(|tick| {
                let at = SampleAt::new(tick, rate_hz, self.rate_hz, self.poses.len());
                let (a, b) = (&self.poses[at.before], &self.poses[at.after]);
                let place = at.vector(&a.translation.vector, &b.translation.vector);
                Pose::from_parts(place.into(), at.rotation(&a.rotation, &b.rotation))
            })
            .collect();
        Ok(Self { name: self.name.clone(), rate_hz, poses })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Vec3;

    #[test]
    fn half_way_is_half_turned() {
        let poses = vec![Pose::identity(), Pose::new(Vec3::x(), Vec3::z())];
        let box_ = ObjectTrack { name: "box".into(), rate_hz: 10.0, poses };
        let fine = box_.resampled(20.0).expect("a rate");
        assert_eq!(fine.poses.len(), 3);
        assert!((fine.poses[1].translation.x - 0.5).abs() < 1e-12);
        assert!((fine.poses[1].rotation.angle() - 0.5).abs() < 1e-12);
    }
}
