//! The whole clip as one problem: damped Gauss-Newton, coarse in time first, contacts and limits
//! ramped in.
//!
//! Lives here: the order of things. Does not: residuals (`terms/`), linear algebra (`band.rs`).

use crate::band::{BandSystem, BlockRow};
use crate::frame::{Columns, Frame};
use crate::normal::Normal;
use crate::state::{BASE, State};
use crate::targets::Targets;
use crate::terms::Clock;
use crate::terms::bones::Bones;
use crate::terms::collision::{Collision, ShapesAt};
use crate::terms::feet::{Feet, FeetAt, wrap};
use crate::terms::hands::Hands;
use crate::terms::joints::Joints;
use crate::terms::pelvis::{HipsAt, Pelvis};
use crate::terms::smooth::Smooth;
use crate::terms::surroundings::Surroundings;
use crate::{Error, Options, Result};
use kouros_motion::{LEFT, Pose, RIGHT, Rot};
use kouros_robot::Robot;
use nalgebra::{Matrix3, Rotation3};
use std::borrow::Cow;
use std::ops::Range;

/// The rate of the first, coarse solution [Hz]: a walk's legs swing at 1 Hz.
const COARSE_HZ: f64 = 10.0;
/// Iterations of the first posture, of each next one, and of one begun elsewhere.
const FIRST_ITERATIONS: usize = 10;
const NEXT_ITERATIONS: usize = 3;
const ELSEWHERE_ITERATIONS: usize = 6;
/// A limb is astray when a bone of it is this far from where it should point [rad].
const ASTRAY: f64 = 0.6;
/// How many other beginnings a limb that is astray gets.
const BEGINNINGS: usize = 12;
/// Bases of the low-discrepancy sequence of beginnings (Halton 1960), a joint each.
const PRIMES: [usize; 7] = [2, 3, 5, 7, 11, 13, 17];
/// So much standing with no angle between the human's foot and the robot's is added to a clip's [s].
const NO_YAW: f64 = 2.0;
/// Iterations of the coarse solution, without floor and contacts.
const COARSE_ITERATIONS: usize = 5;
/// Share of the constraints' squared weights per iteration; after that all of it.
const RAMP: [f64; 2] = [0.1, 1.0];
/// Most iterations at full weight.
const MOST_ITERATIONS: usize = 16;
/// The same among things: the way around a corner is found step by step.
const MOST_AMONG_THINGS: usize = 50;
/// No joint turns further than this in one iteration among things [rad].
const LEAP: f64 = 0.3;
/// Iterations at full weight over all of a window; later ones go where it is not settled yet.
const WHOLE_ITERATIONS: usize = 2;
/// What happens at a tick is felt this far around it [s]; further among things.
const FELT: f64 = 0.2;
const FELT_AMONG_THINGS: f64 = 0.4;
/// A tick is settled when no joint of it steps further than this [rad]; less among things.
const SETTLED: f64 = 0.02;
const SETTLED_AMONG_THINGS: f64 = 0.01;
/// Ticks solved together: their matrix fits a processor's cache.
const WINDOW: usize = 256;
/// Windows overlap by this [s]; a foot stands shorter, and what a motion does now hardly depends on
/// what it does then.
const OVERLAP: f64 = 1.0;
/// Added to the diagonal, so that what nothing asks for stays where it is.
const DAMPING: f64 = 1e-4;
/// Damping of a tick that steps back and forth grows by this, up to `MOST_DAMPING`.
const CALM: f64 = 16.0;
const MOST_DAMPING: f64 = 1.0;

/// All terms of one robot.
#[derive(Clone)]
pub(crate) struct Terms {
    bones: Bones,
    pelvis: Pelvis,
    hands: Hands,
    feet: Feet,
    joints: Joints,
    collision: Collision,
    surroundings: Surroundings,
}

impl Terms {
    pub fn new(robot: &Robot, options: &Options) -> Self {
        Self {
            bones: Bones::new(robot),
            pelvis: Pelvis::new(robot),
            hands: Hands::new(robot),
            feet: Feet::new(robot),
            joints: Joints::new(robot, options),
            collision: Collision::new(robot),
            surroundings: Surroundings::new(robot),
        }
    }
}

/// The robot's motion, and the constant angle between each human foot and the robot's [rad].
pub(crate) struct Solution {
    pub state: State,
    pub yaw: [f64; 2],
}

/// Solves a whole clip: coarse in time over all of it, then at its own rate, both in windows.
pub(crate) fn solve(robot: &Robot, targets: &Targets, options: &Options) -> Result<Solution> {
    solve_in(robot, targets, options, WINDOW)
}

/// The same in windows of `window` ticks.
fn solve_in(robot: &Robot, targets: &Targets, options: &Options, window: usize) -> Result<Solution> {
    let terms = &Terms::new(robot, options);
    let step = ((targets.rate_hz / COARSE_HZ).round() as usize).max(1);
    let coarse = targets.every(step);
    let mut solver = Solver::new(robot, Cow::Borrowed(terms), Cow::Borrowed(&coarse), options);
    let mut state = solver.postures(start(robot, &coarse))?;
    for window in windows(coarse.ticks.len(), coarse.rate_hz, window) {
        solver.begin(window);
        for _ in 0..COARSE_ITERATIONS {
            solver.iterate(&mut state, 0.0)?;
        }
    }
    // A constant of the clip, so that windows agree on it.
    let yaw = solver.yaw(&state);
    let most = if targets.is_crowded() { MOST_AMONG_THINGS } else { MOST_ITERATIONS };
    let mut state = state.refined(step, targets.ticks.len());
    let mut solver =
        Solver { system: solver.system, yaw, ..Solver::new(robot, Cow::Borrowed(terms), Cow::Borrowed(targets), options) };
    for window in windows(targets.ticks.len(), targets.rate_hz, window) {
        solver.settle(&mut state, window, most)?;
    }
    for t in 0..state.ticks() {
        for j in 0..state.dof {
            if let Some([low, high]) = robot.joints[j].range {
                let q = &mut state.joints[t * state.dof + j];
                *q = q.clamp(low, high);
            }
        }
    }
    Ok(Solution { yaw, state })
}

/// Cuts a clip into windows of `window` ticks, each beginning `OVERLAP` seconds before the one
/// before it ends: what a window finds at its end, without what comes after, the next one solves again.
fn windows(ticks: usize, rate_hz: f64, window: usize) -> Vec<Range<usize>> {
    let overlap = ((OVERLAP * rate_hz).round() as usize).min(window / 2);
    let mut out = Vec::new();
    let mut first = 0;
    loop {
        // A last window of a few ticks would be all overlap.
        let end = if first + window + overlap >= ticks { ticks } else { first + window };
        out.push(first..end);
        if end == ticks {
            return out;
        }
        first = end - overlap;
    }
}

/// Pelvis where it is wanted, joints at rest.
pub(crate) fn start(robot: &Robot, targets: &Targets) -> State {
    let (p, hips) = (&robot.profile, crate::terms::bones::mid_hips(robot));
    let upright = Matrix3::from_columns(&[p.forward, p.up.cross(&p.forward), p.up]);
    let mut frame = Frame::new(robot);
    frame.update(&Pose::identity(), &p.rest);
    let base_from_upright = Rot::from_rotation_matrix(&Rotation3::from_matrix_unchecked(frame.at.rotation[p.pelvis] * upright));
    let hips_in_base = frame.mark(&hips);
    let mut state = State { position: Vec::new(), rotation: Vec::new(), joints: Vec::new(), dof: robot.dof() };
    for t in &targets.ticks {
        let rotation = t.pelvis * base_from_upright.inverse();
        state.rotation.push(rotation);
        state.position.push(t.hips - rotation * hips_in_base);
        state.joints.extend(&p.rest);
    }
    state
}

/// The `index`-th number of the van der Corput sequence in `base`, 0 to 1.
fn halton(mut index: usize, base: usize) -> f64 {
    let (mut out, mut digit) = (0.0, 1.0);
    while index > 0 {
        digit /= base as f64;
        out += digit * (index % base) as f64;
        index /= base;
    }
    out
}

/// Shortens the steps of ticks that would leap: on the other side of a thing everything looks
/// different, and a limb that jumps through it does not come back.
fn shorten(steps: &mut [f64], n: usize) {
    for step in steps.chunks_exact_mut(n) {
        let leap = step[BASE..].iter().fold(0.0_f64, |m, v| m.max(v.abs()));
        if leap > LEAP {
            step.iter_mut().for_each(|v| *v *= LEAP / leap);
        }
    }
}

/// The iterations over one clip at one rate, a window at a time.
pub(crate) struct Solver<'a> {
    robot: &'a Robot,
    terms: Cow<'a, Terms>,
    pub targets: Cow<'a, Targets>,
    options: &'a Options,
    clock: Clock,
    /// The constant angle between each human foot and the robot's [rad].
    pub yaw: [f64; 2],
    /// Whether each tick is solved for itself, without the ones before it.
    pub alone: bool,
    /// Weighted squares of all residuals but smoothness, at the last linearisation.
    cost: f64,
    /// The ticks of the window.
    all: Range<usize>,
    /// Those of them that are unknown now; the ones around are known.
    window: Range<usize>,
    system: BandSystem,
    rhs: Vec<f64>,
    smooth: Smooth,
    /// The block rows of the tick in work and of the one before it.
    rows: [BlockRow; 2],
    /// Where the right-hand side of a known tick goes, whose rows bear on the unknown one before it.
    beyond: Vec<f64>,
    /// Added to the diagonal of each tick of the window.
    damping: Vec<f64>,
    /// The step before of each tick of the window.
    last: Vec<f64>,
    now: Scene<'a>,
    before: Scene<'a>,
    shapes: ShapesAt,
    scratch: [Columns; 3],
}

/// One tick as the terms see it.
struct Scene<'a> {
    frame: Frame<'a>,
    hips: HipsAt,
    feet: FeetAt,
}

impl<'a> Solver<'a> {
    pub fn new(robot: &'a Robot, terms: Cow<'a, Terms>, targets: Cow<'a, Targets>, options: &'a Options) -> Self {
        let crowded = targets.is_crowded();
        let scene = || Scene { frame: Frame::new(robot), hips: HipsAt::default(), feet: FeetAt::default() };
        Self {
            robot,
            terms,
            options,
            clock: Clock::new(targets.rate_hz),
            targets,
            yaw: [0.0; 2],
            alone: false,
            cost: 0.0,
            all: 0..0,
            window: 0..0,
            system: BandSystem::new(BASE + robot.dof()),
            smooth: Smooth::new(robot, crowded),
            rows: [BlockRow::new(BASE + robot.dof()), BlockRow::new(BASE + robot.dof())],
            rhs: Vec::new(),
            beyond: vec![0.0; BASE + robot.dof()],
            damping: Vec::new(),
            last: Vec::new(),
            now: scene(),
            before: scene(),
            shapes: ShapesAt::default(),
            scratch: Default::default(),
        }
    }

    /// Each tick's own posture, found from the one before it; a limb that then points elsewhere is
    /// tried from other beginnings. Joint limits make more than one valley: an elbow can end
    /// stretched backwards where it should bend.
    pub fn postures(&mut self, mut state: State) -> Result<State> {
        self.alone = true;
        for t in 0..state.ticks() {
            if t > 0 {
                state.repeat_joints(t - 1, t);
            }
            self.posture(&mut state, t, if t > 0 { NEXT_ITERATIONS } else { FIRST_ITERATIONS })?;
            for limb in 0..4 {
                if self.terms.bones.worst(&self.now.frame, limb, &self.targets.ticks[t]) > ASTRAY {
                    self.try_elsewhere(&mut state, t, limb)?;
                }
            }
        }
        self.alone = false;
        Ok(state)
    }

    /// Solves tick `t` for itself; returns what remains.
    fn posture(&mut self, state: &mut State, t: usize, iterations: usize) -> Result<f64> {
        self.begin(t..t + 1);
        for _ in 0..iterations {
            self.iterate(state, 0.0)?;
        }
        self.look(state, t, 0.0);
        Ok(self.cost)
    }

    /// Begins tick `t` with other positions of one limb's joints, the same ones every time, and
    /// keeps what ends best.
    fn try_elsewhere(&mut self, state: &mut State, t: usize, limb: usize) -> Result<()> {
        let joints = &self.robot.profile.limbs()[limb].joints;
        let mut best = (self.posture(state, t, 1)?, state.at(t));
        for beginning in 1..=BEGINNINGS {
            let mut other = best.1.clone();
            for (i, &j) in joints.iter().enumerate() {
                let [low, high] = self.terms.joints.range[j].map(|v| v.clamp(-3.0, 3.0));
                other.joints[j] = low + (high - low) * halton(beginning, PRIMES[i % PRIMES.len()]);
            }
            state.put(t, &other);
            let cost = self.posture(state, t, ELSEWHERE_ITERATIONS)?;
            if cost < best.0 {
                best = (cost, state.at(t));
            }
        }
        state.put(t, &best.1);
        self.look(state, t, 0.0);
        Ok(())
    }

    /// Solves a window with its constraints ramped in, at most `most` iterations at full weight; the
    /// later ones go where it is not settled yet.
    fn settle(&mut self, state: &mut State, window: Range<usize>, most: usize) -> Result<()> {
        self.begin(window);
        for ramp in RAMP {
            self.iterate(state, ramp)?;
        }
        for iteration in 0..most {
            let restless = if iteration < WHOLE_ITERATIONS { vec![self.all.clone()] } else { self.restless() };
            if restless.is_empty() {
                break;
            }
            for ticks in restless {
                self.focus(ticks);
                self.iterate(state, 1.0)?;
            }
        }
        Ok(())
    }

    /// The most joint `j` may move in a second [rad/s].
    pub fn fastest(&self, j: usize) -> f64 {
        self.terms.joints.speed[j]
    }

    /// Makes `window` the unknown ticks, none of them damped.
    pub fn begin(&mut self, window: Range<usize>) {
        let (n, ticks) = (BASE + self.robot.dof(), window.len());
        self.last.clear();
        self.last.resize(n * ticks, 0.0);
        self.damping.clear();
        self.damping.resize(ticks, DAMPING);
        self.all = window.clone();
        self.focus(window);
    }

    /// Makes `ticks` of the window the unknown ones; the others are known and stay.
    fn focus(&mut self, ticks: Range<usize>) {
        let n = BASE + self.robot.dof();
        self.rhs.resize(n * ticks.len(), 0.0);
        self.window = ticks;
    }

    /// The stretches of the window whose ticks moved at their last step, with what is felt around
    /// them; all of it where that is most of it.
    fn restless(&self) -> Vec<Range<usize>> {
        let n = BASE + self.robot.dof();
        let (settled, felt) = if self.targets.is_crowded() { (SETTLED_AMONG_THINGS, FELT_AMONG_THINGS) } else { (SETTLED, FELT) };
        let felt = (felt * self.targets.rate_hz).ceil() as usize;
        let mut out: Vec<Range<usize>> = Vec::new();
        for (i, step) in self.last.chunks_exact(n).enumerate() {
            if step[BASE..].iter().all(|v| v.abs() < settled) {
                continue;
            }
            let t = self.all.start + i;
            let around = t.saturating_sub(felt).max(self.all.start)..(t + felt + 1).min(self.all.end);
            match out.last_mut() {
                Some(before) if around.start <= before.end => before.end = around.end,
                _ => out.push(around),
            }
        }
        let most = self.all.len() * 3 / 4;
        if out.iter().map(Range::len).sum::<usize>() > most { vec![self.all.clone()] } else { out }
    }

    /// One Gauss-Newton step over the window; `ramp` is the share of the constraints' squared
    /// weights.
    pub fn iterate(&mut self, state: &mut State, ramp: f64) -> Result<()> {
        let (n, first) = (BASE + self.robot.dof(), self.window.start);
        self.system.clear();
        self.rhs.fill(0.0);
        self.cost = 0.0;
        if !self.alone {
            self.smooth.take(state, &self.window, self.all.end, self.options, self.clock);
            if first > 0 {
                self.look(state, first - 1, ramp);
            }
        }
        // The first known tick after the unknown ones bears on the last of them.
        for t in self.window.start..(self.window.end + 1).min(self.all.end) {
            std::mem::swap(&mut self.now, &mut self.before);
            self.rows.swap(0, 1);
            self.look(state, t, ramp);
            self.linearise(state, t, ramp);
            // Its rows are complete once the next tick has added its own.
            if t > first {
                self.factor(t - 1 - first, 1)?;
            }
        }
        if self.window.end == self.all.end {
            self.factor(self.window.len() - 1, 0)?;
        }
        self.system.solve(&mut self.rhs);
        if let Some(tick) = self.rhs.iter().position(|v| !v.is_finite()) {
            return Err(Error::Diverged { tick: first + tick / n });
        }
        if ramp > 0.0 && self.targets.is_crowded() {
            shorten(&mut self.rhs, n);
        }
        self.calm(n);
        state.advance(first, &self.rhs);
        Ok(())
    }

    /// Gives the row of the window's tick `local`, in the buffer `which`, to the system.
    fn factor(&mut self, local: usize, which: usize) -> Result<()> {
        let n = BASE + self.robot.dof();
        let done = self.system.push(&self.rows[which], &self.rhs[local * n..(local + 1) * n]);
        if done { Ok(()) } else { Err(Error::Diverged { tick: self.window.start + local }) }
    }

    /// Puts the robot where it is at tick `t`.
    fn look(&mut self, state: &State, t: usize, ramp: f64) {
        self.now.frame.update(&state.pose(t), state.q(t));
        self.terms.pelvis.hips(&self.now.frame, &mut self.now.hips);
        if ramp > 0.0 {
            self.terms.feet.place(&self.now.frame, &mut self.now.feet);
        }
    }

    /// Adds all rows of tick `t`.
    fn linearise(&mut self, state: &State, t: usize, ramp: f64) {
        let (n, stride, local) = (BASE + self.robot.dof(), self.system.stride(), t - self.window.start);
        let (rhs_before, rhs) = self.rhs.split_at_mut(local * n);
        let [row, row_before] = &mut self.rows;
        row.clear();
        let rhs = rhs.get_mut(..n).unwrap_or(&mut self.beyond[..]);
        if !self.alone {
            self.smooth.add(t, self.window.start, row, rhs);
        }
        let before = (local > 0).then(|| (row_before, &mut rhs_before[(local.max(1) - 1) * n..]));
        let mut out = Normal {
            stride,
            row,
            rhs,
            cost: 0.0,
            before,
            #[cfg(test)]
            record: Vec::new(),
        };
        let damping = self.damping.get(t - self.all.start).copied().unwrap_or(0.0);
        for i in 0..n {
            out.row.blocks[0][i * stride + i] += damping;
        }
        let (terms, options, clock, scratch) = (&*self.terms, self.options, self.clock, &mut self.scratch);
        let target = &self.targets.ticks[t];
        let previous = (t > 0 && !self.alone).then_some(&self.before);
        let frame = &self.now.frame;
        terms.bones.add(frame, target, options, clock, &mut out, scratch);
        let hips_before = previous.map(|p| (&p.hips, &self.targets.ticks[t - 1]));
        terms.pelvis.add(frame, target, &self.now.hips, hips_before, options, clock, &mut out, scratch);
        terms.hands.add(frame, target, options, clock, &mut out, scratch);
        // Joint limits from the start: a branch behind a limit is no branch.
        terms.joints.add(state, t, previous.is_none(), options, clock, ramp.max(RAMP[0]), &mut out);
        if ramp > 0.0 {
            terms.feet.add_direction(frame, target, self.yaw, options, clock, &mut out, scratch);
            terms.feet.add_contact(frame, target, &self.now.feet, previous.map(|p| &p.feet), options, clock, ramp, &mut out);
            terms.collision.place(frame, &mut self.shapes);
            terms.collision.add(frame, &self.shapes, options, clock, ramp, &mut out, scratch);
            if let Some(around) = &self.targets.around {
                let then = previous.map(|p| &p.frame);
                terms.surroundings.add(frame, then, around, t, target, options, clock, ramp, &mut out, scratch);
            }
        }
        self.cost += out.cost;
    }

    /// Ticks that step back and forth, as they do where a constraint comes and goes, are damped more;
    /// the others less.
    fn calm(&mut self, n: usize) {
        let first = self.window.start - self.all.start;
        let last = &mut self.last[first * n..(first + self.window.len()) * n];
        let damping = &mut self.damping[first..first + self.window.len()];
        for (damping, (step, last)) in damping.iter_mut().zip(self.rhs.chunks_exact(n).zip(last.chunks_exact(n))) {
            let along: f64 = step.iter().zip(last).map(|(a, b)| a * b).sum();
            *damping = if along < 0.0 { (*damping * CALM).min(MOST_DAMPING) } else { (*damping / CALM.sqrt()).max(DAMPING) };
        }
        last.copy_from_slice(&self.rhs);
    }

    /// The constant angle between each human foot and the robot's: the circular mean over contact,
    /// as far as the foot is level, and over [`NO_YAW`] of none: both feet point forward, and what a
    /// second shows besides is how the shank turns in a bent knee.
    fn yaw(&self, state: &State) -> [f64; 2] {
        let mut sum = [[NO_YAW * self.targets.rate_hz, 0.0]; 2];
        let mut frame = Frame::new(self.robot);
        for (t, target) in self.targets.ticks.iter().enumerate() {
            frame.update(&state.pose(t), state.q(t));
            for side in [LEFT, RIGHT] {
                if target.contact[2 * side] || target.contact[2 * side + 1] {
                    let angle = wrap(Feet::heading(&frame, side) - target.foot_heading[side]);
                    let level = target.sole[side].xy().norm();
                    sum[side][0] += angle.cos() * level;
                    sum[side][1] += angle.sin() * level;
                }
            }
        }
        sum.map(|[c, s]| s.atan2(c))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::targets::targets;
    use crate::{Human, Options};
    use kouros_motion::Report;
    use std::path::Path;

    /// What a frozen past may change of nearly all joints [rad]. Where a foot stands is decided when
    /// it comes down, so a stance longer than a window is not the whole clip's to the last digit.
    const SEAM: f64 = 0.05;

    #[test]
    fn windows_cover_all_and_overlap() {
        for (ticks, rate) in [(1, 30.0), (256, 30.0), (300, 30.0), (1800, 30.0), (5000, 240.0)] {
            let w = windows(ticks, rate, WINDOW);
            assert_eq!((w[0].start, w[w.len() - 1].end), (0, ticks));
            for pair in w.windows(2) {
                assert!(pair[1].start < pair[0].end && pair[1].start > pair[0].start && pair[1].end > pair[0].end);
            }
        }
        assert_eq!(windows(256, 30.0, WINDOW).len(), 1);
    }

    #[test]
    fn windows_agree_with_the_whole_clip() {
        let assets = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../.kouros"));
        let mut report = Report::new();
        let robot = kouros_robot::load_robot("g1", None, assets, Default::default(), &mut report).expect("set up");
        let bytes = std::fs::read(assets.join("clips/crouch_reach.bvh")).expect("set up");
        let clip =
            kouros_mocap::read("clip.bvh", &bytes, &Default::default(), &Default::default(), &mut report).expect("a capture");
        let track = clip.motion.body_track();
        let contacts = kouros_label::human_contacts(&track, &clip.anatomy, None, &Default::default(), &mut report);
        let human =
            Human { track: &track, anatomy: &clip.anatomy, contacts: &contacts.feet, floor: contacts.floor, around: None };
        let options = Options::default();
        let targets = targets(&human, &robot, &options, &mut report).expect("a human");
        let whole = solve_in(&robot, &targets, &options, usize::MAX / 4).expect("a motion").state;
        let cut = solve_in(&robot, &targets, &options, 150).expect("a motion").state;
        assert!(windows(targets.ticks.len(), targets.rate_hz, 150).len() > 2);
        let mut apart: Vec<f64> = whole.joints.iter().zip(&cut.joints).map(|(a, b)| (a - b).abs()).collect();
        apart.sort_by(f64::total_cmp);
        let (most, worst) = (apart[apart.len() * 99 / 100], apart[apart.len() - 1]);
        assert!(most < SEAM && worst < 3.0 * SEAM, "{most} {worst}");
        let place = whole.position.iter().zip(&cut.position).map(|(a, b)| (a - b).norm()).fold(0.0, f64::max);
        assert!(place < 0.02, "{place}");
    }
}
