//! What a user may choose, and the weights, each with its meaning and unit.
//!
//! Weights are written for 30 frames a second, the rate of the study that they come from
//! (`docs/retargeting.md`), and hold at every rate: sums over ticks are integrals over time, and
//! differences are derivatives.

use serde::{Deserialize, Serialize};

/// How to retarget. The default is the one setting for every clip and robot.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Options {
    /// Robot metres per human metre. `None` takes the ratio of leg lengths, at which steps and leg
    /// directions fit together; a scale that is given is held to, and leg directions give way.
    pub scale: Option<f64>,
    /// No joint moves faster than this [rad/s], nor than its own limit.
    pub joint_speed: f64,
    /// How closely what is followed.
    pub weights: Weights,
}

impl Default for Options {
    fn default() -> Self {
        Self { scale: None, joint_speed: 7.3, weights: Weights::default() }
    }
}

/// Weights of the residuals; a residual r of weight w adds (w r)² to what is minimised.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Weights {
    /// Direction of thighs and shanks, per unit vector.
    pub legs: f64,
    /// Direction of upper arms and forearms, per unit vector.
    pub arms: f64,
    /// Direction from hips to shoulders, per unit vector.
    pub trunk: f64,
    /// Heading of the pelvis [1/rad].
    pub heading: f64,
    /// Rotation of the pelvis [1/rad].
    pub pelvis: f64,
    /// Rotation of the hands [1/rad].
    pub hands: f64,
    /// Place of the pelvis over the floor [1/m].
    pub path: f64,
    /// Height of the pelvis [1/m].
    pub height: f64,
    /// Step of the pelvis from tick to tick [1/m].
    pub travel: f64,
    /// Direction of the soles, per unit vector.
    pub soles: f64,
    /// The same where the whole sole stands: there the floor decides.
    pub soles_flat: f64,
    /// Heading of feet that stand [1/rad].
    pub foot_heading: f64,
    /// Jerk of the joints but the wrists', per third difference [1/rad].
    pub smooth_joints: f64,
    /// The same of the wrists' [1/rad].
    pub smooth_wrists: f64,
    /// Jerk of the pelvis' rotation, per third difference [1/rad].
    pub smooth_rotation: f64,
    /// Jerk of the pelvis, per third difference [1/m].
    pub smooth_path: f64,
    /// Joints of legs and arms at rest [1/rad].
    pub rest_limbs: f64,
    /// Joints of the waist at rest [1/rad].
    pub rest_waist: f64,
    /// Standing parts of the sole on the floor [1/m].
    pub contact: f64,
    /// Standing parts of the sole in place, per step from tick to tick [1/m].
    pub hold: f64,
    /// Soles above the floor [1/m].
    pub floor: f64,
    /// The rest of the body above the floor [1/m].
    pub body_floor: f64,
    /// Joints inside their limits [1/rad].
    pub limits: f64,
    /// Joints below their speed limits, per step from tick to tick [1/rad].
    pub speed: f64,
    /// Limbs outside each other [1/m].
    pub collision: f64,
    /// The body outside the things around it [1/m].
    pub solids: f64,
    /// Hands, elbows, knees, seat and back as near to a surface as the human's [1/m].
    pub touch: f64,
    /// The same at the same place of a thing [1/m].
    pub touch_place: f64,
    /// The same staying there, per step from tick to tick [1/m].
    pub touch_hold: f64,
    /// Feet where the human's stand in a scene [1/m].
    pub foot_place: f64,
}

impl Default for Weights {
    fn default() -> Self {
        Self {
            legs: 1.0,
            arms: 0.5,
            trunk: 1.0,
            heading: 1.0,
            pelvis: 0.3,
            hands: 0.4,
            path: 0.1,
            height: 0.3,
            travel: 3.0,
            soles: 0.3,
            soles_flat: 0.05,
            foot_heading: 2.0,
            smooth_joints: 1.0,
            smooth_wrists: 0.5,
            smooth_rotation: 5.0,
            smooth_path: 10.0,
            rest_limbs: 0.02,
            rest_waist: 0.1,
            contact: 100.0,
            hold: 100.0,
            floor: 100.0,
            body_floor: 50.0,
            limits: 60.0,
            speed: 20.0,
            collision: 30.0,
            solids: 100.0,
            touch: 30.0,
            touch_place: 5.0,
            touch_hold: 30.0,
            foot_place: 3.0,
        }
    }
}

/// How much more a path counts when its scale is given: enough for steps of another length than
/// the legs', as measured by the tests.
const GIVEN_SCALE: f64 = 20.0;

impl Options {
    /// Weight of the pelvis' steps [1/m].
    pub(crate) fn travel(&self) -> f64 {
        self.weights.travel * if self.scale.is_some() { GIVEN_SCALE } else { 1.0 }
    }
}
