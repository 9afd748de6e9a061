//! Minimum, maximum, mean, deviation and quantiles, as loaders normalise by them.
//!
//! LeRobot itself sums squares in `f32` (so that a constant joint gets a deviation) and merges the
//! quantiles of episodes by their extremes. Here sums are `f64` in two passes, and quantiles are
//! those of all frames, by the definition NumPy calls linear (Hyndman and Fan 1996, type 7).

use crate::layout::DATA;
use crate::table::Table;
use crate::{AUTOMATIC, EpisodeInfo, Feature, Result};
use serde_json::{Value, json};
use std::ops::Range;
use std::path::{Path, PathBuf};

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
        let finite = |v: &f64| v.is_finite();
        let dimension = |d| DimensionStats::of(&mut values.clone().skip(d).step_by(width).filter(finite).collect::<Vec<_>>());
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

    /// The statistics as the files of JSON have them.
    pub fn json(&self) -> Value {
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

/// What `meta/stats.json` says of all frames, read back from the files. Values that are no finite
/// number are left out of it.
pub(crate) fn of_dataset(root: &Path, features: &[Feature], episodes: &[EpisodeInfo]) -> Result<Value> {
    // Episodes of one file follow each other, so the last of them ends where the file's rows do.
    let end = |file: &[EpisodeInfo]| (root.join(file[0].file.path(DATA)), file.last().map_or(0, |e| e.rows.end));
    let files: Vec<_> = episodes.chunk_by(|a, b| a.file == b.file).map(end).collect();
    let widths: Vec<_> =
        features.iter().map(|f| (f.name.as_str(), f.dims.len())).chain(AUTOMATIC.map(|name| (name, 1))).collect();
    of_files(&files, &widths)
}

/// Statistics of features (name and values a frame) over the first rows, so many, of each file.
pub(crate) fn of_files(files: &[(PathBuf, usize)], features: &[(&str, usize)]) -> Result<Value> {
    let frames: usize = files.iter().map(|(_, rows)| rows).sum();
    let mut room = (BUDGET_BYTES / size_of::<f64>() / frames.max(1)).max(1);
    let most = room;
    let mut found: Vec<Vec<DimensionStats>> = vec![Vec::new(); features.len()];
    let mut batch: Vec<(usize, Range<usize>)> = Vec::new();
    for (feature, (_, width)) in features.iter().enumerate() {
        let mut from = 0;
        while from < *width {
            let to = (from + room).min(*width);
            batch.push((feature, from..to));
            (room, from) = (room - (to - from), to);
            if room == 0 {
                read_batch(files, features, &std::mem::take(&mut batch), &mut found)?;
                room = most;
            }
        }
    }
    read_batch(files, features, &batch, &mut found)?;
    let named = |((name, _), dims): (&(&str, usize), _)| {
        ((*name).to_owned(), FeatureStats { name: (*name).into(), whole: is_whole(name), dims }.json())
    };
    Ok(Value::Object(features.iter().zip(found).map(named).collect()))
}

/// Goes through all files once for some dimensions of some features.
fn read_batch(
    files: &[(PathBuf, usize)],
    features: &[(&str, usize)],
    batch: &[(usize, Range<usize>)],
    found: &mut [Vec<DimensionStats>],
) -> Result<()> {
    if batch.is_empty() {
        return Ok(());
    }
    let mut lists: Vec<Vec<Vec<f64>>> = batch.iter().map(|(_, dims)| vec![Vec::new(); dims.len()]).collect();
    for (path, end) in files {
        let table = Table::open(path)?;
        for rows in table.groups_until(*end) {
            for ((feature, dims), lists) in batch.iter().zip(&mut lists) {
                let (name, width) = features[*feature];
                let values = table.numbers(name, rows.clone(), width)?;
                for (list, dim) in lists.iter_mut().zip(dims.clone()) {
                    list.extend(values.iter().skip(dim).step_by(width).filter(|v| v.is_finite()));
                }
            }
        }
    }
    for ((feature, _), lists) in batch.iter().zip(lists) {
        found[*feature].extend(lists.into_iter().map(|mut list| DimensionStats::of(&mut list)));
    }
    Ok(())
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
