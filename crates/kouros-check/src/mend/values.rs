//! The base's quaternions put right in an episode on its way.

use crate::physics::turn;
use crate::view::Root;
use kouros_dataset::stream::{Recording, Values};

/// Lengths that rounding, mixing or interpolation leave [1].
const ROUNDED: std::ops::RangeInclusive<f64> = 0.9..=1.1;

/// Where the base stands in the streams.
#[derive(Debug, Clone)]
pub(super) struct Place {
    pub stream: usize,
    pub width: usize,
    /// w x y z as named.
    pub columns: [usize; 4],
}

impl Place {
    /// Gives every row's quaternion to `change`, and puts back what it makes of it.
    fn change(&self, episode: &mut Recording, change: impl Fn([f64; 4]) -> [f64; 4]) {
        fn rows<T: Copy>(
            values: &mut [T],
            place: &Place,
            to: impl Fn(T) -> f64,
            from: impl Fn(f64) -> T,
            change: &dyn Fn([f64; 4]) -> [f64; 4],
        ) {
            for row in values.chunks_exact_mut(place.width.max(1)) {
                let old = place.columns.map(|c| row.get(c).copied().map_or(0.0, &to));
                for (c, v) in place.columns.iter().zip(change(old)) {
                    if let Some(cell) = row.get_mut(*c) {
                        *cell = from(v);
                    }
                }
            }
        }
        match episode.columns.get_mut(self.stream) {
            Some(Values::F32(v)) => rows(v, self, f64::from, |v| v as f32, &change),
            Some(Values::F64(v)) => rows(v, self, |v| v, |v| v, &change),
            _ => {}
        }
    }

    /// x y z w become w x y z.
    pub fn reorder(&self, episode: &mut Recording) {
        self.change(episode, |[x, y, z, w]| [w, x, y, z]);
    }

    /// Unit length, where all lengths are near it.
    pub fn normalise(&self, root: &Root, episode: &mut Recording) -> bool {
        if !root.wxyz.iter().all(|q| ROUNDED.contains(&turn::length(q))) {
            return false;
        }
        self.change(episode, |q| {
            let length = turn::length(&q);
            q.map(|v| v / length)
        });
        true
    }
}
