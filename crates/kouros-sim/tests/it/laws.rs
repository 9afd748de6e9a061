//! Laws of worlds and environments.

use crate::small::{robot, task, world};
use kouros_motion::Vec3;
use kouros_sim::{
    Command, Contract, Draw, Env, RewardKind, Rng, World, action_mirror, known, known_mirror, sensed, sensed_mirror,
};
use std::sync::Arc;

/// A task without any chance: nothing differs, nobody pushes, no noise.
pub fn still() -> kouros_sim::Task {
    let mut t = task();
    let r = &mut t.randomise;
    (r.friction, r.trunk_mass, r.link_mass, r.payload) = ([1.0; 2], [0.0; 2], [1.0; 2], [0.0; 2]);
    (r.gains, r.strength, r.armature, r.damping) = ([1.0; 2], [1.0; 2], [1.0; 2], [0.0; 2]);
    (r.centre_of_mass, r.encoder_bias, r.latency_s, r.payload_share) = (0.0, 0.0, [0.0; 2], 0.0);
    t.pushes.speed = [0.0; 2];
    t.pushes.turn = 0.0;
    t.arms.reach = 0.0;
    (t.start.joint_noise, t.start.velocity_noise) = (0.0, 0.0);
    t.observation.iter_mut().for_each(|s| s.noise = 0.0);
    t
}

fn env_of(task: &kouros_sim::Task) -> Env {
    let world = Arc::new(World::new(&robot(), task).expect("world"));
    let mut env = Env::new(world, Rng::of(&[1]));
    env.reset();
    env
}

/// Begins anew with this command at this phase of the gait's clock.
fn begin(env: &mut Env, command: Command, phase: f64) {
    env.ask(Some(command));
    let draw = Draw::new(env.world(), &mut Rng::of(&[2]));
    env.reset_with(Draw { phase, ..draw });
}

#[test]
fn it_stands_on_the_ground_with_its_weight() {
    let mut env = env_of(&still());
    // Just before the clock rests with both feet down.
    begin(&mut env, Command::default(), 0.04);
    let zero = vec![0.0; env.world().actions()];
    for _ in 0..10 {
        let outcome = env.step(&zero);
        assert!(!outcome.terminated);
    }
    let m = env.moment();
    let force: f64 = m.feet.iter().map(|f| f.force).sum();
    // It sways a little: within a third of its weight.
    assert!((force / env.world().weight() - 1.0).abs() < 0.35, "{force} of {}", env.world().weight());
    assert!(m.clock.standing);
    assert!(m.feet.iter().all(|f| f.contact && f.height.abs() < 0.01));
    assert!((m.height - env.world().start_height).abs() < 0.03);
    assert!((m.feet_apart - 0.2).abs() < 0.01);
}

#[test]
fn truncated_is_not_terminated() {
    let mut task = still();
    task.episode.length_s = 0.1;
    let mut env = env_of(&task);
    let zero = vec![0.0; env.world().actions()];
    let outcomes: Vec<_> = (0..5).map(|_| env.step(&zero)).collect();
    assert!(outcomes[..4].iter().all(|o| !o.terminated && !o.truncated));
    assert!(outcomes[4].truncated && !outcomes[4].terminated);
    // Pushed over, it is terminated, once the tilt is too much.
    env.reset();
    env.limit(1000);
    env.push([6.0, 0.0, 0.0]);
    let fell = (0..100).map(|_| env.step(&zero)).find(|o| o.terminated || o.truncated).expect("an end");
    assert!(fell.terminated && !fell.truncated);
    // What a step is worth is far below a fall's cost.
    assert!((fell.reward + task.episode.fall_cost).abs() < 1.0, "{}", fell.reward);
}

#[test]
fn the_mirror_image_of_a_run_is_a_run() {
    // Without chance, mirrored actions from the mirrored start give mirrored observations.
    let task = still();
    let (mut plain, mut image) = (env_of(&task), env_of(&task));
    let world = Arc::clone(plain.world());
    let (actions, senses, knows) = (action_mirror(&world), sensed_mirror(&world), known_mirror(&world));
    for twice in [&actions, &senses, &knows] {
        let values: Vec<f32> = (0..twice.source.len()).map(|i| i as f32 + 1.0).collect();
        let (mut once, mut back) = (values.clone(), values.clone());
        twice.apply(&values, &mut once);
        twice.apply(&once, &mut back);
        assert_eq!(back, values);
    }
    begin(&mut plain, Command { forward: 0.5, sideways: 0.2, turn: 0.3, height: 1.0 }, 0.3);
    begin(&mut image, Command { forward: 0.5, sideways: -0.2, turn: -0.3, height: 1.0 }, 0.8);
    let (o, k) = (sensed(&world), known(&world));
    let mut rng = Rng::of(&[9]);
    let (mut a, mut b) = (vec![0.0; world.actions()], vec![0.0; world.actions()]);
    for step in 0..6 {
        a.iter_mut().for_each(|v| *v = (0.3 * rng.normal()) as f32);
        actions.apply(&a, &mut b);
        assert!(!plain.step(&a).terminated && !image.step(&b).terminated);
        let (mut x, mut y, mut want) = (vec![0.0; o], vec![0.0; o], vec![0.0; o]);
        plain.sense(&mut x);
        image.sense(&mut y);
        senses.apply(&x, &mut want);
        // What the contact solver leaves unsolved grows with every step; after a tenth of a second it is
        // still below this, and a wrong sign anywhere is not.
        const TOLERANCE: f32 = 5e-3;
        for i in 0..o {
            assert!((want[i] - y[i]).abs() < TOLERANCE * (1.0 + y[i].abs()), "step {step}, number {i}: {} {}", want[i], y[i]);
        }
        let (mut x, mut y, mut want) = (vec![0.0; k], vec![0.0; k], vec![0.0; k]);
        plain.know(&mut x);
        image.know(&mut y);
        knows.apply(&x, &mut want);
        for i in o..o + 4 {
            assert!((want[i] - y[i]).abs() < TOLERANCE, "step {step}, known {i}: {} {}", want[i], y[i]);
        }
    }
}

#[test]
fn arms_are_sensed_by_where_their_mass_is() {
    let mut task = still();
    let mut env = env_of(&task);
    begin(&mut env, Command::default(), 0.04);
    // Hanging from (0, +-0.18, 0.45): 0.8 kg at 0.35, 0.5 kg at 0.15, 0.2 kg at 0.05 of 1.5 kg.
    let height = (0.8 * 0.35 + 0.5 * 0.15 + 0.2 * 0.05) / 1.5;
    for (arm, y) in env.moment().arms.iter().zip([0.18, -0.18]) {
        assert!((arm.centre - Vec3::new(0.0, y, height)).norm() < 1e-9, "{arm:?}");
        assert_eq!(arm.velocity, Vec3::zeros());
    }
    // On the move the velocity is the change over a decision, whatever the base does.
    task.arms.reach = 0.7;
    let mut env = env_of(&task);
    let zero = vec![0.0; env.world().actions()];
    for _ in 0..5 {
        let before = env.moment().arms;
        env.step(&zero);
        for (now, before) in env.moment().arms.iter().zip(before) {
            assert!((now.centre - before.centre - now.velocity * task.control_period_s()).norm() < 1e-12);
            assert!(now.velocity.norm() > 1e-3);
        }
    }
}

#[test]
fn differences_reach_the_physics() {
    let world = world();
    let mut rng = Rng::of(&[2]);
    let draw = Draw::new(&world, &mut rng);
    let mut model = Box::new(world.model().clone());
    draw.write(&world, &mut model);
    for (k, m) in world.motors.iter().enumerate() {
        assert!((model.actuator_biasprm()[k][1] + m.kp * draw.kp[k]).abs() < 1e-9);
        assert!((model.actuator_forcerange()[k][1] - m.effort * draw.strength[k]).abs() < 1e-9);
    }
    let trunk = world.model().body_mass()[world.trunk] * draw.link_mass[world.trunk] + draw.trunk_mass;
    assert!((model.body_mass()[world.trunk] - trunk).abs() < 1e-9);
    assert!((model.geom_friction()[0][0] - draw.friction).abs() < 1e-12);
    assert!(draw.latency_steps <= 4);
    // Written again from nothing, it is as the world.
    let mut still_world = World::new(&robot(), &still()).expect("world");
    still_world.task = still();
    let none = Draw::new(&still_world, &mut rng);
    none.write(&still_world, &mut model);
    for (a, b) in model.body_mass().iter().zip(still_world.model().body_mass()) {
        assert!((a - b).abs() < 1e-12);
    }
}

#[test]
fn an_action_of_one_asks_for_its_share_of_the_torque() {
    let world = world();
    // 0.25 * effort / kp.
    assert!(world.action_scale.iter().all(|s| (s - 0.25).abs() < 1e-12));
    assert_eq!(world.actions(), 7);
    assert_eq!(world.arms.len(), 6);
    assert!(world.names.iter().zip(&world.motors).all(|(n, m)| world.robot_joints[m.joint] == *n));
}

#[test]
fn rewards_by_hand() {
    let mut env = env_of(&still());
    let zero = vec![0.0; env.world().actions()];
    env.step(&zero);
    let world = Arc::clone(env.world());
    let mut m = env.moment().clone();
    m.velocity = kouros_motion::Vec3::new(0.7, 0.1, 0.2);
    m.turn = 0.5;
    m.sway = 0.1;
    m.command = Command { forward: 0.4, sideways: -0.3, turn: 0.0, height: 1.0 };
    let value = |kind: RewardKind, width: f64| kind.value(&world, &m, width);
    let near = |a: f64, b: f64| assert!((a - b).abs() < 1e-12, "{a} {b}");
    near(value(RewardKind::TrackVelocity, 0.5), (-(0.09f64 + 0.09) / 0.25).exp());
    near(value(RewardKind::TrackTurn, 0.5), (-1f64).exp());
    near(value(RewardKind::VerticalSpeed, 0.0), 0.04);
    let mut m = m.clone();
    m.action.fill(1.0);
    m.last_action.fill(0.5);
    m.action_before.fill(0.5);
    near(RewardKind::ActionRate.value(&world, &m, 0.0), 7.0 * 0.25);
    near(RewardKind::ActionJerk.value(&world, &m, 0.0), 7.0 * 0.25);
    m.reference = world.driven.iter().map(|&k| m.joint_pos[k] + 0.1).collect();
    near(RewardKind::Reference.value(&world, &m, 0.2), (-0.25f64).exp());
    m.feet_apart = 0.1;
    near(RewardKind::FeetClose.value(&world, &m, 0.2), 0.5);
    (m.feet[0].contact, m.feet[1].contact) = (true, false);
    (m.feet[0].speed, m.feet[1].speed) = (0.3, 5.0);
    near(RewardKind::Slip.value(&world, &m, 0.0), 0.09);
    m.joint_pos[world.driven[0]] = world.limits[world.driven[0]][1];
    let beyond = RewardKind::JointLimits.value(&world, &m, 0.9);
    near(beyond, 0.1 * (world.limits[world.driven[0]][1] - world.limits[world.driven[0]][0]) / 2.0);
}

#[test]
fn what_is_missing_is_named() {
    let mut t = task();
    t.control.start_pose = "handstand".into();
    let e = World::new(&robot(), &t).expect_err("pose").to_string();
    assert!(e.contains("handstand") && e.contains("bent"), "{e}");
    let mut t = task();
    t.control.fixed_joints = vec!["*_finger".into()];
    let e = World::new(&robot(), &t).expect_err("joint").to_string();
    assert!(e.contains("*_finger") && e.contains("left_elbow"), "{e}");
    let mut r = robot();
    r.joints[2].kp = None;
    let e = World::new(&r, &task()).expect_err("motor").to_string();
    assert!(e.contains("has no kp") && e.contains(&r.joints[2].name), "{e}");
}

#[test]
fn contracts_say_what_differs() {
    let ours = Contract::of(&world());
    ours.must_fit(&Contract::of(&world())).expect("the same");
    let differs = |change: &dyn Fn(&mut Contract), words: &[&str]| {
        let mut other = ours.clone();
        change(&mut other);
        let e = other.must_fit(&ours).expect_err("another").to_string();
        assert!(words.iter().all(|w| e.contains(w)), "{e}");
        assert_ne!(other.hash(), ours.hash());
    };
    differs(&|c| c.robot = "tall".into(), &["robot", "tall", "small"]);
    differs(&|c| c.rate_hz = 100.0, &["control rate", "100"]);
    differs(&|c| c.joints.swap(0, 1), &["driven joint 1"]);
    differs(&|c| c.joints[3].kp = 61.0, &["kp of joint", "61"]);
    differs(&|c| c.gait[130] += 0.01, &["number 131 of the gait's table"]);
    differs(&|c| c.joints[3].scale = 0.3, &["action scale"]);
    differs(&|c| c.observation.swap(0, 1), &["observation term 1"]);
    differs(&|c| c.gait_hz[1] = 2.0, &["fastest clock", "2"]);
    differs(&|c| c.command_change[1] = 9.0, &["commanded turn", "9"]);
    differs(&|c| c.uneasy[0] = 0.5, &["tilt at which", "0.5"]);
    differs(&|c| c.still_below = 0.3, &["one to stand", "0.3"]);
    // A welded wrist changes nothing for the legs.
    let mut t = task();
    t.control.fixed_joints = vec!["*_wrist".into()];
    ours.must_fit(&Contract::of(&World::new(&robot(), &t).expect("world"))).expect("the same legs");
}
