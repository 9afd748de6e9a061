//! Named arrays to a robot's motion: the layouts of those who make such files.

use super::table::Table;
use crate::ImportOptions;
use crate::error::{Error, Result};
use crate::npz::npy::Numbers;
use crate::recording::MAX_JOINTS;
use kouros_motion::{GivenBodies, GivenJoints, GivenMotion, ObjectTrack, Pose, QuatOrder, Report, Vec3};

/// How a set of arrays is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Layout {
    /// GMR: `root_pos`, `root_rot`, `dof_pos`.
    Gmr,
    /// PHC, ASAP, SONIC: `root_trans_offset`, `root_rot`, `dof`, `pose_aa`.
    Phc,
    /// ProtoMotions: `dof_pos`, `rigid_body_pos`, `rigid_body_rot`.
    ProtoMotions,
    /// BeyondMimic, mjlab: `joint_pos`, `body_pos_w`, `body_quat_w`.
    Tracker,
    /// MuJoCo's own order: `qpos`.
    Qpos,
    /// One array a joint: `q_<joint>`, of LocoMuJoCo before its first release.
    Columns,
}

/// The spellings of the rate.
const RATES: [&str; 6] = ["fps", "frequency", "motion_fps", "framerate", "frame_rate", "rate_hz"];

fn layout(has: impl Fn(&str) -> bool, any: impl Fn(&str) -> bool) -> Option<Layout> {
    let all = |names: &[&str]| names.iter().all(|n| has(n));
    match () {
        () if all(&["joint_pos", "body_pos_w", "body_quat_w"]) => Some(Layout::Tracker),
        () if all(&["dof_pos", "rigid_body_pos", "rigid_body_rot"]) => Some(Layout::ProtoMotions),
        () if all(&["root_trans_offset", "root_rot", "dof"]) => Some(Layout::Phc),
        () if all(&["root_pos", "root_rot", "dof_pos"]) => Some(Layout::Gmr),
        () if has("qpos") => Some(Layout::Qpos),
        () if any("q_") && any("dq_") => Some(Layout::Columns),
        () => None,
    }
}

/// Whether these arrays are a robot's motion.
pub(super) fn are_motion(table: &Table<'_>) -> bool {
    let names = table.names();
    layout(|n| names.iter().any(|x| x == n), |start| names.iter().any(|x| x.starts_with(start))).is_some()
}

/// Reads the motion in these arrays.
pub(super) fn read(table: &Table<'_>, options: &ImportOptions, report: &mut Report) -> Result<GivenMotion> {
    let names = table.names();
    let found = layout(|n| names.iter().any(|x| x == n), |start| names.iter().any(|x| x.starts_with(start)));
    let Some(layout) = found else {
        let expected = "arrays of a robot's motion: base and joints".into();
        return Err(Error::Missing { file: table.file().to_owned(), expected, found: kouros_motion::list_names(names) });
    };
    let mut given = match layout {
        Layout::Gmr => based(table, "root_pos", "root_rot", "dof_pos", options)?,
        Layout::Phc => phc(table, options)?,
        Layout::ProtoMotions => bodied(table, "dof_pos", "rigid_body_pos", "rigid_body_rot", QuatOrder::Xyzw, options)?,
        Layout::Tracker => bodied(table, "joint_pos", "body_pos_w", "body_quat_w", QuatOrder::Wxyz, options)?,
        Layout::Qpos => qpos(table, options)?,
        Layout::Columns => super::columns::read(table, options, report)?,
    };
    if let Some(unit_m) = options.unit_m {
        given.base_pos.iter_mut().for_each(|p| *p *= unit_m);
        given.bodies.iter_mut().flat_map(|b| &mut b.position).for_each(|p| *p *= unit_m);
    }
    given.objects = object(table, &given)?.into_iter().collect();
    Ok(given)
}

/// Frames a second, by the caller or by the file.
pub(super) fn rate(table: &Table<'_>, options: &ImportOptions) -> Result<f64> {
    if let Some(hz) = options.rate_hz {
        return Ok(hz);
    }
    for name in RATES {
        if let Some(hz) = table.number(name)? {
            let good = hz.is_finite() && hz > 0.0;
            return if good { Ok(hz) } else { Err(table.wrong(name, "a positive number".into(), hz.to_string())) };
        }
    }
    let expected = format!("a rate: one of {}, or --source-rate", kouros_motion::list_names(RATES));
    Err(Error::Missing { file: table.file().to_owned(), expected, found: "none".into() })
}

/// The joints' names, where there are as many as joints; a first one more is the free joint's.
fn joints(table: &Table<'_>, count: usize) -> GivenJoints {
    let named = ["joint_names", "dof_names", "joints"].into_iter().find_map(|name| table.texts(name));
    match named {
        Some(names) if names.len() == count => GivenJoints::Named(names),
        Some(names) if names.len() == count + 1 => GivenJoints::Named(names.into_iter().skip(1).collect()),
        _ => GivenJoints::Count(count),
    }
}

/// Rows of `N` numbers.
fn rows<const N: usize>(table: &Table<'_>, name: &str) -> Result<Vec<[f64; N]>> {
    let numbers = table.numbers(name, 2)?;
    if numbers.shape.get(1) != Some(&N) {
        return Err(table.wrong(name, format!("rows of {N} numbers"), format!("shape {:?}", numbers.shape)));
    }
    Ok(numbers.values.chunks_exact(N).filter_map(|c| c.try_into().ok()).collect())
}

/// Joint positions and how many joints there are.
fn joint_rows(table: &Table<'_>, name: &str) -> Result<(Vec<f64>, usize)> {
    // Some write a last axis of one number.
    let numbers = match table.numbers(name, 3) {
        Ok(Numbers { shape, values }) if shape.get(2) == Some(&1) => Numbers { shape: shape[..2].to_vec(), values },
        _ => table.numbers(name, 2)?,
    };
    let count = numbers.shape.get(1).copied().unwrap_or(0);
    if count > MAX_JOINTS {
        let (limit, found) = (MAX_JOINTS as u64, count as u64);
        return Err(Error::TooMany { file: table.file().to_owned(), what: "joints", limit, found });
    }
    Ok((numbers.values, count))
}

/// Base and joints in arrays of their own.
fn based(table: &Table<'_>, place: &str, turn: &str, joint: &str, options: &ImportOptions) -> Result<GivenMotion> {
    let (joint_pos, count) = joint_rows(table, joint)?;
    Ok(GivenMotion {
        rate_hz: rate(table, options)?,
        joints: joints(table, count),
        joint_pos,
        base_pos: rows::<3>(table, place)?.into_iter().map(Vec3::from).collect(),
        base_quat: rows::<4>(table, turn)?,
        // GMR writes x y z w; some of its exporters w x y z.
        quat_order: None,
        usual_order: QuatOrder::Xyzw,
        bodies: None,
        objects: Vec::new(),
    })
}

/// PHC's arrays. Every body's rotation vector is there, so the axes of the joints are.
fn phc(table: &Table<'_>, options: &ImportOptions) -> Result<GivenMotion> {
    let mut given = based(table, "root_trans_offset", "root_rot", "dof", options)?;
    let count = given.joints.count();
    if let GivenJoints::Count(_) = given.joints
        && table.has("pose_aa")
        && let Some(axes) = axes(&table.numbers("pose_aa", 3)?, count)
    {
        given.joints = GivenJoints::Axes(axes);
    }
    Ok(given)
}

/// The axis that each of `count` joints turns about, of rotation vectors (T x bodies x 3) of which
/// the first is the base's: the coordinate with nearly all of the turning, where it turns. None
/// where a body turns about two.
fn axes(turns: &Numbers, count: usize) -> Option<Vec<Option<u8>>> {
    const NEARLY_ALL: f64 = 0.999;
    let [_, bodies, 3] = turns.shape[..] else { return None };
    let mut sums = vec![[0.0f64; 3]; bodies];
    for (i, v) in turns.values.iter().enumerate() {
        sums[i / 3 % bodies][i % 3] += v.abs();
    }
    let axis = |sum: &[f64; 3]| {
        let all: f64 = sum.iter().sum();
        let found = (0..3u8).find(|a| sum[usize::from(*a)] > NEARLY_ALL * all);
        if all == 0.0 { Some(None) } else { found.map(Some) }
    };
    sums.get(1..1 + count)?.iter().map(axis).collect()
}

/// Joints, and every body in the world, the base first.
fn bodied(
    table: &Table<'_>,
    joint: &str,
    place: &str,
    turn: &str,
    order: QuatOrder,
    options: &ImportOptions,
) -> Result<GivenMotion> {
    let (joint_pos, count) = joint_rows(table, joint)?;
    let (places, turns) = (table.numbers(place, 3)?, table.numbers(turn, 3)?);
    let ([ticks, bodies, 3], [turn_ticks, turn_bodies, 4]) =
        (places.shape[..].try_into().unwrap_or([0; 3]), turns.shape[..].try_into().unwrap_or([0; 3]))
    else {
        return Err(table.wrong(
            place,
            "shapes (frames, bodies, 3) and (frames, bodies, 4)".into(),
            format!("{:?}, {:?}", places.shape, turns.shape),
        ));
    };
    if (ticks, bodies) != (turn_ticks, turn_bodies) || joint_pos.len() != ticks * count {
        let found = format!(
            "{:?} beside {:?} and {count} joints in {} frames",
            places.shape,
            turns.shape,
            joint_pos.len() / count.max(1)
        );
        return Err(table.wrong(place, "as many frames and bodies in all arrays".into(), found));
    }
    let position: Vec<Vec3> = places.values.chunks_exact(3).map(Vec3::from_row_slice).collect();
    Ok(GivenMotion {
        rate_hz: rate(table, options)?,
        joints: joints(table, count),
        joint_pos,
        base_pos: position.iter().step_by(bodies).copied().collect(),
        base_quat: turns.values.chunks_exact(4 * bodies).filter_map(|c| c.first_chunk().copied()).collect(),
        quat_order: Some(order),
        usual_order: order,
        bodies: Some(GivenBodies { count: bodies, position }),
        objects: Vec::new(),
    })
}

/// MuJoCo's positions: base, quaternion w first, joints; behind them an object's base where the
/// joints' names or the file's other arrays do not account for seven of them.
fn qpos(table: &Table<'_>, options: &ImportOptions) -> Result<GivenMotion> {
    const BASE: usize = 7;
    let (values, width) = joint_rows(table, "qpos")?;
    if width <= BASE {
        return Err(table.wrong("qpos", format!("rows of more than {BASE} numbers"), format!("rows of {width}")));
    }
    let mut count = width - BASE;
    let mut named = joints(table, count);
    if let (GivenJoints::Count(_), Some(fewer)) = (&named, count.checked_sub(BASE)) {
        // An object behind the joints: its name stands behind theirs, or it is a unit quaternion.
        let unit = |row: &[f64]| row.get(width - 4..).is_some_and(|q| (q.iter().map(|v| v * v).sum::<f64>() - 1.0).abs() < 1e-3);
        if fewer > 0 && values.chunks_exact(width).all(unit) {
            count = fewer;
            named = joints(table, count);
        }
    }
    let order = |row: &[f64]| -> [f64; 4] { std::array::from_fn(|i| row.get(3 + i).copied().unwrap_or(0.0)) };
    let rows = || values.chunks_exact(width);
    let mut given = GivenMotion {
        rate_hz: rate(table, options)?,
        joints: named,
        joint_pos: rows().flat_map(|r| r.iter().skip(BASE).take(count).copied()).collect(),
        base_pos: rows().map(|r| Vec3::from_row_slice(&r[..3])).collect(),
        base_quat: rows().map(order).collect(),
        quat_order: Some(QuatOrder::Wxyz),
        usual_order: QuatOrder::Wxyz,
        bodies: None,
        objects: Vec::new(),
    };
    if count < width - BASE {
        let behind: Vec<f64> = rows().flat_map(|r| r.iter().skip(BASE + count).copied()).collect();
        given.objects = vec![track(given.rate_hz, behind.chunks_exact(BASE))];
    }
    Ok(given)
}

/// The object that trackers' files have beside the robot.
fn object(table: &Table<'_>, given: &GivenMotion) -> Result<Option<ObjectTrack>> {
    if !(table.has("object_pos_w") && table.has("object_quat_w")) {
        return Ok(given.objects.first().cloned());
    }
    let (places, turns) = (rows::<3>(table, "object_pos_w")?, rows::<4>(table, "object_quat_w")?);
    if places.len() != given.ticks() || turns.len() != given.ticks() {
        let found = format!("{} places and {} quaternions", places.len(), turns.len());
        return Err(table.wrong("object_pos_w", format!("one for each of {} frames", given.ticks()), found));
    }
    let both: Vec<f64> = places.iter().zip(&turns).flat_map(|(p, q)| p.iter().chain(q).copied()).collect();
    Ok(Some(track(given.rate_hz, both.chunks_exact(7))))
}

/// A thing from rows of its place and its quaternion, w first.
fn track<'a>(rate_hz: f64, rows: impl Iterator<Item = &'a [f64]>) -> ObjectTrack {
    let pose = |row: &[f64]| {
        let quat: [f64; 4] = std::array::from_fn(|i| row.get(3 + i).copied().unwrap_or(0.0));
        let turn = QuatOrder::Wxyz.rotation(&quat).unwrap_or_default();
        let place: Vec3 = std::array::from_fn::<f64, 3, _>(|i| row.get(i).copied().unwrap_or(0.0)).into();
        Pose::from_parts(place.into(), turn)
    };
    ObjectTrack { name: "object".into(), rate_hz, poses: rows.map(pose).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::npz::pack;

    /// An archive of arrays of `f64`, and the motion in it.
    fn of(arrays: &[(&str, &[usize], Vec<f64>)]) -> Result<GivenMotion> {
        let spelled = |values: &Vec<f64>| values.iter().flat_map(|v| v.to_le_bytes()).collect::<Vec<u8>>();
        let entries: Vec<_> = arrays.iter().map(|(name, shape, values)| (*name, "<f8", *shape, spelled(values))).collect();
        let bytes = pack(&entries);
        let table = Table::Npz(crate::npz::zip::Archive::open("m.npz", &bytes)?);
        assert!(are_motion(&table) || arrays.is_empty());
        read(&table, &ImportOptions::default(), &mut Report::new())
    }

    fn counted(count: usize) -> Vec<f64> {
        (0..count).map(|i| i as f64).collect()
    }

    #[test]
    fn a_tracker_s_arrays_by_hand() {
        let good: Vec<(&str, &[usize], Vec<f64>)> = vec![
            ("fps", &[1], vec![50.0]),
            ("joint_pos", &[2, 3], counted(6)),
            ("body_pos_w", &[2, 2, 3], counted(12)),
            ("body_quat_w", &[2, 2, 4], counted(16)),
        ];
        let m = of(&good).expect("a motion");
        assert_eq!((m.rate_hz, m.ticks(), &m.joints, m.quat_order), (50.0, 2, &GivenJoints::Count(3), Some(QuatOrder::Wxyz)));
        // The base is the first body: of the second frame, numbers 6 to 8 of the places, 8 to 11 of the turns.
        assert_eq!((m.base_pos[1], m.base_quat[1]), (Vec3::new(6.0, 7.0, 8.0), [8.0, 9.0, 10.0, 11.0]));
        assert_eq!(m.bodies.map(|b| (b.count, b.position[3])), Some((2, Vec3::new(9.0, 10.0, 11.0))));

        // An object beside the robot: half a turn about x.
        let mut with = good.clone();
        with.push(("object_pos_w", &[2, 3], counted(6)));
        with.push(("object_quat_w", &[2, 4], [0.0, 1.0, 0.0, 0.0].repeat(2)));
        let objects = of(&with).expect("a motion").objects;
        assert_eq!((objects.len(), objects[0].poses.len()), (1, 2));
        assert!((objects[0].poses[1].rotation * Vec3::y() + Vec3::y()).norm() < 1e-12);

        for (i, shape, values, words) in [
            (0, &[1][..], vec![0.0], "a positive number"),
            (0, &[2], vec![50.0, 50.0], "one number"),
            (1, &[2, 3, 1], counted(6), ""),
            (1, &[3, 2], counted(6), "as many frames"),
            (1, &[6], counted(6), "2 axes"),
            (2, &[2, 2, 2], counted(8), "shapes (frames, bodies, 3)"),
            (3, &[2, 1, 4], counted(8), "as many frames and bodies"),
            (3, &[2, 0, 4], vec![], "3 axes"),
        ] {
            let mut other = good.clone();
            other[i].1 = shape;
            other[i].2 = values;
            match of(&other) {
                Ok(_) => assert_eq!(words, ""),
                Err(e) => assert!(!words.is_empty() && e.to_string().contains(words), "{e}"),
            }
        }
        let message = of(&good[1..]).expect_err("no rate").to_string();
        assert!(message.contains("--source-rate"), "{message}");
    }

    #[test]
    fn mujoco_s_positions_by_hand() {
        let row = |joints: &[f64]| [&[1.0, 2.0, 0.8, 1.0, 0.0, 0.0, 0.0], joints].concat();
        let plain = of(&[("qpos", &[2, 9], row(&[0.1, 0.2]).repeat(2)), ("frequency", &[], vec![100.0])]).expect("a motion");
        assert_eq!((plain.rate_hz, &plain.joints, plain.joints_at(1)), (100.0, &GivenJoints::Count(2), &[0.1, 0.2][..]));
        assert_eq!((plain.base_pos[0], plain.base_quat[0]), (Vec3::new(1.0, 2.0, 0.8), [1.0, 0.0, 0.0, 0.0]));
        // Seven more, of which the last four are a unit quaternion, are a thing.
        let thing = [0.1, 0.2, 3.0, 4.0, 5.0, 0.0, 0.0, 0.0, 1.0];
        let with = of(&[("qpos", &[2, 16], row(&thing).repeat(2)), ("fps", &[], vec![30.0])]).expect("a motion");
        assert_eq!((with.joints.count(), with.objects.len()), (2, 1));
        assert_eq!(with.objects[0].poses[1].translation.vector, Vec3::new(3.0, 4.0, 5.0));
        // Nine joints are nine joints.
        let nine = of(&[("qpos", &[2, 16], row(&counted(9)).repeat(2)), ("fps", &[], vec![30.0])]).expect("a motion");
        assert_eq!((nine.joints.count(), nine.objects.len()), (9, 0));
        assert!(of(&[("qpos", &[2, 7], row(&[]).repeat(2)), ("fps", &[], vec![30.0])]).is_err());
    }

    #[test]
    fn axes_by_hand() {
        // Two frames of a base and three bodies: about y, about nothing, about two.
        let turn = [9.0, 9.0, 9.0, 0.0, 0.5, 0.0, 0.0, 0.0, 0.0, 0.3, 0.0, 0.3].repeat(2);
        let turns = Numbers { shape: vec![2, 4, 3], values: turn };
        assert_eq!(axes(&turns, 2), Some(vec![Some(1), None]));
        assert_eq!(axes(&turns, 3), None);
        assert_eq!(axes(&turns, 4), None);
    }
}
