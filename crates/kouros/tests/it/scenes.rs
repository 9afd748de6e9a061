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
