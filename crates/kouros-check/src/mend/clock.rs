//! Times that rounding or another origin put off the grid, and nothing else.

/// Decimal places that recorders keep [s].
const PLACES: [f64; 2] = [1e-3, 1e-2];
/// A time stays nearest to its own frame within this share of a period [1].
const OWN: f64 = 0.5;

/// What was done to times, in words, and the times; `None` where rounding and another origin do not
/// explain all of what is off. `origin` says whether times may begin at another moment than 0.
pub(super) fn on_grid(times: &[f64], rate_hz: f64, origin: bool) -> Option<(Vec<f64>, String)> {
    let first = *times.first()?;
    let grid: Vec<f64> = (0..times.len()).map(|t| t as f64 / rate_hz).collect();
    let explained = |from: f64, step: Option<f64>| {
        times.iter().zip(&grid).all(|(&time, due)| {
            // One unit in the last place of single precision.
            let ulp = 1.2e-7 * time.abs().max(first.abs()) + 1e-9;
            let rounded = step.is_none_or(|s| ((time / s).round() * s - time).abs() <= ulp);
            // Rounded or cut, and so the first.
            let near = step.map_or(0.0, |s| if from == 0.0 { s } else { 2.0 * s }) + 2.0 * ulp;
            time.is_finite() && rounded && (time - from - due).abs() <= near.min(OWN / rate_hz)
        })
    };
    let steps = || std::iter::once(None).chain(PLACES.map(Some));
    let words = |step: Option<f64>| step.map_or(String::new(), |s| format!("were rounded to {} ms", s * 1e3));
    if let Some(step) = steps().find(|s| explained(0.0, *s)) {
        return Some((grid, format!("times that {} are frame / fps", words(step))));
    }
    let step = steps().find(|s| origin && explained(first, *s))?;
    let and = if step.is_some() { format!(" and {}", words(step)) } else { String::new() };
    Some((grid, format!("times that began elsewhere than at 0{and} are frame / fps")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounding_is_told_from_a_clock() {
        let of = |f: &dyn Fn(f64) -> f64| (0..200).map(|t| f(f64::from(t) / 60.0)).collect::<Vec<_>>();
        let grid = of(&|t| t);
        let cut = |t: f64| (t * 1e3 + 1e-9).floor() / 1e3;
        let mended = |times: Vec<f64>| on_grid(&times, 60.0, true);
        for good in [of(&cut), of(&|t| 12.5 + t), of(&|t| 3.0 + cut(t)), of(&|t| f64::from((812.3 + t) as f32))] {
            assert_eq!(mended(good).map(|m| m.0), Some(grid.clone()));
        }
        assert_eq!(on_grid(&of(&|t| 12.5 + t), 60.0, false), None);
        // Another rate, a pause, jitter, a missing frame, no number.
        let jitter = |t: f64| t + 0.0013 * (t * 917.0).sin();
        for bad in [
            of(&|t| 1.01 * t),
            of(&|t| if t > 1.0 { t + 0.2 } else { t }),
            of(&jitter),
            of(&|t| if t > 1.0 { t + 1.0 / 60.0 } else { t }),
            of(&|t| if t > 1.0 { f64::NAN } else { t }),
        ] {
            assert_eq!(mended(bad), None);
        }
    }
}
