//! What is written is read, and the same input gives the same bytes.

use crate::synthetic::{FPS, JOINTS, bytes_of, episode, siblings, writer};
use kouros_dataset::{Dataset, Error, Feature};
use serde_json::Value;
use std::thread;

#[test]
fn what_is_written_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("set");
    let writer = writer(&path);
    let episodes = [episode(0, 120), episode(1, 90), episode(3, 1)];
    for (order, episode) in episodes.iter().enumerate() {
        writer.stage(order, episode).unwrap();
    }
    assert_eq!(writer.done_keys().len(), 3);
    let summary = writer.commit().unwrap();
    assert_eq!((summary.added_episodes, summary.added_frames, summary.total_frames), (3, 211, 211));
    assert_eq!(siblings(&path), ["set"]);

    let set = Dataset::open(&path).unwrap();
    assert_eq!((set.info().fps, set.info().total_episodes, set.info().robot_type.as_deref()), (FPS, 3, Some("test_robot")));
    assert_eq!(set.info().features, episodes[0].features());
    assert_eq!(set.tasks(), ["walk forward", "turn around"]);
    for (index, expected) in episodes.iter().enumerate() {
        assert_eq!(&set.read_episode(index).unwrap(), expected, "episode {index}");
    }
    assert_eq!(set.episodes()[2].first_frame, 210);
    assert_eq!(set.episodes()[1].meta()["error_m"], 1.1);
    assert!(matches!(set.read_episode(3), Err(Error::NoEpisode { index: 3, total: 3 })));
    let kouros = set.kouros().unwrap();
    assert_eq!(kouros["dataset"]["robot_sha256"], "ab");
    assert!(kouros.get("episodes").is_none());
}

#[test]
fn the_order_of_work_does_not_matter() {
    let folder = tempfile::tempdir().unwrap();
    let (one, two) = (folder.path().join("one"), folder.path().join("two"));
    let writer_one = writer(&one);
    for order in 0..8 {
        writer_one.stage(order, &episode(order, 40 + order)).unwrap();
    }
    writer_one.commit().unwrap();
    let writer_two = writer(&two);
    thread::scope(|scope| {
        for worker in 0..4 {
            let writer = &writer_two;
            scope.spawn(move || {
                (0..8).rev().filter(|o| o % 4 == worker).for_each(|o| writer.stage(o, &episode(o, 40 + o)).unwrap())
            });
        }
    });
    writer_two.commit().unwrap();
    assert_eq!(bytes_of(&one), bytes_of(&two));
}

#[test]
fn statistics_by_hand() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("set");
    let writer = writer(&path);
    for (order, values) in [vec![1.0, 2.0, 3.0], vec![4.0, 10.0]].into_iter().enumerate() {
        let mut e = episode(order, values.len());
        e.columns.truncate(1);
        e.columns[0].feature = Feature::new("action", ["x"]);
        e.columns[0].values = values;
        writer.stage(order, &e).unwrap();
    }
    writer.commit().unwrap();
    let stats: Value = serde_json::from_slice(&std::fs::read(path.join("meta/stats.json")).unwrap()).unwrap();
    let number = |name: &str| stats["action"][name][0].as_f64().unwrap();
    // Mean 20/5; squares 9 + 4 + 1 + 0 + 36 = 50, over 5 is 10; the first hundredth is 0.04 of the
    // way from 1 to 2, the last 0.96 of the way from 4 to 10.
    for (name, expected) in [
        ("min", 1.0),
        ("max", 10.0),
        ("mean", 4.0),
        ("std", 10f64.sqrt()),
        ("count", 5.0),
        ("q01", 1.04),
        ("q50", 3.0),
        ("q99", 9.76),
    ] {
        assert!((number(name) - expected).abs() < 1e-12, "{name}: {}", number(name));
    }
    assert_eq!(stats["index"]["max"][0], 4);
    assert_eq!(stats["episode_index"]["mean"][0], 0.4);
    assert_eq!(stats["frame_index"]["max"][0], 2);
}

#[test]
fn what_may_not_be_written_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let writer = writer(&folder.path().join("set"));
    let mut broken = episode(0, 10);
    broken.columns[1].values[JOINTS + 2] = f32::INFINITY;
    let message = writer.stage(0, &broken).unwrap_err().to_string();
    assert_eq!(message, "feature 'observation.velocity', dimension 'joint_2', frame 1: expected a finite number, found inf");
    writer.stage(0, &episode(0, 10)).unwrap();
    assert!(writer.stage(1, &episode(0, 10)).unwrap_err().to_string().contains("done already"));
    let mut other = episode(1, 10);
    other.columns.pop();
    assert!(
        writer.stage(1, &other).unwrap_err().to_string().contains("the dataset has feature 'label.height', the episode has not")
    );
}

#[test]
fn a_commit_without_episodes_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("set");
    assert_eq!(writer(&path).commit().unwrap().total_episodes, 0);
    assert!(!path.exists() && siblings(&path).is_empty());
    let first = writer(&path);
    first.stage(0, &episode(0, 10)).unwrap();
    first.commit().unwrap();
    let before = bytes_of(&path);
    assert_eq!(writer(&path).commit().unwrap().total_frames, 10);
    assert_eq!((bytes_of(&path), siblings(&path)), (before, vec!["set".to_owned()]));
}
