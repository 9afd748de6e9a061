//! What hands, elbows, knees, seat and back of a person rest on, lean on or hold.
//!
//! Lives here: how near those parts are to the floor and to the things of a scene, and whether
//! they stay there. Does not: feet (`contact.rs`), a scene that nobody described (`supports.rs`).

use crate::contact::{leg_length, leg_scale};
use crate::percentile::quantile;
use kouros_motion::{Anatomy, BodyPart, BodyTrack, LEFT, RIGHT, Report, Skeleton, Vec3, list_names};
use kouros_robot::{Plane, SceneTrack, Surface, Touch};

/// A part with this much between its skin and a surface is as near as it gets [m].
const NEAR: f64 = 0.02;
/// Beyond this a surface does not matter to it [m].
const FAR: f64 = 0.07;
/// A part that rests moves at most this fast along its surface [m/s]; feet are given 0.30, and
/// hands and knees land more softly.
const SPEED: f64 = 0.20;
/// Speeds are those over this time [s], as those of feet.
const STRIDE: f64 = 1.0 / 30.0;
/// A part keeps the face of a solid it is at until another is this much nearer [m].
const KEEP: f64 = 0.03;
/// What a part's rest says about the thickness of its flesh needs so much of it [s].
const CALIBRATION: f64 = 0.3;
/// Flesh may be this much thicker than the table says [m]; what rests farther away does not touch.
const THICKER: f64 = 0.04;

/// The joints of one part and how much flesh is between each and the skin of an adult [m].
struct Part {
    part: BodyPart,
    joints: Vec<(usize, f64)>,
}

/// What each part is made of. The thicknesses are half the breadths or depths of adults' hands,
/// elbows, knees, seats and chests (Winter, Biomechanics and Motor Control, 4th ed., and NASA-STD-3000,
/// figure 3.3.1.3: hand 3 cm, elbow 9, knee 11, seat 19, chest 22), to the centimetre.
fn parts(skeleton: &Skeleton, anatomy: &Anatomy) -> Vec<Part> {
    const FINGER: f64 = 0.015;
    const WRIST: f64 = 0.03;
    const ELBOW: f64 = 0.045;
    const KNEE: f64 = 0.055;
    const SEAT: f64 = 0.095;
    const BACK: f64 = 0.11;
    let hand = |side: usize| {
        let wrist = anatomy.arms[side].wrist;
        let below = descendants(skeleton, wrist);
        std::iter::once((wrist, WRIST)).chain(below.into_iter().map(|j| (j, FINGER))).collect()
    };
    let hips = [anatomy.pelvis, anatomy.legs[LEFT].hip, anatomy.legs[RIGHT].hip];
    let trunk: Vec<(usize, f64)> = anatomy.spine.iter().skip(1).map(|j| (*j, BACK)).collect();
    let all = [
        (BodyPart::LeftHand, hand(LEFT)),
        (BodyPart::RightHand, hand(RIGHT)),
        (BodyPart::LeftElbow, vec![(anatomy.arms[LEFT].elbow, ELBOW)]),
        (BodyPart::RightElbow, vec![(anatomy.arms[RIGHT].elbow, ELBOW)]),
        (BodyPart::LeftKnee, vec![(anatomy.legs[LEFT].knee, KNEE)]),
        (BodyPart::RightKnee, vec![(anatomy.legs[RIGHT].knee, KNEE)]),
        (BodyPart::Seat, hips.map(|j| (j, SEAT)).to_vec()),
        (BodyPart::Back, trunk),
    ];
    all.into_iter().map(|(part, joints)| Part { part, joints }).filter(|p| !p.joints.is_empty()).collect()
}

/// The joints below `joint`, fingers of a hand.
fn descendants(skeleton: &Skeleton, joint: usize) -> Vec<usize> {
    let mut below = vec![false; skeleton.len()];
    for (j, info) in skeleton.joints().iter().enumerate() {
        below[j] = info.parent.is_some_and(|p| p == joint || below[p]);
    }
    (0..below.len()).filter(|&j| below[j]).collect()
}

/// A part near a surface, before its flesh is known.
#[derive(Clone, Copy)]
struct Close {
    surface: Surface,
    /// From the skin to the surface, by the table [m].
    gap: f64,
    /// In the surface's body [m].
    place: Vec3,
}

/// What the parts of a body other than its feet are at, tick by tick.
///
/// A part's gap is what lies between its skin and the nearest face of the scene's solids, or the
/// floor at `floor`. Where a part rests often, its least gaps there say how thick the flesh of
/// this person is. `scene` has as many ticks as `track`, or bodies that stay.
pub fn human_touches(
    track: &BodyTrack,
    skeleton: &Skeleton,
    anatomy: &Anatomy,
    scene: &SceneTrack,
    floor: f64,
    report: &mut Report,
) -> Vec<Vec<Touch>> {
    let (ticks, rate_hz) = (track.ticks(), track.rate_hz());
    let mut out: Vec<Vec<Touch>> = vec![Vec::new(); ticks];
    let scale = leg_scale(leg_length(track, anatomy));
    let mut said = Vec::new();
    for part in parts(skeleton, anatomy) {
        if part.joints.iter().any(|(j, _)| *j >= track.bodies()) {
            continue;
        }
        let close = near_surfaces(track, &part, scene, floor, scale);
        let still: Vec<bool> = (0..ticks).map(|t| resting(&close, rate_hz, t, scale)).collect();
        // By body: the flesh on a box's side is that on the floor, but its collider may be coarse.
        let thicker = flesh(&close, &still, rate_hz, scale);
        let mut held_ticks = 0;
        for (t, near) in close.iter().enumerate() {
            let Some(near) = near else { continue };
            let gap = (near.gap - thicker).max(0.0);
            let x = ((FAR * scale - gap) / ((FAR - NEAR) * scale)).clamp(0.0, 1.0);
            let strength = x * x * (3.0 - 2.0 * x);
            if strength > 0.0 {
                let held = still[t] && strength > 0.5;
                held_ticks += usize::from(held);
                out[t].push(Touch { part: part.part, surface: near.surface, gap, strength, held, place: near.place });
            }
        }
        if held_ticks as f64 >= CALIBRATION * rate_hz {
            let seconds = held_ticks as f64 / rate_hz;
            said.push(format!("{} {seconds:.1} s", part.part.name().replace('_', " ")));
        }
    }
    if !said.is_empty() {
        report.inferred("touches", format!("besides the feet, these rest on the floor or the scene: {}", list_names(said)));
    }
    out
}

fn near_surfaces(track: &BodyTrack, part: &Part, scene: &SceneTrack, floor: f64, scale: f64) -> Vec<Option<Close>> {
    let reach = (FAR + THICKER) * scale;
    let ground = SceneTrack::floor_at(floor);
    let mut last: Option<Surface> = None;
    (0..track.ticks())
        .map(|t| {
            let mut best: Option<(f64, Close)> = None;
            for (joint, flesh) in &part.joints {
                let p = track.position(t, *joint);
                let flesh = flesh * scale;
                let mut offer = |surface: Surface, distance: f64, place: Vec3| {
                    let bonus = if last.is_some_and(|l| same(&l, &surface)) { KEEP * scale } else { 0.0 };
                    let gap = distance - flesh;
                    if gap <= reach && best.is_none_or(|(b, _)| gap - bonus < b) {
                        best = Some((gap - bonus, Close { surface, gap, place }));
                    }
                };
                offer(ground, p.z - floor, p);
                for (body, solid) in scene.solids() {
                    let local = scene.pose(body, t).inverse_transform_point(&p.into()).coords;
                    let Some(near) = solid.nearest(&local, reach + flesh) else { continue };
                    // The face the point is farthest outside of; a round thing's by its normal.
                    let kept = last.filter(|l| l.body == Some(body)).map(|l| l.plane);
                    let faces = solid.planes().iter().copied();
                    let of = |f: &Plane| f.height(&local) + if kept.is_some_and(|k| flat(&k, f)) { KEEP * scale } else { 0.0 };
                    let round = Plane { normal: near.normal, offset: near.normal.dot(&local) - near.distance };
                    let plane = faces.max_by(|a, b| of(a).total_cmp(&of(b))).unwrap_or(round);
                    offer(Surface { body: Some(body), plane }, near.distance, local);
                }
            }
            last = best.map(|(_, c)| c.surface);
            best.map(|(_, c)| c)
        })
        .collect()
}

fn flat(a: &Plane, b: &Plane) -> bool {
    a.normal.dot(&b.normal) > 0.999 && (a.offset - b.offset).abs() < 1e-3
}

fn same(a: &Surface, b: &Surface) -> bool {
    a.body == b.body && flat(&a.plane, &b.plane)
}

/// Whether a part stays where it is on its surface: the lesser of its speeds before and after.
fn resting(close: &[Option<Close>], rate_hz: f64, t: usize, scale: f64) -> bool {
    let stride = (STRIDE * rate_hz).round().max(1.0) as usize;
    let Some(now) = close[t] else { return false };
    let speed = |other: usize| match close.get(other).copied().flatten() {
        Some(then) if then.surface.body == now.surface.body && other != t => {
            let apart = now.place - then.place;
            let along = apart - now.surface.plane.normal * now.surface.plane.normal.dot(&apart);
            along.norm() * rate_hz / t.abs_diff(other) as f64
        }
        _ => f64::INFINITY,
    };
    speed(t.saturating_sub(stride)).min(speed(t + stride)) <= SPEED * scale.sqrt()
}

/// How much thicker than the table the flesh of this person is, or what of it the capture adds:
/// the least gaps of a part at rest.
fn flesh(close: &[Option<Close>], still: &[bool], rate_hz: f64, scale: f64) -> f64 {
    let gaps = close.iter().zip(still).filter(|(_, s)| **s).filter_map(|(c, _)| c.map(|c| c.gap));
    let gaps: Vec<f64> = gaps.filter(|g| *g < THICKER * scale).collect();
    if (gaps.len() as f64) < CALIBRATION * rate_hz {
        return 0.0;
    }
    quantile(&gaps, 0.2).unwrap_or(0.0).clamp(0.0, THICKER * scale)
}
