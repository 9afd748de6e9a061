//! Numbers that are none.

use crate::{Code, Finding, View};

/// The features with a value that is not finite, each with its first place.
pub(crate) fn check(view: &View<'_>) -> Vec<Finding> {
    let mut out = Vec::new();
    for column in &view.frames.columns {
        // A sum is finite where all its parts are, and it is cheap; only then is the place sought.
        if column.values.iter().map(|v| v * 0.0).sum::<f64>() == 0.0 {
            continue;
        }
        let Some(at) = column.values.iter().position(|v| !v.is_finite()) else { continue };
        let bad = column.values.iter().filter(|v| !v.is_finite()).count();
        let (frame, dim) = (at / column.width, at % column.width);
        let feature = &view.features[column.feature];
        let name = feature.dims.get(dim).cloned().unwrap_or_default();
        let says = format!("{bad} values of '{}' are no numbers, the first {} in '{name}'", feature.name, column.values[at]);
        let last = column.values.iter().rposition(|v| !v.is_finite()).unwrap_or(at) / column.width;
        out.push(Finding::new(Code::NotFinite, &feature.name, says).at(frame..last + 1).measured(bad as f64, 0.0, "values"));
    }
    out
}
