//! More motions from one: the same person mirrored, slower, faster.
//!
//! Lives here: what can be changed about a clip before it is retargeted, and carrying contacts
//! along. Does not: the change itself (`kouros-motion`), which variants a run makes of each file
//! (`plan.rs`).
//!
//! A person is changed and not the robot, so that what holds for every clip holds for its variants:
//! limits, speeds, feet that stay. Contacts are found in the motion as it was recorded, where
//! thresholds of speed mean something, and carried along.

use crate::exit::{Failure, Result};
use kouros_label::Contacts;
use kouros_mocap::Clip;
use kouros_motion::{Report, Step, mirrored_words};
use kouros_robot::Scene;

/// Accelerations go with the square of the pace: beyond these, forces would be less than a quarter
/// or more than four times what they were, and the motion no longer anyone's.
pub const SPEEDS: [f64; 2] = [0.5, 2.0];
/// A body is in the air where no foot stands for this long [s]; shorter gaps are seams of contacts.
const FLIGHT_S: f64 = 0.1;

/// One change of a clip.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Augment {
    /// As a mirror on the plane y = 0 shows it.
    Mirror,
    /// At this many times the pace.
    Speed(f64),
}

impl Augment {
    /// What stands behind `@` in the names of what is made so.
    pub fn word(self) -> String {
        match self {
            Self::Mirror => "mirror".into(),
            Self::Speed(speed) => format!("{speed}x"),
        }
    }
}

/// The clip's name with the changes behind it: `walk@1.2x@mirror`.
pub fn name(clip: &str, changes: &[Augment]) -> String {
    changes.iter().fold(clip.to_owned(), |name, change| name + "@" + &change.word())
}

/// The variants that a run makes of each clip: all speeds, and all of them mirrored. The unchanged
/// clip comes first, unless it is not wanted.
pub fn variants(mirror: bool, speeds: &[f64], only_changed: bool) -> Vec<Vec<Augment>> {
    let speeds = [None].into_iter().chain(speeds.iter().copied().map(Some));
    let each = speeds.flat_map(|speed| {
        let speed: Vec<Augment> = speed.map(Augment::Speed).into_iter().collect();
        let image = mirror.then(|| [speed.clone(), vec![Augment::Mirror]].concat());
        [Some(speed), image].into_iter().flatten()
    });
    each.filter(|changes| !(only_changed && changes.is_empty())).collect()
}

/// Changes a clip and the contacts that were found in it; what was done comes back as steps of the
/// provenance. Contacts that the file states are changed likewise, and the scene is mirrored.
pub fn apply(
    changes: &[Augment],
    clip: &mut Clip,
    found: &mut Contacts,
    mut scene: Option<&mut Scene>,
    report: &mut Report,
) -> Result<Vec<Step>> {
    changes.iter().map(|change| one(*change, clip, found, scene.as_deref_mut(), report)).collect()
}

fn one(change: Augment, clip: &mut Clip, found: &mut Contacts, scene: Option<&mut Scene>, report: &mut Report) -> Result<Step> {
    let step = Step::new("augment");
    match change {
        Augment::Mirror => {
            clip.motion = clip.motion.mirrored();
            clip.anatomy = clip.anatomy.mirrored();
            clip.contacts = clip.contacts.as_ref().map(kouros_motion::FootContacts::mirrored);
            clip.objects = clip.objects.iter().map(kouros_motion::ObjectTrack::mirrored).collect();
            found.feet = found.feet.mirrored();
            found.toe_rest.reverse();
            found.ankle_rest.reverse();
            found.heel_rest.reverse();
            if let Some(scene) = scene {
                *scene = scene.mirrored();
            }
            Ok(step.with("mirror", "y = 0"))
        }
        Augment::Speed(speed) => {
            let flight = flight_seconds(clip.contacts.as_ref().unwrap_or(&found.feet));
            clip.motion = clip.motion.at_speed(speed).map_err(Failure::new)?;
            clip.contacts = clip.contacts.as_ref().map(|c| c.at_speed(speed));
            clip.objects = clip.objects.iter().map(|o| o.at_speed(speed)).collect();
            found.feet = found.feet.at_speed(speed);
            let gravity = speed * speed;
            let step = step.with("speed", speed).with("gravity_in_flight", format!("{gravity:.4}"));
            if flight > 0.0 {
                report.warn(
                    "flight-speed",
                    format!(
                        "at {speed} times the pace: where no foot stands ({:.1} s in all) the body falls as under {gravity:.2} times gravity",
                        flight / speed
                    ),
                );
            }
            Ok(step.with("flight_s", format!("{:.3}", flight / speed)))
        }
    }
}

/// How long no foot stands, shortest gaps left out [s].
fn flight_seconds(contacts: &kouros_motion::FootContacts) -> f64 {
    let in_air = contacts.down.split(|down| down.iter().any(|d| *d)).map(|gap| gap.len() as f64 / contacts.rate_hz);
    in_air.filter(|seconds| *seconds >= FLIGHT_S).sum()
}

/// A task that a person gave in words, for the changed clip.
pub fn task(words: &str, changes: &[Augment]) -> String {
    let turned = changes.iter().filter(|c| **c == Augment::Mirror).count();
    if turned.is_multiple_of(2) { words.to_owned() } else { mirrored_words(words) }
}

/// A list of speeds on the command line.
pub fn speed(text: &str) -> std::result::Result<f64, String> {
    let [least, most] = SPEEDS;
    match text.trim().parse::<f64>() {
        Ok(1.0) => Err("1 is the clip itself; --only-augmented leaves that out".into()),
        Ok(v) if (least..=most).contains(&v) => Ok(v),
        _ => Err(format!("expected a number from {least} to {most}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kouros_motion::FootContacts;

    #[test]
    fn all_variants_of_two_speeds_and_a_mirror() {
        let names = |only| variants(true, &[0.8, 1.2], only).iter().map(|v| name("a", v)).collect::<Vec<_>>();
        assert_eq!(names(false), ["a", "a@mirror", "a@0.8x", "a@0.8x@mirror", "a@1.2x", "a@1.2x@mirror"]);
        assert_eq!(names(true).len(), 5);
        assert_eq!(variants(false, &[], false), [vec![]]);
    }

    #[test]
    fn flight_by_hand() {
        // At 10 Hz: two ticks in the air, one on the ground, one in the air.
        let down = [0, 0, 1, 0, 1].map(|v| [v == 1, false, false, false]).to_vec();
        assert!((flight_seconds(&FootContacts { rate_hz: 10.0, down: down.clone() }) - 0.3).abs() < 1e-12);
        assert!((flight_seconds(&FootContacts { rate_hz: 20.0, down }) - 0.1).abs() < 1e-12);
    }

    #[test]
    fn speeds_are_bounded() {
        assert_eq!(speed("0.8"), Ok(0.8));
        for wrong in ["1", "0.4", "2.1", "nan", "", "fast", "-1"] {
            assert!(speed(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn only_a_mirror_changes_words() {
        assert_eq!(task("wave the left hand", &[Augment::Speed(0.8), Augment::Mirror]), "wave the right hand");
        assert_eq!(task("wave the left hand", &[Augment::Speed(0.8)]), "wave the left hand");
    }
}
