//! Which surface of a scene each sole of a person stands on.
//!
//! Lives here: one surface for each contact. Does not: when a sole is down (`contact.rs`).

use crate::spans::spans_of;
use kouros_motion::{Anatomy, BodyTrack, FootContacts, SolePart, Vec3};
use kouros_robot::{SceneTrack, Surface};
use std::ops::Range;

/// A surface this much above a joint may still be what it stands on [m]: captures sink in.
pub(crate) const ABOVE: f64 = 0.10;
/// A foot stands this far beyond the edge under its joint [m]: half the width of a foot.
pub(crate) const EDGE: f64 = 0.05;
/// Steeper than this nobody stands (cosine) [1].
const STEEP: f64 = 0.5;

/// What each sole part stands on at every tick (T), in the order of [`SolePart::ALL`]: over a
/// contact, the surface that is below the joint (ankle for the heel) most of the time; the floor at
/// `floor` where the part is not down.
pub fn foot_grounds(
    track: &BodyTrack,
    anatomy: &Anatomy,
    contacts: &FootContacts,
    scene: &SceneTrack,
    floor: f64,
) -> Vec<[Surface; 4]> {
    let mut out = vec![[SceneTrack::floor_at(floor); 4]; track.ticks()];
    if scene.scene().bodies.is_empty() {
        return out;
    }
    for part in SolePart::ALL {
        let leg = &anatomy.legs[part.side()];
        let joint = if part.is_toe() { leg.toe } else { leg.ankle };
        let down: Vec<bool> = contacts.down.iter().map(|d| d[part as usize]).collect();
        for span in spans_of(&down, true) {
            let below = |t: usize, p: &Vec3| scene.below(t, p, ABOVE, EDGE, floor).1;
            let best = most_common(span.clone(), |t| below(t, &track.position(t, joint)));
            for t in span {
                out[t][part as usize] = best;
            }
        }
    }
    out
}

/// The surface that `at` gives most often; the first of those that are as common.
fn most_common(span: Range<usize>, at: impl Fn(usize) -> Surface) -> Surface {
    let mut votes: Vec<(Surface, usize)> = Vec::new();
    let first = at(span.start);
    for t in span {
        let surface = at(t);
        if surface.plane.normal.z < STEEP {
            continue;
        }
        match votes.iter_mut().find(|(s, _)| s.body == surface.body && (s.plane.offset - surface.plane.offset).abs() < 1e-6) {
            Some((_, n)) => *n += 1,
            None => votes.push((surface, 1)),
        }
    }
    let mut best = (first, 0);
    for (surface, n) in votes {
        if n > best.1 {
            best = (surface, n);
        }
    }
    best.0
}
