//! Numbers that a motion is judged by, from its configurations alone.

use crate::Clip;
use kouros_motion::{LEFT, RIGHT, Trajectory, Vec3};
use kouros_robot::{Kinematics, Robot};

/// A point of the sole nearer to the floor than this touches it [m].
const TOUCH: f64 = 0.01;

/// What a motion is judged by.
#[derive(Debug)]
pub struct Judged {
    /// Mean horizontal speed of touching sole points while the human's foot stands [m/s].
    pub slide: f64,
    /// Share of standing ticks with no sole point near the floor.
    pub lifted: f64,
    /// Deepest sole point below the floor [m].
    pub sunk: f64,
    /// Deepest other point of the body below the floor [m].
    pub body_sunk: f64,
    /// Furthest that a standing toe or heel is from where it came down, before it goes [m].
    pub drift: f64,
    /// Share of ticks with limbs deeper than 1 cm in each other.
    pub self_penetration: f64,
    /// Largest joint speed [rad/s].
    pub speed: f64,
    /// Furthest beyond a joint's limit [rad].
    pub beyond_limit: f64,
}

impl Judged {
    pub fn new(robot: &Robot, clip: &Clip, motion: &Trajectory) -> Self {
        let rate = motion.rate_hz;
        let mut at = Kinematics::new(robot);
        let mut data = robot.model().make_data();
        let (mut slide, mut touching, mut standing, mut lifted, mut colliding) = (0.0, 0.0, 0.0, 0.0, 0.0);
        let (mut sunk, mut body_sunk, mut drift) = (0.0_f64, 0.0_f64, 0.0_f64);
        let mut before: [Vec<Vec3>; 2] = Default::default();
        let mut anchors: [Option<Vec3>; 4] = [None; 4];
        for t in 0..motion.ticks() {
            at.update(robot, &motion.base[t], motion.joints_at(t));
            for side in [LEFT, RIGHT] {
                let sole = &robot.profile.soles[side];
                let p: Vec<Vec3> = sole.balls.iter().map(|b| at.point(sole.body, &b.center)).collect();
                let h: Vec<f64> = p.iter().zip(&sole.balls).map(|(p, b)| p.z - b.radius).collect();
                let low = h.iter().copied().fold(f64::INFINITY, f64::min);
                sunk = sunk.max(-low);
                let down = [clip.contacts.down[t][2 * side], clip.contacts.down[t][2 * side + 1]];
                if down[0] || down[1] {
                    standing += 1.0;
                    lifted += f64::from(u8::from(low > TOUCH));
                    for (i, q) in before[side].iter().enumerate() {
                        if h[i] < TOUCH && q.z - sole.balls[i].radius < TOUCH {
                            slide += (p[i] - q).xy().norm() * rate;
                            touching += 1.0;
                        }
                    }
                }
                // Where the whole foot stands its parts have an anchor until one of them leaves.
                for (part, group) in [&sole.heel, &sole.toe].into_iter().enumerate() {
                    let middle = group.iter().map(|&i| p[i]).sum::<Vec3>() / group.len() as f64;
                    let anchor = &mut anchors[2 * side + part];
                    *anchor = if down[0] && down[1] { Some(anchor.unwrap_or(middle)) } else { None };
                    if let Some(a) = anchor {
                        drift = drift.max((middle - *a).xy().norm());
                    }
                }
                before[side] = p;
            }
            let soles = robot.profile.soles.each_ref().map(|s| s.body);
            for shape in robot.shapes.iter().filter(|s| !soles.contains(&s.body)) {
                for ball in &shape.balls {
                    body_sunk = body_sunk.max(ball.radius - at.point(shape.body, &ball.center).z);
                }
            }
            let r = motion.base[t].rotation;
            let p = motion.base[t].translation;
            let qpos = data.qpos_mut();
            qpos[..7].copy_from_slice(&[p.x, p.y, p.z, r.w, r.i, r.j, r.k]);
            qpos[7..].copy_from_slice(motion.joints_at(t));
            data.fwd_position();
            colliding += f64::from(u8::from(data.contact().iter().any(|c| c.dist < -0.01)));
        }
        let speed = motion.joint_pos.windows(motion.joints() + 1).map(|w| (w[motion.joints()] - w[0]).abs() * rate);
        let beyond = motion
            .joint_pos
            .chunks_exact(motion.joints())
            .flat_map(|q| q.iter().zip(&robot.joints).filter_map(|(q, j)| j.range.map(|[low, high]| (low - q).max(q - high))));
        let ticks = motion.ticks() as f64;
        Self {
            slide: slide / f64::max(touching, 1.0),
            lifted: lifted / f64::max(standing, 1.0),
            sunk,
            body_sunk,
            drift,
            self_penetration: colliding / ticks,
            speed: speed.fold(0.0, f64::max),
            beyond_limit: beyond.fold(f64::NEG_INFINITY, f64::max),
        }
    }
}
