//! Contacts of a person who steps at known times.

use crate::random::Random;
use kouros_label::{ContactOptions, human_contacts};
use kouros_motion::{Anatomy, Arm, BodyTrack, Leg, Report, Vec3};

/// Where the joints of the stick figure are in the track.
const NAMES: [&str; 9] = ["pelvis", "l_hip", "l_knee", "l_ankle", "l_toe", "r_hip", "r_knee", "r_ankle", "r_toe"];
const STANCE: f64 = 0.62;
const SWING: f64 = 0.38;
const STEP: f64 = 1.2;
const SECONDS: f64 = 20.3;
/// The first and the last centimetre of a minimum-jerk swing count as rest by definition; they
/// take 37 ms each. A tick of the clip comes on top.
const SLOW_START: f64 = 0.037;
/// That, and a tick of 1/24 s at either end of a stance of 0.62 s.
const LEAST_F1: f64 = 0.92;

fn anatomy() -> Anatomy {
    let arm = Arm { clavicle: None, shoulder: 0, elbow: 0, wrist: 0 };
    let leg = |hip: usize| Leg { hip, knee: hip + 1, ankle: hip + 2, toe: hip + 3 };
    Anatomy {
        pelvis: 0,
        spine: vec![],
        neck: None,
        head: None,
        legs: [leg(1), leg(5)],
        arms: [arm; 2],
        rest_is_upright: true,
        rest_is_t_pose: false,
    }
}

/// A foot's place forward and its lift at a time: still during stance, one minimum-jerk stride
/// during swing. Also whether it is in stance.
fn foot(seconds: f64, phase: f64) -> (f64, f64, bool) {
    let cycle = (seconds / (STANCE + SWING) + phase).max(0.0);
    let (n, in_cycle) = (cycle.floor(), cycle.fract() * (STANCE + SWING));
    if in_cycle < STANCE {
        return (n * STEP, 0.0, true);
    }
    let s = (in_cycle - STANCE) / SWING;
    let go = s.powi(3) * (10.0 - 15.0 * s + 6.0 * s * s);
    (n * STEP + STEP * go, 0.12 * (std::f64::consts::PI * s).sin(), false)
}

/// A person of `size` (1: adult) stepping at `rate_hz` on a floor at `floor`, white noise of
/// deviation `noise` on every coordinate; and when each foot truly is in stance.
fn stepping(rate_hz: f64, size: f64, floor: f64, noise: f64) -> (BodyTrack, Vec<[bool; 2]>) {
    let ticks = (SECONDS * rate_hz) as usize;
    let mut random = Random(5);
    let (mut positions, mut truth) = (Vec::new(), Vec::new());
    for t in 0..ticks {
        // A smaller figure also steps faster: time scales with the root of length.
        let seconds = t as f64 / rate_hz / size.sqrt();
        let (lx, lz, l) = foot(seconds, 0.0);
        let (rx, rz, r) = foot(seconds, 0.5);
        let x = STEP * seconds / (STANCE + SWING);
        let mut put = |x: f64, y: f64, z: f64| {
            let jitter = Vec3::from_fn(|_, _| noise * random.normal());
            positions.push(Vec3::new(x, y, z) * size + Vec3::z() * floor + jitter);
        };
        put(x, 0.0, 0.95);
        for (side, fx, fz) in [(1.0, lx, lz), (-1.0, rx, rz)] {
            put(x, 0.09 * side, 0.90);
            put((x + fx) / 2.0, 0.09 * side, 0.49);
            put(fx, 0.09 * side, 0.08 + fz);
            put(fx + 0.14, 0.09 * side, 0.015 + fz);
        }
        truth.push([l, r]);
    }
    let names = NAMES.map(str::to_owned).to_vec();
    (BodyTrack::new(names, rate_hz, positions, None).expect("finite"), truth)
}

/// Of one part of the left foot: F1 against the truth, and the mean absolute error of its onsets
/// and ends [s].
fn score(down: &[[bool; 4]], truth: &[[bool; 2]], part: usize, rate_hz: f64) -> (f64, f64) {
    let (mut hit, mut wrong) = (0.0, 0.0);
    for (d, t) in down.iter().zip(truth) {
        match (d[part], t[part / 2]) {
            (true, true) => hit += 1.0,
            (false, false) => {}
            _ => wrong += 1.0,
        }
    }
    let changes = |on: &dyn Fn(usize) -> bool| (1..truth.len()).filter(|&t| on(t) != on(t - 1)).collect::<Vec<_>>();
    let (ours, theirs) = (changes(&|t| down[t][part]), changes(&|t| truth[t][part / 2]));
    let far = |t: &usize| ours.iter().map(|o| o.abs_diff(*t)).min().unwrap_or(usize::MAX) as f64;
    let error = theirs.iter().map(far).sum::<f64>() / theirs.len() as f64 / rate_hz;
    (2.0 * hit / (2.0 * hit + wrong), error)
}

#[test]
fn steps_are_found_at_every_rate() {
    for rate_hz in [24.0, 30.0, 50.0, 60.0, 100.0, 120.0, 240.0] {
        for noise in [0.0, 0.001, 0.002] {
            let (track, truth) = stepping(rate_hz, 1.0, 0.3, noise);
            let found = human_contacts(&track, &anatomy(), None, &ContactOptions::default(), &mut Report::new());
            assert!((found.floor - 0.315).abs() < 0.005, "{}", found.floor);
            for part in 0..4 {
                let (f1, error) = score(&found.feet.down, &truth, part, rate_hz);
                assert!(
                    f1 > LEAST_F1 && error < SLOW_START + 1.0 / rate_hz,
                    "{rate_hz} Hz, noise {noise}, part {part}: F1 {f1:.4}, onset {error:.4} s"
                );
            }
        }
    }
}

/// A left foot that lands on its heel at `landing` [s] and then rolls down flat, beside a right one
/// that stands. As force plates' trials show it, the heel still goes on at 0.4 m/s when it lands, and
/// the foot points 25 degrees up: the ankle over the heel moves on for as long as the foot rolls.
fn heel_strike(rate_hz: f64, landing: f64) -> BodyTrack {
    const ROLL: f64 = 0.09;
    let mut positions = Vec::new();
    for t in 0..(1.6 * rate_hz) as usize {
        let after = t as f64 / rate_hz - landing;
        let before = (-after).max(0.0);
        let heel = Vec3::new(-0.4 * before - 20.0 * before * before, 0.1, (0.3 * before).min(0.03));
        let up = 25.0_f64.to_radians() * (1.0 - after / ROLL).clamp(0.0, 1.0);
        let turned = |x: f64, z: f64| heel + Vec3::new(x * up.cos() - z * up.sin(), 0.0, x * up.sin() + z * up.cos());
        positions.extend([Vec3::new(heel.x, 0.0, 0.95), Vec3::new(heel.x, 0.1, 0.9), Vec3::new(heel.x, 0.1, 0.5)]);
        positions.extend([turned(0.05, 0.07), turned(0.19, 0.015)]);
        let right = [(0.0, 0.9), (0.0, 0.5), (0.0, 0.08), (0.14, 0.015)];
        positions.extend(right.map(|(x, z)| Vec3::new(x - 0.6, -0.1, z)));
    }
    BodyTrack::new(NAMES.map(str::to_owned).to_vec(), rate_hz, positions, None).expect("finite")
}

#[test]
fn a_heel_is_down_when_it_lands_and_not_when_its_ankle_stops() {
    for rate_hz in [24.0, 30.0, 50.0, 60.0, 100.0, 120.0, 240.0] {
        for part_of_a_tick in [0.0, 0.3, 0.7] {
            let landing = 0.7 + part_of_a_tick / rate_hz;
            let track = heel_strike(rate_hz, landing);
            let found = human_contacts(&track, &anatomy(), None, &ContactOptions::default(), &mut Report::new());
            let onset = found.feet.down.iter().position(|d| d[0]).expect("a heel on the floor") as f64 / rate_hz - landing;
            // What is asked of onsets against force plates; ends of ticks are met exactly.
            let most = f64::max(0.02, 1.0 / rate_hz) + 1e-9;
            assert!(onset.abs() <= most, "{rate_hz} Hz: {onset:.3} s late");
        }
    }
}

#[test]
fn small_figures_step_too() {
    for size in [0.25, 0.6, 1.0, 1.3] {
        let (track, truth) = stepping(60.0, size, 0.0, 0.0);
        let found = human_contacts(&track, &anatomy(), None, &ContactOptions::default(), &mut Report::new());
        let (f1, error) = score(&found.feet.down, &truth, 1, 60.0);
        assert!(f1 > LEAST_F1 && error < SLOW_START + 1.0 / 60.0, "size {size}: F1 {f1:.4}, onset {error:.4} s");
    }
}

#[test]
fn flags_do_not_flicker() {
    let (track, truth) = stepping(240.0, 1.0, 0.0, 0.003);
    let found = human_contacts(&track, &anatomy(), None, &ContactOptions::default(), &mut Report::new());
    let changes = |on: &dyn Fn(usize) -> bool| (1..truth.len()).filter(|&t| on(t) != on(t - 1)).count();
    for part in 0..4 {
        assert_eq!(changes(&|t| found.feet.down[t][part]), changes(&|t| truth[t][part / 2]));
    }
}

#[test]
fn who_kneels_on_the_ball_of_a_foot_has_no_heel_down() {
    // A second of kneeling: the left foot flat, the right one upright on its ball, both still.
    let mut positions = Vec::new();
    for _ in 0..60 {
        positions.push(Vec3::new(0.0, 0.0, 0.6));
        let leg = |y: f64, knee: f64, ankle: Vec3, toe: Vec3| [Vec3::new(0.0, y, 0.55), Vec3::new(0.3, y, knee), ankle, toe];
        positions.extend(leg(0.1, 0.5, Vec3::new(0.2, 0.1, 0.08), Vec3::new(0.34, 0.1, 0.015)));
        positions.extend(leg(-0.1, 0.06, Vec3::new(-0.1, -0.1, 0.16), Vec3::new(-0.05, -0.1, 0.015)));
    }
    let track = BodyTrack::new(NAMES.map(str::to_owned).to_vec(), 60.0, positions, None).expect("finite");
    let found = human_contacts(&track, &anatomy(), None, &ContactOptions::default(), &mut Report::new());
    assert!(found.feet.down.iter().all(|d| *d == [true, true, false, true]));
}

#[test]
fn feet_that_never_come_down_are_not_down() {
    // Lying on the back, both legs raised and still.
    let (ticks, mut positions) = (300, Vec::new());
    for _ in 0..ticks {
        let legs = [0.1, 0.5, 0.9, 1.0];
        positions.push(Vec3::new(0.0, 0.0, 0.1));
        positions.extend(legs.map(|z| Vec3::new(0.1, 0.1, z)));
        positions.extend(legs.map(|z| Vec3::new(0.1, -0.1, z)));
    }
    let track = BodyTrack::new(NAMES.map(str::to_owned).to_vec(), 30.0, positions, None).expect("finite");
    let found = human_contacts(&track, &anatomy(), None, &ContactOptions::default(), &mut Report::new());
    assert!(found.feet.down.iter().all(|d| !d.iter().any(|v| *v)));
    assert!((found.floor - 0.1).abs() < 1e-12);
}

#[test]
fn stairs_are_climbed_where_the_ground_is_uneven() {
    let (flat, truth) = stepping(60.0, 1.0, 0.0, 0.0);
    // Every metre forward is half a metre up, foot by foot.
    let climbed: Vec<Vec3> = (0..flat.ticks())
        .flat_map(|t| (0..flat.bodies()).map(move |b| (t, b)))
        .map(|(t, b)| flat.position(t, b))
        .map(|p| p + Vec3::z() * (0.5 * p.x))
        .collect();
    let track = BodyTrack::new(flat.names().to_vec(), 60.0, climbed, None).expect("finite");
    let options = ContactOptions { uneven: true, ..ContactOptions::default() };
    let found = human_contacts(&track, &anatomy(), None, &options, &mut Report::new());
    for part in 0..4 {
        let (f1, error) = score(&found.feet.down, &truth, part, 60.0);
        assert!(f1 > LEAST_F1 && error < SLOW_START + 1.0 / 60.0, "part {part}: F1 {f1:.4}, onset {error:.4} s");
    }
}

#[test]
fn odd_inputs_never_panic() {
    let one = BodyTrack::new(NAMES.map(str::to_owned).to_vec(), 30.0, vec![Vec3::zeros(); 9], None).expect("finite");
    let found = human_contacts(&one, &anatomy(), None, &ContactOptions::default(), &mut Report::new());
    assert_eq!(found.feet.down, [[true; 4]]);
    let few = BodyTrack::new(vec!["a".into()], 30.0, vec![Vec3::zeros(); 9], None).expect("finite");
    let mut report = Report::new();
    let found = human_contacts(&few, &anatomy(), None, &ContactOptions::default(), &mut report);
    assert!(found.feet.down.len() == 9 && report.warnings().count() == 1);
    for rate_hz in [1e-3, 1e6] {
        let track = BodyTrack::new(NAMES.map(str::to_owned).to_vec(), rate_hz, vec![Vec3::zeros(); 90], None).expect("finite");
        human_contacts(&track, &anatomy(), None, &ContactOptions::default(), &mut Report::new());
    }
}
