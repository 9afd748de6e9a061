//! A trajectory in the robot's own joint order, checked once.

use crate::{Error, Result};
use kouros_motion::{Error as Noun, FootContacts, JointOrder, Pose, Trajectory};
use kouros_robot::{Kinematics, Robot};

/// A trajectory that fits a robot: T ticks, N joints in the robot's order, every value finite.
pub(crate) struct Ordered<'a> {
    pub robot: &'a Robot,
    pub rate_hz: f64,
    pub base: &'a [Pose],
    /// T x N, the robot's order.
    pub joint_pos: Vec<f64>,
    /// From the robot's order back to the trajectory's.
    back: JointOrder,
}

impl<'a> Ordered<'a> {
    /// Checks and reorders.
    ///
    /// # Errors
    /// No tick, a rate that is not positive, arrays of different lengths, a value that is not
    /// finite, joints that are not exactly the robot's.
    pub fn new(robot: &'a Robot, trajectory: &'a Trajectory) -> Result<Self> {
        let (ticks, n) = (trajectory.ticks(), trajectory.joints());
        if ticks == 0 {
            return Err(Noun::Empty { what: "frames" }.into());
        }
        if !(trajectory.rate_hz.is_finite() && trajectory.rate_hz > 0.0) {
            return Err(Noun::Rate { found: trajectory.rate_hz }.into());
        }
        if trajectory.joint_pos.len() != ticks * n {
            return Err(Noun::Shape { what: "joint positions", expected: ticks * n, found: trajectory.joint_pos.len() }.into());
        }
        let not_fitting =
            |source| Error::Joints { robot: robot.name.clone(), trajectory: trajectory.robot.clone(), source: Box::new(source) };
        let names = robot.joint_names();
        let order = JointOrder::new(&trajectory.joint_names, &names).map_err(not_fitting)?;
        let back = JointOrder::new(&names, &trajectory.joint_names).map_err(not_fitting)?;
        if names.len() != n {
            return Err(Noun::Shape { what: "joint names", expected: names.len(), found: n }.into());
        }
        let mut joint_pos = Vec::with_capacity(ticks * n);
        for tick in 0..ticks {
            let pose = &trajectory.base[tick];
            if let Some(value) = pose.translation.vector.iter().chain(pose.rotation.coords.iter()).find(|v| !v.is_finite()) {
                return Err(Noun::NotFinite { what: "the base".into(), tick, value: *value }.into());
            }
            let values = trajectory.joints_at(tick);
            if let Some(j) = values.iter().position(|v| !v.is_finite()) {
                let what = format!("joint '{}'", trajectory.joint_names[j]);
                return Err(Noun::NotFinite { what, tick, value: values[j] }.into());
            }
            joint_pos.extend(order.apply(values));
        }
        Ok(Self { robot, rate_hz: trajectory.rate_hz, base: &trajectory.base, joint_pos, back })
    }

    pub fn ticks(&self) -> usize {
        self.base.len()
    }

    /// Joint positions at a tick (N), in the robot's order.
    pub fn joints_at(&self, tick: usize) -> &[f64] {
        let n = self.robot.dof();
        &self.joint_pos[tick * n..(tick + 1) * n]
    }

    /// Places all bodies as they are at `tick`.
    pub fn place(&self, at: &mut Kinematics, tick: usize) {
        at.update(self.robot, &self.base[tick], self.joints_at(tick));
    }

    /// Values of the joints (T x N) in the trajectory's order again.
    pub fn back(&self, values: &[f64]) -> Vec<f64> {
        values.chunks_exact(self.robot.dof().max(1)).flat_map(|row| self.back.apply(row)).collect()
    }

    /// Whether `contacts` are of this trajectory.
    ///
    /// # Errors
    /// They have another rate or another number of ticks.
    pub fn check_contacts(&self, contacts: &FootContacts) -> Result<()> {
        if contacts.down.len() == self.ticks() && contacts.rate_hz == self.rate_hz {
            return Ok(());
        }
        Err(Error::Contacts {
            expected_ticks: self.ticks(),
            expected_hz: self.rate_hz,
            found_ticks: contacts.down.len(),
            found_hz: contacts.rate_hz,
        })
    }
}
