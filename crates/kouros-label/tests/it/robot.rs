//! The G1 and motions of it to label.

use kouros_motion::{Pose, Report, Trajectory, Vec3};
use kouros_robot::{Kinematics, LoadOptions, Robot, load_robot};
use std::path::PathBuf;

/// The G1 that `cargo xtask setup` fetched.
pub fn g1() -> Robot {
    let assets = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../.kouros"));
    load_robot("g1", None, &assets, LoadOptions::default(), &mut Report::new()).expect("run `cargo xtask setup` first")
}

/// A trajectory of `ticks` at `rate_hz` from a rule for base and joints at a time.
pub fn moving(robot: &Robot, ticks: usize, rate_hz: f64, at: impl Fn(f64) -> (Pose, Vec<f64>)) -> Trajectory {
    let poses: Vec<(Pose, Vec<f64>)> = (0..ticks).map(|t| at(t as f64 / rate_hz)).collect();
    Trajectory {
        robot: robot.name.clone(),
        joint_names: robot.joint_names(),
        rate_hz,
        base: poses.iter().map(|p| p.0).collect(),
        joint_pos: poses.into_iter().flat_map(|p| p.1).collect(),
    }
}

/// `world_from_base` with the robot upright in its rest pose and its soles on z = 0.
pub fn standing(robot: &Robot, joints: &[f64]) -> Pose {
    let mut at = Kinematics::new(robot);
    at.update(robot, &Pose::identity(), joints);
    let low = robot.profile.soles.iter().map(|s| s.lowest(&at)).fold(f64::INFINITY, f64::min);
    Pose::translation(0.0, 0.0, -low)
}

/// Where the whole body's centre of mass is, from masses and kinematics alone.
pub fn center_of_mass(robot: &Robot, base: &Pose, joints: &[f64]) -> Vec3 {
    let mut at = Kinematics::new(robot);
    at.update(robot, base, joints);
    robot.bodies.iter().enumerate().map(|(b, body)| at.point(b, &body.com) * body.mass).sum::<Vec3>() / robot.mass()
}
