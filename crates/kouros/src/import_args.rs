//! What a user may say about capture files, shared by the commands that read them.
//!
//! Lives here: the flags, and turning them into `kouros-mocap`'s options. Does not: finding files
//! (`inputs.rs`).

use crate::exit::{Failure, Result};
use crate::inputs::{forces_of, skeleton_of};
use crate::run::clip::import_failure;
use crate::run::plan::read;
use crate::table_note;
use clap::ValueEnum;
use kouros_mocap::{Capture, Companions, ImportOptions, Layout, StaticTrial, Up, needs_skeleton_file};
use kouros_motion::{QuatOrder, Report};
use kouros_robot::AdoptOptions;
use std::path::{Path, PathBuf};

/// Flags about capture files. What is not given is inferred and told.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(next_help_heading = "Capture files")]
pub struct ImportArgs {
    /// Unit of lengths: m, cm, mm, in, ft, or metres per unit as a number [default: inferred]
    #[arg(long, value_parser = unit, allow_hyphen_values = true)]
    pub unit: Option<f64>,
    /// Axis that points up: x, y, z, -x, -y, -z [default: inferred]
    #[arg(long, value_parser = up, allow_hyphen_values = true)]
    pub up: Option<Up>,
    /// What to do with a T-pose before the motion [default: drop it where one is found]
    #[arg(long, value_enum)]
    pub t_pose: Option<TPose>,
    /// Frames a second of the files, whatever they say [Hz]
    #[arg(long, value_name = "HZ", value_parser = positive, allow_negative_numbers = true)]
    pub source_rate: Option<f64>,
    /// Which joint is which in arrays of joint positions without names: lafan, lafan-right-first,
    /// smpl, smplh, smplh-by-limb, smplx, optitrack, fingers [default: inferred]
    #[arg(long, value_parser = layout)]
    pub layout: Option<Layout>,
    /// Order of the base's quaternion in motions of robots: wxyz, xyzw [default: the file's, or
    /// inferred]
    #[arg(long, value_name = "ORDER", value_parser = quaternion)]
    pub quaternion: Option<QuatOrder>,
    /// Names of the joints in motions of robots, in the file's order, parted by commas [default:
    /// the file's, or inferred]
    #[arg(long, value_name = "NAME,...", value_delimiter = ',')]
    pub joints: Option<Vec<String>>,
    /// Which take of a file that holds several, by its name [default: the one that moves most; of
    /// robots' motions, the only one]
    #[arg(long, value_name = "NAME")]
    pub take: Option<String>,
    /// Which person of a file that holds several, by the name of its skeleton or of the joint all
    /// others hang by [default: the one whose joints fit a person best]
    #[arg(long, value_name = "NAME")]
    pub subject: Option<String>,
    /// Skeleton (ASF) of all Acclaim motions [default: found beside each: NAME.asf, the part of
    /// the name before its last `_`, or the only one in the folder]
    #[arg(long, value_name = "FILE")]
    pub asf: Option<PathBuf>,
    /// Static trial (C3D, TRC) of the same person with the same markers and more: its knees, ankles and other
    /// landmarks are carried into the moving trials by the markers of both
    #[arg(long = "static", value_name = "FILE", value_parser = static_trial)]
    pub static_trial: Option<StaticTrial>,
    /// Your own SMPL-family body model (npz) for AMASS files [default: a mean body]
    #[arg(long, value_name = "FILE")]
    pub body_model: Option<PathBuf>,
}

/// What to do with a T-pose before the motion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TPose {
    /// It is part of the motion.
    Keep,
    /// Drop the first frame, or all frames of the pose where it is recognised.
    Drop,
}

impl ImportArgs {
    /// As the options of the reader.
    pub fn options(&self) -> ImportOptions {
        ImportOptions {
            unit_m: self.unit,
            up: self.up,
            drop_t_pose: self.t_pose.map(|t| t == TPose::Drop),
            rate_hz: self.source_rate,
            layout: self.layout,
            take: self.take.clone(),
            subject: self.subject.clone(),
            static_trial: self.static_trial.clone(),
        }
    }

    /// As the options of taking over a robot's motion.
    pub fn adopt(&self) -> AdoptOptions {
        AdoptOptions { quat_order: self.quaternion, joints: self.joints.clone() }
    }

    /// Reads one capture file with what lies beside it, and says how a robot's motion in it is taken.
    pub fn capture(&self, path: &Path, report: &mut Report) -> Result<(Capture, AdoptOptions)> {
        let bytes = read(path)?;
        let shown = path.display().to_string();
        let skeleton = match (needs_skeleton_file(&shown, &bytes), &self.asf) {
            (false, _) => None,
            (true, Some(given)) => Some(given.clone()),
            (true, None) => Some(skeleton_of(path)?),
        };
        let skeleton = skeleton.map(|p| read(&p).map(|b| (p.display().to_string(), b))).transpose()?;
        let forces = forces_of(path, &bytes).map(|p| read(&p).map(|b| (p.display().to_string(), b))).transpose()?;
        let body_model = self.read_body_model()?;
        let companions = Companions {
            asf: skeleton.as_ref().map(|(n, b)| (n.as_str(), b.as_slice())),
            body_model: body_model.as_ref().map(|(n, b)| (n.as_str(), b.as_slice())),
            forces: forces.as_ref().map(|(n, b)| (n.as_str(), b.as_slice())),
        };
        let (mut options, mut adopt) = (self.options(), self.adopt());
        if let Some(note) = table_note::beside(path) {
            note.fill(&mut options, &mut adopt, report);
        }
        let capture = kouros_mocap::capture(&shown, &bytes, &companions, &options, report);
        Ok((capture.map_err(|e| import_failure(&e))?, adopt))
    }

    /// Reads the body model, where one is given.
    pub fn read_body_model(&self) -> Result<Option<(String, Vec<u8>)>> {
        let read = |path: &PathBuf| match std::fs::read(path) {
            Ok(bytes) => Ok((path.display().to_string(), bytes)),
            Err(e) => Err(Failure::new(format!("cannot read the body model {}: {e}", path.display()))),
        };
        self.body_model.as_ref().map(read).transpose()
    }
}

fn unit(text: &str) -> std::result::Result<f64, String> {
    match text {
        "m" => Ok(1.0),
        "cm" => Ok(0.01),
        "mm" => Ok(0.001),
        "in" => Ok(0.0254),
        "ft" => Ok(0.3048),
        number => positive(number).map_err(|_| "expected m, cm, mm, in, ft, or a positive number of metres".into()),
    }
}

/// A positive finite number.
pub fn positive(text: &str) -> std::result::Result<f64, String> {
    text.parse::<f64>().ok().filter(|v| v.is_finite() && *v > 0.0).ok_or_else(|| "expected a positive number".into())
}

fn layout(text: &str) -> std::result::Result<Layout, String> {
    let names = || Layout::ALL.map(Layout::name).join(", ");
    Layout::from_name(text).ok_or_else(|| format!("expected one of {}", names()))
}

fn static_trial(path: &str) -> std::result::Result<StaticTrial, String> {
    let bytes = std::fs::read(path).map_err(|e| format!("cannot read it: {e}"))?;
    StaticTrial::read(path, &bytes).map_err(|e| e.to_string())
}

fn quaternion(text: &str) -> std::result::Result<QuatOrder, String> {
    QuatOrder::from_name(text).ok_or_else(|| "expected wxyz or xyzw".into())
}

fn up(text: &str) -> std::result::Result<Up, String> {
    Up::from_name(text).ok_or_else(|| "expected x, y, z, -x, -y or -z".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_by_hand() {
        assert_eq!(unit("cm"), Ok(0.01));
        assert_eq!(unit("0.0564444"), Ok(0.0564444));
        for wrong in ["", "yard", "-1", "0", "nan", "inf"] {
            assert!(unit(wrong).is_err(), "{wrong}");
        }
    }
}
