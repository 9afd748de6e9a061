//! Which limb is the left one: geometry decides, names break ties.

use super::limb::Pair;
use super::limbs::Limbs;
use super::names;
use super::sampled::Sampled;
use super::tree::Tree;
use kouros_motion::Report;

/// Evidence below this says nothing: feet that point straight down, knees that never bend.
const CLEAR: f64 = 0.1;

/// For legs and arms: whether the second limb of the pair is the left one.
pub(crate) fn second_is_left(
    tree: &Tree,
    sampled: &Sampled,
    limbs: &Limbs,
    toes: [usize; 2],
    report: &mut Report,
) -> (bool, bool) {
    let (legs, arms) = (&limbs.legs, &limbs.arms);
    let seen = facing(sampled, limbs, toes);
    let said = claim(tree, legs) + claim(tree, arms);
    let sign = if seen.abs() >= CLEAR {
        if said * seen < 0.0 {
            report.warn(
                "sides",
                format!(
                    "feet and knees say that '{}' is {}, its name says otherwise; geometry was believed",
                    tree.name(legs.limbs[0].top),
                    if seen > 0.0 { "left" } else { "right" }
                ),
            );
        }
        seen
    } else if said != 0.0 {
        said
    } else {
        report.warn(
            "sides",
            "neither feet, knees nor names tell left from right; the first leg in the file was taken as the left one",
        );
        1.0
    };
    // The arm on the left leg's side is the left arm.
    let same = sampled.mean(|p| {
        let across = |pair: &Pair| (p(pair.limbs[0].top) - p(pair.limbs[1].top)).normalize();
        let dot = across(arms).dot(&across(legs));
        if dot.is_finite() { dot } else { 0.0 }
    });
    let legs_swapped = sign < 0.0;
    (legs_swapped, if same < 0.0 { !legs_swapped } else { legs_swapped })
}

/// From -1 to 1: how clearly toes and knees point forward if the pair's first limb is the left
/// one. Left is up times forward, so forward is left times up.
fn facing(sampled: &Sampled, limbs: &Limbs, toes: [usize; 2]) -> f64 {
    let legs = &limbs.legs.limbs;
    let seen = sampled.mean(|p| {
        let middle = |pair: &Pair| (p(pair.limbs[0].top) + p(pair.limbs[1].top)) / 2.0;
        let up = middle(&limbs.arms) - middle(&limbs.legs);
        let forward = (p(legs[0].top) - p(legs[1].top)).cross(&up).normalize();
        let mut sum = 0.0;
        for (leg, toe) in legs.iter().zip(toes) {
            let (hip, knee, ankle, toe) = (p(leg.top), p(leg.middle), p(leg.tip), p(toe));
            // A foot as a share of the leg; a knee ahead of the line from hip to ankle.
            let length = leg.upper + leg.lower;
            sum += (toe - ankle).dot(&forward) / length / 0.15;
            sum += (knee - (hip + ankle) / 2.0).dot(&forward) / length / 0.15;
        }
        if sum.is_finite() { sum } else { 0.0 }
    });
    seen.clamp(-1.0, 1.0)
}

/// What the names of a pair claim: positive where its first limb is called left.
fn claim(tree: &Tree, pair: &Pair) -> f64 {
    let of = |limb: usize| {
        let l = &pair.limbs[limb];
        [l.top, l.middle, l.tip].map(|j| names::side(tree.name(j))).iter().sum::<f64>()
    };
    of(0) - of(1)
}
