//! The support polygon: the convex hull, seen from above, of the points a robot stands on.
//!
//! Lives here: hull and signed distance. Does not: which points those are (`stance.rs`).

use nalgebra::Vector2;

/// A point on the floor [m].
pub type Flat = Vector2<f64>;

/// The convex hull of `points`, counter-clockwise (Andrew's monotone chain); a segment or a single
/// point where they span no area.
pub fn hull(points: &mut Vec<Flat>) -> Vec<Flat> {
    points.sort_by(|a, b| a.x.total_cmp(&b.x).then(a.y.total_cmp(&b.y)));
    points.dedup_by(|a, b| (*a - *b).norm() < 1e-9);
    if points.len() < 3 {
        return points.clone();
    }
    let half = |points: &mut dyn Iterator<Item = &Flat>| {
        let mut chain: Vec<Flat> = Vec::new();
        for p in points {
            while let [.., o, a] = chain.as_slice() {
                if (a - o).perp(&(p - o)) > 0.0 {
                    break;
                }
                chain.pop();
            }
            chain.push(*p);
        }
        chain.pop();
        chain
    };
    let mut all = half(&mut points.iter());
    all.extend(half(&mut points.iter().rev()));
    all
}

/// Distance of `p` to the boundary of a hull [m]: positive inside, negative outside; never
/// positive where the hull has no area. `None` where there is no hull.
pub fn margin(hull: &[Flat], p: &Flat) -> Option<f64> {
    let mut nearest = f64::INFINITY;
    let mut inside = hull.len() >= 3;
    for (i, a) in hull.iter().enumerate() {
        let edge = hull[(i + 1) % hull.len()] - a;
        let along = if edge.norm_squared() > 0.0 { ((p - a).dot(&edge) / edge.norm_squared()).clamp(0.0, 1.0) } else { 0.0 };
        nearest = nearest.min((p - a - edge * along).norm());
        inside &= edge.perp(&(p - a)) >= 0.0;
    }
    nearest.is_finite().then_some(if inside { nearest } else { -nearest })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_square_by_hand() {
        let mut points =
            [(0.0, 0.0), (2.0, 0.0), (1.0, 1.0), (2.0, 2.0), (0.0, 2.0), (1.0, 0.0)].map(|(x, y)| Flat::new(x, y)).to_vec();
        let h = hull(&mut points);
        assert_eq!(h.len(), 4);
        let at = |x: f64, y: f64| margin(&h, &Flat::new(x, y)).expect("a hull");
        assert!((at(1.0, 0.5) - 0.5).abs() < 1e-12);
        assert!((at(3.0, 1.0) + 1.0).abs() < 1e-12);
        assert!((at(5.0, 6.0) + 5.0).abs() < 1e-12); // 3-4-5 from the corner
    }

    #[test]
    fn lines_and_points_have_no_inside() {
        let line = hull(&mut vec![Flat::new(0.0, 0.0), Flat::new(1.0, 0.0), Flat::new(2.0, 0.0)]);
        assert_eq!(margin(&line, &Flat::new(1.0, 0.0)), Some(0.0).map(|v: f64| -v));
        assert!((margin(&line, &Flat::new(1.0, 1.0)).expect("a line") + 1.0).abs() < 1e-12);
        assert!((margin(&[Flat::new(0.0, 0.0)], &Flat::new(3.0, 4.0)).expect("a point") + 5.0).abs() < 1e-12);
        assert_eq!(margin(&[], &Flat::new(0.0, 0.0)), None);
    }
}
