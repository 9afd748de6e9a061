//! The motion: for every frame its number, then a line for every keyed bone.

use super::asf::{Dof, Skeleton};
use super::lines::{Line, lines, number};
use crate::bvh::about;
use crate::error::{Error, Result, shown};
use crate::format::without_bom;
use crate::recording::{check_samples, most_samples};
use kouros_motion::{Report, Rot, Vec3, list_names, nearest_name};
use std::collections::HashMap;

/// The motion of a skeleton's bones (T x N, flattened frame by frame).
pub(super) struct Motion {
    /// How each bone turns against its parent.
    pub rotation: Vec<Rot>,
    /// How each bone's start is moved against its parent's end, in the parent's axes.
    pub shift: Vec<Vec3>,
    /// Frames a second, where the file says it.
    pub rate_hz: Option<f64>,
}

/// Reads a motion. `joints` is how many joints the skeleton will have.
pub(super) fn read(file: &str, bytes: &[u8], skeleton: &Skeleton, joints: usize, report: &mut Report) -> Result<Motion> {
    let bones = &skeleton.bones;
    let index: HashMap<&[u8], usize> = bones.iter().enumerate().map(|(i, b)| (b.name.as_bytes(), i)).collect();
    let mut out = Motion { rotation: Vec::new(), shift: Vec::new(), rate_hz: None };
    let mut radians = skeleton.radians;
    let mut now: Vec<(Rot, Vec3)> = vec![(Rot::identity(), Vec3::zeros()); bones.len()];
    let mut keyed = vec![0_usize; bones.len()];
    let (mut frames, mut odd, mut last) = (0_usize, 0_usize, None);
    let mut values: Vec<f64> = Vec::new();
    for line in lines(file, without_bom(bytes)) {
        let mut words = line.words();
        let Some(first) = words.next() else { continue };
        if first.starts_with(b":") {
            match line.keyword().as_slice() {
                b":degrees" => radians = false,
                b":radians" => radians = true,
                b":samples-per-second" => out.rate_hz = line.numbers(1)?.first().copied().filter(|v| *v > 0.0),
                _ => {}
            }
        } else if words.clone().next().is_none() && first.first().is_some_and(u8::is_ascii_digit) {
            let Some(n) = number(first) else { return Err(line.wrong("a frame number", first)) };
            if frames > 0 {
                push(&now, &mut out);
            }
            odd += usize::from(last.is_some_and(|l: f64| n != l + 1.0));
            last = Some(n);
            frames += 1;
            check_samples(file, joints, frames, bytes.len())?;
            if frames == 1 {
                // A line holds about ten letters a number; a claim is never believed beyond that.
                let likely = (bytes.len() / 64 * 2).min(most_samples(bytes.len()));
                out.rotation.reserve(likely);
                out.shift.reserve(likely);
            }
        } else if frames > 0 {
            let Some(&bone) = index.get(first) else { return Err(unknown(&line, first, skeleton)) };
            read_values(&line, words, frames - 1, skeleton, bone, &mut values)?;
            now[bone] = place(skeleton, bone, &values, radians);
            keyed[bone] += 1;
        } else {
            return Err(line.wrong("a frame number", first));
        }
    }
    if frames == 0 {
        return Err(Error::Missing { file: file.to_owned(), expected: "at least one frame".into(), found: "none".into() });
    }
    push(&now, &mut out);
    if odd > 0 {
        report.warn(
            "frames",
            format!("{odd} of {frames} frame numbers do not follow the one before; the frames were read as consecutive"),
        );
    }
    tell_unkeyed(skeleton, &keyed, frames, report);
    Ok(out)
}

fn push(now: &[(Rot, Vec3)], out: &mut Motion) {
    out.rotation.extend(now.iter().map(|n| n.0));
    out.shift.extend(now.iter().map(|n| n.1));
}

fn unknown(line: &Line, found: &[u8], skeleton: &Skeleton) -> Error {
    let names = || skeleton.bones.iter().map(|b| b.name.as_str());
    let short = found.get(..found.len().min(64)).unwrap_or_default();
    let nearest = nearest_name(&String::from_utf8_lossy(short), names()).unwrap_or_default();
    line.wrong(format!("a frame number or a bone of the skeleton ({}; nearest: {nearest})", list_names(names())), found)
}

fn read_values<'a>(
    line: &Line,
    words: impl Iterator<Item = &'a [u8]>,
    frame: usize,
    skeleton: &Skeleton,
    bone: usize,
    values: &mut Vec<f64>,
) -> Result<()> {
    values.clear();
    let bone = &skeleton.bones[bone];
    for word in words {
        let Some(v) = number(word) else {
            let (file, channel) = (line.file.to_owned(), format!("bone '{}', number {}", bone.name, values.len() + 1));
            return Err(Error::Value { file, line: line.number, frame, channel, found: shown(word) });
        };
        values.push(v);
        if values.len() > bone.dofs.len() {
            break;
        }
    }
    if values.len() != bone.dofs.len() {
        let expected = format!("{} numbers for bone '{}', as its dof says", bone.dofs.len(), bone.name);
        return Err(line.wrong(expected, line.text()));
    }
    Ok(())
}

/// A bone's turn against its parent and its shift: turns about the bone's own axes in the order of
/// its dofs, each about the axes as they stood at rest.
fn place(skeleton: &Skeleton, bone: usize, values: &[f64], radians: bool) -> (Rot, Vec3) {
    let bone = &skeleton.bones[bone];
    let (mut turn, mut shift) = (Rot::identity(), Vec3::zeros());
    for (dof, value) in bone.dofs.iter().zip(values) {
        match dof {
            Dof::Turn(axis) => turn = about(*axis, if radians { value.to_degrees() } else { *value }) * turn,
            Dof::Move(axis) => shift[*axis] += value,
            Dof::Stretch => {}
        }
    }
    // The root moves along the world's axes, a bone along its own.
    let shift = if bone.parent.is_none() { shift } else { bone.axes * shift };
    (bone.axes * turn * bone.axes.inverse(), shift)
}

/// Bones that the motion leaves out stay at rest; bones left out now and then keep their place.
fn tell_unkeyed(skeleton: &Skeleton, keyed: &[usize], frames: usize, report: &mut Report) {
    let named = |wanted: &dyn Fn(usize) -> bool| -> Vec<&str> {
        let bones = skeleton.bones.iter().zip(keyed);
        bones.filter(|(b, k)| !b.dofs.is_empty() && wanted(**k)).map(|(b, _)| b.name.as_str()).collect()
    };
    let (never, sometimes) = (named(&|k| k == 0), named(&|k| k > 0 && k < frames));
    if !never.is_empty() {
        report.inferred("joints", format!("no line in the motion moves {}: kept at rest", list_names(never)));
    }
    if !sometimes.is_empty() {
        report.warn("joints", format!("missing in some frames, kept as in the frame before: {}", list_names(sometimes)));
    }
    if skeleton.bones.iter().any(|b| b.dofs.contains(&Dof::Stretch)) {
        report.warn("channels", "length channels were left out; bones keep their length");
    }
}
