//! Real clips of the G1 where they are present.

use crate::robot::g1;
use kouros_label::{LabelOptions, Quality, SegmentOptions, VALID, force_quality, label, quality, segments, task_text};
use kouros_motion::{Pose, Rot, Trajectory, Vec3};
use kouros_robot::Robot;

/// A published retargeting of a LAFAN1 clip (x y z, quaternion x y z w, 29 joints, 30 Hz) with its
/// joints in the model's order; `None` and a message where the folder is absent.
pub fn lafan(robot: &Robot, clip: &str) -> Option<Trajectory> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/mocap/lafan1_pairs_noncommercial");
    let path = format!("{folder}/{clip}.g1_unitree.csv");
    let Ok(text) = std::fs::read_to_string(&path) else {
        #[allow(clippy::print_stderr)]
        {
            eprintln!("skipped: no {path}");
        }
        return None;
    };
    let (mut base, mut joint_pos) = (Vec::new(), Vec::new());
    for line in text.lines() {
        let v: Vec<f64> = line.split(',').map(|n| n.trim().parse().expect("a number")).collect();
        let rotation = Rot::from_quaternion(nalgebra::Quaternion::new(v[6], v[3], v[4], v[5]));
        base.push(Pose::from_parts(Vec3::new(v[0], v[1], v[2]).into(), rotation));
        joint_pos.extend(&v[7..36]);
    }
    Some(Trajectory { robot: robot.name.clone(), joint_names: robot.joint_names(), rate_hz: 30.0, base, joint_pos })
}

/// Both clips at the rate of a dataset.
fn at_50_hz(robot: &Robot) -> Vec<(&'static str, Trajectory)> {
    let clips = ["walk", "run"].into_iter();
    clips.filter_map(|clip| Some((clip, lafan(robot, clip)?.resampled(50.0).expect("rate")))).collect()
}

#[test]
fn a_walk_is_physically_plain() {
    let robot = g1();
    for (clip, trajectory) in at_50_hz(&robot) {
        let labels = label(&robot, &trajectory, None, None, &LabelOptions::default()).expect("labels");
        for f in labels.features() {
            assert_eq!(f.values.len(), trajectory.ticks() * f.names.len(), "{}", f.name);
            assert!(f.values.iter().all(|v| v.is_finite()), "{}", f.name);
        }
        let numbers = force_quality(&robot, &labels);
        let forces: f64 = labels.foot_wrench.chunks(12).map(|w| w[2] + w[8]).sum();
        let load = forces / labels.ticks() as f64 / (robot.mass() * 9.81);
        let (found, _) = segments(&robot, &trajectory, &labels.contacts, &SegmentOptions::default()).expect("segments");
        assert!(found.first().is_some_and(|s| s.start == 0) && found.last().is_some_and(|s| s.end == trajectory.ticks()));
        assert!(found.windows(2).all(|w| w[0].end == w[1].start && w[0].label != w[1].label));
        let share = |name: &str| {
            found.iter().filter(|s| s.label.starts_with(name)).map(|s| s.end - s.start).sum::<usize>() as f64
                / trajectory.ticks() as f64
        };
        let measured = quality(&robot, &trajectory, None, &labels.contacts).expect("quality");
        if clip == "walk" {
            // Over a minute of walking the feet carry the weight, motors suffice, and there is no flight.
            assert!((load - 1.0).abs() < 0.01, "{load}");
            assert!(numbers.explained_percent > 85.0 && numbers.effort_share_p99 < Some(1.0), "{numbers:?}");
            assert!(share("walk") > 0.5, "{found:?}");
        } else {
            assert!(share("run") > 0.3, "{found:?}");
            assert!(measured.support_percent[2] > 10.0);
        }
    }
}

#[test]
#[ignore = "prints measurements"]
#[allow(clippy::print_stdout)]
fn measure() {
    let robot = g1();
    for (clip, trajectory) in at_50_hz(&robot) {
        let start = std::time::Instant::now();
        let labels = label(&robot, &trajectory, None, None, &LabelOptions::default()).expect("labels");
        println!("{clip}: {:.0} us a tick", start.elapsed().as_secs_f64() / trajectory.ticks() as f64 * 1e6);
        for name in VALID {
            let known = (0..labels.ticks()).filter(|&t| labels.is_valid(t, name)).count();
            println!("  {name} known in {:.1} %", 100.0 * known as f64 / labels.ticks() as f64);
        }
        println!("  {:?}", force_quality(&robot, &labels));
        let start = std::time::Instant::now();
        let numbers = quality(&robot, &trajectory, None, &labels.contacts).expect("quality");
        println!(
            "  {:?}, {:.0} us a tick",
            Quality { gait: vec![], ..numbers },
            start.elapsed().as_secs_f64() / trajectory.ticks() as f64 * 1e6
        );
        let (found, kind) = segments(&robot, &trajectory, &labels.contacts, &SegmentOptions::default()).expect("segments");
        println!("  {kind:?}: {}", task_text(&found));
        println!("  {:?}", found.iter().map(|s| (s.start, s.end, s.label.as_str())).collect::<Vec<_>>());
        for reach in [0.02, 0.04, 0.06, 0.08, 0.1, 0.12] {
            let labels =
                label(&robot, &trajectory, None, None, &LabelOptions { derivative_reach: reach, ..LabelOptions::default() })
                    .expect("labels");
            println!("  reach {reach}: {:?}", force_quality(&robot, &labels));
        }
    }
}
