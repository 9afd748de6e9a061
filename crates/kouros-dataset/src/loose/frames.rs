//! The frames, in portions of whole episodes as the files really hold them.
//!
//! A file of frames is cut where its own column `episode_index` changes, whatever the list of
//! episodes says: so a list that lies is found out, and never read by. A portion spans whole row
//! groups where it can, since a row group is decoded whole.

use super::{Loose, Topic, Trouble};
use crate::table::Table;
use crate::{AUTOMATIC, Error, Result};
use std::ops::Range;

/// Rows of a portion, unless a row group or an episode is larger.
const PORTION_ROWS: usize = 4096;

/// Some whole episodes of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Portion {
    /// The file, an index into [`Loose::files`].
    pub file: usize,
    /// Its rows.
    pub rows: Range<usize>,
    /// What the file calls its episodes, and their rows; `None` where it does not say.
    pub runs: Vec<(Option<i64>, Range<usize>)>,
}

/// One column of an episode.
#[derive(Debug, Clone, PartialEq)]
pub struct LooseColumn {
    /// Which feature of [`super::LooseInfo::features`].
    pub feature: usize,
    /// Values a frame (D).
    pub width: usize,
    /// T x D values, frame by frame; whole numbers and flags as numbers, be they finite or not.
    pub values: Vec<f64>,
}

/// The frames of an episode.
#[derive(Debug, Clone, PartialEq)]
pub struct LooseFrames {
    /// The file, an index into [`Loose::files`].
    pub file: usize,
    /// What the file calls it.
    pub index: Option<i64>,
    /// Its first row in the file.
    pub row: usize,
    /// The number of its frames T.
    pub length: usize,
    /// The columns of numbers that could be read.
    pub columns: Vec<LooseColumn>,
}

impl Loose {
    /// How a file's frames are cut into portions, and what is wrong with its columns.
    ///
    /// # Errors
    /// The file cannot be opened, or is no whole Parquet file.
    pub fn portions(&self, file: usize) -> Result<(Vec<Portion>, Vec<Trouble>)> {
        let (table, place) = self.table(file)?;
        let rows = table.rows();
        let mut troubles = self.undeclared(&table, &place);
        let numbers = match table.integers("episode_index", 0..rows) {
            Ok(numbers) => numbers,
            Err(e) => {
                troubles.push(Trouble::new(Topic::Table, &place, "a column 'episode_index' of whole numbers", e.to_string()));
                let runs = vec![(None, 0..rows)];
                return Ok((vec![Portion { file, rows: 0..rows, runs }], troubles));
            }
        };
        let group_ends: Vec<usize> = table.groups_until(rows).iter().map(|g| g.end).collect();
        let (mut portions, mut runs, mut from, mut start) = (Vec::new(), Vec::new(), 0, 0);
        for at in 1..=rows {
            if at < rows && numbers[at] == numbers[at - 1] {
                continue;
            }
            runs.push((Some(numbers[at - 1]), start..at));
            start = at;
            let whole = group_ends.binary_search(&at).is_ok();
            if at == rows || (whole && at - from >= PORTION_ROWS) {
                portions.push(Portion { file, rows: from..at, runs: std::mem::take(&mut runs) });
                from = at;
            }
        }
        Ok((portions, troubles))
    }

    /// The frames of a portion: every declared feature of numbers that its file holds.
    ///
    /// # Errors
    /// The file cannot be opened any more.
    pub fn read(&self, portion: &Portion) -> Result<(Vec<LooseFrames>, Vec<Trouble>)> {
        let (table, place) = self.table(portion.file)?;
        let mut troubles = Vec::new();
        let frame = |(index, rows): &(Option<i64>, Range<usize>)| LooseFrames {
            file: portion.file,
            index: *index,
            row: rows.start,
            length: rows.len(),
            columns: Vec::new(),
        };
        let mut out: Vec<LooseFrames> = portion.runs.iter().map(frame).collect();
        for (feature, declared) in self.info.features.iter().enumerate() {
            let width = declared.dims.len();
            if width == 0 || !table.has(&declared.name) {
                continue; // pictures and texts; what is missing was told with the portions
            }
            match table.numbers(&declared.name, portion.rows.clone(), width) {
                Ok(values) => {
                    for (frames, (_, rows)) in out.iter_mut().zip(&portion.runs) {
                        let at = (rows.start - portion.rows.start) * width..(rows.end - portion.rows.start) * width;
                        frames.columns.push(LooseColumn { feature, width, values: values.get(at).unwrap_or_default().to_vec() });
                    }
                }
                Err(Error::Malformed { expected, found, .. }) => {
                    let about = format!("{expected} ({} of shape {:?})", declared.dtype, declared.shape);
                    troubles.push(Trouble::new(Topic::Table, &place, about, found));
                }
                Err(e) => return Err(e),
            }
        }
        Ok((out, troubles))
    }

    pub(crate) fn table(&self, file: usize) -> Result<(Table, String)> {
        let relative = self.files.get(file).ok_or(Error::NoEpisode { index: file, total: self.files.len() })?;
        Ok((Table::open(&self.root().join(relative))?, relative.display().to_string()))
    }

    /// Columns that the features do not have, which loaders refuse, and features without a column.
    fn undeclared(&self, table: &Table, place: &str) -> Vec<Trouble> {
        let columns = table.columns();
        let mut troubles = Vec::new();
        for column in columns.iter().filter(|c| self.info.feature(c).is_none()) {
            if !AUTOMATIC.contains(&column.as_str()) {
                troubles.push(Trouble::new(Topic::Table, place, "declared columns only", format!("'{column}'")));
            }
        }
        for feature in self.info.features.iter().filter(|f| f.dtype != "video" && !columns.contains(&f.name)) {
            troubles.push(Trouble::new(Topic::Table, place, format!("a column '{}'", feature.name), "none"));
        }
        troubles
    }
}
