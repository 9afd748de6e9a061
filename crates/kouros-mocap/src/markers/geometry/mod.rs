//! Which marker sits on which landmark, where labels do not say: by distances that stay, heights, sides.
//!
//! A body is seen from its pelvis on: four markers that keep their distances, wider in front than behind, which with
//! the way up give left and right. Legs, trunk and arms follow, each the best of all ways to name its markers. A
//! cost is a sum of negative logarithms of likelihoods, so the difference to the next way says how sure a name is.
//! What is not sure enough is refused with a list. The whole of it is told in docs/formats/markers.md.

mod cloud;
mod fit;
mod leg;
mod pelvis;
mod upper;

use super::Path;
use super::landmarks::{Landmark as L, Side, label_of};
use crate::Up;
use cloud::Cloud;
use fit::{ABSENT, Ways};
use kouros_motion::{LEFT, RIGHT, list_names};
use pelvis::{Axes, Pelvis};
use std::collections::BTreeMap;

/// How much dearer the next way to name a landmark must be; exp(-2.2): named wrongly once in ten at most, were
/// the lengths' spreads as independent as they are taken to be.
const SURE: f64 = 2.2;
/// How much dearer the same body must be with its front behind; once in two hundred.
const SIDES_SURE: f64 = 5.3;
/// What a body may cost for each landmark on average: within two standard deviations in each of its some three lengths.
const FITS: f64 = 5.0;
/// What a leg may cost.
const LEG_FITS: f64 = 18.0;
/// The height for which lengths are given [m].
const STATURE: f64 = 1.73;
/// What the highest markers may be, as shares of the stature: a head's, a shoulder's, a pelvis'.
const TOPS: [f64; 4] = [0.97, 0.91, 0.82, 0.57];
/// People's statures [m].
const STATURES: (f64, f64) = (0.8, 2.2);
/// How much the thumb's side must look where the elbow bends to.
const THUMB: f64 = 0.15;

/// A body among markers.
struct Body {
    cost: f64,
    scale: f64,
    up: Up,
    pelvis: Pelvis,
    legs: [Ways<4>; 2],
    shoulders: Ways<2>,
    arms: [Option<Ways<4>>; 2],
}

/// Names for markers, by landmark.
pub(super) struct Named {
    /// The landmark's own label for each marker that is one.
    pub labels: BTreeMap<usize, String>,
    pub up: Up,
    /// What was recognised and how surely.
    pub told: String,
}

/// Recognises the body, or says what is not sure.
pub(super) fn recognise(names: &[String], paths: &[Path], unit_m: f64, up: Option<Up>) -> Result<Named, String> {
    let seen = |p: &Path| p.iter().flatten().count() * 2 > p.len();
    let which: Vec<usize> = (0..paths.len()).filter(|m| seen(&paths[*m])).collect();
    if which.len() < 10 || which.len() > cloud::MOST {
        return Err(format!("{} markers are seen in half of all frames; 10 to {} are looked at", which.len(), cloud::MOST));
    }
    let chosen: Vec<&Path> = which.iter().map(|m| &paths[*m]).collect();
    let mut bodies = Vec::new();
    for up in up.map_or(Up::ALL.to_vec(), |up| vec![up]) {
        let Some(cloud) = Cloud::new(&chosen, unit_m, up) else { continue };
        for top in TOPS {
            let stature = cloud.extent / top;
            if (STATURES.0..STATURES.1).contains(&stature) {
                bodies.extend(see(&cloud, stature / STATURE, up));
            }
        }
    }
    bodies.sort_by(|a, b| a.cost.total_cmp(&b.cost));
    let Some(best) = bodies.first() else {
        return Err(
            "no pelvis with two legs below it; needed are upright frames, the front of the pelvis, knees, ankles, toes".into()
        );
    };
    let label = |m: usize| names.get(which[m]).filter(|n| !n.is_empty()).cloned().unwrap_or_else(|| format!("#{}", which[m] + 1));
    let cloud = Cloud::new(&chosen, unit_m, best.up).ok_or("no marker is seen")?;
    let found = best.landmarks(&cloud);
    let sides = bodies.iter().filter(|b| !best.agrees(b)).map(|b| b.cost - best.cost).fold(f64::INFINITY, f64::min);
    let share = best.cost / found.len().max(1) as f64;
    let word = |(l, side, _, sure): &(L, Side, usize, f64), m: &str| {
        let percent = (100.0 / (1.0 + (-sure).exp())).min(99.9);
        format!("{} = {m} ({percent:.0} %)", label_of(*l, *side))
    };
    let list = list_names(found.iter().map(|f| word(f, &label(f.2))));
    let mut doubts: Vec<String> = Vec::new();
    if sides < SIDES_SURE {
        doubts.push(format!(
            "which side is left and which is right, or which markers are the pelvis (margin {sides:.1} of {SIDES_SURE})"
        ));
    }
    if share > FITS {
        doubts.push(format!("whether this is a body at all (misfit {share:.1} of {FITS} a landmark)"));
    }
    for (ways, word) in best.legs.iter().zip(["left", "right"]) {
        let cost = ways.best.first().map_or(f64::INFINITY, |w| w.0);
        if cost > LEG_FITS {
            doubts.push(format!("whether the {word} leg is one (misfit {cost:.1} of {LEG_FITS})"));
        }
    }
    let needed = [L::Asis, L::Knee, L::Ankle, L::Toe, L::Elbow, L::Shoulder];
    doubts.extend(found.iter().filter(|f| needed.contains(&f.0) && f.3 < SURE).map(|f| word(f, &label(f.2))));
    if !doubts.is_empty() {
        return Err(format!("by geometry {list}; not sure: {}", list_names(&doubts)));
    }
    let labels = found.iter().map(|(l, side, m, _)| (which[*m], label_of(*l, *side))).collect();
    let told = format!(
        "labels name no body; by distances, heights and sides, for a stature of {:.2} m: {list}; left and right by the pelvis, the feet and the knees, margin {}, misfit {share:.1} a landmark",
        best.scale * STATURE,
        if sides.is_finite() { format!("{sides:.0}") } else { "beyond count".into() },
    );
    Ok(Named { labels, up: best.up, told })
}

/// Whether two markers are so near and so constantly apart that they sit on the front of one foot.
fn one_foot(cloud: &Cloud, a: usize, b: usize) -> bool {
    const FOREFOOT: f64 = 0.13;
    cloud.pair(a, b).is_some_and(|(d, spread)| d < FOREFOOT && spread < fit::BONE)
}

/// All bodies there are for a stature.
fn see(cloud: &Cloud, scale: f64, up: Up) -> Vec<Body> {
    let all: Vec<usize> = (0..cloud.at.len()).collect();
    pelvis::candidates(cloud, scale).into_iter().filter_map(|p| body(cloud, &all, p, scale, up)).collect()
}

fn body(cloud: &Cloud, all: &[usize], pelvis: Pelvis, scale: f64, up: Up) -> Option<Body> {
    let axes: Axes = pelvis.axes(cloud);
    let mut free: Vec<usize> = all.iter().copied().filter(|m| !pelvis.front.contains(m) && !pelvis.rear.contains(m)).collect();
    let legs = [LEFT, RIGHT].map(|side| leg::ways(cloud, &axes, side, &free, scale));
    let [l, r] = [legs[LEFT].best.first()?, legs[RIGHT].best.first()?];
    let taken: Vec<usize> = l.1.iter().chain(&r.1).flatten().copied().collect();
    if (1..taken.len()).any(|i| taken[..i].contains(&taken[i])) {
        return None;
    }
    let mut cost = pelvis.cost + l.0 + r.0;
    free.retain(|m| !taken.contains(m));
    let shoulders = upper::shoulders(cloud, &axes, &free, scale);
    let first = shoulders.best.first()?;
    cost += first.0;
    let mut arms = [None, None];
    if let [Some(left), Some(right)] = first.1 {
        let trunk = upper::Trunk::new(cloud, &axes, [left, right]);
        free.retain(|m| ![left, right].contains(m));
        let marks = trunk.landmarks(cloud, &free, scale);
        cost += marks.iter().map(|m| m.1).sum::<f64>() + (4 - marks.len()) as f64 * ABSENT;
        free.retain(|m| marks.iter().all(|k| k.3 != *m));
        for side in [LEFT, RIGHT] {
            let ways = upper::arms(cloud, [left, right][side], [right, left][side], &free, scale);
            let (more, way) = ways.best.first()?;
            cost += more;
            free.retain(|m| !way.contains(&Some(*m)));
            arms[side] = Some(ways);
        }
    } else {
        cost += (4.0 + 10.0) * ABSENT;
    }
    Some(Body { cost, scale, up, pelvis, legs, shoulders, arms })
}

impl Body {
    /// Whether another body has the same pelvis, sides included.
    fn agrees(&self, other: &Self) -> bool {
        self.up == other.up && self.pelvis.front == other.pelvis.front
    }

    /// Landmarks, their sides, their markers, and how much dearer the next way is.
    fn landmarks(&self, cloud: &Cloud) -> Vec<(L, Side, usize, f64)> {
        let mut out = Vec::new();
        let sides = [LEFT, RIGHT];
        for side in sides {
            out.push((L::Asis, Some(side), self.pelvis.front[side], f64::INFINITY));
        }
        match *self.pelvis.rear.as_slice() {
            [l, r] => out.extend([(L::Psis, Some(LEFT), l, f64::INFINITY), (L::Psis, Some(RIGHT), r, f64::INFINITY)]),
            _ => out.extend(self.pelvis.rear.iter().map(|m| (L::Sacrum, None, *m, f64::INFINITY))),
        }
        for side in sides {
            let ways = &self.legs[side];
            let Some((_, way)) = ways.best.first() else { continue };
            for (n, l) in [(leg::KNEE_AT, L::Knee), (leg::ANKLE_AT, L::Ankle), (leg::HEEL_AT, L::Heel), (leg::TOE_AT, L::Toe)] {
                out.extend(way[n].map(|m| (l, Some(side), m, ways.margin(n, |a, b| l == L::Toe && one_foot(cloud, a, b)))));
            }
        }
        let Some((_, [Some(left), Some(right)])) = self.shoulders.best.first() else { return out };
        for (side, m) in [left, right].into_iter().enumerate() {
            out.push((L::Shoulder, Some(side), *m, self.shoulders.margin(side, |_, _| false)));
        }
        let axes = self.pelvis.axes(cloud);
        let trunk = upper::Trunk::new(cloud, &axes, [*left, *right]);
        let mut free: Vec<usize> = (0..cloud.at.len()).filter(|m| out.iter().all(|o| o.2 != *m)).collect();
        for (n, _, margin, m) in trunk.landmarks(cloud, &free, self.scale) {
            out.push(([L::C7, L::Clavicle, L::T10, L::Sternum][n], None, m, margin));
        }
        for side in sides {
            let Some((ways, (_, way))) = self.arms[side].as_ref().and_then(|w| Some((w, w.best.first()?))) else { continue };
            let [Some(elbow), Some(a), b, hand] = *way else { continue };
            out.push((L::Elbow, Some(side), elbow, ways.margin(upper::ELBOW_AT, |_, _| false)));
            let wrist = ways.margin(1, |_, _| false);
            match b {
                None => out.push((L::Wrist, Some(side), a, wrist)),
                Some(b) => {
                    let thumb = upper::thumb(cloud, [*left, *right][side], elbow, [a, b]);
                    if thumb.abs() < THUMB {
                        out.push((L::Wrist, Some(side), a, wrist));
                    } else {
                        let (radial, ulnar) = if thumb > 0.0 { (a, b) } else { (b, a) };
                        out.push((L::WristRadial, Some(side), radial, wrist));
                        out.push((L::WristUlnar, Some(side), ulnar, ways.margin(2, |_, _| false)));
                    }
                }
            }
            out.extend(hand.map(|m| (L::Finger, Some(side), m, ways.margin(3, |_, _| false))));
        }
        free.retain(|m| out.iter().all(|o| o.2 != *m));
        let corners = [(L::HeadFront, LEFT), (L::HeadFront, RIGHT), (L::HeadBack, LEFT), (L::HeadBack, RIGHT)];
        if let Some(head) = trunk.head(cloud, &free, self.scale) {
            out.extend(corners.into_iter().zip(head).map(|((l, side), m)| (l, Some(side), m, f64::INFINITY)));
        }
        out
    }
}
