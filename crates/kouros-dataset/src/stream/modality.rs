//! GR00T's `modality.json`: which slice of a vector is which limb, from the names of joints.
//!
//! Facts: NVIDIA's Isaac-GR00T, `getting_started/data_preparation.md` and its loader of LeRobot
//! episodes: half-open slices of `observation.state` and `action`, other columns by `original_key`,
//! cameras by a new name, the instruction by `annotation.*`.

use super::{Account, Head, Scalar, Values};
use serde_json::{Map, Value, json};

/// Whose groups are expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Embodiment {
    /// Any robot: the groups that the names say.
    Any,
    /// The Unitree G1 of GR00T's `unitree_g1` tag.
    G1,
    /// The Fourier GR1 of GR00T's `gr1` tag.
    Gr1,
}

impl Embodiment {
    /// The one that a robot's name means.
    pub fn of_robot(robot_type: Option<&str>) -> Self {
        let name = robot_type.unwrap_or_default().to_lowercase();
        match () {
            () if name.contains("gr1") => Self::Gr1,
            () if name.contains("g1") => Self::G1,
            () => Self::Any,
        }
    }

    /// The groups of its published configuration and their sizes.
    fn groups(self) -> &'static [(&'static str, usize)] {
        match self {
            Self::Any => &[],
            Self::G1 => &[
                ("left_leg", 6),
                ("right_leg", 6),
                ("waist", 3),
                ("left_arm", 7),
                ("left_hand", 7),
                ("right_arm", 7),
                ("right_hand", 7),
            ],
            Self::Gr1 => &[
                ("left_arm", 7),
                ("left_hand", 6),
                ("left_leg", 6),
                ("neck", 3),
                ("right_arm", 7),
                ("right_hand", 6),
                ("right_leg", 6),
                ("waist", 3),
            ],
        }
    }
}

/// The groups of one vector.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grouping {
    /// Where the vector's new dimensions come from.
    pub order: Vec<usize>,
    /// Name, first dimension and the one behind the last.
    pub groups: Vec<(String, usize, usize)>,
}

impl Grouping {
    /// Groups the dimensions of a vector by limb. Where a limb's dimensions do not stand together
    /// they are put together: limbs in the preset's order, then in the order they come.
    pub fn of(dims: &[String], whole: &str, embodiment: Embodiment) -> Self {
        let limbs: Vec<Option<String>> = dims.iter().map(|d| limb(d)).collect();
        if limbs.iter().all(Option::is_none) {
            return Self { order: (0..dims.len()).collect(), groups: vec![(whole.into(), 0, dims.len())] };
        }
        let limbs: Vec<String> = limbs.into_iter().map(|l| l.unwrap_or_else(|| "other".into())).collect();
        let mut names: Vec<&String> = Vec::new();
        let mut together = true;
        for (i, name) in limbs.iter().enumerate() {
            if i == 0 || limbs[i - 1] != *name {
                together &= !names.contains(&name);
                if !names.contains(&name) {
                    names.push(name);
                }
            }
        }
        if !together {
            let place = |name: &str| embodiment.groups().iter().position(|(n, _)| *n == name).unwrap_or(usize::MAX);
            names.sort_by_key(|n| place(n));
        }
        let (mut order, mut groups) = (Vec::new(), Vec::new());
        for name in names {
            let from = order.len();
            order.extend(limbs.iter().enumerate().filter(|(_, l)| *l == name).map(|(i, _)| i));
            groups.push((name.clone(), from, order.len()));
        }
        Self { order, groups }
    }

    fn is_as_it_was(&self) -> bool {
        self.order.iter().enumerate().all(|(i, from)| i == *from)
    }
}

/// The limb that a dimension's name means; the words are those of the field's joint names.
fn limb(name: &str) -> Option<String> {
    const HAND: [&str; 9] = ["hand", "thumb", "index", "middle", "ring", "pinky", "finger", "gripper", "palm"];
    const LEG: [&str; 8] = ["hip", "knee", "ankle", "leg", "foot", "thigh", "calf", "toe"];
    const ARM: [&str; 6] = ["shoulder", "elbow", "wrist", "arm", "clavicle", "collar"];
    const WAIST: [&str; 5] = ["waist", "torso", "spine", "trunk", "lumbar"];
    const NECK: [&str; 2] = ["neck", "head"];
    let name = name.to_lowercase();
    let words: Vec<&str> = name.split(|c: char| !c.is_alphanumeric()).collect();
    let says = |list: &[&str]| list.iter().any(|w| name.contains(w));
    let side = if name.contains("left") || words.contains(&"l") {
        Some("left")
    } else if name.contains("right") || words.contains(&"r") {
        Some("right")
    } else {
        None
    };
    match side {
        Some(side) if says(&HAND) => Some(format!("{side}_hand")),
        Some(side) if says(&LEG) => Some(format!("{side}_leg")),
        Some(side) if says(&ARM) => Some(format!("{side}_arm")),
        None if says(&WAIST) => Some("waist".into()),
        None if says(&NECK) => Some("neck".into()),
        _ => None,
    }
}

/// How the vectors of a dataset become GR00T's groups.
#[derive(Debug, Clone)]
pub struct ModalityPlan {
    /// Stream and its grouping, of `observation.state` and `action`.
    groupings: Vec<(usize, Grouping)>,
    json: Value,
}

impl ModalityPlan {
    /// The plan for what `head` describes; what the preset expects and is not there is accounted for.
    pub fn new(head: &Head, embodiment: Embodiment, account: &mut Account) -> Self {
        let mut groupings = Vec::new();
        let mut parts: [Map<String, Value>; 2] = Default::default();
        for ((part, prefix, whole), key) in parts
            .iter_mut()
            .zip(["observation.", "action."])
            .zip(["state", "action"])
            .map(|((p, x), w)| (p, x, w))
            .zip(["observation.state", "action"])
        {
            for (at, stream) in head.streams.iter().enumerate().filter(|(_, s)| matches!(s.scalar, Scalar::F32 | Scalar::F64)) {
                if stream.name == key {
                    let grouping = Grouping::of(&stream.dims, whole, embodiment);
                    for (name, from, to) in &grouping.groups {
                        part.insert(name.clone(), json!({ "start": from, "end": to, "original_key": key }));
                    }
                    for (name, size) in embodiment.groups() {
                        let found = grouping.groups.iter().find(|(n, ..)| n == name).map(|(_, from, to)| to - from);
                        if found != Some(*size) {
                            let found = found
                                .map_or("the dataset has no such joints".into(), |n| format!("the dataset has {n} such joints"));
                            account.lost(format!("group '{name}' of {size} in {key}, which the preset has"), found);
                        }
                    }
                    if !grouping.is_as_it_was() {
                        account.changed(format!("order of the dimensions of '{key}'"), "the joints of each limb stand together");
                    }
                    groupings.push((at, grouping));
                } else if let Some(name) = stream.name.strip_prefix(prefix) {
                    let entry = json!({ "start": 0, "end": stream.dims.len(), "original_key": stream.name });
                    part.entry(name.replace('.', "_")).or_insert(entry);
                }
            }
        }
        let mut video = Map::new();
        for camera in &head.cameras {
            let short = camera.name.rsplit('.').next().unwrap_or(&camera.name);
            // GR00T's humanoid configurations know one camera, by this name.
            let name = if head.cameras.len() == 1 && embodiment != Embodiment::Any { "ego_view" } else { short };
            video.insert(name.into(), json!({ "original_key": camera.name }));
        }
        let [state, action] = parts;
        let json = json!({
            "state": state,
            "action": action,
            "video": video,
            "annotation": { "human.task_description": { "original_key": "task_index" } },
        });
        Self { groupings, json }
    }

    /// The text of `meta/modality.json`.
    pub fn text(&self) -> String {
        crate::info::json_text(&self.json)
    }

    /// The head with the dimensions in their new order.
    #[must_use]
    pub fn head(&self, head: &Head) -> Head {
        let mut out = head.clone();
        for (at, grouping) in &self.groupings {
            if let Some(stream) = out.streams.get_mut(*at) {
                stream.dims = grouping.order.iter().filter_map(|&i| stream.dims.get(i).cloned()).collect();
            }
        }
        out
    }

    /// Puts the dimensions of an episode's columns into their new order.
    pub fn apply(&self, columns: &mut [Values], length: usize) {
        for (at, grouping) in self.groupings.iter().filter(|(_, g)| !g.is_as_it_was()) {
            let width = grouping.order.len();
            if let Some(column) = columns.get_mut(*at) {
                let places: Vec<usize> = (0..length).flat_map(|t| grouping.order.iter().map(move |d| t * width + d)).collect();
                *column = column.at(&places);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(list: &[&str]) -> Vec<String> {
        list.iter().map(|n| (*n).to_owned()).collect()
    }

    #[test]
    fn names_say_limbs() {
        for (name, expected) in [
            ("left_hip_pitch_joint.pos", Some("left_leg")),
            ("right_hand_thumb_0_joint", Some("right_hand")),
            ("R_Shoulder", Some("right_arm")),
            ("waist_yaw_joint", Some("waist")),
            ("head_pitch", Some("neck")),
            ("joint_3", None),
        ] {
            assert_eq!(limb(name).as_deref(), expected, "{name}");
        }
    }

    #[test]
    fn what_stands_apart_is_put_together() {
        let dims = names(&["left_hip", "right_hip", "waist_yaw", "left_knee", "right_knee"]);
        let g = Grouping::of(&dims, "state", Embodiment::G1);
        assert_eq!(g.order, [0, 3, 1, 4, 2]);
        assert_eq!(g.groups, [("left_leg".into(), 0, 2), ("right_leg".into(), 2, 4), ("waist".into(), 4, 5)]);
        let together = Grouping::of(&names(&["right_hip", "left_hip", "left_knee"]), "state", Embodiment::G1);
        assert!(together.is_as_it_was());
        let unnamed = Grouping::of(&names(&["0", "1"]), "state", Embodiment::Any);
        assert_eq!(unnamed.groups, [("state".into(), 0, 2)]);
    }
}
