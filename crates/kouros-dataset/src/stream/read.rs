//! A stream's values from a table, in their own type.

use super::{Scalar, Stream, Values};
use crate::table::Table;
use crate::{DeclaredFeature, Error, Result};
use std::ops::Range;
use std::path::Path;

/// The stream that a declared feature is, or why it is none.
pub(super) fn stream(feature: &DeclaredFeature) -> std::result::Result<Stream, String> {
    let scalar = match feature.dtype.as_str() {
        "float32" => Scalar::F32,
        "float64" => Scalar::F64,
        "int64" | "int32" | "int16" | "int8" | "uint8" | "uint16" | "uint32" => Scalar::I64,
        "bool" => Scalar::Bool,
        "string" => Scalar::Text,
        "image" => return Err("pictures inside tables are not carried; videos are".into()),
        other => return Err(format!("type '{other}' is not carried")),
    };
    let dims = if scalar == Scalar::Text { vec!["0".into()] } else { feature.dims.clone() };
    Ok(Stream { name: feature.name.clone(), scalar, dims })
}

/// The values of some rows.
pub(super) fn values(table: &Table, path: &Path, stream: &Stream, rows: Range<usize>) -> Result<Values> {
    let (name, width) = (stream.name.as_str(), stream.dims.len());
    Ok(match stream.scalar {
        Scalar::F32 => Values::F32(table.floats(name, rows, width)?),
        Scalar::F64 => Values::F64(table.numbers(name, rows, width)?),
        Scalar::I64 => Values::I64(table.integer_rows(name, rows, width)?),
        Scalar::Bool => Values::Bool(table.flags(name, rows, width)?),
        Scalar::Text => {
            let texts = table.text_rows(name, rows)?.into_iter().enumerate().map(|(row, texts)| {
                let [text] = <[String; 1]>::try_from(texts).map_err(|t| {
                    Error::malformed(path, format!("one text a row in column '{name}'"), format!("{} in row {row}", t.len()))
                })?;
                Ok(text)
            });
            Values::Text(texts.collect::<Result<_>>()?)
        }
    })
}

/// Some frames of what was read.
pub(super) fn part(values: &Values, frames: Range<usize>, width: usize) -> Values {
    fn cut<T: Clone>(values: &[T], at: Range<usize>) -> Vec<T> {
        values.get(at).map(<[T]>::to_vec).unwrap_or_default()
    }
    let at = frames.start * width..frames.end * width;
    match values {
        Values::F32(v) => Values::F32(cut(v, at)),
        Values::F64(v) => Values::F64(cut(v, at)),
        Values::I64(v) => Values::I64(cut(v, at)),
        Values::Bool(v) => Values::Bool(cut(v, at)),
        Values::Text(v) => Values::Text(cut(v, frames)),
    }
}
