//! Tables written here from a motion that is known, and read back.

use super::read;
use crate::recording::Recording;
use crate::{Error, ImportOptions};
use kouros_motion::{Report, Rot, Vec3};

/// Six decimals of a metre and of a quaternion, down a chain of eight bones.
const PLACE: f64 = 2e-5;
const TURN: f64 = 1e-5;
/// A name in Motive's, FBX' and Unreal's set, its parent, and its place in the parent's axes [m], y up.
type Bone = ([&'static str; 3], Option<usize>, [f64; 3]);
const BONES: [Bone; 21] = [
    (["Hip", "Hips", "pelvis"], None, [0.0, 0.0, 0.0]),
    (["Ab", "Spine", "spine_01"], Some(0), [0.0, 0.09, -0.01]),
    (["Chest", "Spine1", "spine_02"], Some(1), [0.0, 0.17, 0.0]),
    (["Neck", "Neck", "neck_01"], Some(2), [0.0, 0.24, 0.0]),
    (["Head", "Head", "head"], Some(3), [0.0, 0.12, 0.01]),
    (["LShoulder", "LeftShoulder", "clavicle_l"], Some(2), [0.04, 0.17, 0.0]),
    (["LUArm", "LeftArm", "upperarm_l"], Some(5), [0.11, 0.0, 0.0]),
    (["LFArm", "LeftForeArm", "lowerarm_l"], Some(6), [0.29, 0.0, 0.0]),
    (["LHand", "LeftHand", "hand_l"], Some(7), [0.24, 0.0, 0.0]),
    (["RShoulder", "RightShoulder", "clavicle_r"], Some(2), [-0.04, 0.17, 0.0]),
    (["RUArm", "RightArm", "upperarm_r"], Some(9), [-0.11, 0.0, 0.0]),
    (["RFArm", "RightForeArm", "lowerarm_r"], Some(10), [-0.29, 0.0, 0.0]),
    (["RHand", "RightHand", "hand_r"], Some(11), [-0.24, 0.0, 0.0]),
    (["LThigh", "LeftUpLeg", "thigh_l"], Some(0), [0.09, 0.0, 0.0]),
    (["LShin", "LeftLeg", "calf_l"], Some(13), [0.0, -0.42, 0.0]),
    (["LFoot", "LeftFoot", "foot_l"], Some(14), [0.0, -0.43, 0.0]),
    (["RThigh", "RightUpLeg", "thigh_r"], Some(0), [-0.09, 0.0, 0.0]),
    (["RShin", "RightLeg", "calf_r"], Some(16), [0.0, -0.42, 0.0]),
    (["RFoot", "RightFoot", "foot_r"], Some(17), [0.0, -0.43, 0.0]),
    // Toes stand last, as in Motive's own files.
    (["LToe", "LeftToeBase", "ball_l"], Some(15), [0.0, -0.06, 0.13]),
    (["RToe", "RightToeBase", "ball_r"], Some(18), [0.0, -0.06, 0.13]),
];

/// How a table is written.
#[derive(Clone)]
struct Style {
    version: &'static str,
    /// Which set of names, or one of nobody's.
    names: usize,
    /// `Quaternion`, or an order of angles.
    turns: &'static str,
    /// Angles about axes that stand.
    fixed: bool,
    local: bool,
    unit: (&'static str, f64),
    people: usize,
    lively: f64,
    /// Bone or rigid body (-1), and frames in which it is not tracked.
    gap: Option<(i32, std::ops::Range<usize>)>,
}

const USUAL: Style = Style {
    version: "1.23",
    names: 0,
    turns: "Quaternion",
    fixed: false,
    local: false,
    unit: ("Meters", 1.0),
    people: 1,
    lively: 1.0,
    gap: None,
};

/// `world_from_bone` of every bone at a frame.
fn pose(frame: usize, lively: f64) -> Vec<(Vec3, Rot)> {
    let mut out: Vec<(Vec3, Rot)> = Vec::new();
    for (j, (_, parent, offset)) in BONES.iter().enumerate() {
        let phase = 0.21 * frame as f64 + j as f64;
        let turn = Rot::new(Vec3::new(phase.sin(), 0.4 * (1.3 * phase).cos(), 0.5 * (0.7 * phase).sin()) * 0.3 * lively);
        let offset = Vec3::from(*offset);
        out.push(match parent {
            None => (Vec3::new(0.02 * frame as f64 * lively, 0.95, 0.3), turn),
            Some(p) => (out[*p].0 + out[*p].1 * offset, out[*p].1 * turn),
        });
    }
    out
}

fn thing(frame: usize) -> (Vec3, Rot) {
    (Vec3::new(0.5, 1.0 + 0.01 * frame as f64, 0.2), Rot::new(Vec3::y() * 0.05 * frame as f64))
}

/// The cells of a turn.
fn turn_cells(r: &Rot, style: &Style) -> Vec<f64> {
    if style.turns == "Quaternion" {
        return vec![r.i, r.j, r.k, r.w];
    }
    let matrix = r.to_rotation_matrix();
    let (x, y, z) = match (style.turns, style.fixed) {
        // Rz Ry Rx: about x, then y, then z that stand; or about z, then y, then x of the body.
        ("XYZ", true) | ("ZYX", false) => matrix.euler_angles(),
        ("XYZ", false) | ("ZYX", true) => {
            let (x, y, z) = matrix.transpose().euler_angles();
            (-x, -y, -z)
        }
        other => panic!("{other:?}"),
    };
    [x, y, z].map(f64::to_degrees).to_vec()
}

fn text(frames: usize, style: &Style) -> String {
    let axes: &[&str] = if style.turns == "Quaternion" { &["X", "Y", "Z", "W"] } else { &["X", "Y", "Z"] };
    let code = style.version == "1.24";
    let mut rows = [vec![], vec![], vec![], vec![], vec![], vec![]];
    let (mut columns, first): (Vec<(i32, usize)>, usize) = (Vec::new(), if code { 3 } else { 2 });
    let mut put = |kind: &str, name: &str, parent: &str, what: &str, axis: &str| {
        for (row, cell) in rows.iter_mut().zip([kind, name, "\"4CF0,B3\"", parent, what, axis]) {
            row.push(cell.to_owned());
        }
    };
    for who in 0..style.people {
        for (b, (names, parent, _)) in BONES.iter().enumerate() {
            let name = |b: usize| match style.names {
                3 => format!("p{who}:bone{b}"),
                _ => format!("p{who}:{}", BONES[b].0[style.names]),
            };
            let own = if b == 0 && style.names == 0 && style.version == "1.25" { format!("p{who}:p{who}") } else { name(b) };
            let above =
                parent.map_or("Root".into(), |p| if p == 0 && style.names == 0 { format!("p{who}:p{who}") } else { name(p) });
            assert!(!names[0].is_empty());
            axes.iter().for_each(|a| put("Bone", &own, &above, "Rotation", a));
            ["X", "Y", "Z"].iter().for_each(|a| put("Bone", &own, &above, "Position", a));
            put("Bone", &own, &above, "Mean Marker Error", "");
            columns.push((b as i32, who));
        }
    }
    ["X", "Y", "Z"].iter().for_each(|a| put("Bone Marker", "p0:WaistLFront", "", "Position", a));
    columns.push((-2, 0));
    axes.iter().for_each(|a| put("Rigid Body", "Box", "", "Rotation", a));
    ["X", "Y", "Z"].iter().for_each(|a| put("Rigid Body", "Box", "", "Position", a));
    columns.push((-1, 0));
    ["X", "Y", "Z"].iter().for_each(|a| put("Rigid Body Marker", "Box:Marker1", "", "Position", a));
    columns.push((-2, 0));
    let space = if style.local { "Local" } else { "Global" };
    let mut out = format!(
        "Format Version,{},Take Name,a take,Take Notes,,Capture Frame Rate,30.000000,Export Frame Rate,120.000000,Rotation Type,{},Length Units,{},Coordinate Space,{space}\r\n\r\n",
        style.version, style.turns, style.unit.0
    );
    for (label, row) in ["Type", "Name", "ID", "Parent", ""].iter().zip(&rows) {
        if *label == "Parent" && style.version != "1.25" {
            continue;
        }
        let label = if style.version == "1.2" { "" } else { label };
        out += &format!(",{label},{}{}\r\n", if code { "," } else { "" }, row.join(","));
    }
    out += &format!("Frame,Time (Seconds),{}{}\r\n", if code { "TimeCode," } else { "" }, rows[5].join(","));
    for t in 0..frames {
        let mut row = vec![t.to_string(), format!("{:.6}", t as f64 / 120.0)];
        row.resize(first, "12:00:00:00.00".into());
        let world = pose(t, style.lively);
        for (b, who) in &columns {
            let missing = style.gap.as_ref().is_some_and(|(g, range)| g == b && range.contains(&t));
            let beside = Vec3::x() * *who as f64;
            let (place, turn) = match *b {
                -2 => (Vec3::zeros(), None),
                -1 => (thing(t).0, Some(thing(t).1)),
                b => {
                    let ((p, r), parent) = (world[b as usize], BONES[b as usize].1);
                    match parent.filter(|_| style.local) {
                        Some(q) => (world[q].1.inverse() * (p - world[q].0), Some(world[q].1.inverse() * r)),
                        None => (p + beside, Some(r)),
                    }
                }
            };
            let mut cells: Vec<f64> = turn.map(|r| turn_cells(&r, style)).unwrap_or_default();
            cells.extend((place / style.unit.1).iter());
            row.extend(cells.iter().map(|v| if missing { String::new() } else { format!("{v:.6}") }));
            if *b >= 0 {
                row.push("0.000213".into());
            }
        }
        out += &(row.join(",") + "\r\n");
    }
    out
}

fn load(frames: usize, style: &Style) -> (Recording, Report) {
    let mut report = Report::new();
    let r =
        read("t.csv", text(frames, style).as_bytes(), &ImportOptions::default(), &mut report).unwrap_or_else(|e| panic!("{e}"));
    (r, report)
}

/// Whether the recording is the motion; bones may stand in another order.
fn same(r: &Recording, frames: std::ops::Range<usize>, style: &Style, what: &str) {
    assert_eq!((r.frames(), r.width()), (frames.len(), BONES.len()), "{what}");
    let name_of = |b: usize| match style.names {
        3 => format!("bone{b}"),
        0 if b == 0 && style.version == "1.25" => "p0".into(),
        _ => BONES[b].0[style.names].to_owned(),
    };
    let at = |name: &str| r.joints.iter().position(|j| j.name == name).unwrap_or_else(|| panic!("{what}: no {name}"));
    for (b, (_, parent, offset)) in BONES.iter().enumerate() {
        let joint = &r.joints[at(&name_of(b))];
        assert_eq!(joint.parent, parent.map(|p| at(&name_of(p))), "{what}: {}", joint.name);
        let rest = joint.offset * style.unit.1;
        assert!(parent.is_none() || (rest - Vec3::from(*offset)).norm() < PLACE, "{what}: {} {rest}", joint.name);
    }
    let (mut places, mut turns) = (Vec::new(), Vec::new());
    for (i, t) in frames.enumerate() {
        r.pose_into(i, &mut places, &mut turns);
        for (b, (place, turn)) in pose(t, style.lively).into_iter().enumerate() {
            let j = at(&name_of(b));
            assert!((places[j] * style.unit.1 - place).norm() < PLACE, "{what}, frame {t}: {} {}", r.joints[j].name, places[j]);
            assert!(turns[j].angle_to(&turn) < TURN, "{what}, frame {t}: {}", r.joints[j].name);
        }
    }
}

#[test]
fn every_variant_is_the_same_motion() {
    for (names, version) in [(0, "1.23"), (0, "1.24"), (0, "1.25"), (0, "1.2"), (1, "1.23"), (2, "1.23"), (3, "1.23")] {
        for turns in ["Quaternion", "XYZ", "ZYX"] {
            for local in [false, true] {
                if local && names == 3 {
                    continue;
                }
                let style = Style { version, names, turns, local, ..USUAL };
                let (r, report) = load(40, &style);
                let what = format!("{version} {names} {turns} {local}");
                same(&r, 0..40, &style, &what);
                assert_eq!((r.rate_hz, r.unit_m), (120.0, Some(1.0)), "{what}");
                assert_eq!(report.warnings().count(), 0, "{what}: {report:?}");
                assert_eq!((r.objects.len(), r.objects[0].name.as_str()), (1, "Box"));
                for (t, (place, turn)) in r.objects[0].poses.iter().enumerate() {
                    assert!((place - thing(t).0).norm() < PLACE && turn.angle_to(&thing(t).1) < TURN, "{what}");
                }
            }
        }
    }
}

#[test]
fn units_are_stated() {
    for (name, metres) in [("Millimeters", 0.001), ("Centimeters", 0.01)] {
        let style = Style { unit: (name, metres), ..USUAL };
        let (r, _) = load(10, &style);
        same(&r, 0..10, &style, name);
        assert_eq!(r.unit_m, Some(metres));
    }
}

#[test]
fn angles_about_standing_axes_are_noticed() {
    let style = Style { turns: "XYZ", fixed: true, ..USUAL };
    let (r, report) = load(40, &style);
    same(&r, 0..40, &style, "fixed");
    assert!(report.notes.iter().any(|n| n.code == "angles"), "{report:?}");
}

#[test]
fn who_hardly_moves_is_told_by_names() {
    for names in 0..3 {
        let style = Style { names, lively: 0.0, ..USUAL };
        same(&load(5, &style).0, 0..5, &style, "still");
    }
}

#[test]
fn gaps_are_filled_and_told() {
    // The left forearm is lost for five frames in the middle: its place is drawn straight in the world.
    let style = Style { gap: Some((7, 10..15)), ..USUAL };
    let (r, report) = load(30, &style);
    assert!(
        report.warnings().any(|n| n.code == "gaps" && n.message.contains("LFArm") && n.message.contains("5 frames")),
        "{report:?}"
    );
    let at = r.joints.iter().position(|j| j.name == "LFArm").expect("there");
    let (mut places, mut turns) = (Vec::new(), Vec::new());
    for t in 9..=15 {
        r.pose_into(t, &mut places, &mut turns);
        let (a, b) = (pose(9, 1.0)[7].0, pose(15, 1.0)[7].0);
        let straight = a + (b - a) * (t - 9) as f64 / 6.0;
        assert!((places[at] - straight).norm() < PLACE, "{t}");
    }
    // The box is lost at the end: it stays where it was.
    let style = Style { gap: Some((-1, 20..30)), ..USUAL };
    let (r, report) = load(30, &style);
    assert!((r.objects[0].poses[29].0 - thing(19).0).norm() < PLACE);
    assert!(report.warnings().any(|n| n.code == "gaps" && n.message.contains("rigid bodies")), "{report:?}");
    same(&r, 0..30, &style, "box lost");
}

#[test]
fn frames_without_anybody_are_left_out() {
    let whole = text(20, &USUAL);
    let empty = |line: &str| {
        let cells: Vec<&str> = line.split(',').collect();
        format!("{},{}{}", cells[0], cells[1], ",".repeat(cells.len() - 2))
    };
    let lines: Vec<String> = whole
        .lines()
        .map(|l| match l.split(',').next().and_then(|c| c.parse::<usize>().ok()) {
            Some(t) if !(3..18).contains(&t) => empty(l),
            _ => l.to_owned(),
        })
        .collect();
    let mut report = Report::new();
    let r = read("t.csv", lines.join("\n").as_bytes(), &ImportOptions::default(), &mut report).expect("a motion");
    same(&r, 3..18, &USUAL, "cut");
    assert!(report.notes.iter().any(|n| n.message.contains("first 3") && n.message.contains("last 2")), "{report:?}");
    assert_eq!(r.objects[0].poses.len(), 15);
}

#[test]
fn one_of_several_skeletons() {
    let style = Style { people: 2, ..USUAL };
    let (r, report) = load(10, &style);
    same(&r, 0..10, &style, "first");
    assert!(report.warnings().any(|n| n.code == "subject" && n.message.contains("p0, p1")), "{report:?}");
    let asked = |who: &str| ImportOptions { subject: Some(who.into()), ..ImportOptions::default() };
    let r = read("t.csv", text(10, &style).as_bytes(), &asked("p1"), &mut Report::new()).expect("the second");
    assert!((r.translation[0].x - 1.0).abs() < PLACE);
    let refused = read("t.csv", text(10, &style).as_bytes(), &asked("p9"), &mut Report::new()).expect_err("nobody");
    assert!(refused.to_string().contains("p0, p1"), "{refused}");
}

#[test]
fn what_cannot_be_read_says_where() {
    let of = |text: &str| read("t.csv", text.as_bytes(), &ImportOptions::default(), &mut Report::new()).expect_err("refused");
    let whole = text(4, &USUAL);
    let message = of(&whole.replace("Bone,", "Marker,")).to_string();
    assert!(message.contains("columns of type Bone") && message.contains("marker"), "{message}");
    assert!(matches!(
        of(&whole.replace("0.000213", "0.000213x").replace("0.950000", "0.95o")),
        Error::Value { line: 8, frame: 0, .. }
    ));
    assert!(of(&whole.replace("\r\nFrame,", "\r\nframes:")).to_string().contains("'Frame'"));
    assert!(of("Format Version,1.23").to_string().contains("'Frame'"));
    assert!(of(&whole.replace("Quaternion", "XYX")).to_string().contains("XYZ"));
    let strangers = Style { names: 3, local: true, ..USUAL };
    assert!(of(&text(4, &strangers)).to_string().contains("Coordinate Space Global"));
    // Rows of nothing claim no frames of hundreds of bones.
    let hollow = whole.lines().take(7).collect::<Vec<_>>().join("\n") + &"\n1".repeat(400_000);
    assert!(matches!(of(&hollow), Error::TooMany { .. }));
}
