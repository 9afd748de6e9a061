//! A multilayer perceptron with its derivatives: y = W x + b, ELU between the layers.
//!
//! Lives here: shapes, forward and backward passes over rows of numbers. Does not: losses
//! (`ppo.rs`), steps (`adam.rs`). Every product is a general matrix product, over at most
//! [`ROWS`] rows at a time so that it stays in the cache; the result of a chunk of rows does not
//! depend on who computes the others.

use crate::product::{Matrix, add_product};
use kouros_sim::Rng;

/// Rows computed together.
pub const ROWS: usize = 512;

/// The sizes of the layers, input first. Its numbers stand in one list: for every layer the
/// weights, input by input (I x O), then the biases (O).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mlp {
    sizes: Vec<usize>,
}

/// What the forward pass leaves for the backward pass: the values of every layer, input first.
#[derive(Debug, Clone, Default)]
pub struct Trace {
    rows: usize,
    values: Vec<Vec<f32>>,
}

impl Trace {
    /// The output: row by row.
    pub fn output(&self) -> &[f32] {
        self.values.last().map_or(&[], Vec::as_slice)
    }
}

impl Mlp {
    /// A perceptron from `inputs` through `hidden` layers to `outputs`.
    pub fn new(inputs: usize, hidden: &[usize], outputs: usize) -> Self {
        let sizes = std::iter::once(inputs).chain(hidden.iter().copied()).chain([outputs]).collect();
        Self { sizes }
    }

    /// The sizes of the layers, input first.
    pub fn sizes(&self) -> &[usize] {
        &self.sizes
    }

    /// How many numbers it has.
    pub fn numbers(&self) -> usize {
        self.sizes.windows(2).map(|w| w[0] * w[1] + w[1]).sum()
    }

    /// Where each layer's weights and biases stand.
    pub fn layers(&self) -> Vec<(std::ops::Range<usize>, std::ops::Range<usize>)> {
        let mut at = 0;
        let place = |w: &[usize]| {
            let weights = at..at + w[0] * w[1];
            let biases = weights.end..weights.end + w[1];
            at = biases.end;
            (weights, biases)
        };
        self.sizes.windows(2).map(place).collect()
    }

    /// Random numbers to begin with: normal weights of variance 2 / inputs (He et al. 2015), those
    /// of the last layer scaled by `last`; biases zero.
    pub fn begin(&self, last: f64, rng: &mut Rng) -> Vec<f32> {
        let mut numbers = vec![0.0; self.numbers()];
        let layers = self.layers();
        for (l, (weights, _)) in layers.iter().enumerate() {
            let scale = (2.0 / self.sizes[l] as f64).sqrt() * if l + 1 == layers.len() { last } else { 1.0 };
            numbers[weights.clone()].iter_mut().for_each(|w| *w = (scale * rng.normal()) as f32);
        }
        numbers
    }

    /// Computes the outputs of `rows` rows of `input`.
    ///
    /// # Panics
    /// A slice is shorter than the sizes say.
    pub fn forward(&self, numbers: &[f32], input: &[f32], rows: usize, trace: &mut Trace) {
        trace.rows = rows;
        trace.values.resize(self.sizes.len(), Vec::new());
        trace.values[0].clear();
        trace.values[0].extend_from_slice(&input[..rows * self.sizes[0]]);
        let layers = self.layers();
        for (l, (weights, biases)) in layers.iter().enumerate() {
            let (inputs, outputs) = (self.sizes[l], self.sizes[l + 1]);
            let (before, after) = trace.values.split_at_mut(l + 1);
            let out = &mut after[0];
            out.clear();
            (0..rows).for_each(|_| out.extend_from_slice(&numbers[biases.clone()]));
            let w = Matrix::new(&numbers[weights.clone()], outputs, inputs);
            add_product(out, w, Matrix::new(&before[l], inputs, rows));
            if l + 1 < layers.len() {
                out.iter_mut().for_each(|v| *v = elu(*v));
            }
        }
    }

    /// Adds the derivative of a loss by the numbers to `gradient`, given its derivative by the
    /// outputs (row by row). `trace` is that of the forward pass over the same rows.
    ///
    /// # Panics
    /// A slice is shorter than the sizes say.
    pub fn backward(&self, numbers: &[f32], trace: &Trace, by_output: &[f32], gradient: &mut [f32]) {
        let rows = trace.rows;
        let mut by_layer = by_output[..rows * self.sizes[self.sizes.len() - 1]].to_vec();
        for (l, (weights, biases)) in self.layers().into_iter().enumerate().rev() {
            let (inputs, outputs) = (self.sizes[l], self.sizes[l + 1]);
            for row in by_layer.chunks_exact(outputs) {
                gradient[biases.clone()].iter_mut().zip(row).for_each(|(g, v)| *g += v);
            }
            let by_out = Matrix::new(&by_layer, outputs, rows);
            add_product(&mut gradient[weights.clone()], by_out, Matrix::new(&trace.values[l], inputs, rows).transposed());
            if l == 0 {
                break;
            }
            let mut below = vec![0.0; inputs * rows];
            add_product(&mut below, Matrix::new(&numbers[weights], outputs, inputs).transposed(), by_out);
            below.iter_mut().zip(&trace.values[l]).for_each(|(b, y)| *b *= elu_slope(*y));
            by_layer = below;
        }
    }
}

/// `x` above zero, `e^x - 1` below.
fn elu(x: f32) -> f32 {
    let below = exp(x.min(0.0)) - 1.0;
    x.max(0.0) + below
}

/// The derivative of [`elu`] from its value.
fn elu_slope(y: f32) -> f32 {
    y.min(0.0) + 1.0
}

/// `e^x` for x at most zero, to 2e-7 of its value, in operations that every processor has as
/// vectors: `2^n` from the exponent's bits times a Taylor polynomial of the rest, |rest| < 0.35.
fn exp(x: f32) -> f32 {
    // Adding 1.5 * 2^23 leaves the rounded number in the low bits of the mantissa.
    const ROUND: f32 = 12_582_912.0;
    let x = x.max(-87.0);
    let shifted = x * std::f32::consts::LOG2_E + ROUND;
    let n = shifted - ROUND;
    // ln 2 in two parts, so that n ln 2 loses nothing.
    let r = (x - n * 0.693_359_4) + n * 2.121_944_4e-4;
    let p = 1.0 + r * (1.0 + r * (0.5 + r * (1.0 / 6.0 + r * (1.0 / 24.0 + r * (1.0 / 120.0 + r * (1.0 / 720.0))))));
    let power = shifted.to_bits().wrapping_sub(ROUND.to_bits()).wrapping_add(127) << 23;
    p * f32::from_bits(power)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exp_is_the_exponential() {
        // Two units in the last place of f32.
        const RELATIVE: f64 = 2.5e-7;
        for i in 0..87_000 {
            let x = -(i as f32) / 1000.0;
            let (ours, true_value) = (f64::from(exp(x)), f64::from(x).exp());
            assert!((ours - true_value).abs() <= RELATIVE * true_value, "{x}: {ours} {true_value}");
        }
        assert_eq!(elu(0.0), 0.0);
        assert_eq!(elu(3.0), 3.0);
        assert!((elu(-1.0) + 0.632_120_56).abs() < 1e-6);
        assert!(exp(-1e9) < 1e-37);
    }

    #[test]
    fn forward_by_hand() {
        // Two inputs, two hidden, one output.
        let mlp = Mlp::new(2, &[2], 1);
        // Weights input by input: x0 -> (1, -1), x1 -> (2, 1); biases (0, -1); then (3, 4), bias 5.
        let numbers = [1.0, -1.0, 2.0, 1.0, 0.0, -1.0, 3.0, 4.0, 5.0];
        let mut trace = Trace::default();
        mlp.forward(&numbers, &[1.0, 0.5, 1.0, -1.0], 2, &mut trace);
        // Row 0: hidden (1 + 1, -1 + 0.5 - 1) = (2, elu(-1.5)); output 6 + 4 (e^-1.5 - 1) + 5.
        // Row 1: hidden (1 - 2, -1 - 1 - 1) = (elu(-1), elu(-3)).
        let want = [11.0 + 4.0 * ((-1.5f32).exp() - 1.0), 5.0 + 3.0 * ((-1f32).exp() - 1.0) + 4.0 * ((-3f32).exp() - 1.0)];
        for (a, b) in trace.output().iter().zip(want) {
            assert!((a - b).abs() < 1e-5, "{a} {b}");
        }
    }

    #[test]
    fn derivatives_are_differences() {
        let mlp = Mlp::new(5, &[16, 9], 3);
        let mut rng = Rng::of(&[5]);
        let numbers = mlp.begin(1.0, &mut rng);
        let rows = 7;
        let input: Vec<f32> = (0..rows * 5).map(|_| rng.normal() as f32).collect();
        let weights: Vec<f32> = (0..rows * 3).map(|_| rng.normal() as f32).collect();
        let loss = |numbers: &[f32]| {
            let mut trace = Trace::default();
            mlp.forward(numbers, &input, rows, &mut trace);
            trace.output().iter().zip(&weights).map(|(y, w)| f64::from(y * w)).sum::<f64>()
        };
        let mut trace = Trace::default();
        mlp.forward(&numbers, &input, rows, &mut trace);
        let mut gradient = vec![0.0; mlp.numbers()];
        mlp.backward(&numbers, &trace, &weights, &mut gradient);
        // Steps of 3e-3 in f32: rounding 2e-4; ELU bends at zero, which costs about the same.
        const STEP: f32 = 3e-3;
        for i in 0..numbers.len() {
            let moved = |by: f32| {
                let mut n = numbers.clone();
                n[i] += by;
                loss(&n)
            };
            let slope = (moved(STEP) - moved(-STEP)) / (2.0 * f64::from(STEP));
            let ours = f64::from(gradient[i]);
            assert!((ours - slope).abs() < 2e-3 * (1.0 + slope.abs()), "number {i}: {ours} against {slope}");
        }
    }
}
