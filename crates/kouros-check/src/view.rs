//! One episode, its columns in the robot's words.

use crate::Layout;
use crate::layout::{Bound, Picked};
use kouros_dataset::{DeclaredFeature, LooseFrames};
use kouros_motion::{Pose, Rot, Vec3};
use nalgebra::Quaternion;

/// One number per joint and frame: T x N, the layout's order; zero where a joint has no column.
#[derive(Debug, Clone, PartialEq)]
pub struct Joints {
    /// The feature's name.
    pub name: String,
    /// Whether a joint has a column (N).
    pub present: Vec<bool>,
    /// T x N.
    pub values: Vec<f64>,
}

impl Joints {
    /// N.
    pub fn count(&self) -> usize {
        self.present.len()
    }

    /// The values of a frame (N).
    pub fn at(&self, tick: usize) -> &[f64] {
        &self.values[tick * self.count()..(tick + 1) * self.count()]
    }

    /// The values of a joint over time.
    pub fn of(&self, joint: usize) -> impl Iterator<Item = f64> + '_ {
        self.values.iter().skip(joint).step_by(self.count().max(1)).copied()
    }
}

/// The base in the world, as it stands: nothing is normalised.
#[derive(Debug, Clone, PartialEq)]
pub struct Root {
    /// The feature's name.
    pub name: String,
    /// [m].
    pub position: Vec<Vec3>,
    /// w x y z.
    pub wxyz: Vec<[f64; 4]>,
}

impl Root {
    /// `world_from_base` with the quaternion as named, of unit length.
    pub fn pose(&self, tick: usize) -> Pose {
        let [w, x, y, z] = self.wxyz[tick];
        Pose::from_parts(self.position[tick].into(), Rot::from_quaternion(Quaternion::new(w, x, y, z)))
    }

    /// The same base with its quaternions read as x y z w where they are said to be w x y z.
    #[must_use]
    pub fn other_order(&self) -> Self {
        Self { wxyz: self.wxyz.iter().map(|&[a, b, c, d]| [d, a, b, c]).collect(), ..self.clone() }
    }
}

/// One episode.
#[derive(Debug, Clone)]
pub struct View<'a> {
    /// Its number.
    pub episode: usize,
    /// The number of frames T.
    pub ticks: usize,
    /// Frames a second.
    pub rate_hz: f64,
    /// Joint positions.
    pub state: Option<Joints>,
    /// Commanded joint positions.
    pub action: Option<Joints>,
    /// Joint velocities.
    pub velocity: Option<Joints>,
    /// Joint torques.
    pub effort: Option<Joints>,
    /// The base.
    pub root: Option<Root>,
    /// Left heel, left toe, right heel, right toe.
    pub contact: Option<Vec<[bool; 4]>>,
    /// Angular velocity and gravity direction in the base's axes.
    pub imu: Option<Vec<[f64; 6]>>,
    /// Centre of mass in the world [m].
    pub com: Option<Vec<Vec3>>,
    /// All its columns.
    pub frames: &'a LooseFrames,
    /// What they are declared to be.
    pub features: &'a [DeclaredFeature],
}

impl<'a> View<'a> {
    /// The episode's columns by `layout`.
    pub fn new(episode: usize, rate_hz: f64, frames: &'a LooseFrames, layout: &Layout, features: &'a [DeclaredFeature]) -> Self {
        let column = |feature: usize| frames.columns.iter().find(|c| c.feature == feature);
        let joints = |bound: &Option<Bound>| -> Option<Joints> {
            let bound = bound.as_ref()?;
            let from = column(bound.feature)?;
            let n = bound.column_of.len();
            let mut values = vec![0.0; frames.length * n];
            for (to, row) in values.chunks_exact_mut(n.max(1)).zip(from.values.chunks_exact(from.width)) {
                for (v, c) in to.iter_mut().zip(&bound.column_of) {
                    if let Some(c) = c {
                        *v = row[*c];
                    }
                }
            }
            let present = bound.column_of.iter().map(Option::is_some).collect();
            Some(Joints { name: bound.name.clone(), present, values })
        };
        let rows = |picked: &Option<Picked>| -> Option<Vec<Vec<f64>>> {
            let picked = picked.as_ref()?;
            let from = column(picked.feature)?;
            let row = |r: &[f64]| picked.columns.iter().map(|&c| r[c]).collect();
            Some(from.values.chunks_exact(from.width).map(row).collect())
        };
        let root = rows(&layout.root).map(|rows| Root {
            name: layout.root.as_ref().map(|r| r.name.clone()).unwrap_or_default(),
            position: rows.iter().map(|r| Vec3::new(r[0], r[1], r[2])).collect(),
            wxyz: rows.iter().map(|r| [r[3], r[4], r[5], r[6]]).collect(),
        });
        Self {
            episode,
            ticks: frames.length,
            rate_hz,
            state: joints(&layout.state),
            action: joints(&layout.action),
            velocity: joints(&layout.velocity),
            effort: joints(&layout.effort),
            root,
            contact: rows(&layout.contact).map(|r| r.iter().map(|r| std::array::from_fn(|i| r[i] > 0.5)).collect()),
            imu: rows(&layout.imu).map(|r| r.iter().map(|r| std::array::from_fn(|i| r[i])).collect()),
            com: rows(&layout.com).map(|r| r.iter().map(|r| Vec3::new(r[0], r[1], r[2])).collect()),
            frames,
            features,
        }
    }
}
