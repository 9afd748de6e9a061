//! Smoothness: third differences, the jerk, of joints, pelvis' rotation and pelvis' place.
//!
//! Linear in joints and place; the rotation's are second differences of its turns from tick to
//! tick, taken in the body's axes, whose derivative is that of a vector to first order.

use super::Clock;
use crate::Options;
use crate::band::{BAND, BlockRow};
use crate::state::{BASE, State};
use kouros_motion::Vec3;
use kouros_robot::Robot;
use std::ops::Range;

/// The third difference's factors for ticks t, t-1, t-2, t-3.
const THIRD: [f64; BAND + 1] = [1.0, -3.0, 3.0, -1.0];

/// Third differences around the unknown ticks of a stretch.
#[derive(Debug)]
pub(crate) struct Smooth {
    /// Which joints are a wrist's (N): they move a hand, the others a limb and more.
    wrist: Vec<bool>,
    /// The squared weight of each unknown (n).
    squared: Vec<f64>,
    /// The tick of the first third difference, counted at its last tick.
    from: usize,
    /// n for each tick.
    residuals: Vec<f64>,
}

impl Smooth {
    /// Among things (`crowded`) wrists are as smooth as limbs: there what hands touch says where they go,
    /// and lighter wrists leap from one face of a thing to another.
    pub fn new(robot: &Robot, crowded: bool) -> Self {
        let mut wrist = vec![false; robot.dof()];
        for arm in robot.profile.arms.iter().filter(|_| !crowded) {
            for &j in arm.joints.iter().skip_while(|&&j| j != arm.middle_joint).skip(1) {
                wrist[j] = true;
            }
        }
        Self::with(wrist)
    }

    /// For joints of which some are a wrist's.
    pub fn with(wrist: Vec<bool>) -> Self {
        Self { wrist, squared: Vec::new(), from: 0, residuals: Vec::new() }
    }

    /// Takes the third differences of all that bears on the unknown ticks `free`; ticks before, and
    /// after up to `known`, are known and stay; what is later is not there yet.
    pub fn take(&mut self, state: &State, free: &Range<usize>, known: usize, options: &Options, clock: Clock) {
        let n = BASE + state.dof;
        let w = &options.weights;
        let scale = clock.share * clock.step.powi(6);
        self.squared.clear();
        self.squared.extend([w.smooth_path, w.smooth_rotation].iter().flat_map(|w| [w * w * scale; 3]));
        let weight = |wrist: &bool| if *wrist { w.smooth_wrists } else { w.smooth_joints };
        self.squared.extend(self.wrist.iter().map(weight).map(|w| w * w * scale));
        self.from = free.start.max(BAND);
        let to = (free.end + BAND).min(known).max(self.from);
        self.residuals.resize((to - self.from) * n, 0.0);
        let turn = |t: usize| -> Vec3 { (state.rotation[t - 1].inverse() * state.rotation[t]).scaled_axis() };
        let mut turns = if to > self.from { [turn(self.from - 2), turn(self.from - 1)] } else { Default::default() };
        for (s, out) in (self.from..to).zip(self.residuals.chunks_exact_mut(n)) {
            let now = turn(s);
            third_difference(state, s, now - turns[1] * 2.0 + turns[0], out);
            turns = [turns[1], now];
        }
    }

    /// Adds the smoothness of tick `t` to its block row and right-hand side; `first` is the first
    /// unknown tick.
    pub fn add(&self, t: usize, first: usize, row: &mut BlockRow, rhs: &mut [f64]) {
        let n = self.squared.len();
        let stride = row.blocks[0].stride();
        let mut factors = [0.0; BAND + 1];
        for s in t.max(self.from)..=t + BAND {
            let Some(residual) = self.residuals.get((s - self.from) * n..(s - self.from + 1) * n) else { break };
            let a = s - t;
            for ((rhs, r), w2) in rhs.iter_mut().zip(residual).zip(&self.squared) {
                *rhs -= w2 * THIRD[a] * r;
            }
            for b in a..=BAND {
                if s - b >= first {
                    factors[b - a] += THIRD[a] * THIRD[b];
                }
            }
        }
        for (i, w2) in self.squared.iter().enumerate() {
            row.blocks[0][i * stride + i] += w2 * factors[0];
            row.blocks[1][i * stride + i] += w2 * factors[1];
            row.far[0][i] += w2 * factors[2];
            row.far[1][i] += w2 * factors[3];
        }
    }
}

fn third_difference(state: &State, s: usize, turn: Vec3, out: &mut [f64]) {
    let p = state.position[s] - state.position[s - 1] * 3.0 + state.position[s - 2] * 3.0 - state.position[s - 3];
    out[..3].copy_from_slice(p.as_slice());
    out[3..6].copy_from_slice(turn.as_slice());
    let q = [state.q(s), state.q(s - 1), state.q(s - 2), state.q(s - 3)];
    for (j, out) in out[BASE..].iter_mut().enumerate() {
        *out = q[0][j] - 3.0 * q[1][j] + 3.0 * q[2][j] - q[3][j];
    }
}
