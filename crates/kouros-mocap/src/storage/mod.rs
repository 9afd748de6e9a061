//! OpenSim's tables (MOT, STO): the forces that stand beside markers.
//!
//! Lives here: the text, and which columns are a plate's. Tables of joint angles are no forces and
//! say so. The layout is in docs/formats/trc.md.

#[cfg(test)]
mod tests;

use crate::error::{Error, Result, shown};
use crate::plates::Felt;
use crate::trc::lines;
use kouros_motion::{Report, Vec3, list_names};

/// Whether a text is such a table: a line `endheader` soon comes.
pub(crate) fn is_one(text: &[u8]) -> bool {
    const BEFORE: usize = 8192;
    let head = text.get(..BEFORE).unwrap_or(text);
    head.split(|b| *b == b'\n').any(|l| l.trim_ascii().eq_ignore_ascii_case(b"endheader"))
}

/// Columns of one plate: force, place, torque.
struct Columns {
    name: String,
    force: [usize; 3],
    place: [usize; 3],
    torque: Option<[usize; 3]>,
}

/// Force, place and torque over time.
type Series = (Vec<Vec3>, Vec<Vec3>, Vec<Vec3>);

/// What each plate of the table felt, in metres and the markers' axes; times count from `first_s`.
pub(crate) fn forces(file: &str, bytes: &[u8], first_s: f64, report: &mut Report) -> Result<Vec<Felt>> {
    let text = crate::format::without_bom(bytes);
    let missing = |expected: &str, found: String| Error::Missing { file: file.to_owned(), expected: expected.into(), found };
    let mut rows = lines(text).skip_while(|(_, l)| !l.trim_ascii().eq_ignore_ascii_case(b"endheader")).skip(1);
    let (_, head) = rows
        .by_ref()
        .find(|(_, l)| !l.trim_ascii().is_empty())
        .ok_or_else(|| missing("a line 'endheader' and columns behind it", "none".into()))?;
    let names: Vec<String> = words(head).map(|w| String::from_utf8_lossy(w).to_lowercase()).collect();
    let columns = columns(&names);
    if columns.is_empty() || names.first().is_none_or(|n| n != "time") {
        let found = list_names(names.iter().map(String::as_str));
        return Err(missing("columns 'time' and those of a plate: ..._vx _vy _vz, ..._px _py _pz", found));
    }
    let mut times: Vec<f64> = Vec::new();
    let mut felt: Vec<Series> = columns.iter().map(|_| Default::default()).collect();
    for (line, row) in rows.filter(|(_, l)| !l.trim_ascii().is_empty()) {
        let numbers = words(row)
            .map(|w| std::str::from_utf8(w).ok().and_then(|t| t.parse::<f64>().ok()).filter(|v| v.is_finite()).ok_or(w));
        let numbers = numbers.collect::<std::result::Result<Vec<f64>, &[u8]>>().map_err(|w| Error::Syntax {
            file: file.to_owned(),
            line,
            expected: "numbers".into(),
            found: shown(w),
        })?;
        if numbers.len() != names.len() {
            let (file, expected) = (file.to_owned(), format!("{} numbers", names.len()));
            return Err(Error::Syntax { file, line, expected, found: numbers.len().to_string() });
        }
        times.push(numbers[0]);
        let three = |c: [usize; 3]| Vec3::from(c.map(|i| numbers[i]));
        for (c, (force, place, torque)) in columns.iter().zip(&mut felt) {
            force.push(three(c.force));
            place.push(three(c.place));
            torque.push(c.torque.map_or_else(Vec3::zeros, three));
        }
    }
    let span = times.last().zip(times.first()).map_or(0.0, |(b, a)| b - a);
    if times.len() < 2 || span <= 0.0 {
        return Err(missing("two rows or more, time going on", format!("{} rows over {span} s", times.len())));
    }
    let rate_hz = (times.len() - 1) as f64 / span;
    report.inferred(
        "force-plates",
        format!("{} plates at {rate_hz:.0} Hz from {file}; forces are those on the body", columns.len()),
    );
    let plate = |(c, (force, center, torque)): (Columns, Series)| {
        // The torque's part along the largest mean of the force: the floor's normal.
        let total: Vec3 = force.iter().sum();
        let up = total.iamax();
        Felt {
            name: c.name,
            corners: None,
            rate_hz,
            start_s: times[0] - first_s,
            free_moment: torque.iter().map(|t| t[up] * total[up].signum()).collect(),
            force,
            center,
            unit_m: 1.0,
        }
    };
    Ok(columns.into_iter().zip(felt).map(plate).collect())
}

fn words(line: &[u8]) -> impl Iterator<Item = &[u8]> {
    line.split(|b| b.is_ascii_whitespace()).filter(|w| !w.is_empty())
}

/// The plates among the columns: `1_ground_force_vx`, `ground_force1_vx`, `R_ground_force_vx`, with
/// places `..._px` and torques `..._torque_x` or `..._moment_mx`.
fn columns(names: &[String]) -> Vec<Columns> {
    let find = |name: &str| names.iter().position(|n| n == name);
    let three = |stem: &str, kind: &str| -> Option<[usize; 3]> {
        Some([find(&format!("{stem}{kind}x"))?, find(&format!("{stem}{kind}y"))?, find(&format!("{stem}{kind}z"))?])
    };
    let stems = names.iter().filter_map(|n| n.strip_suffix("vx"));
    let plate = |stem: &str| {
        let torques = [(stem.replace("force", "torque"), ""), (stem.replace("force", "moment"), "m"), (stem.to_owned(), "m")];
        Some(Columns {
            name: stem.trim_matches('_').to_owned(),
            force: three(stem, "v")?,
            place: three(stem, "p")?,
            torque: torques.into_iter().filter(|(t, kind)| t != stem || !kind.is_empty()).find_map(|(t, kind)| three(&t, kind)),
        })
    };
    stems.filter_map(plate).collect()
}
