//! Python pickles, read without Python: protocols 0 to 5, torch archives, joblib files.
//!
//! A pickle is a program for a stack machine that may call anything. Here it calls nothing: a
//! closed list of instructions builds plain values, and whatever the program would call stands in
//! the result as the name of what would be called with what. Names of NumPy's and torch's arrays
//! are then understood as such ([`array`]); every other one stays a name.
//!
//! Lives here: the machine ([`machine`]), the values ([`value`]), arrays in them ([`array`]), and
//! the files they come in ([`file`]). Does not: what the values mean (`robot/`, `positions/`).
//!
//! Values lie in one list and hold each other by index, so that shared and circular ones cost
//! nothing and nothing is ever walked through to its end. Memory follows the bytes: an instruction
//! makes at most one value, and no size is believed before the bytes for it are there.

pub(crate) mod array;
pub(crate) mod file;
mod inline;
mod machine;
#[cfg(test)]
mod tests;
mod value;

pub(crate) use file::{Pickled, is_pickle, is_torch};
pub(crate) use value::Id;
