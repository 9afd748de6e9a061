//! `tradeoff`: fidelity against smoothness, as a picture: what a setting of the one weight costs.
//!
//! Lives here: the sweep and its measures. Does not: the drawing (`plot.rs`).
//!
//! The three weights of smoothness go up and down together. Measured are the mean absolute jerk of
//! all joints but the wrists (the definition of the common judge, so that its figures of others
//! may stand beside), the mean error of the directions of thighs, shanks, upper arms and forearms,
//! and how fast soles slide while the person's feet rest.

use crate::clip::{Loaded, contacts, robot};
use crate::plot::{Panel, Point, figure};
use crate::table::table;
use crate::{Measured, Result};
use kouros_motion::{Report, Trajectory};
use kouros_retarget::{Human, Options};
use kouros_robot::Robot;
use serde::Serialize;
use std::path::PathBuf;

/// Arguments of `tradeoff`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Capture files, one pair of panels for each
    #[arg(required = true, value_name = "CLIP")]
    clips: Vec<PathBuf>,
    /// A robot's name or the path of its MJCF or URDF
    #[arg(long, default_value = "g1", value_name = "NAME|FILE")]
    robot: String,
    /// What the default weights of smoothness are multiplied by
    #[arg(long, default_value = "0.1,0.2,0.5,1,2,5,10", value_delimiter = ',', value_name = "FACTOR,...")]
    factors: Vec<f64>,
    /// Figures of others, measured elsewhere: name, clip, jerk, direction error, slide
    #[arg(long, value_name = "NAME,CLIP,JERK,DEG,CM/S", value_parser = mark)]
    mark: Vec<Mark>,
    /// Where the picture goes
    #[arg(long, value_name = "FILE.svg")]
    svg: PathBuf,
}

/// Somebody else's point.
#[derive(Debug, Clone, Serialize)]
struct Mark {
    name: String,
    clip: String,
    at: Found,
}

/// What one solution is measured by.
#[derive(Debug, Clone, Copy, Serialize)]
struct Found {
    /// Mean absolute jerk of the joints but the wrists [rad/s³].
    jerk: f64,
    /// Mean error of the directions of limbs [deg].
    direction: f64,
    /// Mean speed of the touching points of soles in contact [cm/s].
    slide: f64,
}

/// A panel's title and what it shows.
type Measure = (&'static str, fn(&Found) -> f64);

fn mark(text: &str) -> std::result::Result<Mark, String> {
    let parts: Vec<&str> = text.split(',').map(str::trim).collect();
    let [name, clip, numbers @ ..] = parts.as_slice() else { return Err("expected five parts".into()) };
    let numbers: Vec<f64> = numbers.iter().filter_map(|v| v.parse().ok()).filter(|v: &f64| *v > 0.0).collect();
    let [jerk, direction, slide] = numbers[..] else { return Err("expected three positive numbers behind name and clip".into()) };
    Ok(Mark { name: (*name).into(), clip: (*clip).into(), at: Found { jerk, direction, slide } })
}

/// Sweeps, measures, draws.
pub fn run(args: &Args) -> Result<Measured> {
    if args.factors.iter().any(|f| !(f.is_finite() && *f > 0.0)) {
        return Err("--factors: expected positive numbers".into());
    }
    let robot = robot(&args.robot)?;
    let (mut rows, mut swept) = (Vec::new(), Vec::new());
    for path in &args.clips {
        let loaded = Loaded::read(path)?;
        let found = args.factors.iter().map(|f| Ok((*f, one(&loaded, &robot, *f)?))).collect::<Result<Vec<_>>>()?;
        let line = |name: String, at: &Found| {
            vec![loaded.name(), name, format!("{:.0}", at.jerk), format!("{:.2}", at.direction), format!("{:.2}", at.slide)]
        };
        rows.extend(found.iter().map(|(factor, at)| line(format!("{factor}"), at)));
        rows.extend(args.mark.iter().filter(|m| m.clip == loaded.name()).map(|m| line(m.name.clone(), &m.at)));
        swept.push((loaded.name(), found));
    }
    let measures: [Measure; 2] = [("limb direction error, degrees", |f| f.direction), ("slide in contact, cm/s", |f| f.slide)];
    let panel = |(title, of): Measure, (clip, found): &(String, Vec<(f64, Found)>)| Panel {
        title: format!("{clip}: {title}"),
        curve: found.iter().map(|(f, at)| Point { name: format!("{f}"), x: at.jerk, y: of(at), strong: *f == 1.0 }).collect(),
        others: args
            .mark
            .iter()
            .filter(|m| m.clip == *clip)
            .map(|m| Point { name: m.name.clone(), x: m.at.jerk, y: of(&m.at), strong: false })
            .collect(),
    };
    let panels: Vec<Vec<Panel>> = measures.iter().map(|m| swept.iter().map(|s| panel(*m, s)).collect()).collect();
    std::fs::write(&args.svg, figure("joint jerk, rad/s³", &panels))
        .map_err(|e| format!("cannot write {}: {e}", args.svg.display()))?;
    let head = ["clip", "smoothness x", "jerk rad/s³", "direction °", "slide cm/s"];
    let text = format!("Smoothness times a factor (1 is the default), and others' figures\n\n{}", table(&head, &rows));
    Ok(Measured { text, json: serde_json::json!({ "swept": swept, "marks": args.mark }) })
}

/// One solution and its measures.
fn one(loaded: &Loaded, robot: &Robot, factor: f64) -> Result<Found> {
    let mut options = Options::default();
    let w = &mut options.weights;
    for weight in [&mut w.smooth_joints, &mut w.smooth_wrists, &mut w.smooth_rotation, &mut w.smooth_path] {
        *weight *= factor;
    }
    let track = loaded.clip.motion.body_track();
    let found = contacts(&loaded.clip, &track);
    let human = Human { track: &track, anatomy: &loaded.clip.anatomy, contacts: &found.feet, floor: found.floor, around: None };
    let made = kouros_retarget::retarget(&human, robot, &options, &mut Report::new())?;
    let limbs: Vec<f64> =
        made.errors.iter().filter(|e| e.part.ends_with("direction") && !e.part.contains("trunk")).map(|e| e.mean).collect();
    let quality = kouros_label::quality(robot, &made.trajectory, None, &found.feet)?;
    Ok(Found {
        jerk: jerk(&made.trajectory),
        direction: limbs.iter().sum::<f64>() / limbs.len().max(1) as f64,
        slide: quality.slide_mean_cm_s.unwrap_or(0.0),
    })
}

/// Mean absolute third difference of all joints but the wrists [rad/s³].
fn jerk(motion: &Trajectory) -> f64 {
    let joints: Vec<usize> = (0..motion.joints()).filter(|j| !motion.joint_names[*j].contains("wrist")).collect();
    let q = |t: usize, j: usize| motion.joints_at(t)[j];
    let third = |t: usize, j: usize| (q(t + 3, j) - 3.0 * q(t + 2, j) + 3.0 * q(t + 1, j) - q(t, j)).abs();
    let ticks = motion.ticks().saturating_sub(3);
    let sum: f64 = (0..ticks).flat_map(|t| joints.iter().map(move |j| (t, *j))).map(|(t, j)| third(t, j)).sum();
    sum / (ticks * joints.len()).max(1) as f64 * motion.rate_hz.powi(3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_jerk_of_a_cubic_is_constant() {
        // d³(t³)/dt³ = 6, and the wrist does not count.
        let at = |t: usize| t as f64 / 10.0;
        let motion = Trajectory {
            robot: "r".into(),
            joint_names: vec!["knee".into(), "left_wrist".into()],
            rate_hz: 10.0,
            base: vec![kouros_motion::Pose::identity(); 8],
            joint_pos: (0..8).flat_map(|t| [at(t).powi(3), at(t).powi(4)]).collect(),
        };
        assert!((jerk(&motion) - 6.0).abs() < 1e-9);
    }

    #[test]
    fn marks_have_five_parts() {
        assert_eq!(mark("GMR, walk, 197, 6.5, 4.6").expect("five").at.slide, 4.6);
        for wrong in ["", "GMR,walk", "GMR,walk,1,2", "GMR,walk,1,2,x", "GMR,walk,1,2,-3"] {
            assert!(mark(wrong).is_err(), "{wrong}");
        }
    }
}
