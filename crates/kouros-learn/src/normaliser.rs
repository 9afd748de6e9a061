//! Observations to mean zero and variance one, as seen so far.

use kouros_sim::Mirror;

/// Running mean and variance of each number of an observation.
#[derive(Debug, Clone, PartialEq)]
pub struct Normaliser {
    /// Observations counted.
    pub count: f64,
    /// Their mean.
    pub mean: Vec<f64>,
    /// Their variance.
    pub variance: Vec<f64>,
}

/// Sums of observations, to be added to a normaliser.
#[derive(Debug, Clone, PartialEq)]
pub struct Sums {
    count: f64,
    sum: Vec<f64>,
    square: Vec<f64>,
}

/// Normalised numbers are cut here.
pub const MOST: f32 = 10.0;
/// A number that hardly varies is not blown up beyond this [its unit].
const LEAST_STD: f64 = 1e-2;
/// Past this many observations the oldest fade, so that what the policy learns to do later counts.
const MOST_COUNT: f64 = 2e7;

impl Sums {
    /// Nothing yet, of observations of `size` numbers.
    pub fn new(size: usize) -> Self {
        Self { count: 0.0, sum: vec![0.0; size], square: vec![0.0; size] }
    }

    /// Adds one observation.
    pub fn add(&mut self, values: &[f32]) {
        self.count += 1.0;
        for ((v, s), q) in values.iter().zip(&mut self.sum).zip(&mut self.square) {
            *s += f64::from(*v);
            *q += f64::from(*v) * f64::from(*v);
        }
    }

    /// Adds the observations of another.
    pub fn merge(&mut self, other: &Self) {
        self.count += other.count;
        self.sum.iter_mut().zip(&other.sum).for_each(|(a, b)| *a += b);
        self.square.iter_mut().zip(&other.square).for_each(|(a, b)| *a += b);
    }

    /// Adds the mirror images of everything in it.
    pub fn mirror(&mut self, mirror: &Mirror) {
        let (sum, square) = (self.sum.clone(), self.square.clone());
        for (i, (&from, &sign)) in mirror.source.iter().zip(&mirror.sign).enumerate() {
            self.sum[i] += f64::from(sign) * sum[from];
            self.square[i] += square[from];
        }
        self.count *= 2.0;
    }
}

impl Normaliser {
    /// Mean zero, variance one, of observations of `size` numbers.
    pub fn new(size: usize) -> Self {
        Self { count: 0.0, mean: vec![0.0; size], variance: vec![1.0; size] }
    }

    /// Takes in what was summed (Chan, Golub and LeVeque 1979).
    pub fn update(&mut self, sums: &Sums) {
        if sums.count == 0.0 {
            return;
        }
        let total = self.count + sums.count;
        for i in 0..self.mean.len() {
            let mean = sums.sum[i] / sums.count;
            let variance = (sums.square[i] / sums.count - mean * mean).max(0.0);
            let apart = mean - self.mean[i];
            let both = self.variance[i] * self.count + variance * sums.count;
            self.variance[i] = (both + apart * apart * self.count * sums.count / total) / total;
            self.mean[i] += apart * sums.count / total;
        }
        self.count = total.min(MOST_COUNT);
    }

    /// Writes the normalised `values`.
    ///
    /// # Panics
    /// A slice is shorter than the other.
    pub fn apply(&self, values: &[f32], out: &mut [f32]) {
        for (i, v) in values.iter().enumerate() {
            let std = self.variance[i].sqrt().max(LEAST_STD);
            out[i] = (((f64::from(*v) - self.mean[i]) / std) as f32).clamp(-MOST, MOST);
        }
    }

    /// What is subtracted from each number, and by what the rest is divided.
    pub fn shift_and_scale(&self) -> (Vec<f32>, Vec<f32>) {
        let mean = self.mean.iter().map(|m| *m as f32).collect();
        (mean, self.variance.iter().map(|v| v.sqrt().max(LEAST_STD) as f32).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sums(values: &[f32]) -> Sums {
        let mut s = Sums::new(1);
        values.iter().for_each(|v| s.add(&[*v]));
        s
    }

    #[test]
    fn by_hand() {
        let mut n = Normaliser::new(1);
        n.update(&sums(&[1.0, 3.0]));
        assert!((n.mean[0] - 2.0).abs() < 1e-12 && (n.variance[0] - 1.0).abs() < 1e-12);
        n.update(&sums(&[5.0, 7.0]));
        // 1, 3, 5, 7: mean 4, variance (9 + 1 + 1 + 9) / 4.
        assert!((n.mean[0] - 4.0).abs() < 1e-12 && (n.variance[0] - 5.0).abs() < 1e-12);
        let mut out = [0.0];
        n.apply(&[4.0 + 5f32.sqrt()], &mut out);
        assert!((out[0] - 1.0).abs() < 1e-6);
        n.apply(&[1e9], &mut out);
        assert_eq!(out, [MOST]);
    }

    #[test]
    fn mirrored_sums_make_a_symmetric_normaliser() {
        let mut s = Sums::new(3);
        s.add(&[1.0, 2.0, 3.0]);
        s.add(&[0.0, 1.0, -2.0]);
        let mut mirror = Mirror { source: vec![1, 0], sign: vec![1.0, 1.0] };
        mirror.extend_signs(&[-1.0]);
        s.mirror(&mirror);
        let mut n = Normaliser::new(3);
        n.update(&s);
        // Numbers 0 and 1: 1, 0, 2, 1; number 2: 3, -2, -3, 2.
        assert!((n.mean[0] - 1.0).abs() < 1e-12 && (n.mean[1] - 1.0).abs() < 1e-12 && n.mean[2].abs() < 1e-12);
        assert!((n.variance[0] - 0.5).abs() < 1e-12 && (n.variance[2] - 6.5).abs() < 1e-12);
    }
}
