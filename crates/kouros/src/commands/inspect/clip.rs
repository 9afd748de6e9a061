//! What is in a capture file, and how it was understood.

use super::{Args, given};
use crate::exit::{Failure, Result};
use crate::run::clip::import_failure;
use crate::run::dataset::disk_failure;
use crate::talk::{give, give_json, say};
use kouros_dataset::{Overwrite, write_whole};
use kouros_label::{Contacts, human_contacts};
use kouros_mocap::{Capture, Clip, positions_npz};
use kouros_motion::{Anatomy, LEFT, Level, RIGHT, Report, SolePart};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;

/// Says it; writes positions where they are asked for.
pub fn inspect(path: &Path, args: &Args) -> Result<()> {
    let shown = path.display().to_string();
    let mut report = Report::new();
    let (capture, adopt) = args.import.capture(path, &mut report)?;
    let mut clip = match capture {
        Capture::Person(clip) => *clip,
        Capture::Robot(_, format) if args.positions.is_some() => {
            return Err(Failure::new(format!("--positions: expected a person's motion, found a robot's ({format})")));
        }
        Capture::Robot(motion, format) => return given::inspect(&shown, (&motion, format), args, &adopt, report),
    };
    let mut contacts = human_contacts(&clip.body_track(), &clip.anatomy, None, &Default::default(), &mut report);
    if let Some(stated) = &clip.contacts {
        contacts.feet = stated.clone();
    }
    if !clip.plates.is_empty() {
        let known = kouros_label::plate_contacts(&clip.body_track(), &clip.anatomy, &clip.plates, &mut report);
        report.inferred("plates", agreement(&known.agreement(&contacts.feet)));
        contacts.feet = known.over(&contacts.feet);
    }
    if args.json {
        give_json(&in_json(&shown, &clip, &contacts, &report))?;
    } else {
        give(&in_words(&shown, &clip, &contacts, &report))?;
    }
    if let Some(to) = &args.positions {
        if let Some(rate_hz) = args.rate {
            clip.motion = clip.motion.resampled(rate_hz).map_err(Failure::new)?;
        }
        let overwrite = if args.overwrite { Overwrite::Allowed } else { Overwrite::Refused };
        let bytes = positions_npz(&clip).map_err(|e| import_failure(&e))?;
        write_whole(to, &bytes, overwrite).map_err(|e| disk_failure(&e))?;
        say(&format!("wrote {} frames at {} Hz to {}", clip.motion.ticks(), clip.motion.rate_hz(), to.display()));
    }
    Ok(())
}

/// How well the contacts found in the motion agree with what force plates felt.
fn agreement(a: &kouros_label::Agreement) -> String {
    let (strikes, within, onsets) = (a.strikes, a.onsets_within(), a.onset_errors_s.len());
    let late = a.median_onset_s().map_or_else(String::new, |s| format!(", median error {:.0} ms", 1000.0 * s));
    format!(
        "{strikes} steps fall wholly on force plates; contacts found in the motion alone agree with them by F1 {:.3}, \
         {within} of {onsets} onsets within 20 ms or a frame{late}",
        a.f1
    )
}

/// The part of the body that each joint is, by index.
fn parts(a: &Anatomy) -> BTreeMap<usize, String> {
    let mut out = BTreeMap::new();
    for (i, joint) in a.spine.iter().enumerate() {
        out.insert(*joint, format!("spine {}", i + 1));
    }
    out.extend(a.neck.map(|j| (j, "neck".to_owned())));
    out.extend(a.head.map(|j| (j, "head".to_owned())));
    for (side, word) in [(LEFT, "left"), (RIGHT, "right")] {
        let (leg, arm) = (&a.legs[side], &a.arms[side]);
        out.extend(arm.clavicle.map(|j| (j, format!("{word} clavicle"))));
        let named = [
            (leg.hip, "hip"),
            (leg.knee, "knee"),
            (leg.ankle, "ankle"),
            (leg.toe, "toe"),
            (arm.shoulder, "shoulder"),
            (arm.elbow, "elbow"),
            (arm.wrist, "wrist"),
        ];
        out.extend(named.map(|(j, part)| (j, format!("{word} {part}"))));
    }
    out.insert(a.pelvis, "pelvis".into());
    out
}

/// Share of the time each part of the feet stands [%].
fn standing(contacts: &Contacts) -> [(&'static str, f64); 4] {
    let ticks = contacts.feet.down.len().max(1) as f64;
    let share = |part: usize| 100.0 * contacts.feet.down.iter().filter(|d| d[part]).count() as f64 / ticks;
    [0, 1, 2, 3].map(|i| (SolePart::ALL[i].name(), share(i)))
}

fn in_words(shown: &str, clip: &Clip, contacts: &Contacts, report: &Report) -> String {
    let m = &clip.motion;
    let mut out = format!(
        "{shown}: {}, {} frames at {} Hz ({:.1} s), {} joints\n\n",
        clip.format,
        m.ticks(),
        m.rate_hz(),
        m.ticks() as f64 / m.rate_hz(),
        m.skeleton().len()
    );
    let parts = parts(&clip.anatomy);
    let joints = m.skeleton().joints();
    let mut depth = vec![0usize; joints.len()];
    let mut lines: Vec<(String, &str)> = Vec::new();
    for (i, joint) in joints.iter().enumerate() {
        depth[i] = joint.parent.map_or(0, |p| depth[p] + 1);
        lines.push((format!("{}{}", "  ".repeat(depth[i]), joint.name), parts.get(&i).map_or("", String::as_str)));
    }
    let width = lines.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
    for (name, part) in lines {
        let space = " ".repeat(width - name.chars().count());
        out += format!("{name}{space}  {part}").trim_end();
        out += "\n";
    }
    let rest = match (clip.anatomy.rest_is_t_pose, clip.anatomy.rest_is_upright) {
        (true, _) => "a T-pose",
        (false, true) => "upright",
        (false, false) => "not upright",
    };
    out += &format!("\nat rest the skeleton is {rest}");
    if let Some(frame) = clip.t_pose {
        out += &format!("; frame {frame} of the file is a T-pose");
    }
    if clip.dropped_frames > 0 {
        out += &format!("; the first {} frames were dropped", clip.dropped_frames);
    }
    let share = standing(contacts).map(|(name, percent)| format!("{} {percent:.0} %", name.replace('_', " ")));
    let by = if clip.contacts.is_some() { " by the file" } else { "" };
    out += &format!("\nfeet stand{by}: {} of the time; floor at {:.3} m\n", share.join(", "), contacts.floor);
    for (level, word) in [(Level::Inferred, "inferred"), (Level::Warning, "odd")] {
        for note in report.notes.iter().filter(|n| n.level == level) {
            out += &format!("{word} ({}): {}\n", note.code, note.message);
        }
    }
    out
}

fn in_json(shown: &str, clip: &Clip, contacts: &Contacts, report: &Report) -> Value {
    let parts = parts(&clip.anatomy);
    let joints = clip.motion.skeleton().joints();
    let joint = |(i, j): (usize, &kouros_motion::Joint)| {
        json!({
            "name": j.name,
            "parent": j.parent.map(|p| joints[p].name.clone()),
            "offset_m": [j.offset.x, j.offset.y, j.offset.z],
            "part": parts.get(&i),
        })
    };
    json!({
        "path": shown,
        "format": clip.format.name(),
        "frames": clip.motion.ticks(),
        "rate_hz": clip.motion.rate_hz(),
        "seconds": clip.motion.ticks() as f64 / clip.motion.rate_hz(),
        "joints": joints.iter().enumerate().map(joint).collect::<Vec<_>>(),
        "rest_is_t_pose": clip.anatomy.rest_is_t_pose,
        "rest_is_upright": clip.anatomy.rest_is_upright,
        "t_pose_frame": clip.t_pose,
        "dropped_frames": clip.dropped_frames,
        "contacts_stated_by_file": clip.contacts.is_some(),
        "standing_percent": standing(contacts).into_iter().map(|(n, v)| (n.to_owned(), json!(v))).collect::<serde_json::Map<_, _>>(),
        "floor_m": contacts.floor,
        "objects": clip.objects.iter().map(|o| o.name.clone()).collect::<Vec<_>>(),
        "notes": report.notes,
    })
}
