//! What can be wrong with a task, a world or a step.

/// A result of this crate.
pub type Result<T> = std::result::Result<T, Error>;

/// Why an environment could not be made or used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A task file that cannot be understood.
    #[error("{path}: {message}")]
    Task {
        /// The file.
        path: String,
        /// What is wrong, with its line.
        message: String,
    },
    /// A number of a task outside what it can be.
    #[error("{path}: {field} is {found}; expected {expected}")]
    Number {
        /// The file.
        path: String,
        /// The field.
        field: String,
        /// What stands there.
        found: String,
        /// What could.
        expected: &'static str,
    },
    /// A joint without what a controller needs.
    #[error(
        "robot '{robot}': joint '{joint}' has no {what}; a simulated motor needs kp, kd and effort (robot settings: [joints.\"{joint}\"])"
    )]
    NoMotor {
        /// The robot.
        robot: String,
        /// The joint.
        joint: String,
        /// What it lacks.
        what: &'static str,
    },
    /// A named pose that is not there.
    #[error("robot '{robot}' has no pose '{pose}'; its settings have: {available}")]
    NoPose {
        /// The robot.
        robot: String,
        /// The pose asked for.
        pose: String,
        /// Those there are.
        available: String,
    },
    /// A joint pattern that no arm joint fits.
    #[error("no arm joint of robot '{robot}' fits '{pattern}'; its arm joints are: {available}")]
    NoJoint {
        /// The robot.
        robot: String,
        /// The pattern.
        pattern: String,
        /// The arm joints.
        available: String,
    },
    /// A robot that has no mirror plane in its base's axes.
    #[error("robot '{robot}' cannot be mirrored: {message}")]
    NoMirror {
        /// The robot.
        robot: String,
        /// Why.
        message: String,
    },
    /// MuJoCo refuses the world made from the robot.
    #[error("MuJoCo cannot compile the world of robot '{robot}': {message}")]
    Compile {
        /// The robot.
        robot: String,
        /// MuJoCo's words.
        message: String,
    },
    /// Two contracts that are not the same.
    #[error("this policy is for another {what}: it has {found}, here it would be {expected}")]
    Contract {
        /// What differs first.
        what: String,
        /// The policy's.
        found: String,
        /// The environment's.
        expected: String,
    },
    /// A recorded episode that is not of this world.
    #[error("a recorded episode of robot '{robot}': {what}: expected {expected} numbers, found {found}, {finite} of them finite")]
    Recorded {
        /// The robot.
        robot: String,
        /// Which numbers.
        what: String,
        /// How many there are.
        found: usize,
        /// How many of them are numbers.
        finite: usize,
        /// How many there should be.
        expected: usize,
    },
    /// Differences that no episode has.
    #[error(
        "a recorded episode of robot '{robot}': its differences hold a factor that is not positive, a negative mass or damping, or no number"
    )]
    Differences {
        /// The robot.
        robot: String,
    },
}
