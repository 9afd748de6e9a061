//! The page that shows a run.

use crate::exit::Result;
use crate::run::Job;
use crate::run::clip::Made;
use crate::run::plan::Source;
use crate::run::row::Row;
use serde_json::Value;
use std::path::{Path, PathBuf};

#[derive(Debug)]
pub struct Sections;

impl Sections {
    pub fn open(_out: &Path, _clips: usize, _wanted: bool) -> Result<Self> {
        Ok(Self)
    }
    pub fn keep(&self, _order: usize, _source: &Source, _made: &Made, _meta: &Value, _job: &Job<'_>) -> Result<()> {
        Ok(())
    }
    pub fn write(&self, job: &Job<'_>, _rows: &[Row]) -> Result<PathBuf> {
        Ok(job.out.join("report.html"))
    }
    pub fn remove(&self) {}
}
