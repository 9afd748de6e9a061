//! Markers on a body to its joints: a [`Recording`] like that of any other reader.
//!
//! Lives here: which marker is which landmark, gaps, joint centres, rotations of segments, rigid
//! things beside the body. Does not: bytes (`c3d/`, `trc/`). What is computed, by which formula, is
//! in docs/formats/markers.md.

mod body;
mod calibrate;
mod gaps;
mod geometry;
mod joints;
mod landmarks;
mod objects;

pub use calibrate::StaticTrial;
pub(crate) use gaps::Path;

use crate::error::{Error, Result};
use crate::plates::Felt;
use crate::recording::Recording;
use crate::{Format, ImportOptions, Up};
use body::Landmarks;
use kouros_motion::{Report, Vec3, list_names};
use landmarks::{own_name, subject};
use std::collections::BTreeMap;

/// The most markers of a file: a body has some 40, with model outputs some 250.
pub(crate) const MAX_MARKERS: usize = 4096;

/// A file names landmarks when it names this many; fewer are a coincidence of letters.
const NAMED: usize = 4;

/// Markers over time, in the file's units and axes.
#[derive(Debug, Clone)]
pub(crate) struct Markers {
    pub format: Format,
    /// Labels (M), empty where a marker has none.
    pub names: Vec<String>,
    /// Places (T x M).
    pub places: Vec<Option<Vec3>>,
    pub rate_hz: f64,
    /// Metres per unit, where the file states it.
    pub unit_m: Option<f64>,
    /// The axis that points up by the file's own word.
    pub usual_up: Option<Up>,
    pub plates: Vec<Felt>,
}

/// Finds the body among the markers, its joints, and what else moves as one piece.
pub(crate) fn recording(file: &str, mut m: Markers, options: &ImportOptions, report: &mut Report) -> Result<Recording> {
    let wanted = options.subject.as_deref();
    let trial = options.static_trial.as_ref();
    let width = m.names.len().max(1);
    let mut paths: Vec<Path> = vec![Vec::new(); m.names.len()];
    for frame in m.places.chunks_exact(width) {
        paths.iter_mut().zip(frame).for_each(|(path, place)| path.push(*place));
    }
    m.places = Vec::new();
    if m.names.iter().filter(|n| landmarks::of(n).is_some()).count() < NAMED && trial.is_none() {
        nameless(file, &mut m, &paths, wanted, report)?;
    }
    let who = who(file, &m.names, wanted, report)?;
    let unit_m = m.unit_m.unwrap_or_else(|| body::unit(&paths, &m.names));
    // Model outputs and strays neither fill gaps nor are worth filling.
    let kept: Vec<usize> = (0..m.names.len()).filter(|i| is_marker(&m.names[*i], &m.names, &who)).collect();
    let mut names: Vec<String> = kept.iter().map(|i| m.names[*i].clone()).collect();
    let mut paths: Vec<Path> = kept.iter().map(|i| std::mem::take(&mut paths[*i])).collect();
    gaps::fill(&mut paths, &names, m.rate_hz, unit_m, report);
    if let Some(trial) = trial {
        calibrate::add(trial, &mut names, &mut paths, &who, unit_m, report);
    }

    let landmarks = Landmarks::find(&names, &paths, &who, report);
    let range = landmarks.range(file, &names, m.rate_hz, report)?;
    let things = objects::find(&names, &paths, &who, range.clone(), unit_m, report);
    for plate in &mut m.plates {
        plate.start_s -= range.start as f64 / m.rate_hz;
    }
    let up = m.usual_up.unwrap_or_else(|| landmarks.up(&range));
    let stated = Stated { format: m.format, rate_hz: m.rate_hz, unit_m: m.unit_m, plates: m.plates };
    joints::recording(file, &landmarks, range, (up, unit_m), things, stated, report)
}

/// Names the landmarks among markers whose labels name none, by how they move.
fn nameless(file: &str, m: &mut Markers, paths: &[Path], wanted: Option<&str>, report: &mut Report) -> Result<()> {
    let of_whom = |n: &String| wanted.is_none_or(|w| subject(n) == w) && !is_output(own_name(n));
    let kept: Vec<usize> = (0..m.names.len()).filter(|i| of_whom(&m.names[*i])).collect();
    let names: Vec<String> = kept.iter().map(|i| m.names[*i].clone()).collect();
    let few: Vec<Path> = kept.iter().map(|i| paths[*i].clone()).collect();
    let unit_m = m.unit_m.unwrap_or_else(|| body::unit_by_extent(&few));
    match geometry::recognise(&names, &few, unit_m, m.usual_up) {
        Ok(named) => {
            for (i, label) in named.labels {
                let old = &m.names[kept[i]];
                m.names[kept[i]] = if subject(old).is_empty() { label } else { format!("{}:{label}", subject(old)) };
            }
            m.usual_up = Some(named.up);
            m.unit_m = Some(unit_m);
            report.warn("markers", named.told);
            Ok(())
        }
        Err(why) => {
            let found = format!("markers whose labels name no body ({}), and {why}", list_names(&names));
            Err(Error::NoBody { file: file.to_owned(), found })
        }
    }
}

/// What the file says besides places.
struct Stated {
    format: Format,
    rate_hz: f64,
    unit_m: Option<f64>,
    plates: Vec<Felt>,
}

/// Whether a label is that of a marker on this body or of another subject's: landmarks, and whatever a cluster
/// may need; not the outputs of a model, which are no places.
fn is_marker(name: &str, all: &[String], who: &str) -> bool {
    let own = own_name(name).to_ascii_uppercase();
    if own.is_empty() || own.starts_with('*') || is_output(&own) {
        return false;
    }
    // Axes of a segment: PELO PELA PELL PELP. Only whole quadruples are some.
    let ends = ["O", "A", "L", "P"];
    let stem = own.get(..3).filter(|_| own.len() == 4 && ends.iter().any(|e| own.ends_with(e)));
    let is_there = |label: String| all.iter().any(|n| own_name(n).eq_ignore_ascii_case(&label));
    let quadruple = stem.is_some_and(|s| ends.iter().all(|e| is_there(format!("{s}{e}"))));
    !quadruple || subject(name) != who
}

/// Whether a label, without its subject, is that of a model's output.
fn is_output(own: &str) -> bool {
    /// Ends of such labels.
    const OUTPUTS: [&str; 9] = ["ANGLES", "ANGLE", "FORCE", "FORCES", "MOMENT", "MOMENTS", "POWER", "POWERS", "GRF"];
    let own = own.to_ascii_uppercase();
    OUTPUTS.iter().any(|o| own.ends_with(o))
}

/// Whose markers are read: the subject that is asked for, or the one with the most landmarks.
fn who(file: &str, names: &[String], wanted: Option<&str>, report: &mut Report) -> Result<String> {
    let mut count: BTreeMap<&str, usize> = BTreeMap::new();
    for name in names {
        *count.entry(subject(name)).or_default() += usize::from(landmarks::of(name).is_some());
    }
    if let Some(wanted) = wanted {
        return count.keys().find(|s| **s == wanted).map(|s| (*s).to_owned()).ok_or_else(|| Error::Missing {
            file: file.to_owned(),
            expected: format!("markers of a subject '{wanted}'"),
            found: format!("those of {}", list_names(count.keys())),
        });
    }
    let best = count.iter().max_by_key(|(s, n)| (**n, std::cmp::Reverse(**s))).map(|(s, n)| (*s, *n)).unwrap_or_default();
    /// Landmarks that make another subject a second person.
    const PERSON: usize = 12;
    let others: Vec<&str> = count.iter().filter(|(s, n)| **s != best.0 && **n >= PERSON).map(|(s, _)| *s).collect();
    if !others.is_empty() {
        let others = list_names(others);
        report.warn("subject", format!("several people: '{}' is read, {others} left out; --subject names one", best.0));
    }
    Ok(best.0.to_owned())
}
