//! Episodes made of smooth waves: plausible to the field's own checkers, and every value known.

use kouros_dataset::{Column, Episode, Feature, Writer, WriterOptions};
use kouros_motion::Kind;
use serde_json::json;
use std::f32::consts::TAU;
use std::path::Path;

pub const FPS: u32 = 50;
pub const JOINTS: usize = 12;

pub fn options() -> WriterOptions {
    WriterOptions {
        robot_type: "test_robot".into(),
        fps: FPS,
        dataset_meta: json!({ "licences": ["cc-by-4.0"], "robot_sha256": "ab" }),
    }
}

pub fn writer(path: &Path) -> Writer {
    Writer::create_or_append(path, options()).unwrap()
}

/// Episode `number` of `length` frames. Joints swing at rates of their own; the action is the next
/// frame's position.
pub fn episode(number: usize, length: usize) -> Episode {
    let names: Vec<String> = (0..JOINTS).map(|j| format!("joint_{j}")).collect();
    let at = |frame: usize, joint: usize| {
        let seconds = frame as f32 / FPS as f32;
        let rate = 0.35 + 0.05 * joint as f32 + 0.03 * number as f32;
        let swing = 0.3 + 0.02 * joint as f32;
        0.1 * joint as f32 + swing * (TAU * rate * seconds + number as f32).sin()
    };
    let table = |value: &dyn Fn(usize, usize) -> f32, width: usize| -> Vec<f32> {
        (0..length).flat_map(|frame| (0..width).map(move |dim| (frame, dim))).map(|(frame, dim)| value(frame, dim)).collect()
    };
    let column = |name: &str, dims: &[String], values: Vec<f32>| Column { feature: Feature::new(name, dims), values };
    let contact = |frame: usize, part: usize| f32::from(((frame + 11 * part + 7 * number) / 25).is_multiple_of(2));
    let parts = ["left_heel", "left_toe", "right_heel", "right_toe"].map(String::from);
    Episode {
        task: ["walk forward", "turn around", "crouch and reach"][number % 3].into(),
        kind: if number.is_multiple_of(2) { Kind::Locomotion } else { Kind::WholeBody },
        length,
        columns: vec![
            column("observation.state", &names, table(&at, JOINTS)),
            column("observation.velocity", &names, table(&|f, j| (at(f + 1, j) - at(f, j)) * FPS as f32, JOINTS)),
            column("action", &names, table(&|f, j| at(f + 1, j), JOINTS)),
            column("label.foot_contact", &parts, table(&contact, 4)),
            column("label.height", &["z".into()], table(&|f, _| 0.75 + 0.02 * at(f, 0), 1)),
        ],
        meta: json!({ "provenance": { "source": format!("clip_{number}.bvh") }, "error_m": 0.1 + number as f64 }),
        key: format!("clip_{number}.bvh@settings"),
    }
}

/// All files under a folder, by path, with their bytes.
pub fn bytes_of(root: &Path) -> Vec<(String, Vec<u8>)> {
    let mut out = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                out.push((path.strip_prefix(root).unwrap().display().to_string(), std::fs::read(&path).unwrap()));
            }
        }
    }
    out.sort();
    out
}

/// Names in the folder that holds the dataset: the dataset alone, when all is well.
pub fn siblings(path: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(path.parent().unwrap()).unwrap();
    let mut names: Vec<String> = entries.map(|e| e.unwrap().file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}
