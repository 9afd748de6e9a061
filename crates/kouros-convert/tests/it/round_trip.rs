//! v3.0 to v2.1 and back: every value and time, to the bit.

use crate::sample::{all, episode, essence, json_of, write};
use kouros_convert::{Reading, Target, convert, open};
use kouros_dataset::Dataset;
use kouros_dataset::stream::{LeRobotSource, Version};
use std::path::Path;

fn go(from: &Path, target: &Target, to: &Path) -> kouros_convert::Outcome {
    convert(open(from, Reading::default()).expect("open").as_mut(), target, to, &mut |_| {}).expect("convert")
}

#[test]
fn there_and_back_to_the_bit() {
    let top = tempfile::tempdir().expect("folder");
    let at = |name: &str| top.path().join(name);
    write(&at("first"), Version::V30, &[40, 25, 3], true);
    let there = go(&at("first"), &Target::LeRobot(Version::V21), &at("second"));
    assert_eq!((there.episodes, there.frames), (3, 68));
    assert_eq!(there.account.sentences(), Vec::<String>::new());
    go(&at("second"), &Target::LeRobot(Version::V30), &at("third"));
    let read = |name: &str| {
        let mut source = LeRobotSource::open(at(name)).expect("open");
        (source.head().clone(), all(&mut source))
    };
    let (first, second, third) = (read("first"), read("second"), read("third"));
    for (head, episodes) in [&second, &third] {
        assert_eq!((&head.streams, &head.cameras, head.fps), (&first.0.streams, &first.0.cameras, first.0.fps));
        for (found, expected) in episodes.iter().zip(&first.1) {
            assert!(essence(found.clone()) == essence(expected.clone()), "episode {}", expected.index);
            let film =
                |e: &kouros_dataset::stream::Recording| std::fs::read(&e.footage[0].as_ref().expect("film").path).expect("read");
            assert_eq!(film(found), film(expected));
        }
    }
    // And they are what was written, not only each other's likes.
    for (index, found) in third.1.iter().enumerate() {
        let expected = episode(index, [40, 25, 3][index]);
        assert!(found.columns == expected.columns && found.seconds == expected.seconds && found.task_of == expected.task_of);
    }
    // Every table is the same file again.
    for file in ["data/chunk-000/file-000.parquet", "meta/stats.json", "meta/tasks.parquet"] {
        let bytes = |name: &str| std::fs::read(at(name).join(file)).expect("read");
        assert!(bytes("first") == bytes("third"), "{file}");
    }
}

#[test]
fn the_strict_reader_takes_what_is_written() {
    let top = tempfile::tempdir().expect("folder");
    write(&top.path().join("set"), Version::V30, &[12, 9], false);
    let set = Dataset::open(top.path().join("set")).expect("open");
    assert_eq!((set.info().total_frames, set.tasks().len(), set.episodes().len()), (21, 2, 2));
    assert_eq!(set.episodes()[0].key.as_deref(), Some("clip0@1"));
    let state = set.read_episode(1).expect("read");
    let kouros_dataset::stream::Values::F32(expected) = episode(1, 9).columns[0].clone() else { panic!("another type") };
    assert_eq!(state.column("observation.state").expect("state").values, expected);
    let said = json_of(&top.path().join("set/meta/kouros.json"));
    assert_eq!(said["conversions"][0]["to"], "LeRobot v3.0");
}
