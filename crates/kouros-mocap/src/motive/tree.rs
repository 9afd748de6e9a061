//! Which bone hangs by which: the table says it in its latest version alone.
//!
//! Where bones stand in the world, a bone keeps its place in the axes of the one it hangs by; names
//! break ties where nothing moves. Where they stand in their parents' axes, only names can tell: Motive
//! has few sets of them.

use super::table::{Body, Table, Turns};
use crate::error::{Error, Result};
use crate::recognise::side_of_name;
use kouros_motion::{Report, Vec3, list_names};

/// Bones of one skeleton, at most: Motive's have 21, with fingers 51.
const MOST_BONES: usize = 512;
/// Frames that are looked at.
const GLANCES: usize = 48;
/// What a name is worth against a bone that changes its place, in mean distances between bones.
const NAME: f64 = 0.03;
/// What being near is worth, against the same.
const NEAR: f64 = 0.01;

/// The parent of each bone, and how their turns are to be read.
pub(super) fn parents(
    file: &str,
    table: &Table,
    title: &str,
    bones: &[&Body],
    report: &mut Report,
) -> Result<(Vec<Option<usize>>, Turns)> {
    if bones.len() > MOST_BONES {
        let (limit, found) = (MOST_BONES as u64, bones.len() as u64);
        return Err(Error::TooMany { file: file.to_owned(), what: "bones of one skeleton", limit, found });
    }
    let turns = Turns::of_table(table);
    let named = by_names(title, bones);
    let root = named.iter().position(|n| *n == Named::Root).unwrap_or(0);
    if let Some(stated) = stated(bones, root) {
        return Ok((stated, turns));
    }
    if table.is_local {
        let unknown: Vec<&str> =
            bones.iter().zip(&named).filter(|(_, n)| **n == Named::Unknown).map(|(b, _)| b.name.as_str()).collect();
        if !unknown.is_empty() {
            return Err(Error::Missing {
                file: file.to_owned(),
                expected: "bones in the world (Coordinate Space Global), or names that tell which hangs by which".into(),
                found: format!("bones in their parents' axes, named {}", list_names(unknown)),
            });
        }
        let under = |n: &Named| if let Named::Under(p) = n { Some(*p) } else { None };
        return Ok((named.iter().map(under).collect(), turns));
    }
    let readings = match turns {
        Turns::Moving(axes) => vec![turns, Turns::Fixed(axes)],
        _ => vec![turns],
    };
    let found: Vec<(f64, Vec<Option<usize>>, Turns)> =
        readings.into_iter().map(|turns| by_rigidity(bones, root, &named, turns)).collect();
    // The other reading of angles needs to be clearly the better one: rounding alone leaves a little.
    const CLEARLY: f64 = 0.5;
    let chosen = found.into_iter().reduce(|a, b| if b.0 < CLEARLY * a.0 { b } else { a });
    let Some((_, parents, turns)) = chosen else { return Ok((vec![None; bones.len()], turns)) };
    if let Turns::Fixed(_) = turns {
        report.inferred("angles", "bones keep their lengths only where the angles turn about axes that stand; read so");
    }
    Ok((parents, turns))
}

/// Parents by the table's own row, where it names one for every bone but the root.
fn stated(bones: &[&Body], root: usize) -> Option<Vec<Option<usize>>> {
    let bare = |name: &str| name.rsplit(':').next().unwrap_or(name).to_owned();
    let mut parents = vec![None; bones.len()];
    for (i, bone) in bones.iter().enumerate().filter(|(i, _)| *i != root) {
        let wanted = bone.parent.as_str();
        if wanted.is_empty() {
            return None;
        }
        let is = |b: &&&Body| b.name == wanted || b.id == wanted || bare(&b.name) == bare(wanted);
        let found = bones.iter().position(|b| is(&b));
        let found = found.or_else(|| ["root", "0"].iter().any(|w| wanted.eq_ignore_ascii_case(w)).then_some(root));
        parents[i] = Some(found.filter(|p| *p != i)?);
    }
    Some(parents)
}

/// What a bone's name says of its parent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Named {
    Root,
    Under(usize),
    Unknown,
}

/// The limb that a bone's name puts it into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Trunk,
    Neck,
    Leg(bool),
    Arm(bool),
    Finger(bool, usize),
}

const FINGERS: [&str; 5] = ["thumb", "index", "middle", "ring", "pinky"];

/// By the words of Motive's own sets of names (its own, those for FBX, those for Unreal): limbs in
/// the order of the file, from the trunk outwards.
fn by_names(title: &str, bones: &[&Body]) -> Vec<Named> {
    let mut named = vec![Named::Unknown; bones.len()];
    let mut parts: Vec<Option<Part>> = vec![None; bones.len()];
    let mut root = None;
    for (i, bone) in bones.iter().enumerate() {
        let name = bone.name.rsplit(':').next().unwrap_or(&bone.name);
        let lower = name.to_lowercase();
        let has = |words: &[&str]| words.iter().any(|w| lower.contains(w));
        let side = side_of_name(name);
        let last = |is: &dyn Fn(Part) -> bool| (0..i).rev().find(|j| parts[*j].is_some_and(is));
        if side == 0.0 && root.is_none() && (["hip", "hips", "pelvis", "root"].contains(&lower.as_str()) || name == title) {
            root = Some(i);
            named[i] = Named::Root;
            parts[i] = Some(Part::Trunk);
            continue;
        }
        let left = side > 0.0;
        let part = match FINGERS.iter().position(|f| lower.contains(f)) {
            Some(finger) if side != 0.0 => Part::Finger(left, finger),
            _ if side != 0.0 && has(&["shoulder", "arm", "hand", "clavicle", "collar", "elbow", "wrist"]) => Part::Arm(left),
            _ if side != 0.0 && has(&["thigh", "shin", "calf", "leg", "foot", "toe", "ball", "ankle", "knee", "hip"]) => {
                Part::Leg(left)
            }
            _ if side == 0.0 && has(&["neck", "head"]) => Part::Neck,
            _ if side == 0.0 && (has(&["spine", "chest", "torso", "waist"]) || lower == "ab" || lower.starts_with("abd")) => {
                Part::Trunk
            }
            _ => continue,
        };
        let trunk = || last(&|p| p == Part::Trunk);
        let parent = match part {
            Part::Trunk => trunk(),
            Part::Neck => last(&|p| p == Part::Neck).or_else(trunk),
            Part::Leg(_) => last(&|p| p == part).or(root),
            Part::Arm(_) => last(&|p| p == part).or_else(trunk),
            Part::Finger(side, _) => last(&|p| p == part).or_else(|| last(&|p| p == Part::Arm(side))),
        };
        if let Some(parent) = parent {
            named[i] = Named::Under(parent);
            parts[i] = Some(part);
        }
    }
    named
}

/// The tree in which bones keep their places best, among parents that stand before them in the file; its cost.
fn by_rigidity(bones: &[&Body], root: usize, named: &[Named], turns: Turns) -> (f64, Vec<Option<usize>>, Turns) {
    let frames = bones.first().map_or(0, |b| b.place.len());
    let count = frames.min(GLANCES);
    let looked: Vec<usize> = (0..count).map(|i| if count > 1 { i * (frames - 1) / (count - 1) } else { 0 }).collect();
    let before = |i: usize| (0..bones.len()).filter(move |j| *j == root || (*j < i && i != root));
    // How far the place in another's axes strays, and how far it is.
    let strays = |i: usize, j: usize| {
        let local = |t: &usize| turns.of(bones[j], *t).inverse() * (bones[i].place[*t] - bones[j].place[*t]);
        let mean = looked.iter().map(local).sum::<Vec3>() / count.max(1) as f64;
        let square = looked.iter().map(|t| (local(t) - mean).norm_squared()).sum::<f64>() / count.max(1) as f64;
        (square.sqrt(), mean.norm())
    };
    let mut parents = vec![None; bones.len()];
    let mut cost = 0.0;
    let distances: Vec<Vec<(usize, f64, f64)>> = (0..bones.len())
        .map(|i| {
            if i == root {
                Vec::new()
            } else {
                before(i)
                    .map(|j| {
                        let (s, d) = strays(i, j);
                        (j, s, d)
                    })
                    .collect()
            }
        })
        .collect();
    let nearest = distances.iter().filter_map(|d| d.iter().map(|x| x.2).reduce(f64::min));
    let typical = nearest.sum::<f64>() / bones.len().saturating_sub(1).max(1) as f64;
    for (i, candidates) in distances.iter().enumerate() {
        let value = |&(j, stray, far): &(usize, f64, f64)| {
            stray + NEAR * far - if named[i] == Named::Under(j) { NAME * typical } else { 0.0 }
        };
        let best = candidates.iter().reduce(|a, b| if value(b) < value(a) { b } else { a });
        if let Some(&(j, stray, _)) = best {
            parents[i] = Some(j);
            cost += stray;
        }
    }
    (cost, parents, turns)
}
