//! DeepMimic's clips: bytes to a [`Recording`].
//!
//! Lives here: the JSON, its frames and the one body they move. The layout is in
//! docs/formats/deepmimic.md.

mod body;
#[cfg(test)]
mod tests;

use crate::error::{Error, Result};
use crate::recording::{Recording, check_samples};
use body::{JOINTS, Kind, Pose};
use kouros_motion::{Report, Rot, Vec3};

/// How many numbers a frame has: seconds, root, joints.
const NUMBERS: usize = 44;

#[derive(serde::Deserialize)]
struct File {
    #[serde(rename = "Frames")]
    frames: Vec<Vec<f64>>,
}

/// Reads a clip.
pub(crate) fn read(file: &str, bytes: &[u8], given_hz: Option<f64>, report: &mut Report) -> Result<Recording> {
    let parsed: File = serde_json::from_slice(crate::format::without_bom(bytes)).map_err(|e| Error::Syntax {
        file: file.to_owned(),
        line: e.line(),
        expected: "JSON with 'Frames', a list of lists of numbers".into(),
        found: format!("{:?} (column {})", e.classify(), e.column()),
    })?;
    if parsed.frames.is_empty() {
        return Err(Error::Missing { file: file.to_owned(), expected: "frames".into(), found: "none".into() });
    }
    check_samples(file, JOINTS.len(), parsed.frames.len(), bytes.len())?;
    let poses = parsed.frames.iter().enumerate().map(|(t, f)| pose(file, t, f)).collect::<Result<Vec<Pose>>>()?;
    if let Some(rate_hz) = given_hz {
        return Ok(body::recording(&poses, rate_hz));
    }
    // A frame says how long it lasts; the last one's time is nobody's.
    let lasts: Vec<f64> = parsed.frames.iter().take(poses.len() - 1).filter_map(|f| f.first().copied()).collect();
    let usual = usual(file, &lasts)?;
    const EVEN: f64 = 0.02; // of a frame: what few decimals leave
    if lasts.iter().all(|d| (d - usual).abs() <= EVEN * usual) {
        return Ok(body::recording(&poses, whole(usual)));
    }
    let even = evened(file, &poses, &lasts, usual, bytes.len())?;
    let uneven = lasts.iter().filter(|d| (**d - usual).abs() > EVEN * usual).count();
    report.warn(
        "rate",
        format!(
            "{uneven} of {} frames do not last {usual} s as most do; the motion was put on even ticks, {} of them, in between where need be; --source-rate takes the frames as they are",
            poses.len(),
            even.len()
        ),
    );
    Ok(body::recording(&even, whole(usual)))
}

/// One frame's numbers as a pose.
fn pose(file: &str, frame: usize, numbers: &[f64]) -> Result<Pose> {
    let wrong = |expected: String, found: String| Error::Array {
        file: file.to_owned(),
        array: format!("Frames[{frame}]"),
        expected,
        found,
    };
    if numbers.len() != NUMBERS {
        return Err(wrong(format!("{NUMBERS} numbers, those of humanoid3d"), numbers.len().to_string()));
    }
    let mut at = 4;
    let mut rotation = [Rot::identity(); JOINTS.len()];
    for (turn, (name, _, _, kind)) in rotation.iter_mut().zip(JOINTS) {
        let own = numbers.get(at..at + kind.numbers()).unwrap_or_default();
        at += kind.numbers();
        *turn = match (kind, own) {
            (Kind::Ball, [w, x, y, z]) => {
                let q = nalgebra::Quaternion::new(*w, *x, *y, *z);
                if !(q.norm() > 1e-3 && q.norm() < 1e3) {
                    return Err(wrong(format!("a rotation of '{name}'"), format!("a quaternion of length {}", q.norm())));
                }
                Rot::new_normalize(q)
            }
            (Kind::Hinge, [angle]) => Rot::new(Vec3::z() * *angle),
            _ => Rot::identity(),
        };
    }
    let root = numbers.get(1..4).map(Vec3::from_row_slice).unwrap_or_default();
    Ok(Pose { root, rotation })
}

/// How long a frame usually lasts [s]: the middle of all.
fn usual(file: &str, lasts: &[f64]) -> Result<f64> {
    if let Some(t) = lasts.iter().position(|d| !(*d > 0.0 && d.is_finite())) {
        let (file, array) = (file.to_owned(), format!("Frames[{t}]"));
        return Err(Error::Array { file, array, expected: "a positive time first".into(), found: format!("{}", lasts[t]) });
    }
    let mut sorted = lasts.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().ok_or_else(|| Error::Missing {
        file: file.to_owned(),
        expected: "two frames, or --source-rate".into(),
        found: "one frame, which tells no rate".into(),
    })
}

/// Frames a second of frames that last so long; 1/n within 2 microseconds is n, for the clips
/// write 0.033332.
fn whole(lasts: f64) -> f64 {
    const ROUNDING: f64 = 2e-6;
    let n = (1.0 / lasts).round();
    if n >= 1.0 && (1.0 / n - lasts).abs() < ROUNDING && n < 1000.0 { n } else { 1.0 / lasts }
}

/// The motion at every multiple of `step` [s]: places linear, rotations on the sphere.
fn evened(file: &str, poses: &[Pose], lasts: &[f64], step: f64, bytes: usize) -> Result<Vec<Pose>> {
    let ends: Vec<f64> = lasts
        .iter()
        .scan(0.0, |t, d| {
            *t += d;
            Some(*t)
        })
        .collect();
    let whole = ends.last().copied().unwrap_or(0.0);
    // A hair more, so that the last frame is not lost to rounding.
    let count = ((whole / step + 1e-6).floor() as usize).saturating_add(1);
    check_samples(file, JOINTS.len(), count, bytes)?;
    let (mut out, mut from) = (Vec::with_capacity(count), 0);
    for i in 0..count {
        let t = i as f64 * step;
        while from + 1 < lasts.len() && ends[from] <= t {
            from += 1;
        }
        let (a, b) = (&poses[from], &poses[(from + 1).min(poses.len() - 1)]);
        let x = (1.0 - (ends[from] - t) / lasts[from]).clamp(0.0, 1.0);
        let mut rotation = a.rotation;
        for (turn, to) in rotation.iter_mut().zip(&b.rotation) {
            *turn = turn.try_slerp(to, x, 1e-9).unwrap_or(if x < 0.5 { *turn } else { *to });
        }
        out.push(Pose { root: a.root.lerp(&b.root, x), rotation });
    }
    Ok(out)
}
