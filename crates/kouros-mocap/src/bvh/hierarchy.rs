//! The first half of a BVH: joints, their offsets and channels.

use super::tokens::{Tokens, parse_finite};
use crate::error::{Error, Result};
use crate::joint_names;
use crate::recording::{MAX_DEPTH, MAX_JOINTS, MAX_NAME};
use kouros_motion::{Joint, Report, Vec3};

/// What one column of the motion moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Channel {
    /// Place along an axis of the parent.
    Position(usize),
    /// Turn about an axis in degrees.
    Rotation(usize),
    /// Read and left out: stretching.
    Ignored,
}

/// The joints of a BVH (J) and their channels in the order of the columns.
#[derive(Debug, Default)]
pub(super) struct Hierarchy {
    pub joints: Vec<Joint>,
    pub is_end: Vec<bool>,
    pub channels: Vec<Vec<Channel>>,
    /// Angles about x, y, z in degrees that stand behind an offset: how the joint is turned at rest.
    pub rest_angles: Vec<Option<[f64; 3]>>,
}

impl Hierarchy {
    /// The number of columns a frame has.
    pub fn columns(&self) -> usize {
        self.channels.iter().map(Vec::len).sum()
    }
}

/// Reads from `HIERARCHY` to before `MOTION`.
pub(super) fn read(t: &mut Tokens, report: &mut Report) -> Result<Hierarchy> {
    t.expect("HIERARCHY")?;
    let mut h = Hierarchy::default();
    // The joints whose braces are open, outermost first.
    let mut open: Vec<usize> = Vec::new();
    let mut scales = 0;
    loop {
        let Some(word) = t.peek() else {
            t.next();
            return Err(t.wrong("'MOTION' after the hierarchy", None));
        };
        let is = |keyword: &str| word.eq_ignore_ascii_case(keyword.as_bytes());
        if is("MOTION") && open.is_empty() {
            break;
        }
        t.next();
        if is("ROOT") || is("JOINT") {
            if is("JOINT") && open.is_empty() {
                return Err(t.wrong("'ROOT' or 'MOTION' outside all braces", Some(word)));
            }
            let name = read_name(t)?;
            add(t, &mut h, &mut open, name, false)?;
        } else if is("End") {
            read_end_name(t)?;
            let Some(parent) = open.last().and_then(|p| h.joints.get(*p)) else {
                return Err(t.wrong("'ROOT' or 'MOTION' outside all braces", Some(word)));
            };
            let name = format!("{}_end", parent.name);
            add(t, &mut h, &mut open, name, true)?;
        } else if is("}") {
            if open.pop().is_none() {
                return Err(t.wrong("'ROOT' or 'MOTION' outside all braces", Some(word)));
            }
        } else if let Some(joint) = open.last().copied() {
            if is("OFFSET") {
                read_offset(t, &mut h, joint)?;
            } else if is("CHANNELS") {
                scales += read_channels(t, &mut h, joint)?;
            } else {
                return Err(t.wrong("OFFSET, CHANNELS, JOINT, End Site or '}'", Some(word)));
            }
        } else {
            return Err(t.wrong("'ROOT' or 'MOTION' outside all braces", Some(word)));
        }
    }
    if h.joints.is_empty() {
        return Err(t.wrong("'ROOT', the first joint", t.peek()));
    }
    if scales > 0 {
        report.warn("channels", format!("{scales} scale channels were left out; bones keep their length"));
    }
    joint_names::settle(&mut h.joints, report);
    Ok(h)
}

/// A name: every word up to the opening brace, joined by one blank.
fn read_name(t: &mut Tokens) -> Result<String> {
    let mut name = String::new();
    while let Some(word) = t.peek().filter(|w| *w != b"{") {
        t.next();
        if name.len() + word.len() >= MAX_NAME {
            return Err(t.wrong(format!("a joint name of at most {MAX_NAME} bytes, then '{{'"), Some(word)));
        }
        if !name.is_empty() {
            name.push(' ');
        }
        name.push_str(&String::from_utf8_lossy(word));
    }
    if name.is_empty() {
        return Err(t.wrong("a joint name", t.peek()));
    }
    Ok(name)
}

/// `Site`, and a name some exporters write behind it: both say nothing.
fn read_end_name(t: &mut Tokens) -> Result<()> {
    const WORDS: usize = 8;
    for _ in 0..WORDS {
        match t.peek() {
            Some(b"{") | None => return Ok(()),
            Some(_) => t.next(),
        };
    }
    Err(t.wrong("'{' after End Site", t.peek()))
}

fn add(t: &mut Tokens, h: &mut Hierarchy, open: &mut Vec<usize>, name: String, is_end: bool) -> Result<()> {
    t.expect("{")?;
    let too_many = |what, limit: usize, found: usize| Error::TooMany {
        file: t.file().to_owned(),
        what,
        limit: limit as u64,
        found: found as u64,
    };
    if h.joints.len() >= MAX_JOINTS {
        return Err(too_many("joints", MAX_JOINTS, h.joints.len() + 1));
    }
    if open.len() >= MAX_DEPTH {
        return Err(too_many("levels of joints", MAX_DEPTH, open.len() + 1));
    }
    let parent = open.last().copied();
    open.push(h.joints.len());
    h.joints.push(Joint { name, parent, offset: Vec3::zeros() });
    h.is_end.push(is_end);
    h.channels.push(Vec::new());
    h.rest_angles.push(None);
    Ok(())
}

/// Three numbers, or six where an exporter adds the joint's orientation at rest, which the
/// channels hold already.
fn read_offset(t: &mut Tokens, h: &mut Hierarchy, joint: usize) -> Result<()> {
    let offset = Vec3::new(t.number("OFFSET x")?, t.number("OFFSET y")?, t.number("OFFSET z")?);
    let mut behind = Vec::new();
    while let Some(value) = t.peek().and_then(parse_finite) {
        t.next();
        if behind.len() < 4 {
            behind.push(value);
        }
    }
    if let (Some(j), Some(angles)) = (h.joints.get_mut(joint), h.rest_angles.get_mut(joint)) {
        j.offset = offset;
        *angles = behind.try_into().ok();
    }
    Ok(())
}

/// The channels of a joint; how many of them scale.
fn read_channels(t: &mut Tokens, h: &mut Hierarchy, joint: usize) -> Result<usize> {
    const MOST: f64 = 9.0; // place, turn and scale
    let count = t.number("a number of channels")?;
    if !(0.0..=MOST).contains(&count) || count.fract() != 0.0 {
        return Err(t.wrong(format!("0 to {MOST} channels"), Some(count.to_string().as_bytes())));
    }
    let mut channels = Vec::with_capacity(count as usize);
    for _ in 0..count as usize {
        let word = t.next();
        let channel = word.and_then(channel_of);
        let expected = || format!("{count} channels like Xposition or Zrotation");
        channels.push(channel.ok_or_else(|| t.wrong(expected(), word))?);
    }
    let scales = channels.iter().filter(|c| **c == Channel::Ignored).count();
    match h.channels.get_mut(joint) {
        Some(own) if own.is_empty() => *own = channels,
        _ => return Err(t.wrong("one CHANNELS line for each joint", Some(b"a second one"))),
    }
    Ok(scales)
}

fn channel_of(word: &[u8]) -> Option<Channel> {
    let lower = word.to_ascii_lowercase();
    let (axis, what) = lower.split_first()?;
    let axis = b"xyz".iter().position(|a| a == axis)?;
    match what {
        b"position" | b"translation" => Some(Channel::Position(axis)),
        b"rotation" => Some(Channel::Rotation(axis)),
        b"scale" => Some(Channel::Ignored),
        _ => None,
    }
}
