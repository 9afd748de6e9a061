//! A posture that meets goals: feet here, hands there, the centre of mass over the feet.
//!
//! Lives here: the goals and the search, by damped least squares (Levenberg 1944, Marquardt 1963) with
//! joints kept within their ranges. Does not: which goals a place sets (`judge.rs`), forces
//! (`statics.rs`). The robot faces +x; the floor is z = 0.

use crate::body::Body;
use kouros_motion::{LEFT, Pose, RIGHT, Rot, Vec3};
use kouros_robot::Kinematics;
use nalgebra::{DMatrix, DVector, Vector2, Vector3};

/// Where a foot is to be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FootGoal {
    /// Of the middle of the sole, or of its toe where it need not lie flat [m].
    pub at: Vec3,
    /// Whether the whole sole lies flat.
    pub flat: bool,
}

/// What a posture is to meet.
#[derive(Debug, Clone, PartialEq)]
pub struct Goal {
    /// Left, right.
    pub feet: [FootGoal; 2],
    /// Where the hands' centres of mass are to be, left, right [m].
    pub hands: [Option<Vec3>; 2],
    /// What the centre of mass is to be over, and how far from it at most, ahead and aside [m].
    pub over: Option<[Vector2<f64>; 2]>,
    /// Nothing of the body is higher than this [m].
    pub below: Option<f64>,
    /// Height of the lowest point of the pelvis and the upper halves of the thighs [m].
    pub seat: Option<f64>,
    /// Nothing below a height is farther ahead than an edge: edge, height [m].
    pub behind: Option<[f64; 2]>,
}

/// A posture, and how far it is from its goals.
#[derive(Debug, Clone, PartialEq)]
pub struct Posture {
    /// `world_from_base`.
    pub base: Pose,
    /// Joint positions (N) [rad].
    pub joints: Vec<f64>,
    /// Largest distance of a foot from its goal [m].
    pub feet_off: f64,
    /// Largest distance of a hand from its goal [m].
    pub hands_off: f64,
    /// How far something is too high, too far ahead, or off the seat [m].
    pub space_off: f64,
    /// Centre of mass [m].
    pub centre: Vec3,
}

/// How strongly a metre or a radian off counts. What must hold counts thousands of times what is only
/// wished (its square).
const MUST: f64 = 100.0;
const HANDS: f64 = 60.0;
const BALANCE: f64 = 10.0;
const UPRIGHT: f64 = 0.2;
const RESTFUL: f64 = 0.04;
/// An arm that is wanted nowhere hangs.
const HANGING: f64 = 0.3;
/// Most steps of the search, and where it is over: the gain of a step as a share.
const MOST_STEPS: usize = 200;
const SETTLED: f64 = 1e-7;
/// Where searches begin: bend of the knees [rad], and how much lower the base is [leg lengths].
const CROUCHES: [(f64, f64); 4] = [(0.0, 0.0), (0.6, 0.1), (1.2, 0.25), (2.0, 0.45)];
/// Step of the numerical derivatives [m, rad].
const NUDGE: f64 = 1e-6;

impl Body<'_> {
    /// Lets the arms hang, whatever the robot's rest pose does with them (some stand in a T).
    pub fn hang(&mut self) {
        let (base, joints) = self.at_rest();
        let mut at = Kinematics::new(self.robot);
        at.update(self.robot, &base, &joints);
        let p = &self.robot.profile;
        let below = |side: usize| {
            let shoulder = at.point(p.arms[side].upper.body, &p.arms[side].upper.local);
            let long = (self.hand(&at, side) - shoulder).norm().max(p.arm_length(self.robot));
            // A hand's breadth outside the shoulder, so that it hangs beside the body.
            Some(shoulder + Vec3::new(0.0, 0.15 * long * shoulder.y.signum(), -0.97 * long))
        };
        let stand = |side: usize| FootGoal { at: self.sole_middle(&at, side), flat: true };
        let goal = Goal {
            feet: [stand(LEFT), stand(RIGHT)],
            hands: [below(LEFT), below(RIGHT)],
            over: None,
            below: None,
            seat: None,
            behind: None,
        };
        let (_, posture) = self.search(&goal, base, joints, &p.rest);
        for &j in p.arms.iter().flat_map(|a| &a.joints) {
            self.rest[j] = posture.joints[j];
        }
    }

    /// How far the body is over `below`, off the seat at either hip, and ahead of the edge [m].
    fn space(&self, at: &Kinematics, goal: &Goal) -> [f64; 4] {
        let high = goal.below.map_or(0.0, |most| (self.extent(at, &Vec3::z())[1] - most).max(0.0));
        let seat = goal.seat.map_or([0.0; 2], |height| self.seat(at).map(|z| z - height));
        let ahead = goal.behind.map_or(0.0, |[edge, height]| {
            let shapes = self.robot.shapes.iter().filter(|s| !self.arms[s.body]);
            let balls = shapes.flat_map(|s| s.balls.iter().map(|b| (at.point(s.body, &b.center), b.radius)));
            balls.filter(|(p, r)| p.z - r < height).map(|(p, r)| p.x + r - edge).fold(0.0, f64::max)
        });
        [high, seat[LEFT], seat[RIGHT], ahead]
    }

    fn foot(&self, at: &Kinematics, side: usize, goal: &FootGoal) -> Vec3 {
        let sole = &self.robot.profile.soles[side];
        let is = if goal.flat { self.sole_middle(at, side) } else { at.point(sole.body, &sole.middle(&sole.toe)) };
        is - goal.at
    }

    /// What the search makes small.
    fn off(&self, at: &Kinematics, joints: &[f64], goal: &Goal, rest: &[f64]) -> DVector<f64> {
        let mut out: Vec<f64> = Vec::with_capacity(64);
        for (side, foot) in goal.feet.iter().enumerate() {
            out.extend(self.foot(at, side, foot).iter().map(|v| MUST * v));
            let sole = &self.robot.profile.soles[side];
            let world = at.rotation[sole.body];
            let (up, ahead) = (world * sole.up, world * sole.forward);
            let level = if foot.flat { MUST } else { 0.0 };
            // Half a metre from the ankle, so that a radian is as bad as half a metre.
            out.extend([level * 0.5 * up.x, level * 0.5 * up.y, 0.2 * MUST * ahead.y]);
        }
        for (side, hand) in goal.hands.iter().enumerate() {
            let off = hand.map_or_else(Vec3::zeros, |h| self.hand(at, side) - h);
            out.extend(off.iter().map(|v| HANDS * v));
        }
        let centre = self.centre(at);
        let over = goal.over.map_or_else(Vector2::zeros, |[o, _]| centre.xy() - o);
        let room = goal.over.map_or_else(Vector2::zeros, |[_, room]| room);
        out.extend(over.iter().map(|v| BALANCE * v));
        out.extend(over.iter().zip(&room).map(|(v, room)| MUST * (v.abs() - room).max(0.0)));
        out.extend(self.space(at, goal).map(|v| MUST * v));
        let p = &self.robot.profile;
        let trunk = at.rotation[p.trunk] * p.up;
        out.extend([UPRIGHT * trunk.x, UPRIGHT * trunk.y]);
        let idle = |j: &usize| (0..2).any(|side| goal.hands[side].is_none() && p.arms[side].joints.contains(j));
        out.extend(self.free.iter().map(|&j| if idle(&j) { HANGING } else { RESTFUL } * (joints[j] - rest[j])));
        DVector::from_vec(out)
    }

    /// The posture nearest to `goal`: the best of searches from standing and from crouches of three depths,
    /// because each ends in the nearest valley.
    pub fn find(&self, goal: &Goal) -> Posture {
        let (standing, rest) = self.at_rest();
        let middle = (goal.feet[LEFT].at + goal.feet[RIGHT].at) / 2.0;
        let mut best: Option<(f64, Posture)> = None;
        for (bend, lower) in CROUCHES {
            let mut base = standing;
            base.translation.vector += middle;
            base.translation.vector.z -= lower * self.robot.profile.leg_length(self.robot);
            let (cost, posture) = self.search(goal, base, self.crouched(&rest, bend), &rest);
            if best.as_ref().is_none_or(|b| cost < b.0) {
                best = Some((cost, posture));
            }
        }
        best.map_or_else(|| self.posture(&Kinematics::new(self.robot), goal, standing, rest), |b| b.1)
    }

    /// Knees bent, in whichever direction they bend.
    fn crouched(&self, rest: &[f64], bend: f64) -> Vec<f64> {
        let mut joints = rest.to_vec();
        for leg in &self.robot.profile.legs {
            let knee = leg.middle_joint;
            let [low, high] = self.robot.joints[knee].range.unwrap_or([-2.5, 2.5]);
            joints[knee] = if high > -low { (rest[knee] + bend).min(high) } else { (rest[knee] - bend).max(low) };
        }
        joints
    }

    fn search(&self, goal: &Goal, mut base: Pose, mut joints: Vec<f64>, rest: &[f64]) -> (f64, Posture) {
        let mut at = Kinematics::new(self.robot);
        let place = |at: &mut Kinematics, base: &Pose, joints: &[f64]| {
            at.update(self.robot, base, joints);
            self.off(at, joints, goal, rest)
        };
        let mut off = place(&mut at, &base, &joints);
        let mut damping = 1e-2;
        let n = 6 + self.free.len();
        for _ in 0..MOST_STEPS {
            let mut slopes = DMatrix::zeros(off.len(), n);
            for k in 0..n {
                let mut step = DVector::zeros(n);
                step[k] = NUDGE;
                let (b, q) = self.moved(&base, &joints, &step);
                slopes.set_column(k, &((place(&mut at, &b, &q) - &off) / NUDGE));
            }
            let (normal, towards) = (slopes.tr_mul(&slopes), slopes.tr_mul(&off));
            let mut gained = None;
            for _ in 0..8 {
                let mut damped = normal.clone();
                (0..n).for_each(|k| damped[(k, k)] += damping * (1.0 + normal[(k, k)]));
                let Some(step) = damped.cholesky().map(|c| -c.solve(&towards)) else { break };
                let (b, q) = self.moved(&base, &joints, &step);
                let next = place(&mut at, &b, &q);
                let (before, after) = (off.norm_squared(), next.norm_squared());
                if after < before {
                    (base, joints, off) = (b, q, next);
                    damping = (damping / 5.0).max(1e-9);
                    gained = Some(1.0 - after / before);
                    break;
                }
                damping *= 4.0;
            }
            if gained.is_none_or(|g| g < SETTLED) {
                break;
            }
        }
        let posture = self.posture(&at, goal, base, joints);
        // Among postures the one that meets what must hold, then the more restful.
        (off.norm_squared(), posture)
    }

    /// The base and the free joints moved by `step`, joints within their ranges.
    fn moved(&self, base: &Pose, joints: &[f64], step: &DVector<f64>) -> (Pose, Vec<f64>) {
        let turn = Rot::from_scaled_axis(Vector3::new(step[3], step[4], step[5]));
        let b = Pose::from_parts((base.translation.vector + Vec3::new(step[0], step[1], step[2])).into(), turn * base.rotation);
        let mut q = joints.to_vec();
        for (k, &j) in self.free.iter().enumerate() {
            let [low, high] = self.robot.joints[j].range.unwrap_or([f64::NEG_INFINITY, f64::INFINITY]);
            q[j] = (q[j] + step[6 + k]).clamp(low, high);
        }
        (b, q)
    }

    fn posture(&self, at: &Kinematics, goal: &Goal, base: Pose, joints: Vec<f64>) -> Posture {
        let mut at = at.clone();
        at.update(self.robot, &base, &joints);
        let feet_off = goal.feet.iter().enumerate().map(|(side, f)| self.foot(&at, side, f).norm()).fold(0.0, f64::max);
        let hand = |(side, h): (usize, &Option<Vec3>)| h.map_or(0.0, |h| (self.hand(&at, side) - h).norm());
        let hands_off = goal.hands.iter().enumerate().map(hand).fold(0.0, f64::max);
        let space_off = self.space(&at, goal).iter().fold(0.0, |m: f64, v| m.max(v.abs()));
        Posture { base, feet_off, hands_off, space_off, centre: self.centre(&at), joints }
    }
}
