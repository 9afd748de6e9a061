//! A robot from its MJCF or URDF: bodies, joints, limits, geometry, kinematics, dynamics, and
//! which part of it is which.
//!
//! Lives here: everything about one robot at one instant. Does not live here: motion over time
//! (`kouros-motion`), choosing configurations (`kouros-retarget`), what a motion means
//! (`kouros-label`). MuJoCo compiles every model; there is no parser of ours.
//!
//! A [`Robot`] is immutable and shared; [`Kinematics`] and [`Dynamics`] are workspaces, one per
//! thread. A motion that already is the robot's is taken over by [`adopt`](adopt()). Its [`Profile`] is derived from the model, a [`RobotSettings`] file overrides it.

mod adopt;
mod collada;
mod collision;
mod dynamics;
mod error;
mod kinematics;
mod known;
mod load;
mod part;
mod plan;
mod profile;
mod robot;
mod scene;
mod segments;
mod settings;
mod shape;
mod sole;
mod text;
mod urdf;
mod visual;

pub use adopt::{AdoptOptions, Adopted, adopt};
pub use dynamics::{Acceleration, Dynamics, State};
pub use error::{Error, Result};
pub use kinematics::Kinematics;
pub use known::{known_robots, load_robot};
pub use load::LoadOptions;
pub use plan::{BodyPlan, Lengths, Parts, known_plans};
pub use profile::{Limb, Mark, Profile};
pub use robot::{Body, Joint, JointKind, Robot};
pub use scene::{Around, Nearest, Plane, Scene, SceneBody, SceneTrack, Solid, Surface, Touch, scene_mjcf};
pub use segments::closest_points;
pub use settings::{Fetch, JointSettings, ProfileSettings, RobotSettings, fits};
pub use shape::{Ball, Capsule, Shape};
pub use sole::Sole;
pub use urdf::named_meshes;
pub use visual::Visual;
