//! At another rate.

use crate::{Error, Result, Source};
use kouros_dataset::stream::{Account, Head, Recording, Stream, Values};
use kouros_motion::{QuatOrder, SampleAt, ticks_after_resampling};

/// A source at another rate: numbers between two frames lie on the line between them, quaternions
/// (four dimensions in a row that are named so) on the arc; whole numbers, flags, texts and columns
/// that hold nothing but 0 and 1 are those of the nearest frame.
pub struct Resampled {
    inner: Box<dyn Source>,
    head: Head,
    from_hz: f64,
    /// First dimension of each quaternion of each stream.
    quaternions: Vec<Vec<Turn>>,
    /// Whether every frame wanted is one that the films have.
    films: bool,
    account: Account,
}

/// Where the parts of a quaternion stand in a vector.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Turn {
    first: usize,
    order: QuatOrder,
}

impl Resampled {
    /// The same at `rate_hz` frames a second.
    ///
    /// # Errors
    /// The rate is not positive.
    pub fn new(inner: Box<dyn Source>, rate_hz: f64) -> Result<Self> {
        if !(rate_hz.is_finite() && rate_hz > 0.0) {
            return Err(Error::Asked(format!("expected a positive rate, found {rate_hz}")));
        }
        let mut head = inner.head().clone();
        let from_hz = std::mem::replace(&mut head.fps, rate_hz);
        let mut account = Account::default();
        account.changed("rate", format!("{from_hz} as {rate_hz} frames a second; values between frames are interpolated"));
        let films = (from_hz / rate_hz).fract() == 0.0;
        if !films {
            for camera in head.cameras.drain(..) {
                account.lost(
                    format!("video '{}'", camera.name),
                    format!("its frames are not at {rate_hz} Hz, and films are not encoded anew"),
                );
            }
        }
        let quaternions = head.streams.iter().map(|s| turns(&s.dims)).collect();
        Ok(Self { inner, head, from_hz, quaternions, films, account })
    }
}

/// Runs of four dimensions named w, x, y, z or x, y, z, w, behind whatever prefix they share.
fn turns(dims: &[String]) -> Vec<Turn> {
    let letter = |d: &String| d.chars().last().map(|c| c.to_ascii_lowercase());
    let stem = |d: &String| d.strip_suffix(|_: char| true).map(str::to_owned);
    let mut out = Vec::new();
    let mut at = 0;
    while let Some(four) = dims.get(at..at + 4) {
        let letters: String = four.iter().filter_map(letter).collect();
        let same = four.iter().all(|d| stem(d) == four.first().and_then(stem));
        match letters.as_str() {
            "wxyz" if same => out.push(Turn { first: at, order: QuatOrder::Wxyz }),
            "xyzw" if same => out.push(Turn { first: at, order: QuatOrder::Xyzw }),
            _ => {
                at += 1;
                continue;
            }
        }
        at += 4;
    }
    out
}

impl Source for Resampled {
    fn head(&self) -> &Head {
        &self.head
    }

    fn next_episode(&mut self) -> Result<Option<Recording>> {
        let Some(mut episode) = self.inner.next_episode()? else { return Ok(None) };
        let (from, to) = (self.from_hz, self.head.fps);
        if from == to {
            return Ok(Some(episode));
        }
        let ticks = ticks_after_resampling(episode.length, from, to);
        let at: Vec<SampleAt> = (0..ticks).map(|t| SampleAt::new(t, to, from, episode.length)).collect();
        let nearest: Vec<usize> = at.iter().map(SampleAt::nearest).collect();
        for ((column, stream), quaternions) in episode.columns.iter_mut().zip(&self.head.streams).zip(&self.quaternions) {
            *column = resampled(column, stream, quaternions, &at, &nearest);
        }
        episode.task_of = nearest.iter().filter_map(|&t| episode.task_of.get(t).copied()).collect();
        episode.seconds = (0..ticks).map(|t| t as f64 / to).collect();
        episode.length = ticks;
        if !self.films {
            episode.footage.clear();
        }
        Ok(Some(episode))
    }

    fn account(&mut self) -> Account {
        let mut account = std::mem::take(&mut self.account);
        account.add(self.inner.account());
        account
    }
}

fn resampled(column: &Values, stream: &Stream, quaternions: &[Turn], at: &[SampleAt], nearest: &[usize]) -> Values {
    let width = stream.dims.len();
    let numbers: Vec<f64> = match column {
        Values::F32(_) | Values::F64(_) => column.numbers().unwrap_or_default(),
        other => {
            let places: Vec<usize> = nearest.iter().flat_map(|&t| (0..width).map(move |d| t * width + d)).collect();
            return other.at(&places);
        }
    };
    let is_flag: Vec<bool> = (0..width).map(|d| numbers.iter().skip(d).step_by(width).all(|v| [0.0, 1.0].contains(v))).collect();
    let value = |tick: usize, dim: usize| numbers.get(tick * width + dim).copied().unwrap_or(0.0);
    let mut out = Vec::with_capacity(at.len() * width);
    for (sample, &near) in at.iter().zip(nearest) {
        let row = out.len();
        out.extend((0..width).map(|d| match is_flag.get(d) {
            Some(true) => value(near, d),
            // A frame that is there stays what it is, to the bit.
            _ if sample.fraction == 0.0 => value(sample.before, d),
            _ => sample.number(value(sample.before, d), value(sample.after, d)),
        }));
        for turn in quaternions.iter().filter(|_| sample.fraction != 0.0) {
            let read = |tick| turn.order.rotation(&[0, 1, 2, 3].map(|i| value(tick, turn.first + i)));
            if let (Some(a), Some(b)) = (read(sample.before), read(sample.after)) {
                let q = sample.rotation(&a, &b);
                let parts = match turn.order {
                    QuatOrder::Wxyz => [q.w, q.i, q.j, q.k],
                    QuatOrder::Xyzw => [q.i, q.j, q.k, q.w],
                };
                out[row + turn.first..row + turn.first + 4].copy_from_slice(&parts);
            }
        }
    }
    if matches!(column, Values::F32(_)) { Values::F32(out.into_iter().map(|v| v as f32).collect()) } else { Values::F64(out) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quaternions_are_found_by_name() {
        let names = |list: &[&str]| list.iter().map(|n| (*n).to_owned()).collect::<Vec<_>>();
        assert_eq!(turns(&names(&["x", "y", "z", "qw", "qx", "qy", "qz"])), [Turn { first: 3, order: QuatOrder::Wxyz }]);
        assert_eq!(turns(&names(&["rot_x", "rot_y", "rot_z", "rot_w"])), [Turn { first: 0, order: QuatOrder::Xyzw }]);
        assert_eq!(turns(&names(&["x", "y", "z", "yaw"])), []);
    }

    #[test]
    fn halves_by_hand() {
        let stream = Stream {
            name: "s".into(),
            scalar: kouros_dataset::stream::Scalar::F32,
            dims: ["a", "flag", "qw", "qx", "qy", "qz"].map(String::from).to_vec(),
        };
        // A quarter turn about z in one frame: half way it is an eighth.
        let h = std::f32::consts::FRAC_1_SQRT_2;
        let column = Values::F32(vec![1.0, 0.0, 1.0, 0.0, 0.0, 0.0, 2.0, 1.0, h, 0.0, 0.0, h]);
        let at: Vec<SampleAt> = (0..3).map(|t| SampleAt::new(t, 20.0, 10.0, 2)).collect();
        let nearest: Vec<usize> = at.iter().map(SampleAt::nearest).collect();
        let Values::F32(out) = resampled(&column, &stream, &turns(&stream.dims), &at, &nearest) else { panic!("another type") };
        let eighth = std::f32::consts::PI / 8.0;
        let expected = [1.5, 0.0, eighth.cos(), 0.0, 0.0, eighth.sin()];
        assert!(out[6..12].iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-6), "{out:?}");
        assert_eq!((&out[..6], &out[12..]), (&[1.0, 0.0, 1.0, 0.0, 0.0, 0.0][..], &[2.0, 1.0, h, 0.0, 0.0, h][..]));
    }
}
