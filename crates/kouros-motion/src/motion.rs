//! One clip of a skeleton: joint rotations over time.

use crate::{BodyTrack, Error, Result, Rot, SampleAt, Skeleton, Vec3, mirrored_point, mirrored_rotation, ticks_after_resampling};
use std::sync::Arc;

/// A skeleton moving at a constant rate; T ticks, J joints, arrays flattened tick by tick.
#[derive(Debug, Clone)]
pub struct Motion {
    skeleton: Arc<Skeleton>,
    rate_hz: f64,
    local_rotation: Vec<Rot>,
    local_translation: Vec<Vec3>,
}

impl Motion {
    /// A motion from its joints' rotations (`parent_from_joint`, T x J) and translations in the
    /// parent's axes (T x J) [m]; a joint that does not translate repeats its rest offset, a root
    /// gives its place in the world.
    ///
    /// # Errors
    /// No tick, arrays of the wrong length, a rate that is not positive, a value that is not finite.
    pub fn new(skeleton: Arc<Skeleton>, rate_hz: f64, local_rotation: Vec<Rot>, local_translation: Vec<Vec3>) -> Result<Self> {
        let joints = skeleton.len();
        if !(rate_hz.is_finite() && rate_hz > 0.0) {
            return Err(Error::Rate { found: rate_hz });
        }
        if local_rotation.is_empty() {
            return Err(Error::Empty { what: "frames" });
        }
        if !local_rotation.len().is_multiple_of(joints) {
            return Err(Error::Shape { what: "joint rotations", expected: joints, found: local_rotation.len() });
        }
        if local_translation.len() != local_rotation.len() {
            return Err(Error::Shape {
                what: "joint translations",
                expected: local_rotation.len(),
                found: local_translation.len(),
            });
        }
        for (i, (r, p)) in local_rotation.iter().zip(&local_translation).enumerate() {
            if let Some(value) = r.coords.iter().chain(p.iter()).find(|v| !v.is_finite()) {
                let what = format!("joint '{}'", skeleton.joints()[i % joints].name);
                return Err(Error::NotFinite { what, tick: i / joints, value: *value });
            }
        }
        Ok(Self { skeleton, rate_hz, local_rotation, local_translation })
    }

    /// The joint tree.
    pub fn skeleton(&self) -> &Arc<Skeleton> {
        &self.skeleton
    }

    /// Ticks a second [Hz].
    pub fn rate_hz(&self) -> f64 {
        self.rate_hz
    }

    /// The number of ticks T, at least one.
    pub fn ticks(&self) -> usize {
        self.local_rotation.len() / self.skeleton.len()
    }

    /// `parent_from_joint` of one joint at one tick.
    pub fn local_rotation(&self, tick: usize, joint: usize) -> Rot {
        self.local_rotation[tick * self.skeleton.len() + joint]
    }

    /// Position of one joint in its parent's axes at one tick [m].
    pub fn local_translation(&self, tick: usize, joint: usize) -> Vec3 {
        self.local_translation[tick * self.skeleton.len() + joint]
    }

    /// The ticks `range` alone, at the same rate.
    ///
    /// # Errors
    /// The range is empty.
    pub fn slice(&self, range: std::ops::Range<usize>) -> Result<Self> {
        let j = self.skeleton.len();
        let (from, to) = (range.start.min(self.ticks()) * j, range.end.min(self.ticks()) * j);
        if from >= to {
            return Err(Error::Empty { what: "frames" });
        }
        Ok(Self {
            skeleton: self.skeleton.clone(),
            rate_hz: self.rate_hz,
            local_rotation: self.local_rotation[from..to].to_vec(),
            local_translation: self.local_translation[from..to].to_vec(),
        })
    }

    /// The same motion at another rate: translations linear, rotations on the sphere; the first
    /// tick stays, and the last is the last whole tick inside the clip.
    ///
    /// # Errors
    /// The rate is not positive.
    pub fn resampled(&self, rate_hz: f64) -> Result<Self> {
        if !(rate_hz.is_finite() && rate_hz > 0.0) {
            return Err(Error::Rate { found: rate_hz });
        }
        if rate_hz == self.rate_hz {
            return Ok(self.clone());
        }
        let j = self.skeleton.len();
        let ticks = ticks_after_resampling(self.ticks(), self.rate_hz, rate_hz);
        let mut rotation = Vec::with_capacity(ticks * j);
        let mut translation = Vec::with_capacity(ticks * j);
        for tick in 0..ticks {
            let at = SampleAt::new(tick, rate_hz, self.rate_hz, self.ticks());
            for joint in 0..j {
                let (a, b) = (at.before * j + joint, at.after * j + joint);
                rotation.push(at.rotation(&self.local_rotation[a], &self.local_rotation[b]));
                translation.push(at.vector(&self.local_translation[a], &self.local_translation[b]));
            }
        }
        Ok(Self { skeleton: self.skeleton.clone(), rate_hz, local_rotation: rotation, local_translation: translation })
    }

    /// The same frames at `speed` times the pace: 2 is twice as fast and half as long.
    ///
    /// # Errors
    /// The speed is not positive.
    pub fn at_speed(&self, speed: f64) -> Result<Self> {
        let rate_hz = self.rate_hz * speed;
        if !(rate_hz.is_finite() && rate_hz > 0.0) {
            return Err(Error::Rate { found: rate_hz });
        }
        Ok(Self { rate_hz, ..self.clone() })
    }

    /// The motion as a mirror on the plane y = 0 shows it. Joints keep their places in the tree and
    /// their names, so that the joint named after the left hand is a right hand now: which joint is
    /// which says [`crate::Anatomy::mirrored`].
    pub fn mirrored(&self) -> Self {
        Self {
            skeleton: Arc::new(self.skeleton.mirrored()),
            rate_hz: self.rate_hz,
            local_rotation: self.local_rotation.iter().map(mirrored_rotation).collect(),
            local_translation: self.local_translation.iter().map(mirrored_point).collect(),
        }
    }

    /// Every joint in the world: forward kinematics over the whole clip.
    pub fn body_track(&self) -> BodyTrack {
        let (t, j) = (self.ticks(), self.skeleton.len());
        let mut positions: Vec<Vec3> = Vec::with_capacity(t * j);
        let mut rotations: Vec<Rot> = Vec::with_capacity(t * j);
        for tick in 0..t {
            let base = tick * j;
            for (index, joint) in self.skeleton.joints().iter().enumerate() {
                let (r, p) = (self.local_rotation[base + index], self.local_translation[base + index]);
                match joint.parent {
                    None => {
                        positions.push(p);
                        rotations.push(r);
                    }
                    Some(parent) => {
                        let world_from_parent = rotations[base + parent];
                        positions.push(positions[base + parent] + world_from_parent * p);
                        rotations.push(world_from_parent * r);
                    }
                }
            }
        }
        BodyTrack::new(self.skeleton.names().map(str::to_owned).collect(), self.rate_hz, positions, Some(rotations))
            .and_then(|track| track.with_rest(self.skeleton.rest_positions()))
            .expect("a valid motion is a valid track")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Joint, mirrored_point};

    /// Products of a few unit quaternions.
    const ROUNDING: f64 = 1e-12;
    /// The same for an angle: the arc cosine near 1 loses half the digits.
    const ANGLE: f64 = 1e-7;

    fn motion() -> Motion {
        let joint = |name: &str, parent, y: f64| Joint { name: name.into(), parent, offset: Vec3::new(0.1, y, 0.4) };
        let skeleton = Skeleton::new(vec![joint("root", None, 0.0), joint("a", Some(0), 0.2), joint("b", Some(1), -0.3)]);
        let angle = |i: usize| Vec3::new(0.3 * i as f64, 0.9 - 0.2 * i as f64, 0.1 + 0.4 * i as f64);
        let place = |i: usize| Vec3::new(0.1, 0.2 * i as f64 - 0.5, 0.4);
        let (turns, places) = ((0..6).map(|i| Rot::new(angle(i))).collect(), (0..6).map(place).collect());
        Motion::new(Arc::new(skeleton.expect("a tree")), 30.0, turns, places).expect("a motion")
    }

    #[test]
    fn the_mirrored_motion_is_the_mirror_image() {
        let (motion, image) = (motion(), motion().mirrored());
        let (track, seen) = (motion.body_track(), image.body_track());
        for (tick, body) in (0..2).flat_map(|t| (0..3).map(move |b| (t, b))) {
            assert!((seen.position(tick, body) - mirrored_point(&track.position(tick, body))).norm() < ROUNDING);
            let rotation = mirrored_rotation(&track.rotation(tick, body).expect("known"));
            assert!(seen.rotation(tick, body).expect("known").angle_to(&rotation) < ANGLE);
        }
        for (a, b) in motion.skeleton().rest_positions().iter().zip(image.skeleton().rest_positions()) {
            assert_eq!(mirrored_point(a), b);
        }
        let twice = image.mirrored();
        assert_eq!((twice.local_rotation, twice.local_translation), (motion.local_rotation, motion.local_translation));
    }

    #[test]
    fn twice_the_pace_is_half_the_time() {
        let fast = motion().at_speed(2.0).expect("a speed");
        assert_eq!((fast.rate_hz(), fast.ticks()), (60.0, 2));
        assert!(motion().at_speed(0.0).is_err() && motion().at_speed(f64::NAN).is_err());
    }
}
