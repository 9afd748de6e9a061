//! All clips of a run, on all cores, with a bar for whoever watches.
//!
//! Lives here: threads, progress, and that one broken clip does not stop the others. Does not:
//! what is done with a clip.

use crate::exit::{Failure, Result};
use crate::run::plan::Source;
use indicatif::{ProgressBar, ProgressStyle};
use rayon::prelude::*;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};

/// How one clip ended.
#[derive(Debug)]
pub struct Outcome {
    /// The clip's place in the run.
    pub order: usize,
    /// Time it took [s], or why it could not be made.
    pub result: Result<f64>,
}

/// Calls `one` for every `(order, source)`, on `threads` threads (0: all cores), the largest files
/// first so that no long clip is left alone at the end; outcomes come in order. After a fatal
/// failure no further clip is begun.
pub fn each(
    work: &[(usize, &Source)],
    threads: usize,
    one: &(dyn Fn(usize, &Source) -> Result<f64> + Sync),
) -> Result<Vec<Outcome>> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().map_err(Failure::internal)?;
    let bar = bar(work.len());
    let mut by_size = work.to_vec();
    by_size.sort_by_key(|(order, source)| (std::cmp::Reverse(source.bytes), *order));
    let stop = AtomicBool::new(false);
    let run = |(order, source): (usize, &Source)| {
        if stop.load(Ordering::Relaxed) {
            return None;
        }
        let result = catch_unwind(AssertUnwindSafe(|| one(order, source)))
            .unwrap_or_else(|_| Err(Failure::internal(format!("{}: a defect of this program (above)", source.path.display()))));
        if result.as_ref().is_err_and(|f| f.fatal) {
            stop.store(true, Ordering::Relaxed);
        }
        bar.inc(1);
        Some(Outcome { order, result })
    };
    let mut outcomes: Vec<Outcome> = pool.install(|| by_size.into_iter().par_bridge().filter_map(run).collect());
    bar.finish_and_clear();
    outcomes.sort_by_key(|o| o.order);
    Ok(outcomes)
}

/// A bar on standard error; nothing where that is no terminal.
fn bar(clips: usize) -> ProgressBar {
    let bar = ProgressBar::new(clips as u64);
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} clips, {elapsed} gone, {eta} left") {
        bar.set_style(style);
    }
    bar.enable_steady_tick(std::time::Duration::from_millis(200));
    bar
}
