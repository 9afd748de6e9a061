//! Named arrays, wherever they come from: an archive of NumPy, a dictionary in a pickle.

use crate::error::{Error, Result};
use crate::npz::npy::{self, Array, Numbers};
use crate::npz::zip::Archive;
use crate::pickle::{Id, Pickled};
use kouros_motion::list_names;

/// Named arrays.
pub(crate) enum Table<'a> {
    Npz(Archive<'a>),
    /// A dictionary in a pickle.
    Pickle(Pickled<'a>, Id),
}

impl Table<'_> {
    /// All names.
    pub fn names(&self) -> Vec<String> {
        match self {
            Self::Npz(archive) => archive.entries.iter().map(|e| bare(&e.name).to_owned()).collect(),
            Self::Pickle(pickled, dict) => {
                let key = |(key, _): (Id, Id)| pickled.values.text(key).map(str::to_owned);
                pickled.values.pairs(*dict).filter_map(key).collect()
            }
        }
    }

    pub fn has(&self, name: &str) -> bool {
        match self {
            Self::Npz(archive) => archive.entries.iter().any(|e| bare(&e.name) == name),
            Self::Pickle(pickled, dict) => pickled.values.under(*dict, name).is_some(),
        }
    }

    /// The file's name.
    pub fn file(&self) -> &str {
        match self {
            Self::Npz(archive) => archive.file,
            Self::Pickle(pickled, _) => pickled.file(),
        }
    }

    /// The array of a name, where there is one.
    pub fn array(&self, name: &str) -> Result<Option<Array>> {
        match self {
            Self::Npz(archive) => npy::read(archive, name),
            Self::Pickle(pickled, dict) => match pickled.values.under(*dict, name) {
                Some(id) => pickled.array(name, id).map(Some),
                None => Ok(None),
            },
        }
    }

    /// An array of numbers of `axes` axes, none of them empty.
    pub fn numbers(&self, name: &str, axes: usize) -> Result<Numbers> {
        let wrong = |found: String| self.wrong(name, format!("numbers with {axes} axes"), found);
        match self.array(name)? {
            Some(Array::Numbers(n)) if n.shape.len() == axes && !n.shape.contains(&0) => Ok(n),
            Some(Array::Numbers(n)) => Err(wrong(format!("shape {:?}", n.shape))),
            Some(Array::Text(_)) => Err(wrong("text".into())),
            Some(Array::Objects) => Err(wrong("Python objects, which are never executed".into())),
            None => {
                let expected = format!("an array '{name}'");
                Err(Error::Missing { file: self.file().to_owned(), expected, found: list_names(self.names()) })
            }
        }
    }

    /// The only number of an array, however many axes it has.
    pub fn number(&self, name: &str) -> Result<Option<f64>> {
        match self.array(name)? {
            Some(Array::Numbers(n)) if n.values.len() == 1 => Ok(n.values.first().copied()),
            Some(other) => {
                let found = if let Array::Numbers(n) = other { format!("shape {:?}", n.shape) } else { "no number".into() };
                Err(self.wrong(name, "one number".into(), found))
            }
            None => Ok(None),
        }
    }

    /// The texts of an array, where it is one of texts.
    pub fn texts(&self, name: &str) -> Option<Vec<String>> {
        match self.array(name) {
            Ok(Some(Array::Text(texts))) => Some(texts),
            _ => None,
        }
    }

    pub fn wrong(&self, array: &str, expected: String, found: String) -> Error {
        Error::Array { file: self.file().to_owned(), array: array.to_owned(), expected, found }
    }
}

fn bare(name: &str) -> &str {
    name.strip_suffix(".npy").unwrap_or(name)
}
