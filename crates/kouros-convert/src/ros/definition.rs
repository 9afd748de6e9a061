//! What a message is made of, from its definition.

use std::collections::HashMap;

/// More fields than messages have.
const MOST_FIELDS: usize = 1 << 16;

/// The type of a single value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    Bool,
    /// Whole number of so many bytes, with a sign or without.
    Whole(usize, bool),
    F32,
    F64,
    Text,
    Message(String),
}

/// How many values a field has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Count {
    One,
    Fixed(usize),
    Any,
}

/// A field of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Field {
    pub name: String,
    pub kind: Kind,
    pub count: Count,
}

/// A message and all that it is made of, by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Definitions {
    pub(super) main: String,
    pub(super) messages: HashMap<String, Vec<Field>>,
}

impl Definitions {
    /// Reads the definition of message `name` (`sensor_msgs/msg/JointState`).
    pub fn parse(name: &str, text: &str) -> Result<Self, String> {
        let mut messages = HashMap::new();
        let (mut current, mut fields, mut total) = (short(name), Vec::new(), 0);
        for line in text.lines().map(str::trim) {
            if line.len() >= 3 && line.bytes().all(|b| b == b'=') {
                messages.insert(std::mem::take(&mut current), std::mem::take(&mut fields));
            } else if let Some(next) = line.strip_prefix("MSG:") {
                current = short(next.trim());
            } else if let Some(field) = field(line, &current)? {
                total += 1;
                if total > MOST_FIELDS {
                    return Err(format!("more than {MOST_FIELDS} fields"));
                }
                fields.push(field);
            }
        }
        messages.insert(current, fields);
        Ok(Self { main: short(name), messages })
    }
}

/// A name without the folder that ROS 2 puts into it: `sensor_msgs/JointState`.
fn short(name: &str) -> String {
    name.replace("/msg/", "/")
}

fn field(line: &str, of: &str) -> Result<Option<Field>, String> {
    let line = line.split('#').next().unwrap_or_default().trim();
    if line.is_empty() {
        return Ok(None);
    }
    let odd = || format!("'{line}' where a field should be");
    let (kind, rest) = line.split_once(char::is_whitespace).ok_or_else(odd)?;
    let name = rest.trim().split(char::is_whitespace).next().unwrap_or_default();
    if rest.contains('=') && !kind.contains('=') {
        return Ok(None); // a constant takes no bytes
    }
    let (kind, count) = match kind.strip_suffix(']').and_then(|k| k.rsplit_once('[')) {
        None => (kind, Count::One),
        Some((kind, "")) => (kind, Count::Any),
        Some((kind, bound)) if bound.starts_with("<=") => (kind, Count::Any),
        Some((kind, size)) => (kind, Count::Fixed(size.parse().map_err(|_| odd())?)),
    };
    let plain = kind.split("<=").next().unwrap_or(kind);
    let kind = match plain {
        "bool" => Kind::Bool,
        "byte" | "uint8" | "char" => Kind::Whole(1, false),
        "int8" => Kind::Whole(1, true),
        "uint16" => Kind::Whole(2, false),
        "int16" => Kind::Whole(2, true),
        "uint32" => Kind::Whole(4, false),
        "int32" => Kind::Whole(4, true),
        "uint64" => Kind::Whole(8, false),
        "int64" => Kind::Whole(8, true),
        "float32" => Kind::F32,
        "float64" => Kind::F64,
        "string" => Kind::Text,
        "wstring" => return Err("a text of wide characters".into()),
        "time" | "duration" => Kind::Message("builtin_interfaces/Time".into()),
        "Header" => Kind::Message("std_msgs/Header".into()),
        other if other.contains('/') => Kind::Message(short(other)),
        other => Kind::Message(of.rsplit_once('/').map_or(other.into(), |(package, _)| format!("{package}/{other}"))),
    };
    Ok(Some(Field { name: name.into(), kind, count }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_by_hand() {
        let text =
            "# state\nHeader header\nstring<=9[] name\nfloat64[3] at # m\nint8 UP=1\nPoint p\n\n====\nMSG: a/Point\nfloat32 x";
        let d = Definitions::parse("a/msg/State", text).expect("sane");
        let fields = &d.messages["a/State"];
        assert_eq!(fields.iter().map(|f| f.name.as_str()).collect::<Vec<_>>(), ["header", "name", "at", "p"]);
        assert_eq!((fields[1].kind.clone(), fields[1].count), (Kind::Text, Count::Any));
        assert_eq!((fields[2].count, fields[3].kind.clone()), (Count::Fixed(3), Kind::Message("a/Point".into())));
        assert_eq!(d.messages["a/Point"].len(), 1);
        assert!(Definitions::parse("a/B", "nonsense").is_err());
    }
}
