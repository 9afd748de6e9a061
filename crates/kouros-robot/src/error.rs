//! What can be wrong with a robot.

/// A result of this crate.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a robot could not be loaded or used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The file cannot be read.
    #[error("cannot read the robot {path}: {source}")]
    Read {
        /// The file.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// The text of a model is broken, or reaches where it must not.
    #[error("{path}:{line}: {message}")]
    Text {
        /// The file.
        path: String,
        /// The line, from 1.
        line: usize,
        /// What is wrong.
        message: String,
    },
    /// MuJoCo does not compile the model.
    #[error("{path}: MuJoCo cannot compile this model: {message}")]
    Compile {
        /// The file.
        path: String,
        /// MuJoCo's words.
        message: String,
    },
    /// A scene that cannot be used.
    #[error("{path}: {message}")]
    Scene {
        /// The file or the object.
        path: String,
        /// What is wrong.
        message: String,
    },
    /// The model has no floating base.
    #[error(
        "{path}: expected a floating base (a body with a free joint), found none; the bodies below the world are: {available}"
    )]
    FixedBase {
        /// The file.
        path: String,
        /// The bodies that could carry it.
        available: String,
    },
    /// A joint of a kind Kouros has no use for.
    #[error("{path}: joint '{joint}' is a {kind} joint; expected hinges and slides below the one free joint")]
    JointKind {
        /// The file.
        path: String,
        /// The joint.
        joint: String,
        /// Its kind.
        kind: &'static str,
    },
    /// A part of a humanoid that is not there.
    #[error("robot '{robot}' has no {part}: {found}")]
    Missing {
        /// The robot.
        robot: String,
        /// What it lacks.
        part: &'static str,
        /// What was found instead.
        found: String,
    },
    /// A settings file that cannot be understood.
    #[error("{path}: {message}")]
    Settings {
        /// The file.
        path: String,
        /// What is wrong, with its line.
        message: String,
    },
    /// A name that the robot does not have.
    #[error("{path}: no {what} '{name}'; the robot has {available}; nearest: {nearest}")]
    UnknownName {
        /// The settings file, or the robot.
        path: String,
        /// Body or joint.
        what: &'static str,
        /// The name asked for.
        name: String,
        /// The names that exist.
        available: String,
        /// The one most like it.
        nearest: String,
    },
    /// A motion that cannot be this robot's.
    #[error("no motion of robot '{robot}': expected {expected}; found {found}")]
    NotItsMotion {
        /// The robot.
        robot: String,
        /// What its motion has.
        expected: &'static str,
        /// What this one has.
        found: String,
    },
    /// A motion that breaks a rule of the nouns.
    #[error(transparent)]
    Motion(#[from] kouros_motion::Error),
    /// A robot that is neither known nor a file.
    #[error("no robot '{name}': known are {known}; nearest: {nearest}; or give the path of an MJCF or URDF file")]
    UnknownRobot {
        /// The name asked for.
        name: String,
        /// The known ones.
        known: String,
        /// The known one spelled most like it.
        nearest: String,
    },
}
