//! What lies between the limbs: pelvis, spine, neck, head.

use super::limbs::Limbs;
use super::names;
use super::sampled::Sampled;
use super::tree::Tree;

/// The joints of the trunk.
pub(crate) struct Trunk {
    pub pelvis: usize,
    pub spine: Vec<usize>,
    pub neck: Option<usize>,
    pub head: Option<usize>,
}

/// The trunk of a body whose limbs are known.
pub(crate) fn find(tree: &Tree, sampled: &Sampled, limbs: &Limbs) -> Trunk {
    let [l, r] = limbs.legs.branch;
    let [a, b] = limbs.arms.branch;
    // All four hang in one tree, for each pair hangs from one joint and the pairs are compared
    // inside one tree only; should they not, the legs' own joint stands for the pelvis.
    let of_legs = tree.common(&[l, r]).unwrap_or(l);
    let of_arms = tree.common(&[a, b]).unwrap_or(a);
    let pelvis = match tree.common(&[of_legs, of_arms]) {
        // A tree that hangs from the chest: the legs' own joint is the pelvis.
        Some(top) if top == of_arms && top != of_legs => of_legs,
        Some(top) => top,
        None => of_legs,
    };
    let spine = if tree.is_below(of_arms, pelvis) { tree.path(Some(pelvis), of_arms) } else { Vec::new() };
    let (neck, head) = neck_and_head(tree, sampled, limbs, pelvis, of_arms, &spine);
    Trunk { pelvis, spine, neck, head }
}

/// The branch of the upper trunk that is no arm, carries no leg and reaches farthest away from
/// the pelvis.
fn neck_and_head(
    tree: &Tree,
    sampled: &Sampled,
    limbs: &Limbs,
    pelvis: usize,
    chest: usize,
    spine: &[usize],
) -> (Option<usize>, Option<usize>) {
    /// A head may hang lower than the arms, but rarely does.
    const LOWER: f64 = 0.5;
    const SHORTEST: f64 = 0.03; // of the body's size
    let taken = |j: usize| {
        let limb = limbs.legs.branch.iter().chain(&limbs.arms.branch).any(|b| tree.is_below(*b, j));
        limb || spine.contains(&j) || j == pelvis
    };
    let mut best: Option<(f64, usize)> = None;
    for &from in spine.iter().rev().chain([&pelvis]) {
        let weight = if from == chest { 1.0 } else { LOWER };
        for &child in tree.children[from].iter().filter(|c| !taken(**c)) {
            let tip = *tree.way_out(child).last().unwrap_or(&child);
            let away = sampled.mean(|p| {
                let axis = p(chest) - p(pelvis);
                let along = (p(tip) - p(chest)).dot(&axis);
                if axis.norm() > 0.0 { along / axis.norm() } else { (p(tip) - p(chest)).norm() }
            });
            let value = weight * away;
            if value > SHORTEST * tree.size && best.is_none_or(|(v, _)| value > v) {
                best = Some((value, child));
            }
        }
    }
    let Some((_, first)) = best else { return (None, None) };
    let way = tree.way_out(first);
    let head = head_of(tree, sampled, &way);
    (Some(first).filter(|n| *n != head), Some(head))
}

/// The head on the way from the neck to the crown: where eyes and jaw branch off, or the last
/// joint that is not merely the crown; a joint so named wins over both.
fn head_of(tree: &Tree, sampled: &Sampled, way: &[usize]) -> usize {
    let stations = tree.stations(way);
    let named = stations.iter().copied().find(|j| names::is_head(tree.name(*j)));
    let forks = stations.iter().copied().find(|j| tree.branches(*j).len() > 1);
    let last = stations.last().copied().unwrap_or(way[0]);
    // A last joint that never turns, beyond at least two that could, is the crown.
    let crown = tree.children[last].iter().all(|c| tree.near[*c]) && !sampled.turns[last] && stations.len() > 1;
    let before_crown = stations.len().checked_sub(2).and_then(|i| stations.get(i)).copied().unwrap_or(last);
    named.or(forks).unwrap_or(if crown { before_crown } else { last })
}
