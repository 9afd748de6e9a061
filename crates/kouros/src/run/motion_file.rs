//! A robot's motion as the arrays of a motion file: every body in the world, and how it moves.
//!
//! Lives here: bodies' places and velocities from joints. Does not: the file's bytes
//! (`kouros-dataset`).

use kouros_dataset::MotionArrays;
use kouros_label::Labels;
use kouros_motion::{Rot, Trajectory, Vec3};
use kouros_robot::{JointKind, Kinematics, Robot};

/// The arrays of `trajectory`; `labels` are its own.
pub fn arrays(robot: &Robot, trajectory: &Trajectory, labels: &Labels) -> MotionArrays {
    let mut out = MotionArrays {
        rate_hz: trajectory.rate_hz,
        joint_names: trajectory.joint_names.clone(),
        body_names: robot.bodies.iter().map(|b| b.name.clone()).collect(),
        joint_pos: trajectory.joint_pos.iter().map(|v| *v as f32).collect(),
        joint_vel: labels.velocity.iter().map(|v| *v as f32).collect(),
        ..MotionArrays::default()
    };
    let (ticks, n, bodies) = (trajectory.ticks(), robot.dof(), robot.bodies.len());
    let mut at = Kinematics::new(robot);
    let mut last: Vec<Option<Rot>> = vec![None; bodies];
    for tick in 0..ticks {
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
