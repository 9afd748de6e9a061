//! All checks of one episode, root causes first.
//!
//! What explains the rest is looked for first: joints in degrees are beyond their limits, a frozen
//! stream jumps when it goes on, an upside-down base is in the floor. Once such a cause is found,
//! what follows from it is not reported again; it is listed among what was not checked.

use crate::body::{Body, BodyPass};
use crate::physics::{collision, contact, exchange, fall, force, height, slide, turn};
use crate::streams::lag::{Steps, drift, late, track};
use crate::streams::{finite, frozen, limits, order, sequence, units};
use crate::view::Joints;
use crate::{Code, Finding, Layout, NotChecked, Severity, View};
use kouros_label::{LabelOptions, label};
use kouros_motion::{FootContacts, Trajectory};
use kouros_robot::Robot;
use std::ops::Range;

/// What was found in an episode.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct EpisodeReport {
    /// In the order of looking.
    pub findings: Vec<Finding>,
    /// What could not be looked for here.
    pub not_checked: Vec<NotChecked>,
    /// How far the state is behind the action [frames], where that is clear.
    pub delay: Option<f64>,
}

/// What the dataset knows about an episode, beside its frames.
#[derive(Debug, Clone, Copy, Default)]
pub struct Known<'a> {
    /// The number of its first frame in the dataset.
    pub first_frame: Option<usize>,
    /// All task texts.
    pub tasks: &'a [Option<String>],
    /// Whether there is more than a level floor around the robot.
    pub scene: bool,
}

/// Checks one episode. `pass` is of the robot the layout was made with.
pub fn check_episode(view: &View<'_>, layout: &Layout, pass: Option<&mut BodyPass<'_>>, known: Known<'_>) -> EpisodeReport {
    let mut report = EpisodeReport::default();
    let not_finite = finite::check(view);
    let broken = !not_finite.is_empty();
    report.findings.extend(not_finite);
    report.findings.extend(sequence::check(view, known.first_frame, known.tasks));
    if broken {
        report
            .not_checked
            .push(NotChecked::new(Code::JointLimit, "nothing physical is checked in episodes with values that are no numbers"));
    } else if view.ticks > 1 {
        Looking { view, layout, robot: pass.as_ref().map(|p| p.robot()), scene: known.scene, report: &mut report }.look(pass);
    }
    for finding in &mut report.findings {
        finding.episode = Some(view.episode);
    }
    report
}

struct Looking<'a, 'v> {
    view: &'a View<'v>,
    layout: &'a Layout,
    robot: Option<&'a Robot>,
    scene: bool,
    report: &'a mut EpisodeReport,
}

impl Looking<'_, '_> {
    fn add(&mut self, found: impl IntoIterator<Item = Finding>) -> bool {
        let before = self.report.findings.len();
        self.report.findings.extend(found);
        self.report.findings.len() > before
    }

    fn defects(&self) -> usize {
        self.report.findings.iter().filter(|f| f.severity == Severity::Defect).count()
    }

    fn look(&mut self, pass: Option<&mut BodyPass<'_>>) {
        let view = self.view;
        let in_units = |s: &Option<Joints>, robot: Option<&Robot>| s.as_ref().zip(robot).and_then(|(s, r)| units::joints(s, r));
        let bad_state = self.add(in_units(&view.state, self.robot));
        let bad_action = self.add(in_units(&view.action, self.robot));
        let bad_velocity = !bad_state
            && view
                .state
                .as_ref()
                .zip(view.velocity.as_ref())
                .is_some_and(|(s, v)| self.add(units::velocities(s, v, view.rate_hz)));
        let bad_base = self.robot.is_some_and(|r| self.add(units::base(view, r)));
        let held = frozen::check(view, self.layout);
        let skip: Vec<Range<usize>> =
            held.iter().filter_map(|f| f.frames.clone()).map(|r| r.start.saturating_sub(2)..r.end + 2).collect();
        let is_frozen = self.add(held);
        let (mut exchanged, mut drifting) = (false, false);
        if !bad_state {
            (exchanged, drifting) = self.streams(bad_action, bad_velocity, is_frozen);
        }
        if let (Some(robot), false) = (self.robot, exchanged) {
            self.limits(robot, bad_state, bad_action, bad_velocity, &skip);
        }
        let mut turned = false;
        let mut pass = pass;
        if let Some(root) = &view.root {
            turned = self.add(turn::norm(root));
            if !turned {
                let state = view.state.as_ref().filter(|_| !bad_state && !exchanged);
                turned = self.add(turn::order(view, root, state, pass.as_deref_mut()));
            }
        }
        let cause = [
            (bad_state || bad_base, "units are"),
            (exchanged, "order of joints is"),
            (turned, "quaternion is"),
            (drifting, "clocks are"),
        ];
        if let Some((_, why)) = cause.iter().find(|c| c.0) {
            let why = format!("bodies are not placed in episodes whose {why} wrong");
            self.report
                .not_checked
                .extend([Code::BaseHeight, Code::FootSlide, Code::SelfCollision].map(|c| NotChecked::new(c, why.clone())));
        } else if let (Some(pass), Some(state), Some(_)) = (pass, &view.state, &view.root) {
            self.body(pass, state, is_frozen, &skip);
        }
        // A torque that the motion does not need says something only where the motion is right.
        if let (Some(robot), Some(effort)) = (self.robot, &view.effort)
            && (self.layout.effort_measured || self.defects() == 0)
        {
            let measured = self.layout.effort_measured;
            if self.scene && !measured {
                let why = "what stands around the robot carries it too, and its forces are not looked at";
                self.report.not_checked.extend([Code::JointTorque, Code::TorqueDemand].map(|c| NotChecked::new(c, why)));
                return;
            }
            let found = limits::torques(effort, robot, view.rate_hz, measured, &mut |j, frames| needed(view, robot, j, frames));
            self.add(found);
        }
    }

    /// Adds what is found of bodies, but for what only follows from joints beyond their limits or
    /// streams that stand still in the same frames.
    fn add_bodies(&mut self, found: impl IntoIterator<Item = Finding>, skip: &[Range<usize>]) -> bool {
        let causes = [Code::JointLimit, Code::JointSpeed];
        let mut covered: Vec<Range<usize>> = skip.to_vec();
        let wider = |r: &Range<usize>| r.start.saturating_sub(2)..r.end + 2;
        covered.extend(
            self.report.findings.iter().filter(|f| causes.contains(&f.code)).filter_map(|f| f.frames.as_ref().map(wider)),
        );
        let follows = |f: &Finding| {
            let Some(r) = &f.frames else { return false };
            3 * r.clone().filter(|t| covered.iter().any(|c| c.contains(t))).count() > r.len()
        };
        let left: Vec<Finding> = found.into_iter().filter(|f| !follows(f)).collect();
        self.add(left)
    }

    /// Order, delay and drift between the streams; whether joints are exchanged, and whether a clock
    /// drifts.
    fn streams(&mut self, bad_action: bool, bad_velocity: bool, is_frozen: bool) -> (bool, bool) {
        let view = self.view;
        let Some(state) = &view.state else { return (false, false) };
        let n = state.count();
        let steps = Steps::of(&state.values, n);
        let both = |other: &Joints| (0..n).filter(|&j| state.present[j] && other.present[j]).collect::<Vec<_>>();
        let flags = |list: &[usize]| (0..n).map(|j| list.contains(&j)).collect::<Vec<_>>();
        let mut exchanged = false;
        let mut drifting = false;
        if let (Some(action), false) = (&view.action, bad_action) {
            let joints = both(action);
            let of_action = Steps::of(&action.values, n);
            let along = track(&of_action, &steps, &joints, view.rate_hz);
            let delay = along.delay();
            let mut found = order::by_steps(&of_action, &steps, &flags(&joints), delay.unwrap_or(0.0).round() as i64);
            if found.is_empty() {
                found = order::by_levels(state, action);
            }
            exchanged |=
                self.add(order::finding(&found, self.robot, &self.layout.joints, (&state.name, &action.name), view.ticks));
            if !is_frozen && !exchanged {
                drifting = self.add(drift(&along, view, (&action.name, &state.name)));
                self.report.delay = delay.filter(|_| !drifting);
                let too_late = self.report.delay.and_then(|d| late(d, view));
                self.add(too_late);
            }
        }
        if let (Some(velocity), false) = (&view.velocity, exchanged || bad_velocity) {
            let joints = both(velocity);
            let of_velocity = Steps::of_velocities(&velocity.values, n, view.rate_hz);
            let along = track(&of_velocity, &steps, &joints, view.rate_hz);
            let delay = along.delay().unwrap_or(0.0).round() as i64;
            let found = order::by_steps(&of_velocity, &steps, &flags(&joints), delay);
            exchanged |=
                self.add(order::finding(&found, self.robot, &self.layout.joints, (&state.name, &velocity.name), view.ticks));
            if !is_frozen && !exchanged && !drifting {
                drifting = self.add(drift(&along, view, (&velocity.name, &state.name)));
            }
        }
        (exchanged, drifting)
    }

    fn limits(&mut self, robot: &Robot, bad_state: bool, bad_action: bool, bad_velocity: bool, skip: &[Range<usize>]) {
        let view = self.view;
        if let (Some(state), false) = (&view.state, bad_state) {
            self.add(limits::positions(state, robot, view.rate_hz, Code::JointLimit, skip));
            self.add(limits::speeds(state, robot, view.rate_hz, skip));
        }
        if let (Some(velocity), false) = (&view.velocity, bad_velocity || bad_state) {
            let known: Vec<String> =
                self.report.findings.iter().filter(|f| f.code == Code::JointSpeed).map(|f| f.what.clone()).collect();
            let more = limits::velocities(velocity, robot, skip);
            self.add(more.into_iter().filter(|f| !known.contains(&f.what)));
        }
        if let (Some(action), false) = (&view.action, bad_action) {
            let torque_like = view.state.as_ref().is_some_and(|s| !follows(s, action));
            let found = limits::positions(action, robot, view.rate_hz, Code::ActionLimit, skip);
            self.add(found.into_iter().map(|f| if torque_like { f.risk() } else { f }));
        }
    }

    fn body(&mut self, pass: &mut BodyPass<'_>, state: &Joints, is_frozen: bool, skip: &[Range<usize>]) {
        let view = self.view;
        let Some(root) = &view.root else { return };
        let robot = pass.robot();
        let legs: Vec<&str> = robot
            .profile
            .legs
            .iter()
            .flat_map(|l| &l.joints)
            .chain(&robot.profile.waist)
            .filter(|&&j| !state.present[j])
            .map(|&j| robot.joints[j].name.as_str())
            .collect();
        if !legs.is_empty() {
            let why = format!("the state lacks {}", kouros_motion::list_names(&legs));
            self.report
                .not_checked
                .extend([Code::BaseHeight, Code::FootSlide, Code::SelfCollision].map(|c| NotChecked::new(c, why.clone())));
            return;
        }
        let body = pass.run(state, root, 0..view.ticks);
        let resting = height::resting_height(&body, view.rate_hz);
        let before = self.defects();
        let com_off = view.com.as_ref().and_then(|com| median_distance(&body, com));
        let odd = com_off.map_or_else(|| resting.is_none_or(|h| h.abs() > 0.02), |d| d > exchange::COM);
        if odd && !is_frozen && self.add(exchange::check(view, state, root, pass)) {
            // Limits of the wrong joints.
            let follow = [Code::JointLimit, Code::ActionLimit, Code::JointSpeed];
            self.report.findings.retain(|f| !follow.contains(&f.code));
            return;
        }
        if self.scene {
            let floor = [
                Code::BaseHeight,
                Code::Penetration,
                Code::FootSlide,
                Code::ContactTime,
                Code::Contact,
                Code::Flight,
                Code::Balance,
            ];
            let why = "there is more than a level floor around the robot, and its shape is not looked at";
            self.report.not_checked.extend(floor.map(|c| NotChecked::new(c, why)));
            self.add_bodies(collision::check(view, &body, robot), skip);
            return;
        }
        let lifted = height::height(view, &body, root, resting, skip);
        let off = lifted.as_ref().is_some_and(|f| height::is_whole(f, view.ticks));
        let floor = resting.filter(|h| off && h.abs() < 0.1).unwrap_or(0.0);
        if off {
            self.add(lifted)
        } else {
            self.add_bodies(lifted, skip)
        };
        if !off {
            self.add_bodies(height::penetration(view, &body, robot, floor), skip);
        }
        let found = contact::by_kinematics(&body, view.rate_hz, floor);
        let flags = view.contact.as_ref().unwrap_or(&found);
        if let Some(flags) = &view.contact {
            let name = self.layout.contact.as_ref().map_or("", |c| c.name.as_str());
            if !self.add(contact::shifted(view, flags, &found, name)) && !off {
                self.add_bodies(contact::contradicted(view, &body, flags, floor), skip);
            }
        }
        let late = self.report.findings.iter().any(|f| f.code == Code::ContactTime);
        self.add_bodies(slide::check(view, &body, robot, if late { &found } else { flags }, floor), skip);
        self.add_bodies(collision::check(view, &body, robot), skip);
        let explained = self.defects() > before || self.report.findings.iter().any(|f| f.severity == Severity::Defect);
        if let (Some(d), false) = (com_off.filter(|d| *d > 0.01), explained) {
            let name = self.layout.com.as_ref().map_or("", |c| c.name.as_str());
            let says = format!("the centre of mass of the motion is {:.1} cm from '{name}'", 100.0 * d);
            self.add([Finding::new(Code::Labels, name, says).at(0..view.ticks).measured(d, 0.01, "m")]);
        }
        if !off {
            self.add(force::check(view, &body, flags, floor));
            self.add(fall::check(view, &body, robot, floor));
        }
    }
}

fn median_distance(body: &Body, com: &[kouros_motion::Vec3]) -> Option<f64> {
    crate::robust::median(body.com.iter().zip(com).map(|(a, b)| (a - b).norm()).collect())
}

/// Whether the state stays near the action: then the action is a position and not a torque in
/// disguise.
fn follows(state: &Joints, action: &Joints) -> bool {
    let n = state.count();
    let apart = |i: usize| (state.values[i] - action.values[i]).abs();
    let some = (0..state.values.len()).filter(|i| state.present[i % n] && action.present[i % n]).map(apart).collect();
    crate::robust::median(some).is_some_and(|m| m < 0.05)
}

/// The largest torque of joint `j` that the motion needs in these frames, by the labels' own
/// inverse dynamics on the frames around.
fn needed(view: &View<'_>, robot: &Robot, j: usize, frames: &Range<usize>) -> Option<f64> {
    let (state, root) = (view.state.as_ref()?, view.root.as_ref()?);
    if state.present.contains(&false) {
        return None;
    }
    let around = (0.5 * view.rate_hz) as usize;
    let span = frames.start.saturating_sub(around)..(frames.end + around).min(view.ticks);
    let trajectory = Trajectory {
        robot: robot.name.clone(),
        joint_names: robot.joint_names(),
        rate_hz: view.rate_hz,
        base: span.clone().map(|t| root.pose(t)).collect(),
        joint_pos: span.clone().flat_map(|t| state.at(t).to_vec()).collect(),
    };
    let flags = view.contact.as_ref().and_then(|c| c.get(span.clone()));
    let contacts = flags.map(|f| FootContacts { rate_hz: view.rate_hz, down: f.to_vec() });
    let labels = label(robot, &trajectory, None, contacts.as_ref(), &LabelOptions::default()).ok()?;
    let at = |t: usize| labels.effort.get((t - span.start) * robot.dof() + j).copied().unwrap_or(0.0).abs();
    Some(frames.clone().map(at).fold(0.0, f64::max))
}
