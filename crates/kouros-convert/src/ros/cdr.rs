//! Values of a message, there and back.

use super::definition::{Count, Definitions, Field, Kind};
use kouros_dataset::stream::Values;

/// Messages within messages, deeper than any are.
const DEEPEST: usize = 16;

/// A field without fields of its own, with all its values.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Leaf {
    /// Its path: `pose.position.x`, `transforms[2].child_frame_id`.
    pub path: String,
    /// Its values: one, or a list's.
    pub values: Values,
    /// Whether it is a list of changing length.
    pub any: bool,
    /// Bytes of a single value; 0 for texts.
    pub size: usize,
}

/// All values of a message, in the order of its definition.
pub(crate) fn leaves(definitions: &Definitions, bytes: &[u8]) -> Result<Vec<Leaf>, String> {
    let (head, body) = bytes.split_at_checked(4).ok_or("a message without its head")?;
    let big = match head[1] {
        0 => true,
        1 => false,
        other => return Err(format!("an encoding {other}, which is not plain CDR")),
    };
    let mut decoder = Decoder { bytes: body, at: 0, big };
    let mut out = Vec::new();
    decoder.message(definitions, &definitions.main, "", 0, &mut out)?;
    Ok(out)
}

struct Decoder<'a> {
    bytes: &'a [u8],
    at: usize,
    big: bool,
}

impl Decoder<'_> {
    fn message(&mut self, all: &Definitions, name: &str, path: &str, depth: usize, out: &mut Vec<Leaf>) -> Result<(), String> {
        // ROS 2 itself puts this one into every header, and some writers leave its definition out.
        let time = [("sec", Kind::Whole(4, true)), ("nanosec", Kind::Whole(4, false))];
        let time = time.map(|(name, kind)| Field { name: name.into(), kind, count: Count::One });
        let known = ["builtin_interfaces/Time", "builtin_interfaces/Duration"].contains(&name);
        let fields = match all.messages.get(name) {
            Some(fields) => fields.as_slice(),
            None if known => time.as_slice(),
            None => return Err(format!("no definition of '{name}'")),
        };
        if depth > DEEPEST {
            return Err(format!("messages more than {DEEPEST} deep"));
        }
        if fields.is_empty() {
            self.take(1)?;
        }
        for field in fields {
            let path = if path.is_empty() { field.name.clone() } else { format!("{path}.{}", field.name) };
            let count = match field.count {
                Count::One => None,
                Count::Fixed(n) => Some(n),
                Count::Any => Some(self.whole(4, false)? as usize),
            };
            // Every value takes a byte at least.
            if count.is_some_and(|n| n > self.bytes.len() - self.at) {
                return Err(format!("{} values of '{path}' in {} bytes", count.unwrap_or(0), self.bytes.len() - self.at));
            }
            match &field.kind {
                Kind::Message(name) => match count {
                    None => self.message(all, name, &path, depth + 1, out)?,
                    Some(n) => (0..n).try_for_each(|i| self.message(all, name, &format!("{path}[{i}]"), depth + 1, out))?,
                },
                kind => {
                    let (values, size) = self.values(kind, count.unwrap_or(1))?;
                    out.push(Leaf { path, values, any: field.count == Count::Any, size });
                }
            }
        }
        Ok(())
    }

    fn values(&mut self, kind: &Kind, count: usize) -> Result<(Values, usize), String> {
        let each = 0..count;
        Ok(match kind {
            Kind::Bool => (Values::Bool(each.map(|_| Ok(self.take(1)?[0] != 0)).collect::<Result<_, String>>()?), 1),
            Kind::Whole(size, sign) => {
                (Values::I64(each.map(|_| self.whole(*size, *sign)).collect::<Result<_, String>>()?), *size)
            }
            Kind::F32 => {
                let one = |_| Ok(f32::from_bits(self.whole(4, false)? as u32));
                (Values::F32(each.map(one).collect::<Result<_, String>>()?), 4)
            }
            Kind::F64 => {
                let one = |_| Ok(f64::from_bits(self.whole(8, false)? as u64));
                (Values::F64(each.map(one).collect::<Result<_, String>>()?), 8)
            }
            Kind::Text | Kind::Message(_) => (Values::Text(each.map(|_| self.text()).collect::<Result<_, String>>()?), 0),
        })
    }

    fn take(&mut self, count: usize) -> Result<&[u8], String> {
        let end = self.at.checked_add(count).filter(|e| *e <= self.bytes.len());
        let end = end.ok_or_else(|| format!("{} bytes, where {count} more are needed at byte {}", self.bytes.len(), self.at))?;
        let out = self.bytes.get(self.at..end).unwrap_or_default();
        self.at = end;
        Ok(out)
    }

    fn whole(&mut self, size: usize, sign: bool) -> Result<i64, String> {
        self.at = self.at.next_multiple_of(size);
        let big = self.big;
        let mut bytes = [0; 8];
        for (i, &byte) in self.take(size)?.iter().enumerate() {
            bytes[if big { size - 1 - i } else { i }] = byte;
        }
        let value = u64::from_le_bytes(bytes);
        let unused = 64 - 8 * size as u32;
        Ok(if sign { ((value << unused) as i64) >> unused } else { value as i64 })
    }

    fn text(&mut self) -> Result<String, String> {
        let length = self.whole(4, false)? as usize;
        let bytes = self.take(length)?;
        let bytes = bytes.strip_suffix(&[0]).unwrap_or(bytes);
        std::str::from_utf8(bytes).map(str::to_owned).map_err(|e| e.to_string())
    }
}

/// Writes a message, little-endian.
#[derive(Debug)]
pub(crate) struct Encoder(Vec<u8>);

impl Encoder {
    /// An empty message.
    pub fn new() -> Self {
        Self(vec![0, 1, 0, 0])
    }

    fn put<const N: usize>(&mut self, bytes: [u8; N]) {
        self.0.resize((self.0.len() - 4).next_multiple_of(N) + 4, 0);
        self.0.extend(bytes);
    }

    /// A time stamp.
    pub fn time(&mut self, nanoseconds: u64) {
        self.i32((nanoseconds / 1_000_000_000) as i32);
        self.put(((nanoseconds % 1_000_000_000) as u32).to_le_bytes());
    }

    /// A whole number of four bytes.
    pub fn i32(&mut self, value: i32) {
        self.put(value.to_le_bytes());
    }

    /// A number of double precision.
    pub fn f64(&mut self, value: f64) {
        self.put(value.to_le_bytes());
    }

    /// A text.
    pub fn text(&mut self, text: &str) {
        self.put((text.len() as u32 + 1).to_le_bytes());
        self.0.extend(text.as_bytes());
        self.0.push(0);
    }

    /// The length of a list.
    pub fn count(&mut self, count: usize) {
        self.put((count as u32).to_le_bytes());
    }

    /// Some values, one after the other.
    pub fn values(&mut self, values: &Values, range: std::ops::Range<usize>) {
        match values {
            Values::F32(v) => v.get(range).unwrap_or_default().iter().for_each(|v| self.put(v.to_le_bytes())),
            Values::F64(v) => v.get(range).unwrap_or_default().iter().for_each(|v| self.put(v.to_le_bytes())),
            Values::I64(v) => v.get(range).unwrap_or_default().iter().for_each(|v| self.put(v.to_le_bytes())),
            Values::Bool(v) => v.get(range).unwrap_or_default().iter().for_each(|v| self.put([u8::from(*v)])),
            Values::Text(v) => v.get(range).unwrap_or_default().iter().for_each(|v| self.text(v)),
        }
    }

    /// The bytes.
    pub fn bytes(self) -> Vec<u8> {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn definitions() -> Definitions {
        let text = "Time stamp\nbool on\nfloat64 x\nint64[2] n\nstring word\nfloat32[] list\n===\nMSG: a/Time\nint32 sec\nuint32 nanosec";
        Definitions::parse("a/B", text).expect("sane")
    }

    fn message() -> Vec<u8> {
        let mut e = Encoder::new();
        e.time(3_000_000_007);
        e.values(&Values::Bool(vec![true]), 0..1);
        e.f64(0.1);
        e.values(&Values::I64(vec![-1, 1 << 60]), 0..2);
        e.text("grün");
        e.count(2);
        e.values(&Values::F32(vec![0.5, f32::NAN]), 0..2);
        e.bytes()
    }

    #[test]
    fn bytes_by_hand() {
        // A flag at byte 8 behind the time; the number behind it begins at a multiple of eight.
        let bytes = message();
        assert_eq!(bytes[..13], [0, 1, 0, 0, 3, 0, 0, 0, 7, 0, 0, 0, 1]);
        assert_eq!(bytes[13..20], [0; 7]);
        assert_eq!(bytes[20..28], 0.1f64.to_le_bytes());
    }

    #[test]
    fn there_and_back() {
        let found = leaves(&definitions(), &message()).expect("own");
        let paths: Vec<_> = found.iter().map(|l| l.path.as_str()).collect();
        assert_eq!(paths, ["stamp.sec", "stamp.nanosec", "on", "x", "n", "word", "list"]);
        assert_eq!(found[3].values, Values::F64(vec![0.1]));
        assert_eq!(found[4].values, Values::I64(vec![-1, 1 << 60]));
        assert_eq!(found[5].values, Values::Text(vec!["grün".into()]));
        let Values::F32(list) = &found[6].values else { panic!("another type") };
        assert_eq!(list[1].to_bits(), f32::NAN.to_bits());
    }

    proptest! {
        #[test]
        fn broken_bytes_end_in_an_answer(at in 0usize..80, value: u8, cut in 0usize..80) {
            let mut bytes = message();
            let (at, cut) = (at % bytes.len(), cut % bytes.len());
            prop_assert!(leaves(&definitions(), &bytes[..cut]).is_err());
            bytes[at] = value;
            let _ = leaves(&definitions(), &bytes);
        }
    }
}
