//! A look at the headers of a column's pages before anything is decoded.
//!
//! The parquet crate takes sizes from page headers and asks for that much memory; a hostile header
//! of a dozen bytes can ask for gigabytes, or for more than there is, which ends the process. So
//! every header is read here first (Parquet's `parquet.thrift`, Thrift's compact protocol), and a
//! size that the bytes behind it cannot fill is refused.

/// Snappy makes at most 64 bytes out of 3 (its format description, copies); other claims are lies.
const MOST_EXPANSION: u64 = 32;
/// Values in a byte of page where a row may hold any number of them: repetition levels that change
/// take a bit a value.
const MOST_LEVELS_PER_BYTE: u64 = 8;
/// Below this many, counts and sizes need no proof.
const HARMLESS: u64 = 1 << 16;

const DATA_PAGE: i64 = 0;
const DICTIONARY_PAGE: i64 = 2;
const DATA_PAGE_V2: i64 = 3;
/// PLAIN, PLAIN_DICTIONARY, RLE, RLE_DICTIONARY, BYTE_STREAM_SPLIT: their decoders ask for no more
/// memory than the values take. The delta encodings, which take sizes from the data, are refused.
const ENCODINGS: [i64; 5] = [0, 2, 3, 8, 9];

/// The two of them whose values are numbers of a dictionary page before them.
const BY_DICTIONARY: [i64; 2] = [2, 8];

/// How the column is stored.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Storage {
    /// Whether pages are compressed with Snappy; else not at all.
    pub snappy: bool,
    /// Whether a row holds a list.
    pub repeated: bool,
    /// How many values all pages hold together, where every row has the same number of them.
    pub values: Option<u64>,
}

/// What is wrong with the pages in the bytes of a column chunk, if anything.
pub(crate) fn check_pages(bytes: &[u8], storage: Storage) -> Result<(), String> {
    let (mut rest, mut values, mut dictionary) = (bytes, 0u64, false);
    while !rest.is_empty() {
        let at = bytes.len() - rest.len();
        let mut cursor = Cursor { bytes: rest, at: 0 };
        let header = PageHeader::read(&mut cursor).ok_or_else(|| format!("a broken page header at byte {at} of the column"))?;
        let left = (rest.len() - cursor.at) as u64;
        header.check(left, storage).map_err(|problem| format!("{problem} in the page at byte {at} of the column"))?;
        rest = &rest[cursor.at + header.compressed as usize..];
        if header.kind == DICTIONARY_PAGE {
            dictionary = true;
        } else if BY_DICTIONARY.contains(&header.encoding) && !dictionary {
            return Err(format!("numbers of a dictionary that is not there in the page at byte {at} of the column"));
        } else {
            values += header.values as u64;
        }
    }
    match storage.values {
        Some(expected) if expected != values => Err(format!("pages of {values} values, where the rows have {expected}")),
        _ => Ok(()),
    }
}

#[derive(Debug, Default)]
struct PageHeader {
    kind: i64,
    uncompressed: i64,
    compressed: i64,
    values: i64,
    encoding: i64,
}

impl PageHeader {
    fn read(cursor: &mut Cursor) -> Option<Self> {
        let mut header = Self { kind: -1, uncompressed: -1, compressed: -1, values: -1, encoding: -1 };
        cursor.fields(|cursor, id, kind| {
            match (id, kind) {
                (1, I32) => header.kind = cursor.zigzag()?,
                (2, I32) => header.uncompressed = cursor.zigzag()?,
                (3, I32) => header.compressed = cursor.zigzag()?,
                // The headers of a data page, a dictionary page and a data page of version 2.
                (5 | 7 | 8, STRUCT) => cursor.fields(|cursor, inner, kind| {
                    match (id, inner, kind) {
                        (_, 1, I32) => header.values = cursor.zigzag()?,
                        (5 | 7, 2, I32) | (8, 4, I32) => header.encoding = cursor.zigzag()?,
                        _ => cursor.skip(kind, 0)?,
                    }
                    Some(())
                })?,
                _ => cursor.skip(kind, 0)?,
            }
            Some(())
        })?;
        Some(header)
    }

    /// `left`: bytes behind the header.
    fn check(&self, left: u64, storage: Storage) -> Result<(), String> {
        let size = |what: &str, value: i64| u64::try_from(value).map_err(|_| format!("no {what}"));
        let (compressed, uncompressed) = (size("size", self.compressed)?, size("size", self.uncompressed)?);
        let values = size("number of values", self.values)?;
        if compressed > left {
            return Err(format!("a size of {compressed} where {left} bytes are left"));
        }
        if storage.snappy && uncompressed > HARMLESS && uncompressed > compressed.saturating_mul(MOST_EXPANSION) {
            return Err(format!("{compressed} compressed bytes that claim to be {uncompressed}"));
        }
        if ![DATA_PAGE, DICTIONARY_PAGE, DATA_PAGE_V2].contains(&self.kind) {
            return Err(format!("an unknown kind {}", self.kind));
        }
        if !ENCODINGS.contains(&self.encoding) {
            return Err(format!("encoding {}, which this reader does not know,", self.encoding));
        }
        let bytes = if storage.snappy { uncompressed } else { compressed };
        let most = match self.kind {
            DICTIONARY_PAGE => bytes,
            _ if storage.repeated && storage.values.is_none() => bytes.saturating_mul(MOST_LEVELS_PER_BYTE).max(HARMLESS),
            _ => u64::MAX, // read in small batches: the claim costs nothing
        };
        if values > most {
            return Err(format!("{values} values claimed of {bytes} bytes"));
        }
        Ok(())
    }
}

const I32: u8 = 5;
const STRUCT: u8 = 12;

/// A reader of Thrift's compact protocol; `None` wherever the bytes end or make no sense.
struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Cursor<'_> {
    fn byte(&mut self) -> Option<u8> {
        let byte = *self.bytes.get(self.at)?;
        self.at += 1;
        Some(byte)
    }

    fn advance(&mut self, count: u64) -> Option<()> {
        let to = self.at.checked_add(usize::try_from(count).ok()?)?;
        self.at = (to <= self.bytes.len()).then_some(to)?;
        Some(())
    }

    fn varint(&mut self) -> Option<u64> {
        let mut value = 0u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7F) << shift;
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }

    fn zigzag(&mut self) -> Option<i64> {
        let value = self.varint()?;
        Some((value >> 1) as i64 ^ -((value & 1) as i64))
    }

    /// Calls `field` with the number and type of every field of a struct; it must consume the value.
    fn fields(&mut self, mut field: impl FnMut(&mut Self, i64, u8) -> Option<()>) -> Option<()> {
        let mut id = 0i64;
        loop {
            let head = self.byte()?;
            if head == 0 {
                return Some(());
            }
            id = if head >> 4 == 0 { self.zigzag()? } else { id.checked_add(i64::from(head >> 4))? };
            field(self, id, head & 0x0F)?;
        }
    }

    fn skip(&mut self, kind: u8, depth: usize) -> Option<()> {
        const DEEPEST: usize = 8; // page headers nest three deep
        if depth > DEEPEST {
            return None;
        }
        match kind {
            1 | 2 => Some(()), // a flag is in the type
            3 => self.advance(1),
            4..=6 => self.varint().map(|_| ()),
            7 => self.advance(8),
            8 => {
                let length = self.varint()?;
                self.advance(length)
            }
            9 | 10 => {
                let head = self.byte()?;
                let count = if head >> 4 == 15 { self.varint()? } else { u64::from(head >> 4) };
                for _ in 0..count {
                    // A flag in a list takes a byte of its own, so every element moves the cursor.
                    if matches!(head & 0x0F, 1 | 2) { self.advance(1)? } else { self.skip(head & 0x0F, depth + 1)? }
                }
                Some(())
            }
            STRUCT => self.fields(|cursor, _, kind| cursor.skip(kind, depth + 1)),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: Storage = Storage { snappy: true, repeated: true, values: None };

    /// A data page of `compressed` zero bytes that claims these sizes (all below 64, one byte each).
    fn page(uncompressed: u8, compressed: u8, values: u8, encoding: u8) -> Vec<u8> {
        let mut bytes =
            vec![0x15, 0, 0x15, 2 * uncompressed, 0x15, 2 * compressed, 0x2C, 0x15, 2 * values, 0x15, 2 * encoding, 0, 0];
        bytes.extend(vec![0; usize::from(compressed)]);
        bytes
    }

    #[test]
    fn sane_pages_pass() {
        let two = [page(40, 9, 5, 0), page(40, 9, 5, 9)].concat();
        assert_eq!(check_pages(&two, PLAIN), Ok(()));
        assert_eq!(check_pages(&two, Storage { values: Some(10), ..PLAIN }), Ok(()));
        assert!(check_pages(&two, Storage { values: Some(11), ..PLAIN }).is_err());
    }

    #[test]
    fn lies_are_named() {
        let short = page(40, 9, 5, 0);
        assert!(check_pages(&short[..short.len() - 1], PLAIN).expect_err("short").contains("9 where 8"));
        assert!(check_pages(&page(40, 9, 5, 5), PLAIN).expect_err("delta").contains("encoding 5"));
        assert!(check_pages(&page(40, 9, 5, 8), PLAIN).expect_err("no dictionary").contains("not there"));
        // Two million bytes out of nine.
        let bomb = [0x15, 0, 0x15, 0x80, 0x89, 0x7A, 0x15, 18, 0x2C, 0x15, 10, 0x15, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        assert!(check_pages(&bomb, PLAIN).expect_err("bomb").contains("claim"), "{:?}", check_pages(&bomb, PLAIN));
    }

    #[test]
    fn any_bytes_end_in_an_answer() {
        let mut bytes = page(40, 9, 5, 0);
        for at in 0..bytes.len() {
            for value in [0, 1, 0x1C, 0x7F, 0x80, 0xF9, 0xFF] {
                let old = std::mem::replace(&mut bytes[at], value);
                let _ = check_pages(&bytes, PLAIN);
                bytes[at] = old;
            }
        }
    }
}
