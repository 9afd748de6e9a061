//! What is asked of the robot, and the clock its feet walk by.
//!
//! Lives here: commands, when they change, and where a foot should be in its cycle. Does not:
//! what following them is worth (`reward.rs`).

use crate::reference::both_down;
use crate::rng::Rng;
use crate::task::{Commands, Gait};
use serde::{Deserialize, Serialize};

/// A command to the legs.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Command {
    /// Speed ahead [m/s].
    pub forward: f64,
    /// Speed to the left [m/s].
    pub sideways: f64,
    /// Turning rate to the left [rad/s].
    pub turn: f64,
    /// Height of the base, as a share of the start height.
    pub height: f64,
}

impl Default for Command {
    fn default() -> Self {
        Self { forward: 0.0, sideways: 0.0, turn: 0.0, height: 1.0 }
    }
}

impl Command {
    /// Draws a command; `level`, from 0 to 1, is how much of the ranges is used.
    pub fn draw(commands: &Commands, level: f64, rng: &mut Rng) -> Self {
        let standing = rng.chance(commands.standing);
        let lowered = rng.chance(commands.lowered);
        let share = commands.first_share + (1.0 - commands.first_share) * level;
        let drawn = Self {
            forward: share * rng.between(commands.forward),
            sideways: share * rng.between(commands.sideways),
            turn: share * rng.between(commands.turn),
            height: 1.0 + share * (rng.between(commands.height) - 1.0),
        };
        let height = if lowered { drawn.height } else { 1.0 };
        let still = Self { height, ..Self::default() };
        if standing { still } else { Self { height, ..drawn }.settled(commands.still_below) }
    }

    /// The same, or standing where it is too slow to walk.
    #[must_use]
    pub fn settled(self, still_below: f64) -> Self {
        let slow = self.forward.hypot(self.sideways) < still_below && self.turn.abs() < still_below;
        if slow { Self { height: self.height, ..Self::default() } } else { self }
    }

    /// One step towards `goal`, each number at its own pace.
    #[must_use]
    pub fn towards(self, goal: &Self, change: [f64; 3], seconds: f64) -> Self {
        let to = |from: f64, goal: f64, pace: f64| from + (goal - from).clamp(-pace * seconds, pace * seconds);
        Self {
            forward: to(self.forward, goal.forward, change[0]),
            sideways: to(self.sideways, goal.sideways, change[0]),
            turn: to(self.turn, goal.turn, change[1]),
            height: to(self.height, goal.height, change[2]),
        }
    }

    /// Whether it asks to stand.
    pub fn is_standing(&self) -> bool {
        self.forward == 0.0 && self.sideways == 0.0 && self.turn == 0.0
    }
}

/// Where in the gait cycle the feet should be.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Clock {
    /// Phase of the left foot in [0, 1); the right is half a cycle later. A foot's cycle begins
    /// with its stance.
    pub phase: f64,
    /// Cycles a second [Hz].
    pub frequency_hz: f64,
    /// Whether both feet should stay down.
    pub standing: bool,
}

impl Clock {
    /// Phase of a foot in [0, 1).
    pub fn of(&self, side: usize) -> f64 {
        let phase = if side == kouros_motion::LEFT { self.phase } else { self.phase + 0.5 };
        phase - phase.floor()
    }

    /// The height [m] the sole's middle should have: zero in stance, `16 h s² (1-s)²` over the
    /// swing's share s, which begins and ends with no speed and reaches h in the middle.
    pub fn sole_height(&self, gait: &Gait, side: usize) -> f64 {
        let phase = self.of(side);
        if self.standing || phase < gait.stance {
            return 0.0;
        }
        let s = (phase - gait.stance) / (1.0 - gait.stance);
        16.0 * gait.swing_height * s * s * (1.0 - s) * (1.0 - s)
    }

    /// Whether the foot should be on the ground.
    pub fn is_stance(&self, gait: &Gait, side: usize) -> bool {
        self.standing || self.of(side) < gait.stance
    }

    /// The clock after `seconds`. Where the robot should `rest`, it stops in the middle of the next
    /// phase in which both feet are down.
    pub fn advance(&mut self, gait: &Gait, seconds: f64, rest: bool) {
        if self.standing && rest {
            return;
        }
        let ahead = self.frequency_hz * seconds;
        // Half a cycle lies between one such middle and the next.
        let from_rest = 2.0 * (self.phase - both_down(gait.stance) / 2.0);
        let to_rest = (1.0 - (from_rest - from_rest.floor())) / 2.0;
        self.standing = rest && to_rest <= ahead;
        self.phase += if self.standing { to_rest } else { ahead };
        self.phase -= self.phase.floor();
    }

    /// What the policy sees: sine and cosine of the left foot's phase.
    pub fn seen(&self) -> [f64; 2] {
        let (sin, cos) = (std::f64::consts::TAU * self.phase).sin_cos();
        [sin, cos]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kouros_motion::{LEFT, RIGHT};

    #[test]
    fn the_swing_by_hand() {
        let gait = Gait { frequency_hz: [1.0, 1.0], stance: 0.6, swing_height: 0.1, uneasy: [1.0; 2] };
        let at = |phase| Clock { phase, frequency_hz: 1.0, standing: false };
        assert_eq!(at(0.59).sole_height(&gait, LEFT), 0.0);
        assert!((at(0.8).sole_height(&gait, LEFT) - 0.1).abs() < 1e-12); // the middle of the swing
        assert!((at(0.3).sole_height(&gait, RIGHT) - 0.1).abs() < 1e-12); // half a cycle later
        assert!((at(0.7).sole_height(&gait, LEFT) - 0.1 * 16.0 * 0.0625 * 0.5625).abs() < 1e-12); // s = 1/4
        assert_eq!(Clock { standing: true, ..at(0.8) }.sole_height(&gait, LEFT), 0.0);
        assert!(at(0.59).is_stance(&gait, LEFT) && !at(0.61).is_stance(&gait, LEFT) && !at(0.11).is_stance(&gait, RIGHT));
    }

    #[test]
    fn the_clock_goes_round() {
        let mut c = Clock { phase: 0.9, frequency_hz: 1.5, standing: false };
        let gait = Gait { frequency_hz: [1.5; 2], stance: 0.6, swing_height: 0.1, uneasy: [1.0; 2] };
        c.advance(&gait, 0.1, false);
        assert!((c.phase - 0.05).abs() < 1e-12);
        // Told to rest it stops at 0.05 or 0.55, half of both_down = 0.1, and goes on from there.
        let mut c = Clock { phase: 0.2, ..c };
        (0..100).for_each(|_| c.advance(&gait, 0.02, true));
        assert!(c.standing && (c.phase - 0.55).abs() < 1e-9, "{c:?}");
        c.advance(&gait, 0.02, false);
        assert!(!c.standing && (c.phase - 0.58).abs() < 1e-9);
        let [sin, cos] = Clock { phase: 0.25, ..c }.seen();
        assert!((sin - 1.0).abs() < 1e-12 && cos.abs() < 1e-12);
    }

    #[test]
    fn slow_commands_stand() {
        let slow = Command { forward: 0.05, sideways: 0.05, turn: 0.0, height: 0.8 }.settled(0.1);
        assert!(slow.is_standing() && (slow.height - 0.8).abs() < 1e-12);
        let turning = Command { turn: 0.2, ..Command::default() }.settled(0.1);
        assert!(!turning.is_standing());
    }
}
