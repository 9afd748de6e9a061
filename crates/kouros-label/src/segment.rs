//! What a robot does when: stand, walk, run, turn, jump, crouch, reach, lie, get up.
//!
//! Lives here: the definitions, in numbers, and the cutting of a clip by them. Does not: what is
//! measured (`body_state.rs`), the words of a task (`task_text.rs`). Speeds are in units of
//! sqrt(g leg), the root of the Froude number, so that a robot of any size walks and runs alike:
//! people change from walking to running near Froude 0.5, a speed of 0.7 (Alexander 1989).

use crate::body_state::{BodyState, body_states};
use crate::ordered::Ordered;
use crate::spans::{drop_short, fill_gaps, spans_of};
use crate::{Error, Result};
use kouros_motion::{FootContacts, Kind, LEFT, RIGHT, Segment, Step, Trajectory};
use kouros_robot::Robot;
use serde::{Deserialize, Serialize};

/// The labels of segments, from the one that wins to the one that is left.
pub const SEGMENT_LABELS: [&str; 19] = [
    "lie",
    "lie_down",
    "get_up",
    "jump",
    "run",
    "walk",
    "walk_backward",
    "walk_left",
    "walk_right",
    "turn_left",
    "turn_right",
    "step",
    "kneel",
    "crouch",
    "bend",
    "reach_up",
    "reach_down",
    "reach_out",
    "stand",
];

/// What tells segments apart.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SegmentOptions {
    /// Speeds are taken over this time to both sides [s]: about one stride in all.
    pub reach: f64,
    /// Slowest walk, over sqrt(g leg) [1].
    pub walk: f64,
    /// Slowest run, over sqrt(g leg), where there is also flight within a stride [1].
    pub run: f64,
    /// Slowest turn on the spot [rad/s].
    pub turn: f64,
    /// Smallest turn that is called one [rad].
    pub least_turn: f64,
    /// Slowest turn of someone who walks or runs [rad/s].
    pub walking_turn: f64,
    /// Smallest turn of someone who walks or runs that is called one [rad].
    pub least_walking_turn: f64,
    /// Shortest flight that is a jump [s].
    pub jump: f64,
    /// A pelvis below this share of its standing height crouches [1].
    pub crouch: f64,
    /// A trunk tilted more than this bends [rad].
    pub bend: f64,
    /// A pelvis tilted more than `lie_tilt` [rad] below `lie_height` of its standing height lies [1].
    pub lie_tilt: f64,
    /// See `lie_tilt` [1].
    pub lie_height: f64,
    /// A knee lower than this kneels [m].
    pub kneel: f64,
    /// A hand this much over its shoulder reaches up; in arm lengths [1].
    pub reach_up: f64,
    /// A hand this far in front of its shoulder reaches out; in arm lengths [1].
    pub reach_out: f64,
    /// A hand below this share of the pelvis' standing height reaches down [1].
    pub reach_down: f64,
    /// Shorter segments join their neighbours (jumps never) [s].
    pub shortest: f64,
}

impl Default for SegmentOptions {
    fn default() -> Self {
        Self {
            reach: 0.5,
            walk: 0.1,
            run: 0.55,
            turn: 0.5,
            least_turn: 0.5,
            walking_turn: 0.8,
            least_walking_turn: 1.0,
            jump: 0.1,
            crouch: 0.75,
            bend: 0.8,
            lie_tilt: 1.0,
            lie_height: 0.5,
            kneel: 0.1,
            reach_up: 0.5,
            reach_out: 0.85,
            reach_down: 0.5,
            shortest: 0.4,
        }
    }
}

impl SegmentOptions {
    /// These settings as a step of a provenance.
    pub fn step(&self) -> Step {
        Step::new("segment")
            .with("reach_s", self.reach)
            .with("walk_froude_speed", self.walk)
            .with("run_froude_speed", self.run)
            .with("turn_rad_s", self.turn)
            .with("least_turn_rad", self.least_turn)
            .with("walking_turn_rad_s", self.walking_turn)
            .with("least_walking_turn_rad", self.least_walking_turn)
            .with("jump_s", self.jump)
            .with("crouch", self.crouch)
            .with("bend_rad", self.bend)
            .with("lie_tilt_rad", self.lie_tilt)
            .with("lie_height", self.lie_height)
            .with("kneel_m", self.kneel)
            .with("reach_up", self.reach_up)
            .with("reach_out", self.reach_out)
            .with("reach_down", self.reach_down)
            .with("shortest_s", self.shortest)
    }
}

/// What the robot does when, without gaps from the first tick to the last, and which of the kinds
/// of whole-body data that is. Every definition is in `docs/labels.md`.
///
/// Navigation and carrying cannot be known from a motion alone and are never answered.
///
/// # Errors
/// The trajectory is empty, not finite, or not of this robot; contacts of another length or rate.
pub fn segments(
    robot: &Robot,
    trajectory: &Trajectory,
    contacts: &FootContacts,
    options: &SegmentOptions,
) -> Result<(Vec<Segment>, Kind)> {
    if !(options.reach.is_finite() && options.reach >= 0.0) {
        return Err(Error::Option { option: "reach", expected: "a number from zero up", found: options.reach });
    }
    let motion = Ordered::new(robot, trajectory)?;
    motion.check_contacts(contacts)?;
    let states = body_states(&motion, options.reach);
    let labels = Cutter { robot, states: &states, contacts, options, rate_hz: motion.rate_hz }.labels();
    let found = joined(&labels, (options.shortest * motion.rate_hz).ceil().max(1.0) as usize);
    let kind = kind_of(&found, &states);
    Ok((found, kind))
}

/// Names every tick.
struct Cutter<'a> {
    robot: &'a Robot,
    states: &'a [BodyState],
    contacts: &'a FootContacts,
    options: &'a SegmentOptions,
    rate_hz: f64,
}

impl Cutter<'_> {
    fn labels(&self) -> Vec<&'static str> {
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
        let stride = self.ticks(o.reach);
        let flies_near = |t: usize| flying[t.saturating_sub(stride)..(t + stride + 1).min(n)].iter().any(|f| *f);
        let runs = each(n, |t| goes[t] && pace(&self.states[t]) >= o.run && flies_near(t));
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
        (seconds * self.rate_hz).round().max(0.0) as usize
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

/// Joins equal neighbours, and gives segments shorter than `shortest` ticks to their longer
/// neighbour, the shortest first; jumps stay.
fn joined(labels: &[&'static str], shortest: usize) -> Vec<Segment> {
    let mut runs: Vec<(usize, usize, &'static str)> = Vec::new();
    let merge = |runs: Vec<(usize, usize, &'static str)>| {
        let mut out: Vec<(usize, usize, &'static str)> = Vec::with_capacity(runs.len());
        for run in runs {
            match out.last_mut() {
                Some(last) if last.2 == run.2 => last.1 = run.1,
                _ => out.push(run),
            }
        }
        out
    };
    for (t, label) in labels.iter().enumerate() {
        runs.push((t, t + 1, label));
    }
    runs = merge(runs);
    // Every round removes at least one segment of the length at hand or goes to the next length.
    for length in 1..shortest {
        let mut i = 0;
        while i < runs.len() && runs.len() > 1 {
            let (start, end, label) = runs[i];
            if end - start != length || label == "jump" {
                i += 1;
                continue;
            }
            let size = |k: Option<usize>| k.and_then(|k| runs.get(k)).map_or(0, |r| r.1 - r.0);
            let (before, after) = (size(i.checked_sub(1)), size(Some(i + 1)));
            if before >= after {
                runs[i - 1].1 = end;
                runs.remove(i);
                i -= 1;
            } else {
                runs[i + 1].0 = start;
                runs.remove(i);
            }
            // Neighbours that are now equal become one.
            while i + 1 < runs.len() && runs[i].2 == runs[i + 1].2 {
                runs[i].1 = runs[i + 1].1;
                runs.remove(i + 1);
            }
            while i > 0 && runs[i - 1].2 == runs[i].2 {
                runs[i - 1].1 = runs[i].1;
                runs.remove(i);
                i -= 1;
            }
        }
    }
    runs.into_iter().map(|(start, end, label)| Segment { start, end, label: label.to_owned() }).collect()
}

/// Locomotion where the feet go at least half of the time and the body stays high; manipulation
/// where they stay, the body stays high and the hands move; whole-body else.
fn kind_of(segments: &[Segment], states: &[BodyState]) -> Kind {
    /// Hands moving at least this fast half of the time do something [m/s].
    const BUSY: f64 = 0.1;
    let share = |names: &[&str]| {
        let ticks: usize = segments.iter().filter(|s| names.contains(&s.label.as_str())).map(|s| s.end - s.start).sum();
        ticks as f64 / states.len().max(1) as f64
    };
    let low = share(&["lie", "lie_down", "get_up", "kneel", "crouch", "bend", "reach_down"]);
    let goes = share(&["walk", "walk_backward", "walk_left", "walk_right", "run", "turn_left", "turn_right", "jump", "step"]);
    let reaches = share(&["reach_up", "reach_down", "reach_out"]);
    let busy = states.iter().filter(|s| s.hand_speed > BUSY).count() * 2 > states.len();
    if low > 0.1 {
        Kind::WholeBody
    } else if goes >= 0.5 {
        if reaches > 0.1 { Kind::WholeBody } else { Kind::Locomotion }
    } else if goes > 0.1 {
        Kind::WholeBody
    } else if busy || reaches > 0.1 {
        Kind::Manipulation
    } else {
        Kind::Locomotion
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_segments_join_the_longer_neighbour() {
        let labels = ["walk"; 10]
            .iter()
            .chain(&["step"; 2])
            .chain(&["walk"; 5])
            .chain(&["stand"; 1])
            .chain(&["jump"; 1])
            .chain(&["stand"; 4]);
        let found = joined(&labels.copied().collect::<Vec<_>>(), 4);
        let cut: Vec<(usize, usize, &str)> = found.iter().map(|s| (s.start, s.end, s.label.as_str())).collect();
        assert_eq!(cut, [(0, 18, "walk"), (18, 19, "jump"), (19, 23, "stand")]);
        assert_eq!(joined(&["stand"], 10).len(), 1);
        assert!(joined(&[], 10).is_empty());
    }
}
