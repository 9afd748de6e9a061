//! Which columns of a dataset are joints, base, contacts: decided once, by names.

use crate::naming::{match_joints, words};
use crate::{Code, Error, NotChecked, Result};
use kouros_dataset::{DeclaredFeature, LooseInfo};
use kouros_motion::list_names;
use kouros_robot::Robot;

/// What the user decides about names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Names {
    /// Pairs: a column's name, the joint it is.
    pub joints: Vec<(String, String)>,
    /// Whether columns without names stand in the model's order.
    pub model_order: bool,
}

/// A feature whose columns are joints.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bound {
    /// Its number in [`LooseInfo::features`].
    pub feature: usize,
    /// Its name.
    pub name: String,
    /// Per joint, its column.
    pub column_of: Vec<Option<usize>>,
}

/// Some numbers of a feature, in an order of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picked {
    /// Its number in [`LooseInfo::features`].
    pub feature: usize,
    /// Its name.
    pub name: String,
    /// The columns, in our order.
    pub columns: Vec<usize>,
}

/// Which columns are what.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Layout {
    /// The joints: the robot's, or the state's columns where there is no robot.
    pub joints: Vec<String>,
    /// Joint positions.
    pub state: Option<Bound>,
    /// Commanded joint positions.
    pub action: Option<Bound>,
    /// Joint velocities.
    pub velocity: Option<Bound>,
    /// Joint torques.
    pub effort: Option<Bound>,
    /// Whether the torques were measured (and not computed).
    pub effort_measured: bool,
    /// x y z qw qx qy qz of the base in the world.
    pub root: Option<Picked>,
    /// Left heel, left toe, right heel, right toe; a foot with one flag has it twice.
    pub contact: Option<Picked>,
    /// Angular velocity and gravity direction in the base.
    pub imu: Option<Picked>,
    /// Centre of mass in the world.
    pub com: Option<Picked>,
    /// What cannot be checked for lack of columns.
    pub not_checked: Vec<NotChecked>,
}

/// Columns that could be several joints, with those.
type Unclear = Vec<(String, Vec<String>)>;

/// What the numbers of a feature are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Quantity {
    Position,
    Velocity,
    Effort,
    Command,
}

fn quantity(name: &str) -> Option<Quantity> {
    let words = words(name);
    let has = |list: &[&str]| words.iter().any(|w| list.contains(&w.as_str()));
    if has(&["velocity", "velocities", "qvel", "dq", "vel", "speed"]) && !has(&["action"]) {
        Some(Quantity::Velocity)
    } else if has(&["effort", "efforts", "torque", "torques", "tau"]) {
        Some(Quantity::Effort)
    } else if has(&["action", "actions"]) {
        Some(Quantity::Command)
    } else if has(&["state", "qpos", "position", "positions", "joint", "joints", "pos", "q"]) {
        Some(Quantity::Position)
    } else {
        None
    }
}

impl Layout {
    /// Finds joints, base and contacts among the features.
    ///
    /// # Errors
    /// Names that could be several joints, or none at all where a robot is given: the message names
    /// the flag that decides.
    pub fn find(info: &LooseInfo, robot: Option<&Robot>, names: &Names) -> Result<Self> {
        let numbers = |f: &DeclaredFeature| f.dtype.starts_with("float") && !f.dims.is_empty();
        let features: Vec<(usize, &DeclaredFeature)> = info.features.iter().enumerate().filter(|(_, f)| numbers(f)).collect();
        let canonical = |name: &str| features.iter().find(|(_, f)| f.name == name).copied();
        let mut out = Self::default();
        let state = canonical("observation.state").or_else(|| {
            let mut positions = features.iter().filter(|(_, f)| quantity(&f.name) == Some(Quantity::Position));
            positions.find(|(_, f)| !f.name.starts_with("label.")).copied()
        });
        match robot {
            Some(robot) => {
                out.joints = robot.joint_names();
                out.bind(&features, state, robot, names)?;
            }
            None => {
                out.joints = state.map(|(_, f)| f.dims.clone()).unwrap_or_default();
                let same = |found: Option<(usize, &DeclaredFeature)>| {
                    let (feature, f) = found?;
                    let by_name = match_joints(&f.dims, &out.joints, &[]);
                    let in_order = || (f.dims.len() == out.joints.len()).then(|| (0..f.dims.len()).map(Some).collect());
                    let column_of = if 2 * by_name.count() > out.joints.len() { Some(by_name.column_of) } else { in_order() };
                    column_of.map(|column_of| Bound { feature, name: f.name.clone(), column_of })
                };
                let of = |q| features.iter().find(|(_, f)| quantity(&f.name) == Some(q) && f.dims.len() == out.joints.len());
                let (action, velocity) =
                    (canonical("action").or(of(Quantity::Command).copied()), of(Quantity::Velocity).copied());
                (out.state, out.action, out.velocity) = (same(state), same(action), same(velocity));
            }
        }
        out.find_others(&features);
        out.say_what_is_missing(robot.is_some());
        Ok(out)
    }

    fn bind(
        &mut self,
        features: &[(usize, &DeclaredFeature)],
        state: Option<(usize, &DeclaredFeature)>,
        robot: &Robot,
        names: &Names,
    ) -> Result<()> {
        let bound = |&(feature, f): &(usize, &DeclaredFeature)| -> Option<(Bound, Unclear)> {
            let mut found = match_joints(&f.dims, &self.joints, &names.joints);
            let nameless = f.dims.iter().all(|d| d.parse::<usize>().is_ok());
            if found.count() == 0 && nameless && names.model_order && f.dims.len() == self.joints.len() {
                found.column_of = (0..f.dims.len()).map(Some).collect();
            }
            let some = found.count() >= 2 || (found.count() > 0 && f.dims.len() <= 2) || !found.ambiguous.is_empty();
            some.then(|| (Bound { feature, name: f.name.clone(), column_of: found.column_of }, found.ambiguous))
        };
        let mut ambiguous: Unclear = Vec::new();
        let mut pick = |wanted: Quantity, canonical: &[&str]| {
            let named = features.iter().filter(|(_, f)| canonical.contains(&f.name.as_str()));
            let others = features.iter().filter(|(_, f)| quantity(&f.name) == Some(wanted));
            let (bound, unclear) = named.chain(others).find_map(bound)?;
            ambiguous.extend(unclear);
            Some(bound)
        };
        let found = pick(Quantity::Position, &["observation.state"]);
        let action = pick(Quantity::Command, &["action"]);
        let velocity = pick(Quantity::Velocity, &["observation.velocity"]);
        let effort = pick(Quantity::Effort, &["observation.effort", "label.effort"]);
        if let Some((column, joints)) = ambiguous.first() {
            return Err(Error::Ambiguous {
                column: column.clone(),
                joints: joints.clone(),
                flag: "--joint COLUMN=JOINT decides",
            });
        }
        if found.is_none()
            && let Some((_, f)) = state
        {
            let nameless = f.dims.iter().all(|d| d.parse::<usize>().is_ok());
            return Err(Error::NoJoints {
                feature: f.name.clone(),
                columns: list_names(&f.dims),
                robot: robot.name.clone(),
                joints: list_names(&self.joints),
                flag: if nameless && f.dims.len() == self.joints.len() {
                    "--model-order says that they stand in the model's order"
                } else {
                    "--joint COLUMN=JOINT names them one by one, --robot none leaves the robot out"
                },
            });
        }
        self.effort_measured = effort.as_ref().is_some_and(|e| !e.name.starts_with("label."));
        (self.state, self.action, self.velocity, self.effort) = (found, action, velocity, effort);
        Ok(())
    }

    fn find_others(&mut self, features: &[(usize, &DeclaredFeature)]) {
        let pick = |wanted: &dyn Fn(&str) -> bool, orders: &[&[&str]]| -> Option<Picked> {
            features.iter().filter(|(_, f)| wanted(&f.name)).find_map(|(feature, f)| {
                let place = |name: &&str| f.dims.iter().position(|d| d.eq_ignore_ascii_case(name));
                let columns = orders.iter().find_map(|order| order.iter().map(place).collect::<Option<Vec<_>>>())?;
                Some(Picked { feature: *feature, name: f.name.clone(), columns })
            })
        };
        let has = |name: &str, list: &[&str]| words(name).iter().any(|w| list.contains(&w.as_str()));
        let base = |name: &str| has(name, &["root", "base", "pelvis", "odometry"]) && !has(name, &["velocity", "twist"]);
        self.root = pick(
            &base,
            &[
                &["x", "y", "z", "qw", "qx", "qy", "qz"],
                &["pos_x", "pos_y", "pos_z", "quat_w", "quat_x", "quat_y", "quat_z"],
                &["root_x", "root_y", "root_z", "root_qw", "root_qx", "root_qy", "root_qz"],
            ],
        );
        self.contact = pick(
            &|n| has(n, &["contact", "contacts"]),
            &[
                &["left_heel", "left_toe", "right_heel", "right_toe"],
                &["left", "left", "right", "right"],
                &["left_foot", "left_foot", "right_foot", "right_foot"],
            ],
        );
        let imu = ["angular_velocity_x", "angular_velocity_y", "angular_velocity_z", "gravity_x", "gravity_y", "gravity_z"];
        self.imu = pick(&|n| has(n, &["imu"]), &[&imu]);
        self.com = pick(&|n| n.ends_with("center_of_mass") || n.ends_with(".com"), &[&["x", "y", "z"]]);
    }

    fn say_what_is_missing(&mut self, robot: bool) {
        let mut no = |codes: &[Code], why: &str| {
            for code in codes {
                if !self.not_checked.iter().any(|n| n.code == *code) {
                    self.not_checked.push(NotChecked::new(*code, why));
                }
            }
        };
        let model = [Code::Units, Code::JointLimit, Code::ActionLimit, Code::JointSpeed, Code::JointTorque];
        let body = [
            Code::BaseHeight,
            Code::Penetration,
            Code::FootSlide,
            Code::ContactTime,
            Code::Contact,
            Code::Labels,
            Code::GroundForce,
            Code::Flight,
            Code::Balance,
            Code::Fall,
        ];
        if !robot {
            no(&model, "no robot is known: name it with --robot");
            no(&body, "no robot is known: name it with --robot");
            no(&[Code::SelfCollision, Code::Sides], "no robot is known: name it with --robot");
        }
        if self.state.is_none() {
            no(&[Code::JointLimit, Code::JointSpeed, Code::JointOrder, Code::SelfCollision], "no column holds joint positions");
            no(&body, "no column holds joint positions");
        }
        if self.root.is_none() {
            no(&body, "no column holds the base's position and quaternion (names x y z qw qx qy qz)");
            no(&[Code::QuaternionNorm, Code::QuaternionOrder], "no column holds the base's quaternion");
        }
        if self.action.is_none() {
            no(&[Code::Lag, Code::ActionLimit], "no column holds commanded joint positions");
        }
        if self.effort.is_none() {
            no(&[Code::JointTorque, Code::TorqueDemand], "no column holds joint torques");
        }
        if self.contact.is_none() {
            no(
                &[Code::ContactTime, Code::Contact],
                "no column holds contact flags (names left_heel left_toe right_heel right_toe, or left right)",
            );
        }
        if self.com.is_none() {
            no(&[Code::Labels], "no column holds the centre of mass");
        }
    }
}
