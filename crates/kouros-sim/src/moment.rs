//! One moment of an environment: everything observation, reward and termination terms may look at.
//!
//! Lives here: the quantities and how they are read from MuJoCo. Does not: what is made of them
//! (`observation.rs`, `reward.rs`, `env.rs`).
//!
//! Bodies and contacts are as of the beginning of the last physics step (MuJoCo integrates after
//! it computes them): one timestep older than the joints. The *heading frame* has its origin in
//! the base, x level and ahead, z up.

use crate::command::{Clock, Command};
use crate::world::World;
use kouros_motion::{Rot, Vec3};
use mujoco_rs::prelude::*;

/// One foot.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct FootMoment {
    /// Height of the sole's middle over the ground [m].
    pub height: f64,
    /// Horizontal speed of the foot's origin [m/s].
    pub speed: f64,
    /// Whether the ground carries it.
    pub contact: bool,
    /// Normal force of the ground [N].
    pub force: f64,
    /// Square of the sine of the sole's angle to the level.
    pub slant: f64,
}

/// One arm, as what its mass does to the balance.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct ArmMoment {
    /// Centre of mass of upper arm, forearm and hand in the base's axes, without what they hold [m].
    pub centre: Vec3,
    /// How it moved there since the decision before [m/s].
    pub velocity: Vec3,
}

/// Everything terms may look at.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Moment {
    /// Down in the base's axes, a unit vector.
    pub gravity: Vec3,
    /// The trunk's own up, in the world: a unit vector.
    pub trunk_up: Vec3,
    /// Turning rate in the base's axes [rad/s].
    pub angular_velocity: Vec3,
    /// Velocity of the base in the heading frame [m/s].
    pub velocity: Vec3,
    /// Turning rate about the vertical [rad/s].
    pub turn: f64,
    /// Height of the base over the ground [m].
    pub height: f64,
    /// Heading of the base in the world [rad].
    pub heading: f64,
    /// Positions of the moving joints (M) [rad].
    pub joint_pos: Vec<f64>,
    /// Velocities of the moving joints (M) [rad/s].
    pub joint_vel: Vec<f64>,
    /// Torques of the motors (M) [N m].
    pub torque: Vec<f64>,
    /// Left, right.
    pub feet: [FootMoment; 2],
    /// Left, right.
    pub arms: [ArmMoment; 2],
    /// Distance of the feet's origins across the heading [m].
    pub feet_apart: f64,
    /// The action taken (A).
    pub action: Vec<f64>,
    /// The one before (A).
    pub last_action: Vec<f64>,
    /// The one before that (A).
    pub action_before: Vec<f64>,
    /// What is asked: on its way to the newest command.
    pub command: Command,
    /// Where in their cycle the feet should be.
    pub clock: Clock,
    /// Where the gait has the driven joints (A) [rad].
    pub reference: Vec<f64>,
    /// How fast the gait sways to the left [m/s].
    pub sway: f64,
}

impl Moment {
    /// An empty moment of a world's size.
    pub fn new(world: &World) -> Self {
        let (m, a) = (world.motors.len(), world.actions());
        Self {
            joint_pos: vec![0.0; m],
            joint_vel: vec![0.0; m],
            torque: vec![0.0; m],
            reference: vec![0.0; a],
            action: vec![0.0; a],
            last_action: vec![0.0; a],
            action_before: vec![0.0; a],
            ..Self::default()
        }
    }

    /// The velocity beyond command and sway, ahead and to the left [m/s].
    pub fn velocity_off(&self) -> nalgebra::Vector2<f64> {
        nalgebra::Vector2::new(self.velocity.x - self.command.forward, self.velocity.y - self.command.sideways - self.sway)
    }

    /// Reads the state from MuJoCo; actions, command and clock stay. `since` is the time since the
    /// last reading [s], none where the episode begins.
    pub fn read(&mut self, world: &World, data: &MjData<Box<MjModel>>, since: Option<f64>) {
        let (q, v) = (data.qpos(), data.qvel());
        let rotation = Rot::new_unchecked(nalgebra::Quaternion::new(q[3], q[4], q[5], q[6]));
        self.gravity = rotation.inverse() * -Vec3::z();
        self.angular_velocity = Vec3::new(v[3], v[4], v[5]);
        self.turn = (rotation * self.angular_velocity).z;
        let ahead = rotation * Vec3::x();
        self.heading = ahead.y.atan2(ahead.x);
        let (sin, cos) = self.heading.sin_cos();
        self.velocity = Vec3::new(cos * v[0] + sin * v[1], -sin * v[0] + cos * v[1], v[2]);
        self.height = q[2];
        let m = self.joint_pos.len();
        self.joint_pos.copy_from_slice(&q[7..7 + m]);
        self.joint_vel.copy_from_slice(&v[6..6 + m]);
        self.torque.copy_from_slice(&data.actuator_force()[..m]);
        self.trunk_up = nalgebra::Matrix3::from_row_slice(&data.xmat()[world.trunk]) * world.trunk_up;
        self.read_feet(world, data);
        self.read_arms(world, data, since);
        let [l, r] = [0, 1].map(|side| data.xpos()[world.feet[side].body]);
        self.feet_apart = -sin * (l[0] - r[0]) + cos * (l[1] - r[1]);
    }

    fn read_arms(&mut self, world: &World, data: &MjData<Box<MjModel>>, since: Option<f64>) {
        let base = Vec3::from(data.xpos()[world.base]);
        let world_from_base = nalgebra::Matrix3::from_row_slice(&data.xmat()[world.base]);
        for (arm, links) in self.arms.iter_mut().zip(&world.arm_links) {
            let sum: Vec3 = links.iter().map(|l| l.share * (Vec3::from(data.xipos()[l.body]) - base)).sum();
            let centre = world_from_base.tr_mul(&sum);
            let velocity = since.map_or_else(Vec3::zeros, |s| (centre - arm.centre) / s);
            *arm = ArmMoment { centre, velocity };
        }
    }

    fn read_feet(&mut self, world: &World, data: &MjData<Box<MjModel>>) {
        for (foot, at) in self.feet.iter_mut().zip(&world.feet) {
            let (p, r) = (data.xpos()[at.body], data.xmat()[at.body]);
            // The third row of the rotation takes a vector of the body to its height.
            let up = |v: &Vec3| r[6] * v.x + r[7] * v.y + r[8] * v.z;
            let velocity = data.object_velocity(MjtObjBase::mjOBJ_XBODY, at.body, false);
            *foot = FootMoment {
                height: p[2] + up(&at.middle),
                speed: velocity[3].hypot(velocity[4]),
                contact: false,
                force: 0.0,
                slant: (1.0 - up(&at.up).powi(2)).max(0.0),
            };
        }
        for (i, contact) in data.contact().iter().enumerate() {
            let is_of = |foot: &&crate::world::Foot| {
                foot.balls.iter().any(|&g| i32::try_from(g).is_ok_and(|g| contact.geom1 == g || contact.geom2 == g))
            };
            if contact.efc_address < 0 {
                continue;
            }
            if let Some(side) = world.feet.iter().position(|f| is_of(&f)) {
                self.feet[side].contact = true;
                self.feet[side].force += data.contact_force(i)[0];
            }
        }
    }
}
