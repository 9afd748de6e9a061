//! Which joint of a skeleton is which part of a body.
//!
//! Lives here: reading a tree of joints by its topology, its lengths and how it moves. Names only
//! vote, so that a rig in any language is read alike. Does not live here: files, units, axes
//! (nothing here depends on them: every measure is relative to the body).

mod limb;
mod limbs;
mod names;
mod rest;
mod sampled;
mod side;
mod tree;
mod trunk;

pub(crate) use names::side as side_of_name;
pub(crate) use rest::{is_t_pose, is_upright};
pub(crate) use sampled::{Sampled, quantile};

use crate::Up;
use crate::error::{Error, Result};
use crate::recording::Recording;
use kouros_motion::{Anatomy, Arm, Leg, Report, Vec3};
use limb::{Limb, Pair};
use tree::Tree;

/// How well the joints of a recording are those of a person (zero would be typical in everything), or why they are
/// none.
pub(crate) fn fit(recording: &Recording) -> std::result::Result<f64, String> {
    let sampled = Sampled::new(recording);
    limbs::find(&Tree::new(recording, &sampled), &sampled).map(|l| l.score)
}

/// How much of a posture joint places are (J): 2 for a T-pose, 1 for standing, 0 for neither or for no person.
pub(crate) fn rest_value(recording: &Recording, places: &[Vec3]) -> usize {
    let sampled = Sampled::new(recording);
    let Ok(anatomy) = recognise("", recording, &sampled, &mut Report::new()) else { return 0 };
    let any =
        |is: fn(&Anatomy, &[Vec3], &Vec3) -> bool| Up::ALL.iter().any(|u| is(&anatomy, places, &crate::infer::up::axis(*u)));
    usize::from(any(is_upright)) + usize::from(any(is_t_pose))
}

/// The anatomy of a recording; what is said of its rest pose is settled later, in the world's axes.
pub(crate) fn recognise(file: &str, recording: &Recording, sampled: &Sampled, report: &mut Report) -> Result<Anatomy> {
    let tree = Tree::new(recording, sampled);
    let limbs = limbs::find(&tree, sampled).map_err(|found| Error::NoBody { file: file.to_owned(), found })?;
    let trunk = trunk::find(&tree, sampled, &limbs);
    let toes = limbs.legs.limbs.map(|leg| toe_of(&tree, sampled, &leg));
    let (legs_swapped, arms_swapped) = side::second_is_left(&tree, sampled, &limbs, toes, report);
    let ordered = |pair: &Pair, swapped: bool| if swapped { [1, 0] } else { [0, 1] }.map(|i| (pair.limbs[i], pair.branch[i], i));
    let legs = ordered(&limbs.legs, legs_swapped).map(|(l, _, i)| Leg { hip: l.top, knee: l.middle, ankle: l.tip, toe: toes[i] });
    let chest = trunk.spine.last().copied().unwrap_or(trunk.pelvis);
    let arms = ordered(&limbs.arms, arms_swapped).map(|(l, _, _)| Arm {
        clavicle: clavicle_of(&tree, chest, &l),
        shoulder: l.top,
        elbow: l.middle,
        wrist: l.tip,
    });
    if legs.iter().any(|l| l.toe == l.ankle) {
        report.warn(
            "joints",
            "the feet have no toes; where the skeleton does not stand upright at rest, the ankles stand for them",
        );
    }
    let anatomy = Anatomy {
        pelvis: trunk.pelvis,
        spine: trunk.spine,
        neck: trunk.neck,
        head: trunk.head,
        legs,
        arms,
        rest_is_upright: false,
        rest_is_t_pose: false,
    };
    tell(&tree, &anatomy, limbs.score, report);
    Ok(anatomy)
}

/// The ball of the foot: the first joint clearly beyond the ankle, or the foot's last.
fn toe_of(tree: &Tree, sampled: &Sampled, leg: &Limb) -> usize {
    const CLEARLY: f64 = 0.1; // of the leg: a foot's ball lies at 0.13 to 0.2
    let stations = tree.stations(&tree.way_out(leg.tip));
    let beyond = stations.iter().skip(1);
    let ball = beyond.clone().find(|j| sampled.distance(**j, leg.tip) > CLEARLY * (leg.upper + leg.lower));
    ball.or(beyond.last()).copied().unwrap_or(leg.tip)
}

/// The joint before the shoulder, where there is one between it and the chest.
fn clavicle_of(tree: &Tree, chest: usize, arm: &Limb) -> Option<usize> {
    let path = tree.path(Some(chest), arm.top);
    let stations = tree.stations(&path);
    let at = stations.iter().position(|j| *j == arm.top)?;
    at.checked_sub(1).and_then(|i| stations.get(i)).copied()
}

fn tell(tree: &Tree, a: &Anatomy, fit: f64, report: &mut Report) {
    let name = |j: usize| tree.name(j);
    let option = |j: Option<usize>| j.map_or("none", name);
    let leg = |l: &Leg| format!("{} {} {} {}", name(l.hip), name(l.knee), name(l.ankle), name(l.toe));
    let arm = |a: &Arm| format!("{} {} {} {}", option(a.clavicle), name(a.shoulder), name(a.elbow), name(a.wrist));
    let spine: Vec<&str> = a.spine.iter().map(|j| name(*j)).collect();
    report.inferred(
        "joints",
        format!(
            "pelvis {}; spine {}; neck {}; head {}; left leg {}; right leg {}; left arm {}; right arm {} (of {} joints, by lengths and motion, fit {fit:.1})",
            name(a.pelvis),
            spine.join(" "),
            option(a.neck),
            option(a.head),
            leg(&a.legs[0]),
            leg(&a.legs[1]),
            arm(&a.arms[0]),
            arm(&a.arms[1]),
            tree.joints.len(),
        ),
    );
}
