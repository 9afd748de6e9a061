//! One Parquet file, read column by column, its claims checked before they are believed.

use crate::page_scan::{Storage, check_pages};
use crate::rows::{Ask, Rows};
use crate::{Error, Result};
use parquet::basic::Compression;
use parquet::column::reader::ColumnReader;
use parquet::data_type::ByteArray;
use parquet::file::reader::{FileReader, SerializedFileReader};
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

/// Values of a column per byte of file at most. Frames cost bytes (each has a time of its own), so
/// only a file made to exhaust memory holds more.
const MOST_VALUES_PER_BYTE: u64 = 64;
/// Bytes of text per byte of file at most: texts that repeat are stored once.
const MOST_TEXT_PER_BYTE: u64 = 256;

/// An open file.
pub(crate) struct Table {
    path: PathBuf,
    bytes: u64,
    reader: SerializedFileReader<File>,
    /// Rows of each row group.
    groups: Vec<usize>,
}

impl Table {
    /// Opens a file and reads its footer.
    pub fn open(path: &Path) -> Result<Self> {
        let file = File::open(path).map_err(Error::io("read", path))?;
        let bytes = file.metadata().map_err(Error::io("read", path))?.len();
        let reader = guarded(path, || SerializedFileReader::new(file))?;
        let mut groups = Vec::new();
        for group in reader.metadata().row_groups() {
            // Every row of every table we read has at least one value that takes a byte.
            match usize::try_from(group.num_rows()) {
                Ok(rows) if rows as u64 <= bytes => groups.push(rows),
                _ => {
                    return Err(Error::malformed(
                        path,
                        format!("at most {bytes} rows, one a byte"),
                        format!("{}", group.num_rows()),
                    ));
                }
            }
        }
        if groups.iter().sum::<usize>() as u64 > bytes {
            return Err(Error::malformed(path, format!("at most {bytes} rows, one a byte"), "more".to_string()));
        }
        Ok(Self { path: path.into(), bytes, reader, groups })
    }

    /// The number of rows.
    pub fn rows(&self) -> usize {
        self.groups.iter().sum()
    }

    /// The rows of each row group up to row `end`.
    pub fn groups_until(&self, end: usize) -> Vec<Range<usize>> {
        let mut start = 0;
        let ranges = self.groups.iter().map(|size| {
            let range = start..(start + size).min(end);
            start += size;
            range
        });
        ranges.filter(|r| r.start < r.end).collect()
    }

    /// The names of all columns.
    pub fn columns(&self) -> Vec<String> {
        let schema = self.reader.metadata().file_metadata().schema_descr();
        schema.root_schema().get_fields().iter().map(|f| f.name().to_owned()).collect()
    }

    /// Whether there is a column of this name.
    pub fn has(&self, name: &str) -> bool {
        self.columns().iter().any(|c| c == name)
    }

    /// Numbers of a column that has `width` of them a row, as `f32`.
    pub fn floats(&self, name: &str, rows: Range<usize>, width: usize) -> Result<Vec<f32>> {
        let found = self.read(name, rows, Some(width), |column, ask| match column {
            ColumnReader::FloatColumnReader(r) => Some(ask.run(r, |v| v)),
            ColumnReader::DoubleColumnReader(r) => Some(ask.run(r, |v| v as f32)),
            _ => None,
        })?;
        Ok(found.values)
    }

    /// Numbers of a column that has `width` of them a row, as `f64`.
    pub fn numbers(&self, name: &str, rows: Range<usize>, width: usize) -> Result<Vec<f64>> {
        let found = self.read(name, rows, Some(width), |column, ask| match column {
            ColumnReader::FloatColumnReader(r) => Some(ask.run(r, f64::from)),
            ColumnReader::DoubleColumnReader(r) => Some(ask.run(r, |v| v)),
            ColumnReader::Int32ColumnReader(r) => Some(ask.run(r, f64::from)),
            ColumnReader::Int64ColumnReader(r) => Some(ask.run(r, |v| v as f64)),
            ColumnReader::BoolColumnReader(r) => Some(ask.run(r, |v| f64::from(u8::from(v)))),
            _ => None,
        })?;
        Ok(found.values)
    }

    /// Whole numbers of a scalar column.
    pub fn integers(&self, name: &str, rows: Range<usize>) -> Result<Vec<i64>> {
        self.integer_rows(name, rows, 1)
    }

    /// Whole numbers of a column that has `width` of them a row.
    pub fn integer_rows(&self, name: &str, rows: Range<usize>, width: usize) -> Result<Vec<i64>> {
        let found = self.read(name, rows, Some(width), |column, ask| match column {
            ColumnReader::Int32ColumnReader(r) => Some(ask.run(r, i64::from)),
            ColumnReader::Int64ColumnReader(r) => Some(ask.run(r, |v| v)),
            _ => None,
        })?;
        Ok(found.values)
    }

    /// Flags of a column that has `width` of them a row.
    pub fn flags(&self, name: &str, rows: Range<usize>, width: usize) -> Result<Vec<bool>> {
        let found = self.read(name, rows, Some(width), |column, ask| match column {
            ColumnReader::BoolColumnReader(r) => Some(ask.run(r, |v| v)),
            _ => None,
        })?;
        Ok(found.values)
    }

    /// Counts and numbers of a scalar column: whole numbers that are not negative.
    pub fn counts(&self, name: &str) -> Result<Vec<usize>> {
        let values = self.integers(name, 0..self.rows())?;
        let count = |(row, v): (usize, i64)| {
            usize::try_from(v).map_err(|_| {
                Error::malformed(&self.path, format!("a number from 0 in column '{name}'"), format!("{v} in row {row}"))
            })
        };
        values.into_iter().enumerate().map(count).collect()
    }

    /// The texts of each row: one of a scalar column, any number of a list.
    pub fn texts(&self, name: &str) -> Result<Vec<Vec<String>>> {
        self.text_rows(name, 0..self.rows())
    }

    /// The texts of some rows.
    pub fn text_rows(&self, name: &str, rows: Range<usize>) -> Result<Vec<Vec<String>>> {
        let found = self.read(name, rows, None, |column, ask| match column {
            ColumnReader::ByteArrayColumnReader(r) => Some(ask.run(r, |v: ByteArray| v)),
            _ => None,
        })?;
        let bytes: u64 = found.values.iter().map(|v| v.len() as u64).sum();
        if bytes > self.bytes.saturating_mul(MOST_TEXT_PER_BYTE) {
            return Err(Error::malformed(
                &self.path,
                format!("less text in column '{name}'"),
                format!("{bytes} bytes of it in a file of {}", self.bytes),
            ));
        }
        let mut values = found.values.into_iter();
        let mut out = Vec::with_capacity(found.lengths.len());
        for (row, length) in found.lengths.into_iter().enumerate() {
            let mut texts = Vec::new();
            for value in values.by_ref().take(length) {
                let text = std::str::from_utf8(value.data());
                texts.push(
                    text.map_err(|e| {
                        Error::malformed(&self.path, format!("UTF-8 in column '{name}'"), format!("{e} in row {row}"))
                    })?
                    .to_owned(),
                );
            }
            out.push(texts);
        }
        Ok(out)
    }

    /// The rows `rows` of a column, `width` values each where that is given. `pick` runs the reader
    /// of a type it takes.
    fn read<T>(
        &self,
        name: &str,
        rows: Range<usize>,
        width: Option<usize>,
        pick: impl Fn(ColumnReader, &mut Ask<T>) -> Option<parquet::errors::Result<()>>,
    ) -> Result<Rows<T>> {
        let leaf = self.leaf(name)?;
        let (most, claimed) =
            (self.bytes.saturating_mul(MOST_VALUES_PER_BYTE), (self.rows() as u64).checked_mul(width.unwrap_or(1) as u64));
        if claimed.is_none_or(|n| n > most) {
            let (rows, width) = (self.rows(), width.unwrap_or(1));
            return Err(Error::malformed(
                &self.path,
                format!("at most {most} values in column '{name}'"),
                format!("{rows} rows of {width}"),
            ));
        }
        let levels = self.reader.metadata().file_metadata().schema_descr().column(leaf);
        let mut ask = Ask::new((levels.max_def_level(), levels.max_rep_level()), width);
        let mut start = 0;
        for (group, &size) in self.groups.iter().enumerate() {
            let (from, to) = (rows.start.max(start), rows.end.min(start + size));
            if from < to {
                (ask.skip, ask.take) = (from - start, to - from);
                self.check_chunk(group, leaf, name, width.map(|w| size as u64 * w as u64))?;
                let run = || {
                    let column = self.reader.get_row_group(group)?.get_column_reader(leaf)?;
                    let kind = kind(&column);
                    pick(column, &mut ask).map_or(Ok(Some(kind)), |done| done.map(|()| None))
                };
                if let Some(kind) = guarded(&self.path, run)? {
                    return Err(Error::malformed(&self.path, format!("another type in column '{name}'"), kind));
                }
                if let Some(problem) = ask.problem.take() {
                    return Err(Error::malformed(&self.path, format!("whole rows in column '{name}'"), problem));
                }
            }
            start += size;
        }
        if ask.rows.lengths.len() != rows.len() {
            let (expected, found) = (rows.len(), ask.rows.lengths.len());
            return Err(Error::malformed(&self.path, format!("{expected} rows in column '{name}'"), format!("{found}")));
        }
        Ok(ask.rows)
    }

    /// The one leaf of a column; a column of structs has several and is none of ours.
    fn leaf(&self, name: &str) -> Result<usize> {
        let schema = self.reader.metadata().file_metadata().schema_descr();
        let mut leaves = (0..schema.num_columns()).filter(|&i| schema.get_column_root(i).name() == name);
        match (leaves.next(), leaves.next()) {
            (Some(leaf), None) => Ok(leaf),
            (None, _) => {
                Err(Error::malformed(&self.path, format!("a column '{name}'"), format!("only {}", self.columns().join(", "))))
            }
            (Some(_), Some(_)) => Err(Error::malformed(&self.path, format!("numbers or texts in column '{name}'"), "structs")),
        }
    }

    /// Refuses a column chunk whose claims its bytes cannot fill.
    fn check_chunk(&self, group: usize, leaf: usize, name: &str, values: Option<u64>) -> Result<()> {
        let lie = |found: String| {
            Err(Error::malformed(&self.path, format!("readable pages in column '{name}', row group {group}"), found))
        };
        let Some(chunk) = self.reader.metadata().row_groups().get(group).and_then(|g| g.columns().get(leaf)) else {
            return lie("no such column".into());
        };
        let snappy = match chunk.compression() {
            Compression::SNAPPY => true,
            Compression::UNCOMPRESSED => false,
            other => return lie(format!("compression {other}; this reader knows SNAPPY and none")),
        };
        let start = chunk.dictionary_page_offset().unwrap_or_else(|| chunk.data_page_offset());
        let (Ok(start), Ok(length)) = (u64::try_from(start), u64::try_from(chunk.compressed_size())) else {
            return lie("a negative offset or size".into());
        };
        if start.checked_add(length).is_none_or(|end| end > self.bytes) {
            return lie(format!("{length} bytes from byte {start} of a file of {} bytes", self.bytes));
        }
        // Not `Vec::with_capacity(length)`: the file may have become shorter since.
        let mut bytes = Vec::new();
        let mut file = File::open(&self.path).map_err(Error::io("read", &self.path))?;
        file.seek(SeekFrom::Start(start))
            .and_then(|_| file.take(length).read_to_end(&mut bytes))
            .map_err(Error::io("read", &self.path))?;
        let repeated = chunk.column_descr().max_rep_level() > 0;
        check_pages(&bytes, Storage { snappy, repeated, values }).or_else(lie)
    }
}

/// The name of a column's physical type.
fn kind(column: &ColumnReader) -> &'static str {
    match column {
        ColumnReader::BoolColumnReader(_) => "flags",
        ColumnReader::Int32ColumnReader(_) | ColumnReader::Int64ColumnReader(_) => "whole numbers",
        ColumnReader::Int96ColumnReader(_) => "times",
        ColumnReader::FloatColumnReader(_) | ColumnReader::DoubleColumnReader(_) => "numbers",
        ColumnReader::ByteArrayColumnReader(_) | ColumnReader::FixedLenByteArrayColumnReader(_) => "texts or bytes",
    }
}

/// Runs the parquet crate on bytes that may be anything. It asserts on some of them (a text longer
/// than its page in `bit_util::read_num_bytes`, for one, as of 60.1), so a panic of its is an error
/// of the file here. Nothing it left half done is used again: the caller returns.
fn guarded<T>(path: &Path, run: impl FnOnce() -> parquet::errors::Result<T>) -> Result<T> {
    let broken = |found: String| Error::malformed(path, "a whole Parquet file", found);
    match catch_unwind(AssertUnwindSafe(run)) {
        Ok(done) => done.map_err(|e| broken(e.to_string())),
        Err(panic) => {
            let words = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
            Err(broken(format!("bytes that cannot be decoded ({})", words.unwrap_or("no reason given"))))
        }
    }
}
