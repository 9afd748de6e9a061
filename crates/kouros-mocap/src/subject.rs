//! Which of several skeletons of a file is read.

use crate::error::{Error, Result};
use kouros_motion::{Report, list_names};

/// People differ in fit by less than a person and a horse.
const AS_WELL: f64 = 3.0;

/// The first of the skeletons that fit a person as well as any, by their titles and fits (or why each fits none).
pub(crate) fn choose(file: &str, found: &[(String, std::result::Result<f64, String>)], report: &mut Report) -> Result<usize> {
    let people: Vec<(usize, f64)> = found.iter().enumerate().filter_map(|(i, f)| Some((i, *f.1.as_ref().ok()?))).collect();
    let best = people.iter().map(|p| p.1).fold(f64::NEG_INFINITY, f64::max);
    let Some((chosen, _)) = people.iter().find(|p| p.1 >= best - AS_WELL).copied() else {
        let why = found.first().map(|(title, fit)| format!("'{title}': {}", fit.as_ref().err().map_or("", String::as_str)));
        return Err(Error::NoBody { file: file.to_owned(), found: why.unwrap_or_else(|| "no skeleton".into()) });
    };
    if people.len() > 1 {
        let names = list_names(people.iter().map(|p| found[p.0].0.as_str()));
        report.warn(
            "subject",
            format!("{} skeletons are people ({names}); '{}' was read, --subject chooses", people.len(), found[chosen].0),
        );
    }
    Ok(chosen)
}
