//! A clip in the page's words: one person, one robot's motion, or both.

use crate::chunk::{Stream, frames_of, push};
use kouros_motion::{BodyTrack, FootContacts, Segment, SolePart, Trajectory};
use serde_json::{Value, json};

/// A person as a tree of points.
#[derive(Debug, Clone)]
pub struct Person {
    /// Where the joints are (T x J).
    pub track: BodyTrack,
    /// The joint each hangs on (J), `None` for a root.
    pub parents: Vec<Option<usize>>,
    /// Height of the floor in the track's world [m].
    pub floor: f64,
    /// Metres of a robot beside it for one of the person's; 1 where there is none.
    pub scale: f64,
}

impl Person {
    /// The tree, for the page.
    pub(crate) fn describe(&self) -> Value {
        json!({
            "joints": self.track.names(),
            "parents": self.parents,
            "floor": self.floor,
            "scale": self.scale,
            "length": self.track.ticks(),
        })
    }

    /// A piece: x y z of every joint, frame by frame.
    pub(crate) fn piece(&self, piece: usize) -> Option<Vec<u8>> {
        let frames = frames_of(piece, self.track.ticks())?;
        let mut out = Vec::with_capacity(frames.len() * self.track.bodies() * 12);
        for tick in frames {
            for body in 0..self.track.bodies() {
                let p = self.track.position(tick, body);
                push(&mut out, [p.x, p.y, p.z]);
            }
        }
        Some(out)
    }
}

/// A clip that is shown.
#[derive(Debug, Clone)]
pub struct Moving {
    /// What it was read from, in words.
    pub format: String,
    /// The person, where the clip is a person's.
    pub person: Option<Person>,
    /// When the person's feet rest, one entry for each of the person's ticks.
    pub contacts: Option<FootContacts>,
    /// The robot's motion, where the clip is a robot's.
    pub trajectory: Option<Trajectory>,
    /// What is done when, where that is known.
    pub segments: Vec<Segment>,
    /// What was inferred in reading it.
    pub notes: Vec<String>,
}

impl Moving {
    /// Ticks a second [Hz].
    pub(crate) fn rate_hz(&self) -> f64 {
        let person = self.person.as_ref().map(|p| p.track.rate_hz());
        self.trajectory.as_ref().map(|t| t.rate_hz).or(person).unwrap_or(1.0)
    }

    /// The number of ticks.
    pub(crate) fn length(&self) -> usize {
        let person = self.person.as_ref().map(|p| p.track.ticks());
        self.trajectory.as_ref().map(Trajectory::ticks).or(person).unwrap_or(0)
    }

    fn streams(&self) -> Vec<Stream> {
        let list = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        let mut out = Vec::new();
        if let Some(t) = &self.trajectory {
            out.push(Stream { name: "joint_position".into(), dims: t.joint_names.clone() });
            out.push(Stream { name: "root_pose".into(), dims: list("x y z qw qx qy qz") });
        }
        if self.contacts.is_some() {
            out.push(Stream { name: "foot_contact".into(), dims: SolePart::ALL.map(|p| p.name().to_owned()).to_vec() });
        }
        out
    }

    /// What the index says of it; `joints` are the robot's, where it is known.
    pub(crate) fn index(&self, joints: Option<Vec<String>>) -> Value {
        let streams = self.streams();
        let place = |name: &str| streams.iter().position(|s| s.name == name);
        let own = self.trajectory.as_ref().map(|t| t.joint_names.clone()).unwrap_or_default();
        let joints = joints.unwrap_or_else(|| own.clone());
        let columns: Vec<Option<usize>> = joints.iter().map(|j| own.iter().position(|o| o == j)).collect();
        let all = |name: &str, n: usize| place(name).map(|f| json!({ "feature": f, "columns": (0..n).collect::<Vec<_>>() }));
        json!({
            "kind": "clip",
            "version": self.format,
            "rate_hz": self.rate_hz(),
            "episodes": 1,
            "frames": self.length(),
            "layout": {
                "joints": joints,
                "state": place("joint_position").map(|f| json!({ "feature": f, "columns": columns })),
                "action": null, "velocity": null, "effort": null, "effort_measured": false,
                "root": all("root_pose", 7),
                "contact": all("foot_contact", 4),
                "com": null,
            },
            "streams": streams,
            "cameras": [],
            "notes": self.notes,
            "troubles": [],
            "findings": false,
        })
    }

    /// What the list says of it.
    pub(crate) fn row(&self, name: &str) -> Value {
        json!({ "index": 0, "length": self.length(), "task": null, "kind": null, "name": name })
    }

    /// What is known of it besides its frames.
    pub(crate) fn episode(&self, name: &str) -> Value {
        json!({
            "index": 0, "length": self.length(), "task": null, "kind": null, "name": name,
            "segments": self.segments, "notes": [],
            "source": { "name": name, "format": self.format, "licence": null, "rate_hz": self.rate_hz() },
            "videos": [],
            "human": self.person.as_ref().map(Person::describe),
        })
    }

    /// A piece of its frames.
    pub(crate) fn frames(&self, piece: usize) -> Option<Vec<u8>> {
        let frames = frames_of(piece, self.length())?;
        let mut out = Vec::new();
        if let Some(t) = &self.trajectory {
            frames.clone().for_each(|tick| push(&mut out, t.joints_at(tick).iter().copied()));
            let quaternions = t.base_quaternions_wxyz();
            for tick in frames.clone() {
                let place = t.base[tick].translation;
                push(&mut out, [place.x, place.y, place.z].into_iter().chain(quaternions[tick]));
            }
        }
        if let Some(c) = &self.contacts {
            for tick in frames {
                let down = c.down.get(tick).copied().unwrap_or_default();
                push(&mut out, down.map(|d| f64::from(u8::from(d))));
            }
        }
        Some(out)
    }
}
