//! Datasets on disk that lie, and datasets of version 2.

use kouros_check::{Code, DatasetCheck, EpisodePart, Known, Layout, Names, Report, View, check_episode};
use kouros_dataset::{Column, Episode, Feature, Loose, Writer, WriterOptions};
use kouros_motion::Kind;
use std::fs;
use std::path::Path;

pub fn write(path: &Path, episodes: usize) {
    let options = WriterOptions { robot_type: "r".into(), fps: 50, dataset_meta: serde_json::json!({}) };
    let writer = Writer::create_or_append(path, options).expect("new");
    for e in 0..episodes {
        let length = 60 + e;
        let values = |phase: f32| (0..length * 3).map(|i| (0.1 * i as f32 + phase + e as f32).sin()).collect();
        let names = ["a", "b", "c"];
        let column = |name: &str, phase| Column { feature: Feature::new(name, names), values: values(phase) };
        let episode = Episode {
            task: "wave".into(),
            kind: Kind::WholeBody,
            length,
            columns: vec![column("observation.state", 0.0), column("action", 0.3)],
            meta: serde_json::Value::Null,
            key: format!("{e}"),
        };
        writer.stage(e, &episode).expect("stage");
    }
    writer.commit().expect("commit");
}

pub fn check(path: &Path) -> Result<Report, kouros_check::Error> {
    let set = Loose::open(path)?;
    let layout = Layout::find(&set.info, None, &Names::default())?;
    let mut all = DatasetCheck::new();
    all.troubles(set.troubles.iter().cloned());
    for file in 0..set.files.len() {
        let (portions, troubles) = set.portions(file)?;
        all.troubles(troubles);
        for portion in portions {
            let (episodes, troubles) = set.read(&portion)?;
            all.troubles(troubles);
            for frames in &episodes {
                let index = frames.index.and_then(|i| usize::try_from(i).ok()).unwrap_or(0);
                let view = View::new(index, set.info.fps, frames, &layout, &set.info.features);
                let first_frame = set.episodes.get(index).and_then(|e| e.frames).map(|f| f.0);
                let known = Known { first_frame, tasks: &set.tasks, scene: false };
                all.add(EpisodePart::new(frames, &set), check_episode(&view, &layout, None, known), &set);
            }
        }
    }
    Ok(all.finish(&set))
}

fn codes(path: &Path) -> Vec<Code> {
    let mut codes: Vec<Code> = check(path).expect("read").findings.iter().map(|f| f.code).collect();
    codes.dedup();
    codes
}

pub fn change(path: &Path, from: &str, to: &str) {
    let text = fs::read_to_string(path).expect("text");
    assert!(text.contains(from), "{from} in {text}");
    fs::write(path, text.replacen(from, to, 1)).expect("write");
}

#[test]
fn metadata_that_lie_are_told() {
    let folder = tempfile::tempdir().expect("folder");
    let path = folder.path().join("set");
    write(&path, 4);
    assert_eq!(codes(&path), []);
    let info = path.join("meta/info.json");
    let whole = fs::read_to_string(&info).expect("info");
    for (from, to, code) in [
        ("\"total_episodes\": 4", "\"total_episodes\": 5", Code::Count),
        ("\"total_frames\": ", "\"total_frames\": 9", Code::Count),
        ("\"fps\": 50", "\"fps\": 30", Code::ClockDrift),
        ("\"fps\": 50", "\"fps\": 49.5", Code::Info),
        ("\"data/chunk", "\"/etc/chunk", Code::File),
        ("\"data/chunk", "\"../data/chunk", Code::File),
        ("\"observation.state\"", "\"observation.other\"", Code::Table),
    ] {
        change(&info, from, to);
        assert!(codes(&path).contains(&code), "{to}: {:?}", codes(&path));
        fs::write(&info, &whole).expect("write");
    }
    let stats = path.join("meta/stats.json");
    let text = fs::read_to_string(&stats).expect("stats");
    let mut json: serde_json::Value = serde_json::from_str(&text).expect("json");
    json["action"]["mean"][1] = 0.5.into();
    fs::write(&stats, json.to_string()).expect("write");
    assert_eq!(codes(&path), [Code::Statistics]);
}

#[test]
fn any_byte_may_be_wrong() {
    let folder = tempfile::tempdir().expect("folder");
    let path = folder.path().join("set");
    write(&path, 2);
    for name in
        ["data/chunk-000/file-000.parquet", "meta/episodes/chunk-000/file-000.parquet", "meta/tasks.parquet", "meta/info.json"]
    {
        let file = path.join(name);
        let whole = fs::read(&file).expect("bytes");
        let step = (whole.len() / 60).max(1);
        for at in (0..whole.len()).step_by(step) {
            let mut bytes = whole.clone();
            bytes[at] ^= 0x55;
            fs::write(&file, &bytes).expect("write");
            let _ = check(&path); // anything but a panic
            fs::write(&file, &whole[..at]).expect("write");
            let _ = check(&path);
        }
        fs::write(&file, &whole).expect("write");
    }
    assert_eq!(codes(&path), []);
}

/// The same frames in the layout of version 2.1: a file an episode, lists as lines of JSON.
#[test]
fn version_2_is_read() {
    let folder = tempfile::tempdir().expect("folder");
    let (new, old) = (folder.path().join("new"), folder.path().join("old"));
    fs::create_dir_all(old.join("data/chunk-000")).expect("folder");
    fs::create_dir_all(old.join("meta")).expect("folder");
    write(&new, 1);
    fs::copy(new.join("data/chunk-000/file-000.parquet"), old.join("data/chunk-000/episode_000000.parquet")).expect("copy");
    let info = fs::read_to_string(new.join("meta/info.json")).expect("info");
    let info = info.replace("v3.0", "v2.1").replace(
        "data/chunk-{chunk_index:03d}/file-{file_index:03d}.parquet",
        "data/chunk-{episode_chunk:03d}/episode_{episode_index:06d}.parquet",
    );
    fs::write(old.join("meta/info.json"), info).expect("write");
    fs::write(old.join("meta/tasks.jsonl"), "{\"task_index\": 0, \"task\": \"wave\"}\n").expect("write");
    let line = "{\"episode_index\": 0, \"tasks\": [\"wave\"], \"length\": 60}\n";
    fs::write(old.join("meta/episodes.jsonl"), line).expect("write");
    let report = check(&old).expect("read");
    assert_eq!((report.findings.as_slice(), report.episodes, report.frames), (&[][..], 1, 60));
    fs::write(old.join("meta/episodes.jsonl"), line.replace("60", "61")).expect("write");
    assert!(codes(&old).contains(&Code::EpisodeList));
    fs::write(old.join("meta/episodes.jsonl"), "{\"episode_index\": 0, \"length\": NaN\n{}\n").expect("write");
    assert!(codes(&old).contains(&Code::EpisodeList));
    fs::remove_file(old.join("data/chunk-000/episode_000000.parquet")).expect("remove");
    fs::write(old.join("meta/episodes.jsonl"), line).expect("write");
    assert!(codes(&old).contains(&Code::File));
}
