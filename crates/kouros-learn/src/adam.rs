//! Adam (Kingma and Ba, 2015).

/// First and second moments of a list of numbers.
#[derive(Debug, Clone, PartialEq)]
pub struct Adam {
    /// Running mean of the gradient.
    pub mean: Vec<f32>,
    /// Running mean of its square.
    pub square: Vec<f32>,
    /// Steps taken.
    pub steps: u64,
}

const KEEP_MEAN: f64 = 0.9;
const KEEP_SQUARE: f64 = 0.999;
const EPSILON: f64 = 1e-8;

impl Adam {
    /// Moments of `count` numbers, before the first step.
    pub fn new(count: usize) -> Self {
        Self { mean: vec![0.0; count], square: vec![0.0; count], steps: 0 }
    }

    /// One step against `gradient`.
    pub fn step(&mut self, numbers: &mut [f32], gradient: &[f32], rate: f64) {
        self.steps += 1;
        let steps = i32::try_from(self.steps).unwrap_or(i32::MAX);
        let unbias_mean = 1.0 - KEEP_MEAN.powi(steps);
        let unbias_square = 1.0 - KEEP_SQUARE.powi(steps);
        // rate * (m / um) / (sqrt(s / us) + eps)
        let (rate, root) = ((rate / unbias_mean) as f32, (1.0 / unbias_square.sqrt()) as f32);
        let (keep_mean, keep_square, epsilon) = (KEEP_MEAN as f32, KEEP_SQUARE as f32, EPSILON as f32);
        for (((n, g), m), s) in numbers.iter_mut().zip(gradient).zip(&mut self.mean).zip(&mut self.square) {
            *m = keep_mean * *m + (1.0 - keep_mean) * g;
            *s = keep_square * *s + (1.0 - keep_square) * g * g;
            *n -= rate * *m / (s.sqrt() * root + epsilon);
        }
    }
}

/// Scales `gradient` down to length `most`, if it is longer; returns its length before.
pub fn clip_length(gradient: &mut [f32], most: f64) -> f64 {
    let length = gradient.iter().map(|g| f64::from(*g).powi(2)).sum::<f64>().sqrt();
    if length > most {
        let factor = (most / length) as f32;
        gradient.iter_mut().for_each(|g| *g *= factor);
    }
    length
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_steps_by_hand() {
        let (mut adam, mut x) = (Adam::new(1), [1.0f32]);
        adam.step(&mut x, &[0.5], 0.1);
        // The first step has length `rate` whatever the gradient.
        assert!((x[0] - 0.9).abs() < 1e-6);
        adam.step(&mut x, &[-1.0], 0.1);
        // m = 0.9*0.05 - 0.1 = -0.055, / 0.19; s = 0.999*0.00025 + 0.001 = 0.00124975, / 0.001999.
        let want = 0.9 - 0.1 * (-0.055 / 0.19) / (0.001_249_75f64 / 0.001_999).sqrt();
        assert!((f64::from(x[0]) - want).abs() < 1e-5, "{} {want}", x[0]);
    }

    #[test]
    fn clipping_by_hand() {
        let mut g = [3.0, 4.0];
        assert!((clip_length(&mut g, 1.0) - 5.0).abs() < 1e-9);
        assert!((g[0] - 0.6).abs() < 1e-6 && (g[1] - 0.8).abs() < 1e-6);
        assert!((clip_length(&mut g, 2.0) - 1.0).abs() < 1e-6);
        assert!((g[0] - 0.6).abs() < 1e-6);
    }
}
