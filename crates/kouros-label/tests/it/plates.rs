//! Contacts found in motion against force plates: hand-made ones, then real ones.

use kouros_label::plate_contacts;
use kouros_motion::{Anatomy, Arm, BodyTrack, FootContacts, ForcePlate, Leg, Report, Vec3};

/// A left foot at rest on a plate of half a metre, a right one beside it; 100 Hz, one second.
fn standing() -> (BodyTrack, Anatomy) {
    let leg = |hip: usize| Leg { hip, knee: hip, ankle: hip, toe: hip + 1 };
    let arm = Arm { clavicle: None, shoulder: 0, elbow: 0, wrist: 0 };
    let anatomy = Anatomy {
        pelvis: 0,
        spine: vec![],
        neck: None,
        head: None,
        legs: [leg(0), leg(2)],
        arms: [arm; 2],
        rest_is_upright: false,
        rest_is_t_pose: false,
    };
    let one = [Vec3::new(0.0, 0.1, 0.08), Vec3::new(0.14, 0.1, 0.02), Vec3::new(0.0, -0.6, 0.08), Vec3::new(0.14, -0.6, 0.02)];
    let names = ["la", "lt", "ra", "rt"].map(str::to_owned).to_vec();
    (BodyTrack::new(names, 100.0, [one; 100].concat(), None).expect("finite"), anatomy)
}

/// Loaded with 700 N from 0.3 s to 0.7 s at 1000 Hz, the centre of pressure going from heel to tip.
fn plate(corner_x: f64) -> ForcePlate {
    let on = |s: usize| (300..700).contains(&s);
    let force = (0..1000).map(|s| Vec3::z() * if on(s) { 700.0 } else { 3.0 }).collect();
    let along = |s: usize| (s as f64 - 300.0) / 400.0;
    let center = (0..1000).map(|s| Vec3::new(-0.049 + 0.238 * along(s), 0.1, 0.0)).collect();
    let corners = [[corner_x, 0.3], [corner_x - 0.5, 0.3], [corner_x - 0.5, -0.1], [corner_x, -0.1]];
    ForcePlate {
        name: "plate 1".into(),
        corners: Some(corners.map(|[x, y]| Vec3::new(x, y, 0.0))),
        rate_hz: 1000.0,
        start_s: 0.0,
        force,
        center,
        free_moment: vec![0.0; 1000],
    }
}

#[test]
fn a_strike_by_hand() {
    let (track, anatomy) = standing();
    let known = plate_contacts(&track, &anatomy, &[plate(0.3)], &mut Report::new());
    assert_eq!((known.strikes.len(), known.left_out), (1, 0));
    assert_eq!((known.strikes[0].side, known.strikes[0].onset_s, known.strikes[0].end_s), (0, Some(0.3), Some(0.7)));
    // A tenth of a second on either side, and the strike: 60 ticks of the left foot.
    assert_eq!(known.known.iter().filter(|k| k[0]).count(), 60);
    assert!(known.known.iter().all(|k| !k[1]));
    let parts = |t: usize| (known.feet.down[t][0], known.feet.down[t][1]);
    assert_eq!([29, 31, 50, 69, 70].map(parts), [(false, false), (true, false), (true, true), (false, true), (false, false)]);
    // Found 20 ms late and 10 ms long: 38 of 40 hit, 2 missed, 1 too many.
    let down = (0..100).map(|t| [(32..71).contains(&t), false, true, true]).collect();
    let found = FootContacts { rate_hz: 100.0, down };
    let agreement = known.agreement(&found);
    assert!((agreement.f1 - 76.0 / 79.0).abs() < 1e-12);
    assert!((agreement.median_onset_s().expect("one") - 0.02).abs() < 1e-9 && agreement.onsets_within() == 1);
    let merged = known.over(&found);
    assert_eq!(
        [merged.down[30], merged.down[70], merged.down[95]],
        [[true, false, true, true], [false, false, true, true], [false, false, true, true]]
    );
}

#[test]
fn a_foot_over_the_edge_or_beside_does_not_count() {
    let (track, anatomy) = standing();
    // The plate ends under the toes; or the load is where no foot is.
    let mut far = plate(0.3);
    far.center.iter_mut().for_each(|c| c.y += 0.15);
    for plate in [plate(0.1), far] {
        let known = plate_contacts(&track, &anatomy, &[plate], &mut Report::new());
        assert_eq!((known.strikes.len(), known.left_out), (0, 1));
        assert!(known.known.iter().flatten().all(|k| !k));
    }
}
