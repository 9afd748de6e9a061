//! How long frames took, in bounded memory however long it goes on.

use std::time::Duration;

/// Buckets of time; the last takes all that is longer.
const BUCKETS: usize = 4000;
/// The width of one [us].
const WIDTH: u128 = 5;

/// Times from a frame to its posture.
#[derive(Debug, Default)]
pub struct Latency {
    buckets: Vec<usize>,
    count: usize,
    longest: Duration,
}

impl Latency {
    /// One more.
    pub fn add(&mut self, took: Duration) {
        self.buckets.resize(BUCKETS, 0);
        self.buckets[((took.as_micros() / WIDTH) as usize).min(BUCKETS - 1)] += 1;
        self.count += 1;
        self.longest = self.longest.max(took);
    }

    /// How many.
    pub fn count(&self) -> usize {
        self.count
    }

    /// The time that this share of the frames did not exceed, to the width of a bucket [ms].
    fn quantile(&self, share: f64) -> f64 {
        let wanted = (share * self.count as f64).ceil() as usize;
        let mut seen = 0;
        for (i, n) in self.buckets.iter().enumerate() {
            seen += n;
            if seen >= wanted.max(1) {
                let end = Duration::from_micros(((i as u128 + 1) * WIDTH) as u64);
                return (if i + 1 == BUCKETS { self.longest } else { end.min(self.longest) }).as_secs_f64() * 1e3;
            }
        }
        0.0
    }

    /// Middle, 99th percentile and longest.
    pub fn in_words(&self) -> String {
        let longest = self.longest.as_secs_f64() * 1e3;
        format!("half took at most {:.2} ms, 99 % {:.2} ms, the longest {longest:.2} ms", self.quantile(0.5), self.quantile(0.99))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_by_hand() {
        let mut latency = Latency::default();
        assert_eq!(latency.quantile(0.5), 0.0);
        for ms in 1..=100 {
            latency.add(Duration::from_micros(ms * 100));
        }
        assert_eq!(latency.in_words(), "half took at most 5.00 ms, 99 % 9.91 ms, the longest 10.00 ms");
        latency.add(Duration::from_secs(3));
        assert_eq!(latency.quantile(1.0), 3000.0);
    }
}
