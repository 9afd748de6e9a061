//! `kouros live`: a robot follows a person frame by frame.
//!
//! Lives here: the arguments and the loop. Does not: where frames come from (`frames.rs`), the
//! solve (`kouros-retarget`), contacts (`kouros-label`). `docs/live.md` describes what is read and
//! printed.

mod frames;
mod latency;

use crate::exit::{Exit, Failure, Result};
use crate::import_args::{ImportArgs, positive};
use crate::robot_args::{RobotArgs, choose};
use crate::talk::{counted, give, say};
use frames::{Frame, Frames, Next};
use kouros_label::{ContactOptions, Contacts, LiveContacts, human_contacts};
use kouros_mocap::{Capture, Clip};
use kouros_motion::{BodyTrack, Motion, Report, Rot};
use kouros_retarget::{Calibration, Human, LAG, Moment, Options, Posture, Stream};
use kouros_robot::Robot;
use latency::Latency;
use serde_json::json;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// A robot follows a person frame by frame, as in teleoperation.
#[derive(Debug, clap::Args)]
#[command(after_help = "Prints a line of JSON for the robot, then one for every frame: docs/live.md.\n\n\
                        kouros live walk.bvh --robot g1 | head -3\n\
                        tracker | kouros live person.bvh --robot g1 --stdin")]
pub struct Args {
    /// A recording of the person: its skeleton, and the first seconds to learn its proportions from
    #[arg(value_name = "CLIP")]
    clip: PathBuf,
    /// A known name, or the path of a model (MJCF or URDF)
    #[arg(long, value_name = "NAME|FILE")]
    robot: String,
    /// Frames a second [Hz] [default: the recording's]
    #[arg(long, value_name = "HZ", value_parser = positive, allow_negative_numbers = true)]
    rate: Option<f64>,
    /// Frames come as lines of JSON from standard input, instead of from the recording
    #[arg(long, conflicts_with = "udp")]
    stdin: bool,
    /// Frames come as JSON in datagrams to this port of this machine; an empty one ends
    #[arg(long, value_name = "PORT")]
    udp: Option<u16>,
    /// The recording's frames come at their own pace, not as fast as they are taken
    #[arg(long, conflicts_with_all = ["stdin", "udp"])]
    paced: bool,
    /// Learn the person's proportions from this much of the recording [s]; 0 is the skeleton's own
    /// T-pose
    #[arg(long, value_name = "SECONDS", default_value_t = 4.0, value_parser = seconds, allow_negative_numbers = true)]
    calibrate: f64,
    #[command(flatten)]
    robot_args: RobotArgs,
    #[command(flatten)]
    import: ImportArgs,
}

fn seconds(text: &str) -> std::result::Result<f64, String> {
    text.parse().ok().filter(|v: &f64| v.is_finite() && *v >= 0.0).ok_or_else(|| "expected seconds, 0 or more".into())
}

/// Does it.
pub fn run(args: &Args) -> Result<Exit> {
    let mut report = Report::new();
    let shown = args.clip.display();
    let clip = match args.import.capture(&args.clip, &mut report)?.0 {
        Capture::Person(clip) => *clip,
        Capture::Robot(_, format) => {
            return Err(Failure::new(format!("{shown}: expected a person's motion, found a robot's ({format})")));
        }
    };
    let chosen = choose(&args.robot, &args.robot_args)?;
    let (robot, options) = (&chosen.robot, Options::default());
    let rate_hz = args.rate.unwrap_or(clip.source_rate_hz);
    let in_clip = |e: &dyn std::fmt::Display| Failure::new(format!("{shown}: {e}"));
    let (person, seen) = person(&clip, args.calibrate)?;
    let feet = seen.feet.clone();
    let human = Human { track: &person, anatomy: &clip.anatomy, contacts: &feet, floor: seen.floor, around: None };
    let calibration = Calibration::of(&human, robot, &options, &mut report).map_err(|e| in_clip(&e))?;
    let contacts = LiveContacts::new(&clip.anatomy, &seen, rate_hz, &ContactOptions::default());

    let mut frames = match (args.stdin, args.udp) {
        (true, _) => Frames::lines(std::io::stdin().lock()),
        (_, Some(port)) => Frames::datagrams(port)?,
        _ => Frames::clip(clip.body_track_at(rate_hz).map_err(|e| in_clip(&e))?),
    };
    give(&header(robot, &calibration, rate_hz))?;
    let pace = args.paced.then(|| Duration::from_secs_f64(1.0 / rate_hz));
    let stream = Stream::new(robot, calibration, rate_hz, &options).map_err(Failure::new)?;
    let mut follower =
        Follower { stream, contacts, latency: Latency::default(), first_refusal: None, refused: 0, missing: 0, late: 0 };
    follower.follow(&mut frames, pace, rate_hz)?;
    follower.sum_up();
    Ok(Exit::Done)
}

/// What the calibration looks at: the recording's first seconds, or the skeleton at rest.
fn person(clip: &Clip, seconds: f64) -> Result<(BodyTrack, Contacts)> {
    let motion = &clip.motion;
    let part = if seconds > 0.0 {
        let ticks = (seconds * motion.rate_hz()).ceil().clamp(1.0, motion.ticks() as f64) as usize;
        motion.slice(0..ticks)
    } else if clip.anatomy.rest_is_t_pose && clip.has_rotations {
        let skeleton = motion.skeleton();
        let offsets = skeleton.joints().iter().map(|j| j.offset).collect();
        Motion::new(skeleton.clone(), motion.rate_hz(), vec![Rot::identity(); skeleton.len()], offsets)
    } else {
        return Err(Failure::new("--calibrate 0: expected a skeleton that rests in a T-pose, this one does not")
            .hint("let the person stand and move a few seconds, and give them: --calibrate 4"));
    };
    let part = Clip { motion: part.map_err(Failure::new)?, contacts: None, objects: Vec::new(), ..clip.clone() };
    let track = part.body_track();
    let contacts = human_contacts(&track, &clip.anatomy, None, &ContactOptions::default(), &mut Report::new());
    Ok((track, contacts))
}

/// The first line: how to read the others.
fn header(robot: &Robot, calibration: &Calibration, rate_hz: f64) -> String {
    let line = json!({
        "robot": robot.name,
        "rate_hz": rate_hz,
        "lag_frames": LAG,
        "scale": calibration.scale(),
        "base": ["x", "y", "z", "qw", "qx", "qy", "qz"],
        "joint_names": robot.joint_names(),
        "human_joints": calibration.joint_names(),
    });
    format!("{line}\n")
}

/// The stream and what is told of it in the end.
struct Follower<'a> {
    stream: Stream<'a>,
    contacts: LiveContacts,
    latency: Latency,
    first_refusal: Option<String>,
    refused: usize,
    missing: u64,
    late: usize,
}

impl Follower<'_> {
    /// Takes all frames; a posture's line is out before the next frame is looked at.
    fn follow(&mut self, frames: &mut Frames<'_>, pace: Option<Duration>, rate_hz: f64) -> Result<()> {
        // A tracker that lost the person for longer than this begins anew where it finds it.
        let longest_gap = rate_hz.ceil() as u64;
        let begin = Instant::now();
        let (mut number, mut next) = (0_u32, None);
        loop {
            let frame = match frames.next()? {
                Next::Frame(frame) => frame,
                Next::Unreadable(why) => {
                    self.refuse(why);
                    let posture = self.stream.skip();
                    self.print(posture)?;
                    continue;
                }
                Next::End => break,
            };
            if let Some(pace) = pace {
                std::thread::sleep((pace * number).saturating_sub(begin.elapsed()));
            }
            number = number.saturating_add(1);
            match (frame.number, next) {
                (Some(found), Some(expected)) if found < expected => {
                    self.late += 1;
                    continue;
                }
                (Some(found), Some(expected)) => {
                    for _ in 0..(found - expected).min(longest_gap) {
                        let posture = self.stream.skip();
                        self.print(posture)?;
                    }
                    self.missing += found - expected;
                }
                _ => {}
            }
            next = frame.number.map(|n| n.saturating_add(1));
            let start = Instant::now();
            let posture = self.take(&frame);
            self.latency.add(start.elapsed());
            self.print(posture)?;
        }
        while let Some(posture) = self.stream.finish() {
            self.print(Some(posture))?;
        }
        Ok(())
    }

    /// The posture after one more frame; one that cannot be used is skipped.
    fn take(&mut self, frame: &Frame) -> Option<Posture> {
        let mut moment = Moment { positions: &frame.positions, rotations: frame.rotations.as_deref(), contacts: &[] };
        let contacts = self.contacts.push(&frame.positions);
        moment.contacts = &contacts;
        match self.stream.push(&moment) {
            Ok(posture) => posture,
            Err(why) => {
                self.refuse(why.to_string());
                self.stream.skip()
            }
        }
    }

    fn refuse(&mut self, why: String) {
        self.refused += 1;
        self.first_refusal.get_or_insert(why);
    }

    fn print(&self, posture: Option<Posture>) -> Result<()> {
        let Some(p) = posture else { return Ok(()) };
        let (t, q) = (&p.base.translation, &p.base.rotation);
        let line = json!({
            "frame": p.frame,
            "base": [t.x, t.y, t.z, q.w, q.i, q.j, q.k],
            "joints": p.joints,
            "held": p.held,
        });
        give(&format!("{line}\n"))
    }

    fn sum_up(&self) {
        say(&format!("{}: {}", counted(self.latency.count(), "frame"), self.latency.in_words()));
        if let Some(why) = &self.first_refusal {
            say(&format!(
                "warning: {} could not be used and the person was taken to rest, first: {why}",
                counted(self.refused, "frame")
            ));
        }
        if self.missing + self.late as u64 > 0 {
            say(&format!("warning: {} frames missing, {} too late", self.missing, self.late));
        }
    }
}
