//! Hands turn as the human's do.

use super::Clock;
use crate::Options;
use crate::frame::{Columns, Frame, Support};
use crate::normal::Normal;
use crate::targets::Target;
use kouros_motion::{LEFT, RIGHT};
use kouros_robot::Robot;
use nalgebra::Matrix3;

/// What the hand terms need of a robot.
#[derive(Clone)]
pub(crate) struct Hands {
    /// `None` for an arm whose wrist has fewer than three joints: its hand turns as its forearm does.
    supports: [Option<Support>; 2],
}

impl Hands {
    pub fn new(robot: &Robot) -> Self {
        let wrist = |side: usize| {
            let arm = &robot.profile.arms[side];
            let beyond = arm.joints.iter().skip_while(|&&j| j != arm.middle_joint).count() - 1;
            (beyond >= 3).then(|| Support::of(robot, arm.end))
        };
        Self { supports: [wrist(LEFT), wrist(RIGHT)] }
    }

    /// Adds the rows of one tick: log(R_target^T R_hand) in the hand's axes.
    pub fn add(
        &self,
        frame: &Frame<'_>,
        target: &Target,
        options: &Options,
        clock: Clock,
        out: &mut Normal<'_>,
        scratch: &mut [Columns; 3],
    ) {
        let w2 = options.weights.hands.powi(2) * clock.share;
        for (support, wanted) in self.supports.iter().zip(&target.hands) {
            let (Some(support), Some(wanted)) = (support, wanted) else { continue };
            let rows = &mut scratch[0];
            let e = frame.turn_to(support, &Matrix3::identity(), wanted, rows);
            out.add(&support.columns, rows, &e, w2);
        }
    }
}
