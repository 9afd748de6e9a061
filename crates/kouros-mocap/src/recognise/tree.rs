//! The joint tree with what its lengths say: which joints share a place, how far a branch reaches.

use super::sampled::Sampled;
use crate::recording::Recording;
use kouros_motion::Joint;

/// Joints nearer than this share of the body's size share a place: about 5 mm of a person, more
/// than a helper joint's offset and less than a finger's bone.
const SAME_PLACE: f64 = 0.002;

/// The tree of a skeleton (J).
pub(crate) struct Tree<'a> {
    pub joints: &'a [Joint],
    pub children: Vec<Vec<usize>>,
    /// Mean distance to the parent.
    pub length: Vec<f64>,
    /// Whether it shares its parent's place.
    pub near: Vec<bool>,
    /// Whether it ever turns.
    pub turns: &'a [bool],
    /// Whether it is only the end of a bone.
    pub is_end: &'a [bool],
    /// The longest way along bones from the joint to a leaf below it.
    pub reach: Vec<f64>,
    /// The longest way from leaf to leaf.
    pub size: f64,
}

impl<'a> Tree<'a> {
    pub fn new(recording: &'a Recording, sampled: &'a Sampled) -> Self {
        let joints = recording.joints.as_slice();
        let mut children = vec![Vec::new(); joints.len()];
        let mut length = vec![0.0; joints.len()];
        for (j, joint) in joints.iter().enumerate() {
            if let Some(p) = joint.parent {
                children[p].push(j);
                length[j] = sampled.distance(j, p);
            }
        }
        let mut reach: Vec<f64> = vec![0.0; joints.len()];
        let mut size: f64 = 0.0;
        for j in (0..joints.len()).rev() {
            let mut two = [0.0_f64; 2];
            for &c in &children[j] {
                let far = length[c] + reach[c];
                if far > two[0] {
                    two = [far, two[0]];
                } else if far > two[1] {
                    two[1] = far;
                }
            }
            reach[j] = two[0];
            size = size.max(two[0] + two[1]);
        }
        let near = joints.iter().enumerate().map(|(j, joint)| joint.parent.is_some() && length[j] < SAME_PLACE * size).collect();
        Self { joints, children, length, near, turns: &sampled.turns, is_end: &recording.is_end, reach, size }
    }

    /// A joint's name.
    pub fn name(&self, joint: usize) -> &str {
        &self.joints[joint].name
    }

    /// How far a branch that begins with the bone to `joint` reaches from its parent.
    pub fn branch(&self, joint: usize) -> f64 {
        self.length[joint] + self.reach[joint]
    }

    /// The first joints, away from the place of `joint`, of every branch that leaves that place,
    /// longest first.
    pub fn branches(&self, joint: usize) -> Vec<usize> {
        let (mut out, mut todo) = (Vec::new(), vec![joint]);
        while let Some(j) = todo.pop() {
            for &c in &self.children[j] {
                if self.near[c] { todo.push(c) } else { out.push(c) }
            }
        }
        out.sort_by(|a, b| self.branch(*b).total_cmp(&self.branch(*a)).then(a.cmp(b)));
        out
    }

    /// The joints from below `ancestor` down to `joint`.
    pub fn path(&self, ancestor: Option<usize>, joint: usize) -> Vec<usize> {
        let mut path = Vec::new();
        let mut at = Some(joint);
        while let Some(j) = at.filter(|_| at != ancestor) {
            path.push(j);
            at = self.joints[j].parent;
        }
        path.reverse();
        path
    }

    /// The way from `joint` to the leaf farthest from it, both included.
    pub fn way_out(&self, joint: usize) -> Vec<usize> {
        let mut way = vec![joint];
        let mut at = joint;
        while let Some(&next) =
            self.children[at].iter().max_by(|a, b| self.branch(**a).total_cmp(&self.branch(**b)).then(b.cmp(a)))
        {
            way.push(next);
            at = next;
        }
        way
    }

    /// Whether `joint` is `ancestor` or below it.
    pub fn is_below(&self, joint: usize, ancestor: usize) -> bool {
        let mut at = Some(joint);
        while let Some(j) = at.filter(|j| *j >= ancestor) {
            if j == ancestor {
                return true;
            }
            at = self.joints[j].parent;
        }
        false
    }

    /// The deepest joint that has all of these at or below it, where there is one.
    pub fn common(&self, joints: &[usize]) -> Option<usize> {
        let mut at = joints.first().copied();
        while let Some(j) = at {
            if joints.iter().all(|k| self.is_below(*k, j)) {
                return Some(j);
            }
            at = self.joints[j].parent;
        }
        None
    }

    /// The places along a path, each by the joint that stands for it: of the joints there that
    /// carry everything beyond, the last that ever turns, for helpers that never do stand beside
    /// it in many rigs; the first where none turns.
    pub fn stations(&self, path: &[usize]) -> Vec<usize> {
        let mut stations = Vec::new();
        for (i, &joint) in path.iter().enumerate() {
            if i > 0 && self.near[joint] {
                continue;
            }
            let (mut stands, mut at) = (joint, joint);
            while let [only] = self.children[at][..] {
                if !self.near[only] || self.children[only].is_empty() {
                    break;
                }
                at = only;
                if self.turns[at] {
                    stands = at;
                }
            }
            stations.push(stands);
        }
        stations
    }
}
