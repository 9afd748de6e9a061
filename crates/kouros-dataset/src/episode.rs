//! One recorded motion: its columns, its task, and what is known about it.

use crate::{Error, Feature, Result};
use kouros_motion::Kind;
use std::collections::HashSet;

/// The values of one feature over an episode.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// Name and dimensions (D).
    pub feature: Feature,
    /// Frame by frame (T x D), flattened.
    pub values: Vec<f32>,
}

/// An episode of T frames at the dataset's rate.
#[derive(Debug, Clone, PartialEq)]
pub struct Episode {
    /// What is done, as an instruction in plain words.
    pub task: String,
    /// Which of the four kinds of whole-body data it is. The standard has no word for it, so an
    /// episode read from a dataset that Kouros did not write says `WholeBody`, which promises
    /// least; [`crate::EpisodeInfo::kind`] tells the two apart.
    pub kind: Kind,
    /// The number of frames T.
    pub length: usize,
    /// The features, each of T rows.
    pub columns: Vec<Column>,
    /// Provenance, segments, findings: what goes into `meta/kouros.json` under this episode.
    /// `null` in a dataset that Kouros did not write.
    pub meta: serde_json::Value,
    /// What the episode was made from and how, as one stable text: two runs that would make the
    /// same episode give it the same key. Empty in a dataset that Kouros did not write.
    pub key: String,
}

impl Episode {
    /// The values of a feature (T x D).
    ///
    /// # Errors
    /// There is no feature of this name.
    pub fn column(&self, name: &str) -> Result<&Column> {
        self.columns.iter().find(|c| c.feature.name == name).ok_or_else(|| Error::NoFeature {
            name: name.into(),
            available: self.columns.iter().map(|c| c.feature.name.clone()).collect(),
        })
    }

    /// The features of all columns, in their order.
    pub fn features(&self) -> Vec<Feature> {
        self.columns.iter().map(|c| c.feature.clone()).collect()
    }

    /// Whether the episode may be written.
    ///
    /// # Errors
    /// An empty key or task, no frame, no column, a feature that [`Feature::check`] refuses or
    /// that stands twice, a column of the wrong length, a value that is not finite.
    pub fn check(&self) -> Result<()> {
        let refuse = |problem: String| Err(Error::Episode { key: self.key.clone(), problem });
        if self.key.is_empty() {
            return refuse("expected a key, found none".into());
        }
        if self.task.is_empty() {
            return refuse("expected a task in words, found none".into());
        }
        if self.length == 0 || self.columns.is_empty() {
            return refuse(format!("expected frames and columns, found {} and {}", self.length, self.columns.len()));
        }
        let mut seen = HashSet::new();
        for Column { feature, values } in &self.columns {
            feature.check()?;
            if !seen.insert(&feature.name) {
                return refuse(format!("expected features that differ, found '{}' twice", feature.name));
            }
            let dims = feature.dims.len();
            if self.length.checked_mul(dims) != Some(values.len()) {
                let (frames, found) = (self.length, values.len());
                return refuse(format!("feature '{}': expected {frames} x {dims} values, found {found}", feature.name));
            }
            if let Some(at) = values.iter().position(|v| !v.is_finite()) {
                return Err(Error::NotFinite {
                    feature: feature.name.clone(),
                    dim: feature.dims[at % dims].clone(),
                    frame: at / dims,
                    value: values[at],
                });
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn episode() -> Episode {
        let column = Column { feature: Feature::new("s", ["x", "y"]), values: vec![0.0, 1.0, 2.0, 3.0] };
        Episode {
            task: "t".into(),
            kind: Kind::Locomotion,
            length: 2,
            columns: vec![column],
            meta: serde_json::Value::Null,
            key: "k".into(),
        }
    }

    #[test]
    fn a_value_that_is_no_number_is_named() {
        let mut e = episode();
        assert!(e.check().is_ok());
        e.columns[0].values[3] = f32::NAN;
        let message = e.check().expect_err("NaN").to_string();
        assert_eq!(message, "feature 's', dimension 'y', frame 1: expected a finite number, found NaN");
    }

    #[test]
    fn lengths_must_agree() {
        let mut e = episode();
        e.length = 3;
        assert_eq!(e.check().expect_err("short").to_string(), "episode 'k': feature 's': expected 3 x 2 values, found 4");
        e.length = usize::MAX;
        assert!(e.check().is_err());
    }

    #[test]
    fn a_missing_column_lists_those_there() {
        assert_eq!(episode().column("u").expect_err("none").to_string(), "no feature 'u'; there are: s");
    }
}
