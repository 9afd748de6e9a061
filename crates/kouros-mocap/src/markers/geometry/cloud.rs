//! Nameless markers over some frames of a clip: where they are, how far apart, how constantly.

use crate::Up;
use crate::markers::Path;
use kouros_motion::Vec3;

/// The most frames that are looked at; a stride at 100 Hz seen some eighty times is seen well.
const FRAMES: usize = 96;
/// The smallest share of the looked-at frames in which a marker, or a pair, must be seen.
const SEEN: f64 = 0.5;
/// When a foot stands, as a share of the frames sorted by height.
const STANDS: f64 = 0.2;
/// The most markers that are compared pair by pair.
pub(super) const MOST: usize = 120;

/// A point over the frames that are looked at (K).
pub(super) type Series = Vec<Option<Vec3>>;

/// Markers in metres, Z up.
pub(super) struct Cloud {
    /// M x K.
    pub at: Vec<Series>,
    /// The mean and the standard deviation of each pair's distance (M x M); none of pairs seldom seen at once.
    pairs: Vec<Option<(f64, f64)>>,
    /// How high markers are above the lowest one of the same frame, for people climb [m]: the median, and a low
    /// quantile at which a foot stands (M).
    heights: Vec<[f64; 2]>,
    /// How far the highest are above them, mostly [m].
    pub extent: f64,
}

impl Cloud {
    pub fn new(paths: &[&Path], unit_m: f64, up: Up) -> Option<Self> {
        let frames = paths.first().map_or(0, |p| p.len());
        let every = frames.div_ceil(FRAMES).max(1);
        let to = up.z_up_from_file();
        let place = |p: &Option<Vec3>| p.map(|p| to * p * unit_m);
        let at: Vec<Series> = paths.iter().map(|path| path.iter().step_by(every).map(place).collect()).collect();
        let width = at.len();
        let mut pairs = vec![None; width * width];
        for a in 0..width {
            for b in 0..a {
                let d = apart(&at[a], &at[b]);
                (pairs[a * width + b], pairs[b * width + a]) = (d, d);
            }
        }
        let heights = |k: usize| at.iter().filter_map(move |s| s.get(k).copied().flatten()).map(|p| p.z);
        let looked = at.first().map_or(0, Vec::len);
        let low: Vec<f64> = (0..looked).map(|k| heights(k).fold(f64::INFINITY, f64::min)).collect();
        let tall = (0..looked).map(|k| heights(k).fold(f64::NEG_INFINITY, f64::max) - low[k]).filter(|z| z.is_finite()).collect();
        let extent = quantile(tall, 0.5)?;
        let above = |s: &Series| s.iter().zip(&low).filter_map(|(p, low)| Some((*p)?.z - low)).collect::<Vec<f64>>();
        let heights = at.iter().map(|s| [0.5, STANDS].map(|q| quantile(above(s), q).unwrap_or(f64::NAN))).collect();
        Some(Self { at, pairs, heights, extent })
    }

    /// The mean and the standard deviation of the distance of two markers [m].
    pub fn pair(&self, a: usize, b: usize) -> Option<(f64, f64)> {
        self.pairs.get(a * self.at.len() + b).copied().flatten()
    }

    /// A marker's height above the lowest one, in the median [m].
    pub fn height(&self, marker: usize) -> f64 {
        self.heights[marker][0]
    }

    /// The same while its foot stands [m].
    pub fn standing(&self, marker: usize) -> f64 {
        self.heights[marker][1]
    }
}

/// The mean and the standard deviation of the distance of two points.
pub(super) fn apart(a: &Series, b: &Series) -> Option<(f64, f64)> {
    let d: Vec<f64> = a.iter().zip(b).filter_map(|(a, b)| Some((*a)?.metric_distance(&(*b)?))).collect();
    let n = d.len() as f64;
    if d.is_empty() || n < SEEN * a.len() as f64 {
        return None;
    }
    let mean = d.iter().sum::<f64>() / n;
    Some((mean, (d.iter().map(|d| (d - mean).powi(2)).sum::<f64>() / n).sqrt()))
}

/// The point in the middle of two.
pub(super) fn middle(a: &Series, b: &Series) -> Series {
    a.iter().zip(b).map(|(a, b)| Some(((*a)? + (*b)?) / 2.0)).collect()
}

fn quantile(mut values: Vec<f64>, share: f64) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let last = values.len().checked_sub(1)?;
    values.get((last as f64 * share).round() as usize).copied()
}
