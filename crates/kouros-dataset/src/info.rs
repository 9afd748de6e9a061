//! What `meta/info.json` says.

use crate::Feature;

/// A feature as the dataset declares it, of any type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeclaredFeature {
    /// Its name.
    pub name: String,
    /// Its type: `float32`, `int64`, `video`, `image`, `string`, ...
    pub dtype: String,
    /// Its shape.
    pub shape: Vec<usize>,
    /// One name per dimension, flattened; numbers where the dataset gives no names.
    pub dims: Vec<String>,
}

/// What a dataset says about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatasetInfo {
    /// The robot, where the dataset names one.
    pub robot_type: Option<String>,
    /// Frames a second.
    pub fps: u32,
    /// The vectors that [`crate::Dataset::read_episode`] gives: `float32`, and `float64` rounded.
    pub features: Vec<Feature>,
    /// What else is declared and not read: videos, images, texts, integers, flags. The automatic
    /// columns are not among them.
    pub skipped: Vec<DeclaredFeature>,
    /// The number of episodes.
    pub total_episodes: usize,
    /// The number of frames of all episodes.
    pub total_frames: usize,
    /// The number of task texts.
    pub total_tasks: usize,
}
