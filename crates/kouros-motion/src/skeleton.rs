//! The human joint tree, without any motion.

use crate::{Error, Result, Vec3, mirrored_point};
use std::collections::HashMap;

/// One joint of a [`Skeleton`].
#[derive(Debug, Clone, PartialEq)]
pub struct Joint {
    /// Its name, unique in the skeleton. End sites of a format are joints too, named by their
    /// parent with `_end` behind.
    pub name: String,
    /// Index of the parent; `None` for a root. Parents come before their children.
    pub parent: Option<usize>,
    /// Position in the parent's axes at rest [m]; for a root, in the world.
    pub offset: Vec3,
}

/// A tree of joints, parents before children, names unique; at rest every joint's axes are the
/// world's, so a joint's world position at rest is the sum of the offsets down to it.
#[derive(Debug, Clone, PartialEq)]
pub struct Skeleton {
    joints: Vec<Joint>,
    children: Vec<Vec<usize>>,
}

impl Skeleton {
    /// A skeleton of these joints.
    ///
    /// # Errors
    /// No joint, a parent that is not before its child, a name that stands twice, an offset that
    /// is not finite.
    pub fn new(joints: Vec<Joint>) -> Result<Self> {
        if joints.is_empty() {
            return Err(Error::Empty { what: "joints" });
        }
        let mut seen: HashMap<&str, usize> = HashMap::new();
        let mut children = vec![Vec::new(); joints.len()];
        for (index, joint) in joints.iter().enumerate() {
            if let Some(first) = seen.insert(&joint.name, index) {
                return Err(Error::DuplicateName { name: joint.name.clone(), first, second: index });
            }
            if let Some(parent) = joint.parent {
                if parent >= index {
                    return Err(Error::ParentOrder { joint: joint.name.clone(), index, parent });
                }
                children[parent].push(index);
            }
            if let Some(value) = joint.offset.iter().find(|v| !v.is_finite()) {
                return Err(Error::NotFinite { what: format!("offset of joint '{}'", joint.name), tick: 0, value: *value });
            }
        }
        Ok(Self { joints, children })
    }

    /// All joints, parents before children.
    pub fn joints(&self) -> &[Joint] {
        &self.joints
    }

    /// The number of joints J.
    #[expect(clippy::len_without_is_empty, reason = "a skeleton is never empty")]
    pub fn len(&self) -> usize {
        self.joints.len()
    }

    /// The indices of a joint's children, in their order.
    pub fn children(&self, joint: usize) -> &[usize] {
        &self.children[joint]
    }

    /// The names of all joints, in their order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.joints.iter().map(|j| j.name.as_str())
    }

    /// The index of the joint of this name.
    pub fn index_of(&self, name: &str) -> Option<usize> {
        self.joints.iter().position(|j| j.name == name)
    }

    /// The tree as a mirror on the plane y = 0 shows it; names stay where they are.
    #[must_use]
    pub fn mirrored(&self) -> Self {
        let joint = |j: &Joint| Joint { offset: mirrored_point(&j.offset), ..j.clone() };
        Self { joints: self.joints.iter().map(joint).collect(), children: self.children.clone() }
    }

    /// World positions of all joints with every rotation the identity (J) [m].
    pub fn rest_positions(&self) -> Vec<Vec3> {
        let mut at: Vec<Vec3> = Vec::with_capacity(self.len());
        for joint in &self.joints {
            let base = joint.parent.map_or_else(Vec3::zeros, |p| at[p]);
            at.push(base + joint.offset);
        }
        at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joint(name: &str, parent: Option<usize>) -> Joint {
        Joint { name: name.into(), parent, offset: Vec3::new(0.0, 0.0, 1.0) }
    }

    #[test]
    fn rest_positions_add_up() {
        let s = Skeleton::new(vec![joint("a", None), joint("b", Some(0)), joint("c", Some(1))]).expect("valid");
        assert_eq!(s.rest_positions()[2], Vec3::new(0.0, 0.0, 3.0));
        assert_eq!(s.children(0), &[1]);
    }

    #[test]
    fn cycles_and_twins_are_refused() {
        assert!(matches!(Skeleton::new(vec![joint("a", Some(0))]), Err(Error::ParentOrder { .. })));
        assert!(matches!(Skeleton::new(vec![joint("a", None), joint("a", Some(0))]), Err(Error::DuplicateName { .. })));
        assert!(matches!(Skeleton::new(vec![]), Err(Error::Empty { .. })));
    }
}
