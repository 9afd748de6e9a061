//! A text as words between blanks, each of which knows its line.

use crate::error::{Error, Result, shown};

/// Walks over the words of a text; braces are words of their own while the hierarchy is read.
pub(super) struct Tokens<'a> {
    file: &'a str,
    text: &'a [u8],
    at: usize,
}

impl<'a> Tokens<'a> {
    pub fn new(file: &'a str, text: &'a [u8]) -> Self {
        Self { file, text, at: 0 }
    }

    /// The file's name.
    pub fn file(&self) -> &'a str {
        self.file
    }

    /// The next word of the hierarchy.
    pub fn next(&mut self) -> Option<&'a [u8]> {
        self.take(|b| b == b'{' || b == b'}')
    }

    /// The next word of the motion: only blanks part words.
    pub fn next_number(&mut self) -> Option<&'a [u8]> {
        self.take(|_| false)
    }

    fn take(&mut self, alone: impl Fn(u8) -> bool) -> Option<&'a [u8]> {
        let rest = self.text.get(self.at..)?;
        let start = self.at + rest.iter().position(|b| !is_blank(*b))?;
        let word = self.text.get(start..)?;
        let length = match word.first() {
            Some(b) if alone(*b) => 1,
            _ => word.iter().position(|b| is_blank(*b) || alone(*b)).unwrap_or(word.len()),
        };
        self.at = start + length;
        word.get(..length)
    }

    /// The next word of the hierarchy, left where it is.
    pub fn peek(&self) -> Option<&'a [u8]> {
        Self { ..*self }.next()
    }

    /// How many bytes are left.
    pub fn remaining(&self) -> usize {
        self.text.len().saturating_sub(self.at)
    }

    /// The line, from 1, of the last word taken.
    pub fn line(&self) -> usize {
        let end = self.at.min(self.text.len()).saturating_sub(1);
        1 + self.text.get(..end).unwrap_or_default().iter().filter(|b| **b == b'\n').count()
    }

    /// The error that something else was expected than `found`, the last word taken.
    pub fn wrong(&self, expected: impl Into<String>, found: Option<&[u8]>) -> Error {
        let found = found.map_or_else(|| "the end of the file".into(), shown);
        Error::Syntax { file: self.file.to_owned(), line: self.line(), expected: expected.into(), found }
    }

    /// Takes a word that must be `word`, letter case aside.
    pub fn expect(&mut self, word: &str) -> Result<()> {
        let found = self.next();
        match found {
            Some(w) if w.eq_ignore_ascii_case(word.as_bytes()) => Ok(()),
            _ => Err(self.wrong(format!("'{word}'"), found)),
        }
    }

    /// Takes a finite number.
    pub fn number(&mut self, what: &str) -> Result<f64> {
        let found = self.next();
        found.and_then(parse_finite).ok_or_else(|| self.wrong(format!("{what}, a finite number"), found))
    }
}

/// Blanks of the format, and the zero bytes some exporters pad with.
fn is_blank(byte: u8) -> bool {
    byte.is_ascii_whitespace() || byte == 0 || byte == 0x0b
}

/// The finite number a word writes.
pub(super) fn parse_finite(word: &[u8]) -> Option<f64> {
    std::str::from_utf8(word).ok()?.parse::<f64>().ok().filter(|v| v.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_lines() {
        let mut t = Tokens::new("f", b"ROOT a{\r\n\tOFFSET 1 2\n}");
        let words: Vec<_> =
            std::iter::from_fn(|| t.next().map(|w| (String::from_utf8_lossy(w).into_owned(), t.line()))).collect();
        let words: Vec<_> = words.iter().map(|(w, l)| (w.as_str(), *l)).collect();
        assert_eq!(words, [("ROOT", 1), ("a", 1), ("{", 1), ("OFFSET", 2), ("1", 2), ("2", 2), ("}", 3)]);
        assert_eq!(parse_finite(b"nan"), None);
        assert_eq!(parse_finite(b"-1.5e-3"), Some(-0.0015));
        assert_eq!(parse_finite(b"+2"), Some(2.0));
    }
}
