//! MCAP: an episode a file, in ROS 2's messages.
//!
//! Facts: MCAP's specification, through its own crate, and `ros/` for what is in a message. Every
//! stream is a topic of its own whose definition names each dimension, so a viewer shows
//! `/action.left_knee_joint` without knowing us; and joint states and the base's frame stand beside
//! in the messages that every ROS tool knows.

mod read;
mod write;

pub use read::McapSource;
pub(crate) use read::is_mcap;
pub(crate) use write::McapSink;

/// The topic whose one message says what the file is, as JSON in a text.
const ABOUT: &str = "/kouros/episode";
/// The schema of a text.
const TEXT: (&str, &str) = ("std_msgs/msg/String", "string data");

/// The topic of a stream: its name with `/` between the words.
fn topic(name: &str) -> String {
    format!("/{}", name.replace('.', "/"))
}
