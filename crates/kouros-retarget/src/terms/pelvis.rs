//! The pelvis: its rotation, its heading, its path over the floor.

use super::Clock;
use super::bones::mid_hips;
use crate::Options;
use crate::frame::{Columns, Frame, Support, array, map};
use crate::normal::Normal;
use crate::targets::Target;
use kouros_motion::Vec3;
use kouros_robot::{Mark, Robot};
use nalgebra::Matrix3;

/// What the pelvis terms need of a robot.
#[derive(Clone)]
pub(crate) struct Pelvis {
    support: Support,
    mid_hips: Mark,
    /// `pelvis_from_upright`: axes forward, left and up in the pelvis' own.
    upright: Matrix3<f64>,
}

/// What the next tick needs of this one.
#[derive(Debug, Clone, Default)]
pub(crate) struct HipsAt {
    pub p: Vec3,
    pub columns: Columns,
}

impl Pelvis {
    pub fn new(robot: &Robot) -> Self {
        let p = &robot.profile;
        let upright = Matrix3::from_columns(&[p.forward, p.up.cross(&p.forward), p.up]);
        Self { support: Support::of(robot, p.pelvis), mid_hips: mid_hips(robot), upright }
    }

    /// Where the middle between the hips is.
    pub fn hips(&self, frame: &Frame<'_>, out: &mut HipsAt) {
        out.p = frame.mark(&self.mid_hips);
        frame.point(&self.support, &out.p, &mut out.columns);
    }

    /// Adds the rows of one tick; `before` is the tick before with its target.
    #[expect(clippy::too_many_arguments, reason = "one tick, the one before, and what both want")]
    pub fn add(
        &self,
        frame: &Frame<'_>,
        target: &Target,
        now: &HipsAt,
        before: Option<(&HipsAt, &Target)>,
        options: &Options,
        clock: Clock,
        out: &mut Normal<'_>,
        scratch: &mut [Columns; 3],
    ) {
        let w = &options.weights;
        let columns = &self.support.columns;
        // Rotation, in its own axes.
        let rotation = &mut scratch[0];
        let e = frame.turn_to(&self.support, &self.upright, &target.pelvis, rotation);
        out.add(columns, rotation, &e, w.pelvis * w.pelvis * clock.share);

        // Heading: the angle between the two left sides seen from above.
        let l = frame.at.rotation[self.support.body] * self.upright.column(1);
        let flat = l.xy().norm_squared().max(1e-3);
        let error = (target.left.x * l.y - target.left.y * l.x).atan2(target.left.x * l.x + target.left.y * l.y);
        frame.vector(&self.support, &l, rotation);
        let mut rows: Vec<[f64; 1]> = Vec::with_capacity(columns.len());
        map(rotation, &[Vec3::new(-l.y, l.x, 0.0) / flat], &mut rows);
        // Lying on a side, a left that points up has no heading.
        let sure = l.xy().norm_squared().min(1.0);
        out.add(columns, &rows, &[error], w.heading * w.heading * clock.share * sure);

        // Place and height.
        let r = now.p - target.hips;
        let mut rows: Vec<[f64; 2]> = Vec::with_capacity(columns.len());
        map(&now.columns, &[Vec3::x(), Vec3::y()], &mut rows);
        out.add(columns, &rows, &[r.x, r.y], w.path * w.path * clock.share);
        let mut rows: Vec<[f64; 1]> = Vec::with_capacity(columns.len());
        map(&now.columns, &[Vec3::z()], &mut rows);
        out.add(columns, &rows, &[r.z], w.height * w.height * clock.share);

        // Travel: steps from tick to tick.
        if let Some((then, wanted)) = before {
            let r = ((now.p - then.p) - (target.hips - wanted.hips)) * clock.step;
            let scaled = |c: &[[f64; 3]], s: f64| c.iter().map(|v| v.map(|x| x * s)).collect::<Vec<_>>();
            let (a, b) = (scaled(&now.columns, clock.step), scaled(&then.columns, -clock.step));
            out.add_step(columns, &a, &b, &array(&r), options.travel().powi(2) * clock.share);
        }
    }
}
