//! What stands around the person or the robot of a clip: the scene a user gave, the objects the file tracks, the
//! steps the motion implies.
//!
//! Lives here: putting them together in the person's world. Does not: reading scenes
//! (`kouros-robot`), finding contacts (`kouros-label`).

use crate::run::settings::Settings;
use kouros_label::Contacts;
use kouros_mocap::Clip;
use kouros_motion::{BodyTrack, FootContacts, ObjectTrack, Report, Trajectory, list_names};
use kouros_robot::{Around, Scene, SceneTrack};

/// When the feet of a clip's person rest, and the scene they rest on: the one that was given, with
/// the clip's objects in it; else the steps that the feet imply, `None` where there are none.
pub fn look(clip: &Clip, settings: &Settings, report: &mut Report) -> kouros_robot::Result<(Contacts, Option<Scene>)> {
    let track = clip.body_track();
    let plates = (!clip.plates.is_empty()).then(|| kouros_label::plate_contacts(&track, &clip.anatomy, &clip.plates, report));
    // Where a foot is wholly on a plate, the plate knows better.
    let find = |scene: Option<&SceneTrack>, report: &mut Report| {
        let mut found = kouros_label::human_contacts(&track, &clip.anatomy, scene, &settings.contacts, report);
        if let Some(known) = &plates {
            found.feet = known.over(&found.feet);
        }
        found
    };
    if let Some(given) = &settings.scene {
        let scene = SceneTrack::new(given.scene.clone(), &clip.objects, track.ticks())?;
        if let Some(still) = scene.waiting() {
            report.warn("objects", format!("nothing in the file moves {still}; it stays where the scene has it"));
        }
        return Ok((find(Some(&scene), report), Some(given.scene.clone())));
    }
    if !clip.objects.is_empty() {
        let names = list_names(clip.objects.iter().map(|o| o.name.as_str()));
        report
            .warn("objects", format!("the file tracks {names}; without --scene their shape is unknown and hands may miss them"));
    }
    let found = find(None, report);
    // The file's own contacts say nothing of heights, but more of when.
    let flat = Contacts { feet: clip.contacts.clone().unwrap_or_else(|| found.feet.clone()), ..found.clone() };
    let Some(scene) = kouros_label::supports(&track, &clip.anatomy, &flat, &settings.contacts, report) else {
        return Ok((found, None));
    };
    let on = SceneTrack::new(scene.clone(), &[], track.ticks())?;
    // Contacts over the blocks; what they imply was said above.
    Ok((find(Some(&on), &mut Report::new()), Some(scene)))
}

/// What the person does with the scene, at the rate of the result.
pub fn around(
    scene: Option<Scene>,
    clip: &Clip,
    track: &BodyTrack,
    contacts: &FootContacts,
    floor: f64,
    report: &mut Report,
) -> Result<Around, Box<dyn std::error::Error>> {
    let scene = match scene {
        Some(scene) => {
            // Blocks under feet are no shapes for what is carried.
            let shaped = scene.bodies.iter().any(|b| b.movable);
            let each = clip.objects.iter().filter(|_| shaped).map(|o| resampled(o, track.ticks(), track.rate_hz()));
            SceneTrack::new(scene, &each.collect::<kouros_motion::Result<Vec<_>>>()?, track.ticks())?
        }
        None => SceneTrack::flat(floor),
    };
    let grounds = kouros_label::foot_grounds(track, &clip.anatomy, contacts, &scene, floor);
    let touches = kouros_label::human_touches(track, clip.motion.skeleton(), &clip.anatomy, &scene, floor, report);
    Ok(Around { scene, grounds, touches })
}

/// What stands around a motion that already is the robot's: the scene that was given, at its own
/// size in the robot's world, with the objects that the file tracks.
pub fn stands(
    objects: &[ObjectTrack],
    trajectory: &Trajectory,
    settings: &Settings,
    report: &mut Report,
) -> Result<Option<SceneTrack>, Box<dyn std::error::Error>> {
    let Some(given) = &settings.scene else {
        if !objects.is_empty() {
            let names = list_names(objects.iter().map(|o| o.name.as_str()));
            report.warn("objects", format!("the file tracks {names}; without --scene their shape is unknown"));
        }
        return Ok(None);
    };
    let each = objects.iter().map(|o| resampled(o, trajectory.ticks(), trajectory.rate_hz));
    let scene = SceneTrack::new(given.scene.clone(), &each.collect::<kouros_motion::Result<Vec<_>>>()?, trajectory.ticks())?;
    if let Some(still) = scene.waiting() {
        report.warn("objects", format!("nothing in the file moves {still}; it stays where the scene has it"));
    }
    Ok(Some(scene).filter(|s| !s.scene().bodies.is_empty()))
}

/// An object at another rate, of exactly `ticks` poses.
fn resampled(object: &ObjectTrack, ticks: usize, rate_hz: f64) -> kouros_motion::Result<ObjectTrack> {
    let mut out = object.resampled(rate_hz)?;
    let last = out.poses.last().copied().unwrap_or_default();
    out.poses.resize(ticks, last);
    Ok(out)
}
