//! The body outside the things around it; hands, elbows, knees, seat and back at what the human's
//! are at.

use super::feet::tangents;
use super::{Clock, hinge};
use crate::Options;
use crate::frame::{Columns, Frame, Support, map};
use crate::normal::Normal;
use crate::targets::Target;
use kouros_motion::{BodyPart, LEFT, Pose, RIGHT, Vec3};
use kouros_robot::{Around, Robot, Touch};

/// The body begins to feel a thing this far from it [m].
const SOFT: f64 = 0.01;
/// The same for a part that is to be at a thing: hardly [m].
const AT_IT: f64 = 0.002;
/// Points of a limb against things are no farther apart than this [m], nor than its radius: an edge
/// then goes at most 0.13 of that radius deeper between two points than at them.
const SPACING: [f64; 2] = [0.01, 0.03];
/// A part this much farther from its surface than it should be is not held yet [m].
const ARRIVED: f64 = 0.03;

/// A ball of a body.
#[derive(Debug, Clone, Copy)]
struct Probe {
    local: Vec3,
    radius: f64,
}

/// The probes of one shape and a ball around them.
#[derive(Clone)]
struct Group {
    support: usize,
    probes: Vec<Probe>,
    center: Vec3,
    reach: f64,
    /// Sole of this side.
    sole: Option<usize>,
    /// The part it belongs to.
    part: Option<BodyPart>,
}

/// What the terms need of a robot.
#[derive(Clone)]
pub(crate) struct Surroundings {
    supports: Vec<Support>,
    groups: Vec<Group>,
}

impl Surroundings {
    pub fn new(robot: &Robot) -> Self {
        let mut bodies: Vec<usize> = robot.shapes.iter().map(|s| s.body).collect();
        bodies.sort_unstable();
        bodies.dedup();
        let supports: Vec<Support> = bodies.iter().map(|b| Support::of(robot, *b)).collect();
        let mut groups = Vec::new();
        for shape in &robot.shapes {
            let c = &shape.capsule;
            let [least, most] = SPACING;
            let pieces = ((c.b - c.a).norm() / c.radius.clamp(least, most)).ceil() as usize;
            let along = (0..=pieces).map(|i| c.a + (c.b - c.a) * (i as f64 / pieces.max(1) as f64));
            // Corners of boxes and meshes stick out of the capsule that is fitted to them.
            let corners = shape.balls.iter().filter(|b| !is_end(b.center, c.a) && !is_end(b.center, c.b));
            let corners = corners.map(|b| Probe { local: b.center, radius: b.radius });
            let probes: Vec<Probe> = along.map(|local| Probe { local, radius: c.radius }).chain(corners).collect();
            let center = (c.a + c.b) / 2.0;
            let reach = probes.iter().map(|p| (p.local - center).norm() + p.radius).fold(0.0, f64::max);
            let support = bodies.iter().position(|b| *b == shape.body).unwrap_or(0);
            let sole = [LEFT, RIGHT].into_iter().find(|s| robot.profile.soles[*s].body == shape.body);
            groups.push(Group { support, probes, center, reach, sole, part: robot.body_part(shape) });
        }
        Self { supports, groups }
    }

    /// Adds the rows of tick `t`; `before` is the robot a tick earlier.
    #[expect(clippy::too_many_arguments, reason = "a tick, the one before, and the weights of a phase")]
    pub fn add(
        &self,
        frame: &Frame<'_>,
        before: Option<&Frame<'_>>,
        around: &Around,
        t: usize,
        target: &Target,
        options: &Options,
        clock: Clock,
        ramp: f64,
        out: &mut Normal<'_>,
        scratch: &mut [Columns; 3],
    ) {
        let w = &options.weights;
        let touches = &around.touches[t];
        let mut row: Vec<[f64; 1]> = Vec::with_capacity(24);
        for group in &self.groups {
            let support = &self.supports[group.support];
            let center = frame.at.point(support.body, &group.center);
            let touching =
                group.part.is_some_and(|p| touches.iter().any(|touch| touch.part == p && touch.surface.body.is_some()));
            let standing = group.sole.is_some_and(|s| target.contact[2 * s] || target.contact[2 * s + 1]);
            let soft = if touching || standing { AT_IT } else { SOFT };
            for (body, solid) in around.scene.solids() {
                let pose = around.scene.pose(body, t);
                let (middle, radius) = solid.bounds();
                let middle = pose.transform_point(&middle.into()).coords;
                if (middle - center).norm() > radius + group.reach + soft {
                    continue;
                }
                // No place of the group is nearer than its middle less its reach.
                if solid.nearest(&pose.inverse_transform_point(&center.into()).coords, group.reach + soft).is_none() {
                    continue;
                }
                for probe in &group.probes {
                    let p = frame.at.point(support.body, &probe.local);
                    let local = pose.inverse_transform_point(&p.into()).coords;
                    let Some(near) = solid.nearest(&local, probe.radius + soft) else { continue };
                    let (sunk, slope) = hinge(near.distance - probe.radius, soft);
                    if slope == 0.0 {
                        continue;
                    }
                    frame.point(support, &p, &mut scratch[0]);
                    map(&scratch[0], &[pose.rotation * near.normal * slope], &mut row);
                    out.add(&support.columns, &row, &[sunk], w.solids.powi(2) * clock.share * ramp);
                }
            }
        }
        for touch in touches {
            let then = before.zip(around.touches.get(t.wrapping_sub(1)).and_then(|all| same_touch(all, touch)));
            self.add_touch(frame, then, around, t, touch, options, clock, ramp, out, scratch);
        }
    }

    #[expect(clippy::too_many_arguments, reason = "one touch and the weights of a phase")]
    fn add_touch(
        &self,
        frame: &Frame<'_>,
        then: Option<(&Frame<'_>, &Touch)>,
        around: &Around,
        t: usize,
        touch: &Touch,
        options: &Options,
        clock: Clock,
        ramp: f64,
        out: &mut Normal<'_>,
        scratch: &mut [Columns; 3],
    ) {
        let w = &options.weights;
        let weigh = |w: f64| w * w * clock.share * ramp * touch.strength;
        let plane = around.scene.plane_at(&touch.surface, t);
        let mut best: Option<(f64, &Support, Probe, Vec3)> = None;
        for group in self.groups.iter().filter(|g| g.part == Some(touch.part)) {
            let support = &self.supports[group.support];
            for probe in &group.probes {
                let p = frame.at.point(support.body, &probe.local);
                let height = plane.height(&p) - probe.radius;
                if best.as_ref().is_none_or(|(h, ..)| height < *h) {
                    best = Some((height, support, *probe, p));
                }
            }
        }
        let Some((height, support, probe, p)) = best else { return };
        let [u, v] = tangents(&plane.normal);
        let [columns, columns_then, _] = scratch;
        frame.point(support, &p, columns);
        let mut row: Vec<[f64; 1]> = Vec::with_capacity(24);
        map(columns, &[plane.normal], &mut row);
        out.add(&support.columns, &row, &[height - touch.gap], weigh(w.touch));
        let mut now: Vec<[f64; 2]> = Vec::with_capacity(24);
        let here = touch.surface.body.map(|b| *around.scene.pose(b, t));
        if let Some(pose) = here {
            let off = p - pose.transform_point(&touch.place.into()).coords;
            map(columns, &[u, v], &mut now);
            out.add(&support.columns, &now, &[u.dot(&off), v.dot(&off)], weigh(w.touch_place));
        }
        let Some((before, _)) = then.filter(|(_, then)| touch.held && then.held && height - touch.gap < ARRIVED) else { return };
        // Where the point of then would be now, had it gone with the thing.
        let gone = match (here, touch.surface.body) {
            (Some(pose), Some(body)) => pose * around.scene.pose(body, t - 1).inverse(),
            _ => Pose::identity(),
        };
        let p_then = before.at.point(support.body, &probe.local);
        before.point(support, &p_then, columns_then);
        let step = (p - gone.transform_point(&p_then.into()).coords) * clock.step;
        let mut earlier: Vec<[f64; 2]> = Vec::with_capacity(24);
        let back = gone.rotation.inverse();
        map(columns, &[u * clock.step, v * clock.step], &mut now);
        map(columns_then, &[back * u * -clock.step, back * v * -clock.step], &mut earlier);
        out.add_step(&support.columns, &now, &earlier, &[u.dot(&step), v.dot(&step)], weigh(w.touch_hold));
    }
}

fn is_end(point: Vec3, end: Vec3) -> bool {
    (point - end).norm() < 1e-9
}

fn same_touch<'a>(all: &'a [Touch], touch: &Touch) -> Option<&'a Touch> {
    all.iter().find(|other| other.part == touch.part && other.surface.body == touch.surface.body)
}
