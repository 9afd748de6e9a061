//! The files pickles come in: bare, of joblib, of torch (an archive of a pickle and numbers, or the
//! older one without an archive).

use super::array::Ground;
use super::machine;
use super::value::{Id, Value, Values};
use crate::error::{Error, Result};
use crate::npz::npy::Array;
use crate::npz::zip::Archive;
use std::borrow::Cow;
use std::collections::HashMap;

/// What old torch files begin with: a pickle of a number that nobody would write.
const OLD_TORCH: &[u8] = b"\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.";
/// What a compressed file may inflate to whatever its size, and how often its size beyond that.
const FREE_BYTES: usize = 16 << 20;
const RATIO: usize = 16;

/// Whether these bytes, or the first of them, are a pickle: of protocol 2 or later, an old one of a
/// dictionary, or one that joblib compressed.
pub(crate) fn is_pickle(bytes: &[u8]) -> bool {
    matches!(bytes, [0x80, 2..=5, ..]) || bytes.starts_with(b"(dp") || bytes.starts_with(b"}q") || is_deflated(bytes)
}

/// Whether these bytes begin as zlib's (RFC 1950).
fn is_deflated(bytes: &[u8]) -> bool {
    matches!(bytes, [0x78, flags @ (0x01 | 0x5e | 0x9c | 0xda), ..] if (0x7800 + u16::from(*flags)).is_multiple_of(31))
}

/// Whether an archive is torch's: it holds a pickle.
pub(crate) fn is_torch(archive: &Archive<'_>) -> bool {
    pickle_in(archive).is_some()
}

/// The name of an archive's pickle, and the folder it is in.
fn pickle_in<'a>(archive: &'a Archive<'_>) -> Option<(&'a str, &'a str)> {
    archive.entries.iter().find_map(|e| match e.name.strip_suffix("data.pkl")? {
        "" => Some((e.name.as_str(), "")),
        folder if folder.ends_with('/') => Some((e.name.as_str(), folder)),
        _ => None,
    })
}

/// A file with a pickle in it.
pub(crate) struct Pickled<'a> {
    file: &'a str,
    pub values: Values,
    /// What the pickle is.
    pub top: Id,
    /// The bytes that the values were read from.
    bytes: Cow<'a, [u8]>,
    storages: Storages<'a>,
}

/// Where torch's numbers are.
enum Storages<'a> {
    None,
    /// In an archive, below this folder.
    Archive(Box<Archive<'a>>, String),
    /// In the bytes: start and end by key.
    Bytes(HashMap<String, (usize, usize)>),
}

impl<'a> Pickled<'a> {
    /// Reads a file: an archive of torch, an old file of torch, a compressed or plain pickle.
    pub fn open(file: &'a str, bytes: &'a [u8]) -> Result<Self> {
        if bytes.starts_with(b"PK") {
            return Self::archive(file, bytes);
        }
        let inflated: Cow<'a, [u8]> = if is_deflated(bytes) { Cow::Owned(inflate(file, bytes)?) } else { Cow::Borrowed(bytes) };
        if inflated.starts_with(OLD_TORCH) {
            return Self::old_torch(file, inflated);
        }
        let read = machine::read(file, &inflated, 0)?;
        Ok(Self { file, values: read.values, top: read.top, bytes: inflated, storages: Storages::None })
    }

    fn archive(file: &'a str, bytes: &'a [u8]) -> Result<Self> {
        let archive = Archive::open(file, bytes)?;
        let found = pickle_in(&archive).map(|(name, folder)| (name.to_owned(), folder.to_owned()));
        let missing = |expected: &str| Error::Missing { file: file.to_owned(), expected: expected.into(), found: "none".into() };
        let (name, folder) = found.ok_or_else(|| missing("an archive of torch, with data.pkl in it"))?;
        let entry = |name: &str| archive.entries.iter().find(|e| e.name == name);
        if let Some(order) = entry(&format!("{folder}byteorder")) {
            let order = archive.read(order)?;
            if order.trim_ascii() != b"little" {
                let (expected, found) = ("numbers with the low byte first".into(), crate::error::shown(&order));
                return Err(Error::Missing { file: file.to_owned(), expected, found });
            }
        }
        let pickle = archive.read(entry(&name).ok_or_else(|| missing("data.pkl"))?)?;
        let read = machine::read(file, &pickle, 0)?;
        let storages = Storages::Archive(Box::new(archive), folder);
        Ok(Self { file, values: read.values, top: read.top, bytes: Cow::Owned(pickle), storages })
    }

    /// Three pickles about the file, one of the value, one of the keys of its storages, then each
    /// storage as its length and its numbers.
    fn old_torch(file: &'a str, bytes: Cow<'a, [u8]>) -> Result<Self> {
        let mut at = 0;
        for _ in 0..3 {
            at = machine::read(file, &bytes, at)?.end;
        }
        let main = machine::read(file, &bytes, at)?;
        let keys = machine::read(file, &bytes, main.end)?;
        let sizes = storage_sizes(&main.values);
        let (mut spans, mut at) = (HashMap::new(), keys.end);
        for key in keys.values.items(keys.top) {
            let key = keys.values.text(*key).unwrap_or_default().to_owned();
            let wrong = |found: String| {
                let expected = format!("the numbers of storage '{key}'");
                Error::Archive { file: file.to_owned(), byte: at, expected, found }
            };
            let length = bytes.get(at..).and_then(|b| b.first_chunk()).map(|b| i64::from_le_bytes(*b));
            let length = length.and_then(|n| usize::try_from(n).ok()).ok_or_else(|| wrong("no length".into()))?;
            let start = at + 8;
            let size = sizes.get(&key).and_then(|s| s.checked_mul(length));
            let end = size.and_then(|s| start.checked_add(s)).filter(|e| *e <= bytes.len());
            let end = end.ok_or_else(|| wrong(format!("{} bytes for {length} of them", bytes.len() - start)))?;
            spans.insert(key, (start, end));
            at = end;
        }
        Ok(Self { file, values: main.values, top: main.top, bytes, storages: Storages::Bytes(spans) })
    }

    /// The array that a value would be.
    ///
    /// # Errors
    /// It is none, or its numbers are not there; `name` is what the message calls it.
    pub fn array(&self, name: &str, id: Id) -> Result<Array> {
        let storage = |key: &str| match &self.storages {
            Storages::None => None,
            Storages::Archive(archive, folder) => {
                let wanted = format!("{folder}data/{key}");
                let entry = archive.entries.iter().find(|e| e.name == wanted)?;
                archive.read(entry).ok()
            }
            Storages::Bytes(spans) => spans.get(key).and_then(|(start, end)| self.bytes.get(*start..*end)).map(<[u8]>::to_vec),
        };
        let ground = Ground { values: &self.values, bytes: &self.bytes, storage: &storage };
        let wrong =
            |found| Error::Array { file: self.file.to_owned(), array: name.to_owned(), expected: "an array".into(), found };
        ground.array(id).map_err(wrong)
    }

    /// The file's name.
    pub fn file(&self) -> &'a str {
        self.file
    }
}

/// Bytes of an element of every storage that a pickle names, by key.
fn storage_sizes(values: &Values) -> HashMap<String, usize> {
    let places = values.all.iter().filter_map(|v| if let Value::Outside(place) = v { Some(*place) } else { None });
    let size = |place: Id| {
        let [_, kind, key, ..] = values.items(place) else { return None };
        Some((values.text(*key)?.to_owned(), super::array::Kind::of(values, *kind)?.bytes()))
    };
    places.filter_map(size).collect()
}

fn inflate(file: &str, bytes: &[u8]) -> Result<Vec<u8>> {
    let limit = FREE_BYTES.max(bytes.len().saturating_mul(RATIO));
    miniz_oxide::inflate::decompress_to_vec_zlib_with_limit(bytes, limit).map_err(|e| {
        let expected = format!("deflated bytes of at most {limit}");
        Error::Archive { file: file.to_owned(), byte: 0, expected, found: e.to_string() }
    })
}
