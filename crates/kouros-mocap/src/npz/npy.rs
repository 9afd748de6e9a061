//! One array of an archive: a header in Python's spelling, then the numbers.

use super::zip::Archive;
use crate::error::{Error, Result, shown};
use crate::recording::{MAX_JOINTS, MAX_NAME};

/// The longest header read; that of a plain array has under 128 bytes.
const MAX_HEADER: usize = 4096;
/// The most axes of an array.
const MAX_AXES: usize = 8;

/// An array of numbers, last axis fastest whatever its order in the file.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Numbers {
    pub shape: Vec<usize>,
    pub values: Vec<f64>,
}

/// What an array holds.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Array {
    Numbers(Numbers),
    /// An array of strings: its first, up to one more than a skeleton may have joints.
    Text(Vec<String>),
    /// Python objects, which are programs: never read.
    Objects,
}

/// The array `name`, where the archive has it.
pub(crate) fn read(archive: &Archive, name: &str) -> Result<Option<Array>> {
    let entry = archive.entries.iter().find(|e| e.name == name || e.name.strip_suffix(".npy") == Some(name));
    let Some(entry) = entry else { return Ok(None) };
    let bytes = archive.read(entry)?;
    parse(archive.file, name, &bytes).map(Some)
}

/// The numbers of an array that must not be anything else.
pub(crate) fn numbers(archive: &Archive, name: &str) -> Result<Option<Numbers>> {
    let found = |found: &str| Error::Array {
        file: archive.file.to_owned(),
        array: name.to_owned(),
        expected: "numbers".into(),
        found: found.into(),
    };
    match read(archive, name)? {
        Some(Array::Numbers(n)) => Ok(Some(n)),
        Some(Array::Text(_)) => Err(found("text")),
        Some(Array::Objects) => Err(found("Python objects, which are never executed")),
        None => Ok(None),
    }
}

/// The array in the bytes of a `.npy`; `name` is what errors call it.
pub(crate) fn parse(file: &str, name: &str, bytes: &[u8]) -> Result<Array> {
    let wrong = |expected: String, found: String| Error::Array { file: file.to_owned(), array: name.to_owned(), expected, found };
    let (header, data) = split(bytes).ok_or_else(|| wrong("the header of a .npy array".into(), shown(bytes)))?;
    let text = String::from_utf8_lossy(header);
    let field = |key: &str| field_of(&text, key).ok_or_else(|| wrong(format!("'{key}' in the header"), shown(header)));
    let (descr, fortran, shape) = (field("descr")?, field("fortran_order")?, field("shape")?);
    let shape = shape_of(shape).ok_or_else(|| wrong(format!("a shape of at most {MAX_AXES} axes"), shown(shape.as_bytes())))?;
    let descr = descr.trim_matches(|c| c == '\'' || c == '"');
    if descr.contains('O') {
        return Ok(Array::Objects);
    }
    let kind = kind_of(descr).ok_or_else(|| wrong("a plain type of numbers or text".into(), shown(descr.as_bytes())))?;
    decode(descr, &shape, fortran.starts_with("True"), data)
        .ok_or_else(|| wrong(format!("the data of shape {shape:?}, {} bytes each", kind.bytes), format!("{} bytes", data.len())))
}

/// The array of a type, as a header spells it, and a shape in `data`; none where the type is no
/// plain one or the data are too few. What is behind them is left out.
pub(crate) fn decode(descr: &str, shape: &[usize], fortran: bool, data: &[u8]) -> Option<Array> {
    let kind = kind_of(descr)?;
    let count = shape.iter().try_fold(1_usize, |n, s| n.checked_mul(*s))?;
    let data = data.get(..count.checked_mul(kind.bytes)?)?;
    if matches!(kind.letter, b'U' | b'S') {
        return Some(Array::Text(texts_of(&kind, data)));
    }
    let mut values: Vec<f64> = data.chunks_exact(kind.bytes.max(1)).map(|c| value_of(&kind, c)).collect();
    if fortran && shape.len() > 1 {
        values = last_axis_fastest(&values, shape);
    }
    debug_assert_eq!(values.len(), count);
    Some(Array::Numbers(Numbers { shape: shape.to_vec(), values }))
}

/// Bytes of an element of a type, as a header spells it; none where it is no plain one.
pub(crate) fn bytes_of(descr: &str) -> Option<usize> {
    kind_of(descr).map(|k| k.bytes)
}

/// Header and data of a `.npy`, versions 1 to 3.
fn split(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let rest = bytes.strip_prefix(b"\x93NUMPY")?;
    let (length, start) = match rest {
        [1, _, a, b, ..] => (usize::from(u16::from_le_bytes([*a, *b])), 4),
        [2 | 3, _, a, b, c, d, ..] => (usize::try_from(u32::from_le_bytes([*a, *b, *c, *d])).ok()?, 6),
        _ => return None,
    };
    if length > MAX_HEADER {
        return None;
    }
    let body = rest.get(start..)?;
    Some((body.get(..length)?, body.get(length..)?))
}

/// The value of a key in the header: up to the comma or brace that ends it.
fn field_of<'a>(header: &'a str, key: &str) -> Option<&'a str> {
    let at = [format!("'{key}'"), format!("\"{key}\"")].iter().find_map(|k| header.find(k).map(|p| p + k.len()))?;
    let value = header.get(at..)?.trim_start().strip_prefix(':')?.trim_start();
    let end = if value.starts_with('(') { value.find(')')? + 1 } else { value.find([',', '}'])? };
    value.get(..end).map(str::trim)
}

fn shape_of(text: &str) -> Option<Vec<usize>> {
    let inner = text.strip_prefix('(')?.strip_suffix(')')?;
    let sizes: Option<Vec<usize>> =
        inner.split(',').map(|s| s.trim().trim_end_matches('L')).filter(|s| !s.is_empty()).map(|s| s.parse().ok()).collect();
    sizes.filter(|s| s.len() <= MAX_AXES)
}

struct Kind {
    letter: u8,
    bytes: usize,
    big: bool,
}

fn kind_of(descr: &str) -> Option<Kind> {
    let (order, rest) = match descr.as_bytes() {
        [o @ (b'<' | b'>' | b'|' | b'='), rest @ ..] => (*o, rest),
        rest => (b'<', rest),
    };
    let (letter, digits) = rest.split_first()?;
    let size: usize = std::str::from_utf8(digits).ok()?.parse().ok()?;
    let bytes = match (letter, size) {
        (b'f', 2 | 4 | 8) | (b'i' | b'u', 1 | 2 | 4 | 8) | (b'b', 1) => size,
        (b'U', n) => n.checked_mul(4)?,
        (b'S', n) => n,
        _ => return None,
    };
    Some(Kind { letter: *letter, bytes, big: order == b'>' })
}

/// One number; `bytes` are as many as its kind has.
fn value_of(kind: &Kind, bytes: &[u8]) -> f64 {
    let mut low = [0_u8; 8];
    for (i, b) in bytes.iter().enumerate().take(8) {
        low[if kind.big { bytes.len() - 1 - i } else { i }] = *b;
    }
    let bits = u64::from_le_bytes(low);
    let unused = 64 - 8 * bytes.len().clamp(1, 8) as u32;
    match (kind.letter, bytes.len()) {
        (b'f', 2) => half(bits as u16),
        (b'f', 4) => f64::from(f32::from_bits(bits as u32)),
        (b'f', _) => f64::from_bits(bits),
        (b'i', _) => ((bits << unused) as i64 >> unused) as f64,
        _ => bits as f64,
    }
}

/// A half-precision number (IEEE 754 binary16).
fn half(bits: u16) -> f64 {
    let (exponent, fraction) = (i32::from(bits >> 10 & 31), f64::from(bits & 1023));
    let size = match exponent {
        0 => fraction * 2f64.powi(-24),
        31 if fraction == 0.0 => f64::INFINITY,
        31 => f64::NAN,
        e => (1.0 + fraction / 1024.0) * 2f64.powi(e - 15),
    };
    if bits >> 15 == 1 { -size } else { size }
}

/// The strings of an array of them, without their padding.
fn texts_of(kind: &Kind, data: &[u8]) -> Vec<String> {
    let point = |c: &[u8]| c.try_into().map(if kind.big { u32::from_be_bytes } else { u32::from_le_bytes }).unwrap_or(0);
    let text = |one: &[u8]| -> String {
        let text: String = if kind.letter == b'S' {
            String::from_utf8_lossy(one.get(..MAX_NAME).unwrap_or(one)).into_owned()
        } else {
            one.chunks_exact(4).take(MAX_NAME).map(point).filter_map(char::from_u32).collect()
        };
        text.trim_end_matches('\0').to_owned()
    };
    if kind.bytes == 0 {
        return Vec::new();
    }
    data.chunks_exact(kind.bytes).take(MAX_JOINTS + 1).map(text).collect()
}

/// Values whose first axis runs fastest, reordered so that the last does.
fn last_axis_fastest(values: &[f64], shape: &[usize]) -> Vec<f64> {
    if values.is_empty() {
        return Vec::new(); // sizes that multiply to nothing need not fit any number
    }
    let mut strides = vec![1; shape.len()];
    for axis in 1..shape.len() {
        strides[axis] = strides[axis - 1] * shape[axis - 1];
    }
    let mut at = vec![0; shape.len()];
    let mut out = Vec::with_capacity(values.len());
    for _ in 0..values.len() {
        let from: usize = at.iter().zip(&strides).map(|(i, s)| i * s).sum();
        out.push(values[from]);
        for axis in (0..shape.len()).rev() {
            at[axis] += 1;
            if at[axis] < shape[axis] {
                break;
            }
            at[axis] = 0;
        }
    }
    out
}

/// A `.npy` of a type and shape over data already in the file's order.
pub(crate) fn write(descr: &str, shape: &[usize], data: &[u8]) -> Vec<u8> {
    let sizes: Vec<String> = shape.iter().map(|s| format!("{s},")).collect();
    let mut header = format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': ({}), }}", sizes.join(" "));
    // Magic, version and length are ten bytes; the data begins at a multiple of 64.
    while (10 + header.len() + 1) % 64 != 0 {
        header.push(' ');
    }
    header.push('\n');
    let mut out = b"\x93NUMPY\x01\0".to_vec();
    out.extend((header.len() as u16).to_le_bytes());
    out.extend(header.as_bytes());
    out.extend(data);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(descr: &str, shape: &[usize], data: &[u8]) -> Result<Array> {
        parse("t", "a", &write(descr, shape, data))
    }

    #[test]
    fn every_kind_of_number() {
        let number = |descr: &str, data: &[u8]| match of(descr, &[1], data) {
            Ok(Array::Numbers(n)) => n.values[0],
            other => panic!("{other:?}"),
        };
        assert_eq!(number("<f8", &1.5f64.to_le_bytes()), 1.5);
        assert_eq!(number(">f4", &1.5f32.to_be_bytes()), 1.5);
        assert_eq!(number("<f2", &[0x00, 0xc0]), -2.0);
        assert_eq!(number("<i4", &(-7i32).to_le_bytes()), -7.0);
        assert_eq!(number("|u1", &[200]), 200.0);
        assert_eq!(number("<i8", &120i64.to_le_bytes()), 120.0);
        assert_eq!(
            of("<U4", &[], &"male".chars().flat_map(|c| (c as u32).to_le_bytes()).collect::<Vec<_>>()),
            Ok(Array::Text(vec!["male".into()]))
        );
        assert_eq!(of("|S4", &[2], b"malea\0\0\0"), Ok(Array::Text(vec!["male".into(), "a".into()])));
        assert_eq!(of("|S0", &[1 << 40], b""), Ok(Array::Text(Vec::new())));
        assert_eq!(of("|O", &[3], b"pickle"), Ok(Array::Objects));
    }

    #[test]
    fn fortran_order_by_hand() {
        let data: Vec<u8> = [1.0, 4.0, 2.0, 5.0, 3.0, 6.0f64].iter().flat_map(|v| v.to_le_bytes()).collect();
        let bytes = write("<f8", &[2, 3], &data);
        let bytes = String::from_utf8_lossy(&bytes[..128])
            .replace("False", "True ")
            .into_bytes()
            .into_iter()
            .skip(8)
            .chain(data)
            .collect::<Vec<_>>();
        // The magic's first byte is no UTF-8; put it back.
        let bytes = [b"\x93NUMPY".as_slice(), &bytes[bytes.iter().position(|b| *b == 1).expect("version")..]].concat();
        let Ok(Array::Numbers(n)) = parse("t", "a", &bytes) else { panic!("{:?}", parse("t", "a", &bytes)) };
        assert_eq!(n.values, [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
    }

    #[test]
    fn claims_are_checked() {
        for shape in [vec![usize::MAX, 2], vec![1 << 40], vec![3]] {
            assert!(of("<f8", &shape, &[0; 8]).expect_err("too few").to_string().contains("the data of shape"));
        }
        assert!(of("<c16", &[1], &[0; 16]).is_err());
        assert!(of("<V9", &[1], &[0; 16]).is_err());
        assert!(parse("t", "a", b"\x93NUMPY\x02\0\xff\xff\xff\xff{").is_err());
        assert!(parse("t", "a", b"\x93NUMPY\x01\0\x04\0((((").is_err());
    }
}
