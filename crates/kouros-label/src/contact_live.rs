//! When the feet of a person rest, told frame by frame while the person moves.
//!
//! Lives here: the same test as `contact.rs` without a future. Does not: thresholds
//! (`contact.rs`).
//!
//! A foot that comes down is slow only after it stopped: its speed up to now says so a frame late,
//! its speed from then on at once. So every frame tells the flags of the two before it anew.

use crate::contact::{ContactOptions, Contacts, heel};
use kouros_motion::{Anatomy, LEFT, RIGHT, Vec3};
use std::collections::VecDeque;

/// Frames whose flags each new frame tells: itself and two before.
const TOLD: usize = 3;
/// Time over which a speed is measured, as in a whole clip [s].
const STRIDE_SECONDS: f64 = 1.0 / 30.0;
/// How slowly the height at which a part rests follows where it is seen to rest [s].
const FOLLOW_SECONDS: f64 = 2.0;

/// Contacts of a person who is moving now.
#[derive(Debug, Clone)]
pub struct LiveContacts {
    options: ContactOptions,
    rate_hz: f64,
    scale: f64,
    joints: [usize; 4],
    /// The height at which each part rests [m].
    rest: [f64; 4],
    /// Places of the parts, newest last: as many as a stride and the frames told need.
    path: VecDeque<[Vec3; 4]>,
    keep: usize,
    /// Flags of the frame before those that are told.
    settled: [bool; 4],
}

impl LiveContacts {
    /// Contacts of the person of `anatomy` at `rate_hz`, whose feet rest where `known` (of a clip
    /// of the same person, or of the skeleton at rest) says.
    pub fn new(anatomy: &Anatomy, known: &Contacts, rate_hz: f64, options: &ContactOptions) -> Self {
        let part = |side: usize| [anatomy.legs[side].ankle, anatomy.legs[side].toe];
        let ([a, b], [c, d]) = (part(LEFT), part(RIGHT));
        let rest = [known.heel_rest[LEFT], known.toe_rest[LEFT], known.heel_rest[RIGHT], known.toe_rest[RIGHT]];
        let keep = (STRIDE_SECONDS * rate_hz).ceil().max(1.0) as usize + TOLD;
        let (joints, path) = ([a, b, c, d], VecDeque::with_capacity(keep + 1));
        Self { options: *options, rate_hz, scale: known.scale, joints, rest, path, keep, settled: [false; 4] }
    }

    /// Takes the next frame's joints in the world [m] and tells left heel, left toe, right heel,
    /// right toe of the two frames before it and of itself. A frame without one of the feet's
    /// joints repeats the last.
    pub fn push(&mut self, positions: &[Vec3]) -> [[bool; 4]; TOLD] {
        let now = self.joints.map(|j| positions.get(j).copied().filter(|p| p.iter().all(|v| v.is_finite())));
        let last = self.path.back().copied().unwrap_or([Vec3::zeros(); 4]);
        let both = |ankle: usize| Some((now[ankle]?, now[ankle + 1]?));
        let part = |i: usize| if i.is_multiple_of(2) { both(i).map(|(ankle, toe)| heel(&ankle, &toe)) } else { now[i] };
        self.path.push_back(std::array::from_fn(|i| part(i).unwrap_or(last[i])));
        if self.path.len() > self.keep {
            self.path.pop_front();
        }
        let newest = self.path.len() - 1;
        let mut before = self.settled;
        let mut out = [[false; 4]; TOLD];
        for (i, out) in out.iter_mut().enumerate() {
            let Some(tick) = (newest + 1 + i).checked_sub(TOLD) else { continue };
            before = std::array::from_fn(|part| self.rests(part, tick, before[part]));
            *out = before;
        }
        if newest + 1 >= TOLD {
            self.settled = out[0];
            let share = 1.0 / (FOLLOW_SECONDS * self.rate_hz).max(1.0);
            for part in 0..4 {
                if out[0][part] {
                    self.rest[part] += share * (self.path[newest + 1 - TOLD][part].z - self.rest[part]);
                }
            }
        }
        out
    }

    /// Whether a part rests at a tick of the path, given whether it did before.
    fn rests(&self, part: usize, tick: usize, before: bool) -> bool {
        let o = &self.options;
        let (speed, height) = if part.is_multiple_of(2) { (o.heel_speed, o.heel_height) } else { (o.toe_speed, o.toe_height) };
        let more = if before { o.hysteresis.max(1.0) } else { 1.0 };
        let low = self.path[tick][part].z < self.rest[part] + height * self.scale * more;
        low && self.speed(part, tick) <= speed * self.scale.sqrt() * more
    }

    /// The lesser of the horizontal speeds up to a tick and, where a whole stride has been seen
    /// since, from it [m/s].
    fn speed(&self, part: usize, tick: usize) -> f64 {
        let stride = (STRIDE_SECONDS * self.rate_hz).max(1.0);
        let last = self.path.len() - 1;
        let at = |x: f64| {
            let (a, b) = (x.floor() as usize, (x.ceil() as usize).min(last));
            self.path[a][part].xy().lerp(&self.path[b][part].xy(), x - x.floor())
        };
        let x = tick as f64;
        let (from, to) = ((x - stride).max(0.0), (x + stride).min(last as f64));
        let between = |a: f64, b: f64| if b > a { (at(b) - at(a)).norm() * self.rate_hz / (b - a) } else { f64::INFINITY };
        let after = if x + stride <= last as f64 + 1e-9 { between(x, to) } else { f64::INFINITY };
        between(from, x).min(after)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kouros_motion::{Arm, Leg};

    fn anatomy() -> Anatomy {
        let leg = |k: usize| Leg { hip: 0, knee: 0, ankle: k, toe: k + 1 };
        let arm = Arm { clavicle: None, shoulder: 0, elbow: 0, wrist: 0 };
        let (legs, arms) = ([leg(0), leg(2)], [arm, arm]);
        let (spine, neck, head) = (vec![], None, None);
        Anatomy { pelvis: 0, spine, neck, head, legs, arms, rest_is_upright: true, rest_is_t_pose: true }
    }

    fn known() -> Contacts {
        let feet = kouros_motion::FootContacts { rate_hz: 30.0, down: vec![] };
        Contacts { feet, floor: 0.0, toe_rest: [0.02; 2], ankle_rest: [0.08; 2], heel_rest: [0.03; 2], scale: 1.0 }
    }

    /// Left toe and ankle slide in at 1 m/s until tick 10 and stand from there; the right foot hangs.
    fn frame(tick: usize, rate_hz: f64) -> [Vec3; 4] {
        let x = tick.min(10) as f64 / rate_hz;
        [Vec3::new(x, 0.1, 0.08), Vec3::new(x + 0.15, 0.1, 0.02), Vec3::new(0.0, -0.1, 0.4), Vec3::new(0.1, -0.1, 0.3)]
    }

    #[test]
    fn a_landing_is_known_once_it_is_over() {
        for rate_hz in [30.0, 60.0] {
            let mut live = LiveContacts::new(&anatomy(), &known(), rate_hz, &ContactOptions::default());
            let mut told = vec![[false; 4]; 30];
            for t in 0..30 {
                for (i, flags) in live.push(&frame(t, rate_hz)).iter().enumerate() {
                    if let Some(tick) = (t + i).checked_sub(2) {
                        told[tick] = *flags;
                    }
                }
            }
            // The first frame has nothing before it and a step after it: in the air.
            assert!(told[..9].iter().all(|f| *f == [false; 4]), "{told:?}");
            assert_eq!(told[10..], vec![[true, true, false, false]; 20]);
        }
    }

    #[test]
    fn what_is_no_number_repeats_the_last() {
        let mut live = LiveContacts::new(&anatomy(), &known(), 30.0, &ContactOptions::default());
        for _ in 0..5 {
            live.push(&frame(20, 30.0));
        }
        let before = live.push(&frame(20, 30.0));
        assert_eq!(live.push(&[Vec3::new(f64::NAN, 0.0, 0.0); 4]), before);
        assert_eq!(live.push(&[]), before);
    }
}
