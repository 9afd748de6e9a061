//! What is in a dataset.

use crate::exit::{Failure, Result};
use crate::run::dataset::rows;
use crate::run::row::Row;
use crate::talk::{Align, give, give_json, table};
use kouros_dataset::Dataset;
use serde_json::json;
use std::path::Path;

/// Says it.
pub fn inspect(path: &Path, as_json: bool) -> Result<()> {
    let dataset = Dataset::open(path).map_err(Failure::new)?;
    let (info, rows) = (dataset.info(), rows(&dataset));
    let seconds = info.total_frames as f64 / f64::from(info.fps);
    if as_json {
        return give_json(&json!({
            "path": path,
            "robot": info.robot_type,
            "fps": info.fps,
            "total_episodes": info.total_episodes,
            "total_frames": info.total_frames,
            "seconds": seconds,
            "tasks": dataset.tasks(),
            "features": info.features.iter().map(|f| json!({ "name": f.name, "dims": f.dims })).collect::<Vec<_>>(),
            "other_features": info.skipped.iter().map(|f| json!({ "name": f.name, "dtype": f.dtype, "shape": f.shape })).collect::<Vec<_>>(),
            "episodes": rows,
            "dataset": dataset.kouros().map(|k| &k["dataset"]),
        }));
    }
    let robot = info.robot_type.as_deref().unwrap_or("no robot named");
    let mut out = format!(
        "{}: LeRobot v3.0 dataset of {robot}, {} episodes, {} frames at {} Hz ({})\n\n",
        path.display(),
        info.total_episodes,
        info.total_frames,
        info.fps,
        duration(seconds)
    );
    out += &episodes(&rows);
    let features: Vec<Vec<String>> = info
        .features
        .iter()
        .map(|f| {
            vec![
                f.name.clone(),
                f.dims.len().to_string(),
                kouros_motion::list_names(f.dims.iter().take(6)) + if f.dims.len() > 6 { ", ..." } else { "" },
            ]
        })
        .chain(info.skipped.iter().map(|f| vec![f.name.clone(), format!("{:?}", f.shape), f.dtype.clone()]))
        .collect();
    out += "\n";
    out += &table(&[("feature", Align::Left), ("dims", Align::Right), ("names", Align::Left)], &features);
    if dataset.kouros().is_none() {
        out += "\nnot written by Kouros: no provenance, kinds or errors\n";
    }
    give(&out)
}

fn episodes(rows: &[Row]) -> String {
    use Align::{Left, Right};
    let head = [
        ("#", Right),
        ("episode", Left),
        ("kind", Left),
        ("s", Right),
        ("legs °", Right),
        ("arms °", Right),
        ("slide cm/s", Right),
        ("forces %", Right),
        ("warnings", Right),
        ("task", Left),
    ];
    let number = |v: Option<f64>, digits: usize| v.map_or("-".into(), |v| format!("{v:.digits$}"));
    let line = |(i, r): (usize, &Row)| {
        vec![
            i.to_string(),
            r.name.clone(),
            r.kind.clone(),
            format!("{:.1}", r.seconds),
            number(r.leg_error_deg, 1),
            number(r.arm_error_deg, 1),
            number(r.slide_cm_s, 1),
            number(r.explained_percent, 0),
            r.warnings.len().to_string(),
            r.task.clone(),
        ]
    };
    table(&head, &rows.iter().enumerate().map(line).collect::<Vec<_>>())
}

fn duration(seconds: f64) -> String {
    if seconds < 90.0 { format!("{seconds:.1} s") } else { format!("{:.1} min", seconds / 60.0) }
}
