//! Numbers that say how good a robot's motion is, for a report to show.
//!
//! Lives here: feet, limits, speed, smoothness, forces, and the gait diagram's data. Does not:
//! whether a motion is good enough (the checks of `kouros`), fidelity to a person
//! (`kouros-retarget`). Definitions follow the common judge of retargeted motion where it has one;
//! the numbers are in the units people say them in, and each name ends in its unit.

use crate::Result;

use crate::labels::Labels;
use crate::ordered::Ordered;
use crate::percentile::{median, quantile};
use crate::spans::spans_of;
use crate::terrain::Terrain;
use kouros_motion::{FootContacts, LEFT, RIGHT, SolePart, Trajectory, Vec3};
use kouros_robot::{Kinematics, Robot, SceneTrack};
use serde::{Deserialize, Serialize};

/// A sole point this near to the floor touches it [m].
const TOUCH: f64 = 0.01;
/// A foot in contact slips where it moves faster than 1 cm in 1/30 s [m/s].
const SLIP: f64 = 0.3;

/// How good a motion is without its forces. Where nothing could be measured (no contact, no
/// limited joint, too few ticks) a number is `None`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Quality {
    /// Length of the clip [s].
    pub seconds: f64,
    /// Mean horizontal speed of the sole points that touch (within 1 cm of z = 0, now and a tick
    /// before) on feet in contact [cm/s].
    pub slide_mean_cm_s: Option<f64>,
    /// 95th percentile of the same [cm/s].
    pub slide_p95_cm_s: Option<f64>,
    /// Share of those samples faster than 30 cm/s [%].
    pub slip_percent: Option<f64>,
    /// Deepest sole point below z = 0 [cm].
    pub penetration_max_cm: f64,
    /// Share of ticks with a sole point more than 1 cm below z = 0 [%].
    pub penetration_percent: f64,
    /// Deepest point of any other part below z = 0 [cm].
    pub body_penetration_max_cm: f64,
    /// Mean height of the lowest point of soles in contact [cm].
    pub float_mean_cm: Option<f64>,
    /// Share of contact ticks in which the sole's lowest point is more than 1 cm up [%].
    pub float_percent: Option<f64>,
    /// Least distance of a limited joint to its nearer limit, negative beyond [rad].
    pub limit_margin_rad: Option<f64>,
    /// The joint of that margin.
    pub limit_joint: Option<String>,
    /// Share of ticks with a joint more than 1 mrad beyond its range [%].
    pub beyond_limit_percent: f64,
    /// Largest joint speed [rad/s].
    pub joint_speed_max_rad_s: f64,
    /// The joint of that speed.
    pub fastest_joint: Option<String>,
    /// 99.9th percentile of all joint speeds [rad/s].
    pub joint_speed_p999_rad_s: Option<f64>,
    /// Share of ticks with a joint faster than its own limit, where that is known [%].
    pub over_speed_percent: f64,
    /// Mean absolute jerk of all joints, by third differences [rad/s³].
    pub joint_jerk_mean_rad_s3: Option<f64>,
    /// 99th percentile of the same [rad/s³].
    pub joint_jerk_p99_rad_s3: Option<f64>,
    /// Mean absolute jerk of the base's coordinates [m/s³].
    pub root_jerk_mean_m_s3: Option<f64>,
    /// Share of time with both feet, with one foot, with no foot down [%].
    pub support_percent: [f64; 3],
    /// The gait diagram: when each part of the soles is down.
    pub gait: Vec<GaitRow>,
}

/// One row of a gait diagram.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GaitRow {
    /// `left_heel`, `left_toe`, `right_heel`, `right_toe`.
    pub part: String,
    /// Beginnings and ends of its contacts [s].
    pub down: Vec<[f64; 2]>,
}

/// Measures a trajectory with the contacts of its feet, on a floor at z = 0 or in `scene`: heights
/// are over what lies below a point, depths into whatever is nearest.
///
/// # Errors
/// The trajectory is empty, not finite, or not of this robot; contacts of another length or rate.
pub fn quality(robot: &Robot, trajectory: &Trajectory, scene: Option<&SceneTrack>, contacts: &FootContacts) -> Result<Quality> {
    let motion = Ordered::new(robot, trajectory)?;
    motion.check_contacts(contacts)?;
    let feet = measure_feet(&motion, Terrain::new(scene), contacts);
    let ticks = motion.ticks();
    let percent = |count: usize, of: usize| (of > 0).then(|| 100.0 * count as f64 / of as f64);
    let cm = |values: &[f64]| mean(values).map(|v| 100.0 * v);
    let (limit_margin_rad, limit_joint, beyond) = measure_limits(&motion);
    let speeds: Vec<f64> = differences(&motion.joint_pos, robot.dof(), 1, motion.rate_hz);
    let fastest = (0..speeds.len()).max_by(|&a, &b| speeds[a].total_cmp(&speeds[b]));
    let too_fast = |row: &[f64]| row.iter().zip(&robot.joints).any(|(v, j)| j.velocity_limit.is_some_and(|limit| *v > limit));
    let over_speed = speeds.chunks(robot.dof().max(1)).filter(|row| too_fast(row)).count();
    let jerk = differences(&motion.joint_pos, robot.dof(), 3, motion.rate_hz);
    let places: Vec<f64> = motion.base.iter().flat_map(|p| [p.translation.x, p.translation.y, p.translation.z]).collect();
    let support = |n: usize| (0..ticks).filter(|&t| [LEFT, RIGHT].iter().filter(|s| contacts.foot(t, **s)).count() == n).count();
    Ok(Quality {
        seconds: ticks as f64 / motion.rate_hz,
        slide_mean_cm_s: cm(&feet.slide),
        slide_p95_cm_s: quantile(&feet.slide, 0.95).map(|v| 100.0 * v),
        slip_percent: percent(feet.slide.iter().filter(|v| **v > SLIP).count(), feet.slide.len()),
        penetration_max_cm: 100.0 * feet.sole_depth.iter().copied().fold(0.0, f64::max),
        penetration_percent: percent(feet.sole_depth.iter().filter(|d| **d > TOUCH).count(), ticks).unwrap_or(0.0),
        body_penetration_max_cm: 100.0 * feet.body_depth,
        float_mean_cm: cm(&feet.stance_height),
        float_percent: percent(feet.stance_height.iter().filter(|h| **h > TOUCH).count(), feet.stance_height.len()),
        limit_margin_rad,
        limit_joint,
        beyond_limit_percent: percent(beyond, ticks).unwrap_or(0.0),
        joint_speed_max_rad_s: fastest.map_or(0.0, |i| speeds[i]),
        fastest_joint: fastest.map(|i| robot.joints[i % robot.dof()].name.clone()),
        joint_speed_p999_rad_s: quantile(&speeds, 0.999),
        over_speed_percent: percent(over_speed, ticks.saturating_sub(1)).unwrap_or(0.0),
        joint_jerk_mean_rad_s3: mean(&jerk),
        joint_jerk_p99_rad_s3: quantile(&jerk, 0.99),
        root_jerk_mean_m_s3: mean(&differences(&places, 3, 3, motion.rate_hz)),
        support_percent: [2, 1, 0].map(|n| percent(support(n), ticks).unwrap_or(0.0)),
        gait: gait(contacts),
    })
}

/// How far a motion's forces are from what the robot can do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ForceQuality {
    /// Share of ticks whose forces feet on the ground explain [%].
    pub explained_percent: f64,
    /// Median of the unexplained force over the weight [%].
    pub residual_median_percent: Option<f64>,
    /// 95th percentile of the same [%].
    pub residual_p95_percent: Option<f64>,
    /// Share of explained ticks with a joint torque beyond its limit, where that is known [%].
    pub over_effort_percent: Option<f64>,
    /// 99th percentile, over explained ticks, of the largest torque over its limit [1].
    pub effort_share_p99: Option<f64>,
    /// Median margin of the capture point to the support polygon [cm].
    pub capture_margin_median_cm: Option<f64>,
    /// 5th percentile of the same [cm].
    pub capture_margin_p05_cm: Option<f64>,
    /// Share of ticks with contact whose capture point is inside the support polygon [%].
    pub balanced_percent: Option<f64>,
}

/// Sums up the forces of labels; `labels` are of `robot`, in any joint order.
pub fn force_quality(robot: &Robot, labels: &Labels) -> ForceQuality {
    let limit = |name: &String| robot.joints.iter().find(|j| j.name == *name).and_then(|j| j.effort_limit);
    let limits: Vec<Option<f64>> = labels.joint_names.iter().map(limit).collect();
    let n = limits.len().max(1);
    let shares: Vec<f64> = labels
        .effort
        .chunks(n)
        .enumerate()
        .filter(|(t, _)| labels.is_valid(*t, "effort"))
        .map(|(_, row)| row.iter().zip(&limits).filter_map(|(v, l)| l.map(|l| v.abs() / l)).fold(0.0, f64::max))
        .collect();
    let margins: Vec<f64> = (0..labels.ticks())
        .filter(|t| labels.is_valid(*t, "capture_margin"))
        .filter_map(|t| labels.balance.get(3 * t + 2).copied())
        .collect();
    let percent = |count: usize, of: usize| (of > 0).then(|| 100.0 * count as f64 / of as f64);
    ForceQuality {
        explained_percent: percent(shares.len(), labels.ticks()).unwrap_or(0.0),
        residual_median_percent: median(&labels.residual_share).map(|v| 100.0 * v),
        residual_p95_percent: quantile(&labels.residual_share, 0.95).map(|v| 100.0 * v),
        over_effort_percent: percent(shares.iter().filter(|s| **s > 1.0).count(), shares.len()),
        effort_share_p99: quantile(&shares, 0.99),
        capture_margin_median_cm: median(&margins).map(|v| 100.0 * v),
        capture_margin_p05_cm: quantile(&margins, 0.05).map(|v| 100.0 * v),
        balanced_percent: percent(margins.iter().filter(|m| **m > 0.0).count(), margins.len()),
    }
}

struct Feet {
    /// Speeds of touching points of feet in contact [m/s].
    slide: Vec<f64>,
    /// Per tick, depth of the deepest sole point [m].
    sole_depth: Vec<f64>,
    /// Depth of the deepest other point [m].
    body_depth: f64,
    /// Per foot and tick in contact, height of the sole's lowest point [m].
    stance_height: Vec<f64>,
}

fn measure_feet(motion: &Ordered<'_>, terrain: Terrain<'_>, contacts: &FootContacts) -> Feet {
    let robot = motion.robot;
    let soles = &robot.profile.soles;
    let on_foot = |b: usize| soles.iter().any(|s| robot.bodies[b].chain == robot.bodies[s.body].chain);
    let others: Vec<_> = robot.shapes.iter().filter(|s| !on_foot(s.body)).collect();
    let mut at = Kinematics::new(robot);
    let mut last: [Vec<Vec3>; 2] = [Vec::new(), Vec::new()];
    let mut feet = Feet { slide: Vec::new(), sole_depth: Vec::new(), body_depth: 0.0, stance_height: Vec::new() };
    for tick in 0..motion.ticks() {
        motion.place(&mut at, tick);
        let mut deepest: f64 = 0.0;
        for side in [LEFT, RIGHT] {
            let sole = &soles[side];
            // Heights are over what lies below each point.
            let over = |b: &kouros_robot::Ball| {
                let p = at.point(sole.body, &b.center);
                deepest = deepest.max(-terrain.gap(tick, &p, b.radius, 0.0));
                let under = p - Vec3::z() * b.radius;
                Vec3::new(under.x, under.y, under.z - terrain.height(tick, &under))
            };
            let points: Vec<Vec3> = sole.balls.iter().map(over).collect();
            if contacts.foot(tick, side) {
                let low = points.iter().map(|p| p.z).fold(f64::INFINITY, f64::min);
                feet.stance_height.push(low);
                let touching = points.iter().zip(&last[side]).filter(|(p, q)| p.z < TOUCH && q.z < TOUCH);
                feet.slide.extend(touching.map(|(p, q)| (p.xy() - q.xy()).norm() * motion.rate_hz));
            }
            last[side] = points;
        }
        feet.sole_depth.push(deepest);
        for shape in &others {
            for ball in &shape.balls {
                feet.body_depth = feet.body_depth.max(-terrain.gap(tick, &at.point(shape.body, &ball.center), ball.radius, 0.0));
            }
        }
    }
    feet
}

/// The least margin to a limit, whose joint it is, and the ticks beyond.
fn measure_limits(motion: &Ordered<'_>) -> (Option<f64>, Option<String>, usize) {
    /// Rounding of files in single precision and a safe step more [rad].
    const BEYOND: f64 = -1e-3;
    let robot = motion.robot;
    let (mut least, mut whose, mut beyond) = (f64::INFINITY, None, 0);
    for tick in 0..motion.ticks() {
        let mut here = f64::INFINITY;
        for (j, (q, joint)) in motion.joints_at(tick).iter().zip(&robot.joints).enumerate() {
            if let Some([low, high]) = joint.range {
                let margin = (q - low).min(high - q);
                here = here.min(margin);
                if margin < least {
                    (least, whose) = (margin, Some(j));
                }
            }
        }
        beyond += usize::from(here < BEYOND);
    }
    (whose.map(|_| least), whose.map(|j| robot.joints[j].name.clone()), beyond)
}

/// Absolute differences of order `order` of `values` (T x n), per second to that power.
fn differences(values: &[f64], n: usize, order: usize, rate_hz: f64) -> Vec<f64> {
    let mut now = values.to_vec();
    for _ in 0..order {
        now = if now.len() > n { now.iter().zip(&now[n..]).map(|(a, b)| (b - a) * rate_hz).collect() } else { Vec::new() };
    }
    now.iter_mut().for_each(|v| *v = v.abs());
    now
}

fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

fn gait(contacts: &FootContacts) -> Vec<GaitRow> {
    let row = |(part, name): (usize, SolePart)| {
        let on: Vec<bool> = contacts.down.iter().map(|d| d[part]).collect();
        let seconds = |t: usize| t as f64 / contacts.rate_hz;
        GaitRow {
            part: name.name().into(),
            down: spans_of(&on, true).iter().map(|s| [seconds(s.start), seconds(s.end)]).collect(),
        }
    };
    SolePart::ALL.into_iter().enumerate().map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_by_hand() {
        assert_eq!(differences(&[0.0, 1.0, 8.0, 27.0, 64.0], 1, 3, 1.0), [6.0, 6.0]);
        assert_eq!(differences(&[1.0, 5.0, 0.0, 6.0], 2, 1, 10.0), [10.0, 10.0]);
        assert!(differences(&[1.0], 1, 3, 1.0).is_empty());
    }

    #[test]
    fn a_gait_row_by_hand() {
        let down = [0, 1, 1, 0, 1].map(|v| [v == 1, false, false, false]).to_vec();
        let rows = gait(&FootContacts { rate_hz: 10.0, down });
        assert_eq!(rows[0].down, [[0.1, 0.3], [0.4, 0.5]]);
        assert!(rows[1].down.is_empty() && rows[3].part == "right_toe");
    }
}
