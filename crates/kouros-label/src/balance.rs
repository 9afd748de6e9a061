//! Where the ground's push must act, and where the body is falling to.
//!
//! Lives here: zero-moment point and capture point. Does not: the support polygon
//! (`support_polygon.rs`), the forces behind it (`wrench.rs`).

use crate::support_polygon::Flat;
use crate::wrench::Wrench;
use kouros_motion::Vec3;

/// Below this height the pendulum of [`capture_point`] makes no sense [m].
const LEAST_HEIGHT: f64 = 0.1;

/// The zero-moment point on the level plane at height `level` [m]: where the ground's force must act so that its
/// moment has no horizontal part, p = n x M / (F n) (Vukobratovic and Borovac 2004; Sardain and
/// Bessonnet 2004, equation 12), for what the ground must give, `need`, about the point `about`.
/// `None` where the vertical force is less than `least` [N].
pub(crate) fn zero_moment_point(need: &Wrench, about: &Vec3, level: f64, least: f64) -> Option<Flat> {
    let at_origin = need.torque + (about - Vec3::z() * level).cross(&need.force);
    (need.force.z >= least && need.force.z > 0.0).then(|| Flat::new(-at_origin.y / need.force.z, at_origin.x / need.force.z))
}

/// The instantaneous capture point c + v sqrt(z/g) on the floor [m]: where a body whose centre of
/// mass is at `com` and moves at `velocity` would have to stand to come to rest (Pratt et al. 2006;
/// the extrapolated centre of mass of Hof et al. 2005).
pub(crate) fn capture_point(com: &Vec3, velocity: &Vec3, gravity: f64) -> Flat {
    com.xy() + velocity.xy() * (com.z.max(LEAST_HEIGHT) / gravity).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_hand() {
        // 100 N straight up through (0.2, -0.1), seen from (1, 2, 3).
        let about = Vec3::new(1.0, 2.0, 3.0);
        let force = Vec3::z() * 100.0;
        let need = Wrench { force, torque: (Vec3::new(0.2, -0.1, 0.0) - about).cross(&force) };
        let p = zero_moment_point(&need, &about, 0.0, 10.0).expect("pushes");
        assert!((p - Flat::new(0.2, -0.1)).norm() < 1e-12);
        assert!(zero_moment_point(&need, &about, 0.0, 101.0).is_none());
        // A pendulum of 0.981 m under 9.81 m/s²: sqrt(0.1) s.
        let p = capture_point(&Vec3::new(1.0, 0.0, 0.981), &Vec3::new(0.5, 0.0, 9.0), 9.81);
        assert!((p.x - 1.0 - 0.5 * 0.1_f64.sqrt()).abs() < 1e-12 && p.y == 0.0);
    }
}
