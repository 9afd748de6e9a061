//! OMOMO's motions as InterMimic stores them: a tensor of torch, a row of 591 numbers a frame, with
//! the thing that is carried.
//!
//! Lives here: which column is what. Does not: the tensor (`pickle/`), which joint is which
//! (`layout.rs`, by bones that keep their lengths). The layout is in docs/formats/intermimic.md.

use super::{Layout, guessed, naming, recording};
use crate::Format;
use crate::error::{Error, Result};
use crate::npz::npy::{Array, Numbers};
use crate::pickle::Pickled;
use crate::recording::{Recording, Thing, check_samples, parents_first};
use kouros_motion::{QuatOrder, Report, Vec3};

/// Numbers in a row.
const WIDTH: usize = 591;
/// Where the joints' places begin, and how many joints there are.
const PLACES: usize = 162;
const JOINTS: usize = 52;
/// Where the thing's place and its quaternion (x y z w) are.
const THING: usize = 318;
/// The rate of all of them; the file does not state it [Hz].
const RATE_HZ: f64 = 30.0;

/// Whether a pickle is such a tensor.
pub(crate) fn is_in(pickled: &Pickled<'_>) -> bool {
    tensor(pickled).is_ok_and(|n| matches!(n.shape[..], [frames, WIDTH] if frames > 0))
}

fn tensor(pickled: &Pickled<'_>) -> Result<Numbers> {
    match pickled.array("the file", pickled.top)? {
        Array::Numbers(numbers) => Ok(numbers),
        _ => Err(wrong(pickled.file(), "numbers", "text".into())),
    }
}

fn wrong(file: &str, expected: &str, found: String) -> Error {
    Error::Array { file: file.to_owned(), array: "the file".into(), expected: expected.into(), found }
}

/// Reads a motion and its thing.
pub(crate) fn read(
    file: &str,
    bytes: &[u8],
    layout: Option<Layout>,
    given_hz: Option<f64>,
    report: &mut Report,
) -> Result<Recording> {
    let Numbers { shape, values } = tensor(&Pickled::open(file, bytes)?)?;
    let frames = match shape[..] {
        [frames, WIDTH] if frames > 0 => frames,
        _ => return Err(wrong(file, &format!("shape (frames, {WIDTH})"), format!("{shape:?}"))),
    };
    check_samples(file, JOINTS, frames, bytes.len())?;
    let row = |t: usize| values.get(t * WIDTH..(t + 1) * WIDTH).unwrap_or_default();
    let used = |t: usize| row(t).get(PLACES..THING + 7).unwrap_or_default();
    if let Some((t, v)) = (0..frames).find_map(|t| used(t).iter().find(|v| !v.is_finite()).map(|v| (t, *v))) {
        return Err(wrong(file, "finite numbers", format!("{v} at frame {t}")));
    }
    let at = |t: usize, j: usize| Vec3::from_row_slice(&row(t)[PLACES + 3 * j..PLACES + 3 * j + 3]);
    let names = match layout {
        Some(layout) => layout.of(JOINTS).ok_or_else(|| wrong(file, "a layout of 52 joints", layout.name().into()))?,
        None => guessed(file, frames, JOINTS, &at, report)?,
    };
    let parents = naming::parents(&names).map_err(|unknown| wrong(file, "joints of a known naming", unknown))?;
    let rate_hz = given_hz.unwrap_or(RATE_HZ);
    if given_hz.is_none() {
        report.inferred("rate", format!("the format states no rate: {RATE_HZ} Hz, as all of its set; --source-rate overrides"));
    }
    let mut out = recording(&names, &parents, &parents_first(file, &parents)?, frames, rate_hz, &at);
    let pose = |t: usize| {
        let numbers: [f64; 7] = std::array::from_fn(|i| row(t)[THING + i]);
        let [x, y, z, quat @ ..] = numbers;
        QuatOrder::Xyzw.rotation(&quat).map(|turn| (Vec3::new(x, y, z), turn))
    };
    let poses: Option<Vec<_>> = (0..frames).map(pose).collect();
    match poses {
        Some(poses) => out.objects = vec![Thing { name: thing(file), poses }],
        None => report.warn("objects", "the object's quaternion is zero in a frame: the object was left out"),
    }
    out.format = Format::InterMimic;
    out.unit_m = Some(1.0);
    Ok(out)
}

/// What the thing is called: the middle of a name such as `sub3_largebox_003`, as the set names its
/// files.
fn thing(file: &str) -> String {
    let stem = file.rsplit(['/', '\\']).next().unwrap_or(file).split('.').next().unwrap_or_default();
    match stem.split('_').collect::<Vec<_>>()[..] {
        [subject, thing, ..] if subject.starts_with("sub") && !thing.is_empty() => thing.to_owned(),
        _ => "object".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn things_have_names() {
        assert_eq!(thing("a/sub3_largebox_003.pt"), "largebox");
        assert_eq!(thing("walk.pt"), "object");
    }
}
