//! The world of a task as an MJCF text: ground, robot without meshes, motors.
//!
//! Lives here: writing the text. Written from the compiled robot and not from its file, it is the
//! same for MJCF and URDF, small (a copy per environment costs kilobytes), and a whole record of
//! the physics a policy was trained in. Does not: compiling it (`world.rs`).
//!
//! Each motor is a torque source with the gains in its bias: torque = ctrl - kp q - kd v, so that
//! `ctrl = kp * target` makes a position controller whose gains can differ between environments
//! and whose damping the integrator treats implicitly.

use crate::task::{Collision, Task};
use kouros_motion::{LEFT, RIGHT, Vec3};
use kouros_robot::{Ball, Robot, Sole};
use mujoco_rs::prelude::*;
use std::fmt::Write;

/// A joint as the simulated world has it.
#[derive(Debug, Clone, PartialEq)]
pub struct Motor {
    /// Index into `Robot::joints`.
    pub joint: usize,
    /// Position gain [N m/rad].
    pub kp: f64,
    /// Velocity gain [N m s/rad].
    pub kd: f64,
    /// Largest torque [N m].
    pub effort: f64,
}

/// Arena of one environment's data: a standing G1 needs a tenth of it.
const MEMORY: &str = "2M";

/// The text of the world: `motors` are the joints that move, the others are welded at `pose`.
pub(crate) fn write_world(robot: &Robot, task: &Task, motors: &[Motor], pose: &[f64]) -> String {
    let mut out = String::new();
    let p = &task.physics;
    let _ = write!(
        out,
        "<mujoco model=\"{}\">\n<compiler angle=\"radian\" autolimits=\"true\"/>\n<size memory=\"{MEMORY}\"/>\n\
         <option timestep=\"{}\" integrator=\"implicitfast\" solver=\"Newton\" iterations=\"{}\" ls_iterations=\"20\" cone=\"pyramidal\"/>\n\
         <worldbody>\n<geom name=\"ground\" type=\"plane\" size=\"0 0 1\" contype=\"0\" conaffinity=\"1\" condim=\"3\" priority=\"1\" friction=\"1 0.005 0.0001\"/>\n",
        xml(&robot.name),
        p.timestep_s,
        p.newton_iterations,
    );
    write_body(&mut out, robot, task, motors, pose, 0);
    out += "</worldbody>\n<actuator>\n";
    for m in motors {
        let (name, e) = (xml(&robot.joints[m.joint].name), m.effort);
        let _ = writeln!(
            out,
            "<general name=\"{name}\" joint=\"{name}\" gainprm=\"1\" biastype=\"affine\" biasprm=\"0 {} {}\" forcelimited=\"true\" forcerange=\"{} {e}\"/>",
            -m.kp, -m.kd, -e
        );
    }
    out += "</actuator>\n</mujoco>\n";
    out
}

fn write_body(out: &mut String, robot: &Robot, task: &Task, motors: &[Motor], pose: &[f64], b: usize) {
    let body = &robot.bodies[b];
    let model = robot.model();
    let number = robot.mujoco_body(b);
    let welded: Vec<usize> = body.joints.iter().copied().filter(|j| !motors.iter().any(|m| m.joint == *j)).collect();
    // A welded joint turns the body by its start position; the pose about the anchor stays.
    let mut place = body.parent_from_body;
    for &j in &welded {
        let joint = &robot.joints[j];
        let turn = match joint.kind {
            kouros_robot::JointKind::Hinge => {
                let r = kouros_motion::Rot::new(joint.axis * pose[j]);
                kouros_motion::Pose::from_parts((joint.anchor - r * joint.anchor).into(), r)
            }
            kouros_robot::JointKind::Slide => {
                kouros_motion::Pose::from_parts((joint.axis * pose[j]).into(), kouros_motion::Rot::identity())
            }
        };
        place *= turn;
    }
    let (t, r) = (place.translation.vector, place.rotation);
    let _ = writeln!(
        out,
        "<body name=\"{}\" pos=\"{} {} {}\" quat=\"{} {} {} {}\">",
        xml(&body.name),
        t.x,
        t.y,
        t.z,
        r.w,
        r.i,
        r.j,
        r.k
    );
    if b == 0 {
        out.push_str("<freejoint name=\"kouros_base\"/>\n");
    }
    if body.mass > 0.0 {
        let (c, q, i) = (body.com, model.body_iquat()[number], model.body_inertia()[number]);
        let _ = writeln!(
            out,
            "<inertial pos=\"{} {} {}\" quat=\"{} {} {} {}\" mass=\"{}\" diaginertia=\"{} {} {}\"/>",
            c.x, c.y, c.z, q[0], q[1], q[2], q[3], body.mass, i[0], i[1], i[2]
        );
    }
    for &j in body.joints.iter().filter(|j| !welded.contains(j)) {
        let joint = &robot.joints[j];
        let (a, p) = (joint.axis, joint.anchor);
        let kind = match joint.kind {
            kouros_robot::JointKind::Hinge => "hinge",
            kouros_robot::JointKind::Slide => "slide",
        };
        let range = joint.range.map(|[l, h]| format!(" range=\"{l} {h}\"")).unwrap_or_default();
        let _ = writeln!(
            out,
            "<joint name=\"{}\" type=\"{kind}\" axis=\"{} {} {}\" pos=\"{} {} {}\" armature=\"{}\"{range}/>",
            xml(&joint.name),
            a.x,
            a.y,
            a.z,
            p.x,
            p.y,
            p.z,
            joint.armature
        );
    }
    for (side, sole) in robot.profile.soles.iter().enumerate().filter(|(_, s)| s.body == b) {
        for (corner, ball) in corners(sole).iter().enumerate() {
            let c = ball.center;
            // A point has no volume that MuJoCo would take.
            let radius = ball.radius.max(1e-3);
            let _ = writeln!(
                out,
                "<geom name=\"{}\" type=\"sphere\" pos=\"{} {} {}\" size=\"{radius}\" contype=\"1\" conaffinity=\"0\" condim=\"3\"/>",
                foot_ball(side, corner),
                c.x,
                c.y,
                c.z
            );
        }
    }
    if task.physics.collision == Collision::Full {
        write_shapes(out, robot, b);
    }
    for child in (b + 1..robot.bodies.len()).filter(|&c| robot.bodies[c].parent == Some(b)) {
        write_body(out, robot, task, motors, pose, child);
    }
    out.push_str("</body>\n");
}

/// The colliding primitives of a body that is no foot (feet stand on their balls).
fn write_shapes(out: &mut String, robot: &Robot, b: usize) {
    let model = robot.model();
    if robot.profile.soles.iter().any(|s| s.body == b) {
        return;
    }
    for shape in robot.shapes.iter().filter(|s| s.body == b) {
        let g = shape.geom;
        let kind = match model.geom_type()[g] {
            MjtGeomBase::mjGEOM_SPHERE => "sphere",
            MjtGeomBase::mjGEOM_CAPSULE => "capsule",
            MjtGeomBase::mjGEOM_BOX => "box",
            MjtGeomBase::mjGEOM_CYLINDER => "cylinder",
            MjtGeomBase::mjGEOM_ELLIPSOID => "ellipsoid",
            _ => continue,
        };
        let (s, p, q) = (model.geom_size()[g], model.geom_pos()[g], model.geom_quat()[g]);
        let _ = writeln!(
            out,
            "<geom type=\"{kind}\" size=\"{} {} {}\" pos=\"{} {} {}\" quat=\"{} {} {} {}\" contype=\"1\" conaffinity=\"0\" condim=\"1\"/>",
            s[0], s[1], s[2], p[0], p[1], p[2], q[0], q[1], q[2], q[3]
        );
    }
}

/// The name of a foot's ball.
pub(crate) fn foot_ball(side: usize, corner: usize) -> String {
    let name = if side == LEFT { "left" } else { "right" };
    debug_assert!(side == LEFT || side == RIGHT);
    format!("kouros_{name}_sole_{corner}")
}

/// The middle of the sole's underside in the foot's frame [m].
pub(crate) fn under(sole: &Sole) -> Vec3 {
    corners(sole).iter().map(|b| b.center - sole.up * b.radius).sum::<Vec3>() / 4.0
}

/// The sole's balls that lie farthest heel left, heel right, toe left, toe right, in this order.
/// Length and width count alike, so that a foot with a rounded tip keeps its width.
pub(crate) fn corners(sole: &Sole) -> [Ball; 4] {
    let left = sole.up.cross(&sole.forward);
    let extent = |axis: &Vec3| {
        let along = sole.balls.iter().map(|b| b.center.dot(axis));
        let (low, high) = along.fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), v| (l.min(v), h.max(v)));
        ((low + high) / 2.0, ((high - low) / 2.0).max(1e-6))
    };
    let ((mid_x, half_x), (mid_y, half_y)) = (extent(&sole.forward), extent(&left));
    let score = |b: &Ball, x: f64, y: f64| {
        x * (b.center.dot(&sole.forward) - mid_x) / half_x + y * (b.center.dot(&left) - mid_y) / half_y
    };
    let most = |x: f64, y: f64| {
        let best = sole.balls.iter().max_by(|a, b| score(a, x, y).total_cmp(&score(b, x, y)));
        best.copied().unwrap_or(Ball { center: Vec3::zeros(), radius: 0.0 })
    };
    [most(-1.0, 1.0), most(-1.0, -1.0), most(1.0, 1.0), most(1.0, -1.0)]
}

/// A name as an XML attribute's value.
fn xml(name: &str) -> String {
    name.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}
