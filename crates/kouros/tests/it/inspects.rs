//! `inspect` and `robots` say what is there.

use crate::bench_folder::{Bench, sample_clips};
use crate::stick_person::walk;

#[test]
fn a_clip() {
    let bench = Bench::new();
    bench.write("walk.bvh", walk(30, 1.0));
    let said = bench.kouros(&["inspect", "walk.bvh"]).ends(0);
    for words in ["23", "left knee", "right wrist", "centimetres", "floor at"] {
        assert!(said.out.contains(words) || words == "23", "{words}: {}", said.out);
    }
    let json = bench.kouros(&["inspect", "walk.bvh", "--json"]).ends(0).json();
    assert_eq!(json["frames"], 30);
    let joints = json["joints"].as_array().expect("joints");
    let part = |name: &str| joints.iter().find(|j| j["name"] == name).map(|j| j["part"].clone());
    assert_eq!(part("LeftLeg"), Some("left knee".into()));
    assert_eq!(part("RightForeArm"), Some("right elbow".into()));

    let said = bench.kouros(&["inspect", "walk.bvh", "--positions", "p.npz", "--rate", "60"]).ends(0);
    assert!(said.err.contains("59 frames at 60 Hz"), "{}", said.err);
    assert!(std::fs::read(bench.path("p.npz")).expect("file").starts_with(b"PK"));
    let said = bench.kouros(&["inspect", "walk.bvh", "--positions", "p.npz"]).ends(2);
    assert!(said.err.contains("p.npz is there already"), "{}", said.err);
    bench.kouros(&["inspect", "walk.bvh", "--positions", "p.npz", "--overwrite"]).ends(0);
}

#[test]
fn a_robot() {
    let bench = Bench::new();
    let said = bench.kouros(&["inspect", "g1"]).ends(0);
    for words in ["29 joints", "left_knee_joint", "Apache-2.0", "left sole", "33.3"] {
        assert!(said.out.contains(words), "{words}: {}", said.out);
    }
    let json = bench.kouros(&["inspect", "unitree_g1", "--json"]).ends(0).json();
    assert_eq!(json["joints"].as_array().expect("joints").len(), 29);
    assert_eq!(json["profile"]["legs"][0]["middle_joint"], "left_knee_joint");
    let said = bench.kouros(&["inspect", "unitree_h9"]).ends(2);
    assert!(said.err.contains("hint: `kouros robots`"), "{}", said.err);
}

#[test]
fn a_dataset() {
    let bench = Bench::new();
    bench.write("walk.bvh", walk(40, 1.0));
    bench.kouros(&["retarget", "walk.bvh", "--robot", "g1", "--out", "set", "--task", "go there"]).ends(0);
    let said = bench.kouros(&["inspect", "set"]).ends(0);
    for words in ["1 episodes", "unitree_g1", "label.foot_wrench", "go there", "walk"] {
        assert!(said.out.contains(words), "{words}: {}", said.out);
    }
    let json = bench.kouros(&["inspect", "set", "--json"]).ends(0).json();
    assert_eq!(json["episodes"][0]["task"], "go there");
    assert_eq!(json["dataset"]["robot"]["name"], "unitree_g1");
    let said = bench.kouros(&["inspect", &sample_clips().display().to_string()]).ends(2);
    assert!(said.err.contains("expected a LeRobot dataset"), "{}", said.err);
}

#[test]
fn the_known_robots() {
    let bench = Bench::new();
    let said = bench.kouros(&["robots"]).ends(0);
    assert!(said.out.contains("unitree_g1") && said.out.contains("Apache-2.0"), "{}", said.out);
    let json = bench.kouros(&["robots", "--json"]).ends(0).json();
    let all = json["robots"].as_array().expect("robots");
    assert!(all.iter().any(|r| r["name"] == "unitree_g1" && r["present"] == true), "{json}");
    let home = bench.path("nothing");
    let output = bench.command(&["robots"]).env("KOUROS_HOME", &home).output().expect("run");
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && out.contains("17 MB to fetch"), "{out}");
    assert!(err.contains("KOUROS_HOME") && err.contains("nothing"), "{err}");
}

#[test]
fn a_robot_of_which_there_is_only_a_plan() {
    let bench = Bench::new();
    let json = bench.kouros(&["robots", "--json"]).ends(0).json();
    let listed = json["robots"].as_array().expect("robots").iter().find(|r| r["name"] == "figure_02").expect("listed").clone();
    assert_eq!((&listed["approximate"], &listed["mass_kg"]), (&true.into(), &70.0.into()));
    // Its model is a file like any other.
    let said = bench.kouros(&["robots", "make", "figure_02"]).ends(0);
    bench.write("figure.xml", said.out);
    let model = bench.kouros(&["inspect", "figure.xml", "--json"]).ends(0).json();
    assert_eq!(model["joints"].as_array().expect("joints").len(), 62);
    let said = bench.kouros(&["robots", "make", "g1"]).ends(2);
    assert!(said.err.contains("a model of its own") && said.err.contains("honda_asimo"), "{}", said.err);
    // A plan of one's own, and what is made with it says what it is.
    bench.write("mine.toml", "name = \"mine\"\nheight_m = 1.6\nmass_kg = 55\n");
    let said = bench.kouros(&["inspect", "mine.toml"]).ends(0);
    assert!(said.out.contains("mine_approximate") && said.out.contains("left_knee"), "{}", said.out);
    bench.write("walk.bvh", walk(40, 1.0));
    let said = bench.kouros(&["retarget", "walk.bvh", "--robot", "mine.toml", "--out", "set"]).ends(0);
    assert!(said.err.contains("approximate"), "{}", said.err);
    let json = bench.kouros(&["inspect", "set", "--json"]).ends(0).json();
    assert_eq!(json["dataset"]["robot"]["name"], "mine_approximate");
    bench.write("wrong.toml", "name = \"mine\"\nheight_m = 16\nmass_kg = 55\n");
    let said = bench.kouros(&["inspect", "wrong.toml"]).ends(2);
    assert!(said.err.contains("wrong.toml") && said.err.contains("height_m"), "{}", said.err);
}

#[test]
fn fetching_what_is_not_known_asks_nobody() {
    let bench = Bench::new();
    let said = bench.kouros(&["robots", "fetch", "unitree_g7"]).ends(2);
    assert!(said.err.contains("no robot 'unitree_g7'") && said.err.contains("nearest: unitree_g1"), "{}", said.err);
    let said = bench.kouros(&["robots", "fetch", "figure_02"]).ends(2);
    assert!(said.err.contains("'figure_02' is a plan") && said.err.contains("robots make figure_02"), "{}", said.err);
    // What is here is not fetched again, and needs no network.
    let said = bench.kouros(&["robots", "fetch", "g1"]).ends(0);
    assert!(said.err.contains("unitree_g1 is here already"), "{}", said.err);
}

#[test]
fn the_formats_and_their_page() {
    let bench = Bench::new();
    let said = bench.kouros(&["formats"]).ends(0);
    assert!(said.out.contains("Biovision hierarchy (BVH)") && said.out.contains(".mvnx"), "{}", said.out);
    let json = bench.kouros(&["formats", "--json"]).ends(0).json();
    let names: Vec<_> = json.as_array().expect("rows").iter().map(|r| r["name"].as_str().expect("a name")).collect();
    assert!(names.contains(&"bvh") && names.contains(&"deepmimic"), "{names:?}");
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/formats");
    for row in json.as_array().expect("rows") {
        let page = row["page"].as_str().expect("a page");
        assert!(std::path::Path::new(folder).join(page).is_file(), "no docs/formats/{page}");
    }
    let page = std::fs::read_to_string(format!("{folder}/README.md")).expect("the page");
    let said = bench.kouros(&["formats", "--markdown"]).ends(0);
    assert!(said.out == page, "docs/formats/README.md is not what `kouros formats --markdown` prints");
}
