//! The machine: instructions of protocols 0 to 5, of which none runs anything.
//!
//! The instructions are those of Python's own description of the format (the comments of
//! `pickletools`, and PEP 307, 3154 and 574).

use super::inline;
use super::value::{Id, Span, Value, Values};
use crate::error::{Error, Result, shown};
use std::collections::HashMap;

/// The longest text that is kept; names and words are far shorter.
const MAX_TEXT: usize = 1 << 20;
/// Values that any pickle may build, however small.
const FREE_VALUES: usize = 1 << 16;

/// A pickle that was read.
pub(super) struct Read {
    pub values: Values,
    pub top: Id,
    /// One past its last byte.
    pub end: usize,
}

/// Reads the pickle that begins at `start` of `bytes`, whose arrays may stand between its
/// instructions.
pub(super) fn read(file: &str, bytes: &[u8], start: usize) -> Result<Read> {
    let mut machine = Machine {
        file,
        bytes,
        at: start,
        op_at: start,
        values: Values::new(),
        stack: Vec::new(),
        marks: Vec::new(),
        memo: HashMap::new(),
    };
    let top = machine.run()?;
    Ok(Read { values: machine.values, top, end: machine.at })
}

struct Machine<'a> {
    file: &'a str,
    bytes: &'a [u8],
    at: usize,
    /// Where the instruction began that is being read.
    op_at: usize,
    values: Values,
    stack: Vec<Id>,
    /// Heights of the stack at its marks.
    marks: Vec<usize>,
    memo: HashMap<u64, Id>,
}

impl<'a> Machine<'a> {
    fn run(&mut self) -> Result<Id> {
        // Values of one byte are shared; every other that is of any use has two.
        let most = FREE_VALUES.max(self.bytes.len() / 2);
        loop {
            self.op_at = self.at;
            let [op] = self.array()?;
            if op == b'.' {
                return self.pop();
            }
            self.step(op)?;
            if self.values.all.len() > most {
                let (limit, found) = (most as u64, self.values.all.len() as u64);
                return Err(Error::TooMany { file: self.file.to_owned(), what: "values in a pickle of this size", limit, found });
            }
        }
    }

    fn step(&mut self, op: u8) -> Result<()> {
        match op {
            // Nothing but a version, a length, a promise.
            0x80 => self.skip(1),
            0x95 => self.skip(8),
            0x98 => Ok(()),
            // Plain values.
            b'N' => self.push_shared(Values::NONE),
            0x88 => self.push_shared(Values::TRUE),
            0x89 => self.push_shared(Values::FALSE),
            b')' => self.push_shared(Values::EMPTY),
            b'J' => self.array().map(|b| Value::Int(i32::from_le_bytes(b).into())).and_then(|v| self.push(v)),
            b'K' => self.array().map(|[b]| Value::Int(b.into())).and_then(|v| self.push(v)),
            b'M' => self.array().map(|b| Value::Int(u16::from_le_bytes(b).into())).and_then(|v| self.push(v)),
            b'G' => self.array().map(|b| Value::Float(f64::from_be_bytes(b))).and_then(|v| self.push(v)),
            b'I' => self.old_int(),
            b'L' => self.old_long(),
            b'F' => self.old_float(),
            0x8a => self.array().map(|[n]| usize::from(n)).and_then(|n| self.long(n)),
            0x8b => self.signed_length().and_then(|n| self.long(n)),
            // Text and bytes.
            b'S' => self.old_string(),
            b'V' => self.old_unicode(),
            b'T' => self.signed_length().and_then(|n| self.latin(n)),
            b'U' => self.array().map(|[n]| usize::from(n)).and_then(|n| self.latin(n)),
            b'X' => self.array().map(u32::from_le_bytes).and_then(|n| self.unicode(u64::from(n))),
            0x8c => self.array().map(|[n]| u64::from(n)).and_then(|n| self.unicode(n)),
            0x8d => self.array().map(u64::from_le_bytes).and_then(|n| self.unicode(n)),
            b'B' => self.array().map(u32::from_le_bytes).and_then(|n| self.raw(u64::from(n))),
            b'C' => self.array().map(|[n]| u64::from(n)).and_then(|n| self.raw(n)),
            0x8e | 0x96 => self.array().map(u64::from_le_bytes).and_then(|n| self.raw(n)),
            // Bytes that the caller of Python's own reader would hand in: not in the file.
            0x97 => Err(self.wrong("bytes inside the file", "a buffer that lies outside it")),
            // Lists, tuples, sets, dictionaries.
            b']' => self.push(Value::List(Vec::new())),
            b'}' => self.push(Value::Dict(Vec::new())),
            0x8f => self.push(Value::List(Vec::new())),
            b'l' => self.until_mark().and_then(|items| self.push(Value::List(items))),
            b't' | 0x91 => self.until_mark().and_then(|items| self.push(Value::Tuple(items))),
            b'd' => self.until_mark().and_then(|items| self.paired(items)).and_then(|items| self.push(Value::Dict(items))),
            0x85 => self.tuple(1),
            0x86 => self.tuple(2),
            0x87 => self.tuple(3),
            b'a' => self.pop().and_then(|item| self.extend(vec![item])),
            b'e' | 0x90 => self.until_mark().and_then(|items| self.extend(items)),
            b's' => {
                let (value, key) = (self.pop()?, self.pop()?);
                self.fill(vec![key, value])
            }
            b'u' => self.until_mark().and_then(|items| self.paired(items)).and_then(|items| self.fill(items)),
            // The stack itself.
            b'(' => {
                self.marks.push(self.stack.len());
                Ok(())
            }
            b'0' if self.marks.last() == Some(&self.stack.len()) => self.until_mark().map(drop),
            b'0' => self.pop().map(drop),
            b'1' => self.until_mark().map(drop),
            b'2' => self.top().map(|top| self.stack.push(top)),
            // The memo.
            b'p' => self.number_line().and_then(|key| self.remember(key)),
            b'q' => self.array().map(|[n]| u64::from(n)).and_then(|key| self.remember(key)),
            b'r' => self.array().map(u32::from_le_bytes).and_then(|key| self.remember(key.into())),
            0x94 => self.remember(self.memo.len() as u64),
            b'g' => self.number_line().and_then(|key| self.recall(key)),
            b'h' => self.array().map(|[n]| u64::from(n)).and_then(|key| self.recall(key)),
            b'j' => self.array().map(u32::from_le_bytes).and_then(|key| self.recall(key.into())),
            // Names, and what would be made by calling them.
            b'c' => self.global_lines(),
            0x93 => self.global_stack(),
            b'i' => {
                self.global_lines()?;
                let (what, items) = (self.pop()?, self.until_mark()?);
                self.make(what, items)
            }
            b'o' => {
                let mut items = self.until_mark()?;
                if items.is_empty() {
                    return Err(self.wrong("a class behind a mark", "nothing"));
                }
                let what = items.remove(0);
                self.make(what, items)
            }
            b'R' | 0x81 => {
                let (with, what) = (self.pop()?, self.pop()?);
                self.made(what, with)
            }
            0x92 => {
                // Named arguments mean nothing to anything that is understood here.
                let (_, with, what) = (self.pop()?, self.pop()?, self.pop()?);
                self.made(what, with)
            }
            b'b' => self.build(),
            b'P' => {
                let line = self.line()?;
                let key = self.text_of(line)?;
                let key = self.add(Value::Text(key));
                self.push(Value::Outside(key))
            }
            b'Q' => self.pop().and_then(|key| self.push(Value::Outside(key))),
            0x82..=0x84 => Err(self.wrong("a name in the file", "a number registered in some program")),
            other => Err(self.wrong("an instruction of protocols 0 to 5", &format!("byte {other:#04x}"))),
        }
    }

    fn wrong(&self, expected: &str, found: &str) -> Error {
        let (file, byte) = (self.file.to_owned(), self.op_at);
        Error::Archive { file, byte, expected: format!("a pickle with {expected}"), found: found.to_owned() }
    }

    fn add(&mut self, value: Value) -> Id {
        self.values.all.push(value);
        self.values.all.len() - 1
    }

    fn push(&mut self, value: Value) -> Result<()> {
        let id = self.add(value);
        self.stack.push(id);
        Ok(())
    }

    fn push_shared(&mut self, id: Id) -> Result<()> {
        self.stack.push(id);
        Ok(())
    }

    fn top(&self) -> Result<Id> {
        let bottom = self.marks.last().copied().unwrap_or(0);
        let top = self.stack.last().filter(|_| self.stack.len() > bottom);
        top.copied().ok_or_else(|| self.wrong("a value on the stack", "an empty stack"))
    }

    fn pop(&mut self) -> Result<Id> {
        let top = self.top()?;
        self.stack.pop();
        Ok(top)
    }

    fn until_mark(&mut self) -> Result<Vec<Id>> {
        let mark = self.marks.pop().ok_or_else(|| self.wrong("a mark on the stack", "none"))?;
        Ok(self.stack.split_off(mark.min(self.stack.len())))
    }

    fn bytes(&mut self, count: u64) -> Result<(usize, usize)> {
        let left = self.bytes.len() - self.at;
        let count = usize::try_from(count).ok().filter(|n| *n <= left);
        let count = count.ok_or_else(|| self.wrong("as many bytes as it claims", &format!("{left} bytes")))?;
        let start = self.at;
        self.at += count;
        Ok((start, self.at))
    }

    fn skip(&mut self, count: u64) -> Result<()> {
        self.bytes(count).map(drop)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N]> {
        let (start, end) = self.bytes(N as u64)?;
        let part = self.bytes.get(start..end).and_then(|b| b.try_into().ok());
        part.ok_or_else(|| self.wrong("an end", "the end of the file"))
    }

    fn signed_length(&mut self) -> Result<usize> {
        let found = i32::from_le_bytes(self.array()?);
        usize::try_from(found).map_err(|_| self.wrong("a length from zero up", &found.to_string()))
    }

    /// The bytes up to the next line end, without it.
    fn line(&mut self) -> Result<&'a [u8]> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let length = rest.iter().position(|b| *b == b'\n').ok_or_else(|| self.wrong("the end of a line", "none"))?;
        self.at += length + 1;
        let line = rest.get(..length).unwrap_or_default();
        Ok(line.strip_suffix(b"\r").unwrap_or(line))
    }

    fn text_of(&self, bytes: &[u8]) -> Result<String> {
        if bytes.len() > MAX_TEXT {
            let (limit, found) = (MAX_TEXT as u64, bytes.len() as u64);
            return Err(Error::TooMany { file: self.file.to_owned(), what: "bytes in a text", limit, found });
        }
        Ok(String::from_utf8_lossy(bytes).into_owned())
    }

    fn number_line(&mut self) -> Result<u64> {
        let line = self.line()?;
        let number = std::str::from_utf8(line).ok().and_then(|t| t.trim().parse().ok());
        number.ok_or_else(|| self.wrong("a number from zero up", &shown(line)))
    }

    fn old_int(&mut self) -> Result<()> {
        let line = self.line()?;
        let value = match line {
            b"00" => Value::Bool(false),
            b"01" => Value::Bool(true),
            _ => Value::Int(self.whole(line)?),
        };
        self.push(value)
    }

    fn old_long(&mut self) -> Result<()> {
        let line = self.line()?;
        let value = self.whole(line.strip_suffix(b"L").unwrap_or(line))?;
        self.push(Value::Int(value))
    }

    fn whole(&self, line: &[u8]) -> Result<i64> {
        let text = std::str::from_utf8(line).unwrap_or_default().trim();
        let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
        if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(self.wrong("a whole number", &shown(line)));
        }
        Ok(text.parse().unwrap_or(if text.starts_with('-') { i64::MIN } else { i64::MAX }))
    }

    fn old_float(&mut self) -> Result<()> {
        let line = self.line()?;
        let value = std::str::from_utf8(line).ok().and_then(|t| t.trim().parse().ok());
        let value = value.ok_or_else(|| self.wrong("a number", &shown(line)))?;
        self.push(Value::Float(value))
    }

    /// A whole number in two's complement, low byte first.
    fn long(&mut self, count: usize) -> Result<()> {
        let (start, end) = self.bytes(count as u64)?;
        let bytes = self.bytes.get(start..end).unwrap_or_default();
        let negative = bytes.last().is_some_and(|b| b & 0x80 != 0);
        let mut low = if negative { [0xff; 8] } else { [0; 8] };
        low.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from);
        let fits = bytes.iter().skip(8).all(|b| *b == if negative { 0xff } else { 0 });
        let value = i64::from_le_bytes(low);
        let value = match fits && (value < 0) == negative {
            true => value,
            false if negative => i64::MIN,
            false => i64::MAX,
        };
        self.push(Value::Int(value))
    }

    /// The text of an old protocol, which may as well be bytes: one letter a byte.
    fn latin(&mut self, count: usize) -> Result<()> {
        let (start, end) = self.bytes(count as u64)?;
        self.text_or_bytes(start, end)
    }

    fn text_or_bytes(&mut self, start: usize, end: usize) -> Result<()> {
        let bytes = self.bytes.get(start..end).unwrap_or_default();
        match std::str::from_utf8(bytes) {
            Ok(text) if text.len() <= MAX_TEXT => self.push(Value::Text(text.to_owned())),
            _ => self.push(Value::Bytes(Span { start, end, unescaped: false })),
        }
    }

    fn unicode(&mut self, count: u64) -> Result<()> {
        let (start, end) = self.bytes(count)?;
        if end - start > MAX_TEXT {
            // Bytes of an array, written as text by an old protocol.
            return self.push(Value::Bytes(Span { start, end, unescaped: false }));
        }
        let text = self.text_of(self.bytes.get(start..end).unwrap_or_default())?;
        self.push(Value::Text(text))
    }

    fn raw(&mut self, count: u64) -> Result<()> {
        let (start, end) = self.bytes(count)?;
        self.push(Value::Bytes(Span { start, end, unescaped: false }))
    }

    /// A string as Python 2 wrote it: in quotes, with escapes.
    fn old_string(&mut self) -> Result<()> {
        let line = self.line()?;
        let quoted = |mark: &[u8]| line.strip_prefix(mark)?.strip_suffix(mark);
        let Some(inner) = quoted(b"'").or_else(|| quoted(b"\"")) else {
            return Err(self.wrong("a string in quotes", &shown(line)));
        };
        let start = self.values.unescaped.len();
        unescape(inner, &mut self.values.unescaped);
        let end = self.values.unescaped.len();
        let made = self.values.unescaped.get(start..end).unwrap_or_default();
        let value = match std::str::from_utf8(made) {
            Ok(text) if text.len() <= MAX_TEXT => Value::Text(text.to_owned()),
            _ => Value::Bytes(Span { start, end, unescaped: true }),
        };
        self.push(value)
    }

    /// Text with `\uXXXX` for what no byte can say.
    fn old_unicode(&mut self) -> Result<()> {
        let line = self.line()?;
        // Each byte is a letter (Latin-1), so bytes come back from it one for one.
        let mut text = String::new();
        let mut rest = line;
        while let Some((first, after)) = rest.split_first() {
            rest = after;
            let digits = match (first, after.first()) {
                (b'\\', Some(b'u')) => after.get(1..5),
                (b'\\', Some(b'U')) => after.get(1..9),
                _ => None,
            };
            let point = digits.and_then(|d| u32::from_str_radix(std::str::from_utf8(d).ok()?, 16).ok()).and_then(char::from_u32);
            match (point, digits) {
                (Some(point), Some(digits)) => {
                    text.push(point);
                    rest = after.get(1 + digits.len()..).unwrap_or_default();
                }
                _ => text.push(char::from(*first)),
            }
        }
        let text = self.text_of(text.as_bytes())?;
        self.push(Value::Text(text))
    }

    fn paired(&self, items: Vec<Id>) -> Result<Vec<Id>> {
        if items.len().is_multiple_of(2) { Ok(items) } else { Err(self.wrong("a value for every key", "a key alone")) }
    }

    fn tuple(&mut self, count: usize) -> Result<()> {
        let mut items = Vec::with_capacity(count);
        for _ in 0..count {
            items.push(self.pop()?);
        }
        items.reverse();
        self.push(Value::Tuple(items))
    }

    /// Adds to the list, or to the set, on top of the stack.
    fn extend(&mut self, items: Vec<Id>) -> Result<()> {
        let top = self.top()?;
        match self.values.all.get_mut(top) {
            Some(Value::List(list)) => list.extend(items),
            // A list of another kind: what it holds is nobody's business here.
            Some(Value::Made { .. }) => {}
            _ => return Err(self.wrong("a list to add to", &self.values.kind(top))),
        }
        Ok(())
    }

    /// Adds to the dictionary on top of the stack.
    fn fill(&mut self, items: Vec<Id>) -> Result<()> {
        let top = self.top()?;
        match self.values.all.get_mut(top) {
            Some(Value::Dict(dict)) => dict.extend(items),
            Some(Value::Made { .. }) => {}
            _ => return Err(self.wrong("a dictionary to add to", &self.values.kind(top))),
        }
        Ok(())
    }

    fn remember(&mut self, key: u64) -> Result<()> {
        let top = self.top()?;
        self.memo.insert(key, top);
        Ok(())
    }

    fn recall(&mut self, key: u64) -> Result<()> {
        let id = self.memo.get(&key).copied();
        let id = id.ok_or_else(|| self.wrong("what it remembered", &format!("nothing under {key}")))?;
        self.stack.push(id);
        Ok(())
    }

    fn global_lines(&mut self) -> Result<()> {
        let (module, name) = (self.line()?, self.line()?);
        let (module, name) = (self.text_of(module)?, self.text_of(name)?);
        self.push(Value::Name(Box::new((module, name))))
    }

    fn global_stack(&mut self) -> Result<()> {
        let (name, module) = (self.pop()?, self.pop()?);
        let both = self.values.text(module).map(str::to_owned).zip(self.values.text(name).map(str::to_owned));
        let (module, name) = both.ok_or_else(|| self.wrong("a name of two texts", &self.values.kind(name)))?;
        self.push(Value::Name(Box::new((module, name))))
    }

    fn make(&mut self, what: Id, items: Vec<Id>) -> Result<()> {
        let with = self.add(Value::Tuple(items));
        self.push(Value::Made { what, with, state: None })
    }

    /// What calling `what` with `with` would make. An ordered dictionary is a dictionary.
    fn made(&mut self, what: Id, with: Id) -> Result<()> {
        let named = match self.values.get(what) {
            Value::Name(name) => (name.0.as_str(), name.1.as_str()),
            _ => ("", ""),
        };
        // One that is made of something keeps its name: what it is made of is not walked through.
        if matches!(named, ("collections", "OrderedDict") | ("builtins" | "__builtin__", "dict"))
            && matches!(self.values.get(with), Value::Tuple(items) if items.is_empty())
        {
            return self.push(Value::Dict(Vec::new()));
        }
        self.push(Value::Made { what, with, state: None })
    }

    /// Tells the value on top of the stack something; joblib's arrays begin here.
    fn build(&mut self) -> Result<()> {
        let told = self.pop()?;
        let top = self.top()?;
        if let Some(Value::Made { state, .. }) = self.values.all.get_mut(top) {
            *state = Some(told);
        }
        if self.values.maker(top).is_some_and(|(module, name)| module.starts_with("joblib.") && name == "NumpyArrayWrapper") {
            let (start, end) = inline::place(self.file, &self.values, told, self.bytes, self.at)?;
            self.at = end;
            // The array takes the place of its description, wherever that is remembered.
            let description = self.values.all.get(top).cloned().unwrap_or(Value::None);
            let id = self.add(description);
            if let Some(slot) = self.values.all.get_mut(top) {
                *slot = Value::Inline(id, Span { start, end, unescaped: false });
            }
        }
        Ok(())
    }
}

/// Python's escapes in a string: `\n`, `\'`, `\\`, `\x41`, `\101`; others stay as they are.
fn unescape(text: &[u8], out: &mut Vec<u8>) {
    let mut rest = text;
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        if *first != b'\\' {
            out.push(*first);
            continue;
        }
        let Some((kind, behind)) = after.split_first() else {
            out.push(b'\\');
            break;
        };
        rest = behind;
        let number = |digits: &[u8], radix| std::str::from_utf8(digits).ok().and_then(|d| u8::from_str_radix(d, radix).ok());
        let plain = match kind {
            b'n' => Some(b'\n'),
            b't' => Some(b'\t'),
            b'r' => Some(b'\r'),
            b'a' => Some(7),
            b'b' => Some(8),
            b'f' => Some(12),
            b'v' => Some(11),
            b'\\' | b'\'' | b'"' => Some(*kind),
            b'x' => behind.get(..2).and_then(|d| number(d, 16)).inspect(|_| rest = behind.get(2..).unwrap_or_default()),
            b'0'..=b'7' => after.get(..3).and_then(|d| number(d, 8)).inspect(|_| rest = after.get(3..).unwrap_or_default()),
            _ => None,
        };
        match plain {
            Some(byte) => out.push(byte),
            None => out.extend([b'\\', *kind]),
        }
    }
}
