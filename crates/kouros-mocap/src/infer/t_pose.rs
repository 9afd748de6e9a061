//! A T-pose stored before the motion.

use crate::recognise::{is_t_pose, quantile};
use crate::recording::Recording;
use kouros_motion::{Anatomy, Report, Rot, Vec3};

/// What stands before the motion.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Lead {
    /// The frame that is a T-pose.
    pub t_pose: Option<usize>,
    /// How many frames to drop.
    pub drop: usize,
}

/// How many pairs of neighbouring frames are looked at to know the clip's own speed.
const PAIRS: usize = 400;
/// The jump out of a T-pose against the clip's fastest steps: the one clearly not motion.
const JUMP_FROM_T_POSE: f64 = 2.0;
/// The same out of a first frame that is no T-pose.
const JUMP: f64 = 5.0;
/// A jump moves a joint by at least this share of a leg in one frame.
const FAR: f64 = 0.08;
/// Leading frames looked at.
const LEAD: usize = 60;
/// Frames that must remain.
const REMAIN: usize = 3;

/// Finds the T-pose, and decides what to drop.
pub(crate) fn infer(r: &Recording, anatomy: &Anatomy, up: &Vec3, leg: f64, wanted: Option<bool>, report: &mut Report) -> Lead {
    let frames = r.frames();
    let mut poser = Poser::new(r);
    let first = poser.pose(0).to_vec();
    let t_pose = is_t_pose(anatomy, &first, up).then_some(0);
    let lead = LEAD.min(frames / 4);
    let mut usual: Vec<f64> = (0..PAIRS)
        .map(|i| lead + 1 + i * frames.saturating_sub(lead + 3) / PAIRS)
        .filter(|t| t + 1 < frames)
        .map(|t| poser.step(anatomy, t))
        .collect();
    let fastest = quantile(&mut usual, 0.99);
    let factor = if t_pose.is_some() { JUMP_FROM_T_POSE } else { JUMP };
    let threshold = (factor * fastest).max(FAR * leg);
    // The first jump ends the T-pose; before it the body stands as in the first frame.
    let mut jump = None;
    for t in 0..lead.max(1).min(frames.saturating_sub(1)) {
        let step = poser.step(anatomy, t);
        if step > threshold {
            jump = Some((t, step));
            break;
        }
        if t_pose.is_none() {
            break; // only the very first frame may be dropped without being a T-pose
        }
        if !poser.like(anatomy, &first, t + 1, FAR * leg) {
            break;
        }
    }
    let detected = jump.filter(|(t, _)| frames.saturating_sub(t + 1) >= REMAIN && !usual.is_empty());
    let what = if t_pose.is_some() { "a T-pose" } else { "no part of the motion" };
    match (detected, wanted) {
        (Some((t, step)), None | Some(true)) => {
            let numbers = format!(
                "the next step moves a joint by {:.2} of a leg, {:.1} times the clip's fastest",
                step / leg,
                step / fastest.max(1e-12)
            );
            report.inferred(
                "t-pose",
                format!("the first {} frame(s) are {what} and were dropped: {numbers}; --t-pose keep keeps them", t + 1),
            );
            Lead { t_pose, drop: t + 1 }
        }
        (Some((t, _)), Some(false)) => {
            report.warn("t-pose", format!("the first {} frame(s) are {what} and were kept, as asked", t + 1));
            Lead { t_pose, drop: 0 }
        }
        (None, Some(true)) if frames > 1 => {
            report.inferred("t-pose", "the first frame was dropped, as asked; nothing shows that it is a T-pose");
            Lead { t_pose, drop: 1 }
        }
        (None, _) => Lead { t_pose, drop: 0 },
    }
}

/// Poses of single frames, buffers reused.
struct Poser<'a> {
    r: &'a Recording,
    at: Vec<Vec3>,
    turn: Vec<Rot>,
    before: Vec<Vec3>,
}

impl<'a> Poser<'a> {
    fn new(r: &'a Recording) -> Self {
        Self { r, at: Vec::new(), turn: Vec::new(), before: Vec::new() }
    }

    fn pose(&mut self, frame: usize) -> &[Vec3] {
        self.r.pose_into(frame, &mut self.at, &mut self.turn);
        &self.at
    }

    /// How far the fastest main joint moves from a frame to the next, the pelvis' own way aside.
    fn step(&mut self, a: &Anatomy, frame: usize) -> f64 {
        self.pose(frame);
        std::mem::swap(&mut self.before, &mut self.at);
        self.pose(frame + 1);
        let moved = |j: usize| ((self.at[j] - self.at[a.pelvis]) - (self.before[j] - self.before[a.pelvis])).norm();
        main_joints(a).map(moved).fold(0.0, f64::max)
    }

    /// Whether a frame shows the same posture as `pose`, joint by joint within `near`.
    fn like(&mut self, a: &Anatomy, pose: &[Vec3], frame: usize, near: f64) -> bool {
        self.pose(frame);
        main_joints(a).all(|j| ((self.at[j] - self.at[a.pelvis]) - (pose[j] - pose[a.pelvis])).norm() < near)
    }
}

fn main_joints(a: &Anatomy) -> impl Iterator<Item = usize> + '_ {
    let legs = a.legs.iter().flat_map(|l| [l.knee, l.ankle]);
    legs.chain(a.arms.iter().flat_map(|m| [m.elbow, m.wrist]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::infer::tests::person;
    use crate::recognise::{Sampled, recognise};

    /// A person in a T-pose for some frames, then with hanging arms that swing by `step` [rad] a
    /// frame.
    fn clip(still: usize, step: f64) -> Recording {
        let mut r = person();
        let joints = r.width();
        let arms: Vec<usize> = (0..joints).filter(|j| r.joints[*j].name.ends_with("tArm")).collect();
        let frames = 40;
        r.rotation.truncate(0);
        r.translation.truncate(0);
        for t in 0..frames {
            for (j, joint) in r.joints.iter().enumerate() {
                let side = if joint.offset.x > 0.0 { -1.0 } else { 1.0 };
                let angle = if t < still { 0.0 } else { 1.3 + step * (t - still) as f64 };
                r.rotation.push(if arms.contains(&j) { Rot::new(Vec3::z() * side * angle) } else { Rot::identity() });
                r.translation.push(joint.offset);
            }
        }
        r
    }

    fn lead(r: &Recording, wanted: Option<bool>) -> Lead {
        let mut report = Report::new();
        let anatomy = recognise("t", r, &Sampled::new(r), &mut report).expect("a person");
        infer(r, &anatomy, &Vec3::y(), 85.0, wanted, &mut report)
    }

    #[test]
    fn leading_t_poses_are_dropped() {
        assert_eq!(lead(&clip(1, 0.005), None), Lead { t_pose: Some(0), drop: 1 });
        assert_eq!(lead(&clip(4, 0.005), None), Lead { t_pose: Some(0), drop: 4 });
        assert_eq!(lead(&clip(4, 0.005), Some(false)), Lead { t_pose: Some(0), drop: 0 });
        // Nothing to drop: the motion goes on as it begins.
        assert_eq!(lead(&clip(0, 0.005), None), Lead::default());
        assert_eq!(lead(&clip(0, 0.005), Some(true)), Lead { t_pose: None, drop: 1 });
        // A clip that is nothing but a T-pose keeps it.
        assert_eq!(lead(&clip(40, 0.0), None), Lead { t_pose: Some(0), drop: 0 });
    }
}
