//! What stands around a person goes with the motion.

use crate::bench_folder::Bench;
use crate::stick_person::walk;
use serde_json::Value;

const SCENE: &str = r#"<mujoco><worldbody><geom type="plane" size="9 9 .1"/>
<body name="table" pos="0 3 .4"><geom type="box" size=".5 .5 .4"/></body>
<body name="ball" pos="2 0 .3"><freejoint/><geom type="sphere" size=".3"/></body></worldbody></mujoco>"#;

#[test]
fn a_scene_shrinks_with_the_motion_and_is_written_beside_it() {
    let bench = Bench::new();
    bench.write("a.bvh", walk(60, 1.0));
    bench.write("scene.xml", SCENE);
    let args = ["retarget", "a.bvh", "--robot", "g1", "--scene", "scene.xml"];
    let said = bench.kouros(&[&args[..], &["--out", "csv", "--format", "csv", "--json"]].concat()).ends(0);
    assert!(said.json()["clips"][0]["notes"].to_string().contains("ball") || said.out.contains("ball"), "{}", said.out);
    let note: Value = serde_json::from_slice(&std::fs::read(bench.path("csv/a.kouros.json")).expect("a note")).expect("JSON");
    let scale = note["meta"]["retargeting"]["scale"].as_f64().expect("a scale");
    let written = std::fs::read_to_string(bench.path("csv/a.scene.xml")).expect("a scene");
    assert_eq!(note["meta"]["scene"]["mjcf"], written.as_str());
    let path = bench.path("csv/a.scene.xml");
    let scene = kouros_robot::Scene::load(&path, &mut kouros_motion::Report::new()).expect("what was written reads");
    let table = scene.bodies.iter().find(|b| b.name == "table").expect("the table");
    // Five decimals are written.
    assert!((table.world_from_body.translation.y - 3.0 * scale).abs() < 1e-4);
    // Another scene is another motion; the same is done.
    assert_eq!(
        bench.kouros(&[&args[..], &["--out", "csv", "--format", "csv", "--json"]].concat()).ends(0).json()["nothing_to_do"],
        true
    );
}

#[test]
fn what_else_touches_is_a_feature() {
    let bench = Bench::new();
    bench.write("a.bvh", walk(60, 1.0));
    bench.kouros(&["retarget", "a.bvh", "--robot", "g1", "--out", "set", "--no-report"]).ends(0);
    let info = std::fs::read_to_string(bench.path("set/meta/info.json")).expect("info");
    let info: Value = serde_json::from_str(&info).expect("JSON");
    assert_eq!(info["features"]["label.body_contact"]["names"][0], "left_hand");
}

#[test]
fn bad_scenes_are_told_before_anything_is_written() {
    let bench = Bench::new();
    bench.write("a.bvh", walk(40, 1.0));
    bench.write("slope.xml", r#"<mujoco><worldbody><geom type="plane" size="1 1 1" euler="20 0 0"/></worldbody></mujoco>"#);
    bench.write("none.xml", "<mujoco/>");
    for (scene, words) in [("slope.xml", "not level"), ("none.xml", "nothing in it collides"), ("missing.xml", "missing.xml")] {
        let said = bench.kouros(&["retarget", "a.bvh", "--robot", "g1", "--scene", scene, "--out", "out"]).ends(2);
        assert!(said.err.contains(words), "{}", said.err);
        assert!(!bench.path("out").exists());
    }
}

/// What holosoma-retargeting 0.1.0 reaches on these clips, or this project's own bar where that is
/// tighter: deepest point in anything [cm], fastest joint [rad/s], mean jerk [rad/s³].
struct Bar {
    depth_cm: f64,
    speed: f64,
    jerk: f64,
}

/// Retargets a clip of the shared set in a scene and measures it from outside: its joints, and
/// every 5 mm of every capsule of the robot against every solid of the written scene.
fn judged(bench: &Bench, clip: &str, more: &[&str], bar: &Bar) {
    let path = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/mocap")).join(clip);
    if !path.exists() {
        eprintln!("skipped: {} is not there", path.display());
        return;
    }
    let source = path.to_str().expect("a path");
    let args = ["retarget", source, "--robot", "g1", "--scene", "scene.xml", "--format", "npz", "--rate", "30", "--out", "out"];
    bench.kouros(&[&args[..], more].concat()).ends(0);
    let stem = path.file_stem().expect("a name").to_string_lossy().into_owned();
    let bytes = std::fs::read(bench.path(&format!("out/{stem}.npz"))).expect("a motion");
    let mut npz = npyz::npz::NpzArchive::new(std::io::Cursor::new(bytes)).expect("an archive");
    let mut array = |name: &str| -> Vec<f64> {
        let values = npz.by_name(name).expect("an archive").map(|a| a.into_vec::<f32>().expect("numbers"));
        values.unwrap_or_default().into_iter().map(f64::from).collect()
    };
    let (joints, places, turns) = (array("joint_pos"), array("body_pos_w"), array("body_quat_w"));
    let (object_at, object_turn) = (array("object_pos_w"), array("object_quat_w"));
    let assets = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../.kouros"));
    let report = &mut kouros_motion::Report::new();
    let robot = kouros_robot::load_robot("g1", None, assets, Default::default(), report).expect("set up");
    let scene = kouros_robot::Scene::load(&bench.path(&format!("out/{stem}.scene.xml")), report).expect("a scene");
    let (n, bodies) = (robot.dof(), robot.bodies.len());
    let ticks = joints.len() / n;
    let pose = |p: &[f64], q: &[f64]| {
        let turn = kouros_motion::Rot::from_quaternion(nalgebra::Quaternion::new(q[0], q[1], q[2], q[3]));
        kouros_motion::Pose::from_parts(kouros_motion::Vec3::new(p[0], p[1], p[2]).into(), turn)
    };
    let moving: Vec<kouros_motion::ObjectTrack> = (!object_at.is_empty())
        .then(|| kouros_motion::ObjectTrack {
            name: "object".into(),
            rate_hz: 30.0,
            poses: object_at.chunks(3).zip(object_turn.chunks(4)).map(|(p, q)| pose(p, q)).collect(),
        })
        .into_iter()
        .collect();
    let scene = kouros_robot::SceneTrack::new(scene, &moving, ticks).expect("its object");
    let mut deepest: f64 = 0.0;
    for t in 0..ticks {
        for shape in &robot.shapes {
            let b = t * bodies + shape.body;
            let place = pose(&places[3 * b..], &turns[4 * b..]);
            let (a, z) = (shape.capsule.a, shape.capsule.b);
            let pieces = ((z - a).norm() / 0.005).ceil().max(1.0) as usize;
            for i in 0..=pieces {
                let p = place * nalgebra::Point3::from(a + (z - a) * (i as f64 / pieces as f64));
                if let Some((_, near)) = scene.nearest(t, &p.coords, shape.capsule.radius) {
                    deepest = deepest.max(shape.capsule.radius - near.distance);
                }
            }
        }
    }
    let difference = |values: &[f64]| -> Vec<f64> { values.iter().zip(&values[n..]).map(|(a, b)| (b - a) * 30.0).collect() };
    let speed = difference(&joints);
    let jerk = difference(&difference(&speed));
    let fastest = speed.iter().fold(0.0_f64, |m, v| m.max(v.abs()));
    let mean = jerk.iter().map(|v| v.abs()).sum::<f64>() / jerk.len() as f64;
    let found = format!("{clip}: {:.2} cm, {fastest:.1} rad/s, {mean:.0} rad/s³", 100.0 * deepest);
    assert!(100.0 * deepest < bar.depth_cm && fastest < bar.speed && mean < bar.jerk, "{found}");
}

#[test]
fn climbing_boxes() {
    let bench = Bench::new();
    let folder = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/mocap/holosoma/climb_0"));
    let name = |n: usize| folder.join(format!("box_models/box{n}.obj")).display().to_string();
    let mesh = |n: usize| format!("<mesh name=\"b{n}\" file=\"{}\"/>", name(n));
    let body = |n: usize| format!("<body name=\"box{n}\"><geom type=\"mesh\" mesh=\"b{n}\"/></body>");
    let all = |f: &dyn Fn(usize) -> String| (1..=3).map(f).collect::<String>();
    let floor = "<geom type=\"plane\" size=\"9 9 .1\"/>";
    bench.write(
        "scene.xml",
        format!("<mujoco><asset>{}</asset><worldbody>{floor}{}</worldbody></mujoco>", all(&mesh), all(&body)),
    );
    let clip = "holosoma/climb_0/mocap_climb_seq_0_joint_positions_f900-3700.npy";
    judged(&bench, clip, &["--source-rate", "120"], &Bar { depth_cm: 0.3, speed: 9.2, jerk: 195.0 });
}

#[test]
fn carrying_a_box() {
    let bench = Bench::new();
    // The tightest box around the scanned carton, turned in the scan's axes: 0.36 x 0.34 x 0.32 m.
    let geom = r#"<geom type="box" size=".1815 .1697 .1625" pos=".0013 -.0018 .0084" quat=".7175 -.2235 .6501 .1123"/>"#;
    let body = format!("<body name=\"object\"><freejoint/>{geom}</body>");
    let scene = format!(r#"<mujoco><worldbody><geom type="plane" size="9 9 .1"/>{body}</worldbody></mujoco>"#);
    bench.write("scene.xml", scene);
    judged(&bench, "holosoma/sub3_largebox_003.pt", &[], &Bar { depth_cm: 0.3, speed: 8.6, jerk: 269.0 });
}
