//! Known faults, put into episodes: how the checks are proved.
//!
//! Lives here: each fault as a change of an episode's columns, of a stated size, at a place that a
//! seed chooses. Does not: any knowledge of how faults are found. A fault changes what a careless
//! recorder or converter would change: a shifted base leaves the labels as they were; where columns
//! come from one source (`action` is the next `state` in retargeted data) [`Extent::Everywhere`]
//! changes them alike.

use crate::body::BodyPass;
use crate::{Code, Layout, View};
use kouros_dataset::{DeclaredFeature, LooseFrames};
use kouros_motion::{LEFT, RIGHT};
use kouros_robot::Robot;
use std::ops::Range;

/// How many of the streams that say the same a fault changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// The one it is about.
    One,
    /// All of them: state, action and velocity.
    Everywhere,
}

/// A kind of fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// A joint beyond its limit by `size` [rad] for 0.1 s.
    BeyondLimit,
    /// A commanded joint beyond its limit by `size` [rad] for 0.1 s.
    ActionBeyondLimit,
    /// A joint at `size` times its speed for 0.1 s.
    TooFast,
    /// A velocity column at `size` times the joint's speed for 0.1 s.
    SaysTooFast,
    /// A torque column at `size` times the joint's torque for 0.1 s.
    TooStrong,
    /// The base higher by `size` [m].
    BaseUp,
    /// The base higher by `size` [m] for a second.
    BaseUpForAWhile,
    /// The base lower by `size` [m].
    BaseDown,
    /// The base moves at `size` [m/s] for 0.3 s while a foot stands.
    Slide,
    /// The body `size` [m] in the floor for 0.2 s.
    IntoFloor,
    /// One forearm `size` [m] in the body for 0.2 s.
    IntoItself,
    /// Contact flags later by `size` [s].
    ContactLate,
    /// Contact flags earlier by `size` [s].
    ContactEarly,
    /// The quaternion written x y z w.
    QuaternionOrder,
    /// Degrees in the state.
    Degrees,
    /// Degrees in the action.
    ActionDegrees,
    /// Two joints exchanged.
    TwoJoints,
    /// Left and right arm exchanged.
    Arms,
    /// The action later by `size` frames.
    Late,
    /// The state frozen for `size` [s].
    FrozenState,
    /// The action frozen for `size` [s].
    FrozenAction,
    /// The base frozen for `size` [s].
    FrozenBase,
    /// The clock of the times faster by `size` [1].
    ClockFast,
    /// The state's clock slower by `size` [1].
    StateClockSlow,
    /// A value that is no number.
    NotANumber,
}

impl Fault {
    /// All of them, with the size the project promises to find and what it must be found as.
    pub const PROMISED: &'static [(Self, f64, Extent, Code)] = &[
        (Self::BeyondLimit, 0.02, Extent::One, Code::JointLimit),
        (Self::BeyondLimit, 0.02, Extent::Everywhere, Code::JointLimit),
        (Self::ActionBeyondLimit, 0.02, Extent::One, Code::ActionLimit),
        (Self::TooFast, 1.2, Extent::One, Code::JointSpeed),
        (Self::TooFast, 1.2, Extent::Everywhere, Code::JointSpeed),
        (Self::SaysTooFast, 1.2, Extent::One, Code::JointSpeed),
        (Self::TooStrong, 1.2, Extent::One, Code::JointTorque),
        (Self::BaseUp, 0.03, Extent::One, Code::BaseHeight),
        (Self::BaseDown, 0.03, Extent::One, Code::BaseHeight),
        (Self::BaseUpForAWhile, 0.03, Extent::One, Code::BaseHeight),
        (Self::Slide, 0.05, Extent::One, Code::FootSlide),
        (Self::IntoFloor, 0.02, Extent::One, Code::Penetration),
        (Self::IntoItself, 0.02, Extent::One, Code::SelfCollision),
        (Self::IntoItself, 0.02, Extent::Everywhere, Code::SelfCollision),
        (Self::ContactLate, 0.1, Extent::One, Code::ContactTime),
        (Self::ContactEarly, 0.1, Extent::One, Code::ContactTime),
        (Self::QuaternionOrder, 1.0, Extent::One, Code::QuaternionOrder),
        (Self::Degrees, 1.0, Extent::One, Code::Units),
        (Self::Degrees, 1.0, Extent::Everywhere, Code::Units),
        (Self::ActionDegrees, 1.0, Extent::One, Code::Units),
        (Self::TwoJoints, 1.0, Extent::One, Code::JointOrder),
        (Self::TwoJoints, 1.0, Extent::Everywhere, Code::JointOrder),
        (Self::Arms, 1.0, Extent::One, Code::Sides),
        (Self::Arms, 1.0, Extent::Everywhere, Code::Sides),
        (Self::Late, 2.0, Extent::One, Code::Lag),
        (Self::FrozenState, 0.5, Extent::One, Code::Frozen),
        (Self::FrozenState, 0.5, Extent::Everywhere, Code::Frozen),
        (Self::FrozenAction, 0.5, Extent::One, Code::Frozen),
        (Self::FrozenBase, 0.5, Extent::One, Code::Frozen),
        (Self::ClockFast, 0.01, Extent::One, Code::ClockDrift),
        (Self::StateClockSlow, 0.01, Extent::One, Code::ClockDrift),
        (Self::NotANumber, 1.0, Extent::One, Code::NotFinite),
    ];
}

/// Numbers that look random and are the same every time (SplitMix64, Steele et al. 2014).
#[derive(Debug, Clone)]
pub struct Dice(u64);

impl Dice {
    /// From a seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A whole number below `n`; 0 for none.
    pub fn below(&mut self, n: usize) -> usize {
        if n == 0 { 0 } else { (self.next() % n as u64) as usize }
    }
}

/// An episode to put faults into.
#[derive(Debug)]
pub struct Victim<'a> {
    /// Its frames, changed in place.
    pub frames: LooseFrames,
    /// What the columns are.
    pub layout: &'a Layout,
    /// What they are declared to be.
    pub features: &'a [DeclaredFeature],
    /// Frames a second.
    pub rate_hz: f64,
    /// The robot.
    pub robot: &'a Robot,
}

impl Victim<'_> {
    /// Puts in a fault; `false` where the episode offers no place for it (nothing is changed then):
    /// too short, no column, no contact to slide in, no motion to freeze or delay.
    pub fn put(&mut self, fault: Fault, size: f64, extent: Extent, dice: &mut Dice) -> bool {
        let rate = self.rate_hz;
        let frames = |seconds: f64| ((seconds * rate).round() as usize).max(1);
        let state = self.layout.state.clone();
        let Some(state) = state else { return false };
        let alike: Vec<usize> = match extent {
            Extent::One => vec![state.feature],
            Extent::Everywhere => {
                let bound = [&self.layout.state, &self.layout.action, &self.layout.velocity];
                bound.into_iter().flatten().map(|b| b.feature).collect()
            }
        };
        match fault {
            Fault::BeyondLimit => self.beyond(&positions(self.layout, extent), size, frames(0.1), dice),
            Fault::ActionBeyondLimit => {
                let action: Vec<usize> = self.layout.action.iter().map(|a| a.feature).collect();
                self.beyond(&action, size, frames(0.1), dice)
            }
            Fault::TooFast => self.fast(&positions(self.layout, extent), size, frames(0.1), dice),
            Fault::SaysTooFast => {
                let limit = |r: &Robot, j: usize| r.joints[j].velocity_limit;
                self.says(self.layout.velocity.clone(), size, frames(0.1), limit, dice)
            }
            Fault::TooStrong => {
                let limit = |r: &Robot, j: usize| r.joints[j].effort_limit;
                self.says(self.layout.effort.clone(), size, frames(0.1), limit, dice)
            }
            Fault::BaseUp => self.lift(0..self.frames.length, |_| size),
            Fault::BaseDown => self.lift(0..self.frames.length, |_| -size),
            Fault::BaseUpForAWhile => match self.place(frames(1.0), dice) {
                Some(r) => self.lift(r, |_| size),
                None => false,
            },
            Fault::Slide => self.slide(size, frames(0.3), dice),
            Fault::IntoFloor => self.sink(size, frames(0.2), dice),
            Fault::IntoItself => self.fold_arm(&positions(self.layout, extent), size, frames(0.2), dice),
            Fault::ContactLate => self.shift_contact((size * rate).round() as i64),
            Fault::ContactEarly => self.shift_contact(-(size * rate).round() as i64),
            Fault::QuaternionOrder => self.quaternions(),
            Fault::Degrees => self.scale(&alike, 180.0 / std::f64::consts::PI),
            Fault::ActionDegrees => {
                let action: Vec<usize> = self.layout.action.iter().map(|a| a.feature).collect();
                self.scale(&action, 180.0 / std::f64::consts::PI)
            }
            Fault::TwoJoints => self.two_joints(&alike, dice),
            Fault::Arms => self.arms(&alike),
            Fault::Late => {
                let Some(action) = self.layout.action.clone() else { return false };
                let by = size as usize;
                self.moves(action.feature, 0..self.frames.length)
                    && self.warp(action.feature, |t| (t as f64 - by as f64).max(0.0))
            }
            Fault::FrozenState => self.freeze(&alike, frames(size), dice),
            Fault::FrozenAction => {
                let action: Vec<usize> = self.layout.action.iter().map(|a| a.feature).collect();
                self.freeze(&action, frames(size), dice)
            }
            Fault::FrozenBase => {
                let root: Vec<usize> = self.layout.root.iter().map(|r| r.feature).collect();
                self.freeze(&root, frames(size), dice)
            }
            Fault::ClockFast => {
                // Less than a frame over the episode is no drift yet.
                let long = self.frames.length as f64 * size > 1.0;
                let Some(feature) = self.feature("timestamp").filter(|_| long) else { return false };
                self.column(feature, |_, _, v| *v *= 1.0 + size)
            }
            Fault::StateClockSlow => {
                let long = self.frames.length as f64 * size > 1.5;
                long && self.moves(state.feature, 0..self.frames.length) && self.warp(state.feature, |t| t as f64 * (1.0 - size))
            }
            Fault::NotANumber => {
                let at = dice.below(self.frames.length);
                self.column(state.feature, |t, d, v| {
                    if t == at && d == 0 {
                        *v = f64::NAN;
                    }
                })
            }
        }
    }

    /// The episode as the checks see it.
    pub fn view(&self, episode: usize) -> View<'_> {
        View::new(episode, self.rate_hz, &self.frames, self.layout, self.features)
    }

    fn feature(&self, name: &str) -> Option<usize> {
        self.features.iter().position(|f| f.name == name)
    }

    /// Changes every value of a feature: frame, dimension, value.
    fn column(&mut self, feature: usize, mut change: impl FnMut(usize, usize, &mut f64)) -> bool {
        let Some(column) = self.frames.columns.iter_mut().find(|c| c.feature == feature) else { return false };
        for (i, v) in column.values.iter_mut().enumerate() {
            change(i / column.width, i % column.width, v);
        }
        true
    }

    fn value(&self, feature: usize, t: usize, d: usize) -> f64 {
        self.frames.columns.iter().find(|c| c.feature == feature).map_or(0.0, |c| c.values[t * c.width + d])
    }

    /// A place of so many frames, away from the ends.
    fn place(&self, length: usize, dice: &mut Dice) -> Option<Range<usize>> {
        let margin = 10;
        let free = self.frames.length.checked_sub(length + 2 * margin)?;
        let start = margin + dice.below(free + 1);
        Some(start..start + length)
    }

    fn beyond(&mut self, features: &[usize], size: f64, length: usize, dice: &mut Dice) -> bool {
        let Some(place) = self.place(length, dice) else { return false };
        let limited: Vec<usize> = (0..self.robot.dof()).filter(|&j| self.robot.joints[j].range.is_some()).collect();
        let Some(&j) = limited.get(dice.below(limited.len())) else { return false };
        let Some([low, high]) = self.robot.joints[j].range else { return false };
        let value = if dice.below(2) == 0 { low - size } else { high + size };
        self.at_joint(features, j, place, |_, v| *v = value)
    }

    /// Changes one joint in these frames of these features of joints.
    fn at_joint(&mut self, features: &[usize], joint: usize, place: Range<usize>, change: impl Fn(usize, &mut f64)) -> bool {
        let bound = [&self.layout.state, &self.layout.action, &self.layout.velocity, &self.layout.effort];
        let columns: Vec<(usize, usize)> = bound
            .into_iter()
            .flatten()
            .filter(|b| features.contains(&b.feature))
            .filter_map(|b| Some((b.feature, b.column_of[joint]?)))
            .collect();
        let mut some = false;
        for (feature, dim) in columns {
            some |= self.column(feature, |t, d, v| {
                if d == dim && place.contains(&t) {
                    change(t - place.start, v);
                }
            });
        }
        some
    }

    fn fast(&mut self, features: &[usize], size: f64, length: usize, dice: &mut Dice) -> bool {
        let Some(place) = self.place(length, dice) else { return false };
        let quick: Vec<usize> = (0..self.robot.dof()).filter(|&j| self.robot.joints[j].velocity_limit.is_some()).collect();
        let Some(&j) = quick.get(dice.below(quick.len())) else { return false };
        let step = size * self.robot.joints[j].velocity_limit.unwrap_or(0.0) / self.rate_hz;
        // To and fro, so that the position stays near.
        self.at_joint(features, j, place, |t, v| *v += if t % 2 == 0 { step } else { 0.0 })
    }

    fn says(
        &mut self,
        bound: Option<crate::Bound>,
        size: f64,
        length: usize,
        limit: impl Fn(&Robot, usize) -> Option<f64>,
        dice: &mut Dice,
    ) -> bool {
        let (Some(bound), Some(place)) = (bound, self.place(length, dice)) else { return false };
        let some: Vec<usize> = (0..self.robot.dof()).filter(|&j| limit(self.robot, j).is_some()).collect();
        let Some(&j) = some.get(dice.below(some.len())) else { return false };
        let value = size * limit(self.robot, j).unwrap_or(0.0);
        self.at_joint(&[bound.feature], j, place, |_, v| *v = value)
    }

    fn lift(&mut self, place: Range<usize>, by: impl Fn(usize) -> f64) -> bool {
        let Some(root) = self.layout.root.clone() else { return false };
        self.column(root.feature, |t, d, v| {
            if d == root.columns[2] && place.contains(&t) {
                *v += by(t - place.start);
            }
        })
    }

    fn body(&self) -> Option<crate::Body> {
        let view = self.view(0);
        let (state, root) = (view.state.as_ref()?, view.root.as_ref()?);
        Some(BodyPass::new(self.robot).run(state, root, 0..view.ticks))
    }

    /// The base glides in the frames in which a flat foot carries, and stays where it came to.
    fn slide(&mut self, speed: f64, length: usize, dice: &mut Dice) -> bool {
        let (Some(contact), Some(root)) = (self.view(0).contact, self.layout.root.clone()) else { return false };
        let flat = |t: usize| [LEFT, RIGHT].iter().any(|s| contact[t][2 * s] && contact[t][2 * s + 1]);
        // A foot carries through the whole slide, flat and on the floor.
        let side = |s: usize, t: usize| contact[t][2 * s] && contact[t][2 * s + 1];
        let starts: Vec<usize> = (0..self.frames.length.saturating_sub(length))
            .filter(|&t| flat(t) && [LEFT, RIGHT].iter().any(|&s| (t..=t + length).all(|u| side(s, u))))
            .collect();
        let Some(&start) = starts.get(dice.below(starts.len())) else { return false };
        let step = speed / self.rate_hz;
        self.column(root.feature, |t, d, v| {
            if d == root.columns[0] && t > start {
                *v += step * (t - start).min(length) as f64;
            }
        })
    }

    fn sink(&mut self, size: f64, length: usize, dice: &mut Dice) -> bool {
        let (Some(place), Some(body)) = (self.place(length, dice), self.body()) else { return false };
        let lowest: Vec<f64> = place.clone().map(|t| body.lowest(t)).collect();
        self.lift(place, |i| -size - lowest[i])
    }

    /// Turns one shoulder until its arm is so deep in the rest of the body.
    fn fold_arm(&mut self, features: &[usize], size: f64, length: usize, dice: &mut Dice) -> bool {
        let Some(place) = self.place(length, dice) else { return false };
        let arms = &self.robot.profile.arms;
        let arm = &arms[dice.below(2)];
        let view = self.view(0);
        let (Some(state), Some(root)) = (view.state.clone(), view.root.clone()) else { return false };
        let mut pass = BodyPass::new(self.robot);
        let t = place.start;
        let mut found = None;
        'search: for &j in &arm.joints {
            let Some([low, high]) = self.robot.joints[j].range else { continue };
            let now = state.at(t)[j];
            for i in 1..200 {
                for sign in [1.0, -1.0] {
                    let q = now + sign * f64::from(i) * 0.01;
                    if q < low || q > high {
                        continue;
                    }
                    let mut changed = state.clone();
                    for u in place.clone() {
                        changed.values[u * state.count() + j] += q - now;
                    }
                    let body = pass.run(&changed, &root, t..t + 1);
                    let depth = body.overlaps[0].iter().map(|o| o.depth).fold(0.0, f64::max);
                    if depth < size {
                        continue;
                    }
                    // In every frame of the place, by as much, and within the limits.
                    let all = pass.run(&changed, &root, place.clone());
                    let deep = all.overlaps.iter().all(|o| o.iter().any(|o| o.depth >= size));
                    let inside = place.clone().all(|u| (low..=high).contains(&changed.at(u)[j]));
                    if deep && inside {
                        found = Some((j, q - now));
                        break 'search;
                    }
                }
            }
        }
        let Some((j, by)) = found else { return false };
        self.at_joint(features, j, place, |_, v| *v += by)
    }

    fn shift_contact(&mut self, by: i64) -> bool {
        let (Some(contact), Some(flags)) = (self.layout.contact.clone(), self.view(0).contact) else { return false };
        let last = flags.len() as i64 - 1;
        // Feet that never move have no moment to miss.
        let changes = (1..flags.len()).filter(|&t| flags[t] != flags[t - 1]).count();
        changes >= 2 && last > 4 * by.abs() && self.warp(contact.feature, |t| (t as i64 - by).clamp(0, last) as f64)
    }

    fn quaternions(&mut self) -> bool {
        let Some(root) = self.layout.root.clone() else { return false };
        let old: Vec<[f64; 4]> = self.view(0).root.map(|r| r.wxyz).unwrap_or_default();
        self.column(root.feature, |t, d, v| {
            if let Some(i) = root.columns[3..].iter().position(|c| *c == d) {
                *v = old[t][(i + 1) % 4];
            }
        })
    }

    fn scale(&mut self, features: &[usize], by: f64) -> bool {
        let mut some = false;
        for &feature in features {
            some |= self.column(feature, |_, _, v| *v *= by);
        }
        some
    }

    /// Exchanges two joints that both move or stand apart.
    fn two_joints(&mut self, features: &[usize], dice: &mut Dice) -> bool {
        let view = self.view(0);
        let Some(state) = view.state.clone() else { return false };
        let differ = |j: usize, k: usize| {
            let sum: f64 = (0..view.ticks).map(|t| (state.at(t)[j] - state.at(t)[k]).powi(2)).sum();
            (sum / view.ticks as f64).sqrt() > 0.1
        };
        for _ in 0..50 {
            let (j, k) = (dice.below(state.count()), dice.below(state.count()));
            if j != k && differ(j, k) {
                return self.exchange(features, &[(j, k)]);
            }
        }
        false
    }

    fn arms(&mut self, features: &[usize]) -> bool {
        let arms = &self.robot.profile.arms;
        let pairs: Vec<(usize, usize)> = arms[LEFT].joints.iter().copied().zip(arms[RIGHT].joints.iter().copied()).collect();
        self.exchange(features, &pairs)
    }

    fn exchange(&mut self, features: &[usize], pairs: &[(usize, usize)]) -> bool {
        let bound: Vec<crate::Bound> =
            [&self.layout.state, &self.layout.action, &self.layout.velocity].into_iter().flatten().cloned().collect();
        let mut some = false;
        for b in bound.iter().filter(|b| features.contains(&b.feature)) {
            let Some(column) = self.frames.columns.iter_mut().find(|c| c.feature == b.feature) else { continue };
            for row in column.values.chunks_exact_mut(column.width) {
                for &(j, k) in pairs {
                    if let (Some(a), Some(b)) = (b.column_of[j], b.column_of[k]) {
                        row.swap(a, b);
                    }
                }
            }
            some = true;
        }
        some
    }

    /// Takes each frame's values from another moment.
    fn warp(&mut self, feature: usize, from: impl Fn(usize) -> f64) -> bool {
        let Some(column) = self.frames.columns.iter_mut().find(|c| c.feature == feature) else { return false };
        let (old, width) = (column.values.clone(), column.width);
        let last = old.len() / width - 1;
        for t in 0..=last {
            let x = from(t).clamp(0.0, last as f64);
            let (a, part) = (x.floor() as usize, x.fract());
            let b = (a + 1).min(last);
            for d in 0..width {
                column.values[t * width + d] = old[a * width + d] * (1.0 - part) + old[b * width + d] * part;
            }
        }
        true
    }

    /// Whether anything of the feature covers 2 cm or 0.02 rad in these frames.
    fn moves(&self, feature: usize, place: Range<usize>) -> bool {
        let Some(column) = self.frames.columns.iter().find(|c| c.feature == feature) else { return false };
        (0..column.width).any(|d| {
            let values = place.clone().map(|t| self.value(feature, t, d));
            let (low, high) = values.fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), v| (l.min(v), h.max(v)));
            high - low > 0.02
        })
    }

    fn freeze(&mut self, features: &[usize], length: usize, dice: &mut Dice) -> bool {
        for _ in 0..20 {
            let Some(place) = self.place(length, dice) else { return false };
            if !features.iter().all(|&f| self.moves(f, place.clone())) {
                continue;
            }
            for &feature in features {
                let Some(column) = self.frames.columns.iter_mut().find(|c| c.feature == feature) else { return false };
                let (width, held) = (column.width, place.start);
                let row = column.values[held * width..(held + 1) * width].to_vec();
                for t in place.clone() {
                    column.values[t * width..(t + 1) * width].copy_from_slice(&row);
                }
            }
            return !features.is_empty();
        }
        false
    }
}

fn positions(layout: &Layout, extent: Extent) -> Vec<usize> {
    let bound = match extent {
        Extent::One => vec![&layout.state],
        Extent::Everywhere => vec![&layout.state, &layout.action],
    };
    bound.into_iter().flatten().map(|b| b.feature).collect()
}
