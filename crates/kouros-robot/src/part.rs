//! Which part of a body a piece of a robot's geometry belongs to.
//!
//! Lives here: the derivation from the profile. Does not: what touches what (`kouros-label`).

use crate::profile::at_zero;
use crate::{Robot, Shape};
use kouros_motion::{BodyPart, LEFT, RIGHT};

impl Robot {
    /// The part that a colliding shape belongs to: what moves with the end of an arm is its hand,
    /// with its middle joint the elbow; the half of the shank that is nearer to the knee is the
    /// knee; what moves with the pelvis is the seat, with the trunk the back. `None` for feet,
    /// thighs, upper arms and heads.
    pub fn body_part(&self, shape: &Shape) -> Option<BodyPart> {
        let p = &self.profile;
        let moves_with = |b: usize| self.bodies[shape.body].chain == self.bodies[b].chain;
        for side in [LEFT, RIGHT] {
            let (arm, leg) = (&p.arms[side], &p.legs[side]);
            if moves_with(arm.end) {
                return Some([BodyPart::LeftHand, BodyPart::RightHand][side]);
            }
            if moves_with(arm.middle.body) {
                return Some([BodyPart::LeftElbow, BodyPart::RightElbow][side]);
            }
            if moves_with(leg.middle.body) {
                let at = at_zero(self);
                let place = |m: &crate::Mark| at.point(m.body, &m.local);
                let here = at.point(shape.body, &((shape.capsule.a + shape.capsule.b) / 2.0));
                let above = (here - place(&leg.middle)).norm() < (here - place(&leg.lower)).norm();
                return above.then_some([BodyPart::LeftKnee, BodyPart::RightKnee][side]);
            }
        }
        if moves_with(p.pelvis) {
            return Some(BodyPart::Seat);
        }
        let is_head = p.head.is_some_and(|h| shape.body == h);
        (moves_with(p.trunk) && !is_head).then_some(BodyPart::Back)
    }
}
