//! What a robot does when: stand, walk, run, turn, jump, crouch, reach, lie, get up.
//!
//! Lives here: the thresholds, and cutting a clip into segments and finding its kind. Does not: what
//! is measured (`body_state.rs`), what each tick is called (`activity.rs`), the words of a task
//! (`task_text.rs`). Speeds are in units of
//! sqrt(g leg), the root of the Froude number, so that a robot of any size walks and runs alike:
//! people change from walking to running near Froude 0.5, a speed of 0.7 (Alexander 1989).

use crate::activity::Activity;
use crate::body_state::{BodyState, body_states};
use crate::ordered::Ordered;
use crate::{Error, Result};
use kouros_motion::{FootContacts, Kind, Segment, Step, Trajectory};
use kouros_robot::Robot;
use serde::{Deserialize, Serialize};

/// The labels of segments, from the one that wins to the one that is left.
pub const SEGMENT_LABELS: [&str; 19] = [
    "lie_down",
    "get_up",
    "lie",
    "jump",
    "run",
    "turn_left",
    "turn_right",
    "walk",
    "walk_backward",
    "walk_left",
    "walk_right",
    "step",
    "kneel",
    "crouch",
    "bend",
    "reach_down",
    "reach_up",
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
    let labels = Activity { robot, states: &states, contacts, options, rate_hz: motion.rate_hz }.labels();
    let found = joined(&labels, (options.shortest * motion.rate_hz).ceil().max(1.0) as usize);
    let kind = kind_of(&found, &states);
    Ok((found, kind))
}

/// Joins equal neighbours, and gives segments shorter than `shortest` ticks to their longer
/// neighbour, the shortest first; jumps stay as they are.
fn joined(labels: &[&'static str], shortest: usize) -> Vec<Segment> {
    let mut runs: Vec<Run> = Vec::new();
    for (t, label) in labels.iter().enumerate() {
        push(&mut runs, Run { start: t, end: t + 1, label });
    }
    let mut length = 0;
    // What absorbs grows, so no length comes twice.
    while let Some(next) = runs.iter().map(Run::len).filter(|l| *l > length && *l < shortest).min() {
        length = next;
        let mut kept: Vec<Run> = Vec::with_capacity(runs.len());
        for i in 0..runs.len() {
            let run = runs[i];
            let absorbs = |r: Option<&Run>| r.filter(|r| r.label != "jump").map_or(0, Run::len);
            let (before, after) = (absorbs(kept.last()), absorbs(runs.get(i + 1)));
            if run.len() != length || run.label == "jump" || before + after == 0 {
                push(&mut kept, run);
            } else if before < after {
                runs[i + 1].start = run.start;
            } else if let Some(last) = kept.last_mut() {
                last.end = run.end;
            }
        }
        runs = kept;
    }
    runs.into_iter().map(|r| Segment { start: r.start, end: r.end, label: r.label.to_owned() }).collect()
}

#[derive(Clone, Copy)]
struct Run {
    start: usize,
    end: usize,
    label: &'static str,
}

impl Run {
    fn len(&self) -> usize {
        self.end - self.start
    }
}

/// Appends a run, or lengthens the last one of the same label.
fn push(runs: &mut Vec<Run>, run: Run) {
    match runs.last_mut() {
        Some(last) if last.label == run.label => last.end = run.end,
        _ => runs.push(run),
    }
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
        let cut = |labels: &[&'static str]| joined(labels, 4).iter().map(|s| (s.start, s.end)).collect::<Vec<_>>();
        assert_eq!(cut(&["jump", "stand", "jump"]), [(0, 1), (1, 2), (2, 3)]);
    }

    #[test]
    fn a_flickering_hour_is_cut_in_time() {
        let labels: Vec<&str> = (0..180_000).map(|t| ["walk", "stand", "step"][t * t % 7 % 3]).collect();
        let found = joined(&labels, 20);
        assert!(found[0].start == 0 && found[found.len() - 1].end == 180_000);
        assert!(found.windows(2).all(|w| w[0].end == w[1].start && w[0].label != w[1].label));
    }
}
