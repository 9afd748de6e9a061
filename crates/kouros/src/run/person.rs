//! A person's motion becomes a robot's: contacts, the rate, the solve, and their provenance.
//!
//! Lives here: the order of the steps that need a person. Does not: the steps themselves (the
//! other crates), what is done with any robot's motion (`clip.rs`).

use crate::exit::{Failure, Result};
use crate::run::augment;
use crate::run::clip::Moved;
use crate::run::plan::Source;
use crate::run::settings::{Settings, as_json};
use crate::run::surroundings;
use kouros_mocap::Clip;
use kouros_motion::{Anatomy, BodyTrack, FootContacts, Report, Step};
use kouros_retarget::{Human, PartError};
use kouros_robot::{Around, Robot};

/// The person that a robot's motion was made from, at the rate of the robot's motion.
#[derive(Debug)]
pub struct Person {
    /// The joints in the world.
    pub track: BodyTrack,
    /// Which joint is which.
    pub anatomy: Anatomy,
    /// When the feet rest.
    pub contacts: FootContacts,
    /// Height of the floor in the person's world [m].
    pub floor: f64,
    /// What stands around the person, and what the person does with it.
    pub around: Around,
    /// Robot metres per human metre.
    pub scale: f64,
    /// What remains between person and robot, part by part.
    pub errors: Vec<PartError>,
}

/// Makes the robot move as the person of a clip does.
pub fn retarget(source: &Source, mut clip: Clip, robot: &Robot, settings: &Settings, report: &mut Report) -> Result<Moved> {
    let in_clip = |e: &dyn std::fmt::Display| Failure::new(format!("{}: {e}", source.path.display()));
    // Contacts from the source's own frames: resampling first would blur when feet rest.
    let (mut found, mut scene) = surroundings::look(&clip, settings, report).map_err(|e| in_clip(&e))?;
    let changed = augment::apply(&source.changes, &mut clip, &mut found, scene.as_mut(), report)?;
    let rate_hz = settings.rate_hz.unwrap_or(clip.source_rate_hz);
    let track = clip.body_track_at(rate_hz).map_err(|e| in_clip(&e))?;
    // What the file states is better than what can be found.
    let contacts = clip.contacts.as_ref().unwrap_or(&found.feet).resampled(rate_hz);
    let around = surroundings::around(scene, &clip, &track, &contacts, found.floor, report).map_err(|e| in_clip(&e))?;

    let subject = Human { track: &track, anatomy: &clip.anatomy, contacts: &contacts, floor: found.floor, around: Some(&around) };
    let retargeted = kouros_retarget::retarget(&subject, robot, &settings.retarget, report).map_err(|e| in_clip(&e))?;
    let steps = steps(source, &clip, changed, rate_hz, retargeted.scale, settings);
    let (floor, scale, errors) = (found.floor, retargeted.scale, retargeted.errors);
    Ok(Moved {
        format: clip.format.name(),
        source_rate_hz: clip.source_rate_hz,
        scene: Some(around.scene.scaled(scale, floor)).filter(|s| !s.scene().bodies.is_empty()),
        person: Some(Person { track, anatomy: clip.anatomy, contacts, floor, around, scale, errors }),
        trajectory: retargeted.trajectory,
        steps,
    })
}

/// What was done, each step with the settings it was given.
fn steps(source: &Source, clip: &Clip, changed: Vec<Step>, rate_hz: f64, scale: f64, settings: &Settings) -> Vec<Step> {
    let given = |value: Option<String>| value.unwrap_or_else(|| "inferred".into());
    let import = &settings.import;
    let mut read = Step::new("import")
        .with("unit_m", given(import.unit_m.map(|v| v.to_string())))
        .with("up", given(import.up.map(|u| u.name().into())))
        .with("layout", given(import.layout.map(|l| l.name().into())))
        .with("drop_t_pose", given(import.drop_t_pose.map(|v| v.to_string())))
        .with("rate_hz", given(import.rate_hz.map(|v| v.to_string())))
        .with("take", given(import.take.clone()))
        .with("subject", given(import.subject.clone()))
        .with("dropped_frames", clip.dropped_frames);
    if let Some(trial) = &import.static_trial {
        let name = std::path::Path::new(trial.file()).file_name().map(|n| n.to_string_lossy().into_owned());
        read = read.with("static_trial", name.unwrap_or_default());
    }
    if let Some(forces) = &source.forces {
        read = read.with("forces", forces.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default());
    }
    if let Some(skeleton) = &source.skeleton {
        read = read.with("skeleton", skeleton.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default());
    }
    let contacts = match clip.contacts {
        Some(_) => Step::new("contacts").with("stated_by", "the source"),
        None if clip.plates.is_empty() => settings.contacts.step(),
        None => settings.contacts.step().with("force_plates", clip.plates.len()),
    };
    let mut steps = vec![read, contacts];
    steps.extend(changed);
    let from_hz = clip.motion.rate_hz();
    if rate_hz != from_hz {
        let resample = Step::new("resample").with("from_hz", from_hz).with("to_hz", rate_hz);
        steps.push(resample.with("translations", "linear").with("rotations", "spherical").with("contacts", "majority"));
    }
    let mut retarget = Step::new("retarget").with("scale", scale).with("joint_speed_rad_s", settings.retarget.joint_speed);
    if let serde_json::Value::Object(weights) = as_json(&settings.retarget.weights) {
        for (name, value) in weights {
            retarget = retarget.with(&format!("weight_{name}"), value);
        }
    }
    if let Some(given) = &settings.scene {
        // Lengths of the scene go with the motion's.
        steps.push(Step::new("scene").with("file", &given.name).with("sha256", &given.sha256).with("scale", scale));
    }
    steps.push(retarget);
    steps
}
