//! MCAP: ours to the bit, what Python's readers see in it, and recordings of other robots.

use crate::judge::{ask, python};
use crate::sample::{all, episode, essence, head, json_of, write};
use kouros_convert::{McapSource, Outcome, Reading, Source, Target, convert, open};
use kouros_dataset::stream::{Recording, Values, Version};
use mcap::records::MessageHeader;
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

const MODEL: &[u8] = b"<mujoco model=\"small\"/>";

fn go(from: &Path, target: &Target, to: &Path) -> Outcome {
    convert(open(from, Reading::default()).expect("open").as_mut(), target, to, &mut |_| {}).expect("convert")
}

fn mcap() -> Target {
    Target::Mcap(vec![("small.xml".into(), MODEL.to_vec())])
}

#[test]
fn there_and_back_to_the_bit() {
    let top = tempfile::tempdir().expect("folder");
    let at = |name: &str| top.path().join(name);
    write(&at("set"), Version::V30, &[40, 25], false);
    let there = go(&at("set"), &mcap(), &at("mcap"));
    assert_eq!((there.episodes, there.account.sentences()), (2, Vec::new()));
    assert_eq!(json_of(&at("mcap/conversion.json"))["to"], "MCAP");
    let mut source = McapSource::open(&at("mcap"), None).expect("open");
    let set = open(&at("set"), Reading::default()).expect("open");
    assert_eq!((&source.head().streams, source.head().fps, source.head().episodes), (&set.head().streams, 50.0, Some(2)));
    for (index, found) in all(&mut source).into_iter().enumerate() {
        assert!(essence(found) == essence(episode(index, [40, 25][index])), "episode {index}");
    }
    go(&at("mcap"), &Target::LeRobot(Version::V30), &at("back"));
    let data = |name: &str| fs::read(at(name).join("data/chunk-000/file-000.parquet")).expect("read");
    assert!(data("set") == data("back"), "the same table again");
}

#[test]
fn numbers_that_are_none_stay() {
    let top = tempfile::tempdir().expect("folder");
    let mut odd = episode(0, 5);
    let values = [f32::NAN, f32::INFINITY, -0.0, f32::MIN_POSITIVE / 2.0, f32::from_bits(0x7FC1_2345)];
    odd.columns[0] = Values::F32((0..35).map(|i| values[i % 5]).collect());
    let mut source = crate::sample::Listed(head(), vec![odd].into_iter());
    convert(&mut source, &mcap(), &top.path().join("m"), &mut |_| {}).expect("convert");
    let found = all(&mut McapSource::open(&top.path().join("m"), None).expect("open")).remove(0);
    let Values::F32(found) = &found.columns[0] else { panic!("another type") };
    assert!(found.iter().enumerate().all(|(i, v)| v.to_bits() == values[i % 5].to_bits()));
}

#[test]
fn python_reads_it() {
    let Some(python) = python("mcap_ros2") else { return };
    let top = tempfile::tempdir().expect("folder");
    let at = |name: &str| top.path().join(name);
    write(&at("set"), Version::V30, &[12], false);
    go(&at("set"), &mcap(), &at("mcap"));
    let read = ask(&python, "recording.py", &[&at("mcap/episode_000000.mcap").display().to_string()]);
    assert_eq!(read["attachment"], String::from_utf8_lossy(MODEL).as_ref());
    assert_eq!(read["joint_names"], serde_json::json!(head().streams[0].dims));
    let expected = episode(0, 12);
    let numbers = |stream: usize| expected.columns[stream].numbers().expect("numbers");
    let found = |key: &str| -> Vec<f64> { serde_json::from_value(read[key].clone()).expect("numbers") };
    assert_eq!((found("state"), found("positions"), found("base")), (numbers(0), numbers(0), numbers(2)));
    assert_eq!(read["step"][3].as_i64(), Some((1 << 60) + 3));
    assert_eq!((read["task"].as_str(), read["note"].as_str()), (Some("walk"), Some("frame 11")));
    // The base's turn, the real part last as ROS has it.
    let pose = numbers(3);
    assert_eq!(found("turn"), [pose[11 * 7 + 4], pose[11 * 7 + 5], pose[11 * 7 + 6], pose[11 * 7 + 3]]);
}

/// A recording of somebody's robot: joints at 100 Hz, an IMU at 40 Hz, a picture, a text.
fn foreign(path: &Path) {
    let mut out = mcap::Writer::new(fs::File::create(path).expect("file")).expect("writer");
    let none = BTreeMap::new();
    let channel = |out: &mut mcap::Writer<fs::File>, topic: &str, name: &str, text: &str| {
        let schema = out.add_schema(name, "ros2msg", text.as_bytes()).expect("schema");
        out.add_channel(schema, topic, "cdr", &none).expect("channel")
    };
    let header = "std_msgs/Header header\n";
    let behind = "===\nMSG: std_msgs/Header\nbuiltin_interfaces/Time stamp\nstring frame_id\n";
    let joints = format!("{header}string[] name\nfloat64[] position\nfloat64[] velocity\nfloat64[] effort\n{behind}");
    let imu = format!("{header}V linear\nfloat64[2] rest\n{behind}===\nMSG: x_msgs/V\nfloat64 x\nfloat64 y\n");
    let joints = channel(&mut out, "/joint_states", "sensor_msgs/msg/JointState", &joints);
    let imu = channel(&mut out, "/imu", "x_msgs/msg/Imu", &imu);
    let eye = channel(&mut out, "/eye", "x_msgs/msg/Picture", "uint8[] data\nstring format\nuint32 width\n");
    let mut put = |channel_id: u16, time: u64, body: Vec<u8>| {
        let head = MessageHeader { channel_id, sequence: 0, log_time: time, publish_time: time };
        out.write_to_known_channel(&head, &[vec![0, 1, 0, 0], body].concat()).expect("message");
    };
    let words = |list: &[u32]| list.iter().flat_map(|v| v.to_le_bytes()).collect::<Vec<u8>>();
    let doubles = |list: &[f64]| list.iter().flat_map(|v| v.to_le_bytes()).collect::<Vec<u8>>();
    // A stamp and an empty name of a frame: 4 + 4 + 4 + 1 bytes, and three to the next number.
    let head = || [words(&[1, 2, 1]), vec![0, 0, 0, 0]].concat();
    for i in 0..101u64 {
        let time = 5_000_000_000 + i * 10_000_000;
        // Two names of one letter: their length, the letter, a zero, two to the next number.
        let names = [words(&[2, 2]), b"a\0\0\0".to_vec(), words(&[2]), b"b\0".to_vec()].concat();
        let mut body = [head(), names].concat();
        for list in [vec![i as f64, -(i as f64)], vec![0.5, 0.25], vec![]] {
            body.resize(body.len().next_multiple_of(4), 0);
            body.extend(words(&[list.len() as u32]));
            if !list.is_empty() {
                body.resize(body.len().next_multiple_of(8), 0);
            }
            body.extend(doubles(&list));
        }
        put(joints, time, body);
        if i % 5 == 0 {
            put(imu, time, [head(), doubles(&[i as f64, 1.0, 2.0, 3.0])].concat());
            put(eye, time, [words(&[3]), vec![1, 2, 3, 0], words(&[4]), b"jpg\0".to_vec(), words(&[640])].concat());
        }
    }
    out.finish().expect("finish");
}

#[test]
fn a_robots_recording_becomes_a_dataset() {
    let top = tempfile::tempdir().expect("folder");
    let at = |name: &str| top.path().join(name);
    fs::create_dir(at("bag")).expect("folder");
    foreign(&at("bag/pick_up.mcap"));
    let mut source = McapSource::open(&at("bag"), None).expect("open");
    let head = source.head().clone();
    let found: Vec<Recording> = all(&mut source);
    assert_eq!((head.fps, found[0].length, found[0].tasks[0].as_str()), (100.0, 101, "pick up"));
    let column = |name: &str| found[0].columns[head.stream(name).expect(name)].numbers().expect("numbers");
    let dims = |name: &str| head.streams[head.stream(name).expect(name)].dims.clone();
    assert_eq!(
        (dims("observation.state"), &column("observation.state")[..4]),
        (vec!["a".into(), "b".into()], &[0.0, -0.0, 1.0, -1.0][..])
    );
    assert_eq!(column("observation.velocity")[..2], [0.5, 0.25]);
    assert_eq!(dims("imu"), ["linear.x", "linear.y", "rest[0]", "rest[1]"]);
    // Held until the next message: 20 Hz at 100 Hz.
    assert_eq!((0..7).map(|t| column("imu")[4 * t]).collect::<Vec<_>>(), [0.0, 0.0, 0.0, 0.0, 0.0, 5.0, 5.0]);
    let said = source.account().sentences().join("\n");
    assert!(said.contains("field 'data' of topic '/eye': bytes") && said.contains("rate: 100 Hz"), "{said}");
    convert(
        &mut McapSource::open(&at("bag"), Some(50.0)).expect("open"),
        &Target::LeRobot(Version::V30),
        &at("set"),
        &mut |_| {},
    )
    .expect("convert");
    assert_eq!(json_of(&at("set/meta/info.json"))["total_frames"], 51);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn broken_files_end_in_an_answer(at in 0usize..6000, value: u8, cut in 0usize..6000) {
        let top = tempfile::tempdir().expect("folder");
        let path = top.path().join("a.mcap");
        foreign(&path);
        let mut bytes = fs::read(&path).expect("read");
        let (at, cut) = (at % bytes.len(), cut % bytes.len());
        fs::write(&path, &bytes[..cut]).expect("write");
        prop_assert!(McapSource::open(&path, None).is_err());
        bytes[at] = value;
        fs::write(&path, &bytes).expect("write");
        let _ = McapSource::open(&path, None);
    }
}
