//! The same bytes on every number of threads, and after every restart.

use crate::small::world;
use kouros_sim::{Batch, Rng, sensed};

const ENVIRONMENTS: usize = 9;

/// All that is sensed and rewarded in a run of random actions.
fn run(threads: usize, round: u64) -> (Vec<f32>, Vec<u64>) {
    let world = world();
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
    pool.install(|| {
        let mut batch = Batch::new(&world, ENVIRONMENTS, 7);
        batch.set_level(1.0);
        batch.reset(round);
        let mut rng = Rng::of(&[1]);
        let mut actions = vec![0.0; ENVIRONMENTS * world.actions()];
        let (mut sensed_now, mut all, mut rewards) = (vec![0.0; ENVIRONMENTS * sensed(&world)], Vec::new(), Vec::new());
        for _ in 0..120 {
            actions.iter_mut().for_each(|a| *a = (0.5 * rng.normal()) as f32);
            let outcomes = batch.step(&actions, &mut sensed_now);
            all.extend_from_slice(&sensed_now);
            rewards.extend(outcomes.iter().map(|o| o.reward.to_bits() ^ u64::from(o.terminated)));
        }
        (all, rewards)
    })
}

#[test]
fn one_thread_or_three() {
    let (one, three) = (run(1, 5), run(3, 5));
    assert_eq!(one.1, three.1);
    assert!(one.0.iter().zip(&three.0).all(|(a, b)| a.to_bits() == b.to_bits()));
    assert!(one.0.iter().all(|v| v.is_finite()));
    assert_ne!(run(1, 6).1, one.1);
}

#[test]
fn a_round_forgets_what_was_before() {
    let world = world();
    let mut used = Batch::new(&world, 2, 3);
    let zero = vec![0.0; 2 * world.actions()];
    let mut out = vec![0.0; 2 * sensed(&world)];
    (0..50).for_each(|_| drop(used.step(&zero, &mut out)));
    let mut fresh = Batch::new(&world, 2, 3);
    used.reset(4);
    fresh.reset(4);
    for _ in 0..30 {
        let mut other = out.clone();
        let (a, b) = (used.step(&zero, &mut out), fresh.step(&zero, &mut other));
        assert_eq!(a, b);
        assert_eq!(out, other);
    }
}
