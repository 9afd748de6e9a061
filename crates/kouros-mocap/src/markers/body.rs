//! The landmarks of one body, the frames in which enough of them are known, and what is missing.

use super::gaps::Path;
use super::landmarks::{self, Landmark as L, subject};
use crate::Up;
use crate::error::{Error, Result};
use kouros_motion::{LEFT, RIGHT, Report, Vec3, list_names};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::ops::Range;

/// The widest landmark pair that is always there: both front iliac spines, some 0.24 m apart
/// (Harrington et al. 2007: 0.17 to 0.30 from children to adults).
const ASIS_M: f64 = 0.24;
/// The shortest piece of a clip worth reading [s].
const SHORTEST_S: f64 = 0.3;

/// Ways to know one joint: all landmarks of any one of them.
type Ways = &'static [&'static [L]];

/// What each side of a body must show.
const LEGS: [(&str, Ways); 4] = [
    ("front of the pelvis (ASIS)", &[&[L::Asis]]),
    ("knee", &[&[L::Knee]]),
    ("ankle", &[&[L::Ankle]]),
    ("toe", &[&[L::Toe], &[L::ToeMedial, L::ToeLateral], &[L::ToeLateral], &[L::ToeMedial]]),
];
/// What each side of a body shows above the pelvis; without it, it rests.
const ARMS: [(&str, Ways); 3] = [
    ("shoulder", &[&[L::Shoulder]]),
    ("elbow", &[&[L::Elbow]]),
    ("wrist", &[&[L::WristRadial, L::WristUlnar], &[L::Wrist], &[L::WristRadial], &[L::WristUlnar]]),
];

/// Paths by landmark.
pub(super) struct Landmarks<'a> {
    paths: BTreeMap<(L, Option<usize>), &'a Path>,
    frames: usize,
    /// Whether both shoulders are marked.
    pub shoulders: bool,
    /// Which arms are marked as a whole (left, right).
    pub arms: [bool; 2],
}

impl<'a> Landmarks<'a> {
    /// The landmarks of a subject; of labels that stand twice, the first counts.
    pub fn find(names: &[String], paths: &'a [Path], who: &str, report: &mut Report) -> Self {
        let mut found: BTreeMap<(L, Option<usize>), &Path> = BTreeMap::new();
        let mut twice = Vec::new();
        for (name, path) in names.iter().zip(paths).filter(|(n, _)| subject(n) == who) {
            let Some(key) = landmarks::of(name) else { continue };
            match found.entry(key) {
                Entry::Occupied(_) => twice.push(landmarks::own_name(name)),
                Entry::Vacant(free) => {
                    free.insert(path);
                }
            }
        }
        if !twice.is_empty() {
            report.warn("markers", format!("several markers for one landmark; left out: {}", list_names(twice)));
        }
        let mut out = Self { frames: paths.first().map_or(0, Vec::len), paths: found, shoulders: false, arms: [false; 2] };
        let known = |side: usize, ways: Ways| out.best(side, ways).is_some();
        let [(_, shoulder), below @ ..] = ARMS;
        let shoulders = [LEFT, RIGHT].into_iter().all(|s| known(s, shoulder));
        let arms = [LEFT, RIGHT].map(|s| shoulders && below.into_iter().all(|(_, ways)| known(s, ways)));
        (out.shoulders, out.arms) = (shoulders, arms);
        out
    }

    /// In how many frames a landmark is known.
    fn seen(&self, landmark: L, side: Option<usize>) -> usize {
        self.paths.get(&(landmark, side)).map_or(0, |p| p.iter().flatten().count())
    }

    /// The first of the best covered ways.
    fn best(&self, side: usize, ways: Ways) -> Option<&'static [L]> {
        let covered = |way: &[L]| way.iter().map(|l| self.seen(*l, Some(side))).min().unwrap_or(0);
        ways.iter().rev().copied().max_by_key(|w| covered(w)).filter(|w| covered(w) > 0)
    }

    /// Where a landmark is at a frame.
    pub fn at(&self, landmark: L, side: Option<usize>, frame: usize) -> Option<Vec3> {
        self.paths.get(&(landmark, side)).and_then(|p| p.get(frame).copied().flatten())
    }

    /// Whether a landmark is known in all of `range`.
    pub fn throughout(&self, landmark: L, side: Option<usize>, range: &Range<usize>) -> bool {
        self.paths.get(&(landmark, side)).and_then(|p| p.get(range.clone())).is_some_and(|p| p.iter().all(Option::is_some))
    }

    /// The longest run of frames in which legs and pelvis are known, and the arms that are marked.
    pub fn range(&self, file: &str, names: &[String], rate_hz: f64, report: &mut Report) -> Result<Range<usize>> {
        let seen = |l: &L, side: Option<usize>| self.seen(*l, side);
        let mut chosen: Vec<(L, Option<usize>)> = Vec::new();
        let (mut has, mut lacks, mut rests) = (Vec::new(), Vec::new(), Vec::new());
        for side in [LEFT, RIGHT] {
            let word = ["left", "right"][side];
            for (i, (part, ways)) in LEGS.into_iter().chain(ARMS).enumerate() {
                let is_leg = i < LEGS.len();
                match self.best(side, ways) {
                    Some(way) => {
                        has.push(format!("{word} {part}"));
                        if is_leg || self.arms[side] || self.shoulders && part == "shoulder" {
                            chosen.extend(way.iter().map(|l| (*l, Some(side))));
                        }
                    }
                    None if is_leg => lacks.push(format!("{word} {part}")),
                    None => rests.push(format!("{word} {part}")),
                }
            }
        }
        let both = seen(&L::Psis, Some(LEFT)).min(seen(&L::Psis, Some(RIGHT)));
        if both > 0 && both >= seen(&L::Sacrum, None) {
            chosen.extend([(L::Psis, Some(LEFT)), (L::Psis, Some(RIGHT))]);
        } else if seen(&L::Sacrum, None) > 0 {
            chosen.push((L::Sacrum, None));
        } else {
            lacks.push("back of the pelvis (both PSIS or a sacrum)".into());
        }
        if !lacks.is_empty() {
            lacks.append(&mut rests);
            let labels = list_names(names.iter().map(|n| landmarks::own_name(n)));
            let known = if has.is_empty() { "none of a landmark".to_owned() } else { format!("those of {}", list_names(&has)) };
            let found = format!("markers, {known}; missing: {}; labels are {labels}", list_names(&lacks));
            return Err(Error::NoBody { file: file.to_owned(), found });
        }
        if !rests.is_empty() {
            let what = match (self.shoulders, self.arms) {
                (false, _) => "the trunk stands upright over the pelvis and the arms hang",
                (true, [false, false]) => "the arms hang",
                (true, [false, true]) => "the left arm hangs",
                (true, _) => "the right arm hangs",
            };
            let missing = list_names(&rests);
            report
                .warn("partial-body", format!("no marker of {missing}: {what}, made up in an adult's proportions, not measured"));
        }
        let whole = |t: usize| chosen.iter().all(|(l, s)| self.at(*l, *s, t).is_some());
        let (mut best, mut from) = (0..0, 0);
        for t in 0..=self.frames {
            if t == self.frames || !whole(t) {
                if t - from > best.len() {
                    best = from..t;
                }
                from = t + 1;
            }
        }
        let rarest = || {
            let rare = chosen.iter().min_by_key(|(l, s)| seen(l, *s));
            rare.map_or(String::new(), |(l, s)| {
                format!("; the rarest is {l:?} {} in {} frames", s.map_or("", |s| ["left", "right"][s]), seen(l, *s))
            })
        };
        if best.is_empty() || (best.len() as f64) < SHORTEST_S * rate_hz && best.len() < self.frames {
            return Err(Error::Missing {
                file: file.to_owned(),
                expected: format!("all needed markers at once for {SHORTEST_S} s"),
                found: format!("{} frames of {} at most{}", best.len(), self.frames, rarest()),
            });
        }
        if best.len() < self.frames {
            report.warn(
                "trimmed",
                format!(
                    "not all needed markers are known in every frame{}; frames {} to {} of {} were read",
                    rarest(),
                    best.start,
                    best.end - 1,
                    self.frames
                ),
            );
        }
        Ok(best)
    }

    /// The axis along which shoulders, or a pelvis alone, stand over ankles.
    pub fn up(&self, range: &Range<usize>) -> Up {
        let mut along = Vec3::zeros();
        for t in range.clone() {
            for side in [Some(LEFT), Some(RIGHT)] {
                let top = self.at(L::Shoulder, side, t).or_else(|| self.at(L::Asis, side, t));
                if let (Some(top), Some(low)) = (top, self.at(L::Ankle, side, t)) {
                    along += top - low;
                }
            }
        }
        let i = along.iamax();
        let axes = if along[i] < 0.0 { [Up::NegX, Up::NegY, Up::NegZ] } else { [Up::X, Up::Y, Up::Z] };
        axes.get(i).copied().unwrap_or(Up::Z)
    }
}

/// Metres per unit by the width of the pelvis; 1 where it is not marked.
pub(super) fn unit(paths: &[Path], names: &[String]) -> f64 {
    let path = |side| names.iter().position(|n| landmarks::of(n) == Some((L::Asis, Some(side)))).and_then(|i| paths.get(i));
    let (Some(a), Some(b)) = (path(LEFT), path(RIGHT)) else { return 1.0 };
    let mut widths: Vec<f64> = a.iter().zip(b).filter_map(|(a, b)| Some((*a)?.metric_distance(&(*b)?))).collect();
    widths.sort_by(f64::total_cmp);
    let Some(width) = widths.get(widths.len() / 2).filter(|w| **w > 0.0) else { return 1.0 };
    unit_of_pelvis(*width)
}

/// Metres per unit where the front of a pelvis is this wide.
pub(super) fn unit_of_pelvis(width: f64) -> f64 {
    let off = |unit: &f64| (width * unit / ASIS_M).ln().abs();
    [1.0, 0.01, 0.001, 0.0254].into_iter().min_by(|a, b| off(a).total_cmp(&off(b))).unwrap_or(1.0)
}

/// Metres per unit by how far apart markers are at most in a frame: some 1.6 m on a standing person.
pub(super) fn unit_by_extent(paths: &[Path]) -> f64 {
    const EXTENT_M: f64 = 1.6;
    let frames = paths.first().map_or(0, Vec::len);
    let wide = |t: usize| {
        let at: Vec<Vec3> = paths.iter().filter_map(|p| p[t]).collect();
        let (low, high) =
            at.iter().fold((Vec3::repeat(f64::INFINITY), Vec3::repeat(f64::NEG_INFINITY)), |(l, h), p| (l.inf(p), h.sup(p)));
        (high - low).max()
    };
    let mut extents: Vec<f64> = (0..frames).step_by(frames.div_ceil(100).max(1)).map(wide).filter(|w| *w > 0.0).collect();
    extents.sort_by(f64::total_cmp);
    let Some(extent) = extents.get(extents.len() / 2) else { return 1.0 };
    let off = |unit: &f64| (extent * unit / EXTENT_M).ln().abs();
    [1.0, 0.01, 0.001, 0.0254].into_iter().min_by(|a, b| off(a).total_cmp(&off(b))).unwrap_or(1.0)
}
