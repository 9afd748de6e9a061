//! Datasets whose every value is known, of every type there is.

use kouros_convert::{Result, Source};
use kouros_dataset::stream::{Account, Camera, Footage, Head, LeRobotSink, Recording, Scalar, Stream, Values, Version};
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};

pub const FPS: f64 = 50.0;

/// The joints of a small robot whose limbs do not stand together.
pub fn joints() -> Vec<String> {
    ["left_hip_pitch", "right_hip_pitch", "waist_yaw", "left_knee", "right_knee", "left_elbow", "right_elbow"]
        .map(|n| format!("{n}_joint"))
        .to_vec()
}

pub fn head() -> Head {
    let stream = |name: &str, scalar: Scalar, dims: Vec<String>| Stream { name: name.into(), scalar, dims };
    let dims = |n: usize| (0..n).map(|i| format!("d{i}")).collect::<Vec<_>>();
    let pose = ["x", "y", "z", "qw", "qx", "qy", "qz"].map(String::from).to_vec();
    Head {
        format: "sample".into(),
        robot_type: Some("small_g1".into()),
        fps: FPS,
        streams: vec![
            stream("observation.state", Scalar::F32, joints()),
            stream("action", Scalar::F32, joints()),
            stream("action.base", Scalar::F64, dims(3)),
            stream("label.root_pose", Scalar::F32, pose),
            stream("next.reward", Scalar::F64, dims(1)),
            stream("next.done", Scalar::Bool, dims(1)),
            stream("flags", Scalar::Bool, dims(2)),
            stream("step", Scalar::I64, dims(1)),
            stream("cells", Scalar::I64, dims(2)),
            stream("note", Scalar::Text, dims(1)),
        ],
        cameras: Vec::new(),
        kouros: json!({ "dataset": { "licences": ["cc-by-4.0"] } }).as_object().cloned().unwrap_or_default(),
        episodes: None,
    }
}

/// A number that uses all its bits.
fn odd(a: usize, b: usize, c: usize) -> f64 {
    ((a * 31 + b * 17 + c * 7) as f64 * 0.731).sin() * 1.234_567_890_123_456_7
}

pub fn episode(index: usize, length: usize) -> Recording {
    let table = |salt: usize, width: usize| -> Vec<f64> {
        (0..length).flat_map(|t| (0..width).map(move |d| odd(t + index * 100, d, salt))).collect()
    };
    let f32s = |salt, width| Values::F32(table(salt, width).iter().map(|v| *v as f32).collect());
    let turn = |t: usize| [0.0, 0.0, (0.1 * t as f32).sin()];
    let pose = (0..length).flat_map(|t| {
        let [x, y, z] = turn(t);
        let w = (1.0 - x * x - y * y - z * z).sqrt();
        [t as f32 * 0.01, 0.0, 0.8, w, x, y, z]
    });
    let kind = ["locomotion", "manipulation"][index % 2];
    let entry = json!({ "key": format!("clip{index}@1"), "kind": kind, "task": "go", "meta": { "source": index } });
    Recording {
        index,
        length,
        seconds: (0..length).map(|t| f64::from((t as f64 / FPS) as f32)).collect(),
        tasks: if index == 1 { vec!["walk".into(), "stop ä".into()] } else { vec!["walk".into()] },
        task_of: (0..length).map(|t| usize::from(index == 1 && t * 2 >= length)).collect(),
        columns: vec![
            f32s(1, 7),
            f32s(2, 7),
            Values::F64(table(3, 3)),
            Values::F32(pose.collect()),
            Values::F64(table(4, 1)),
            Values::Bool((0..length).map(|t| t + 1 == length).collect()),
            Values::Bool((0..2 * length).map(|i| i % 3 == 0).collect()),
            Values::I64((0..length).map(|t| (1i64 << 60) + t as i64).collect()),
            Values::I64((0..2 * length).map(|t| -(t as i64)).collect()),
            Values::Text((0..length).map(|t| format!("frame {t}")).collect()),
        ],
        footage: Vec::new(),
        kouros: entry.as_object().cloned(),
    }
}

/// A dataset of some episodes; with cameras, each has a file of its own.
pub fn write(path: &Path, version: Version, lengths: &[usize], camera: bool) {
    let mut head = head();
    let films = path.with_extension("films");
    if camera {
        fs::create_dir_all(&films).expect("folder");
        head.cameras.push(Camera {
            name: "observation.images.head".into(),
            declared: json!({ "dtype": "video", "shape": [4, 6, 3], "names": ["height", "width", "channels"], "info": { "video.fps": 50 } }),
            statistics: json!({ "mean": [[[0.5]], [[0.5]], [[0.5]]] }),
        });
    }
    let mut sink = LeRobotSink::create(path, version, head).expect("sink");
    for (index, &length) in lengths.iter().enumerate() {
        let mut recording = episode(index, length);
        if camera {
            let film = films.join(format!("{index}.mp4"));
            fs::write(&film, format!("film {index}")).expect("film");
            recording.footage.push(Some(Footage { path: film, seconds: [0.0, length as f64 / FPS], shared: false }));
        }
        sink.take(&recording).expect("take");
    }
    sink.finish(&[]).expect("finish");
}

/// All episodes of a source.
pub fn all(source: &mut dyn Source) -> Vec<Recording> {
    std::iter::from_fn(|| source.next_episode().expect("episode")).collect()
}

/// What an episode says of itself, without where its films lie and what the number of it was.
pub fn essence(mut recording: Recording) -> Recording {
    recording.footage.iter_mut().flatten().for_each(|f| f.path = PathBuf::new());
    if let Some(known) = &mut recording.kouros {
        known.remove("episode_index");
    }
    recording
}

/// A source made of a list.
pub struct Listed(pub Head, pub std::vec::IntoIter<Recording>);

impl Source for Listed {
    fn head(&self) -> &Head {
        &self.0
    }

    fn next_episode(&mut self) -> Result<Option<Recording>> {
        Ok(self.1.next())
    }

    fn account(&mut self) -> Account {
        Account::default()
    }
}

/// A JSON file.
pub fn json_of(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).expect("file")).expect("JSON")
}
