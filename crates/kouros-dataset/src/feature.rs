//! A named vector per frame, and which names may be written.

use crate::{Error, Result};
use std::collections::HashSet;

/// The columns every dataset has and this crate makes itself: time in the episode [s], number of
/// the frame in the episode, number of the episode, number of the frame in the dataset, number of
/// the task.
pub const AUTOMATIC: [&str; 5] = ["timestamp", "frame_index", "episode_index", "index", "task_index"];

/// A vector of `f32` per frame; its shape is the number of its dimensions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Feature {
    /// Its name: `observation.state`, `action`, `label.foot_contact`, ...
    pub name: String,
    /// One name per dimension (D): the joints, or `x`, `y`, `z`, ...
    pub dims: Vec<String>,
}

impl Feature {
    /// A feature of this name with these dimensions.
    pub fn new(name: impl Into<String>, dims: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self { name: name.into(), dims: dims.into_iter().map(Into::into).collect() }
    }

    /// Whether the field's loaders take this feature as it is meant.
    ///
    /// # Errors
    /// An empty name, a `/` in it (LeRobot refuses it), `image` in it (LeRobot would take its
    /// statistics for a picture's), the name of an automatic column, no dimension, dimension names
    /// that are empty or stand twice.
    pub fn check(&self) -> Result<()> {
        let refuse = |problem: String| Err(Error::Feature { feature: self.name.clone(), problem });
        if self.name.is_empty() || self.name.chars().any(char::is_control) {
            return refuse("expected a name of at least one character, none of them a control character".into());
        }
        if self.name.contains('/') {
            return refuse("expected a name without '/'; use '.' to group features".into());
        }
        if self.name.contains("image") {
            return refuse(
                "expected a name without 'image'; loaders take the statistics of such a feature for a picture's".into(),
            );
        }
        if AUTOMATIC.contains(&self.name.as_str()) {
            return refuse(format!("expected another name; the dataset makes {} itself", AUTOMATIC.join(", ")));
        }
        if self.dims.is_empty() {
            return refuse("expected at least one dimension, found none".into());
        }
        let mut seen = HashSet::new();
        for (i, dim) in self.dims.iter().enumerate() {
            if dim.is_empty() {
                return refuse(format!("expected a name for dimension {i}, found none"));
            }
            if !seen.insert(dim) {
                return refuse(format!("expected names that differ, found dimension '{dim}' twice"));
            }
        }
        Ok(())
    }
}

/// What differs between the features of a dataset (`there`) and those to be written (`new`); the
/// order of features does not matter, that of dimensions does.
pub(crate) fn differences(there: &[Feature], new: &[Feature]) -> Vec<String> {
    let find = |list: &[Feature], name: &str| list.iter().find(|f| f.name == name).map(|f| f.dims.clone());
    let mut out = Vec::new();
    for feature in there {
        match find(new, &feature.name) {
            None => out.push(format!("the dataset has feature '{}', the episode has not", feature.name)),
            Some(dims) if dims != feature.dims => out.push(dimension_difference(&feature.name, &feature.dims, &dims)),
            Some(_) => {}
        }
    }
    for feature in new.iter().filter(|f| find(there, &f.name).is_none()) {
        out.push(format!("the episode has feature '{}', the dataset has not", feature.name));
    }
    out
}

fn dimension_difference(name: &str, there: &[String], new: &[String]) -> String {
    if there.len() != new.len() {
        return format!("feature '{name}' has {} dimensions in the dataset, {} in the episode", there.len(), new.len());
    }
    let first = there.iter().zip(new).enumerate().find(|(_, (a, b))| a != b);
    first.map_or_else(String::new, |(i, (a, b))| {
        format!("dimension {i} of feature '{name}' is '{a}' in the dataset, '{b}' in the episode")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_loaders_misread_are_refused() {
        for name in ["", "a/b", "observation.images.head", "task_index", "a\nb"] {
            assert!(Feature::new(name, ["x"]).check().is_err(), "{name:?}");
        }
        assert!(Feature::new("action", Vec::<String>::new()).check().is_err());
        assert!(Feature::new("action", ["x", "x"]).check().is_err());
        assert!(Feature::new("action", ["x", "y"]).check().is_ok());
    }

    #[test]
    fn differences_are_named() {
        let a = [Feature::new("s", ["x", "y"]), Feature::new("t", ["x"])];
        let b = [Feature::new("u", ["x"]), Feature::new("s", ["x", "z"])];
        assert_eq!(
            differences(&a, &b),
            [
                "dimension 1 of feature 's' is 'y' in the dataset, 'z' in the episode",
                "the dataset has feature 't', the episode has not",
                "the episode has feature 'u', the dataset has not"
            ]
        );
        assert!(differences(&a, &[a[1].clone(), a[0].clone()]).is_empty());
    }
}
