//! Order statistics of small arrays.

/// The `share` quantile (0 to 1) of `values`, linear between neighbours, as NumPy's default does;
/// `None` where there is no value.
pub(crate) fn quantile(values: &[f64], share: f64) -> Option<f64> {
    let mut sorted: Vec<f64> = values.iter().copied().filter(|v| v.is_finite()).collect();
    sorted.sort_by(f64::total_cmp);
    let last = sorted.len().checked_sub(1)?;
    let x = share.clamp(0.0, 1.0) * last as f64;
    let (below, above) = (x.floor() as usize, x.ceil() as usize);
    Some(sorted[below] + (sorted[above] - sorted[below]) * (x - below as f64))
}

/// The middle value; `None` where there is none.
pub(crate) fn median(values: &[f64]) -> Option<f64> {
    quantile(values, 0.5)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_hand() {
        assert_eq!(quantile(&[4.0, 1.0, 3.0, 2.0], 0.5), Some(2.5));
        assert_eq!(quantile(&[4.0, 1.0, 3.0, 2.0, 5.0], 0.1), Some(1.4));
        assert_eq!(quantile(&[7.0], 0.9), Some(7.0));
        assert_eq!(median(&[]), None);
        assert_eq!(median(&[f64::NAN, 2.0]), Some(2.0));
    }
}
