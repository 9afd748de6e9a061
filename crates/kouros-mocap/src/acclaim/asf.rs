//! The skeleton: bones with a direction and a length, and axes of their own to turn about.

use super::lines::{Line, lines};
use crate::bvh::about;
use crate::error::{Error, Result, shown};
use crate::format::without_bom;
use crate::recording::{MAX_DEPTH, MAX_JOINTS, MAX_NAME};
use kouros_motion::{Rot, Vec3, list_names};
use std::collections::HashMap;

/// What one number of a bone's line in the motion does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dof {
    /// Turns about an axis.
    Turn(usize),
    /// Moves along an axis.
    Move(usize),
    /// Stretches; read and left out.
    Stretch,
}

/// A bone; the first of a skeleton is the root, which has no length.
#[derive(Debug, Clone)]
pub(super) struct Bone {
    pub name: String,
    pub parent: Option<usize>,
    /// From its start to its end at rest, in the root's axes [file units].
    pub along: Vec3,
    /// `root_from_axes` at rest: the axes it turns about.
    pub axes: Rot,
    /// What the numbers of its line do, in their order; empty where it is never keyed.
    pub dofs: Vec<Dof>,
}

/// A skeleton: parents before children, the root first.
#[derive(Debug)]
pub(super) struct Skeleton {
    pub bones: Vec<Bone>,
    /// Metres per unit, by `:units`.
    pub unit_m: Option<f64>,
    /// Whether angles are in radians, by `:units`.
    pub radians: bool,
    /// Where the root stands at rest.
    pub root_at: Vec3,
}

/// Every bone stands once below another, and may head a line of its own.
const MOST_LINKS: usize = 2 * MAX_JOINTS;

#[derive(Default)]
struct Draft {
    name: String,
    direction: Vec3,
    length: f64,
    axis: (Vec3, [usize; 3]),
    dofs: Vec<Dof>,
    place: Option<usize>,
}

/// Reads a skeleton.
pub(super) fn read(file: &str, bytes: &[u8]) -> Result<Skeleton> {
    let mut section = Vec::new();
    let mut root = Draft { name: "root".into(), axis: (Vec3::zeros(), [0, 1, 2]), ..Draft::default() };
    let mut drafts: Vec<Draft> = Vec::new();
    let mut links: Vec<(usize, Vec<String>)> = Vec::new();
    let (mut unit_m, mut radians, mut root_at) = (None, false, Vec3::zeros());
    let (mut open, mut linked) = (false, 0);
    for line in lines(file, without_bom(bytes)) {
        let keyword = line.keyword();
        if keyword.starts_with(b":") {
            section = keyword;
            continue;
        }
        match section.as_slice() {
            b":units" => match keyword.as_slice() {
                // CMU's 0.45 is the scale its inches were divided by.
                b"length" => unit_m = line.numbers(1)?.first().filter(|v| **v > 0.0).map(|v| 0.0254 / v),
                b"angle" => radians = line.words().nth(1).is_some_and(|w| w.to_ascii_lowercase().starts_with(b"rad")),
                _ => {}
            },
            b":root" => match keyword.as_slice() {
                b"order" => root.dofs = line.words().skip(1).take(7).map(|w| dof(&line, w)).collect::<Result<_>>()?,
                b"axis" => root.axis.1 = order(&line, line.words().nth(1))?,
                b"position" => root_at = line.vector("position")?,
                b"orientation" => root.axis.0 = line.vector("orientation")?,
                _ => {}
            },
            b":bonedata" => match keyword.as_slice() {
                b"begin" => {
                    if drafts.len() + 1 >= MAX_JOINTS {
                        return Err(too_many(file, "bones", MAX_JOINTS, drafts.len() + 1));
                    }
                    open = true;
                    drafts.push(Draft { place: Some(line.number), ..Draft::default() });
                }
                b"end" => open = false,
                _ => {
                    let Some(draft) = drafts.last_mut().filter(|_| open) else {
                        return Err(line.wrong("'begin' before a bone", line.text()));
                    };
                    bone_line(&line, &keyword, draft)?;
                }
            },
            b":hierarchy" if !matches!(keyword.as_slice(), b"begin" | b"end") => {
                linked += line.words().count();
                if linked > MOST_LINKS {
                    return Err(too_many(file, "names in ':hierarchy'", MOST_LINKS, linked));
                }
                let names: Vec<String> = line.words().map(|w| String::from_utf8_lossy(w).into_owned()).collect();
                links.push((line.number, names));
            }
            _ => {}
        }
    }
    if drafts.is_empty() {
        return Err(missing(file, "bones in a section ':bonedata'", "none"));
    }
    if root.dofs.is_empty() {
        root.dofs = [0, 1, 2].map(Dof::Move).into_iter().chain([0, 1, 2].map(Dof::Turn)).collect();
    }
    let bones = assemble(file, root, drafts, &links, radians)?;
    Ok(Skeleton { bones, unit_m, radians, root_at })
}

fn missing(file: &str, expected: &str, found: &str) -> Error {
    Error::Missing { file: file.to_owned(), expected: expected.into(), found: found.into() }
}

fn too_many(file: &str, what: &'static str, limit: usize, found: usize) -> Error {
    Error::TooMany { file: file.to_owned(), what, limit: limit as u64, found: found as u64 }
}

/// One line of a bone between `begin` and `end`.
fn bone_line(line: &Line, keyword: &[u8], draft: &mut Draft) -> Result<()> {
    match keyword {
        b"name" => {
            let name = line.words().nth(1).ok_or_else(|| line.wrong("a bone's name", line.text()))?;
            if name.len() > MAX_NAME {
                return Err(line.wrong(format!("a name of at most {MAX_NAME} bytes"), name));
            }
            draft.name = String::from_utf8_lossy(name).into_owned();
        }
        b"direction" => draft.direction = line.vector("direction")?,
        b"length" => draft.length = line.numbers(1)?.first().copied().ok_or_else(|| line.wrong("a length", line.text()))?,
        b"axis" => draft.axis = (line.vector("axis")?, order(line, line.words().nth(4))?),
        b"dof" => draft.dofs = line.words().skip(1).take(7).map(|w| dof(line, w)).collect::<Result<_>>()?,
        // Numbers of the body, limits of the joints: nothing that moves a bone.
        _ => {}
    }
    Ok(())
}

fn dof(line: &Line, word: &[u8]) -> Result<Dof> {
    let lower = word.get(..word.len().min(4)).unwrap_or_default().to_ascii_lowercase();
    let axis = |letter: u8| b"xyz".iter().position(|a| *a == letter);
    match lower.as_slice() {
        [b'r', a] => axis(*a).map(Dof::Turn),
        [b't', a] => axis(*a).map(Dof::Move),
        [b'l'] => Some(Dof::Stretch),
        _ => None,
    }
    .ok_or_else(|| line.wrong("rx, ry, rz, tx, ty, tz or l", word))
}

/// The order of turns named by `XYZ`: the first turns first, about fixed axes.
fn order(line: &Line, word: Option<&[u8]>) -> Result<[usize; 3]> {
    let Some(word) = word else { return Ok([0, 1, 2]) };
    let axis = |b: &u8| b"xyz".iter().position(|a| *a == b.to_ascii_lowercase());
    let axes: Vec<usize> = word.iter().take(4).filter_map(axis).collect();
    match axes[..] {
        [a, b, c] if a != b && b != c && a != c => Ok([a, b, c]),
        _ => Err(line.wrong("an order of axes like XYZ", word)),
    }
}

/// Bones in the order of the tree, each behind its parent.
fn assemble(file: &str, root: Draft, drafts: Vec<Draft>, links: &[(usize, Vec<String>)], radians: bool) -> Result<Vec<Bone>> {
    let mut index: HashMap<&str, usize> = HashMap::from([("root", 0)]);
    let all: Vec<&Draft> = std::iter::once(&root).chain(&drafts).collect();
    for (i, draft) in all.iter().enumerate().skip(1) {
        let line = draft.place.unwrap_or_default();
        if draft.name.is_empty() || index.insert(draft.name.as_str(), i).is_some() {
            let (expected, found) = ("a name no other bone has".to_owned(), shown(draft.name.as_bytes()));
            return Err(Error::Syntax { file: file.to_owned(), line, expected, found });
        }
    }
    let mut parent: Vec<Option<usize>> = vec![None; all.len()];
    let mut children: Vec<Vec<usize>> = vec![Vec::new(); all.len()];
    for (line, names) in links {
        let mut bones = names.iter().map(|n| {
            index.get(n.as_str()).copied().ok_or_else(|| Error::Syntax {
                file: file.to_owned(),
                line: *line,
                expected: format!("one of the bones {}", list_names(index_names(&all))),
                found: shown(n.as_bytes()),
            })
        });
        let Some(of) = bones.next().transpose()? else { continue };
        for child in bones {
            let child = child?;
            if child == 0 || parent[child].is_some() {
                let (expected, found) = ("every bone below one other".to_owned(), shown(all[child].name.as_bytes()));
                return Err(Error::Syntax { file: file.to_owned(), line: *line, expected, found });
            }
            parent[child] = Some(of);
            children[of].push(child);
        }
    }
    let mut out: Vec<Bone> = Vec::with_capacity(all.len());
    // From the root downwards, siblings in their order; what no way leads to hangs in a circle.
    let mut todo: Vec<(usize, Option<usize>, usize)> = vec![(0, None, 1)];
    while let Some((bone, above, depth)) = todo.pop() {
        if depth > MAX_DEPTH {
            return Err(too_many(file, "levels of bones", MAX_DEPTH, depth));
        }
        let here = out.len();
        let draft = all[bone];
        out.push(finished(draft, above, radians));
        todo.extend(children[bone].iter().rev().map(|c| (*c, Some(here), depth + 1)));
    }
    if out.len() < all.len() {
        let left: Vec<&str> = all.iter().map(|d| d.name.as_str()).filter(|n| !out.iter().any(|b| b.name == *n)).collect();
        return Err(missing(file, "every bone below the root in ':hierarchy'", &format!("these not: {}", list_names(left))));
    }
    Ok(out)
}

fn index_names<'a>(all: &'a [&Draft]) -> impl Iterator<Item = &'a str> {
    all.iter().map(|d| d.name.as_str())
}

fn finished(draft: &Draft, parent: Option<usize>, radians: bool) -> Bone {
    let (angles, order) = draft.axis;
    // Turns about fixed axes multiply from the left.
    let axes = order.iter().fold(Rot::identity(), |r, &axis| {
        let angle = angles[axis];
        about(axis, if radians { angle.to_degrees() } else { angle }) * r
    });
    let along = draft.direction.try_normalize(f64::MIN_POSITIVE).unwrap_or_else(Vec3::zeros) * draft.length;
    Bone { name: draft.name.clone(), parent, along, axes, dofs: draft.dofs.clone() }
}
