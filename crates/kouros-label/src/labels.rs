//! What is known about every tick of a robot's motion, under the names of the dataset.
//!
//! Lives here: the arrays, their names and the names of their dimensions. Does not: computing
//! them (`label.rs`), writing them (`kouros-dataset`).

use kouros_motion::{BodyPart, FootContacts, SolePart};

/// The groups of `label.valid`, in order; the value of a label that is not valid means nothing.
pub const VALID: [&str; 9] = [
    "root_velocity",
    "effort",
    "foot_contact",
    "foot_wrench",
    "center_of_mass_velocity",
    "angular_momentum",
    "zero_moment_point",
    "capture_margin",
    "coupling",
];

/// One column group of a dataset: T ticks of `names.len()` values.
#[derive(Debug, Clone, PartialEq)]
pub struct Feature<'a> {
    /// Its name in a dataset, prefix included.
    pub name: &'static str,
    /// The names of its values.
    pub names: Vec<String>,
    /// T x `names.len()` values, tick by tick, all finite.
    pub values: &'a [f64],
}

/// Everything that is known about a robot's motion; T ticks, N joints in the trajectory's order.
/// Arrays are flattened tick by tick; every value is finite.
#[derive(Debug, Clone, PartialEq)]
pub struct Labels {
    /// The joints' names (N).
    pub joint_names: Vec<String>,
    /// Ticks a second [Hz].
    pub rate_hz: f64,
    /// `observation.state` (T x N): joint positions [rad].
    pub state: Vec<f64>,
    /// `observation.velocity` (T x N): joint velocities [rad/s].
    pub velocity: Vec<f64>,
    /// `observation.imu` (T x 6): angular velocity [rad/s] and the direction of gravity (a unit
    /// vector, down), both in the base's axes.
    pub imu: Vec<f64>,
    /// `action` (T x N): the joint positions of the next tick [rad]; the last tick repeats its own.
    pub action: Vec<f64>,
    /// `label.root_pose` (T x 7): `world_from_base`, x y z [m], quaternion w x y z, continuous.
    pub root_pose: Vec<f64>,
    /// `label.root_velocity` (T x 6): linear in the world [m/s], angular in the base's axes [rad/s].
    pub root_velocity: Vec<f64>,
    /// `label.effort` (T x N): joint torques [N m].
    pub effort: Vec<f64>,
    /// `label.foot_contact` (T x 4): left heel, left toe, right heel, right toe; 0 or 1.
    pub foot_contact: Vec<f64>,
    /// `label.body_contact` (T x 8): what else touches the floor or a thing, in the order of
    /// [`BodyPart::ALL`]; 0 or 1.
    pub body_contact: Vec<f64>,
    /// `label.foot_wrench` (T x 12): of the ground on the left foot force [N] and torque [N m]
    /// about the centre of its sole, world axes; then the right foot.
    pub foot_wrench: Vec<f64>,
    /// `label.center_of_mass` (T x 3): world [m].
    pub center_of_mass: Vec<f64>,
    /// `label.center_of_mass_velocity` (T x 3): world [m/s].
    pub center_of_mass_velocity: Vec<f64>,
    /// `label.angular_momentum` (T x 3): about the centre of mass, world axes [kg m²/s].
    pub angular_momentum: Vec<f64>,
    /// `label.balance` (T x 3): zero-moment point x, y [m], margin of the capture point [m].
    pub balance: Vec<f64>,
    /// `label.coupling` (T x 6): shift of the centre of mass by the arms, world [m]; angular
    /// momentum of the upper body against the lower, world [kg m²/s].
    pub coupling: Vec<f64>,
    /// `label.valid` (T x [`VALID`]): 1 where the label of that group can be known, else 0.
    pub valid: Vec<f64>,
    /// What no foot in contact explains of the force [N] and of the torque about the centre of
    /// mass [N m] that the motion needs, world axes (T x 6). Not a feature of a dataset.
    pub residual: Vec<f64>,
    /// Length of the unexplained force over the robot's weight (T) [1].
    pub residual_share: Vec<f64>,
    /// The contacts the labels rest on.
    pub contacts: FootContacts,
    /// Ticks the derivatives' window spans.
    pub derivative_ticks: usize,
}

impl Labels {
    /// The number of ticks T.
    pub fn ticks(&self) -> usize {
        self.contacts.down.len()
    }

    /// All features of a dataset, observations first, each with the names of its values.
    pub fn features(&self) -> Vec<Feature<'_>> {
        let joints = || self.joint_names.clone();
        let list = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<String>>();
        let parts = || SolePart::ALL.map(|p| p.name().to_owned()).to_vec();
        let feature = |name, names, values| Feature { name, names, values };
        vec![
            feature("observation.state", joints(), &self.state),
            feature("observation.velocity", joints(), &self.velocity),
            feature(
                "observation.imu",
                list("angular_velocity_x angular_velocity_y angular_velocity_z gravity_x gravity_y gravity_z"),
                &self.imu,
            ),
            feature("action", joints(), &self.action),
            feature("label.root_pose", list("x y z qw qx qy qz"), &self.root_pose),
            feature("label.root_velocity", list("vx vy vz wx wy wz"), &self.root_velocity),
            feature("label.effort", joints(), &self.effort),
            feature("label.foot_contact", parts(), &self.foot_contact),
            feature("label.body_contact", BodyPart::ALL.map(|p| p.name().to_owned()).to_vec(), &self.body_contact),
            feature(
                "label.foot_wrench",
                list(
                    "left_force_x left_force_y left_force_z left_torque_x left_torque_y left_torque_z right_force_x \
                     right_force_y right_force_z right_torque_x right_torque_y right_torque_z",
                ),
                &self.foot_wrench,
            ),
            feature("label.center_of_mass", list("x y z"), &self.center_of_mass),
            feature("label.center_of_mass_velocity", list("vx vy vz"), &self.center_of_mass_velocity),
            feature("label.angular_momentum", list("lx ly lz"), &self.angular_momentum),
            feature("label.balance", list("zmp_x zmp_y capture_margin"), &self.balance),
            feature(
                "label.coupling",
                list("arm_shift_x arm_shift_y arm_shift_z counter_lx counter_ly counter_lz"),
                &self.coupling,
            ),
            feature("label.valid", VALID.map(str::to_owned).to_vec(), &self.valid),
        ]
    }

    /// Whether the label group `name` of [`VALID`] can be known at `tick`; `false` for a name or
    /// a tick that is not there.
    pub fn is_valid(&self, tick: usize, name: &str) -> bool {
        let group = VALID.iter().position(|v| *v == name);
        group.and_then(|g| self.valid.get(tick * VALID.len() + g)).is_some_and(|v| *v == 1.0)
    }
}
