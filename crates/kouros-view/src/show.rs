//! What is looked at, as names and the bytes behind them.
//!
//! A name is matched word by word against the few there are, and numbers in it are only indices:
//! no name ever becomes a path.

use crate::chunk::{CHUNK_FRAMES, pieces};
use crate::surface::{Part, surface};
use crate::{Answer, DatasetShow, Moving, Result, describe, page};
use kouros_robot::Robot;
use serde_json::{Value, json};

/// Episodes in a piece of the list.
pub(crate) const EPISODES_A_PAGE: usize = 1000;

#[derive(Debug)]
enum What {
    Dataset(Box<DatasetShow>),
    Moving(Box<Moving>),
    Robot,
}

/// What is looked at.
#[derive(Debug)]
pub struct Show {
    name: String,
    robot: Option<Robot>,
    parts: Vec<Part>,
    surface: Vec<u8>,
    what: What,
}

impl Show {
    /// A dataset, with the robot its layout was found for.
    pub fn dataset(name: impl Into<String>, dataset: DatasetShow, robot: Option<Robot>) -> Self {
        Self::new(name.into(), robot, What::Dataset(Box::new(dataset)))
    }

    /// A clip; `robot` is the one whose motion it is.
    pub fn moving(name: impl Into<String>, moving: Moving, robot: Option<Robot>) -> Self {
        Self::new(name.into(), robot, What::Moving(Box::new(moving)))
    }

    /// A robot alone.
    pub fn robot(robot: Robot) -> Self {
        Self::new(robot.name.clone(), Some(robot), What::Robot)
    }

    fn new(name: String, robot: Option<Robot>, what: What) -> Self {
        let (parts, surface) = robot.as_ref().map(surface).unwrap_or_default();
        Self { name, robot, parts, surface, what }
    }

    /// The bytes behind a name, `None` where there is no such name.
    ///
    /// # Errors
    /// The data behind it cannot be read.
    pub fn answer(&self, name: &str) -> Result<Option<Answer>> {
        let Some(words) = name.strip_prefix("data/") else { return Ok(page::answer(name)) };
        let words: Vec<&str> = words.split('/').collect();
        let json = |v: Option<Value>| v.map(|v| Answer::json(&v));
        Ok(match words.as_slice() {
            ["index.json"] => Some(Answer::json(&self.index())),
            ["robot.bin"] if self.robot.is_some() => Some(Answer::binary(self.surface.clone())),
            ["episodes", page] => json(number(page, ".json").and_then(|p| self.page(p))),
            ["episode", e] => match number(e, ".json") {
                Some(e) => json(self.episode(e)?),
                None => None,
            },
            ["episode", e, "findings.json"] => match (number(e, ""), &self.what) {
                (Some(e), What::Dataset(d)) => json(d.findings(e, self.robot.as_ref())?),
                _ => None,
            },
            ["episode", e, "frames", piece] => match number(e, "").zip(number(piece, ".bin")) {
                Some((e, piece)) => self.frames(e, piece)?.map(Answer::binary),
                None => None,
            },
            ["episode", e, "human", piece] => match number(e, "").zip(number(piece, ".bin")) {
                Some((e, piece)) => self.human(e, piece).map(Answer::binary),
                None => None,
            },
            ["video", feature, chunk, file] => match (number(feature, ""), number(chunk, ""), number(file, ".mp4"), &self.what) {
                (Some(v), Some(c), Some(f), What::Dataset(d)) => d.video(v, c, f),
                _ => None,
            },
            _ => None,
        })
    }

    fn index(&self) -> Value {
        let mut index = match &self.what {
            What::Dataset(d) => d.index(),
            What::Moving(m) => m.index(self.robot.as_ref().map(Robot::joint_names)),
            What::Robot => json!({
                "kind": "robot", "version": null, "rate_hz": 1.0, "episodes": 0, "frames": 0, "streams": [], "layout": null,
                "cameras": [], "notes": [], "troubles": [], "findings": false,
            }),
        };
        if let Some(map) = index.as_object_mut() {
            map.insert("schema".into(), "kouros-view/1".into());
            map.insert("name".into(), self.name.clone().into());
            map.insert("piece_frames".into(), CHUNK_FRAMES.into());
            map.insert("episodes_a_page".into(), EPISODES_A_PAGE.into());
            map.insert("robot".into(), self.robot.as_ref().map(|r| describe::robot(r, &self.parts)).unwrap_or_default());
        }
        index
    }

    fn page(&self, page: usize) -> Option<Value> {
        match &self.what {
            What::Dataset(d) => d.page(page),
            What::Moving(m) => (page == 0).then(|| json!([m.row(&self.name)])),
            What::Robot => (page == 0).then(|| json!([])),
        }
    }

    fn episode(&self, e: usize) -> Result<Option<Value>> {
        match &self.what {
            What::Dataset(d) => d.episode(e),
            What::Moving(m) => Ok((e == 0).then(|| m.episode(&self.name))),
            What::Robot => Ok(None),
        }
    }

    fn frames(&self, e: usize, piece: usize) -> Result<Option<Vec<u8>>> {
        match &self.what {
            What::Dataset(d) => d.frames(e, piece),
            What::Moving(m) => Ok((e == 0).then(|| m.frames(piece)).flatten()),
            What::Robot => Ok(None),
        }
    }

    fn human(&self, e: usize, piece: usize) -> Option<Vec<u8>> {
        match &self.what {
            What::Dataset(d) => d.human_piece(e, piece),
            What::Moving(m) => m.person.as_ref().filter(|_| e == 0).and_then(|p| p.piece(piece)),
            What::Robot => None,
        }
    }

    /// Every name there is, page and data, in a fixed order.
    ///
    /// # Errors
    /// A table of episodes cannot be read.
    pub fn names(&self) -> Result<Vec<String>> {
        let mut out: Vec<String> = page::names().map(str::to_owned).collect();
        out.push("data/index.json".into());
        if self.robot.is_some() {
            out.push("data/robot.bin".into());
        }
        let episodes = match &self.what {
            What::Dataset(d) => d.episodes(),
            What::Moving(_) => 1,
            What::Robot => 0,
        };
        out.extend((0..episodes.div_ceil(EPISODES_A_PAGE).max(1)).map(|p| format!("data/episodes/{p}.json")));
        let mut videos = Vec::new();
        for e in 0..episodes {
            out.push(format!("data/episode/{e}.json"));
            let length = match &self.what {
                What::Dataset(d) => {
                    out.push(format!("data/episode/{e}/findings.json"));
                    videos.extend(d.videos(e)?);
                    d.length(e).unwrap_or(0)
                }
                What::Moving(m) => m.length(),
                What::Robot => 0,
            };
            for piece in 0..pieces(length) {
                out.push(format!("data/episode/{e}/frames/{piece}.bin"));
                if self.human(e, piece).is_some() {
                    out.push(format!("data/episode/{e}/human/{piece}.bin"));
                }
            }
        }
        videos.sort_unstable();
        videos.dedup();
        out.extend(videos.into_iter().map(|(v, c, f)| format!("data/video/{v}/{c}/{f}.mp4")));
        Ok(out)
    }
}

/// The number before an ending: digits alone, as they would be printed.
fn number(word: &str, ending: &str) -> Option<usize> {
    let digits = word.strip_suffix(ending)?;
    let plain = digits == "0" || (!digits.starts_with('0') && digits.bytes().all(|b| b.is_ascii_digit()));
    (plain && (1..=12).contains(&digits.len())).then(|| digits.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_only_numbers() {
        assert_eq!(number("12.json", ".json"), Some(12));
        assert_eq!(number("0", ""), Some(0));
        for bad in ["", "00", "01", "-1", "+1", "1e3", "1.", "9999999999999", "١", " 1", "1 "] {
            assert_eq!(number(bad, ""), None, "{bad:?}");
        }
        assert_eq!(number("12.json", ".bin"), None);
    }
}
