//! Body plans: what is made of them, and what they may not say.

use kouros_motion::{LEFT, Pose, RIGHT, Report};
use kouros_robot::{BodyPlan, Kinematics, LoadOptions, Robot, RobotSettings, known_plans, load_robot};
use std::path::Path;

fn build(text: &str) -> Robot {
    let plan = BodyPlan::parse("p.toml", text).expect("a plan");
    Robot::of_plan(&plan, &RobotSettings::default(), &mut Report::new()).expect("a robot")
}

#[test]
fn the_plans_become_robots_of_their_height_and_mass() {
    for plan in known_plans().expect("ours") {
        let mut report = Report::new();
        let robot = load_robot(&plan.name, None, Path::new(""), LoadOptions::default(), &mut report).expect(&plan.name);
        assert!(report.warnings().any(|n| n.code == "approximate"), "{}", plan.name);
        assert!(robot.source.as_deref().is_some_and(|s| s.starts_with("approximate")));
        // The fractions of the body are rounded to 1e-4, and there are fifteen parts.
        assert!((robot.mass() / plan.mass_kg - 1.0).abs() < 1e-3, "{}: {} kg", plan.name, robot.mass());
        let standing = robot.profile.standing_height(&robot);
        let hips = plan.ankle_height() + plan.shank() + plan.thigh();
        assert!((standing - hips).abs() < 1e-6, "{}: {standing} {hips}", plan.name);
        let mut at = Kinematics::new(&robot);
        at.update(&robot, &Pose::identity(), &vec![0.0; robot.dof()]);
        let top = robot
            .visuals()
            .iter()
            .flat_map(|v| v.points.iter().map(|p| (at.rotation[v.body] * p + at.position[v.body]).z).collect::<Vec<_>>())
            .fold(0.0, f64::max);
        assert!((top + hips - plan.height_m).abs() < 0.02 * plan.height_m, "{}: its top is at {}", plan.name, top + hips);
        for side in [LEFT, RIGHT] {
            assert_eq!(
                robot.profile.legs[side].joints.len(),
                plan.joints.hip.len() + 1 + plan.joints.ankle.len(),
                "{}",
                plan.name
            );
            assert_eq!(
                robot.profile.arms[side].joints.len(),
                plan.joints.shoulder.len() + 1 + plan.joints.wrist.len(),
                "{}",
                plan.name
            );
        }
        assert_eq!(robot.profile.waist.len(), plan.joints.waist.len(), "{}", plan.name);
        assert!(robot.poses.contains_key("home") && robot.poses.contains_key("knees_bent"));
        let body = plan.joints.hip.len() + 1 + plan.joints.ankle.len() + plan.joints.shoulder.len() + 1 + plan.joints.wrist.len();
        let hands = if plan.hand_joints == 1 { 2 } else { plan.hand_joints };
        let all = 2 * (body + hands) + plan.joints.waist.len() + plan.joints.neck.len();
        assert_eq!(robot.dof(), all, "{}", plan.name);
    }
}

#[test]
fn a_plan_in_a_few_lines_is_a_robot() {
    let robot =
        build("name = \"mine\"\nheight_m = 1.6\nmass_kg = 55\n[torques]\nknee = 120\n[ranges_deg]\nshoulder_roll = [-5, 100]\n");
    assert_eq!(robot.name, "mine_approximate");
    let joint = |name: &str| robot.joints.iter().find(|j| j.name == name).expect("there");
    assert_eq!(joint("left_knee").effort_limit, Some(120.0));
    // Hips are at 0.53 of the height (Winter 2009).
    assert!((robot.profile.standing_height(&robot) - 0.53 * 1.6).abs() < 1e-9);
    let near = |a: [f64; 2], b: [f64; 2]| a.iter().zip(b).all(|(a, b)| (a - b.to_radians()).abs() < 1e-9);
    // What turns out of the mirror plane turns the other way on the other side.
    assert!(near(joint("left_shoulder_roll").range.expect("limited"), [-5.0, 100.0]));
    assert!(near(joint("right_shoulder_roll").range.expect("limited"), [-100.0, 5.0]));
}

#[test]
fn settings_go_before_a_plans_estimates() {
    let plan = BodyPlan::parse("p.toml", "name = \"mine\"\nheight_m = 1.6\nmass_kg = 55").expect("a plan");
    let user = RobotSettings::parse("s.toml", "[joints.\"*_knee\"]\nkp = 7.0\n[pose.sit]\n\"*_knee\" = 1.5").expect("settings");
    let robot = Robot::of_plan(&plan, &user, &mut Report::new()).expect("a robot");
    let knee = robot.joints.iter().find(|j| j.name == "right_knee").expect("there");
    assert_eq!(knee.kp, Some(7.0));
    assert!(knee.kd.is_some() && robot.poses.contains_key("sit") && robot.poses.contains_key("home"));
    let wrong = RobotSettings::parse("s.toml", "[joints.\"*_kne\"]\nkp = 7.0").expect("settings");
    let e = Robot::of_plan(&plan, &wrong, &mut Report::new()).expect_err("no such joint").to_string();
    assert!(e.contains("*_kne") && e.contains("left_knee"), "{e}");
}

#[test]
fn a_plan_is_a_file_like_any_model() {
    let folder = tempfile::tempdir().expect("folder");
    let path = folder.path().join("mine.toml");
    std::fs::write(&path, "name = \"mine\"\nheight_m = 1.6\nmass_kg = 55\nhand_joints = 2\n").expect("write");
    let name = path.to_str().expect("text");
    let robot = load_robot(name, None, Path::new(""), LoadOptions::default(), &mut Report::new()).expect("a robot");
    assert!(robot.joints.iter().any(|j| j.name == "left_gripper_outer"));
}

#[test]
fn figures_that_no_humanoid_has_are_named() {
    let least = "name = \"mine\"\nheight_m = 1.6\nmass_kg = 55\n";
    let error = |text: &str| BodyPlan::parse("p.toml", text).expect_err(text).to_string();
    for (text, words) in [
        ("name = \"mine\"\nmass_kg = 5\n".to_owned(), ["p.toml", "height_m"]),
        ("name = \"mine\"\nheight_m = 16\nmass_kg = 55\n".to_owned(), ["height_m", "0.2 to 3"]),
        ("name = \"mine\"\nheight_m = nan\nmass_kg = 55\n".to_owned(), ["height_m", "NaN"]),
        ("name = \"a/b\"\nheight_m = 1.6\nmass_kg = 55\n".to_owned(), ["name", "a/b"]),
        (format!("{least}hand_joints = 1000\n"), ["hand_joints", "1000"]),
        (format!("{least}[lengths]\nthigh = 7.0\n"), ["thigh", "7"]),
        (format!("{least}[lengths]\nthig = 0.4\n"), ["thig", "thigh"]),
        (format!("{least}[ranges_deg]\nkne = [0, 90]\n"), ["kne", "knee"]),
        (format!("{least}[ranges_deg]\nknee = [90, 0]\n"), ["ranges_deg.knee", "90"]),
        (format!("{least}[torques]\nknee = -1\n"), ["torques.knee", "-1"]),
        (format!("{least}[joints]\nhip = [\"knee\"]\n"), ["joints.hip", "knee"]),
        (format!("{least}[joints]\nhip = []\n"), ["joints.hip", "1 or more"]),
        (format!("{least}[joints]\nneck = [\"neck_yaw\", \"neck_yaw\"]\n"), ["joints.neck", "different"]),
    ] {
        let e = error(&text);
        assert!(words.iter().all(|w| e.contains(w)), "{text}\n{e}");
    }
}
