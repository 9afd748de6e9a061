//! Labels made of the motion alone against what the simulator knows.
//!
//! Lives here: the measures, over all episodes of a rollout. Does not: making either side
//! (`kouros-label`, `episode.rs`).

use crate::exit::{Exit, Failure, Result};
use crate::talk::{Align, give, give_json, table};
use kouros_dataset::{Dataset, Episode};
use kouros_motion::SolePart;
use serde_json::{Value, json};
use std::path::Path;

/// A sole part carries weight from here on [N]: what is asked of force plates, too.
const CARRIES: f64 = 20.0;
/// A change of contact is the same change within this time [s].
const SAME: f64 = 0.2;
/// A contact, and a time without, counts as one from here on [s]: three frames at 50 Hz.
const LASTS: f64 = 0.06;

/// Counts of frames by what is so and what is said.
#[derive(Debug, Default, Clone, Copy, PartialEq)]
struct Counts {
    both: usize,
    said_only: usize,
    true_only: usize,
}

impl Counts {
    fn add(&mut self, truth: bool, said: bool) {
        match (truth, said) {
            (true, true) => self.both += 1,
            (false, true) => self.said_only += 1,
            (true, false) => self.true_only += 1,
            (false, false) => {}
        }
    }

    /// Harmonic mean of precision and recall; none where nothing is so and nothing is said.
    fn f1(&self) -> Option<f64> {
        let all = 2 * self.both + self.said_only + self.true_only;
        (all > 0).then(|| 2.0 * self.both as f64 / all as f64)
    }
}

/// Distances of what is said from what is so.
#[derive(Debug, Default, Clone)]
struct Errors {
    sizes: Vec<f64>,
}

impl Errors {
    fn rms(&self) -> Option<f64> {
        let n = self.sizes.len();
        (n > 0).then(|| (self.sizes.iter().map(|e| e * e).sum::<f64>() / n as f64).sqrt())
    }

    fn mean(&self) -> Option<f64> {
        let n = self.sizes.len();
        (n > 0).then(|| self.sizes.iter().sum::<f64>() / n as f64)
    }

    /// The size that nine in ten are below.
    fn p90(&self) -> Option<f64> {
        let mut sorted = self.sizes.clone();
        sorted.sort_by(f64::total_cmp);
        sorted.get((sorted.len() * 9 / 10).min(sorted.len().saturating_sub(1))).copied()
    }

    fn json(&self, unit: &str) -> Value {
        let round = |v: Option<f64>| v.map(|v| (v * 1e4).round() / 1e4);
        json!({ "unit": unit, "count": self.sizes.len(), "rms": round(self.rms()), "mean": round(self.mean()), "p90": round(self.p90()) })
    }
}

/// Everything that is compared.
#[derive(Debug, Default)]
struct Compared {
    /// Heels and toes, in the order of [`SolePart::ALL`].
    parts: [Counts; 4],
    /// Whole feet.
    feet: Counts,
    /// Changes of a foot's contact: landings, lifts.
    changes: [Changes; 2],
    /// Vertical force of a foot that is said to be down or is, horizontal force, torque.
    force_up: Errors,
    force_level: Errors,
    force_both: Errors,
    torque: Errors,
    /// Frames in which forces are known, of how many.
    known: [usize; 2],
    effort: Errors,
    center_level: Errors,
    center_up: Errors,
    joint_velocity: Errors,
    root_velocity: Errors,
    frames: usize,
}

/// True changes that were found, and how far off, those that were not, and those that never were.
#[derive(Debug, Default, Clone)]
struct Changes {
    /// Said minus true [s].
    late: Vec<f64>,
    missed: usize,
    invented: usize,
}

/// Frames in which `down` changes to `to`, with at least `lasting` frames the same before and after.
fn changes(down: &[bool], to: bool, lasting: usize) -> Vec<usize> {
    let same = |range: std::ops::Range<usize>, value: bool| down.get(range).is_some_and(|d| d.iter().all(|v| *v == value));
    (lasting..down.len()).filter(|&t| same(t - lasting..t, !to) && same(t..t + lasting, to)).collect()
}

impl Changes {
    /// Pairs each true change with the nearest that is said, each once, in order.
    fn add(&mut self, truth: &[usize], said: &[usize], rate_hz: f64) {
        let mut free: Vec<usize> = said.to_vec();
        for &t in truth {
            let nearest =
                (0..free.len()).min_by_key(|&i| free[i].abs_diff(t)).filter(|&i| free[i].abs_diff(t) as f64 <= SAME * rate_hz);
            match nearest {
                Some(i) => self.late.push((free.remove(i) as f64 - t as f64) / rate_hz),
                None => self.missed += 1,
            }
        }
        self.invented += free.len();
    }

    fn json(&self) -> Value {
        let ms = |v: f64| (v * 1e4).round() / 10.0;
        let sizes = Errors { sizes: self.late.iter().map(|l| l.abs()).collect() };
        let mean = Errors { sizes: self.late.clone() }.mean();
        json!({
            "found": self.late.len(), "missed": self.missed, "invented": self.invented,
            "mean_late_ms": mean.map(ms), "mean_abs_ms": sizes.mean().map(ms), "p90_abs_ms": sizes.p90().map(ms),
        })
    }
}

impl Compared {
    fn add(&mut self, episode: &Episode, rate_hz: f64) -> Result<()> {
        let column = |name: &str, width: usize| {
            let c = episode
                .column(name)
                .map_err(|e| Failure::new(e).hint("only datasets of `kouros rollout` hold what the simulator knows"))?;
            if width != 0 && c.feature.dims.len() != width {
                return Err(Failure::new(format!("{name}: expected {width} dimensions, found {}", c.feature.dims.len())));
            }
            Ok(c)
        };
        let (said, force) = (column("label.foot_contact", 4)?, column("label.sim.sole_force", 4)?);
        let carries = |t: usize, p: usize| f64::from(force.values[4 * t + p]) >= CARRIES;
        let is_said = |t: usize, p: usize| said.values[4 * t + p] > 0.5;
        let frames = episode.length;
        let lasting = (LASTS * rate_hz).round().max(1.0) as usize;
        for side in 0..2 {
            let parts = [2 * side, 2 * side + 1];
            let foot = |down: &dyn Fn(usize, usize) -> bool| -> Vec<bool> {
                (0..frames).map(|t| parts.iter().any(|&p| down(t, p))).collect()
            };
            let (truth, label) = (foot(&carries), foot(&is_said));
            for t in 0..frames {
                self.feet.add(truth[t], label[t]);
                parts.iter().for_each(|&p| self.parts[p].add(carries(t, p), is_said(t, p)));
            }
            for (sum, to) in self.changes.iter_mut().zip([true, false]) {
                sum.add(&changes(&truth, to, lasting), &changes(&label, to, lasting), rate_hz);
            }
        }
        let valid = column("label.valid", 0)?;
        let width = valid.feature.dims.len();
        let group = |name: &str| {
            let place = valid.feature.dims.iter().position(|d| d == name);
            place.ok_or_else(|| Failure::new(format!("label.valid: no group '{name}'")))
        };
        let (wrench_known, effort_known) = (group("foot_wrench")?, group("effort")?);
        let known = |t: usize, g: usize| valid.values[width * t + g] > 0.5;
        let joints = episode.column("observation.state").map_err(Failure::new)?.feature.dims.len();
        let pair = |name: &str, truth: &str, width: usize| Ok::<_, Failure>((column(name, width)?, column(truth, width)?));
        let off = |(a, b): (&kouros_dataset::Column, &kouros_dataset::Column), at: usize| {
            f64::from(a.values[at]) - f64::from(b.values[at])
        };
        let wrench = pair("label.foot_wrench", "label.sim.foot_wrench", 12)?;
        let effort = pair("label.effort", "observation.effort", joints)?;
        let center = pair("label.center_of_mass", "label.sim.center_of_mass", 3)?;
        let joint_velocity = pair("observation.velocity", "label.sim.joint_velocity", joints)?;
        let root_velocity = pair("label.root_velocity", "label.sim.root_velocity", 6)?;
        for t in 0..frames {
            self.known[1] += 1;
            if known(t, wrench_known) {
                self.known[0] += 1;
                let e: [f64; 12] = std::array::from_fn(|i| off(wrench, 12 * t + i));
                for foot in e.chunks_exact(6) {
                    self.force_up.sizes.push(foot[2].abs());
                    self.force_level.sizes.push(foot[0].hypot(foot[1]));
                    self.torque.sizes.push((foot[3] * foot[3] + foot[4] * foot[4] + foot[5] * foot[5]).sqrt());
                }
                self.force_both.sizes.push((e[2] + e[8]).abs());
            }
            if known(t, effort_known) {
                self.effort.sizes.extend((0..joints).map(|j| off(effort, joints * t + j).abs()));
            }
            let c: [f64; 3] = std::array::from_fn(|i| 1e3 * off(center, 3 * t + i));
            self.center_level.sizes.push(c[0].hypot(c[1]));
            self.center_up.sizes.push(c[2].abs());
            self.joint_velocity.sizes.extend((0..joints).map(|j| off(joint_velocity, joints * t + j).abs()));
            let v: [f64; 3] = std::array::from_fn(|i| off(root_velocity, 6 * t + i));
            self.root_velocity.sizes.push((v[0] * v[0] + v[1] * v[1] + v[2] * v[2]).sqrt());
        }
        self.frames += frames;
        Ok(())
    }

    fn json(&self) -> Value {
        let f1 = |c: &Counts| c.f1().map(|v| (v * 1e4).round() / 1e4);
        let parts: Vec<Value> =
            SolePart::ALL.iter().zip(&self.parts).map(|(p, c)| json!({ "part": p.name(), "f1": f1(c) })).collect();
        json!({
            "frames": self.frames,
            "contact": { "carries_n": CARRIES, "parts": parts, "foot_f1": f1(&self.feet),
                "landings": self.changes[0].json(), "lifts": self.changes[1].json() },
            "forces_known_percent": 100.0 * self.known[0] as f64 / self.known[1].max(1) as f64,
            "force_up": self.force_up.json("N"), "force_up_both_feet": self.force_both.json("N"),
            "force_level": self.force_level.json("N"), "torque": self.torque.json("N m"),
            "joint_torque": self.effort.json("N m"),
            "center_of_mass_level": self.center_level.json("mm"), "center_of_mass_up": self.center_up.json("mm"),
            "joint_velocity": self.joint_velocity.json("rad/s"), "base_velocity": self.root_velocity.json("m/s"),
        })
    }
}

/// Compares all episodes of the rollout at `path`.
pub fn run(path: &Path, as_json: bool) -> Result<Exit> {
    let dataset = Dataset::open(path).map_err(Failure::new)?;
    let rate_hz = f64::from(dataset.info().fps);
    let mut compared = Compared::default();
    for index in 0..dataset.episodes().len() {
        let episode = dataset.read_episode(index).map_err(Failure::new)?;
        let in_episode = |f: Failure| Failure { message: format!("{}: episode {index}: {}", path.display(), f.message), ..f };
        compared.add(&episode, rate_hz).map_err(in_episode)?;
    }
    let value = compared.json();
    if as_json {
        give_json(&json!({ "dataset": path, "episodes": dataset.episodes().len(), "truth": value }))?;
        return Ok(Exit::Done);
    }
    give(&text(&value))?;
    Ok(Exit::Done)
}

/// The table of a person.
fn text(value: &Value) -> String {
    let number = |v: &Value, digits: usize| v.as_f64().map_or_else(|| "-".into(), |x| format!("{x:.digits$}"));
    let contact = &value["contact"];
    let mut rows: Vec<Vec<String>> = Vec::new();
    let mut row = |what: &str, of: String, mean: String, p90: String| rows.push(vec![what.into(), of, mean, p90]);
    row("foot contact, F1", number(&contact["foot_f1"], 3), String::new(), String::new());
    for p in contact["parts"].as_array().into_iter().flatten() {
        let name = p["part"].as_str().unwrap_or_default().replace('_', " ");
        row(&format!("{name} contact, F1"), number(&p["f1"], 3), String::new(), String::new());
    }
    for (name, words) in [("landings", "landing, ms off"), ("lifts", "lift, ms off")] {
        let c = &contact[name];
        let seen = format!(
            "{} found, {} missed, {} invented, late by {}",
            c["found"],
            c["missed"],
            c["invented"],
            number(&c["mean_late_ms"], 1)
        );
        row(words, seen, number(&c["mean_abs_ms"], 1), number(&c["p90_abs_ms"], 1));
    }
    let of = [
        ("force_up", "vertical force of a foot, N off"),
        ("force_up_both_feet", "vertical force of both feet, N off"),
        ("force_level", "horizontal force of a foot, N off"),
        ("torque", "torque on a foot, N m off"),
        ("joint_torque", "joint torque, N m off"),
        ("center_of_mass_level", "centre of mass, horizontal, mm off"),
        ("center_of_mass_up", "centre of mass, vertical, mm off"),
        ("joint_velocity", "joint velocity, rad/s off"),
        ("base_velocity", "velocity of the base, m/s off"),
    ];
    for (name, words) in of {
        let e = &value[name];
        row(words, format!("rms {}", number(&e["rms"], 3)), number(&e["mean"], 3), number(&e["p90"], 3));
    }
    let head = [("label from the motion alone", Align::Left), ("", Align::Left), ("mean", Align::Right), ("p90", Align::Right)];
    format!(
        "{}{} frames; forces and torques known in {} % of them; a part of a sole is down where it carries {CARRIES} N\n",
        table(&head, &rows),
        value["frames"],
        number(&value["forces_known_percent"], 1)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn measures_by_hand() {
        let mut c = Counts::default();
        [(true, true), (true, true), (false, true), (true, false), (false, false)].iter().for_each(|(t, s)| c.add(*t, *s));
        // Precision 2/3, recall 2/3.
        assert!((c.f1().expect("some") - 2.0 / 3.0).abs() < 1e-12);
        assert!(Counts::default().f1().is_none());
        let e = Errors { sizes: vec![3.0, 4.0] };
        assert!((e.rms().expect("two") - 12.5f64.sqrt()).abs() < 1e-12 && e.mean() == Some(3.5) && e.p90() == Some(4.0));
    }

    #[test]
    fn changes_by_hand() {
        let down = |text: &str| text.chars().map(|c| c == '1').collect::<Vec<_>>();
        let truth = changes(&down("0001111000111101"), true, 3);
        // The last one does not last.
        assert_eq!(truth, [3, 10]);
        let mut c = Changes::default();
        c.add(&truth, &[4, 30], 50.0);
        assert_eq!((c.late.len(), c.missed, c.invented), (1, 1, 1));
        assert!((c.late[0] - 0.02).abs() < 1e-12);
    }
}
