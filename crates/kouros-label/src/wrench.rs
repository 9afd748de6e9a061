//! Which forces on the soles explain what the whole body needs from the ground.
//!
//! Lives here: sharing one wrench among sole points. Does not: the wrench itself (inverse
//! dynamics, `label.rs`), nor which points are in contact (`stance.rs`).
//!
//! The forces minimise  |G f - w|² + e sum (f_k²/s_k)  over forces that push along the edges of a
//! friction pyramid (f_k >= 0), G f being their wrench in units of weight and of weight times ten
//! legs, so that where no forces explain w the moment is given up before the force (what the
//! centre of mass does is known better than what turns the body); s_k says how settled the
//! contact is, e is so small that it only decides among forces that explain w equally well: it
//! spreads load evenly, so a foot's share is a smooth function of time. Forces
//! on sole points keep the centre of pressure inside the sole by construction. The dual of this
//! problem has only six unknowns y (f_k = s_k max(0, g_k y)/e) and is a convex, piecewise
//! quadratic function of them; Newton's method with an exact line search ends in a handful of steps.

use crate::stance::Foothold;
use kouros_motion::Vec3;
use nalgebra::{Matrix6, Vector6};

/// The price of spreading load, against residuals in units of weight [1].
const SPREAD: f64 = 1e-9;
/// Unit of moments, in legs times the weight [1].
const MOMENT_UNIT: f64 = 10.0;
/// Newton steps; ten are usual.
const MOST_STEPS: usize = 60;
/// A gradient this small is zero: 1e-10 of the weight.
const SETTLED: f64 = 1e-10;

/// What the ground must give: force and moment about a point.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Wrench {
    /// World [N].
    pub force: Vec3,
    /// About the point it is said to be about, world [N m].
    pub torque: Vec3,
}

/// What it is measured in.
pub(crate) struct Units {
    /// The robot's weight [N].
    pub weight: f64,
    /// Its leg [m].
    pub length: f64,
    /// Friction coefficient; horizontal force is at most this times vertical force.
    pub friction: f64,
}

/// The solver's memory: the last solution starts the next.
#[derive(Default)]
pub(crate) struct Sharing {
    y: Vector6<f64>,
    columns: Vec<(Vector6<f64>, f64)>,
    multipliers: Vec<f64>,
    kinks: Vec<(f64, f64)>,
}

impl Sharing {
    /// The forces [N] on `footholds` that together come nearest to `need`, which is about the
    /// point `about` [m].
    pub fn solve(&mut self, footholds: &[Foothold], need: &Wrench, about: &Vec3, units: &Units) -> Vec<Vec3> {
        let edges = pyramid(units.friction);
        self.columns.clear();
        let length = MOMENT_UNIT * units.length;
        for hold in footholds {
            let arm = (hold.at - about) / length;
            for edge in &edges {
                let turn = arm.cross(edge);
                self.columns.push((Vector6::new(edge.x, edge.y, edge.z, turn.x, turn.y, turn.z), hold.settled / SPREAD));
            }
        }
        let (f, m) = (need.force / units.weight, need.torque / (units.weight * length));
        self.newton(&Vector6::new(f.x, f.y, f.z, m.x, m.y, m.z));
        self.multipliers
            .chunks_exact(edges.len())
            .map(|each| each.iter().zip(&edges).map(|(k, edge)| edge * (k * units.weight)).sum())
            .collect()
    }

    /// Minimises |y|²/2 + sum s/2 max(0, g y)² - w y over y, from the last y.
    fn newton(&mut self, w: &Vector6<f64>) {
        for _ in 0..MOST_STEPS {
            let mut gradient = self.y - w;
            let mut curvature = Matrix6::identity();
            for (g, s) in &self.columns {
                let push = g.dot(&self.y);
                if push > 0.0 {
                    gradient += g * (s * push);
                    curvature.ger(*s, g, g, 1.0);
                }
            }
            if gradient.norm() < SETTLED {
                break;
            }
            let Some(factor) = curvature.cholesky() else { break };
            let direction = -factor.solve(&gradient);
            let length = self.lowest_along(w, &direction);
            if length <= 0.0 {
                break;
            }
            self.y += direction * length;
        }
        self.multipliers.clear();
        self.multipliers.extend(self.columns.iter().map(|(g, s)| s * g.dot(&self.y).max(0.0)));
    }

    /// How far along `direction` the function is lowest: its slope there is piecewise linear and
    /// rises, so it is followed from kink to kink until it crosses zero.
    fn lowest_along(&mut self, w: &Vector6<f64>, direction: &Vector6<f64>) -> f64 {
        let mut slope = direction.dot(&(self.y - w));
        let mut rise = direction.norm_squared();
        self.kinks.clear();
        for (g, s) in &self.columns {
            let (push, change) = (g.dot(&self.y), g.dot(direction));
            let pushes = push > 0.0 || (push == 0.0 && change > 0.0);
            if pushes {
                slope += s * push * change;
                rise += s * change * change;
            }
            let at = -push / change;
            if at > 0.0 && at.is_finite() {
                self.kinks.push((at, if pushes { -s * change * change } else { s * change * change }));
            }
        }
        self.kinks.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut here = 0.0;
        for &(at, change) in &self.kinks {
            if slope + rise * (at - here) >= 0.0 {
                break;
            }
            slope += rise * (at - here);
            here = at;
            rise += change;
        }
        // The identity keeps the true rise at least this large; rounding may not take it.
        here - slope / rise.max(direction.norm_squared())
    }
}

/// The edges of the pyramid |x| + |y| <= friction z, which lies inside the friction cone.
fn pyramid(friction: f64) -> [Vec3; 4] {
    [[friction, 0.0], [0.0, friction], [-friction, 0.0], [0.0, -friction]].map(|[x, y]| Vec3::new(x, y, 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use kouros_motion::{LEFT, RIGHT};

    const UNITS: Units = Units { weight: 300.0, length: 0.6, friction: 0.8 };
    /// The price of spreading shows in the sixth digit.
    const NEAR: f64 = 1e-4;
    /// And so it may shift the optimum by a little.
    const SHARE: f64 = 1e-2;

    fn feet() -> Vec<Foothold> {
        let mut out = Vec::new();
        for (side, y0) in [(LEFT, 0.1), (RIGHT, -0.1)] {
            for (x, y) in [(-0.05, -0.03), (-0.05, 0.03), (0.12, 0.03), (0.12, -0.03)] {
                out.push(Foothold { at: Vec3::new(x, y0 + y, 0.0), side, settled: 1.0 });
            }
        }
        out
    }

    fn sum(holds: &[Foothold], forces: &[Vec3], about: &Vec3) -> Wrench {
        let pairs = || holds.iter().zip(forces);
        Wrench { force: forces.iter().sum(), torque: pairs().map(|(h, f)| (h.at - about).cross(f)).sum() }
    }

    #[test]
    fn a_wrench_inside_is_explained() {
        let holds = feet();
        let about = Vec3::new(0.03, 0.02, 0.7);
        for push in [0.0, 40.0, -60.0] {
            // Down onto (0.05, 0.06) with a horizontal push through it and a little twist.
            let force = Vec3::new(push, -push / 3.0, 310.0);
            let torque = (Vec3::new(0.05, 0.06, 0.0) - about).cross(&force) + Vec3::z() * 3.0;
            let forces = Sharing::default().solve(&holds, &Wrench { force, torque }, &about, &UNITS);
            let got = sum(&holds, &forces, &about);
            assert!((got.force - force).norm() < NEAR && (got.torque - torque).norm() < NEAR, "{got:?}");
            for f in &forces {
                assert!(f.z >= 0.0 && f.x.abs() + f.y.abs() <= 0.8 * f.z + 1e-9);
            }
            let left: f64 = holds.iter().zip(&forces).filter(|(h, _)| h.side == LEFT).map(|(_, f)| f.z).sum();
            assert!(left > 155.0, "the nearer foot bears more: {left}");
        }
    }

    #[test]
    fn standing_in_the_middle_shares_evenly() {
        let forces = Sharing::default().solve(
            &feet(),
            &Wrench { force: Vec3::z() * 300.0, torque: Vec3::zeros() },
            &Vec3::new(0.035, 0.0, 0.7),
            &UNITS,
        );
        for f in forces {
            assert!((f - Vec3::z() * 37.5).norm() < NEAR, "{f}");
        }
    }

    #[test]
    fn the_ground_neither_pulls_nor_tips() {
        let mut sharing = Sharing::default();
        let about = Vec3::new(0.0, 0.0, 0.7);
        let forces = sharing.solve(&feet(), &Wrench { force: Vec3::z() * -100.0, torque: Vec3::zeros() }, &about, &UNITS);
        assert!(forces.iter().all(|f| f.norm() < NEAR));
        // A moment beyond the sole: as much as the edge gives, and the force hardly suffers.
        let forces = sharing.solve(&feet(), &Wrench { force: Vec3::z() * 300.0, torque: Vec3::y() * -300.0 }, &about, &UNITS);
        let got = sum(&feet(), &forces, &about);
        assert!((got.force - Vec3::z() * 300.0).norm() < 0.02 * 300.0, "{got:?}");
        assert!(got.torque.y < -0.12 * 299.0 && got.torque.y > -0.12 * 301.0 - 0.7 * 6.0, "{got:?}");
        assert!(sharing.solve(&[], &Wrench::default(), &about, &UNITS).is_empty());
    }

    #[test]
    fn a_settling_foot_bears_less() {
        let mut holds = feet();
        for h in holds.iter_mut().filter(|h| h.side == RIGHT) {
            h.settled = 0.1;
        }
        let need = Wrench { force: Vec3::z() * 300.0, torque: Vec3::zeros() };
        // On the line between the feet there is only one way to share by moments about x; over the
        // left foot there are many.
        let forces =
            Sharing::default().solve(&holds, &Wrench { torque: Vec3::x() * 21.0, ..need }, &Vec3::new(0.035, 0.0, 0.7), &UNITS);
        let right: f64 = holds.iter().zip(&forces).filter(|(h, _)| h.side == RIGHT).map(|(_, f)| f.z).sum();
        let even =
            Sharing::default().solve(&feet(), &Wrench { torque: Vec3::x() * 21.0, ..need }, &Vec3::new(0.035, 0.0, 0.7), &UNITS);
        let right_even: f64 = holds.iter().zip(&even).filter(|(h, _)| h.side == RIGHT).map(|(_, f)| f.z).sum();
        assert!(right < right_even, "{right} {right_even}");
    }

    proptest::proptest! {
        /// Whatever is asked, the ground gives finite forces inside the friction pyramid, and no
        /// other sharing along the way back to nothing is better.
        #[test]
        fn any_wrench_is_met_as_well_as_can_be(
            f in proptest::array::uniform3(-1000.0..1000.0_f64),
            m in proptest::array::uniform3(-300.0..300.0_f64),
            settled in proptest::collection::vec(0.01..1.0_f64, 8),
            used in 0..9_usize,
        ) {
            let mut holds = feet();
            holds.truncate(used);
            for (h, s) in holds.iter_mut().zip(settled) {
                h.settled = s;
            }
            let (need, about) = (Wrench { force: f.into(), torque: m.into() }, Vec3::new(0.0, 0.0, 0.7));
            let mut sharing = Sharing::default();
            let forces = sharing.solve(&holds, &need, &about, &UNITS);
            let cost = |scale: f64| {
                let got = sum(&holds, &forces, &about);
                let length = MOMENT_UNIT * UNITS.length;
                (need.force - got.force * scale).norm_squared() + ((need.torque - got.torque * scale) / length).norm_squared()
            };
            for f in &forces {
                assert!(f.iter().all(|v| v.is_finite()) && f.x.abs() + f.y.abs() <= 0.8 * f.z + 1e-9);
            }
            for scale in [0.0, 0.9, 0.99, 1.01, 1.1] {
                assert!(cost(1.0) <= cost(scale) + 1e-3 * need.force.norm_squared().max(1.0) * SHARE);
            }
            // From a warm start the answer is the same.
            let again = sharing.solve(&holds, &need, &about, &UNITS);
            for (a, b) in forces.iter().zip(&again) {
                assert!((a - b).norm() < 1e-3 * UNITS.weight);
            }
        }
    }
}
