//! The judgement: which postures a place asks for, and whether they hold.
//!
//! Lives here: goals made of a place's measures, and what must hold of the postures found. Does not:
//! the search (`posture.rs`), forces (`statics.rs`).

use crate::body::Body;
use crate::place::{Kind, Place};
use crate::posture::{FootGoal, Goal, Posture};
use crate::statics::stand;
use crate::verdict::{Margin, Verdict};
use kouros_motion::{LEFT, RIGHT, Vec3};
use kouros_robot::{Kinematics, Robot};
use nalgebra::Vector2;

/// A foot this far from its place does not stand there [m].
const FOOT: f64 = 0.01;
/// A hand this far from its place does not reach it [m].
const HAND: f64 = 0.02;
/// A body this far in a thing goes through it [m].
const SPACE: f64 = 0.01;
/// The centre of mass is at least this far inside the support polygon [m].
const BALANCE: f64 = 0.01;
/// A pelvis sways this far to each side in walking [m]: half of 4 to 5 cm (Inman, Ralston and Todd 1981,
/// Human Walking).
const SWAY: f64 = 0.025;
/// A hand is held this far over what it reaches for [m].
const OVER: f64 = 0.05;
/// A foot on a stair has at least this share of its sole on the tread.
const ON_TREAD: f64 = 0.6;
/// Room between a foot and an edge [m].
const CLEAR: f64 = 0.02;
/// A foot is lifted this far over a sill [m].
const LIFTED: f64 = 0.03;
/// Distances from toe to edge that are tried before a surface [m].
const STANDS: [f64; 5] = [0.02, 0.1, 0.2, 0.3, 0.4];

/// Judges `robot` in each of `places`, in their order.
pub fn judge(robot: &Robot, places: &[Place]) -> Vec<Verdict> {
    let body = Body::new(robot);
    let scene = Scene { apart: apart(&body), length: body.sole_length(), body: &body };
    places.iter().map(|place| scene.judge(place)).collect()
}

/// Half the distance between the feet at rest [m].
fn apart(body: &Body<'_>) -> f64 {
    let (base, joints) = body.at_rest();
    let mut at = Kinematics::new(body.robot);
    at.update(body.robot, &base, &joints);
    0.5 * (body.sole_middle(&at, LEFT) - body.sole_middle(&at, RIGHT)).y.abs()
}

type Found = (Vec<Margin>, Posture, &'static str, Vec<[Vec3; 2]>);

struct Scene<'a> {
    body: &'a Body<'a>,
    /// Half the distance between the feet [m].
    apart: f64,
    /// Of the sole [m].
    length: f64,
}

fn flat(at: Vec3) -> FootGoal {
    FootGoal { at, flat: true }
}

fn at_most(what: &str, is: f64, needed: f64) -> Margin {
    Margin { what: what.into(), is: 100.0 * is, needed: 100.0 * needed, at_most: true, unit: "cm" }
}

fn at_least(what: &str, is: f64, needed: f64) -> Margin {
    Margin { what: what.into(), is: 100.0 * is, needed: 100.0 * needed, at_most: false, unit: "cm" }
}

fn slab(low: [f64; 3], high: [f64; 3]) -> [Vec3; 2] {
    [Vec3::from(low), Vec3::from(high)]
}

impl Scene<'_> {
    fn judge(&self, place: &Place) -> Verdict {
        let (margins, posture, by, things) = match &place.kind {
            Kind::Doorway { width, height, carry } => self.doorway(*width, *height, *carry),
            Kind::Corridor { width } => self.corridor(*width),
            Kind::Surface { height, depth } => self.surface(*height, *depth),
            Kind::Stair { rise, run } => self.stair(*rise, *run),
            Kind::Seat { height } => self.seat(*height),
            Kind::Ladder { spacing } => self.ladder(*spacing),
            Kind::Opening { sill, height } => self.opening(*sill, *height),
        };
        Verdict { place: place.clone(), margins, posture, by, things }
    }

    fn side(&self, side: usize) -> f64 {
        if side == LEFT { self.apart } else { -self.apart }
    }

    /// How far the centre of mass may be from the middle of one sole, ahead and aside [m].
    fn room(&self) -> Vector2<f64> {
        Vector2::new(self.length, self.body.sole_width()).map(|v| (0.5 * v - 1.5 * BALANCE).max(0.0))
    }

    /// Both feet side by side, the weight between them.
    fn standing(&self) -> Goal {
        Goal {
            feet: [LEFT, RIGHT].map(|s| flat(Vec3::new(0.0, self.side(s), 0.0))),
            hands: [None; 2],
            over: Some([Vector2::zeros(), self.room() + Vector2::new(0.0, self.apart)]),
            below: None,
            seat: None,
            behind: None,
        }
    }

    /// What must hold of every posture that stands still on `feet`.
    fn holds(&self, posture: &Posture, feet: &[usize]) -> Vec<Margin> {
        let statics = stand(self.body, posture, feet);
        let mut margins =
            vec![at_most("feet off their places", posture.feet_off, FOOT), at_least("balance", statics.balance, BALANCE)];
        if let Some((joint, share)) = statics.torque {
            let what = format!("torque of {}", self.body.robot.joints[joint].name);
            margins.push(Margin { what, is: 100.0 * share, needed: 100.0, at_most: true, unit: "%" });
        }
        margins
    }

    fn at(&self, posture: &Posture) -> Kinematics {
        let mut at = Kinematics::new(self.body.robot);
        at.update(self.body.robot, &posture.base, &posture.joints);
        at
    }

    fn doorway(&self, width: f64, height: f64, carry: f64) -> Found {
        let plain = self.body.find(&self.standing());
        let wide = |posture: &Posture| {
            let [right, left] = self.body.extent(&self.at(posture), &Vec3::y());
            left - right + 2.0 * SWAY
        };
        let tall = self.body.extent(&self.at(&plain), &Vec3::z())[1];
        let mut goal = self.standing();
        let arm = self.body.robot.profile.arm_length(self.body.robot);
        // In front of the belly, elbows bent.
        let shoulders = self.body.robot.profile.arms.iter().map(|a| self.at(&plain).point(a.upper.body, &a.upper.local).z);
        let chest = shoulders.fold(f64::INFINITY, f64::min) - 0.5 * arm;
        goal.hands = [1.0, -1.0].map(|sign| Some(Vec3::new(0.55 * arm, sign * carry / 2.0, chest)));
        let loaded = self.body.find(&goal);
        let mut margins = vec![
            at_most("height", tall, height),
            at_most("width standing, with sway", wide(&plain), width),
            at_most("hands off what they carry", loaded.hands_off, HAND),
            at_most("width carrying, with sway", wide(&loaded).max(carry + 2.0 * SWAY), width),
        ];
        margins.extend(self.holds(&loaded, &[LEFT, RIGHT]));
        let (half, post) = (width / 2.0, 0.05);
        let things = vec![
            slab([-post, half, 0.0], [post, half + 2.0 * post, height]),
            slab([-post, -half - 2.0 * post, 0.0], [post, -half, height]),
            slab([-post, -half - 2.0 * post, height], [post, half + 2.0 * post, height + 2.0 * post]),
        ];
        (margins, loaded, "standing, hands before the body", things)
    }

    fn corridor(&self, width: f64) -> Found {
        let posture = self.body.find(&self.standing());
        let at = self.at(&posture);
        let shapes = self.body.robot.shapes.iter();
        let far = shapes.flat_map(|s| s.balls.iter().map(|b| (at.point(s.body, &b.center), b.radius)));
        let radius = far.map(|(p, r)| p.xy().norm() + r).fold(0.0, f64::max);
        let mut margins = vec![at_most("breadth of a turn on the spot, with sway", 2.0 * (radius + SWAY), width)];
        margins.extend(self.holds(&posture, &[LEFT, RIGHT]));
        let half = width / 2.0;
        let things = [half, -half - 0.1].map(|y| slab([-0.6, y, 0.0], [0.6, y + 0.1, 1.0])).to_vec();
        (margins, posture, "standing", things)
    }

    /// The best of several distances from the edge; then how far behind the edge it could reach.
    fn surface(&self, height: f64, depth: f64) -> Found {
        let goal = |before: f64, depth: f64| {
            let edge = 0.5 * self.length + before;
            let mut goal = self.standing();
            let at = Vec3::new(edge + depth, self.side(RIGHT), height + OVER);
            goal.hands[RIGHT] = Some(at);
            goal.behind = (height > 2.0 * OVER).then_some([edge, height]);
            (goal, edge)
        };
        let of = |before: f64, depth: f64| {
            let (goal, edge) = goal(before, depth);
            let posture = self.body.find(&goal);
            let mut margins = vec![
                at_most("hand off its place", posture.hands_off, HAND),
                at_most("body in the furniture", posture.space_off, SPACE),
            ];
            margins.extend(self.holds(&posture, &[LEFT, RIGHT]));
            (margins, posture, edge)
        };
        // How badly the worst margin fails, in its own measure.
        let bad = |margins: &[Margin]| margins.iter().filter(|m| !m.holds()).map(|m| (m.is - m.needed).abs()).fold(0.0, f64::max);
        let mut best = of(STANDS[0], depth);
        let mut before = STANDS[0];
        for &next in &STANDS[1..] {
            if best.0.iter().all(Margin::holds) {
                break;
            }
            let found = of(next, depth);
            if bad(&found.0) < bad(&best.0) {
                (best, before) = (found, next);
            }
        }
        let (mut margins, posture, edge) = best;
        if margins.iter().all(Margin::holds) {
            // Half a metre more, to a centimetre and a half.
            let (mut near, mut far) = (depth, depth + 0.5);
            for _ in 0..5 {
                let middle = (near + far) / 2.0;
                let fits = of(before, middle).0.iter().all(Margin::holds);
                if fits { near = middle } else { far = middle }
            }
            margins.push(at_least("reach behind the edge", near, depth));
        }
        let things = match height > 2.0 * OVER {
            true => vec![slab([edge, -0.6, height - 0.04], [edge + 0.6, 0.6, height])],
            false => Vec::new(),
        };
        (margins, posture, "standing, one hand ahead", things)
    }

    fn stair(&self, rise: f64, run: f64) -> Found {
        // On the upper tread as far as the sole goes, from nosing (x = 0) on.
        let on = ((run - CLEAR) / self.length).min(1.0);
        let sole = 0.5 * self.length;
        let ahead = if on < 1.0 { run - CLEAR - sole } else { CLEAR + sole };
        let mut margins = vec![Margin {
            what: "sole on the tread".into(),
            is: 100.0 * on,
            needed: 100.0 * ON_TREAD,
            at_most: false,
            unit: "%",
        }];
        let mut step = |up: bool| {
            // Up: the right foot stands behind the riser and the weight is on the left, one step up. Down:
            // the left foot stands on the upper tread with the weight, the right is one step down.
            let mut goal = self.standing();
            let upper = Vec3::new(ahead, self.side(LEFT), rise);
            let (high, low) = if up {
                (flat(upper), FootGoal { at: Vec3::new(-CLEAR, self.side(RIGHT), 0.0), flat: false })
            } else {
                // Facing down: the upper tread ends at x = run, the lower begins there.
                let last = Vec3::new(run - sole, self.side(LEFT), rise);
                (flat(last), FootGoal { at: Vec3::new(run + ahead + sole, self.side(RIGHT), 0.0), flat: false })
            };
            goal.feet = [high, low];
            goal.over = Some([high.at.xy(), self.room()]);
            let posture = self.body.find(&goal);
            let way = if up { "up" } else { "down" };
            let mut held = self.holds(&posture, &[LEFT]);
            held.iter_mut().for_each(|m| m.what = format!("{way}: {}", m.what));
            margins.extend(held);
            posture
        };
        let (up, _) = (step(true), step(false));
        let things = vec![slab([0.0, -0.5, 0.0], [run, 0.5, rise]), slab([run, -0.5, 0.0], [2.0 * run, 0.5, 2.0 * rise])];
        (margins, up, "one step up, all weight on the upper foot", things)
    }

    fn seat(&self, height: f64) -> Found {
        let mut goal = self.standing();
        goal.seat = Some(height);
        let posture = self.body.find(&goal);
        let mut margins = vec![at_most("seat off its height", posture.space_off, 2.0 * SPACE)];
        margins.extend(self.holds(&posture, &[LEFT, RIGHT]));
        let hip = &self.body.robot.profile.legs[LEFT].upper;
        let behind = self.at(&posture).point(hip.body, &hip.local).x;
        let things = vec![slab([behind - 0.25, -0.25, height - 0.04], [behind + 0.15, 0.25, height])];
        (margins, posture, "just off the seat, balanced over the feet", things)
    }

    /// One foot a rung higher, both on rungs at x = 0, hands on the rung nearest to the shoulders.
    fn ladder(&self, spacing: f64) -> Found {
        let mut goal = self.standing();
        let out = 0.1 * self.length;
        goal.feet = [flat(Vec3::new(-out, self.apart, spacing)), flat(Vec3::new(-out, -self.apart, 0.0))];
        goal.over = None;
        let (base, joints) = self.body.at_rest();
        let mut at = Kinematics::new(self.body.robot);
        at.update(self.body.robot, &base, &joints);
        let shoulder = &self.body.robot.profile.arms[LEFT].upper;
        let high = at.point(shoulder.body, &shoulder.local).z;
        let rung = if spacing > 0.0 { (high / spacing).round() * spacing } else { high };
        goal.hands = [1.0, -1.0].map(|sign| Some(Vec3::new(0.0, 0.2 * sign, rung)));
        // Knees and trunk stay before the rungs but for what goes between two of them.
        goal.behind = None;
        let posture = self.body.find(&goal);
        let margins =
            vec![at_most("feet off the rungs", posture.feet_off, FOOT), at_most("hands off the rungs", posture.hands_off, HAND)];
        let rungs = (0..=6).map(|k| f64::from(k) * spacing);
        let things = rungs.map(|z| slab([-0.015, -0.25, z - 0.03], [0.015, 0.25, z])).collect();
        (margins, posture, "one foot a rung higher, hands at the shoulders", things)
    }

    fn opening(&self, sill: f64, height: f64) -> Found {
        let mut stoop = self.standing();
        stoop.below = Some(height);
        let low = self.body.find(&stoop);
        let mut margins = vec![at_most("too high under the beam", low.space_off, SPACE)];
        let mut held = self.holds(&low, &[LEFT, RIGHT]);
        held.iter_mut().for_each(|m| m.what = format!("stooping: {}", m.what));
        margins.extend(held);
        let mut over = self.standing();
        over.feet[LEFT] = flat(Vec3::new(0.5 * self.length + CLEAR, self.apart, sill + LIFTED));
        over.over = Some([over.feet[RIGHT].at.xy(), self.room()]);
        let step = self.body.find(&over);
        let mut held = self.holds(&step, &[RIGHT]);
        held.iter_mut().for_each(|m| m.what = format!("stepping: {}", m.what));
        margins.extend(held);
        let things = vec![slab([-0.05, -0.6, height], [0.05, 0.6, height + 0.05])];
        (margins, low, "stooping, both feet flat", things)
    }
}
