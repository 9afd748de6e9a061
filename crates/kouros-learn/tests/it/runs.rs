//! Runs repeat, go on after a stop, and learn.

use crate::small::{task, world};
use kouros_learn::{Learner, Line, Mirrors, Samples, Settings, Trace, Trainer, log_prob};
use kouros_sim::{Mirror, Rng, World};
use std::sync::Arc;

pub fn settings() -> Settings {
    Settings { environments: 40, steps: 8, actor: vec![16, 8], critic: vec![16, 8], checkpoint_every: 2, ..Settings::default() }
}

fn on<T: Send>(threads: usize, work: impl FnOnce() -> T + Send) -> T {
    rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads").install(work)
}

/// The log and the policy's bytes after some iterations.
fn run(world: &Arc<World>, threads: usize, iterations: usize) -> (Vec<Line>, Vec<u8>) {
    on(threads, || {
        let mut trainer = Trainer::new(world, &settings(), 5).expect("trainer");
        let lines = (0..iterations).map(|_| trainer.iterate().expect("finite").0.clone()).collect();
        (lines, bytes(&trainer))
    })
}

fn bytes(trainer: &Trainer) -> Vec<u8> {
    let file = tempfile::NamedTempFile::new().expect("file");
    trainer.policy().write(file.path()).expect("write");
    std::fs::read(file.path()).expect("read")
}

#[test]
fn the_same_bytes_on_one_thread_and_three() {
    let world = world();
    assert_eq!(run(&world, 1, 3), run(&world, 3, 3));
}

#[test]
fn a_run_that_was_stopped_goes_on_as_if_it_had_not_been() {
    let world = world();
    let folder = tempfile::tempdir().expect("folder");
    let path = folder.path().join("checkpoint.safetensors");
    let whole = run(&world, 2, 5);
    on(2, || {
        let mut first = Trainer::new(&world, &settings(), 5).expect("trainer");
        for _ in 0..2 {
            first.iterate().expect("finite");
        }
        assert!(first.is_at_checkpoint());
        first.write(&path).expect("write");
    });
    let (lines, policy) = on(1, || {
        let mut second = Trainer::resume(&path, &world, &settings(), 5).expect("resume");
        let lines: Vec<Line> = (0..3).map(|_| second.iterate().expect("finite").0.clone()).collect();
        (lines, bytes(&second))
    });
    assert_eq!(lines, whole.0[2..]);
    assert_eq!(policy, whole.1);
}

#[test]
fn a_checkpoint_of_another_run_is_refused_by_name() {
    let world = world();
    let folder = tempfile::tempdir().expect("folder");
    let path = folder.path().join("c.safetensors");
    on(1, || Trainer::new(&world, &settings(), 5).expect("trainer").write(&path).expect("write"));
    let refused =
        |world: &Arc<World>, settings: &Settings, seed| match on(1, || Trainer::resume(&path, world, settings, seed).map(drop)) {
            Err(e) => e.to_string(),
            Ok(()) => panic!("it was taken"),
        };
    assert!(refused(&world, &settings(), 6).contains("its seed is 5, here it would be 6"));
    let e = refused(&world, &Settings { gamma: 0.9, ..settings() }, 5);
    assert!(e.contains("settings") && e.contains("0.9"), "{e}");
    let mut other = task();
    other.gait.stance = 0.61;
    let other = Arc::new(World::new(&crate::small::robot(), &other).expect("world"));
    let e = refused(&other, &settings(), 5);
    assert!(e.contains("task") && e.contains("0.61"), "{e}");
}

/// A world without physics: the best action is a linear function of what is sensed, and what an
/// action is worth is the square of its distance from it.
#[test]
fn it_finds_the_best_action() {
    const ROWS: usize = 1024;
    let swap = |sign: f32| Mirror { source: vec![1, 0, 2], sign: vec![1.0, 1.0, sign] };
    let action = Mirror { source: vec![1, 0], sign: vec![1.0; 2] };
    let mirrors = Mirrors { sensed: swap(1.0), known: swap(1.0), action };
    let settings = Settings { actor: vec![24, 24], critic: vec![24, 24], ..Settings::default() };
    let mut rng = Rng::of(&[4]);
    let mut learner = Learner::new(&settings, &mirrors, &mut rng);
    let best = |s: &[f32]| [0.8 * s[0] - 0.5 * s[2], 0.8 * s[1] - 0.5 * s[2]];
    let mut errors = Vec::new();
    for round in 0..120 {
        let sensed: Vec<f32> = (0..ROWS * 3).map(|_| rng.normal() as f32).collect();
        let mut mean = vec![0.0; ROWS * 2];
        learner.actor.forward(&learner.actor_numbers, &sensed, ROWS, &mut Trace::default(), &mut mean);
        let log_std = learner.actor_numbers[learner.actor.mlp.numbers()..].to_vec();
        let taken: Vec<f32> = mean.iter().enumerate().map(|(i, m)| m + log_std[i % 2].exp() * rng.normal() as f32).collect();
        let square = |a: &[f32], s: &[f32]| a.iter().zip(best(s)).map(|(a, b)| (a - b).powi(2)).sum::<f32>();
        let worth: Vec<f32> = taken.chunks(2).zip(sensed.chunks(3)).map(|(a, s)| -square(a, s)).collect();
        let density = |i: usize| log_prob(&taken[2 * i..2 * i + 2], &mean[2 * i..2 * i + 2], &log_std);
        errors.push(mean.chunks(2).zip(sensed.chunks(3)).map(|(a, s)| square(a, s)).sum::<f32>() / ROWS as f32);
        let samples = Samples {
            known: sensed.clone(),
            log_prob: (0..ROWS).map(density).collect(),
            advantage: worth.clone(),
            action: taken,
            sensed,
            mean,
            worth,
        };
        let progress = on(2, || learner.update(&samples, &mirrors, &settings, [1, round]));
        assert!(progress.divergence < 0.2 && progress.critic_loss.is_finite());
    }
    // At first the mean action is near zero: 0.64 + 0.25 for each of two.
    assert!((errors[0] - 1.78).abs() < 0.4, "{}", errors[0]);
    assert!(errors[119] < 0.15 * errors[0], "{} at first, {} at last", errors[0], errors[119]);
}
