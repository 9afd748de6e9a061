//! What the robot is to do at every tick: the human's motion in quantities that both bodies have.
//!
//! Lives here: directions, headings and scaled places, and the constants of a clip that carry
//! them from one body to the other. Does not: the robot's answer (`linearise.rs`, `solve.rs`).

use crate::{Error, Options, Result};
use kouros_motion::{Anatomy, BodyTrack, FootContacts, LEFT, RIGHT, Report, Rot, Vec3};
use kouros_robot::{Around, Kinematics, Limb, Plane, Robot};
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
const SHORTEST_BONE: f64 = 0.01;

/// What carries one body's motion to the other, the same for a whole clip or stream.
#[derive(Debug, Clone)]
pub(crate) struct Constants {
    /// Robot metres per human metre.
    pub scale: f64,
    /// Height of the standing human's ankles, and of the robot's, over the floor [m].
    ankle: f64,
    robot_ankle: f64,
    /// The joint of the spine that says where the pelvis' up is; `None` for the shoulders.
    spine: Option<usize>,
    /// Pitch between the two bodies' upright pelvises [rad].
    bend: f64,
    /// Pitch of a flat foot's line from ankle to toe [rad].
    pitch: [f64; 2],
    /// The constant rotation between the two hands' axes.
    hands: [Option<Rot>; 2],
}

impl Constants {
    /// As `human` shows them.
    pub fn of(human: &Human<'_>, robot: &Robot, options: &Options, report: &mut Report) -> Result<Self> {
        let (track, anatomy) = (human.track, human.anatomy);
        let scale = match options.scale {
            Some(s) => s,
            None => robot.profile.leg_length(robot) / human_leg_length(track, anatomy)?,
        };
        let spine = lower_spine(track, anatomy);
        let frames = pelvis_frames(track, anatomy, spine)?;
        Ok(Self {
            scale,
            ankle: ankle_heights(human),
            robot_ankle: robot_ankle_height(robot),
            spine,
            bend: neutral_bend(&frames, track, anatomy, robot),
            pitch: [sole_pitch(human, LEFT), sole_pitch(human, RIGHT)],
            hands: [hand_offset(human, robot, LEFT, report), hand_offset(human, robot, RIGHT, report)],
        })
    }
}

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

fn shoulders(track: &BodyTrack, anatomy: &Anatomy, tick: usize) -> Vec3 {
    (track.position(tick, anatomy.arms[LEFT].shoulder) + track.position(tick, anatomy.arms[RIGHT].shoulder)) / 2.0
}

/// Hip to knee to ankle, median over the clip, mean of both sides [m].
fn human_leg_length(track: &BodyTrack, anatomy: &Anatomy) -> Result<f64> {
    let length = |tick: usize| {
        let leg = |l: &kouros_motion::Leg| {
            let p = |j| track.position(tick, j);
            (p(l.knee) - p(l.hip)).norm() + (p(l.ankle) - p(l.knee)).norm()
        };
        (leg(&anatomy.legs[LEFT]) + leg(&anatomy.legs[RIGHT])) / 2.0
    };
    let length = median((0..track.ticks()).map(length).collect());
    if length < 2.0 * SHORTEST_BONE { Err(Error::NoLength { bone: "legs", tick: 0, length }) } else { Ok(length) }
}

/// Height of the ankle joints over what the whole foot stands on, median; where none ever
/// does, a twelfth of a leg, the proportion of an adult (ankle 0.07 m, leg 0.85 m) [m].
fn ankle_heights(human: &Human<'_>) -> f64 {
    let standing = |side: usize| {
        (0..human.track.ticks()).filter(move |&t| human.contacts.down[t][2 * side] && human.contacts.down[t][2 * side + 1]).map(
            move |t| {
                let ankle = human.track.position(t, human.anatomy.legs[side].ankle);
                let over = |a: &Around| a.scene.plane_at(&a.grounds[t][2 * side], t).height(&ankle);
                human.around.map_or(ankle.z - human.floor, over)
            },
        )
    };
    let heights: Vec<f64> = standing(LEFT).chain(standing(RIGHT)).collect();
    if heights.is_empty() {
        return human_leg_length(human.track, human.anatomy).unwrap_or(0.85) / 12.0;
    }
    median(heights)
}

/// Height of the robot's ankle over its sole when it stands, mean of both sides [m].
fn robot_ankle_height(robot: &Robot) -> f64 {
    let (at, _) = zero(robot);
    let height = |side: usize| {
        let mark = &robot.profile.legs[side].lower;
        at.point(mark.body, &mark.local).z - robot.profile.soles[side].lowest(&at)
    };
    (height(LEFT) + height(RIGHT)) / 2.0
}

fn zero(robot: &Robot) -> (Kinematics, Vec<f64>) {
    let mut at = Kinematics::new(robot);
    let q = vec![0.0; robot.dof()];
    at.update(robot, &kouros_motion::Pose::identity(), &q);
    (at, q)
}

/// The first joint of the spine that is clearly above the hips, at the first tick.
fn lower_spine(track: &BodyTrack, anatomy: &Anatomy) -> Option<usize> {
    let hips = (track.position(0, anatomy.legs[LEFT].hip) + track.position(0, anatomy.legs[RIGHT].hip)) / 2.0;
    let above = 0.05 * (shoulders(track, anatomy, 0) - hips).norm().max(0.2);
    anatomy.spine.iter().copied().find(|&j| (track.position(0, j) - hips).norm() > above)
}

/// `world_from_pelvis` of the human: y along the hips to the left, z along the lower spine (or the
/// trunk, where the spine's first joint lies in the hips), x forward.
fn pelvis_frames(track: &BodyTrack, anatomy: &Anatomy, spine: Option<usize>) -> Result<Vec<Rot>> {
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

/// The pitch [rad] to add to the human's pelvis so that, in the middle of the clip's motion, pelvis
/// and trunk of the human stand to each other as the robot's do at rest: where "upright" is for a
/// pelvis differs from rig to rig, how much the waist bends does not.
fn neutral_bend(frames: &[Rot], track: &BodyTrack, anatomy: &Anatomy, robot: &Robot) -> f64 {
    let bend = |tick: usize| {
        let hips = (track.position(tick, anatomy.legs[LEFT].hip) + track.position(tick, anatomy.legs[RIGHT].hip)) / 2.0;
        let d = frames[tick].inverse() * (shoulders(track, anatomy, tick) - hips);
        d.x.atan2(d.z)
    };
    let human = median((0..frames.len()).map(bend).collect());
    let (at, _) = zero(robot);
    let middle = |limbs: &[Limb; 2]| {
        let p = |l: &Limb| at.point(l.upper.body, &l.upper.local);
        (p(&limbs[LEFT]) + p(&limbs[RIGHT])) / 2.0
    };
    let d = middle(&robot.profile.arms) - middle(&robot.profile.legs);
    let forward = at.rotation[robot.profile.pelvis] * robot.profile.forward;
    human - d.dot(&forward).atan2(d.z)
}

/// How far the line from ankle to toe points down when the foot stands flat, median [rad].
fn sole_pitch(human: &Human<'_>, side: usize) -> f64 {
    let leg = &human.anatomy.legs[side];
    let pitch = |t: usize| {
        let d = human.track.position(t, leg.toe) - human.track.position(t, leg.ankle);
        (-d.z).atan2(d.xy().norm())
    };
    let flat = |t: &usize| human.contacts.down[*t][2 * side] && human.contacts.down[*t][2 * side + 1];
    let mut all: Vec<f64> = (0..human.track.ticks()).filter(flat).map(pitch).collect();
    if all.is_empty() {
        all = (0..human.track.ticks()).map(pitch).collect();
    }
    median(all)
}

/// `d` as a unit vector, its nose lifted by `pitch` in its own vertical plane.
fn pitched(d: &Vec3, pitch: f64) -> Vec3 {
    let unit = d.try_normalize(1e-9).unwrap_or_else(Vec3::x);
    match Vec3::z().cross(&unit).try_normalize(1e-6) {
        Some(side) => Rot::from_scaled_axis(side * -pitch) * unit,
        None => unit,
    }
}

/// `hand_of_human_from_hand_of_robot`: the constant rotation between the two hands' axes.
///
/// Both hands are compared with a frame that both bodies have: along the forearm, and across it
/// towards the side the elbow bends to; a neutral hand does not turn in it. Where the skeleton
/// rests in a T-pose, its hands are neutral there (palms down, thumbs forward); where not, they are
/// taken to be neutral in the mean over the clip.
fn hand_offset(human: &Human<'_>, robot: &Robot, side: usize, report: &mut Report) -> Option<Rot> {
    let (track, anatomy) = (human.track, human.anatomy);
    let arm = &anatomy.arms[side];
    if !track.has_rotations() {
        return None;
    }
    let robot_frame = robot_hand_frame(robot, &robot.profile.arms[side])?;
    let name = ["left", "right"][side];
    if anatomy.rest_is_t_pose {
        // At rest all axes are the world's: forearm sideways, elbows bend forward (X by convention
        // after import; the hips say which way this skeleton looks).
        let rest = frame(&rest_direction(human, side), &rest_forward(human))?;
        report.inferred("hands", format!("{name} hand: neutral in the skeleton's T-pose"));
        return Some(rest * robot_frame.inverse());
    }
    let mut sum = nalgebra::Matrix4::zeros();
    for tick in 0..track.ticks() {
        let p = |j| track.position(tick, j);
        let forearm = p(arm.wrist) - p(arm.elbow);
        let Some(neutral) = frame(&forearm, &(p(arm.shoulder) - p(arm.elbow))) else { continue };
        let bend = forearm.normalize().cross(&(p(arm.shoulder) - p(arm.elbow)).normalize()).norm();
        let q = (track.rotation(tick, arm.wrist)?.inverse() * neutral * robot_frame.inverse()).coords;
        // The mean of rotations: the eigenvector of the summed outer products (Markley et al. 2007).
        sum += q * q.transpose() * bend;
    }
    let eigen = sum.symmetric_eigen();
    let best = eigen.eigenvectors.column(eigen.eigenvalues.imax()).into_owned();
    report.inferred(
        "hands",
        format!("{name} hand: the skeleton has no T-pose at rest, so its hand is taken to be neutral in the mean over the clip"),
    );
    Some(Rot::from_quaternion(nalgebra::Quaternion::from(best)))
}

/// Direction of a forearm in a T-pose: sideways.
fn rest_direction(human: &Human<'_>, side: usize) -> Vec3 {
    let left = rest_forward(human);
    let left = Vec3::z().cross(&left);
    if side == LEFT { left } else { -left }
}

/// Where the skeleton looks at rest: import keeps T-poses facing along their own forward axis; the
/// pelvis' rotation at rest is the identity, so the mean of `rotation^-1 * forward` over the clip
/// finds it.
fn rest_forward(human: &Human<'_>) -> Vec3 {
    let (track, anatomy) = (human.track, human.anatomy);
    let mut sum = Vec3::zeros();
    for tick in 0..track.ticks() {
        let left = track.position(tick, anatomy.legs[LEFT].hip) - track.position(tick, anatomy.legs[RIGHT].hip);
        if let Some(rotation) = track.rotation(tick, anatomy.pelvis) {
            sum += rotation.inverse() * left;
        }
    }
    let left = sum.try_normalize(1e-9).unwrap_or_else(Vec3::y);
    // At rest the axes are the world's, and up is up.
    left.cross(&Vec3::z()).try_normalize(1e-9).unwrap_or_else(Vec3::x)
}

/// Axes along a forearm and across it towards `bend`, as a rotation; `None` for a straight arm.
fn frame(along: &Vec3, bend: &Vec3) -> Option<Rot> {
    let x = along.try_normalize(1e-9)?;
    let y = (bend - x * bend.dot(&x)).try_normalize(1e-6)?;
    Some(Rot::from_rotation_matrix(&Rotation3::from_matrix_unchecked(Matrix3::from_columns(&[x, y, x.cross(&y)]))))
}

/// The same axes of a robot's forearm in its hand's frame, its wrist at zero and its elbow bent.
fn robot_hand_frame(robot: &Robot, arm: &Limb) -> Option<Rot> {
    let mut q = vec![0.0; robot.dof()];
    let [low, high] = robot.joints[arm.middle_joint].range.unwrap_or([0.0, 2.0]);
    q[arm.middle_joint] = (low + high) / 2.0;
    let mut at = Kinematics::new(robot);
    at.update(robot, &kouros_motion::Pose::identity(), &q);
    let p = |m: &kouros_robot::Mark| at.point(m.body, &m.local);
    let world = frame(&(p(&arm.lower) - p(&arm.middle)), &(p(&arm.upper) - p(&arm.middle)))?;
    let hand = Rot::from_rotation_matrix(&Rotation3::from_matrix_unchecked(at.rotation[arm.end]));
    Some(hand.inverse() * world)
}

/// The middle value; zero for none.
pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    if values.is_empty() {
        return 0.0;
    }
    let middle = values.len() / 2;
    *values.select_nth_unstable_by(middle, f64::total_cmp).1
}
