//! Arrays in a pickle: NumPy's and torch's, understood by the names they would be made with.

use super::value::{Id, Span, Value, Values};
use crate::npz::npy::{self, Array};
use crate::recording::{MAX_JOINTS, MAX_NAME};
use std::borrow::Cow;

/// The most axes of an array.
const MAX_AXES: usize = 8;
/// Elements that a view of other numbers may have, however few those are.
const FREE_ELEMENTS: usize = 1 << 20;

/// A type of numbers or text: NumPy's letter and size, and the order of bytes.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Kind {
    /// As in a `.npy`: `<f4`.
    descr: String,
    bytes: usize,
}

impl Kind {
    fn new(order: &str, code: &str) -> Option<Self> {
        let descr = format!("{}{code}", if order == ">" { ">" } else { "<" });
        let bytes = npy::bytes_of(&descr)?;
        Some(Self { descr, bytes })
    }

    /// Bytes of an element.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// The type that a value of a pickle means.
    pub fn of(values: &Values, id: Id) -> Option<Self> {
        if let Value::Name(name) = values.get(id) {
            return Self::of_torch(&name.1);
        }
        let Value::Made { with, state, .. } = values.get(id) else { return None };
        if !matches!(values.maker(id)?, ("numpy", "dtype")) {
            return None;
        }
        let code = values.text(*values.items(*with).first()?)?;
        let order = state.and_then(|s| values.text(*values.items(s).get(1)?)).unwrap_or("<");
        let bare = code.trim_start_matches(['<', '>', '|', '=']);
        Self::new(if code.starts_with('>') { ">" } else { order }, bare)
    }

    /// By torch's names of storages and types.
    fn of_torch(name: &str) -> Option<Self> {
        let code = match name {
            "FloatStorage" | "float32" => "f4",
            "DoubleStorage" | "float64" => "f8",
            "HalfStorage" | "float16" => "f2",
            "LongStorage" | "int64" => "i8",
            "IntStorage" | "int32" => "i4",
            "ShortStorage" | "int16" => "i2",
            "CharStorage" | "int8" => "i1",
            "ByteStorage" | "uint8" => "u1",
            "BoolStorage" | "bool" => "b1",
            _ => return None,
        };
        Self::new("<", code)
    }
}

/// Sizes of an array: whole numbers from zero up.
pub(super) fn shape_of(values: &Values, id: Id) -> Option<Vec<usize>> {
    let (Value::Tuple(items) | Value::List(items)) = values.get(id) else { return None };
    let sizes: Option<Vec<usize>> = items.iter().map(|i| usize::try_from(values.int(*i)?).ok()).collect();
    sizes.filter(|s| s.len() <= MAX_AXES)
}

/// What arrays are read from.
pub(super) struct Ground<'a> {
    pub values: &'a Values,
    /// The bytes that the values' spans are of.
    pub bytes: &'a [u8],
    /// The bytes of a storage of torch by its key.
    pub storage: &'a dyn Fn(&str) -> Option<Vec<u8>>,
}

/// Why a value is no array: what it is.
type No<T> = Result<T, String>;

impl Ground<'_> {
    /// The array that a value would be; a number is an array without axes, a list of texts is an
    /// array of them.
    pub fn array(&self, id: Id) -> No<Array> {
        let values = self.values;
        let kind = || values.kind(id);
        match values.get(id) {
            Value::Int(v) => Ok(Array::Numbers(npy::Numbers { shape: vec![], values: vec![*v as f64] })),
            Value::Float(v) => Ok(Array::Numbers(npy::Numbers { shape: vec![], values: vec![*v] })),
            Value::Text(text) => Ok(Array::Text(vec![text.clone()])),
            Value::List(items) | Value::Tuple(items) => self.list(items).ok_or_else(kind),
            Value::Inline(description, span) => self.inline(*description, *span),
            Value::Made { with, state, .. } => {
                let (module, name) = values.maker(id).ok_or_else(kind)?;
                let with = values.items(*with);
                match (module, name) {
                    ("numpy.core.multiarray" | "numpy._core.multiarray", "_reconstruct") => {
                        self.reconstructed(state.ok_or("an array without a shape")?)
                    }
                    ("numpy.core.multiarray" | "numpy._core.multiarray", "scalar") => {
                        let [dtype, data] = with else { return Err("a number without a type".into()) };
                        self.plain(*dtype, &[], false, *data)
                    }
                    ("numpy.core.numeric" | "numpy._core.numeric", "_frombuffer") => {
                        let [data, dtype, shape, order] = with else { return Err("an array without a shape".into()) };
                        let shape = shape_of(values, *shape).ok_or_else(|| values.kind(*shape))?;
                        self.plain(*dtype, &shape, values.text(*order) == Some("F"), *data)
                    }
                    ("torch._utils", "_rebuild_tensor" | "_rebuild_tensor_v2" | "_rebuild_tensor_v3") => self.tensor(with),
                    // A parameter is a tensor that somebody learned.
                    ("torch._utils", "_rebuild_parameter" | "_rebuild_parameter_with_state") => {
                        let plain = |i: &Id| values.maker(*i).is_some_and(|(_, name)| name.starts_with("_rebuild_tensor"));
                        let inner = with.first().copied().filter(plain);
                        self.array(inner.ok_or("a parameter of nothing")?)
                    }
                    _ => Err(kind()),
                }
            }
            _ => Err(kind()),
        }
    }

    /// A list of numbers or of texts.
    fn list(&self, items: &[Id]) -> Option<Array> {
        let number = |i: &Id| match self.values.get(*i) {
            Value::Float(v) => Some(*v),
            _ => self.values.int(*i).map(|v| v as f64),
        };
        // A text may be long, and stand in a list as often as one likes.
        let name = |i: &Id| self.values.text(*i).filter(|t| t.len() <= MAX_NAME).map(str::to_owned);
        if let Some(texts) = items.iter().take(MAX_JOINTS + 1).map(name).collect::<Option<Vec<_>>>() {
            return Some(Array::Text(texts)).filter(|_| !items.is_empty());
        }
        let values: Vec<f64> = items.iter().map(number).collect::<Option<_>>()?;
        Some(Array::Numbers(npy::Numbers { shape: vec![values.len()], values }))
    }

    /// NumPy's own state of an array: version, shape, type, order, bytes.
    fn reconstructed(&self, state: Id) -> No<Array> {
        let [_, shape, dtype, fortran, data] = self.values.items(state) else {
            return Err(format!("an array whose state is {}", self.values.kind(state)));
        };
        let shape =
            shape_of(self.values, *shape).ok_or_else(|| format!("an array whose shape is {}", self.values.kind(*shape)))?;
        self.plain(*dtype, &shape, self.values.int(*fortran) == Some(1), *data)
    }

    fn plain(&self, dtype: Id, shape: &[usize], fortran: bool, data: Id) -> No<Array> {
        let kind = Kind::of(self.values, dtype).ok_or_else(|| format!("an array whose type is {}", self.values.kind(dtype)))?;
        let data = self.data(data).ok_or_else(|| format!("an array whose numbers are {}", self.values.kind(data)))?;
        decoded(&kind, shape, fortran, &data)
    }

    fn inline(&self, description: Id, span: Span) -> No<Array> {
        let Value::Made { state: Some(told), .. } = self.values.get(description) else {
            return Err("an array without a type".into());
        };
        let under = |name: &str| self.values.under(*told, name);
        let shape = under("shape").and_then(|s| shape_of(self.values, s)).ok_or("an array without a shape")?;
        let kind = under("dtype").and_then(|d| Kind::of(self.values, d)).ok_or("an array without a type")?;
        let fortran = under("order").and_then(|o| self.values.text(o)) == Some("F");
        decoded(&kind, &shape, fortran, self.span(span).unwrap_or_default())
    }

    fn span(&self, span: Span) -> Option<&[u8]> {
        let from = if span.unescaped { &self.values.unescaped } else { self.bytes };
        from.get(span.start..span.end)
    }

    /// Bytes: as such, as the text that old protocols make of them, or as that text to be encoded.
    fn data(&self, id: Id) -> Option<Cow<'_, [u8]>> {
        match self.values.get(id) {
            Value::Bytes(span) => self.span(*span).map(Cow::Borrowed),
            Value::Text(text) => Some(Cow::Borrowed(text.as_bytes())),
            Value::Made { with, .. } => {
                let with = self.values.items(*with);
                match self.values.maker(id)? {
                    ("_codecs", "encode") if with.get(1).and_then(|c| self.values.text(*c)).is_none_or(|c| c == "latin1") => {
                        let text = match self.values.get(*with.first()?) {
                            Value::Text(text) => text.as_str(),
                            Value::Bytes(span) => std::str::from_utf8(self.span(*span)?).ok()?,
                            _ => return None,
                        };
                        text.chars().map(|c| u8::try_from(u32::from(c)).ok()).collect::<Option<Vec<u8>>>().map(Cow::Owned)
                    }
                    ("builtins" | "__builtin__", "bytes" | "bytearray") if with.is_empty() => Some(Cow::Owned(Vec::new())),
                    ("builtins" | "__builtin__", "bytearray") => match self.values.get(*with.first()?) {
                        Value::Bytes(span) => self.span(*span).map(Cow::Borrowed),
                        _ => None,
                    },
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// A tensor: a view of a storage by offset, sizes and strides.
    fn tensor(&self, with: &[Id]) -> No<Array> {
        let values = self.values;
        let [storage, offset, sizes, strides, ..] = with else { return Err("a tensor without sizes".into()) };
        let Value::Outside(place) = values.get(*storage) else { return Err("a tensor without a storage".into()) };
        let [_, kind, key, ..] = values.items(*place) else { return Err("a tensor without a storage".into()) };
        let typed = Kind::of(values, *kind).or_else(|| Kind::of(values, *with.get(6)?));
        let kind = typed.ok_or_else(|| format!("a tensor whose type is {}", values.kind(*kind)))?;
        let (sizes, strides) = (shape_of(values, *sizes), shape_of(values, *strides));
        let (Some(sizes), Some(strides)) = (sizes, strides) else { return Err("a tensor without sizes".into()) };
        let offset = values.int(*offset).and_then(|o| usize::try_from(o).ok()).ok_or("a tensor without an offset")?;
        let key = values.text(*key).ok_or("a tensor without a storage")?;
        let bytes = (self.storage)(key).ok_or_else(|| format!("a tensor whose numbers ('{key}') are not in the file"))?;
        let count = sizes.iter().try_fold(1usize, |n, s| n.checked_mul(*s)).filter(|n| *n <= FREE_ELEMENTS.max(bytes.len()));
        let count = count.ok_or_else(|| format!("a tensor of shape {sizes:?} in {} bytes", bytes.len()))?;
        if sizes.len() != strides.len() {
            return Err("a tensor with more sizes than strides".into());
        }
        let mut data = Vec::with_capacity(count.saturating_mul(kind.bytes).min(bytes.len()));
        let mut at = vec![0usize; sizes.len()];
        for _ in 0..count {
            let steps = at.iter().zip(&strides).try_fold(offset, |sum, (i, s)| i.checked_mul(*s)?.checked_add(sum));
            let start = steps.and_then(|s| s.checked_mul(kind.bytes));
            let one = start.and_then(|s| bytes.get(s..s.checked_add(kind.bytes)?));
            data.extend(one.ok_or_else(|| format!("a tensor of shape {sizes:?} beyond its {} bytes", bytes.len()))?);
            for axis in (0..sizes.len()).rev() {
                at[axis] += 1;
                if at[axis] < sizes[axis] {
                    break;
                }
                at[axis] = 0;
            }
        }
        decoded(&kind, &sizes, false, &data)
    }
}

fn decoded(kind: &Kind, shape: &[usize], fortran: bool, data: &[u8]) -> No<Array> {
    npy::decode(&kind.descr, shape, fortran, data)
        .ok_or_else(|| format!("{} bytes for an array of shape {shape:?} of {}", data.len(), kind.descr))
}
