//! One Parquet file, written column by column, the same bytes for the same values.

use crate::{Error, Result};
use parquet::basic::{Compression, LogicalType, Repetition, Type as Physical};
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DoubleType, FloatType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use parquet::schema::types::{Type, TypePtr};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Columns of one row group.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Values<'a> {
    /// Numbers, one a row.
    F32(&'a [f32]),
    /// Numbers of double precision, one a row.
    F64(Vec<f64>),
    /// So many of them a row, flattened.
    F64s(&'a [f64], usize),
    /// So many whole numbers a row, flattened.
    I64s(&'a [i64], usize),
    /// So many flags a row, flattened; one is a scalar.
    Flags(&'a [bool], usize),
    /// Whole numbers, one a row.
    I64(Vec<i64>),
    /// Texts, one a row.
    Text(Vec<&'a str>),
    /// So many numbers a row, flattened.
    F32s(&'a [f32], usize),
    /// Numbers, any number a row.
    F64Lists(Vec<Vec<f64>>),
    /// Whole numbers, any number a row.
    I64Lists(Vec<Vec<i64>>),
    /// Texts, any number a row, at least one.
    TextLists(Vec<&'a [String]>),
}

impl Values<'_> {
    fn schema(&self, name: &str) -> parquet::errors::Result<TypePtr> {
        use Values::{F32, F32s, F64, F64Lists, F64s, Flags, I64, I64Lists, I64s, Text, TextLists};
        let physical = match self {
            F32(_) | F32s(..) => Physical::FLOAT,
            F64(_) | F64s(..) | F64Lists(_) => Physical::DOUBLE,
            I64(_) | I64s(..) | I64Lists(_) => Physical::INT64,
            Flags(..) => Physical::BOOLEAN,
            Text(_) | TextLists(_) => Physical::BYTE_ARRAY,
        };
        let scalar = matches!(self, F32(_) | F64(_) | I64(_) | Text(_) | Flags(_, 1));
        let leaf = Type::primitive_type_builder(if scalar { name } else { "element" }, physical)
            .with_repetition(Repetition::REQUIRED)
            .with_logical_type((physical == Physical::BYTE_ARRAY).then_some(LogicalType::String))
            .build()?;
        if scalar {
            return Ok(Arc::new(leaf));
        }
        let list =
            Type::group_type_builder("list").with_repetition(Repetition::REPEATED).with_fields(vec![Arc::new(leaf)]).build()?;
        let column = Type::group_type_builder(name)
            .with_repetition(Repetition::REQUIRED)
            .with_logical_type(Some(LogicalType::List))
            .with_fields(vec![Arc::new(list)])
            .build()?;
        Ok(Arc::new(column))
    }

    fn write(&self, column: &mut SerializedColumnWriter) -> parquet::errors::Result<usize> {
        let bytes = |text: &str| ByteArray::from(text.as_bytes().to_vec());
        match self {
            Self::F32(v) => column.typed::<FloatType>().write_batch(v, None, None),
            Self::I64(v) => column.typed::<Int64Type>().write_batch(v, None, None),
            Self::F64(v) => column.typed::<DoubleType>().write_batch(v, None, None),
            Self::Flags(v, 1) => column.typed::<BoolType>().write_batch(v, None, None),
            Self::Flags(v, width) => {
                let levels = Levels::of((0..v.len() / width).map(|_| *width));
                column.typed::<BoolType>().write_batch(v, Some(&levels.defined), Some(&levels.repeated))
            }
            Self::F64s(v, width) => {
                let levels = Levels::of((0..v.len() / width).map(|_| *width));
                column.typed::<DoubleType>().write_batch(v, Some(&levels.defined), Some(&levels.repeated))
            }
            Self::I64s(v, width) => {
                let levels = Levels::of((0..v.len() / width).map(|_| *width));
                column.typed::<Int64Type>().write_batch(v, Some(&levels.defined), Some(&levels.repeated))
            }
            Self::Text(v) => {
                column.typed::<ByteArrayType>().write_batch(&v.iter().map(|t| bytes(t)).collect::<Vec<_>>(), None, None)
            }
            Self::F32s(v, width) => {
                let levels = Levels::of((0..v.len() / width).map(|_| *width));
                column.typed::<FloatType>().write_batch(v, Some(&levels.defined), Some(&levels.repeated))
            }
            Self::F64Lists(v) => {
                let levels = Levels::of(v.iter().map(Vec::len));
                column.typed::<DoubleType>().write_batch(&v.concat(), Some(&levels.defined), Some(&levels.repeated))
            }
            Self::I64Lists(v) => {
                let levels = Levels::of(v.iter().map(Vec::len));
                column.typed::<Int64Type>().write_batch(&v.concat(), Some(&levels.defined), Some(&levels.repeated))
            }
            Self::TextLists(v) => {
                let levels = Levels::of(v.iter().map(|l| l.len()));
                let texts: Vec<_> = v.iter().flat_map(|l| l.iter()).map(|t| bytes(t)).collect();
                column.typed::<ByteArrayType>().write_batch(&texts, Some(&levels.defined), Some(&levels.repeated))
            }
        }
    }
}

/// The levels of required lists of required values: 1 is a value; 0 begins a row.
struct Levels {
    defined: Vec<i16>,
    repeated: Vec<i16>,
}

impl Levels {
    fn of(lengths: impl Iterator<Item = usize>) -> Self {
        let (mut defined, mut repeated) = (Vec::new(), Vec::new());
        for length in lengths {
            defined.push(i16::from(length > 0));
            repeated.push(0);
            defined.extend(std::iter::repeat_n(1, length.saturating_sub(1)));
            repeated.extend(std::iter::repeat_n(1, length.saturating_sub(1)));
        }
        Self { defined, repeated }
    }
}

/// A column of one row group.
pub(crate) type Named<'a> = (String, Values<'a>);

/// A file being written; nobody sees it before [`Self::finish`].
pub(crate) struct TableWriter {
    path: PathBuf,
    writer: SerializedFileWriter<File>,
}

impl TableWriter {
    /// Starts a file with the columns of these values and a text about them for the loaders.
    pub fn create(path: &Path, columns: &[Named], about: Option<(&str, String)>) -> Result<Self> {
        let folder = path.parent().unwrap_or(Path::new("."));
        std::fs::create_dir_all(folder).map_err(Error::io("create", folder))?;
        let file = File::create(path).map_err(Error::io("write", path))?;
        let start = || {
            let fields = columns.iter().map(|(name, values)| values.schema(name)).collect::<parquet::errors::Result<_>>()?;
            let schema = Type::group_type_builder("schema").with_fields(fields).build()?;
            let about = about.map(|(key, value)| vec![KeyValue::new(key.to_owned(), value)]);
            let properties = WriterProperties::builder()
                .set_compression(Compression::SNAPPY)
                .set_created_by("kouros".into())
                // Measured values seldom repeat: a dictionary of them is a second copy (a fifth
                // larger on waves), and Snappy makes short work of those that do.
                .set_dictionary_enabled(false)
                // Per row group only: loaders find an episode by them.
                .set_statistics_enabled(EnabledStatistics::Chunk)
                .set_key_value_metadata(about)
                .build();
            SerializedFileWriter::new(file, Arc::new(schema), Arc::new(properties))
        };
        let writer = start().map_err(failed(path))?;
        Ok(Self { path: path.into(), writer })
    }

    /// Appends a row group of the same columns.
    pub fn write(&mut self, columns: &[Named]) -> Result<()> {
        let mut write = || {
            let mut group = self.writer.next_row_group()?;
            for (_, values) in columns {
                if let Some(mut column) = group.next_column()? {
                    values.write(&mut column)?;
                    column.close()?;
                }
            }
            group.close().map(|_| ())
        };
        write().map_err(failed(&self.path))
    }

    /// Bytes written so far.
    pub fn bytes(&self) -> usize {
        self.writer.bytes_written()
    }

    /// Writes the footer and makes sure that all of it is on the disk.
    pub fn finish(self) -> Result<()> {
        let file = self.writer.into_inner().map_err(failed(&self.path))?;
        file.sync_all().map_err(Error::io("write", &self.path))
    }
}

/// Writes a file of one row group.
pub(crate) fn write_table(path: &Path, columns: &[Named], about: Option<(&str, String)>) -> Result<()> {
    let mut writer = TableWriter::create(path, columns, about)?;
    writer.write(columns)?;
    writer.finish()
}

/// The disk is all that can fail here; its error is inside the crate's.
fn failed(path: &Path) -> impl Fn(ParquetError) -> Error {
    let path = path.to_owned();
    move |e| {
        let source = match e {
            ParquetError::External(inner) => inner.downcast::<std::io::Error>().map_or_else(std::io::Error::other, |io| *io),
            other => std::io::Error::other(other),
        };
        Error::Io { doing: "write", path: path.clone(), source }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::Table;

    #[test]
    fn what_is_written_is_read() {
        let folder = tempfile::tempdir().expect("folder");
        let path = folder.path().join("a/b.parquet");
        let (tasks, vectors) = (vec!["walk".to_owned(), "turn ä".to_owned()], [0.5, 1.5, 2.5, -3.5]);
        let columns = [
            ("i".to_owned(), Values::I64(vec![3, -4])),
            ("x.y".to_owned(), Values::F32(&[1.0, 2.0])),
            ("v".to_owned(), Values::F32s(&vectors, 2)),
            ("t".to_owned(), Values::Text(vec!["a", "b"])),
            ("ts".to_owned(), Values::TextLists(vec![&tasks, &tasks[..1]])),
            ("stats/x".to_owned(), Values::F64Lists(vec![vec![0.1, 0.2], vec![0.3]])),
            ("stats/i".to_owned(), Values::I64Lists(vec![vec![1], vec![2]])),
        ];
        let mut writer = TableWriter::create(&path, &columns, Some(("k", "v".into()))).expect("create");
        writer.write(&columns).expect("one");
        writer.write(&columns).expect("two");
        writer.finish().expect("finish");
        let table = Table::open(&path).expect("open");
        assert_eq!(table.rows(), 4);
        assert_eq!(table.integers("i", 1..3).expect("i"), [-4, 3]);
        assert_eq!(table.floats("x.y", 0..4, 1).expect("x"), [1.0, 2.0, 1.0, 2.0]);
        assert_eq!(table.floats("v", 1..3, 2).expect("v"), [2.5, -3.5, 0.5, 1.5]);
        assert_eq!(table.texts("t").expect("t")[1], ["b"]);
        assert_eq!(table.texts("ts").expect("ts")[2..], [tasks.clone(), vec!["walk".to_owned()]]);
        assert!(table.floats("v", 0..4, 3).expect_err("width").to_string().contains("column 'v'"));
        assert!(table.floats("i", 0..4, 1).expect_err("type").to_string().contains("whole numbers"));
        assert!(table.floats("w", 0..4, 1).expect_err("name").to_string().contains("only i, x.y"));
        assert!(table.integers("i", 3..5).is_err());
        assert!(table.counts("i").expect_err("negative").to_string().contains("-4 in row 1"));
    }
}
