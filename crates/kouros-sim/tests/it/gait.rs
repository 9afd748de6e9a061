//! The gait that comes from the robot alone.

use crate::laws::still;
use crate::small::{robot, world};
use kouros_motion::Pose;
use kouros_robot::Kinematics;
use kouros_sim::{Command, Env, Rng, World};
use std::sync::Arc;

#[test]
fn its_feet_are_where_a_walk_has_them() {
    let (robot, world) = (robot(), world());
    let gait = &world.task.gait;
    let (frequency, forward) = (1.0, 0.3);
    let (mut position, mut target) = (vec![0.0; world.actions()], vec![0.0; world.actions()]);
    let mut at = Kinematics::new(&robot);
    // Sole of the left foot from the base, ahead and up, at a phase.
    let mut foot = |phase: f64| {
        let command = Command { forward, ..Command::default() };
        world.reference.at(phase, frequency, &command, &mut position, &mut target);
        let mut joints = world.start_all.clone();
        world.driven.iter().zip(&position).for_each(|(&k, q)| joints[world.motors[k].joint] = *q);
        at.update(&robot, &Pose::identity(), &joints);
        let sole = &robot.profile.soles[0];
        let p = at.point(sole.body, &world.feet[0].middle);
        (p.x, p.z + world.start_height)
    };
    let (stance, swing) = (gait.stance / 2.0, (1.0 + gait.stance) / 2.0);
    // The table is linear between its phases and in the command; legs are not.
    const NEAR: f64 = 0.008;
    assert!(foot(stance).1.abs() < NEAR && foot(stance + 0.15).1.abs() < NEAR, "{:?}", foot(stance + 0.15));
    assert!((foot(swing).1 - gait.swing_height).abs() < NEAR, "{:?}", foot(swing));
    // A fifth of a cycle of a second at 0.3 m/s: 6 cm back.
    let back = foot(stance - 0.1).0 - foot(stance + 0.1).0;
    assert!((back - 0.06).abs() < NEAR, "{back}");
    assert!((foot(swing).0 - foot(stance).0).abs() < NEAR);
}

#[test]
fn motors_are_told_to_carry_the_weight() {
    let (robot, world) = (robot(), world());
    let (mut position, mut target) = (vec![0.0; world.actions()], vec![0.0; world.actions()]);
    let told = |phase: f64, position: &mut Vec<f64>, target: &mut Vec<f64>| {
        world.reference.at(phase, 1.0, &Command::default(), position, target);
        let knee = world.driven.iter().position(|&k| world.names[k] == "left_knee").expect("knee");
        (target[knee] - position[knee]) * robot.joints[world.motors[world.driven[knee]].joint].kp.expect("kp")
    };
    // On one leg the ground pushes at the sole's middle, under a centre of mass that lies over it or
    // nearly: the knee, ahead of that line, is straightened with weight times lever, 0.06 m sin 0.2
    // to within what lies below the knee and the slant of the force.
    let carried = told(0.3, &mut position, &mut target);
    assert!(carried < -3.0 && carried > -25.0, "{carried} N m");
    // In the air it holds shank and foot alone.
    let hanging = told(0.8, &mut position, &mut target);
    assert!(hanging.abs() < 8.0, "{hanging} N m");
}

#[test]
fn a_robot_that_should_stand_rests_on_both_feet_and_steps_when_it_is_pushed() {
    let world = Arc::new(World::new(&robot(), &still()).expect("world"));
    let mut env = Env::new(Arc::clone(&world), Rng::of(&[4]));
    env.ask(Some(Command::default()));
    env.reset();
    let zero = vec![0.0; world.actions()];
    let mut rested = 0;
    for _ in 0..40 {
        env.step(&zero);
        let m = env.moment();
        if m.clock.standing {
            rested += 1;
            let phase = 2.0 * m.clock.phase;
            assert!((phase - phase.floor() - (world.task.gait.stance - 0.5)).abs() < 1e-9, "{:?}", m.clock);
        }
    }
    assert!(rested > 0);
    let before = env.moment().clock.phase;
    env.push([1.5, 0.0, 0.0]);
    for _ in 0..8 {
        env.step(&zero);
    }
    assert_ne!(env.moment().clock.phase, before);
}
