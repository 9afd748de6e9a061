//! What is read of each format, a row each: `kouros formats` prints them, the message about an
//! unknown file names them, and a folder's files are taken by their endings.

use crate::Format;
use kouros_motion::{FormatFacts, Whose};

/// Where nothing in the file says it.
const INFERRED: &str = "inferred";
/// A row of a format that holds a person's motion and nothing beside it.
const PERSON: FormatFacts = FormatFacts {
    name: "",
    title: "",
    whose: Whose::Person,
    begins: "",
    endings: &[],
    shared_endings: &[],
    rotations: "every joint",
    positions: "root; bones from the skeleton",
    contacts: "-",
    objects: "-",
    rate: "stated",
    unit: INFERRED,
    up_axis: INFERRED,
    inferred: "T-pose before the motion",
    refused: "-",
    page: "",
};

/// A row of a format that holds a robot's own motion.
const ROBOT: FormatFacts = FormatFacts {
    whose: Whose::Robot,
    rotations: "every joint of the robot",
    positions: "base",
    rate: "stated",
    unit: "metres, radians",
    up_axis: "z",
    inferred: "order of quaternion and joints, where not stated",
    refused: "joints that are not the robot's",
    page: "robot-motions.md",
    ..PERSON
};

impl Format {
    /// What is read of it.
    pub fn facts(self) -> FormatFacts {
        match self {
            Self::Bvh => FormatFacts {
                name: "bvh",
                title: "Biovision hierarchy (BVH)",
                begins: "text 'HIERARCHY ...'",
                endings: &["bvh"],
                rotations: "every joint, any order of turns",
                positions: "root, and any joint with position channels",
                rate: "Frame Time; CMU's known wrong ones found",
                inferred: "T-pose before the motion; channels that are displacements",
                refused: "no frame; a value that is no number",
                page: "bvh.md",
                ..PERSON
            },
            Self::Amc => FormatFacts {
                name: "amc",
                title: "Acclaim motion (AMC, with its ASF)",
                begins: "text ':FULLY-SPECIFIED ...'",
                endings: &["amc"],
                rate: "`:SAMPLES-PER-SECOND`; else 120 Hz, told",
                unit: "the ASF's, where human",
                refused: "a motion without its skeleton (.asf)",
                page: "acclaim.md",
                ..PERSON
            },
            Self::Fbx => FormatFacts {
                name: "fbx",
                title: "FBX animation",
                begins: "'Kaydara FBX Binary', or text '; FBX ...'",
                endings: &["fbx"],
                rotations: "every bone, sampled from its curves",
                positions: "every bone, stretching and scales included",
                rate: "of evenly keyed curves; else the file's setting",
                unit: "stated, where human",
                up_axis: "stated; inferred against it",
                inferred: "take and skeleton, where several; rest pose; T-pose before the motion",
                refused: "no animated skeleton; meshes and constraints are skipped",
                page: "fbx.md",
                ..PERSON
            },
            Self::Mvnx => FormatFacts {
                name: "mvnx",
                title: "Xsens MVNX",
                begins: "XML '<mvnx ...>'",
                endings: &["mvnx"],
                rotations: "every segment",
                positions: "every segment, in the world",
                contacts: "heels and toes, the suit's estimate",
                unit: "metres",
                refused: "frames without a rotation or a place",
                page: "mvnx.md",
                ..PERSON
            },
            Self::MotiveCsv => FormatFacts {
                name: "motive-csv",
                title: "OptiTrack Motive CSV",
                begins: "text 'Format Version,...'",
                shared_endings: &["csv"],
                rotations: "every bone; quaternions or angles in any order",
                positions: "every bone, in the world or its parent's axes",
                objects: "rigid bodies",
                rate: "stated; of the times where they disagree",
                unit: "stated, where human",
                inferred: "which bone hangs by which; gaps filled (warning)",
                refused: "markers alone; local bones of unknown names",
                page: "motive-csv.md",
                ..PERSON
            },
            Self::C3d => FormatFacts {
                name: "c3d",
                title: "markers and force plates (C3D)",
                begins: "a byte 2 or so, then 0x50",
                endings: &["c3d"],
                rotations: "pelvis, trunk, head, limbs, feet, hands from their markers",
                positions: "joint centres from markers; gaps filled, told",
                contacts: "by force plates, where a foot is wholly on one",
                objects: "rigid groups of markers of another subject",
                unit: "stated",
                up_axis: "stated; inferred against it",
                inferred: "which marker is which, by its label, else by how markers move",
                refused: "no points; a body without both legs and a pelvis",
                page: "c3d.md",
                ..PERSON
            },
            Self::Trc => FormatFacts {
                name: "trc",
                title: "markers as text (TRC), with OpenSim's forces (MOT, STO)",
                begins: "text 'PathFileType ...'",
                endings: &["trc"],
                rotations: "pelvis, trunk, head, limbs, feet, hands from their markers",
                positions: "joint centres from markers; gaps filled, told",
                contacts: "by the forces of a table, where a foot is wholly on a plate",
                unit: "stated",
                inferred: "which marker is which, by its label, else by how markers move",
                refused: "a body without both legs and a pelvis",
                page: "trc.md",
                ..PERSON
            },
            Self::SmplNpz => FormatFacts {
                name: "smpl-npz",
                title: "SMPL, SMPL-H, SMPL-X poses (AMASS)",
                begins: "a NumPy .npz archive",
                endings: &["npz"],
                positions: "root; bones of a mean body, or of your body model",
                unit: "metres",
                rate: "stated, or `--source-rate`",
                refused: "a shape without motion; Python objects are skipped",
                page: "smpl-npz.md",
                ..PERSON
            },
            Self::JointPositions => FormatFacts {
                name: "joint-positions",
                title: "joint positions in arrays",
                begins: "NumPy .npz or .npy of joints' places",
                endings: &["npz", "npy"],
                rotations: "-",
                positions: "every joint, in the world",
                rate: "stated, or `--source-rate`",
                inferred: "which joint is which, where no names are",
                refused: "a layout in which bones change their lengths",
                page: "joint-positions.md",
                ..PERSON
            },
            Self::DeepMimic => FormatFacts {
                name: "deepmimic",
                title: "DeepMimic clips",
                begins: "JSON '{ \"Frames\": ...'",
                shared_endings: &["txt", "json"],
                positions: "root; bones of DeepMimic's body",
                rate: "frames' durations",
                unit: "metres",
                inferred: "even ticks, where durations differ",
                refused: "frames of other than 44 numbers",
                page: "deepmimic.md",
                ..PERSON
            },
            Self::InterMimic => FormatFacts {
                name: "intermimic",
                title: "OMOMO by InterMimic (torch)",
                begins: "a torch archive of a tensor of 591 columns",
                shared_endings: &["pt", "pth"],
                rotations: "-",
                positions: "52 joints, in the world",
                objects: "the thing that is carried",
                rate: "30 Hz, told",
                unit: "metres",
                inferred: "which joint is which",
                refused: "a tensor of another shape",
                page: "intermimic.md",
                ..PERSON
            },
            Self::RobotCsv => FormatFacts {
                name: "robot-csv",
                title: "tables of a robot's motion (Unitree's LAFAN1 set, SOMA, BONES-SEED)",
                begins: "lines of a base's place, its quaternion, joints",
                shared_endings: &["csv", "txt"],
                rate: "a column of seconds; else 30 Hz (in degrees 120 Hz), told",
                unit: "metres, radians; centimetres, degrees by the head",
                ..ROBOT
            },
            Self::RobotNpz => FormatFacts {
                name: "robot-npz",
                title: "motion arrays (BeyondMimic, mjlab, OmniRetarget, LocoMuJoCo, our own)",
                begins: "NumPy .npz of joint_pos and body_pos_w, of qpos, or of q_<joint>",
                endings: &["npz"],
                objects: "`object_pos_w`, or behind qpos",
                rate: "stated; by speeds; or `--source-rate`",
                ..ROBOT
            },
            Self::RobotPickle => FormatFacts {
                name: "robot-pickle",
                title: "motion pickles (GMR, TWIST2; PHC, ASAP, SONIC by joblib)",
                begins: "a Python pickle of a base and joints",
                shared_endings: &["pkl", "pickle", "joblib"],
                refused: "several motions without `--take`; joints that are not the robot's",
                ..ROBOT
            },
            Self::RobotTorch => FormatFacts {
                name: "robot-torch",
                title: "torch archives (ProtoMotions)",
                begins: "a torch archive of dof_pos and rigid_body_pos",
                endings: &["motion"],
                shared_endings: &["pt", "pth"],
                ..ROBOT
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_format_is_in_the_table() {
        let body =
            include_str!("format.rs").split("pub enum Format {").nth(1).and_then(|s| s.split('}').next()).expect("the enum");
        let variants = body.lines().filter(|l| l.trim().ends_with(',') && !l.trim().starts_with("//")).count();
        assert_eq!(variants, Format::ALL.len(), "a format is missing in Format::ALL");
    }

    #[test]
    fn every_row_is_filled_and_stands_once() {
        for (i, format) in Format::ALL.into_iter().enumerate() {
            let f = format.facts();
            let cells = [f.name, f.title, f.begins, f.rotations, f.positions, f.contacts, f.objects, f.rate, f.unit];
            assert!(cells.iter().chain(&[f.up_axis, f.inferred, f.refused, f.page]).all(|c| !c.is_empty()), "{f:?}");
            assert!(f.all_endings().all(|e| !e.is_empty() && e.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())));
            assert!(f.all_endings().next().is_some(), "{f:?}");
            assert!(Format::ALL[..i].iter().all(|g| g.name() != f.name), "{f:?}");
        }
    }
}
