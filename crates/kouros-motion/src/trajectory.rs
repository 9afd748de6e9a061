//! A robot's motion: its base and its joints over time.

use crate::{Error, Pose, Result, Rot, SampleAt, Vec3, ticks_after_resampling};

/// A robot moving at a constant rate; T ticks, N one-degree-of-freedom joints.
#[derive(Debug, Clone, PartialEq)]
pub struct Trajectory {
    /// The robot's name.
    pub robot: String,
    /// The joints' names (N), in the order of `joint_pos`.
    pub joint_names: Vec<String>,
    /// Ticks a second [Hz].
    pub rate_hz: f64,
    /// `world_from_base` (T).
    pub base: Vec<Pose>,
    /// Joint positions (T x N) [rad, or m for sliding joints], flattened tick by tick.
    pub joint_pos: Vec<f64>,
}

impl Trajectory {
    /// The number of ticks T.
    pub fn ticks(&self) -> usize {
        self.base.len()
    }

    /// The number of joints N.
    pub fn joints(&self) -> usize {
        self.joint_names.len()
    }

    /// All joint positions at a tick (N).
    pub fn joints_at(&self, tick: usize) -> &[f64] {
        &self.joint_pos[tick * self.joints()..(tick + 1) * self.joints()]
    }

    /// Joint velocities (T x N) [rad/s]: central differences inside, one-sided at the ends, zero
    /// for a single tick.
    pub fn joint_vel(&self) -> Vec<f64> {
        let (t, n) = (self.ticks(), self.joints());
        let mut out = vec![0.0; t * n];
        for (tick, (a, b, seconds)) in difference_ticks(t, self.rate_hz).enumerate() {
            for j in 0..n {
                out[tick * n + j] = (self.joint_pos[b * n + j] - self.joint_pos[a * n + j]) / seconds;
            }
        }
        out
    }

    /// Base velocities (T): linear in the world [m/s] and angular in the base's axes [rad/s], by
    /// the same differences as [`Self::joint_vel`].
    pub fn base_vel(&self) -> Vec<(Vec3, Vec3)> {
        difference_ticks(self.ticks(), self.rate_hz)
            .enumerate()
            .map(|(tick, (a, b, seconds))| {
                let (pa, pb) = (&self.base[a], &self.base[b]);
                let world = (pb.rotation * pa.rotation.inverse()).scaled_axis() / seconds;
                let linear = (pb.translation.vector - pa.translation.vector) / seconds;
                (linear, self.base[tick].rotation.inverse() * world)
            })
            .collect()
    }

    /// The same motion at another rate: positions linear, the base's rotation on the sphere.
    ///
    /// # Errors
    /// The rate is not positive, or there is no tick.
    pub fn resampled(&self, rate_hz: f64) -> Result<Self> {
        if !(rate_hz.is_finite() && rate_hz > 0.0) {
            return Err(Error::Rate { found: rate_hz });
        }
        if self.base.is_empty() {
            return Err(Error::Empty { what: "frames" });
        }
        let n = self.joints();
        let ticks = ticks_after_resampling(self.ticks(), self.rate_hz, rate_hz);
        let (mut base, mut joint_pos) = (Vec::with_capacity(ticks), Vec::with_capacity(ticks * n));
        for tick in 0..ticks {
            let at = SampleAt::new(tick, rate_hz, self.rate_hz, self.ticks());
            let (a, b) = (&self.base[at.before], &self.base[at.after]);
            let place = at.vector(&a.translation.vector, &b.translation.vector);
            base.push(Pose::from_parts(place.into(), at.rotation(&a.rotation, &b.rotation)));
            let (qa, qb) = (self.joints_at(at.before), self.joints_at(at.after));
            joint_pos.extend(qa.iter().zip(qb).map(|(x, y)| at.number(*x, *y)));
        }
        Ok(Self { robot: self.robot.clone(), joint_names: self.joint_names.clone(), rate_hz, base, joint_pos })
    }

    /// `world_from_base` rotations with the sign of each quaternion nearest to the one before, as
    /// w x y z (T): continuous on disk.
    pub fn base_quaternions_wxyz(&self) -> Vec<[f64; 4]> {
        let mut last: Option<Rot> = None;
        self.base
            .iter()
            .map(|pose| {
                let q = match last {
                    Some(l) if l.coords.dot(&pose.rotation.coords) < 0.0 => Rot::new_unchecked(-pose.rotation.into_inner()),
                    None if pose.rotation.w < 0.0 => Rot::new_unchecked(-pose.rotation.into_inner()),
                    _ => pose.rotation,
                };
                last = Some(q);
                [q.w, q.i, q.j, q.k]
            })
            .collect()
    }
}

/// Per tick: the two ticks whose difference is the derivative there, and the time between [s].
fn difference_ticks(ticks: usize, rate_hz: f64) -> impl Iterator<Item = (usize, usize, f64)> {
    (0..ticks).map(move |t| {
        let (a, b) = (t.saturating_sub(1), (t + 1).min(ticks - 1));
        // A single tick has no neighbour: difference zero over one period.
        (a, b, (b - a).max(1) as f64 / rate_hz)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn turning(ticks: usize, rate_hz: f64) -> Trajectory {
        let at = |t: usize| t as f64 / rate_hz;
        Trajectory {
            robot: "r".into(),
            joint_names: vec!["j".into()],
            rate_hz,
            base: (0..ticks).map(|t| Pose::new(Vec3::new(2.0 * at(t), 0.0, 0.0), Vec3::z() * (3.0 * at(t)))).collect(),
            joint_pos: (0..ticks).map(|t| at(t) * at(t)).collect(),
        }
    }

    #[test]
    fn velocities_by_hand() {
        let m = turning(5, 10.0);
        let v = m.joint_vel();
        assert!((v[0] - 0.1).abs() < 1e-12); // (0.01 - 0) / 0.1
        assert!((v[2] - 0.4).abs() < 1e-12); // d(t^2)/dt at 0.2, exact for a parabola
        for (linear, angular) in m.base_vel() {
            assert!((linear - Vec3::x() * 2.0).norm() < 1e-9 && (angular - Vec3::z() * 3.0).norm() < 1e-9);
        }
        assert_eq!(turning(1, 10.0).joint_vel(), [0.0]);
    }

    #[test]
    fn resampling_keeps_ends_and_turns() {
        let m = turning(31, 30.0).resampled(50.0).expect("rate");
        assert_eq!(m.ticks(), 51);
        assert!((m.base[50].translation.x - 2.0).abs() < 1e-12);
        assert!((m.base[25].rotation.angle() - 1.5).abs() < 1e-9);
    }

    #[test]
    fn quaternions_never_jump() {
        let q = turning(200, 30.0).base_quaternions_wxyz();
        assert!(q[0][0] > 0.0);
        for w in q.windows(2) {
            assert!(w[0].iter().zip(&w[1]).map(|(a, b)| a * b).sum::<f64>() > 0.0);
        }
    }
}
