//! Markers that were not seen for a while.
//!
//! Lives here: filling gaps, and telling how. A short gap is bridged by the cubic that keeps place
//! and speed at both ends (Hermite); a longer one by the markers that keep their distances to the
//! lost one: the rigid motion that takes them from the gap's ends to each frame takes it along
//! (Kabsch 1976), both ends' answers blended. What no cluster can tell stays open.

use kouros_motion::{Report, Vec3};
use nalgebra::Matrix3;

/// The longest gap that is bridged by a cubic [s]: a swinging foot moves some 30 cm in it.
const SHORT_S: f64 = 0.1;
/// The longest gap that neighbours fill [s].
const LONG_S: f64 = 3.0;
/// How much the distance between two markers of a cluster may vary, as a standard deviation [m].
const RIGID_M: f64 = 0.012;
/// Markers of a cluster besides the lost one.
const CLUSTER: usize = 4;

/// A marker's path; `None` where it was not seen.
pub(crate) type Path = Vec<Option<Vec3>>;

/// Fills what can be filled; lengths in metres are `1 / unit_m` of the paths' unit.
pub(crate) fn fill(paths: &mut [Path], names: &[String], rate_hz: f64, unit_m: f64, report: &mut Report) {
    let seen = paths.to_vec();
    let frames = seen.first().map_or(0, Vec::len);
    let ticks = |seconds: f64| (seconds * rate_hz + 1e-6).floor().clamp(1.0, 1e9) as usize;
    let (short, long) = (ticks(SHORT_S), ticks(LONG_S));
    let (mut bridged, mut carried) = (Tally::default(), Tally::default());
    for m in 0..seen.len() {
        let Some(path) = seen.get(m) else { continue };
        for gap in gaps(path) {
            let inside = gap.start > 0 && gap.end < frames;
            if inside && gap.len() <= short {
                bridge(&mut paths[m], gap.clone());
                bridged.add(&names[m], gap.len());
            } else if gap.len() <= long
                && let Some(carry) = carried_along(&seen, m, &gap, RIGID_M / unit_m)
            {
                for (t, place) in gap.clone().zip(carry) {
                    paths[m][t] = Some(place);
                }
                carried.add(&names[m], gap.len());
            }
        }
    }
    bridged.tell("gaps", &format!("of at most {SHORT_S} s were bridged by cubics"), rate_hz, report);
    carried.tell("gaps", "were filled by the markers that move with the lost one as one body", rate_hz, report);
}

/// How much of something there was.
#[derive(Default)]
struct Tally {
    gaps: usize,
    frames: usize,
    longest: usize,
    of: std::collections::BTreeSet<String>,
}

impl Tally {
    fn add(&mut self, name: &str, frames: usize) {
        self.gaps += 1;
        self.frames += frames;
        self.longest = self.longest.max(frames);
        self.of.insert(super::landmarks::own_name(name).to_owned());
    }

    fn tell(&self, code: &str, how: &str, rate_hz: f64, report: &mut Report) {
        if self.gaps > 0 {
            let of = kouros_motion::list_names(self.of.iter().map(String::as_str));
            report.inferred(
                code,
                format!(
                    "{} gaps ({} frames, the longest {:.2} s) of {of} {how}",
                    self.gaps,
                    self.frames,
                    self.longest as f64 / rate_hz
                ),
            );
        }
    }
}

/// The spans in which a path is unknown.
fn gaps(path: &Path) -> Vec<std::ops::Range<usize>> {
    let mut out = Vec::new();
    let mut from = None;
    for (t, place) in path.iter().enumerate() {
        match (place, from) {
            (None, None) => from = Some(t),
            (Some(_), Some(start)) => {
                out.push(start..t);
                from = None;
            }
            _ => {}
        }
    }
    out.extend(from.map(|start| start..path.len()));
    out
}

/// The cubic through both ends with their speeds; a straight line where no speed is known.
fn bridge(path: &mut Path, gap: std::ops::Range<usize>) {
    let (before, after) = (gap.start - 1, gap.end);
    let (Some(a), Some(b)) = (path[before], path[after]) else { return };
    let span = (after - before) as f64;
    let mean = (b - a) / span;
    let step = |from: Option<usize>, to: usize| Some(path.get(to).copied().flatten()? - path.get(from?).copied().flatten()?);
    let va = step(before.checked_sub(1), before).unwrap_or(mean) * span;
    let vb = step(Some(after), after + 1).unwrap_or(mean) * span;
    for t in gap {
        let s = (t - before) as f64 / span;
        let (s2, s3) = (s * s, s * s * s);
        let place = a * (2.0 * s3 - 3.0 * s2 + 1.0) + va * (s3 - 2.0 * s2 + s) + b * (3.0 * s2 - 2.0 * s3) + vb * (s3 - s2);
        path[t] = Some(place);
    }
}

/// Where the markers around it say that marker `m` was in `gap`.
fn carried_along(seen: &[Path], m: usize, gap: &std::ops::Range<usize>, rigid: f64) -> Option<Vec<Vec3>> {
    let frames = seen.get(m)?.len();
    let ends: Vec<usize> = gap.start.checked_sub(1).into_iter().chain((gap.end < frames).then_some(gap.end)).collect();
    // The markers seen at the ends and throughout, by how well they keep their distance.
    let mut near: Vec<(f64, usize)> = Vec::new();
    for (n, path) in seen.iter().enumerate() {
        let there = n != m && ends.iter().copied().chain(gap.clone()).all(|t| path[t].is_some());
        if let Some(spread) = there.then(|| spread(&seen[m], path)).flatten().filter(|s| *s < rigid) {
            near.push((spread, n));
        }
    }
    near.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    near.truncate(CLUSTER);
    if near.len() < 3 || ends.is_empty() {
        return None;
    }
    let cluster = |t: usize| near.iter().map(|(_, n)| seen[*n][t]).collect::<Option<Vec<Vec3>>>();
    let from_end = |end: usize, t: usize| carry(&cluster(end)?, &cluster(t)?, &seen[m][end]?);
    gap.clone()
        .map(|t| match ends[..] {
            [a, b] => {
                let s = (t - a) as f64 / (b - a) as f64;
                Some(from_end(a, t)? * (1.0 - s) + from_end(b, t)? * s)
            }
            [only] => from_end(only, t),
            _ => None,
        })
        .collect()
}

/// The standard deviation of the distance between two markers, over some hundred frames.
fn spread(a: &Path, b: &Path) -> Option<f64> {
    let every = (a.len() / 200).max(1);
    let pairs = a.iter().zip(b).step_by(every).filter_map(|(a, b)| Some((*a)?.metric_distance(&(*b)?)));
    let (mut n, mut sum, mut squares) = (0.0, 0.0, 0.0);
    for d in pairs {
        (n, sum, squares) = (n + 1.0, sum + d, squares + d * d);
    }
    (n >= 5.0).then(|| (squares / n - (sum / n).powi(2)).max(0.0).sqrt())
}

/// Where the rigid motion that takes `from` to `to` takes `point`; `None` where they lie on a line.
pub(crate) fn carry(from: &[Vec3], to: &[Vec3], point: &Vec3) -> Option<Vec3> {
    let n = from.len() as f64;
    let (a, b) = (from.iter().sum::<Vec3>() / n, to.iter().sum::<Vec3>() / n);
    Some(b + rotation(from, to)? * (point - a))
}

/// The rotation that best takes `from` to `to` about their middles.
pub(crate) fn rotation(from: &[Vec3], to: &[Vec3]) -> Option<Matrix3<f64>> {
    /// Steps of the decomposition; a 3 by 3 matrix needs a handful.
    const STEPS: usize = 100;
    /// A cluster is a line where its second extent is this small a share of the first.
    const LINE: f64 = 1e-3;
    let n = from.len() as f64;
    let (a, b) = (from.iter().sum::<Vec3>() / n, to.iter().sum::<Vec3>() / n);
    let mut h = Matrix3::zeros();
    for (p, q) in from.iter().zip(to) {
        h += (p - a) * (q - b).transpose();
    }
    if !h.iter().all(|v| v.is_finite()) {
        return None;
    }
    let svd = h.try_svd(true, true, f64::EPSILON, STEPS)?;
    let mut sizes = svd.singular_values;
    sizes.as_mut_slice().sort_by(|a, b| b.total_cmp(a));
    if sizes.y <= LINE * sizes.x {
        return None;
    }
    let (u, v) = (svd.u?, svd.v_t?.transpose());
    // A reflection turns into a rotation by the axis of the least extent.
    let mut turn = Matrix3::identity();
    let least = svd.singular_values.imin();
    turn[(least, least)] = (v * u.transpose()).determinant().signum();
    Some(v * turn * u.transpose())
}

#[cfg(test)]
mod tests {
    use super::*;
    use kouros_motion::Rot;

    #[test]
    fn a_cubic_is_bridged_exactly_where_it_is_a_line_and_nearly_where_it_bends() {
        let mut path: Path = (0..20).map(|t| Some(Vec3::new(f64::from(t), 2.0, (f64::from(t) * 0.1).sin()))).collect();
        let truth = path.clone();
        path[8..12].fill(None);
        bridge(&mut path, 8..12);
        for (p, q) in path.iter().zip(&truth) {
            assert!((p.unwrap_or_default() - q.unwrap_or_default()).norm() < 2e-2);
        }
    }

    #[test]
    fn a_rigid_cluster_carries_its_lost_marker() {
        let body = [Vec3::zeros(), Vec3::x(), Vec3::y(), Vec3::new(0.3, 0.4, 0.8)].map(|p| p * 0.1);
        let at = |t: usize, p: &Vec3| Rot::new(Vec3::new(0.01, 0.02, -0.015) * t as f64) * p + Vec3::x() * (0.01 * t as f64);
        let mut paths: Vec<Path> = body.iter().map(|p| (0..200).map(|t| Some(at(t, p))).collect()).collect();
        let truth = paths.clone();
        paths[3][50..120].fill(None);
        paths[0][190..].fill(None);
        let names: Vec<String> = ["a", "b", "c", "d"].map(str::to_owned).to_vec();
        let mut report = Report::new();
        fill(&mut paths, &names, 100.0, 1.0, &mut report);
        for (p, q) in paths.iter().flatten().zip(truth.iter().flatten()) {
            assert!((p.expect("filled") - q.expect("seen")).norm() < 1e-9);
        }
        assert_eq!(report.notes.len(), 1);
    }

    #[test]
    fn what_nobody_knows_stays_open() {
        let mut paths: Vec<Path> = vec![(0..100).map(|t| (t % 60 < 30).then(|| Vec3::x() * f64::from(t))).collect(); 2];
        fill(&mut paths, &["a".into(), "b".into()], 100.0, 1.0, &mut Report::new());
        assert!(paths[0][40].is_none());
    }
}
