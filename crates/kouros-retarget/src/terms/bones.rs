//! Limbs and trunk point where the human's do: residuals are differences of unit vectors.

use super::Clock;
use crate::frame::{Columns, Frame, Support};
use crate::normal::Normal;
use crate::targets::Target;
use crate::{Options, Weights};
use kouros_motion::{LEFT, RIGHT, Vec3};
use kouros_robot::{Limb, Mark, Robot};

/// What the bone terms need of a robot.
#[derive(Clone)]
pub(crate) struct Bones {
    limbs: [[Support; 3]; 4],
    pelvis: Support,
    trunk: Support,
    /// What moves either.
    between: Support,
    mid_shoulders: Mark,
}

impl Bones {
    pub fn new(robot: &Robot) -> Self {
        let p = &robot.profile;
        let limb = |l: &Limb| [l.upper.body, l.middle.body, l.lower.body].map(|b| Support::of(robot, b));
        Self {
            limbs: p.limbs().map(limb),
            pelvis: Support::of(robot, p.pelvis),
            trunk: Support::of(robot, p.trunk),
            between: Support::of_both(robot, p.pelvis, p.trunk),
            mid_shoulders: mid_shoulders(robot),
        }
    }

    /// Adds the rows of one tick.
    pub fn add(
        &self,
        frame: &Frame<'_>,
        target: &Target,
        options: &Options,
        clock: Clock,
        out: &mut Normal<'_>,
        scratch: &mut [Columns; 3],
    ) {
        let Weights { legs, arms, trunk, .. } = options.weights;
        let profile = &frame.robot.profile;
        for (i, limb) in profile.limbs().into_iter().enumerate() {
            let weight = if i < 2 { legs } else { arms };
            let w2 = weight * weight * clock.share;
            let marks = [&limb.upper, &limb.middle, &limb.lower].map(|m| frame.mark(m));
            for b in 0..2 {
                let (near, far) = (&self.limbs[i][b], &self.limbs[i][b + 1]);
                let [a, e, out_j] = scratch;
                frame.point(near, &marks[b], a);
                frame.point(far, &marks[b + 1], e);
                difference(near, a, far, e);
                unit_rows(&(marks[b + 1] - marks[b]), &target.bones[i][b], e, out_j, |j, r| out.add(&far.columns, j, r, w2));
            }
        }
        let w2 = trunk * trunk * clock.share;
        let (pelvis, shoulders) = (frame.at.position[profile.pelvis], frame.mark(&self.mid_shoulders));
        let d = trunk_direction(frame, &self.mid_shoulders);
        let [a, e, out_j] = scratch;
        frame.point(&self.trunk, &shoulders, a);
        spread(&self.trunk, a, &self.between, e);
        frame.point(&self.pelvis, &pelvis, a);
        difference(&self.pelvis, a, &self.between, e);
        unit_rows(&d, &target.trunk, e, out_j, |j, r| out.add(&self.between.columns, j, r, w2));
    }
}

impl Bones {
    /// The largest angle between a bone of limb `limb` (left leg, right leg, left arm, right arm)
    /// and where it should point [rad].
    pub fn worst(&self, frame: &Frame<'_>, limb: usize, target: &Target) -> f64 {
        let l = frame.robot.profile.limbs()[limb];
        let marks = [&l.upper, &l.middle, &l.lower].map(|m| frame.mark(m));
        (0..2).map(|b| (marks[b + 1] - marks[b]).angle(&target.bones[limb][b])).fold(0.0, f64::max)
    }
}

/// The middle between the hips as a point of the pelvis, joints at zero.
pub(crate) fn mid_hips(robot: &Robot) -> Mark {
    let legs = &robot.profile.legs;
    middle(robot, robot.profile.pelvis, &legs[LEFT].upper, &legs[RIGHT].upper)
}

/// From the pelvis' origin to the middle between the shoulders [m].
pub(crate) fn trunk_direction(frame: &Frame<'_>, mid_shoulders: &Mark) -> Vec3 {
    frame.mark(mid_shoulders) - frame.at.position[frame.robot.profile.pelvis]
}

/// The middle between the shoulders as a point of the trunk, joints at zero.
pub(crate) fn mid_shoulders(robot: &Robot) -> Mark {
    let arms = &robot.profile.arms;
    middle(robot, robot.profile.trunk, &arms[LEFT].upper, &arms[RIGHT].upper)
}

/// The middle of two marks as a point of `body`, joints at zero.
fn middle(robot: &Robot, body: usize, a: &Mark, b: &Mark) -> Mark {
    let frame = at_zero(robot);
    let middle = (frame.mark(a) + frame.mark(b)) / 2.0;
    Mark { body, local: frame.at.rotation[body].transpose() * (middle - frame.at.position[body]) }
}

fn at_zero(robot: &Robot) -> Frame<'_> {
    let mut frame = Frame::new(robot);
    frame.update(&kouros_motion::Pose::identity(), &vec![0.0; robot.dof()]);
    frame
}

/// The same derivatives over the unknowns of a larger support, zero where there are none.
fn spread(support: &Support, columns: &[[f64; 3]], all: &Support, out: &mut Columns) {
    out.clear();
    let mut from = support.columns.iter().zip(columns).peekable();
    out.extend(all.columns.iter().map(|c| from.next_if(|(own, _)| *own == c).map_or([0.0; 3], |(_, v)| *v)));
}

/// `far - near` column by column; what moves the near body is among what `far` has.
fn difference(near: &Support, near_columns: &[[f64; 3]], far: &Support, far_columns: &mut [[f64; 3]]) {
    let mut k = 0;
    for (column, value) in far.columns.iter().zip(far_columns.iter_mut()) {
        while k < near.columns.len() && near.columns[k] < *column {
            k += 1;
        }
        if k < near.columns.len() && near.columns[k] == *column {
            for i in 0..3 {
                value[i] -= near_columns[k][i];
            }
        }
    }
}

/// Rows of `d / |d| - wanted` from the derivatives of d.
fn unit_rows(d: &Vec3, wanted: &Vec3, columns: &[[f64; 3]], scratch: &mut Columns, mut add: impl FnMut(&[[f64; 3]], &[f64; 3])) {
    let length = d.norm().max(1e-6);
    let u = d / length;
    scratch.clear();
    scratch.extend(columns.iter().map(|c| {
        let c = Vec3::new(c[0], c[1], c[2]);
        crate::frame::array(&((c - u * u.dot(&c)) / length))
    }));
    let r = u - wanted;
    add(scratch, &[r.x, r.y, r.z]);
}
