//! Real motions of robots, and of people with things in their hands, where they are at hand; the
//! numbers are those that NumPy reads from the same bytes.

use crate::clips::load;
use kouros_mocap::{Capture, Companions, Format, ImportOptions, capture};
use kouros_motion::{GivenJoints, GivenMotion, QuatOrder, Report};

/// Half of a last digit of the numbers as they are spelled here, and of `f32`.
const SPELLED: f64 = 2e-6;

fn robot(path: &str) -> Option<(GivenMotion, Format, Report)> {
    let bytes = load(path)?;
    let mut report = Report::new();
    match capture(path, &bytes, &Companions::default(), &ImportOptions::default(), &mut report) {
        Ok(Capture::Robot(motion, format)) => Some((*motion, format, report)),
        Ok(Capture::Person(clip)) => panic!("{path}: a person's, {}", clip.format),
        Err(e) => panic!("{e}"),
    }
}

#[track_caller]
fn same(found: &[f64], expected: &[f64]) {
    let off = found.iter().zip(expected).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
    assert!(found.len() == expected.len() && off < SPELLED, "{found:?} {expected:?}");
}

fn some(row: &[f64], joints: [usize; 3]) -> [f64; 3] {
    joints.map(|j| row[j])
}

#[test]
fn tables_as_they_are_written() {
    if let Some((m, format, _)) = robot("g1/kimodo_output_walk.csv") {
        assert_eq!((format, m.ticks(), &m.joints, m.quat_order), (Format::RobotCsv, 150, &GivenJoints::Count(29), None));
        same(m.base_pos[0].as_slice(), &[-0.045929831, -0.020181691, 0.764335692]);
        same(&m.base_quat[0], &[0.998536885, -0.038488001, -0.037316032, 0.007088523]);
        same(&m.joints_at(0)[..2], &[-0.263915986, 0.264948994]);
    }
    if let Some((m, _, _)) = robot("lafan1_pairs_noncommercial/walk.g1_unitree.csv") {
        assert_eq!((m.ticks(), m.rate_hz), (1800, 30.0));
        same(&m.base_quat[0], &[0.001059, 0.01602, 0.018009, 0.999709]);
        same(&some(m.joints_at(0), [0, 3, 28])[..2], &[-0.119781, 0.283111]);
    }
}

#[test]
fn pickles_of_gmr() {
    for (clip, ticks) in [("001", 416), ("008", 218), ("010", 170)] {
        let Some((m, format, _)) = robot(&format!("g1/twist2_walk_{clip}.pkl")) else { continue };
        assert_eq!((format, m.ticks(), m.joints.count(), m.quat_order), (Format::RobotPickle, ticks, 29, None));
        if clip == "001" {
            assert!((m.rate_hz - 29.876_268_543_592_89).abs() < 1e-12);
            same(m.base_pos[100].as_slice(), &[-0.73744596, -2.11046601, 0.79445816]);
            same(&m.base_quat[100], &[-0.01944087, -0.07423409, -0.8171975, 0.5712264]);
            same(&some(m.joints_at(100), [0, 3, 28]), &[-0.17343222, 0.38521639, 0.30954998]);
        }
    }
}

#[test]
fn a_joblib_file_of_phc_s_kind() {
    let Some((m, format, report)) = robot("g1/asap_CR7_level1.pkl") else { return };
    assert_eq!((format, m.ticks(), m.rate_hz), (Format::RobotPickle, 119, 30.0));
    // The axes of hips, knees, ankles (their roll never turns), waist, shoulders, elbows.
    let (leg, arm) = ([Some(1), Some(0), Some(2), Some(1), Some(1), None], [Some(1), Some(0), Some(2), Some(1)]);
    assert_eq!(m.joints, GivenJoints::Axes([&leg[..], &leg, &[Some(2), Some(0), Some(1)], &arm, &arm].concat()));
    same(&m.base_quat[50], &[0.06772519, 0.14702647, -0.03126421, 0.98631591]);
    same(&some(m.joints_at(50), [0, 3, 22]), &[-0.6486463, 0.3591365, 0.92941314]);
    same(m.base_pos[50].as_slice(), &[-0.03554567, -0.2774846, 1.1796961]);
    assert!(report.notes.iter().any(|n| n.code == "take" && n.message.contains("CR7_level1")), "{report:?}");
    let bytes = load("g1/asap_CR7_level1.pkl").expect("read before");
    let named = |name: &str| {
        let options = ImportOptions { take: Some(name.into()), ..ImportOptions::default() };
        capture("a.pkl", &bytes, &Companions::default(), &options, &mut Report::new())
    };
    let message = named("CR8").expect_err("no such motion").to_string();
    assert!(message.contains("a take 'CR8'") && message.contains("CR7_level1_filter_amass"), "{message}");
    assert!(named("0-TairanTestbed_TairanTestbed_CR7_video_CR7_level1_filter_amass").is_ok());
}

#[test]
fn an_archive_of_torch() {
    let Some((m, format, _)) = robot("g1/proto_output_walk.motion") else { return };
    assert_eq!((format, m.ticks(), m.rate_hz, m.quat_order), (Format::RobotTorch, 150, 30.0, Some(QuatOrder::Xyzw)));
    // Joints are a view of a wider storage: from its seventh number on, 36 a row.
    same(&some(m.joints_at(50), [0, 3, 28]), &[-0.5009992, 0.56740963, 0.04313718]);
    same(m.base_pos[50].as_slice(), &[1.4978979, 0.09667872, 0.7322171]);
    same(&m.base_quat[50], &[0.01988902, -0.03522444, 0.01184825, 0.9991113]);
    let bodies = m.bodies.expect("bodies");
    assert_eq!((bodies.count, bodies.position.len()), (33, 33 * 150));
    same(bodies.position[50 * 33 + 32].as_slice(), &[1.6826562, -0.1423915, 0.5647017]);
}

#[test]
fn one_array_a_joint() {
    let Some((m, format, report)) = robot("g1/loco_02-constspeed_UnitreeG1.npz") else { return };
    assert_eq!((format, m.ticks()), (Format::RobotNpz, 500));
    // Its speeds are of a fitted motion, 495 times its steps in the median.
    assert_eq!(m.rate_hz, 500.0, "{report:?}");
    let GivenJoints::Named(names) = &m.joints else { panic!("names") };
    assert_eq!(names.len(), 25);
    let knee = names.iter().position(|n| n == "left_knee_joint").expect("a knee");
    same(&[m.base_pos[50].x, m.joints_at(50)[knee]], &[3.6570866379458615, 0.4806940121587076]);
}

#[test]
fn a_box_is_carried() {
    let path = "holosoma/sub3_largebox_003.pt";
    let Some(bytes) = load(path) else { return };
    let mut report = Report::new();
    let clip = match capture(path, &bytes, &Companions::default(), &ImportOptions::default(), &mut report) {
        Ok(Capture::Person(clip)) => clip,
        other => panic!("{other:?}"),
    };
    assert_eq!((clip.format, clip.motion.ticks(), clip.source_rate_hz), (Format::InterMimic, 196, 30.0));
    let (track, joints) = (clip.body_track(), clip.motion.skeleton());
    let at = |name: &str| track.position(50, joints.index_of(name).expect("a joint"));
    same(at("Pelvis").as_slice(), &[0.8185347, 1.1609513, 1.0754575]);
    // The fourth joint: left hip, knee, ankle come before.
    same(at("L_Ankle").as_slice(), &[1.0116949, 1.1843119, 0.16254245]);
    same(at("R_Thumb3").as_slice(), &[0.7620796, 0.6062706, 0.9090346]);
    let [thing] = clip.objects.as_slice() else { panic!("{:?}", clip.objects.len()) };
    assert_eq!((thing.name.as_str(), thing.poses.len(), thing.rate_hz), ("largebox", 196, 30.0));
    same(thing.poses[50].translation.vector.as_slice(), &[0.8935578, 0.6462336, 0.957062]);
    let turn = QuatOrder::Xyzw.rotation(&[0.9597887, 0.27684462, 0.04647522, 0.00166134]).expect("a unit");
    assert!(thing.poses[50].rotation.angle_to(&turn) < 1e-5);
    // The hands are at the box while it is up.
    let wrists = (at("L_Wrist") + at("R_Wrist")) / 2.0;
    assert!((wrists - thing.poses[50].translation.vector).norm() < 0.35, "{wrists}");
    // A dictionary of heights is no motion, and said to be what it is.
    if let Some(bytes) = load("holosoma/height_dict.pkl") {
        let message = capture("h.pkl", &bytes, &Companions::default(), &ImportOptions::default(), &mut Report::new());
        let message = message.expect_err("heights").to_string();
        assert!(message.contains("a pickle of a dictionary of 17: sub"), "{message}");
    }
}
