//! Plates by hand.

use super::*;

/// A plate of 0.4 m by 0.6 m at the world's origin, x along x, y against y, z down.
const CORNERS: [f64; 12] = [200.0, -300.0, 0.0, -200.0, -300.0, 0.0, -200.0, 300.0, 0.0, 200.0, 300.0, 0.0];

fn one(kind: f64, channels: &[f64], origin: [f64; 3], units: &[&str], matrix: &[f64]) -> (Vec<Felt>, Report) {
    let numbers: Vec<f64> = (1..=channels.len()).map(|c| c as f64).collect();
    let units: Vec<String> = units.iter().map(|u| (*u).to_owned()).collect();
    let value = |_: usize, c: usize| channels[c];
    let analog = Analog { channels: channels.len(), samples: 2, per_frame: 2, rate_hz: 100.0, units: &units, value: &value };
    let (kinds, zero) = ([kind], [1.0, 0.0]);
    let group = Group {
        used: 1,
        kinds: &kinds,
        corners: &CORNERS,
        origins: &origin,
        channels: &numbers,
        matrices: matrix,
        zero: &zero,
        unit_m: 0.001,
    };
    let mut report = Report::new();
    (felt(&group, &analog, &mut report), report)
}

/// 700 N up and 30 N forward, 0.1 m forward and 0.05 m left of the middle, 4 N m about it.
fn check(plates: &[Felt]) {
    let [plate] = plates else { panic!("one plate, not {}", plates.len()) };
    assert!((plate.force[1] - Vec3::new(30.0, 0.0, 700.0)).norm() < 1e-9, "{}", plate.force[1]);
    assert!((plate.center[1] - Vec3::new(100.0, 50.0, 0.0)).norm() < 1e-9, "{}", plate.center[1]);
    assert!((plate.free_moment[1] - 4.0).abs() < 1e-9, "{}", plate.free_moment[1]);
}

#[test]
fn type_2_by_hand() {
    // On the body, in the plate's axes (y and z turned): F = (30, 0, -700) at (0.1, -0.05, -0.04)
    // from the sensors, free moment -4: M = r x F + (0, 0, -4)
    // = (35 + 0, -0.04*30 + 0.1*700, 0.05*30 - 4) = (35, 68.8, -2.5) N m.
    let newton_mm = ["N", "N", "N", "Nmm", "Nmm", "Nmm"];
    let on_body = [30.0, 0.0, -700.0, 35e3, 68.8e3, -2.5e3];
    check(&one(2.0, &on_body, [0.0, 0.0, -40.0], &newton_mm, &[]).0);
    // The same with the surface placed under the sensors, and as forces on the plate.
    let (plates, report) = one(2.0, &on_body.map(|v| -v), [0.0, 0.0, 40.0], &newton_mm, &[]);
    check(&plates);
    assert_eq!(report.notes.iter().filter(|n| n.code == "force-plate").count(), 2);
    // In newton metres.
    let metres = [30.0, 0.0, -700.0, 35.0, 68.8, -2.5];
    check(&one(2.0, &metres, [0.0, 0.0, -40.0], &["N", "N", "N", "Nm", "N.m", "Nm"], &[]).0);
}

#[test]
fn type_1_gives_the_centre_itself() {
    check(&one(1.0, &[30.0, 0.0, -700.0, 100.0, -50.0, -4e3], [0.0; 3], &["N", "N", "N", "mm", "mm", "Nmm"], &[]).0);
}

#[test]
fn type_3_by_hand() {
    // Sensors at (+-0.12, +-0.2). Four loads that sum to -700, moments of 35 and 70 N m about the
    // middle, as above, 1.2 less about the sensors: b (z1+z2-z3-z4) = 35, a (z2+z3-z1-z4) = 68.8.
    let (p, q) = (35.0 / 0.2, 68.8 / 0.12);
    let z1 = (-700.0 + p - q) / 4.0;
    let z2 = (-700.0 + p + q) / 4.0;
    let z3 = (-700.0 - p + q) / 4.0;
    let z4 = (-700.0 - p - q) / 4.0;
    // Mz = b (x34 - x12) + a (y14 - y23) = -2.5 with x12 + x34 = 30 and y14 = -y23 = 0.
    let x34 = (30.0 - 2.5 / 0.2) / 2.0;
    let eight = [30.0 - x34, x34, 0.0, 0.0, z1, z2, z3, z4];
    check(&one(3.0, &eight, [120.0, 200.0, -40.0], &["N"; 8], &[]).0);
}

#[test]
fn type_4_multiplies_by_its_matrix() {
    // Volts times 10 are newtons and newton millimetres, and channel 6 leaks into Fx.
    let mut matrix = [0.0; 36];
    for i in 0..6 {
        matrix[7 * i] = 10.0;
    }
    matrix[30] = 2.0;
    let volts = [3.0 + 2.0 * 250.0 / 10.0, 0.0, -70.0, 3500.0, 6880.0, -250.0];
    check(&one(4.0, &volts, [0.0, 0.0, -40.0], &["V"; 6], &matrix).0);
}

#[test]
fn other_types_are_told() {
    let (plates, report) = one(21.0, &[0.0; 6], [0.0; 3], &[], &[]);
    assert!(plates.is_empty() && report.warnings().count() == 1);
    let (plates, report) = one(4.0, &[0.0; 6], [0.0; 3], &[], &[]);
    assert!(plates.is_empty() && report.warnings().next().is_some_and(|w| w.message.contains("CAL_MATRIX")));
}
