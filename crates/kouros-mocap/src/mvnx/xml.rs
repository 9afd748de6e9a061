//! The little of XML that MVNX uses: elements, attributes, text; comments, declarations and
//! document types are stepped over, and nothing is ever expanded beyond the characters that must
//! be escaped. Works through the bytes once and keeps only the names of the open elements.

use crate::error::{Error, Result, shown};

/// The deepest an element may lie; MVNX has six levels.
const MAX_DEPTH: usize = 64;

/// What comes next in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Event<'a> {
    Open(Element<'a>),
    /// Characters between tags, as they stand.
    Text(&'a [u8]),
    /// The end of the element of this name.
    Close(&'a [u8]),
}

/// The start of an element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Element<'a> {
    pub name: &'a [u8],
    attributes: &'a [u8],
}

impl<'a> Element<'a> {
    /// The value of an attribute.
    pub fn attribute(&self, key: &str) -> Option<String> {
        let mut rest = self.attributes;
        loop {
            let (name, after) = split(rest.trim_ascii_start(), b'=')?;
            let after = after.trim_ascii_start();
            let (quote, after) = after.split_first().filter(|(q, _)| matches!(q, b'"' | b'\''))?;
            let (value, after) = split(after, *quote)?;
            if name.trim_ascii() == key.as_bytes() {
                return Some(unescaped(value));
            }
            rest = after;
        }
    }
}

/// Steps through the text.
pub(super) struct Scanner<'a> {
    file: &'a str,
    bytes: &'a [u8],
    at: usize,
    open: Vec<&'a [u8]>,
    /// An element that was opened and closed in one tag.
    empty: bool,
}

impl<'a> Scanner<'a> {
    pub fn new(file: &'a str, bytes: &'a [u8]) -> Self {
        Self { file, bytes, at: 0, open: Vec::new(), empty: false }
    }

    /// The line of the place that was read last, from 1.
    pub fn line(&self) -> usize {
        self.bytes.get(..self.at).unwrap_or(self.bytes).iter().filter(|b| **b == b'\n').count() + 1
    }

    /// Whether the text ended before its elements did.
    pub fn is_cut(&self) -> bool {
        !self.open.is_empty() || self.at < self.bytes.len()
    }

    /// The next event; none at the end, and none where the text breaks off within a tag.
    pub fn next(&mut self) -> Result<Option<Event<'a>>> {
        if std::mem::take(&mut self.empty) {
            return Ok(self.open.pop().map(Event::Close));
        }
        loop {
            let rest = self.bytes.get(self.at..).unwrap_or_default();
            if rest.is_empty() {
                return Ok(None);
            }
            if rest[0] != b'<' {
                let length = rest.iter().position(|b| *b == b'<').unwrap_or(rest.len());
                self.at += length;
                return Ok(rest.get(..length).map(Event::Text));
            }
            if rest.starts_with(b"<![CDATA[") {
                let Some(end) = find(rest, b"]]>") else { return Ok(None) };
                self.at += end + 3;
                return Ok(rest.get(9..end).map(Event::Text));
            }
            let closing: &[u8] = match rest {
                [b'<', b'!', b'-', b'-', ..] => b"-->",
                [b'<', b'?', ..] => b"?>",
                [b'<', b'!', ..] => b">",
                _ => break,
            };
            let Some(end) = find(rest, closing) else { return Ok(None) };
            self.at += end + closing.len();
        }
        self.tag()
    }

    /// An opening or closing tag.
    fn tag(&mut self) -> Result<Option<Event<'a>>> {
        let rest = self.bytes.get(self.at + 1..).unwrap_or_default();
        let Some(end) = end_of_tag(rest) else { return Ok(None) };
        let inner = rest.get(..end).unwrap_or_default();
        if let Some(name) = inner.strip_prefix(b"/") {
            let name = name.trim_ascii();
            if self.open.last() != Some(&name) {
                let expected = self.open.last().map_or("no end of an element".into(), |o| format!("</{}>", shown(o)));
                return Err(self.syntax(expected, shown(name)));
            }
            self.at += end + 2;
            self.open.pop();
            return Ok(Some(Event::Close(name)));
        }
        let (inner, empty) = inner.strip_suffix(b"/").map_or((inner, false), |i| (i, true));
        let length = inner.iter().position(u8::is_ascii_whitespace).unwrap_or(inner.len());
        let (name, attributes) = inner.split_at(length);
        if name.is_empty() {
            return Err(self.syntax("the name of an element".into(), shown(inner)));
        }
        if self.open.len() >= MAX_DEPTH {
            return Err(self.syntax(format!("at most {MAX_DEPTH} elements within each other"), shown(name)));
        }
        self.at += end + 2;
        self.open.push(name);
        self.empty = empty;
        Ok(Some(Event::Open(Element { name, attributes })))
    }

    /// An error at the place that was read last.
    pub fn syntax(&self, expected: String, found: String) -> Error {
        Error::Syntax { file: self.file.to_owned(), line: self.line(), expected, found }
    }
}

/// The `>` that ends a tag: not one in quotes.
fn end_of_tag(bytes: &[u8]) -> Option<usize> {
    let mut quote = None;
    for (i, b) in bytes.iter().enumerate() {
        match (quote, b) {
            (None, b'>') => return Some(i),
            (None, b'"' | b'\'') => quote = Some(*b),
            (Some(q), b) if q == *b => quote = None,
            _ => {}
        }
    }
    None
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|w| w == what)
}

fn split(bytes: &[u8], at: u8) -> Option<(&[u8], &[u8])> {
    let i = bytes.iter().position(|b| *b == at)?;
    Some((bytes.get(..i)?, bytes.get(i + 1..)?))
}

/// Text with the five characters that XML escapes by name; everything else stays as it stands.
fn unescaped(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    if !text.contains('&') {
        return text.into_owned();
    }
    let pairs = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&amp;", "&")];
    pairs.iter().fold(text.into_owned(), |t, (from, to)| t.replace(from, to))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn events(text: &str) -> (Vec<String>, bool) {
        let mut scanner = Scanner::new("t", text.as_bytes());
        let mut out = Vec::new();
        while let Some(event) = scanner.next().expect("well-formed") {
            out.push(match event {
                Event::Open(e) => format!("+{} {}", String::from_utf8_lossy(e.name), e.attribute("b").unwrap_or_default()),
                Event::Text(t) => String::from_utf8_lossy(t).into_owned(),
                Event::Close(n) => format!("-{}", String::from_utf8_lossy(n)),
            });
        }
        (out, scanner.is_cut())
    }

    #[test]
    fn elements_texts_and_what_is_stepped_over() {
        let text = "<?xml version='1.0'?><!DOCTYPE x><!-- <no> --><a c='>' b = \"1 &lt; 2\">t<b/><![CDATA[<&]]></a>";
        let (found, cut) = events(text);
        assert_eq!(found, ["+a 1 < 2", "t", "+b ", "-b", "<&", "-a"]);
        assert!(!cut);
    }

    #[test]
    fn breaks_are_seen() {
        assert!(events("<a>1 2").1);
        assert!(events("<a b='").1);
        assert!(events("<a></a><!-- ").1);
        let mut scanner = Scanner::new("t", b"<a>\n</b>");
        let _ = (scanner.next(), scanner.next());
        assert!(scanner.next().expect_err("crossed").to_string().contains("line 2"));
        let deep = "<a>".repeat(100);
        let mut scanner = Scanner::new("t", deep.as_bytes());
        assert!((0..100).any(|_| scanner.next().is_err()));
    }
}
