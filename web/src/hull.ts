// The support polygon seen from above, and how far a point is inside.

export type Flat = [number, number];

const cross = (o: Flat, a: Flat, b: Flat): number => (a[0] - o[0]) * (b[1] - o[1]) - (a[1] - o[1]) * (b[0] - o[0]);

/** The convex hull, counter-clockwise (Andrew's monotone chain). */
export function hull(points: Flat[]): Flat[] {
  const sorted = [...points].sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  if (sorted.length < 3) return sorted;
  const half = (all: Flat[]): Flat[] => {
    const chain: Flat[] = [];
    for (const p of all) {
      while (chain.length >= 2 && cross(chain.at(-2)!, chain.at(-1)!, p) <= 0) chain.pop();
      chain.push(p);
    }
    chain.pop();
    return chain;
  };
  return [...half(sorted), ...half(sorted.reverse())];
}

/** Distance to the boundary [m], positive inside; null without a polygon. */
export function margin(polygon: Flat[], p: Flat): number | null {
  if (polygon.length === 0) return null;
  let nearest = Infinity;
  let inside = polygon.length >= 3;
  polygon.forEach((a, i) => {
    const b = polygon[(i + 1) % polygon.length]!;
    const edge: Flat = [b[0] - a[0], b[1] - a[1]];
    const squared = edge[0] ** 2 + edge[1] ** 2;
    const along = squared > 0 ? Math.min(1, Math.max(0, ((p[0] - a[0]) * edge[0] + (p[1] - a[1]) * edge[1]) / squared)) : 0;
    nearest = Math.min(nearest, Math.hypot(p[0] - a[0] - edge[0] * along, p[1] - a[1] - edge[1] * along));
    inside &&= cross(a, b, p) >= 0;
  });
  return inside ? nearest : -nearest;
}
