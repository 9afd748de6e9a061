//! Where the numbers of joblib's arrays are: in the file, behind the instruction that told of them.

use super::array::{Kind, shape_of};
use super::value::{Id, Value, Values};
use crate::error::{Error, Result};

/// First and one past the last byte of the numbers of the array that `told` describes, where `at`
/// is one past the instruction.
pub(super) fn place(file: &str, values: &Values, told: Id, bytes: &[u8], at: usize) -> Result<(usize, usize)> {
    let wrong = |expected: &str, found: String| Error::Archive {
        file: file.to_owned(),
        byte: at,
        expected: format!("an array of joblib with {expected}"),
        found,
    };
    let part = |name: &str| values.under(told, name).ok_or_else(|| wrong(&format!("its '{name}'"), "none".into()));
    let (shape, dtype) = (part("shape")?, part("dtype")?);
    let shape = shape_of(values, shape).ok_or_else(|| wrong("a shape of sizes", values.kind(shape)))?;
    let kind = Kind::of(values, dtype).ok_or_else(|| wrong("a type of plain numbers", values.kind(dtype)))?;
    // Newer files align the numbers: a byte that says how many bytes to skip, then those.
    let aligned = values.under(told, "numpy_array_alignment_bytes").is_some_and(|a| *values.get(a) != Value::None);
    let start = match (aligned, bytes.get(at)) {
        (false, _) => at,
        (true, Some(padding)) => at + 1 + usize::from(*padding),
        (true, None) => return Err(wrong("its padding", "the end of the file".into())),
    };
    let size = shape.iter().try_fold(kind.bytes(), |n, s| n.checked_mul(*s));
    let end = size.and_then(|s| start.checked_add(s)).filter(|end| *end <= bytes.len());
    let end = end
        .ok_or_else(|| wrong(&format!("the numbers of shape {shape:?}"), format!("{} bytes", bytes.len().saturating_sub(at))))?;
    Ok((start, end))
}
