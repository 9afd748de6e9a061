//! What is rewarded: plain functions of a moment.
//!
//! Lives here: the terms. Does not: their weights (`tasks/*.toml`). The forms are those of
//! legged_gym (Rudin et al. 2021), mjlab and holosoma; `swing` is the foot-height clock of
//! MuJoCo Playground's `feet_phase`.

use crate::moment::Moment;
use crate::world::World;
use serde::{Deserialize, Serialize};

/// A reward or, with a negative weight, a penalty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RewardKind {
    /// `exp(-|v_xy - command - sway|² / width²)`, heading frame [m/s]; the sway is the gait's.
    TrackVelocity,
    /// `exp(-(turn - command)² / width²)` [rad/s].
    TrackTurn,
    /// `exp(-(height - command)² / width²)` [m].
    TrackHeight,
    /// `exp(-sum over feet of (sole height - the clock's)² / width²)` [m].
    Swing,
    /// `exp(-mean over driven joints of (position - the gait's)² / width²)` [rad].
    Reference,
    /// Share of the feet that are down or up as the clock says.
    ContactSchedule,
    /// One.
    Alive,
    /// Square of the sine of the base's angle to the vertical.
    Tilt,
    /// The same of the trunk.
    TrunkTilt,
    /// Square of the base's rolling and pitching rate [rad²/s²].
    RollPitchRate,
    /// Square of the base's vertical speed [m²/s²].
    VerticalSpeed,
    /// Weighted squares of the driven joints' distances from the start pose [rad²].
    Posture,
    /// Square of the change of the action.
    ActionRate,
    /// Square of the change of that change.
    ActionJerk,
    /// Square of the driven joints' torques [N² m²].
    Torque,
    /// Square of the driven joints' speeds [rad²/s²].
    JointSpeed,
    /// Distance of driven joints into the last (1 - width) of their range [rad].
    JointLimits,
    /// Square of the horizontal speed of feet on the ground [m²/s²].
    Slip,
    /// How much nearer than `width` the feet are to each other across the heading, as a share of it.
    FeetClose,
    /// Square of the sine of the soles' angle to the level.
    FeetLevel,
    /// Normal force above `width` times the robot's weight, in weights, per foot.
    Impact,
    /// Speed of the driven joints while the command is to stand [rad/s].
    Fidget,
}

/// A term of a task.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RewardTerm {
    /// Which.
    #[serde(rename = "term")]
    pub kind: RewardKind,
    /// Weight per second.
    pub weight: f64,
    /// Scale or threshold, where the term has one.
    #[serde(default)]
    pub width: f64,
}

impl RewardKind {
    /// Whether the term has a width.
    pub fn needs_width(self) -> bool {
        use RewardKind as K;
        matches!(
            self,
            K::TrackVelocity
                | K::TrackTurn
                | K::TrackHeight
                | K::Swing
                | K::Reference
                | K::JointLimits
                | K::FeetClose
                | K::Impact
        )
    }

    /// The term's value, unweighted.
    pub fn value(self, world: &World, m: &Moment, width: f64) -> f64 {
        let near = |square: f64| (-square / (width * width)).exp();
        let driven = || world.driven.iter().copied();
        let gait = &world.task.gait;
        match self {
            Self::TrackVelocity => near(m.velocity_off().norm_squared()),
            Self::TrackTurn => near((m.turn - m.command.turn).powi(2)),
            Self::TrackHeight => near((m.height - m.command.height * world.start_height).powi(2)),
            Self::Swing => near((0..2).map(|side| (m.feet[side].height - m.clock.sole_height(gait, side)).powi(2)).sum::<f64>()),
            Self::Reference => {
                let off = driven().zip(&m.reference).map(|(k, r)| (m.joint_pos[k] - r).powi(2)).sum::<f64>();
                near(off / world.driven.len().max(1) as f64)
            }
            Self::ContactSchedule => {
                (0..2).filter(|&side| m.feet[side].contact == m.clock.is_stance(gait, side)).count() as f64 / 2.0
            }
            Self::Alive => 1.0,
            Self::Tilt => m.gravity.x.powi(2) + m.gravity.y.powi(2),
            Self::TrunkTilt => m.trunk_up.x.powi(2) + m.trunk_up.y.powi(2),
            Self::RollPitchRate => m.angular_velocity.x.powi(2) + m.angular_velocity.y.powi(2),
            Self::VerticalSpeed => m.velocity.z.powi(2),
            Self::Posture => {
                driven().zip(&world.posture_weight).map(|(k, weight)| weight * (m.joint_pos[k] - world.start[k]).powi(2)).sum()
            }
            Self::ActionRate => m.action.iter().zip(&m.last_action).map(|(a, b)| (a - b).powi(2)).sum(),
            Self::ActionJerk => {
                let three = m.action.iter().zip(&m.last_action).zip(&m.action_before);
                three.map(|((a, b), c)| (a - 2.0 * b + c).powi(2)).sum()
            }
            Self::Torque => driven().map(|k| m.torque[k].powi(2)).sum(),
            Self::JointSpeed => driven().map(|k| m.joint_vel[k].powi(2)).sum(),
            Self::JointLimits => driven()
                .map(|k| {
                    let [low, high] = world.limits[k];
                    let margin = (1.0 - width) * (high - low) / 2.0;
                    (low + margin - m.joint_pos[k]).max(0.0) + (m.joint_pos[k] - high + margin).max(0.0)
                })
                .sum(),
            Self::Slip => m.feet.iter().filter(|f| f.contact).map(|f| f.speed.powi(2)).sum(),
            Self::FeetClose => ((width - m.feet_apart) / width).clamp(0.0, 1.0),
            Self::FeetLevel => m.feet.iter().map(|f| f.slant).sum(),
            Self::Impact => {
                let weight = world.weight();
                m.feet.iter().map(|f| (f.force / weight - width).max(0.0)).sum()
            }
            Self::Fidget if m.command.is_standing() => driven().map(|k| m.joint_vel[k].abs()).sum(),
            Self::Fidget => 0.0,
        }
    }
}
