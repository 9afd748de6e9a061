//! When the feet of a person rest on the floor, from the motion of ankles and toes alone.
//!
//! Lives here: contacts of a human motion and the floor they imply. Does not: contacts of a robot,
//! whose sole is known (`contact_robot.rs`), nor forces (`wrench.rs`).
//! Sources: a foot is at rest when its horizontal speed and its height are low at once; the
//! default thresholds are those by which retargeted feet are commonly judged, a toe step of at
//! most 1 cm at 30 frames a second and 5 cm over the tenth percentile of its own height
//! (OmniRetarget, arXiv 2509.26633, uses the same step), written as speeds so that every frame
//! rate means the same.

use crate::grounds::{ABOVE, EDGE};
use crate::percentile::{median, quantile};
use crate::rest::{Limits, rests, trim_onsets};
use kouros_motion::{Anatomy, BodyTrack, FLAT_FOOT_PITCH, FootContacts, LEFT, RIGHT, Report, STEEPEST_FLAT_FOOT, Step, Vec3};
use kouros_robot::SceneTrack;
use serde::{Deserialize, Serialize};

/// Which quantile of its own height a resting point is taken to lie at.
const REST_QUANTILE: f64 = 0.1;
/// Legs (hip to knee to ankle) of adults, in whose range no threshold is scaled [m]: the 5th
/// percentile of women to the 95th of men is 0.72 to 0.95 (Winter, Biomechanics and Motor
/// Control, 4th ed., table 4.1: 0.491 of stature), with room for odd skeletons.
const ADULT_LEG: [f64; 2] = [0.65, 1.05];
/// A foot that rests this much higher than the body's lowest point never stood on the floor [m].
const RAISED: f64 = 0.25;

/// How far the back of a usual foot's heel lies behind the ankle, in distances from ankle to toe joint:
/// 5 cm of 14 (an adult's foot: heel to ball 72 % of its length, heel to ankle a quarter).
const HEEL_BACK: f64 = 0.35;

/// When a part of a foot is down. Speeds and heights are for adults; a smaller or larger figure
/// scales heights with its leg, speeds with the root of it (equal Froude number, Alexander 1984).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ContactOptions {
    /// Largest horizontal speed of a toe at rest [m/s].
    pub toe_speed: f64,
    /// Largest height of a toe at rest over the tenth percentile of its height [m].
    pub toe_height: f64,
    /// Largest horizontal speed of an ankle over a heel at rest [m/s].
    pub heel_speed: f64,
    /// Largest height of an ankle over a heel at rest over the tenth percentile of its height [m].
    pub heel_height: f64,
    /// A part that is down stays down until a threshold times this is passed [1].
    pub hysteresis: f64,
    /// Shorter contacts are dropped [s].
    pub shortest: f64,
    /// Shorter gaps are closed, if the part stays low and comes back to where it was [s].
    pub longest_gap: f64,
    /// The ground is no plane (stairs, boxes, slopes): a part rests wherever it is slow for at
    /// least `shortest_uneven`, up and down at most half as fast as along. Feet that hang still in
    /// the air cannot be told apart then.
    pub uneven: bool,
    /// Shortest contact on uneven ground [s].
    pub shortest_uneven: f64,
}

impl Default for ContactOptions {
    fn default() -> Self {
        Self {
            toe_speed: 0.30,
            toe_height: 0.05,
            heel_speed: 0.36,
            heel_height: 0.03,
            hysteresis: 1.15,
            shortest: 0.04,
            longest_gap: 0.07,
            uneven: false,
            shortest_uneven: 0.12,
        }
    }
}

impl ContactOptions {
    /// These settings as a step of a provenance.
    pub fn step(&self) -> Step {
        Step::new("contacts")
            .with("toe_speed_m_s", self.toe_speed)
            .with("toe_height_m", self.toe_height)
            .with("heel_speed_m_s", self.heel_speed)
            .with("heel_height_m", self.heel_height)
            .with("hysteresis", self.hysteresis)
            .with("shortest_s", self.shortest)
            .with("longest_gap_s", self.longest_gap)
            .with("uneven", self.uneven)
            .with("shortest_uneven_s", self.shortest_uneven)
    }
}

/// What the feet of a person say about the ground.
#[derive(Debug, Clone, PartialEq)]
pub struct Contacts {
    /// Heels and toes at the track's own rate.
    pub feet: FootContacts,
    /// Height of the floor in the source's world [m]: the scene's; without one, the plane the toe
    /// joints rest on, the median height of toe joints in contact. The skin of the sole lies a
    /// toe's thickness below that (1 to 3 cm), which joints cannot tell.
    pub floor: f64,
    /// Height in the source's world at which each toe joint rests, left and right [m].
    pub toe_rest: [f64; 2],
    /// Height in the source's world at which each ankle rests, left and right [m].
    pub ankle_rest: [f64; 2],
    /// The same of the back of each heel, found from ankle and toe [m].
    pub heel_rest: [f64; 2],
    /// Scale of the thresholds' heights: 1 for adults [1].
    pub scale: f64,
}

/// When heels and toes of a person are down.
///
/// A toe is down where its joint moves horizontally at most at `toe_speed` and is at most
/// `toe_height` above the tenth percentile of its own height; a heel likewise by its back. A
/// speed is the displacement over 1/30 s, up to the tick or from it, whichever is less: both ends
/// of a rest belong to it; but a rest begins where the speed around the tick is low as well, as far as
/// ticks are shorter than that time. With a `scene` of as many ticks, heights count from what of it lies
/// below each joint, and its floor (0 where it has none) is the floor. A foot that never comes near the height of the body's lowest point
/// (legs raised while lying) is measured from there instead of from its own percentile; likewise an
/// ankle that never comes down to where a heel could stand (kneeling on the ball of the foot).
///
/// What was inferred (floor, scale) goes to `report`; so does an anatomy that does not fit the
/// track, in which case no part is ever down.
pub fn human_contacts(
    track: &BodyTrack,
    anatomy: &Anatomy,
    scene: Option<&SceneTrack>,
    options: &ContactOptions,
    report: &mut Report,
) -> Contacts {
    let (ticks, rate_hz) = (track.ticks(), track.rate_hz());
    let highest = anatomy.legs.iter().flat_map(|l| [l.hip, l.knee, l.ankle, l.toe]).max().unwrap_or(0);
    if highest >= track.bodies() {
        report.warn(
            "contacts",
            format!("the anatomy names joint number {highest}, the motion has {}: no contact was looked for", track.bodies()),
        );
        let feet = FootContacts { rate_hz, down: vec![[false; 4]; ticks] };
        return Contacts { feet, floor: 0.0, toe_rest: [0.0; 2], ankle_rest: [0.0; 2], heel_rest: [0.0; 2], scale: 1.0 };
    }
    let scale = leg_scale(leg_length(track, anatomy));
    let own_floor = scene.map_or(0.0, |s| s.scene().floor.unwrap_or(0.0));
    // Over what lies below, at a height that the floor itself has.
    let over = |t: usize, p: Vec3| match scene.filter(|s| !s.scene().bodies.is_empty()) {
        Some(s) => Vec3::new(p.x, p.y, p.z - s.below(t, &p, ABOVE, EDGE, own_floor).0 + own_floor),
        None => p,
    };
    let lowest: Vec<f64> =
        (0..ticks).map(|t| (0..track.bodies()).map(|b| over(t, track.position(t, b)).z).fold(f64::INFINITY, f64::min)).collect();
    let ground = quantile(&lowest, REST_QUANTILE).unwrap_or(0.0);

    let mut down = vec![[false; 4]; ticks];
    let (mut toe_rest, mut ankle_rest, mut heel_rest) = ([0.0; 2], [0.0; 2], [0.0; 2]);
    let mut toe_heights = Vec::new();
    for side in [LEFT, RIGHT] {
        let leg = &anatomy.legs[side];
        let heel = |t: usize| heel(&track.position(t, leg.ankle), &track.position(t, leg.toe));
        let foot = |t: usize| (track.position(t, leg.toe) - track.position(t, leg.ankle)).norm();
        let length = median(&(0..ticks).map(foot).collect::<Vec<f64>>()).unwrap_or(0.0);
        let toes: Vec<f64> = (0..ticks).map(|t| over(t, track.position(t, leg.toe)).z).collect();
        let highest_heel = quantile(&toes, REST_QUANTILE).unwrap_or(0.0) + length * heel_over_toe(STEEPEST_FLAT_FOOT);
        let ankles: Vec<f64> = (0..ticks).map(|t| over(t, track.position(t, leg.ankle)).z).collect();
        let parts = [
            (leg.ankle, options.heel_speed, options.heel_height, &mut heel_rest[side]),
            (leg.toe, options.toe_speed, options.toe_height, &mut toe_rest[side]),
        ];
        for (part, (joint, speed, height, rest)) in parts.into_iter().enumerate() {
            let point = |t: usize| if joint == leg.ankle { heel(t) } else { track.position(t, joint) };
            let path: Vec<Vec3> = (0..ticks).map(|t| over(t, point(t))).collect();
            let heights: Vec<f64> = path.iter().map(|p| p.z).collect();
            let own = quantile(&heights, REST_QUANTILE).unwrap_or(0.0);
            let raised = own > ground + RAISED * scale;
            let base = if raised { ground } else { own };
            let base = if joint == leg.ankle { base.min(highest_heel) } else { base };
            let limits = Limits {
                speed: speed * scale.sqrt(),
                height: base + height * scale,
                base,
                any_height: options.uneven,
                hysteresis: options.hysteresis,
                shortest: if options.uneven { options.shortest_uneven } else { options.shortest },
                longest_gap: options.longest_gap,
            };
            let mut on = rests(&path, rate_hz, &limits);
            trim_onsets(&mut on, &path, rate_hz, limits.speed * options.hysteresis.max(1.0));
            let resting: Vec<f64> = heights.iter().zip(&on).filter(|(_, d)| **d).map(|(h, _)| *h).collect();
            *rest = median(&resting).unwrap_or(base);
            if joint == leg.toe {
                toe_heights.extend(resting);
            } else {
                let flat: Vec<f64> = ankles.iter().zip(&on).filter(|(_, d)| **d).map(|(h, _)| *h).collect();
                ankle_rest[side] = median(&flat).or(quantile(&ankles, REST_QUANTILE)).unwrap_or(0.0);
            }
            for (d, on) in down.iter_mut().zip(on) {
                d[2 * side + part] = on;
            }
        }
    }
    let resting = median(&toe_heights).unwrap_or(ground);
    let floor = if scene.is_some() { own_floor } else { resting };
    report.inferred(
        "floor",
        format!(
            "the toe joints rest {:.3} m above {} (median of {} resting samples in {ticks} ticks)",
            resting - if scene.is_some() { own_floor } else { 0.0 },
            if scene.is_some() { "what the scene has below them" } else { "the source's zero" },
            toe_heights.len()
        ),
    );
    if scale != 1.0 {
        report.inferred(
            "contact-scale",
            format!("contact heights scaled by {scale:.3}, speeds by its root: the legs are not an adult's"),
        );
    }
    Contacts { feet: FootContacts { rate_hz, down }, floor, toe_rest, ankle_rest, heel_rest, scale }
}

/// The back of a heel from its foot's ankle and toe joints: where a foot that comes down heel first
/// meets the floor, several centimetres behind and below the ankle, which still goes forward then. The
/// foot is taken to be turned about its line and the vertical alone; one that points straight up or
/// down has its heel at the ankle.
pub(crate) fn heel(ankle: &Vec3, toe: &Vec3) -> Vec3 {
    let line = toe - ankle;
    let length = line.norm();
    let Some(left) = Vec3::z().cross(&line).try_normalize(0.1 * length.max(1e-6)) else { return *ankle };
    let (down, back) = (FLAT_FOOT_PITCH.sin(), HEEL_BACK);
    let forward = kouros_motion::Rot::from_scaled_axis(left * -FLAT_FOOT_PITCH) * (line / length);
    ankle - (forward * back + forward.cross(&left) * down) * length
}

/// Height of the heel over the toe joint, in lengths of the foot, when the line between ankle and toe
/// points `pitch` down.
fn heel_over_toe(pitch: f64) -> f64 {
    (FLAT_FOOT_PITCH.cos() + HEEL_BACK) * (pitch - FLAT_FOOT_PITCH).sin()
}

/// Hip to knee to ankle, the median over both legs and up to some hundred ticks [m].
pub(crate) fn leg_length(track: &BodyTrack, anatomy: &Anatomy) -> f64 {
    let every = track.ticks().div_ceil(100).max(1);
    let lengths: Vec<f64> = (0..track.ticks())
        .step_by(every)
        .flat_map(|t| anatomy.legs.map(|l| (t, l)))
        .map(|(t, l)| {
            let knee = track.position(t, l.knee);
            (knee - track.position(t, l.hip)).norm() + (track.position(t, l.ankle) - knee).norm()
        })
        .collect();
    median(&lengths).unwrap_or(1.0)
}

/// How much smaller or larger than an adult's a leg is; 1 for adults.
pub(crate) fn leg_scale(leg: f64) -> f64 {
    let [short, long] = ADULT_LEG;
    let scale = if leg < short { leg / short } else { (leg / long).max(1.0) };
    if scale.is_finite() && scale > 0.0 { scale } else { 1.0 }
}
