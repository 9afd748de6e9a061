//! Real clips of the G1 where they are present.

use crate::robot::g1;
use kouros_label::{LabelOptions, label};
use kouros_motion::{Pose, Rot, Trajectory, Vec3};
use kouros_robot::Robot;

/// A published retargeting of a LAFAN1 clip (x y z, quaternion x y z w, 29 joints, 30 Hz) with its
/// joints in the model's order; `None` and a message where the folder is absent.
pub fn lafan(robot: &Robot, clip: &str) -> Option<Trajectory> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/mocap/lafan1_pairs_noncommercial");
    let path = format!("{folder}/{clip}.g1_unitree.csv");
    let Ok(text) = std::fs::read_to_string(&path) else {
        eprintln!("skipped: no {path}");
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

#[test]
fn real_clips_are_labelled_throughout() {
    let robot = g1();
    for clip in ["walk", "run"] {
        let Some(at_30) = lafan(&robot, clip) else { return };
        let trajectory = at_30.resampled(50.0).expect("rate");
        let start = std::time::Instant::now();
        let labels = label(&robot, &trajectory, None, &LabelOptions::default()).expect("labels");
        let each = start.elapsed().as_secs_f64() / trajectory.ticks() as f64;
        for f in labels.features() {
            assert_eq!(f.values.len(), trajectory.ticks() * f.names.len(), "{}", f.name);
            assert!(f.values.iter().all(|v| v.is_finite()), "{}", f.name);
        }
        let share = |name: &str| (0..labels.ticks()).filter(|&t| labels.is_valid(t, name)).count() as f64 / labels.ticks() as f64;
        println!("{clip}: {:.0} us a tick", each * 1e6);
        for name in kouros_label::VALID {
            println!("  {name} {:.3}", share(name));
        }
        let mut rs = labels.residual_share.clone();
        rs.sort_by(f64::total_cmp);
        println!(
            "  residual share median {:.4} p90 {:.3}; contact {:?}",
            rs[rs.len() / 2],
            rs[rs.len() * 9 / 10],
            (0..4)
                .map(|p| labels.contacts.down.iter().filter(|d| d[p]).count() as f64 / labels.ticks() as f64)
                .collect::<Vec<_>>()
        );
        let fz: f64 = labels.foot_wrench.chunks(12).map(|w| w[2] + w[8]).sum::<f64>() / labels.ticks() as f64;
        println!("  mean Fz / weight {:.3}", fz / (robot.mass() * 9.81));
        let mut eff: Vec<f64> = Vec::new();
        let mut over = 0;
        for (t, row) in labels.effort.chunks(robot.dof()).enumerate() { if labels.is_valid(t, "effort") { let r = row.iter().zip(&robot.joints).map(|(v, j)| v.abs() / j.effort_limit.unwrap_or(1e9)).fold(0.0, f64::max); eff.push(r); over += usize::from(r > 1.0); } }
        eff.sort_by(f64::total_cmp);
        println!("  effort/limit worst joint: median {:.2} p90 {:.2} p99 {:.2} max {:.2}; over {over} of {}", eff[eff.len()/2], eff[eff.len()*9/10], eff[eff.len()*99/100], eff[eff.len()-1], eff.len());
        let tr: Vec<f64> = labels.residual.chunks(6).enumerate().map(|(t, r)| { let _ = t; Vec3::new(r[3], r[4], r[5]).norm() }).collect();
        let mut s2 = tr.clone(); s2.sort_by(f64::total_cmp);
        println!("  residual torque median {:.2} p90 {:.2} p99 {:.2}", s2[s2.len()/2], s2[s2.len()*9/10], s2[s2.len()*99/100]);
        for t in 0..labels.ticks() { let row = &labels.effort[t*29..t*29+29]; if row.iter().any(|v| v.abs() > 200.0) { println!("  t {t} eff {:?} wrench {:?} res {:?} fc {:?}", row[..6].iter().map(|v| v.round()).collect::<Vec<_>>(), labels.foot_wrench[t*12..t*12+12].iter().map(|v| v.round()).collect::<Vec<_>>(), labels.residual[t*6..t*6+6].iter().map(|v| v.round()).collect::<Vec<_>>(), labels.contacts.down[t]); } }
        let mut worst = vec![0.0f64; robot.dof()];
        for row in labels.effort.chunks(robot.dof()) {
            for (w, v) in worst.iter_mut().zip(row) {
                *w = w.max(v.abs());
            }
        }
        println!("  max effort {:?}", worst.iter().map(|v| v.round()).collect::<Vec<_>>());
    }
}
