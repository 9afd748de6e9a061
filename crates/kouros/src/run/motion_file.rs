//! A robot's motion as the arrays of a motion file: every body in the world, and how it moves.
//!
//! Lives here: bodies' places and velocities from joints. Does not: the file's bytes
//! (`kouros-dataset`).

use kouros_dataset::MotionArrays;
use kouros_label::Labels;
use kouros_motion::{ObjectTrack, Rot, Trajectory, Vec3};
use kouros_robot::{JointKind, Kinematics, Robot};

/// The arrays of `trajectory`; `labels` are its own, `objects` what moves beside it.
pub fn arrays(robot: &Robot, trajectory: &Trajectory, labels: &Labels, objects: &[ObjectTrack]) -> MotionArrays {
    let mut out = MotionArrays {
        rate_hz: trajectory.rate_hz,
        joint_names: trajectory.joint_names.clone(),
        body_names: robot.bodies.iter().map(|b| b.name.clone()).collect(),
        joint_pos: trajectory.joint_pos.iter().map(|v| *v as f32).collect(),
        joint_vel: labels.velocity.iter().map(|v| *v as f32).collect(),
        object_names: objects.iter().map(|o| o.name.clone()).collect(),
        ..MotionArrays::default()
    };
    let (ticks, n, bodies) = (trajectory.ticks(), robot.dof(), robot.bodies.len());
    let mut at = Kinematics::new(robot);
    let mut last: Vec<Option<Rot>> = vec![None; bodies];
    let objects: Vec<Vec<[f64; 7]>> = objects.iter().map(ObjectTrack::values_wxyz).collect();
    for tick in 0..ticks {
        for [x, y, z, quaternion @ ..] in objects.iter().filter_map(|o| o.get(tick)) {
            out.object_pos_w.extend([x, y, z].map(|v| *v as f32));
            out.object_quat_w.extend(quaternion.map(|v| v as f32));
        }
        at.update(robot, &trajectory.base[tick], trajectory.joints_at(tick));
        let [vx, vy, vz, wx, wy, wz] = row(&labels.root_velocity, tick);
        let base = (Vec3::new(vx, vy, vz), trajectory.base[tick].rotation * Vec3::new(wx, wy, wz));
        let speeds = velocities(robot, &at, base, &labels.velocity[tick * n..(tick + 1) * n]);
        for b in 0..bodies {
            out.body_pos_w.extend(at.position[b].iter().map(|v| *v as f32));
            let rotation = continuous(&at.rotation[b], &mut last[b]);
            out.body_quat_w.extend([rotation.w, rotation.i, rotation.j, rotation.k].map(|v| v as f32));
            out.body_lin_vel_w.extend(speeds[b].0.iter().map(|v| *v as f32));
            out.body_ang_vel_w.extend(speeds[b].1.iter().map(|v| *v as f32));
        }
    }
    out
}

fn row<const N: usize>(values: &[f64], tick: usize) -> [f64; N] {
    std::array::from_fn(|i| values[tick * N + i])
}

/// The rotation as the quaternion nearest to the one before, so that signs do not jump.
fn continuous(rotation: &nalgebra::Matrix3<f64>, last: &mut Option<Rot>) -> Rot {
    let q = Rot::from_rotation_matrix(&nalgebra::Rotation3::from_matrix_unchecked(*rotation));
    let flip = match last {
        Some(l) => l.coords.dot(&q.coords) < 0.0,
        None => q.w < 0.0,
    };
    let q = if flip { Rot::new_unchecked(-q.into_inner()) } else { q };
    *last = Some(q);
    q
}

/// Linear [m/s] (of the body's origin) and angular [rad/s] velocity of every body in the world,
/// from those of the base and of the joints: outwards, each body moves with its parent and turns
/// about its own joints' axes.
fn velocities(robot: &Robot, at: &Kinematics, base: (Vec3, Vec3), joint_vel: &[f64]) -> Vec<(Vec3, Vec3)> {
    let mut out: Vec<(Vec3, Vec3)> = Vec::with_capacity(robot.bodies.len());
    for (b, body) in robot.bodies.iter().enumerate() {
        let (mut linear, mut angular) = match body.parent {
            None => base,
            Some(p) => {
                let (v, w): (Vec3, Vec3) = out[p];
                (v + w.cross(&(at.position[b] - at.position[p])), w)
            }
        };
        for &j in &body.joints {
            match robot.joints[j].kind {
                JointKind::Hinge => {
                    let turn = at.axis[j] * joint_vel[j];
                    angular += turn;
                    linear += turn.cross(&(at.position[b] - at.anchor[j]));
                }
                JointKind::Slide => linear += at.axis[j] * joint_vel[j],
            }
        }
        out.push((linear, angular));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::robot_args::{RobotArgs, choose};
    use kouros_motion::Pose;

    #[test]
    fn velocities_are_derivatives_of_places() {
        /// Of a second-order difference over 2e-5 s at speeds of some m/s.
        const ROUNDING: f64 = 1e-6;
        let chosen = choose("unitree_g1", &RobotArgs::default()).expect("run `cargo xtask setup` first");
        let robot = &chosen.robot;
        let (linear, angular) = (Vec3::new(0.7, -0.3, 0.2), Vec3::new(0.4, 1.1, -0.8));
        let pose = |t: f64| Pose::from_parts((linear * t).into(), Rot::new(angular * t));
        let joints = |t: f64| (0..robot.dof()).map(|j| 0.3 * (2.0 * t + j as f64).sin()).collect::<Vec<f64>>();
        let speeds: Vec<f64> = (0..robot.dof()).map(|j| 0.6 * (2.0 * 0.5 + j as f64).cos()).collect();
        let place = |t: f64| {
            let mut at = Kinematics::new(robot);
            at.update(robot, &pose(t), &joints(t));
            at
        };
        let (before, now, after) = (place(0.5 - 1e-5), place(0.5), place(0.5 + 1e-5));
        for (b, (v, w)) in velocities(robot, &now, (linear, angular), &speeds).into_iter().enumerate() {
            assert!((v - (after.position[b] - before.position[b]) / 2e-5).norm() < ROUNDING, "{}", robot.bodies[b].name);
            let turn = after.rotation[b] * before.rotation[b].transpose();
            // The skew part of a small turn: its angle by the trace would lose half the digits.
            let turn = Vec3::new(turn.m32 - turn.m23, turn.m13 - turn.m31, turn.m21 - turn.m12) / (2.0 * 2e-5);
            assert!((w - turn).norm() < ROUNDING, "{}", robot.bodies[b].name);
        }
    }
}
