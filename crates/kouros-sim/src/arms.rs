//! Arms that move as they like while the policy walks.
//!
//! Lives here: the random postures and the way to them. Does not: the motors that follow
//! (`env.rs`). Each time it is due, every arm joint gets a new goal in its range and a speed; its
//! target goes there in a straight line. (HOMIE trains with uniformly drawn postures that change
//! every second: Ben et al. 2025.)

use crate::rng::Rng;
use crate::world::World;

/// Targets of the joints of `World::arms`.
#[derive(Debug, Clone, PartialEq)]
pub struct Arms {
    /// Where each joint's motor is told to be (M') [rad].
    pub target: Vec<f64>,
    goal: Vec<f64>,
    speed: Vec<f64>,
    due_s: f64,
}

impl Arms {
    /// Arms at the start pose.
    pub fn new(world: &World) -> Self {
        let target: Vec<f64> = world.arms.iter().map(|&k| world.start[k]).collect();
        Self { goal: target.clone(), speed: vec![0.0; target.len()], target, due_s: 0.0 }
    }

    /// Begins an episode: somewhere in the ranges that `level` (0 to 1) allows.
    pub fn begin(&mut self, world: &World, level: f64, rng: &mut Rng) {
        self.choose(world, level, rng);
        self.target.copy_from_slice(&self.goal);
        self.due_s = 0.0;
    }

    /// One decision later.
    pub fn advance(&mut self, world: &World, level: f64, seconds: f64, rng: &mut Rng) {
        self.due_s -= seconds;
        if self.due_s <= 0.0 {
            self.choose(world, level, rng);
            self.due_s = rng.between(world.task.arms.every_s);
        }
        for i in 0..self.target.len() {
            let step = self.speed[i] * seconds;
            self.target[i] += (self.goal[i] - self.target[i]).clamp(-step, step);
        }
    }

    fn choose(&mut self, world: &World, level: f64, rng: &mut Rng) {
        let arms = &world.task.arms;
        for (i, &k) in world.arms.iter().enumerate() {
            let ([low, high], start) = (world.limits[k], world.start[k]);
            let u = rng.around(1.0);
            let room = if u > 0.0 { high - start } else { start - low };
            self.goal[i] = start + arms.reach * level * u * room.clamp(0.0, std::f64::consts::PI);
            self.speed[i] = rng.between(arms.speed);
        }
    }
}
