//! The second half of a BVH: the motion's numbers, turned into rotations as they are read.

use super::hierarchy::{Channel, Hierarchy};
use super::tokens::{Tokens, parse_finite};
use crate::error::{Error, Result, shown};
use crate::recording::{check_samples, most_samples};
use kouros_motion::{Report, Rot, Vec3};

/// The motion of a BVH (T x J, flattened frame by frame).
pub(super) struct Frames {
    pub rate_hz: f64,
    pub rotation: Vec<Rot>,
    pub translation: Vec<Vec3>,
}

/// Reads from `MOTION` to the end of the text.
pub(super) fn read(t: &mut Tokens, h: &Hierarchy, bytes: usize, report: &mut Report) -> Result<Frames> {
    t.expect("MOTION")?;
    let claimed = read_field(t, "Frames")?;
    let (period, place) = (read_field(t, "Frame Time")?, t.line());
    if !(period > 0.0 && period.is_finite()) {
        return Err(Error::Syntax {
            file: t.file().to_owned(),
            line: place,
            expected: "a positive Frame Time in seconds".into(),
            found: period.to_string(),
        });
    }
    if h.columns() == 0 {
        return Err(t.wrong("at least one channel in the hierarchy", Some(b"none")));
    }
    let mut out = Frames { rate_hz: rate_of(period), rotation: Vec::new(), translation: Vec::new() };
    let joints = h.joints.len();
    // A number takes a digit and a blank at least: a claim beyond that reserves nothing.
    let holds = (t.remaining() / (2 * h.columns())).min(claimed.max(0.0) as usize);
    let reserved = holds.saturating_mul(joints).min(most_samples(bytes));
    out.rotation.reserve_exact(reserved);
    out.translation.reserve_exact(reserved);
    let mut frame = 0;
    let mut values = vec![0.0; h.columns()];
    loop {
        match read_frame(t, h, frame, &mut values)? {
            Row::End => break,
            Row::Cut(found) => {
                report.warn("frames", format!("frame {frame} ends after {found} of {} numbers and was left out", h.columns()));
                break;
            }
            Row::Full => {}
        }
        frame += 1;
        check_samples(t.file(), joints, frame, bytes)?;
        push_frame(h, &values, &mut out);
    }
    if frame == 0 {
        return Err(t.wrong(format!("at least one frame of {} numbers", h.columns()), None));
    }
    if claimed != frame as f64 {
        report.warn("frames", format!("the file announces {claimed} frames and holds {frame}; {frame} were read"));
    }
    Ok(out)
}

/// Frames a second of a frame time written with few digits: a whole number where one lies within
/// the rounding of six decimals, for 0.033333 means 30 and 0.0083333 means 120.
fn rate_of(period: f64) -> f64 {
    const HALF_DIGIT: f64 = 0.6e-6;
    let whole = (1.0 / period).round();
    if whole >= 1.0 && (1.0 / whole - period).abs() < HALF_DIGIT { whole } else { 1.0 / period }
}

/// `Frames: n` or `Frame Time: s`, whatever the letter case and the blanks around the colon.
fn read_field(t: &mut Tokens, name: &'static str) -> Result<f64> {
    const WORDS: usize = 4;
    let wanted: String = name.split(' ').collect::<String>().to_ascii_lowercase();
    let mut seen = String::new();
    for _ in 0..WORDS {
        let word = t.next_number();
        let Some(text) = word.and_then(|w| std::str::from_utf8(w).ok()).filter(|w| w.len() <= 64) else {
            return Err(t.wrong(format!("'{name}:' and a number"), word));
        };
        seen.push_str(&text.to_ascii_lowercase());
        let Some(value) = seen.strip_prefix(wanted.as_str()).and_then(|r| r.strip_prefix(':')) else {
            if wanted.starts_with(seen.as_str()) || seen == wanted {
                continue;
            }
            return Err(t.wrong(format!("'{name}:' and a number"), word));
        };
        if value.is_empty() {
            return t.number(name);
        }
        return parse_finite(value.as_bytes()).ok_or_else(|| t.wrong(format!("'{name}:' and a number"), word));
    }
    Err(t.wrong(format!("'{name}:' and a number"), None))
}

enum Row {
    Full,
    Cut(usize),
    End,
}

fn read_frame(t: &mut Tokens, h: &Hierarchy, frame: usize, values: &mut [f64]) -> Result<Row> {
    for column in 0..values.len() {
        let Some(word) = t.next_number() else {
            return Ok(if column == 0 { Row::End } else { Row::Cut(column) });
        };
        match parse_finite(word) {
            Some(v) => values[column] = v,
            // A file cut in the middle of its last number ends in the middle of its last frame.
            None if is_cut_number(word) && t.next_number().is_none() => return Ok(Row::Cut(column)),
            None => {
                let (file, found) = (t.file().to_owned(), shown(word));
                return Err(Error::Value { file, line: t.line(), frame, channel: channel_name(h, column), found });
            }
        }
    }
    Ok(Row::Full)
}

fn is_cut_number(word: &[u8]) -> bool {
    word.len() <= 32 && word.iter().all(|b| b.is_ascii_digit() || b"+-.eE".contains(b))
}

fn channel_name(h: &Hierarchy, column: usize) -> String {
    let mut first = 0;
    for (joint, channels) in h.joints.iter().zip(&h.channels) {
        if let Some(channel) = channels.get(column - first) {
            let axis = |a: &usize| ["X", "Y", "Z"].get(*a).copied().unwrap_or("?");
            let what = match channel {
                Channel::Position(a) => format!("{}position", axis(a)),
                Channel::Rotation(a) => format!("{}rotation", axis(a)),
                Channel::Ignored => "scale".into(),
            };
            return format!("joint '{}', {what}", joint.name);
        }
        first += channels.len();
    }
    format!("column {column}")
}

/// One frame: turns are multiplied in the order of the columns (each about the axes the ones
/// before have turned), a place replaces the offset.
fn push_frame(h: &Hierarchy, values: &[f64], out: &mut Frames) {
    let mut column = values.iter();
    for (joint, channels) in h.joints.iter().zip(&h.channels) {
        let (mut place, mut turn) = (joint.offset, Rot::identity());
        for (channel, value) in channels.iter().zip(&mut column) {
            match channel {
                Channel::Position(axis) => place[*axis] = *value,
                Channel::Rotation(axis) => turn *= about(*axis, *value),
                Channel::Ignored => {}
            }
        }
        out.rotation.push(turn);
        out.translation.push(place);
    }
}

/// The turn of `degrees` about an axis of the joint.
pub(crate) fn about(axis: usize, degrees: f64) -> Rot {
    // Angles of any size are kept finite and exact first; a turn repeats every 360 degrees.
    let (sin, cos) = (0.5 * (degrees % 720.0).to_radians()).sin_cos();
    let mut q = nalgebra::Quaternion::new(cos, 0.0, 0.0, 0.0);
    if let Some(v) = q.coords.get_mut(axis) {
        *v = sin;
    }
    Rot::new_unchecked(q)
}
