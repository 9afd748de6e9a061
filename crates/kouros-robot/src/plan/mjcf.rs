//! The MuJoCo model of a body plan: bodies with the masses of their capsules, hinges, feet, fingers,
//! actuators, an inertial sensor and a camera in the head.
//!
//! X forward, Y left, Z up; all joints at zero: standing straight, arms hanging.

use super::BodyPlan;
use super::human::{self, range_deg, torque_per_kg};
use std::fmt::Write;

/// One joint of the model.
pub(super) struct PlanJoint {
    pub name: String,
    axis: [f64; 3],
    slide: bool,
    range: [f64; 2],
    pub effort: f64,
}

impl PlanJoint {
    /// Stiff enough to stand: an eighth of a radian off takes the whole torque.
    pub fn kp(&self) -> f64 {
        8.0 * self.effort
    }

    /// A twentieth of the position gain: settled in a fifth of a second.
    pub fn kd(&self) -> f64 {
        0.05 * self.kp()
    }

    /// Rotors grow with the torque they give: 0.02 kg m² at 100 N m, as the G1's.
    pub fn armature(&self) -> f64 {
        2e-4 * self.effort
    }
}

/// A finger's joint from stretched a little backwards to bent [rad].
const FINGER_RANGE: [f64; 2] = [-0.2, 1.4];

/// The sides' names and the sign of Y.
const SIDES: [(&str, f64); 2] = [("left", 1.0), ("right", -1.0)];
const FINGERS: [&str; 5] = ["thumb", "index", "middle", "ring", "little"];

/// A joint of a part of the body; `side` is 1 for the left and for the middle, -1 for the right.
fn joint(plan: &BodyPlan, prefix: &str, kind: &str, side: f64) -> PlanJoint {
    let [low, high] = plan.ranges_deg.get(kind).copied().or_else(|| range_deg(kind)).unwrap_or([-90.0, 90.0]);
    let pitches = kind.ends_with("pitch") || kind == "knee" || kind == "elbow";
    let axis = if pitches {
        [0.0, 1.0, 0.0]
    } else if kind.ends_with("roll") {
        [1.0, 0.0, 0.0]
    } else {
        [0.0, 0.0, 1.0]
    };
    // What turns out of the mirror plane turns the other way on the other side.
    let range = if pitches || side > 0.0 { [low, high] } else { [-high, -low] };
    PlanJoint {
        name: format!("{prefix}{kind}"),
        axis,
        slide: false,
        range: range.map(f64::to_radians),
        effort: plan.torques.get(kind).copied().unwrap_or(torque_per_kg(kind) * plan.mass_kg),
    }
}

fn joints(plan: &BodyPlan, prefix: &str, kinds: &[String], side: f64) -> Vec<PlanJoint> {
    kinds.iter().map(|k| joint(plan, prefix, k, side)).collect()
}

/// The fingers of a hand: how many joints each has, the thumb first; fewer than three joints make a
/// gripper of two sliding fingers.
fn fingers(plan: &BodyPlan) -> Vec<usize> {
    let n = plan.hand_joints;
    if n < 3 {
        return if n == 0 { Vec::new() } else { vec![1, 1] };
    }
    let count = n.min(FINGERS.len());
    (0..count).map(|f| n / count + usize::from(f < n % count)).collect()
}

fn finger_joint(plan: &BodyPlan, side: &str, finger: usize, k: usize) -> PlanJoint {
    let effort = 0.01 * plan.mass_kg;
    if plan.hand_joints < 3 {
        // Each finger goes from the middle outwards, by a fifth of the hand's length.
        let out = [1.0, -1.0][finger];
        let name = format!("{side}_gripper_{}", ["outer", "inner"][finger]);
        return PlanJoint { name, axis: [0.0, out, 0.0], slide: true, range: [0.0, 0.2 * plan.hand()], effort };
    }
    let name = format!("{side}_{}_{}", FINGERS[finger], k + 1);
    PlanJoint { name, axis: [1.0, 0.0, 0.0], slide: false, range: FINGER_RANGE, effort: 0.2 * effort }
}

/// All joints of the model, in its order.
pub(super) fn all_joints(plan: &BodyPlan) -> Vec<PlanJoint> {
    let p = &plan.joints;
    let mut out = Vec::new();
    for (side, sign) in SIDES {
        let prefix = format!("{side}_");
        out.extend(joints(plan, &prefix, &p.hip, sign));
        out.push(joint(plan, &prefix, "knee", sign));
        out.extend(joints(plan, &prefix, &p.ankle, sign));
    }
    out.extend(joints(plan, "", &p.waist, 1.0));
    out.extend(joints(plan, "", &p.neck, 1.0));
    for (side, sign) in SIDES {
        let prefix = format!("{side}_");
        out.extend(joints(plan, &prefix, &p.shoulder, sign));
        out.push(joint(plan, &prefix, "elbow", sign));
        out.extend(joints(plan, &prefix, &p.wrist, sign));
        for (finger, count) in fingers(plan).into_iter().enumerate() {
            out.extend((0..count).map(|k| finger_joint(plan, side, finger, k)));
        }
    }
    out
}

struct Text(String);

impl Text {
    fn open(&mut self, name: &str, at: [f64; 3], joints: &[PlanJoint]) {
        let _ = writeln!(self.0, "<body name=\"{name}\" pos=\"{}\">", numbers(&at));
        for j in joints {
            let kind = if j.slide { "slide" } else { "hinge" };
            let _ = writeln!(
                self.0,
                "<joint name=\"{}\" type=\"{kind}\" axis=\"{}\" range=\"{}\" actuatorfrcrange=\"{} {}\" armature=\"{}\"/>",
                j.name,
                numbers(&j.axis),
                numbers(&j.range),
                -j.effort,
                j.effort,
                j.armature()
            );
        }
    }

    fn close(&mut self) {
        self.0.push_str("</body>\n");
    }

    fn capsule(&mut self, from: [f64; 3], to: [f64; 3], radius: f64, mass: f64) {
        let _ = writeln!(
            self.0,
            "<geom type=\"capsule\" fromto=\"{} {}\" size=\"{radius}\" mass=\"{mass}\"/>",
            numbers(&from),
            numbers(&to)
        );
    }

    fn solid(&mut self, at: [f64; 3], half: [f64; 3], mass: f64, collides: bool) {
        let mask = if collides { "" } else { " contype=\"0\" conaffinity=\"0\"" };
        let _ =
            writeln!(self.0, "<geom type=\"box\" pos=\"{}\" size=\"{}\" mass=\"{mass}\"{mask}/>", numbers(&at), numbers(&half));
    }
}

fn numbers(values: &[f64]) -> String {
    values.iter().map(f64::to_string).collect::<Vec<_>>().join(" ")
}

/// The model's text.
pub(super) fn write(plan: &BodyPlan) -> String {
    let (h, m, p) = (plan.height_m, plan.mass_kg, &plan.joints);
    let hip_height = plan.ankle_height() + plan.shank() + plan.thigh();
    let mut t = Text(format!(
        "<mujoco model=\"{}\">\n<!-- approximate: made from a plan of the body -->\n\
         <compiler angle=\"radian\" autolimits=\"true\"/>\n<worldbody>\n<light pos=\"0 0 4\"/>\n",
        plan.name
    ));
    t.open("pelvis", [0.0, 0.0, hip_height], &[]);
    t.0.push_str("<freejoint/>\n<site name=\"imu\"/>\n");
    let (hip, shoulder) = (plan.hip_width() / 2.0, plan.shoulder_width() / 2.0);
    t.capsule([0.0, -0.5 * hip, 0.02 * h], [0.0, 0.5 * hip, 0.02 * h], 0.045 * h, human::PELVIS * m);
    for (side, sign) in SIDES {
        let prefix = format!("{side}_");
        t.open(&format!("{side}_thigh"), [0.0, sign * hip, 0.0], &joints(plan, &prefix, &p.hip, sign));
        let thick = 0.042 * h;
        t.capsule([0.0, 0.0, -0.03 * h], [0.0, 0.0, -plan.thigh() + thick], thick.min(0.45 * plan.thigh()), human::THIGH * m);
        t.open(&format!("{side}_shank"), [0.0, 0.0, -plan.thigh()], &[joint(plan, &prefix, "knee", sign)]);
        let thick = 0.03 * h;
        t.capsule([0.0, 0.0, -thick], [0.0, 0.0, -plan.shank() + thick], thick.min(0.4 * plan.shank()), human::SHANK * m);
        t.open(&format!("{side}_foot"), [0.0, 0.0, -plan.shank()], &joints(plan, &prefix, &p.ankle, sign));
        // The ankle stands over a quarter of the foot's length.
        let (long, wide, thick) = (plan.foot_length() / 2.0, plan.foot_width() / 2.0, 0.3 * plan.ankle_height());
        t.solid([0.5 * long, 0.0, -plan.ankle_height() + thick], [long, wide, thick], human::FOOT * m, true);
        (0..3).for_each(|_| t.close());
    }
    let waist = 0.06 * h;
    t.open("trunk", [0.0, 0.0, waist], &joints(plan, "", &p.waist, 1.0));
    let (up, deep) = (plan.trunk() - waist, 0.055 * h);
    // Clear of the arms, which hang beside it.
    let broad = (shoulder - 0.04 * h).max(0.5 * shoulder);
    let middle = (0.03 * h + up) / 2.0;
    t.solid([0.0, 0.0, middle], [deep, broad, middle - 0.03 * h], human::TRUNK * m, true);
    t.open("head", [0.0, 0.0, up], &joints(plan, "", &p.neck, 1.0));
    let round = 0.055 * h;
    let crown = (h - hip_height - plan.trunk()).max(2.2 * round);
    t.capsule([0.0, 0.0, crown - 1.4 * round], [0.0, 0.0, crown - round], round, human::HEAD * m);
    let _ = writeln!(t.0, "<camera name=\"head\" pos=\"{round} 0 {}\" xyaxes=\"0 -1 0 0 0 1\" fovy=\"60\"/>", crown - round);
    t.close();
    for (side, sign) in SIDES {
        let prefix = format!("{side}_");
        let thick = 0.022 * h;
        t.open(&format!("{side}_upper_arm"), [0.0, sign * shoulder, up], &joints(plan, &prefix, &p.shoulder, sign));
        t.capsule([0.0, 0.0, -thick], [0.0, 0.0, -plan.upper_arm() + thick], thick, human::UPPER_ARM * m);
        t.open(&format!("{side}_forearm"), [0.0, 0.0, -plan.upper_arm()], &[joint(plan, &prefix, "elbow", sign)]);
        let thin = 0.018 * h;
        t.capsule([0.0, 0.0, -thin], [0.0, 0.0, -plan.forearm() + thin], thin, human::FOREARM * m);
        t.open(&format!("{side}_hand"), [0.0, 0.0, -plan.forearm()], &joints(plan, &prefix, &p.wrist, sign));
        write_hand(&mut t, plan, side, sign);
        (0..3).for_each(|_| t.close());
    }
    (0..2).for_each(|_| t.close());
    t.0.push_str("</worldbody>\n<actuator>\n");
    for j in all_joints(plan) {
        let _ = writeln!(
            t.0,
            "<position name=\"{}\" joint=\"{}\" kp=\"{}\" kv=\"{}\" ctrlrange=\"{}\" forcerange=\"{} {}\"/>",
            j.name,
            j.name,
            j.kp(),
            j.kd(),
            numbers(&j.range),
            -j.effort,
            j.effort
        );
    }
    t.0.push_str(
        "</actuator>\n<sensor>\n<gyro name=\"imu_gyro\" site=\"imu\"/>\n<accelerometer name=\"imu_accelerometer\" site=\"imu\"/>\n\
         </sensor>\n</mujoco>\n",
    );
    t.0
}

/// A palm, thick across, and fingers that do not collide: which of them touch is not in a plan.
fn write_hand(t: &mut Text, plan: &BodyPlan, side: &str, sign: f64) {
    let (long, mass) = (plan.hand(), human::HAND * plan.mass_kg);
    let fingers = fingers(plan);
    let count: usize = fingers.iter().sum();
    // Half of the hand is palm where it has fingers, all of it where not.
    let palm = if count == 0 { long } else { 0.5 * long };
    let share = if count == 0 { 0.0 } else { 0.4 * mass / count as f64 };
    t.solid([0.0, 0.0, -palm / 2.0], [0.2 * long, 0.08 * long, palm / 2.0], mass - share * count as f64, true);
    for (finger, joints) in fingers.iter().enumerate() {
        let place = finger as f64 / (fingers.len().max(2) - 1) as f64 - 0.5;
        let link = 0.5 * long / *joints as f64;
        for k in 0..*joints {
            let mut j = finger_joint(plan, side, finger, k);
            if !j.slide {
                // Fingers bend towards the thigh they hang beside.
                j.axis[0] = -sign;
            }
            let at = if k == 0 { [-0.35 * long * place, 0.0, -palm] } else { [0.0, 0.0, -link] };
            let at = if j.slide { [0.0, 0.0, -palm] } else { at };
            t.open(&format!("{}_link", j.name), at, &[j]);
            t.solid([0.0, 0.0, -link / 2.0], [0.05 * long, 0.05 * long, link / 2.0], share, false);
        }
        (0..*joints).for_each(|_| t.close());
    }
}
