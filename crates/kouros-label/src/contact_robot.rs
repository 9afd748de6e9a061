//! When the heels and toes of a robot rest on its floor, from where its soles are.
//!
//! Lives here: contacts of a robot's trajectory; its floor is z = 0, or what a scene has above it. Does not: contacts of a
//! person (`contact.rs`), forces (`wrench.rs`).

use crate::ordered::Ordered;
use crate::rest::{Limits, rests};
use crate::terrain::Terrain;
use crate::{Error, Result};
use kouros_motion::{FootContacts, SolePart, Step, Trajectory, Vec3};
use kouros_robot::{Kinematics, Robot, SceneTrack, Sole};
use serde::{Deserialize, Serialize};

/// When a part of a robot's sole is down. Its sole is known exactly, so heights are tighter than
/// a person's; retargeted motion floats and sinks by about a centimetre, so they are not zero.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RobotContactOptions {
    /// Largest horizontal speed of a part at rest [m/s].
    pub speed: f64,
    /// Largest height of a part's lowest point over the floor [m].
    pub height: f64,
    /// A part that is down stays down until a threshold times this is passed [1].
    pub hysteresis: f64,
    /// Shorter contacts are dropped [s].
    pub shortest: f64,
    /// Shorter gaps are closed, if the part stays low and comes back to where it was [s].
    pub longest_gap: f64,
}

impl Default for RobotContactOptions {
    fn default() -> Self {
        Self { speed: 0.30, height: 0.02, hysteresis: 1.25, shortest: 0.04, longest_gap: 0.07 }
    }
}

impl RobotContactOptions {
    /// These settings as a step of a provenance.
    pub fn step(&self) -> Step {
        Step::new("robot-contacts")
            .with("speed_m_s", self.speed)
            .with("height_m", self.height)
            .with("hysteresis", self.hysteresis)
            .with("shortest_s", self.shortest)
            .with("longest_gap_s", self.longest_gap)
    }

    pub(crate) fn check(&self) -> Result<()> {
        let all = [
            ("contacts.speed", self.speed),
            ("contacts.height", self.height),
            ("contacts.hysteresis", self.hysteresis),
            ("contacts.shortest", self.shortest),
            ("contacts.longest_gap", self.longest_gap),
        ];
        match all.iter().find(|(_, v)| !(v.is_finite() && *v >= 0.0)) {
            Some(&(option, found)) => Err(Error::Option { option, expected: "a number from zero up", found }),
            None => Ok(()),
        }
    }
}

/// When heels and toes of a robot are down: where the lowest point of the part is at most
/// `height` over z = 0, or over what `scene` has below it, and its middle moves horizontally at most at `speed`.
///
/// # Errors
/// The trajectory is empty, not finite, or not of this robot; an option is negative.
pub fn robot_contacts(
    robot: &Robot,
    trajectory: &Trajectory,
    scene: Option<&SceneTrack>,
    options: &RobotContactOptions,
) -> Result<FootContacts> {
    options.check()?;
    Ok(contacts_of(&Ordered::new(robot, trajectory)?, Terrain::new(scene), options))
}

pub(crate) fn contacts_of(motion: &Ordered<'_>, terrain: Terrain<'_>, options: &RobotContactOptions) -> FootContacts {
    let mut paths: [Vec<Vec3>; 4] = std::array::from_fn(|_| Vec::with_capacity(motion.ticks()));
    let mut at = Kinematics::new(motion.robot);
    for tick in 0..motion.ticks() {
        motion.place(&mut at, tick);
        for (path, part) in paths.iter_mut().zip(SolePart::ALL) {
            let (sole, points) = part_of(motion.robot, part);
            let middle = at.point(sole.body, &sole.middle(points));
            path.push(Vec3::new(middle.x, middle.y, lowest(&at, sole, points, terrain, tick)));
        }
    }
    let limits = Limits {
        speed: options.speed,
        height: options.height,
        base: 0.0,
        any_height: false,
        hysteresis: options.hysteresis,
        shortest: options.shortest,
        longest_gap: options.longest_gap,
    };
    let on = paths.map(|path| rests(&path, motion.rate_hz, &limits));
    let down = (0..motion.ticks()).map(|t| std::array::from_fn(|part| on[part][t])).collect();
    FootContacts { rate_hz: motion.rate_hz, down }
}

/// The sole a part belongs to and the numbers of its points.
pub(crate) fn part_of(robot: &Robot, part: SolePart) -> (&Sole, &[usize]) {
    let sole = &robot.profile.soles[part.side()];
    (sole, if part.is_toe() { &sole.toe } else { &sole.heel })
}

/// Height of the lowest of these points of a sole over what lies below it [m].
fn lowest(at: &Kinematics, sole: &Sole, points: &[usize], terrain: Terrain<'_>, tick: usize) -> f64 {
    points
        .iter()
        .filter_map(|&i| sole.balls.get(i))
        .map(|b| {
            let under = at.point(sole.body, &b.center) - Vec3::z() * b.radius;
            under.z - terrain.height(tick, &under)
        })
        .fold(f64::INFINITY, f64::min)
}
