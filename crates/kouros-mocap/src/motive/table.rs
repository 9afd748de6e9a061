//! The table: its line of settings, the rows that say what each column is, and the numbers.

use crate::error::{Error, Result, shown};
use crate::recording::{MAX_JOINTS, MAX_NAME, check_samples};
use kouros_motion::{Report, Rot, Vec3};
use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

/// Rows before the one that begins with `Frame`, at most.
const MOST_HEAD: usize = 32;
/// Types of columns that are told, at most: Motive has some ten.
const MOST_TYPES: usize = 32;

/// A bone or a rigid body: its columns, and where it is at each frame; what is missing is not a number.
#[derive(Debug, Clone, Default)]
pub(super) struct Body {
    /// With the prefix of its skeleton.
    pub name: String,
    /// What the table calls its parent, and its own number.
    pub parent: String,
    pub id: String,
    /// Columns of turn x, y, z, w and of place x, y, z.
    columns: [Option<usize>; 7],
    pub place: Vec<Vec3>,
    /// x, y, z, w, or three angles in degrees and nothing.
    pub turn: Vec<[f64; 4]>,
}

impl Body {
    /// Whether it is somewhere at a frame.
    pub fn is_at(&self, frame: usize) -> bool {
        self.place[frame].iter().chain(&self.turn[frame]).all(|v| v.is_finite())
    }

    /// Whether it is ever somewhere.
    pub fn is_seen(&self) -> bool {
        (0..self.place.len()).any(|t| self.is_at(t))
    }

    /// Keeps some frames.
    pub fn cut(&mut self, span: &Range<usize>) {
        self.place = self.place.get(span.clone()).map(<[Vec3]>::to_vec).unwrap_or_default();
        self.turn = self.turn.get(span.clone()).map(<[[f64; 4]]>::to_vec).unwrap_or_default();
    }
}

/// How three angles or four numbers are a rotation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Turns {
    /// A quaternion.
    Quaternion,
    /// Angles about these axes of the body, each about the axes the ones before have turned.
    Moving([usize; 3]),
    /// The same about axes that stand.
    Fixed([usize; 3]),
}

impl Turns {
    /// As the table says; angles turn with the body, as Motive's own do.
    pub fn of_table(table: &Table) -> Self {
        table.angles.map_or(Self::Quaternion, Self::Moving)
    }

    /// A body's rotation at a frame.
    pub fn of(self, body: &Body, frame: usize) -> Rot {
        let v = body.turn[frame];
        let about = |axis: usize| crate::bvh::about(axis, v[axis]);
        match self {
            Self::Quaternion => Rot::try_new(nalgebra::Quaternion::new(v[3], v[0], v[1], v[2]), 1e-9).unwrap_or_default(),
            Self::Moving([a, b, c]) => about(a) * about(b) * about(c),
            Self::Fixed([a, b, c]) => about(c) * about(b) * about(a),
        }
    }
}

/// What the file holds.
#[derive(Debug, Default)]
pub(super) struct Table {
    pub bones: Vec<Body>,
    pub bodies: Vec<Body>,
    pub frames: usize,
    /// All types of columns.
    pub types: Vec<String>,
    /// Whether bones stand in their parents' axes.
    pub is_local: bool,
    /// The axes that angles turn about; `None` where turns are quaternions.
    pub angles: Option<[usize; 3]>,
    pub unit_m: Option<f64>,
    stated_hz: Option<f64>,
    /// The first and the last time [s].
    times: Option<(f64, f64)>,
}

impl Table {
    /// The rate stated, where the times agree; else that of the times.
    pub fn rate_hz(&self, file: &str, report: &mut Report) -> Result<f64> {
        const SAME: f64 = 0.01;
        const WHOLE: f64 = 1e-3; // times have six decimals
        let measured = self.times.and_then(|(a, b)| {
            let rate = self.frames.saturating_sub(1) as f64 / (b - a);
            let whole = rate.round();
            let rate = if (rate / whole - 1.0).abs() < WHOLE { whole } else { rate };
            Some(rate).filter(|r| r.is_finite() && *r > 0.0)
        });
        match (self.stated_hz, measured) {
            (Some(stated), Some(measured)) if (measured / stated - 1.0).abs() > SAME => {
                report.warn(
                    "rate",
                    format!("the file states {stated} Hz, its times are those of {measured:.4} Hz; the times were believed, --source-rate overrides"),
                );
                Ok(measured)
            }
            (Some(stated), _) => Ok(stated),
            (None, Some(measured)) => {
                report.inferred("rate", format!("{measured} Hz by the column of times; --source-rate overrides"));
                Ok(measured)
            }
            (None, None) => Err(Error::Missing {
                file: file.to_owned(),
                expected: "an Export Frame Rate, times of more than one frame, or --source-rate".into(),
                found: "neither".into(),
            }),
        }
    }

    /// From the first to the last frame in which any bone is somewhere.
    pub fn tracked_span(&self) -> Range<usize> {
        let any = |t: &usize| self.bones.iter().any(|b| b.is_at(*t));
        let (first, last) = ((0..self.frames).find(any), (0..self.frames).rev().find(any));
        first.zip(last).map_or(0..0, |(a, b)| a..b + 1)
    }
}

/// Reads the whole table.
pub(super) fn read(file: &str, text: &[u8], report: &mut Report) -> Result<Table> {
    let mut lines = text.split(|b| *b == b'\n').map(|l| l.strip_suffix(b"\r").unwrap_or(l)).enumerate();
    let wrong = |line: usize, expected: &str, found: &[u8]| Error::Syntax {
        file: file.to_owned(),
        line: line + 1,
        expected: expected.into(),
        found: shown(found),
    };
    let settings = lines.next().map(|l| cells(l.1)).unwrap_or_default();
    let setting = |name: &str| {
        let pairs = settings.chunks(2).find(|p| p.first().is_some_and(|k| k.trim().eq_ignore_ascii_case(name)));
        pairs.and_then(|p| p.get(1)).map(|v| v.trim().to_owned()).filter(|v| !v.is_empty())
    };
    let mut table =
        Table { is_local: setting("Coordinate Space").is_some_and(|s| s.eq_ignore_ascii_case("Local")), ..Table::default() };
    let number = |name: &str| setting(name).and_then(|v| v.parse::<f64>().ok()).filter(|v| v.is_finite() && *v > 0.0);
    table.stated_hz = number("Export Frame Rate").or_else(|| number("Capture Frame Rate"));
    table.unit_m = setting("Length Units").and_then(|u| unit(&u));
    if let Some(order) = setting("Rotation Type").filter(|t| !t.eq_ignore_ascii_case("Quaternion")) {
        table.angles =
            Some(angles(&order).ok_or_else(|| wrong(0, "Rotation Type 'Quaternion' or an order like 'XYZ'", order.as_bytes()))?);
    }

    let (mut head, mut axes) = (Head::default(), None);
    for (line, row) in lines.by_ref().take(MOST_HEAD) {
        let row_cells = cells(row);
        if row_cells.first().is_some_and(|c| c.trim().eq_ignore_ascii_case("Frame")) {
            axes = Some((line, row_cells));
            break;
        }
        head.take(row_cells);
    }
    let Some((line, axes)) = axes else {
        return Err(wrong(1, "a row that begins with 'Frame' after the columns' names", b"none"));
    };
    sort_columns(file, line, &head, &axes, &mut table)?;
    read_rows(file, text.len(), lines, &mut table, report)?;
    Ok(table)
}

/// Metres of a unit's name.
fn unit(name: &str) -> Option<f64> {
    match name.to_ascii_lowercase().as_str() {
        "meters" | "metres" | "m" => Some(1.0),
        "centimeters" | "centimetres" | "cm" => Some(0.01),
        "millimeters" | "millimetres" | "mm" => Some(0.001),
        "inches" => Some(0.0254),
        "feet" => Some(0.3048),
        _ => None,
    }
}

/// The axes of an order like `XYZ`, each once.
fn angles(order: &str) -> Option<[usize; 3]> {
    let found: Vec<usize> = order.trim().chars().filter_map(|c| "XYZ".find(c.to_ascii_uppercase())).collect();
    let axes: [usize; 3] = found.try_into().ok()?;
    let each_once = (0..3).all(|a| axes.contains(&a));
    (each_once && order.trim().len() == 3).then_some(axes)
}

/// The rows between the settings and the numbers, by what they say.
#[derive(Default)]
struct Head<'a> {
    types: Vec<Cow<'a, str>>,
    names: Vec<Cow<'a, str>>,
    ids: Vec<Cow<'a, str>>,
    parents: Vec<Cow<'a, str>>,
    kinds: Vec<Cow<'a, str>>,
}

impl<'a> Head<'a> {
    /// A row: by its label, or where it has none (older versions), by what stands in it and by the order.
    fn take(&mut self, row: Vec<Cow<'a, str>>) {
        if row.iter().all(|c| c.trim().is_empty()) {
            return;
        }
        let label = row.iter().take(2).map(|c| c.trim()).find(|c| !c.is_empty()).unwrap_or_default().to_ascii_lowercase();
        let has = |words: &[&str]| row.iter().any(|c| words.iter().any(|w| c.trim().eq_ignore_ascii_case(w)));
        match label.as_str() {
            "type" => self.types = row,
            "name" => self.names = row,
            "id" => self.ids = row,
            "parent" => self.parents = row,
            _ if has(&["Rotation", "Position"]) => self.kinds = row,
            _ if self.types.is_empty() && has(&["Bone", "Rigid Body", "Marker", "Bone Marker", "Rigid Body Marker"]) => {
                self.types = row
            }
            _ if self.names.is_empty() => self.names = row,
            _ if self.ids.is_empty() => self.ids = row,
            _ => {}
        }
    }
}

/// What each column is.
fn sort_columns(file: &str, line: usize, head: &Head, axes: &[Cow<str>], table: &mut Table) -> Result<()> {
    let cell = |row: &[Cow<str>], c: usize| row.get(c).map(|v| v.trim().to_owned()).unwrap_or_default();
    let mut known: HashMap<(bool, String), usize> = HashMap::new();
    for c in 2..axes.len() {
        let kind = cell(&head.types, c).to_ascii_lowercase();
        if !kind.is_empty() && table.types.len() < MOST_TYPES && !table.types.contains(&kind) {
            table.types.push(kind.clone());
        }
        let marker = kind.contains("marker") && !kind.contains("markerset") || kind.contains("constraint");
        let is_bone = kind.contains("bone") && !kind.contains("rigid body");
        let is_body = kind.contains("rigid body");
        let what = cell(&head.kinds, c);
        let axis = ["X", "Y", "Z", "W"].iter().position(|a| cell(axes, c).eq_ignore_ascii_case(a));
        let slot = match (what.to_ascii_lowercase().as_str(), axis) {
            ("rotation", Some(a)) => a,
            ("position", Some(a)) if a < 3 => 4 + a,
            _ => continue,
        };
        let name = cell(&head.names, c);
        if marker || name.is_empty() || !(is_bone || is_body) {
            continue;
        }
        if name.len() > MAX_NAME {
            let (what, limit, found) = ("bytes of a name", MAX_NAME as u64, name.len() as u64);
            return Err(Error::TooMany { file: file.to_owned(), what, limit, found });
        }
        let all = if is_bone { &mut table.bones } else { &mut table.bodies };
        let at = *known.entry((is_bone, name.clone())).or_insert(all.len());
        if at == all.len() {
            if all.len() >= MAX_JOINTS {
                let (what, limit, found) = ("bones", MAX_JOINTS as u64, all.len() as u64 + 1);
                return Err(Error::TooMany { file: file.to_owned(), what, limit, found });
            }
            all.push(Body { name, parent: cell(&head.parents, c), id: cell(&head.ids, c), ..Body::default() });
        }
        let column = &mut all[at].columns[slot];
        *column = column.or(Some(c));
    }
    let needed: Vec<usize> = (0..7).filter(|s| *s != 3 || table.angles.is_none()).collect();
    for body in table.bones.iter().chain(&table.bodies) {
        if let Some(slot) = needed.iter().find(|s| body.columns[**s].is_none()) {
            let what = ["rotation X", "rotation Y", "rotation Z", "rotation W", "position X", "position Y", "position Z"][*slot];
            return Err(Error::Syntax {
                file: file.to_owned(),
                line: line + 1,
                expected: format!("a column '{what}' of '{}'", body.name),
                found: "none".into(),
            });
        }
    }
    Ok(())
}

/// The numbers.
fn read_rows<'a>(
    file: &str,
    bytes: usize,
    lines: impl Iterator<Item = (usize, &'a [u8])>,
    table: &mut Table,
    report: &mut Report,
) -> Result<()> {
    let width = table.bones.len() + table.bodies.len();
    let (mut last, mut jumps) = (None::<f64>, HashMap::<u64, usize>::new());
    for (line, row) in lines {
        if row.trim_ascii().is_empty() {
            continue;
        }
        let row = cells(row);
        let number = |c: usize, what: &dyn Fn() -> String| -> Result<f64> {
            let text = row.get(c).map_or("", |v| v.trim());
            if text.is_empty() || text.eq_ignore_ascii_case("nan") {
                return Ok(f64::NAN);
            }
            text.parse().ok().filter(|v: &f64| v.is_finite()).ok_or_else(|| Error::Value {
                file: file.to_owned(),
                line: line + 1,
                frame: table.frames,
                channel: what(),
                found: shown(text.as_bytes()),
            })
        };
        let frame = number(0, &|| "Frame".into())?;
        let time = number(1, &|| "Time".into())?;
        if let Some(before) = last.filter(|_| frame.is_finite()) {
            *jumps.entry((frame - before).max(0.0) as u64).or_default() += 1;
        }
        last = Some(frame).filter(|f| f.is_finite()).or(last);
        check_samples(file, width, table.frames + 1, bytes)?;
        let mut parts = [Vec::new(), Vec::new()];
        for (part, all) in parts.iter_mut().zip([&table.bones, &table.bodies]) {
            for body in all {
                let mut v = [0.0; 7];
                for (value, column) in v.iter_mut().zip(&body.columns) {
                    if let Some(c) = column {
                        *value = number(*c, &|| format!("'{}'", body.name))?;
                    }
                }
                // Nothing tracked: blanks, or by older versions zeros.
                let zeros = !table.is_local && v[4..].iter().all(|x| *x == 0.0);
                let no_turn = table.angles.is_none() && v[..4].iter().all(|x| x.abs() < 1e-6);
                part.push(if zeros || no_turn || v.iter().any(|x| x.is_nan()) { [f64::NAN; 7] } else { v });
            }
        }
        for (all, part) in [&mut table.bones, &mut table.bodies].into_iter().zip(parts) {
            for (body, v) in all.iter_mut().zip(part) {
                body.turn.push([v[0], v[1], v[2], v[3]]);
                body.place.push(Vec3::new(v[4], v[5], v[6]));
            }
        }
        if time.is_finite() {
            table.times = Some((table.times.map_or(time, |t| t.0), time));
        }
        table.frames += 1;
    }
    let usual = jumps.iter().max_by_key(|(jump, count)| (**count, std::cmp::Reverse(**jump))).map_or(1, |(jump, _)| *jump);
    let odd: usize = jumps.iter().filter(|(jump, _)| **jump != usual).map(|(_, count)| count).sum();
    if odd > 0 {
        report.warn(
            "frames",
            format!("{odd} steps from frame to frame are not of {usual}, as the others are; frames may be missing"),
        );
    }
    Ok(())
}

/// The cells of a line; a cell in quotes may hold commas.
fn cells(line: &[u8]) -> Vec<Cow<'_, str>> {
    let mut out = Vec::new();
    let (mut start, mut quoted) = (0, false);
    for (i, byte) in line.iter().chain(b",").enumerate() {
        match byte {
            b'"' => quoted = !quoted,
            b',' if !quoted || i == line.len() => {
                let cell = &line[start..i];
                let bare = cell.strip_prefix(b"\"").and_then(|c| c.strip_suffix(b"\"")).unwrap_or(cell);
                out.push(String::from_utf8_lossy(bare));
                start = i + 1;
            }
            _ => {}
        }
    }
    out
}
