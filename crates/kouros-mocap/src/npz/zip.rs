//! The little of the zip format that npz archives use: entries by name, stored or deflated, with
//! 64-bit sizes (PKWARE's APPNOTE 6.3.10, sections 4.3.7, 4.3.12, 4.3.14-16, 4.5.3).
//!
//! Every size is checked against the bytes that are there, and what an entry inflates to against
//! what its file may honestly hold.

use crate::error::{Error, Result};

/// What an archive may inflate to whatever its size, and how often its size beyond that. Poses
/// deflate to a half; a clip of one repeated pose to a hundredth, and such a clip is short.
const FREE_BYTES: u64 = 16 << 20;
const RATIO: u64 = 16;
/// The most entries of an archive; AMASS has a dozen.
const MAX_ENTRIES: u64 = 4096;

/// One file of an archive.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub name: String,
    method: u16,
    flags: u16,
    packed: u64,
    pub size: u64,
    header_at: u64,
    crc: u32,
}

/// An archive's entries over its bytes.
pub(crate) struct Archive<'a> {
    pub file: &'a str,
    bytes: &'a [u8],
    pub entries: Vec<Entry>,
}

/// Reads numbers of a record, low byte first.
struct Fields<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Fields<'_> {
    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let part = self.bytes.get(self.at..self.at.checked_add(N)?)?;
        self.at += N;
        part.try_into().ok()
    }
    fn u16(&mut self) -> Option<u16> {
        self.take().map(u16::from_le_bytes)
    }
    fn u32(&mut self) -> Option<u32> {
        self.take().map(u32::from_le_bytes)
    }
    fn u64(&mut self) -> Option<u64> {
        self.take().map(u64::from_le_bytes)
    }
    fn skip(&mut self, n: usize) -> Option<()> {
        self.at = self.at.checked_add(n).filter(|a| *a <= self.bytes.len())?;
        Some(())
    }
}

impl<'a> Archive<'a> {
    /// The entries by the directory at the archive's end.
    pub fn open(file: &'a str, bytes: &'a [u8]) -> Result<Self> {
        let broken = |byte: usize, expected: &str| Error::Archive {
            file: file.to_owned(),
            byte,
            expected: expected.into(),
            found: format!("a file of {} bytes that breaks off or contradicts itself", bytes.len()),
        };
        const END: [u8; 4] = *b"PK\x05\x06";
        // A comment of at most 64 KiB may follow the end record of 22 bytes.
        let from = bytes.len().saturating_sub(22 + 0xffff);
        let tail = bytes.get(from..).unwrap_or_default();
        let end = tail.windows(4).rposition(|w| w == END).map(|p| p + from);
        let Some(end) = end else { return Err(broken(bytes.len(), "the directory of a zip archive at the end")) };
        let read_end = || -> Option<(u64, u64)> {
            let mut f = Fields { bytes, at: end + 10 };
            let count = f.u16()?;
            f.skip(4)?;
            let at = f.u32()?;
            Some((count.into(), at.into()))
        };
        let (mut count, mut at) = read_end().ok_or_else(|| broken(end, "an end record of 22 bytes"))?;
        if count == 0xffff || at == 0xffff_ffff {
            (count, at) = read_end64(bytes, end).ok_or_else(|| broken(end, "a 64-bit end record before it"))?;
        }
        if count > MAX_ENTRIES {
            return Err(Error::TooMany {
                file: file.to_owned(),
                what: "entries of an archive",
                limit: MAX_ENTRIES,
                found: count,
            });
        }
        let mut f = Fields { bytes, at: usize::try_from(at).unwrap_or(usize::MAX) };
        let mut entries = Vec::new();
        for _ in 0..count {
            let at = f.at;
            let entry = read_entry(&mut f).ok_or_else(|| broken(at.min(bytes.len()), "an entry of the archive's directory"))?;
            entries.push(entry);
        }
        Ok(Self { file, bytes, entries })
    }

    /// An entry's bytes.
    pub fn read(&self, entry: &Entry) -> Result<Vec<u8>> {
        let at = usize::try_from(entry.header_at).unwrap_or(usize::MAX);
        let broken = |expected: String, found: String| Error::Archive { file: self.file.to_owned(), byte: at, expected, found };
        if entry.flags & 1 != 0 {
            return Err(broken(format!("'{}' in the clear", entry.name), "an encrypted entry".into()));
        }
        let most = FREE_BYTES.max((self.bytes.len() as u64).saturating_mul(RATIO));
        if entry.size > most {
            let (what, found) = ("bytes inflated from an archive of this size", entry.size);
            return Err(Error::TooMany { file: self.file.to_owned(), what, limit: most, found });
        }
        let packed = self.packed(entry, at).ok_or_else(|| {
            broken(format!("{} bytes of '{}'", entry.packed, entry.name), format!("a file of {} bytes", self.bytes.len()))
        })?;
        let size = entry.size as usize;
        let data = match entry.method {
            0 if packed.len() == size => packed.to_vec(),
            0 => return Err(broken(format!("{size} stored bytes of '{}'", entry.name), packed.len().to_string())),
            8 => miniz_oxide::inflate::decompress_to_vec_with_limit(packed, size)
                .map_err(|e| broken(format!("'{}' deflated to {size} bytes", entry.name), e.to_string()))?,
            other => return Err(broken(format!("'{}' stored or deflated", entry.name), format!("method {other}"))),
        };
        if data.len() != size || crc32(&data) != entry.crc {
            return Err(broken(
                format!("{size} bytes of '{}' with checksum {:08x}", entry.name, entry.crc),
                format!("{} bytes with checksum {:08x}", data.len(), crc32(&data)),
            ));
        }
        Ok(data)
    }

    /// An entry's bytes as they are in the archive, behind its local header.
    fn packed(&self, entry: &Entry, at: usize) -> Option<&'a [u8]> {
        let mut f = Fields { bytes: self.bytes, at };
        if f.u32()? != 0x0403_4b50 {
            return None;
        }
        f.skip(22)?;
        let (name, extra) = (f.u16()?, f.u16()?);
        f.skip(usize::from(name) + usize::from(extra))?;
        let length = usize::try_from(entry.packed).ok()?;
        self.bytes.get(f.at..f.at.checked_add(length)?)
    }
}

fn read_end64(bytes: &[u8], end: usize) -> Option<(u64, u64)> {
    let mut f = Fields { bytes, at: end.checked_sub(20)? };
    if f.u32()? != 0x0706_4b50 {
        return None;
    }
    f.skip(4)?;
    let record = usize::try_from(f.u64()?).ok()?;
    let mut f = Fields { bytes, at: record };
    if f.u32()? != 0x0606_4b50 {
        return None;
    }
    f.skip(28)?;
    let count = f.u64()?;
    f.skip(8)?;
    Some((count, f.u64()?))
}

fn read_entry(f: &mut Fields) -> Option<Entry> {
    if f.u32()? != 0x0201_4b50 {
        return None;
    }
    f.skip(4)?;
    let (flags, method) = (f.u16()?, f.u16()?);
    f.skip(4)?;
    let crc = f.u32()?;
    let (mut packed, mut size) = (u64::from(f.u32()?), u64::from(f.u32()?));
    let (name, extra, comment) = (usize::from(f.u16()?), usize::from(f.u16()?), usize::from(f.u16()?));
    f.skip(8)?;
    let mut header_at = u64::from(f.u32()?);
    let name_at = f.at;
    f.skip(name)?;
    let name = String::from_utf8_lossy(f.bytes.get(name_at..f.at)?).into_owned();
    let extra_end = f.at.checked_add(extra)?;
    // The 64-bit extension holds, in this order, what did not fit.
    let mut e = Fields { bytes: f.bytes.get(..extra_end)?, at: f.at };
    while let (Some(tag), Some(length)) = (e.u16(), e.u16()) {
        let next = e.at + usize::from(length);
        if tag == 1 {
            for value in [&mut size, &mut packed, &mut header_at] {
                if *value == 0xffff_ffff {
                    *value = e.u64()?;
                }
            }
        }
        e.at = next;
    }
    f.at = extra_end;
    f.skip(comment)?;
    Some(Entry { name, method, flags, packed, size, header_at, crc })
}

/// The checksum of zip and gzip (reflected polynomial 0xEDB88320).
pub(crate) fn crc32(bytes: &[u8]) -> u32 {
    const TABLE: [u32; 256] = {
        let mut table = [0; 256];
        let mut i = 0;
        while i < 256 {
            let (mut c, mut bit) = (i as u32, 0);
            while bit < 8 {
                c = if c & 1 == 1 { 0xedb8_8320 ^ (c >> 1) } else { c >> 1 };
                bit += 1;
            }
            table[i] = c;
            i += 1;
        }
        table
    };
    !bytes.iter().fold(!0, |c, b| TABLE[usize::from(c as u8 ^ b)] ^ (c >> 8))
}

/// An archive of stored entries.
pub(crate) fn write(entries: &[(String, Vec<u8>)]) -> Vec<u8> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for (name, data) in entries {
        let at = out.len() as u32;
        let mut shared = Vec::new();
        shared.extend([20, 0, 0, 0, 0, 0]); // needs version 2.0, no flags, stored
        shared.extend([0, 0, 0x21, 0]); // 1 January 1980: the same bytes whenever they are written
        shared.extend(crc32(data).to_le_bytes());
        shared.extend([(data.len() as u32).to_le_bytes(), (data.len() as u32).to_le_bytes()].concat());
        shared.extend((name.len() as u16).to_le_bytes());
        shared.extend([0, 0]);
        out.extend(b"PK\x03\x04");
        out.extend(&shared);
        out.extend(name.as_bytes());
        out.extend(data);
        directory.extend(b"PK\x01\x02");
        directory.extend([20, 0]);
        directory.extend(&shared);
        directory.extend([0; 10]);
        directory.extend(at.to_le_bytes());
        directory.extend(name.as_bytes());
    }
    let at = out.len() as u32;
    out.extend(&directory);
    out.extend(b"PK\x05\x06\0\0\0\0");
    out.extend([entries.len() as u16, entries.len() as u16].map(u16::to_le_bytes).concat());
    out.extend([directory.len() as u32, at].map(u32::to_le_bytes).concat());
    out.extend([0, 0]);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_known_checksum() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
    }

    #[test]
    fn there_and_back_and_broken_anywhere() {
        let bytes = write(&[("a.npy".into(), vec![1, 2, 3]), ("b".into(), Vec::new())]);
        let archive = Archive::open("t", &bytes).expect("valid");
        assert_eq!(archive.entries.iter().map(|e| e.name.as_str()).collect::<Vec<_>>(), ["a.npy", "b"]);
        assert_eq!(archive.read(&archive.entries[0]), Ok(vec![1, 2, 3]));
        // The last two bytes say how long a comment is; nobody reads it.
        for cut in 0..bytes.len() - 2 {
            assert!(Archive::open("t", &bytes[..cut]).is_err(), "{cut}");
        }
        let mut flipped = bytes.clone();
        flipped[36] ^= 1;
        let archive = Archive::open("t", &flipped).expect("directory is whole");
        assert!(archive.read(&archive.entries[0]).expect_err("flipped").to_string().contains("checksum"));
    }
}
