//! The only way from one joint order to another: by name.

use crate::{Error, Result, list_names, nearest_name};

/// A permutation made of two lists of names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JointOrder {
    source: Vec<usize>,
}

impl JointOrder {
    /// How to read values that stand in the order `from` in the order `to`. Names of `from` that
    /// `to` does not ask for are left out.
    ///
    /// # Errors
    /// `to` asks for a name that `from` does not have.
    pub fn new(from: &[String], to: &[String]) -> Result<Self> {
        let find = |name: &String| {
            from.iter().position(|n| n == name).ok_or_else(|| Error::UnknownName {
                what: "joint",
                name: name.clone(),
                available: list_names(from),
                nearest: nearest_name(name, from).unwrap_or_default(),
            })
        };
        Ok(Self { source: to.iter().map(find).collect::<Result<_>>()? })
    }

    /// The values in the new order.
    ///
    /// # Panics
    /// `values` is shorter than the list of names the order was made from.
    pub fn apply(&self, values: &[f64]) -> Vec<f64> {
        self.source.iter().map(|&i| values[i]).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<String> {
        text.split(' ').map(str::to_owned).collect()
    }

    #[test]
    fn there_and_back() {
        let (a, b) = (names("hip knee ankle"), names("ankle hip knee"));
        let there = JointOrder::new(&a, &b).expect("same names");
        assert_eq!(there.apply(&[1.0, 2.0, 3.0]), [3.0, 1.0, 2.0]);
        let back = JointOrder::new(&b, &a).expect("same names");
        assert_eq!(back.apply(&there.apply(&[1.0, 2.0, 3.0])), [1.0, 2.0, 3.0]);
    }

    #[test]
    fn a_missing_name_is_named() {
        let message = JointOrder::new(&names("hip knee"), &names("kneee")).expect_err("missing").to_string();
        assert_eq!(message, "no joint 'kneee'; there are: hip, knee; nearest: knee");
    }
}
