//! A robot's motion as a file gives it, before it is known which robot's joints these are.
//!
//! Lives here: the numbers, and what the file says about them. Does not: bytes (`kouros-mocap`),
//! which joint is which (`kouros-robot`). Once that is known it is a [`crate::Trajectory`].

use crate::{ObjectTrack, Rot, Vec3};
use serde::{Deserialize, Serialize};

/// In which order the four numbers of a quaternion stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum QuatOrder {
    /// The real part first, as in MuJoCo.
    Wxyz,
    /// The real part last, as in ROS and SciPy.
    Xyzw,
}

impl QuatOrder {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Wxyz, Self::Xyzw];

    /// Its name: `wxyz`, `xyzw`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Wxyz => "wxyz",
            Self::Xyzw => "xyzw",
        }
    }

    /// The order of this name, letter case aside.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|o| o.name().eq_ignore_ascii_case(name.trim()))
    }

    /// The rotation that four numbers in this order mean; none where they are no direction in four
    /// dimensions (all zero, or not finite).
    pub fn rotation(self, q: &[f64; 4]) -> Option<Rot> {
        let [w, x, y, z] = match self {
            Self::Wxyz => *q,
            Self::Xyzw => [q[3], q[0], q[1], q[2]],
        };
        let q = nalgebra::Quaternion::new(w, x, y, z);
        let norm = q.norm();
        (norm.is_finite() && norm > f64::MIN_POSITIVE.sqrt()).then(|| Rot::from_quaternion(q))
    }
}

/// How a file says its joints are called.
#[derive(Debug, Clone, PartialEq)]
pub enum GivenJoints {
    /// By name (N), in the order of the values.
    Named(Vec<String>),
    /// Not at all, but each turns about this coordinate axis of its body (N; 0 is x, 1 is y, 2 is
    /// z); none for a joint that never turns.
    Axes(Vec<Option<u8>>),
    /// Only how many there are.
    Count(usize),
}

impl GivenJoints {
    /// The number of joints N.
    pub fn count(&self) -> usize {
        match self {
            Self::Named(names) => names.len(),
            Self::Axes(axes) => axes.len(),
            Self::Count(n) => *n,
        }
    }
}

/// Where the bodies of a robot are by the file's own word: what decides an order of joints.
#[derive(Debug, Clone, PartialEq)]
pub struct GivenBodies {
    /// How many bodies B.
    pub count: usize,
    /// Places in the world (T x B) [m], flattened tick by tick.
    pub position: Vec<Vec3>,
}

/// A robot moving at a constant rate, T ticks, N joints, in metres, radians and Z up.
#[derive(Debug, Clone, PartialEq)]
pub struct GivenMotion {
    /// Ticks a second [Hz].
    pub rate_hz: f64,
    /// Which joints these are, as far as the file says.
    pub joints: GivenJoints,
    /// Joint positions (T x N) [rad, or m for sliding joints], flattened tick by tick.
    pub joint_pos: Vec<f64>,
    /// Place of the base in the world (T) [m].
    pub base_pos: Vec<Vec3>,
    /// `world_from_base` (T), as four numbers in the file's order.
    pub base_quat: Vec<[f64; 4]>,
    /// That order, where the file or its format states it; where two are in use, it must be found.
    pub quat_order: Option<QuatOrder>,
    /// The order that files of this kind usually have.
    pub usual_order: QuatOrder,
    /// Where its bodies are, where the file says so.
    pub bodies: Option<GivenBodies>,
    /// What is tracked beside the robot.
    pub objects: Vec<ObjectTrack>,
}

impl GivenMotion {
    /// The number of ticks T.
    pub fn ticks(&self) -> usize {
        self.base_pos.len()
    }

    /// All joint positions at a tick (N).
    pub fn joints_at(&self, tick: usize) -> &[f64] {
        let n = self.joints.count();
        self.joint_pos.get(tick * n..(tick + 1) * n).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_orders_by_hand() {
        // A quarter turn about z: w = z = 1/sqrt 2.
        let h = std::f64::consts::FRAC_1_SQRT_2;
        let quarter = Rot::new(Vec3::z() * std::f64::consts::FRAC_PI_2);
        for (order, q) in [(QuatOrder::Wxyz, [h, 0.0, 0.0, h]), (QuatOrder::Xyzw, [0.0, 0.0, h, h])] {
            assert!(order.rotation(&q).expect("unit").angle_to(&quarter) < 1e-12, "{}", order.name());
            assert_eq!(QuatOrder::from_name(order.name()), Some(order));
            // Twice as long is the same rotation.
            assert!(order.rotation(&q.map(|v| 2.0 * v)).expect("any length").angle_to(&quarter) < 1e-12);
        }
        assert_eq!(QuatOrder::Wxyz.rotation(&[0.0; 4]), None);
        assert_eq!(QuatOrder::Xyzw.rotation(&[f64::NAN, 0.0, 0.0, 1.0]), None);
        assert_eq!(QuatOrder::from_name(" XYZW"), Some(QuatOrder::Xyzw));
    }
}
