//! One run of `kouros retarget`, from captures to what is on the disk.
//!
//! Lives here: what a run is and how it ended. Its parts: what is to be done ([`plan`]), one clip
//! ([`clip`], [`augment`], [`person`], [`given`]), all clips ([`all`]), where results go ([`dataset`],
//! [`files`]), what is said about them ([`describe`], [`findings`], [`severity`], [`row`]). Does not:
//! arguments (`commands/`), pictures (`report/`).

pub mod all;
pub mod augment;
pub mod clip;
pub mod dataset;
pub mod describe;
pub mod files;
pub mod findings;
pub mod given;
pub mod motion_file;
pub mod person;
pub mod plan;
pub mod row;
pub mod settings;
pub mod severity;
pub mod surroundings;

use crate::exit::{Failure, Result};
use crate::robot_args::Chosen;
use crate::run::all::Outcome;
use crate::run::plan::Plan;
use crate::run::row::Row;
use crate::run::settings::Settings;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// A run, ready to begin.
#[derive(Debug, Clone, Copy)]
pub struct Job<'a> {
    pub plan: &'a Plan,
    pub chosen: &'a Chosen,
    pub settings: &'a Settings,
    /// Name and bytes of the user's body model.
    pub body_model: Option<(&'a str, &'a [u8])>,
    /// The dataset's or the files' folder.
    pub out: &'a Path,
    /// 0: all cores.
    pub threads: usize,
    /// Whether to write the report.
    pub report: bool,
    /// Whether files may be replaced.
    pub overwrite: bool,
}

/// How a run ended.
#[derive(Debug, Default)]
pub struct Ended {
    /// A line for every clip of the run that is done, now or earlier, in order.
    pub rows: Vec<Row>,
    /// Frames and seconds of the clips made now, by key.
    pub made: BTreeMap<String, f64>,
    /// Files of which something could not be made, each reason once: all variants of a broken file
    /// fail alike.
    pub failed: Vec<(PathBuf, Failure)>,
    /// Episodes that an unfinished run of other clips or settings had left.
    pub dropped: usize,
    /// Whether everything was there before.
    pub nothing_to_do: bool,
    /// Clips and frames of the whole output.
    pub totals: Option<(usize, usize)>,
    /// The report.
    pub report: Option<PathBuf>,
}

impl Ended {
    /// Sorts outcomes into what was made and what was not.
    fn new(job: &Job<'_>, outcomes: Vec<Outcome>) -> Result<Self> {
        let mut ended = Self { failed: job.plan.failed.clone(), ..Self::default() };
        for Outcome { order, result } in outcomes {
            let source = &job.plan.sources[order];
            match result {
                Ok(seconds) => drop(ended.made.insert(source.key.clone(), seconds)),
                Err(failure) if failure.fatal => return Err(failure),
                Err(failure) => ended.failed.push((source.path.clone(), failure)),
            }
        }
        // Variants of one file follow each other.
        ended.failed.dedup();
        Ok(ended)
    }
}
