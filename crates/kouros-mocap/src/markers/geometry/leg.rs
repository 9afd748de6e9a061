//! The markers of one leg: those at its joints keep their distance to both bones they join.

use super::cloud::{Cloud, Series, apart};
use super::fit::{self, ABSENT, BONE, Length, Ways};
use super::pelvis::{Axes, along};
use kouros_motion::LEFT;

/// Heights above the floor: knees, and where ankle, heel and toe are when they stand.
const KNEE: Length = (0.50, 0.045);
const ANKLE: Length = (0.085, 0.025);
const HEEL: Length = (0.045, 0.025);
const TOE: Length = (0.045, 0.025);
/// Bones: hip to knee and knee to ankle at their outer sides, ankle to heel and toe, heel to toe.
const THIGH: Length = (0.43, 0.04);
const SHANK: Length = (0.42, 0.04);
const TO_HEEL: Length = (0.075, 0.02);
const TO_TOE: Length = (0.165, 0.03);
const FOOT: Length = (0.21, 0.03);
/// How far outside the hip's centre a knee's outer side is, an ankle's outside the knee's, a heel outside the ankle.
const KNEE_OUT: Length = (0.055, 0.035);
const ANKLE_OUT: Length = (-0.01, 0.04);
const HEEL_OUT: Length = (-0.03, 0.03);
/// How surely a toe is before its ankle, and a knee before the straight leg [m].
const BEFORE: f64 = 0.03;

/// Which of a leg's landmarks stand in a way.
pub(super) const KNEE_AT: usize = 0;
pub(super) const ANKLE_AT: usize = 1;
pub(super) const HEEL_AT: usize = 2;
pub(super) const TOE_AT: usize = 3;

/// The ways to see a leg among the `free` markers.
pub(super) fn ways(cloud: &Cloud, axes: &Axes, side: usize, free: &[usize], scale: f64) -> Ways<4> {
    let hip = &axes.hips[side];
    let outwards = if side == LEFT { 1.0 } else { -1.0 };
    let stands = |m: usize, length: Length| fit::length(cloud.standing(m), length, scale);
    let outside = |from: usize, to: usize, length: Length| fit::length(outwards * axes.left_of(from, to), length, scale);
    let low: Vec<usize> = free.iter().copied().filter(|m| cloud.standing(*m) < 0.3 * scale).collect();
    let mut out = Ways::new();
    for &knee in free {
        let Some((thigh, spread)) = apart(hip, &cloud.at[knee]) else { continue };
        let at_knee = fit::length(thigh, THIGH, scale)
            + fit::rigid(spread, BONE)
            + fit::length(cloud.height(knee), KNEE, scale)
            + fit::length(outwards * along(&axes.left, hip, &cloud.at[knee]), KNEE_OUT, scale);
        if at_knee > 16.0 {
            continue;
        }
        for &ankle in low.iter().filter(|m| **m != knee) {
            let Some((shank, spread)) = cloud.pair(knee, ankle) else { continue };
            let at_ankle = at_knee
                + fit::length(shank, SHANK, scale)
                + fit::rigid(spread, BONE)
                + stands(ankle, ANKLE)
                + outside(knee, ankle, ANKLE_OUT);
            if at_ankle > 24.0 || out.is_full() {
                continue;
            }
            let at_ankle = at_ankle + fit::ahead(bend(axes, hip, &cloud.at[knee], &cloud.at[ankle]), BEFORE);
            if at_ankle > 24.0 {
                continue;
            }
            for &toe in low.iter().filter(|m| ![knee, ankle].contains(m)) {
                let Some((to_toe, spread)) = cloud.pair(ankle, toe) else { continue };
                let at_toe = at_ankle
                    + fit::length(to_toe, TO_TOE, scale)
                    + fit::rigid(spread, BONE)
                    + stands(toe, TOE)
                    + fit::ahead(axes.before(ankle, toe), BEFORE);
                if at_toe > 30.0 {
                    continue;
                }
                out.add(at_toe + ABSENT, [Some(knee), Some(ankle), None, Some(toe)]);
                for &heel in low.iter().filter(|m| ![knee, ankle, toe].contains(m)) {
                    let (Some(to_heel), Some(foot)) = (cloud.pair(ankle, heel), cloud.pair(heel, toe)) else { continue };
                    let cost = at_toe
                        + fit::length(to_heel.0, TO_HEEL, scale)
                        + fit::rigid(to_heel.1, BONE)
                        + fit::length(foot.0, FOOT, scale)
                        + fit::rigid(foot.1, BONE)
                        + stands(heel, HEEL)
                        + outside(ankle, heel, HEEL_OUT)
                        + fit::ahead(axes.before(heel, ankle), BEFORE);
                    out.add(cost, [Some(knee), Some(ankle), Some(heel), Some(toe)]);
                }
            }
        }
    }
    out.sort();
    out
}

/// How far a knee is before the line from hip to ankle [m]: it bends one way alone.
fn bend(axes: &Axes, hip: &Series, knee: &Series, ankle: &Series) -> f64 {
    let mut most: Vec<f64> = (0..hip.len())
        .filter_map(|k| {
            let at = |s: &Series| s.get(k).copied().flatten();
            let (hip, knee, ankle, forwards) = (at(hip)?, at(knee)?, at(ankle)?, at(&axes.forwards)?);
            let line = (ankle - hip).try_normalize(1e-6)?;
            let off = (knee - hip) - line * line.dot(&(knee - hip));
            Some(off.dot(&(forwards - line * line.dot(&forwards))))
        })
        .collect();
    // Where it bends most, whichever way that is: a straight leg says nothing.
    most.sort_by(|a, b| a.abs().total_cmp(&b.abs()));
    let bent = &most[most.len() * 9 / 10..];
    bent.iter().sum::<f64>() / bent.len().max(1) as f64
}
