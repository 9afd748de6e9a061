//! The page that shows a run: one file, nothing from outside, readable and printable anywhere.
//!
//! Lives here: which clips are shown in full, and keeping their sections until the page is
//! written. Does not: the page ([`page`]), a clip's section ([`section`]), its pictures (the other
//! files), any number (the other crates).
//!
//! A page covers all that is in the output, also what an earlier run made: sections of clips that
//! are done are taken over from the page that is there. So up to fifty clips give the same page,
//! whichever run made them.

mod balance;
mod errors;
mod gait;
mod human_figure;
mod joints;
mod page;
mod path;
pub mod robot_figure;
mod section;
pub mod solid;
mod strip;
pub mod svg;
mod time_axis;

use crate::exit::{Failure, Result};
use crate::report::robot_figure::RobotFigure;
use crate::run::Job;
use crate::run::clip::Made;
use crate::run::dataset::disk_failure;
use crate::run::row::{Row, ranked};
use kouros_dataset::{Overwrite, write_whole};
use kouros_motion::{FootContacts, Trajectory};
use kouros_robot::Robot;
use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

/// Pictures of a robot's motion at moments of it, as a file by themselves (SVG).
pub fn picture(robot: &Robot, trajectory: &Trajectory, contacts: &FootContacts) -> String {
    let strip = strip::of_motion(trajectory, contacts, None, &RobotFigure::new(robot));
    // On a page the style is the page's; a file brings its own, and its name space.
    let style = format!("<style>{}svg{{background:var(--card)}}</style>", page::STYLE);
    let alone = strip.replacen("<svg ", "<svg xmlns=\"http://www.w3.org/2000/svg\" ", 1);
    alone.replacen('>', &format!(">{style}"), 1) + "\n"
}

/// The page's name.
pub const NAME: &str = "report.html";
/// The first clips are shown, and as many that most deserve a look.
const SHOWN: usize = 25;
/// So many of each are kept until the page is written: places move up where clips before fail.
const KEPT: usize = 2 * SHOWN;

/// Sections of clips that are done, on the disk until the page is written.
#[derive(Debug)]
pub struct Sections<'a> {
    robot: RobotFigure<'a>,
    folder: PathBuf,
    wanted: bool,
    /// Whether a stopped run left sections, and so no page.
    pub left: bool,
    /// The clips of this run that are kept because they deserve a look: how much, their places, keys.
    worst: Mutex<Vec<(f64, usize, String)>>,
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
        if order >= KEPT {
            let mut worst = self.worst.lock().unwrap_or_else(PoisonError::into_inner);
            worst.push((row.badness(), order, row.key.clone()));
            // By badness and then by place, as the page chooses.
            worst.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
            let first_dropped = worst.len().min(KEPT);
            for (_, _, key) in worst.split_off(first_dropped) {
                if key == row.key {
                    return Ok(());
                }
                // Nobody will miss it; if it cannot be removed now, it is at the end.
                let _ = fs::remove_file(self.file(&key));
            }
        }
        let text = section::section(&self.robot, job.settings, made, row);
        write_whole(&self.file(&row.key), text.as_bytes(), Overwrite::Allowed).map_err(|e| disk_failure(&e).fatal())
    }

    fn file(&self, key: &str) -> PathBuf {
        self.folder.join(format!("{key}.html"))
    }

    /// Writes the page for `rows`, and for what could not be made, into the output's folder.
    pub fn write(&self, job: &Job<'_>, rows: &[Row], failed: &[(PathBuf, Failure)]) -> Result<PathBuf> {
        let path = job.out.join(NAME);
        let before = fs::read_to_string(&path).unwrap_or_default();
        let mut shown: BTreeSet<usize> = (0..rows.len().min(SHOWN)).collect();
        let ranked = ranked(rows);
        let first = shown.len();
        shown.extend(ranked.iter().copied().filter(|place| *place >= first).take(SHOWN));
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
        let mut text = page::head(job, rows, &ranked, failed, &keys);
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
