//! The note that stands beside a table this program wrote: what the table itself cannot say.
//!
//! Lives here: reading it back when the table comes in again. Does not: writing it
//! (`run/files.rs`).

use kouros_mocap::ImportOptions;
use kouros_motion::{QuatOrder, Report};
use kouros_robot::AdoptOptions;
use serde_json::Value;
use std::fs;
use std::path::Path;

/// The ending of notes; what is before is the table's stem.
pub const ENDING: &str = ".kouros.json";

/// What a note says about its table.
#[derive(Debug, Clone, PartialEq)]
pub struct TableNote {
    /// The note's file name.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
    rate_hz: f64,
    joints: Vec<String>,
}

/// The note beside the table at `path`, if one of ours is there that is about it.
pub fn beside(path: &Path) -> Option<TableNote> {
    if !path.extension()?.eq_ignore_ascii_case("csv") {
        return None;
    }
    let name = path.file_stem()?.to_string_lossy().into_owned() + ENDING;
    let bytes = fs::read(path.with_file_name(&name)).ok()?;
    let note: Value = serde_json::from_slice(&bytes).ok()?;
    if note["file"].as_str()? != path.file_name()?.to_string_lossy() {
        return None;
    }
    let rate_hz = note["rate_hz"].as_f64().filter(|hz| hz.is_finite() && *hz > 0.0)?;
    let joints = note["joint_names"].as_array()?.iter().map(|n| n.as_str().map(str::to_owned)).collect::<Option<_>>()?;
    Some(TableNote { name, bytes, rate_hz, joints })
}

impl TableNote {
    /// The options with what the note says, where the caller says nothing.
    pub fn fill(&self, import: &mut ImportOptions, adopt: &mut AdoptOptions, report: &mut Report) {
        import.rate_hz.get_or_insert(self.rate_hz);
        adopt.joints.get_or_insert_with(|| self.joints.clone());
        adopt.quat_order.get_or_insert(QuatOrder::Xyzw);
        report.inferred(
            "note",
            format!(
                "{} beside the table says its rate ({} Hz), joints and order of quaternion; flags override",
                self.name, self.rate_hz
            ),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_counts_for_its_own_table_only() {
        let top = tempfile::tempdir().expect("a folder");
        let at = |name: &str| top.path().join(name);
        let note = |file: &str| format!(r#"{{"file": "{file}", "rate_hz": 120.0, "joint_names": ["a", "b"]}}"#);
        fs::write(at("walk.kouros.json"), note("walk.csv")).expect("write");
        fs::write(at("run.kouros.json"), note("other.csv")).expect("write");
        fs::write(at("bad.kouros.json"), "{").expect("write");
        let found = beside(&at("walk.csv")).expect("a note");
        let (mut import, mut adopt) = (ImportOptions::default(), AdoptOptions::default());
        adopt.quat_order = Some(QuatOrder::Wxyz);
        found.fill(&mut import, &mut adopt, &mut Report::new());
        assert_eq!((import.rate_hz, adopt.quat_order), (Some(120.0), Some(QuatOrder::Wxyz)));
        assert_eq!(adopt.joints, Some(vec!["a".into(), "b".into()]));
        for other in ["run.csv", "bad.csv", "none.csv", "walk.npz"] {
            assert_eq!(beside(&at(other)), None, "{other}");
        }
    }
}
