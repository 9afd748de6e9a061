//! A motion that already is a robot's: taken as it is, at the rate of what is written.
//!
//! Lives here: the order of the steps and their provenance. Does not: which joint is which
//! (`kouros-robot`), what is done with any robot's motion (`clip.rs`). Nothing is solved, moved,
//! clamped or smoothed.

use crate::exit::{Failure, Result};
use crate::run::clip::Moved;
use crate::run::plan::Source;
use crate::run::settings::Settings;
use crate::run::surroundings;
use kouros_mocap::Format;
use kouros_motion::{GivenMotion, Report, Step};
use kouros_robot::{Adopted, Robot, adopt};

/// Takes the motion over.
pub fn take(
    source: &Source,
    given: &GivenMotion,
    format: Format,
    robot: &Robot,
    settings: &Settings,
    report: &mut Report,
) -> Result<Moved> {
    if !source.changes.is_empty() {
        let message = format!("{}: a motion that already is a robot's is taken as it is", source.path.display());
        return Err(Failure::new(message).hint("--mirror and --speed change people's motions only"));
    }
    let adopted =
        adopt(robot, given, &settings.adopt, report).map_err(|e| adopt_failure(&source.path.display().to_string(), &e))?;
    let rate_hz = settings.rate_hz.unwrap_or(given.rate_hz);
    let mut steps = vec![read(settings, &adopted)];
    let trajectory = if rate_hz == given.rate_hz {
        adopted.trajectory
    } else {
        let resample = Step::new("resample").with("from_hz", given.rate_hz).with("to_hz", rate_hz);
        steps.push(resample.with("translations", "linear").with("rotations", "spherical").with("joints", "linear"));
        adopted.trajectory.resampled(rate_hz).map_err(|e| Failure::new(format!("{}: {e}", source.path.display())))?
    };
    let scene = surroundings::stands(&given.objects, &trajectory, settings, report)
        .map_err(|e| Failure::new(format!("{}: {e}", source.path.display())))?;
    if let Some(given) = settings.scene.as_ref().filter(|_| scene.is_some()) {
        steps.push(Step::new("scene").with("file", &given.name).with("sha256", &given.sha256).with("scale", 1));
    }
    Ok(Moved { trajectory, person: None, scene, format: format.name(), source_rate_hz: given.rate_hz, steps })
}

/// What was read, and how it was understood.
fn read(settings: &Settings, adopted: &Adopted) -> Step {
    let given = |value: Option<String>| value.unwrap_or_else(|| "inferred".into());
    let import = &settings.import;
    let mut step = Step::new("import")
        .with("unit_m", given(import.unit_m.map(|v| v.to_string())))
        .with("rate_hz", given(import.rate_hz.map(|v| v.to_string())))
        .with("quaternion", adopted.quat_order.name());
    if let Some(take) = &import.take {
        step = step.with("take", take);
    }
    if let Some(joints) = &settings.adopt.joints {
        step = step.with("joints", joints.join(", "));
    }
    if !adopted.held.is_empty() {
        step = step.with("held_at_zero", adopted.held.join(", "));
    }
    if !adopted.left_out.is_empty() {
        step = step.with("left_out", adopted.left_out.join(", "));
    }
    step
}

/// Why a motion is not the robot's, with what helps.
pub fn adopt_failure(file: &str, error: &kouros_robot::Error) -> Failure {
    let failure = Failure::new(format!("{file}: {error}"));
    match error {
        kouros_robot::Error::NotItsMotion { .. } => {
            failure.hint("a motion that already is a robot's is not retargeted: give --robot the model it was made for")
        }
        _ => failure,
    }
}
