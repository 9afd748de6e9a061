//! What a caller may say about a file, and what else may be needed to read it.

use crate::{Layout, StaticTrial};
use kouros_motion::Rot;
use std::f64::consts::{FRAC_PI_2, PI};

/// Which axis of the file points up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Up {
    /// `+x`.
    X,
    /// `+y`, as in most BVH files.
    Y,
    /// `+z`, as in AMASS.
    Z,
    /// `-x`.
    NegX,
    /// `-y`, as in a camera's axes.
    NegY,
    /// `-z`.
    NegZ,
}

impl Up {
    /// All six.
    pub const ALL: [Self; 6] = [Self::X, Self::Y, Self::Z, Self::NegX, Self::NegY, Self::NegZ];

    /// Its name: `x`, `y`, `z`, `-x`, `-y`, `-z`.
    pub fn name(self) -> &'static str {
        match self {
            Self::X => "x",
            Self::Y => "y",
            Self::Z => "z",
            Self::NegX => "-x",
            Self::NegY => "-y",
            Self::NegZ => "-z",
        }
    }

    /// The axis of this name, letter case and a leading `+` aside.
    pub fn from_name(name: &str) -> Option<Self> {
        let name = name.trim().trim_start_matches('+').to_ascii_lowercase();
        Self::ALL.into_iter().find(|u| u.name() == name)
    }

    /// `z_up_from_file`: the rotation that takes this axis to `+z`; for `y`, (x, y, z) becomes
    /// (x, -z, y).
    pub fn z_up_from_file(self) -> Rot {
        let (x, y) = (nalgebra::Vector3::x_axis(), nalgebra::Vector3::y_axis());
        match self {
            Self::Z => Rot::identity(),
            Self::Y => Rot::from_axis_angle(&x, FRAC_PI_2),
            Self::NegY => Rot::from_axis_angle(&x, -FRAC_PI_2),
            Self::NegZ => Rot::from_axis_angle(&x, PI),
            Self::X => Rot::from_axis_angle(&y, -FRAC_PI_2),
            Self::NegX => Rot::from_axis_angle(&y, FRAC_PI_2),
        }
    }
}

/// What the caller knows better than the file; whatever is `None` is inferred and told.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ImportOptions {
    /// Metres per unit of the file.
    pub unit_m: Option<f64>,
    /// The file's axis that points up.
    pub up: Option<Up>,
    /// Whether to drop a T-pose before the motion; `Some(true)` drops the first frame even where
    /// none is detected.
    pub drop_t_pose: Option<bool>,
    /// Frames a second of the file in Hz, whatever it says.
    pub rate_hz: Option<f64>,
    /// Which joint is which in an array of joint positions, whatever names it has. Formats that
    /// have a skeleton of their own do not ask.
    pub layout: Option<Layout>,
    /// Which take of the file, by its name, where it holds several.
    pub take: Option<String>,
    /// Which person of the file, by the name of its skeleton or of the joint all others hang by,
    /// where it holds several.
    pub subject: Option<String>,
    /// Where markers were while the same person stood still: landmarks that the moving trial has no markers for are
    /// carried along by the markers of both. Formats other than markers do not ask.
    pub static_trial: Option<StaticTrial>,
}

/// Files a capture needs beside itself: name and bytes.
#[derive(Debug, Clone, Copy, Default)]
pub struct Companions<'a> {
    /// The Acclaim skeleton of an AMC.
    pub asf: Option<(&'a str, &'a [u8])>,
    /// The user's own body model of the SMPL family, as npz.
    pub body_model: Option<(&'a str, &'a [u8])>,
    /// The forces under the feet that belong to markers: an OpenSim table (MOT, STO).
    pub forces: Option<(&'a str, &'a [u8])>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use kouros_motion::Vec3;

    #[test]
    fn every_axis_goes_up() {
        let axes = [Vec3::x(), Vec3::y(), Vec3::z(), -Vec3::x(), -Vec3::y(), -Vec3::z()];
        for (up, axis) in Up::ALL.into_iter().zip(axes) {
            assert!((up.z_up_from_file() * axis - Vec3::z()).norm() < 1e-12, "{}", up.name());
            assert_eq!(Up::from_name(up.name()), Some(up));
        }
        let p = Up::Y.z_up_from_file() * Vec3::new(1.0, 2.0, 3.0);
        assert!((p - Vec3::new(1.0, -3.0, 2.0)).norm() < 1e-12);
        assert_eq!(Up::from_name("+Z"), Some(Up::Z));
    }
}
