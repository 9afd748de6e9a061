//! Real clips, where they are at hand: which joint is which, units, axes, T-poses, rates.

use crate::seeds::{npz_parts, zipped};
use kouros_mocap::{Clip, Companions, ImportOptions, Layout, Up, needs_skeleton_file, positions_npz, read};
use kouros_motion::{Anatomy, LEFT, RIGHT, Report, Vec3};
use std::path::PathBuf;

/// A file of the clips' folder, or `None`, said aloud, where there is none.
#[expect(clippy::print_stderr, reason = "a skipped test says so")]
pub fn load(path: &str) -> Option<Vec<u8>> {
    let full = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/mocap")).join(path);
    let bytes = std::fs::read(&full).ok();
    if bytes.is_none() {
        eprintln!("skipped: no clip {path}");
    }
    bytes
}

fn import(name: &str, bytes: &[u8], asf: Option<&[u8]>, options: &ImportOptions) -> (Clip, Report) {
    let companions = Companions { asf: asf.map(|b| ("skeleton.asf", b)), ..Companions::default() };
    let mut report = Report::new();
    let clip = read(name, bytes, &companions, options, &mut report).unwrap_or_else(|e| panic!("{e}"));
    (clip, report)
}

fn bvh(path: &str) -> Option<(Clip, Report)> {
    load(path).map(|b| import(path, &b, None, &ImportOptions::default()))
}

fn amc(clip: &str, skeleton: &str) -> Option<(Clip, Report)> {
    let (motion, asf) = (load(&format!("cmu_asf_amc/{clip}.amc"))?, load(&format!("cmu_asf_amc/{skeleton}.asf"))?);
    assert!(needs_skeleton_file(clip, &motion));
    Some(import(clip, &motion, Some(&asf), &ImportOptions::default()))
}

/// The anatomy in names: pelvis; spine; neck head; left leg; left arm. `-` where there is none.
fn spelled(clip: &Clip) -> String {
    let a = &clip.anatomy;
    let joints = clip.motion.skeleton().joints();
    let name = |j: usize| joints[j].name.as_str();
    let option = |j: Option<usize>| j.map_or("-", name);
    let spine: Vec<&str> = a.spine.iter().map(|j| name(*j)).collect();
    let (leg, arm) = (&a.legs[LEFT], &a.arms[LEFT]);
    let leg = [leg.hip, leg.knee, leg.ankle, leg.toe].map(name).join(" ");
    let arm = format!("{} {}", option(arm.clavicle), [arm.shoulder, arm.elbow, arm.wrist].map(name).join(" "));
    format!("{}; {}; {} {}; {leg}; {arm}", name(a.pelvis), spine.join(" "), option(a.neck), option(a.head))
}

/// What holds of every clip of a person: sides mirror each other in names and in space, and the
/// bones are human.
fn sound(clip: &Clip, what: &str) {
    let a = &clip.anatomy;
    let joints = clip.motion.skeleton().joints();
    let track = clip.motion.body_track();
    let mirrored = |l: usize, r: usize| {
        let (l, r) = (&joints[l].name, &joints[r].name);
        // Every rig at hand spells sides as Left/Right, L/R or l/r.
        assert!(l != r && l.replace("Left", "Right").replace("left", "right").len().abs_diff(r.len()) <= 1, "{what}: {l}, {r}");
        let side = |n: &str| n.to_lowercase().replace("cc_base_", "").trim_start_matches('_').chars().next();
        assert_eq!((side(l), side(r)), (Some('l'), Some('r')), "{what}");
    };
    mirrored(a.legs[LEFT].hip, a.legs[RIGHT].hip);
    mirrored(a.legs[LEFT].toe, a.legs[RIGHT].toe);
    mirrored(a.arms[LEFT].wrist, a.arms[RIGHT].wrist);
    let length = |from: usize, to: usize| (track.position(0, from) - track.position(0, to)).norm();
    for (leg, arm) in a.legs.iter().zip(&a.arms) {
        let (thigh, shank) = (length(leg.hip, leg.knee), length(leg.knee, leg.ankle));
        assert!((0.3..0.55).contains(&thigh) && (0.3..0.55).contains(&shank), "{what}: {thigh} {shank}");
        let (upper, lower) = (length(arm.shoulder, arm.elbow), length(arm.elbow, arm.wrist));
        assert!((0.2..0.4).contains(&upper) && (0.13..0.35).contains(&lower), "{what}: {upper} {lower}");
    }
}

const LAFAN: &str =
    "Hips; Spine Spine1 Spine2; Neck Head; LeftUpLeg LeftLeg LeftFoot LeftToe; LeftShoulder LeftArm LeftForeArm LeftHand";
const MOTION_BUILDER: &str =
    "Hips; LowerBack Spine Spine1; Neck Head; LeftUpLeg LeftLeg LeftFoot LeftToeBase; LeftShoulder LeftArm LeftForeArm LeftHand";
const MAX: &str = "Hips; lowerback Chest Chest2; lowerneck Head; LeftHip LeftKnee LeftAnkle LeftToe; LeftCollar LeftShoulder LeftElbow LeftWrist";
const DAZ: &str = "hip; abdomen chest; neck head; lThigh lShin lFoot lFoot_end; lCollar lShldr lForeArm lHand";
const LIFEFORMS: &str = "CC_Base_Hip; CC_Base_Waist CC_Base_Spine01 CC_Base_Spine02; CC_Base_NeckTwist01 CC_Base_Head; CC_Base_L_Thigh CC_Base_L_Calf CC_Base_L_Foot CC_Base_L_ToeBase; CC_Base_L_Clavicle CC_Base_L_Upperarm CC_Base_L_Forearm CC_Base_L_Hand";
const XSENS: &str = "Hips; Chest Chest2 Chest3 Chest4; Neck Head; LeftHip LeftKnee LeftAnkle LeftToe; LeftCollar LeftShoulder LeftElbow LeftWrist";
const SOMA: &str =
    "Hips; Spine1 Spine2 Chest; Neck1 Head; LeftLeg LeftShin LeftFoot LeftToeBase; LeftShoulder LeftArm LeftForeArm LeftHand";
const MEREDITH: &str = "Hips; Spine; - Head; LeftUpLeg LeftLeg LeftFoot LeftToeBase; LeftShoulder LeftArm LeftForeArm LeftHand";
const MOCAPBANK: &str =
    "Hips; Chest Chest2; Neck Head; LeftHip LeftKnee LeftAnkle LeftAnkle_end; LeftCollar LeftShoulder LeftElbow LeftWrist";
const SMALL: &str =
    "Hips; Chest; Neck Head; LeftUpLeg LeftLowLeg LeftFoot LeftFoot_ball; LeftCollar LeftUpArm LeftLowArm LeftHand";
const ACCLAIM: &str =
    "root; lowerback upperback thorax; lowerneck head; lfemur ltibia lfoot ltoes; lclavicle lhumerus lradius lwrist";

/// Path, anatomy, rate [Hz], frames dropped, and whether the rest pose is upright and a T-pose.
const CLIPS: [(&str, &str, f64, usize, bool, bool); 19] = [
    ("lafan1_pairs_noncommercial/walk.bvh", LAFAN, 30.0, 0, false, false),
    ("lafan1_pairs_noncommercial/run.bvh", LAFAN, 30.0, 0, false, false),
    ("lafan1_pairs_noncommercial/jumps.bvh", LAFAN, 30.0, 0, false, false),
    ("lafan1_pairs_noncommercial/fall_getup.bvh", LAFAN, 30.0, 0, false, false),
    ("cmu_bvh_cgspeed/12_01_walk.bvh", MOTION_BUILDER, 120.0, 1, true, true),
    ("cmu_bvh_cgspeed/124_01.bvh", MOTION_BUILDER, 120.0, 1, true, true),
    ("cmu_bvh_cgspeed/131_01.bvh", MAX, 120.0, 0, true, false),
    ("cmu_bvh_cgspeed/10_01.bvh", DAZ, 120.0, 1, true, true),
    ("cmu_bvh_cgspeed/10_03.bvh", DAZ, 120.0, 1, true, true),
    ("cmu_bvh_cgspeed/11_01.bvh", DAZ, 120.0, 1, true, true),
    ("cmu_bvh_lifeforms/002_03.bvh", LIFEFORMS, 60.0, 0, false, false),
    ("cmu_bvh_lifeforms/003_02.bvh", LIFEFORMS, 60.0, 0, false, false),
    ("cmu_bvh_lifeforms/007_04.bvh", LIFEFORMS, 60.0, 1, false, false),
    ("cmu_bvh_lifeforms/007_09.bvh", LIFEFORMS, 60.0, 1, false, false),
    ("xsens/test_mocap.bvh", XSENS, 60.0, 1, true, true),
    ("bvh_misc/soma_zero_frame0.bvh", SOMA, 120.0, 0, true, false),
    ("bvh_misc/AV_8Walk_Meredith.bvh", MEREDITH, 120.0, 0, true, true),
    ("bvh_misc/test_mocapbank.bvh", MOCAPBANK, 30.0, 0, true, false),
    ("bvh_misc/bvhio_example.bvh", SMALL, 30.0, 0, true, false),
];

#[test]
fn every_rig_is_recognised() {
    for (path, anatomy, rate, dropped, upright, t_pose) in CLIPS {
        let Some((clip, report)) = bvh(path) else { continue };
        assert_eq!(spelled(&clip), anatomy, "{path}");
        assert_eq!((clip.source_rate_hz, clip.dropped_frames), (rate, dropped), "{path}: {report:?}");
        assert_eq!((clip.anatomy.rest_is_upright, clip.anatomy.rest_is_t_pose), (upright, t_pose), "{path}");
        assert_eq!(report.warnings().count(), 0, "{path}: {report:?}");
        sound(&clip, path);
        stands(&clip, path);
    }
}

#[test]
fn acclaim_is_recognised() {
    for (clip, skeleton) in
        [("02_01", "02"), ("02_06", "02"), ("03_02", "03"), ("01_08", "01"), ("07_05", "07"), ("131_04", "131")]
    {
        let Some((read, report)) = amc(clip, skeleton) else { continue };
        assert_eq!(spelled(&read), ACCLAIM, "{clip}");
        assert_eq!(report.warnings().count(), 0, "{clip}: {report:?}");
        sound(&read, clip);
        assert!(read.anatomy.rest_is_t_pose, "{clip}");
    }
}

/// On a floor near zero, most of the time upright: feet low, hips at a leg's height.
fn stands(clip: &Clip, what: &str) {
    let (a, track) = (&clip.anatomy, clip.motion.body_track());
    let mut low: Vec<f64> =
        (0..track.ticks()).map(|t| a.legs.iter().map(|l| track.position(t, l.toe).z).fold(f64::MAX, f64::min)).collect();
    low.sort_by(f64::total_cmp);
    let above: f64 = (0..track.ticks()).map(|t| track.position(t, a.pelvis).z).sum::<f64>() / track.ticks() as f64 - low[0];
    let known = ["bvhio", "xsens", "003_02", "fall_getup"].iter().any(|k| what.contains(k));
    assert!(known || (0.6..1.1).contains(&above), "{what}: {above}");
    assert!(known || low[low.len() / 2].abs() < 0.25, "{what}: {}", low[low.len() / 2]);
}

#[test]
fn acclaim_and_its_bvh_are_the_same_body() {
    // CMU's verified figures: head 1.61 to 1.69 m, toes at 0.02 to 0.06 m.
    let Some((clip, _)) = amc("02_01", "02") else { return };
    let (a, track) = (&clip.anatomy, clip.motion.body_track());
    let head = clip.motion.skeleton().index_of("head_end").expect("the head ends");
    let low = (0..track.ticks())
        .flat_map(|t| a.legs.iter().map(move |l| (t, l.toe)))
        .map(|(t, j)| track.position(t, j).z)
        .fold(f64::MAX, f64::min);
    assert!((0.0..0.07).contains(&low), "{low}");
    for tick in 0..track.ticks() {
        let top = track.position(tick, head).z;
        assert!((1.5..1.85).contains(&top), "{top}");
    }
}

#[test]
fn names_do_not_matter() {
    for path in [
        "lafan1_pairs_noncommercial/walk.bvh",
        "cmu_bvh_cgspeed/12_01_walk.bvh",
        "cmu_bvh_cgspeed/131_01.bvh",
        "cmu_bvh_lifeforms/002_03.bvh",
    ] {
        let Some(bytes) = load(path) else { continue };
        let anatomy = |bytes: &[u8]| import(path, bytes, None, &ImportOptions::default()).0.anatomy;
        let original = anatomy(&bytes);
        let numbered = renamed(&bytes, |i, _| format!("j{i}"));
        same(&original, &anatomy(&numbered), path);
        let swapped = renamed(&bytes, |_, name| {
            let (l, r) = [("Left", "Right"), ("_L_", "_R_")]
                .into_iter()
                .find(|(l, r)| name.contains(l) || name.contains(r))
                .unwrap_or(("?", "?"));
            name.replace(l, "\u{1}").replace(r, l).replace('\u{1}', r)
        });
        same(&original, &anatomy(&swapped), path);
    }
}

fn same(a: &Anatomy, b: &Anatomy, path: &str) {
    assert_eq!(a, b, "{path}");
}

/// The same file with other joint names.
fn renamed(bytes: &[u8], name: impl Fn(usize, &str) -> String) -> Vec<u8> {
    let text = String::from_utf8_lossy(bytes);
    let (mut out, mut index) = (String::new(), 0);
    for line in text.lines() {
        let mut words = line.split_whitespace();
        if let (Some(keyword @ ("ROOT" | "JOINT")), Some(old)) = (words.next(), words.next()) {
            out.push_str(&format!("{keyword} {}\n", name(index, old)));
            index += 1;
        } else {
            out.push_str(line);
            out.push('\n');
        }
    }
    out.into_bytes()
}

#[test]
fn units_and_axes_are_found() {
    for (path, unit) in [
        ("lafan1_pairs_noncommercial/walk.bvh", "centimetres"),
        ("cmu_bvh_cgspeed/131_01.bvh", "CMU"),
        ("bvh_misc/AV_8Walk_Meredith.bvh", "inches"),
    ] {
        let Some((clip, report)) = bvh(path) else { continue };
        let note = report.notes.iter().find(|n| n.code == "unit").map(|n| n.message.clone()).unwrap_or_default();
        assert!(note.contains(unit), "{path}: {note}");
        let up = report.notes.iter().find(|n| n.code == "up-axis").map(|n| n.message.clone()).unwrap_or_default();
        assert!(up.starts_with("y points up"), "{path}: {up}");
        drop(clip);
    }
    // Turned on purpose: the same clip with z up, scaled to metres.
    let Some(bytes) = load("cmu_bvh_cgspeed/131_01.bvh") else { return };
    let options = ImportOptions {
        up: Some(Up::Y),
        unit_m: Some(0.05),
        rate_hz: Some(60.0),
        drop_t_pose: Some(false),
        ..ImportOptions::default()
    };
    let (clip, report) = import("x.bvh", &bytes, None, &options);
    assert_eq!(clip.motion.rate_hz(), 60.0);
    assert!(report.notes.iter().all(|n| n.code != "up-axis" && n.code != "unit"), "{report:?}");
}

#[test]
fn every_lafan_position_is_the_files() {
    let path = "lafan1_pairs_noncommercial/walk.bvh";
    let Some((clip, _)) = bvh(path) else { return };
    // The first numbers of the first frame are the root's place in centimetres, y up.
    let text = load(path).map(|b| String::from_utf8_lossy(&b).into_owned()).unwrap_or_default();
    let row = text.split("Frame Time:").nth(1).and_then(|t| t.lines().nth(1)).unwrap_or_default().to_owned();
    let v: Vec<f64> = row.split_whitespace().filter_map(|w| w.parse().ok()).collect();
    let found = clip.motion.body_track().position(0, clip.anatomy.pelvis);
    assert!((found - Vec3::new(v[0], -v[2], v[1]) / 100.0).norm() < 1e-9);
    assert_eq!(clip.t_pose, Some(0)); // the actors begin in one, and move out of it: nothing to drop
}

#[test]
fn a_wrong_rate_of_cmu_is_found_and_a_right_one_kept() {
    let Some(bytes) = load("cmu_bvh_cgspeed/12_01_walk.bvh") else { return };
    let text = String::from_utf8_lossy(&bytes);
    let slow = text.replace("Frame Time: .0083333", "Frame Time: .0333333");
    assert!(slow != text);
    let (clip, report) = import("slow.bvh", slow.as_bytes(), None, &ImportOptions::default());
    assert_eq!(clip.source_rate_hz, 120.0);
    assert!(report.warnings().any(|n| n.code == "rate" && n.message.contains("--source-rate")), "{report:?}");
    // The same walk honestly at 30 Hz: every fourth frame.
    let (head, body) = slow.split_once("Frame Time: .0333333").expect("a motion");
    let rows: Vec<&str> = body.lines().skip(1).filter(|l| !l.trim().is_empty()).step_by(4).collect();
    let honest =
        format!("{}Frame Time: .0333333\n{}\n", head.replace("Frames: 524", &format!("Frames: {}", rows.len())), rows.join("\n"));
    let (clip, report) = import("honest.bvh", honest.as_bytes(), None, &ImportOptions::default());
    assert_eq!(clip.source_rate_hz, 30.0);
    assert!(report.warnings().all(|n| n.code != "rate"), "{report:?}");
    let (clip, _) = import("told.bvh", slow.as_bytes(), None, &ImportOptions { rate_hz: Some(29.0), ..ImportOptions::default() });
    assert_eq!(clip.source_rate_hz, 29.0);
}

#[test]
fn a_t_pose_is_kept_on_demand() {
    let Some(bytes) = load("cmu_bvh_cgspeed/12_01_walk.bvh") else { return };
    let with = |drop_t_pose| import("x.bvh", &bytes, None, &ImportOptions { drop_t_pose, ..ImportOptions::default() }).0;
    assert_eq!((with(None).motion.ticks(), with(Some(true)).motion.ticks(), with(Some(false)).motion.ticks()), (523, 523, 524));
    assert_eq!(with(Some(false)).t_pose, Some(0));
}

#[test]
fn smpl_stands_on_z() {
    let Some(bytes) = load("smpl_facts/SMPLX_TPOSE_UNIFIED_AMASS.npz") else { return };
    let (clip, report) = import("tpose.npz", &bytes, None, &ImportOptions::default());
    let expected = "pelvis; spine1 spine2 spine3; neck head; left_hip left_knee left_ankle left_foot; left_collar left_shoulder left_elbow left_wrist";
    assert_eq!(spelled(&clip), expected);
    assert!(clip.anatomy.rest_is_t_pose && clip.t_pose == Some(0));
    assert!(report.notes.iter().any(|n| n.code == "shape"));
    sound(&clip, "smpl");
}

#[test]
fn a_body_without_legs_says_what_it_has() {
    let Some(bytes) = load("lafan1_pairs_noncommercial/walk.bvh") else { return };
    let text = String::from_utf8_lossy(&bytes);
    // The legs end at the hips: the rest of each leg and its columns are cut away.
    let spine = text.find("\tJOINT Spine").expect("a spine");
    let legs = text.find("\tJOINT LeftUpLeg").expect("legs");
    let (head, motion) = text.split_once("MOTION").expect("a motion");
    let head = format!("{}{}", &head[..legs], &head[spine..]);
    let mut lines = motion.lines().skip(1);
    let (frames, time) = (lines.next().expect("frames"), lines.next().expect("time"));
    let rows = lines.map(|l| {
        let words: Vec<&str> = l.split_whitespace().collect();
        words.iter().take(6).chain(words.iter().skip(6 + 24)).copied().collect::<Vec<_>>().join(" ")
    });
    let cut = format!("{head}MOTION\n{frames}\n{time}\n{}", rows.collect::<Vec<_>>().join("\n"));
    let error = read("upper.bvh", cut.as_bytes(), &Companions::default(), &ImportOptions::default(), &mut Report::new())
        .expect_err("no legs");
    let message = error.to_string();
    assert!(
        message.contains("two legs") && message.contains("LeftShoulder + RightShoulder") && message.contains("Hips"),
        "{message}"
    );
}

#[test]
fn positions_are_an_archive_of_three() {
    let Some((clip, _)) = bvh("lafan1_pairs_noncommercial/walk.bvh") else { return };
    let bytes = positions_npz(&clip).expect("small");
    // 22 joints, 3 numbers of 8 bytes each tick.
    assert!(bytes.len() > clip.motion.ticks() * 22 * 24 && bytes.starts_with(b"PK\x03\x04"));
    for name in ["names.npy", "positions.npy", "fps.npy"] {
        assert!(bytes.windows(name.len()).any(|w| w == name.as_bytes()));
    }
}

const SUIT: &str =
    "Pelvis; L5 L3 T12 T8; Neck Head; LeftUpperLeg LeftLowerLeg LeftFoot LeftToe; LeftShoulder LeftUpperArm LeftForeArm LeftHand";

#[test]
fn a_suit_as_mvnx_is_the_same_clip_as_bvh() {
    let Some((clip, report)) = bvh("xsens/test_mocap.mvnx") else { return };
    assert_eq!(spelled(&clip), SUIT, "{report:?}");
    sound(&clip, "mvnx");
    assert_eq!((clip.source_rate_hz, clip.motion.ticks(), clip.dropped_frames), (60.0, 112, 0), "{report:?}");
    assert!(clip.anatomy.rest_is_upright && clip.anatomy.rest_is_t_pose);
    let contacts = clip.contacts.as_ref().expect("the file has foot contacts");
    assert_eq!((contacts.rate_hz, contacts.down.len(), contacts.down[0]), (60.0, 112, [true; 4]));
    // Nothing that names a person is told.
    assert!(!format!("{report:?}").to_lowercase().contains("users"));

    // The BVH of the same take has a T-pose in the place of the first frame.
    let Some((twin, _)) = bvh("xsens/test_mocap.bvh") else { return };
    const ROUNDING: f64 = 0.005; // m: degrees and centimetres of few decimals, down a chain of eight
    let (a, b) = (clip.motion.body_track(), twin.motion.body_track());
    for tick in 0..b.ticks() {
        for (from, to) in [
            (clip.anatomy.legs[LEFT].knee, twin.anatomy.legs[LEFT].knee),
            (clip.anatomy.legs[RIGHT].ankle, twin.anatomy.legs[RIGHT].ankle),
            (clip.anatomy.arms[LEFT].wrist, twin.anatomy.arms[LEFT].wrist),
        ] {
            let p = a.position(tick + 1, from) - a.position(tick + 1, clip.anatomy.pelvis);
            let q = b.position(tick, to) - b.position(tick, twin.anatomy.pelvis);
            assert!((p.norm() - q.norm()).abs() < ROUNDING && (p.z - q.z).abs() < ROUNDING, "{tick}: {p:?} {q:?}");
        }
    }
}

const OPTI_TRACK: &str =
    "Hips; Spine Spine1; Neck Head; LeftUpLeg LeftLeg LeftFoot LeftToe; LeftShoulder LeftArm LeftForeArm LeftHand";
const FINGERS: &str =
    "Hips; Spine Spine1; Neck Head; LeftUpLeg LeftLeg LeftFoot LeftToeBase; LeftShoulder LeftArm LeftForeArm LeftHand";

#[test]
fn arrays_of_positions_find_their_layout() {
    let options = ImportOptions { rate_hz: Some(120.0), ..ImportOptions::default() };
    for (path, anatomy, ticks) in [
        ("optitrack_npz/walk.npz", OPTI_TRACK, 1814),
        ("optitrack_npz/squat.npz", OPTI_TRACK, 1825),
        ("holosoma/climb_0/mocap_climb_seq_0_joint_positions_f900-3700.npy", FINGERS, 2801),
    ] {
        let Some(bytes) = load(path) else { continue };
        let (clip, report) = import(path, &bytes, None, &options);
        assert_eq!(spelled(&clip), anatomy, "{path}: {report:?}");
        sound(&clip, path);
        assert_eq!((clip.motion.ticks(), clip.dropped_frames), (ticks, 0), "{path}: {report:?}");
        let track = clip.body_track();
        assert!(!clip.has_rotations && !track.has_rotations() && !clip.anatomy.rest_is_t_pose);
        assert!(report.notes.iter().any(|n| n.code == "layout"), "{path}");
        let (lowest, head) = ends(&clip);
        assert!(lowest > -0.05 && lowest < 0.1 && head > 1.4, "{path}: {lowest} {head}");
        assert!(read(path, &bytes, &Companions::default(), &ImportOptions::default(), &mut Report::new()).is_err(), "no rate");
    }
}

/// The lowest toe or ankle over the clip, and the highest head [m].
fn ends(clip: &Clip) -> (f64, f64) {
    let (a, track) = (&clip.anatomy, clip.body_track());
    let feet = a.legs.iter().flat_map(|l| [l.ankle, l.toe]).collect::<Vec<_>>();
    let height = |t: usize, j: usize| track.position(t, j).z;
    let ticks = || 0..track.ticks();
    let lowest = ticks().flat_map(|t| feet.iter().map(move |j| height(t, *j))).fold(f64::INFINITY, f64::min);
    (lowest, a.head.map_or(0.0, |h| ticks().map(|t| height(t, h)).fold(0.0, f64::max)))
}

#[test]
fn written_positions_are_read_back() {
    const SAME: f64 = 1e-9; // m: sums of differences of 64-bit numbers
    for (path, anatomy) in [("lafan1_pairs_noncommercial/walk.bvh", LAFAN), ("xsens/test_mocap.mvnx", "")] {
        let Some((clip, _)) = bvh(path) else { continue };
        let bytes = positions_npz(&clip).expect("small");
        let (back, report) = import("back.npz", &bytes, None, &ImportOptions::default());
        assert!(anatomy.is_empty() || spelled(&back) == anatomy, "{} {report:?}", spelled(&back));
        assert_eq!((back.source_rate_hz, back.motion.ticks()), (clip.source_rate_hz, clip.motion.ticks()));
        let (a, b) = (clip.body_track(), back.body_track());
        let pairs = |x: &Anatomy| {
            let limbs = x.legs.iter().flat_map(|l| [l.hip, l.knee, l.ankle, l.toe]);
            limbs.chain(x.arms.iter().flat_map(|m| [m.shoulder, m.elbow, m.wrist])).chain([x.pelvis]).collect::<Vec<_>>()
        };
        for (from, to) in pairs(&clip.anatomy).into_iter().zip(pairs(&back.anatomy)) {
            for t in 0..a.ticks() {
                assert!((a.position(t, from) - b.position(t, to)).norm() < SAME, "{path}, tick {t}");
            }
        }
        assert_eq!(back.body_track_at(50.0).expect("rate").rate_hz(), 50.0);
        // Without names the order must be a known one, and LAFAN1's own is not that of the writer.
        let mut parts = npz_parts(&bytes);
        parts.retain(|(name, _)| name != "names.npy");
        let nameless = read("x.npz", &zipped(&parts), &Companions::default(), &ImportOptions::default(), &mut Report::new());
        let message = nameless.expect_err("no known order").to_string();
        assert!(message.contains("joints without names") && message.contains("optitrack (26)"), "{message}");
        // A layout given overrides the names.
        if path.contains("lafan") {
            let mut report = Report::new();
            let wrong = read(
                "back.npz",
                &bytes,
                &Companions::default(),
                &ImportOptions { layout: Some(Layout::OptiTrack), ..ImportOptions::default() },
                &mut report,
            );
            assert!(wrong.expect_err("26 are not 22").to_string().contains("optitrack"));
        }
    }
}

const HUMANOID: &str = "root; chest; - neck; left_hip left_knee left_ankle left_ankle_end; - left_shoulder left_elbow left_wrist";

#[test]
fn deepmimic_clips_stand_on_the_ground() {
    for (name, hz, ticks, warnings) in [
        ("walk", 30.0, 39, 0),
        ("run", 30.0, 25, 0),
        ("jump", 60.0, 107, 0),
        ("kick", 30.0, 47, 0),
        // One of its frames lasts twice as long.
        ("roll", 60.0, 121, 1),
        ("getup_facedown", 60.0, 183, 0),
        ("getup_faceup", 60.0, 227, 0),
    ] {
        let Some((clip, report)) = bvh(&format!("deepmimic/humanoid3d_{name}.txt")) else { continue };
        assert_eq!(spelled(&clip), HUMANOID, "{name}: {report:?}");
        assert_eq!((clip.source_rate_hz, clip.motion.ticks()), (hz, ticks), "{name}");
        assert_eq!(report.warnings().count(), warnings, "{name}: {report:?}");
        assert!(clip.has_rotations && clip.anatomy.rest_is_upright && !clip.anatomy.rest_is_t_pose);
        // The clips were fitted to a simulated body: its feet enter the ground by centimetres.
        let (lowest, neck) = ends(&clip);
        assert!(lowest.abs() < 0.06 && (1.2..1.65).contains(&neck), "{name}: {lowest} {neck}");
    }
}
