//! Contacts by force plates, and how well contacts found without them agree.
//!
//! Lives here: whose foot loads a plate, what is known by it, and at which moments nothing is.
//! Does not: forces from channels (`kouros-mocap`), contacts from motion (`contact.rs`).

use crate::percentile::median;
use kouros_motion::{Anatomy, BodyTrack, FootContacts, ForcePlate, LEFT, RIGHT, Report};
use nalgebra::Vector2;

/// From this load on a foot is down [N].
const LOAD: f64 = 20.0;
/// A load is a strike if it lasts this long [s]; shorter ones are shocks.
const SHORTEST: f64 = 0.1;
/// Losses of the load shorter than this are bounces of one strike [s].
const BOUNCE: f64 = 0.03;
/// How far the centre of pressure may lie from the line of the sole that caused it [m]: half a
/// foot's width, and what joints and plates disagree by.
const BESIDE: f64 = 0.09;
/// In this share of a strike's ticks at least the centre of pressure must lie so.
const SHARE: f64 = 0.95;
/// The centre of pressure means little under less load than this [N].
const FIRM: f64 = 100.0;
/// Before and after a strike a foot is known to be in the air for this long [s]; swings last three
/// times as long.
const AIR: f64 = 0.1;
/// What a sole is longer than ankle to toe joint, at its heel and at its tip, as a share of that.
const BEYOND: f64 = 0.35;
/// Along the sole from heel to tip, the centre of pressure lies behind the first under a heel alone
/// and before the second under a forefoot alone (heels rise once it is under the metatarsal heads,
/// at two thirds of a foot).
const HEEL_ALONE: f64 = 0.3;
const TOE_ALONE: f64 = 0.67;

/// One foot's stay on a plate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Strike {
    /// [`LEFT`] or [`RIGHT`].
    pub side: usize,
    /// Which plate, from 0.
    pub plate: usize,
    /// When the load passed 20 N, from the first tick on [s]; `None` where the clip or the
    /// recording begins with the foot down.
    pub onset_s: Option<f64>,
    /// When it fell under 20 N again [s]; `None` where it never did.
    pub end_s: Option<f64>,
}

/// What plates know about contacts.
#[derive(Debug, Clone, PartialEq)]
pub struct PlateContacts {
    /// Heels and toes where they are known; up elsewhere.
    pub feet: FootContacts,
    /// Whether left and right are known at each tick (T).
    pub known: Vec<[bool; 2]>,
    /// The strikes that count, by plate and time.
    pub strikes: Vec<Strike>,
    /// How many loads were left out: by no foot, by both, beside the plate's edge.
    pub left_out: usize,
}

impl PlateContacts {
    /// `found`, and where plates know better, what they know.
    #[must_use]
    pub fn over(&self, found: &FootContacts) -> FootContacts {
        let mut out = found.clone();
        for ((down, known), truth) in out.down.iter_mut().zip(&self.known).zip(&self.feet.down) {
            for part in 0..4 {
                if known[part / 2] {
                    down[part] = truth[part];
                }
            }
        }
        out
    }

    /// How well `found`, at the same ticks, agrees.
    pub fn agreement(&self, found: &FootContacts) -> Agreement {
        let (mut hit, mut wrong, mut ticks) = (0.0, 0.0, 0);
        for (t, known) in self.known.iter().enumerate().take(found.down.len()) {
            for side in [LEFT, RIGHT].into_iter().filter(|s| known[*s]) {
                ticks += 1;
                match (found.foot(t, side), self.feet.foot(t, side)) {
                    (true, true) => hit += 1.0,
                    (false, false) => {}
                    _ => wrong += 1.0,
                }
            }
        }
        let rate_hz = found.rate_hz;
        let at = |s: f64| ((s * rate_hz).ceil().max(0.0) as usize).min(found.down.len());
        let onset_errors_s = self.strikes.iter().filter_map(|s| {
            let onset = s.onset_s?;
            let end = s.end_s.map_or(found.down.len(), at);
            // The contact that is there in the strike, from its own beginning.
            let inside = (at(onset)..end).find(|t| found.foot(*t, s.side))?;
            let begins = (0..=inside).rev().take_while(|t| found.foot(*t, s.side)).last()?;
            Some(begins as f64 / rate_hz - onset)
        });
        let onset_errors_s: Vec<f64> = onset_errors_s.collect();
        let f1 = if hit + wrong > 0.0 { 2.0 * hit / (2.0 * hit + wrong) } else { 0.0 };
        Agreement { strikes: self.strikes.len(), known_ticks: ticks, f1, onset_errors_s, rate_hz }
    }
}

/// How well contacts agree with plates.
#[derive(Debug, Clone, PartialEq)]
pub struct Agreement {
    /// Strikes that count.
    pub strikes: usize,
    /// Ticks at which a foot's contact is known, both feet together.
    pub known_ticks: usize,
    /// Of feet down at those ticks: harmonic mean of precision and recall [1].
    pub f1: f64,
    /// When a contact begins after the plate's 20 N [s], of each strike whose onset is known and in
    /// which a contact was found.
    pub onset_errors_s: Vec<f64>,
    /// Of the contacts [Hz].
    pub rate_hz: f64,
}

impl Agreement {
    /// The median of the onsets' absolute errors [s].
    pub fn median_onset_s(&self) -> Option<f64> {
        median(&self.onset_errors_s.iter().map(|e| e.abs()).collect::<Vec<_>>())
    }

    /// How many onsets are within 20 ms or a tick, whichever is longer.
    pub fn onsets_within(&self) -> usize {
        let limit = 0.02_f64.max(1.0 / self.rate_hz) + 1e-9;
        self.onset_errors_s.iter().filter(|e| e.abs() <= limit).count()
    }
}

/// What `plates` know of the feet of `track`. A foot is down from 20 N on, by a load that its sole
/// alone explains and wholly on the plate; heel and toe by where along the sole the centre of pressure
/// is. What was left out goes to `report`.
pub fn plate_contacts(track: &BodyTrack, anatomy: &Anatomy, plates: &[ForcePlate], report: &mut Report) -> PlateContacts {
    let (ticks, rate_hz) = (track.ticks(), track.rate_hz());
    let mut out = PlateContacts {
        feet: FootContacts { rate_hz, down: vec![[false; 4]; ticks] },
        known: vec![[false; 2]; ticks],
        strikes: Vec::new(),
        left_out: 0,
    };
    if anatomy.legs.iter().any(|l| l.ankle >= track.bodies() || l.toe >= track.bodies()) {
        return out;
    }
    let sole = |t: usize, side: usize| sole(track, anatomy, t, side);
    let mut found: Vec<(Strike, std::ops::Range<usize>)> = Vec::new();
    for (index, plate) in plates.iter().enumerate() {
        for span in loads(plate) {
            let time = |s: usize| plate.start_s + s as f64 / plate.rate_hz;
            let tick = |s: f64| (s * rate_hz).ceil().max(0.0) as usize;
            let range = tick(time(span.start)).min(ticks)..tick(time(span.end)).min(ticks);
            if range.is_empty() {
                continue;
            }
            match owner(plate, &range, rate_hz, &sole) {
                Some(side) if on_plate(plate, &range, side, &sole) => {
                    let inside = |at: f64| (at > 0.0 && at < (ticks as f64 - 1.0) / rate_hz).then_some(at);
                    let onset_s = Some(time(span.start)).filter(|_| span.start > 0).and_then(inside);
                    let end_s = Some(time(span.end)).filter(|_| span.end < plate.samples()).and_then(inside);
                    found.push((Strike { side, plate: index, onset_s, end_s }, range));
                }
                _ => out.left_out += 1,
            }
        }
    }
    // A foot on two plates at once is wholly on neither.
    let (a_tick, all) = ((2.0 * BOUNCE * rate_hz).ceil() as usize, found.clone());
    found.retain(|(s, r)| {
        let shared = |(o, q): &(Strike, std::ops::Range<usize>)| {
            o.plate != s.plate && o.side == s.side && r.end.min(q.end) > r.start.max(q.start) + a_tick
        };
        !all.iter().any(shared)
    });
    out.left_out += all.len() - found.len();
    let air = (AIR * rate_hz).round() as usize;
    for (strike, range) in &found {
        let before = if strike.onset_s.is_some() { range.start.saturating_sub(air) } else { range.start };
        let after = if strike.end_s.is_some() { (range.end + air).min(ticks) } else { range.end };
        for known in out.known.get_mut(before..after).unwrap_or_default() {
            known[strike.side] = true;
        }
    }
    for (strike, range) in found {
        let Some(plate) = plates.get(strike.plate) else { continue };
        for t in range {
            let along = center(plate, t, rate_hz).map_or(0.5, |(c, _)| {
                let (heel, tip) = sole(t, strike.side);
                (c - heel).dot(&(tip - heel)) / (tip - heel).norm_squared().max(1e-9)
            });
            out.feet.down[t][2 * strike.side] |= along < TOE_ALONE;
            out.feet.down[t][2 * strike.side + 1] |= along > HEEL_ALONE;
        }
        out.strikes.push(strike);
    }
    if !plates.is_empty() {
        report.inferred(
            "plate-contacts",
            format!(
                "{} strikes lie wholly on a force plate and are what they weigh (20 N); {} other loads are of no foot, of both, or over an edge",
                out.strikes.len(),
                out.left_out
            ),
        );
    }
    out
}

type Flat = Vector2<f64>;

/// Heel and tip of a sole from above, by ankle and toe joint.
fn sole(track: &BodyTrack, anatomy: &Anatomy, t: usize, side: usize) -> (Flat, Flat) {
    let leg = &anatomy.legs[side];
    let (ankle, toe) = (track.position(t, leg.ankle).xy(), track.position(t, leg.toe).xy());
    let along = (toe - ankle) * BEYOND;
    (ankle - along, toe + along)
}

/// The spans of samples under load.
fn loads(plate: &ForcePlate) -> Vec<std::ops::Range<usize>> {
    let samples = |seconds: f64| (seconds * plate.rate_hz) as usize;
    let mut out: Vec<std::ops::Range<usize>> = Vec::new();
    for s in (0..plate.samples()).filter(|s| plate.load(*s) >= LOAD) {
        match out.last_mut() {
            Some(span) if s <= span.end + samples(BOUNCE) => span.end = s + 1,
            _ => out.push(s..s + 1),
        }
    }
    out.retain(|span| span.len() >= samples(SHORTEST).max(2));
    out
}

/// Centre of pressure from above and load at a tick.
fn center(plate: &ForcePlate, t: usize, rate_hz: f64) -> Option<(Flat, f64)> {
    let s = plate.sample_at(t as f64 / rate_hz)?;
    Some((plate.center.get(s)?.xy(), plate.load(s)))
}

/// The foot whose sole explains where a load pushes, all the time.
fn owner(
    plate: &ForcePlate,
    range: &std::ops::Range<usize>,
    rate_hz: f64,
    sole: &impl Fn(usize, usize) -> (Flat, Flat),
) -> Option<usize> {
    let firm: Vec<(usize, Flat)> =
        range.clone().filter_map(|t| center(plate, t, rate_hz).filter(|(_, load)| *load >= FIRM).map(|(c, _)| (t, c))).collect();
    let explained = |side: usize| {
        let near = firm.iter().filter(|(t, c)| distance(c, &sole(*t, side)) <= BESIDE).count();
        near as f64 >= SHARE * firm.len() as f64
    };
    match [LEFT, RIGHT].map(explained) {
        _ if firm.is_empty() => None,
        [true, false] => Some(LEFT),
        [false, true] => Some(RIGHT),
        _ => None,
    }
}

/// From a point to a line from end to end.
fn distance(p: &Flat, (a, b): &(Flat, Flat)) -> f64 {
    let along = b - a;
    let s = ((p - a).dot(&along) / along.norm_squared().max(1e-12)).clamp(0.0, 1.0);
    (p - a - along * s).norm()
}

/// Whether the whole sole lies on the plate in the middle of a strike; yes where the plate's size is
/// not known.
fn on_plate(
    plate: &ForcePlate,
    range: &std::ops::Range<usize>,
    side: usize,
    sole: &impl Fn(usize, usize) -> (Flat, Flat),
) -> bool {
    let Some(corners) = plate.corners.map(|c| c.map(|p| p.xy())) else { return true };
    let (heel, tip) = sole((range.start + range.end) / 2, side);
    let inside = |p: &Flat| {
        let turns = [0, 1, 2, 3].map(|i| (corners[(i + 1) % 4] - corners[i]).perp(&(p - corners[i])));
        turns.iter().all(|v| *v >= 0.0) || turns.iter().all(|v| *v <= 0.0)
    };
    inside(&heel) && inside(&tip)
}
