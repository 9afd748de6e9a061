//! Policies and checkpoints as files: whole, checked, and never half replaced.

use crate::runs::settings;
use crate::small::world;
use kouros_learn::{Kick, Policy, Script, Trace, Trainer, trial};
use kouros_sim::{Contract, sensed};
use std::path::Path;

fn trainer() -> Trainer {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("threads");
    pool.install(|| {
        let mut t = Trainer::new(&world(), &settings(), 2).expect("trainer");
        t.iterate().expect("finite");
        t
    })
}

#[test]
fn a_policy_comes_back_as_it_was() {
    let folder = tempfile::tempdir().expect("folder");
    let path = folder.path().join("p.safetensors");
    let policy = trainer().policy();
    policy.write(&path).expect("write");
    let back = Policy::read(&path).expect("read");
    assert_eq!(back, policy);
    back.contract.must_fit(&Contract::of(&world())).expect("its own world");
    let rows: Vec<f32> = (0..3 * sensed(&world())).map(|i| (i as f32 * 0.37).sin()).collect();
    let mut trace = Trace::default();
    let together = policy.act(&rows, 3, &mut trace);
    let alone = policy.act(&rows[..rows.len() / 3], 1, &mut trace);
    for (a, b) in alone.iter().zip(&together) {
        // One row and three take different ways through the products.
        assert!((a - b).abs() < 1e-5, "{a} {b}");
    }
}

#[test]
fn trials_are_the_same_on_any_threads_and_refuse_another_world() {
    let policy = trainer().policy();
    let world = world();
    let kick = Kick { at_s: 0.1, speed: 0.5, direction: 1.0 };
    let script = Script { command: None, kick: Some(kick), seconds: 0.5, level: 1.0 };
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
        pool.install(|| trial(&policy, &world, &script, 40, 9)).expect("its own world")
    };
    let came = on(1);
    assert_eq!(came, on(3));
    assert_eq!(came.len(), 40);
    assert!(came.iter().all(|c| c.seconds > 0.0 && c.seconds < 0.51 && c.energy >= 0.0));
    let mut other = policy.clone();
    other.contract.joints[0].kp += 1.0;
    let e = trial(&other, &world, &script, 1, 9).expect_err("another world").to_string();
    assert!(e.contains("kp of joint"), "{e}");
}

#[test]
fn damage_is_found() {
    let folder = tempfile::tempdir().expect("folder");
    let path = folder.path().join("p.safetensors");
    trainer().policy().write(&path).expect("write");
    let good = std::fs::read(&path).expect("read");
    let refused = |bytes: &[u8]| {
        std::fs::write(&path, bytes).expect("write");
        Policy::read(&path).expect_err("damaged").to_string()
    };
    let mut flipped = good.clone();
    let last = flipped.len() - 3;
    flipped[last] ^= 1;
    assert!(refused(&flipped).contains("hash"));
    assert!(refused(&good[..good.len() - 8]).contains("hash"));
    assert!(refused(b"").contains("safetensors"));
    assert!(refused(&good[..200]).contains("safetensors"));
    let text = String::from_utf8_lossy(&good).into_owned();
    let at = text.find("\\\"rate_hz\\\":50").expect("the contract's rate");
    let mut changed = good.clone();
    changed[at + 12] = b'6';
    assert!(refused(&changed).contains("contract"), "{}", refused(&changed));
    for cut in (0..good.len()).step_by(97) {
        refused(&good[..cut]);
    }
    let missing = Policy::read(Path::new("/no/such/policy")).expect_err("missing").to_string();
    assert!(missing.contains("/no/such/policy"));
}

#[test]
fn a_checkpoint_is_no_policy() {
    let folder = tempfile::tempdir().expect("folder");
    let path = folder.path().join("c.safetensors");
    trainer().write(&path).expect("write");
    let e = Policy::read(&path).expect_err("a checkpoint").to_string();
    assert!(e.contains("policy 1") && e.contains("checkpoint 2"), "{e}");
}

#[test]
fn where_nothing_can_be_written_the_old_file_stays() {
    let folder = tempfile::tempdir().expect("folder");
    let path = folder.path().join("p.safetensors");
    let policy = trainer().policy();
    policy.write(&path).expect("write");
    let good = std::fs::read(&path).expect("read");
    // A folder in the way of the file that is written first.
    std::fs::create_dir(folder.path().join("p.safetensors.part")).expect("folder");
    let e = policy.write(&path).expect_err("in the way").to_string();
    assert!(e.contains("cannot write") && e.contains("p.safetensors"), "{e}");
    assert_eq!(std::fs::read(&path).expect("read"), good);
}
