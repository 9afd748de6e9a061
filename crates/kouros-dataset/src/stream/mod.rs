//! Episodes on their way from one layout to another, one at a time.
//!
//! Lives here: what travels (values keep their type and every bit), and LeRobot's layouts v2.0,
//! v2.1 and v3.0 as a source and as a sink. Does not: other formats (`kouros-convert`), and
//! [`crate::Writer`], which makes Kouros's own datasets and lets them grow.

mod account;
mod beside;
mod camera;
mod describe;
mod lerobot_in;
mod lerobot_out;
mod modality;
mod read;
mod whole_folder;

pub use account::Account;
pub use beside::copy_missing;
pub use camera::Footage;
pub use lerobot_in::{LeRobotSource, Outline};
pub use lerobot_out::{LeRobotSink, Version};
pub use modality::{Embodiment, Grouping, ModalityPlan};
pub use whole_folder::WholeFolder;

use serde_json::{Map, Value};

/// The type of a stream's values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scalar {
    /// `float32`.
    F32,
    /// `float64`.
    F64,
    /// Whole numbers; narrower ones are widened.
    I64,
    /// Flags.
    Bool,
    /// Texts, one a frame.
    Text,
}

impl Scalar {
    /// The field's word for it.
    pub fn dtype(self) -> &'static str {
        match self {
            Self::F32 => "float32",
            Self::F64 => "float64",
            Self::I64 => "int64",
            Self::Bool => "bool",
            Self::Text => "string",
        }
    }
}

/// A vector per frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stream {
    /// Its name: `observation.state`, `action`, ...
    pub name: String,
    /// The type of its values.
    pub scalar: Scalar,
    /// One name per dimension (D >= 1).
    pub dims: Vec<String>,
}

/// A camera.
#[derive(Debug, Clone, PartialEq)]
pub struct Camera {
    /// Its name: `observation.images.head`, ...
    pub name: String,
    /// What the source declares of it: `dtype`, `shape`, `names`, `info`.
    pub declared: Value,
    /// What the source knows of its pictures' statistics; `null` where it knows nothing.
    pub statistics: Value,
}

/// What all episodes of a source share.
#[derive(Debug, Clone, PartialEq)]
pub struct Head {
    /// The source's format in words: `LeRobot v2.1`, ...
    pub format: String,
    /// The robot, where it is named.
    pub robot_type: Option<String>,
    /// Frames a second.
    pub fps: f64,
    /// The vectors of every episode, in order.
    pub streams: Vec<Stream>,
    /// The cameras of every episode.
    pub cameras: Vec<Camera>,
    /// What `meta/kouros.json` says of the dataset as a whole, where Kouros wrote it.
    pub kouros: Map<String, Value>,
    /// How many episodes there are, where that is known beforehand.
    pub episodes: Option<usize>,
}

impl Head {
    /// The place of a stream.
    pub fn stream(&self, name: &str) -> Option<usize> {
        self.streams.iter().position(|s| s.name == name)
    }
}

/// The values of one stream over an episode (T x D), frame by frame.
#[derive(Debug, Clone, PartialEq)]
pub enum Values {
    /// Of [`Scalar::F32`].
    F32(Vec<f32>),
    /// Of [`Scalar::F64`].
    F64(Vec<f64>),
    /// Of [`Scalar::I64`].
    I64(Vec<i64>),
    /// Of [`Scalar::Bool`].
    Bool(Vec<bool>),
    /// Of [`Scalar::Text`].
    Text(Vec<String>),
}

impl Values {
    /// The type.
    pub fn scalar(&self) -> Scalar {
        match self {
            Self::F32(_) => Scalar::F32,
            Self::F64(_) => Scalar::F64,
            Self::I64(_) => Scalar::I64,
            Self::Bool(_) => Scalar::Bool,
            Self::Text(_) => Scalar::Text,
        }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        match self {
            Self::F32(v) => v.len(),
            Self::F64(v) => v.len(),
            Self::I64(v) => v.len(),
            Self::Bool(v) => v.len(),
            Self::Text(v) => v.len(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// As numbers (flags as 0 and 1); `None` where they are texts.
    pub fn numbers(&self) -> Option<Vec<f64>> {
        match self {
            Self::F32(v) => Some(v.iter().map(|&v| f64::from(v)).collect()),
            Self::F64(v) => Some(v.clone()),
            Self::I64(v) => Some(v.iter().map(|&v| v as f64).collect()),
            Self::Bool(v) => Some(v.iter().map(|&v| f64::from(u8::from(v))).collect()),
            Self::Text(_) => None,
        }
    }

    /// The values at these places, in this order; a place beyond the end is left out.
    #[must_use]
    pub fn at(&self, places: &[usize]) -> Self {
        fn pick<T: Clone>(values: &[T], places: &[usize]) -> Vec<T> {
            places.iter().filter_map(|&p| values.get(p).cloned()).collect()
        }
        match self {
            Self::F32(v) => Self::F32(pick(v, places)),
            Self::F64(v) => Self::F64(pick(v, places)),
            Self::I64(v) => Self::I64(pick(v, places)),
            Self::Bool(v) => Self::Bool(pick(v, places)),
            Self::Text(v) => Self::Text(pick(v, places)),
        }
    }
}

/// One episode of T frames.
#[derive(Debug, Clone, PartialEq)]
pub struct Recording {
    /// Its number in the source.
    pub index: usize,
    /// The number of its frames T.
    pub length: usize,
    /// The time of each frame in the episode [s] (T), as the source says it.
    pub seconds: Vec<f64>,
    /// What is done, in words; at least one.
    pub tasks: Vec<String>,
    /// Which of the tasks each frame belongs to (T).
    pub task_of: Vec<usize>,
    /// The streams in the head's order, each T x D.
    pub columns: Vec<Values>,
    /// The cameras in the head's order; `None` where an episode has no film.
    pub footage: Vec<Option<Footage>>,
    /// What Kouros keeps of it (`key`, `kind`, `meta`, ...), where it does.
    pub kouros: Option<Map<String, Value>>,
}

impl Recording {
    /// Its kind of whole-body data, where it is known.
    pub fn kind(&self) -> Option<&str> {
        self.kouros.as_ref()?.get("kind")?.as_str()
    }
}

/// Where a fault of something that travels is told.
pub(crate) fn mismatch(episode: usize, expected: impl Into<String>, found: impl std::fmt::Display) -> crate::Error {
    crate::Error::Episode { key: episode.to_string(), problem: format!("expected {}, found {found}", expected.into()) }
}
