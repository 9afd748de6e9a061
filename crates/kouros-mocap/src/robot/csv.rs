//! Tables of text: one line a tick, values parted by commas, blanks or semicolons.

use super::USUAL_HZ;
use super::head::{Columns, Turn, under, without};
use crate::ImportOptions;
use crate::error::{Error, Result, shown};
use crate::format::without_bom;
use crate::recording::MAX_JOINTS;
use kouros_motion::{GivenJoints, GivenMotion, QuatOrder, Report, Rot, Vec3};

/// Columns of the base in a table without a head: its place and its quaternion.
const BASE: usize = 7;
/// The longest line that is looked at to tell what a file is.
const LINE: usize = 1 << 16;
/// How far from one the length of a quaternion without a head may be in the first line.
const UNIT: f64 = 0.02;

/// Whether these bytes are such a table: a head that names a base and joints, or a first line of
/// numbers of which the fourth to the seventh are a quaternion.
pub(crate) fn looks_like_csv(text: &[u8]) -> bool {
    let Some(line) = lines(text).next().filter(|l| l.len() < LINE) else { return false };
    let Ok(line) = std::str::from_utf8(line) else { return false };
    let words = words(line);
    if words.len() <= BASE {
        return false;
    }
    let numbers: Option<Vec<f64>> = words.iter().map(|w| w.parse().ok().filter(|v: &f64| v.is_finite())).collect();
    match numbers {
        Some(v) => (v[3] * v[3] + v[4] * v[4] + v[5] * v[5] + v[6] * v[6] - 1.0).abs() < UNIT,
        None => under(&words.iter().map(|w| (*w).to_owned()).collect::<Vec<_>>()).is_some(),
    }
}

/// The lines that are neither blank nor a comment.
fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let all = without_bom(text).split(|b| *b == b'\n').map(|l| l.trim_ascii());
    all.filter(|l| !l.is_empty() && !l.starts_with(b"#"))
}

/// The words of a line, quotes taken off.
fn words(line: &str) -> Vec<&str> {
    let mark = [',', ';', '\t'].into_iter().find(|m| line.contains(*m));
    let bare = |w: &str| -> bool { !w.is_empty() };
    match mark {
        Some(mark) => line.trim_end_matches(mark).split(mark).map(|w| w.trim().trim_matches('"')).collect(),
        None => line.split(' ').map(str::trim).filter(|w| bare(w)).collect(),
    }
}

/// Reads a table.
pub(super) fn read(file: &str, bytes: &[u8], options: &ImportOptions, report: &mut Report) -> Result<GivenMotion> {
    let syntax = |line: usize, expected: String, found: String| Error::Syntax { file: file.to_owned(), line, expected, found };
    let mut columns: Option<Columns> = None;
    let mut width = 0;
    let mut values: Vec<f64> = Vec::new();
    let raw = without_bom(bytes).split(|b| *b == b'\n').map(|l| l.trim_ascii());
    for (number, line) in raw.enumerate().map(|(i, l)| (i + 1, l)).filter(|(_, l)| !l.is_empty() && !l.starts_with(b"#")) {
        let text = std::str::from_utf8(line).map_err(|_| syntax(number, "text in UTF-8".into(), shown(line)))?;
        let words = words(text);
        if columns.is_none() {
            width = words.len();
            if width > MAX_JOINTS {
                let (limit, found) = (MAX_JOINTS as u64, width as u64);
                return Err(Error::TooMany { file: file.to_owned(), what: "columns", limit, found });
            }
            if words.iter().any(|w| w.parse::<f64>().is_err()) {
                let head: Vec<String> = words.iter().map(|w| (*w).to_owned()).collect();
                let found = under(&head).ok_or_else(|| {
                    syntax(number, "a head that names a base's place and turn and some joints".into(), shown(line))
                })?;
                columns = Some(found);
                continue;
            }
            if width <= BASE {
                let expected = format!("more than {BASE} numbers: a base's place and quaternion, then joints");
                return Err(syntax(number, expected, format!("{width}")));
            }
            columns = Some(without(width));
        }
        if words.len() != width {
            return Err(syntax(number, format!("{width} values, as in the first line"), words.len().to_string()));
        }
        for (column, word) in words.iter().enumerate() {
            match word.parse::<f64>() {
                Ok(v) if v.is_finite() => values.push(v),
                _ => {
                    let (frame, found) = (values.len() / width, shown(word.as_bytes()));
                    let channel = format!("column {}", column + 1);
                    return Err(Error::Value { file: file.to_owned(), line: number, frame, channel, found });
                }
            }
        }
    }
    let columns = columns.filter(|_| !values.is_empty()).ok_or_else(|| Error::Missing {
        file: file.to_owned(),
        expected: "lines of numbers".into(),
        found: "none".into(),
    })?;
    motion(&columns, &values, width, options, report)
}

/// The motion in the values of a table.
fn motion(columns: &Columns, values: &[f64], width: usize, options: &ImportOptions, report: &mut Report) -> Result<GivenMotion> {
    let unit_m = options.unit_m.unwrap_or(columns.unit_m);
    let angle = |v: f64| if columns.degrees { v.to_radians() } else { v };
    let rows = || values.chunks_exact(width);
    let at = |row: &[f64], column: usize| row.get(column).copied().unwrap_or(f64::NAN);
    let (base_quat, order) = match &columns.turn {
        Turn::Quat(q, order) => (rows().map(|r| q.map(|c| at(r, c))).collect(), *order),
        Turn::Euler(e) => {
            let turn = |r: &[f64]| {
                let [x, y, z] = e.map(|c| angle(at(r, c)));
                let q = Rot::from_euler_angles(x, y, z);
                [q.w, q.i, q.j, q.k]
            };
            (rows().map(turn).collect(), Some(QuatOrder::Wxyz))
        }
    };
    if columns.degrees {
        report.inferred(
            "unit",
            format!("by its head the table is in degrees, and a length of 1 in it is {unit_m} m; --unit overrides"),
        );
    }
    let rate_hz = match (options.rate_hz, columns.time.and_then(|c| rate(rows().map(|r| at(r, c))))) {
        (Some(hz), _) | (None, Some(hz)) => hz,
        (None, None) => {
            let hz = if columns.degrees { SOMA_HZ } else { USUAL_HZ };
            report.inferred(
                "rate",
                format!("the table states no rate: {hz} Hz, as such tables usually have; --source-rate overrides"),
            );
            hz
        }
    };
    let joint_pos = rows().flat_map(|r| columns.joints.iter().map(move |c| angle(at(r, *c)))).collect();
    let joints = match &columns.names {
        Some(names) => GivenJoints::Named(names.clone()),
        None => GivenJoints::Count(columns.joints.len()),
    };
    Ok(GivenMotion {
        rate_hz,
        joints,
        joint_pos,
        base_pos: rows().map(|r| Vec3::from(columns.place.map(|c| at(r, c) * unit_m))).collect(),
        base_quat,
        quat_order: order,
        usual_order: QuatOrder::Xyzw,
        bodies: None,
        objects: Vec::new(),
    })
}

/// The rate of the tables in degrees [Hz].
const SOMA_HZ: f64 = 120.0;

/// Ticks a second by a column of seconds: its mean step.
fn rate(times: impl Iterator<Item = f64>) -> Option<f64> {
    let times: Vec<f64> = times.collect();
    let (first, last) = (times.first()?, times.last()?);
    let hz = (times.len() - 1) as f64 / (last - first);
    (hz.is_finite() && hz > 0.0).then_some(hz)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Result<GivenMotion> {
        read("t.csv", text.as_bytes(), &ImportOptions::default(), &mut Report::new())
    }

    #[test]
    fn a_table_without_a_head_by_hand() {
        let text = "1,2,0.75,0,0,0.6,0.8,0.5,-0.25\n1,2,0.8,0,0,0,1,0,3\n";
        assert!(looks_like_csv(text.as_bytes()));
        let m = of(text).expect("a table");
        assert_eq!((m.ticks(), &m.joints, m.rate_hz, m.quat_order), (2, &GivenJoints::Count(2), 30.0, None));
        assert_eq!(m.base_pos[0], Vec3::new(1.0, 2.0, 0.75));
        assert_eq!((m.base_quat[0], m.joints_at(1)), ([0.0, 0.0, 0.6, 0.8], [0.0, 3.0].as_slice()));
    }

    #[test]
    fn degrees_and_centimetres_by_hand() {
        let head = "Frame,root_translateX,root_translateY,root_translateZ,root_rotateX,root_rotateY,root_rotateZ,knee_dof\n";
        let m = of(&format!("{head}0,100,-50,80,90,0,90,180\n")).expect("a table");
        assert_eq!(m.rate_hz, 120.0);
        assert!((m.base_pos[0] - Vec3::new(1.0, -0.5, 0.8)).norm() < 1e-12);
        assert!((m.joint_pos[0] - std::f64::consts::PI).abs() < 1e-12);
        // First 90 degrees about x, then 90 about z, both fixed: y goes to z, and z to y and then to -x.
        let turn = QuatOrder::Wxyz.rotation(&m.base_quat[0]).expect("unit");
        assert!((turn * Vec3::y() - Vec3::z()).norm() < 1e-12);
        assert!((turn * Vec3::z() - Vec3::x()).norm() < 1e-12);
    }

    #[test]
    fn a_column_of_seconds_is_the_rate() {
        let m =
            of("time x y z qw qx qy qz hip\n0 0 0 1 1 0 0 0 0\n0.02 0 0 1 1 0 0 0 0\n0.04 0 0 1 1 0 0 0 0.1\n").expect("a table");
        assert!((m.rate_hz - 50.0).abs() < 1e-9);
        assert_eq!(m.joints, GivenJoints::Named(vec!["hip".into()]));
    }

    #[test]
    fn what_is_no_table_is_told() {
        for (text, words) in [
            ("1,2,3,0,0,0,1,0\n1,2,3\n", "line 2: expected 8 values"),
            ("1,2,3,0,0,0,1,0\n1,2,3,0,0,0,1,nan\n", "frame 1, column 8"),
            ("1,2,3\n", "more than 7 numbers"),
            ("a,b,c,d,e,f,g,h\n", "a head that names"),
            ("time,x,y,z,qw,qx,qy,qz,hip\n", "lines of numbers"),
            ("", "lines of numbers"),
        ] {
            let message = of(text).expect_err("no table").to_string();
            assert!(message.contains(words), "{message}");
        }
        for other in ["1 2 3 4 5 6 7 8 9", "time,a,b,c,d,e,f,g,h", "1,2,3,0,0,0,1", "Format Version,1.23,Take Name,x,a,b,c,d,e"] {
            assert!(!looks_like_csv(other.as_bytes()), "{other}");
        }
    }
}
