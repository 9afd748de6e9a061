//! The page that shows a run: one file, nothing from outside, readable and printable anywhere.
//!
//! Lives here: which clips are shown in full, and keeping their sections until the page is
//! written. Does not: the page ([`page`]), a clip's section ([`section`]), its pictures (the other
//! files), any number (the other crates).
//!
//! A page covers all that is in the output, also what an earlier run made: sections of clips that
//! are done are taken over from the page that is there. So the same clips give the same page,
//! whichever run made them.

mod balance;
mod errors;
mod gait;
mod human_figure;
mod joints;
mod page;
mod path;
mod robot_figure;
mod section;
mod solid;
mod strip;
mod svg;
mod time_axis;

use crate::exit::{Failure, Result};
use crate::report::robot_figure::RobotFigure;
use crate::run::Job;
use crate::run::clip::Made;
use crate::run::dataset::disk_failure;
use crate::run::row::Row;
use kouros_dataset::{Overwrite, write_whole};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

/// The page's name.
pub const NAME: &str = "report.html";
/// The first clips are shown, and as many that most deserve a look.
const SHOWN: usize = 25;

/// Sections of clips that are done, on the disk until the page is written.
#[derive(Debug)]
pub struct Sections<'a> {
    robot: RobotFigure<'a>,
    folder: PathBuf,
    wanted: bool,
    /// Whether a stopped run left sections, and so no page.
    pub left: bool,
    /// How much each clip of this run that is kept for its badness deserves a look, by key.
    worst: Mutex<BTreeMap<String, f64>>,
}

impl<'a> Sections<'a> {
    /// A place for the sections of a run; one that a stopped run left is used again.
    pub fn open(job: &Job<'a>) -> Result<Self> {
        let (out, wanted) = (job.out, job.report);
        let mut name = out.file_name().unwrap_or_default().to_os_string();
        name.push(".kouros-report");
        let folder = out.with_file_name(name);
        let left = wanted && folder.is_dir();
        if wanted {
            fs::create_dir_all(&folder).map_err(|e| Failure::new(format!("cannot create {}: {e}", folder.display())))?;
        }
        Ok(Self { robot: RobotFigure::new(&job.chosen.robot), folder, wanted, left, worst: Mutex::default() })
    }

    /// Draws a clip that is done, if the page may show it.
    pub fn keep(&self, order: usize, job: &Job<'_>, made: &Made, row: &Row) -> Result<()> {
        if !self.wanted {
            return Ok(());
        }
        if order >= SHOWN {
            let mut worst = self.worst.lock().unwrap_or_else(PoisonError::into_inner);
            worst.insert(row.key.clone(), row.badness());
            if worst.len() > SHOWN {
                let least = worst.iter().min_by(|a, b| a.1.total_cmp(b.1)).map(|(key, _)| key.clone());
                let Some(least) = least else { return Ok(()) };
                worst.remove(&least);
                if least == row.key {
                    return Ok(());
                }
                // Only what nobody will miss is removed; if it cannot be, it stays.
                let _ = fs::remove_file(self.file(&least));
            }
        }
        let text = section::section(&self.robot, job.settings, made, row);
        write_whole(&self.file(&row.key), text.as_bytes(), Overwrite::Allowed).map_err(|e| disk_failure(&e).fatal())
    }

    fn file(&self, key: &str) -> PathBuf {
        self.folder.join(format!("{key}.html"))
    }

    /// Writes the page for `rows` into the output's folder.
    pub fn write(&self, job: &Job<'_>, rows: &[Row]) -> Result<PathBuf> {
        let path = job.out.join(NAME);
        let before = fs::read_to_string(&path).unwrap_or_default();
        let mut shown: BTreeSet<usize> = (0..rows.len().min(SHOWN)).collect();
        let mut by_badness: Vec<usize> = (shown.len()..rows.len()).collect();
        by_badness.sort_by(|a, b| rows[*b].badness().total_cmp(&rows[*a].badness()).then(a.cmp(b)));
        shown.extend(by_badness.into_iter().take(SHOWN));
        let mut sections: Vec<(&str, String)> = Vec::new();
        for row in shown.into_iter().map(|i| &rows[i]) {
            let (start, end) = marks(&row.key);
            let new = fs::read_to_string(self.file(&row.key)).ok();
            let old = || before.split_once(&start)?.1.split_once(&end).map(|(text, _)| text.to_owned());
            if let Some(text) = new.or_else(old) {
                sections.push((&row.key, format!("{start}{text}{end}")));
            }
        }
        let keys: BTreeSet<&str> = sections.iter().map(|(key, _)| *key).collect();
        let mut text = page::head(job, rows, &keys);
        sections.iter().for_each(|(_, section)| text.push_str(section));
        text.push_str(page::foot());
        write_whole(&path, text.as_bytes(), Overwrite::Allowed).map_err(|e| disk_failure(&e))?;
        Ok(path)
    }

    /// Removes what was kept; what cannot be removed is used, or removed, next time.
    pub fn remove(&self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// Around a section, so that the next page can take it over.
fn marks(key: &str) -> (String, String) {
    (format!("<!-- clip {key} -->\n"), format!("<!-- end {key} -->\n"))
}
