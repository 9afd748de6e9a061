//! Motions that already are a robot's: tables and archives to a [`GivenMotion`].
//!
//! Lives here: the layouts in use, each with its units, orders and names. Does not: which of a
//! robot's joints a column is (`kouros-robot`), the bytes of archives (`npz/`, `pickle/`). The
//! layouts are in docs/formats/robot-motions.md.

mod arrays;
mod columns;
mod csv;
mod head;
mod table;

pub(crate) use csv::looks_like_csv;

use crate::error::{Error, Result};
use crate::npz::zip::Archive;
use crate::pickle::{Pickled, is_torch};
use crate::{Format, ImportOptions, positions};
use kouros_motion::{GivenMotion, Report, list_names};
use table::Table;

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
        Format::RobotNpz => arrays::read(&Table::Npz(Archive::open(file, bytes)?), options, report)?,
        Format::RobotPickle | Format::RobotTorch => {
            let pickled = Pickled::open(file, bytes)?;
            arrays::read(&motion_in(pickled, options.take.as_deref(), report)?, options, report)?
        }
        other => {
            let (expected, found) = ("a robot's motion".into(), format!("{other}, a person's"));
            return Err(Error::Missing { file: file.to_owned(), expected, found });
        }
    };
    Ok(given)
}

/// The format of an archive, where it is one of these: of NumPy's arrays, or torch's.
pub(crate) fn format_of_archive(bytes: &[u8]) -> Option<Format> {
    let archive = Archive::open("", bytes).ok()?;
    if is_torch(&archive) {
        return format_of_pickle(bytes);
    }
    arrays::are_motion(&Table::Npz(archive)).then_some(Format::RobotNpz)
}

/// The format of a pickle, where it is one of these.
pub(crate) fn format_of_pickle(bytes: &[u8]) -> Option<Format> {
    let format = if bytes.starts_with(b"PK") { Format::RobotTorch } else { Format::RobotPickle };
    let pickled = Pickled::open("", bytes).ok()?;
    if positions::intermimic::is_in(&pickled) {
        return Some(Format::InterMimic);
    }
    let of_several = inner(&pickled).next();
    let dict = of_several.unwrap_or(pickled.top);
    arrays::are_motion(&Table::Pickle(pickled, dict)).then_some(format)
}

/// The dictionaries in a pickle's dictionary: the motions of a file of several.
fn inner<'a>(pickled: &'a Pickled<'_>) -> impl Iterator<Item = crate::pickle::Id> + 'a {
    let values = &pickled.values;
    values.pairs(pickled.top).map(|(_, value)| value).filter(|v| values.pairs(*v).next().is_some())
}

/// The motion in a pickle: the pickle itself, its only one, or the one of the name asked for.
fn motion_in<'a>(pickled: Pickled<'a>, wanted: Option<&str>, report: &mut Report) -> Result<Table<'a>> {
    let named: Vec<(String, crate::pickle::Id)> = {
        let values = &pickled.values;
        let all = values.pairs(pickled.top).filter(|(_, v)| values.pairs(*v).next().is_some());
        all.filter_map(|(k, v)| values.text(k).map(|k| (k.to_owned(), v))).collect()
    };
    let file = pickled.file().to_owned();
    let names = || list_names(named.iter().map(|(n, _)| n.as_str()));
    let top = pickled.top;
    match (named.as_slice(), wanted) {
        ([], None) => Ok(Table::Pickle(pickled, top)),
        ([(name, only)], None) => {
            report.inferred("take", format!("the motion is the file's only one, '{name}'"));
            let only = *only;
            Ok(Table::Pickle(pickled, only))
        }
        (_, Some(wanted)) => match named.iter().find(|(n, _)| n == wanted) {
            Some((_, found)) => Ok(Table::Pickle(pickled, *found)),
            None => Err(Error::Missing { file, expected: format!("a take '{wanted}'"), found: names() }),
        },
        (several, None) => {
            let expected = "one motion, or --take with the name of one".into();
            Err(Error::Missing { file, expected, found: format!("{}: {}", several.len(), names()) })
        }
    }
}

/// What a pickle that is no motion is, in a message.
pub(crate) fn describe_pickle(bytes: &[u8]) -> String {
    match Pickled::open("", bytes) {
        Err(e) => format!("a Python pickle that cannot be read ({e})"),
        Ok(pickled) => {
            let top = pickled.top;
            let what = pickled.values.kind(top);
            let keys = Table::Pickle(pickled, top).names();
            if keys.is_empty() { format!("a pickle of {what}") } else { format!("a pickle of {what}: {}", list_names(keys)) }
        }
    }
}
