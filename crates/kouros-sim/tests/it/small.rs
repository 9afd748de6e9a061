//! A robot of the least a humanoid needs: two legs of three joints, two arms of three, a waist.

use kouros_motion::Report;
use kouros_robot::{LoadOptions, Robot, RobotSettings};
use kouros_sim::{Task, World};
use std::sync::Arc;

const SETTINGS: &str = r#"
name = "small"
[joints."*"]
kp = 60.0
kd = 3.0
effort = 60.0
armature = 0.01
[pose.bent]
"*_hip" = -0.2
"*_knee" = 0.4
"*_ankle" = -0.2
"#;

fn leg(side: &str, y: f64) -> String {
    format!(
        "<body name='{side}_thigh' pos='0 {y} 0'><joint name='{side}_hip' axis='0 1 0' range='-2 2'/>\
         <geom type='capsule' fromto='0 0 0 0 0 -.3' size='.04' mass='2'/>\
         <body name='{side}_shank' pos='0 0 -.3'><joint name='{side}_knee' axis='0 1 0' range='0 2.4'/>\
         <geom type='capsule' fromto='0 0 0 0 0 -.3' size='.03' mass='1.5'/>\
         <body name='{side}_foot' pos='0 0 -.3'><joint name='{side}_ankle' axis='0 1 0' range='-1 1'/>\
         <geom type='box' pos='.04 0 -.03' size='.1 .04 .015' mass='.5'/></body></body></body>"
    )
}

fn arm(side: &str, y: f64) -> String {
    format!(
        "<body name='{side}_upper' pos='0 {y} .35'><joint name='{side}_swing' axis='0 1 0' range='-2 2'/>\
         <geom type='capsule' fromto='0 0 0 0 0 -.2' size='.03' mass='.8'/>\
         <body name='{side}_fore' pos='0 0 -.2'><joint name='{side}_elbow' axis='0 1 0' range='-2 0'/>\
         <geom type='capsule' fromto='0 0 0 0 0 -.2' size='.025' mass='.5'/>\
         <body name='{side}_hand' pos='0 0 -.2'><joint name='{side}_wrist' axis='0 0 1' range='-1 1'/>\
         <geom type='sphere' size='.03' mass='.2'/></body></body></body>"
    )
}

/// The robot.
pub fn robot() -> Robot {
    let model = format!(
        "<mujoco><compiler angle='radian'/><worldbody><body name='pelvis' pos='0 0 .65'><freejoint/><geom type='box' size='.08 .1 .06' mass='5'/>{}{}\
         <body name='chest' pos='0 0 .1'><joint name='waist' axis='0 0 1' range='-1 1'/>\
         <geom type='box' pos='0 0 .2' size='.08 .12 .15' mass='8'/>{}{}</body></body></worldbody></mujoco>",
        leg("left", 0.1),
        leg("right", -0.1),
        arm("left", 0.18),
        arm("right", -0.18)
    );
    let settings = RobotSettings::parse("small.toml", SETTINGS).expect("settings");
    let folder = std::env::temp_dir().join(format!("kouros-sim-{}-{:?}", std::process::id(), std::thread::current().id()));
    std::fs::create_dir_all(&folder).expect("folder");
    let path = folder.join("small.xml");
    std::fs::write(&path, model).expect("write");
    let robot = Robot::load(&path, &settings, LoadOptions::default(), &mut Report::new()).expect("robot");
    std::fs::remove_dir_all(&folder).expect("remove");
    robot
}

/// The walking task for it.
pub fn task() -> Task {
    let mut task = Task::walk().expect("walk");
    task.control.start_pose = "bent".into();
    task
}

/// The world of both.
pub fn world() -> Arc<World> {
    Arc::new(World::new(&robot(), &task()).expect("world"))
}
