//! Which axis points up, in the world and in the skeleton at rest.

use crate::Up;
use crate::recognise::{Sampled, is_upright, quantile};
use crate::recording::Recording;
use kouros_motion::{Anatomy, Report, Vec3};

/// The up axes of a recording.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct UpAxes {
    /// The world's, in which the root moves.
    pub world: Up,
    /// The skeleton's, with all rotations the identity.
    pub rest: Up,
}

/// What the format's usual axis is worth against the motion's witness: enough to decide for a
/// clip lying down throughout, not enough against one that stands.
const USUAL: f64 = 0.6;
/// What a skeleton upright at rest is worth.
const REST: f64 = 0.4;
/// What a level floor under the lowest joint is worth.
const FLOOR: f64 = 0.5;

/// The up axes, `given` where the caller knows the world's.
pub(crate) fn infer(r: &Recording, sampled: &Sampled, anatomy: &Anatomy, given: Option<Up>, report: &mut Report) -> UpAxes {
    let rest_at = r.rest();
    let upright = Up::ALL.into_iter().find(|u| is_upright(anatomy, &rest_at, &axis(*u)));
    let scores = Up::ALL.map(|u| {
        let body = stands(sampled, anatomy, &axis(u));
        let bonus = if u == r.usual_up { USUAL } else { 0.0 } + if Some(u) == upright { REST } else { 0.0 };
        (u, body, body + bonus + FLOOR * floor(sampled, anatomy, &axis(u)))
    });
    let best = scores.iter().copied().fold(scores[0], |a, b| if b.2 > a.2 { b } else { a });
    let world = given.unwrap_or(best.0);
    let seen = scores.iter().find(|s| s.0 == world).map_or(0.0, |s| s.1);
    if given.is_none() {
        report.inferred(
            "up-axis",
            format!(
                "{} points up: trunk and legs stand along it by {:.2} on average (1 is upright, 0 lying); --up overrides",
                world.name(),
                seen / 2.0
            ),
        );
    } else if seen < 0.0 {
        report.warn(
            "up-axis",
            format!(
                "with {} up, as given, the body is upside down ({:.2}); {} would stand",
                world.name(),
                seen / 2.0,
                best.0.name()
            ),
        );
    }
    // A root may turn a skeleton that rests along one axis into a world with another; a
    // skeleton that rests in no posture has no axis of its own.
    // Positions alone are all the world's.
    UpAxes { world, rest: upright.filter(|_| r.has_rotations).unwrap_or(world) }
}

/// The unit vector of an axis.
pub(crate) fn axis(up: Up) -> Vec3 {
    up.z_up_from_file().inverse() * Vec3::z()
}

/// How much trunk and legs point along `up` on average, -2 to 2.
fn stands(sampled: &Sampled, a: &Anatomy, up: &Vec3) -> f64 {
    sampled.mean(|p| {
        let hips = (p(a.legs[0].hip) + p(a.legs[1].hip)) / 2.0;
        let shoulders = (p(a.arms[0].shoulder) + p(a.arms[1].shoulder)) / 2.0;
        let ankles = (p(a.legs[0].ankle) + p(a.legs[1].ankle)) / 2.0;
        let along = |v: Vec3| if v.norm() > 0.0 { v.dot(up) / v.norm() } else { 0.0 };
        along(shoulders - hips) + along(hips - ankles)
    })
}

/// From 0 to 1: how level the floor is on which the lowest of the main joints rests, against the
/// size of a leg. A jump or a stair spoils it, so quartiles count.
fn floor(sampled: &Sampled, a: &Anatomy, up: &Vec3) -> f64 {
    let main: Vec<usize> = a
        .legs
        .iter()
        .flat_map(|l| [l.hip, l.knee, l.ankle, l.toe])
        .chain(a.arms.iter().flat_map(|m| [m.shoulder, m.elbow, m.wrist]))
        .chain(a.head)
        .collect();
    let leg = sampled.distance(a.legs[0].hip, a.legs[0].knee) + sampled.distance(a.legs[0].knee, a.legs[0].ankle);
    let mut lowest: Vec<f64> = sampled.each(|p| main.iter().map(|j| p(*j).dot(up)).fold(f64::INFINITY, f64::min)).collect();
    let spread = quantile(&mut lowest, 0.75) - quantile(&mut lowest, 0.25);
    if leg > 0.0 { (1.0 - 4.0 * spread / leg).max(0.0) } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::infer::tests::person;
    use crate::recognise::recognise;

    #[test]
    fn every_axis_is_found() {
        let (mut r, mut report) = (person(), Report::new());
        let joints = r.width();
        for up in Up::ALL {
            // The world turned so that `up` stands where y stood.
            let turn = up.z_up_from_file().inverse() * Up::Y.z_up_from_file();
            let mut turned = r.clone();
            for t in 0..r.frames() {
                turned.rotation[t * joints] = turn * r.rotation[t * joints];
                turned.translation[t * joints] = turn * r.translation[t * joints];
            }
            let sampled = Sampled::new(&turned);
            let anatomy = recognise("t", &turned, &sampled, &mut report).expect("a person");
            assert_eq!(infer(&turned, &sampled, &anatomy, None, &mut report), UpAxes { world: up, rest: Up::Y }, "{}", up.name());
            assert_eq!(infer(&turned, &sampled, &anatomy, Some(Up::X), &mut report).world, Up::X);
        }
        // Even where another axis is the usual one.
        r.usual_up = Up::Z;
        let sampled = Sampled::new(&r);
        let anatomy = recognise("t", &r, &sampled, &mut report).expect("a person");
        assert_eq!(infer(&r, &sampled, &anatomy, None, &mut report).world, Up::Y);
    }
}
