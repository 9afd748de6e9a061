//! The markers above the pelvis: shoulders, trunk, head, arms. A body may do without any of them.

use super::cloud::{Cloud, Series, middle};
use super::fit::{self, ABSENT, BONE, GIRDLE, Length, Ways};
use super::pelvis::{Axes, along};
use kouros_motion::{LEFT, RIGHT, Vec3};

/// Between the acromions, how far they are above the front spines, how high above the floor.
const ACROSS: Length = (0.36, 0.04);
const ABOVE: Length = (0.46, 0.06);
const HEIGHT: Length = (1.42, 0.10);
/// Acromion to the elbow's outer side, elbow to wrist, wrist's sides, wrist to hand.
const UPPER_ARM: Length = (0.31, 0.03);
const FOREARM: Length = (0.255, 0.03);
const WRIST: Length = (0.065, 0.02);
const HAND: Length = (0.085, 0.025);
/// Landmarks of trunk and head from between the shoulders: forwards, left, up, and how much each varies [m].
const TRUNK: [([f64; 3], f64); 4] =
    [([-0.08, 0.0, 0.02], 0.04), ([0.06, 0.0, -0.05], 0.035), ([-0.10, 0.0, -0.24], 0.05), ([0.09, 0.0, -0.20], 0.05)];
/// How far from its place a landmark of the trunk may be, in costs.
const TRUNK_MOST: f64 = 5.0;
/// How high above the shoulders a head's markers are, at least [m].
const HEAD: f64 = 0.12;
/// How far from the middle they are, at most [m].
const HEAD_WIDE: f64 = 0.22;

/// The ways to see both shoulders (left, right); none costs as much as two landmarks that are absent.
pub(super) fn shoulders(cloud: &Cloud, axes: &Axes, free: &[usize], scale: f64) -> Ways<2> {
    let mut out = Ways::new();
    out.add(4.0 * ABSENT, [None, None]);
    for &l in free.iter().filter(|m| fit::length(cloud.height(**m), HEIGHT, scale) < 6.0) {
        for &r in free.iter().filter(|m| **m != l) {
            let Some((across, spread)) = cloud.pair(l, r) else { continue };
            if fit::length(across, ACROSS, scale) + fit::rigid(spread, GIRDLE) > 10.0 {
                continue;
            }
            let (a, b) = (&cloud.at[l], &cloud.at[r]);
            let left = along(&axes.left, b, a);
            if left <= 0.0 {
                continue;
            }
            let rise = [a, b].map(|s| (climb(&axes.origin, s), s));
            let between = middle(a, b);
            let cost = fit::length(across, ACROSS, scale)
                + fit::rigid(spread, GIRDLE)
                + rise.map(|(up, _)| fit::length(up, ABOVE, scale)).iter().sum::<f64>()
                // Square to the pelvis, and over it, on average.
                + fit::length(left, (across / scale, 0.08), scale)
                + fit::length(along(&axes.left, &axes.origin, &between), (0.0, 0.025), scale)
                + fit::length(rise[0].0 - rise[1].0, (0.0, 0.04), scale)
                + fit::length(along(&axes.forwards, &axes.origin, &between), (-0.09, 0.08), scale);
            out.add(cost, [Some(l), Some(r)]);
        }
    }
    out.sort();
    out
}

fn climb(from: &Series, to: &Series) -> f64 {
    along(&from.iter().map(|p| p.map(|_| Vec3::z())).collect(), from, to)
}

/// Axes of the trunk: from between the shoulders, forwards, left and up.
pub(super) struct Trunk {
    origin: Series,
    axes: [Series; 3],
}

impl Trunk {
    pub fn new(cloud: &Cloud, axes: &Axes, shoulders: [usize; 2]) -> Self {
        let [l, r] = shoulders.map(|m| &cloud.at[m]);
        let origin = middle(l, r);
        let hips = middle(&axes.hips[LEFT], &axes.hips[RIGHT]);
        let frame = |k: usize| {
            let up = (origin[k]? - hips[k]?).try_normalize(1e-6)?;
            let wide = l[k]? - r[k]?;
            let left = (wide - up * up.dot(&wide)).try_normalize(1e-6)?;
            Some([left.cross(&up), left, up])
        };
        let frames: Vec<Option<[Vec3; 3]>> = (0..origin.len()).map(frame).collect();
        let axes = [0, 1, 2].map(|i| frames.iter().map(|f| f.map(|f| f[i])).collect());
        Self { origin, axes }
    }

    /// Where a marker is, on average.
    pub fn place(&self, of: &Series) -> [f64; 3] {
        [0, 1, 2].map(|i| along(&self.axes[i], &self.origin, of))
    }

    /// C7, clavicle, T10, sternum: what each costs, and who it is.
    pub fn landmarks(&self, cloud: &Cloud, free: &[usize], scale: f64) -> Vec<(usize, f64, f64, usize)> {
        let mut fits = Vec::new();
        for (n, (at, sd)) in TRUNK.iter().enumerate() {
            for &m in free {
                let place = self.place(&cloud.at[m]);
                let cost = (0..3).map(|i| fit::length(place[i], (at[i], if i == 1 { 0.025 } else { *sd }), scale)).sum::<f64>();
                if cost < TRUNK_MOST {
                    fits.push((cost, n, m));
                }
            }
        }
        fits.sort_by(|a, b| a.0.total_cmp(&b.0).then((a.1, a.2).cmp(&(b.1, b.2))));
        let mut out: Vec<(usize, f64, f64, usize)> = Vec::new();
        for (cost, n, m) in &fits {
            if out.iter().all(|o| o.0 != *n && o.3 != *m) {
                let next = fits.iter().filter(|f| f.1 == *n && f.2 != *m).map(|f| f.0).fold(TRUNK_MOST, f64::min);
                out.push((*n, *cost, next - cost, *m));
            }
        }
        out
    }

    /// Four markers about a head: front left, front right, back left, back right.
    pub fn head(&self, cloud: &Cloud, free: &[usize], scale: f64) -> Option<[usize; 4]> {
        let near = |m: &usize| {
            let [x, y, z] = self.place(&cloud.at[*m]);
            z > HEAD * scale && x.hypot(y) < HEAD_WIDE * scale
        };
        let head: Vec<usize> = free.iter().copied().filter(near).collect();
        let place: Vec<[f64; 3]> = head.iter().map(|m| self.place(&cloud.at[*m])).collect();
        let middle = place.iter().map(|p| p[0]).sum::<f64>() / place.len().max(1) as f64;
        let corner = |front: bool, left: bool| {
            let mut here = head.iter().zip(&place).filter(|(_, p)| (p[0] > middle) == front && (p[1] > 0.0) == left);
            here.next().filter(|_| here.next().is_none()).map(|(m, _)| *m)
        };
        Some([corner(true, true)?, corner(true, false)?, corner(false, true)?, corner(false, false)?]).filter(|_| head.len() == 4)
    }
}

/// Which of an arm's landmarks stand in a way.
pub(super) const ELBOW_AT: usize = 0;

/// The ways to see an arm: elbow, one or two markers of the wrist (in the order of their numbers), hand.
pub(super) fn arms(cloud: &Cloud, shoulder: usize, other: usize, free: &[usize], scale: f64) -> Ways<4> {
    let mut out = Ways::new();
    out.add(5.0 * ABSENT, [None; 4]);
    for &elbow in free {
        let (Some(upper), Some(far)) = (cloud.pair(shoulder, elbow), cloud.pair(other, elbow)) else { continue };
        let at_elbow = fit::length(upper.0, UPPER_ARM, scale)
            + fit::rigid(upper.1, GIRDLE)
            // It hangs by its own shoulder.
            + fit::ahead(far.0 - upper.0, 0.03 * scale)
            + fit::ahead(far.1 - upper.1, 0.02);
        if at_elbow > 10.0 {
            continue;
        }
        for &a in free.iter().filter(|m| **m != elbow) {
            let Some(lower) = cloud.pair(elbow, a) else { continue };
            let fits = |d: (f64, f64)| fit::length(d.0, FOREARM, scale) + fit::rigid(d.1, BONE);
            let at_wrist = at_elbow + fits(lower);
            if at_wrist > 16.0 || out.is_full() {
                continue;
            }
            with_hand(cloud, &mut out, at_wrist + ABSENT, [elbow, a, a], free, scale);
            for &b in free.iter().filter(|m| **m > a && **m != elbow) {
                let (Some(second), Some(wide)) = (cloud.pair(elbow, b), cloud.pair(a, b)) else { continue };
                let cost =
                    at_elbow + (fits(lower) + fits(second)) / 2.0 + fit::length(wide.0, WRIST, scale) + fit::rigid(wide.1, BONE);
                if cost < 16.0 {
                    with_hand(cloud, &mut out, cost, [elbow, a, b], free, scale);
                }
            }
        }
    }
    out.sort();
    out
}

fn with_hand(cloud: &Cloud, out: &mut Ways<4>, cost: f64, [elbow, a, b]: [usize; 3], free: &[usize], scale: f64) {
    let second = Some(b).filter(|_| a != b);
    out.add(cost + ABSENT / 2.0, [Some(elbow), Some(a), second, None]);
    let arm = [a, b].into_iter().filter_map(|m| cloud.pair(elbow, m)).map(|d| d.0).sum::<f64>() / 2.0;
    for &hand in free.iter().filter(|m| ![elbow, a, b].contains(m)) {
        let to = (cloud.pair(a, hand), cloud.pair(b, hand), cloud.pair(elbow, hand));
        let (Some(first), Some(second_to), Some(along)) = to else { continue };
        let to = ((first.0 + second_to.0) / 2.0, first.1.max(second_to.1));
        let cost = cost
            + fit::length(to.0, HAND, scale)
            + fit::rigid(to.1, BONE)
            // Beyond the wrist, not before it.
            + fit::length(along.0 - arm, (0.065, 0.03), scale);
        out.add(cost, [Some(elbow), Some(a), second, Some(hand)]);
    }
}

/// How much nearer the thumb's side marker `a` is than `b`, from -1 to 1: with forearms turned by less than a right
/// angle either way, the thumb's side looks where the elbow bends to.
pub(super) fn thumb(cloud: &Cloud, shoulder: usize, elbow: usize, [a, b]: [usize; 2]) -> f64 {
    let each: Vec<f64> = (0..cloud.at[a].len())
        .filter_map(|k| {
            let at = |m: usize| cloud.at[m].get(k).copied().flatten();
            let (s, e, a, b) = (at(shoulder)?, at(elbow)?, at(a)?, at(b)?);
            let along = ((a + b) / 2.0 - e).try_normalize(1e-6)?;
            let bends = (s - e) - along * along.dot(&(s - e));
            // Straight arms do not tell.
            let bends = bends.try_normalize(0.1)?;
            let across = (a - b) - along * along.dot(&(a - b));
            Some(across.try_normalize(1e-3)?.dot(&bends))
        })
        .collect();
    each.iter().sum::<f64>() / each.len().max(1) as f64
}
