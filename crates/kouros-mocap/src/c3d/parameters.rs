//! The parameter section of a C3D: named values in named groups.

use super::bytes::Order;
use std::collections::BTreeMap;

/// The values of one parameter.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Values {
    Text(Vec<String>),
    Numbers(Vec<f64>),
}

/// All parameters, by group and name in capitals.
#[derive(Debug, Clone, Default)]
pub(super) struct Parameters {
    all: BTreeMap<(String, String), Values>,
    /// Whether the section breaks off.
    pub broken: bool,
}

impl Parameters {
    /// The numbers of a parameter; whole ones are as the file has them, with their sign.
    pub fn numbers(&self, group: &str, name: &str) -> &[f64] {
        match self.get(group, name) {
            Some(Values::Numbers(v)) => v,
            _ => &[],
        }
    }

    /// A parameter's first number.
    pub fn number(&self, group: &str, name: &str) -> Option<f64> {
        self.numbers(group, name).first().copied()
    }

    /// A whole number that writers store in 16 bits without a sign, whatever the format says.
    pub fn count(&self, group: &str, name: &str) -> Option<usize> {
        let n = self.number(group, name)?;
        let n = if n < 0.0 { n + 65536.0 } else { n };
        (n.is_finite() && n >= 0.0).then_some(n as usize)
    }

    /// The texts of a parameter, blanks and zeros at their ends left out.
    pub fn texts(&self, group: &str, name: &str) -> &[String] {
        match self.get(group, name) {
            Some(Values::Text(v)) => v,
            _ => &[],
        }
    }

    /// A parameter's first text, in capitals.
    pub fn word(&self, group: &str, name: &str) -> Option<String> {
        self.texts(group, name).first().map(|t| t.to_ascii_uppercase()).filter(|t| !t.is_empty())
    }

    fn get(&self, group: &str, name: &str) -> Option<&Values> {
        self.all.get(&(group.to_owned(), name.to_owned()))
    }
}

/// Reads the section that begins at `start`; what cannot be followed ends it.
pub(super) fn read(bytes: &[u8], start: usize, order: Order) -> Parameters {
    let mut groups: BTreeMap<u8, String> = BTreeMap::new();
    let mut found: Vec<(u8, String, Values)> = Vec::new();
    let mut out = Parameters::default();
    let mut at = start + 4;
    loop {
        let Some((&[length, id], rest)) = bytes.get(at..).and_then(|b| b.split_first_chunk::<2>()) else {
            out.broken = true;
            break;
        };
        let (length, id) = (usize::from(length.cast_signed().unsigned_abs()), id.cast_signed());
        if length == 0 || id == 0 {
            break;
        }
        let name = rest.get(..length).map(text);
        let (Some(name), Some(next)) = (name, order.i16(rest, length)) else {
            out.broken = true;
            break;
        };
        let body = at + 2 + length + 2;
        if id < 0 {
            groups.insert(id.unsigned_abs(), name.to_ascii_uppercase());
        } else if let Some(values) = values(bytes, body, order) {
            found.push((id.unsigned_abs(), name.to_ascii_uppercase(), values));
        } else {
            out.broken = true;
        }
        if next <= 0 {
            // Zero ends the section; nothing leads back.
            break;
        }
        at = at + 2 + length + usize::from(next.unsigned_abs());
    }
    for (group, name, values) in found {
        if let Some(group) = groups.get(&group) {
            out.all.entry((group.clone(), name)).or_insert(values);
        }
    }
    out
}

fn values(bytes: &[u8], at: usize, order: Order) -> Option<Values> {
    let kind = bytes.get(at)?.cast_signed();
    let dims = bytes.get(at + 2..at + 2 + usize::from(*bytes.get(at + 1)?))?;
    let data = at + 2 + dims.len();
    let count = dims.iter().try_fold(1_usize, |n, d| n.checked_mul(usize::from(*d)))?;
    let size = match kind {
        -1 | 1 => 1,
        2 => 2,
        4 => 4,
        _ => return None,
    };
    // All of it must be there before anything is made of it.
    let span = bytes.get(data..data.checked_add(count.checked_mul(size)?)?)?;
    Some(match kind {
        -1 => {
            let width = dims.first().map_or(1, |d| usize::from(*d));
            Values::Text(if width == 0 { Vec::new() } else { span.chunks(width).map(text).collect() })
        }
        1 => Values::Numbers(span.iter().map(|b| f64::from(*b)).collect()),
        2 => Values::Numbers((0..count).filter_map(|i| order.i16(span, 2 * i)).map(f64::from).collect()),
        _ => Values::Numbers((0..count).filter_map(|i| order.f32(span, 4 * i)).collect()),
    })
}

/// Text without what pads it.
fn text(bytes: &[u8]) -> String {
    let end = bytes.iter().position(|b| *b == 0).unwrap_or(bytes.len());
    String::from_utf8_lossy(&bytes[..end]).trim().to_owned()
}
