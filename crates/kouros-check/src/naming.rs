//! Whose joint a column's name means.
//!
//! Names are compared by their words: `left_hip_pitch_joint`, `left_hip_pitch.pos`,
//! `kLeftHipPitch` and `LeftHipPitch.q` are one joint. Words that only say that it is a joint, or
//! which quantity of it, are set aside.

/// Words that tell no joint from another.
const SILENT: [&str; 24] = [
    "joint",
    "joints",
    "pos",
    "position",
    "positions",
    "q",
    "qpos",
    "dof",
    "k",
    "motor",
    "target",
    "state",
    "observation",
    "action",
    "angle",
    "rad",
    "vel",
    "velocity",
    "dq",
    "effort",
    "torque",
    "tau",
    "cmd",
    "measured",
];

/// How a list of columns goes with a robot's joints.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Matched {
    /// Per joint, the column that holds it.
    pub column_of: Vec<Option<usize>>,
    /// Columns that could be several joints, with those.
    pub ambiguous: Vec<(String, Vec<String>)>,
}

impl Matched {
    /// How many joints have a column.
    pub fn count(&self) -> usize {
        self.column_of.iter().flatten().count()
    }
}

/// The words of a name, in lower case.
pub(crate) fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = vec![String::new()];
    let mut small_before = false;
    for c in name.chars() {
        if !c.is_alphanumeric() {
            words.push(String::new());
        } else {
            if c.is_uppercase() && small_before {
                words.push(String::new());
            }
            if let Some(last) = words.last_mut() {
                last.extend(c.to_lowercase());
            }
        }
        small_before = c.is_lowercase() || c.is_ascii_digit();
    }
    words.retain(|w| !w.is_empty());
    words
}

fn telling(name: &str) -> Vec<String> {
    let mut words = words(name);
    words.retain(|w| !SILENT.contains(&w.as_str()));
    words
}

/// Whether all words of `small` stand in `large`, in this order.
fn within(small: &[String], large: &[String]) -> bool {
    let mut rest = large.iter();
    !small.is_empty() && small.iter().all(|w| rest.any(|l| l == w))
}

/// Which column each joint is. `said` are pairs (column, joint) that the user decided. A column
/// that fits one joint exactly is that joint; else by its words; else where its words are part of
/// one joint's only, or the other way round.
pub fn match_joints(columns: &[String], joints: &[String], said: &[(String, String)]) -> Matched {
    let joint_words: Vec<Vec<String>> = joints.iter().map(|j| telling(j)).collect();
    let mut out = Matched { column_of: vec![None; joints.len()], ambiguous: Vec::new() };
    let mut loose: Vec<usize> = Vec::new();
    for (c, column) in columns.iter().enumerate() {
        let decided = said.iter().find(|(from, _)| from == column).map(|(_, to)| to);
        let exact = joints.iter().position(|j| Some(j) == decided || (decided.is_none() && j == column));
        let by_words = || {
            let wanted = telling(column);
            joint_words.iter().position(|w| !w.is_empty() && *w == wanted)
        };
        match exact.or_else(|| if decided.is_none() { by_words() } else { None }) {
            Some(j) if out.column_of[j].is_none() => out.column_of[j] = Some(c),
            Some(_) => {}
            None => loose.push(c),
        }
    }
    for c in loose {
        let wanted = telling(&columns[c]);
        let fits: Vec<usize> = (0..joints.len())
            .filter(|&j| out.column_of[j].is_none() && (within(&wanted, &joint_words[j]) || within(&joint_words[j], &wanted)))
            .collect();
        match fits.as_slice() {
            [one] => out.column_of[*one] = Some(c),
            [] => {}
            many => out.ambiguous.push((columns[c].clone(), many.iter().map(|&j| joints[j].clone()).collect())),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(text: &str) -> Vec<String> {
        text.split(' ').map(str::to_owned).collect()
    }

    #[test]
    fn one_joint_has_many_names() {
        let joints = list("left_hip_pitch_joint left_knee_joint right_knee_joint");
        for columns in [
            "left_hip_pitch.pos left_knee right_knee",
            "kLeftHipPitch kLeftKnee kRightKnee",
            "LeftHipPitch.q LeftKnee.q RightKnee.q",
        ] {
            let found = match_joints(&list(columns), &joints, &[]);
            assert_eq!(found.column_of, [Some(0), Some(1), Some(2)], "{columns}");
        }
        let found = match_joints(&list("g1_left_knee_joint left_hip"), &joints, &[]);
        assert_eq!(found.column_of, [Some(1), Some(0), None]);
    }

    #[test]
    fn what_could_be_two_is_asked() {
        let joints = list("left_knee right_knee");
        let found = match_joints(&list("knee left_knee_2"), &joints, &[]);
        assert_eq!(found.ambiguous, [("knee".to_owned(), joints.clone())]);
        let said = [("knee".to_owned(), "right_knee".to_owned())];
        assert_eq!(match_joints(&list("knee"), &joints, &said).column_of, [None, Some(0)]);
    }
}
