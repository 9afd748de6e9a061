//! The same problem while the human moves: one frame in, one posture out.
//!
//! Lives here: which ticks are unknown when, and what is promised of every posture. Does not:
//! terms and steps (`terms/`, `solve.rs`), when feet stand (the caller says).
//!
//! A frame's posture is given out [`LAG`] frames later; until then it and the frames after it are
//! unknown together, what was given out is known and stays. Every frame costs the same number of
//! steps.

use crate::constants::Constants;
use crate::solve::{Solver, Terms, solve, start};
use crate::state::State;
use crate::targets::{Target, Targets, follow, targets};
use crate::{Error, Human, Options, Result};
use kouros_motion::{Anatomy, BodyTrack, FootContacts, Pose, Report, Rot, Vec3};
use kouros_robot::Robot;
use std::borrow::Cow;

/// How many frames a posture is later than the human's [1].
pub const LAG: usize = 2;
/// Known ticks before the unknown ones: third differences reach three, and one more for the terms
/// that look back from the first of those.
const HELD: usize = 4;
/// Steps of the first posture, after it was found without floor and contacts.
const FIRST_ITERATIONS: usize = 8;
/// Steps for a new tick alone, then for all unknown ticks together.
const ALONE_ITERATIONS: usize = 1;
const ITERATIONS: usize = 5;

/// What carries a person's motion to a robot, learned before the stream begins.
#[derive(Debug, Clone)]
pub struct Calibration {
    constants: Constants,
    anatomy: Anatomy,
    names: Vec<String>,
    has_rotations: bool,
    floor: f64,
    yaw: [f64; 2],
}

impl Calibration {
    /// From a few seconds of the person's motion, or from the skeleton at rest as one tick with all
    /// parts of the feet in contact.
    ///
    /// # Errors
    /// As [`crate::retarget`].
    pub fn of(human: &Human<'_>, robot: &Robot, options: &Options, report: &mut Report) -> Result<Self> {
        human.check()?;
        let constants = Constants::of(human, robot, options, report)?;
        let yaw = solve(robot, &targets(human, robot, options, &mut Report::new())?, options)?.yaw;
        let track = human.track;
        let (names, has_rotations) = (track.names().to_vec(), track.has_rotations());
        Ok(Self { constants, anatomy: human.anatomy.clone(), names, has_rotations, floor: human.floor, yaw })
    }

    /// Robot metres per human metre.
    pub fn scale(&self) -> f64 {
        self.constants.scale
    }

    /// The joints that every frame gives, in their order.
    pub fn joint_names(&self) -> &[String] {
        &self.names
    }
}

/// One frame of a human.
#[derive(Debug, Clone, Copy)]
pub struct Moment<'a> {
    /// All joints in the world (J) [m].
    pub positions: &'a [Vec3],
    /// `world_from_joint` (J); needed if the calibration had them.
    pub rotations: Option<&'a [Rot]>,
    /// Left heel, left toe, right heel, right toe: flags of this frame last, before it those of the
    /// frames before, where more is known of them now.
    pub contacts: &'a [[bool; 4]],
}

/// What the robot does at one frame: joints inside their ranges, no step faster than allowed.
#[derive(Debug, Clone, PartialEq)]
pub struct Posture {
    /// The frame it belongs to, counted from 0.
    pub frame: u64,
    /// `world_from_base`.
    pub base: Pose,
    /// Joint positions in the robot's order (N) [rad].
    pub joints: Vec<f64>,
    /// Whether no posture was found for this frame, so that the one before is held.
    pub held: bool,
}

/// A robot that follows a human frame by frame.
pub struct Stream<'a> {
    robot: &'a Robot,
    calibration: Calibration,
    rate_hz: f64,
    solver: Solver<'a>,
    state: State,
    /// Frames taken, postures given out.
    taken: u64,
    given: u64,
    /// Whether the last frames had no solution.
    lost: bool,
}

impl<'a> Stream<'a> {
    /// A stream at `rate_hz` frames a second.
    ///
    /// # Errors
    /// The rate is not positive.
    pub fn new(robot: &'a Robot, calibration: Calibration, rate_hz: f64, options: &'a Options) -> Result<Self> {
        if !(rate_hz.is_finite() && rate_hz > 0.0) {
            return Err(kouros_motion::Error::Rate { found: rate_hz }.into());
        }
        let targets = Targets { rate_hz, ticks: Vec::new(), scale: calibration.constants.scale, around: None };
        let mut solver = Solver::new(robot, Cow::Owned(Terms::new(robot, options)), Cow::Owned(targets), options);
        solver.yaw = calibration.yaw;
        let state = State { position: Vec::new(), rotation: Vec::new(), joints: Vec::new(), dof: robot.dof() };
        Ok(Self { robot, calibration, rate_hz, solver, state, taken: 0, given: 0, lost: false })
    }

    /// Takes the next frame; gives the posture of the frame [`LAG`] before, `None` for the first
    /// [`LAG`] frames.
    ///
    /// # Errors
    /// Joints missing or not finite, a bone without length: the frame is not taken, and
    /// [`Self::skip`] may stand in for it.
    pub fn push(&mut self, moment: &Moment<'_>) -> Result<Option<Posture>> {
        let target = self.target(moment)?;
        let earlier = moment.contacts.len().saturating_sub(1);
        let ticks = &mut self.solver.targets.to_mut().ticks;
        for (target, flags) in ticks.iter_mut().rev().zip(moment.contacts[..earlier].iter().rev()).take(LAG) {
            target.contact = *flags;
        }
        Ok(self.take(target))
    }

    /// A frame that is missing: the human is taken to be where it was. `None` before the first
    /// frame, and as [`Self::push`].
    pub fn skip(&mut self) -> Option<Posture> {
        let last = self.solver.targets.ticks.last().copied()?;
        self.take(last)
    }

    /// The next of the postures that are still to come when no frame is; `None` after the last.
    pub fn finish(&mut self) -> Option<Posture> {
        (self.given < self.taken).then(|| self.give())
    }

    /// What is wanted at a new frame.
    fn target(&self, moment: &Moment<'_>) -> Result<Target> {
        let c = &self.calibration;
        let shape = |what, found| Error::from(kouros_motion::Error::Shape { what, expected: c.names.len(), found });
        if moment.positions.len() != c.names.len() {
            return Err(shape("joint positions of a frame", moment.positions.len()));
        }
        let rotations = moment.rotations.filter(|_| c.has_rotations);
        if c.has_rotations && rotations.is_none() {
            return Err(shape("joint rotations of a frame", 0));
        }
        if let Some((joint, bad)) =
            rotations.into_iter().flatten().enumerate().find(|(_, r)| !r.coords.iter().all(|v| v.is_finite()))
        {
            let what = format!("rotation of joint '{}'", c.names[joint.min(c.names.len() - 1)]);
            return Err(kouros_motion::Error::NotFinite { what, tick: self.taken as usize, value: bad.coords.norm() }.into());
        }
        let track = BodyTrack::new(c.names.clone(), self.rate_hz, moment.positions.to_vec(), rotations.map(<[Rot]>::to_vec))?;
        let down = vec![moment.contacts.last().copied().unwrap_or_default()];
        let contacts = FootContacts { rate_hz: self.rate_hz, down };
        let human = Human { track: &track, anatomy: &c.anatomy, contacts: &contacts, floor: c.floor, around: None };
        follow(&human, &c.constants)?.ticks.pop().ok_or_else(|| kouros_motion::Error::Empty { what: "frames" }.into())
    }

    fn take(&mut self, target: Target) -> Option<Posture> {
        let ticks = &mut self.solver.targets.to_mut().ticks;
        if ticks.len() == HELD + LAG + 1 {
            ticks.remove(0);
            self.state.forget_first();
        }
        let before = ticks.last().copied();
        ticks.push(target);
        self.taken += 1;
        let newest = ticks.len() - 1;
        match before {
            None => {
                self.state = start(self.robot, &self.solver.targets);
                self.lost = self.begin().is_err();
            }
            Some(before) => {
                self.state.repeat_last(target.pelvis * before.pelvis.inverse(), target.hips - before.hips);
                let guess = self.state.clone();
                let unknown = (newest + 1).saturating_sub((self.taken - self.given) as usize);
                if self.step(unknown, newest).is_err() {
                    // Better the same posture carried along than none.
                    self.state = guess;
                    self.lost = true;
                } else {
                    self.lost = false;
                }
            }
        }
        (self.taken - self.given > LAG as u64).then(|| self.give())
    }

    /// Finds the first posture: without floor and contacts from many beginnings, then with them.
    fn begin(&mut self) -> Result<()> {
        self.state = self.solver.postures(self.state.clone())?;
        self.solver.alone = true;
        self.solver.begin(0..1);
        let done = (0..FIRST_ITERATIONS).try_for_each(|_| self.solver.iterate(&mut self.state, 1.0));
        self.solver.alone = false;
        done
    }

    /// Solves the new tick alone, then all unknown ones.
    fn step(&mut self, unknown: usize, newest: usize) -> Result<()> {
        for (first, iterations) in [(newest, ALONE_ITERATIONS), (unknown, ITERATIONS)] {
            self.solver.begin(first..newest + 1);
            for _ in 0..iterations {
                self.solver.iterate(&mut self.state, 1.0)?;
            }
        }
        Ok(())
    }

    /// The oldest posture that has not been given out; from here on it is known.
    fn give(&mut self) -> Posture {
        let tick = self.state.ticks() - (self.taken - self.given) as usize;
        let dof = self.state.dof;
        for j in 0..dof {
            let [low, high] = self.robot.joints[j].range.unwrap_or([f64::NEG_INFINITY, f64::INFINITY]);
            let mut q = self.state.joints[tick * dof + j];
            if let Some(last) = tick.checked_sub(1).map(|t| self.state.joints[t * dof + j]) {
                let most = self.solver.fastest(j) / self.rate_hz;
                q = q.clamp(last - most, last + most);
            }
            self.state.joints[tick * dof + j] = q.clamp(low, high);
        }
        self.given += 1;
        let (base, joints) = (self.state.pose(tick), self.state.q(tick).to_vec());
        Posture { frame: self.given - 1, base, joints, held: self.lost }
    }
}
