//! Everything the checker can find: one code each, what it is held against, why it matters and
//! what to do. `docs/checks.md` prints this table.

use crate::Severity;
use serde::{Serialize, Serializer};

/// What is said about a code, whatever the finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct About {
    /// The stable word.
    pub word: &'static str,
    /// What a finding of it usually is.
    pub severity: Severity,
    /// What is looked for.
    pub what: &'static str,
    /// What it is held against.
    pub limit: &'static str,
    /// Where the limit comes from.
    pub source: &'static str,
    /// Why it matters.
    pub why: &'static str,
    /// What to do.
    pub todo: &'static str,
}

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $severity:ident $word:literal, $what:literal, $limit:literal, $source:literal, $why:literal, $todo:literal;)*) => {
        /// A kind of finding.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Code { $($(#[$doc])* $name,)* }

        impl Code {
            /// All codes, in the order in which they are looked for.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// What is said about it.
            pub fn about(self) -> About {
                match self {
                    $(Self::$name => About {
                        word: $word, severity: Severity::$severity, what: $what, limit: $limit, source: $source, why: $why, todo: $todo,
                    },)*
                }
            }
        }
    };
}

codes! {
    /// `meta/info.json` says something impossible.
    Info = Defect "info", "`meta/info.json` without a key, or with an impossible value",
        "LeRobot's layout", "LeRobot v2.1, v3.0", "loaders refuse the dataset or read it wrongly", "correct the key";
    /// A count that the rest contradicts.
    Count = Defect "count", "totals of episodes, frames and tasks",
        "equal to what is there", "LeRobot v3.0", "loaders index past the end or skip data", "write the counts anew";
    /// The list of episodes is broken.
    EpisodeList = Defect "episode-list", "numbers, lengths and frames of the listed episodes",
        "consecutive, and as the files hold them", "LeRobot issues 2401, 1919", "an episode is read from another's frames", "rebuild `meta/episodes` from the frames";
    /// The list of tasks is broken.
    Tasks = Defect "tasks", "the list of tasks, and each frame's `task_index`",
        "every number names a task", "LeRobot v3.0", "policies that take words get the wrong ones or none", "add the missing tasks";
    /// A file that is not there, or outside.
    File = Defect "file", "the files that the metadata name",
        "there, and inside the dataset's folder", "LeRobot v3.0", "episodes are missing", "restore the file, or drop its episodes";
    /// A table that is not as declared.
    Table = Defect "table", "columns of the frames against the declared features",
        "same names, types and shapes, readable", "LeRobot v3.0 (an undeclared column does not load)", "the dataset does not load", "declare the column, or write it anew";
    /// Automatic columns that do not count.
    Index = Defect "index", "`frame_index`, `index` and `episode_index`",
        "consecutive whole numbers", "LeRobot v3.0", "windows of frames mix moments or episodes", "number the frames anew";
    /// NaN or infinity.
    NotFinite = Defect "not-finite", "every number of every column",
        "finite", "IEEE 754", "one NaN makes the loss NaN", "drop or repair the frames";
    /// Times that do not follow the rate.
    Timestamp = Defect "timestamp", "`timestamp` against frame / fps",
        "rising, within half a millisecond or a tenth of a period, whichever is less", "LeRobot's tolerance (1e-4 s) and single precision", "videos and windows of history are read at the wrong moments", "write frame / fps, if the rate is right";
    /// A clock that runs at another rate.
    ClockDrift = Defect "clock-drift", "the rate of `timestamp`, and of one stream against another",
        "0.3 % (and one period over the episode)", "crystals drift by 0.01 %; the issue's size is 1 %", "late frames pair an action with another moment's state", "resample the stream by its own clock";
    /// Stored statistics that are not the data's.
    Statistics = Defect "statistics", "stored minimum, maximum, mean and deviation against the data",
        "2 % of the deviation (or 1e-4)", "float32 sums of LeRobot are within 0.5 %", "normalisation shifts or scales every input", "compute them anew";
    /// Two equal episodes.
    Duplicate = Risk "duplicate", "episodes whose states are the same to the bit",
        "none", "-", "a copy in both splits makes validation look better than it is", "drop one";
    /// Very few frames.
    Short = Risk "short", "length of an episode",
        "half a second", "action chunks of 16 to 50 frames", "windows are mostly padding", "drop it, or pad knowingly";
    /// Degrees, centimetres.
    Units = Defect "units", "positions that only make sense in degrees, centimetres or millimetres",
        "joint ranges, and more than one turn of one of them; the robot's height", "robot model", "the policy learns, and the robot executes, motions 57 times too large", "convert the column";
    /// Quaternions that are not of unit length.
    QuaternionNorm = Defect "quaternion-norm", "length of the base's quaternion",
        "1 within 0.01", "definition", "rotations come out scaled or undefined", "normalise, or find the writer's mistake";
    /// x y z w for w x y z.
    QuaternionOrder = Defect "quaternion-order", "the base's quaternion as named, and with w at the other end",
        "the other order is three times nearer to the IMU's gravity, or to standing feet", "rigid-body kinematics", "the robot is turned on its head or backwards", "write w x y z";
    /// Joints in another's place.
    JointOrder = Defect "joint-order", "each joint against its own velocity, action, centre of mass and standing feet",
        "another joint leaves less than a quarter of the difference, and the exchange is mutual", "robot model", "two motors get each other's commands", "exchange the columns, or correct the names";
    /// Left for right.
    Sides = Defect "sides", "limbs against the same limbs of the other side",
        "the other side explains velocity, action, centre of mass or ranges clearly better", "robot model", "the left hand does what the right should", "exchange the sides";
    /// Action behind the state.
    Lag = Defect "lag", "the delay at which the state follows the action",
        "not negative by half a frame; within 1.5 frames of the dataset's median", "causality", "the policy learns to repeat what has already happened", "shift the action by the delay";
    /// The same frame again and again.
    Frozen = Defect "frozen", "a stream equal to the bit from frame to frame while others move, or before a jump",
        "0.3 s", "sensor noise and motion change the last bit", "the policy sees a world that has stopped", "drop the frames";
    /// Beyond a position limit.
    JointLimit = Defect "joint-limit", "joint positions of the state",
        "the model's range and 0.01 rad, for 0.05 s", "robot model; encoders and soft stops give way by less", "the posture is impossible", "clip the source, or correct the model's range";
    /// A command beyond a position limit.
    ActionLimit = Defect "action-limit", "joint positions of the action",
        "the model's range and 0.01 rad, for 0.05 s; a risk where the action leads the state as a torque would", "robot model", "the motor is told to break the stop", "clip the action";
    /// Too fast.
    JointSpeed = Defect "joint-speed", "differences of the state, and the velocity column",
        "1.1 times the joint's speed", "robot model or settings", "no motor follows", "slow the motion down, or find the jump";
    /// Too much torque.
    JointTorque = Defect "joint-torque", "measured torque; a torque label that the motion does not need",
        "1.1 times the joint's torque, for 0.04 s", "robot model or settings", "no motor gives it", "find the sensor's scale, or label anew";
    /// Torque label beyond the limit, because the motion needs it.
    TorqueDemand = Risk "torque-demand", "torque labels beyond the limit that the motion does need",
        "1.1 times the joint's torque, for 0.04 s", "inverse dynamics", "the robot cannot follow this motion", "slow it down, or leave it to the tracker";
    /// Floating or sunk.
    BaseHeight = Defect "base-height", "height of the resting soles over the floor",
        "1.5 cm, over the episode or for 0.1 s from a jolt of 6 g on; no jolt of 6 g at all", "solved soles rest within 2 mm, measured ones within 1 cm", "contact and forces are wrong in every frame", "shift the base";
    /// Into the floor.
    Penetration = Defect "penetration", "the deepest point of the body below the floor",
        "1.2 cm, for 0.08 s", "soft soles give way by less than 1 cm", "the simulator throws the robot into the air", "lift the base, or solve contacts anew";
    /// Feet that slide while they carry.
    FootSlide = Defect "foot-slide", "way of a sole that is in contact",
        "7 mm in 0.2 s without turning, for 0.08 s, by every foot that carries; a risk where the other foot stands", "friction holds a sole; soles at rest in the clean set move by less than 1 mm", "the policy learns to skate", "solve with contacts held";
    /// Contact flags that come at another time.
    ContactTime = Defect "contact-time", "contact flags against the moments the soles come to rest and leave",
        "0.045 s, where shifting them back explains 40 % of what disagrees", "robot kinematics", "rewards and phases are wrong by a tenth of a step", "shift the flags back";
    /// Contact flags that the feet contradict.
    Contact = Defect "contact", "contact flags of soles that are in the air or move",
        "5 cm up, or faster than 0.6 m/s, for 0.1 s", "robot kinematics", "forces are given to feet that have none", "label anew";
    /// Through itself.
    SelfCollision = Defect "self-collision", "depth of one limb in another",
        "1.2 cm for 0.1 s", "robot model (capsules); ProtoMotions rejects 3 cm", "the motion breaks the robot", "solve with collisions on";
    /// Labels that do not go with the motion.
    Labels = Defect "labels", "the centre of mass label against the one of the motion",
        "1 cm in the median", "robot model", "two columns tell two stories; one is wrong", "label anew";
    /// Forces that the feet cannot give.
    GroundForce = Risk "ground-force", "the force the centre of mass needs against what feet can give",
        "pull, or friction above 1.0, for 0.1 s", "Newton; rubber on floor 0.6 to 1.0", "a tracker will fall or slip here", "look at the clip; slow it down";
    /// Flight that does not fall.
    Flight = Risk "flight", "acceleration of the centre of mass while nothing is within 3 cm of the floor",
        "-g within 50 %, for 0.1 s", "Newton", "the jump is too slow or too long to be one", "retime the flight";
    /// Outside of its feet.
    Balance = Risk "balance", "the zero-moment point against the support polygon",
        "15 cm from the line of heels and toes in contact for 0.3 s; a defect where the robot stands still for 1 s", "cart-table model (Kajita et al. 2003)", "the robot tips over", "look at the clip";
    /// A fall.
    Fall = Risk "fall", "the trunk's tilt, and parts other than feet on the floor",
        "60 degrees, or hands, knees or trunk down", "-", "falls and recoveries are data of their own kind", "keep them if you want them";
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.about().word)
    }
}

impl std::fmt::Display for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.about().word)
    }
}
