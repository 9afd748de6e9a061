//! One clip, from bytes to a labelled robot motion.
//!
//! Lives here: the order of the steps and their provenance. Does not: the steps themselves (the
//! other crates), many clips at once (`all.rs`).

use crate::exit::{Failure, Result};
use crate::hashes::sha256;
use crate::run::findings;
use crate::run::plan::{Source, read};
use crate::run::settings::{Settings, as_json};
use kouros_label::{ForceQuality, Labels, Quality};
use kouros_mocap::{Clip, Companions};
use kouros_motion::{Anatomy, BodyTrack, FootContacts, Kind, Provenance, Report, Segment, Step};
use kouros_retarget::{Human, Retargeted};
use kouros_robot::Robot;
use std::time::Instant;

/// What was made of a clip; everything at the rate of the robot's motion.
#[derive(Debug)]
pub struct Made {
    /// The human's joints in the world.
    pub human: BodyTrack,
    /// Which joint is which.
    pub anatomy: Anatomy,
    /// When the human's feet rest.
    pub contacts: FootContacts,
    /// Height of the floor in the human's world [m].
    pub floor: f64,
    pub retargeted: Retargeted,
    pub labels: Labels,
    pub quality: Quality,
    pub forces: ForceQuality,
    pub segments: Vec<Segment>,
    pub kind: Kind,
    pub task: String,
    pub provenance: Provenance,
    /// What was inferred and what is odd.
    pub report: Report,
    /// Time spent on it [s].
    pub seconds: f64,
}

/// Reads a clip and what it needs beside it.
pub fn read_clip(source: &Source, body_model: Option<(&str, &[u8])>, settings: &Settings, report: &mut Report) -> Result<Clip> {
    let bytes = read(&source.path)?;
    if sha256(&bytes) != source.sha256 {
        return Err(Failure::new(format!("{}: the file changed while this ran", source.path.display())));
    }
    let skeleton = source.skeleton.as_deref().map(|p| read(p).map(|b| (p.display().to_string(), b))).transpose()?;
    let companions = Companions { asf: skeleton.as_ref().map(|(n, b)| (n.as_str(), b.as_slice())), body_model };
    let name = source.path.display().to_string();
    kouros_mocap::read(&name, &bytes, &companions, &settings.import, report).map_err(|e| import_failure(&e))
}

/// The reader's words, with the flag that helps.
pub fn import_failure(error: &kouros_mocap::Error) -> Failure {
    use kouros_mocap::Error as E;
    let failure = Failure::new(error);
    match error {
        E::NeedsCompanion { format: kouros_mocap::Format::Amc, .. } => failure.hint("--asf FILE names the skeleton"),
        E::NeedsCompanion { .. } => failure.hint("--body-model FILE names your own body model"),
        E::Option { option: "unit_m", .. } => failure.hint("--unit takes m, cm, mm, in, ft or a number"),
        E::Option { option: "rate_hz", .. } => failure.hint("--source-rate takes a positive number"),
        _ => failure,
    }
}

/// Makes a robot's motion of a clip and labels it.
pub fn make(source: &Source, body_model: Option<(&str, &[u8])>, robot: &Robot, settings: &Settings) -> Result<Made> {
    let start = Instant::now();
    let mut report = Report::new();
    let clip = read_clip(source, body_model, settings, &mut report)?;
    let in_clip = |e: &dyn std::fmt::Display| Failure::new(format!("{}: {e}", source.path.display()));

    // Contacts from the source's own frames: resampling first would blur when feet rest.
    let found = kouros_label::human_contacts(&clip.body_track(), &clip.anatomy, &settings.contacts, &mut report);
    let rate_hz = settings.rate_hz.unwrap_or(clip.source_rate_hz);
    let human = clip.body_track_at(rate_hz).map_err(|e| in_clip(&e))?;
    // What the file states is better than what can be found.
    let contacts = clip.contacts.as_ref().unwrap_or(&found.feet).resampled(rate_hz);

    let subject = Human { track: &human, anatomy: &clip.anatomy, contacts: &contacts, floor: found.floor };
    let retargeted = kouros_retarget::retarget(&subject, robot, &settings.retarget, &mut report).map_err(|e| in_clip(&e))?;
    let trajectory = &retargeted.trajectory;
    let labels = kouros_label::label(robot, trajectory, None, &settings.labels).map_err(|e| in_clip(&e))?;
    let (segments, kind) =
        kouros_label::segments(robot, trajectory, &labels.contacts, &settings.segments).map_err(|e| in_clip(&e))?;
    let quality = kouros_label::quality(robot, trajectory, &labels.contacts).map_err(|e| in_clip(&e))?;
    let forces = kouros_label::force_quality(robot, &labels);
    let task = settings.task.clone().unwrap_or_else(|| kouros_label::task_text(&segments));
    let provenance = provenance(source, &clip, rate_hz, retargeted.scale, settings, &report);
    let mut made = Made {
        human,
        anatomy: clip.anatomy,
        contacts,
        floor: found.floor,
        retargeted,
        labels,
        quality,
        forces,
        segments,
        kind,
        task,
        provenance,
        report,
        seconds: 0.0,
    };
    let odd = findings::findings(robot, settings, &made);
    made.report.notes.extend(odd.notes);
    made.seconds = start.elapsed().as_secs_f64();
    Ok(made)
}

/// The clip's history: each step with the settings it was given and what it inferred.
fn provenance(source: &Source, clip: &Clip, rate_hz: f64, scale: f64, settings: &Settings, report: &Report) -> Provenance {
    let given = |value: Option<String>| value.unwrap_or_else(|| "inferred".into());
    let import = &settings.import;
    let mut read = Step::new("import")
        .with("unit_m", given(import.unit_m.map(|v| v.to_string())))
        .with("up", given(import.up.map(|u| u.name().into())))
        .with("layout", given(import.layout.map(|l| l.name().into())))
        .with("drop_t_pose", given(import.drop_t_pose.map(|v| v.to_string())))
        .with("rate_hz", given(import.rate_hz.map(|v| v.to_string())))
        .with("dropped_frames", clip.dropped_frames);
    if let Some(skeleton) = &source.skeleton {
        read = read.with("skeleton", skeleton.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default());
    }
    let contacts = match clip.contacts {
        Some(_) => Step::new("contacts").with("stated_by", "the source"),
        None => settings.contacts.step(),
    };
    let mut steps = vec![read, contacts];
    if rate_hz != clip.source_rate_hz {
        let resample = Step::new("resample").with("from_hz", clip.source_rate_hz).with("to_hz", rate_hz);
        steps.push(resample.with("translations", "linear").with("rotations", "spherical").with("contacts", "majority"));
    }
    let mut retarget = Step::new("retarget").with("scale", scale).with("joint_speed_rad_s", settings.retarget.joint_speed);
    if let serde_json::Value::Object(weights) = as_json(&settings.retarget.weights) {
        for (name, value) in weights {
            retarget = retarget.with(&format!("weight_{name}"), value);
        }
    }
    steps.extend([retarget, settings.labels.step(), settings.segments.step()]);
    // What was inferred belongs to the step that inferred it, as far as its word says.
    for note in &report.notes {
        let step = match note.code.as_str() {
            "floor" | "contact-scale" | "contacts" => 1,
            "hands" => steps.iter().position(|s| s.name == "retarget").unwrap_or(0),
            _ => 0,
        };
        let word = format!("inferred_{}", note.code.replace('-', "_"));
        let settings = &mut steps[step].settings;
        settings.entry(word).and_modify(|text| *text = format!("{text}; {}", note.message)).or_insert(note.message.clone());
    }
    Provenance {
        source: source.file_name(),
        sha256: source.sha256.clone(),
        format: clip.format.name().into(),
        licence: settings.licence.clone(),
        source_rate_hz: clip.source_rate_hz,
        steps,
    }
}
