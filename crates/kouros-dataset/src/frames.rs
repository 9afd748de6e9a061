//! The frames of an episode as the columns of a row group.

use crate::stats::FeatureStats;
use crate::table_writer::{Named, Values};
use crate::{AUTOMATIC, Column, Episode, Feature, Result};

/// Where an episode stands in the dataset.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    pub episode: usize,
    pub first_frame: usize,
    pub task: usize,
}

/// The automatic columns of an episode, in their order.
pub(crate) struct Automatic {
    seconds: Vec<f32>,
    /// Frame in the episode, episode, frame in the dataset, task.
    counts: [Vec<i64>; 4],
}

impl Automatic {
    /// Of `length` frames at `fps`.
    pub fn new(length: usize, fps: u32, place: Place) -> Self {
        let constant = |value: usize| vec![value as i64; length];
        let from = |first: usize| (first..first + length).map(|i| i as i64).collect();
        Self {
            seconds: (0..length).map(|i| (i as f64 / f64::from(fps)) as f32).collect(),
            counts: [from(0), constant(place.episode), from(place.first_frame), constant(place.task)],
        }
    }
}

/// The columns of an episode in the order of the dataset's features.
pub(crate) fn ordered<'a>(episode: &'a Episode, features: &[Feature]) -> Result<Vec<&'a Column>> {
    features.iter().map(|f| episode.column(&f.name)).collect()
}

/// What goes into the file.
pub(crate) fn columns<'a>(columns: &[&'a Column], automatic: &'a Automatic) -> Vec<Named<'a>> {
    let vector = |c: &&'a Column| {
        let values = match c.feature.dims.len() {
            1 => Values::F32(&c.values),
            width => Values::F32s(&c.values, width),
        };
        (c.feature.name.clone(), values)
    };
    let mut out: Vec<Named> = columns.iter().map(vector).collect();
    let [time, counts @ ..] = AUTOMATIC;
    out.push((time.into(), Values::F32(&automatic.seconds)));
    out.extend(counts.iter().zip(&automatic.counts).map(|(name, values)| ((*name).to_owned(), Values::I64(values.clone()))));
    out
}

/// The statistics of every column.
pub(crate) fn statistics(columns: &[&Column], automatic: &Automatic) -> Vec<FeatureStats> {
    let [time, counts @ ..] = AUTOMATIC;
    let of = |c: &&Column| FeatureStats::of(&c.feature.name, c.feature.dims.len(), c.values.iter().map(|&v| f64::from(v)));
    let mut out: Vec<_> = columns.iter().map(of).collect();
    out.push(FeatureStats::of(time, 1, automatic.seconds.iter().map(|&v| f64::from(v))));
    out.extend(counts.iter().zip(&automatic.counts).map(|(name, v)| FeatureStats::of(name, 1, v.iter().map(|&v| v as f64))));
    out
}

/// Bytes of a frame before compression.
pub(crate) fn frame_bytes(features: &[Feature]) -> usize {
    features.iter().map(|f| f.dims.len() * 4).sum::<usize>() + 4 + 4 * 8
}
