//! Whether the rate a file states can be true.
//!
//! People keep the ratio of step length to cadence nearly constant over walking speeds (the walk
//! ratio, about 0.0065 m per step/min: Sekiya and Nagasaki 1998). Time stretched by a factor
//! stretches it by the same factor, which tells a wrong rate from a slow walk.

use crate::recognise::{Sampled, quantile};
use crate::recording::Recording;
use kouros_motion::{Anatomy, Report, Rot, Vec3};

/// Human walk ratios [m per step/min], with room for children, runs and old age.
const HUMAN: std::ops::RangeInclusive<f64> = 0.003..=0.0105;
/// A ratio this large or larger is no walk at all but a walk played too slowly.
const STRETCHED: f64 = 0.0125;
/// The rate of nearly all of CMU's recordings in Hz.
const CMU_HZ: f64 = 120.0;
/// Steps below this many tell nothing.
const STEPS: usize = 3;

/// A walk seen in a clip, in the file's own time.
struct Walk {
    steps: usize,
    /// Length of a step [m].
    length: f64,
    /// Steps a minute at one frame a second.
    cadence_at_1_hz: f64,
}

/// The rate in Hz: given, or the file's, or CMU's own where a file of theirs states another that
/// its walk contradicts.
pub(crate) fn infer(
    r: &Recording,
    s: &Sampled,
    a: &Anatomy,
    up: &Vec3,
    unit_m: f64,
    given: Option<f64>,
    report: &mut Report,
) -> f64 {
    if let Some(rate) = given {
        return rate;
    }
    let Some(walk) = walk(r, a, up, unit_m) else {
        if r.rate_hz < 0.5 * CMU_HZ && is_cmu(r, s, a) {
            let stated = r.rate_hz;
            report.warn(
                "rate",
                format!("the file states {stated:.4} Hz and the skeleton is CMU's, whose clips have {CMU_HZ} Hz; no steady walk tells which; kept, --source-rate overrides"),
            );
        }
        return r.rate_hz;
    };
    let ratio = |hz: f64| walk.length / (walk.cadence_at_1_hz * hz);
    let stated = ratio(r.rate_hz);
    if stated < STRETCHED {
        return r.rate_hz;
    }
    let seen = format!(
        "{} steps of {:.2} m at {:.0} steps/min by the file's {:.4} Hz are a walk ratio of {stated:.4} m per step/min (people: about 0.0065)",
        walk.steps,
        walk.length,
        walk.cadence_at_1_hz * r.rate_hz,
        r.rate_hz
    );
    if is_cmu(r, s, a) && HUMAN.contains(&ratio(CMU_HZ)) {
        report.warn(
            "rate",
            format!("{seen}; the skeleton is CMU's, whose clips have {CMU_HZ} Hz, and that was taken; --source-rate overrides"),
        );
        return CMU_HZ;
    }
    report.warn("rate", format!("{seen}; the motion may be played too slowly; kept, --source-rate overrides"));
    r.rate_hz
}

/// The signature of CMU's skeletons in every encoding that keeps their joints: helper joints at
/// the root's place before both hips and below the spine, which no other rig has.
fn is_cmu(r: &Recording, s: &Sampled, a: &Anatomy) -> bool {
    const SAME_PLACE: f64 = 0.01; // of a thigh
    let thigh = s.distance(a.legs[0].hip, a.legs[0].knee);
    let at_pelvis = |j: usize| s.distance(j, a.pelvis) < SAME_PLACE * thigh;
    let helper = |hip: usize| r.joints[hip].parent.is_some_and(|p| p != a.pelvis && at_pelvis(p));
    a.legs.iter().all(|l| helper(l.hip)) && a.spine.first().is_some_and(|j| at_pelvis(*j)) && a.spine.len() == 3
}

/// The walk of a clip: steps are swaps of which ankle is ahead, along the way the pelvis goes.
fn walk(r: &Recording, a: &Anatomy, up: &Vec3, unit_m: f64) -> Option<Walk> {
    const MOST_FRAMES: usize = 4000;
    const APART: f64 = 0.12; // m: an ankle is ahead when this much ahead
    const TRAVEL: f64 = 1.2; // m: less is no walk
    const UNEVEN: f64 = 1.5; // upper over lower quartile
    let frames = r.frames().min(MOST_FRAMES);
    let (mut at, mut turn): (Vec<Vec3>, Vec<Rot>) = (Vec::new(), Vec::new());
    let flat = |v: Vec3| (v - up * v.dot(up)) * unit_m;
    let mut ahead = 0.0;
    // Where and when the lead changed: frame and pelvis.
    let mut swaps: Vec<(usize, Vec3)> = Vec::new();
    for t in 0..frames {
        r.pose_into(t, &mut at, &mut turn);
        let [l, m] = [at[a.legs[0].ankle], at[a.legs[1].ankle]];
        let left = flat(at[a.legs[0].hip] - at[a.legs[1].hip]);
        let forward = left.cross(up);
        let lead = if forward.norm() > 0.0 { flat(l - m).dot(&forward) / forward.norm() } else { 0.0 };
        if lead.abs() > APART && lead.signum() != ahead {
            ahead = lead.signum();
            swaps.push((t, flat(at[a.pelvis])));
        }
    }
    let mut lengths: Vec<f64> = swaps.windows(2).map(|w| (w[1].1 - w[0].1).norm()).collect();
    let mut periods: Vec<f64> = swaps.windows(2).map(|w| (w[1].0 - w[0].0) as f64).collect();
    let (steps, travelled) = (lengths.len(), lengths.iter().sum::<f64>());
    if steps < STEPS || travelled < TRAVEL {
        return None;
    }
    // Climbing, dancing and starting over are no walk: its steps take equal times.
    let even = |values: &mut [f64]| quantile(values, 0.75) < UNEVEN * quantile(values, 0.25);
    if !even(&mut periods) || !even(&mut lengths) {
        return None;
    }
    Some(Walk { steps, length: quantile(&mut lengths, 0.5), cadence_at_1_hz: 60.0 / quantile(&mut periods, 0.5) })
}
