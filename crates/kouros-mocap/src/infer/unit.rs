//! How long the file's unit is.

use crate::recognise::Sampled;
use crate::recording::Recording;
use kouros_motion::{Anatomy, Report};

/// CMU's Acclaim unit: inches of 2.54 cm scaled by 0.45.
pub(crate) const CMU_M: f64 = 0.0254 / 0.45;

/// Metric units, which nearly every file is in, and legs [m] that are believed of them: from a
/// child of three to the tallest.
const METRIC: [(&str, f64); 3] = [("metres", 1.0), ("centimetres", 0.01), ("millimetres", 0.001)];
const METRIC_LEG: std::ops::RangeInclusive<f64> = 0.42..=1.15;
/// Other units, and the legs that are believed of them: adults and large children.
const OTHER: [(&str, f64); 4] = [("CMU's 0.45-inch units", CMU_M), ("inches", 0.0254), ("decimetres", 0.1), ("feet", 0.3048)];
const OTHER_LEG: std::ops::RangeInclusive<f64> = 0.6..=1.1;
/// A leg where nothing fits: hip to ankle of an adult of 1.75 m, by Drillis and Contini's
/// proportions (0.245 + 0.246 of the height).
const TYPICAL_LEG_M: f64 = 0.86;

/// The mean length of the legs, hip to ankle, in the file's units.
pub(crate) fn leg_length(sampled: &Sampled, anatomy: &Anatomy) -> f64 {
    let one = |l: &kouros_motion::Leg| sampled.distance(l.hip, l.knee) + sampled.distance(l.knee, l.ankle);
    anatomy.legs.iter().map(one).sum::<f64>() / 2.0
}

/// Metres per unit: given, stated and believable, or inferred from the legs.
pub(crate) fn infer(r: &Recording, sampled: &Sampled, anatomy: &Anatomy, given: Option<f64>, report: &mut Report) -> f64 {
    let leg = leg_length(sampled, anatomy);
    if let Some(unit) = given {
        if !METRIC_LEG.contains(&(leg * unit)) {
            report
                .warn("unit", format!("with {unit} m a unit, as given, the legs are {:.3} m long from hip to ankle", leg * unit));
        }
        return unit;
    }
    if let Some(stated) = r.unit_m {
        if METRIC_LEG.contains(&(leg * stated)) {
            return stated;
        }
        report.warn(
            "unit",
            format!(
                "the file states {stated:.6} m a unit, which makes the legs {:.3} m long from hip to ankle; not believed",
                leg * stated
            ),
        );
    }
    // A program that thinks in centimetres may have read metres that were none.
    let by_statement = r.unit_m.map(|stated| (stated, of_legs(leg * stated)));
    match (of_legs(leg), by_statement) {
        (Some((name, unit)), _) => {
            report.inferred(
                "unit",
                format!("{name}: legs of {leg:.2} units are {:.3} m from hip to ankle; --unit overrides", leg * unit),
            );
            unit
        }
        (None, Some((stated, Some((name, unit))))) => {
            let unit = unit * stated;
            report.inferred(
                "unit",
                format!(
                    "{name}, multiplied by one over the stated {stated}: legs of {leg:.2} units are {:.3} m from hip to ankle; --unit overrides",
                    leg * unit
                ),
            );
            unit
        }
        _ => {
            let unit = TYPICAL_LEG_M / leg;
            report.warn(
                "unit",
                format!("no unit makes legs of {leg:.4} units human; scaled to {TYPICAL_LEG_M} m from hip to ankle ({unit:.6} m a unit); --unit overrides"),
            );
            unit
        }
    }
}

/// The unit in which legs of a length are human, metric units first.
fn of_legs(leg: f64) -> Option<(&'static str, f64)> {
    let metric = METRIC.into_iter().find(|(_, m)| METRIC_LEG.contains(&(leg * m)));
    metric.or_else(|| OTHER.into_iter().find(|(_, m)| OTHER_LEG.contains(&(leg * m))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::infer::tests::{person, scaled};
    use crate::recognise::recognise;

    /// The unit found for a person of centimetres whose numbers are multiplied.
    fn found(factor: f64, stated: Option<f64>, given: Option<f64>) -> (f64, Report) {
        let mut r = scaled(person(), factor);
        r.unit_m = stated;
        let sampled = Sampled::new(&r);
        let anatomy = recognise("t", &r, &sampled, &mut Report::new()).expect("a person");
        let mut report = Report::new();
        (infer(&r, &sampled, &anatomy, given, &mut report), report)
    }

    #[test]
    fn every_unit_is_found() {
        // A leg of 85 cm in metres, centimetres, millimetres, inches, decimetres, feet, CMU's.
        for unit in [1.0, 0.01, 0.001, 0.0254, 0.1, 0.3048, CMU_M] {
            assert_eq!(found(0.01 / unit, None, None).0, unit);
        }
        // A child of 60 % of that in centimetres is a child, not a giant in inches.
        assert_eq!(found(0.6, None, None).0, 0.01);
    }

    #[test]
    fn what_is_stated_is_believed_if_human() {
        assert_eq!(found(1.0, Some(0.0101), None), (0.0101, Report::new()));
        let (unit, report) = found(1.0, Some(CMU_M), None);
        assert_eq!((unit, report.warnings().count()), (0.01, 1));
        let (unit, report) = found(1.0, Some(CMU_M), Some(2.0));
        assert_eq!((unit, report.warnings().count()), (2.0, 1));
        // CMU's units taken for metres and written as centimetres.
        let (unit, report) = found(0.01 / CMU_M * 100.0, Some(0.01), None);
        assert!((unit - CMU_M * 0.01).abs() < 1e-12 && report.warnings().count() == 1, "{report:?}");
        let (unit, report) = found(1e5, None, None);
        assert!((unit * 85.0 * 1e5 - TYPICAL_LEG_M).abs() < 1e-9 && report.warnings().count() == 1);
    }
}
