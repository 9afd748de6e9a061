//! Frames in which a body was not tracked.

use super::table::Body;
use kouros_motion::{Report, Rot};
use nalgebra::Quaternion;

/// What was filled, to be told.
#[derive(Debug, Default)]
pub(super) struct Told {
    frames: usize,
    longest: usize,
    names: Vec<String>,
}

impl Told {
    /// Says it.
    pub fn tell(&self, what: &str, rate_hz: f64, report: &mut Report) {
        if self.frames > 0 {
            let (names, seconds) = (kouros_motion::list_names(&self.names), self.longest as f64 / rate_hz);
            report.warn(
                "gaps",
                format!(
                    "{what} are not tracked in {} frames in all, at most {seconds:.2} s at a time ({names}); places between were drawn straight, turns on the shortest way",
                    self.frames
                ),
            );
        }
    }
}

/// Fills what is missing between two frames that are there: places straight, turns on the shortest way, angles
/// straight; at the ends the nearest stays. A body that is nowhere stays nowhere.
pub(super) fn fill(body: &mut Body, angles: bool, told: &mut Told) {
    let there: Vec<usize> = (0..body.place.len()).filter(|t| body.is_at(*t)).collect();
    let missing = body.place.len() - there.len();
    let (Some(first), Some(last)) = (there.first().copied(), there.last().copied()) else { return };
    if missing == 0 {
        return;
    }
    told.frames += missing;
    told.names.push(body.name.clone());
    let mut hold = |range: std::ops::Range<usize>, from: usize, body: &mut Body| {
        told.longest = told.longest.max(range.len());
        for t in range {
            (body.place[t], body.turn[t]) = (body.place[from], body.turn[from]);
        }
    };
    let frames = body.place.len();
    hold(0..first, first, body);
    hold(last + 1..frames, last, body);
    for pair in there.windows(2) {
        let (a, b) = (pair[0], pair[1]);
        told.longest = told.longest.max(b - a - 1);
        for t in a + 1..b {
            let part = (t - a) as f64 / (b - a) as f64;
            body.place[t] = body.place[a] + (body.place[b] - body.place[a]) * part;
            body.turn[t] = between(&body.turn[a], &body.turn[b], part, angles);
        }
    }
}

/// Between two quaternions x y z w, or two triples of angles.
fn between(a: &[f64; 4], b: &[f64; 4], part: f64, angles: bool) -> [f64; 4] {
    let rot = |v: &[f64; 4]| Rot::try_new(Quaternion::new(v[3], v[0], v[1], v[2]), 1e-9);
    if angles {
        return std::array::from_fn(|i| a[i] + shortest(b[i] - a[i]) * part);
    }
    match (rot(a), rot(b)) {
        (Some(p), Some(q)) => {
            let r = p.try_slerp(&q, part, 1e-9).unwrap_or(p);
            [r.i, r.j, r.k, r.w]
        }
        _ => *a,
    }
}

/// An angle between -180 and 180 degrees.
fn shortest(degrees: f64) -> f64 {
    degrees - 360.0 * (degrees / 360.0).round()
}
