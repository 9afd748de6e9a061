//! A trajectory as a table without a head: the layout of Unitree's retargeted LAFAN1 set.

use kouros_motion::Trajectory;
use std::fmt::Write;

/// One line per tick: base x, y, z [m], base quaternion x, y, z, w, then the joints in the
/// trajectory's order [rad], separated by commas, six decimals. A G1 of 29 joints has 36 columns,
/// which gave the layout its name. The layout knows neither names nor rate: they are the reader's
/// to know.
pub fn trajectory_csv(trajectory: &Trajectory) -> String {
    let (ticks, joints) = (trajectory.ticks(), trajectory.joints());
    let mut out = String::with_capacity(ticks * (7 + joints) * 10);
    for (tick, [w, x, y, z]) in trajectory.base_quaternions_wxyz().into_iter().enumerate() {
        let place = trajectory.base[tick].translation.vector;
        let numbers = place.iter().copied().chain([x, y, z, w]).chain(trajectory.joints_at(tick).iter().copied());
        for (i, number) in numbers.enumerate() {
            // Writing into a String cannot fail.
            let _ = write!(out, "{}{number:.6}", if i == 0 { "" } else { "," });
        }
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use kouros_motion::{Pose, Vec3};

    #[test]
    fn a_quarter_turn_by_hand() {
        let half = std::f64::consts::FRAC_PI_2;
        let trajectory = Trajectory {
            robot: "r".into(),
            joint_names: vec!["a".into(), "b".into()],
            rate_hz: 30.0,
            base: vec![Pose::new(Vec3::new(1.0, -2.0, 0.75), Vec3::z() * half), Pose::identity()],
            joint_pos: vec![0.5, -0.25, 1e-7, 3.0],
        };
        assert_eq!(
            trajectory_csv(&trajectory),
            "1.000000,-2.000000,0.750000,0.000000,0.000000,0.707107,0.707107,0.500000,-0.250000\n\
             0.000000,0.000000,0.000000,0.000000,0.000000,0.000000,1.000000,0.000000,3.000000\n"
        );
    }
}
