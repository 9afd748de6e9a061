//! What is wrong is said, and nothing is left under the output's name.

use crate::sample::{Listed, episode, head, write};
use kouros_convert::{Reading, Target, convert, open};
use kouros_dataset::stream::{Values, Version};
use std::fs;
use std::path::Path;

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> =
        fs::read_dir(folder).expect("list").map(|e| e.expect("entry").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn a_broken_source_leaves_nothing() {
    let top = tempfile::tempdir().expect("folder");
    let (from, to) = (top.path().join("from"), top.path().join("to"));
    write(&from, Version::V21, &[20, 30], false);
    let file = from.join("data/chunk-000/episode_000001.parquet");
    let whole = fs::read(&file).expect("read");
    let go = || {
        open(&from, Reading::default()).and_then(|mut s| convert(s.as_mut(), &Target::LeRobot(Version::V30), &to, &mut |_| {}))
    };
    for cut in [0, 4, whole.len() / 2, whole.len() - 1] {
        fs::write(&file, &whole[..cut]).expect("write");
        assert!(go().is_err(), "{cut}");
        assert_eq!(names(top.path()), ["from"]);
    }
    fs::remove_file(&file).expect("remove");
    assert!(go().expect_err("missing").to_string().contains("episode_000001.parquet"));
    fs::write(&file, &whole).expect("write");
    let lists = from.join("meta/episodes.jsonl");
    let text = fs::read_to_string(&lists).expect("read");
    fs::write(&lists, text.replace("\"length\":30", "\"length\":29")).expect("write");
    assert!(go().expect_err("length").to_string().contains("expected 29 frames"));
    fs::write(&lists, &text).expect("write");
    fs::write(from.join("meta/tasks.jsonl"), "{\"task_index\":0,\"task\":\"walk\"}\n").expect("write");
    assert!(go().expect_err("task").to_string().contains("expected a task of the 1 there are, found 1"));
    assert_eq!(names(top.path()), ["from"]);
}

#[test]
fn what_is_there_stays() {
    let top = tempfile::tempdir().expect("folder");
    let (from, to) = (top.path().join("from"), top.path().join("to"));
    write(&from, Version::V30, &[5], false);
    fs::create_dir(&to).expect("folder");
    fs::write(to.join("mine"), "x").expect("write");
    let error =
        open(&from, Reading::default()).and_then(|mut s| convert(s.as_mut(), &Target::LeRobot(Version::V21), &to, &mut |_| {}));
    assert!(error.expect_err("taken").to_string().contains("is there already"));
    assert_eq!(names(&to), ["mine"]);
    assert!(open(&top.path().join("nowhere"), Reading::default()).is_err());
}

#[test]
fn an_episode_that_is_not_as_the_head_says_is_refused() {
    let top = tempfile::tempdir().expect("folder");
    let to = top.path().join("to");
    let go = |change: &dyn Fn(&mut kouros_dataset::stream::Recording)| {
        let mut bad = episode(1, 8);
        change(&mut bad);
        let mut source = Listed(head(), vec![episode(0, 8), bad].into_iter());
        let message = convert(&mut source, &Target::LeRobot(Version::V30), &to, &mut |_| {}).expect_err("refused").to_string();
        assert!(!to.exists());
        message
    };
    assert!(go(&|e| e.columns[0] = Values::F32(vec![0.0; 55])).contains("8 x 7 values of float32 in 'observation.state'"));
    assert!(go(&|e| e.columns[0] = Values::F64(vec![0.0; 56])).contains("found 56 of float64"));
    assert!(go(&|e| drop(e.columns.pop())).contains("features of the first episode"));
    assert!(go(&|e| e.tasks.clear()).contains("a task"));
    let mut half = head();
    half.fps = 29.97;
    let mut source = Listed(half, vec![episode(0, 8)].into_iter());
    let message = convert(&mut source, &Target::LeRobot(Version::V30), &to, &mut |_| {}).expect_err("rate").to_string();
    assert!(message.contains("--rate") && message.contains("29.97"), "{message}");
}
