//! The rows of one column, gathered batch by batch from levels and values.
//!
//! Parquet stores a list as its values in one run, with two small numbers beside each: the
//! repetition level is 0 where a row begins, and the definition level is the deepest one where
//! there is a value (and less for an empty list or a missing value).

use parquet::column::reader::ColumnReaderImpl;
use parquet::data_type::DataType;

/// Values decoded at a time: a claim costs at most this much before the data must prove it.
const BATCH_VALUES: usize = 1 << 16;

/// The rows of a column: all values, and how many of them each row has.
pub(crate) struct Rows<T> {
    pub values: Vec<T>,
    pub lengths: Vec<usize>,
}

/// What is wanted of a column in one row group, and what came so far.
pub(crate) struct Ask<T> {
    /// Rows of the group before the first that is wanted.
    pub skip: usize,
    /// Rows of the group that are wanted.
    pub take: usize,
    /// What came, of all groups.
    pub rows: Rows<T>,
    /// What is wrong with it.
    pub problem: Option<String>,
    /// The deepest definition and repetition level of the column.
    deepest: (i16, i16),
    width: Option<usize>,
}

impl<T> Ask<T> {
    /// Nothing is wanted yet; `width`: values in a row, where that is known.
    pub fn new(deepest: (i16, i16), width: Option<usize>) -> Self {
        let rows = Rows { values: Vec::new(), lengths: Vec::new() };
        Self { skip: 0, take: 0, rows, problem: None, deepest, width }
    }

    /// Reads what is wanted of this row group.
    pub fn run<D: DataType>(
        &mut self,
        mut column: ColumnReaderImpl<D>,
        convert: impl Fn(D::T) -> T,
    ) -> parquet::errors::Result<()> {
        let mut left = self.take;
        if column.skip_records(self.skip)? < self.skip {
            return Ok(()); // too few rows: the caller counts them
        }
        let batch = (BATCH_VALUES / self.width.unwrap_or(1).max(1)).max(1);
        while left > 0 {
            let (mut defined, mut repeated, mut values) = (Vec::new(), Vec::new(), Vec::new());
            let (rows, _, _) = column.read_records(left.min(batch), Some(&mut defined), Some(&mut repeated), &mut values)?;
            if rows == 0 {
                break;
            }
            left = left.saturating_sub(rows);
            let before = self.rows.lengths.len();
            self.count(values.len(), &defined, &repeated);
            self.rows.values.extend(values.into_iter().map(&convert));
            let wrong = |(row, &n): (usize, &usize)| (Some(n) != self.width).then_some((row, n));
            if let Some(width) = self.width
                && let Some((row, found)) = self.rows.lengths.iter().enumerate().skip(before).find_map(wrong)
            {
                self.problem = Some(format!("{found} values in row {row} of those read, where {width} were expected"));
                break;
            }
        }
        Ok(())
    }

    /// Appends how many values each row of a batch has: a value is there where its definition level
    /// is the deepest, and a row begins where the repetition level is 0.
    fn count(&mut self, values: usize, defined: &[i16], repeated: &[i16]) {
        let lengths = &mut self.rows.lengths;
        match self.deepest {
            (0, 0) => lengths.extend(std::iter::repeat_n(1, values)),
            (d, 0) => lengths.extend(defined.iter().map(|&v| usize::from(v == d))),
            (d, _) => {
                let before = lengths.len();
                for (&defined, &repeated) in defined.iter().zip(repeated) {
                    if repeated == 0 || lengths.len() == before {
                        lengths.push(0);
                    }
                    if let Some(last) = lengths.last_mut() {
                        *last += usize::from(defined == d);
                    }
                }
            }
        }
    }
}
