//! Retargeting real clips to the G1, judged from outside by kinematics and MuJoCo's collisions.

#![expect(clippy::print_stderr, reason = "a skipped test says so")]

mod hostile;
mod judge;
mod laws;
mod live;

use judge::Judged;
use kouros_label::{ContactOptions, human_contacts};
use kouros_mocap::{Companions, ImportOptions};
use kouros_motion::{Anatomy, BodyTrack, FootContacts, Motion, Report};
use kouros_retarget::{Human, Options, Retargeted, retarget};
use kouros_robot::{LoadOptions, Robot, load_robot};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

fn assets() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../.kouros"))
}

/// The G1, loaded once.
fn g1() -> &'static Robot {
    static ROBOT: OnceLock<Robot> = OnceLock::new();
    ROBOT.get_or_init(|| {
        load_robot("g1", None, &assets(), LoadOptions::default(), &mut Report::new()).expect("run `cargo xtask setup` first")
    })
}

/// A clip ready to be retargeted.
struct Clip {
    track: BodyTrack,
    anatomy: Anatomy,
    contacts: FootContacts,
    floor: f64,
}

impl Clip {
    fn human(&self) -> Human<'_> {
        Human { track: &self.track, anatomy: &self.anatomy, contacts: &self.contacts, floor: self.floor, around: None }
    }

    fn retargeted(&self) -> Retargeted {
        retarget(&self.human(), g1(), &Options::default(), &mut Report::new()).expect("a human's motion")
    }
}

/// A capture and which joint is which.
fn motion(path: &Path) -> (Motion, Anatomy) {
    let name = path.file_name().expect("a file").to_string_lossy();
    let bytes = std::fs::read(path).expect("a readable clip");
    let clip = kouros_mocap::read(&name, &bytes, &Companions::default(), &ImportOptions::default(), &mut Report::new());
    let clip = clip.expect("a capture");
    (clip.motion, clip.anatomy)
}

/// A motion at `rate_hz`; contacts are found at its own rate.
fn ready((motion, anatomy): &(Motion, Anatomy), rate_hz: f64) -> Clip {
    let contacts = human_contacts(&motion.body_track(), anatomy, None, &ContactOptions::default(), &mut Report::new());
    let track = motion.resampled(rate_hz).expect("a rate").body_track();
    Clip { track, anatomy: anatomy.clone(), contacts: contacts.feet.resampled(rate_hz), floor: contacts.floor }
}

/// Reads a capture at `rate_hz`.
fn read(path: &Path, rate_hz: f64) -> Clip {
    ready(&motion(path), rate_hz)
}

/// One of the sample clips that `cargo xtask setup` fetches.
fn sample(name: &str, rate_hz: f64) -> Clip {
    read(&assets().join("clips").join(name), rate_hz)
}

/// The path of a clip of the shared set, or `None` with a word where it is not there.
fn shared_path(path: &str) -> Option<PathBuf> {
    let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/mocap")).join(path);
    if !path.exists() {
        eprintln!("skipped: {} is not there", path.display());
        return None;
    }
    Some(path)
}

/// A clip of the shared set, if it is there.
fn shared(path: &str, rate_hz: f64) -> Option<Clip> {
    Some(read(&shared_path(path)?, rate_hz))
}

fn judged(clip: &Clip) -> Judged {
    Judged::new(g1(), clip, &clip.retargeted().trajectory)
}
