//! A robot's body as places see it: hands, soles, seat, extent, and how it stands.
//!
//! Lives here: which joints and bodies are which, and where they are. Does not: the search for postures
//! (`posture.rs`).

use kouros_motion::{LEFT, Pose, RIGHT, Rot, Vec3};
use kouros_robot::{Kinematics, Robot};

/// Everything the search needs of a robot, once.
pub(crate) struct Body<'a> {
    pub robot: &'a Robot,
    /// Joints it may move: limbs and waist, not head and fingers.
    pub free: Vec<usize>,
    /// Per side, the bodies of the hand and their masses' shares.
    hands: [Vec<(usize, f64)>; 2],
    /// Bodies whose underside sits.
    seats: Vec<bool>,
    /// Bodies that may reach over an edge: the arms.
    pub arms: Vec<bool>,
    /// Joint positions of standing with hanging arms (N) [rad].
    pub rest: Vec<f64>,
}

impl<'a> Body<'a> {
    pub fn new(robot: &'a Robot) -> Self {
        let p = &robot.profile;
        let mut free: Vec<usize> = p.limbs().iter().flat_map(|l| l.joints.clone()).chain(p.waist.clone()).collect();
        free.sort_unstable();
        let below = |top: usize| -> Vec<usize> {
            let mut within = vec![false; robot.bodies.len()];
            within[top] = true;
            for b in top + 1..robot.bodies.len() {
                within[b] = robot.bodies[b].parent.is_some_and(|p| within[p]);
            }
            (0..within.len()).filter(|&b| within[b]).collect()
        };
        let hand = |side: usize| {
            let bodies = below(p.arms[side].end);
            let mass: f64 = bodies.iter().map(|&b| robot.bodies[b].mass).sum();
            let share = |b: usize| if mass > 0.0 { robot.bodies[b].mass / mass } else { 1.0 / bodies.len() as f64 };
            bodies.iter().map(|&b| (b, share(b))).collect()
        };
        let mut seats = vec![false; robot.bodies.len()];
        seats[p.pelvis] = true;
        for leg in &p.legs {
            // From the pelvis to the knee: what the thigh's joints move.
            for &j in leg.joints.iter().take_while(|j| **j != leg.middle_joint) {
                seats[robot.joints[j].body] = true;
            }
        }
        let mut arms = vec![false; robot.bodies.len()];
        for arm in &p.arms {
            if let Some(&first) = arm.joints.first() {
                below(robot.joints[first].body).into_iter().for_each(|b| arms[b] = true);
            }
        }
        let mut body = Self { robot, free, hands: [hand(LEFT), hand(RIGHT)], seats, arms, rest: p.rest.clone() };
        body.hang();
        body
    }

    /// The base and the joints as the robot rests, its soles on the floor.
    pub fn at_rest(&self) -> (Pose, Vec<f64>) {
        let joints = self.rest.clone();
        let mut at = Kinematics::new(self.robot);
        // Turned so that it faces +x.
        let p = &self.robot.profile;
        let facing = Rot::rotation_between(&p.forward, &Vec3::x()).unwrap_or_else(Rot::identity);
        let upright = Rot::rotation_between(&(facing * p.up), &Vec3::z()).unwrap_or_else(Rot::identity);
        let turn = upright * facing;
        at.update(self.robot, &Pose::from_parts(Vec3::zeros().into(), turn), &joints);
        let lowest = p.soles.iter().map(|s| s.lowest(&at)).fold(f64::INFINITY, f64::min);
        let middle: Vec3 = [LEFT, RIGHT].iter().map(|&s| self.sole_middle(&at, s)).sum::<Vec3>() / 2.0;
        (Pose::from_parts(Vec3::new(-middle.x, -middle.y, -lowest).into(), turn), joints)
    }

    /// The middle of a sole's underside [m].
    pub fn sole_middle(&self, at: &Kinematics, side: usize) -> Vec3 {
        let sole = &self.robot.profile.soles[side];
        [&sole.heel, &sole.toe].iter().map(|part| at.point(sole.body, &sole.middle(part))).sum::<Vec3>() / 2.0
    }

    /// Length of the sole [m].
    pub fn sole_length(&self) -> f64 {
        let sole = &self.robot.profile.soles[LEFT];
        (sole.middle(&sole.toe) - sole.middle(&sole.heel)).norm()
    }

    /// Width of the sole [m].
    pub fn sole_width(&self) -> f64 {
        let sole = &self.robot.profile.soles[LEFT];
        let aside = sole.up.cross(&sole.forward);
        let across = sole.balls.iter().map(|b| b.center.dot(&aside));
        let [low, high] = across.fold([f64::INFINITY, f64::NEG_INFINITY], |[l, h], v| [l.min(v), h.max(v)]);
        (high - low).max(0.0)
    }

    /// Where a hand is [m].
    pub fn hand(&self, at: &Kinematics, side: usize) -> Vec3 {
        self.hands[side].iter().map(|&(b, share)| share * at.point(b, &self.robot.bodies[b].com)).sum()
    }

    /// The centre of mass [m].
    pub fn centre(&self, at: &Kinematics) -> Vec3 {
        let sum: Vec3 = self.robot.bodies.iter().enumerate().map(|(b, body)| body.mass * at.point(b, &body.com)).sum();
        sum / self.robot.mass()
    }

    /// Lowest and highest points of all that has a shape, and how far it goes along an axis [m].
    pub fn extent(&self, at: &Kinematics, axis: &Vec3) -> [f64; 2] {
        let balls = self.robot.shapes.iter().flat_map(|s| s.balls.iter().map(|b| (at.point(s.body, &b.center), b.radius)));
        balls
            .fold([f64::INFINITY, f64::NEG_INFINITY], |[low, high], (p, r)| [low.min(p.dot(axis) - r), high.max(p.dot(axis) + r)])
    }

    /// The lowest point near each hip, of pelvis and thighs [m].
    pub fn seat(&self, at: &Kinematics) -> [f64; 2] {
        let leg = &self.robot.profile.legs[LEFT];
        let mark = |m: &kouros_robot::Mark| at.point(m.body, &m.local);
        let half = (mark(&leg.middle) - mark(&leg.upper)).norm() / 2.0;
        let sits = self.robot.shapes.iter().filter(|s| self.seats[s.body]);
        let balls: Vec<(Vec3, f64)> =
            sits.flat_map(|s| s.balls.iter().map(|b| (at.point(s.body, &b.center), b.radius))).collect();
        self.robot.profile.legs.each_ref().map(|l| {
            let hip = mark(&l.upper);
            balls.iter().filter(|(p, _)| (p - hip).norm() < half).map(|(p, r)| p.z - r).fold(hip.z, f64::min)
        })
    }
}
