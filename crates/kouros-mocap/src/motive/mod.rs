//! OptiTrack Motive's CSV: bytes to a [`Recording`].
//!
//! Lives here: its skeletons' bones as joints, its rigid bodies as things beside them, gaps in
//! both. The table itself is in `table.rs`, which bone hangs by which in `tree.rs`. Markers are left out:
//! they have a format of their own. The layout is in docs/formats/motive-csv.md.

mod gaps;
mod table;
#[cfg(test)]
mod tests;
mod tree;

use crate::error::{Error, Result};
use crate::recording::{Recording, Thing, parents_first};
use crate::{Format, ImportOptions, Up, joint_names, recognise, subject};
use kouros_motion::{Joint, Report, Rot, Vec3, list_names};
use table::{Body, Table, Turns};

/// Whether this text begins as Motive writes it.
pub(crate) fn looks_like_motive(text: &[u8]) -> bool {
    let head = text.trim_ascii_start();
    let head = head.strip_prefix(b"\"").unwrap_or(head);
    head.get(..14).is_some_and(|h| h.eq_ignore_ascii_case(b"Format Version"))
}

/// Reads a Motive CSV.
pub(crate) fn read(file: &str, bytes: &[u8], options: &ImportOptions, report: &mut Report) -> Result<Recording> {
    let mut table = table::read(file, crate::format::without_bom(bytes), report)?;
    let rate_hz = match options.rate_hz {
        Some(given) => given,
        None => table.rate_hz(file, report)?,
    };
    let span = table.tracked_span();
    if table.bones.is_empty() || span.is_empty() {
        return Err(Error::Missing {
            file: file.to_owned(),
            expected: "bones of a skeleton (columns of type Bone) with numbers".into(),
            found: format!("{} frames of columns of types {}", table.frames, list_names(&table.types)),
        });
    }
    if span.len() < table.frames {
        let (before, after) = (span.start, table.frames - span.end);
        report.inferred("gaps", format!("the first {before} and the last {after} frames have no skeleton and were left out"));
    }
    let mut told = gaps::Told::default();
    table.bones.iter_mut().chain(&mut table.bodies).for_each(|b| b.cut(&span));
    for body in &mut table.bones {
        gaps::fill(body, table.angles.is_some(), &mut told);
    }
    told.tell("bones", rate_hz, report);

    let candidates = skeletons(file, &table, options.subject.as_deref())?;
    let mut built = Vec::new();
    for (title, bones) in candidates {
        let mut own = Report::new();
        let (recording, turns) = recording(file, &table, &title, &bones, rate_hz, &mut own)?;
        built.push((title, recognise::fit(&recording), recording, turns, own));
    }
    let fits: Vec<_> = built.iter().map(|b| (b.0.clone(), b.1.clone())).collect();
    let chosen = subject::choose(file, &fits, report)?;
    let (_, _, mut recording, turns, own) = built.swap_remove(chosen);
    report.notes.extend(own.notes);
    recording.objects = objects(&mut table, turns, rate_hz, report);
    Ok(recording)
}

/// The skeletons: the part of the bones' names before `:`, and the bones of each.
fn skeletons(file: &str, table: &Table, wanted: Option<&str>) -> Result<Vec<(String, Vec<usize>)>> {
    let mut all: Vec<(String, Vec<usize>)> = Vec::new();
    for (i, bone) in table.bones.iter().enumerate() {
        let title = bone.name.rsplit_once(':').map_or("", |(prefix, _)| prefix);
        match all.iter_mut().find(|s| s.0 == title) {
            Some(known) => known.1.push(i),
            None => all.push((title.to_owned(), vec![i])),
        }
    }
    let Some(wanted) = wanted else { return Ok(all) };
    let names = list_names(all.iter().map(|s| s.0.as_str()));
    all.retain(|s| s.0 == wanted);
    if all.is_empty() {
        let (expected, found) = (format!("a skeleton '{wanted}'"), format!("skeletons: {names}"));
        return Err(Error::Missing { file: file.to_owned(), expected, found });
    }
    Ok(all)
}

/// One skeleton as a tree whose bones keep their axes: Motive's are the world's in the pose it was made in.
fn recording(
    file: &str,
    table: &Table,
    title: &str,
    bones: &[usize],
    rate_hz: f64,
    report: &mut Report,
) -> Result<(Recording, Turns)> {
    let bones: Vec<&Body> = bones.iter().map(|b| &table.bones[*b]).collect();
    let (parents, turns) = tree::parents(file, table, title, &bones, report)?;
    let order = parents_first(file, &parents)?;
    let frames = bones.first().map_or(0, |b| b.place.len());
    let mut at = vec![0; bones.len()];
    let mut joints: Vec<Joint> = Vec::new();
    for &b in &order {
        at[b] = joints.len();
        let bare = bones[b].name.rsplit(':').next().filter(|n| !n.is_empty()).unwrap_or(&bones[b].name);
        joints.push(Joint { name: bare.to_owned(), parent: parents[b].map(|p| at[p]), offset: Vec3::zeros() });
    }
    joint_names::settle(&mut joints, report);
    let (mut rotation, mut translation) = (Vec::new(), Vec::new());
    rotation.reserve_exact(frames * joints.len());
    translation.reserve_exact(frames * joints.len());
    for t in 0..frames {
        for &b in &order {
            let (place, turn) = (bones[b].place[t], turns.of(bones[b], t));
            let (place, turn) = match parents[b].filter(|_| !table.is_local) {
                None => (place, turn),
                Some(p) => {
                    let back = turns.of(bones[p], t).inverse();
                    (back * (place - bones[p].place[t]), back * turn)
                }
            };
            translation.push(place);
            rotation.push(turn);
        }
    }
    // Bones keep their lengths, so their mean is what they are at rest.
    let width = joints.len();
    for (j, joint) in joints.iter_mut().enumerate().filter(|(_, j)| j.parent.is_some()) {
        joint.offset = translation.iter().skip(j).step_by(width).sum::<Vec3>() / frames.max(1) as f64;
    }
    let recording = Recording {
        format: Format::MotiveCsv,
        is_end: vec![false; width],
        joints,
        rate_hz,
        rotation,
        translation,
        unit_m: table.unit_m,
        usual_up: Up::Y,
        has_rotations: true,
        contacts: None,
        objects: Vec::new(),
        plates: Vec::new(),
    };
    Ok((recording, turns))
}

/// The rigid bodies, gaps filled; those never seen are left out.
fn objects(table: &mut Table, turns: Turns, rate_hz: f64, report: &mut Report) -> Vec<Thing> {
    let unseen: Vec<String> = table.bodies.iter().filter(|b| !b.is_seen()).map(|b| b.name.clone()).collect();
    if !unseen.is_empty() {
        report.warn("objects", format!("rigid bodies that are nowhere tracked were left out: {}", list_names(&unseen)));
    }
    table.bodies.retain(Body::is_seen);
    let mut told = gaps::Told::default();
    for body in &mut table.bodies {
        gaps::fill(body, table.angles.is_some(), &mut told);
    }
    told.tell("rigid bodies", rate_hz, report);
    if !table.bodies.is_empty() {
        let names = list_names(table.bodies.iter().map(|b| b.name.as_str()));
        report.inferred("objects", format!("rigid bodies beside the skeleton are objects: {names}"));
    }
    let poses = |b: &Body| (0..b.place.len()).map(|t| (b.place[t], turns.of(b, t))).collect::<Vec<(Vec3, Rot)>>();
    table.bodies.iter().map(|b| Thing { name: b.name.clone(), poses: poses(b) }).collect()
}
