//! A clip seen through a few of its frames, evenly spread.

use crate::recording::Recording;
use kouros_motion::Vec3;

/// Enough to see every joint bend, few enough to cost nothing beside reading.
const MOST_FRAMES: usize = 96;

/// Joint positions (S x J) in the file's units and axes.
pub(crate) struct Sampled {
    joints: usize,
    positions: Vec<Vec3>,
    /// Whether a joint ever turns against its parent (J).
    pub turns: Vec<bool>,
}

impl Sampled {
    pub fn new(recording: &Recording) -> Self {
        let (frames, joints) = (recording.frames(), recording.width());
        let count = frames.min(MOST_FRAMES);
        let (mut at, mut turn) = (Vec::new(), Vec::new());
        let mut positions = Vec::with_capacity(count * joints);
        let mut turns = vec![false; joints];
        for i in 0..count {
            // Evenly from the first frame to the last.
            let frame = if count > 1 { i * (frames - 1) / (count - 1) } else { 0 };
            recording.pose_into(frame, &mut at, &mut turn);
            positions.extend_from_slice(&at);
            for (j, turns) in turns.iter_mut().enumerate() {
                const STILL: f64 = 1e-6; // rad: what six decimals of a degree leave
                *turns |= recording.rotation[frame * joints + j].angle_to(&recording.rotation[j]) > STILL;
            }
        }
        Self { joints, positions, turns }
    }

    /// The number of frames S.
    pub fn len(&self) -> usize {
        self.positions.len() / self.joints.max(1)
    }

    /// A joint's place at a frame.
    pub fn at(&self, frame: usize, joint: usize) -> Vec3 {
        self.positions[frame * self.joints + joint]
    }

    /// A number of every frame.
    pub fn each<'a>(&'a self, of: impl Fn(&dyn Fn(usize) -> Vec3) -> f64 + 'a) -> impl Iterator<Item = f64> + 'a {
        (0..self.len()).map(move |frame| of(&|joint| self.at(frame, joint)))
    }

    /// The mean of a number over the frames.
    pub fn mean(&self, of: impl Fn(&dyn Fn(usize) -> Vec3) -> f64) -> f64 {
        self.each(of).sum::<f64>() / self.len().max(1) as f64
    }

    /// The mean distance between two joints.
    pub fn distance(&self, a: usize, b: usize) -> f64 {
        self.mean(|p| (p(a) - p(b)).norm())
    }
}

/// The value below which the share `q` of the values lies; zero of none.
pub(crate) fn quantile(values: &mut [f64], q: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    let index = (q * values.len().saturating_sub(1) as f64).round() as usize;
    values.get(index).copied().unwrap_or(0.0)
}

/// The angle between two vectors in degrees; zero where one has no length.
pub(crate) fn angle_deg(a: &Vec3, b: &Vec3) -> f64 {
    if a.norm() == 0.0 || b.norm() == 0.0 { 0.0 } else { a.cross(b).norm().atan2(a.dot(b)).to_degrees() }
}
