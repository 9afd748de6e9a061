//! Motions that already are a robot's: tables and archives to a [`GivenMotion`].
//!
//! Lives here: the layouts in use, each with its units, orders and names. Does not: which of a
//! robot's joints a column is (`kouros-robot`), the bytes of archives (`npz/`, `pickle/`). The
//! layouts are in docs/formats/robot-motions.md.

mod csv;
mod head;

pub(crate) use csv::looks_like_csv;

use crate::error::{Error, Result};
use crate::{Format, ImportOptions};
use kouros_motion::{GivenMotion, Report};

/// The rate that a table of joint positions is taken to have where nothing states it [Hz]: that of
/// Unitree's set, which most such tables follow.
const USUAL_HZ: f64 = 30.0;

/// Reads a motion of the given format.
pub(crate) fn read(
    file: &str,
    bytes: &[u8],
    format: Format,
    options: &ImportOptions,
    report: &mut Report,
) -> Result<GivenMotion> {
    let given = match format {
        Format::RobotCsv => csv::read(file, bytes, options, report)?,
        other => {
            let (expected, found) = ("a robot's motion".into(), format!("{other}, a person's"));
            return Err(Error::Missing { file: file.to_owned(), expected, found });
        }
    };
    Ok(given)
}
