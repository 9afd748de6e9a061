//! A person as solids around the joints of a skeleton.
//!
//! Lives here: how thick limbs are drawn, and where heels and heads are that skeletons do not
//! have. The drawing means nothing but to be recognised; no number comes from here.

use crate::report::solid::Solid;
use kouros_motion::{Anatomy, BodyTrack, FootContacts, LEFT, RIGHT, Rot, Vec3};

/// The leg (hip to knee to ankle) that the thicknesses below are for [m].
const USUAL_LEG: f64 = 0.85;
/// Height of the sole's underside below the resting toe joint, drawn [m].
const SOLE: f64 = 0.03;

/// A person, ready to be drawn at any tick.
#[derive(Debug)]
pub struct HumanFigure<'a> {
    track: &'a BodyTrack,
    anatomy: &'a Anatomy,
    /// Height of what is drawn as the floor in the human's world [m].
    pub floor: f64,
    size: f64,
    /// How far the line from ankle to toe points down in a flat foot [rad], left and right.
    pitch: [f64; 2],
}

impl<'a> HumanFigure<'a> {
    /// The figure of a motion whose toes rest at height `floor`.
    pub fn new(track: &'a BodyTrack, anatomy: &'a Anatomy, contacts: &FootContacts, floor: f64) -> Self {
        let length = |tick: usize, a: usize, b: usize| (track.position(tick, a) - track.position(tick, b)).norm();
        let leg = &anatomy.legs[LEFT];
        let size = (length(0, leg.hip, leg.knee) + length(0, leg.knee, leg.ankle)) / USUAL_LEG;
        let pitch = [LEFT, RIGHT].map(|side| {
            let leg = &anatomy.legs[side];
            let down = |t: usize| {
                let d = track.position(t, leg.toe) - track.position(t, leg.ankle);
                (-d.z).atan2(d.xy().norm())
            };
            let flat = |t: &usize| contacts.down[*t][2 * side] && contacts.down[*t][2 * side + 1];
            let mut all: Vec<f64> = (0..track.ticks().min(contacts.down.len())).filter(flat).map(down).collect();
            all.sort_by(f64::total_cmp);
            all.get(all.len() / 2).copied().unwrap_or(0.5)
        });
        Self { track, anatomy, floor: floor - SOLE * size, size, pitch }
    }

    /// The middle between the hips [m].
    pub fn middle(&self, tick: usize) -> Vec3 {
        let [l, r] = &self.anatomy.legs;
        (self.track.position(tick, l.hip) + self.track.position(tick, r.hip)) / 2.0
    }

    /// Heel and ball of a foot on the sole's underside [m].
    pub fn sole(&self, tick: usize, side: usize) -> [Vec3; 2] {
        let leg = &self.anatomy.legs[side];
        let (ankle, toe) = (self.track.position(tick, leg.ankle), self.track.position(tick, leg.toe));
        let (along, down) = self.foot_axes(ankle, toe, side);
        let height = (toe - ankle).dot(&down).max(0.0) + SOLE * self.size;
        [ankle + down * height - along * (0.05 * self.size), toe + down * (SOLE * self.size)]
    }

    /// Forward and down of a foot: its line from ankle to toe, pitched up as it is in a flat foot.
    fn foot_axes(&self, ankle: Vec3, toe: Vec3, side: usize) -> (Vec3, Vec3) {
        let line = (toe - ankle).try_normalize(1e-9).unwrap_or_else(Vec3::x);
        let across = Vec3::z().cross(&line).try_normalize(1e-6).unwrap_or_else(Vec3::y);
        let along = Rot::from_scaled_axis(across * -self.pitch[side]) * line;
        (along, across.cross(&along))
    }

    /// The whole body at a tick.
    pub fn solids(&self, tick: usize) -> Vec<Solid> {
        let mut out = vec![];
        for side in [LEFT, RIGHT] {
            self.leg(tick, side, &mut out);
            self.arm(tick, side, &mut out);
        }
        self.trunk(tick, &mut out);
        out
    }

    fn leg(&self, tick: usize, side: usize, out: &mut Vec<Solid>) {
        let leg = &self.anatomy.legs[side];
        let [hip, knee, ankle, toe] = [leg.hip, leg.knee, leg.ankle, leg.toe].map(|j| self.track.position(tick, j));
        out.push(self.solid(true, &[(hip, 0.082), (knee, 0.056)]));
        out.push(self.solid(true, &[(knee, 0.056), (ankle, 0.040)]));
        let (along, down) = self.foot_axes(ankle, toe, side);
        let [heel, ball] = self.sole(tick, side);
        let on_sole = |p: Vec3, radius: f64| (p - down * (radius * self.size), radius);
        out.push(self.solid(true, &[(ankle, 0.040), on_sole(heel, 0.030), on_sole(ball + along * (0.05 * self.size), 0.018)]));
    }

    fn arm(&self, tick: usize, side: usize, out: &mut Vec<Solid>) {
        let arm = &self.anatomy.arms[side];
        let [shoulder, elbow, wrist] = [arm.shoulder, arm.elbow, arm.wrist].map(|j| self.track.position(tick, j));
        out.push(self.solid(true, &[(shoulder, 0.052), (elbow, 0.040)]));
        out.push(self.solid(true, &[(elbow, 0.040), (wrist, 0.028)]));
        let forearm = (wrist - elbow).try_normalize(1e-9).unwrap_or_else(Vec3::z);
        out.push(self.solid(true, &[(wrist, 0.028), (wrist + forearm * (0.10 * self.size), 0.032)]));
    }

    fn trunk(&self, tick: usize, out: &mut Vec<Solid>) {
        let at = |j: usize| self.track.position(tick, j);
        let a = self.anatomy;
        let [left, right] = [LEFT, RIGHT].map(|s| at(a.arms[s].shoulder));
        let (hips, shoulders) = (self.middle(tick), (left + right) / 2.0);
        let waist = a.spine.get(a.spine.len() / 2).map_or((hips + shoulders) / 2.0, |&j| at(j));
        out.push(self.solid(false, &[(at(a.legs[LEFT].hip), 0.098), (at(a.legs[RIGHT].hip), 0.098), (waist, 0.105)]));
        let inwards = |p: Vec3| p + (shoulders - p) * 0.15;
        out.push(self.solid(false, &[(waist, 0.105), (inwards(left), 0.062), (inwards(right), 0.062)]));
        let up = (shoulders - hips).try_normalize(1e-9).unwrap_or_else(Vec3::z);
        let neck = a.neck.map_or(shoulders + up * (0.06 * self.size), at);
        let head = a.head.map_or(neck + up * (0.09 * self.size), at);
        let crown = (head - neck).try_normalize(1e-3).unwrap_or(up);
        out.push(self.solid(false, &[(neck, 0.052), (head, 0.050)]));
        out.push(self.solid(false, &[(head + crown * (0.055 * self.size), 0.078), (head + crown * (0.125 * self.size), 0.090)]));
    }

    fn solid(&self, limb: bool, balls: &[(Vec3, f64)]) -> Solid {
        Solid { limb, balls: balls.iter().map(|(p, radius)| (*p, radius * self.size)).collect() }
    }
}
