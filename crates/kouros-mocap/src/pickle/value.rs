//! What a pickle builds: plain values in one list, holding each other by index.

/// The index of a value.
pub(crate) type Id = usize;

/// One value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    None,
    Bool(bool),
    /// A whole number; one beyond 64 bits is the nearest of those.
    Int(i64),
    Float(f64),
    Text(String),
    /// Where bytes lie in the file.
    Bytes(Span),
    /// Lists and sets.
    List(Vec<Id>),
    Tuple(Vec<Id>),
    /// Keys and values, in turn.
    Dict(Vec<Id>),
    /// The name of something that a program could call: module and name.
    Name(Box<(String, String)>),
    /// Something that would be made by calling a name: what, with what, and what it would be told
    /// afterwards.
    Made {
        what: Id,
        with: Id,
        state: Option<Id>,
    },
    /// Something that lies outside the pickle, by the key it is known by there.
    Outside(Id),
    /// An array whose numbers stand in the file behind the instruction that told of it: the
    /// description, and where they are.
    Inline(Id, Span),
}

/// A stretch of the bytes that were read, or of bytes that had to be unescaped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    pub start: usize,
    pub end: usize,
    /// Whether the bytes lie in [`Values::unescaped`].
    pub unescaped: bool,
}

/// All values of a pickle.
#[derive(Debug, Clone)]
pub(crate) struct Values {
    pub(super) all: Vec<Value>,
    /// Bytes of old protocols, which stand in the file as text with escapes.
    pub(super) unescaped: Vec<u8>,
}

impl Values {
    /// Indices of the values that every pickle shares: `None`, `False`, `True`, the empty tuple.
    pub(super) const NONE: Id = 0;
    pub(super) const FALSE: Id = 1;
    pub(super) const TRUE: Id = 2;
    pub(super) const EMPTY: Id = 3;

    /// The shared ones alone.
    pub(super) fn new() -> Self {
        let all = vec![Value::None, Value::Bool(false), Value::Bool(true), Value::Tuple(Vec::new())];
        Self { all, unescaped: Vec::new() }
    }

    pub fn get(&self, id: Id) -> &Value {
        self.all.get(id).unwrap_or(&Value::None)
    }

    /// The value under a key of a dictionary, also of one that would be made empty and then filled.
    pub fn under(&self, id: Id, key: &str) -> Option<Id> {
        self.pairs(id).find(|(k, _)| matches!(self.get(*k), Value::Text(text) if text == key)).map(|(_, v)| v)
    }

    /// Keys and values of a dictionary; nothing of anything else.
    pub fn pairs(&self, id: Id) -> impl Iterator<Item = (Id, Id)> {
        let items = match self.get(id) {
            Value::Dict(items) => items.as_slice(),
            _ => &[],
        };
        items.chunks_exact(2).filter_map(|pair| Some((*pair.first()?, *pair.get(1)?)))
    }

    /// The members of a list or tuple; nothing of anything else.
    pub fn items(&self, id: Id) -> &[Id] {
        match self.get(id) {
            Value::List(items) | Value::Tuple(items) => items,
            _ => &[],
        }
    }

    pub fn text(&self, id: Id) -> Option<&str> {
        match self.get(id) {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    pub fn int(&self, id: Id) -> Option<i64> {
        match self.get(id) {
            Value::Int(v) => Some(*v),
            Value::Bool(v) => Some(i64::from(*v)),
            _ => None,
        }
    }

    /// What would be called to make a value, as module and name.
    pub fn maker(&self, id: Id) -> Option<(&str, &str)> {
        let Value::Made { what, .. } = self.get(id) else { return None };
        match self.get(*what) {
            Value::Name(name) => Some((&name.0, &name.1)),
            _ => None,
        }
    }

    /// What a value is, in a message.
    pub fn kind(&self, id: Id) -> String {
        match self.get(id) {
            Value::None => "None".into(),
            Value::Bool(_) => "a truth value".into(),
            Value::Int(_) | Value::Float(_) => "a number".into(),
            Value::Text(_) => "text".into(),
            Value::Bytes(_) => "bytes".into(),
            Value::List(items) => format!("a list of {}", items.len()),
            Value::Tuple(items) => format!("a tuple of {}", items.len()),
            Value::Dict(items) => format!("a dictionary of {}", items.len() / 2),
            Value::Name(name) => format!("the name {}.{}", name.0, name.1),
            Value::Made { what, .. } => match self.get(*what) {
                Value::Name(name) => format!("a {}.{}, which is not brought to life", name.0, name.1),
                _ => "a value that only a program can make".into(),
            },
            Value::Outside(_) => "something outside the pickle".into(),
            Value::Inline(..) => "an array".into(),
        }
    }
}
