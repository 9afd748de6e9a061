//! Tables by hand.

use super::*;

#[test]
fn plates_by_their_columns() {
    let text = b"name a.mot\nnRows=2\nendheader\ntime 1_ground_force_vx 1_ground_force_vy 1_ground_force_vz 1_ground_force_px 1_ground_force_py 1_ground_force_pz 1_ground_torque_x 1_ground_torque_y 1_ground_torque_z other\n0.5 1 700 3 0.1 0 0.2 0 4 0 9\n0.51 1 701 3 0.1 0 0.2 0 4 0 9\n";
    assert!(is_one(text));
    let plates = forces("a.mot", text, 0.4, &mut Report::new()).expect("plates");
    let [plate] = plates.as_slice() else { panic!("one plate") };
    assert_eq!(
        (plate.name.as_str(), plate.force[0], plate.center[1]),
        ("1_ground_force", Vec3::new(1.0, 700.0, 3.0), Vec3::new(0.1, 0.0, 0.2))
    );
    assert!((plate.rate_hz - 100.0).abs() < 1e-6 && (plate.start_s - 0.1).abs() < 1e-12 && plate.free_moment[0] == 4.0);
}

#[test]
fn tables_of_angles_are_no_forces() {
    for text in
        ["endheader\ntime knee\n0 1\n", "endheader\n", "x", "endheader\ntime a_vx a_vy a_vz a_px a_py a_pz\n0 1 2 3 4 5\n"]
    {
        assert!(forces("a.mot", text.as_bytes(), 0.0, &mut Report::new()).is_err(), "{text}");
    }
}
