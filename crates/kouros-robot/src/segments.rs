//! How near two segments are: the axes of capsules.
//!
//! Lives here: the geometry. Does not: which capsules may touch (`collision.rs`).

use kouros_motion::Vec3;

/// The closest points of two segments, each given by its ends, in one frame [m]: the first's, the
/// second's (Ericson 2005, Real-Time Collision Detection, 5.1.9). Parallel ones have many; any does.
pub fn closest_points(first: &(Vec3, Vec3), second: &(Vec3, Vec3)) -> (Vec3, Vec3) {
    let (d1, d2, r) = (first.1 - first.0, second.1 - second.0, first.0 - second.0);
    let (a, e, f) = (d1.norm_squared(), d2.norm_squared(), d2.dot(&r));
    const POINT: f64 = 1e-12;
    let (s, t) = if a <= POINT && e <= POINT {
        (0.0, 0.0)
    } else if a <= POINT {
        (0.0, (f / e).clamp(0.0, 1.0))
    } else {
        let c = d1.dot(&r);
        if e <= POINT {
            ((-c / a).clamp(0.0, 1.0), 0.0)
        } else {
            let b = d1.dot(&d2);
            let denominator = a * e - b * b;
            let s = if denominator > POINT { ((b * f - c * e) / denominator).clamp(0.0, 1.0) } else { 0.5 };
            let t = (b * s + f) / e;
            if t < 0.0 {
                ((-c / a).clamp(0.0, 1.0), 0.0)
            } else if t > 1.0 {
                (((b - c) / a).clamp(0.0, 1.0), 1.0)
            } else {
                (s, t)
            }
        }
    };
    (first.0 + d1 * s, second.0 + d2 * t)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closest_points_by_hand() {
        let x = |a: f64, b: f64, y: f64, z: f64| (Vec3::new(a, y, z), Vec3::new(b, y, z));
        let across = (Vec3::new(0.3, -1.0, 2.0), Vec3::new(0.3, 1.0, 2.0));
        let (p, q) = closest_points(&x(0.0, 1.0, 0.0, 0.0), &across);
        assert!((p - Vec3::new(0.3, 0.0, 0.0)).norm() < 1e-12 && (q - Vec3::new(0.3, 0.0, 2.0)).norm() < 1e-12);
        let (p, q) = closest_points(&x(0.0, 1.0, 0.0, 0.0), &x(3.0, 4.0, 0.0, 0.0));
        assert!((p.x - 1.0).abs() < 1e-12 && (q.x - 3.0).abs() < 1e-12);
        let point = (Vec3::new(0.5, 2.0, 0.0), Vec3::new(0.5, 2.0, 0.0));
        assert!((closest_points(&point, &x(0.0, 1.0, 0.0, 0.0)).1.x - 0.5).abs() < 1e-12);
    }
}
