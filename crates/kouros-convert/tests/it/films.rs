//! A film of several episodes becomes one film an episode, frame for frame.

use crate::judge::{ask, python};
use crate::sample::{FPS, episode, head};
use kouros_convert::{Reading, Target, convert, open};
use kouros_dataset::stream::{Camera, Footage, LeRobotSink, Version};
use serde_json::{Value, json};
use std::path::Path;

const LENGTHS: [usize; 3] = [12, 9, 14];

fn dataset(path: &Path, film: &Path) {
    let mut head = head();
    let declared = json!({ "dtype": "video", "shape": [48, 64, 3], "names": ["height", "width", "channels"] });
    head.cameras.push(Camera { name: "observation.images.head".into(), declared, statistics: Value::Null });
    let mut sink = LeRobotSink::create(path, Version::V30, head).expect("sink");
    let mut from = 0;
    for (index, length) in LENGTHS.into_iter().enumerate() {
        let mut recording = episode(index, length);
        let seconds = [from as f64 / FPS, (from + length) as f64 / FPS];
        recording.footage.push(Some(Footage { path: film.into(), seconds, shared: true }));
        sink.take(&recording).expect("take");
        from += length;
    }
    sink.finish(&[]).expect("finish");
}

fn cut(order: &str) {
    let Some(python) = python("av") else { return };
    let top = tempfile::tempdir().expect("folder");
    let at = |name: &str| top.path().join(name);
    let shown = |name: &str| at(name).display().to_string();
    ask(&python, "film.py", &["make", &shown("all.mp4"), "[12, 9, 14]", order]);
    dataset(&at("set"), &at("all.mp4"));
    convert(
        open(&at("set"), Reading::default()).expect("open").as_mut(),
        &Target::LeRobot(Version::V21),
        &at("apart"),
        &mut |_| {},
    )
    .expect("convert");
    let mut from = 0;
    for (index, length) in LENGTHS.into_iter().enumerate() {
        let film = format!("apart/videos/chunk-000/observation.images.head/episode_{index:06}.mp4");
        let read = ask(&python, "film.py", &["read", &shown(&film)]);
        assert_eq!(read["numbers"], json!((from..from + length).collect::<Vec<_>>()), "episode {index}");
        for (frame, seconds) in read["seconds"].as_array().expect("times").iter().enumerate() {
            // LeRobot's own tolerance of a frame's time.
            assert!(
                (seconds.as_f64().expect("time") - frame as f64 / FPS).abs() < 1e-4,
                "episode {index}, frame {frame}: {seconds}"
            );
        }
        from += length;
    }
}

#[test]
fn every_frame_is_in_its_episodes_film() {
    cut("plain");
}

#[test]
fn films_whose_frames_are_stored_in_another_order_too() {
    cut("reordered");
}
