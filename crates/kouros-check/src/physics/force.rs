//! What the centre of mass needs from the ground, and whether feet can give it.
//!
//! Lives here: force (mass times acceleration less gravity), flight, and the zero-moment point of
//! the cart-table model (Kajita et al. 2003), which leaves out the change of angular momentum. So
//! limits are wide and findings risks. Does not: exact wrenches (`kouros-label`).

use super::height::airborne;
use crate::body::Body;
use crate::robust::{frames_in, median, runs};
use crate::{Code, Finding, Severity, View};
use kouros_motion::Vec3;
use nalgebra::Vector2;

/// Gravity [m/s²].
const G: f64 = 9.81;
/// Accelerations are second differences over this [s].
const SPAN: f64 = 0.06;
/// Shorter times are landings [s].
const FOR: f64 = 0.1;
/// The ground pulls where it would have to, by this share of the weight [1].
const PULL: f64 = 0.1;
/// Friction beyond this is not to be had [1].
const FRICTION: f64 = 1.0;
/// Flight falls within this share of gravity [1].
const BALLISTIC: f64 = 0.5;
/// Soles reach this far from the middles of heel and toe; a zero-moment point farther out by as
/// much again is outside [m].
const OUTSIDE: f64 = 0.15;
/// ... for so long [s].
const TIPS_FOR: f64 = 0.3;
/// A robot that stands [m/s], for so long [s], cannot be outside.
const STANDS: f64 = 0.05;
const STANDS_FOR: f64 = 1.0;

/// Flight, force and balance: at most one finding each.
pub(crate) fn check(view: &View<'_>, body: &Body, down: &[[bool; 4]], floor: f64) -> Vec<Finding> {
    let ticks = body.com.len();
    let span = frames_in(SPAN, view.rate_hz);
    if ticks < 2 * span + 1 {
        return Vec::new();
    }
    let seconds = span as f64 / view.rate_hz;
    let acceleration = |t: usize| -> Vec3 {
        let t = t.clamp(span, ticks - 1 - span);
        (body.com[t + span] - 2.0 * body.com[t] + body.com[t - span]) / (seconds * seconds)
    };
    let accelerations: Vec<Vec3> = (0..ticks).map(acceleration).collect();
    let lift = |t: usize| accelerations[t].z / G + 1.0;
    let shortest = frames_in(FOR, view.rate_hz);
    let mut out = Vec::new();

    let flights = airborne(body, floor, shortest);
    let hangs = |r: &std::ops::Range<usize>| median(r.clone().map(lift).collect()).unwrap_or(0.0);
    let worst =
        flights.iter().map(|r| (hangs(r), r)).filter(|(h, _)| h.abs() > BALLISTIC).max_by(|a, b| a.1.len().cmp(&b.1.len()));
    if let Some((h, run)) = worst {
        let seconds = run.len() as f64 / view.rate_hz;
        let says = format!("nothing touches the floor for {seconds:.2} s and the centre of mass falls at {:.2} g", 1.0 - h);
        out.push(Finding::new(Code::Flight, "", says).at(run.clone()).measured(1.0 - h, 1.0 - BALLISTIC, "g"));
    }

    let carried = |t: usize| down[t].iter().any(|d| *d) && body.other[t].0 - floor > 0.03;
    let slips = |t: usize| {
        let a = accelerations[t];
        carried(t) && (lift(t) < -PULL || a.xy().norm() / G > FRICTION * lift(t).max(0.0) + PULL)
    };
    if let Some(run) = runs(ticks, shortest, slips).into_iter().max_by_key(ExactSizeIterator::len) {
        let at = run.start + run.len() / 2;
        let (up, across) = (lift(at), accelerations[at].xy().norm() / G);
        let says = format!("the feet would have to push with {up:.2} and rub with {across:.2} times the weight");
        out.push(Finding::new(Code::GroundForce, "", says).at(run).measured(across / up.max(0.01), FRICTION, "friction"));
    }

    let outside = |t: usize, p: Vector2<f64>| -> f64 {
        let feet: Vec<Vector2<f64>> = (0..4).filter(|&i| down[t][i]).map(|i| body.parts[t][i].xy()).collect();
        distance_to_hull(&feet, &p)
    };
    let zmp = |t: usize| -> f64 {
        let (c, a) = (body.com[t], accelerations[t]);
        if !carried(t) || lift(t) < 0.3 {
            return 0.0;
        }
        outside(t, c.xy() - a.xy() * ((c.z - floor) / (G + a.z)))
    };
    let far: Vec<f64> = (0..ticks).map(zmp).collect();
    let still = |t: usize| {
        let (a, b) = (t.saturating_sub(span), (t + span).min(ticks - 1));
        (body.com[b] - body.com[a]).norm() * view.rate_hz / ((b - a).max(1) as f64) < STANDS
    };
    let standing = runs(ticks, frames_in(STANDS_FOR, view.rate_hz), |t| far[t] > OUTSIDE && still(t));
    let tipping = runs(ticks, frames_in(TIPS_FOR, view.rate_hz), |t| far[t] > OUTSIDE);
    let (found, severity) = if standing.is_empty() { (tipping, Severity::Risk) } else { (standing, Severity::Defect) };
    if let Some(run) = found.into_iter().max_by_key(ExactSizeIterator::len) {
        let most = run.clone().map(|t| far[t]).fold(0.0, f64::max);
        let says = format!("the zero-moment point is {:.0} cm away from the feet in contact", 100.0 * most);
        let finding = Finding::new(Code::Balance, "", says).at(run).measured(most, OUTSIDE, "m");
        out.push(Finding { severity, ..finding });
    }
    out
}

/// Distance of `p` to the convex hull of at most four points: 0 inside; infinity of none is 0 too.
fn distance_to_hull(points: &[Vector2<f64>], p: &Vector2<f64>) -> f64 {
    let mut least = f64::INFINITY;
    for (i, a) in points.iter().enumerate() {
        least = least.min((p - a).norm());
        for (k, b) in points.iter().enumerate().skip(i + 1) {
            let edge = b - a;
            let along = ((p - a).dot(&edge) / edge.norm_squared().max(1e-12)).clamp(0.0, 1.0);
            least = least.min((p - a - edge * along).norm());
            for c in &points[k + 1..] {
                let side = |u: &Vector2<f64>, v: &Vector2<f64>| (v - u).perp(&(p - u));
                let (x, y, z) = (side(a, b), side(b, c), side(c, a));
                if (x >= 0.0 && y >= 0.0 && z >= 0.0) || (x <= 0.0 && y <= 0.0 && z <= 0.0) {
                    return 0.0;
                }
            }
        }
    }
    if least.is_finite() { least } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hulls_by_hand() {
        let square = [[0.0, 0.0], [2.0, 0.0], [0.0, 2.0], [2.0, 2.0]].map(Vector2::from);
        assert_eq!(distance_to_hull(&square, &Vector2::new(1.0, 1.9)), 0.0);
        assert!((distance_to_hull(&square, &Vector2::new(5.0, 6.0)) - 5.0).abs() < 1e-12);
        assert!((distance_to_hull(&square[..1], &Vector2::new(3.0, 4.0)) - 5.0).abs() < 1e-12);
        assert_eq!(distance_to_hull(&[], &Vector2::new(3.0, 4.0)), 0.0);
    }
}
