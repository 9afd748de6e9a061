//! A network whose output in the mirror is the mirror image of its output, by construction:
//! `y(s) = (f(s) + M f(M s)) / 2`.
//!
//! Lives here: both passes of it. Does not: the network itself (`mlp.rs`), which mirror
//! (`kouros-sim`). A robot that is its own mirror image should walk as well to the left as to the
//! right; every sample then teaches both, exactly, where mirrored copies of samples would have to
//! be reweighted by a probability they were not drawn with.

use crate::mlp::{Mlp, Trace};
use kouros_sim::Mirror;
use serde::{Deserialize, Serialize};

/// A perceptron and the mirrors of its input and output.
#[derive(Debug, Clone, PartialEq)]
pub struct Symmetric {
    /// The perceptron f.
    pub mlp: Mlp,
    /// The mirror of its input.
    pub input: Mirror,
    /// The mirror of its output.
    pub output: Mirror,
}

/// A mirror as it stands in a file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct MirrorFile {
    pub source: Vec<usize>,
    pub sign: Vec<f32>,
}

impl Symmetric {
    /// Computes the outputs of `rows` rows of `input` into `out`.
    ///
    /// # Panics
    /// A slice is shorter than the sizes say.
    pub fn forward(&self, numbers: &[f32], input: &[f32], rows: usize, trace: &mut Trace, out: &mut [f32]) {
        let (i, o) = (self.input.source.len(), self.output.source.len());
        let mut both = input[..rows * i].to_vec();
        both.resize(2 * rows * i, 0.0);
        let (plain, mirrored) = both.split_at_mut(rows * i);
        for (from, to) in plain.chunks_exact(i).zip(mirrored.chunks_exact_mut(i)) {
            self.input.apply(from, to);
        }
        self.mlp.forward(numbers, &both, 2 * rows, trace);
        let (plain, mirrored) = trace.output().split_at(rows * o);
        for ((y, image), out) in plain.chunks_exact(o).zip(mirrored.chunks_exact(o)).zip(out.chunks_exact_mut(o)) {
            self.output.apply(image, out);
            out.iter_mut().zip(y).for_each(|(a, b)| *a = 0.5 * (*a + b));
        }
    }

    /// Adds the derivative of a loss by the numbers to `gradient`, given its derivative by the
    /// outputs. `trace` is that of the forward pass over the same rows.
    ///
    /// # Panics
    /// A slice is shorter than the sizes say.
    pub fn backward(&self, numbers: &[f32], trace: &Trace, by_output: &[f32], gradient: &mut [f32]) {
        let o = self.output.source.len();
        // M is a signed permutation and its own inverse, so it is its own transpose too.
        let mut both: Vec<f32> = by_output.iter().map(|g| 0.5 * g).collect();
        both.resize(2 * by_output.len(), 0.0);
        let (plain, mirrored) = both.split_at_mut(by_output.len());
        for (from, to) in plain.chunks_exact(o).zip(mirrored.chunks_exact_mut(o)) {
            self.output.apply(from, to);
        }
        self.mlp.backward(numbers, trace, &both, gradient);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kouros_sim::Rng;

    fn net() -> (Symmetric, Vec<f32>, Vec<f32>) {
        let input = Mirror { source: vec![1, 0, 2], sign: vec![1.0, 1.0, -1.0] };
        let output = Mirror { source: vec![1, 0], sign: vec![-1.0, -1.0] };
        let mlp = Mlp::new(3, &[12, 8], 2);
        let mut rng = Rng::of(&[3]);
        let numbers = mlp.begin(1.0, &mut rng);
        let input_rows = (0..12).map(|_| rng.normal() as f32).collect();
        (Symmetric { mlp, input, output }, numbers, input_rows)
    }

    #[test]
    fn the_mirror_image_of_the_input_gives_that_of_the_output() {
        let (net, numbers, rows) = net();
        let mut images = vec![0.0; rows.len()];
        rows.chunks(3).zip(images.chunks_mut(3)).for_each(|(a, b)| net.input.apply(a, b));
        let (mut out, mut mirrored) = (vec![0.0; 8], vec![0.0; 8]);
        net.forward(&numbers, &rows, 4, &mut Trace::default(), &mut out);
        net.forward(&numbers, &images, 4, &mut Trace::default(), &mut mirrored);
        let mut want = [0.0; 2];
        for (a, b) in out.chunks(2).zip(mirrored.chunks(2)) {
            net.output.apply(a, &mut want);
            // The same sums in another order.
            assert!(want.iter().zip(b).all(|(x, y)| (x - y).abs() < 1e-6), "{want:?} {b:?}");
        }
    }

    #[test]
    fn derivatives_are_differences() {
        let (net, numbers, rows) = net();
        let weights: Vec<f32> = (0..8).map(|i| (i as f32 * 1.7).sin()).collect();
        let loss = |numbers: &[f32]| {
            let mut out = vec![0.0; 8];
            net.forward(numbers, &rows, 4, &mut Trace::default(), &mut out);
            out.iter().zip(&weights).map(|(y, w)| f64::from(y * w)).sum::<f64>()
        };
        let mut trace = Trace::default();
        net.forward(&numbers, &rows, 4, &mut trace, &mut [0.0; 8]);
        let mut gradient = vec![0.0; numbers.len()];
        net.backward(&numbers, &trace, &weights, &mut gradient);
        // As for the perceptron alone.
        const STEP: f32 = 3e-3;
        for i in 0..numbers.len() {
            let moved = |by: f32| {
                let mut n = numbers.clone();
                n[i] += by;
                loss(&n)
            };
            let slope = (moved(STEP) - moved(-STEP)) / (2.0 * f64::from(STEP));
            assert!((f64::from(gradient[i]) - slope).abs() < 2e-3 * (1.0 + slope.abs()), "number {i}");
        }
    }
}
