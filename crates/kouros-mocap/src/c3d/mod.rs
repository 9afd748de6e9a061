//! C3D: bytes to markers over time and the force plates beside them.
//!
//! Lives here: the header, the parameters, points and analog samples in every byte order and both
//! encodings. Does not: what markers say of a body (`markers/`), what channels say of a force
//! (`plates/`). The layout is in docs/formats/c3d.md.

mod bytes;
mod parameters;

use crate::error::{Error, Result};
use crate::markers::{MAX_MARKERS, Markers};
use crate::plates::{self, Analog, Group};
use crate::recording::{MAX_NAME, check_samples};
use crate::{Format, Up};
use bytes::Order;
use kouros_motion::{Report, Vec3};
use parameters::Parameters;

/// Bytes of a block.
const BLOCK: usize = 512;

/// Whether these bytes begin as a C3D does: the block of the parameters, then 0x50, and at that block a
/// processor. No text begins with such a number.
pub(crate) fn is_one(bytes: &[u8]) -> bool {
    let &[block @ 2..=31, 0x50, ..] = bytes else { return false };
    bytes.get((usize::from(block) - 1) * BLOCK + 3).is_some_and(|p| Order::of(*p).is_some())
}

/// Where the frames lie and how one is laid out.
struct Layout {
    order: Order,
    points: usize,
    /// Analog values of a frame in all.
    analog: usize,
    /// Analog samples of a channel in a frame.
    per_frame: usize,
    floats: bool,
    scale: f64,
    start: usize,
    frames: usize,
}

/// Reads markers and plates.
pub(crate) fn read(file: &str, bytes: &[u8], given_hz: Option<f64>, report: &mut Report) -> Result<Markers> {
    let broken = |byte: usize, expected: &str, found: String| Error::Archive {
        file: file.to_owned(),
        byte,
        expected: expected.into(),
        found,
    };
    let at = (usize::from(bytes.first().copied().unwrap_or(2)).max(1) - 1) * BLOCK;
    let processor =
        *bytes.get(at + 3).ok_or_else(|| broken(at, "the parameter section", format!("the end at {}", bytes.len())))?;
    let order = Order::of(processor)
        .ok_or_else(|| broken(at + 3, "84, 85 or 86, the processor whose numbers the file holds", processor.to_string()))?;
    let parameters = parameters::read(bytes, at, order);
    if parameters.broken {
        report
            .warn("parameters", "the parameter section breaks off or holds values of no known kind; what could be read was used");
    }
    let layout = layout(file, bytes, order, &parameters, report)?;
    let names = names(&parameters, layout.points);
    let rate_hz = given_hz
        .or_else(|| parameters.number("POINT", "RATE").filter(|r| r.is_finite() && *r > 0.0))
        .or_else(|| order.f32(bytes, 20).filter(|r| r.is_finite() && *r > 0.0));
    let rate_hz = rate_hz.ok_or_else(|| Error::Missing {
        file: file.to_owned(),
        expected: "POINT:RATE or a rate in the header, or --source-rate".into(),
        found: "none".into(),
    })?;
    report.inferred(
        "c3d",
        format!(
            "numbers of {} as {}, {} points, {} frames, {} analog samples a frame",
            order.name(),
            if layout.floats { "floats" } else { "16-bit integers" },
            layout.points,
            layout.frames,
            layout.per_frame
        ),
    );
    let plates = force_plates(bytes, &layout, &parameters, rate_hz, report);
    Ok(Markers {
        format: Format::C3d,
        names,
        places: places(bytes, &layout),
        rate_hz,
        unit_m: parameters.word("POINT", "UNITS").and_then(|u| plates::metres(&u)),
        usual_up: up(&parameters),
        plates,
    })
}

/// Sizes and places of the data, all checked against the file's own size.
fn layout(file: &str, bytes: &[u8], order: Order, p: &Parameters, report: &mut Report) -> Result<Layout> {
    let word = |i: usize| usize::from(order.u16(bytes, 2 * i).unwrap_or(0));
    let points = p.count("POINT", "USED").unwrap_or_else(|| word(1));
    if points == 0 {
        return Err(Error::Missing {
            file: file.to_owned(),
            expected: "points (POINT:USED)".into(),
            found: "none: forces, rotations or other signals alone are no motion of a body".into(),
        });
    }
    if points > MAX_MARKERS {
        let (what, limit, found) = ("points", MAX_MARKERS as u64, points as u64);
        return Err(Error::TooMany { file: file.to_owned(), what, limit, found });
    }
    let scale = p.number("POINT", "SCALE").filter(|s| s.is_finite() && *s != 0.0).or_else(|| order.f32(bytes, 12)).unwrap_or(1.0);
    let floats = scale < 0.0;
    let (analog, per_frame) = (word(2), word(9).max(1));
    let size = (4 * points + analog) * if floats { 4 } else { 2 };
    let block = p.count("POINT", "DATA_START").filter(|b| *b > 0).unwrap_or_else(|| word(8)).max(1);
    let start = (block - 1) * BLOCK;
    let there = bytes.len().saturating_sub(start) / size.max(1);
    // In 16 bits the last frame overflows; its full number stands in TRIAL, low word first.
    let full = |name: &str| match p.numbers("TRIAL", name) {
        [low, high, ..] => Some(low.rem_euclid(65536.0) + 65536.0 * high.rem_euclid(65536.0)),
        _ => None,
    };
    let by_trial = full("ACTUAL_START_FIELD").zip(full("ACTUAL_END_FIELD")).map(|(a, b)| b - a + 1.0);
    let by_header = word(4) as f64 - word(3) as f64 + 1.0;
    let by_points = p.number("POINT", "FRAMES").map(|f| if f < 0.0 { f + 65536.0 } else { f });
    let overflown = word(4) == usize::from(u16::MAX);
    let claimed = [by_trial, by_points.filter(|_| !overflown), Some(by_header).filter(|_| !overflown)];
    let claimed = claimed.into_iter().flatten().find(|n| n.is_finite() && *n >= 1.0).map_or(there, |n| n as usize);
    if claimed > there {
        report.warn("frames", format!("{claimed} frames are announced, the file holds {there} whole ones; those were read"));
    }
    let frames = claimed.min(there);
    if frames == 0 {
        return Err(Error::Missing {
            file: file.to_owned(),
            expected: format!("frames of {size} bytes from byte {start} on"),
            found: format!("{} bytes in all", bytes.len()),
        });
    }
    check_samples(file, points, frames, bytes.len())?;
    Ok(Layout { order, points, analog, per_frame, floats, scale, start, frames })
}

/// The points' names: LABELS, then LABELS2 and so on, each of 255 at most.
fn names(p: &Parameters, points: usize) -> Vec<String> {
    let mut names: Vec<String> = p.texts("POINT", "LABELS").to_vec();
    for more in 2..=MAX_MARKERS / 255 + 1 {
        let next = p.texts("POINT", &format!("LABELS{more}"));
        if next.is_empty() {
            break;
        }
        names.extend_from_slice(next);
    }
    names.truncate(points);
    for name in &mut names {
        let cut = (0..=MAX_NAME.min(name.len())).rev().find(|i| name.is_char_boundary(*i)).unwrap_or(0);
        name.truncate(cut);
    }
    names.resize(points, String::new());
    names
}

/// Where each point is (T x M), in the file's units; `None` where it was not seen.
fn places(bytes: &[u8], l: &Layout) -> Vec<Option<Vec3>> {
    let width = if l.floats { 4 } else { 2 };
    let frame = (4 * l.points + l.analog) * width;
    let point = |t: usize, m: usize| {
        let at = l.start + t * frame + 4 * m * width;
        let number = |i: usize| {
            let at = at + i * width;
            if l.floats { l.order.f32(bytes, at) } else { l.order.i16(bytes, at).map(|v| f64::from(v) * l.scale) }
        };
        let place = Vec3::new(number(0)?, number(1)?, number(2)?);
        // A residual below zero says that the point was not seen; so do zeros, and no numbers.
        let seen = number(3)? >= 0.0;
        let there = place.iter().all(|v| v.is_finite() && v.abs() < 1e9) && place != Vec3::zeros();
        (seen && there).then_some(place)
    };
    (0..l.frames).flat_map(|t| (0..l.points).map(move |m| (t, m))).map(|(t, m)| point(t, m)).collect()
}

/// The vertical axis by the screen's axes: Y_SCREEN is the one that points up on it.
fn up(p: &Parameters) -> Option<Up> {
    p.word("POINT", "Y_SCREEN").and_then(|w| Up::from_name(&w))
}

/// What the plates felt, in the file's axes.
fn force_plates(bytes: &[u8], l: &Layout, p: &Parameters, rate_hz: f64, report: &mut Report) -> Vec<plates::Felt> {
    let used = p.count("FORCE_PLATFORM", "USED").unwrap_or(0);
    if used == 0 || l.analog == 0 {
        return Vec::new();
    }
    let channels = l.analog / l.per_frame;
    let (scales, offsets) = (p.numbers("ANALOG", "SCALE"), p.numbers("ANALOG", "OFFSET"));
    let general = p.number("ANALOG", "GEN_SCALE").unwrap_or(1.0);
    let unsigned = p.word("ANALOG", "FORMAT").is_some_and(|f| f == "UNSIGNED");
    let width = if l.floats { 4 } else { 2 };
    let frame = (4 * l.points + l.analog) * width;
    let sample = |s: usize, channel: usize| {
        let (t, within) = (s / l.per_frame, s % l.per_frame);
        let at = l.start + t * frame + (4 * l.points + within * channels + channel) * width;
        let raw = match (l.floats, unsigned) {
            (true, _) => l.order.f32(bytes, at),
            (false, true) => l.order.u16(bytes, at).map(f64::from),
            (false, false) => l.order.i16(bytes, at).map(f64::from),
        };
        let offset = offsets.get(channel).copied().unwrap_or(0.0);
        let offset = if unsigned && offset < 0.0 { offset + 65536.0 } else { offset };
        let value = (raw.unwrap_or(0.0) - offset) * scales.get(channel).copied().unwrap_or(1.0) * general;
        if value.is_finite() { value } else { 0.0 }
    };
    let analog = Analog {
        channels,
        samples: l.frames * l.per_frame,
        per_frame: l.per_frame,
        rate_hz: rate_hz * l.per_frame as f64,
        units: p.texts("ANALOG", "UNITS"),
        value: &sample,
    };
    let group = Group {
        used,
        kinds: p.numbers("FORCE_PLATFORM", "TYPE"),
        corners: p.numbers("FORCE_PLATFORM", "CORNERS"),
        origins: p.numbers("FORCE_PLATFORM", "ORIGIN"),
        channels: p.numbers("FORCE_PLATFORM", "CHANNEL"),
        matrices: p.numbers("FORCE_PLATFORM", "CAL_MATRIX"),
        zero: p.numbers("FORCE_PLATFORM", "ZERO"),
        unit_m: p.word("POINT", "UNITS").and_then(|u| plates::metres(&u)).unwrap_or(0.001),
    };
    plates::felt(&group, &analog, report)
}
