//! What carries one body's motion to the other, the same for a whole clip or stream.
//!
//! Lives here: how the human's rest differs from the robot's. Does not: the targets made with it
//! (`targets.rs`).
//!
//! A constant belongs to the person and the rig, and a clip shows it only where the person stands as
//! a body at rest does: upright, feet flat. So each is taken from such ticks, as far as there are
//! any, and from the skeleton at rest as far as there are none: a second cut out of a crouch comes
//! out as it does in the whole.

use crate::targets::{SHORTEST_BONE, lower_spine, pelvis_frames, shoulders};
use crate::{Error, Human, Options, Result};
use kouros_motion::{Anatomy, BodyTrack, FLAT_FOOT_PITCH, LEFT, RIGHT, Report, Rot, STEEPEST_FLAT_FOOT, Vec3};
use kouros_robot::{Around, Kinematics, Limb, Robot};
use nalgebra::{Matrix3, Rotation3};

/// A body at rest is believed as much as this long of standing [s].
const REST_SECONDS: f64 = 0.3;
/// A tick that shows nothing of how the person stands still counts this much [1]: where there is
/// neither a skeleton at rest nor a standing person, it is all there is.
const LEAST_SHARE: f64 = 1e-3;

/// The constants.
#[derive(Debug, Clone)]
pub(crate) struct Constants {
    /// Robot metres per human metre.
    pub scale: f64,
    /// Height of the standing human's ankles, and of the robot's, over the floor [m].
    pub ankle: f64,
    pub robot_ankle: f64,
    /// The joint of the spine that says where the pelvis' up is; `None` for the shoulders.
    pub spine: Option<usize>,
    /// Pitch between the two bodies' upright pelvises [rad].
    pub bend: f64,
    /// Pitch of a flat foot's line from ankle to toe [rad].
    pub pitch: [f64; 2],
    /// The constant rotation between the two hands' axes.
    pub hands: [Option<Rot>; 2],
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
        let (pitch, ankle) = flat_feet(human);
        Ok(Self {
            scale,
            ankle,
            robot_ankle: robot_ankle_height(robot),
            spine,
            bend: neutral_bend(&frames, track, anatomy, spine, robot),
            pitch,
            hands: [hand_offset(human, robot, LEFT, report), hand_offset(human, robot, RIGHT, report)],
        })
    }
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

/// How the two feet stand flat: the pitch of each one's line from ankle to toe [rad], and the height
/// of the ankles over what they stand on [m].
///
/// Both are medians over the ticks where the whole foot stands, drawn towards those of the skeleton
/// at rest, if it stands upright there, or of an adult's foot.
fn flat_feet(human: &Human<'_>) -> ([f64; 2], f64) {
    let (track, anatomy) = (human.track, human.anatomy);
    let pitch = |d: Vec3| (-d.z).atan2(d.xy().norm());
    let (mut pitches, mut heights, mut seconds, mut usual) = ([0.0; 2], Vec::new(), 0.0, 0.0);
    for side in [LEFT, RIGHT] {
        let leg = &anatomy.legs[side];
        let foot = |t: usize| track.position(t, leg.toe) - track.position(t, leg.ankle);
        let whole = |t: &usize| human.contacts.down[*t][2 * side] && human.contacts.down[*t][2 * side + 1];
        let flat: Vec<usize> = (0..track.ticks()).filter(whole).collect();
        let at_rest =
            || Some(pitch(track.rest(leg.toe)? - track.rest(leg.ankle)?)).filter(|p| (0.0..STEEPEST_FLAT_FOOT).contains(p));
        let rest = at_rest().filter(|_| anatomy.rest_is_upright).unwrap_or(FLAT_FOOT_PITCH);
        let shown = flat.len() as f64 / track.rate_hz();
        pitches[side] = drawn(median(flat.iter().map(|&t| pitch(foot(t))).collect()), shown, rest);
        heights.extend(flat.iter().map(|&t| {
            let ankle = track.position(t, leg.ankle);
            let over = |a: &Around| a.scene.plane_at(&a.grounds[t][2 * side], t).height(&ankle);
            human.around.map_or(ankle.z - human.floor, over)
        }));
        seconds += shown;
        // The floor lies where toe joints rest.
        usual += median((0..track.ticks()).map(|t| foot(t).norm()).collect()) * rest.sin() / 2.0;
    }
    (pitches, drawn(median(heights), seconds, usual))
}

/// What `seconds` of evidence show, drawn towards what is `usual`.
fn drawn(shown: f64, seconds: f64, usual: f64) -> f64 {
    usual + (shown - usual) * seconds / (seconds + REST_SECONDS)
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

/// The pitch [rad] to add to the human's pelvis so that pelvis and trunk of a standing human stand to
/// each other as the robot's do at rest: where "upright" is for a pelvis differs from rig to rig, how
/// much the waist bends does not.
fn neutral_bend(frames: &[Rot], track: &BodyTrack, anatomy: &Anatomy, spine: Option<usize>, robot: &Robot) -> f64 {
    let hips = |at: &dyn Fn(usize) -> Vec3| (at(anatomy.legs[LEFT].hip) + at(anatomy.legs[RIGHT].hip)) / 2.0;
    let mut shown = Vec::with_capacity(frames.len());
    for (tick, frame) in frames.iter().enumerate() {
        let trunk = shoulders(track, anatomy, tick) - hips(&|j| track.position(tick, j));
        let d = frame.inverse() * trunk;
        shown.push((d.x.atan2(d.z), standing(track, anatomy, tick, &trunk)));
    }
    let seconds = shown.iter().map(|(_, share)| share).sum::<f64>() / track.rate_hz();
    let median = weighted_median(shown);
    let human = rest_bend(track, anatomy, spine).map_or(median, |rest| drawn(median, seconds, rest));
    let (at, _) = zero(robot);
    let middle = |limbs: &[Limb; 2]| {
        let p = |l: &Limb| at.point(l.upper.body, &l.upper.local);
        (p(&limbs[LEFT]) + p(&limbs[RIGHT])) / 2.0
    };
    let d = middle(&robot.profile.arms) - middle(&robot.profile.legs);
    let forward = at.rotation[robot.profile.pelvis] * robot.profile.forward;
    human - d.dot(&forward).atan2(d.z)
}

/// How much a tick shows of the way a person stands, 0 to 1: trunk upright, thighs below it.
fn standing(track: &BodyTrack, anatomy: &Anatomy, tick: usize, trunk: &Vec3) -> f64 {
    let up = |d: Vec3| d.try_normalize(1e-9).map_or(0.0, |u| u.z.max(0.0));
    let thigh = |l: &kouros_motion::Leg| up(track.position(tick, l.hip) - track.position(tick, l.knee));
    let share = up(*trunk) * anatomy.legs.iter().map(thigh).product::<f64>();
    (share * share).max(LEAST_SHARE)
}

/// The same pitch between lower spine and trunk with all joints at rest, where the source has a
/// skeleton; whether it stands upright there does not matter, for a spine at rest is straight.
fn rest_bend(track: &BodyTrack, anatomy: &Anatomy, spine: Option<usize>) -> Option<f64> {
    let middle = |a: usize, b: usize| Some((track.rest(a)? + track.rest(b)?) / 2.0);
    let (l, r) = (anatomy.legs[LEFT].hip, anatomy.legs[RIGHT].hip);
    let hips = middle(l, r)?;
    let trunk = middle(anatomy.arms[LEFT].shoulder, anatomy.arms[RIGHT].shoulder)? - hips;
    let y = (track.rest(l)? - track.rest(r)?).try_normalize(1e-9)?;
    let z = spine.map_or(Some(trunk), |j| Some(track.rest(j)? - hips))?;
    let z = (z - y * z.dot(&y)).try_normalize(1e-9)?;
    Some(trunk.dot(&y.cross(&z)).atan2(trunk.dot(&z)))
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
fn median(values: Vec<f64>) -> f64 {
    weighted_median(values.into_iter().map(|v| (v, 1.0)).collect())
}

/// The value with half of the weights on either side; zero for none.
fn weighted_median(mut values: Vec<(f64, f64)>) -> f64 {
    values.sort_by(|a, b| a.0.total_cmp(&b.0));
    let half = values.iter().map(|(_, w)| w).sum::<f64>() / 2.0;
    let mut sum = 0.0;
    let middle = values.iter().find(|(_, w)| {
        sum += w;
        sum > half
    });
    middle.or(values.last()).map_or(0.0, |(v, _)| *v)
}
