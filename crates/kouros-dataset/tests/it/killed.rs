//! A run that ends at any moment loses nothing it has staged, and breaks nothing that was there.

use crate::synthetic::{bytes_of, episode, options, siblings, writer};
use kouros_dataset::{Dataset, Writer};
use std::collections::BTreeMap;
use std::path::Path;

fn uninterrupted(path: &Path) {
    let writer = writer(path);
    for number in 0..4 {
        writer.stage(number, &episode(number, 20 + number)).unwrap();
    }
    writer.commit().unwrap();
}

#[test]
fn staged_episodes_wait_for_the_next_run() {
    let folder = tempfile::tempdir().unwrap();
    let (path, whole) = (folder.path().join("set"), folder.path().join("whole"));
    let first = writer(&path);
    first.stage(3, &episode(3, 23)).unwrap();
    first.stage(1, &episode(1, 21)).unwrap();
    drop(first);
    assert!(!path.exists());

    let second = writer(&path);
    let done = second.done_keys();
    assert_eq!(done.len(), 2);
    for number in (0..4).filter(|n| !done.contains(&episode(*n, 1).key)) {
        second.stage(number, &episode(number, 20 + number)).unwrap();
    }
    second.commit().unwrap();
    uninterrupted(&whole);
    assert_eq!(bytes_of(&path), bytes_of(&whole));
    assert_eq!(siblings(&path), ["set", "whole"]);
}

#[test]
fn a_run_with_another_list_keeps_what_it_wants() {
    let folder = tempfile::tempdir().unwrap();
    let (path, whole) = (folder.path().join("set"), folder.path().join("whole"));
    let first = writer(&path);
    first.stage(0, &episode(2, 22)).unwrap();
    first.stage(1, &episode(7, 10)).unwrap();
    drop(first);
    let second = writer(&path);
    let wanted: BTreeMap<String, usize> = (0..4).map(|n| (episode(n, 1).key, n)).collect();
    assert_eq!(second.keep_staged(&wanted).unwrap(), [episode(7, 1).key]);
    for number in [0, 1, 3] {
        second.stage(number, &episode(number, 20 + number)).unwrap();
    }
    second.commit().unwrap();
    uninterrupted(&whole);
    assert_eq!(bytes_of(&path), bytes_of(&whole));
}

#[test]
fn staged_episodes_of_another_run_are_not_mixed_in() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("set");
    let first = writer(&path);
    first.stage(0, &episode(0, 20)).unwrap();
    drop(first);
    let mut other = options();
    other.fps = 30;
    let message = Writer::create_or_append(&path, other).unwrap_err().to_string();
    assert!(message.contains("at 50 Hz for 'test_robot'") && message.contains("remove this folder"), "{message}");
    assert_eq!(writer(&path).done_keys().len(), 1);
}

#[test]
fn half_a_staged_episode_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("set");
    let first = writer(&path);
    first.stage(0, &episode(0, 20)).unwrap();
    drop(first);
    let staged = std::fs::read_dir(folder.path().join("set.kouros-staging")).unwrap().next().unwrap().unwrap().path();
    let bytes = std::fs::read(&staged).unwrap();
    std::fs::write(&staged, &bytes[..bytes.len() - 4]).unwrap();
    let message = Writer::create_or_append(&path, options()).unwrap_err().to_string();
    assert!(message.contains("remove the file to make it again"), "{message}");
}

#[test]
fn a_failed_commit_leaves_the_dataset_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("set");
    let first = writer(&path);
    first.stage(0, &episode(0, 20)).unwrap();
    first.commit().unwrap();
    let second = writer(&path);
    second.stage(0, &episode(1, 20)).unwrap();
    // The statistics of all frames need all frames: this file is in the way.
    let data = path.join("data/chunk-000/file-000.parquet");
    let bytes = std::fs::read(&data).unwrap();
    std::fs::write(&data, &bytes[..bytes.len() / 2]).unwrap();
    assert!(second.commit().unwrap_err().to_string().contains("file-000.parquet"));
    std::fs::write(&data, &bytes).unwrap();
    assert_eq!(Dataset::open(&path).unwrap().info().total_episodes, 1);
    writer(&path).commit().unwrap();
    assert_eq!(Dataset::open(&path).unwrap().read_episode(1).unwrap(), episode(1, 20));
    assert_eq!(siblings(&path), ["set"]);
}
