//! The whole clip as one problem: damped Gauss-Newton, coarse in time first, contacts and limits
//! ramped in.
//!
//! Lives here: the order of things. Does not: residuals (`terms/`), linear algebra (`band.rs`).

use crate::band::BandSystem;
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
use crate::terms::smooth;
use crate::{Error, Options, Result};
use kouros_motion::{LEFT, RIGHT, Rot};
use kouros_robot::Robot;

/// The rate of the first, coarse solution [Hz]: a walk's legs swing at 1 Hz.
const COARSE_HZ: f64 = 10.0;
/// Iterations of the coarse solution, without floor and contacts.
const COARSE_ITERATIONS: usize = 8;
/// Share of the constraints' squared weights per iteration; after that all of it.
const RAMP: [f64; 4] = [0.01, 0.09, 0.36, 1.0];
/// Iterations at full weight.
const FULL_ITERATIONS: usize = 12;
/// Added to the diagonal, so that what nothing asks for stays where it is.
const DAMPING: f64 = 1e-4;
/// Damping of a tick that steps back and forth grows by this, up to `MOST_DAMPING`.
const CALM: f64 = 16.0;
const MOST_DAMPING: f64 = 1.0;

/// All terms of one robot.
pub(crate) struct Terms {
    bones: Bones,
    pelvis: Pelvis,
    hands: Hands,
    feet: Feet,
    joints: Joints,
    collision: Collision,
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
        }
    }
}

/// The robot's motion, and the constant angle between each human foot and the robot's [rad].
pub(crate) struct Solution {
    pub state: State,
    pub yaw: [f64; 2],
}

/// Solves a whole clip.
pub(crate) fn solve(robot: &Robot, targets: &Targets, options: &Options) -> Result<Solution> {
    let terms = Terms::new(robot, options);
    let step = ((targets.rate_hz / COARSE_HZ).round() as usize).max(1);
    let coarse = targets.every(step);
    let mut state = start(robot, &coarse);
    let mut solver = Solver::new(robot, &terms, &coarse, options);
    for _ in 0..COARSE_ITERATIONS {
        solver.iterate(&mut state, 0.0)?;
    }
    let yaw = solver.yaw(&state);
    let mut state = state.refined(step, targets.ticks.len());
    let mut solver = Solver::new(robot, &terms, targets, options);
    solver.yaw = yaw;
    for ramp in RAMP {
        solver.iterate(&mut state, ramp)?;
        solver.yaw = solver.yaw(&state);
    }
    for _ in 0..FULL_ITERATIONS {
        solver.iterate(&mut state, 1.0)?;
        solver.yaw = solver.yaw(&state);
    }
    for t in 0..state.ticks() {
        for j in 0..state.dof {
            if let Some([low, high]) = robot.joints[j].range {
                let q = &mut state.joints[t * state.dof + j];
                *q = q.clamp(low, high);
            }
        }
    }
    Ok(Solution { yaw: solver.yaw, state })
}

/// Pelvis where it is wanted, joints at rest.
fn start(robot: &Robot, targets: &Targets) -> State {
    let hips = crate::terms::bones::mid_hips(robot);
    let forward = robot.profile.forward;
    let facing = Rot::from_axis_angle(&kouros_motion::Vec3::z_axis(), -forward.y.atan2(forward.x));
    let mut state = State { position: Vec::new(), rotation: Vec::new(), joints: Vec::new(), dof: robot.dof() };
    for t in &targets.ticks {
        let rotation = t.pelvis * facing;
        state.rotation.push(rotation);
        state.position.push(t.hips - rotation * hips);
        state.joints.extend(&robot.profile.rest);
    }
    state
}

/// The iterations over one clip at one rate.
struct Solver<'a> {
    robot: &'a Robot,
    terms: &'a Terms,
    targets: &'a Targets,
    options: &'a Options,
    clock: Clock,
    system: BandSystem,
    rhs: Vec<f64>,
    yaw: [f64; 2],
    /// Added to the diagonal of each tick.
    damping: Vec<f64>,
    /// The step before.
    last: Vec<f64>,
}

impl<'a> Solver<'a> {
    fn new(robot: &'a Robot, terms: &'a Terms, targets: &'a Targets, options: &'a Options) -> Self {
        let (n, ticks) = (BASE + robot.dof(), targets.ticks.len());
        Self {
            robot,
            terms,
            targets,
            options,
            clock: Clock::new(targets.rate_hz),
            system: BandSystem::new(ticks, n),
            rhs: vec![0.0; n * ticks],
            yaw: [0.0; 2],
            damping: vec![DAMPING; ticks],
            last: vec![0.0; n * ticks],
        }
    }

    /// One Gauss-Newton step; `ramp` is the share of the constraints' squared weights.
    fn iterate(&mut self, state: &mut State, ramp: f64) -> Result<f64> {
        let (n, ticks, stride) = (BASE + self.robot.dof(), state.ticks(), self.system.stride());
        self.system.clear(ticks);
        self.rhs.fill(0.0);
        smooth::add(state, 0, self.options, self.clock, stride, self.system.rows_mut(), &mut self.rhs);
        let mut frame = Frame::new(self.robot);
        let (mut hips, mut hips_before) = (HipsAt::default(), HipsAt::default());
        let (mut feet, mut feet_before) = (FeetAt::default(), FeetAt::default());
        let mut shapes = ShapesAt::default();
        let mut scratch: [Columns; 3] = Default::default();
        for t in 0..ticks {
            let target = &self.targets.ticks[t];
            frame.update(&state.pose(t), state.q(t));
            self.terms.pelvis.hips(&frame, &mut hips);
            let (rows_before, rows) = self.system.rows_mut().split_at_mut(t);
            let (rhs_before, rhs) = self.rhs.split_at_mut(t * n);
            let mut out = Normal {
                stride,
                row: &mut rows[0],
                rhs: &mut rhs[..n],
                before: rows_before.last_mut().map(|r| (r, &mut rhs_before[(t.max(1) - 1) * n..])),
                #[cfg(test)]
                record: Vec::new(),
            };
            for i in 0..n {
                out.row.blocks[0][i * stride + i] += self.damping[t];
            }
            let (options, clock) = (self.options, self.clock);
            self.terms.bones.add(&frame, target, options, clock, &mut out, &mut scratch);
            let previous = (t > 0).then(|| (&hips_before, &self.targets.ticks[t - 1]));
            self.terms.pelvis.add(&frame, target, &hips, previous, options, clock, &mut out);
            self.terms.hands.add(&frame, target, options, clock, &mut out, &mut scratch);
            if ramp > 0.0 {
                self.terms.feet.add_direction(&frame, target, self.yaw, options, clock, &mut out, &mut scratch);
            }
            // Joint limits from the start: a branch behind a limit is no branch.
            self.terms.joints.add(state, t, t == 0, options, clock, ramp.max(RAMP[1]), &mut out);
            if ramp > 0.0 {
                self.terms.feet.place(&frame, &mut feet);
                let previous = (t > 0).then_some(&feet_before);
                self.terms.feet.add_contact(&frame, target, &feet, previous, options, clock, ramp, &mut out);
                self.terms.collision.place(&frame, &mut shapes);
                self.terms.collision.add(&frame, &shapes, options, clock, ramp, &mut out, &mut scratch);
            }
            std::mem::swap(&mut hips, &mut hips_before);
            std::mem::swap(&mut feet, &mut feet_before);
        }
        if !self.system.solve(ticks, &mut self.rhs) || !self.rhs.iter().all(|v| v.is_finite()) {
            let tick = self.rhs.iter().position(|v| !v.is_finite()).unwrap_or(0) / n;
            return Err(Error::Diverged { tick });
        }
        self.calm(n);
        let d = state.advance(0, &self.rhs);
        Ok(d)
    }

    /// Ticks that step back and forth, as they do where a constraint comes and goes, are damped more;
    /// the others less.
    fn calm(&mut self, n: usize) {
        for (damping, (step, last)) in self.damping.iter_mut().zip(self.rhs.chunks_exact(n).zip(self.last.chunks_exact(n))) {
            let along: f64 = step.iter().zip(last).map(|(a, b)| a * b).sum();
            *damping = if along < 0.0 { (*damping * CALM).min(MOST_DAMPING) } else { (*damping / CALM.sqrt()).max(DAMPING) };
        }
        self.last.copy_from_slice(&self.rhs);
    }

    /// The constant angle between each human foot and the robot's: the circular mean over contact.
    fn yaw(&self, state: &State) -> [f64; 2] {
        let mut sum = [[0.0; 2]; 2];
        let mut frame = Frame::new(self.robot);
        for (t, target) in self.targets.ticks.iter().enumerate() {
            frame.update(&state.pose(t), state.q(t));
            for side in [LEFT, RIGHT] {
                if target.contact[2 * side] || target.contact[2 * side + 1] {
                    let angle = wrap(Feet::heading(&frame, side) - target.foot_heading[side]);
                    sum[side][0] += angle.cos();
                    sum[side][1] += angle.sin();
                }
            }
        }
        sum.map(|[c, s]| s.atan2(c))
    }
}
