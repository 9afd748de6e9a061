//! Random numbers that are the same everywhere: one stream per environment, made from the run's
//! seed and the environment's number.
//!
//! Lives here: the generator (xoshiro256++ seeded by SplitMix64: Blackman and Vigna, "Scrambled
//! linear pseudorandom number generators", 2021) and the few distributions the project draws.

use serde::{Deserialize, Serialize};

/// A stream of random numbers. Its state is four words, so it can be written down and taken up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rng {
    words: [u64; 4],
}

impl Rng {
    /// The stream of these numbers: (seed, environment, round) for example. Different numbers or
    /// another order give unrelated streams.
    pub fn of(numbers: &[u64]) -> Self {
        let mut state = 0x6b6f_7572_6f73_u64; // "kouros"
        for &n in numbers {
            state ^= n;
            state = split_mix(&mut state);
        }
        let words = std::array::from_fn(|_| split_mix(&mut state));
        Self { words }
    }

    /// The next 64 bits.
    pub fn bits(&mut self) -> u64 {
        let [a, b, c, d] = &mut self.words;
        let out = a.wrapping_add(*d).rotate_left(23).wrapping_add(*a);
        let shifted = *b << 17;
        *c ^= *a;
        *d ^= *b;
        *b ^= *c;
        *a ^= *d;
        *c ^= shifted;
        *d = d.rotate_left(45);
        out
    }

    /// Uniform in [0, 1).
    pub fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Uniform between the two ends.
    pub fn between(&mut self, [low, high]: [f64; 2]) -> f64 {
        low + (high - low) * self.unit()
    }

    /// Uniform in plus or minus `half`.
    pub fn around(&mut self, half: f64) -> f64 {
        half * (2.0 * self.unit() - 1.0)
    }

    /// True in this share of draws.
    pub fn chance(&mut self, share: f64) -> bool {
        self.unit() < share
    }

    /// A whole number below `count`; 0 for none.
    pub fn below(&mut self, count: usize) -> usize {
        // The high half of a 128-bit product: no modulo, a bias below 2^-64 times the count.
        ((u128::from(self.bits()) * count as u128) >> 64) as usize
    }

    /// Normal with mean 0 and variance 1 (Box and Muller, 1958).
    pub fn normal(&mut self) -> f64 {
        let radius = (-2.0 * (1.0 - self.unit()).ln()).sqrt();
        radius * (std::f64::consts::TAU * self.unit()).cos()
    }
}

fn split_mix(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Standard error of 100 000 draws of variance one is 0.003; five of them.
    const FIVE_SIGMA: f64 = 0.016;

    #[test]
    fn the_reference_sequence() {
        // xoshiro256++ from the state 1, 2, 3, 4: the first outputs of its authors' C program.
        let mut rng = Rng { words: [1, 2, 3, 4] };
        assert_eq!([rng.bits(), rng.bits(), rng.bits()], [41_943_041, 58_720_359, 3_588_806_011_781_223]);
    }

    #[test]
    fn moments() {
        let mut rng = Rng::of(&[7]);
        let draws: Vec<f64> = (0..100_000).map(|_| rng.normal()).collect();
        let mean = draws.iter().sum::<f64>() / 1e5;
        let variance = draws.iter().map(|x| x * x).sum::<f64>() / 1e5;
        assert!(mean.abs() < FIVE_SIGMA && (variance - 1.0).abs() < 1.5 * FIVE_SIGMA, "{mean} {variance}");
        let mean = (0..100_000).map(|_| rng.between([2.0, 4.0])).sum::<f64>() / 1e5;
        assert!((mean - 3.0).abs() < FIVE_SIGMA);
    }

    #[test]
    fn streams_differ_and_repeat() {
        let first = |n: &[u64]| Rng::of(n).bits();
        assert_eq!(first(&[1, 2]), first(&[1, 2]));
        assert_ne!(first(&[1, 2]), first(&[2, 1]));
        assert_ne!(first(&[1]), first(&[1, 0]));
        let mut rng = Rng::of(&[3]);
        assert!((0..1000).all(|_| rng.below(3) < 3));
        assert_eq!(rng.below(0), 0);
    }
}
