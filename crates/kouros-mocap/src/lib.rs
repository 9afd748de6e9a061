//! Motion-capture files to human motion.
//!
//! Bytes in, a [`Clip`] out: a [`Motion`](kouros_motion::Motion) in metres, Z up, seconds, the
//! [`Anatomy`](kouros_motion::Anatomy) that says which joint is which, and a
//! [`Report`] of all that was inferred on the way.
//!
//! ```
//! use kouros_mocap::{Companions, ImportOptions, read};
//! use kouros_motion::{LEFT, Report};
//!
//! let bytes = include_bytes!("../../../fuzz/seeds/bvh/person.bvh");
//! let mut report = Report::new();
//! let clip = read("person.bvh", bytes, &Companions::default(), &ImportOptions::default(), &mut report)?;
//! let knee = clip.anatomy.legs[LEFT].knee;
//! assert_eq!(clip.motion.skeleton().joints()[knee].name, "LeftLeg");
//! assert!(clip.motion.body_track().position(0, knee).z > 0.4);
//! # Ok::<(), kouros_mocap::Error>(())
//! ```
//!
//! Lives here: the bytes of BVH, Acclaim, FBX, MVNX, Motive's CSV, markers (C3D, TRC) and force plates, DeepMimic, SMPL npz and arrays of joint
//! positions ([`Format`]); which joint is the knee; what
//! files leave unsaid (unit, up axis, rate, a T-pose before the motion), inferred from the body
//! itself, told with its numbers and overridden by [`ImportOptions`].
//! Does not live here: paths and printing (`kouros`), robots (`kouros-retarget`), contacts and
//! floors (`kouros-label`), smoothing or re-timing of any kind.
//!
//! Files are not trusted: bad ones are errors that name the line, the frame or the array, and
//! memory follows the size of the file, not what it claims. The layouts are in docs/formats.

mod acclaim;
mod bvh;
mod c3d;
mod clip;
mod deepmimic;
mod error;
mod facts;
mod fbx;
mod format;
mod import;
mod infer;
mod joint_names;
mod markers;
mod motive;
mod mvnx;
mod npz;
mod options;
mod pickle;
mod plates;
mod positions;
mod recognise;
mod recording;
mod robot;
mod smpl;
mod storage;
mod subject;
mod trc;

pub use clip::Clip;
pub use error::{Error, Result};
pub use format::{Format, format_of, needs_skeleton_file};
pub use markers::StaticTrial;
pub use options::{Companions, ImportOptions, Up};
pub use positions::{Layout, positions_npz};

use kouros_motion::{GivenMotion, Report};

/// What a file holds.
#[derive(Debug, Clone)]
pub enum Capture {
    /// A person moving.
    Person(Box<Clip>),
    /// A robot moving.
    Robot(Box<GivenMotion>, Format),
}

impl Capture {
    /// The format it was read from.
    pub fn format(&self) -> Format {
        match self {
            Self::Person(clip) => clip.format,
            Self::Robot(_, format) => *format,
        }
    }
}

/// Reads a capture: `name` is the file's name (its extension votes on the format, its content
/// decides), `companions` what lies beside it, `options` what the caller knows better.
///
/// The result is at the source's own rate; nothing is smoothed or re-timed. Everything inferred,
/// dropped or odd is added to `report`.
///
/// # Errors
/// Bytes in no known format or not following it, a motion without its skeleton file, a skeleton
/// without two legs and two arms, a file that claims more than it can hold, an option out of range.
pub fn read(name: &str, bytes: &[u8], companions: &Companions, options: &ImportOptions, report: &mut Report) -> Result<Clip> {
    match capture(name, bytes, companions, options, report)? {
        Capture::Person(clip) => Ok(*clip),
        Capture::Robot(_, format) => {
            let (expected, found) = ("a person's motion".into(), format!("a robot's ({format})"));
            Err(Error::Missing { file: name.to_owned(), expected, found })
        }
    }
}

/// The same of any file, be it a person's motion or one that already is a robot's.
///
/// # Errors
/// Those of [`read`].
pub fn capture(
    name: &str,
    bytes: &[u8],
    companions: &Companions,
    options: &ImportOptions,
    report: &mut Report,
) -> Result<Capture> {
    let format = format::detect(name, bytes, report)?;
    if format.is_robot() {
        import::check(options)?;
        let given = robot::read(name, bytes, format, options, report)?;
        return Ok(Capture::Robot(Box::new(given), format));
    }
    person(name, bytes, format, companions, options, report).map(|clip| Capture::Person(Box::new(clip)))
}

fn person(
    name: &str,
    bytes: &[u8],
    format: Format,
    companions: &Companions,
    options: &ImportOptions,
    report: &mut Report,
) -> Result<Clip> {
    let recording = match format {
        Format::Bvh => bvh::read(name, bytes, report)?,
        Format::Amc => acclaim::read(name, bytes, companions, options.rate_hz, report)?,
        Format::C3d => {
            let mut markers = c3d::read(name, bytes, options.rate_hz, report)?;
            if let Some((forces, table)) = companions.forces.filter(|_| markers.plates.is_empty()) {
                markers.plates = storage::forces(forces, table, 0.0, report)?;
            }
            markers::recording(name, markers, options, report)?
        }
        Format::Trc => {
            let markers = trc::read(name, bytes, companions, options.rate_hz, report)?;
            markers::recording(name, markers, options, report)?
        }
        Format::Fbx => fbx::read(name, bytes, options, report)?,
        Format::Mvnx => mvnx::read(name, bytes, options.rate_hz, report)?,
        Format::MotiveCsv => motive::read(name, bytes, options, report)?,
        Format::DeepMimic => deepmimic::read(name, bytes, options.rate_hz, report)?,
        Format::JointPositions => positions::read(name, bytes, options.layout, options.rate_hz, report)?,
        Format::SmplNpz => smpl::read(name, bytes, companions, options.rate_hz, report)?,
        Format::InterMimic => positions::intermimic::read(name, bytes, options.layout, options.rate_hz, report)?,
        Format::RobotCsv | Format::RobotNpz | Format::RobotPickle | Format::RobotTorch => {
            let (expected, found) = ("a person's motion".into(), format!("a robot's ({format})"));
            return Err(Error::Missing { file: name.to_owned(), expected, found });
        }
    };
    import::import(name, recording, options, report)
}
