//! What is put right is what was there before the fault, to the bit; what is not is left and said.

use crate::files::{change, check, write};
use kouros_check::{Code, Layout, Mending, Names, Result, mend};
use kouros_dataset::stream::{LeRobotSink, LeRobotSource, Recording, Values, Version};
use kouros_dataset::{Column, Episode, Feature, Loose, Writer, WriterOptions};
use kouros_motion::Kind;
use std::collections::BTreeMap;
use std::f64::consts::TAU;
use std::fs;
use std::path::{Path, PathBuf};

fn mended(from: &Path, to: &Path) -> Result<Mending> {
    let set = Loose::open(from)?;
    let layout = Layout::find(&set.info, None, &Names::default())?;
    mend(from, to, &check(from)?, &layout, None, &mut |folder| check(folder))
}

/// All files by their path, without what tells how the dataset came to be.
fn files(root: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut out = BTreeMap::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("folder") {
            let path = entry.expect("entry").path();
            let name = path.strip_prefix(root).expect("inside").to_owned();
            let about = ["meta/kouros.json", "meta/mended.json"].iter().any(|a| name == Path::new(a));
            if path.is_dir() {
                folders.push(path);
            } else if !about {
                out.insert(name, fs::read(path).expect("bytes"));
            }
        }
    }
    out
}

/// The dataset at `from` as `version`, each episode changed.
fn rewritten(from: &Path, to: &Path, version: Version, change: impl Fn(&mut Recording)) {
    let mut source = LeRobotSource::open(from).expect("source");
    let mut sink = LeRobotSink::create(to, version, source.head().clone()).expect("sink");
    while let Some(mut episode) = source.next_episode().expect("episode") {
        change(&mut episode);
        sink.take(&episode).expect("take");
    }
    sink.finish(&[]).expect("finish");
}

fn equal(a: &Path, b: &Path) {
    let (a, b) = (files(a), files(b));
    assert_eq!(a.keys().collect::<Vec<_>>(), b.keys().collect::<Vec<_>>());
    for (name, bytes) in &a {
        // Maps have no order of their own.
        if name == Path::new("meta/info.json") {
            let json = |bytes: &[u8]| serde_json::from_slice::<serde_json::Value>(bytes).expect("json");
            assert_eq!(json(bytes), json(&b[name]));
            continue;
        }
        assert!(bytes == &b[name], "{} differs", name.display());
    }
}

/// Fixes `broken`, and holds that the result is `clean`, that the fault is gone, that a second fix
/// changes nothing, and that the source is what it was.
fn becomes(broken: &Path, clean: &Path, code: Code) {
    let before = files(broken);
    assert!(check(broken).expect("read").findings.iter().any(|f| f.code == code), "{code} is not found");
    let (once, twice) = (broken.with_extension("once"), broken.with_extension("twice"));
    let done = mended(broken, &once).unwrap_or_else(|e| panic!("{code}: {e}"));
    assert!(done.mended.iter().any(|m| m.code == code), "{code} is not among {:?}", done.mended);
    assert_eq!(done.after, check(&once).expect("read"));
    assert!(done.after.findings.is_empty(), "{code}: {:?}", done.after.findings);
    equal(&once, clean);
    let again = mended(&once, &twice).expect("again");
    assert_eq!(again.mended, []);
    equal(&once, &twice);
    for about in ["meta/kouros.json", "meta/mended.json"] {
        assert_eq!(fs::read(once.join(about)).expect("once"), fs::read(twice.join(about)).expect("twice"));
    }
    assert!(files(broken) == before, "the source was changed");
    for path in [broken, &once, &twice] {
        fs::remove_dir_all(path).expect("remove");
    }
}

/// A robot that turns about z and leans, with an IMU that feels gravity, at a rate whose times are
/// no whole milliseconds.
fn turning(path: &Path, turns: &[f64]) {
    let options = WriterOptions { robot_type: "r".into(), fps: 60, dataset_meta: serde_json::json!({}) };
    let writer = Writer::create_or_append(path, options).expect("new");
    for (e, turn) in turns.iter().enumerate() {
        let length = 90;
        let (mut root, mut imu, mut state) = (Vec::new(), Vec::new(), Vec::new());
        for t in 0..length {
            let phase = t as f64 / length as f64;
            let yaw = nalgebra::UnitQuaternion::from_euler_angles(0.0, 0.0, turn * TAU * phase);
            let lean = nalgebra::UnitQuaternion::from_euler_angles(0.2 * turn * (TAU * phase).sin(), 0.1 * turn, 0.0);
            let q = yaw * lean;
            let down = q.inverse() * -nalgebra::Vector3::z();
            root.extend([0.0, 0.0, 0.75, q.w, q.i, q.j, q.k].map(|v| v as f32));
            imu.extend([0.0, 0.0, 0.0, down.x, down.y, down.z].map(|v| v as f32));
            state.extend([phase.sin(), phase.cos() + e as f64].map(|v| v as f32));
        }
        let column = |name: &str, names: &[&str], values| Column { feature: Feature::new(name, names.iter().copied()), values };
        let gravity = ["angular_velocity_x", "angular_velocity_y", "angular_velocity_z", "gravity_x", "gravity_y", "gravity_z"];
        let columns = vec![
            column("observation.state", &["a", "b"], state),
            column("observation.imu", &gravity, imu),
            column("label.root_pose", &["x", "y", "z", "qw", "qx", "qy", "qz"], root),
        ];
        let meta = serde_json::Value::Null;
        let episode = Episode { task: format!("turn {e}"), kind: Kind::Locomotion, length, columns, meta, key: format!("{e}") };
        writer.stage(e, &episode).expect("stage");
    }
    writer.commit().expect("commit");
}

fn quaternions(episode: &mut Recording, change: impl Fn(&mut [f32])) {
    if let Some(Values::F32(values)) = episode.columns.get_mut(2) {
        values.chunks_exact_mut(7).for_each(|row| change(&mut row[3..]));
    }
}

#[test]
fn lists_counts_and_statistics() {
    let folder = tempfile::tempdir().expect("folder");
    let (new, old) = (folder.path().join("new"), folder.path().join("old"));
    write(&new, 4);
    rewritten(&new, &old, Version::V21, |_| {});
    let copy = |from: &Path| {
        let to = folder.path().join("broken");
        kouros_dataset::stream::copy_missing(from, &to, &|_| true).expect("copy");
        to
    };
    for clean in [&new, &old] {
        for (from, to, code) in [
            ("\"total_episodes\": 4", "\"total_episodes\": 5", Code::Count),
            ("\"total_frames\": ", "\"total_frames\": 9", Code::Count),
            ("\"chunks_size\": 1000", "\"chunks_size\": 0", Code::Info),
            ("\"data_path\": \"data/", "\"data_path\": \"../data/", Code::File),
        ] {
            let broken = copy(clean);
            change(&broken.join("meta/info.json"), from, to);
            becomes(&broken, clean, code);
        }
        let broken = copy(clean);
        let mut json: serde_json::Value =
            serde_json::from_slice(&fs::read(broken.join("meta/stats.json")).expect("stats")).expect("json");
        json["action"]["mean"][1] = 0.5.into();
        fs::write(broken.join("meta/stats.json"), json.to_string()).expect("write");
        becomes(&broken, clean, Code::Statistics);
    }
    for (from, to) in [("\"length\":61", "\"length\":16"), ("{\"episode_index\":1,", "{\"episode_index\":7,")] {
        let broken = copy(&old);
        change(&broken.join("meta/episodes.jsonl"), from, to);
        if to.contains('7') {
            let says = mended(&broken, &folder.path().join("out")).expect_err("no such frames").to_string();
            assert!(says.contains("episodes 7 are listed and have no frames"), "{says}");
            assert!(!folder.path().join("out").exists());
            fs::remove_dir_all(&broken).expect("remove");
        } else {
            becomes(&broken, &old, Code::EpisodeList);
        }
    }
    let broken = copy(&old);
    fs::write(broken.join("meta/episodes.jsonl"), "").expect("write");
    becomes(&broken, &old, Code::Count);
    // The same second episode from a dataset in which the first is another.
    let (other, other_old) = (folder.path().join("other"), folder.path().join("other_old"));
    write(&other, 5);
    rewritten(&other, &other_old, Version::V21, |e| {
        if e.index == 0 {
            e.length = 3;
            e.seconds.truncate(3);
            e.task_of.truncate(3);
            e.columns.iter_mut().for_each(|c| *c = c.at(&(0..9).collect::<Vec<_>>()));
        }
    });
    let broken = copy(&old);
    let name = "data/chunk-000/episode_000001.parquet";
    fs::copy(other_old.join(name), broken.join(name)).expect("copy");
    becomes(&broken, &old, Code::Index);
}

#[test]
fn times_and_quaternions() {
    let folder = tempfile::tempdir().expect("folder");
    let (clean, broken) = (folder.path().join("clean"), folder.path().join("broken"));
    turning(&clean, &[1.0, 0.6, 0.001]);
    rewritten(&clean, &broken, Version::V30, |e| e.seconds.iter_mut().for_each(|s| *s = (*s * 1e3 + 1e-6).floor() / 1e3));
    becomes(&broken, &clean, Code::Timestamp);
    rewritten(&clean, &broken, Version::V30, |e| e.seconds.iter_mut().for_each(|s| *s += 31.5));
    becomes(&broken, &clean, Code::Timestamp);
    // The third episode stands upright, which says nothing of the order: it follows the others.
    rewritten(&clean, &broken, Version::V30, |e| quaternions(e, |q| q.rotate_left(1)));
    becomes(&broken, &clean, Code::QuaternionOrder);
    // Exact in single precision, so that dividing gives the same bits.
    rewritten(&clean, &broken, Version::V30, |e| quaternions(e, |q| q.iter_mut().for_each(|v| *v *= 1.0625)));
    let before = check(&broken).expect("read");
    assert!(before.findings.iter().any(|f| f.code == Code::QuaternionNorm));
    let out = folder.path().join("out");
    let done = mended(&broken, &out).expect("mended");
    assert!(done.after.findings.is_empty() && done.mended.iter().any(|m| m.code == Code::QuaternionNorm));
    let read = |path: &Path| LeRobotSource::open(path).expect("source").next_episode().expect("read").expect("one");
    let (a, b) = (read(&clean).columns[2].numbers().expect("numbers"), read(&out).columns[2].numbers().expect("numbers"));
    assert!(a.iter().zip(&b).all(|(a, b)| (a - b).abs() < 2e-7), "more than a bit of single precision");
}

#[test]
fn what_has_no_certain_answer_is_left() {
    let folder = tempfile::tempdir().expect("folder");
    let (clean, broken) = (folder.path().join("clean"), folder.path().join("broken"));
    turning(&clean, &[1.0, 0.6, 0.001]);
    let left = |code: Code, change: &dyn Fn(&mut Recording)| {
        rewritten(&clean, &broken, Version::V30, change);
        let out = folder.path().join("out");
        let done = mended(&broken, &out).expect("copied");
        assert!(done.mended.is_empty(), "{:?}", done.mended);
        assert!(done.left.iter().any(|l| l.code == code && !l.why.is_empty()), "{code}: {:?}", done.left);
        equal(&broken, &out);
        fs::remove_dir_all(&broken).expect("remove");
        fs::remove_dir_all(&out).expect("remove");
    };
    left(Code::Timestamp, &|e| e.seconds.iter_mut().skip(85).for_each(|s| *s += 0.05));
    left(Code::ClockDrift, &|e| e.seconds.iter_mut().for_each(|s| *s *= 1.02));
    left(Code::QuaternionNorm, &|e| quaternions(e, |q| q.iter_mut().for_each(|v| *v *= 0.3)));
    // One is in the other order, one is not, and the third says nothing: upright, read either way.
    left(Code::QuaternionOrder, &|e| {
        if e.index != 1 {
            quaternions(e, |q| q.rotate_left(1));
        }
    });
    left(Code::NotFinite, &|e| {
        if let Some(Values::F32(values)) = e.columns.get_mut(0) {
            values[7] = f32::NAN;
        }
    });
}

#[test]
fn nothing_of_the_source_is_lost() {
    let folder = tempfile::tempdir().expect("folder");
    let (set, out) = (folder.path().join("set"), folder.path().join("out"));
    write(&set, 2);
    fs::write(set.join("meta/notes.txt"), "by hand").expect("write");
    let info = set.join("meta/info.json");
    change(&info, "\"total_episodes\": 2", "\"laboratory\": \"ours\",\n    \"total_episodes\": 3");
    change(&info, "\"train\": \"0:2\"", "\"train\": \"0:1\", \"test\": \"1:2\"");
    let done = mended(&set, &out).expect("mended");
    assert!(done.after.findings.is_empty());
    assert_eq!(fs::read_to_string(out.join("meta/notes.txt")).expect("notes"), "by hand");
    let json: serde_json::Value = serde_json::from_slice(&fs::read(out.join("meta/info.json")).expect("info")).expect("json");
    assert_eq!(
        (&json["laboratory"], &json["splits"]["test"], &json["total_episodes"]),
        (&"ours".into(), &"1:2".into(), &2.into())
    );
    assert!(mended(&set, &out).is_err(), "nothing is overwritten");
    // A column that is not declared would be lost.
    fs::remove_dir_all(&out).expect("remove");
    let text = fs::read_to_string(&info).expect("info");
    let mut json: serde_json::Value = serde_json::from_str(&text).expect("json");
    json["features"].as_object_mut().expect("features").remove("action");
    fs::write(&info, json.to_string()).expect("write");
    let says = mended(&set, &out).expect_err("lost").to_string();
    assert!(says.contains("'action'") && !out.exists(), "{says}");
}
