//! What a robot does at each tick: the definitions of `docs/labels.md`, one after another.
//!
//! Lives here: naming ticks. Does not: thresholds and cutting (`segment.rs`), measuring
//! (`body_state.rs`).

use crate::body_state::BodyState;
use crate::segment::SegmentOptions;
use crate::spans::{drop_short, fill_gaps, spans_of};
use kouros_motion::{FootContacts, LEFT, RIGHT};
use kouros_robot::Robot;

/// Names every tick.
pub(crate) struct Activity<'a> {
    pub robot: &'a Robot,
    pub states: &'a [BodyState],
    pub contacts: &'a FootContacts,
    pub options: &'a SegmentOptions,
    pub rate_hz: f64,
}

impl Activity<'_> {
    /// The label of every tick; later rules override earlier ones.
    pub fn labels(&self) -> Vec<&'static str> {
        let o = self.options;
        let n = self.states.len();
        let mut labels: Vec<&'static str> = self.states.iter().map(|s| self.posture(s)).collect();
        let mut put = |on: &[bool], name: &'static str| {
            for (label, _) in labels.iter_mut().zip(on).filter(|(_, on)| **on) {
                *label = name;
            }
        };
        let speed_unit = (9.81 * self.robot.profile.leg_length(self.robot)).sqrt();
        let pace = |s: &BodyState| s.velocity[0].hypot(s.velocity[1]) / speed_unit;
        let flying = self.flight();

        let steps = self.steps();
        put(&steps, "step");
        let turning = self.turning();
        put(&turning.map_to(&steps, n, LEFT), "turn_left");
        put(&turning.map_to(&steps, n, RIGHT), "turn_right");

        let goes: Vec<bool> = self.states.iter().map(|s| pace(s) >= o.walk && s.pelvis_tilt < o.lie_tilt).collect();
        for (name, direction) in [("walk", 0), ("walk_left", 1), ("walk_backward", 2), ("walk_right", 3)] {
            let this_way = |s: &BodyState| {
                let quarter = (s.velocity[1].atan2(s.velocity[0]) / std::f64::consts::FRAC_PI_2).round() as i32;
                quarter.rem_euclid(4) == direction
            };
            put(&each(n, |t| goes[t] && this_way(&self.states[t])), name);
        }
        put(&each(n, |t| goes[t] && turning.while_walking[LEFT][t]), "turn_left");
        put(&each(n, |t| goes[t] && turning.while_walking[RIGHT][t]), "turn_right");
        let near_flight = widened(&flying, self.ticks(o.reach));
        let runs = each(n, |t| goes[t] && pace(&self.states[t]) >= o.run && near_flight[t]);
        put(&runs, "run");
        let mut jumps = each(n, |t| flying[t] && !runs[t]);
        drop_short(&mut jumps, self.ticks(o.jump).max(1));
        put(&jumps, "jump");

        let lies = self.lying();
        put(&lies, "lie");
        let (down, up) = self.around_lying(&lies);
        put(&down, "lie_down");
        put(&up, "get_up");
        labels
    }

    fn ticks(&self, seconds: f64) -> usize {
        (seconds * self.rate_hz).round().clamp(0.0, 1e9) as usize
    }

    /// The name of a posture, wherever the feet go.
    fn posture(&self, s: &BodyState) -> &'static str {
        let o = self.options;
        let stands = self.robot.profile.standing_height(self.robot);
        if s.pelvis_height < o.crouch {
            if s.knee < o.kneel { "kneel" } else { "crouch" }
        } else if s.trunk_tilt > o.bend {
            "bend"
        } else if s.hand_low < o.reach_down * stands {
            "reach_down"
        } else if s.hand_up.iter().any(|u| *u > o.reach_up) {
            "reach_up"
        } else if s.hand_out.iter().any(|r| *r > o.reach_out) {
            "reach_out"
        } else {
            "stand"
        }
    }

    /// Ticks of flight: no part of a foot down, and the body not near the floor with anything else.
    fn flight(&self) -> Vec<bool> {
        let o = self.options;
        each(self.states.len(), |t| {
            let s = &self.states[t];
            self.contacts.down[t].iter().all(|d| !d) && s.pelvis_tilt < o.lie_tilt && s.pelvis_height > o.lie_height
        })
    }

    /// Ticks in which one foot is up while the other bears, from lift to landing.
    fn steps(&self) -> Vec<bool> {
        let up = |side: usize| each(self.states.len(), |t| !self.contacts.foot(t, side) && self.contacts.foot(t, 1 - side));
        let mut on: Vec<bool> = up(LEFT).iter().zip(&up(RIGHT)).map(|(l, r)| *l || *r).collect();
        drop_short(&mut on, self.ticks(0.1).max(1));
        fill_gaps(&mut on, self.ticks(0.3), |_| true);
        on
    }

    /// Turns that are fast enough and go far enough, on the spot and while walking.
    fn turning(&self) -> Turning {
        let o = self.options;
        let n = self.states.len();
        let half = self.ticks(o.reach / 2.0).max(1);
        let rate = |t: usize| {
            let (a, b) = (t.saturating_sub(half), (t + half).min(n - 1));
            if b > a { (self.states[b].heading - self.states[a].heading) * self.rate_hz / (b - a) as f64 } else { 0.0 }
        };
        let rates: Vec<f64> = (0..n).map(rate).collect();
        let find = |least: f64, through: f64, sign: f64| {
            let mut on = each(n, |t| sign * rates[t] >= least);
            for span in spans_of(&on, true) {
                let turned = sign * (self.states[span.end - 1].heading - self.states[span.start].heading);
                if turned < through {
                    on[span].fill(false);
                }
            }
            on
        };
        Turning {
            on_the_spot: [1.0, -1.0].map(|sign| find(o.turn, o.least_turn, sign)),
            while_walking: [1.0, -1.0].map(|sign| find(o.walking_turn, o.least_walking_turn, sign)),
        }
    }

    fn lying(&self) -> Vec<bool> {
        let o = self.options;
        let mut on =
            each(self.states.len(), |t| self.states[t].pelvis_tilt > o.lie_tilt && self.states[t].pelvis_height < o.lie_height);
        fill_gaps(&mut on, self.ticks(0.3), |_| true);
        on
    }

    /// The ways down before and up after lying: back to the last, on to the next tick in which the
    /// robot is upright at its crouching height, at most five seconds.
    fn around_lying(&self, lies: &[bool]) -> (Vec<bool>, Vec<bool>) {
        let o = self.options;
        let n = lies.len();
        let (mut down, mut up) = (vec![false; n], vec![false; n]);
        let upright = |t: usize| self.states[t].pelvis_height > o.crouch && self.states[t].pelvis_tilt < o.bend;
        let most = self.ticks(5.0);
        for span in spans_of(lies, true) {
            let ends = (span.end..n.min(span.end + most)).find(|&t| upright(t) || lies[t]);
            if let Some(end) = ends.filter(|&t| upright(t)) {
                up[span.end..end].fill(true);
            }
            let starts = (span.start.saturating_sub(most)..span.start).rev().find(|&t| upright(t) || lies[t]);
            if let Some(start) = starts.filter(|&t| upright(t)) {
                down[start + 1..span.start].fill(true);
            }
        }
        (down, up)
    }
}

/// `on`, each span `ticks` longer at both ends.
fn widened(on: &[bool], ticks: usize) -> Vec<bool> {
    let mut out = on.to_vec();
    for span in spans_of(on, true) {
        // Up to what an earlier span has filled already, so that the whole stays linear.
        for t in (span.start.saturating_sub(ticks)..span.start).rev() {
            if std::mem::replace(&mut out[t], true) {
                break;
            }
        }
        let end = (span.end + ticks).min(on.len());
        for t in span.end..end {
            if on[t] {
                break;
            }
            out[t] = true;
        }
    }
    out
}

fn each(n: usize, rule: impl Fn(usize) -> bool) -> Vec<bool> {
    (0..n).map(rule).collect()
}

/// Where the body turns, by [`LEFT`] and [`RIGHT`].
struct Turning {
    on_the_spot: [Vec<bool>; 2],
    while_walking: [Vec<bool>; 2],
}

impl Turning {
    /// A turn on the spot is one of the feet, not only of the hips: some foot must step in it.
    fn map_to(&self, steps: &[bool], n: usize, side: usize) -> Vec<bool> {
        let mut on = vec![false; n];
        for span in spans_of(&self.on_the_spot[side], true) {
            if steps[span.clone()].iter().any(|s| *s) {
                on[span].fill(true);
            }
        }
        on
    }
}
