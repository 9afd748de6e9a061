//! The nouns of Kouros and the conventions they share.
//!
//! Lives here: what exists over time (a skeleton, a motion, a robot's trajectory, a contact,
//! a segment), where it came from, and how joint names become indices.
//! Does not live here: bytes of any format (`kouros-mocap`, `kouros-dataset`), anything about
//! one robot (`kouros-robot`), anything that judges a motion (`kouros-label`).
//!
//! Conventions, everywhere in the workspace: SI units, radians, seconds; right-handed, Z up,
//! X forward; transforms are named by both ends (`world_from_pelvis`); joint names travel with
//! the data; `f64` in computation. A *pose* is the placement of one rigid body; a *tick* is an
//! index in time. Quaternions are written w first; in memory they are [`Rot`], so nobody
//! indexes them.
//!
//! How the nouns relate: a [`Motion`] is a [`Skeleton`] moving; its [`BodyTrack`] is the same
//! motion as bodies in the world; an [`Anatomy`] says which of them is the left knee; a
//! [`Trajectory`] is a robot moving; [`FootContacts`] and [`Segment`]s say what happens in
//! either; an [`ObjectTrack`] is what was carried meanwhile; a [`GivenMotion`] is a robot's motion
//! of which it must still be found whose joints it moves; [`Provenance`] and [`Report`] say where it
//! came from and what was inferred.

mod anatomy;
mod body_track;
mod contact;
mod error;
mod format_facts;
mod given;
mod joint_order;
mod mirror;
mod motion;
mod names;
mod object;
mod plate;
mod provenance;
mod report;
mod resample;
mod segment;
mod skeleton;
mod trajectory;

pub use anatomy::{Anatomy, Arm, FLAT_FOOT_PITCH, LEFT, Leg, RIGHT, STEEPEST_FLAT_FOOT};
pub use body_track::BodyTrack;
pub use contact::{BodyPart, FootContacts, SolePart};
pub use error::{Error, Result};
pub use format_facts::{FormatFacts, Whose};
pub use given::{GivenBodies, GivenJoints, GivenMotion, QuatOrder};
pub use joint_order::JointOrder;
pub use mirror::{mirrored_point, mirrored_pose, mirrored_rotation, mirrored_words};
pub use motion::Motion;
pub use names::{list_names, nearest_name};
pub use object::ObjectTrack;
pub use plate::ForcePlate;
pub use provenance::{Provenance, Step};
pub use report::{Level, Note, Report};
pub use resample::{SampleAt, ticks_after_resampling};
pub use segment::{Kind, Segment};
pub use skeleton::{Joint, Skeleton};
pub use trajectory::Trajectory;

/// A point or a vector in three dimensions [m unless said otherwise].
pub type Vec3 = nalgebra::Vector3<f64>;
/// A rotation. `Rot::new(v)` is the exponential map of a rotation vector [rad].
pub type Rot = nalgebra::UnitQuaternion<f64>;
/// The placement of one rigid body: `world_from_body`, translation [m] and rotation.
pub type Pose = nalgebra::Isometry3<f64>;
