//! Left and right exchanged: what an action and an observation look like in a mirror.
//!
//! Lives here: the reflection of a robot's base and joints, derived from its axes. Does not: the
//! layout of observations (`observation.rs`), what the reflection is good for (`kouros-learn`).

use crate::{Error, Result};
use kouros_motion::{LEFT, Pose, RIGHT, Vec3};
use kouros_robot::{Kinematics, Robot};

/// A signed permutation: `out[i] = sign[i] * values[source[i]]`. Its own inverse.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Mirror {
    /// Where each number comes from.
    pub source: Vec<usize>,
    /// With which sign.
    pub sign: Vec<f32>,
}

impl Mirror {
    /// Appends another mirror's numbers.
    pub fn extend(&mut self, other: &Self) {
        let from = self.source.len();
        self.source.extend(other.source.iter().map(|s| s + from));
        self.sign.extend(&other.sign);
    }

    /// Appends numbers that keep their place.
    pub fn extend_signs(&mut self, signs: &[f32]) {
        let from = self.source.len();
        self.source.extend(from..from + signs.len());
        self.sign.extend(signs);
    }

    /// Writes the mirror image of `values`.
    ///
    /// # Panics
    /// One of the slices is shorter than the mirror.
    pub fn apply(&self, values: &[f32], out: &mut [f32]) {
        for (i, (&s, &sign)) in self.source.iter().zip(&self.sign).enumerate() {
            out[i] = sign * values[s];
        }
    }

    /// The mirror of some of the joints: `kept` are indices into this mirror's numbers, and with
    /// each its image is kept too.
    pub fn only(&self, kept: &[usize]) -> Option<Self> {
        let source: Option<Vec<usize>> = kept.iter().map(|&k| kept.iter().position(|&o| o == self.source[k])).collect();
        Some(Self { source: source?, sign: kept.iter().map(|&k| self.sign[k]).collect() })
    }
}

/// The mirror plane through the base.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reflection {
    /// Signs of a vector's components (velocity, gravity) in the base's axes.
    pub vector: [f32; 3],
    /// Signs of a turning rate's components in the base's axes.
    pub turning: [f32; 3],
    left: Vec3,
}

/// An axis this near to its image is its image (cosine).
const SAME_AXIS: f64 = 0.99;

impl Reflection {
    /// The plane of `robot`.
    ///
    /// # Errors
    /// The base's axes do not stand along forward, left and up.
    pub fn of(robot: &Robot) -> Result<Self> {
        let at = at_zero(robot);
        let left = Vec3::z().cross(&(at.rotation[robot.profile.pelvis] * robot.profile.forward));
        let own = at.rotation[0].transpose() * left;
        let axis = own.iamax();
        if own[axis].abs() < SAME_AXIS {
            let message = format!("left is {:.2} {:.2} {:.2} in the base's axes; expected one of them", own.x, own.y, own.z);
            return Err(Error::NoMirror { robot: robot.name.clone(), message });
        }
        let vector = std::array::from_fn(|i| if i == axis { -1.0 } else { 1.0 });
        Ok(Self { vector, turning: vector.map(|s: f32| -s), left })
    }

    /// The mirror of joint values, for the robot's joints `joints` in this order.
    ///
    /// # Errors
    /// A joint without an image among them, or whose axis is not its image's.
    pub fn joints(&self, robot: &Robot, joints: &[usize]) -> Result<Mirror> {
        let at = at_zero(robot);
        let bad = |message: String| Error::NoMirror { robot: robot.name.clone(), message };
        let mut mirror = Mirror::default();
        for &j in joints {
            let name = |j: usize| &robot.joints[j].name;
            let image = image_of(robot, j);
            let source = joints
                .iter()
                .position(|&o| o == image)
                .ok_or_else(|| bad(format!("joint '{}' moves and its image '{}' does not", name(j), name(image))))?;
            // A turning axis mirrors as 2 (a.l) l - a.
            let axis = at.axis[j];
            let mirrored = self.left * (2.0 * axis.dot(&self.left)) - axis;
            let alike = mirrored.dot(&at.axis[image]);
            if alike.abs() < SAME_AXIS {
                return Err(bad(format!("the axes of '{}' and '{}' are not each other's image", name(j), name(image))));
            }
            mirror.source.push(source);
            mirror.sign.push(alike.signum() as f32);
        }
        Ok(mirror)
    }
}

/// The joint at the same place of the other side; a joint of neither side is its own.
fn image_of(robot: &Robot, joint: usize) -> usize {
    let p = &robot.profile;
    for pair in [&p.legs, &p.arms] {
        for (side, other) in [(LEFT, RIGHT), (RIGHT, LEFT)] {
            if let Some(at) = pair[side].joints.iter().position(|&j| j == joint) {
                return pair[other].joints.get(at).copied().unwrap_or(joint);
            }
        }
    }
    joint
}

fn at_zero(robot: &Robot) -> Kinematics {
    let mut at = Kinematics::new(robot);
    at.update(robot, &Pose::identity(), &vec![0.0; robot.dof()]);
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mirrors_by_hand() {
        let mut m = Mirror { source: vec![1, 0], sign: vec![1.0, -1.0] };
        m.extend_signs(&[-1.0]);
        m.extend(&Mirror { source: vec![1, 0], sign: vec![-1.0, -1.0] });
        let mut out = [0.0; 5];
        m.apply(&[1.0, 2.0, 3.0, 4.0, 5.0], &mut out);
        assert_eq!(out, [2.0, -1.0, -3.0, -5.0, -4.0]);
        let part = m.only(&[4, 3]).expect("closed");
        assert_eq!(part, Mirror { source: vec![1, 0], sign: vec![-1.0, -1.0] });
        assert!(m.only(&[0]).is_none());
    }
}
