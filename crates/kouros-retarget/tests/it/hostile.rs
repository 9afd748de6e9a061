//! Inputs that are no motion, or hardly one.

use crate::{Clip, g1, sample};
use kouros_motion::{BodyTrack, FootContacts, Report, Vec3};
use kouros_retarget::{Error, Options, retarget};

fn run(clip: &Clip) -> Result<kouros_retarget::Retargeted, Error> {
    retarget(&clip.human(), g1(), &Options::default(), &mut Report::new())
}

fn first_ticks(ticks: usize) -> Clip {
    let clip = sample("walk_turn.bvh", 50.0);
    let all = (0..ticks).flat_map(|t| (0..clip.track.bodies()).map(move |b| (t, b)));
    let positions = all.clone().map(|(t, b)| clip.track.position(t, b)).collect();
    let rotations = all.map(|(t, b)| clip.track.rotation(t, b).expect("rotations")).collect();
    let track = BodyTrack::new(clip.track.names().to_vec(), 50.0, positions, Some(rotations)).expect("a track");
    let contacts = FootContacts { rate_hz: 50.0, down: clip.contacts.down[..ticks].to_vec() };
    Clip { track, contacts, ..clip }
}

#[test]
fn the_shortest_clips_have_a_solution() {
    for ticks in [1, 2, 3, 4, 5, 9] {
        let result = run(&first_ticks(ticks)).expect("a posture is a motion too");
        assert_eq!(result.trajectory.ticks(), ticks);
        assert!(result.trajectory.joint_pos.iter().all(|q| q.is_finite()));
    }
}

#[test]
fn contacts_of_another_clip_are_refused() {
    let mut clip = first_ticks(20);
    clip.contacts.down.pop();
    assert!(matches!(run(&clip), Err(Error::Contacts { contacts: 19, ticks: 20, .. })));
    let mut clip = first_ticks(20);
    clip.contacts.rate_hz = 30.0;
    assert!(matches!(run(&clip), Err(Error::Contacts { .. })));
}

#[test]
fn a_collapsed_body_is_named() {
    let clip = first_ticks(5);
    let n = clip.track.bodies();
    let track = BodyTrack::new(clip.track.names().to_vec(), 50.0, vec![Vec3::zeros(); 5 * n], None).expect("finite");
    let message = run(&Clip { track, ..clip }).expect_err("nothing to follow").to_string();
    assert!(message.contains("no length"), "{message}");
}

#[test]
fn noise_ends_in_a_robot_inside_its_limits() {
    // Joints anywhere, contacts at random: no motion of a human, but numbers all the same.
    let clip = first_ticks(60);
    let mut seed = 1_u64;
    let mut noise = || {
        seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (seed >> 11) as f64 / (1u64 << 52) as f64 - 1.0
    };
    let positions = (0..60 * clip.track.bodies()).map(|_| Vec3::new(noise(), noise(), noise())).collect();
    let track = BodyTrack::new(clip.track.names().to_vec(), 50.0, positions, None).expect("finite");
    let down = (0..60).map(|_| std::array::from_fn(|_| noise() > 0.0)).collect();
    let clip = Clip { track, contacts: FootContacts { rate_hz: 50.0, down }, ..clip };
    match run(&clip) {
        Ok(result) => {
            let n = result.trajectory.joints();
            for q in result.trajectory.joint_pos.chunks_exact(n) {
                for (q, joint) in q.iter().zip(&g1().joints) {
                    let [low, high] = joint.range.expect("the G1's joints are limited");
                    assert!(q.is_finite() && *q >= low && *q <= high);
                }
            }
        }
        Err(error) => assert!(matches!(error, Error::NoLength { .. } | Error::Diverged { .. }), "{error}"),
    }
}
