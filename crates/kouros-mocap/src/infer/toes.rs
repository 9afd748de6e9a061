//! Feet that end under the ankle.
//!
//! Lives here: a ball for such a foot. Does not: which joint is the toe (`recognise/`).
//!
//! Some rigs have no toes, or a foot's only bone goes straight down from the ankle to the sole: its
//! line says how high the ankle is and nothing of where the foot points. But its ankle turns, and at
//! rest a person who stands upright stands on flat feet that point forward.

use crate::recording::Recording;
use kouros_motion::{Anatomy, Joint, LEFT, RIGHT, Report, Rot, Vec3, list_names};

/// A line from ankle to toe that is steeper than this at rest is no foot's [rad]: flat feet point 0.1
/// to 0.7 rad down, by the rig; a rest pose may lift its heels.
const STEEPEST: f64 = 1.2;
/// From under the ankle to the ball of the foot, and the ankle's height over it where nothing shows it,
/// in lengths of the leg from hip to ankle: 14 and 5 cm of 85 (an adult's).
const TO_BALL: f64 = 0.165;
const DOWN: f64 = 0.06;

/// Gives each leg whose foot has no direction a toe: a joint that stays where it is in the ankle's axes.
/// `rest` are the joints of a skeleton that stands upright, Z up [m].
pub(crate) fn add(r: &mut Recording, anatomy: &mut Anatomy, rest: &[Vec3], report: &mut Report) {
    let left = rest[anatomy.legs[LEFT].hip] - rest[anatomy.legs[RIGHT].hip];
    let Some(forward) = left.cross(&Vec3::z()).try_normalize(1e-9) else { return };
    let before = r.width();
    for leg in &mut anatomy.legs {
        let line = rest[leg.toe] - rest[leg.ankle];
        let steep = (-line.z).atan2(line.xy().norm()) > STEEPEST;
        if leg.toe != leg.ankle && !steep {
            continue;
        }
        let length = (rest[leg.knee] - rest[leg.hip]).norm() + (rest[leg.ankle] - rest[leg.knee]).norm();
        let down = if steep { line.z } else { -DOWN * length };
        let name = free_name(&r.joints, &format!("{}_ball", r.joints[leg.ankle].name));
        leg.toe = r.joints.len();
        r.joints.push(Joint { name, parent: Some(leg.ankle), offset: forward * (TO_BALL * length) + Vec3::z() * down });
    }
    let offsets: Vec<Vec3> = r.joints[before..].iter().map(|j| j.offset).collect();
    if offsets.is_empty() {
        return;
    }
    let turns = vec![Rot::identity(); offsets.len()];
    r.rotation = r.rotation.chunks(before).flat_map(|frame| frame.iter().chain(&turns).copied()).collect();
    r.translation = r.translation.chunks(before).flat_map(|frame| frame.iter().chain(&offsets).copied()).collect();
    let names = list_names(r.joints[before..].iter().map(|j| j.name.as_str()));
    report.inferred(
        "toes",
        format!(
            "feet end under their ankles; {names} were added where an adult's balls are, {TO_BALL} of a leg before them at rest"
        ),
    );
}

fn free_name(joints: &[Joint], wanted: &str) -> String {
    let mut name = wanted.to_owned();
    while joints.iter().any(|j| j.name == name) {
        name.push('_');
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::infer::tests::person;
    use crate::{ImportOptions, import::import};

    #[test]
    fn a_stub_under_the_ankle_gets_a_ball_before_it() {
        let (options, mut report) = (ImportOptions::default(), Report::new());
        let whole = import("a.bvh", person(), &options, &mut report).expect("a person");
        assert!(report.notes.iter().all(|n| n.code != "toes"));
        // The same person with feet that go straight down.
        let mut stub = person();
        for leg in &whole.anatomy.legs {
            let place = Vec3::new(0.0, -stub.joints[leg.toe].offset.norm(), 0.0);
            stub.joints[leg.toe].offset = place;
            let width = stub.width();
            stub.translation.iter_mut().skip(leg.toe).step_by(width).for_each(|p| *p = place);
        }
        let clip = import("b.bvh", stub, &options, &mut report).expect("a person");
        assert!(report.notes.iter().any(|n| n.code == "toes"), "{:?}", report.notes);
        let track = clip.body_track();
        for (leg, was) in clip.anatomy.legs.iter().zip(&whole.anatomy.legs) {
            assert_eq!((leg.ankle, clip.motion.skeleton().joints()[leg.toe].parent), (was.ankle, Some(leg.ankle)));
            // Where the ankle turns, the ball turns with it, and at rest it lies forward.
            let (rest, ankle) = (track.rest(leg.toe).expect("a rest"), track.rest(leg.ankle).expect("a rest"));
            let toe = Vec3::from(whole.body_track().rest(was.toe).expect("a rest") - ankle);
            assert!((rest - ankle).xy().angle(&toe.xy()) < 1e-9 && (rest - ankle).xy().norm() > 0.1, "{rest:?}");
            for t in 0..track.ticks() {
                let turned = track.rotation(t, leg.ankle).expect("rotations") * (rest - ankle);
                assert!((track.position(t, leg.toe) - track.position(t, leg.ankle) - turned).norm() < 1e-9);
            }
        }
    }
}
