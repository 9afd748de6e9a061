//! The derivatives of every term against central differences, at random states of the G1.

use super::Clock;
use super::bones::Bones;
use super::collision::{Collision, ShapesAt};
use super::feet::{Feet, FeetAt};
use super::hands::Hands;
use super::joints::Joints;
use super::pelvis::{HipsAt, Pelvis};
use super::surroundings::Surroundings;
use crate::Options;
use crate::band::{BAND, BlockRow};
use crate::frame::Frame;
use crate::normal::{Normal, Row};
use crate::state::{BASE, State};
use crate::targets::Target;
use kouros_motion::{BodyPart, ObjectTrack, Report, Rot, Vec3};
use kouros_robot::{Around, LoadOptions, Plane, Robot, Scene, SceneBody, SceneTrack, Solid, Surface, Touch, load_robot};
use std::path::Path;

/// Step of the differences: their own error grows with its square and, by rounding, with its inverse.
const STEP: f64 = 1e-6;
/// Derivatives are of order one; differences are good to about 1e-9 / STEP.
const TOLERANCE: f64 = 1e-5;
/// The logarithm of a rotation is derived to first order in its error, which is below 0.2 here.
const FIRST_ORDER: f64 = 0.01;

fn robot() -> Robot {
    let assets = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../.kouros"));
    load_robot("g1", None, assets, LoadOptions::default(), &mut Report::new()).expect("run `cargo xtask setup` first")
}

struct Random(u64);

impl Random {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (self.0 >> 11) as f64 / (1u64 << 52) as f64 - 1.0
    }
    fn vec3(&mut self, size: f64) -> Vec3 {
        Vec3::new(self.next(), self.next(), self.next()) * size
    }
}

/// Two ticks near standing, a little under the floor, close to each other.
fn two_ticks(robot: &Robot, random: &mut Random) -> State {
    let mut state = State { position: vec![], rotation: vec![], joints: vec![], dof: robot.dof() };
    let base = Vec3::new(0.0, 0.0, 0.76) + random.vec3(0.03);
    let turn = random.vec3(0.3);
    let q: Vec<f64> = robot.profile.rest.iter().map(|r| r + 0.4 * random.next()).collect();
    for _ in 0..2 {
        state.position.push(base + random.vec3(0.004));
        state.rotation.push(Rot::new(turn + random.vec3(0.02)));
        state.joints.extend(q.iter().map(|v| v + 0.02 * random.next()));
    }
    state
}

fn target(random: &mut Random, frame: &Frame<'_>) -> Target {
    let mut unit = || random.vec3(1.0).normalize();
    let mut t = Target {
        bones: std::array::from_fn(|_| [unit(), unit()]),
        trunk: unit(),
        pelvis: Rot::identity(),
        left: Vec3::y(),
        hips: Vec3::new(0.1, 0.2, 0.7),
        sole: [unit(), unit()],
        foot_heading: [0.1, -0.2],
        hands: [None, None],
        contact: [true; 4],
        ground: [crate::targets::FLOOR; 4],
        foot_place: None,
    };
    let near = |body: usize, by: Vec3| {
        let r = Rot::from_rotation_matrix(&nalgebra::Rotation3::from_matrix_unchecked(frame.at.rotation[body]));
        r * Rot::new(by)
    };
    let arms = &frame.robot.profile.arms;
    t.hands = [Some(near(arms[0].end, random.vec3(0.1))), Some(near(arms[1].end, random.vec3(0.1)))];
    t.pelvis = near(0, random.vec3(0.1));
    t
}

/// Runs `add` for the second of the two ticks and returns its rows.
fn rows(robot: &Robot, state: &State, add: &dyn Fn(&State, &mut Normal<'_>)) -> Vec<Row> {
    let n = BASE + robot.dof();
    let stride = n.next_multiple_of(8);
    let (mut a, mut b) = (BlockRow::new(n), BlockRow::new(n));
    let (mut ra, mut rb) = (vec![0.0; n], vec![0.0; n]);
    let mut out = Normal { stride, row: &mut b, rhs: &mut rb, cost: 0.0, before: Some((&mut a, &mut ra)), record: Vec::new() };
    add(state, &mut out);
    out.record
}

fn check(robot: &Robot, state: &State, tolerance: f64, add: &dyn Fn(&State, &mut Normal<'_>)) -> usize {
    let n = BASE + robot.dof();
    let base = rows(robot, state, add);
    for (tick, column) in (0..2).flat_map(|t| (0..n).map(move |c| (t, c))) {
        let moved = |by: f64| {
            let mut s = state.clone();
            let mut step = vec![0.0; n];
            step[column] = by;
            s.advance(tick, &step);
            rows(robot, &s, add)
        };
        let (plus, minus) = (moved(STEP), moved(-STEP));
        assert!(plus.len() == base.len() && minus.len() == base.len(), "a row came or went");
        for (i, row) in base.iter().enumerate() {
            let expected = (plus[i].residual - minus[i].residual) / (2.0 * STEP);
            let columns = if tick == 1 { &row.now } else { &row.then };
            let found = columns.iter().find(|(c, _)| *c == column).map_or(0.0, |(_, v)| *v);
            assert!((found - expected).abs() < tolerance, "row {i}, tick {tick}, unknown {column}: {found}, expected {expected}");
        }
    }
    base.len()
}

fn frame<'a>(robot: &'a Robot, state: &State, tick: usize) -> Frame<'a> {
    let mut f = Frame::new(robot);
    f.update(&state.pose(tick), state.q(tick));
    f
}

#[test]
fn bones_hands_pelvis() {
    let robot = robot();
    let options = Options::default();
    let clock = Clock::new(50.0);
    let (bones, hands, pelvis) = (Bones::new(&robot), Hands::new(&robot), Pelvis::new(&robot));
    for seed in 0..3 {
        let mut random = Random(seed);
        let state = two_ticks(&robot, &mut random);
        let t = target(&mut random, &frame(&robot, &state, 1));
        let n = check(&robot, &state, 2e-3, &|s, out| {
            bones.add(&frame(&robot, s, 1), &t, &options, clock, out, &mut Default::default());
        });
        assert_eq!(n, 27);
        let n = check(&robot, &state, FIRST_ORDER, &|s, out| {
            hands.add(&frame(&robot, s, 1), &t, &options, clock, out, &mut Default::default());
        });
        assert_eq!(n, 6);
        let n = check(&robot, &state, FIRST_ORDER, &|s, out| {
            let (mut now, mut then) = (HipsAt::default(), HipsAt::default());
            pelvis.hips(&frame(&robot, s, 1), &mut now);
            pelvis.hips(&frame(&robot, s, 0), &mut then);
            pelvis.add(&frame(&robot, s, 1), &t, &now, Some((&then, &t)), &options, clock, out, &mut Default::default());
        });
        assert_eq!(n, 10);
    }
}

#[test]
fn feet() {
    let robot = robot();
    let options = Options::default();
    let clock = Clock::new(50.0);
    let feet = Feet::new(&robot);
    let mut held_rows = 0;
    for seed in 0..6 {
        let mut random = Random(seed);
        let mut state = two_ticks(&robot, &mut random);
        // Just into the floor, so that the one-sided rows are there.
        let mut at = FeetAt::default();
        feet.place(&frame(&robot, &state, 1), &mut at);
        let soles = &robot.profile.soles;
        let height = |side: usize, i: usize| at.p[side][i].z - soles[side].balls[i].radius;
        let all = (0..2).flat_map(|side| (0..soles[side].balls.len()).map(move |i| (side, i)));
        let low = all.map(|(side, i)| height(side, i)).fold(f64::INFINITY, f64::min);
        for p in &mut state.position {
            p.z -= low + 0.003;
        }
        let mut t = target(&mut random, &frame(&robot, &state, 1));
        if seed >= 3 {
            // On slopes, and called to a place.
            let normal = Vec3::new(0.05, -0.03, 1.0).normalize();
            let under = at.p[0][0] - Vec3::z() * (low + 0.003);
            t.ground = [Plane { normal, offset: normal.dot(&under) - soles[0].balls[0].radius }; 4];
            t.foot_place = Some([nalgebra::Vector2::new(0.1, 0.2); 2]);
        }
        check(&robot, &state, TOLERANCE, &|s, out| {
            feet.add_direction(&frame(&robot, s, 1), &t, [0.1, -0.1], &options, clock, out, &mut Default::default());
        });
        held_rows += check(&robot, &state, TOLERANCE, &|s, out| {
            let (mut now, mut then) = (FeetAt::default(), FeetAt::default());
            feet.place(&frame(&robot, s, 1), &mut now);
            feet.place(&frame(&robot, s, 0), &mut then);
            feet.add_contact(&frame(&robot, s, 1), &t, &now, Some(&then), &options, clock, 1.0, out);
        });
    }
    assert!(held_rows > 60, "{held_rows}");
}

#[test]
fn surroundings() {
    let robot = robot();
    let options = Options::default();
    let clock = Clock::new(50.0);
    let terms = Surroundings::new(&robot);
    let mut rows = 0;
    for seed in 0..6 {
        let mut random = Random(seed);
        let state = two_ticks(&robot, &mut random);
        let f = frame(&robot, &state, 1);
        let t = target(&mut random, &f);
        // A turning box in the left hand's way, another thing under a knee.
        let hand = f.mark(&robot.profile.arms[0].lower) + Vec3::new(0.25, 0.0, 0.0);
        let knee = f.mark(&robot.profile.legs[1].middle) + Vec3::new(0.12, 0.0, 0.0);
        let solids = vec![Solid::cuboid(Vec3::new(0.1, 0.3, 0.1)).expect("a box")];
        let body = |name: &str, at: Vec3| SceneBody {
            name: name.into(),
            solids: solids.clone(),
            movable: true,
            world_from_body: kouros_motion::Pose::new(at, random_turn(seed)),
        };
        let scene = Scene { floor: Some(0.0), bodies: vec![body("a", hand), body("b", knee)] };
        let poses =
            (0..2).map(|i| kouros_motion::Pose::new(hand + Vec3::z() * (0.01 * f64::from(i)), Vec3::z() * (0.1 * f64::from(i))));
        let moving = ObjectTrack { name: "a".into(), rate_hz: 50.0, poses: poses.collect() };
        let scene = SceneTrack::new(scene, &[moving], 2).expect("a scene");
        let plane = Plane { normal: -Vec3::x(), offset: 0.1 };
        let touch = |part, body| Touch {
            part,
            surface: Surface { body: Some(body), plane },
            gap: 0.01,
            strength: 0.8,
            held: true,
            place: Vec3::new(-0.1, 0.05, 0.0),
        };
        let here = vec![touch(BodyPart::LeftHand, 0), touch(BodyPart::RightKnee, 1)];
        let around = Around { scene, grounds: vec![[SceneTrack::floor_at(0.0); 4]; 2], touches: vec![here; 2] };
        rows += check(&robot, &state, TOLERANCE, &|s, out| {
            let (now, then) = (frame(&robot, s, 1), frame(&robot, s, 0));
            terms.add(&now, Some(&then), &around, 1, &t, &options, clock, 1.0, out, &mut Default::default());
        });
    }
    // Height, place and hold of two touches are ten rows a seed; the solids add theirs.
    assert!(rows > 50, "{rows}");
}

fn random_turn(seed: u64) -> Vec3 {
    Random(seed + 100).vec3(0.2)
}

#[test]
fn joints_and_collisions() {
    let robot = robot();
    let options = Options { joint_speed: 0.2, ..Options::default() };
    let clock = Clock::new(50.0);
    let (joints, collision) = (Joints::new(&robot, &options), Collision::new(&robot));
    let mut touching = 0;
    for seed in 0..6 {
        let mut random = Random(seed);
        let mut state = two_ticks(&robot, &mut random);
        check(&robot, &state, TOLERANCE, &|s, out| {
            joints.add(s, 1, false, &options, clock, 1.0, out);
        });
        // Arms and legs across the body.
        for (j, joint) in robot.joints.iter().enumerate() {
            let inwards = if joint.name.starts_with("left") { -1.0 } else { 1.0 };
            if joint.name.contains("shoulder_roll") || joint.name.contains("hip_roll") {
                state.joints[j] += 0.35 * inwards;
                state.joints[robot.dof() + j] += 0.35 * inwards;
            }
        }
        touching += check(&robot, &state, 1e-4, &|s, out| {
            let f = frame(&robot, s, 1);
            let mut at = ShapesAt::default();
            collision.place(&f, &mut at);
            collision.add(&f, &at, &options, clock, 1.0, out, &mut Default::default());
        });
    }
    assert!(touching > 6, "{touching}");
}

#[test]
fn smoothness_is_the_gradient_of_its_sum() {
    // Joints and place are linear, so the right-hand side is minus half the derivative of the cost
    // and the matrix half its second derivative: checked along random directions.
    let options = Options::default();
    let clock = Clock::new(50.0);
    let mut random = Random(3);
    let (ticks, dof, first, free, known) = (9, 2, 2, 5, 8);
    let mut state = State { position: vec![], rotation: vec![], joints: vec![], dof };
    for _ in 0..ticks {
        state.position.push(random.vec3(1.0));
        state.rotation.push(Rot::identity());
        state.joints.extend([random.next(), random.next()]);
    }
    let n = BASE + dof;
    let cost = |s: &State| -> f64 {
        let w = &options.weights;
        (BAND..known)
            .map(|t| {
                let d = |x: &dyn Fn(usize) -> f64| x(t) - 3.0 * x(t - 1) + 3.0 * x(t - 2) - x(t - 3);
                let p: f64 = (0..3).map(|i| (w.smooth_path * d(&|t| s.position[t][i])).powi(2)).sum();
                let weights = [w.smooth_joints, w.smooth_wrists];
                let q: f64 = (0..dof).map(|j| (weights[j] * d(&|t| s.joints[t * dof + j])).powi(2)).sum();
                p + q
            })
            .sum::<f64>()
            * clock.share
            * clock.step.powi(6)
    };
    let mut rows: Vec<BlockRow> = (0..free).map(|_| BlockRow::new(n)).collect();
    let mut rhs = vec![0.0; n * free];
    let mut smooth = super::smooth::Smooth::with(vec![false, true]);
    smooth.take(&state, &(first..first + free), known, &options, clock);
    for (t, (row, rhs)) in rows.iter_mut().zip(rhs.chunks_exact_mut(n)).enumerate() {
        smooth.add(first + t, first, row, rhs);
    }
    let mut step: Vec<f64> = (0..n * free).map(|_| 1e-3 * random.next()).collect();
    for s in step.chunks_exact_mut(n) {
        s[3..6].fill(0.0);
    }
    let mut moved = state.clone();
    moved.advance(first, &step);
    let linear: f64 = -2.0 * rhs.iter().zip(&step).map(|(g, s)| g * s).sum::<f64>();
    let mut square = 0.0;
    for t in 0..free {
        for k in 0..=BAND.min(t) {
            for i in 0..n {
                let entry = if k < 2 { rows[t].blocks[k][i * 8 + i] } else { rows[t].far[k - 2][i] };
                let h = entry * step[t * n + i] * step[(t - k) * n + i];
                square += if k == 0 { h } else { 2.0 * h };
            }
        }
    }
    let (expected, found) = (cost(&moved) - cost(&state), linear + square);
    assert!((expected - found).abs() < 1e-9 * expected.abs().max(1.0), "{expected} {found}");
}
