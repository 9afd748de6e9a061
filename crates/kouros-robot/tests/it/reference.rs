//! Kinematics and dynamics against MuJoCo's own, at random states.

use crate::g1;
use kouros_motion::{Pose, Vec3};
use kouros_robot::{Acceleration, Dynamics, Kinematics, Robot, State};
use mujoco_rs::prelude::*;

/// Rounding of some hundred multiplications of numbers near one.
const ROUNDING: f64 = 1e-9;

/// A repeatable number in -1 to 1 (a linear congruential generator, Knuth's MMIX constants).
struct Random(u64);

impl Random {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (self.0 >> 11) as f64 / (1u64 << 52) as f64 - 1.0
    }
    fn vec3(&mut self, size: f64) -> Vec3 {
        Vec3::new(self.next(), self.next(), self.next()) * size
    }
}

fn random_state(robot: &Robot, random: &mut Random) -> (Pose, Vec<f64>, (Vec3, Vec3), Vec<f64>) {
    let base = Pose::new(random.vec3(1.0), random.vec3(2.0));
    let q = (0..robot.dof()).map(|_| random.next()).collect();
    let v = (random.vec3(1.0), random.vec3(1.0));
    (base, q, v, (0..robot.dof()).map(|_| 3.0 * random.next()).collect())
}

#[test]
fn kinematics_agree_with_mujoco() {
    let robot = g1();
    let mut random = Random(7);
    let (mut ours, mut theirs) = (Kinematics::new(&robot), Dynamics::new(&robot));
    for _ in 0..50 {
        let (base, q, v, dq) = random_state(&robot, &mut random);
        ours.update(&robot, &base, &q);
        theirs.set(&State { base, base_vel: v, joint_pos: &q, joint_vel: &dq });
        for b in 0..robot.bodies.len() {
            let (p, r) = theirs.body_pose(b);
            assert!((ours.position[b] - p).norm() < ROUNDING && (ours.rotation[b] - r).norm() < ROUNDING);
        }
        // The motion of a fingertip by each joint, against MuJoCo's Jacobian.
        let hand = robot.profile.arms[0].end;
        let at = ours.point(hand, &Vec3::new(0.1, 0.02, -0.03));
        let (jacp, _) = theirs.jacobian(hand, &at);
        for &j in &robot.bodies[hand].chain {
            let column = Vec3::from_fn(|row, _| jacp[row * (6 + robot.dof()) + 6 + j]);
            assert!((ours.point_by_joint(&robot, j, &at) - column).norm() < ROUNDING);
        }
    }
}

#[test]
fn momenta_and_torques_agree_with_mujoco() {
    let robot = g1();
    let mut random = Random(11);
    let mut dynamics = Dynamics::new(&robot);
    // Without constraints: a random pose may touch itself.
    let mut free = robot.model().clone();
    free.opt_mut().disableflags |= MjtDisableBit::mjDSBL_CONSTRAINT as i32;
    let mut data = free.make_data();
    for _ in 0..20 {
        let (base, q, v, dq) = random_state(&robot, &mut random);
        dynamics.set(&State { base, base_vel: v, joint_pos: &q, joint_vel: &dq });
        let parts: Vec3 = dynamics.angular_momentum_by_body().iter().sum();
        assert!((parts - dynamics.angular_momentum()).norm() < ROUNDING);

        // A full inverse dynamics of MuJoCo with contacts far away: the robot 10 m up.
        let acceleration: Vec<f64> = (0..robot.dof()).map(|_| 20.0 * random.next()).collect();
        let (linear, angular) = (random.vec3(3.0), random.vec3(3.0));
        let up = Pose::from_parts((base.translation.vector + Vec3::z() * 10.0).into(), base.rotation);
        dynamics.set(&State { base: up, base_vel: v, joint_pos: &q, joint_vel: &dq });
        let force = dynamics.inverse(&Acceleration { base_linear: linear, base_angular: angular, joints: &acceleration });
        let r = up.rotation;
        let mut qpos = vec![up.translation.x, up.translation.y, up.translation.z, r.w, r.i, r.j, r.k];
        qpos.extend(&q);
        data.qpos_mut().copy_from_slice(&qpos);
        let stack = |l: &Vec3, a: &Vec3, joints: &[f64]| l.iter().chain(a.iter()).chain(joints).copied().collect::<Vec<_>>();
        data.qvel_mut().copy_from_slice(&stack(&v.0, &v.1, &dq));
        data.qacc_mut().copy_from_slice(&stack(&linear, &angular, &acceleration));
        data.inverse();
        for (ours, theirs) in force.iter().zip(data.qfrc_inverse()) {
            assert!((ours - theirs).abs() < 1e-6 * theirs.abs().max(1.0), "{ours} {theirs}");
        }
    }
}
