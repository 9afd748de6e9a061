//! Independent normal distributions over actions: density, entropy, divergence.

/// `ln(2 pi) / 2`.
const HALF_LN_TAU: f32 = 0.918_938_5;

/// Logarithm of the density of `action`.
pub fn log_prob(action: &[f32], mean: &[f32], log_std: &[f32]) -> f32 {
    let each = action.iter().zip(mean).zip(log_std);
    each.map(|((a, m), s)| {
        let z = (a - m) * (-s).exp();
        -0.5 * z * z - s - HALF_LN_TAU
    })
    .sum()
}

/// Entropy: `sum of ln std + (1 + ln 2 pi) / 2`.
pub fn entropy(log_std: &[f32]) -> f32 {
    log_std.iter().map(|s| s + 0.5 + HALF_LN_TAU).sum()
}

/// How far the new distribution is from the old one: Kullback and Leibler's KL(old || new).
pub fn divergence(old_mean: &[f32], old_log_std: &[f32], mean: &[f32], log_std: &[f32]) -> f32 {
    let mut sum = 0.0;
    for i in 0..mean.len() {
        let ratio = (2.0 * (old_log_std[i] - log_std[i])).exp();
        let z = (old_mean[i] - mean[i]) * (-log_std[i]).exp();
        sum += log_std[i] - old_log_std[i] + 0.5 * (ratio + z * z) - 0.5;
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOLERANCE: f32 = 1e-5;

    #[test]
    fn by_hand() {
        let (two, half) = (2f32.ln(), 0.5f32.ln());
        // N(1, 2) at 3: z = 1; -0.5 - ln 2 - ln(2 pi)/2. N(0, 0.5) at -0.5: z = -1; -0.5 + ln 2 - ...
        let density = log_prob(&[3.0, -0.5], &[1.0, 0.0], &[two, half]);
        assert!((density - (-1.0 - 1.837_877)).abs() < TOLERANCE, "{density}");
        // ln(2 pi e)/2 each, + ln 2 - ln 2.
        assert!((entropy(&[two, half]) - 2.837_877).abs() < TOLERANCE);
        // KL(N(0,1) || N(1,2)) = ln 2 + (1 + 1) / 8 - 1/2.
        let far = divergence(&[0.0], &[0.0], &[1.0], &[two]);
        assert!((far - (two + 0.25 - 0.5)).abs() < TOLERANCE, "{far}");
        assert!(divergence(&[0.3], &[half], &[0.3], &[half]).abs() < TOLERANCE);
    }

    #[test]
    fn the_density_integrates_to_one() {
        let sum: f32 = (-4000..4000).map(|i| log_prob(&[i as f32 * 0.005], &[0.4], &[0.6]).exp() * 0.005).sum();
        assert!((sum - 1.0).abs() < 1e-3, "{sum}");
    }
}
