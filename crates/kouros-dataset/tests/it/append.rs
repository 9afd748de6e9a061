//! More episodes for a dataset that is there.

use crate::synthetic::{bytes_of, episode, options, siblings, writer};
use kouros_dataset::{Dataset, Error, Writer};
use serde_json::json;
use std::fs;
use std::path::Path;

fn make(path: &Path, numbers: std::ops::Range<usize>) {
    let writer = writer(path);
    for number in numbers {
        writer.stage(number, &episode(number, 30 + number)).unwrap();
    }
    writer.commit().unwrap();
}

#[test]
fn appended_episodes_stand_behind() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("set");
    make(&path, 0..2);
    fs::write(path.join("notes.txt"), "mine").unwrap();
    let before = bytes_of(&path);
    make(&path, 2..5);
    let set = Dataset::open(&path).unwrap();
    for number in 0..5 {
        assert_eq!(set.read_episode(number).unwrap(), episode(number, 30 + number));
    }
    assert_eq!(set.tasks().len(), 3);
    assert_eq!(set.kouros().unwrap().get("appended"), None);
    // What was there and is not rewritten is the same, byte for byte.
    let after = bytes_of(&path);
    for name in ["data/chunk-000/file-000.parquet", "meta/episodes/chunk-000/file-000.parquet", "notes.txt"] {
        let find = |list: &[(String, Vec<u8>)]| list.iter().find(|(n, _)| n == name).cloned().unwrap();
        assert_eq!(find(&before), find(&after));
    }
    // Statistics are those of all frames, however they came.
    let whole = folder.path().join("whole");
    make(&whole, 0..5);
    for name in ["meta/stats.json", "meta/tasks.parquet", "meta/kouros.json", "meta/info.json"] {
        assert_eq!(fs::read(path.join(name)).unwrap(), fs::read(whole.join(name)).unwrap(), "{name}");
    }
}

#[test]
fn what_differs_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("set");
    make(&path, 0..1);
    let mut other = options();
    (other.fps, other.robot_type) = (30, "another".into());
    let message = Writer::create_or_append(&path, other).unwrap_err().to_string();
    assert!(message.contains("50 frames a second, the episodes have 30; the dataset's robot is 'test_robot'"), "{message}");
    let writer = writer(&path);
    let mut renamed = episode(1, 10);
    renamed.columns[0].feature.dims.swap(0, 1);
    let message = writer.stage(0, &renamed).unwrap_err().to_string();
    assert!(message.contains("dimension 0 of feature 'observation.state' is 'joint_0' in the dataset, 'joint_1'"), "{message}");
    drop(writer);
    assert_eq!(siblings(&path), ["set"]);
}

#[test]
fn another_order_of_features_is_the_same_dataset() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("set");
    make(&path, 0..1);
    let mut turned = episode(1, 12);
    turned.columns.reverse();
    let writer = writer(&path);
    writer.stage(0, &turned).unwrap();
    writer.commit().unwrap();
    assert_eq!(Dataset::open(&path).unwrap().read_episode(1).unwrap(), episode(1, 12));
}

#[test]
fn what_the_new_run_says_of_the_dataset_is_kept_beside_the_old() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("set");
    make(&path, 0..2);
    let mut newer = options();
    newer.dataset_meta = json!({ "licences": ["mit"] });
    let writer = Writer::create_or_append(&path, newer.clone()).unwrap();
    writer.stage(0, &episode(2, 10)).unwrap();
    writer.commit().unwrap();
    let set = Dataset::open(&path).unwrap();
    assert_eq!(set.kouros().unwrap()["dataset"], options().dataset_meta);
    assert_eq!(set.kouros().unwrap()["appended"], json!([{ "from_episode": 2, "dataset": newer.dataset_meta }]));
    assert!(fs::read_to_string(path.join("README.md")).unwrap().contains("license: other"));
}

#[test]
fn a_folder_of_other_things_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("thesis");
    fs::create_dir(&path).unwrap();
    fs::write(path.join("chapter.tex"), "x").unwrap();
    let error = Writer::create_or_append(&path, options()).unwrap_err();
    assert!(matches!(error, Error::NotADataset { .. }) && error.to_string().contains("chapter.tex"), "{error}");
    assert_eq!(siblings(&path), ["thesis"]);
    assert!(Writer::create_or_append(path.join("chapter.tex"), options()).is_err());
}

#[test]
fn an_empty_folder_is_used() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("set");
    fs::create_dir(&path).unwrap();
    make(&path, 0..1);
    assert_eq!(Dataset::open(&path).unwrap().info().total_episodes, 1);
}

#[test]
fn a_card_of_ones_own_stays() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("set");
    make(&path, 0..1);
    assert!(fs::read_to_string(path.join("README.md")).unwrap().contains("1 episodes"));
    make(&path, 1..2);
    assert!(fs::read_to_string(path.join("README.md")).unwrap().contains("2 episodes"));
    fs::write(path.join("README.md"), "mine").unwrap();
    make(&path, 2..3);
    assert_eq!(fs::read(path.join("README.md")).unwrap(), b"mine");
}

#[test]
fn two_writers_do_not_meet() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("set");
    let first = writer(&path);
    assert!(matches!(Writer::create_or_append(&path, options()), Err(Error::Locked { .. })));
    drop(first);
    writer(&path);
}
