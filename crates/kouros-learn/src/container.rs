//! Named arrays of single-precision numbers and a text of facts in one file, whole or not at all.
//!
//! Lives here: the bytes. The layout is safetensors': eight bytes with the length of a JSON header,
//! the header (name to type, shape and place; `__metadata__` with texts), the numbers, little
//! endian. Any safetensors reader opens it. Besides, the facts hold the SHA-256 of the numbers.
//! Does not: what the arrays mean (`store.rs`).

use crate::{Error, Result};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

/// What a file holds.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Container {
    /// Texts by name.
    pub facts: BTreeMap<String, String>,
    /// Arrays by name: shape and numbers.
    pub arrays: BTreeMap<String, (Vec<usize>, Vec<f32>)>,
}

#[derive(Serialize, Deserialize)]
struct Place {
    dtype: String,
    shape: Vec<usize>,
    data_offsets: [usize; 2],
}

#[derive(Serialize, Deserialize)]
struct Header {
    #[serde(rename = "__metadata__")]
    facts: BTreeMap<String, String>,
    #[serde(flatten)]
    places: BTreeMap<String, Place>,
}

const HASH: &str = "sha256";
/// A header longer than this is none of ours.
const LONGEST_HEADER: u64 = 1 << 24;

/// Writes a file: beside its place first, then there in one step.
pub(crate) fn put_whole(path: &Path, bytes: &[u8]) -> Result<()> {
    let fail = |source| Error::File { what: "write", path: path.display().to_string(), source };
    let mut name = path.file_name().unwrap_or_default().to_os_string();
    name.push(".part");
    let part = path.with_file_name(name);
    let written = (|| {
        let mut file = std::fs::File::create(&part)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        std::fs::rename(&part, path)
    })();
    if written.is_err() {
        // Best effort: the good file, if there was one, is untouched either way.
        let _ = std::fs::remove_file(&part);
    }
    written.map_err(fail)
}

impl Container {
    /// Adds an array of one dimension.
    pub fn put(&mut self, name: &str, numbers: &[f32]) {
        self.arrays.insert(name.into(), (vec![numbers.len()], numbers.to_vec()));
    }

    /// The bytes of the file.
    pub fn bytes(&self) -> Result<Vec<u8>> {
        let mut numbers = Vec::new();
        let mut places = BTreeMap::new();
        for (name, (shape, values)) in &self.arrays {
            let from = numbers.len();
            values.iter().for_each(|v| numbers.extend_from_slice(&v.to_le_bytes()));
            let place = Place { dtype: "F32".into(), shape: shape.clone(), data_offsets: [from, numbers.len()] };
            places.insert(name.clone(), place);
        }
        let mut facts = self.facts.clone();
        facts.insert(HASH.into(), hash(&numbers));
        let header = Header { facts, places };
        let mut text = serde_json::to_vec(&header).map_err(|e| Error::Format {
            path: "the file to write".into(),
            message: format!("its header cannot be written: {e}"),
        })?;
        // The numbers begin at a multiple of eight.
        text.resize(text.len().next_multiple_of(8), b' ');
        let mut out = (text.len() as u64).to_le_bytes().to_vec();
        out.extend(text);
        out.extend(numbers);
        Ok(out)
    }

    /// Writes the file: beside its place first, then there in one step.
    pub fn write(&self, path: &Path) -> Result<()> {
        put_whole(path, &self.bytes()?)
    }

    /// Reads a file.
    pub fn read(path: &Path) -> Result<Self> {
        let shown = path.display().to_string();
        let bytes = std::fs::read(path).map_err(|source| Error::File { what: "read", path: shown.clone(), source })?;
        Self::parse(&bytes).map_err(|message| Error::Format { path: shown, message })
    }

    fn parse(bytes: &[u8]) -> std::result::Result<Self, String> {
        let (length, rest) = bytes.split_first_chunk::<8>().ok_or("expected a safetensors file, found fewer than 8 bytes")?;
        let length = u64::from_le_bytes(*length);
        if length > LONGEST_HEADER || length > rest.len() as u64 {
            return Err(format!("expected a safetensors header of {length} bytes, found {} bytes in all", rest.len()));
        }
        let (header, numbers) = rest.split_at(usize::try_from(length).map_err(|e| e.to_string())?);
        let mut header: Header =
            serde_json::from_slice(header).map_err(|e| format!("its header is not what it should be: {e}"))?;
        let found = hash(numbers);
        match header.facts.remove(HASH) {
            Some(said) if said == found => {}
            Some(_) => return Err("its numbers are not those that were written (their hash differs)".into()),
            None => return Err("expected the hash of its numbers in its header, found none: not written by Kouros".into()),
        }
        let mut arrays = BTreeMap::new();
        for (name, place) in header.places {
            let [from, to] = place.data_offsets;
            let piece = numbers.get(from..to).ok_or_else(|| {
                format!("array '{name}' stands at {from}..{to}, and there are {} bytes of numbers", numbers.len())
            })?;
            let count = place.shape.iter().try_fold(1usize, |n, &d| n.checked_mul(d));
            if place.dtype != "F32" || count.and_then(|c| c.checked_mul(4)) != Some(piece.len()) {
                let (kind, shape, bytes) = (&place.dtype, &place.shape, piece.len());
                return Err(format!(
                    "array '{name}' of {kind} {shape:?} has {bytes} bytes; expected F32 and four bytes a number"
                ));
            }
            let values = piece.chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect();
            arrays.insert(name, (place.shape, values));
        }
        Ok(Self { facts: header.facts, arrays })
    }

    /// The array of this name.
    pub fn array(&self, name: &str, path: &Path) -> Result<&[f32]> {
        let missing = || Error::Format {
            path: path.display().to_string(),
            message: format!("no array '{name}'; it has {}", self.arrays.keys().cloned().collect::<Vec<_>>().join(", ")),
        };
        self.arrays.get(name).map(|(_, v)| v.as_slice()).ok_or_else(missing)
    }

    /// A fact of this name, from JSON.
    pub fn fact<T: for<'a> Deserialize<'a>>(&self, name: &str, path: &Path) -> Result<T> {
        let bad = |message| Error::Format { path: path.display().to_string(), message };
        let text = self.facts.get(name).ok_or_else(|| bad(format!("its header says no '{name}'")))?;
        serde_json::from_str(text).map_err(|e| bad(format!("'{name}' in its header is not what it should be: {e}")))
    }

    /// Adds a fact as JSON.
    pub fn say(&mut self, name: &str, value: &impl Serialize) -> Result<()> {
        let text = serde_json::to_string(value).map_err(|e| Error::Format {
            path: "the file to write".into(),
            message: format!("'{name}' cannot be written: {e}"),
        })?;
        self.facts.insert(name.into(), text);
        Ok(())
    }
}

fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|b| format!("{b:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Container {
        let mut c = Container::default();
        c.put("a", &[1.0, -2.5, 3.0]);
        c.put("none", &[]);
        c.facts.insert("who".into(), "\"us\"".into());
        c
    }

    #[test]
    fn there_and_back() {
        let c = sample();
        assert_eq!(Container::parse(&c.bytes().expect("bytes")).expect("own file"), c);
    }

    #[test]
    fn hostile_bytes_are_errors() {
        let good = sample().bytes().expect("bytes");
        for cut in 0..good.len() {
            assert!(Container::parse(&good[..cut]).is_err(), "cut at {cut}");
        }
        for at in 0..good.len() {
            let mut bad = good.clone();
            bad[at] ^= 0x21;
            // A changed byte is an error or changes a name, never a panic and never a wrong number.
            if let Ok(c) = Container::parse(&bad) {
                assert!(c.arrays.values().all(|(_, v)| v.is_empty() || v == &[1.0, -2.5, 3.0]), "at {at}");
            }
        }
        let mut huge = good.clone();
        huge[..8].copy_from_slice(&u64::MAX.to_le_bytes());
        assert!(Container::parse(&huge).is_err());
    }
}
