//! One array a joint, as LocoMuJoCo wrote before its first release: `q_<joint>` and `dq_<joint>`,
//! the base as six joints.

use super::arrays::rate;
use super::table::Table;
use crate::ImportOptions;
use crate::error::{Error, Result};
use crate::recording::MAX_JOINTS;
use kouros_motion::{GivenJoints, GivenMotion, QuatOrder, Report, Rot, Vec3};

/// The base's slides along x, y and z, which its makers name as in biomechanics: forwards, to the
/// side, up.
const PLACE: [&str; 3] = ["q_pelvis_tx", "q_pelvis_tz", "q_pelvis_ty"];
/// The base's turns: about y, then x, then z of the axes turned before.
const TURN: [&str; 3] = ["q_pelvis_tilt", "q_pelvis_list", "q_pelvis_rotation"];

/// Reads the arrays.
pub(super) fn read(table: &Table<'_>, options: &ImportOptions, report: &mut Report) -> Result<GivenMotion> {
    let names: Vec<String> = table.names().into_iter().filter(|n| n.starts_with("q_")).collect();
    if names.len() > MAX_JOINTS {
        let (limit, found) = (MAX_JOINTS as u64, names.len() as u64);
        return Err(Error::TooMany { file: table.file().to_owned(), what: "joints", limit, found });
    }
    let column = |name: &str| table.numbers(name, 1).map(|n| n.values);
    let [x, y, z] = [column(PLACE[0])?, column(PLACE[1])?, column(PLACE[2])?];
    let [tilt, list, turn] = [column(TURN[0])?, column(TURN[1])?, column(TURN[2])?];
    let ticks = x.len();
    let joints: Vec<&String> = names.iter().filter(|n| !PLACE.contains(&n.as_str()) && !TURN.contains(&n.as_str())).collect();
    let mut columns = Vec::new();
    for name in &joints {
        let values = column(name)?;
        if values.len() != ticks {
            return Err(table.wrong(name, format!("{ticks} numbers"), format!("{}", values.len())));
        }
        columns.push(values);
    }
    if [&y, &z, &tilt, &list, &turn].iter().any(|c| c.len() != ticks) {
        return Err(table.wrong(PLACE[0], "as many numbers as the base's other arrays".into(), ticks.to_string()));
    }
    let rate_hz = match rate(table, options) {
        Ok(hz) => hz,
        Err(refused) => by_speed(table, &names, report).ok_or(refused)?,
    };
    report.warn("base", "the base's height is over where the model stands, which the file does not say");
    let pose = |t: usize| {
        let about = |axis: Vec3, angle: f64| Rot::new(axis * angle);
        let turned = about(Vec3::y(), tilt[t]) * about(Vec3::x(), list[t]) * about(Vec3::z(), turn[t]);
        [turned.w, turned.i, turned.j, turned.k]
    };
    Ok(GivenMotion {
        rate_hz,
        joints: GivenJoints::Named(joints.iter().map(|n| n.trim_start_matches("q_").to_owned()).collect()),
        joint_pos: (0..ticks).flat_map(|t| columns.iter().map(move |c| c[t])).collect(),
        base_pos: (0..ticks).map(|t| Vec3::new(x[t], y[t], z[t])).collect(),
        base_quat: (0..ticks).map(pose).collect(),
        quat_order: Some(QuatOrder::Wxyz),
        usual_order: QuatOrder::Wxyz,
        bodies: None,
        objects: Vec::new(),
    })
}

/// Rates that recordings have [Hz].
const USUAL: [f64; 12] = [20.0, 25.0, 30.0, 40.0, 50.0, 60.0, 100.0, 120.0, 200.0, 240.0, 500.0, 1000.0];
/// A rate this near to a usual one is that one: speeds of a fitted motion are not its differences.
const NEAR: f64 = 0.03;
/// Smaller steps say nothing [rad or m].
const STEP: f64 = 1e-4;

/// Frames a second by how much faster the speeds say the joints move than they move a frame.
fn by_speed(table: &Table<'_>, names: &[String], report: &mut Report) -> Option<f64> {
    let mut ratios = Vec::new();
    for name in names {
        let values = table.numbers(name, 1).ok()?.values;
        let Ok(speeds) = table.numbers(&format!("d{name}"), 1) else { continue };
        let steps = values.windows(2).map(|w| w[1] - w[0]);
        let speeds = speeds.values.windows(2).map(|w| (w[0] + w[1]) / 2.0).collect::<Vec<_>>();
        ratios.extend(steps.zip(speeds).filter(|(step, _)| step.abs() > STEP).map(|(step, speed)| speed / step));
    }
    ratios.sort_by(f64::total_cmp);
    let found = ratios.get(ratios.len() / 2).copied().filter(|hz| hz.is_finite() && *hz >= 1.0)?;
    let hz = USUAL.into_iter().find(|hz| (found / hz - 1.0).abs() < NEAR).unwrap_or(found.round());
    report.inferred(
        "rate",
        format!("the file states no rate: {hz} Hz, for its speeds are {found:.1} times its steps from frame to frame; --source-rate overrides"),
    );
    Some(hz)
}
