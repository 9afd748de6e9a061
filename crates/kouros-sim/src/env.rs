//! One environment: reset, step, observe.
//!
//! Lives here: the order of things in a step, and when an episode ends. Does not: the terms
//! (`observation.rs`, `reward.rs`, `randomise.rs`), many environments at once (`batch.rs`).
//!
//! The words are Gymnasium's: an episode is *terminated* when the robot fell, after which nothing
//! is worth anything, and *truncated* when the time is up, after which it would have gone on.

use crate::arms::Arms;
use crate::command::{Clock, Command};
use crate::moment::Moment;
use crate::observation::{know, known, sense, sensed};
use crate::randomise::Draw;
use crate::rng::Rng;
use crate::world::World;
use kouros_motion::{Rot, Vec3};
use mujoco_rs::prelude::*;
use serde::Serialize;
use std::sync::Arc;

/// What a step was worth and whether the episode goes on.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Outcome {
    /// The reward.
    pub reward: f64,
    /// The robot fell.
    pub terminated: bool,
    /// The time is up.
    pub truncated: bool,
}

/// What an episode came to.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Summary {
    /// Decisions taken.
    pub steps: usize,
    /// Sum of rewards.
    pub reward: f64,
    /// Sum of every reward term, weighted, in the task's order.
    pub terms: Vec<f64>,
    /// Sum over the steps of the distance from the horizontal velocity of command and gait [m/s].
    pub velocity_error: f64,
    /// Sum over the steps of the distance from the commanded turning rate [rad/s].
    pub turn_error: f64,
    /// Whether it ended in a fall.
    pub fell: bool,
}

/// The state before a step in which the physics diverged, for whoever looks into it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Divergence {
    /// Generalised positions.
    pub qpos: Vec<f64>,
    /// Generalised velocities.
    pub qvel: Vec<f64>,
    /// The action taken (A).
    pub action: Vec<f64>,
    /// The episode's differences.
    pub draw: Draw,
}

/// Penalties begin at this share of their weight and reach it at level one (holosoma).
const FIRST_PENALTIES: f64 = 0.1;

/// Time between two looks at the gait, for its speed [s].
const MOMENT_S: f64 = 0.005;

/// One environment of a task.
pub struct Env {
    world: Arc<World>,
    data: MjData<Box<MjModel>>,
    /// A second copy of the model: differences are written into it while the first is in use.
    spare: Option<Box<MjModel>>,
    rng: Rng,
    level: f64,
    draw: Draw,
    moment: Moment,
    arms: Arms,
    /// Targets of all motors (M): of this decision and of the one before.
    target: [Vec<f64>; 2],
    /// The newest command, to which the moment's goes.
    goal: Command,
    /// Targets of the driven joints that action zero asks for (A) [rad].
    middle: Vec<f64>,
    command_due_s: f64,
    push_due_s: f64,
    own_commands: bool,
    summary: Summary,
    limit: usize,
    diverged: Option<Divergence>,
    /// Velocities of the base behind this decision's push, where there was one.
    pushed: Option<[f64; 6]>,
}

impl Env {
    /// An environment whose chances follow `rng`. Call [`Self::reset`] before the first step.
    pub fn new(world: Arc<World>, rng: Rng) -> Self {
        let data = MjData::new(world.model.clone());
        let spare = Some(world.model.clone());
        let (motors, actions) = (world.motors.len(), world.actions());
        Self {
            moment: Moment::new(&world),
            arms: Arms::new(&world),
            draw: Draw::default(),
            target: [vec![0.0; motors], vec![0.0; motors]],
            summary: Summary::default(),
            limit: world.task.episode_steps(),
            world,
            data,
            spare,
            rng,
            level: 1.0,
            goal: Command::default(),
            middle: vec![0.0; actions],
            command_due_s: 0.0,
            push_due_s: 0.0,
            own_commands: true,
            diverged: None,
            pushed: None,
        }
    }

    /// The world it is in.
    pub fn world(&self) -> &Arc<World> {
        &self.world
    }

    /// How hard it is, from 0 to 1: the weight of penalties, the strength of pushes, the reach of
    /// the arms.
    pub fn set_level(&mut self, level: f64) {
        self.level = level.clamp(0.0, 1.0);
    }

    /// Another stream of chance from here on.
    pub fn set_rng(&mut self, rng: Rng) {
        self.rng = rng;
    }

    /// Asks for `command` from now on, instead of drawing commands; `None` draws again.
    pub fn ask(&mut self, command: Option<Command>) {
        self.own_commands = command.is_none();
        match command {
            Some(c) => self.goal = c.settled(self.world.task.commands.still_below),
            None => self.command_due_s = 0.0,
        }
    }

    /// The newest command; what the policy is asked goes to it at the task's pace.
    pub fn goal(&self) -> &Command {
        &self.goal
    }

    /// Changes the velocity of the base by `delta` in the world [m/s].
    pub fn push(&mut self, delta: [f64; 3]) {
        for (v, d) in self.data.qvel_mut().iter_mut().zip(delta) {
            *v += d;
        }
    }

    /// The next episode ends after this many steps at the latest.
    pub fn limit(&mut self, steps: usize) {
        self.limit = steps;
    }

    /// What the last step left.
    pub fn moment(&self) -> &Moment {
        &self.moment
    }

    /// The differences of this episode.
    pub fn draw(&self) -> &Draw {
        &self.draw
    }

    /// What the episode came to so far.
    pub fn summary(&self) -> &Summary {
        &self.summary
    }

    /// MuJoCo's state.
    pub fn data(&self) -> &MjData<Box<MjModel>> {
        &self.data
    }

    /// Targets of all motors (M) [rad], as last sent.
    pub fn targets(&self) -> &[f64] {
        &self.target[0]
    }

    /// The state before the physics diverged, once.
    pub fn take_divergence(&mut self) -> Option<Divergence> {
        self.diverged.take()
    }

    /// The velocities of the base behind the push that the last step began with, if it did: along
    /// the world's axes [m/s], about the base's own [rad/s].
    pub fn pushed(&self) -> Option<[f64; 6]> {
        self.pushed
    }

    /// Begins an episode with differences of its own.
    pub fn reset(&mut self) {
        let draw = Draw::new(&self.world, &mut self.rng);
        self.reset_with(draw);
    }

    /// Begins an episode with these differences.
    pub fn reset_with(&mut self, draw: Draw) {
        let world = Arc::clone(&self.world);
        let task = &world.task;
        self.draw = draw;
        if let Some(mut model) = self.spare.take() {
            self.draw.write(&world, &mut model);
            self.spare = Some(self.data.swap_model(model));
            self.data.set_const();
        }
        self.data.reset();
        self.arms.begin(&world, self.level, &mut self.rng);
        let moment = &mut self.moment;
        for list in [&mut moment.action, &mut moment.last_action, &mut moment.action_before] {
            list.fill(0.0);
        }
        moment.clock = Clock { phase: self.draw.phase, frequency_hz: self.draw.frequency_hz, standing: false };
        if self.own_commands {
            self.goal = Command::draw(&task.commands, self.level, &mut self.rng);
            self.command_due_s = self.rng.between(task.commands.every_s);
        }
        moment.command = self.goal;
        self.refer();
        self.place();
        self.push_due_s = self.rng.between(task.pushes.every_s);
        self.aim();
        self.target[1] = self.target[0].clone();
        self.moment.read(&world, &self.data, None);
        self.summary = Summary { terms: vec![0.0; task.rewards.len()], ..Summary::default() };
        self.limit = task.episode_steps();
    }

    /// Where the gait is now.
    fn refer(&mut self) {
        let (m, reference) = (&mut self.moment, &self.world.reference);
        reference.at(m.clock.phase, m.clock.frequency_hz, &m.command, &mut m.reference, &mut self.middle);
        m.sway = if m.clock.standing { 0.0 } else { reference.sway_speed(m.clock.phase, m.clock.frequency_hz) };
    }

    /// Puts the robot down as the gait has it, near enough, its lowest ball on the ground.
    fn place(&mut self) {
        let world = Arc::clone(&self.world);
        let start = &world.task.start;
        let rng = &mut self.rng;
        let heading = rng.between([-std::f64::consts::PI, std::f64::consts::PI]);
        let turn = Rot::from_axis_angle(&nalgebra::Vector3::z_axis(), heading);
        let mut joints = world.start.clone();
        for (&k, at) in world.driven.iter().zip(&self.moment.reference) {
            let [low, high] = world.limits[k];
            joints[k] = (at + rng.around(start.joint_noise)).clamp(low, high);
        }
        for (&k, target) in world.arms.iter().zip(&self.arms.target) {
            joints[k] = *target;
        }
        let q = self.data.qpos_mut();
        q[..7].copy_from_slice(&[0.0, 0.0, world.start_height, turn.w, turn.i, turn.j, turn.k]);
        q[7..7 + joints.len()].copy_from_slice(&joints);
        let m = &self.moment;
        let ahead = turn * Vec3::new(m.command.forward, m.command.sideways + m.sway, 0.0);
        let going = [ahead.x, ahead.y, 0.0, 0.0, 0.0, m.command.turn];
        for (v, going) in self.data.qvel_mut().iter_mut().zip(going) {
            *v = going + rng.around(start.velocity_noise);
        }
        if !m.clock.standing {
            // The gait a moment later says how fast the joints go.
            let (mut later, mut unused) = (m.reference.clone(), self.middle.clone());
            let clock = &m.clock;
            world.reference.at(
                clock.phase + clock.frequency_hz * MOMENT_S,
                clock.frequency_hz,
                &m.command,
                &mut later,
                &mut unused,
            );
            let v = self.data.qvel_mut();
            for ((&k, now), later) in world.driven.iter().zip(&m.reference).zip(&later) {
                v[6 + k] = (later - now) / MOMENT_S;
            }
        }
        self.data.forward();
        let lowest = world
            .feet
            .iter()
            .flat_map(|f| f.balls)
            .map(|g| self.data.geom_xpos()[g][2] - world.model.geom_size()[g][0])
            .fold(f64::INFINITY, f64::min);
        self.data.qpos_mut()[2] -= lowest;
        self.data.forward();
    }

    /// Turns the action into targets of the motors: single-precision numbers, as a robot's motors
    /// get and datasets keep, so that what was recorded can be done again.
    fn aim(&mut self) {
        let world = &self.world;
        let sent = |target: f64| f64::from(target as f32);
        for (i, &k) in world.driven.iter().enumerate() {
            self.target[0][k] = sent(self.middle[i] + world.action_scale[i] * self.moment.action[i]);
        }
        for (&k, target) in world.arms.iter().zip(&self.arms.target) {
            self.target[0][k] = sent(*target);
        }
    }

    /// Takes an action (A) and one decision's time. After an episode's end the caller resets.
    ///
    /// # Panics
    /// `action` is shorter than the actions of the world.
    pub fn step(&mut self, action: &[f32]) -> Outcome {
        self.step_watched(action, &mut |_, _| {})
    }

    /// The same; `watch` is shown MuJoCo's data after every physics step, and which of the decision's
    /// steps it was. Contacts, forces and bodies are then as of the step's beginning.
    ///
    /// # Panics
    /// `action` is shorter than the actions of the world.
    pub fn step_watched(&mut self, action: &[f32], watch: &mut dyn FnMut(&MjData<Box<MjModel>>, usize)) -> Outcome {
        let world = Arc::clone(&self.world);
        let task = &world.task;
        let seconds = task.control_period_s();
        self.before(action, seconds);
        let previous: (Vec<f64>, Vec<f64>) = (self.data.qpos().to_vec(), self.data.qvel().to_vec());
        for step in 0..task.physics.steps_per_control {
            drive(&world, &self.draw, &self.target, step, &mut self.data);
            self.data.step();
            watch(&self.data, step);
        }
        self.moment.read(&world, &self.data, Some(seconds));
        self.advance(seconds);
        let broken = self.is_broken();
        if broken {
            let action = self.moment.action.clone();
            self.diverged = Some(Divergence { qpos: previous.0, qvel: previous.1, action, draw: self.draw.clone() });
        }
        self.summary.steps += 1;
        let terminated = broken || self.has_fallen();
        let fall = if terminated && !broken { self.growing() * task.episode.fall_cost } else { 0.0 };
        let reward = if broken { 0.0 } else { self.reward(seconds) } - fall;
        self.summary.reward += reward;
        self.summary.fell = terminated;
        self.ask_next(seconds);
        Outcome { reward, terminated, truncated: !terminated && self.summary.steps >= self.limit }
    }

    /// What happens between a decision and the physics: the action arrives, arms move on, somebody
    /// pushes.
    fn before(&mut self, action: &[f32], seconds: f64) {
        let world = Arc::clone(&self.world);
        let m = &mut self.moment;
        std::mem::swap(&mut m.action_before, &mut m.last_action);
        std::mem::swap(&mut m.last_action, &mut m.action);
        for (a, &given) in m.action.iter_mut().zip(action) {
            // Beyond this every motor is far past its torque limit.
            *a = f64::from(given).clamp(-MOST_ACTION, MOST_ACTION);
        }
        self.target.swap(0, 1);
        self.pushed = None;
        self.arms.advance(&world, self.level, seconds, &mut self.rng);
        self.aim();
        self.push_due_s -= seconds;
        if self.push_due_s <= 0.0 {
            let pushes = &world.task.pushes;
            let [low, high] = pushes.speed;
            let speed = self.rng.between([low, low + (high - low) * self.level]);
            let (sin, cos) = self.rng.between([0.0, std::f64::consts::TAU]).sin_cos();
            let v = self.data.qvel_mut();
            v[0] += speed * cos;
            v[1] += speed * sin;
            for spin in v[3..6].iter_mut() {
                *spin += self.rng.around(pushes.turn * self.level);
            }
            self.pushed = Some(std::array::from_fn(|i| v[i]));
            self.push_due_s = self.rng.between(pushes.every_s);
        }
    }

    /// Clock, command and gait after a decision's time.
    fn advance(&mut self, seconds: f64) {
        let task = &self.world.task;
        let m = &mut self.moment;
        m.command = m.command.towards(&self.goal, task.commands.change, seconds);
        let [tilt, rate] = task.gait.uneasy;
        let easy = -m.gravity.z > tilt.cos() && m.angular_velocity.xy().norm() < rate;
        m.clock.advance(&task.gait, seconds, m.command.is_standing() && easy);
        self.refer();
    }

    /// The next command, where one is due.
    fn ask_next(&mut self, seconds: f64) {
        self.command_due_s -= seconds;
        if self.own_commands && self.command_due_s <= 0.0 {
            let commands = &self.world.task.commands;
            self.goal = Command::draw(commands, self.level, &mut self.rng);
            self.command_due_s = self.rng.between(commands.every_s);
        }
    }

    fn reward(&mut self, seconds: f64) -> f64 {
        let growing = self.growing();
        let (world, m) = (&self.world, &self.moment);
        self.summary.velocity_error += m.velocity_off().norm();
        self.summary.turn_error += (m.turn - m.command.turn).abs();
        let mut sum = 0.0;
        for (term, total) in world.task.rewards.iter().zip(&mut self.summary.terms) {
            let share = if term.weight < 0.0 { growing } else { 1.0 };
            let value = seconds * share * term.weight * term.kind.value(world, m, term.width);
            *total += value;
            sum += value;
        }
        sum
    }

    /// The share of their weight that penalties have at this level.
    fn growing(&self) -> f64 {
        FIRST_PENALTIES + (1.0 - FIRST_PENALTIES) * self.level
    }

    fn has_fallen(&self) -> bool {
        let episode = &self.world.task.episode;
        let m = &self.moment;
        m.height < episode.least_height * self.world.start_height || -m.gravity.z < episode.most_tilt.cos()
    }

    /// Whether MuJoCo gave up (it then starts over by itself) or numbers are no numbers.
    fn is_broken(&self) -> bool {
        let bad = [MjtWarning::mjWARN_BADQPOS, MjtWarning::mjWARN_BADQVEL, MjtWarning::mjWARN_BADQACC];
        bad.iter().any(|&w| self.data.warning()[w as usize].number > 0) || !self.data.qpos().iter().all(|v| v.is_finite())
    }

    /// Writes what the policy senses now.
    ///
    /// # Panics
    /// `out` is shorter than [`sensed`].
    pub fn sense(&mut self, out: &mut [f32]) {
        sense(&self.world, &self.moment, &self.draw, &mut self.rng, out);
    }

    /// Writes what the critic knows now.
    ///
    /// # Panics
    /// `out` is shorter than [`known`].
    pub fn know(&self, out: &mut [f32]) {
        know(&self.world, &self.moment, &self.draw, out);
    }

    /// The sizes of what is sensed and what is known.
    pub fn sizes(&self) -> (usize, usize) {
        (sensed(&self.world), known(&self.world))
    }
}

/// Tells the motors, before physics step `step` of a decision, the targets (M) that have arrived by
/// then: this decision's (`targets[0]`) or still the one's before.
pub(crate) fn drive(world: &World, draw: &Draw, targets: &[Vec<f64>; 2], step: usize, data: &mut MjData<Box<MjModel>>) {
    let target = &targets[usize::from(step < draw.latency_steps)];
    let ctrl = data.ctrl_mut();
    for (k, m) in world.motors.iter().enumerate() {
        // The motor's own encoder is off too: it steers to where it believes the target is.
        ctrl[k] = m.kp * draw.kp[k] * (target[k] - draw.encoder_bias[k]);
    }
}

/// Actions are cut here, in units of the action scale.
pub const MOST_ACTION: f64 = 20.0;
