//! Xsens MVNX: bytes to a [`Recording`].
//!
//! Lives here: the text and the tree of the suit's segments. Segments come with their places and
//! rotations in the world, and each one's origin is the joint it hangs by, so the joints are the
//! segments. Of what names a person or a file in it, nothing is read. The layout is in
//! docs/formats/mvnx.md.

mod frames;
#[cfg(test)]
mod tests;
mod xml;

use crate::error::{Error, Result};
use crate::recording::{Recording, parents_first};
use crate::{Format, Up};
use frames::{Capture, Moment};
use kouros_motion::{Joint, Report, Rot, Vec3, list_names};
use std::collections::HashMap;

/// The parents of the suit's segments, for files that do not list its joints.
const PARENTS: [(&str, &str); 22] = [
    ("L5", "Pelvis"),
    ("L3", "L5"),
    ("T12", "L3"),
    ("T8", "T12"),
    ("Neck", "T8"),
    ("Head", "Neck"),
    ("RightShoulder", "T8"),
    ("RightUpperArm", "RightShoulder"),
    ("RightForeArm", "RightUpperArm"),
    ("RightHand", "RightForeArm"),
    ("LeftShoulder", "T8"),
    ("LeftUpperArm", "LeftShoulder"),
    ("LeftForeArm", "LeftUpperArm"),
    ("LeftHand", "LeftForeArm"),
    ("RightUpperLeg", "Pelvis"),
    ("RightLowerLeg", "RightUpperLeg"),
    ("RightFoot", "RightLowerLeg"),
    ("RightToe", "RightFoot"),
    ("LeftUpperLeg", "Pelvis"),
    ("LeftLowerLeg", "LeftUpperLeg"),
    ("LeftFoot", "LeftLowerLeg"),
    ("LeftToe", "LeftFoot"),
];

/// The points that end a segment without children: the top of the head, fingertips, tips of toes.
const ENDS: [&str; 5] = ["pTopOfHead", "pRightTopOfHand", "pLeftTopOfHand", "pRightToe", "pLeftToe"];

/// One joint of the tree: the segment it is, or the segment whose end it is and where.
enum Source {
    Segment(usize),
    End(Vec3),
}

/// Reads an MVNX.
pub(crate) fn read(file: &str, bytes: &[u8], given_hz: Option<f64>, report: &mut Report) -> Result<Recording> {
    let capture = frames::read(file, crate::format::without_bom(bytes), report)?;
    let missing =
        |expected: &str, found: &str| Error::Missing { file: file.to_owned(), expected: expected.into(), found: found.into() };
    if capture.motion.position.is_empty() {
        return Err(missing("frames of type 'normal'", "none"));
    }
    let rate = given_hz.or(capture.rate_hz);
    let rate_hz = rate.ok_or_else(|| missing("the subject's frameRate, or --source-rate", "none"))?;
    let parents = parents(file, &capture)?;
    let order = parents_first(file, &parents)?;
    let (joints, sources) = joints(&capture, &parents, &order, report);

    let width = capture.segments.len();
    let frames = capture.motion.position.len() / width.max(1);
    let (mut rotation, mut translation) = (Vec::new(), Vec::new());
    rotation.reserve_exact(frames * joints.len());
    translation.reserve_exact(frames * joints.len());
    for t in 0..frames {
        for source in &sources {
            match source {
                Source::Segment(s) => {
                    let (turn, place) = local(&capture.motion, t * width, *s, parents[*s]);
                    rotation.push(turn);
                    translation.push(place);
                }
                Source::End(place) => {
                    rotation.push(Rot::identity());
                    translation.push(*place);
                }
            }
        }
    }
    if capture.contacts.is_some() {
        report.inferred("contacts", "which heels and toes are down is the file's own word, by its foot contacts");
    }
    Ok(Recording {
        format: Format::Mvnx,
        is_end: sources.iter().map(|s| matches!(s, Source::End(_))).collect(),
        joints,
        rate_hz,
        rotation,
        translation,
        unit_m: Some(1.0),
        usual_up: Up::Z,
        has_rotations: true,
        contacts: capture.contacts,
        objects: Vec::new(),
        plates: Vec::new(),
    })
}

/// A segment's rotation and place in its parent's axes, or in the world's, at the moment that
/// begins at `base`.
fn local(m: &Moment, base: usize, segment: usize, parent: Option<usize>) -> (Rot, Vec3) {
    let (turn, place) = (m.rotation[base + segment], m.position[base + segment]);
    parent.map_or((turn, place), |p| {
        let back = m.rotation[base + p].inverse();
        (back * turn, back * (place - m.position[base + p]))
    })
}

/// The parent of every segment, by the file's joints, or by the suit's own names.
fn parents(file: &str, capture: &Capture) -> Result<Vec<Option<usize>>> {
    let index: HashMap<&str, usize> = capture.segments.iter().enumerate().map(|(i, s)| (s.name.as_str(), i)).collect();
    let mut parents = vec![None; capture.segments.len()];
    let known = PARENTS.map(|(child, parent)| (parent.to_owned(), child.to_owned()));
    let listed = !capture.links.is_empty();
    for (parent, child) in if listed { capture.links.as_slice() } else { &known } {
        match (index.get(parent.as_str()), index.get(child.as_str())) {
            (Some(p), Some(c)) => parents[*c] = Some(*p),
            _ if !listed => {}
            (p, _) => {
                let absent = if p.is_none() { parent } else { child };
                return Err(Error::Missing {
                    file: file.to_owned(),
                    expected: format!("a segment '{absent}', which a joint names"),
                    found: format!("segments {}", list_names(capture.segments.iter().map(|s| s.name.as_str()))),
                });
            }
        }
    }
    Ok(parents)
}

/// The joints at rest and where each comes from. At rest the suit's axes are the world's: the
/// file's identity frame, or the same by the first frame of the motion.
fn joints(c: &Capture, parents: &[Option<usize>], order: &[usize], report: &mut Report) -> (Vec<Joint>, Vec<Source>) {
    let rest = c.identity.as_ref().unwrap_or(&c.motion);
    if c.identity.is_none() {
        report.inferred("rest", "no frame of type 'identity': the bones of the first frame were taken");
    }
    let mut at = vec![0; c.segments.len()];
    let (mut joints, mut sources) = (Vec::<Joint>::new(), Vec::new());
    for &s in order {
        let segment = &c.segments[s];
        at[s] = joints.len();
        let parent = parents[s];
        // Places in the world are the file's own: the root has no rest place to add to them.
        let offset = parent.map_or_else(Vec3::zeros, |_| local(rest, 0, s, parent).1);
        joints.push(Joint { name: segment.name.clone(), parent: parent.map(|p| at[p]), offset });
        sources.push(Source::Segment(s));
        let end = segment.points.iter().find(|(name, _)| ENDS.contains(&name.as_str()));
        if let Some((_, place)) = end.filter(|_| !parents.contains(&Some(s))) {
            joints.push(Joint { name: format!("{}_end", segment.name), parent: Some(at[s]), offset: *place });
            sources.push(Source::End(*place));
        }
    }
    (joints, sources)
}
