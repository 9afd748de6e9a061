//! Rigid groups of markers that belong to no body: a box with marked corners.
//!
//! A group is what shares a subject's name before the colon. Its axes are the world's at the frame
//! it is first seen whole, its place the middle of its markers.

use super::gaps::{Path, rotation};
use super::landmarks::{own_name, subject};
use crate::recording::Thing;
use kouros_motion::{Report, Rot, Vec3};
use std::collections::BTreeMap;
use std::ops::Range;

/// How much a distance within a rigid thing may vary, as a standard deviation [m].
const RIGID_M: f64 = 0.01;
/// The fewest markers that hold a thing's turn.
const FEWEST: usize = 3;

/// The rigid groups of subjects other than `who`, over `range`.
pub(super) fn find(
    names: &[String],
    paths: &[Path],
    who: &str,
    range: Range<usize>,
    unit_m: f64,
    report: &mut Report,
) -> Vec<Thing> {
    let mut groups: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (i, name) in names.iter().enumerate().filter(|(_, n)| subject(n) != who && !own_name(n).is_empty()) {
        groups.entry(subject(name)).or_default().push(i);
    }
    let mut out = Vec::new();
    for (name, members) in groups {
        let whole: Vec<usize> =
            members.into_iter().filter(|i| paths[*i].get(range.clone()).is_some_and(|p| p.iter().all(Option::is_some))).collect();
        let at = |t: usize| whole.iter().filter_map(|i| paths[*i][t]).collect::<Vec<Vec3>>();
        if name.is_empty() || whole.len() < FEWEST || !is_rigid(&range, &at, RIGID_M / unit_m) {
            continue;
        }
        let reference = at(range.start);
        let mut last = Rot::identity();
        let poses = range.clone().map(|t| {
            let now = at(t);
            if let Some(turn) = rotation(&reference, &now) {
                last = Rot::from_rotation_matrix(&nalgebra::Rotation3::from_matrix_unchecked(turn));
            }
            (now.iter().sum::<Vec3>() / now.len() as f64, last)
        });
        let poses = poses.collect();
        report.inferred(
            "objects",
            format!("'{name}' is a rigid thing of {} markers; its axes are the world's at the first frame", whole.len()),
        );
        out.push(Thing { name: name.to_owned(), poses });
    }
    out
}

fn is_rigid(range: &Range<usize>, at: &impl Fn(usize) -> Vec<Vec3>, rigid: f64) -> bool {
    let every = (range.len() / 100).max(1);
    let seen: Vec<Vec<Vec3>> = range.clone().step_by(every).map(at).collect();
    let markers = seen.first().map_or(0, Vec::len);
    (0..markers).all(|i| {
        (0..i).all(|j| {
            let d: Vec<f64> = seen.iter().map(|p| (p[i] - p[j]).norm()).collect();
            let mean = d.iter().sum::<f64>() / d.len() as f64;
            d.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / d.len() as f64 <= rigid * rigid
        })
    })
}
