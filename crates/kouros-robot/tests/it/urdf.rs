//! URDF: a root that floats, speeds that MuJoCo drops, robots that are no humanoids.

use kouros_motion::Report;
use kouros_robot::{Error, LoadOptions, Robot, RobotSettings};
use std::fmt::Write as _;
use std::path::PathBuf;

/// A small humanoid: pelvis, trunk, two legs and two arms of four joints each.
fn small_humanoid() -> String {
    humanoid("pelvis", true)
}

/// The same with its tree rooted at the pelvis or the trunk, with or without a wrist.
fn humanoid(root: &str, wrist: bool) -> String {
    let mut text = String::from("<robot name='small'>");
    let inertial = "<inertial><mass value='1'/><inertia ixx='.01' iyy='.01' izz='.01' ixy='0' ixz='0' iyz='0'/></inertial>";
    let link = |text: &mut String, name: &str, geometry: &str| {
        let collision = if geometry.is_empty() { String::new() } else { format!("<collision>{geometry}</collision>") };
        write!(text, "<link name='{name}'>{inertial}{collision}</link>").expect("a string");
    };
    let joint = |text: &mut String, name: &str, parent: &str, child: &str, xyz: &str, axis: &str| {
        write!(
            text,
            "<joint name='{name}' type='revolute'><parent link='{parent}'/><child link='{child}'/><origin xyz='{xyz}'/>\
             <axis xyz='{axis}'/><limit lower='-2' upper='2' effort='50' velocity='9.5'/></joint>"
        )
        .expect("a string");
    };
    link(&mut text, "pelvis", "");
    link(&mut text, "trunk", "");
    match root {
        "pelvis" => joint(&mut text, "waist", "pelvis", "trunk", "0 0 0.1", "0 0 1"),
        _ => joint(&mut text, "waist", "trunk", "pelvis", "0 0 -0.1", "0 0 1"),
    }
    for (side, y) in [("left", 0.1), ("right", -0.1)] {
        for (part, parent, xyz, axis) in [
            ("thigh", "pelvis".to_owned(), format!("0 {y} 0"), "1 0 0"),
            ("hip", format!("{side}_thigh"), "0 0 0".to_owned(), "0 1 0"),
            ("shank", format!("{side}_hip"), "0 0 -0.4".to_owned(), "0 1 0"),
            ("foot", format!("{side}_shank"), "0 0 -0.4".to_owned(), "0 1 0"),
            ("shoulder", "trunk".to_owned(), format!("0 {} 0.4", 2.0 * y), "1 0 0"),
            ("arm", format!("{side}_shoulder"), "0 0 0".to_owned(), "0 1 0"),
            ("forearm", format!("{side}_arm"), "0 0 -0.25".to_owned(), "0 1 0"),
            ("hand", format!("{side}_forearm"), "0 0 -0.25".to_owned(), "0 1 0"),
        ] {
            if part == "hand" && !wrist {
                continue;
            }
            let palm = "<origin xyz='0 0 -0.12'/><geometry><box size='0.06 0.06 0.24'/></geometry>";
            let sole = "<origin xyz='0.05 0 -0.05'/><geometry><box size='0.2 0.08 0.02'/></geometry>";
            let shape = match part {
                "foot" => sole,
                "forearm" if !wrist => palm,
                _ => "",
            };
            link(&mut text, &format!("{side}_{part}"), shape);
            joint(&mut text, &format!("{side}_{part}_joint"), &parent, &format!("{side}_{part}"), &xyz, axis);
        }
    }
    text.push_str("</robot>");
    text
}

fn written(name: &str, text: &str) -> PathBuf {
    let path = std::env::temp_dir().join(format!("kouros-robot-{}-{name}", std::process::id()));
    std::fs::write(&path, text).expect("a temporary file");
    path
}

#[test]
fn a_welded_root_is_freed_unless_told_otherwise() {
    let path = written("small.urdf", &small_humanoid());
    let mut report = Report::new();
    let robot = Robot::load(&path, &RobotSettings::default(), LoadOptions::default(), &mut report).expect("a humanoid");
    assert_eq!(robot.bodies[0].name, "pelvis");
    assert!(report.notes.iter().any(|n| n.code == "free-joint"));
    assert_eq!(robot.dof(), 17);
    assert!(robot.joints.iter().all(|j| j.velocity_limit == Some(9.5)));
    assert_eq!(robot.bodies[robot.profile.trunk].name, "trunk");
    assert_eq!(robot.joints[robot.profile.legs[0].middle_joint].name, "left_shank_joint");
    assert_eq!(robot.joints[robot.profile.arms[1].middle_joint].name, "right_forearm_joint");
    assert!((robot.profile.leg_length(&robot) - 0.8).abs() < 1e-9);
    assert!((robot.profile.standing_height(&robot) - 0.86).abs() < 1e-6);
    let refused = Robot::load(&path, &RobotSettings::default(), LoadOptions { add_free_joint: false }, &mut report);
    assert!(matches!(refused, Err(Error::FixedBase { .. })));
    std::fs::remove_file(path).expect("was written");
}

#[test]
fn a_tree_rooted_at_the_trunk_is_the_same_body() {
    let path = written("trunk.urdf", &humanoid("trunk", true));
    let robot = Robot::load(&path, &RobotSettings::default(), LoadOptions::default(), &mut Report::new()).expect("a humanoid");
    let p = &robot.profile;
    assert_eq!((robot.bodies[0].name.as_str(), robot.bodies[p.pelvis].name.as_str()), ("trunk", "pelvis"));
    assert_eq!(robot.bodies[p.trunk].name, "trunk");
    assert_eq!(p.waist.iter().map(|&j| robot.joints[j].name.as_str()).collect::<Vec<_>>(), ["waist"]);
    assert!(p.legs.iter().all(|l| l.joints.len() == 4));
    assert!((p.standing_height(&robot) - 0.86).abs() < 1e-6);
    std::fs::remove_file(path).expect("was written");
}

#[test]
fn an_elbow_may_be_an_arms_last_joint() {
    let path = written("stumps.urdf", &humanoid("pelvis", false));
    let robot = Robot::load(&path, &RobotSettings::default(), LoadOptions::default(), &mut Report::new()).expect("a humanoid");
    let arm = &robot.profile.arms[0];
    assert_eq!(robot.joints[arm.middle_joint].name, "left_forearm_joint");
    assert_eq!(robot.bodies[arm.end].name, "left_forearm");
    // From the elbow to the far corner of the palm: 0.24 m along, 0.03 m aside twice.
    assert!((robot.profile.arm_length(&robot) - (0.25 + (0.24_f64.powi(2) + 2.0 * 0.03_f64.powi(2)).sqrt())).abs() < 1e-6);
    std::fs::remove_file(path).expect("was written");
}

#[test]
fn what_is_no_humanoid_is_named() {
    let box_only =
        "<mujoco><worldbody><body name='crate'><freejoint/><geom size='.1 .1 .1' type='box'/></body></worldbody></mujoco>";
    for (name, text, expected) in [
        ("crate.xml", box_only, "two legs"),
        ("empty.xml", "", "not well formed"),
        ("garbage.urdf", "\u{1}\u{2}<<<>", ":1: not well formed"),
        ("open.xml", "<mujoco><worldbody>", "not well formed"),
    ] {
        let path = written(name, text);
        let error = Robot::load(&path, &RobotSettings::default(), LoadOptions::default(), &mut Report::new()).expect_err(name);
        let message = error.to_string();
        assert!(message.contains(expected) && !message.contains('\n'), "{message}");
        std::fs::remove_file(path).expect("was written");
    }
}

#[test]
fn what_urdf_says_and_mujoco_drops_is_named() {
    let text = small_humanoid()
        .replace(
            "<joint name='left_hand_joint' type='revolute'>",
            "<joint name='left_hand_joint' type='revolute'><mimic joint='waist'/>",
        )
        .replace(
            "<link name='trunk'>",
            "<link name='trunk'><visual><geometry><mesh filename='package://no/gone.stl'/></geometry></visual>",
        )
        .replacen("ixx='.01' iyy='.01' izz='.01'", "ixx='0' iyy='0' izz='0'", 1);
    let path = written("lost.urdf", &text);
    let mut report = Report::new();
    Robot::load(&path, &RobotSettings::default(), LoadOptions::default(), &mut report).expect("a humanoid");
    for (code, expected) in [("mimic", "left_hand_joint"), ("no-mesh", "gone.stl"), ("no-inertia", "pelvis")] {
        assert!(report.notes.iter().any(|n| n.code == code && n.message.contains(expected)), "{code}: {:?}", report.notes);
    }
    std::fs::remove_file(path).expect("was written");
}

#[test]
fn a_sole_may_be_a_collada_mesh_in_another_folder() {
    let top = tempfile::tempdir().expect("folder");
    let folder = top.path().join("pkg/urdf");
    std::fs::create_dir_all(&folder).expect("folder");
    std::fs::create_dir_all(top.path().join("pkg/meshes")).expect("folder");
    // A wedge in centimetres: 20 x 8 cm below, its ridge 4 cm up.
    let dae = "<COLLADA><asset><unit meter='0.01'/><up_axis>Z_UP</up_axis></asset><library_geometries><geometry id='g'><mesh>\
               <source id='s'><float_array id='a'>-5 -4 -6 15 -4 -6 15 4 -6 -5 4 -6 5 0 -2</float_array></source>\
               <vertices id='v'><input semantic='POSITION' source='#s'/></vertices><triangles><input semantic='VERTEX' source='#v'/>\
               <p>0 2 1 0 3 2 0 1 4 1 2 4 2 3 4 3 0 4</p></triangles></mesh></geometry></library_geometries><library_visual_scenes>\
               <visual_scene id='x'><node><instance_geometry url='#g'/></node></visual_scene></library_visual_scenes></COLLADA>";
    std::fs::write(top.path().join("pkg/meshes/sole.dae"), dae).expect("file");
    let text = small_humanoid().replace(
        "<origin xyz='0.05 0 -0.05'/><geometry><box size='0.2 0.08 0.02'/></geometry>",
        "<geometry><mesh filename='package://pkg/meshes/sole.dae'/></geometry>",
    );
    let path = folder.join("r.urdf");
    std::fs::write(&path, text).expect("file");
    let robot = Robot::load(&path, &RobotSettings::default(), LoadOptions::default(), &mut Report::new()).expect("a humanoid");
    assert!((robot.profile.standing_height(&robot) - 0.86).abs() < 1e-6, "{}", robot.profile.standing_height(&robot));
    assert_eq!(robot.profile.soles[0].balls.len(), 4);
}
