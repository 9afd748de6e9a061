//! What can be wrong with a capture file.

use crate::Format;

/// A result of this crate.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a capture file could not be read.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The bytes are in no format this crate reads.
    #[error("{file}: expected {known}; found {found}")]
    UnknownFormat {
        /// The file's name.
        file: String,
        /// The formats that are read.
        known: String,
        /// What the bytes begin with.
        found: String,
    },
    /// Text that does not follow its format.
    #[error("{file}, line {line}: expected {expected}, found {found}")]
    Syntax {
        /// The file's name.
        file: String,
        /// The line, from 1.
        line: usize,
        /// What should stand there.
        expected: String,
        /// What stands there.
        found: String,
    },
    /// A number in the motion that is not a finite number.
    #[error("{file}, line {line}, frame {frame}, {channel}: expected a finite number, found {found}")]
    Value {
        /// The file's name.
        file: String,
        /// The line, from 1.
        line: usize,
        /// The frame, from 0.
        frame: usize,
        /// The joint and its channel.
        channel: String,
        /// What stands there.
        found: String,
    },
    /// An archive that is broken at a byte.
    #[error("{file}, byte {byte}: expected {expected}, found {found}")]
    Archive {
        /// The file's name.
        file: String,
        /// The offset from the file's start.
        byte: usize,
        /// What should be there.
        expected: String,
        /// What is there.
        found: String,
    },
    /// An array of an archive that cannot be used.
    #[error("{file}, array '{array}': expected {expected}, found {found}")]
    Array {
        /// The file's name.
        file: String,
        /// The array's name.
        array: String,
        /// What it should be.
        expected: String,
        /// What it is.
        found: String,
    },
    /// Something at a place that has a name but no line: a take, a joint.
    #[error("{file}, {place}: expected {expected}, found {found}")]
    Place {
        /// The file's name.
        file: String,
        /// Where in the file.
        place: String,
        /// What should be there.
        expected: String,
        /// What is there.
        found: String,
    },
    /// A file that says nothing without another one.
    #[error("{file}: {format} holds joint angles only; expected its {needed} beside it, found none")]
    NeedsCompanion {
        /// The file's name.
        file: String,
        /// Its format.
        format: Format,
        /// What it needs.
        needed: &'static str,
    },
    /// More of something than this crate handles, or than the file's own size can hold.
    #[error("{file}: expected at most {limit} {what}, found {found}")]
    TooMany {
        /// The file's name.
        file: String,
        /// What there is too much of.
        what: &'static str,
        /// The limit.
        limit: u64,
        /// How many there are.
        found: u64,
    },
    /// The file lacks something nothing can stand in for.
    #[error("{file}: expected {expected}, found {found}")]
    Missing {
        /// The file's name.
        file: String,
        /// What should be there.
        expected: String,
        /// What is there instead.
        found: String,
    },
    /// The joints are not those of a person.
    #[error("{file}: expected a body with two legs and two arms; found {found}")]
    NoBody {
        /// The file's name.
        file: String,
        /// What was found.
        found: String,
    },
    /// An option that cannot be used.
    #[error("option {option}: expected {expected}, found {found}")]
    Option {
        /// The option's name.
        option: &'static str,
        /// What it should be.
        expected: &'static str,
        /// What it is.
        found: String,
    },
    /// The clip breaks a rule of the nouns.
    #[error("{file}: {source}")]
    Motion {
        /// The file's name.
        file: String,
        /// The rule.
        source: kouros_motion::Error,
    },
}

/// Text found in a file as a message shows it: quoted, cut, without control characters.
pub(crate) fn shown(bytes: &[u8]) -> String {
    const SHOWN: usize = 40;
    let cut = bytes.get(..SHOWN).unwrap_or(bytes);
    let text: String = String::from_utf8_lossy(cut).chars().map(|c| if c.is_control() { '?' } else { c }).collect();
    if bytes.len() > SHOWN { format!("'{text}...' ({} bytes)", bytes.len()) } else { format!("'{text}'") }
}
