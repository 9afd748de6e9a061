//! Repeatable numbers.

/// A linear congruential generator with the constants of Knuth's MMIX.
pub struct Random(pub u64);

impl Random {
    /// A number between -1 and 1.
    pub fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (self.0 >> 11) as f64 / (1u64 << 52) as f64 - 1.0
    }

    /// A number from a normal distribution of mean 0 and deviation 1 (the sum of twelve).
    pub fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.next()).sum::<f64>() / 2.0
    }
}
