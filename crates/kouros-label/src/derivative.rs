//! Velocity and acceleration of sampled motion: the slope and the curvature of a parabola fitted
//! to the ticks around.
//!
//! Lives here: derivatives by least squares (Savitzky and Golay 1964, quadratic). Does not: any
//! change of the motion; positions stay as they are. At the clip's ends the parabola of the first
//! or last full window is used. Rotations are fitted as rotation vectors from the tick's own
//! rotation, where slope and curvature are angular velocity and acceleration exactly.

use kouros_motion::{Pose, Vec3};

/// The weights that turn a window of ticks into derivatives at one of them.
struct Weights {
    slope: Vec<f64>,
    curvature: Vec<f64>,
}

/// How the derivatives of a clip are taken.
pub(crate) struct Derivative {
    ticks: usize,
    window: usize,
    /// By the tick's position in its window.
    weights: Vec<Weights>,
}

impl Derivative {
    /// For a clip of `ticks` at `rate_hz`; the window reaches `seconds` to both sides, at least
    /// one tick. With two ticks the slope is their difference, with one everything is zero.
    pub fn new(ticks: usize, rate_hz: f64, seconds: f64) -> Self {
        let half = ((seconds * rate_hz).round().max(1.0) as usize).min(ticks);
        let window = (2 * half + 1).min(ticks);
        Self { ticks, window, weights: (0..window).map(|at| weights(window, at, rate_hz)).collect() }
    }

    /// Ticks in a window.
    pub fn window(&self) -> usize {
        self.window
    }

    fn at(&self, tick: usize) -> (usize, &Weights) {
        let start = tick.saturating_sub(self.window / 2).min(self.ticks - self.window);
        (start, &self.weights[tick - start])
    }

    /// Slope and curvature of `values` (T x n): each T x n.
    pub fn of(&self, values: &[f64], n: usize) -> (Vec<f64>, Vec<f64>) {
        let (mut slope, mut curvature) = (vec![0.0; values.len()], vec![0.0; values.len()]);
        for tick in 0..self.ticks {
            let (start, w) = self.at(tick);
            let row = tick * n..(tick + 1) * n;
            for (i, (ws, wc)) in w.slope.iter().zip(&w.curvature).enumerate() {
                let source = &values[(start + i) * n..(start + i + 1) * n];
                for ((s, c), v) in slope[row.clone()].iter_mut().zip(&mut curvature[row.clone()]).zip(source) {
                    *s += ws * v;
                    *c += wc * v;
                }
            }
        }
        (slope, curvature)
    }

    /// Linear velocity and acceleration in the world, angular velocity and acceleration in the
    /// body's own axes, per tick.
    pub fn of_poses(&self, poses: &[Pose]) -> Vec<PoseDerivative> {
        (0..self.ticks)
            .map(|tick| {
                let (start, w) = self.at(tick);
                let here = &poses[tick];
                let mut d = PoseDerivative::default();
                for (i, (ws, wc)) in w.slope.iter().zip(&w.curvature).enumerate() {
                    let there = &poses[start + i];
                    // Differences from here: large coordinates would cost digits.
                    let p = there.translation.vector - here.translation.vector;
                    let r = (here.rotation.inverse() * there.rotation).scaled_axis();
                    d.linear += p * *ws;
                    d.linear_acc += p * *wc;
                    d.angular += r * *ws;
                    d.angular_acc += r * *wc;
                }
                d
            })
            .collect()
    }
}

/// How a body moves at one tick.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct PoseDerivative {
    /// World [m/s].
    pub linear: Vec3,
    /// World [m/s²].
    pub linear_acc: Vec3,
    /// Own axes [rad/s].
    pub angular: Vec3,
    /// Own axes [rad/s²].
    pub angular_acc: Vec3,
}

/// Least squares of a + b x + c x² over x = -at .. window-1-at ticks: the weights of b and 2 c.
fn weights(window: usize, at: usize, rate_hz: f64) -> Weights {
    let x: Vec<f64> = (0..window).map(|i| i as f64 - at as f64).collect();
    let zero = || vec![0.0; window];
    if window < 2 {
        return Weights { slope: zero(), curvature: zero() };
    }
    if window == 2 {
        return Weights { slope: vec![-rate_hz, rate_hz], curvature: zero() };
    }
    let sum = |power: i32| x.iter().map(|v| v.powi(power)).sum::<f64>();
    let normal = nalgebra::Matrix3::new(sum(0), sum(1), sum(2), sum(1), sum(2), sum(3), sum(2), sum(3), sum(4));
    let Some(inverse) = normal.try_inverse() else { return Weights { slope: zero(), curvature: zero() } };
    let row = |r: usize, v: f64| inverse[(r, 0)] + inverse[(r, 1)] * v + inverse[(r, 2)] * v * v;
    Weights {
        slope: x.iter().map(|&v| row(1, v) * rate_hz).collect(),
        curvature: x.iter().map(|&v| 2.0 * row(2, v) * rate_hz * rate_hz).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_weights_are_those_of_savitzky_and_golay() {
        // Their tables for a quadratic over five points: slope (-2 -1 0 1 2)/10,
        // curvature (2 -1 -2 -1 2)/7.
        let w = weights(5, 2, 1.0);
        for (i, (s, c)) in [(-0.2, 2.0), (-0.1, -1.0), (0.0, -2.0), (0.1, -1.0), (0.2, 2.0)].into_iter().enumerate() {
            assert!((w.slope[i] - s).abs() < 1e-12 && (w.curvature[i] - c / 7.0).abs() < 1e-12);
        }
    }

    #[test]
    fn a_parabola_is_met_exactly_ends_included() {
        let values: Vec<f64> = (0..20).map(|t| f64::from(t) / 50.0).map(|s| 3.0 - 2.0 * s + 4.0 * s * s).collect();
        for seconds in [0.0, 0.06, 1.0] {
            let (v, a) = Derivative::new(20, 50.0, seconds).of(&values, 1);
            for t in 0..20 {
                assert!((v[t] - (-2.0 + 8.0 * t as f64 / 50.0)).abs() < 1e-9 && (a[t] - 8.0).abs() < 1e-7);
            }
        }
    }

    #[test]
    fn short_clips_have_what_they_can() {
        assert_eq!(Derivative::new(1, 50.0, 0.1).of(&[3.0], 1), (vec![0.0], vec![0.0]));
        assert_eq!(Derivative::new(2, 50.0, 0.1).of(&[3.0, 4.0], 1), (vec![50.0; 2], vec![0.0; 2]));
    }

    #[test]
    fn a_steady_turn_has_no_acceleration() {
        let poses: Vec<Pose> =
            (0..30).map(|t| Pose::new(Vec3::x() * 1e3, Vec3::new(0.3, -0.2, 1.0) * f64::from(t) * 0.02)).collect();
        for d in Derivative::new(30, 50.0, 0.06).of_poses(&poses) {
            assert!(
                (d.angular - Vec3::new(0.3, -0.2, 1.0)).norm() < 1e-9 && d.angular_acc.norm() < 1e-6 && d.linear.norm() < 1e-9
            );
        }
    }
}
