//! A real clip on the G1, as frames of a dataset.

use kouros_check::{Layout, Names};
use kouros_dataset::{DeclaredFeature, LooseColumn, LooseFrames, LooseInfo};
use kouros_label::{LabelOptions, label};
use kouros_motion::Report;
use kouros_retarget::Human;
use kouros_robot::{LoadOptions, Robot, load_robot};
use std::path::{Path, PathBuf};

/// Frames a second.
pub const RATE_HZ: f64 = 50.0;

pub struct Sample {
    pub robot: Robot,
    pub frames: LooseFrames,
    pub features: Vec<DeclaredFeature>,
    pub layout: Layout,
}

fn assets() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.kouros")
}

/// The clip `name` of the sample clips, retargeted and labelled.
pub fn sample(name: &str) -> Sample {
    let mut report = Report::new();
    let robot = load_robot("g1", None, &assets(), LoadOptions { add_free_joint: true }, &mut report).expect("robot");
    let bytes = std::fs::read(assets().join("clips").join(name)).expect("clip");
    let options = kouros_mocap::ImportOptions::default();
    let clip = kouros_mocap::read(name, &bytes, &kouros_mocap::Companions::default(), &options, &mut report).expect("clip");
    let found = kouros_label::human_contacts(&clip.body_track(), &clip.anatomy, None, &Default::default(), &mut report);
    let track = clip.body_track_at(RATE_HZ).expect("rate");
    let contacts = found.feet.resampled(RATE_HZ);
    let subject = Human { track: &track, anatomy: &clip.anatomy, contacts: &contacts, floor: found.floor, around: None };
    let made = kouros_retarget::retarget(&subject, &robot, &Default::default(), &mut report).expect("solve");
    let labels = label(&robot, &made.trajectory, None, None, &LabelOptions::default()).expect("labels");

    let (mut features, mut columns) = (Vec::new(), Vec::new());
    let ticks = labels.ticks();
    let mut add = |name: &str, dims: Vec<String>, values: Vec<f64>| {
        columns.push(LooseColumn { feature: features.len(), width: dims.len(), values });
        features.push(DeclaredFeature { name: name.into(), dtype: "float32".into(), shape: vec![dims.len()], dims });
    };
    for f in labels.features() {
        add(f.name, f.names, f.values.iter().map(|v| f64::from(*v as f32)).collect());
    }
    let scalar = || vec!["0".to_owned()];
    add("timestamp", scalar(), (0..ticks).map(|t| f64::from((t as f64 / RATE_HZ) as f32)).collect());
    add("frame_index", scalar(), (0..ticks).map(|t| t as f64).collect());
    let frames = LooseFrames { file: 0, index: Some(0), row: 0, length: ticks, columns };
    let layout = Layout::find(&info(&features), Some(&robot), &Names::default()).expect("names");
    Sample { robot, frames, features, layout }
}

/// What a dataset with these features says of itself.
pub fn info(features: &[DeclaredFeature]) -> LooseInfo {
    LooseInfo {
        version: "v3.0".into(),
        major: 3,
        robot_type: None,
        fps: RATE_HZ,
        total_episodes: None,
        total_frames: None,
        total_tasks: None,
        chunks_size: 1000,
        data_path: String::new(),
        video_path: None,
        features: features.to_vec(),
        videos: Vec::new(),
    }
}
