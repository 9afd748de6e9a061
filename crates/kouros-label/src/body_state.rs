//! A few plain numbers about a robot's posture and progress at each tick, from which segments are
//! told apart.
//!
//! Lives here: measuring. Does not: naming what is measured (`segment.rs`).

use crate::derivative::Derivative;
use crate::ordered::Ordered;
use kouros_motion::{LEFT, RIGHT, Vec3};
use kouros_robot::Kinematics;

/// Posture and progress at one tick.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct BodyState {
    /// Height of the pelvis over that of standing with straight legs [1].
    pub pelvis_height: f64,
    /// Angle of the pelvis' up axis from the vertical [rad].
    pub pelvis_tilt: f64,
    /// Angle of the trunk's up axis from the vertical [rad].
    pub trunk_tilt: f64,
    /// Horizontal place of the pelvis [m].
    pub place: [f64; 2],
    /// Where the pelvis faces, continuous over the clip [rad].
    pub heading: f64,
    /// Velocity of the pelvis forwards and to its left [m/s].
    pub velocity: [f64; 2],
    /// Height of the lower knee [m].
    pub knee: f64,
    /// Per hand: its height over its shoulder, in arm lengths [1].
    pub hand_up: [f64; 2],
    /// Per hand: how far it is in front of its shoulder, in arm lengths [1].
    pub hand_out: [f64; 2],
    /// Height of the lower hand [m].
    pub hand_low: f64,
    /// Speed of the faster hand against the trunk [m/s].
    pub hand_speed: f64,
}

/// The state of every tick; velocities over `reach` seconds to both sides.
pub(crate) fn body_states(motion: &Ordered<'_>, reach: f64) -> Vec<BodyState> {
    let robot = motion.robot;
    let profile = &robot.profile;
    let (stands, arm) = (profile.standing_height(robot).max(1e-3), profile.arm_length(robot).max(1e-3));
    let mut at = Kinematics::new(robot);
    let mut states: Vec<BodyState> = Vec::with_capacity(motion.ticks());
    let mut hands = Vec::with_capacity(motion.ticks() * 6);
    let mut last_heading: Option<f64> = None;
    for tick in 0..motion.ticks() {
        motion.place(&mut at, tick);
        let pelvis = at.position[profile.pelvis];
        let up = |body: usize| at.rotation[body].column(2).z.clamp(-1.0, 1.0).acos();
        let forward = at.rotation[profile.pelvis] * profile.forward;
        // Lying down, forward points up or down and the heading is that of the head's direction.
        let flat = if forward.z.abs() < 0.9 { forward } else { -at.rotation[profile.pelvis].column(2) * forward.z.signum() };
        let turned = flat.y.atan2(flat.x);
        let heading = last_heading.map_or(turned, |l| l + wrapped(turned - l));
        last_heading = Some(heading);
        let arm_points = [LEFT, RIGHT].map(|s| {
            let limb = &profile.arms[s];
            (at.point(limb.lower.body, &limb.lower.local), at.point(limb.upper.body, &limb.upper.local))
        });
        for (hand, _) in &arm_points {
            let in_trunk: Vec3 = at.rotation[profile.trunk].transpose() * (hand - at.position[profile.trunk]);
            hands.extend(in_trunk.iter());
        }
        states.push(BodyState {
            pelvis_height: pelvis.z / stands,
            pelvis_tilt: up(profile.pelvis),
            trunk_tilt: up(profile.trunk),
            place: [pelvis.x, pelvis.y],
            heading,
            knee: profile.legs.iter().map(|l| at.point(l.middle.body, &l.middle.local).z).fold(f64::INFINITY, f64::min),
            hand_up: arm_points.map(|(h, s)| (h.z - s.z) / arm),
            hand_out: arm_points.map(|(h, s)| ((h.x - s.x) * heading.cos() + (h.y - s.y) * heading.sin()) / arm),
            hand_low: arm_points.iter().map(|(h, _)| h.z).fold(f64::INFINITY, f64::min),
            ..BodyState::default()
        });
    }
    let derivative = Derivative::new(motion.ticks(), motion.rate_hz, reach);
    let places: Vec<f64> = states.iter().flat_map(|s| s.place).collect();
    let (velocity, _) = derivative.of(&places, 2);
    let (hand_velocity, _) = derivative.of(&hands, 6);
    for (t, state) in states.iter_mut().enumerate() {
        let (s, c) = state.heading.sin_cos();
        let (x, y) = (velocity[2 * t], velocity[2 * t + 1]);
        state.velocity = [c * x + s * y, -s * x + c * y];
        state.hand_speed =
            hand_velocity[6 * t..6 * t + 6].chunks(3).map(|v| Vec3::from_column_slice(v).norm()).fold(0.0, f64::max);
    }
    states
}

/// The same angle between -pi and pi.
pub(crate) fn wrapped(angle: f64) -> f64 {
    angle.sin().atan2(angle.cos())
}
