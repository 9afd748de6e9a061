//! Where feet pass there is nothing: the air around a person's steps.
//!
//! Lives here: which part of a supposed block a foot went through, and the block without it. Does
//! not: where blocks are supposed to be (`supports.rs`).
//!
//! A foot is longer than what it needs to stand on: on a stair or a ladder the heel hangs over the
//! edge, and under it stands the other foot. What a footprint covers is therefore only a guess of the
//! block below it; that a foot was somewhere lower at that place is known.

use crate::support_polygon::{Flat, hull};
use kouros_motion::{Anatomy, BodyTrack, LEFT, RIGHT, Vec3};

/// A foot reaches this far behind its ankle, before its toe joint, and to either side [m]: bare, an
/// adult's (footprints are taken larger).
const FOOT: [f64; 3] = [0.05, 0.07, 0.045];
/// Points along a foot, and across it.
const ALONG: usize = 7;
const ACROSS: usize = 3;
/// Directions in which a block may end, all around.
const DIRECTIONS: usize = 72;

/// Where both feet are at one tick.
type Points = [[Vec3; ALONG * ACROSS]; 2];

/// The way that both feet take through the air of a clip.
pub(crate) struct Passage {
    ticks: Vec<Points>,
}

impl Passage {
    /// The feet of `track` at the height of their toe joints; a flat foot's ankle is `flat` above its
    /// toe joint, left and right [m]. `scale` is 1 for adults.
    pub fn of(track: &BodyTrack, anatomy: &Anatomy, flat: [f64; 2], scale: f64) -> Self {
        let foot = |t: usize, side: usize| {
            let leg = &anatomy.legs[side];
            let (ankle, toe) = (track.position(t, leg.ankle), track.position(t, leg.toe));
            let heel = ankle - Vec3::z() * flat[side];
            let line = toe - heel;
            let along = line.try_normalize(1e-6).unwrap_or_else(Vec3::x);
            let left = Vec3::z().cross(&along).try_normalize(1e-3).unwrap_or_else(Vec3::zeros);
            let (back, front) = (heel - along * (FOOT[0] * scale), toe + along * (FOOT[1] * scale));
            std::array::from_fn(|i| {
                let part = (i / ACROSS) as f64 / (ALONG - 1) as f64;
                let beside = (i % ACROSS) as f64 - (ACROSS - 1) as f64 / 2.0;
                back + (front - back) * part + left * (beside * FOOT[2] * scale)
            })
        };
        Self { ticks: (0..track.ticks()).map(|t| [foot(t, LEFT), foot(t, RIGHT)]).collect() }
    }

    /// The places within a convex outline (counter-clockwise) at which a foot is lower than `below`,
    /// one list for each time that it goes through.
    fn through(&self, outline: &[Flat], below: f64) -> Vec<Vec<Flat>> {
        let mut out = Vec::new();
        for side in [LEFT, RIGHT] {
            let mut inside_before = false;
            for points in &self.ticks {
                let mut inside = false;
                for p in points[side].iter().filter(|p| p.z < below && contains(outline, &p.xy())) {
                    if !inside && !inside_before {
                        out.push(Vec::new());
                    }
                    inside = true;
                    out.last_mut().into_iter().for_each(|pass: &mut Vec<Flat>| pass.push(p.xy()));
                }
                inside_before = inside;
            }
        }
        out
    }

    /// An outline without what feet go through lower than `below` [m]: for each such pass it ends at a
    /// straight edge before it, the one that leaves most of it.
    pub fn cut(&self, outline: &[Flat], below: f64) -> Vec<Flat> {
        let mut rest = outline.to_vec();
        for pass in self.through(outline, below) {
            let pass: Vec<Flat> = pass.into_iter().filter(|p| contains(&rest, p)).collect();
            if pass.is_empty() {
                continue;
            }
            let edge = |n: usize| {
                let (s, c) = (std::f64::consts::TAU * n as f64 / DIRECTIONS as f64).sin_cos();
                let normal = Flat::new(c, s);
                beneath(&rest, &normal, pass.iter().map(|p| normal.dot(p)).fold(f64::INFINITY, f64::min))
            };
            let left = (0..DIRECTIONS).map(edge).max_by(|a, b| area(a).total_cmp(&area(b)));
            rest = left.unwrap_or_default();
        }
        rest
    }
}

/// Whether a convex outline (counter-clockwise) has a point inside.
fn contains(outline: &[Flat], p: &Flat) -> bool {
    outline.len() > 2
        && (0..outline.len()).all(|i| {
            let (a, b) = (outline[i], outline[(i + 1) % outline.len()]);
            (b - a).perp(&(p - a)) > 0.0
        })
}

/// The part of a convex outline where `normal . p` is at most `offset`.
fn beneath(outline: &[Flat], normal: &Flat, offset: f64) -> Vec<Flat> {
    let mut out = Vec::new();
    for (i, a) in outline.iter().enumerate() {
        let b = &outline[(i + 1) % outline.len()];
        let (over_a, over_b) = (normal.dot(a) - offset, normal.dot(b) - offset);
        if over_a <= 0.0 {
            out.push(*a);
        }
        if (over_a < 0.0 && over_b > 0.0) || (over_a > 0.0 && over_b < 0.0) {
            out.push(a + (b - a) * (over_a / (over_a - over_b)));
        }
    }
    hull(&mut out)
}

/// Of a convex outline, counter-clockwise [m²].
pub(crate) fn area(outline: &[Flat]) -> f64 {
    (1..outline.len().saturating_sub(1)).map(|i| (outline[i] - outline[0]).perp(&(outline[i + 1] - outline[0])) / 2.0).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn square() -> Vec<Flat> {
        [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)].map(|(x, y)| Flat::new(x, y)).to_vec()
    }

    /// A foot as a single point at each tick; the other one far away.
    fn passage(path: &[(f64, f64, f64)]) -> Passage {
        let foot = |p: Vec3| [p; ALONG * ACROSS];
        Passage { ticks: path.iter().map(|&(x, y, z)| [foot(Vec3::new(x, y, z)), foot(Vec3::repeat(99.0))]).collect() }
    }

    #[test]
    fn a_square_cut_by_hand() {
        // In at the side x = 0, as far as 0.2, and out again; and over it, which cuts nothing.
        let foot = passage(&[(-0.1, 0.5, 0.0), (0.2, 0.5, 0.0), (-0.1, 0.5, 0.0), (0.5, 0.5, 0.4)]);
        assert!(foot.through(&square(), 0.3).len() == 1 && foot.through(&square(), -0.1).is_empty());
        let rest = foot.cut(&square(), 0.3);
        assert!((area(&rest) - 0.8).abs() < 1e-12, "{rest:?}");
        assert!(foot.through(&rest, 0.3).is_empty());
        assert!((area(&foot.cut(&square(), -0.1)) - 1.0).abs() < 1e-12);
    }

    #[test]
    fn two_passes_are_two_edges() {
        let foot = passage(&[(0.1, 0.5, 0.0), (-0.5, 0.5, 0.0), (0.9, 0.5, 0.0)]);
        assert!((area(&foot.cut(&square(), 0.3)) - 0.8).abs() < 1e-12);
    }

    #[test]
    fn through_the_middle_leaves_half_or_less() {
        let left = area(&passage(&[(0.5, 0.5, 0.0)]).cut(&square(), 0.3));
        assert!((left - 0.5).abs() < 1e-12);
        assert_eq!(area(&[]), 0.0);
        assert!(!contains(&[], &Flat::zeros()));
    }
}
