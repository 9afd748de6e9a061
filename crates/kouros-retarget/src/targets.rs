//! What the robot is to do at every tick: the human's motion in quantities that both bodies have.
//!
//! Lives here: directions, headings and scaled places. Does not: the constants that carry them from
//! one body to the other (`constants.rs`), the robot's answer (`solve.rs`).

use crate::constants::Constants;
use crate::{Error, Options, Result};
use kouros_motion::{Anatomy, BodyTrack, FootContacts, LEFT, RIGHT, Report, Rot, Vec3};
use kouros_robot::{Around, Plane, Robot};
use nalgebra::{Matrix3, Rotation3};

/// A human in motion, ready to be retargeted.
#[derive(Debug, Clone, Copy)]
pub struct Human<'a> {
    /// All joints in the world.
    pub track: &'a BodyTrack,
    /// Which is which.
    pub anatomy: &'a Anatomy,
    /// When heels and toes carry weight; as many ticks as the track.
    pub contacts: &'a FootContacts,
    /// Height of the floor in the human's world [m].
    pub floor: f64,
    /// What stands around the human and what it does with that, as many ticks as the track; `None`
    /// where there is a floor alone and only feet touch it.
    pub around: Option<&'a Around>,
}

impl Human<'_> {
    /// Whether contacts and motion belong together.
    pub(crate) fn check(&self) -> Result<()> {
        let (track, contacts) = (self.track, self.contacts);
        if contacts.down.len() != track.ticks() || contacts.rate_hz != track.rate_hz() {
            return Err(Error::Contacts {
                contacts: contacts.down.len(),
                contacts_hz: contacts.rate_hz,
                ticks: track.ticks(),
                rate_hz: track.rate_hz(),
            });
        }
        Ok(())
    }
}

/// What is wanted at one tick. Pairs are left, right; limbs are left leg, right leg, left arm,
/// right arm, each upper and lower bone.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Target {
    pub bones: [[Vec3; 2]; 4],
    pub trunk: Vec3,
    pub pelvis: Rot,
    /// The pelvis' left in the world, horizontal.
    pub left: Vec3,
    /// Where the middle between the hips goes [m].
    pub hips: Vec3,
    pub sole: [Vec3; 2],
    /// The heading of each foot [rad].
    pub foot_heading: [f64; 2],
    pub hands: [Option<Rot>; 2],
    pub contact: [bool; 4],
    /// What each part of the soles stands on while it is in contact.
    pub ground: [Plane; 4],
    /// Where the middle of each foot goes while it stands, seen from above, in a scene with more
    /// than a floor [m].
    pub foot_place: Option<[nalgebra::Vector2<f64>; 2]>,
}

/// All targets of a clip and the constants behind them.
#[derive(Debug, Clone)]
pub(crate) struct Targets {
    pub rate_hz: f64,
    pub ticks: Vec<Target>,
    pub scale: f64,
    /// The surroundings in the robot's world.
    pub around: Option<Around>,
}

impl Targets {
    /// Whether there are things around the body.
    pub fn is_crowded(&self) -> bool {
        self.around.as_ref().is_some_and(|a| !a.scene.scene().bodies.is_empty())
    }

    /// Every `step`-th tick.
    pub fn every(&self, step: usize) -> Self {
        Self {
            rate_hz: self.rate_hz / step as f64,
            ticks: self.ticks.iter().step_by(step).copied().collect(),
            scale: self.scale,
            around: self.around.as_ref().map(|a| a.every(step)),
        }
    }
}

/// The floor of the robot's world.
pub(crate) const FLOOR: Plane = Plane { normal: Vec3::new(0.0, 0.0, 1.0), offset: 0.0 };

/// Bones shorter than this have no direction [m].
pub(crate) const SHORTEST_BONE: f64 = 0.01;

/// The targets of `human` for `robot`.
pub(crate) fn targets(human: &Human<'_>, robot: &Robot, options: &Options, report: &mut Report) -> Result<Targets> {
    follow(human, &Constants::of(human, robot, options, report)?)
}

/// The targets of `human` with constants that are known.
pub(crate) fn follow(human: &Human<'_>, constants: &Constants) -> Result<Targets> {
    let (track, anatomy) = (human.track, human.anatomy);
    let at = |tick: usize, joint: usize| track.position(tick, joint);
    let ticks = track.ticks();
    let Constants { scale, ankle, robot_ankle, spine, bend, pitch, hands } = constants.clone();
    let frames = pelvis_frames(track, anatomy, spine)?;
    let around = human.around.map(|a| a.scaled(scale, human.floor));
    let crowded = around.as_ref().is_some_and(|a| !a.scene.scene().bodies.is_empty());
    let mut out = Vec::with_capacity(ticks);
    for tick in 0..ticks {
        let bone = |name, from: usize, to: usize| direction(name, tick, at(tick, to) - at(tick, from));
        let leg = |side: usize| -> Result<[Vec3; 2]> {
            let l = &anatomy.legs[side];
            Ok([bone("thigh", l.hip, l.knee)?, bone("shank", l.knee, l.ankle)?])
        };
        let arm = |side: usize| -> Result<[Vec3; 2]> {
            let a = &anatomy.arms[side];
            Ok([bone("upper arm", a.shoulder, a.elbow)?, bone("forearm", a.elbow, a.wrist)?])
        };
        let hips = (at(tick, anatomy.legs[LEFT].hip) + at(tick, anatomy.legs[RIGHT].hip)) / 2.0;
        let lateral = at(tick, anatomy.legs[LEFT].hip) - at(tick, anatomy.legs[RIGHT].hip);
        let height = scale * (hips.z - human.floor - ankle) + robot_ankle;
        let foot = |side: usize| {
            let l = &anatomy.legs[side];
            let d = at(tick, l.toe) - at(tick, l.ankle);
            pitched(&d, pitch[side])
        };
        let sole = [foot(LEFT), foot(RIGHT)];
        out.push(Target {
            bones: [leg(LEFT)?, leg(RIGHT)?, arm(LEFT)?, arm(RIGHT)?],
            trunk: direction("trunk", tick, shoulders(track, anatomy, tick) - at(tick, anatomy.pelvis))?,
            pelvis: frames[tick] * Rot::from_axis_angle(&Vec3::y_axis(), bend),
            left: Vec3::new(lateral.x, lateral.y, 0.0).try_normalize(1e-9).unwrap_or_else(Vec3::y),
            hips: Vec3::new(scale * hips.x, scale * hips.y, height),
            sole,
            foot_heading: sole.map(|s| s.y.atan2(s.x)),
            hands: [LEFT, RIGHT].map(|s| Some(track.rotation(tick, anatomy.arms[s].wrist)? * hands[s]?)),
            contact: human.contacts.down[tick],
            ground: match &around {
                Some(a) => a.grounds[tick].map(|s| a.scene.plane_at(&s, tick)),
                None => [FLOOR; 4],
            },
            foot_place: crowded.then(|| {
                [LEFT, RIGHT].map(|s| {
                    let l = &anatomy.legs[s];
                    (at(tick, l.ankle) + at(tick, l.toe)).xy() * (scale / 2.0)
                })
            }),
        });
    }
    Ok(Targets { rate_hz: track.rate_hz(), ticks: out, scale, around })
}

fn direction(bone: &'static str, tick: usize, d: Vec3) -> Result<Vec3> {
    let length = d.norm();
    if length < SHORTEST_BONE { Err(Error::NoLength { bone, tick, length }) } else { Ok(d / length) }
}

pub(crate) fn shoulders(track: &BodyTrack, anatomy: &Anatomy, tick: usize) -> Vec3 {
    (track.position(tick, anatomy.arms[LEFT].shoulder) + track.position(tick, anatomy.arms[RIGHT].shoulder)) / 2.0
}

/// The first joint of the spine that is clearly above the hips, at the first tick.
pub(crate) fn lower_spine(track: &BodyTrack, anatomy: &Anatomy) -> Option<usize> {
    let hips = (track.position(0, anatomy.legs[LEFT].hip) + track.position(0, anatomy.legs[RIGHT].hip)) / 2.0;
    let above = 0.05 * (shoulders(track, anatomy, 0) - hips).norm().max(0.2);
    anatomy.spine.iter().copied().find(|&j| (track.position(0, j) - hips).norm() > above)
}

/// `world_from_pelvis` of the human: y along the hips to the left, z along the lower spine (or the
/// trunk, where the spine's first joint lies in the hips), x forward.
pub(crate) fn pelvis_frames(track: &BodyTrack, anatomy: &Anatomy, spine: Option<usize>) -> Result<Vec<Rot>> {
    (0..track.ticks())
        .map(|tick| {
            let (l, r) = (track.position(tick, anatomy.legs[LEFT].hip), track.position(tick, anatomy.legs[RIGHT].hip));
            let y = direction("hip line", tick, l - r)?;
            let above = spine.map_or_else(|| shoulders(track, anatomy, tick), |j| track.position(tick, j));
            let z = above - (l + r) / 2.0;
            let z = direction("lower spine", tick, z - y * z.dot(&y))?;
            Ok(Rot::from_rotation_matrix(&Rotation3::from_matrix_unchecked(Matrix3::from_columns(&[y.cross(&z), y, z]))))
        })
        .collect()
}

/// `d` as a unit vector, its nose lifted by `pitch` in its own vertical plane.
fn pitched(d: &Vec3, pitch: f64) -> Vec3 {
    let unit = d.try_normalize(1e-9).unwrap_or_else(Vec3::x);
    match Vec3::z().cross(&unit).try_normalize(1e-6) {
        Some(side) => Rot::from_scaled_axis(side * -pitch) * unit,
        None => unit,
    }
}
