//! Files in the text form, written here from a motion that is known, and read back.

use super::read;
use crate::error::Error;
use crate::recording::Recording;
use crate::{ImportOptions, Up};
use kouros_motion::{Report, Rot, Vec3};
use std::fmt::Write;

/// Ticks of FBX' clock a second.
const TICKS: f64 = 46_186_158_000.0;
/// Curves are single precision: of a position [units of the file], and of a turn [rad].
const PLACE: f64 = 2e-4;
const TURN: f64 = 1e-5;

/// How a file is written.
struct Style {
    /// What stands before every name.
    prefix: &'static str,
    /// Number of the setting's rate (6: 30 Hz), and ticks between keys as a rate [Hz].
    time_mode: u32,
    key_hz: f64,
    unit_cm: f64,
    /// Axis numbers of up and front, and the signs of front and right.
    axes: (i32, i32, i32, i32),
    /// FBX' number for the order of turns: 0 is about x first, 5 about z first.
    order: u32,
    /// A node above the skeleton: its scale, and its turn about x in degrees.
    armature: Option<(f64, f64)>,
    takes: Vec<(&'static str, f64)>,
    /// How many people stand in the file, each a metre beside the last.
    people: usize,
}

impl Default for Style {
    fn default() -> Self {
        let takes = vec![("Take 001", 1.0)];
        Self {
            prefix: "",
            time_mode: 6,
            key_hz: 30.0,
            unit_cm: 1.0,
            axes: (1, 2, 1, 1),
            order: 0,
            armature: None,
            takes,
            people: 1,
        }
    }
}

/// A person of centimetres, y up, resting in a T-pose, who swings every joint.
fn person(frames: usize, lively: f64) -> Recording {
    let bytes = include_bytes!("../../../../fuzz/seeds/bvh/person.bvh");
    let mut r = crate::bvh::read("person.bvh", bytes, &mut Report::new()).expect("our own seed");
    (r.rotation, r.translation) = (Vec::new(), Vec::new());
    for t in 0..frames {
        for (j, joint) in r.joints.iter().enumerate() {
            let phase = 0.37 * t as f64 + j as f64;
            let swing = Vec3::new(phase.sin(), 0.4 * (1.3 * phase).cos(), 0.5 * (0.7 * phase).sin());
            r.rotation.push(Rot::new(swing * 0.3 * lively));
            let root = Vec3::new(3.0 * t as f64 * lively, 95.0, 0.0);
            r.translation.push(if joint.parent.is_none() { root } else { joint.offset });
        }
    }
    r
}

/// The axes of a node against those of its joint: bones of real files point anywhere.
fn own_axes(joint: usize) -> Rot {
    Rot::new(Vec3::new(0.3 * joint as f64, -0.2 * joint as f64, 0.9))
}

fn degrees(turn: &Rot, order: u32) -> [f64; 3] {
    let (x, y, z) = if order == 0 {
        turn.euler_angles()
    } else {
        let (x, y, z) = turn.inverse().euler_angles();
        (-x, -y, -z)
    };
    [x, y, z].map(f64::to_degrees)
}

/// The file of a motion; a take's number multiplies every swing.
fn text(style: &Style, frames: usize) -> String {
    let mut o = String::from(
        "; FBX 7.4.0 project file\nFBXHeaderExtension:  {\n\tFBXVersion: 7400\n}\nGlobalSettings:  {\n\tProperties70:  {\n",
    );
    let (up, front, front_sign, sign) = style.axes;
    for (name, value) in [("UpAxis", up), ("UpAxisSign", 1), ("FrontAxis", front), ("FrontAxisSign", front_sign)] {
        let _ = writeln!(o, "\t\tP: \"{name}\", \"int\", \"Integer\", \"\",{value}");
    }
    let _ = writeln!(
        o,
        "\t\tP: \"CoordAxis\", \"int\", \"Integer\", \"\",0\n\t\tP: \"CoordAxisSign\", \"int\", \"Integer\", \"\",{sign}"
    );
    let _ = writeln!(o, "\t\tP: \"UnitScaleFactor\", \"double\", \"Number\", \"\",{}", style.unit_cm);
    let _ = writeln!(o, "\t\tP: \"TimeMode\", \"enum\", \"\", \"\",{}\n\t}}\n}}\nObjects:  {{", style.time_mode);
    let rest = person(1, 0.0);
    let mut links = String::new();
    let mut id = 1000;
    let mut fresh = || {
        id += 1;
        id
    };
    let armature = style.armature.map(|(scale, turn)| {
        let node = fresh();
        let _ = writeln!(o, "\tModel: {node}, \"Model::Armature\", \"Null\" {{\n\t\tVersion: 232\n\t\tProperties70:  {{");
        let _ = writeln!(o, "\t\t\tP: \"Lcl Rotation\", \"Lcl Rotation\", \"\", \"A\",{turn},0,0");
        let _ = writeln!(o, "\t\t\tP: \"Lcl Scaling\", \"Lcl Scaling\", \"\", \"A\",{scale},{scale},{scale}\n\t\t}}\n\t}}");
        let _ = writeln!(links, "\tC: \"OO\",{node},0");
        node
    });
    let stacks: Vec<(i32, i32)> = style
        .takes
        .iter()
        .map(|(name, _)| {
            let (stack, layer) = (fresh(), fresh());
            let stop = ((frames - 1) as f64 / style.key_hz * TICKS).round();
            let _ = writeln!(o, "\tAnimationStack: {stack}, \"AnimStack::{name}\", \"\" {{\n\t\tProperties70:  {{");
            let _ = writeln!(o, "\t\t\tP: \"LocalStop\", \"KTime\", \"Time\", \"\",{stop}\n\t\t}}\n\t}}");
            let _ = writeln!(o, "\tAnimationLayer: {layer}, \"AnimLayer::Base\", \"\" {{\n\t}}");
            let _ = writeln!(links, "\tC: \"OO\",{layer},{stack}");
            (stack, layer)
        })
        .collect();
    for who in 0..style.people {
        let prefix = if style.people > 1 { format!("p{who}:") } else { style.prefix.to_owned() };
        let motions: Vec<Recording> = style.takes.iter().map(|(_, lively)| person(frames, *lively)).collect();
        let mut nodes: Vec<i32> = Vec::new();
        for (j, joint) in rest.joints.iter().enumerate() {
            let node = fresh();
            let over = joint.parent.map_or_else(Rot::identity, own_axes).inverse();
            let pre = over * own_axes(j);
            let beside = if joint.parent.is_none() { Vec3::x() * 100.0 * who as f64 } else { Vec3::zeros() };
            let at = |place: Vec3| over * (place + beside);
            let [p, s] = [Vec3::from(degrees(&pre, 0)), at(rest.translation[j])];
            let _ = writeln!(
                o,
                "\tNodeAttribute: {}, \"NodeAttribute::\", \"LimbNode\" {{\n\t\tTypeFlags: \"Skeleton\"\n\t}}",
                node + 500_000
            );
            let _ = writeln!(
                o,
                "\tModel: {node}, \"Model::{prefix}{}\", \"LimbNode\" {{\n\t\tVersion: 232\n\t\tProperties70:  {{",
                joint.name
            );
            let _ = writeln!(
                o,
                "\t\t\tP: \"RotationActive\", \"bool\", \"\", \"\",1\n\t\t\tP: \"RotationOrder\", \"enum\", \"\", \"\",{}",
                style.order
            );
            let _ = writeln!(o, "\t\t\tP: \"PreRotation\", \"Vector3D\", \"Vector\", \"\",{},{},{}", p.x, p.y, p.z);
            let _ = writeln!(
                o,
                "\t\t\tP: \"Lcl Translation\", \"Lcl Translation\", \"\", \"A\",{},{},{}\n\t\t}}\n\t}}",
                s.x, s.y, s.z
            );
            let above = joint.parent.map_or(armature.unwrap_or(0), |p| nodes[p]);
            let _ = writeln!(links, "\tC: \"OO\",{node},{above}\n\tC: \"OO\",{},{node}", node + 500_000);
            nodes.push(node);
            for ((_, layer), motion) in stacks.iter().zip(&motions) {
                let width = motion.width();
                let turns: Vec<[f64; 3]> = (0..frames)
                    .map(|t| degrees(&(pre.inverse() * over * motion.rotation[t * width + j] * own_axes(j)), style.order))
                    .collect();
                let places: Vec<[f64; 3]> = (0..frames).map(|t| at(motion.translation[t * width + j]).into()).collect();
                for (name, values) in [("Lcl Rotation", turns), ("Lcl Translation", places)] {
                    if name == "Lcl Translation" && joint.parent.is_some() {
                        continue;
                    }
                    let curves = fresh();
                    let _ = writeln!(o, "\tAnimationCurveNode: {curves}, \"AnimCurveNode::\", \"\" {{\n\t}}");
                    let _ = writeln!(links, "\tC: \"OO\",{curves},{layer}\n\tC: \"OP\",{curves},{node}, \"{name}\"");
                    for (axis, letter) in ["X", "Y", "Z"].iter().enumerate() {
                        let curve = fresh();
                        let times: Vec<String> =
                            (0..frames).map(|t| format!("{}", (t as f64 / style.key_hz * TICKS).round())).collect();
                        let numbers: Vec<String> = values.iter().map(|v| format!("{:.6}", v[axis])).collect();
                        let _ = writeln!(
                            o,
                            "\tAnimationCurve: {curve}, \"AnimCurve::\", \"\" {{\n\t\tKeyVer: 4008\n\t\tKeyTime: *{frames} {{\n\t\t\ta: {}\n\t\t}}",
                            times.join(",")
                        );
                        let _ = writeln!(
                            o,
                            "\t\tKeyValueFloat: *{frames} {{\n\t\t\ta: {}\n\t\t}}\n\t\tKeyAttrFlags: *1 {{\n\t\t\ta: 4\n\t\t}}",
                            numbers.join(",")
                        );
                        let _ = writeln!(
                            o,
                            "\t\tKeyAttrDataFloat: *4 {{\n\t\t\ta: 0,0,0,0\n\t\t}}\n\t\tKeyAttrRefCount: *1 {{\n\t\t\ta: {frames}\n\t\t}}\n\t}}"
                        );
                        let _ = writeln!(links, "\tC: \"OP\",{curve},{curves}, \"d|{letter}\"");
                    }
                }
            }
        }
    }
    let _ = writeln!(o, "}}\nConnections:  {{\n{links}}}");
    o
}

fn load(style: &Style, frames: usize, options: &ImportOptions) -> (Recording, Report) {
    let mut report = Report::new();
    let r = read("t.fbx", text(style, frames).as_bytes(), options, &mut report).unwrap_or_else(|e| panic!("{e}"));
    (r, report)
}

/// Whether both have the same joints in the same places with the same turns, after a turn and a scale of the world.
fn same(found: &Recording, meant: &Recording, scale: f64, turn: &Rot) {
    assert_eq!(found.frames(), meant.frames());
    let names = |r: &Recording| r.joints.iter().map(|j| j.name.clone()).collect::<Vec<_>>();
    assert_eq!(names(found), names(meant));
    let (mut a, mut b) = ((Vec::new(), Vec::new()), (Vec::new(), Vec::new()));
    for t in 0..meant.frames() {
        found.pose_into(t, &mut a.0, &mut a.1);
        meant.pose_into(t, &mut b.0, &mut b.1);
        for j in 0..meant.width() {
            let place = turn * b.0[j] * scale;
            assert!((a.0[j] - place).norm() < PLACE * scale, "frame {t}, {}: {} for {place}", meant.joints[j].name, a.0[j]);
            // At rest the axes are the world's: what turns is what the person turned.
            let meant_turn = turn * b.1[j] * turn.inverse();
            assert!(a.1[j].angle_to(&meant_turn) < TURN, "frame {t}, {}: {}", meant.joints[j].name, a.1[j].angle_to(&meant_turn));
        }
    }
}

#[test]
fn whatever_the_axes_of_its_nodes() {
    for order in [0, 5] {
        let (r, report) = load(&Style { order, ..Style::default() }, 12, &ImportOptions::default());
        same(&r, &person(12, 1.0), 1.0, &Rot::identity());
        assert_eq!((r.rate_hz, r.unit_m, r.usual_up), (30.0, Some(0.01), Up::Y));
        assert_eq!(report.warnings().count(), 0, "{report:?}");
        assert!(report.notes.iter().any(|n| n.code == "rest" && n.message.contains("without the take")), "{report:?}");
    }
}

#[test]
fn prefixes_units_axes_and_armatures() {
    // As Blender writes: metres, a node above the bones that scales them and turns them z up.
    let style = Style { prefix: "rig:", unit_cm: 100.0, armature: Some((0.01, 90.0)), axes: (2, 1, -1, 1), ..Style::default() };
    let (r, report) = load(&style, 8, &ImportOptions::default());
    same(&r, &person(8, 1.0), 0.01, &Rot::new(Vec3::x() * std::f64::consts::FRAC_PI_2));
    assert_eq!((r.unit_m, r.usual_up), (Some(1.0), Up::Z));
    assert!(report.notes.iter().any(|n| n.code == "names" && n.message.contains("'rig'")), "{report:?}");
}

#[test]
fn left_handed_axes_are_mirrored() {
    let (r, report) = load(&Style { axes: (1, 2, 1, -1), ..Style::default() }, 4, &ImportOptions::default());
    let (mut found, mut meant, mut turns) = (Vec::new(), Vec::new(), Vec::new());
    r.pose_into(3, &mut found, &mut turns);
    person(4, 1.0).pose_into(3, &mut meant, &mut turns);
    for (a, b) in found.iter().zip(&meant) {
        assert!((a - Vec3::new(-b.x, b.y, b.z)).norm() < PLACE);
    }
    assert!(report.notes.iter().any(|n| n.code == "handedness"), "{report:?}");
}

#[test]
fn keys_tell_the_rate() {
    // Even keys at 120 Hz under a setting of 30 Hz; then keys twice a second, between which curves are meant.
    let rate = |key_hz, given| {
        let options = ImportOptions { rate_hz: given, ..ImportOptions::default() };
        let (r, report) = load(&Style { key_hz, ..Style::default() }, 5, &options);
        (r.rate_hz, r.frames(), report.notes.iter().filter(|n| n.code == "rate").count())
    };
    assert_eq!(rate(120.0, None), (120.0, 5, 1));
    assert_eq!(rate(30.0, None), (30.0, 5, 0));
    assert_eq!(rate(2.0, None), (30.0, 61, 1));
    assert_eq!(rate(30_000.0 / 1001.0, None).1, 5);
    assert_eq!(rate(30.0, Some(60.0)), (60.0, 9, 0));
}

#[test]
fn the_livelier_take_and_the_one_that_is_asked_for() {
    let takes = vec![("still", 0.0), ("lively", 1.0), ("calm", 0.1)];
    let style = Style { takes, ..Style::default() };
    let (r, report) = load(&style, 6, &ImportOptions::default());
    same(&r, &person(6, 1.0), 1.0, &Rot::identity());
    assert!(report.notes.iter().any(|n| n.code == "take" && n.message.contains("still, lively, calm")), "{report:?}");
    let asked = ImportOptions { take: Some("calm".into()), ..ImportOptions::default() };
    same(&load(&style, 6, &asked).0, &person(6, 0.1), 1.0, &Rot::identity());
    let asked = ImportOptions { take: Some("quick".into()), ..ImportOptions::default() };
    let refused = read("t.fbx", text(&style, 3).as_bytes(), &asked, &mut Report::new()).expect_err("no such take");
    assert!(refused.to_string().contains("'quick'") && refused.to_string().contains("calm"), "{refused}");
    // A take in which nothing moves is one pose.
    let asked = ImportOptions { take: Some("still".into()), ..ImportOptions::default() };
    let (r, report) = load(&style, 6, &asked);
    assert_eq!(r.frames(), 6, "{report:?}");
}

#[test]
fn one_of_several_people() {
    let style = Style { people: 2, ..Style::default() };
    let (r, report) = load(&style, 5, &ImportOptions::default());
    same(&r, &person(5, 1.0), 1.0, &Rot::identity());
    assert!(report.warnings().any(|n| n.code == "subject" && n.message.contains("p0:Hips, p1:Hips")), "{report:?}");
    for name in ["p1", "p1:Hips"] {
        let asked = ImportOptions { subject: Some(name.into()), ..ImportOptions::default() };
        let (r, report) = load(&style, 5, &asked);
        assert!((r.translation[0].x - 100.0).abs() < PLACE && report.warnings().count() == 0, "{name}");
    }
    let asked = ImportOptions { subject: Some("p7".into()), ..ImportOptions::default() };
    let refused = read("t.fbx", text(&style, 3).as_bytes(), &asked, &mut Report::new()).expect_err("nobody");
    assert!(refused.to_string().contains("p0:Hips"), "{refused}");
}

#[test]
fn what_cannot_be_read_says_why() {
    let of = |bytes: &[u8]| read("t.fbx", bytes, &ImportOptions::default(), &mut Report::new()).expect_err("nothing to read");
    let whole = text(&Style::default(), 3);
    let error = of(&whole.as_bytes()[..whole.len() / 2]);
    assert!(matches!(error, Error::Place { .. } | Error::NoBody { .. } | Error::Missing { .. }), "{error}");
    let error = of(b"Kaydara FBX Binary  \0\x1a\0\xff\xff\xff\x7f");
    assert!(matches!(error, Error::Place { .. }), "{error}");
    let error = of(text(&Style { takes: Vec::new(), ..Style::default() }, 3).as_bytes());
    assert!(error.to_string().contains("a file without motion"), "{error}");
    // A take of a billion seconds claims more frames than the file can hold.
    let far = (3.2e7 * TICKS).to_string();
    let long = whole.replace(&format!("{}", (2.0 / 30.0 * TICKS).round()), &far);
    let error = of(long.as_bytes());
    assert!(matches!(error, Error::TooMany { .. }), "{error}");
}
