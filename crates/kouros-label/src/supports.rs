//! Steps and boxes that nobody described, from the feet that stood on them.
//!
//! Lives here: which raised rests of a foot carry the body, and the blocks they imply. Does not:
//! contacts themselves (`contact.rs`), a scene that was given.
//!
//! A foot may hang still in the air, so being still is not enough. It stands on something where
//! nothing else could hold the body meanwhile (no foot on the floor, no hand, knee or seat near it),
//! the sole is about level, and the body is over it. How far it reaches beyond the footprint is not
//! known, but where it ends is, as far as feet went by (`passage.rs`).

use crate::contact::{ContactOptions, Contacts};
use crate::passage::{Passage, area};
use crate::percentile::median;
use crate::rest::{Limits, rests};
use crate::spans::spans_of;
use crate::support_polygon::hull;
use kouros_motion::{Anatomy, BodyTrack, LEFT, Pose, RIGHT, Report, Vec3};
use kouros_robot::{Scene, SceneBody, Solid};
use nalgebra::Vector2;

/// Lower rests are the floor's: soft soles, thick carpets, captures that drift [m].
const LOWEST: f64 = 0.06;
/// A heel may stand this much higher over its toe than in flat stance, or lower [m].
const HEEL: [f64; 2] = [-0.06, 0.12];
/// A part this near to the floor may carry the body [m].
const NEAR_FLOOR: f64 = 0.12;
/// Nothing else holds the body for at least this long [s] ...
const ALONE_S: f64 = 0.1;
/// ... and this share of the rest [1].
const ALONE: f64 = 0.3;
/// The middle of the trunk is at most this far beside the foot, median [m]: a step's half length;
/// feet that dangle from a seat are a thigh away.
const BESIDE: f64 = 0.35;
/// Rests of nearly one height are one height [m].
const ONE_HEIGHT: f64 = 0.03;
/// Blocks of one height this near to each other are one [m].
const TOGETHER: f64 = 0.5;
/// A footprint reaches this far behind the ankle, before the toe joint, and to either side [m]: a
/// shoe's and a little more.
const FOOTPRINT: [f64; 3] = [0.07, 0.09, 0.06];
/// Of a footprint at least this share is what the foot stands on [1]: its ball.
const BALL: f64 = 0.25;

/// Two footprints are one block although a foot goes by in between, if it takes at most this share of
/// the smaller one [1].
const SLIVER: f64 = 0.25;

/// A raised rest of one foot.
struct Rest {
    height: f64,
    /// The foot's outline seen from above.
    corners: [Vector2<f64>; 4],
}

/// The floor with the blocks under the feet of a person, in the person's world; `None` where the
/// feet need none. `found` are the contacts with the floor alone.
pub fn supports(
    track: &BodyTrack,
    anatomy: &Anatomy,
    found: &Contacts,
    options: &ContactOptions,
    report: &mut Report,
) -> Option<Scene> {
    let rests = raised_rests(track, anatomy, found, options);
    let blocks = blocks(rests, track, anatomy, found);
    if blocks.is_empty() {
        return None;
    }
    let heights: Vec<String> = blocks.iter().map(|(top, _)| format!("{:.0}", 100.0 * (top - found.floor))).collect();
    report.inferred(
        "supports",
        format!(
            "feet stand on blocks {} cm above the floor, {} in all; --scene describes them better",
            heights.join(", "),
            heights.len()
        ),
    );
    let body = |(n, (top, outline)): (usize, (f64, Vec<Vector2<f64>>))| {
        let solid = Solid::extrusion(&outline, found.floor, top)?;
        Some(SceneBody {
            name: format!("support_{}", n + 1),
            solids: vec![solid],
            movable: false,
            world_from_body: Pose::identity(),
        })
    };
    let bodies: Vec<SceneBody> = blocks.into_iter().enumerate().filter_map(body).collect();
    (!bodies.is_empty()).then_some(Scene { floor: Some(found.floor), bodies })
}

fn raised_rests(track: &BodyTrack, anatomy: &Anatomy, found: &Contacts, options: &ContactOptions) -> Vec<Rest> {
    let (ticks, rate_hz, scale) = (track.ticks(), track.rate_hz(), found.scale);
    let highest = anatomy.legs.iter().flat_map(|l| [l.hip, l.knee, l.ankle, l.toe]).max().unwrap_or(0);
    if highest >= track.bodies() {
        return Vec::new();
    }
    let held: Vec<bool> = (0..ticks).map(|t| held_by_floor(track, anatomy, found, t)).collect();
    let limits = Limits {
        speed: options.toe_speed * scale.sqrt(),
        height: f64::INFINITY,
        base: found.floor,
        any_height: true,
        hysteresis: options.hysteresis,
        shortest: options.shortest_uneven,
        longest_gap: options.longest_gap,
    };
    let mut out = Vec::new();
    for side in [LEFT, RIGHT] {
        let leg = &anatomy.legs[side];
        let toe: Vec<Vec3> = (0..ticks).map(|t| track.position(t, leg.toe)).collect();
        let flat = found.ankle_rest[side] - found.toe_rest[side];
        for span in spans_of(&rests(&toe, rate_hz, &limits), true) {
            let of = |value: &dyn Fn(usize) -> f64| median(&span.clone().map(value).collect::<Vec<_>>()).unwrap_or(0.0);
            let height = of(&|t| toe[t].z);
            let heel = of(&|t| track.position(t, leg.ankle).z - toe[t].z) - flat;
            let alone: Vec<usize> = span.clone().filter(|t| !held[*t]).collect();
            let beside = |t: usize| (trunk(track, anatomy, t) - (toe[t] + track.position(t, leg.ankle)).xy() / 2.0).norm();
            let beside = median(&alone.iter().map(|t| beside(*t)).collect::<Vec<_>>()).unwrap_or(f64::INFINITY);
            let long = alone.len() as f64 >= (ALONE_S * rate_hz).max(ALONE * span.len() as f64);
            let level = (HEEL[0] * scale..=HEEL[1] * scale).contains(&heel);
            if height - found.floor < LOWEST * scale || !long || !level || beside > BESIDE * scale {
                continue;
            }
            let middle = |joint: usize| Vector2::new(of(&|t| track.position(t, joint).x), of(&|t| track.position(t, joint).y));
            let (ankle, tip) = (middle(leg.ankle), middle(leg.toe));
            let Some(along) = (tip - ankle).try_normalize(1e-6) else { continue };
            let across = Vector2::new(-along.y, along.x) * (FOOTPRINT[2] * scale);
            let (back, front) = (ankle - along * (FOOTPRINT[0] * scale), tip + along * (FOOTPRINT[1] * scale));
            out.push(Rest { height, corners: [back - across, front - across, front + across, back + across] });
        }
    }
    out
}

/// Whether a foot on the floor, or a hand, knee, elbow or the seat near it, may carry the body.
fn held_by_floor(track: &BodyTrack, anatomy: &Anatomy, found: &Contacts, t: usize) -> bool {
    let low = |joint: usize| joint < track.bodies() && track.position(t, joint).z < found.floor + NEAR_FLOOR * found.scale;
    let sides = [LEFT, RIGHT];
    sides.iter().any(|&s| {
        let (leg, arm) = (&anatomy.legs[s], &anatomy.arms[s]);
        found.feet.foot(t, s) || low(leg.knee) || low(leg.hip) || low(arm.elbow) || low(arm.wrist)
    }) || low(anatomy.pelvis)
}

/// The middle between hips and shoulders, seen from above.
fn trunk(track: &BodyTrack, anatomy: &Anatomy, t: usize) -> Vector2<f64> {
    let joints = [anatomy.legs[LEFT].hip, anatomy.legs[RIGHT].hip, anatomy.arms[LEFT].shoulder, anatomy.arms[RIGHT].shoulder];
    joints.iter().map(|j| track.position(t, *j).xy()).sum::<Vector2<f64>>() / joints.len() as f64
}

/// Rests of one height that lie together, as one convex outline each, lowest first; none of them
/// where a foot goes by lower than its top.
fn blocks(mut rests: Vec<Rest>, track: &BodyTrack, anatomy: &Anatomy, found: &Contacts) -> Vec<(f64, Vec<Vector2<f64>>)> {
    if rests.is_empty() {
        return Vec::new();
    }
    let flat = [LEFT, RIGHT].map(|s| found.ankle_rest[s] - found.toe_rest[s]);
    let feet = Passage::of(track, anatomy, flat, found.scale);
    rests.sort_by(|a, b| a.height.total_cmp(&b.height));
    let mut levels: Vec<Vec<Rest>> = Vec::new();
    for rest in rests {
        match levels.last_mut() {
            Some(level) if level.last().is_some_and(|l| rest.height - l.height < ONE_HEIGHT * found.scale) => level.push(rest),
            _ => levels.push(vec![rest]),
        }
    }
    let mut out = Vec::new();
    for level in levels {
        let top = median(&level.iter().map(|r| r.height).collect::<Vec<_>>()).unwrap_or(0.0);
        let below = top - LOWEST * found.scale;
        let mut outlines: Vec<Vec<Vector2<f64>>> = Vec::new();
        for rest in level {
            let whole = hull(&mut rest.corners.to_vec());
            let mut mine = feet.cut(&whole, below);
            if area(&mine) < BALL * area(&whole) {
                mine = whole;
            }
            // With every block that is near, unless a foot goes by in between.
            let mut kept = Vec::new();
            for other in outlines.drain(..) {
                let both = hull(&mut mine.iter().chain(&other).copied().collect());
                let near = (middle(&mine) - middle(&other)).norm() < TOGETHER * found.scale;
                let left = if near { feet.cut(&both, below) } else { Vec::new() };
                if near && area(&both) - area(&left) < SLIVER * area(&mine).min(area(&other)) {
                    mine = left;
                } else {
                    kept.push(other);
                }
            }
            kept.push(mine);
            outlines = kept;
        }
        out.extend(outlines.into_iter().map(|o| (top, o)));
    }
    out
}

fn middle(points: &[Vector2<f64>]) -> Vector2<f64> {
    points.iter().sum::<Vector2<f64>>() / points.len().max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hull_by_hand() {
        let points = [[0.0, 0.0], [2.0, 0.0], [1.0, 0.5], [2.0, 2.0], [0.0, 2.0], [1.0, 0.0]];
        let corners = hull(&mut points.iter().map(|p| Vector2::from(*p)).collect());
        assert_eq!(corners.len(), 4);
        let area: f64 = (0..4).map(|i| corners[i].perp(&corners[(i + 1) % 4]) / 2.0).sum();
        assert!((area - 4.0).abs() < 1e-12);
    }
}
