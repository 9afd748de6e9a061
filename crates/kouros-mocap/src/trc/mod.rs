//! TRC: the text of markers that Motion Analysis began and OpenSim reads, with the forces that may
//! stand in a table beside it.
//!
//! Lives here: the text. Does not: what markers say of a body (`markers/`). The layout is in
//! docs/formats/trc.md.

#[cfg(test)]
mod tests;

use crate::error::{Error, Result, shown};
use crate::markers::{MAX_MARKERS, Markers};
use crate::plates;
use crate::recording::{MAX_NAME, check_samples};
use crate::{Companions, Format, Up};
use kouros_motion::{Report, Vec3};

/// Whether a text begins as a TRC does.
pub(crate) fn is_one(text: &[u8]) -> bool {
    text.trim_ascii_start().get(..12).is_some_and(|t| t.eq_ignore_ascii_case(b"PathFileType"))
}

/// The lines of a file with their numbers from 1, ends of any kind.
pub(crate) fn lines(bytes: &[u8]) -> impl Iterator<Item = (usize, &[u8])> {
    bytes.split(|b| *b == b'\n').map(|l| l.strip_suffix(b"\r").unwrap_or(l)).enumerate().map(|(i, l)| (i + 1, l))
}

/// Reads markers; forces of a table beside them come in the same axes.
pub(crate) fn read(file: &str, bytes: &[u8], beside: &Companions, given_hz: Option<f64>, report: &mut Report) -> Result<Markers> {
    let text = crate::format::without_bom(bytes);
    let syntax = |line: usize, expected: &str, found: &[u8]| Error::Syntax {
        file: file.to_owned(),
        line,
        expected: expected.into(),
        found: shown(found),
    };
    let mut rows = lines(text);
    let mut next = |what: &str| rows.next().ok_or_else(|| syntax(0, what, b"the end of the file"));
    next("PathFileType")?;
    let (_, keys) = next("the names of the header")?;
    let (at, values) = next("the values of the header")?;
    let word =
        |line: &[u8]| line.split(|b| b.is_ascii_whitespace()).filter(|w| !w.is_empty()).map(<[u8]>::to_vec).collect::<Vec<_>>();
    let (keys, header) = (word(keys), word(values));
    let value = |name: &str| {
        let i = keys.iter().position(|k| k.eq_ignore_ascii_case(name.as_bytes()))?;
        header.get(i).map(|v| String::from_utf8_lossy(v).into_owned())
    };
    let rate = given_hz.or_else(|| value("DataRate").and_then(|v| v.parse().ok()));
    let rate_hz = rate.filter(|r: &f64| r.is_finite() && *r > 0.0).ok_or_else(|| syntax(at, "a DataRate above zero", values))?;
    let (at, labels) = next("the markers' labels")?;
    next("the names of the coordinates")?;
    // Two columns, then three for each label; software that writes blanks for tabs has no empty cells.
    let tabs = labels.contains(&b'\t');
    let names: Vec<String> = if tabs {
        labels.split(|b| *b == b'\t').skip(2).filter(|c| !c.trim_ascii().is_empty()).map(name).collect()
    } else {
        word(labels).iter().skip(2).map(|w| name(w)).collect()
    };
    if names.is_empty() {
        return Err(syntax(at, "'Frame#', 'Time' and the markers' labels", labels));
    }
    if names.len() > MAX_MARKERS {
        let (what, limit, found) = ("markers", MAX_MARKERS as u64, names.len() as u64);
        return Err(Error::TooMany { file: file.to_owned(), what, limit, found });
    }
    let (mut places, mut first, mut frames) = (Vec::new(), 0.0, 0);
    for (line, row) in rows {
        if row.trim_ascii().is_empty() {
            continue;
        }
        let cells: Vec<&[u8]> = if tabs {
            row.split(|b| *b == b'\t').map(<[u8]>::trim_ascii).collect()
        } else {
            row.split(|b| b.is_ascii_whitespace()).filter(|w| !w.is_empty()).collect()
        };
        let cell = |i: usize| -> Result<Option<f64>> {
            let Some(text) = cells.get(i).filter(|t| !t.is_empty()) else { return Ok(None) };
            let number = std::str::from_utf8(text).ok().and_then(|t| t.parse::<f64>().ok());
            number.map(Some).ok_or_else(|| syntax(line, "a number, or nothing where a marker was not seen", text))
        };
        let time = cell(1)?;
        if frames == 0 {
            first = time.filter(|t| t.is_finite()).unwrap_or(0.0);
        }
        frames += 1;
        check_samples(file, names.len(), frames, text.len())?;
        for m in 0..names.len() {
            let at = 2 + 3 * m;
            let place = match (cell(at)?, cell(at + 1)?, cell(at + 2)?) {
                (Some(x), Some(y), Some(z)) => Some(Vec3::new(x, y, z)),
                _ => None,
            };
            let seen = |p: &Vec3| p.iter().all(|v| v.is_finite() && v.abs() < 1e9) && *p != Vec3::zeros();
            places.push(place.filter(seen));
        }
    }
    if frames == 0 {
        return Err(Error::Missing { file: file.to_owned(), expected: "rows of markers".into(), found: "none".into() });
    }
    let plates = match beside.forces {
        Some((name, bytes)) => crate::storage::forces(name, bytes, first, report)?,
        None => Vec::new(),
    };
    Ok(Markers {
        format: Format::Trc,
        names,
        places,
        rate_hz,
        unit_m: value("Units").and_then(|u| plates::metres(&u)),
        // OpenSim's ground has Y up; laboratories' own files often have Z.
        usual_up: (!plates.is_empty()).then_some(Up::Y),
        plates,
    })
}

fn name(label: &[u8]) -> String {
    let label = label.trim_ascii();
    String::from_utf8_lossy(label.get(..MAX_NAME / 4).unwrap_or(label)).into_owned()
}
