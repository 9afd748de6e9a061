//! Which part of a robot is which: pelvis, trunk, limbs, soles, hands, head and rest pose, derived
//! from the model's tree, geometry and axes; a settings file may override it.
//!
//! Lives here: anatomy of robots. Does not: anatomy of humans (`kouros-mocap`), and no table of
//! any robot's joints anywhere.

use crate::robot::find;
use crate::settings::{RobotSettings, fits};
use crate::sole::{Sole, body_points, sole_of};
use crate::{Error, Kinematics, Result, Robot};
use kouros_motion::{LEFT, Pose, RIGHT, Vec3};
use std::collections::BTreeMap;

const LEG: &str = "leg";
const ARM: &str = "arm";

/// A point of a body.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Mark {
    /// The body.
    pub body: usize,
    /// The point in the body's frame [m].
    pub local: Vec3,
}

/// A leg or an arm.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Limb {
    /// The joints that are this limb's own, from the trunk outwards.
    pub joints: Vec<usize>,
    /// Where its upper bone begins: hip or shoulder.
    pub upper: Mark,
    /// Where its lower bone begins: knee or elbow.
    pub middle: Mark,
    /// Where its lower bone ends: ankle or wrist.
    pub lower: Mark,
    /// The last body: foot or hand.
    pub end: usize,
    /// The joint of the knee or elbow.
    pub middle_joint: usize,
}

/// Which part of a robot is which.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Profile {
    /// The body that both legs and the trunk hang on.
    pub pelvis: usize,
    /// The body that carries both arms.
    pub trunk: usize,
    /// The joints between pelvis and trunk; the base may be either of them, or between.
    pub waist: Vec<usize>,
    /// The head, where there is a body of its own for it; else the trunk carries it.
    pub head: Option<usize>,
    /// Left, right.
    pub legs: [Limb; 2],
    /// Left, right.
    pub arms: [Limb; 2],
    /// Left, right.
    pub soles: [Sole; 2],
    /// Forward in the pelvis' frame, horizontal with all joints at zero, a unit vector.
    pub forward: Vec3,
    /// Up in the pelvis' frame with all joints at zero, a unit vector.
    pub up: Vec3,
    /// Rest position of every joint (N) [rad]: the settings' `home` pose, else zero, inside the limits.
    pub rest: Vec<f64>,
}

impl Profile {
    /// Left leg, right leg, left arm, right arm.
    pub fn limbs(&self) -> [&Limb; 4] {
        [&self.legs[LEFT], &self.legs[RIGHT], &self.arms[LEFT], &self.arms[RIGHT]]
    }

    /// Hip to knee to ankle at full stretch, mean of both sides [m].
    pub fn leg_length(&self, robot: &Robot) -> f64 {
        self.legs.iter().map(|l| limb_length(robot, l)).sum::<f64>() / 2.0
    }

    /// Shoulder to elbow to wrist at full stretch, mean of both sides [m].
    pub fn arm_length(&self, robot: &Robot) -> f64 {
        self.arms.iter().map(|l| limb_length(robot, l)).sum::<f64>() / 2.0
    }

    /// Height of the pelvis' origin over the soles with all joints at zero [m].
    pub fn standing_height(&self, robot: &Robot) -> f64 {
        let at = at_zero(robot);
        at.position[self.pelvis].z - self.soles.iter().map(|s| s.lowest(&at)).fold(f64::INFINITY, f64::min)
    }
}

/// Length of the upper and the lower bone together [m].
fn limb_length(robot: &Robot, limb: &Limb) -> f64 {
    let at = at_zero(robot);
    let point = |m: &Mark| at.point(m.body, &m.local);
    (point(&limb.middle) - point(&limb.upper)).norm() + (point(&limb.lower) - point(&limb.middle)).norm()
}

/// All bodies with every joint at zero and the base at the origin.
pub(crate) fn at_zero(robot: &Robot) -> Kinematics {
    let mut at = Kinematics::new(robot);
    at.update(robot, &Pose::identity(), &vec![0.0; robot.dof()]);
    at
}

/// Derives the profile; the settings' words win.
pub(crate) fn derive_profile(robot: &Robot, settings: &RobotSettings, path: &str) -> Result<Profile> {
    let at = at_zero(robot);
    let named = |name: &Option<String>| -> Result<Option<usize>> {
        let names = robot.bodies.iter().map(|b| b.name.as_str());
        name.as_deref().map(|n| find("body", n, names, path)).transpose()
    };
    let p = &settings.profile;
    let feet = match (named(&p.left_foot)?, named(&p.right_foot)?) {
        (Some(l), Some(r)) => [l, r],
        _ => find_feet(robot, &at)?,
    };
    let hands = match (named(&p.left_hand)?, named(&p.right_hand)?) {
        (Some(l), Some(r)) => [l, r],
        _ => find_hands(robot, &at, feet)?,
    };
    let forward = find_forward(robot, &at, feet);
    let left_of_body = Vec3::z().cross(&forward);
    let [feet, hands] = [feet, hands].map(|pair| {
        let side = |b: usize| at.position[b].dot(&left_of_body);
        if side(pair[0]) >= side(pair[1]) { pair } else { [pair[1], pair[0]] }
    });
    let trunk = match named(&p.trunk)? {
        Some(t) => t,
        None => common_body(robot, hands[LEFT], hands[RIGHT]),
    };
    let pelvis = common_body(robot, feet[LEFT], feet[RIGHT]);
    let waist = joints_between(robot, pelvis, trunk);
    let limb = |end: usize, other: usize, part| {
        let shared = robot.bodies[common_body(robot, end, other)].chain.len();
        limb_of(robot, &at, robot.bodies[end].chain[shared..].to_vec(), end, part)
    };
    let legs = [limb(feet[LEFT], feet[RIGHT], LEG)?, limb(feet[RIGHT], feet[LEFT], LEG)?];
    let arms = [limb(hands[LEFT], hands[RIGHT], ARM)?, limb(hands[RIGHT], hands[LEFT], ARM)?];
    let soles = [sole_of(robot, &at, feet[LEFT], &forward)?, sole_of(robot, &at, feet[RIGHT], &forward)?];
    let head = named(&p.head)?.or_else(|| find_head(robot, &at, trunk, &hands));
    let pelvis_from_world = at.rotation[pelvis].transpose();
    Ok(Profile {
        pelvis,
        trunk,
        waist,
        head,
        legs,
        arms,
        soles,
        forward: pelvis_from_world * forward,
        up: pelvis_from_world * Vec3::z(),
        rest: rest_pose(robot),
    })
}

/// The joints on the way from one body to another, in the model's order.
fn joints_between(robot: &Robot, a: usize, b: usize) -> Vec<usize> {
    let (a, b) = (&robot.bodies[a].chain, &robot.bodies[b].chain);
    let mut out: Vec<usize> = a.iter().filter(|j| !b.contains(j)).chain(b.iter().filter(|j| !a.contains(j))).copied().collect();
    out.sort_unstable();
    out
}

/// Bodies that move and carry nothing that moves further.
fn leaves(robot: &Robot) -> Vec<usize> {
    (0..robot.bodies.len()).filter(|&b| !robot.bodies[b].joints.is_empty() && moving_children(robot, b).is_empty()).collect()
}

/// The nearest bodies below `b` that a joint moves.
fn moving_children(robot: &Robot, b: usize) -> Vec<usize> {
    let mut out = Vec::new();
    for c in (b + 1..robot.bodies.len()).filter(|&c| robot.bodies[c].parent == Some(b)) {
        if robot.bodies[c].joints.is_empty() {
            out.extend(moving_children(robot, c));
        } else {
            out.push(c);
        }
    }
    out
}

/// The deepest body above (or equal to) both.
fn common_body(robot: &Robot, a: usize, b: usize) -> usize {
    let ancestors = |mut b: usize| {
        let mut out = vec![b];
        while let Some(p) = robot.bodies[b].parent {
            out.push(p);
            b = p;
        }
        out
    };
    let above_b = ancestors(b);
    ancestors(a).into_iter().find(|x| above_b.contains(x)).unwrap_or(0)
}

/// The two lowest leaf chains on the two sides: their last bodies.
fn find_feet(robot: &Robot, at: &Kinematics) -> Result<[usize; 2]> {
    let missing = |found: String| Error::Missing { robot: robot.name.clone(), part: "two legs", found };
    let mut low: Vec<usize> = leaves(robot);
    low.sort_by(|&a, &b| at.position[a].z.total_cmp(&at.position[b].z));
    let first = *low.first().ok_or_else(|| missing("it has no joints".into()))?;
    // The other foot is a leaf as low as this one, on a chain of its own of the same length.
    let height = -at.position[first].z;
    let like = |b: usize| {
        let common = common_body(robot, first, b);
        let own = |x: usize| robot.bodies[x].chain.len() - robot.bodies[common].chain.len();
        own(b) == own(first) && own(b) >= 3 && (at.position[b].z - at.position[first].z).abs() < 0.1 * height.abs().max(0.1)
    };
    let second = low.iter().skip(1).copied().find(|&b| like(b));
    let described = || {
        let names: Vec<&str> = low.iter().take(4).map(|&b| robot.bodies[b].name.as_str()).collect();
        format!("its lowest ends are {}, which are no pair of chains of three joints or more", names.join(", "))
    };
    Ok([first, second.ok_or_else(|| missing(described()))?])
}

/// The two hands: the longest chains that are no legs and mirror each other. Where fingers branch
/// off, the hand is the body they branch from.
fn find_hands(robot: &Robot, at: &Kinematics, feet: [usize; 2]) -> Result<[usize; 2]> {
    let leg_base = robot.bodies[common_body(robot, feet[0], feet[1])].chain.len();
    let leg_joints: Vec<usize> = feet.iter().flat_map(|&f| robot.bodies[f].chain[leg_base..].to_vec()).collect();
    let mut ends: Vec<usize> = leaves(robot)
        .into_iter()
        .filter(|&b| !robot.bodies[b].chain.iter().any(|j| leg_joints.contains(j)))
        .map(|b| without_fingers(robot, b))
        .collect();
    ends.sort_unstable();
    ends.dedup();
    let mut best: Option<(usize, [usize; 2])> = None;
    for (i, &a) in ends.iter().enumerate() {
        for &b in &ends[i + 1..] {
            let common = robot.bodies[common_body(robot, a, b)].chain.len();
            let (la, lb) = (robot.bodies[a].chain.len() - common, robot.bodies[b].chain.len() - common);
            let (pa, pb) = (at.position[a], at.position[b]);
            let mirrored =
                (pa.z - pb.z).abs() < 0.1 && (pa.xy().norm() - pb.xy().norm()).abs() < 0.1 && (pa - pb).xy().norm() > 0.05;
            if la == lb && la >= 3 && mirrored && best.is_none_or(|(length, _)| la > length) {
                best = Some((la, [a, b]));
            }
        }
    }
    best.map(|(_, pair)| pair).ok_or_else(|| {
        let names: Vec<&str> = ends.iter().take(6).map(|&b| robot.bodies[b].name.as_str()).collect();
        let found = format!(
            "the ends of its chains beside the legs are {}",
            if names.is_empty() { "none".into() } else { names.join(", ") }
        );
        Error::Missing { robot: robot.name.clone(), part: "two arms", found }
    })
}

/// Upwards from a fingertip to the body that several fingers share; a leaf without fingers stays.
fn without_fingers(robot: &Robot, leaf: usize) -> usize {
    let mut palm = leaf;
    let mut b = leaf;
    while let Some(p) = robot.bodies[b].parent {
        let fingers = moving_children(robot, p);
        // A body with fingers only: none of its branches is itself as long as an arm.
        if fingers.len() >= 2 && fingers.iter().all(|&f| longest_below(robot, f) <= 4) && robot.bodies[p].chain.len() >= 3 {
            palm = p;
        }
        b = p;
    }
    palm
}

/// The number of joints on the longest chain from `b` downwards, its own included.
fn longest_below(robot: &Robot, b: usize) -> usize {
    robot.bodies[b].joints.len() + moving_children(robot, b).into_iter().map(|c| longest_below(robot, c)).max().unwrap_or(0)
}

/// Where the robot looks: from the ankles to the middle of the feet's geometry where that is clear,
/// else where the knees point, which bend the shanks backwards.
fn find_forward(robot: &Robot, at: &Kinematics, feet: [usize; 2]) -> Vec3 {
    let mut ahead = Vec3::zeros();
    let mut length: f64 = 0.0;
    for foot in feet {
        let points: Vec<Vec3> =
            body_points(robot, at, foot).iter().map(|b| at.point(foot, &b.center) - at.position[foot]).collect();
        let Some((low, high)) = points.iter().fold(None, |box_, p| {
            let (low, high) = box_.unwrap_or((*p, *p));
            Some((low.inf(p), high.sup(p)))
        }) else {
            continue;
        };
        ahead += (low + high) / 2.0;
        length += (high - low).xy().max();
    }
    // Feet reach further forwards than back, by a fifth of their length on the G1.
    const CLEARLY: f64 = 0.12;
    if ahead.xy().norm() < CLEARLY * length.max(0.01) {
        ahead = feet.iter().map(|&foot| knee_points(robot, at, foot)).sum();
    }
    // Models stand along X or Y; where nothing says more, X is the convention.
    if ahead.y.abs() > ahead.x.abs() && ahead.y.abs() > 1e-3 {
        Vec3::y() * ahead.y.signum()
    } else if ahead.x < -1e-3 {
        -Vec3::x()
    } else {
        Vec3::x()
    }
}

/// Opposite to where the foot goes when the knee bends the way it bends further; zero where the
/// chain has no such joint.
fn knee_points(robot: &Robot, at: &Kinematics, foot: usize) -> Vec3 {
    let chain = &robot.bodies[foot].chain;
    let (Some(&first), Some(&last)) = (chain.first(), chain.last()) else { return Vec3::zeros() };
    let height = (at.anchor[first].z + at.anchor[last].z) / 2.0;
    // The knee: the level joint nearest to half height.
    let knee = chain
        .iter()
        .filter(|&&j| {
            at.axis[j].z.abs() < 0.3 && at.anchor[j].z < at.anchor[first].z - 0.05 && at.anchor[j].z > at.anchor[last].z + 0.05
        })
        .min_by(|&&a, &&b| (at.anchor[a].z - height).abs().total_cmp(&(at.anchor[b].z - height).abs()));
    let Some(&knee) = knee else { return Vec3::zeros() };
    let [low, high] = robot.joints[knee].range.unwrap_or([0.0, 0.0]);
    if (high.abs() - low.abs()).abs() < 0.2 * (high - low) {
        return Vec3::zeros(); // bends both ways alike, which no knee does: the range says nothing
    }
    let bends = if high.abs() >= low.abs() { 1.0 } else { -1.0 };
    let moved = at.point_by_joint(robot, knee, &at.anchor[last]) * bends;
    Vec3::new(-moved.x, -moved.y, 0.0)
}

/// The highest body above the trunk that is no arm's.
fn find_head(robot: &Robot, at: &Kinematics, trunk: usize, hands: &[usize; 2]) -> Option<usize> {
    let trunk_joints = robot.bodies[trunk].chain.len();
    let is_arm = |b: usize| {
        hands.iter().any(|&h| {
            let own = &robot.bodies[h].chain[trunk_joints.min(robot.bodies[h].chain.len())..];
            robot.bodies[b].chain.iter().any(|j| own.contains(j))
        })
    };
    (0..robot.bodies.len())
        .filter(|&b| b != trunk && robot.bodies[b].chain.starts_with(&robot.bodies[trunk].chain) && !is_arm(b))
        .filter(|&b| at.position[b].z > at.position[trunk].z + 0.05)
        .max_by(|&a, &b| at.position[a].z.total_cmp(&at.position[b].z))
}

/// The marks of a limb from its joints.
///
/// The middle (knee, elbow) is the joint, not along the bone, that is farthest from both ends. The
/// upper mark is the origin of the joint, among those before the middle, from which the bone makes
/// the smallest angle with the limb's twist axis: the joint axis most parallel to the bone. (The
/// G1's thigh seen from its hip pitch link leans 9 degrees outward; from its hip roll link it does
/// not.) The lower mark is the last joint's origin; the limb's tip, where an arm's last joint is its
/// elbow.
fn limb_of(robot: &Robot, at: &Kinematics, joints: Vec<usize>, end: usize, part: &'static str) -> Result<Limb> {
    let short = || Error::Missing {
        robot: robot.name.clone(),
        part,
        found: format!(
            "the chain to '{}' has only {} joints of its own, expected 3 or more",
            robot.bodies[end].name,
            joints.len()
        ),
    };
    if joints.len() < 3 {
        return Err(short());
    }
    let last = joints.len() - 1;
    let mut anchor: Vec<Vec3> = joints.iter().map(|&j| at.anchor[j]).collect();
    let tip = if part == ARM { tip_of(robot, at, end, &anchor[last]) } else { None };
    anchor.extend(tip);
    let mut along = vec![0.0];
    for w in anchor.windows(2) {
        along.push(along[along.len() - 1] + (w[1] - w[0]).norm());
    }
    let total = along[along.len() - 1];
    let across = |i: usize| {
        let next = anchor[i + 1..].iter().find(|a| (*a - anchor[i]).norm() > 1e-3).map(|a| (a - anchor[i]).normalize());
        next.is_none_or(|d| d.dot(&at.axis[joints[i]]).abs() < 0.7)
    };
    let middle = (1..anchor.len() - 1)
        .filter(|&i| across(i))
        .max_by(|&a, &b| along[a].min(total - along[a]).total_cmp(&along[b].min(total - along[b])))
        .ok_or_else(short)?;
    let bone_from = |i: usize| (anchor[middle] - anchor[i]).try_normalize(1e-6);
    let whole = bone_from(0).unwrap_or_else(Vec3::z);
    let twist = (0..middle)
        .map(|i| at.axis[joints[i]])
        .max_by(|a, b| a.dot(&whole).abs().total_cmp(&b.dot(&whole).abs()))
        .ok_or_else(short)?;
    let upper = (0..middle)
        .filter_map(|i| bone_from(i).map(|d| (d.dot(&twist).abs(), i)))
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, i)| i)
        .ok_or_else(short)?;
    let mark = |i: usize| Mark { body: robot.joints[joints[i]].body, local: robot.joints[joints[i]].anchor };
    let tip_mark = |p: Vec3| Mark { body: end, local: at.rotation[end].transpose() * (p - at.position[end]) };
    Ok(Limb {
        upper: mark(upper),
        middle: mark(middle),
        lower: tip.filter(|_| middle == last).map_or_else(|| mark(last), tip_mark),
        end,
        middle_joint: joints[middle],
        joints,
    })
}

/// The point of an end body's geometry that is farthest from its joint, in the world.
fn tip_of(robot: &Robot, at: &Kinematics, end: usize, joint: &Vec3) -> Option<Vec3> {
    let points = body_points(robot, at, end).into_iter().map(|b| at.point(end, &b.center));
    points.max_by(|a, b| (a - joint).norm().total_cmp(&(b - joint).norm())).filter(|p| (p - joint).norm() > 0.02)
}

/// The position of every joint in each named pose of the settings.
pub(crate) fn named_poses(robot: &Robot, settings: &RobotSettings, path: &str) -> Result<BTreeMap<String, Vec<f64>>> {
    let pose = |numbers: &BTreeMap<String, f64>| -> Result<Vec<f64>> {
        let mut out = vec![0.0; robot.dof()];
        for (pattern, value) in numbers {
            let mut met = false;
            for (r, _) in out.iter_mut().zip(&robot.joints).filter(|(_, j)| fits(pattern, &j.name)) {
                (*r, met) = (*value, true);
            }
            if !met {
                find("joint", pattern, robot.joints.iter().map(|j| j.name.as_str()), path)?;
            }
        }
        Ok(inside_limits(robot, out))
    };
    settings.pose.iter().map(|(name, numbers)| Ok((name.clone(), pose(numbers)?))).collect()
}

/// The settings' `home`, else zero.
fn rest_pose(robot: &Robot) -> Vec<f64> {
    robot.poses.get("home").cloned().unwrap_or_else(|| inside_limits(robot, vec![0.0; robot.dof()]))
}

fn inside_limits(robot: &Robot, mut pose: Vec<f64>) -> Vec<f64> {
    for (r, joint) in pose.iter_mut().zip(&robot.joints) {
        if let Some([low, high]) = joint.range {
            *r = r.clamp(low, high);
        }
    }
    pose
}
