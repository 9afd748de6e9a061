//! The table whose rows are episodes.

use crate::files::Files;
use crate::layout::{EPISODES, FileNumber, tables};
use crate::stats::{FeatureStats, Statistic};
use crate::table::Table;
use crate::table_writer::{Named, Values};
use crate::{AUTOMATIC, Dataset, Error, Feature, Result};
use std::collections::BTreeSet;

/// A row of the table of episodes.
pub(crate) struct Row {
    pub index: usize,
    pub task: Vec<String>,
    pub length: usize,
    pub first_frame: usize,
    pub file: FileNumber,
    /// Where each camera's film is; the same cameras in every row.
    pub films: Vec<Film>,
    pub stats: Vec<FeatureStats>,
}

/// Where one camera's film of an episode is.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Film {
    /// The camera's feature.
    pub camera: String,
    /// The file.
    pub file: FileNumber,
    /// Where the episode begins and ends in it [s].
    pub seconds: [f64; 2],
}

/// Loaders read all tables of episodes into one, which needs the same columns in each.
pub(crate) fn check_columns(there: &Dataset, features: &[Feature]) -> Result<()> {
    let Some(path) = tables(there.root(), EPISODES)?.pop() else { return Ok(()) };
    let found: BTreeSet<String> = Table::open(&path)?.columns().into_iter().collect();
    let ours: BTreeSet<String> = all_columns(features).into_iter().collect();
    let list = |names: Vec<&String>| kouros_motion::list_names(names);
    let mut differences = Vec::new();
    if found.difference(&ours).next().is_some() {
        differences.push(format!(
            "its table of episodes has columns that Kouros does not write: {}",
            list(found.difference(&ours).collect())
        ));
    }
    if ours.difference(&found).next().is_some() {
        differences.push(format!("its table of episodes lacks {}", list(ours.difference(&found).collect())));
    }
    if differences.is_empty() { Ok(()) } else { Err(Error::Differs { path: there.root().into(), differences }) }
}

fn all_columns(features: &[Feature]) -> Vec<String> {
    let none = Row {
        index: 0,
        task: Vec::new(),
        length: 0,
        first_frame: 0,
        file: FileNumber::FIRST,
        films: Vec::new(),
        stats: Vec::new(),
    };
    let mut names: Vec<String> = columns(&[none], FileNumber::FIRST).into_iter().map(|(name, _)| name).collect();
    for name in features.iter().map(|f| f.name.as_str()).chain(AUTOMATIC) {
        let statistics = FeatureStats::of(name, 1, std::iter::empty()).statistics();
        names.extend(statistics.into_iter().map(|(statistic, _)| format!("stats/{name}/{statistic}")));
    }
    names
}

/// Writes rows as a row group.
pub(crate) fn write_rows(table: &mut Files, rows: &[Row]) -> Result<()> {
    let bytes = rows
        .iter()
        .map(|r| r.stats.iter().map(FeatureStats::bytes).sum::<usize>() + r.task.iter().map(String::len).sum::<usize>() + 64)
        .sum();
    let file = table.place(bytes)?;
    table.write(&columns(rows, file))
}

/// The columns of some rows of the table of episodes, which go into `file`.
fn columns(rows: &[Row], file: FileNumber) -> Vec<Named<'_>> {
    let count =
        |name: &str, of: &dyn Fn(&Row) -> usize| (name.to_owned(), Values::I64(rows.iter().map(|r| of(r) as i64).collect()));
    let mut out = vec![
        count("episode_index", &|r| r.index),
        ("tasks".to_owned(), Values::TextLists(rows.iter().map(|r| r.task.as_slice()).collect())),
        count("length", &|r| r.length),
        count("data/chunk_index", &|r| r.file.chunk),
        count("data/file_index", &|r| r.file.file),
        count("dataset_from_index", &|r| r.first_frame),
        count("dataset_to_index", &|r| r.first_frame + r.length),
    ];
    for (at, film) in rows.first().map_or(&[][..], |r| &r.films).iter().enumerate() {
        let each = |of: &dyn Fn(&Film) -> usize| {
            Values::I64(rows.iter().filter_map(|r| r.films.get(at)).map(|f| of(f) as i64).collect())
        };
        let edge = |i: usize| Values::F64(rows.iter().filter_map(|r| r.films.get(at)).map(|f| f.seconds[i]).collect());
        let name = |what: &str| format!("videos/{}/{what}", film.camera);
        out.extend([(name("chunk_index"), each(&|f| f.file.chunk)), (name("file_index"), each(&|f| f.file.file))]);
        out.extend([(name("from_timestamp"), edge(0)), (name("to_timestamp"), edge(1))]);
    }
    out.extend(statistics_columns(rows));
    out.push(count("meta/episodes/chunk_index", &|_| file.chunk));
    out.push(count("meta/episodes/file_index", &|_| file.file));
    out
}

fn statistics_columns(rows: &[Row]) -> Vec<Named<'_>> {
    let mut out: Vec<Named> = Vec::new();
    for (at, feature) in rows.first().map_or(&[][..], |r| &r.stats).iter().enumerate() {
        for (i, (name, kind)) in feature.statistics().into_iter().enumerate() {
            let all = rows.iter().filter_map(|r| r.stats.get(at)?.statistics().into_iter().nth(i)).map(|(_, s)| s);
            let values = match kind {
                Statistic::Whole(_) => {
                    Values::I64Lists(all.map(|s| if let Statistic::Whole(v) = s { v } else { Vec::new() }).collect())
                }
                Statistic::Number(_) => {
                    Values::F64Lists(all.map(|s| if let Statistic::Number(v) = s { v } else { Vec::new() }).collect())
                }
            };
            out.push((format!("stats/{}/{name}", feature.name), values));
        }
    }
    out
}
