//! Minimum, maximum, mean, deviation and quantiles, as loaders normalise by them.
//!
//! LeRobot itself sums squares in `f32` (so that a constant joint gets a deviation) and merges the
//! quantiles of episodes by their extremes. Here sums are `f64` in two passes, and quantiles are
//! those of all frames, by the definition NumPy calls linear (Hyndman and Fan 1996, type 7).

use crate::layout::DATA;
use crate::table::Table;
use crate::{AUTOMATIC, EpisodeInfo, Feature, Result};
use serde_json::{Map, Value, json};
use std::path::Path;

/// The quantiles of every feature and what they are called.
const QUANTILES: [(&str, f64); 5] = [("q01", 0.01), ("q10", 0.1), ("q50", 0.5), ("q90", 0.9), ("q99", 0.99)];
/// Statistics of a whole dataset hold at most so many bytes of values at a time, or one dimension
/// of all frames where that is more: an hour at 50 Hz takes 1.4 MB a dimension.
const BUDGET_BYTES: usize = 256 << 20;

/// Statistics of one dimension.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct DimensionStats {
    min: f64,
    max: f64,
    mean: f64,
    /// Of the population: the squares are divided by their number.
    std: f64,
    count: usize,
    quantiles: [f64; QUANTILES.len()],
}

impl DimensionStats {
    /// Statistics of these values, which lose their order. All 0 where there are none.
    pub fn of(values: &mut [f64]) -> Self {
        let count = values.len();
        if count == 0 {
            return Self { min: 0.0, max: 0.0, mean: 0.0, std: 0.0, count, quantiles: [0.0; QUANTILES.len()] };
        }
        let (min, max) = values.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), &v| (a.min(v), b.max(v)));
        // What does not move has no deviation, whatever the rounding of its sum.
        let mean = if min == max { min } else { (values.iter().sum::<f64>() / count as f64).clamp(min, max) };
        let std = (values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / count as f64).sqrt();
        let mut sorted = 0; // values before it are not above those behind
        let quantiles = QUANTILES.map(|(_, q)| {
            let place = q * (count - 1) as f64;
            let below = place.floor() as usize;
            values[sorted..].select_nth_unstable_by(below - sorted, f64::total_cmp);
            sorted = below;
            let (low, part) = (values[below], place - below as f64);
            if part == 0.0 { low } else { low + part * (values[below + 1..].iter().fold(f64::INFINITY, |a, &b| a.min(b)) - low) }
        });
        Self { min, max, mean, std, count, quantiles }
    }

    /// Names and values, in the order of the standard.
    fn entries(&self) -> [(&'static str, f64); 10] {
        let [a, b, c, d, e] = std::array::from_fn(|i| (QUANTILES[i].0, self.quantiles[i]));
        [
            ("min", self.min),
            ("max", self.max),
            ("mean", self.mean),
            ("std", self.std),
            ("count", self.count as f64),
            a,
            b,
            c,
            d,
            e,
        ]
    }
}

/// Statistics of one feature.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct FeatureStats {
    /// The feature's name.
    pub name: String,
    /// Whether its values are whole numbers, and so its minimum and maximum.
    whole: bool,
    dims: Vec<DimensionStats>,
}

/// One statistic of all dimensions of a feature.
pub(crate) enum Statistic {
    /// Of whole numbers.
    Whole(Vec<i64>),
    /// Of any.
    Number(Vec<f64>),
}

impl FeatureStats {
    /// Statistics of `width` values a frame.
    pub fn of(name: &str, width: usize, values: impl Iterator<Item = f64> + Clone) -> Self {
        let dimension = |d| DimensionStats::of(&mut values.clone().skip(d).step_by(width).collect::<Vec<_>>());
        Self { name: name.into(), whole: is_whole(name), dims: (0..width).map(dimension).collect() }
    }

    /// The statistics by name, in the order of the standard; one count for all dimensions.
    pub fn statistics(&self) -> Vec<(&'static str, Statistic)> {
        let Some(first) = self.dims.first() else { return Vec::new() };
        let column = |i: usize, name: &'static str| {
            let values: Vec<f64> = self.dims.iter().map(|d| d.entries()[i].1).collect();
            match name {
                "count" => (name, Statistic::Whole(vec![first.count as i64])),
                "min" | "max" if self.whole => (name, Statistic::Whole(values.into_iter().map(|v| v as i64).collect())),
                _ => (name, Statistic::Number(values)),
            }
        };
        first.entries().iter().enumerate().map(|(i, (name, _))| column(i, name)).collect()
    }

    /// Bytes of all numbers.
    pub fn bytes(&self) -> usize {
        self.dims.len() * size_of::<DimensionStats>()
    }

    fn json(&self) -> Value {
        let value = |s: Statistic| match s {
            Statistic::Whole(v) => json!(v),
            Statistic::Number(v) => json!(v),
        };
        Value::Object(self.statistics().into_iter().map(|(name, s)| (name.to_owned(), value(s))).collect())
    }
}

fn is_whole(feature: &str) -> bool {
    AUTOMATIC.contains(&feature) && feature != "timestamp"
}

/// What `meta/stats.json` says of all frames, read back from the files.
pub(crate) fn of_dataset(root: &Path, features: &[Feature], episodes: &[EpisodeInfo]) -> Result<Value> {
    let frames: usize = episodes.iter().map(|e| e.length).sum();
    let widths = features.iter().map(|f| (f.name.as_str(), f.dims.len())).chain(AUTOMATIC.map(|name| (name, 1)));
    let mut out = Map::new();
    for (name, width) in widths {
        let at_once = (BUDGET_BYTES / size_of::<f64>() / frames.max(1)).clamp(1, width);
        let mut dims = Vec::with_capacity(width);
        while dims.len() < width {
            let wanted = dims.len()..(dims.len() + at_once).min(width);
            for mut values in dimensions(root, episodes, name, width, wanted, frames)? {
                dims.push(DimensionStats::of(&mut values));
            }
        }
        out.insert(name.into(), FeatureStats { name: name.into(), whole: is_whole(name), dims }.json());
    }
    Ok(Value::Object(out))
}

/// All frames of some dimensions of a feature, one list a dimension.
fn dimensions(
    root: &Path,
    episodes: &[EpisodeInfo],
    name: &str,
    width: usize,
    wanted: std::ops::Range<usize>,
    frames: usize,
) -> Result<Vec<Vec<f64>>> {
    let mut out = vec![Vec::with_capacity(frames); wanted.len()];
    // Episodes of one file follow each other, so the last of them ends where the file's rows do.
    for file in episodes.chunk_by(|a, b| a.file == b.file) {
        let end = file.last().map_or(0, |e| e.rows.end);
        let table = Table::open(&root.join(file[0].file.path(DATA)))?;
        for rows in table.groups_until(end) {
            let values = table.numbers(name, rows, width)?;
            for (list, dim) in out.iter_mut().zip(wanted.clone()) {
                list.extend(values.iter().skip(dim).step_by(width));
            }
        }
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sums of a few numbers below ten: rounding is far below this.
    const ROUNDING: f64 = 1e-12;

    #[test]
    fn five_numbers_by_hand() {
        let s = DimensionStats::of(&mut [4.0, 1.0, 3.0, 2.0, 10.0]);
        // Mean 20/5; squares 0 + 9 + 1 + 4 + 36 = 50, over 5 is 10.
        let expected = [1.0, 10.0, 4.0, 10f64.sqrt(), 5.0, 1.04, 1.4, 3.0, 7.6, 9.76];
        for ((name, found), expected) in s.entries().into_iter().zip(expected) {
            assert!((found - expected).abs() < ROUNDING, "{name}: {found}, not {expected}");
        }
    }

    #[test]
    fn what_does_not_move_has_no_deviation() {
        let s = DimensionStats::of(&mut [f64::from(0.1f32); 1001]);
        assert_eq!((s.std, s.mean, s.quantiles[4]), (0.0, f64::from(0.1f32), f64::from(0.1f32)));
        assert_eq!(DimensionStats::of(&mut [7.0]).quantiles, [7.0; 5]);
        assert_eq!(DimensionStats::of(&mut []).count, 0);
    }

    #[test]
    fn quantiles_are_those_of_the_sorted_list() {
        let mut values: Vec<f64> = (0..997u64).map(|i| ((i * 7919) % 997) as f64).collect();
        let s = DimensionStats::of(&mut values);
        for ((_, q), found) in QUANTILES.into_iter().zip(s.quantiles) {
            assert!((found - q * 996.0).abs() < 1e-9, "{q}: {found}");
        }
    }

    #[test]
    fn dimensions_are_apart() {
        let f = FeatureStats::of("s", 2, [1.0, 10.0, 3.0, 30.0].into_iter());
        let text = f.json().to_string();
        assert!(text.contains(r#""mean":[2.0,20.0]"#) && text.contains(r#""count":[2]"#), "{text}");
        let text = FeatureStats::of("frame_index", 1, [0.0, 1.0].into_iter()).json().to_string();
        assert!(text.contains(r#""max":[1]"#) && text.contains(r#""mean":[0.5]"#), "{text}");
    }
}
