//! How labels are made.

use crate::contact_robot::RobotContactOptions;
use crate::{Error, Result};
use kouros_motion::Step;
use serde::{Deserialize, Serialize};

/// How labels are made.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LabelOptions {
    /// Velocities and accelerations are those of a parabola fitted to the ticks this long before
    /// and after [s]. Nothing else is smoothed.
    pub derivative_reach: f64,
    /// Friction coefficient between sole and floor [1].
    pub friction: f64,
    /// Over this time a foot that lands takes up load, and one that lifts gives it up [s].
    pub settle: f64,
    /// The zero-moment point is known where the ground pushes up with at least this share of the
    /// weight [1].
    pub least_load: f64,
    /// Wrenches and torques are known where feet explain the needed force up to this share of the
    /// weight, and the needed torque up to this share of weight times leg [1].
    pub most_residual: f64,
    /// Wrenches and torques are not known where another part than the feet is nearer to the floor
    /// than this [m].
    pub other_contact: f64,
    /// How contacts are found where the caller does not know them.
    pub contacts: RobotContactOptions,
}

impl Default for LabelOptions {
    fn default() -> Self {
        Self {
            derivative_reach: 0.06,
            friction: 0.8,
            settle: 0.06,
            least_load: 0.1,
            most_residual: 0.1,
            other_contact: 0.01,
            contacts: RobotContactOptions::default(),
        }
    }
}

impl LabelOptions {
    /// These settings as a step of a provenance.
    pub fn step(&self) -> Step {
        let mut step = Step::new("label")
            .with("derivative", "quadratic least squares (Savitzky-Golay)")
            .with("derivative_reach_s", self.derivative_reach)
            .with("friction", self.friction)
            .with("settle_s", self.settle)
            .with("least_load", self.least_load)
            .with("most_residual", self.most_residual)
            .with("other_contact_m", self.other_contact);
        for (name, value) in self.contacts.step().settings {
            step.settings.insert(format!("contact_{name}"), value);
        }
        step
    }

    pub(crate) fn check(&self) -> Result<()> {
        self.contacts.check()?;
        let from_zero = [
            ("derivative_reach", self.derivative_reach),
            ("friction", self.friction),
            ("settle", self.settle),
            ("least_load", self.least_load),
            ("most_residual", self.most_residual),
            ("other_contact", self.other_contact),
        ];
        match from_zero.iter().find(|(_, v)| !(v.is_finite() && *v >= 0.0)) {
            Some(&(option, found)) => Err(Error::Option { option, expected: "a number from zero up", found }),
            None => Ok(()),
        }
    }
}
