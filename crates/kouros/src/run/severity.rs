//! How much a clip deserves a look, as one number that can be read: of thousands of clips nobody
//! looks at all.
//!
//! Lives here: turning warnings into times their thresholds. Does not: the thresholds and the
//! warnings (`findings.rs`), measuring (`kouros-label`).

use crate::run::findings::{DEPTH_CM, DIRECTION_DEG, EXPLAINED_PERCENT, MARGIN_CM, OVER_EFFORT_PERCENT, SLIDE_CM_S};
use serde::Serialize;
use serde_json::Value;

/// What the number is, for whoever reads it.
pub const MEANING: &str = "severity: each kind of warning counts as many times as its measure is its threshold, 10 at most, \
    and 1 where it has no measure";
/// No measure counts more: twenty times the threshold and a hundred are both hopeless, and one
/// broken measure must not hide the others.
const MOST: f64 = 10.0;

/// One kind of warning about a clip.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Cause {
    /// The warning's code: `slide`, `floor`, `forces`, ...
    pub code: String,
    /// The measure over its threshold, 1 to 10; 1 for a warning without a measure.
    pub times: f64,
}

/// Why a clip deserves a look, by what is kept about it (`describe.rs`); the largest first.
pub fn causes(meta: &Value) -> Vec<Cause> {
    let notes = meta["notes"].as_array().into_iter().flatten();
    let mut out: Vec<Cause> = Vec::new();
    for code in notes.filter(|n| n["level"] == "warning").filter_map(|n| n["code"].as_str()) {
        if !out.iter().any(|c| c.code == code) {
            let times = times(code, meta).unwrap_or(1.0).clamp(1.0, MOST);
            out.push(Cause { code: code.into(), times: (times * 100.0).round() / 100.0 });
        }
    }
    out.sort_by(|a, b| b.times.total_cmp(&a.times));
    out
}

/// The measure behind a warning over its threshold; `None` where it has none.
fn times(code: &str, meta: &Value) -> Option<f64> {
    let (quality, forces) = (&meta["quality"], &meta["forces"]);
    let number = |of: &Value, name: &str| of[name].as_f64();
    match code {
        "slide" => Some(number(quality, "slide_mean_cm_s")? / SLIDE_CM_S),
        "floor" => {
            let depths = ["penetration_max_cm", "body_penetration_max_cm"].map(|n| number(quality, n).unwrap_or(0.0));
            Some(depths[0].max(depths[1]) / DEPTH_CM)
        }
        "direction" => {
            let errors = meta["retargeting"]["errors"].as_array()?.iter();
            let bones = errors.filter(|e| e["part"].as_str().is_some_and(|p| p.ends_with("direction")));
            Some(bones.filter_map(|e| e["mean"].as_f64()).fold(0.0, f64::max) / DIRECTION_DEG)
        }
        "forces" => Some((100.0 - number(forces, "explained_percent")?) / (100.0 - EXPLAINED_PERCENT)),
        "balance" => Some(number(forces, "capture_margin_p05_cm")? / MARGIN_CM),
        "effort" => Some(number(forces, "over_effort_percent")? / OVER_EFFORT_PERCENT),
        _ => None,
    }
}

/// The causes in a few words: `forces 3.3x, floor 1.4x, no-contact`.
pub fn words(causes: &[Cause]) -> String {
    let one = |c: &Cause| if c.times > 1.0 { format!("{} {:.1}\u{d7}", c.code, c.times) } else { c.code.clone() };
    causes.iter().map(one).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn severity_by_hand() {
        let warn = |code: &str| json!({ "level": "warning", "code": code, "message": "" });
        let meta = json!({
            "notes": [warn("raised-foot"), warn("raised-foot"), warn("slide"), warn("forces"), warn("effort"),
                json!({ "level": "inferred", "code": "unit", "message": "" })],
            "quality": { "slide_mean_cm_s": 12.5 },
            "forces": { "explained_percent": 40.0, "over_effort_percent": 70.0 },
        });
        let found = causes(&meta);
        assert_eq!(words(&found), "effort 10.0×, slide 2.5×, forces 2.0×, raised-foot");
        assert_eq!(found.iter().map(|c| c.times).sum::<f64>(), 15.5);
        assert!(causes(&Value::Null).is_empty());
    }
}
