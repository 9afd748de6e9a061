//! `parts`: what each step costs by itself, so that a slow one shows.

use crate::clip::{Loaded, contacts, parse, retarget, robot};
use crate::clock::{Spread, Took, time};
use crate::table::table;
use crate::{Measured, Result};
use kouros_dataset::{Column, Episode, Feature, Writer, WriterOptions};
use kouros_label::{LabelOptions, Labels, label};
use kouros_motion::Kind;
use kouros_robot::Kinematics;
use serde::Serialize;
use std::path::PathBuf;

/// Arguments of `parts`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Capture files
    #[arg(required = true, value_name = "CLIP")]
    clips: Vec<PathBuf>,
    /// A robot's name or the path of its MJCF or URDF
    #[arg(long, default_value = "g1", value_name = "NAME|FILE")]
    robot: String,
    /// Runs of each part
    #[arg(long, default_value_t = 9, value_parser = clap::value_parser!(u16).range(1..))]
    runs: u16,
}

/// One part on one clip.
#[derive(Debug, Serialize)]
struct Row {
    clip: String,
    part: &'static str,
    unit: &'static str,
    per_second: Spread,
}

/// Measures all parts on all clips, on one thread.
pub fn run(args: &Args) -> Result<Measured> {
    let robot = robot(&args.robot)?;
    let mut rows = Vec::new();
    for path in &args.clips {
        let loaded = Loaded::read(path)?;
        let trajectory = retarget(&loaded.clip, &robot)?.trajectory;
        let (ticks, megabytes) = (loaded.ticks() as f64, loaded.bytes.len() as f64 / 1e6);
        let mut add = |part, unit, amount: f64, seconds: fn(&Took) -> f64, work: &mut dyn FnMut() -> Result<()>| {
            work()?; // warm-up
            let mut took = Vec::new();
            for _ in 0..args.runs {
                let (done, t) = time(&mut *work);
                done?;
                took.push(amount / seconds(&t));
            }
            let per_second = Spread::of(took).ok_or("no run")?;
            rows.push(Row { clip: loaded.name(), part, unit, per_second });
            Ok::<(), Box<dyn std::error::Error>>(())
        };
        add("read", "MB", megabytes, |t| t.cpu_seconds, &mut || parse(path, &loaded.bytes).map(drop))?;
        add("human joints", "ticks", ticks, |t| t.cpu_seconds, &mut || {
            std::hint::black_box(loaded.clip.motion.body_track());
            Ok(())
        })?;
        let track = loaded.clip.motion.body_track();
        add("human contacts", "ticks", ticks, |t| t.cpu_seconds, &mut || {
            std::hint::black_box(contacts(&loaded.clip, &track));
            Ok(())
        })?;
        let mut at = Kinematics::new(&robot);
        add("robot kinematics", "ticks", ticks, |t| t.cpu_seconds, &mut || {
            for tick in 0..trajectory.ticks() {
                at.update(&robot, &trajectory.base[tick], trajectory.joints_at(tick));
                std::hint::black_box(&at);
            }
            Ok(())
        })?;
        let options = LabelOptions::default();
        add("labels", "ticks", ticks, |t| t.cpu_seconds, &mut || {
            std::hint::black_box(label(&robot, &trajectory, None, None, &options)?);
            Ok(())
        })?;
        let labels = label(&robot, &trajectory, None, None, &options)?;
        let episode = episode(&labels);
        // The disk's time is on the wall.
        add("write a dataset", "frames", ticks, |t| t.seconds, &mut || {
            let folder = tempfile::tempdir()?;
            let fps = (labels.rate_hz.round() as u32).max(1);
            let options = WriterOptions { robot_type: robot.name.clone(), fps, dataset_meta: serde_json::json!({}) };
            let writer = Writer::create_or_append(folder.path().join("dataset"), options)?;
            writer.stage(0, &episode)?;
            writer.commit()?;
            Ok(())
        })?;
    }
    let head = ["clip", "part", "median", "min", "max", "per second"];
    let digits = |v: f64| if v < 100.0 { format!("{v:.1}") } else { format!("{v:.0}") };
    let cells = |r: &Row| {
        let s = &r.per_second;
        vec![r.clip.clone(), r.part.into(), digits(s.median), digits(s.min), digits(s.max), r.unit.into()]
    };
    let text = format!(
        "Each part alone, one thread, per second of the processor (writing: on the wall)\n\n{}",
        table(&head, &rows.iter().map(cells).collect::<Vec<_>>())
    );
    Ok(Measured { text, json: serde_json::json!({ "robot": robot.name, "rows": rows }) })
}

/// All labels as one episode.
fn episode(labels: &Labels) -> Episode {
    let columns = labels
        .features()
        .into_iter()
        .map(|f| Column { feature: Feature::new(f.name, f.names), values: f.values.iter().map(|v| *v as f32).collect() });
    Episode {
        task: "measure".into(),
        kind: Kind::WholeBody,
        length: labels.ticks(),
        columns: columns.collect(),
        meta: serde_json::json!({}),
        key: "measure".into(),
    }
}
