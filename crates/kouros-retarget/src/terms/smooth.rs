//! Smoothness: third differences, the jerk, of joints, pelvis' rotation and pelvis' place.
//!
//! Linear in joints and place; the rotation's are second differences of its turns from tick to
//! tick, taken in the body's axes, whose derivative is that of a vector to first order.

use super::Clock;
use crate::Options;
use crate::band::{BAND, BlockRow};
use crate::state::{BASE, State};
use kouros_motion::Vec3;

/// The third difference's factors for ticks t, t-1, t-2, t-3.
const THIRD: [f64; BAND + 1] = [1.0, -3.0, 3.0, -1.0];

/// Adds the smoothness of all free ticks `first..first + rows.len()` of a clip to their block rows
/// and right-hand sides; ticks before, and after up to
/// `known`, are known and stay; what is later is not there yet.
#[expect(clippy::too_many_arguments, reason = "the ticks, what is known around them, and where the rows go")]
pub(crate) fn add(
    state: &State,
    first: usize,
    known: usize,
    options: &Options,
    clock: Clock,
    stride: usize,
    rows: &mut [BlockRow],
    rhs: &mut [f64],
) {
    let n = BASE + state.dof;
    let w = &options.weights;
    let per_step = clock.step.powi(3);
    let squared: Vec<f64> = (0..n)
        .map(|i| match i {
            0..3 => w.smooth_path,
            3..6 => w.smooth_rotation,
            _ => w.smooth_joints,
        })
        .map(|w| w * w * clock.share * per_step * per_step)
        .collect();
    let last = first + rows.len();
    let mut residual = vec![0.0; n];
    for s in first.max(BAND)..(last + BAND).min(known) {
        third_difference(state, s, &mut residual);
        for a in 0..=BAND {
            let Some(ta) = (s - a).checked_sub(first).filter(|&i| i < rows.len()) else { continue };
            for (i, r) in residual.iter().enumerate() {
                rhs[ta * n + i] -= squared[i] * THIRD[a] * r;
            }
            for b in a..=BAND {
                if s - b < first {
                    continue;
                }
                // Block H[s-a, s-b] stands in row s-a, b-a blocks left of its diagonal.
                let block = &mut rows[ta].blocks[b - a];
                let factor = THIRD[a] * THIRD[b];
                for (i, w2) in squared.iter().enumerate() {
                    block[i * stride + i] += w2 * factor;
                }
            }
        }
    }
}

fn third_difference(state: &State, s: usize, out: &mut [f64]) {
    let p = state.position[s] - state.position[s - 1] * 3.0 + state.position[s - 2] * 3.0 - state.position[s - 3];
    let turn = |t: usize| -> Vec3 { (state.rotation[t - 1].inverse() * state.rotation[t]).scaled_axis() };
    let r = turn(s) - turn(s - 1) * 2.0 + turn(s - 2);
    out[..3].copy_from_slice(p.as_slice());
    out[3..6].copy_from_slice(r.as_slice());
    let q = [state.q(s), state.q(s - 1), state.q(s - 2), state.q(s - 3)];
    for (j, out) in out[BASE..].iter_mut().enumerate() {
        *out = q[0][j] - 3.0 * q[1][j] + 3.0 * q[2][j] - q[3][j];
    }
}
