//! Files that are not what they should be.

use crate::synthetic::{episode, writer};
use kouros_dataset::{Dataset, Error};
use std::fs;
use std::path::{Path, PathBuf};

const FILES: [&str; 5] = [
    "meta/info.json",
    "meta/tasks.parquet",
    "meta/kouros.json",
    "meta/episodes/chunk-000/file-000.parquet",
    "data/chunk-000/file-000.parquet",
];

fn small(folder: &Path) -> PathBuf {
    let path = folder.join("set");
    let writer = writer(&path);
    for number in 0..2 {
        let mut e = episode(number, 5);
        e.columns.truncate(1);
        e.columns.push(episode(number, 5).columns[4].clone());
        writer.stage(number, &e).unwrap();
    }
    writer.commit().unwrap();
    path
}

/// Reads all there is; the answer may be anything but a panic.
fn read_all(path: &Path) -> Result<(), Error> {
    let set = Dataset::open(path)?;
    (0..set.episodes().len().min(10)).try_for_each(|i| set.read_episode(i).map(|_| ()))
}

#[test]
fn any_byte_may_be_wrong() {
    let folder = tempfile::tempdir().unwrap();
    let path = small(folder.path());
    let (mut refused, mut tried) = (0usize, 0usize);
    for name in FILES {
        let file = path.join(name);
        let good = fs::read(&file).unwrap();
        // Footers and small files more closely than the rest; strides that share no factor.
        for at in (0..good.len()).filter(|at| at % (if good.len() < 3000 || good.len() - at < 300 { 3 } else { 29 }) == 1) {
            let values = [0xFF, good[at] ^ 1, (at * 37 % 251) as u8];
            for value in values.into_iter().filter(|v| *v != good[at]) {
                let mut bad = good.clone();
                bad[at] = value;
                fs::write(&file, bad).unwrap();
                tried += 1;
                refused += usize::from(read_all(&path).is_err());
            }
        }
        fs::write(&file, good).unwrap();
    }
    read_all(&path).unwrap();
    assert!(refused * 10 > tried * 3);
}

#[test]
fn any_file_may_end_early() {
    let folder = tempfile::tempdir().unwrap();
    let path = small(folder.path());
    for name in FILES {
        let file = path.join(name);
        let good = fs::read(&file).unwrap();
        for end in (0..good.len() - 1).step_by(good.len() / 150 + 1) {
            fs::write(&file, &good[..end]).unwrap();
            let error = read_all(&path).unwrap_err().to_string();
            assert!(error.contains(file.file_name().unwrap().to_str().unwrap()), "{name} of {end} bytes: {error}");
        }
        fs::write(&file, good).unwrap();
    }
}

#[test]
fn missing_files_are_named() {
    let folder = tempfile::tempdir().unwrap();
    for (name, expected) in [
        ("meta/info.json", "expected a LeRobot dataset"),
        ("meta/tasks.parquet", "tasks.parquet"),
        ("meta/episodes/chunk-000/file-000.parquet", "2 episodes, as meta/info.json says, found 0"),
        ("data/chunk-000/file-000.parquet", "file-000.parquet"),
    ] {
        let path = small(folder.path());
        fs::remove_file(path.join(name)).unwrap();
        let message = read_all(&path).unwrap_err().to_string();
        assert!(message.contains(expected), "{name}: {message}");
        fs::remove_dir_all(&path).unwrap();
    }
    let path = small(folder.path());
    fs::remove_file(path.join("meta/kouros.json")).unwrap();
    fs::remove_file(path.join("meta/stats.json")).unwrap();
    let set = Dataset::open(&path).unwrap();
    let read = set.read_episode(0).unwrap();
    assert!(set.kouros().is_none() && set.episodes()[0].kind.is_none() && read.key.is_empty() && read.task == "walk forward");
}

#[test]
fn rows_of_another_episode_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = small(folder.path());
    let other = tempfile::tempdir().unwrap();
    let writer = writer(&other.path().join("set"));
    let mut long = episode(0, 10);
    long.columns.truncate(1);
    long.columns.push(episode(0, 10).columns[4].clone());
    writer.stage(0, &long).unwrap();
    writer.commit().unwrap();
    let data = "data/chunk-000/file-000.parquet";
    fs::copy(other.path().join("set").join(data), path.join(data)).unwrap();
    let message = Dataset::open(&path).unwrap().read_episode(1).unwrap_err().to_string();
    assert!(message.contains("expected episode_index 1 in row 5, where episode 1 is said to be, found 0"), "{message}");
}
