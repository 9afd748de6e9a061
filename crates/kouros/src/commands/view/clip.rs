//! A capture file that is looked at: a person, or a robot's motion.

use super::{Args, name_of};
use crate::exit::{Failure, Result};
use crate::robot_args::{Chosen, choose};
use crate::run::given::adopt_failure;
use kouros_label::human_contacts;
use kouros_mocap::{Capture, Clip};
use kouros_motion::{GivenMotion, Report};
use kouros_robot::{AdoptOptions, Adopted, adopt, known_robots};
use kouros_view::{Moving, Person, Show};
use std::path::Path;

/// Reads it.
pub fn show(path: &Path, args: &Args) -> Result<Show> {
    let mut report = Report::new();
    let (capture, options) = args.import.capture(path, &mut report)?;
    let name = name_of(path);
    let format = capture.format().name().to_owned();
    let empty = Moving { format, person: None, contacts: None, trajectory: None, segments: Vec::new(), notes: Vec::new() };
    let (moving, robot) = match capture {
        Capture::Person(clip) => (of_person(&clip, empty, &mut report), None),
        Capture::Robot(given, _) => {
            let shown = path.display().to_string();
            let (chosen, adopted) = take(&shown, &given, args, &options, &mut report)?;
            let contacts = kouros_label::robot_contacts(&chosen.robot, &adopted.trajectory, None, &Default::default())
                .map_err(Failure::new)?;
            let (segments, _) = kouros_label::segments(&chosen.robot, &adopted.trajectory, &contacts, &Default::default())
                .map_err(Failure::new)?;
            let moving = Moving { trajectory: Some(adopted.trajectory), contacts: Some(contacts), segments, ..empty };
            (moving, Some(chosen.robot))
        }
    };
    let notes = report.notes.iter().map(|n| format!("{}: {}", n.code, n.message)).collect();
    Ok(Show::moving(name, Moving { notes, ..moving }, robot))
}

fn of_person(clip: &Clip, empty: Moving, report: &mut Report) -> Moving {
    let track = clip.body_track();
    let mut contacts = human_contacts(&track, &clip.anatomy, None, &Default::default(), report);
    if let Some(stated) = &clip.contacts {
        contacts.feet = stated.clone();
    }
    let parents = clip.motion.skeleton().joints().iter().map(|j| j.parent).collect();
    let person = Person { track, parents, floor: contacts.floor, scale: 1.0 };
    Moving { person: Some(person), contacts: Some(contacts.feet), ..empty }
}

/// The motion as that of the robot that is named, or of the first known one that it can be of.
fn take(shown: &str, given: &GivenMotion, args: &Args, options: &AdoptOptions, report: &mut Report) -> Result<(Chosen, Adopted)> {
    if let Some(name) = args.robot.as_deref() {
        let chosen = choose(name, &args.robot_args)?;
        let adopted = adopt(&chosen.robot, given, options, report).map_err(|e| adopt_failure(shown, &e))?;
        return Ok((chosen, adopted));
    }
    let known = known_robots().map_err(Failure::internal)?;
    let found = known.iter().filter_map(|r| r.name.as_deref()).find_map(|name| {
        let chosen = choose(name, &args.robot_args).ok()?;
        let mut noted = Report::new();
        let adopted = adopt(&chosen.robot, given, options, &mut noted).ok()?;
        report.notes.extend(noted.notes);
        Some((chosen, adopted))
    });
    found.ok_or_else(|| {
        Failure::new(format!("{shown}: a robot's motion that is no known robot's")).hint("--robot names the one it was made for")
    })
}
