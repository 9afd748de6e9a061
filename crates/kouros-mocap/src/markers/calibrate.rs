//! Landmarks of a static trial carried into a moving one by the markers both have.
//!
//! In a gait laboratory knees and ankles are marked on both sides while the person stands, then those markers come
//! off, and plates or groups of three or more on thighs and shanks stay. What stood where among them, and that they
//! are rigid, says where the joint is in every frame (the calibrated anatomical systems of Cappozzo et al., Clin.
//! Biomech. 10 (1995) 171).

use super::gaps::{Path, carry};
use super::landmarks::{self, Landmark as L, own_name};
use super::{Markers, is_output};
use crate::error::{Error, Result};
use crate::{Companions, Format};
use kouros_motion::{LEFT, Report, Vec3, list_names};

/// How much a distance within a group may vary while it moves, as a standard deviation, and how far its mean may be
/// from what it was in the static trial [m]: skin moves by as much under running (Cappozzo et al. 1996).
const RIGID_M: f64 = 0.015;
/// How far from a landmark the middle of its group may be [m]: a thigh's length.
const FAR_M: f64 = 0.45;
/// Markers of a group.
const FEWEST: usize = 3;
const MOST: usize = 5;

/// Where markers are on a person who stands still: the means over a trial.
#[derive(Debug, Clone, PartialEq)]
pub struct StaticTrial {
    /// The file's name.
    file: String,
    /// Labels without their subjects, and places in metres in the file's axes.
    marks: Vec<(String, Vec3)>,
    /// The axis from ankles to pelvis.
    up: Vec3,
    /// Between the front spines [m], and the axis from the right one to the left one.
    middle: Vec3,
    left: Vec3,
}

impl StaticTrial {
    /// Reads a static trial (C3D, TRC).
    ///
    /// # Errors
    /// Bytes in no format of markers or broken ones; labels none of which is a landmark.
    pub fn read(file: &str, bytes: &[u8]) -> Result<Self> {
        let mut told = Report::new();
        let format = crate::format::detect(file, bytes, &mut told)?;
        let m = match format {
            Format::C3d => crate::c3d::read(file, bytes, None, &mut told)?,
            Format::Trc => crate::trc::read(file, bytes, &Companions::default(), None, &mut told)?,
            other => {
                let expected = "a static trial: markers as C3D or TRC".into();
                return Err(Error::Missing { file: file.to_owned(), expected, found: other.to_string() });
            }
        };
        Self::of(file, &m)
    }

    fn of(file: &str, m: &Markers) -> Result<Self> {
        let width = m.names.len().max(1);
        let mean = |i: usize| {
            let seen: Vec<Vec3> = m.places.iter().skip(i).step_by(width).flatten().copied().collect();
            (!seen.is_empty()).then(|| seen.iter().sum::<Vec3>() / seen.len() as f64)
        };
        let marks: Vec<(String, Vec3)> = (0..m.names.len())
            .filter(|i| !own_name(&m.names[*i]).is_empty() && !is_output(own_name(&m.names[*i])))
            .filter_map(|i| Some((own_name(&m.names[i]).to_owned(), mean(i)?)))
            .collect();
        let at = |l: L, side: usize| marks.iter().find(|k| landmarks::of(&k.0) == Some((l, Some(side)))).map(|k| k.1);
        let sides = [0, 1];
        let along = sides.iter().filter_map(|s| Some(at(L::Asis, *s)? - at(L::Ankle, *s).or_else(|| at(L::Heel, *s))?));
        let up = along.sum::<Vec3>();
        let spines = at(L::Asis, 0).zip(at(L::Asis, 1)).filter(|_| up != Vec3::zeros());
        let Some((a, b)) = spines else {
            return Err(Error::Missing {
                file: file.to_owned(),
                expected: "a static trial whose labels name the front of the pelvis (ASIS) and ankles or heels".into(),
                found: format!("labels {}", list_names(marks.iter().map(|k| k.0.as_str()))),
            });
        };
        let unit_m = m.unit_m.unwrap_or_else(|| super::body::unit_of_pelvis((a - b).norm()));
        let middle = (a + b) / 2.0 * unit_m;
        let marks = marks.into_iter().map(|(name, at)| (name, at * unit_m)).collect();
        Ok(Self { file: file.to_owned(), marks, up: up.normalize(), middle, left: a - b })
    }

    /// The file's name.
    pub fn file(&self) -> &str {
        &self.file
    }
}

/// Adds the landmarks that only the static trial has; `unit_m` is of the moving one.
pub(super) fn add(
    trial: &StaticTrial,
    names: &mut Vec<String>,
    paths: &mut Vec<Path>,
    who: &str,
    unit_m: f64,
    report: &mut Report,
) {
    let index = |name: &str| (0..names.len()).find(|i| own_name(&names[*i]).eq_ignore_ascii_case(name));
    let seen = |i: usize| paths[i].iter().any(Option::is_some);
    // The markers of both: where it is in the moving trial, and its place in the static one, in that one's unit.
    let shared: Vec<(usize, Vec3)> =
        trial.marks.iter().filter_map(|(name, at)| index(name).filter(|i| seen(*i)).map(|i| (i, at / unit_m))).collect();
    let known: Vec<_> = (0..names.len()).filter(|i| seen(*i)).filter_map(|i| landmarks::of(&names[i])).collect();
    let (mut added, mut told, mut lost) = (Vec::new(), Vec::new(), Vec::new());
    for (name, at) in &trial.marks {
        let Some(landmark) = landmarks::of(name).filter(|l| !known.contains(l)) else { continue };
        let target = at / unit_m;
        // Legs that bend together keep distances too; a landmark goes with markers of its own side.
        let outwards = landmark.1.map_or(0.0, |side| if side == LEFT { 1.0 } else { -1.0 });
        let own = |at: &Vec3| outwards * (at - trial.middle / unit_m).dot(&trial.left) >= 0.0;
        let near: Vec<usize> =
            (0..shared.len()).filter(|g| own(&shared[*g].1) && (shared[*g].1 - target).norm() * unit_m < FAR_M).collect();
        let Some(group) = group(&shared, near, paths, &target, &trial.up, landmark.0, unit_m) else {
            lost.push(name.clone());
            continue;
        };
        let from: Vec<Vec3> = group.iter().map(|g| shared[*g].1).collect();
        let frames = paths.first().map_or(0, Vec::len);
        let path: Path = (0..frames)
            .map(|t| {
                let to = group.iter().map(|g| paths[shared[*g].0][t]).collect::<Option<Vec<Vec3>>>()?;
                carry(&from, &to, &target)
            })
            .collect();
        let by = group.iter().map(|g| own_name(&names[shared[*g].0])).collect::<Vec<_>>().join(", ");
        told.push(format!("{name} ({by})"));
        added.push((if who.is_empty() { name.clone() } else { format!("{who}:{name}") }, path));
    }
    for (name, path) in added {
        names.push(name);
        paths.push(path);
    }
    if !told.is_empty() {
        let list = told.join("; ");
        report.inferred("static-trial", format!("from {}, carried along by markers of both trials: {list}", trial.file));
    }
    if !lost.is_empty() {
        let list = list_names(&lost);
        report.warn("static-trial", format!("{list} of {}: no three markers near them move as one piece", trial.file));
    }
}

/// Which shared markers carry a landmark: three or more that move as one piece, as near as can be. A knee goes with
/// the thigh and an ankle with the shank: with what is above it; what is on a foot goes with the nearest.
fn group(
    shared: &[(usize, Vec3)],
    mut near: Vec<usize>,
    paths: &[Path],
    target: &Vec3,
    up: &Vec3,
    landmark: L,
    unit_m: f64,
) -> Option<Vec<usize>> {
    let is_joint = matches!(landmark, L::Knee | L::KneeMedial | L::Ankle | L::AnkleMedial | L::Elbow | L::ElbowMedial);
    near.sort_by(|a, b| (shared[*a].1 - target).norm().total_cmp(&(shared[*b].1 - target).norm()).then(a.cmp(b)));
    let mut best: Option<(bool, f64, Vec<usize>)> = None;
    for &seed in &near {
        let mut group = vec![seed];
        for &next in near.iter().filter(|n| **n != seed) {
            if group.len() < MOST && group.iter().all(|g| is_one_piece(&shared[*g], &shared[next], paths, unit_m)) {
                group.push(next);
            }
        }
        let places: Vec<Vec3> = group.iter().map(|g| shared[*g].1).collect();
        if group.len() < FEWEST || carry(&places, &places, target).is_none() {
            continue;
        }
        let middle = places.iter().sum::<Vec3>() / places.len() as f64;
        let is_below = is_joint && (middle - target).dot(up) < 0.0;
        let distance = (middle - target).norm();
        if best.as_ref().is_none_or(|b| (is_below, distance) < (b.0, b.1)) {
            best = Some((is_below, distance, group));
        }
    }
    best.map(|b| b.2)
}

/// Whether two markers keep the distance they had in the static trial.
fn is_one_piece(a: &(usize, Vec3), b: &(usize, Vec3), paths: &[Path], unit_m: f64) -> bool {
    let every = (paths[a.0].len() / 200).max(1);
    let stood = (a.1 - b.1).norm();
    let off: Vec<f64> =
        paths[a.0].iter().zip(&paths[b.0]).step_by(every).filter_map(|(a, b)| Some(((*a)? - (*b)?).norm() - stood)).collect();
    let mean_square = off.iter().map(|d| d * d).sum::<f64>() / off.len().max(1) as f64;
    off.len() >= 5 && mean_square.sqrt() * unit_m < RIGID_M
}
