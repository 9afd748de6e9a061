//! One clip, from bytes to a labelled robot motion.
//!
//! Lives here: the order of the steps and their provenance. Does not: how a person's motion
//! becomes a robot's (`person.rs`), how a robot's is taken over (`given.rs`), the steps themselves (the other crates), many clips at once
//! (`all.rs`).

use crate::exit::{Failure, Result};
use crate::hashes::sha256;
use crate::run::augment;
use crate::run::findings;
use crate::run::given;
use crate::run::person::{self, Person};
use crate::run::plan::{Source, read};
use crate::run::settings::Settings;
use crate::table_note;
use kouros_label::{ForceQuality, Labels, Quality};
use kouros_mocap::{Capture, Companions};
use kouros_motion::{Kind, Provenance, Report, Segment, Step, Trajectory};
use kouros_robot::{Robot, SceneTrack};
use std::time::Instant;

/// What was made of a clip; everything at the rate of the robot's motion.
#[derive(Debug)]
pub struct Made {
    /// The robot's motion.
    pub trajectory: Trajectory,
    /// Whom it was made from; none where the file holds a robot's motion itself.
    pub person: Option<Person>,
    /// What stands around the robot, in its world, where that is more than a floor.
    pub scene: Option<SceneTrack>,
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

/// A robot's motion before it is labelled, however it came about.
#[derive(Debug)]
pub struct Moved {
    pub trajectory: Trajectory,
    /// Whom it was made from, if it was made from someone.
    pub person: Option<Person>,
    /// What stands around the robot, in its world, where that is more than a floor.
    pub scene: Option<SceneTrack>,
    /// The source's format.
    pub format: &'static str,
    /// The source's own rate [Hz].
    pub source_rate_hz: f64,
    /// What was done up to here.
    pub steps: Vec<Step>,
}

/// Reads a clip and what it needs beside it.
pub fn read_clip(
    source: &Source,
    body_model: Option<(&str, &[u8])>,
    settings: &Settings,
    report: &mut Report,
) -> Result<Capture> {
    let bytes = read(&source.path)?;
    if sha256(&bytes) != source.sha256 {
        return Err(Failure::new(format!("{}: the file changed while this ran", source.path.display())));
    }
    let skeleton = source.skeleton.as_deref().map(|p| read(p).map(|b| (p.display().to_string(), b))).transpose()?;
    let forces = source.forces.as_deref().map(|p| read(p).map(|b| (p.display().to_string(), b))).transpose()?;
    let companions = Companions {
        asf: skeleton.as_ref().map(|(n, b)| (n.as_str(), b.as_slice())),
        body_model,
        forces: forces.as_ref().map(|(n, b)| (n.as_str(), b.as_slice())),
    };
    let name = source.path.display().to_string();
    kouros_mocap::capture(&name, &bytes, &companions, &settings.import, report).map_err(|e| import_failure(&e))
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
    let mut settings = settings.clone();
    if let Some(note) = table_note::beside(&source.path) {
        note.fill(&mut settings.import, &mut settings.adopt, &mut report);
    }
    let settings = &settings;
    let moved = match read_clip(source, body_model, settings, &mut report)? {
        Capture::Person(clip) => person::retarget(source, *clip, robot, settings, &mut report)?,
        Capture::Robot(given, format) => given::take(source, &given, format, robot, settings, &mut report)?,
    };
    labelled(source, moved, robot, settings, report, start)
}

/// Labels a robot's motion, wherever it came from.
pub fn labelled(
    source: &Source,
    moved: Moved,
    robot: &Robot,
    settings: &Settings,
    report: Report,
    start: Instant,
) -> Result<Made> {
    let in_clip = |e: &dyn std::fmt::Display| Failure::new(format!("{}: {e}", source.path.display()));
    let trajectory = &moved.trajectory;
    let labels = kouros_label::label(robot, trajectory, moved.scene.as_ref(), None, &settings.labels).map_err(|e| in_clip(&e))?;
    let (segments, kind) =
        kouros_label::segments(robot, trajectory, &labels.contacts, &settings.segments).map_err(|e| in_clip(&e))?;
    let quality = kouros_label::quality(robot, trajectory, moved.scene.as_ref(), &labels.contacts).map_err(|e| in_clip(&e))?;
    let forces = kouros_label::force_quality(robot, &labels);
    let given = settings.task.as_ref().map(|words| augment::task(words, &source.changes));
    let task = given.unwrap_or_else(|| kouros_label::task_text(&segments));
    let provenance = provenance(source, &moved, settings, &report);
    let Moved { trajectory, person, scene, .. } = moved;
    let mut made =
        Made { trajectory, person, scene, labels, quality, forces, segments, kind, task, provenance, report, seconds: 0.0 };
    let odd = findings::findings(robot, settings, &made);
    made.report.notes.extend(odd.notes);
    made.seconds = start.elapsed().as_secs_f64();
    Ok(made)
}

/// The clip's history: each step with the settings it was given and what it inferred.
fn provenance(source: &Source, moved: &Moved, settings: &Settings, report: &Report) -> Provenance {
    let mut steps = moved.steps.clone();
    steps.extend([settings.labels.step(), settings.segments.step()]);
    // What was inferred belongs to the step that inferred it, as far as its word says.
    for note in &report.notes {
        let step = match note.code.as_str() {
            "floor" | "contact-scale" | "contacts" => "contacts",
            "hands" => "retarget",
            "flight-speed" => "augment",
            _ => "import",
        };
        let at = steps.iter().position(|s| s.name == step).unwrap_or(0);
        let word = format!("inferred_{}", note.code.replace('-', "_"));
        if let Some(step) = steps.get_mut(at) {
            let said = step.settings.entry(word);
            said.and_modify(|text| *text = format!("{text}; {}", note.message)).or_insert(note.message.clone());
        }
    }
    Provenance {
        source: source.file_name(),
        sha256: source.sha256.clone(),
        format: moved.format.into(),
        licence: settings.licence.clone(),
        source_rate_hz: moved.source_rate_hz,
        steps,
    }
}
