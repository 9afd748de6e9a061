//! The G1's profile, derived, against what its names say.

use crate::g1;
use kouros_motion::{LEFT, RIGHT};

#[test]
fn the_g1_is_recognised_without_a_table() {
    let robot = g1();
    let p = &robot.profile;
    let body = |b: usize| robot.bodies[b].name.as_str();
    assert_eq!(body(p.pelvis), "pelvis");
    assert_eq!(body(p.trunk), "torso_link");
    assert_eq!(
        p.waist.iter().map(|&j| robot.joints[j].name.as_str()).collect::<Vec<_>>(),
        ["waist_yaw_joint", "waist_roll_joint", "waist_pitch_joint"]
    );
    for (side, name) in [(LEFT, "left"), (RIGHT, "right")] {
        let (leg, arm) = (&p.legs[side], &p.arms[side]);
        let named = |part: &str| format!("{name}_{part}");
        assert_eq!(body(leg.upper.body), named("hip_roll_link"));
        assert_eq!(body(leg.middle.body), named("knee_link"));
        assert_eq!(body(leg.lower.body), named("ankle_roll_link"));
        assert_eq!(body(leg.end), named("ankle_roll_link"));
        assert_eq!(leg.joints.len(), 6);
        assert_eq!(body(arm.upper.body), named("shoulder_roll_link"));
        assert_eq!(body(arm.middle.body), named("elbow_link"));
        assert_eq!(body(arm.lower.body), named("wrist_yaw_link"));
        assert_eq!(arm.joints.len(), 7);
        let sole = &p.soles[side];
        assert!(sole.balls.len() >= 8 && !sole.heel.is_empty() && !sole.toe.is_empty());
        // g1.xml: capsules from x -0.054 to 0.132, radius 1 cm, 2.5 cm below the ankle.
        let (heel, toe) = (sole.middle(&sole.heel), sole.middle(&sole.toe));
        assert!(heel.x < -0.04 && toe.x > 0.12 && (toe.z + 0.035).abs() < 1e-6, "{heel} {toe}");
    }
    assert!((p.forward.x - 1.0).abs() < 1e-12);
    // Hip roll to knee to ankle in g1.xml: 0.301 + 0.318 m.
    assert!((p.leg_length(&robot) - 0.62).abs() < 0.02, "{}", p.leg_length(&robot));
    assert!((p.standing_height(&robot) - 0.793).abs() < 0.01, "{}", p.standing_height(&robot));
    assert!((robot.mass() - 33.34).abs() < 1.0, "{}", robot.mass());
}

#[test]
fn speed_limits_come_from_the_settings() {
    let robot = g1();
    let knee = &robot.joints[robot.joint("left_knee_joint").expect("knee")];
    assert_eq!(knee.velocity_limit, Some(20.0));
    let wrist = &robot.joints[robot.joint("right_wrist_yaw_joint").expect("wrist")];
    assert_eq!(wrist.velocity_limit, Some(22.0));
}

#[test]
fn a_slip_in_a_name_lists_what_exists() {
    let message = g1().body("pelvsi").expect_err("no such body").to_string();
    assert!(message.contains("no body 'pelvsi'") && message.ends_with("nearest: pelvis"), "{message}");
}
