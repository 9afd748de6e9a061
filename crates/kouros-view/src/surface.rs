//! A robot's surface as compact numbers a graphics card takes as they are.
//!
//! Corners that belong to faces at a small angle share a normal, the others keep an edge; places
//! are 16-bit numbers in a cube around the piece (15 micrometres in half a metre), normals 8-bit.

use kouros_motion::Vec3;
use kouros_robot::{Robot, Visual};
use serde::Serialize;
use std::collections::HashMap;

/// Faces at less than this angle are one smooth surface: cosine of 35 degrees.
const SMOOTH: f64 = 0.819;

/// Where one piece lies in the file of surfaces.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Part {
    /// The body that carries it.
    pub body: usize,
    /// Red, green, blue, opacity.
    pub rgba: [f32; 4],
    /// The middle of its cube in the body's frame [m].
    pub center: [f64; 3],
    /// Half the cube's side [m]: what the number 32767 stands for.
    pub half: f64,
    /// Number of corners.
    pub corners: usize,
    /// First byte of the corners: 3 `i16` of place, one unused, 3 `i8` of normal, one unused.
    pub corners_at: usize,
    /// Number of indices, three a triangle.
    pub indices: usize,
    /// First byte of the indices, `u32`.
    pub indices_at: usize,
}

/// The pieces of a robot and the bytes they lie in.
pub(crate) fn surface(robot: &Robot) -> (Vec<Part>, Vec<u8>) {
    let mut bytes = Vec::new();
    let parts = robot.visuals().iter().map(|v| part(v, &mut bytes)).collect();
    (parts, bytes)
}

fn part(visual: &Visual, bytes: &mut Vec<u8>) -> Part {
    let (mut low, mut high) = (Vec3::repeat(f64::INFINITY), Vec3::repeat(f64::NEG_INFINITY));
    for p in &visual.points {
        (low, high) = (low.inf(p), high.sup(p));
    }
    let center = (low + high) / 2.0;
    let half = ((high - low).max() / 2.0).max(1e-6);
    let corners_at = bytes.len();
    let (corners, indices) = smooth(visual);
    for (point, normal) in &corners {
        let p = (visual.points[*point] - center) / half * 32767.0;
        for v in [p.x, p.y, p.z, 0.0] {
            bytes.extend_from_slice(&(v.round() as i16).to_le_bytes());
        }
        bytes.extend(normal.iter().map(|n| n.to_le_bytes()[0]));
        bytes.push(0);
    }
    let indices_at = bytes.len();
    for i in &indices {
        bytes.extend_from_slice(&i.to_le_bytes());
    }
    Part {
        body: visual.body,
        rgba: visual.rgba,
        center: center.into(),
        half,
        corners: corners.len(),
        corners_at,
        indices: indices.len(),
        indices_at,
    }
}

type Normal = [i8; 3];

/// Corners (a point and a normal each), and triangles of them.
fn smooth(visual: &Visual) -> (Vec<(usize, Normal)>, Vec<u32>) {
    let points = &visual.points;
    let face = |t: &[usize; 3]| (points[t[1]] - points[t[0]]).cross(&(points[t[2]] - points[t[0]]));
    // As long as twice its area: large faces say more about the normal than slivers.
    let normals: Vec<Vec3> = visual.triangles.iter().map(face).collect();
    // Files of triangles name a corner once for each face: the same place is the same point.
    let mut place: HashMap<[u64; 3], usize> = HashMap::new();
    let same: Vec<usize> = points
        .iter()
        .enumerate()
        .map(|(i, p)| *place.entry([p.x.to_bits(), p.y.to_bits(), p.z.to_bits()]).or_insert(i))
        .collect();
    let mut around: Vec<Vec<usize>> = vec![Vec::new(); points.len()];
    for (t, triangle) in visual.triangles.iter().enumerate() {
        triangle.iter().for_each(|p| around[same[*p]].push(t));
    }
    let mut known: HashMap<(usize, Normal), u32> = HashMap::new();
    let (mut corners, mut indices) = (Vec::new(), Vec::with_capacity(3 * visual.triangles.len()));
    for (t, triangle) in visual.triangles.iter().enumerate() {
        let length = normals[t].norm();
        if length <= 0.0 {
            continue; // no area, nothing to see
        }
        for p in triangle {
            let alike = |n: &Vec3| n.dot(&normals[t]) >= SMOOTH * length * n.norm();
            let sum: Vec3 = around[same[*p]].iter().map(|o| normals[*o]).filter(alike).sum();
            let unit = sum.try_normalize(0.0).unwrap_or(normals[t] / length) * 127.0;
            let normal = [unit.x, unit.y, unit.z].map(|v| v.round() as i8);
            let next = corners.len() as u32;
            let corner = *known.entry((same[*p], normal)).or_insert(next);
            if corner == next {
                corners.push((same[*p], normal));
            }
            indices.push(corner);
        }
    }
    (corners, indices)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn visual(points: &[[f64; 3]], triangles: &[[usize; 3]]) -> Visual {
        let points = points.iter().map(|p| Vec3::from(*p)).collect();
        Visual { body: 0, points, triangles: triangles.to_vec(), rgba: [1.0; 4] }
    }

    #[test]
    fn an_edge_stays_and_a_flat_is_smooth() {
        // A flat square of two triangles with twin corners, and one standing on its side.
        let v = visual(
            &[[0.0, 0.0, 0.0], [1.0, 0.0, 0.0], [1.0, 1.0, 0.0], [0.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]],
            &[[0, 1, 2], [3, 2, 4], [0, 1, 5]],
        );
        let (corners, indices) = smooth(&v);
        assert_eq!(indices.len(), 9);
        assert_eq!(corners.len(), 4 + 3);
        assert_eq!(corners.iter().filter(|c| c.1 == [0, 0, 127]).count(), 4);
        assert_eq!(corners.iter().filter(|c| c.1 == [0, -127, 0]).count(), 3);
    }

    #[test]
    fn places_come_back() {
        let v = visual(&[[-0.2, 0.1, 0.5], [0.3, 0.1, 0.5], [0.0, 0.25, 0.6]], &[[0, 1, 2]]);
        let mut bytes = Vec::new();
        let part = part(&v, &mut bytes);
        assert_eq!((part.corners, part.indices, bytes.len()), (3, 3, 3 * 12 + 3 * 4));
        for n in 0..3 {
            let at = part.corners_at + 12 * n;
            let number = |i: usize| f64::from(i16::from_le_bytes([bytes[at + 2 * i], bytes[at + 2 * i + 1]]));
            let point = Vec3::from_fn(|i, _| part.center[i] + number(i) / 32767.0 * part.half);
            assert!((point - v.points[n]).norm() < 2.0 * part.half / 32767.0);
        }
    }
}
