//! Newton's laws on motions whose forces are known.

use crate::random::Random;
use crate::robot::{center_of_mass, g1, moving, standing};
use kouros_label::{LabelOptions, label};
use kouros_motion::{FootContacts, Pose, Vec3};

/// Rounding of some hundred multiplications, and the price of spreading load in the wrench.
const EXACT: f64 = 1e-6;
/// What the price of spreading load leaves, as a share of the weight.
const SPREAD: f64 = 1e-5;

#[test]
fn standing_still_carries_the_weight() {
    let robot = g1();
    let rest = robot.profile.rest.clone();
    let base = standing(&robot, &rest);
    let trajectory = moving(&robot, 50, 50.0, |_| (base, rest.clone()));
    let labels = label(&robot, &trajectory, None, None, &LabelOptions::default()).expect("labels");
    let (weight, com) = (robot.mass() * 9.81, center_of_mass(&robot, &base, &rest));
    for t in 0..50 {
        assert!(labels.foot_contact[t * 4..t * 4 + 4].iter().all(|v| *v == 1.0));
        let w = &labels.foot_wrench[t * 12..t * 12 + 12];
        assert!((w[2] + w[8] - weight).abs() < SPREAD * weight, "{w:?}");
        assert!((w[2] - w[8]).abs() < 0.02 * weight && w[0].abs() + w[1].abs() < 0.02 * weight, "both feet alike: {w:?}");
        let b = &labels.balance[t * 3..t * 3 + 3];
        assert!((b[0] - com.x).abs() < EXACT && (b[1] - com.y).abs() < EXACT, "{b:?} {com}");
        assert!(b[2] > 0.02, "inside the soles: {}", b[2]);
        assert!((Vec3::from_column_slice(&labels.center_of_mass[t * 3..t * 3 + 3]) - com).norm() < EXACT);
        assert!(labels.residual_share[t] < SPREAD);
        assert!(kouros_label::VALID.iter().all(|v| labels.is_valid(t, v)));
        assert!(labels.coupling[t * 6..t * 6 + 6].iter().all(|v| v.abs() < EXACT));
        assert!((labels.imu[t * 6 + 5] + 1.0).abs() < 1e-12);
        // A wrist holds up a light hand, a knee most of the body.
        let effort = |name: &str| labels.effort[t * robot.dof() + robot.joint(name).expect("joint")];
        assert!(effort("left_wrist_roll_joint").abs() < 0.5 && effort("left_knee_joint").abs() > 2.0);
    }
}

#[test]
fn ballistic_flight_needs_no_ground() {
    let robot = g1();
    let rest = robot.profile.rest.clone();
    let trajectory = moving(&robot, 40, 100.0, |s| {
        let height = 1.0 + 3.0 * s - 0.5 * 9.81 * s * s;
        (Pose::translation(0.5 * s, 0.0, height), rest.clone())
    });
    let labels = label(&robot, &trajectory, None, None, &LabelOptions::default()).expect("labels");
    for t in 0..40 {
        assert!(labels.foot_contact[t * 4..t * 4 + 4].iter().all(|v| *v == 0.0));
        assert!(labels.foot_wrench[t * 12..t * 12 + 12].iter().all(|v| *v == 0.0));
        assert!(labels.residual_share[t] < EXACT, "{}", labels.residual_share[t]);
        assert!(!labels.is_valid(t, "zero_moment_point") && !labels.is_valid(t, "capture_margin"));
        assert!(labels.is_valid(t, "effort") && labels.is_valid(t, "foot_wrench"));
        assert!(labels.effort[t * robot.dof()..(t + 1) * robot.dof()].iter().all(|v| v.abs() < 1e-4), "falling freely");
    }
}

/// A robot that sways over still feet: forces on the feet are weight plus mass times acceleration,
/// with the acceleration taken from positions by another way.
#[test]
fn feet_carry_weight_and_acceleration() {
    let robot = g1();
    let rest = robot.profile.rest.clone();
    let base = standing(&robot, &rest);
    let rate_hz = 200.0;
    let at = |s: f64| {
        let sway = Vec3::new(0.01 * (3.0 * s).sin(), 0.008 * (2.0 * s).cos(), 0.004 * (4.0 * s).sin());
        (Pose::from_parts((base.translation.vector + sway).into(), base.rotation), rest.clone())
    };
    let trajectory = moving(&robot, 600, rate_hz, at);
    let down = FootContacts { rate_hz, down: vec![[true; 4]; 600] };
    let labels =
        label(&robot, &trajectory, None, Some(&down), &LabelOptions { derivative_reach: 0.01, ..LabelOptions::default() })
            .expect("labels");
    let com = |t: usize| center_of_mass(&robot, &trajectory.base[t], &rest);
    let (mass, g) = (robot.mass(), Vec3::z() * 9.81);
    for t in 5..595 {
        let acceleration = (com(t + 1) - com(t) * 2.0 + com(t - 1)) * rate_hz * rate_hz;
        let w = &labels.foot_wrench[t * 12..t * 12 + 12];
        let total = Vec3::new(w[0] + w[6], w[1] + w[7], w[2] + w[8]);
        // A parabola over 25 ms against a second difference over 10 ms, of sines of 4 rad/s.
        assert!((total - (acceleration + g) * mass).norm() < 1e-3 * mass, "tick {t}");
        assert!(labels.residual_share[t] < SPREAD);
        // p = c_xy - z_c a_xy / (a_z + g) where nothing turns.
        let zmp = com(t).xy() - acceleration.xy() * com(t).z / (acceleration.z + 9.81);
        let b = &labels.balance[t * 3..t * 3 + 3];
        assert!((b[0] - zmp.x).abs() < 1e-4 && (b[1] - zmp.y).abs() < 1e-4, "{b:?} {zmp}");
    }
}

#[test]
fn momenta_and_torques_are_mujocos() {
    let robot = g1();
    let mut random = Random(3);
    let wave: Vec<(f64, f64, f64)> = (0..robot.dof()).map(|_| (random.next(), 3.0 * random.next(), random.next())).collect();
    // High up, so that there is no contact and the inverse dynamics stand alone.
    let trajectory = moving(&robot, 60, 100.0, |s| {
        let joints = wave.iter().map(|(a, w, p)| 0.3 * a * (w * s + p).sin()).collect();
        (Pose::new(Vec3::new(s, -0.5 * s * s, 10.0), Vec3::new(0.4 * s, 0.2, 1.0 * s * s)), joints)
    });
    let labels = label(&robot, &trajectory, None, None, &LabelOptions::default()).expect("labels");
    let model = robot.model();
    let mut data = model.make_data();
    let n = robot.dof();
    let (mut com, mut velocity) = (Vec::new(), Vec::new());
    for t in 0..60 {
        let (p, v) = (&labels.root_pose[t * 7..t * 7 + 7], &labels.root_velocity[t * 6..t * 6 + 6]);
        let qpos: Vec<f64> = p.iter().chain(&labels.state[t * n..(t + 1) * n]).copied().collect();
        let qvel: Vec<f64> = v.iter().chain(&labels.velocity[t * n..(t + 1) * n]).copied().collect();
        data.qpos_mut().copy_from_slice(&qpos);
        data.qvel_mut().copy_from_slice(&qvel);
        data.forward();
        data.subtree_vel();
        let root = robot.mujoco_body(0);
        let near = |ours: &[f64], theirs: [f64; 3]| ours.iter().zip(theirs).all(|(a, b)| (a - b).abs() < EXACT);
        assert!(near(&labels.center_of_mass[t * 3..t * 3 + 3], data.subtree_com()[root]));
        assert!(near(&labels.center_of_mass_velocity[t * 3..t * 3 + 3], data.subtree_linvel()[root]));
        assert!(near(&labels.angular_momentum[t * 3..t * 3 + 3], data.subtree_angmom()[root]));
        com.push(Vec3::from_column_slice(&labels.center_of_mass[t * 3..t * 3 + 3]));
        velocity.push(Vec3::from_column_slice(&labels.center_of_mass_velocity[t * 3..t * 3 + 3]));
        // Without a foot on the ground all that is needed is left over, and no torque can be trusted.
        assert!(!labels.is_valid(t, "effort") && labels.residual_share[t] > 0.5);
    }
    for t in 5..55 {
        // The velocity is the slope of the place: 3e-3 for a parabola over 0.12 s of these waves.
        assert!(((com[t + 1] - com[t - 1]) * 50.0 - velocity[t]).norm() < 3e-3);
    }
}

/// What MuJoCo's inverse dynamics of a real walk need, less what the labelled wrenches on the feet
/// give by its own Jacobians, are the labelled torques and the labelled residual.
#[test]
fn wrenches_on_the_feet_leave_the_joints_their_torques() {
    let robot = g1();
    let Some(clip) = crate::clips::lafan(&robot, "walk") else { return };
    let trajectory = clip.resampled(50.0).expect("rate");
    let labels = label(&robot, &trajectory, None, None, &LabelOptions::default()).expect("labels");
    let mut model = robot.model().clone();
    model.opt_mut().disableflags |= 1; // mjDSBL_CONSTRAINT: no contacts of its own
    let mut data = model.make_data();
    let n = robot.dof();
    // Curvature of a parabola over seven ticks, from Savitzky and Golay's table.
    let curvature = [5.0, 0.0, -3.0, -4.0, -3.0, 0.0, 5.0].map(|w| w / 42.0 * 50.0 * 50.0);
    let weight = robot.mass() * 9.81;
    for t in (3..labels.ticks() - 3).step_by(37) {
        let here = &trajectory.base[t];
        let (mut linear, mut angular, mut joints) = (Vec3::zeros(), Vec3::zeros(), vec![0.0; n]);
        for (i, w) in curvature.iter().enumerate() {
            let there = &trajectory.base[t + i - 3];
            linear += there.translation.vector * *w;
            angular += (here.rotation.inverse() * there.rotation).scaled_axis() * *w;
            for (a, q) in joints.iter_mut().zip(trajectory.joints_at(t + i - 3)) {
                *a += w * q;
            }
        }
        let chain = |v: &[f64], q: &[f64]| v.iter().chain(q).copied().collect::<Vec<f64>>();
        data.qpos_mut().copy_from_slice(&chain(&labels.root_pose[t * 7..t * 7 + 7], &labels.state[t * n..(t + 1) * n]));
        data.qvel_mut().copy_from_slice(&chain(&labels.root_velocity[t * 6..t * 6 + 6], &labels.velocity[t * n..(t + 1) * n]));
        data.qacc_mut().copy_from_slice(&chain(&[linear.x, linear.y, linear.z, angular.x, angular.y, angular.z], &joints));
        data.kinematics();
        data.com_pos();
        let mut given = vec![0.0; n + 6];
        for (side, sole) in robot.profile.soles.iter().enumerate() {
            let w = &labels.foot_wrench[t * 12 + 6 * side..t * 12 + 6 * side + 6];
            let (force, torque) = (Vec3::from_column_slice(&w[..3]), Vec3::from_column_slice(&w[3..]));
            let body = robot.mujoco_body(sole.body);
            let axes = nalgebra::Matrix3::from_row_slice(&data.xmat()[body]);
            let center = Vec3::from(data.xpos()[body]) + axes * ((sole.middle(&sole.heel) + sole.middle(&sole.toe)) / 2.0);
            let (position, rotation) = data.jac(true, true, &[center.x, center.y, center.z], body);
            for row in 0..3 {
                for (k, g) in given.iter_mut().enumerate() {
                    *g += position[row * (n + 6) + k] * force[row] + rotation[row * (n + 6) + k] * torque[row];
                }
            }
        }
        data.inverse();
        let needed: Vec<f64> = data.qfrc_inverse().iter().zip(&given).map(|(all, feet)| all - feet).collect();
        let (r, effort) = (&labels.residual[t * 6..t * 6 + 6], &labels.effort[t * n..(t + 1) * n]);
        for (ours, theirs) in r[..3].iter().zip(&needed[..3]) {
            assert!((ours - theirs).abs() < EXACT * weight, "tick {t}: {r:?} {needed:?}");
        }
        for (j, (ours, theirs)) in effort.iter().zip(&needed[6..]).enumerate() {
            assert!((ours - theirs).abs() < EXACT * weight, "tick {t}, {}: {ours} {theirs}", robot.joints[j].name);
        }
    }
}

#[test]
fn arms_shift_the_centre_of_mass() {
    let robot = g1();
    let mut joints = robot.profile.rest.clone();
    let base = standing(&robot, &joints);
    let before = center_of_mass(&robot, &base, &joints);
    joints[robot.joint("left_shoulder_pitch_joint").expect("shoulder")] -= 1.2;
    let shift = center_of_mass(&robot, &base, &joints) - before;
    // Bent knees change nothing: the shift is the arms' alone.
    joints[robot.joint("left_knee_joint").expect("knee")] += 0.5;
    let labels = label(&robot, &moving(&robot, 5, 50.0, |_| (base, joints.clone())), None, None, &LabelOptions::default())
        .expect("labels");
    assert!((Vec3::from_column_slice(&labels.coupling[..3]) - shift).norm() < EXACT && shift.x > 0.005, "{shift}");
}

#[test]
fn upper_and_lower_body_turn_against_each_other() {
    let robot = g1();
    let rest = robot.profile.rest.clone();
    let base = standing(&robot, &rest);
    let waist = robot.joint("waist_yaw_joint").expect("waist");
    // The pelvis turns one way by `pelvis`, the trunk in the world by `trunk` [rad/s].
    let turn = |pelvis: f64, trunk: f64| {
        let trajectory = moving(&robot, 20, 100.0, |s| {
            let mut q = rest.clone();
            q[waist] += (trunk - pelvis) * s;
            (base * Pose::rotation(Vec3::z() * pelvis * s), q)
        });
        let labels = label(&robot, &trajectory, None, None, &LabelOptions::default()).expect("labels");
        (labels.angular_momentum[2], labels.coupling[5])
    };
    // The axis passes a centimetre or two from the centres of mass, whence the tenth.
    let (total, counter) = turn(0.0, 1.0);
    assert!(total > 0.1 && (counter - total / 2.0).abs() < 0.1 * total, "{total} {counter}");
    let upper = total;
    let (total, counter) = turn(1.0, 0.0);
    assert!(total > 0.1 && (counter + total / 2.0).abs() < 0.1 * total, "{total} {counter}");
    // Legs turned just as fast as cancels the trunk: no total, and the counter is the trunk's own.
    let (total, counter) = turn(-upper / total, 1.0);
    assert!(total.abs() < 0.02 * upper && (counter - upper).abs() < 0.1 * upper, "{total} {counter} {upper}");
}

#[test]
fn joint_order_is_a_matter_of_names() {
    let robot = g1();
    let rest = robot.profile.rest.clone();
    let base = standing(&robot, &rest);
    let forwards = moving(&robot, 10, 50.0, |_| (base, rest.clone()));
    let mut backwards = forwards.clone();
    backwards.joint_names.reverse();
    backwards.joint_pos.chunks_mut(robot.dof()).for_each(<[f64]>::reverse);
    let (a, b) = [&forwards, &backwards].map(|t| label(&robot, t, None, None, &LabelOptions::default()).expect("labels")).into();
    let reversed: Vec<f64> = b.effort.chunks(robot.dof()).flat_map(|r| r.iter().rev().copied()).collect();
    assert_eq!(a.effort, reversed);
    assert_eq!(a.foot_wrench, b.foot_wrench);
}

#[test]
fn what_does_not_fit_is_refused() {
    let robot = g1();
    let rest = robot.profile.rest.clone();
    let base = standing(&robot, &rest);
    let good = moving(&robot, 3, 50.0, |_| (base, rest.clone()));
    let refused =
        |t: &kouros_motion::Trajectory| label(&robot, t, None, None, &LabelOptions::default()).expect_err("bad").to_string();
    let mut bad = good.clone();
    bad.joint_pos[31] = f64::NAN;
    assert_eq!(refused(&bad), "joint 'left_hip_yaw_joint' at tick 1: expected a finite number, found NaN");
    let mut bad = good.clone();
    bad.joint_names[3] = "left_kneee".into();
    assert!(refused(&bad).contains("no joint 'left_knee_joint'") && refused(&bad).contains("nearest: "));
    let mut bad = good.clone();
    bad.joint_pos.pop();
    assert!(refused(&bad).contains("expected 87 values, found 86"));
    let mut bad = good.clone();
    bad.rate_hz = 0.0;
    assert!(refused(&bad).contains("rate"));
    let mut bad = good.clone();
    (bad.base, bad.joint_pos) = (vec![], vec![]);
    assert_eq!(refused(&bad), "no frames: expected at least one");
    let short = FootContacts { rate_hz: 50.0, down: vec![[true; 4]; 2] };
    let message = label(&robot, &good, None, Some(&short), &LabelOptions::default()).expect_err("short").to_string();
    assert!(message.contains("expected 3 ticks at 50 Hz") && message.contains("found 2"), "{message}");
    let message = label(&robot, &good, None, None, &LabelOptions { friction: -1.0, ..Default::default() })
        .expect_err("friction")
        .to_string();
    assert!(message.contains("friction"));
    // One tick and two have labels too, those that need more are not valid.
    for ticks in [1, 2] {
        let t = moving(&robot, ticks, 50.0, |_| (base, rest.clone()));
        let labels = label(&robot, &t, None, None, &LabelOptions::default()).expect("labels");
        assert!(!labels.is_valid(0, "effort") && labels.is_valid(0, "foot_contact"));
        assert!(labels.features().iter().all(|f| f.values.iter().all(|v| v.is_finite())));
    }
}
