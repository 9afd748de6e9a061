//! Where a motion came from and what was done to it.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The history of one clip: its source, then every step in order.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Provenance {
    /// The source's file name, without its folder.
    pub source: String,
    /// SHA-256 of the source's bytes, in hexadecimal.
    pub sha256: String,
    /// The source's format: `bvh`, `amc`, `amass-npz`, ...
    pub format: String,
    /// The source's licence, where it is known.
    pub licence: Option<String>,
    /// The source's own rate [Hz].
    pub source_rate_hz: f64,
    /// What was done, in order.
    pub steps: Vec<Step>,
}

/// One thing that was done.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// Its name: `import`, `resample`, `retarget`, `label`, ...
    pub name: String,
    /// The version of the program that did it.
    pub version: String,
    /// Its settings and what it inferred, by name.
    pub settings: BTreeMap<String, String>,
}

impl Step {
    /// A step of this name without settings, done by this version of Kouros.
    pub fn new(name: &str) -> Self {
        Self { name: name.into(), version: env!("CARGO_PKG_VERSION").into(), settings: BTreeMap::new() }
    }

    /// The same with one more setting.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl ToString) -> Self {
        self.settings.insert(name.into(), value.to_string());
        self
    }
}
