//! Which format a file is in: its bytes decide, its name votes.

use crate::error::{Error, Result, shown};
use crate::motive;
use crate::pickle::is_pickle;
use crate::robot::{self, looks_like_csv};
use crate::{c3d, positions, storage, trc};
use kouros_motion::{Report, Whose};
use std::fmt;

/// The formats this crate reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// Biovision hierarchy: skeleton and motion in one text.
    Bvh,
    /// Acclaim motion, with its skeleton (ASF) beside it.
    Amc,
    /// Animation of a skeleton as Autodesk's programs store it, binary or text.
    Fbx,
    /// Segments of an Xsens suit, in the world.
    Mvnx,
    /// Skeletons and rigid bodies of OptiTrack's Motive, as a table.
    MotiveCsv,
    /// Markers, and force plates, in binary.
    C3d,
    /// Markers as text.
    Trc,
    /// Joint angles of DeepMimic's humanoid, as JSON.
    DeepMimic,
    /// Places of joints in the world, as arrays of NumPy (`.npy`, `.npz`), without rotations.
    JointPositions,
    /// Poses of the SMPL family (SMPL, SMPL-H, SMPL-X) as AMASS stores them.
    SmplNpz,
    /// OMOMO's motions with the object that is carried, as InterMimic's tensors.
    InterMimic,
    /// A robot's motion as a table: base, then joints, one line a tick.
    RobotCsv,
    /// A robot's motion in a pickle: of GMR, or of PHC and its kin by joblib.
    RobotPickle,
    /// A robot's motion in an archive of torch: of ProtoMotions.
    RobotTorch,
    /// A robot's motion as arrays of NumPy: of trackers (BeyondMimic, mjlab), of MuJoCo.
    RobotNpz,
}

impl Format {
    /// All of them, in the order of the table in docs/formats.
    pub const ALL: [Self; 15] = [
        Self::Bvh,
        Self::Amc,
        Self::Fbx,
        Self::Mvnx,
        Self::MotiveCsv,
        Self::C3d,
        Self::Trc,
        Self::SmplNpz,
        Self::JointPositions,
        Self::DeepMimic,
        Self::InterMimic,
        Self::RobotCsv,
        Self::RobotNpz,
        Self::RobotPickle,
        Self::RobotTorch,
    ];

    /// Its name in a provenance: `bvh`, `amc`, ...; [`Self::facts`] has them all.
    pub fn name(self) -> &'static str {
        self.facts().name
    }

    /// Whether its files hold the motion of a robot, not of a person.
    pub fn is_robot(self) -> bool {
        self.facts().whose == Whose::Robot
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The formats in words, for a message.
fn known() -> String {
    let all: Vec<String> = Format::ALL.iter().map(|f| format!("{} ({})", f.facts().title, f.facts().begins)).collect();
    format!("one of: {}", all.join("; "))
}

/// The format of `bytes`; an extension that says otherwise is noted.
pub(crate) fn detect(name: &str, bytes: &[u8], report: &mut Report) -> Result<Format> {
    let unknown = |found: String| Error::UnknownFormat { file: name.to_owned(), known: known(), found };
    let extension = name.rsplit_once('.').map(|(_, e)| e.to_ascii_lowercase());
    let Some(format) = by_content(bytes) else {
        return Err(unknown(describe(bytes)));
    };
    if let Some(extension) = extension.filter(|e| !format.facts().all_endings().any(|x| x == e.as_str())) {
        report.warn("format", format!("'{name}' ends in .{extension} but holds {format}; read as {format}"));
    }
    Ok(format)
}

/// What the bytes are by themselves.
fn by_content(bytes: &[u8]) -> Option<Format> {
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        let person = || if positions::are_in(bytes) { Format::JointPositions } else { Format::SmplNpz };
        return Some(robot::format_of_archive(bytes).unwrap_or_else(person));
    }
    if is_pickle(bytes) {
        return robot::format_of_pickle(bytes);
    }
    if bytes.starts_with(b"\x93NUMPY") {
        return Some(Format::JointPositions);
    }
    if bytes.starts_with(b"Kaydara FBX Binary") {
        return Some(Format::Fbx);
    }
    if c3d::is_one(bytes) {
        return Some(Format::C3d);
    }
    let text = without_bom(bytes);
    if trc::is_one(text) {
        return Some(Format::Trc);
    }
    let first = first_token(text);
    if first.eq_ignore_ascii_case(b"HIERARCHY") {
        return Some(Format::Bvh);
    }
    if looks_like_mvnx(text) {
        return Some(Format::Mvnx);
    }
    if looks_like_fbx(text) {
        return Some(Format::Fbx);
    }
    if motive::looks_like_motive(text) {
        return Some(Format::MotiveCsv);
    }
    if looks_like_deepmimic(text) {
        return Some(Format::DeepMimic);
    }
    if looks_like_amc(text) {
        return Some(Format::Amc);
    }
    looks_like_csv(text).then_some(Format::RobotCsv)
}

/// Whether this is the text form of FBX: comments, then its header.
fn looks_like_fbx(text: &[u8]) -> bool {
    const BEFORE: usize = 8192;
    const KEY: &[u8] = b"FBXHeaderExtension";
    let head = text.get(..BEFORE).unwrap_or(text).trim_ascii_start();
    head.starts_with(b"; FBX") || head.starts_with(KEY) || head.starts_with(b";") && head.windows(KEY.len()).any(|w| w == KEY)
}

/// Whether this is a JSON object that begins with frames, or soon comes to them.
fn looks_like_deepmimic(text: &[u8]) -> bool {
    const BEFORE: usize = 8192;
    let head = text.get(..BEFORE).unwrap_or(text).trim_ascii_start();
    head.starts_with(b"{") && head.windows(8).any(|w| w == b"\"Frames\"")
}

/// Whether this is XML whose first elements include MVNX's own; comments may stand before it.
fn looks_like_mvnx(text: &[u8]) -> bool {
    const BEFORE: usize = 8192;
    let head = text.get(..BEFORE).unwrap_or(text).trim_ascii_start();
    head.starts_with(b"<") && head.windows(5).any(|w| w == b"<mvnx")
}

/// The bytes after a UTF-8 byte-order mark.
pub(crate) fn without_bom(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)
}

fn first_token(text: &[u8]) -> &[u8] {
    text.trim_ascii_start().split(|b| b.is_ascii_whitespace()).next().unwrap_or_default()
}

/// Whether the first line that is neither blank nor a comment begins an Acclaim motion: one of its
/// keywords, or a bare frame number followed by the root's line.
fn looks_like_amc(text: &[u8]) -> bool {
    const LINES_TRIED: usize = 200;
    let mut lines =
        text.split(|b| *b == b'\n').take(LINES_TRIED).map(|l| l.trim_ascii()).filter(|l| !l.is_empty() && !l.starts_with(b"#"));
    let Some(line) = lines.next() else { return false };
    let upper = first_token(line).to_ascii_uppercase();
    if [b":FULLY-SPECIFIED".as_slice(), b":DEGREES", b":RADIANS", b":SAMPLES-PER-SECOND"].contains(&upper.as_slice()) {
        return true;
    }
    let number = !line.is_empty() && line.iter().all(u8::is_ascii_digit);
    number && lines.next().is_some_and(|next| first_token(next).eq_ignore_ascii_case(b"root"))
}

/// What unknown bytes begin with, naming the neighbours of the formats read.
fn describe(bytes: &[u8]) -> String {
    let text = without_bom(bytes);
    let first = first_token(text).to_ascii_uppercase();
    if bytes.is_empty() {
        "an empty file".into()
    } else if text.trim_ascii().is_empty() {
        "nothing but blanks".into()
    } else if first.starts_with(b":VERSION") || first.starts_with(b":NAME") || first.starts_with(b":UNITS") {
        "an Acclaim skeleton (ASF); give its motion (AMC), with this file as the skeleton".into()
    } else if is_pickle(bytes) {
        robot::describe_pickle(bytes)
    } else if storage::is_one(text) {
        "a table of OpenSim (MOT, STO); give the markers (TRC, C3D) it belongs to, with this file beside them".into()
    } else {
        shown(bytes.get(..bytes.len().min(40)).unwrap_or(bytes))
    }
}

/// The format that these bytes are in, or begin to be in: a few kilobytes from the start of a file suffice
/// for formats of text.
pub fn format_of(bytes: &[u8]) -> Option<Format> {
    by_content(bytes)
}

/// Whether these bytes are joint angles that need a skeleton file (ASF) to mean anything.
pub fn needs_skeleton_file(_name: &str, bytes: &[u8]) -> bool {
    by_content(bytes) == Some(Format::Amc)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(name: &str, bytes: &[u8]) -> (Result<Format>, Report) {
        let mut report = Report::new();
        (detect(name, bytes, &mut report), report)
    }

    #[test]
    fn content_decides_and_the_name_votes() {
        let (format, report) = of("walk.txt", b"\xef\xbb\xbf  hierarchy\r\nROOT a");
        assert_eq!(format, Ok(Format::Bvh));
        assert_eq!(report.warnings().count(), 1);
        let (format, report) = of("walk.AMC", b"#!OML\r\n\r\n:FULLY-SPECIFIED\r\n:DEGREES\r\n1\r\n");
        assert_eq!(format, Ok(Format::Amc));
        assert_eq!(report.warnings().count(), 0);
        assert_eq!(of("a.amc", b"1\nroot 0 0 0 0 0 0\n").0, Ok(Format::Amc));
        assert_eq!(of("a.npz", b"PK\x03\x04").0, Ok(Format::SmplNpz));
    }

    #[test]
    fn unknown_bytes_are_described() {
        for (bytes, word) in [
            (b"".as_slice(), "empty"),
            (b" \r\n", "blanks"),
            (b":version 1.10", "skeleton"),
            (b"\x80\x04abc", "pickle"),
            (b"<svg>", "<svg>"),
        ] {
            let message = of("f", bytes).0.expect_err("unknown").to_string();
            assert!(message.contains(word), "{message}");
        }
        assert!(needs_skeleton_file("x", b":DEGREES\n1\n"));
        assert!(!needs_skeleton_file("x.amc", b"HIERARCHY"));
    }
}
