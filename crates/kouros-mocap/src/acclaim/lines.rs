//! A text as lines of words, without comments and blanks.

use crate::error::{Error, Result, shown};

/// A line that says something.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line<'a> {
    pub file: &'a str,
    /// Its number, from 1.
    pub number: usize,
    text: &'a [u8],
}

impl<'a> Line<'a> {
    /// Its words, split at blanks, parentheses and commas.
    pub fn words(&self) -> impl Iterator<Item = &'a [u8]> + Clone {
        let parts = |b: &u8| b.is_ascii_whitespace() || matches!(b, b'(' | b')' | b',' | 0);
        self.text.split(parts).filter(|w| !w.is_empty())
    }

    /// Its first word in lower case; empty where it has none.
    pub fn keyword(&self) -> Vec<u8> {
        let first = self.words().next().unwrap_or_default();
        // Keywords are short; a longer word is none.
        first.get(..first.len().min(64)).unwrap_or_default().to_ascii_lowercase()
    }

    /// The finite numbers behind the keyword, at most `most` of them.
    pub fn numbers(&self, most: usize) -> Result<Vec<f64>> {
        self.words().skip(1).take(most).map(|w| number(w).ok_or_else(|| self.wrong("a finite number", w))).collect()
    }

    /// Exactly three finite numbers behind the keyword.
    pub fn vector(&self, what: &str) -> Result<kouros_motion::Vec3> {
        match self.numbers(3)?[..] {
            [x, y, z] => Ok(kouros_motion::Vec3::new(x, y, z)),
            _ => Err(self.wrong(format!("three numbers after {what}"), self.text)),
        }
    }

    /// The error that something else was expected here.
    pub fn wrong(&self, expected: impl Into<String>, found: &[u8]) -> Error {
        Error::Syntax {
            file: self.file.to_owned(),
            line: self.number,
            expected: expected.into(),
            found: shown(found.trim_ascii()),
        }
    }

    /// All of it.
    pub fn text(&self) -> &'a [u8] {
        self.text
    }
}

/// The lines of a text; `#` begins a comment.
pub(super) fn lines<'a>(file: &'a str, text: &'a [u8]) -> impl Iterator<Item = Line<'a>> + Clone {
    let said = |text: &'a [u8]| text.split(|b| *b == b'#').next().unwrap_or_default();
    text.split(|b| *b == b'\n')
        .enumerate()
        .map(move |(i, text)| Line { file, number: i + 1, text: said(text) })
        .filter(|l| !l.text.trim_ascii().is_empty())
}

/// The finite number a word writes.
pub(super) fn number(word: &[u8]) -> Option<f64> {
    std::str::from_utf8(word).ok()?.parse::<f64>().ok().filter(|v| v.is_finite())
}
