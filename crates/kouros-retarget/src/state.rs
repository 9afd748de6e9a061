//! The unknowns: where the robot is at every tick.
//!
//! Lives here: the state of a clip and its change by a step. An unknown tick has 6 + N numbers:
//! the base's translation in the world [m], its rotation in its own axes [rad] (R <- R exp(d)),
//! and the joints [rad].

use kouros_motion::{Pose, Rot, Vec3};

/// Unknowns of the base before those of the joints.
pub(crate) const BASE: usize = 6;

#[derive(Debug, Clone)]
pub(crate) struct State {
    pub position: Vec<Vec3>,
    pub rotation: Vec<Rot>,
    /// T x N.
    pub joints: Vec<f64>,
    pub dof: usize,
}

/// No step of an iteration turns or moves anything further than this [rad, m]: the equations are
/// linear only nearby.
const LARGEST_TURN: f64 = 0.8;
const LARGEST_MOVE: f64 = 0.5;

impl State {
    pub fn ticks(&self) -> usize {
        self.position.len()
    }

    pub fn q(&self, tick: usize) -> &[f64] {
        &self.joints[tick * self.dof..(tick + 1) * self.dof]
    }

    pub fn pose(&self, tick: usize) -> Pose {
        Pose::from_parts(self.position[tick].into(), self.rotation[tick])
    }

    /// Moves the ticks from `first` on by `step` (ticks x (6 + N)).
    pub fn advance(&mut self, first: usize, step: &[f64]) {
        let n = BASE + self.dof;
        for (i, step) in step.chunks_exact(n).enumerate() {
            let tick = first + i;
            let limited = |v: f64, limit: f64| v.clamp(-limit, limit);
            self.position[tick] += Vec3::new(step[0], step[1], step[2]).map(|v| limited(v, LARGEST_MOVE));
            let turn = Vec3::new(step[3], step[4], step[5]);
            let turn = turn * (LARGEST_TURN / turn.norm().max(LARGEST_TURN));
            self.rotation[tick] = Rot::new_normalize((self.rotation[tick] * Rot::new(turn)).into_inner());
            for (q, d) in self.joints[tick * self.dof..(tick + 1) * self.dof].iter_mut().zip(&step[BASE..]) {
                *q += limited(*d, LARGEST_TURN);
            }
        }
    }

    /// Tick `t` alone.
    pub fn at(&self, t: usize) -> Self {
        Self { position: vec![self.position[t]], rotation: vec![self.rotation[t]], joints: self.q(t).to_vec(), dof: self.dof }
    }

    /// Makes tick `t` that of the single tick of `other`.
    pub fn put(&mut self, t: usize, other: &Self) {
        (self.position[t], self.rotation[t]) = (other.position[0], other.rotation[0]);
        self.joints[t * self.dof..(t + 1) * self.dof].copy_from_slice(&other.joints);
    }

    /// Drops the first tick.
    pub fn forget_first(&mut self) {
        self.position.remove(0);
        self.rotation.remove(0);
        self.joints.drain(..self.dof);
    }

    /// Adds a tick like the last one, turned (in the world) and moved.
    pub fn repeat_last(&mut self, turn: Rot, by: Vec3) {
        let last = self.ticks() - 1;
        self.position.push(self.position[last] + by);
        self.rotation.push(Rot::new_normalize((turn * self.rotation[last]).into_inner()));
        self.joints.extend_from_within(last * self.dof..);
    }

    /// Makes the joints of tick `to` those of tick `from`.
    pub fn repeat_joints(&mut self, from: usize, to: usize) {
        self.joints.copy_within(from * self.dof..(from + 1) * self.dof, to * self.dof);
    }

    /// The same motion with `step` ticks for each one, `ticks` in all: linear between.
    pub fn refined(&self, step: usize, ticks: usize) -> Self {
        let mut out = Self { position: Vec::new(), rotation: Vec::new(), joints: Vec::new(), dof: self.dof };
        for tick in 0..ticks {
            let a = (tick / step).min(self.ticks() - 1);
            let b = (a + 1).min(self.ticks() - 1);
            let f = ((tick - a * step) as f64 / step as f64).min(1.0);
            out.position.push(self.position[a].lerp(&self.position[b], f));
            out.rotation.push(self.rotation[a].try_slerp(&self.rotation[b], f, 1e-9).unwrap_or(self.rotation[a]));
            out.joints.extend(self.q(a).iter().zip(self.q(b)).map(|(x, y)| x + (y - x) * f));
        }
        out
    }
}
