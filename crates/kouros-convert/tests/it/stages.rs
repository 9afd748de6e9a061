//! Together, apart, re-timed, without some.

use crate::sample::{Listed, all, episode, essence, head, json_of, write};
use kouros_convert::{Dropped, Error, Merged, Resampled, Source, Target, convert};
use kouros_dataset::stream::{LeRobotSource, Values, Version};
use std::collections::BTreeSet;

fn listed(lengths: &[usize]) -> Box<dyn Source> {
    let episodes: Vec<_> = lengths.iter().enumerate().map(|(i, &n)| episode(i, n)).collect();
    Box::new(Listed(head(), episodes.into_iter()))
}

#[test]
fn apart_and_together_is_the_same() {
    let top = tempfile::tempdir().expect("folder");
    let at = |name: &str| top.path().join(name);
    write(&at("all"), Version::V30, &[20, 30, 10, 15], true);
    for (name, wanted) in [("even", [0, 1]), ("odd", [2, 3])] {
        let mut source = LeRobotSource::open(at("all")).expect("open");
        source.keep(BTreeSet::from(wanted));
        let outcome = convert(&mut source, &Target::LeRobot(Version::V30), &at(name), &mut |_| {}).expect("convert");
        assert_eq!(outcome.episodes, 2);
    }
    let parts = ["even", "odd"].map(|n| Box::new(LeRobotSource::open(at(n)).expect("open")) as Box<dyn Source>);
    let mut merged = Merged::new(parts.into()).expect("merge");
    assert_eq!(merged.head().episodes, Some(4));
    convert(&mut merged, &Target::LeRobot(Version::V30), &at("again"), &mut |_| {}).expect("convert");
    let read = |name: &str| all(&mut LeRobotSource::open(at(name)).expect("open")).into_iter().map(essence).collect::<Vec<_>>();
    assert_eq!(read("again"), read("all"));
    assert_eq!(json_of(&at("again/meta/stats.json"))["action"], json_of(&at("all/meta/stats.json"))["action"]);
}

#[test]
fn what_does_not_go_together_is_said() {
    let without = Dropped::new(listed(&[5]), &["note".into()]).expect("drop");
    let other = Resampled::new(Box::new(without), 25.0).expect("rate");
    let Err(Error::Differ { differences }) = Merged::new(vec![listed(&[5]), Box::new(other)]).map(|_| ()) else {
        panic!("merged")
    };
    let all = differences.join("\n");
    assert!(all.contains("25 frames a second") && all.contains("lacks 'note' (--drop note)"), "{all}");
    let message = Dropped::new(listed(&[5]), &["nots".into()]).map(|_| ()).expect_err("no feature").to_string();
    assert!(message.contains("no feature 'nots'") && message.contains("note"), "{message}");
}

#[test]
fn half_the_rate_is_every_second_frame() {
    let mut half = Resampled::new(listed(&[21]), 25.0).expect("rate");
    let found = all(&mut half).remove(0);
    let expected = episode(0, 21);
    assert_eq!(found.length, 11);
    let rows: Vec<usize> = (0..11).flat_map(|t| (0..7).map(move |d| 2 * t * 7 + d)).collect();
    assert_eq!(found.columns[0], expected.columns[0].at(&rows));
    assert_eq!(found.seconds[3], 3.0 / 25.0);
    assert!(half.account().sentences().join("").contains("50 as 25 frames a second"));
    // And twice the rate keeps the frames that were there.
    let mut twice = Resampled::new(listed(&[21]), 100.0).expect("rate");
    let found = all(&mut twice).remove(0);
    let rows: Vec<usize> = (0..21).flat_map(|t| (0..7).map(move |d| 2 * t * 7 + d)).collect();
    assert_eq!(found.columns[0].at(&rows), expected.columns[0]);
    let Values::F32(pose) = &found.columns[3] else { panic!("type") };
    assert!(pose.chunks(7).all(|p| (p[3..].iter().map(|v| v * v).sum::<f32>() - 1.0).abs() < 1e-6), "unit quaternions");
}
