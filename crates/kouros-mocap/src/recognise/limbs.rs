//! Which two pairs of branches are the legs and the arms.

use super::limb::{Kind, Pair, best_pair, fit};
use super::names;
use super::sampled::Sampled;
use super::tree::Tree;
use kouros_motion::list_names;

/// The legs and arms of a body, sides not yet told apart.
pub(crate) struct Limbs {
    pub legs: Pair,
    pub arms: Pair,
    /// How well they fit a person: zero would be typical in everything.
    pub score: f64,
}

/// The lowest score a body may have. Every rig the tests name scores -10 or better; the rest is
/// room for people and creatures of odd proportions.
const LOWEST: f64 = -45.0;

/// Two branches of one place that may be a pair.
struct Candidate {
    origin: usize,
    branch: [usize; 2],
    legs: Option<Pair>,
    arms: Option<Pair>,
}

/// The likeliest legs and arms, or what was found instead.
pub(crate) fn find(tree: &Tree, sampled: &Sampled) -> Result<Limbs, String> {
    let candidates = candidates(tree, sampled);
    let mut best: Option<Limbs> = None;
    for l in &candidates {
        for a in &candidates {
            let apart = l.branch.iter().all(|x| a.branch.iter().all(|y| !tree.is_below(*x, *y) && !tree.is_below(*y, *x)));
            let (Some(legs), Some(arms)) = (l.legs, a.arms) else { continue };
            if !apart {
                continue;
            }
            let score = legs.score + arms.score + together(tree, sampled, &legs, &arms);
            if best.as_ref().is_none_or(|b| score > b.score) {
                best = Some(Limbs { legs, arms, score });
            }
        }
    }
    let pairs = || {
        let named = |c: &Candidate| format!("{} + {} at {}", tree.name(c.branch[0]), tree.name(c.branch[1]), tree.name(c.origin));
        let joints = tree.joints.len();
        let names = list_names(tree.joints.iter().map(|j| j.name.as_str()));
        match candidates.len() {
            0 => format!("no pair of equally long limbs among {joints} joints: {names}"),
            n => format!(
                "{n} pair(s) of equally long limbs ({}) among {joints} joints: {names}",
                list_names(candidates.iter().map(named))
            ),
        }
    };
    match best {
        Some(limbs) if limbs.score >= LOWEST => Ok(limbs),
        Some(limbs) => Err(format!("{}, none of which fit legs and arms (fit {:.0}, at least {LOWEST})", pairs(), limbs.score)),
        None => Err(pairs()),
    }
}

/// All pairs of branches from one place that are long and about equally long.
fn candidates(tree: &Tree, sampled: &Sampled) -> Vec<Candidate> {
    const LONG: f64 = 0.12; // of the body's size, leaf to leaf: an arm is a quarter of it
    const EVEN: f64 = 0.3; // ln: one hand may have fingers and the other none
    const BRANCHES: usize = 8;
    const PAIRS: usize = 12;
    let mut found: Vec<(f64, usize, [usize; 2])> = Vec::new();
    for origin in (0..tree.joints.len()).filter(|j| !tree.near[*j]) {
        let mut branches = tree.branches(origin);
        branches.retain(|b| tree.reach[*b] > LONG * tree.size);
        branches.truncate(BRANCHES);
        for (i, a) in branches.iter().enumerate() {
            for b in branches.iter().skip(i + 1) {
                if (tree.reach[*a] / tree.reach[*b]).ln().abs() < EVEN {
                    found.push((tree.branch(*b), origin, [*a.min(b), *a.max(b)]));
                }
            }
        }
    }
    found.sort_by(|a, b| b.0.total_cmp(&a.0));
    found.truncate(PAIRS);
    let pair = |origin, branch, kind| best_pair(tree, sampled, origin, branch, kind);
    found
        .into_iter()
        .map(|(_, origin, branch)| Candidate {
            origin,
            branch,
            legs: pair(origin, branch, Kind::Leg),
            arms: pair(origin, branch, Kind::Arm),
        })
        .collect()
}

/// How well legs and arms go with each other.
fn together(tree: &Tree, sampled: &Sampled, legs: &Pair, arms: &Pair) -> f64 {
    // Legs are longer than arms by more than half,
    let mut score = fit(legs.length() / arms.length(), (1.62_f64.ln(), 0.18));
    // and a trunk lies between them.
    let trunk = sampled.mean(|p| {
        let middle = |pair: &Pair| (p(pair.limbs[0].top) + p(pair.limbs[1].top)) / 2.0;
        (middle(arms) - middle(legs)).norm()
    });
    score += fit(trunk / legs.length(), (0.55_f64.ln(), 0.35));
    // Names vote.
    let called = |pair: &Pair| {
        let joints = pair.limbs.iter().flat_map(|l| [l.top, l.middle, l.tip]);
        names::leg_or_arm(joints.map(|j| tree.name(j)))
    };
    score + called(legs) - called(arms)
}
