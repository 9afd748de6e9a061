//! The text of an MVNX: subject, segments, joints, frames.

use super::xml::{Element, Event, Scanner};
use crate::error::{Error, Result, shown};
use crate::recording::{MAX_JOINTS, MAX_NAME, check_samples};
use kouros_motion::{Report, Rot, SolePart, Vec3};

/// One body of the suit.
#[derive(Debug)]
pub(super) struct Segment {
    pub name: String,
    /// Named points in its own axes.
    pub points: Vec<(String, Vec3)>,
}

/// All segments at one moment, in the world (S).
#[derive(Debug, Clone, Default)]
pub(super) struct Moment {
    pub rotation: Vec<Rot>,
    pub position: Vec<Vec3>,
}

/// What the file says; S segments, T frames.
#[derive(Debug, Default)]
pub(super) struct Capture {
    pub rate_hz: Option<f64>,
    pub segments: Vec<Segment>,
    /// Parent and child of every joint, by name.
    pub links: Vec<(String, String)>,
    /// The frame with all rotations the identity.
    pub identity: Option<Moment>,
    /// The motion, frame by frame (T x S).
    pub motion: Moment,
    /// Contact flags of every frame (T), where every frame has them.
    pub contacts: Option<Vec<[bool; 4]>>,
}

/// A frame being read.
#[derive(Default)]
struct Frame {
    kind: String,
    moment: Moment,
    contact: Option<[bool; 4]>,
}

/// What the reader stands in.
#[derive(Default)]
struct State {
    capture: Capture,
    frame: Option<Frame>,
    frames: usize,
    /// What the numbers of `footContacts` mean, in their order.
    soles: Vec<Option<SolePart>>,
    flags: Vec<[bool; 4]>,
    link: [Option<String>; 2],
    point: Option<String>,
    subjects: usize,
    last_index: Option<i64>,
    gaps: u64,
}

/// Reads the whole text.
pub(super) fn read(file: &str, bytes: &[u8], report: &mut Report) -> Result<Capture> {
    let mut scanner = Scanner::new(file, bytes);
    let mut state = State::default();
    let mut text = Vec::new();
    while let Some(event) = scanner.next()? {
        match event {
            Event::Open(element) => {
                text.clear();
                state.open(&scanner, &element)?;
                if state.subjects > 1 {
                    report.warn("subjects", "the file has several subjects; only the first was read");
                    break;
                }
            }
            Event::Text(part) => text.extend_from_slice(part),
            Event::Close(name) => {
                state.close(file, &scanner, name, &text)?;
                text.clear();
            }
        }
    }
    if scanner.is_cut() && state.subjects <= 1 {
        report.warn("frames", format!("the file breaks off after frame {} of the motion; what is whole was read", state.frames));
    }
    if state.gaps > 0 {
        report.warn("frames", format!("the frames' numbers leave out {}; what is there was read as if nothing were", state.gaps));
    }
    let mut capture = state.capture;
    if state.frames > 0 && state.flags.len() == state.frames {
        capture.contacts = Some(state.flags);
    } else if !state.flags.is_empty() {
        let (with, of) = (state.flags.len(), state.frames);
        report.warn("contacts", format!("{with} of {of} frames say which feet are down; the flags were left out"));
    }
    check_samples(file, capture.segments.len(), state.frames, bytes.len())?;
    Ok(capture)
}

impl State {
    fn open(&mut self, scanner: &Scanner, element: &Element) -> Result<()> {
        let label = || -> Result<String> {
            let label = element.attribute("label").unwrap_or_default();
            if label.is_empty() || label.len() > MAX_NAME {
                return Err(scanner.syntax(format!("a label of 1 to {MAX_NAME} bytes"), shown(label.as_bytes())));
            }
            Ok(label)
        };
        match element.name {
            b"subject" => {
                self.subjects += 1;
                if self.subjects == 1 {
                    self.capture.rate_hz = rate(scanner, element)?;
                }
            }
            b"segment" => {
                let found = self.capture.segments.len() as u64;
                if found >= MAX_JOINTS as u64 {
                    return Err(scanner.syntax(format!("at most {MAX_JOINTS} segments"), "more".into()));
                }
                if self.capture.identity.is_some() || self.frames > 0 {
                    return Err(scanner.syntax("all segments before the first frame".into(), "one behind it".into()));
                }
                self.capture.segments.push(Segment { name: label()?, points: Vec::new() });
            }
            b"point" => self.point = Some(label()?),
            b"joint" => self.link = [None, None],
            b"contactDefinition" => self.soles.push(sole(&label()?)),
            b"frame" => {
                let kind = element.attribute("type").unwrap_or_else(|| "normal".into());
                if kind == "normal" {
                    self.count(element.attribute("index").and_then(|i| i.parse().ok()));
                }
                self.frame = Some(Frame { kind, ..Frame::default() });
            }
            _ => {}
        }
        Ok(())
    }

    /// Counts frames that were left out.
    fn count(&mut self, index: Option<i64>) {
        if let (Some(last), Some(now)) = (self.last_index, index) {
            self.gaps += now.saturating_sub(last).saturating_sub(1).max(0) as u64;
        }
        self.last_index = index;
    }

    fn close(&mut self, file: &str, scanner: &Scanner, name: &[u8], text: &[u8]) -> Result<()> {
        let (segments, frame) = (self.capture.segments.len(), self.frames);
        let numbers = |channel: &str, count: usize| numbers(file, scanner, text, frame, channel, count);
        match (name, &mut self.frame) {
            (b"pos_b", None) => {
                if let (Some(label), Some(segment)) = (self.point.take(), self.capture.segments.last_mut()) {
                    let p = numbers("pos_b", 3)?;
                    segment.points.push((label, Vec3::from_row_slice(&p)));
                }
            }
            (b"connector1" | b"connector2", None) => {
                let whole = String::from_utf8_lossy(text).trim().to_owned();
                let segment = whole.split_once('/').map_or(whole.as_str(), |(s, _)| s).to_owned();
                self.link[usize::from(name == b"connector2")] = Some(segment);
            }
            (b"joint", None) => {
                if let [Some(parent), Some(child)] = std::mem::take(&mut self.link) {
                    self.capture.links.push((parent, child));
                }
            }
            (b"orientation", Some(f)) => {
                for (s, q) in numbers("orientation", 4 * segments)?.chunks_exact(4).enumerate() {
                    let q = nalgebra::Quaternion::new(q[0], q[1], q[2], q[3]);
                    if !(q.norm() > 1e-3 && q.norm() < 1e3) {
                        let name = self.capture.segments.get(s).map_or("?", |s| s.name.as_str());
                        let expected = format!("a rotation of '{name}' in frame {frame}");
                        return Err(scanner.syntax(expected, format!("a quaternion of length {}", q.norm())));
                    }
                    f.moment.rotation.push(Rot::new_normalize(q));
                }
            }
            (b"position", Some(f)) => {
                f.moment.position.extend(numbers("position", 3 * segments)?.chunks_exact(3).map(Vec3::from_row_slice));
            }
            (b"footContacts", Some(f)) if SolePart::ALL.iter().all(|s| self.soles.contains(&Some(*s))) => {
                let values = numbers("footContacts", self.soles.len())?;
                let mut flags = [false; 4];
                for (sole, value) in self.soles.iter().zip(values) {
                    if let Some(flag) = sole.and_then(|s| flags.get_mut(s as usize)) {
                        *flag = value != 0.0;
                    }
                }
                f.contact = Some(flags);
            }
            (b"frame", Some(_)) => {
                if let Some(f) = self.frame.take() {
                    self.keep(scanner, f)?;
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// Keeps a whole frame.
    fn keep(&mut self, scanner: &Scanner, f: Frame) -> Result<()> {
        let segments = self.capture.segments.len();
        let normal = f.kind == "normal";
        if !normal && f.kind != "identity" {
            return Ok(());
        }
        for (what, found) in [("orientation", f.moment.rotation.len()), ("position", f.moment.position.len())] {
            if found != segments || segments == 0 {
                let expected = format!("'{what}' of {segments} segments in frame {} ({})", self.frames, f.kind);
                return Err(scanner.syntax(expected, format!("{found}")));
            }
        }
        if normal {
            self.capture.motion.rotation.extend(f.moment.rotation);
            self.capture.motion.position.extend(f.moment.position);
            self.flags.extend(f.contact);
            self.frames += 1;
        } else {
            self.capture.identity = Some(f.moment);
        }
        Ok(())
    }
}

fn rate(scanner: &Scanner, subject: &Element) -> Result<Option<f64>> {
    let Some(text) = subject.attribute("frameRate") else { return Ok(None) };
    match text.trim().parse::<f64>() {
        Ok(rate) if rate.is_finite() && rate > 0.0 => Ok(Some(rate)),
        _ => Err(scanner.syntax("a positive frameRate".into(), shown(text.as_bytes()))),
    }
}

/// The part of a sole that a contact's label means.
fn sole(label: &str) -> Option<SolePart> {
    match label {
        "LeftFoot_Heel" => Some(SolePart::LeftHeel),
        "LeftFoot_Toe" => Some(SolePart::LeftToe),
        "RightFoot_Heel" => Some(SolePart::RightHeel),
        "RightFoot_Toe" => Some(SolePart::RightToe),
        _ => None,
    }
}

/// Exactly `count` finite numbers.
fn numbers(file: &str, scanner: &Scanner, text: &[u8], frame: usize, channel: &str, count: usize) -> Result<Vec<f64>> {
    let words = text.split(u8::is_ascii_whitespace).filter(|w| !w.is_empty());
    let mut out = Vec::with_capacity(count.min(text.len()));
    for word in words {
        let number = std::str::from_utf8(word).ok().and_then(|w| w.parse::<f64>().ok()).filter(|v| v.is_finite());
        let Some(number) = number else {
            let (file, line, channel) = (file.to_owned(), scanner.line(), format!("{channel} {}", out.len()));
            return Err(Error::Value { file, line, frame, channel, found: shown(word) });
        };
        out.push(number);
        if out.len() > count {
            break;
        }
    }
    if out.len() != count {
        let found = if out.len() > count { "more".into() } else { format!("{}", out.len()) };
        return Err(scanner.syntax(format!("{count} numbers of '{channel}' in frame {frame}"), found));
    }
    Ok(out)
}
