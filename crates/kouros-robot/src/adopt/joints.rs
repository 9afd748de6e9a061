//! Which of a file's joints is which of a robot's.

use super::evidence::Evidence;
use super::refused;
use crate::{JointKind, Result, Robot};
use kouros_motion::{GivenJoints, GivenMotion, Report, list_names};

/// Bodies that are this near on average are the same; a wrong order puts hands and feet tenths of
/// a metre away [m].
const SAME_PLACE: f64 = 0.02;
/// Choices of joints that are gone through, as a power of two; the G1 has 16.
const MOST_CHOICES: usize = 20;
/// Two orders whose bodies differ by less than this in distance are not told apart by them [m].
const SAME_ORDER: f64 = 0.002;
/// An order must be better than the model's by this before it is believed without bodies: beyond
/// limits on average over all joints [rad].
const CLEARLY_BEYOND: f64 = 0.02;

/// One way of giving a robot's joints the values of a file.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Filled {
    /// For each of the robot's joints the file's column; none stays at zero.
    from: Vec<Option<usize>>,
    /// Joints of the file that are not used.
    pub left_out: Vec<String>,
    /// What it is called in a message.
    order: &'static str,
    /// Why it is this one, where that was inferred.
    pub why: Option<String>,
}

impl Filled {
    /// The robot's joint positions (N) from those of the file.
    pub fn values(&self, row: &[f64]) -> Vec<f64> {
        self.from.iter().map(|i| i.and_then(|i| row.get(i).copied()).unwrap_or(0.0)).collect()
    }

    /// The joints without a value.
    pub fn held(&self, robot: &Robot) -> Vec<String> {
        let without = self.from.iter().zip(&robot.joints).filter(|(f, _)| f.is_none());
        without.map(|(_, j)| j.name.clone()).collect()
    }

    fn in_order(from: Vec<Option<usize>>, order: &'static str) -> Self {
        Self { from, left_out: Vec::new(), order, why: None }
    }
}

/// All ways that are possible, the likeliest first.
///
/// # Errors
/// None is.
pub(super) fn candidates(robot: &Robot, given: &GivenMotion, joints: &GivenJoints) -> Result<Vec<Filled>> {
    match joints {
        GivenJoints::Named(names) => Ok(vec![by_name(robot, names)?]),
        GivenJoints::Axes(axes) if axes.len() != robot.dof() => Ok(vec![by_axes(robot, axes)?]),
        _ if given.joints.count() == robot.dof() => {
            let model = Filled::in_order((0..robot.dof()).map(Some).collect(), "the model's");
            let levels = level_by_level(robot);
            let mut breadth = vec![None; robot.dof()];
            for (column, joint) in levels.into_iter().enumerate() {
                breadth[joint] = Some(column);
            }
            let breadth = Filled::in_order(breadth, "level by level, as Isaac's");
            Ok(if breadth.from == model.from { vec![model] } else { vec![model, breadth] })
        }
        _ => {
            let found = format!(
                "{} joints without names; the robot's are {}; --joints names the file's in their order",
                given.joints.count(),
                list_names(robot.joints.iter().map(|j| j.name.as_str()))
            );
            Err(refused(robot, "as many joints as the robot has, or names", found))
        }
    }
}

/// Joints by their names, letter case and endings aside.
fn by_name(robot: &Robot, names: &[String]) -> Result<Filled> {
    let plain = |name: &str| {
        let mut name = name.trim().to_lowercase();
        for ending in ["_dof", "_pos", "_joint"] {
            name = name.strip_suffix(ending).unwrap_or(&name).to_owned();
        }
        name
    };
    let theirs: Vec<String> = names.iter().map(|n| plain(n)).collect();
    let from: Vec<Option<usize>> = robot.joints.iter().map(|j| theirs.iter().position(|n| *n == plain(&j.name))).collect();
    let used = |i: &usize| from.contains(&Some(*i));
    let left_out: Vec<String> = (0..names.len()).filter(|i| !used(i)).map(|i| names[i].clone()).collect();
    let met = from.iter().flatten().count();
    // A robot may lack the file's fingers, or the file the robot's wrists; where each has joints that
    // the other does not know, or half are called otherwise, it is another robot.
    if 2 * met < robot.dof() || left_out.len() > met || (met < robot.dof() && !left_out.is_empty()) {
        let lacking = from.iter().zip(&robot.joints).filter(|(f, _)| f.is_none()).map(|(_, j)| j.name.as_str());
        let found = format!(
            "{met} joints of the robot's {}; the file does not have {}, the robot does not have {}",
            robot.dof(),
            list_names(lacking),
            list_names(&left_out),
        );
        return Err(refused(robot, "the robot's joints by name", found));
    }
    Ok(Filled { from, left_out, order: "by name", why: None })
}

/// Joints by their axes: the file's are the robot's with some held fast, the same ones on both
/// sides, and with the fewest joints held that have moving ones behind them in their limb: wrists
/// are held, not elbows.
fn by_axes(robot: &Robot, axes: &[Option<u8>]) -> Result<Filled> {
    let fits = |kept: &[usize]| {
        kept.len() == axes.len()
            && kept.iter().zip(axes).all(|(j, axis)| {
                let joint = &robot.joints[*j];
                joint.kind == JointKind::Hinge && axis.is_none_or(|a| usize::from(a) == joint.axis.iamax())
            })
    };
    let groups = groups(robot);
    let choices: usize = groups.iter().map(Vec::len).sum();
    let refuse = |found: &str| {
        let found = format!("{} joints without names, {found}; --joints names the file's in their order", axes.len());
        refused(robot, "joints about the axes of the robot's, in its order", found)
    };
    if choices > MOST_CHOICES {
        return Err(refuse("and too many ways to choose them"));
    }
    let mut best: Vec<(usize, Vec<usize>)> = Vec::new();
    for mask in 0u32..1 << choices {
        let (mut kept, mut breaks, mut bit) = (Vec::new(), 0, 0);
        for group in &groups {
            let mut held = false;
            for pair in group {
                if mask >> bit & 1 == 1 {
                    kept.extend(pair);
                    breaks += usize::from(held);
                } else {
                    held = true;
                }
                bit += 1;
            }
        }
        if kept.len() != axes.len() || best.first().is_some_and(|(fewest, _)| breaks > *fewest) {
            continue;
        }
        kept.sort_unstable();
        if fits(&kept) {
            best.retain(|(fewest, _)| *fewest == breaks);
            best.push((breaks, kept));
        }
    }
    let kept = match best.as_slice() {
        [] => return Err(refuse("in no choice of which the axes are the robot's")),
        [(_, kept)] => kept,
        _ => return Err(refuse("in several choices of which the axes are the robot's")),
    };
    let from = (0..robot.dof()).map(|j| kept.iter().position(|k| *k == j)).collect();
    let names: Vec<&str> = kept.iter().map(|j| robot.joints[*j].name.as_str()).collect();
    let why = format!(
        "{} joints without names were told by the axes they turn about: {}; --joints overrides",
        axes.len(),
        names.join(", ")
    );
    Ok(Filled { why: Some(why), ..Filled::in_order(from, "by axes") })
}

/// The joints of legs, arms and waist, each from the trunk outwards and with its twin of the other
/// side; every other joint alone.
fn groups(robot: &Robot) -> Vec<Vec<Vec<usize>>> {
    let p = &robot.profile;
    let both = |[left, right]: [&[usize]; 2]| -> Vec<Vec<usize>> {
        if left.len() == right.len() {
            left.iter().zip(right).map(|(l, r)| vec![*l, *r]).collect()
        } else {
            left.iter().chain(right).map(|j| vec![*j]).collect()
        }
    };
    let mut out = vec![
        both([&p.legs[0].joints, &p.legs[1].joints]),
        both([&p.arms[0].joints, &p.arms[1].joints]),
        p.waist.iter().map(|j| vec![*j]).collect(),
    ];
    let known: Vec<usize> = out.iter().flatten().flatten().copied().collect();
    out.extend((0..robot.dof()).filter(|j| !known.contains(j)).map(|j| vec![vec![j]]));
    out
}

/// The robot's joints level by level: first those of the base's children, then those of their
/// children. Isaac Sim orders joints so.
fn level_by_level(robot: &Robot) -> Vec<usize> {
    // Depth in bodies that move, so that fixed frames between two joints do not count.
    let depth = |j: &usize| robot.bodies[robot.joints[*j].body].chain.len();
    let mut order: Vec<usize> = (0..robot.dof()).collect();
    order.sort_by_key(depth);
    order
}

/// The way that the evidence speaks for.
///
/// # Errors
/// The file says where its bodies are, and in no way are the robot's there.
pub(super) fn choose(evidence: &Evidence<'_>, filled: Vec<Filled>, report: &mut Report) -> Result<Filled> {
    let robot = evidence.robot;
    let by_place: Option<Vec<f64>> = filled.iter().map(|f| evidence.distance(f)).collect();
    let best_of = |costs: &[f64]| (0..costs.len()).min_by(|a, b| costs[*a].total_cmp(&costs[*b])).unwrap_or(0);
    if let Some(distances) = by_place {
        let best = best_of(&distances);
        let apart = |i: usize| 100.0 * distances.get(i).copied().unwrap_or(f64::NAN);
        let mut chosen = filled[best].clone();
        if distances[best] > SAME_PLACE {
            let found = format!("bodies {:.1} cm away on average: another model of the robot, or another robot", apart(best));
            if distances[best] > 5.0 * SAME_PLACE {
                return Err(refused(robot, "the robot's bodies where the file says", found));
            }
            report.warn("bodies", format!("by the file's own word its bodies are elsewhere: {found}"));
        }
        let others = (0..filled.len()).filter(|i| *i != best);
        let rivals: Vec<String> =
            others.clone().map(|i| format!("{:.1} cm in the order '{}'", apart(i), filled[i].order)).collect();
        if others.clone().any(|i| distances[i] - distances[best] < SAME_ORDER) {
            report.warn("joints", "the bodies' places do not tell the order of the joints: nothing moves; --joints names them");
        }
        if filled.len() > 1 {
            chosen.why = Some(format!(
                "{} joints without names are in the order '{}': the robot's bodies are {:.1} cm from where the file says on average, {}; --joints overrides",
                robot.dof(),
                chosen.order,
                apart(best),
                rivals.join(", ")
            ));
        }
        return Ok(chosen);
    }
    if let [model, other] = filled.as_slice() {
        let (beyond, other_beyond) = (evidence.beyond(model), evidence.beyond(other));
        let better = beyond > other_beyond + CLEARLY_BEYOND;
        let chosen = if better { other } else { model };
        let why = format!(
            "{} joints without names are in the order '{}': {:.1} degrees beyond limits on average, in the order '{}' {:.1}; --joints overrides",
            robot.dof(),
            chosen.order,
            (if better { other_beyond } else { beyond }).to_degrees(),
            (if better { model } else { other }).order,
            (if better { beyond } else { other_beyond }).to_degrees(),
        );
        if better {
            report.warn("joints", why);
            return Ok(chosen.clone());
        }
        return Ok(Filled { why: Some(why), ..chosen.clone() });
    }
    Ok(filled.into_iter().next().unwrap_or_else(|| Filled::in_order(vec![None; robot.dof()], "none")))
}
