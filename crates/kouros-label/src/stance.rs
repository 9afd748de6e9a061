//! The points a robot stands on at one tick.
//!
//! Lives here: which sole points carry weight for given contacts, and how settled each is. Does
//! not: whether a foot is in contact (`contact_robot.rs`), what forces act (`wrench.rs`).

use crate::terrain::Terrain;
use kouros_motion::{FootContacts, LEFT, RIGHT, Vec3};
use kouros_robot::{Kinematics, Robot};

/// One point of a sole on the floor.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Foothold {
    /// Where it touches the floor or what stands on it, in the world [m].
    pub at: Vec3,
    /// [`LEFT`] or [`RIGHT`].
    pub side: usize,
    /// How settled the contact is, above 0, to 1.
    pub settled: f64,
}

/// How settled each sole part is at each tick: 0 where it is not down, rising from its landing
/// and falling to its lift over `seconds` to 1. The clip's ends are no landings.
pub(crate) fn settling(contacts: &FootContacts, seconds: f64) -> Vec<[f64; 4]> {
    let over = (seconds * contacts.rate_hz).max(0.0).floor() + 1.0;
    let ticks = contacts.down.len();
    let mut out = vec![[0.0; 4]; ticks];
    for part in 0..4 {
        let mut since = f64::INFINITY;
        for t in 0..ticks {
            since = if contacts.down[t][part] { since + 1.0 } else { 0.0 };
            out[t][part] = (since / over).min(1.0);
        }
        let mut until = f64::INFINITY;
        for t in (0..ticks).rev() {
            until = if contacts.down[t][part] { until + 1.0 } else { 0.0 };
            out[t][part] = (until / over).min(out[t][part]);
        }
    }
    out
}

/// A point of a standing sole this high over what lies below it sticks out over an edge [m].
const OVERHANG: f64 = 0.03;

/// The sole points in contact, moved vertically onto the ground: the whole sole where heel and toe
/// are down, else the points of the part that is; none that stick out over an edge.
pub(crate) fn footholds(
    robot: &Robot,
    at: &Kinematics,
    terrain: Terrain<'_>,
    tick: usize,
    settled: &[f64; 4],
    out: &mut Vec<Foothold>,
) {
    out.clear();
    for side in [LEFT, RIGHT] {
        let sole = &robot.profile.soles[side];
        let (heel, toe) = (settled[2 * side], settled[2 * side + 1]);
        for (i, ball) in sole.balls.iter().enumerate() {
            let settled = match (sole.heel.contains(&i), sole.toe.contains(&i)) {
                (true, true) => heel.max(toe),
                (true, false) => heel,
                (false, true) => toe,
                (false, false) => heel.min(toe),
            };
            if settled > 0.0 {
                let p = at.point(sole.body, &ball.center);
                let z = terrain.height(tick, &p);
                if z == 0.0 || p.z - ball.radius - z < OVERHANG {
                    out.push(Foothold { at: Vec3::new(p.x, p.y, z), side, settled });
                }
            }
        }
    }
}

/// The point each foot's wrench is about, in the world [m].
pub(crate) fn sole_center(robot: &Robot, at: &Kinematics, side: usize) -> Vec3 {
    let sole = &robot.profile.soles[side];
    at.point(sole.body, &sole.center())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settling_by_hand() {
        let down = [1, 1, 0, 1, 1, 1, 1, 1, 0, 1].map(|v| [v == 1; 4]).to_vec();
        let s = settling(&FootContacts { rate_hz: 50.0, down }, 0.02);
        let part: Vec<f64> = s.iter().map(|v| v[0]).collect();
        assert_eq!(part, [1.0, 0.5, 0.0, 0.5, 1.0, 1.0, 1.0, 0.5, 0.0, 0.5]);
    }
}
