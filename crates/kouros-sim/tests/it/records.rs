//! What is kept of an episode: true forces that are the solver's, and doing it again exactly.

use crate::small::world;
use kouros_motion::{Rot, Vec3};
use kouros_sim::{Env, Origin, Replay, Rng, Tick, Truth};
use std::sync::Arc;

/// Sums of a few products of forces of a few hundred newtons.
const ROUNDING: f64 = 1e-8;

fn env(seed: u64) -> Env {
    let mut env = Env::new(world(), Rng::of(&[seed]));
    env.reset();
    env
}

fn action(world: &kouros_sim::World, step: usize) -> Vec<f32> {
    (0..world.actions()).map(|i| ((step * 7 + i * 3) as f32 * 0.41).sin()).collect()
}

#[test]
fn the_feet_carry_what_the_solver_says() {
    let (mut env, mut touched) = (env(3), 0);
    let world = Arc::clone(env.world());
    for step in 0..40 {
        env.step_watched(&action(&world, step), &mut |data, _| {
            let truth = Truth::read(&world, data);
            // The ground's forces on the base's six degrees of freedom: along the world's axes, and about
            // the base's origin in its own axes. Positions are those the forces were computed at.
            let constraint = data.qfrc_constraint();
            let base = Vec3::from(data.xpos()[world.base]);
            let q = data.xquat()[world.base];
            let turn = Rot::new_normalize(nalgebra::Quaternion::new(q[0], q[1], q[2], q[3]));
            let (mut force, mut torque) = (Vec3::from(truth.other_force), Vec3::zeros());
            for (foot, wrench) in world.feet.iter().zip(&truth.foot_wrench) {
                let place = nalgebra::Matrix3::from_row_slice(&data.xmat()[foot.body]) * foot.center;
                let f = Vec3::new(wrench[0], wrench[1], wrench[2]);
                force += f;
                torque += Vec3::new(wrench[3], wrench[4], wrench[5]);
                torque += (Vec3::from(data.xpos()[foot.body]) + place - base).cross(&f);
            }
            let own = turn.inverse() * torque;
            for (mine, solver) in force.iter().chain(own.iter()).zip(constraint) {
                assert!((mine - solver).abs() < ROUNDING * (1.0 + solver.abs()), "{mine} {solver}");
            }
            let normal: f64 = truth.sole_force.iter().sum();
            assert!((normal - force.z).abs() < ROUNDING * (1.0 + normal), "a level floor pushes up: {normal} {}", force.z);
            touched += usize::from(normal > 0.0);
        });
    }
    assert!(touched > 20, "{touched}");
}

#[test]
fn an_episode_is_done_again_to_the_last_bit() {
    for seed in [1, 2] {
        let mut env = env(seed);
        let world = Arc::clone(env.world());
        let (draw, origin) = (env.draw().clone(), Origin::of(&env));
        let ticks: Vec<Tick> = (0..400).map(|step| Tick::take(&mut env, &action(&world, step)).0).collect();
        assert!(ticks.iter().any(|t| t.pushed.is_some()), "8 s without a push");
        let mut replay = Replay::new(Arc::clone(&world), &draw, &origin).expect("its own world");
        for (step, t) in ticks.iter().enumerate() {
            assert_eq!((replay.qpos(), replay.qvel()), (t.qpos.as_slice(), t.qvel.as_slice()), "step {step}");
            replay.step(&t.target, t.pushed).expect("its own targets");
        }
        assert_eq!(replay.qpos(), env.data().qpos());
        assert_eq!(replay.qvel(), env.data().qvel());
    }
}

#[test]
fn what_is_not_of_this_world_is_named() {
    let env = env(1);
    let world = Arc::clone(env.world());
    let (draw, origin) = (env.draw().clone(), Origin::of(&env));
    let fails = |draw: &kouros_sim::Draw, origin: &Origin, words: &str| {
        let e = Replay::new(Arc::clone(&world), draw, origin).err().expect(words).to_string();
        assert!(e.contains(words), "{e}");
    };
    let mut wrong = origin.clone();
    wrong.qvel.pop();
    fails(&draw, &wrong, "start: velocities");
    let mut wrong = origin.clone();
    wrong.target[0] = f32::NAN;
    fails(&draw, &wrong, "start: targets");
    let mut wrong = draw.clone();
    wrong.kp.push(1.0);
    fails(&wrong, &origin, "kp: expected");
    wrong = draw.clone();
    wrong.link_mass[1] = 0.0;
    fails(&wrong, &origin, "not positive");
    let mut replay = Replay::new(Arc::clone(&world), &draw, &origin).expect("its own world");
    assert!(replay.step(&[0.0], None).is_err());
}
