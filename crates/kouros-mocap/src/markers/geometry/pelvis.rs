//! The four or three markers that are a pelvis, and the axes they give.

use super::cloud::{Cloud, Series};
use super::fit::{self, ABSENT, BONE, Length};
use kouros_motion::{LEFT, RIGHT, Vec3};

/// Between the front spines, between the rear ones, from front to rear.
const FRONT: Length = (0.25, 0.035);
const REAR: Length = (0.10, 0.025);
const DEPTH: Length = (0.19, 0.035);
/// How much higher the rear lies.
const RISE: Length = (0.03, 0.04);
/// How high the front spines stand above the floor.
const HEIGHT: Length = (0.97, 0.09);
/// How much left and right differ [m].
const EVEN: f64 = 0.015;
/// How many pelvises are tried.
const TRIED: usize = 12;

/// How many fours of markers are looked at: some forty markers are at the height of a pelvis at most.
const LOOKED_AT: usize = 200_000;
/// What a pelvis costs at most.
const MOST: f64 = 40.0;

/// Markers as a pelvis.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Pelvis {
    pub cost: f64,
    /// Left, right.
    pub front: [usize; 2],
    /// Left and right, or one in the middle.
    pub rear: Vec<usize>,
}

/// Axes over the frames: the middle of the front spines; forwards, left, up; the hips (left, right).
pub(super) struct Axes {
    pub origin: Series,
    pub forwards: Series,
    pub left: Series,
    pub hips: [Series; 2],
    /// How far forwards and left of the origin markers are, on average [m] (M).
    ahead: Vec<[f64; 2]>,
}

impl Axes {
    /// How far a marker is before another on average [m].
    pub fn before(&self, from: usize, to: usize) -> f64 {
        self.ahead[to][0] - self.ahead[from][0]
    }

    /// How far a marker is to the left of another on average [m].
    pub fn left_of(&self, from: usize, to: usize) -> f64 {
        self.ahead[to][1] - self.ahead[from][1]
    }
}

/// The markers that may be pelvises, most likely first, each also turned about.
pub(super) fn candidates(cloud: &Cloud, scale: f64) -> Vec<Pelvis> {
    let near: Vec<usize> = (0..cloud.at.len()).filter(|m| fit::length(cloud.height(*m), HEIGHT, scale) < 8.0).collect();
    let (mut out, mut tried) = (Vec::new(), 0);
    for &a in &near {
        for &b in &near {
            let Some((wide, spread)) = cloud.pair(a, b).filter(|_| a != b) else { continue };
            let base = fit::length(wide, FRONT, scale) + fit::rigid(spread, BONE);
            if base > 8.0 {
                continue;
            }
            let base = base + [a, b].map(|m| fit::length(cloud.height(m), HEIGHT, scale)).iter().sum::<f64>() / 2.0;
            let behind = |p: &usize| {
                let fits = |m: usize| cloud.pair(m, *p).is_some_and(|d| d.0 < 0.4 * scale && d.1 < 3.0 * BONE);
                *p != a && *p != b && fits(a) && fits(b)
            };
            let behind: Vec<usize> = near.iter().copied().filter(behind).collect();
            for &p in &behind {
                if tried > LOOKED_AT {
                    break;
                }
                out.extend(single(cloud, scale, base, [a, b], p));
                for &q in behind.iter().filter(|q| **q != p) {
                    tried += 1;
                    out.extend(double(cloud, scale, base, [a, b], [p, q]));
                }
            }
        }
    }
    out.sort_by(|x, y| x.cost.total_cmp(&y.cost).then_with(|| (x.front, &x.rear).cmp(&(y.front, &y.rear))));
    out.truncate(TRIED);
    // The same four seen from behind, dear as they may be: sides must be right for a reason.
    let turned: Vec<Pelvis> = out.iter().filter_map(|p| turned(cloud, scale, p)).collect();
    for t in turned {
        if !out.iter().any(|p| p.front == t.front && p.rear == t.rear) {
            out.push(t);
        }
    }
    out
}

fn single(cloud: &Cloud, scale: f64, base: f64, front: [usize; 2], rear: usize) -> Option<Pelvis> {
    let pairs = [cloud.pair(front[0], rear)?, cloud.pair(front[1], rear)?];
    if chirality(cloud, front, &[rear]) <= 0.0 {
        return None;
    }
    let across = cloud.pair(front[0], front[1])?.0;
    let depth = ((pairs[0].0.powi(2) + pairs[1].0.powi(2)) / 2.0 - across.powi(2) / 4.0).max(0.0).sqrt();
    let cost = base
        + pairs.map(|p| fit::rigid(p.1, BONE)).iter().sum::<f64>()
        + fit::length(depth, DEPTH, scale)
        + fit::rigid(pairs[0].0 - pairs[1].0, EVEN * scale)
        + fit::length(rise(cloud, front, &[rear]), RISE, scale)
        + ABSENT;
    Some(Pelvis { cost, front, rear: vec![rear] })
}

fn double(cloud: &Cloud, scale: f64, base: f64, front: [usize; 2], rear: [usize; 2]) -> Option<Pelvis> {
    let (narrow, spread) = cloud.pair(rear[0], rear[1])?;
    let ends = fit::length(narrow, REAR, scale) + fit::rigid(spread, BONE);
    if base + ends > 20.0 {
        return None;
    }
    let own = [cloud.pair(front[0], rear[0])?, cloud.pair(front[1], rear[1])?];
    let other = [cloud.pair(front[0], rear[1])?, cloud.pair(front[1], rear[0])?];
    let wide = cloud.pair(front[0], front[1])?.0;
    // Of a trapezium: own side squared = depth squared + half the difference of the widths squared.
    let mean = |d: &[(f64, f64); 2]| (d[0].0 + d[1].0) / 2.0;
    let depth = (mean(&own).powi(2) - ((wide - narrow) / 2.0).powi(2)).max(0.0).sqrt();
    let crossed = if mean(&own) < mean(&other) { 0.0 } else { 12.0 };
    let cost = base
        + ends
        + crossed
        + own.iter().chain(&other).map(|p| fit::rigid(p.1, BONE)).sum::<f64>() / 2.0
        + fit::length(depth, DEPTH, scale)
        + fit::rigid(own[0].0 - own[1].0, EVEN * scale)
        + fit::rigid(other[0].0 - other[1].0, EVEN * scale);
    if cost > MOST || chirality(cloud, front, &rear) <= 0.0 {
        return None;
    }
    let cost = cost + fit::length(rise(cloud, front, &rear), RISE, scale);
    Some(Pelvis { cost, front, rear: rear.to_vec() })
}

/// What was behind as front.
fn turned(cloud: &Cloud, scale: f64, p: &Pelvis) -> Option<Pelvis> {
    let &[left, right] = p.rear.as_slice() else { return None };
    let front = [right, left];
    let (wide, spread) = cloud.pair(left, right)?;
    let heights = front.map(|m| fit::length(cloud.height(m), HEIGHT, scale)).iter().sum::<f64>() / 2.0;
    let base = fit::length(wide, FRONT, scale) + fit::rigid(spread, BONE) + heights;
    // Whatever it costs, it is a way to see them.
    let all = double(cloud, scale, 0.0, front, [p.front[RIGHT], p.front[LEFT]])?;
    Some(Pelvis { cost: all.cost + base, ..all })
}

fn place(cloud: &Cloud, k: usize, of: &[usize]) -> Option<Vec3> {
    let at = of.iter().map(|m| cloud.at[*m].get(k).copied().flatten()).collect::<Option<Vec<Vec3>>>()?;
    Some(at.iter().sum::<Vec3>() / at.len() as f64)
}

/// Above zero where left is left of forwards, on average.
fn chirality(cloud: &Cloud, front: [usize; 2], rear: &[usize]) -> f64 {
    let each = (0..cloud.at[front[0]].len()).filter_map(|k| {
        let forwards = place(cloud, k, &front)? - place(cloud, k, rear)?;
        let left = place(cloud, k, &front[..1])? - place(cloud, k, &front[1..])?;
        Some(forwards.cross(&left).z)
    });
    each.sum()
}

fn rise(cloud: &Cloud, front: [usize; 2], rear: &[usize]) -> f64 {
    let each: Vec<f64> =
        (0..cloud.at[front[0]].len()).filter_map(|k| Some(place(cloud, k, rear)?.z - place(cloud, k, &front)?.z)).collect();
    each.iter().sum::<f64>() / each.len().max(1) as f64
}

impl Pelvis {
    /// The axes that it gives, with hips by Harrington's regression.
    pub fn axes(&self, cloud: &Cloud) -> Axes {
        let looked = cloud.at[self.front[0]].len();
        let mut out = Axes {
            origin: Vec::new(),
            forwards: Vec::new(),
            left: Vec::new(),
            hips: [Vec::new(), Vec::new()],
            ahead: Vec::new(),
        };
        for k in 0..looked {
            let frame = (|| {
                let front = place(cloud, k, &self.front)?;
                let wide = place(cloud, k, &self.front[..1])? - place(cloud, k, &self.front[1..])?;
                let deep = front - place(cloud, k, &self.rear)?;
                let left = wide.try_normalize(1e-6)?;
                let forwards = (deep - left * left.dot(&deep)).try_normalize(1e-6)?;
                Some((front, forwards, left, wide.norm(), deep.norm()))
            })();
            out.origin.push(frame.map(|f| f.0));
            out.forwards.push(frame.map(|f| f.1));
            out.left.push(frame.map(|f| f.2));
            for (side, sign) in [1.0, -1.0].into_iter().enumerate() {
                out.hips[side].push(frame.map(|(front, x, y, wide, deep)| {
                    let z = x.cross(&y);
                    front + x * (-0.24 * deep - 0.0099) + y * (sign * (0.33 * wide + 0.0073)) + z * (-0.30 * wide - 0.0109)
                }));
            }
        }
        let each = |m: &Series| [along(&out.forwards, &out.origin, m), along(&out.left, &out.origin, m)];
        out.ahead = cloud.at.iter().map(each).collect();
        out
    }
}

/// The mean of a point's offset from another along an axis [m].
pub(super) fn along(axis: &Series, from: &Series, to: &Series) -> f64 {
    let each: Vec<f64> =
        axis.iter().zip(from.iter().zip(to)).filter_map(|(x, (a, b))| Some((*x)?.dot(&((*b)? - (*a)?)))).collect();
    each.iter().sum::<f64>() / each.len().max(1) as f64
}
