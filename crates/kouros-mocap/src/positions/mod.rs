//! Places of joints in the world without rotations: arrays of NumPy to a [`Recording`], and a
//! clip's main joints as such an array.
//!
//! Lives here: the arrays, and which joint hangs by which. The rotations of such a recording are
//! all the identity and mean nothing; its translations give the file's positions back. The layout
//! is in docs/formats/joint-positions.md.

pub(crate) mod intermimic;
mod layout;
mod naming;
#[cfg(test)]
mod tests;
mod write;

pub use layout::Layout;
pub use write::positions_npz;

use crate::error::{Error, Result};
use crate::npz::npy::{self, Array, Numbers};
use crate::npz::rate;
use crate::npz::zip::Archive;
use crate::recording::{MAX_JOINTS, MAX_NAME, Recording, check_samples, parents_first};
use crate::{Format, Up};
use kouros_motion::{Joint, Report, Rot, Vec3, list_names};

/// The spellings of the positions.
const POSITIONS: [&str; 5] = ["positions", "global_joint_positions", "joint_positions", "global_positions", "joints"];
/// The spellings of the names.
const NAMES: [&str; 3] = ["names", "joint_names", "joints_names"];
/// How much smaller than its numbers a deflated archive may be.
const DEFLATED: usize = 8;

/// Whether an archive has positions, and no poses that say more.
pub(crate) fn are_in(bytes: &[u8]) -> bool {
    let Ok(archive) = Archive::open("", bytes) else { return false };
    let has = |name: &str| archive.entries.iter().any(|e| e.name.strip_suffix(".npy").unwrap_or(&e.name) == name);
    !has("poses") && !has("root_orient") && !has("global_orient") && POSITIONS.into_iter().any(has)
}

/// What the file has of it.
struct Found {
    array: &'static str,
    numbers: Numbers,
    names: Option<Vec<String>>,
    rate_hz: f64,
}

/// Reads positions.
pub(crate) fn read(
    file: &str,
    bytes: &[u8],
    layout: Option<Layout>,
    given_hz: Option<f64>,
    report: &mut Report,
) -> Result<Recording> {
    let found = if bytes.starts_with(b"PK") { archive(file, bytes, given_hz, report)? } else { bare(file, bytes, given_hz)? };
    let wrong = |array: &str, expected: String, found: String| Error::Array {
        file: file.to_owned(),
        array: array.to_owned(),
        expected,
        found,
    };
    let Numbers { shape, values } = &found.numbers;
    let [frames, width, 3] = shape[..] else {
        return Err(wrong(found.array, "shape (frames, joints, 3)".into(), format!("{shape:?}")));
    };
    if frames == 0 || width == 0 || width > MAX_JOINTS {
        return Err(wrong(found.array, format!("some frames of 1 to {MAX_JOINTS} joints"), format!("{shape:?}")));
    }
    check_samples(file, width, frames, bytes.len().saturating_mul(DEFLATED))?;
    if let Some(i) = values.iter().position(|v| !v.is_finite()) {
        let place = format!("{} at frame {}, joint {}", values[i], i / (3 * width), i / 3 % width);
        return Err(wrong(found.array, "finite numbers".into(), place));
    }
    let at = |frame: usize, joint: usize| Vec3::from_row_slice(&values[3 * (frame * width + joint)..][..3]);
    let names = match (layout, found.names) {
        (Some(layout), _) => layout.of(width).ok_or_else(|| Error::Option {
            option: "layout",
            expected: "one with as many joints as the array",
            found: format!("'{}' for {width} joints; known are {}", layout.name(), layout::known()),
        })?,
        (None, Some(names)) if names.len() == width => names,
        (None, Some(names)) => {
            return Err(wrong(NAMES[0], format!("{width} names, as the positions have joints"), names.len().to_string()));
        }
        (None, None) => guessed(file, frames, width, &at, report)?,
    };
    let parents = naming::parents(&names).map_err(|unknown| Error::Missing {
        file: file.to_owned(),
        expected: format!("joint names as in LAFAN1, MotionBuilder or SMPL, or --layout with one of {}", layout::known()),
        found: format!("'{unknown}' among {}", list_names(names.iter().map(String::as_str))),
    })?;
    Ok(recording(&names, &parents, &parents_first(file, &parents)?, frames, found.rate_hz, &at))
}

/// The joints in an order that has parents first, every one where it is seen from its parent.
fn recording(
    names: &[String],
    parents: &[Option<usize>],
    order: &[usize],
    frames: usize,
    rate_hz: f64,
    at: &impl Fn(usize, usize) -> Vec3,
) -> Recording {
    let from_parent = |t: usize, j: usize| parents[j].map_or_else(|| at(t, j), |p| at(t, j) - at(t, p));
    let mut place = vec![0; names.len()];
    let mut joints = Vec::<Joint>::new();
    for &j in order {
        place[j] = joints.len();
        // Places in the world are the file's own: the root has no rest place to add to them.
        let offset = if parents[j].is_some() { from_parent(0, j) } else { Vec3::zeros() };
        joints.push(Joint { name: names[j].clone(), parent: parents[j].map(|p| place[p]), offset });
    }
    let mut translation = Vec::new();
    translation.reserve_exact(frames * order.len());
    translation.extend((0..frames).flat_map(|t| order.iter().map(move |j| (t, *j))).map(|(t, j)| from_parent(t, j)));
    Recording {
        format: Format::JointPositions,
        is_end: joints.iter().map(|j| j.name.ends_with("End")).collect(),
        joints,
        rate_hz,
        rotation: vec![Rot::identity(); translation.len()],
        translation,
        unit_m: None,
        usual_up: Up::Z,
        has_rotations: false,
        contacts: None,
        objects: Vec::new(),
        plates: Vec::new(),
    }
}

/// The arrays of an archive.
fn archive(file: &str, bytes: &[u8], given_hz: Option<f64>, report: &mut Report) -> Result<Found> {
    let archive = Archive::open(file, bytes)?;
    let mut positions = None;
    for array in POSITIONS {
        if let Some(numbers) = npy::numbers(&archive, array)? {
            positions = Some((array, numbers));
            break;
        }
    }
    let (array, numbers) = positions.ok_or_else(|| Error::Missing {
        file: file.to_owned(),
        expected: format!("one of the arrays {}", list_names(POSITIONS)),
        found: "none".into(),
    })?;
    let mut names = None;
    for array in NAMES {
        match npy::read(&archive, array)? {
            Some(Array::Text(text)) => names = Some(text),
            Some(_) => report.warn("names", format!("the array '{array}' is no text and was not read")),
            None => continue,
        }
        break;
    }
    if let Some(name) = names.iter().flatten().find(|n| n.is_empty() || n.len() > MAX_NAME) {
        let (file, array) = (file.to_owned(), "names".to_owned());
        let expected = format!("names of 1 to {MAX_NAME} bytes");
        return Err(Error::Array { file, array, expected, found: format!("one of {}", name.len()) });
    }
    let rate_hz = given_hz.map_or_else(|| rate(&archive), Ok)?;
    Ok(Found { array, numbers, names, rate_hz })
}

/// An array alone, which says nothing else.
fn bare(file: &str, bytes: &[u8], given_hz: Option<f64>) -> Result<Found> {
    let array = "the file";
    let numbers = match npy::parse(file, array, bytes)? {
        Array::Numbers(n) => n,
        _ => {
            let expected = "numbers".into();
            return Err(Error::Array { file: file.to_owned(), array: array.into(), expected, found: "text or objects".into() });
        }
    };
    let rate_hz = given_hz.ok_or_else(|| Error::Missing {
        file: file.to_owned(),
        expected: "--source-rate, for an array alone cannot state its rate".into(),
        found: "none".into(),
    })?;
    Ok(Found { array, numbers, names: None, rate_hz })
}

/// The names of the layout that fits.
fn guessed(
    file: &str,
    frames: usize,
    width: usize,
    at: &impl Fn(usize, usize) -> Vec3,
    report: &mut Report,
) -> Result<Vec<String>> {
    const SAMPLED: usize = 96;
    let count = frames.min(SAMPLED);
    let seen: Vec<Vec<Vec3>> = (0..count).map(|i| i * frames / count).map(|t| (0..width).map(|j| at(t, j)).collect()).collect();
    let best = layout::best(&seen, width).and_then(|(l, share)| Some((l, share, l.of(width)?)));
    let refused = |found: String| Error::Missing {
        file: file.to_owned(),
        expected: format!(
            "an array 'names', or joints in a known order whose bones keep their lengths: {}; --layout names one",
            layout::known()
        ),
        found,
    };
    let (layout, share, names) = best.ok_or_else(|| refused(format!("{width} joints without names")))?;
    if share > layout::RIGID {
        let closest = format!("in the closest, '{}', bones change by {:.1} % of their length", layout.name(), 100.0 * share);
        return Err(refused(format!("{width} joints without names: {closest}")));
    }
    report.inferred(
        "layout",
        format!(
            "{width} joints without names are in the order '{}': bones change by {:.2} % of their length on average; --layout overrides",
            layout.name(),
            100.0 * share
        ),
    );
    Ok(names)
}
