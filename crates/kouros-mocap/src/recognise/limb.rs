//! Two long bones in a chain: which three joints are hip, knee and ankle, or shoulder, elbow and
//! wrist, if the chain is a limb at all.

use super::sampled::{Sampled, angle_deg, quantile};
use super::tree::Tree;

/// A leg or an arm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Leg,
    Arm,
}

/// What is typical of a limb: natural logarithms and their spread, read off the rigs named in
/// docs/formats/bvh.md.
struct Prior {
    /// Upper bone over lower bone.
    upper_over_lower: (f64, f64),
    /// What lies beyond the lower bone (foot, hand) over both bones.
    beyond: (f64, f64),
    /// The cost of nothing lying beyond: every leg has a foot, many arms end at the wrist.
    nothing_beyond: f64,
    /// The distance between the limbs of a pair over both bones.
    apart: (f64, f64),
}

impl Kind {
    fn prior(self) -> Prior {
        match self {
            Self::Leg => Prior {
                upper_over_lower: (0.0, 0.2),
                beyond: (0.2_f64.ln(), 0.4),
                nothing_beyond: 2.0,
                apart: (0.22_f64.ln(), 0.35),
            },
            Self::Arm => Prior {
                upper_over_lower: (1.2_f64.ln(), 0.25),
                beyond: (0.3_f64.ln(), 0.5),
                nothing_beyond: 0.0,
                apart: (0.68_f64.ln(), 0.3),
            },
        }
    }
}

/// Three joints of a chain as the ends of two bones.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limb {
    pub top: usize,
    pub middle: usize,
    pub tip: usize,
    pub upper: f64,
    pub lower: f64,
    score: f64,
}

/// A pair of limbs, in no order of sides yet.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pair {
    pub limbs: [Limb; 2],
    /// The first joint of either branch.
    pub branch: [usize; 2],
    /// Minus half the squared deviations from the typical, and what rewards length.
    pub score: f64,
}

impl Pair {
    /// The mean length of both bones of a limb.
    pub fn length(&self) -> f64 {
        self.limbs.iter().map(|l| l.upper + l.lower).sum::<f64>() / 2.0
    }
}

/// Minus half the square of how many spreads `value` lies from what is typical.
pub(crate) fn fit(value: f64, (mean, spread): (f64, f64)) -> f64 {
    const FARTHEST: f64 = 30.0;
    if value > 0.0 { -(0.5 * ((value.ln() - mean) / spread).powi(2)).min(FARTHEST) } else { -FARTHEST }
}

/// The best pair of limbs of a kind in two branches that leave the place of `origin`.
pub(crate) fn best_pair(tree: &Tree, sampled: &Sampled, origin: usize, branch: [usize; 2], kind: Kind) -> Option<Pair> {
    let sides = branch.map(|b| limbs(tree, sampled, origin, b, kind));
    let prior = kind.prior();
    let mut best: Option<Pair> = None;
    for a in &sides[0] {
        for b in &sides[1] {
            let mean = (a.upper + a.lower + b.upper + b.lower) / 2.0;
            let mut score = a.score + b.score + fit(sampled.distance(a.top, b.top) / mean, prior.apart);
            // Two sides of a body differ by a few percent.
            const UNEVEN: f64 = 0.08;
            score += fit(a.upper / b.upper, (0.0, UNEVEN)) + fit(a.lower / b.lower, (0.0, UNEVEN));
            if best.is_none_or(|p| score > p.score) {
                best = Some(Pair { limbs: [*a, *b], branch, score });
            }
        }
    }
    best
}

/// The likeliest readings of a branch as a limb, best first.
fn limbs(tree: &Tree, sampled: &Sampled, origin: usize, branch: usize, kind: Kind) -> Vec<Limb> {
    const KEPT: usize = 8;
    const MOST_STATIONS: usize = 24;
    // Helpers at the origin's own place come first: one of them may be the hip.
    let mut path = tree.path(Some(origin), branch);
    path.extend(tree.way_out(branch).into_iter().skip(1));
    let mut stations = tree.stations(&path);
    stations.truncate(MOST_STATIONS);
    let bends = bends(tree, sampled, &stations, origin);
    let total: f64 = path.iter().map(|j| tree.length[*j]).sum();
    let mut found = Vec::new();
    for top in 0..stations.len() {
        for middle in top + 1..stations.len() {
            for tip in middle + 1..stations.len() {
                let ends = [top, middle, tip];
                found.extend(reading(tree, sampled, &stations, &bends, ends, total, &kind.prior()));
            }
        }
    }
    found.sort_by(|a: &Limb, b| b.score.total_cmp(&a.score));
    found.truncate(KEPT);
    found
}

/// How much a chain bends at a station over the frames: how far most of the time in degrees, and how
/// much that varies in degrees.
struct Bend {
    most: f64,
    range: f64,
    /// Whether anything else branches off there.
    forks: bool,
}

fn bends(tree: &Tree, sampled: &Sampled, stations: &[usize], origin: usize) -> Vec<Bend> {
    (0..stations.len())
        .map(|i| {
            let before = if i == 0 { origin } else { stations[i - 1] };
            let (here, after) = (stations[i], stations.get(i + 1).copied().unwrap_or(stations[i]));
            let mut angles: Vec<f64> = sampled.each(|p| angle_deg(&(p(here) - p(before)), &(p(after) - p(here)))).collect();
            Bend {
                most: quantile(&mut angles, 0.8),
                range: quantile(&mut angles, 0.9) - quantile(&mut angles, 0.1),
                forks: tree.branches(here).len() > 1,
            }
        })
        .collect()
}

fn reading(
    tree: &Tree,
    sampled: &Sampled,
    stations: &[usize],
    bends: &[Bend],
    [top, middle, tip]: [usize; 3],
    total: f64,
    prior: &Prior,
) -> Option<Limb> {
    let bone = |a: usize, b: usize| {
        let mean = sampled.distance(stations[a], stations[b]);
        let spread = sampled.mean(|p| ((p(stations[a]) - p(stations[b])).norm() - mean).powi(2)).sqrt();
        (mean, if mean > 0.0 { spread / mean } else { 1.0 })
    };
    let ((upper, upper_gives), (lower, lower_gives)) = (bone(top, middle), bone(middle, tip));
    if !(upper > 0.0 && lower > 0.0 && total > 0.0) {
        return None;
    }
    let mut score = fit(upper / lower, prior.upper_over_lower);
    // The two long bones are most of a limb.
    const LENGTH: f64 = 4.0;
    score += LENGTH * ((upper + lower) / total).ln();
    // A bone keeps its length,
    const GIVES: f64 = 0.03;
    score -= [upper_gives, lower_gives].iter().map(|g| (0.5 * (g / GIVES).powi(2)).min(10.0)).sum::<f64>();
    // and is straight: a joint in its middle turns about it at most.
    const CROOKED: f64 = 10.0;
    let inner = (top + 1..middle).chain(middle + 1..tip);
    // nor does anything branch off there: a hand's thumb tells the wrist.
    const BRANCHES_OFF: f64 = 2.0;
    score -= BRANCHES_OFF * inner.clone().filter(|i| bends[*i].forks).count().min(3) as f64;
    // The three are joints, not mere ends of bones.
    const NO_JOINT: f64 = 3.0;
    score -= NO_JOINT * [top, middle, tip].iter().filter(|i| tree.is_end[stations[**i]]).count() as f64;
    score -= inner.map(|i| (0.5 * ((bends[i].most - CROOKED).max(0.0) / CROOKED).powi(2)).min(10.0)).sum::<f64>();
    // Knees and elbows are where limbs bend, and bend to different degrees.
    const LIVELY: f64 = 30.0;
    score += (bends[middle].range / LIVELY).min(1.0);
    let beyond: f64 = tree.reach[stations[tip]];
    // A stub of a hand or foot is hardly worse than none.
    const STUB: f64 = 2.0;
    let (length, typical) = (beyond / (upper + lower), prior.beyond.0.exp());
    score += match length {
        0.0 => -prior.nothing_beyond,
        short if short < typical => fit(short, prior.beyond).max(-prior.nothing_beyond - STUB),
        long => fit(long, prior.beyond),
    };
    Some(Limb { top: stations[top], middle: stations[middle], tip: stations[tip], upper, lower, score })
}
