//! What GR00T's loader asks of a dataset (its published rules), asked here in the same way.

use crate::sample::{all, episode, joints, json_of, write};
use kouros_convert::{Reading, Target, convert, open};
use kouros_dataset::stream::{Embodiment, LeRobotSource, Values, Version};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;

fn lines(path: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(path).expect("read");
    text.lines().map(|l| serde_json::from_str(l).expect("JSON")).collect()
}

#[test]
fn the_rules_of_the_loader() {
    let top = tempfile::tempdir().expect("folder");
    let (from, to) = (top.path().join("a"), top.path().join("b"));
    write(&from, Version::V30, &[30, 20], true);
    let outcome =
        convert(open(&from, Reading::default()).expect("open").as_mut(), &Target::Groot(Embodiment::G1), &to, &mut |_| {})
            .expect("convert");
    let meta = to.join("meta");
    let (info, modality, stats) =
        (json_of(&meta.join("info.json")), json_of(&meta.join("modality.json")), json_of(&meta.join("stats.json")));
    assert_eq!(info["codebase_version"], "v2.1");
    for (number, line) in lines(&meta.join("episodes.jsonl")).iter().enumerate() {
        assert_eq!((line["episode_index"].as_u64(), line["length"].as_u64()), (Some(number as u64), Some([30, 20][number])));
        assert!(to.join(format!("data/chunk-000/episode_{number:06}.parquet")).is_file());
        assert!(to.join(format!("videos/chunk-000/observation.images.head/episode_{number:06}.mp4")).is_file());
    }
    assert_eq!(lines(&meta.join("tasks.jsonl")).len(), 2);
    // Every group is a slice of a declared column, and its statistics are as wide as the column.
    for part in ["state", "action"] {
        for (name, group) in modality[part].as_object().expect("groups") {
            let key = group["original_key"].as_str().expect("key");
            let width = info["features"][key]["shape"][0].as_u64().expect("width");
            let (start, end) = (group["start"].as_u64().expect("start"), group["end"].as_u64().expect("end"));
            assert!(start < end && end <= width, "{name}");
            for statistic in ["mean", "std", "min", "max", "q01", "q99"] {
                assert_eq!(stats[key][statistic].as_array().map(Vec::len), Some(width as usize), "{key} {statistic}");
            }
        }
    }
    assert_eq!(modality["action"]["base"]["original_key"], "action.base");
    assert_eq!(modality["video"]["ego_view"]["original_key"], "observation.images.head");
    assert_eq!(modality["annotation"]["human.task_description"]["original_key"], "task_index");
    // The preset has hands, and six joints a leg; this robot has not, and that is said.
    let said = outcome.account.sentences().join("\n");
    assert!(said.contains("group 'left_hand' of 7") && said.contains("the dataset has 2 such joints"), "{said}");
    assert!(said.contains("order of the dimensions of 'action'"), "{said}");
}

#[test]
fn limbs_stand_together_and_no_value_is_another_joints() {
    let top = tempfile::tempdir().expect("folder");
    let (from, to) = (top.path().join("a"), top.path().join("b"));
    write(&from, Version::V30, &[10], false);
    convert(open(&from, Reading::default()).expect("open").as_mut(), &Target::Groot(Embodiment::Any), &to, &mut |_| {})
        .expect("convert");
    let mut source = LeRobotSource::open(&to).expect("open");
    let names = source.head().streams.iter().find(|s| s.name == "action").expect("action").dims.clone();
    let modality = json_of(&to.join("meta/modality.json"));
    let slice = |g: &Value| g["start"].as_u64().expect("start") as usize..g["end"].as_u64().expect("end") as usize;
    assert_eq!(names[slice(&modality["action"]["left_leg"])], ["left_hip_pitch_joint", "left_knee_joint"]);
    let at = source.head().stream("action").expect("action");
    let found = all(&mut source);
    let (Values::F32(found), Values::F32(expected)) = (&found[0].columns[at], &episode(0, 10).columns[1]) else { panic!("type") };
    let by_name =
        |names: &[String], row: &[f32]| names.iter().cloned().zip(row.iter().map(|v| v.to_bits())).collect::<BTreeMap<_, _>>();
    for (found, expected) in found.chunks(7).zip(expected.chunks(7)) {
        assert_eq!(by_name(&names, found), by_name(&joints(), expected));
    }
}
