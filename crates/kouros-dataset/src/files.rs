//! Numbered files of a dataset, ended before they would be too large.

use crate::layout::{CHUNK_SIZE, DATA_FILE_MB, FileNumber, tables};
use crate::table_writer::{Named, TableWriter};
use crate::{Error, Result};
use std::path::{Path, PathBuf};

/// Files that follow each other, each ended before it would be too large.
pub(crate) struct Files {
    root: PathBuf,
    folder: &'static str,
    number: FileNumber,
    writer: Option<TableWriter>,
}

impl Files {
    /// New files under `root/folder`, behind all that are there.
    pub fn after(root: &Path, folder: &'static str) -> Result<Self> {
        let mut number = FileNumber::FIRST;
        for path in tables(root, folder)? {
            let there = numbers(root, &path)
                .ok_or_else(|| Error::malformed(&path, format!("{folder}/chunk-000/file-000.parquet or so"), "another name"))?;
            number = number.max(there.next());
        }
        Ok(Self { root: root.into(), folder, number, writer: None })
    }

    /// The file that the next `bytes` go into.
    pub fn place(&mut self, bytes: usize) -> Result<FileNumber> {
        if self.writer.as_ref().is_some_and(|w| w.bytes() + bytes >= DATA_FILE_MB << 20)
            && let Some(writer) = self.writer.take()
        {
            writer.finish()?;
            self.number = self.number.next();
        }
        Ok(self.number)
    }

    /// Writes a row group into that file.
    pub fn write(&mut self, columns: &[Named]) -> Result<()> {
        let writer = match &mut self.writer {
            Some(writer) => writer,
            none => {
                let path = self.root.join(self.number.path(self.folder));
                none.insert(TableWriter::create(&path, columns, None)?)
            }
        };
        writer.write(columns)
    }

    /// Ends the last file.
    pub fn finish(self) -> Result<()> {
        self.writer.map_or(Ok(()), TableWriter::finish)
    }
}

/// The numbers in `.../chunk-000/file-000.parquet`.
fn numbers(root: &Path, path: &Path) -> Option<FileNumber> {
    let mut parts = path.strip_prefix(root).ok()?.iter().rev().map(|p| p.to_str());
    let file = parts.next()??.strip_prefix("file-")?.strip_suffix(".parquet")?.parse().ok()?;
    let chunk = parts.next()??.strip_prefix("chunk-")?.parse().ok()?;
    (file < CHUNK_SIZE).then_some(FileNumber { chunk, file })
}
