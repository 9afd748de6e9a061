//! Trees of a scene's nodes, and where their joints are at a time.

use super::Poses;
use super::scene::World;
use super::take::Take;
use crate::error::{Error, Result};
use crate::recording::{MAX_DEPTH, MAX_JOINTS, MAX_NAME, parents_first};
use kouros_motion::{Report, Rot, Vec3};
use std::collections::HashMap;
use ufbx::{ElementType, InheritMode, Node, Scene};

type Mat3 = nalgebra::Matrix3<f64>;

/// A joint, or a node above one that carries it.
struct Link<'a> {
    node: &'a Node,
    /// The link it hangs by.
    parent: Option<usize>,
    /// The link whose scale it takes over instead of its parent's.
    scales_with: Option<usize>,
    /// Which joint it is.
    joint: Option<usize>,
}

/// A tree of joints (J) and the nodes that carry it, parents first.
pub(super) struct Skeleton<'a> {
    links: Vec<Link<'a>>,
    /// The link of each joint (J), and the joint each hangs by (J).
    joints: Vec<(usize, Option<usize>)>,
    names: Vec<String>,
    /// The joint of a node, by the node's number.
    joint_of: HashMap<u32, usize>,
}

/// All trees of bones, or of every node that may stand for one; those with the most joints first.
pub(super) fn find(scene: &Scene, every_node: bool) -> Vec<Skeleton<'_>> {
    let is_joint = |n: &Node| {
        let picture = matches!(
            n.attrib_type,
            ElementType::Light | ElementType::Camera | ElementType::StereoCamera | ElementType::CameraSwitcher
        );
        !n.is_root && (n.bone.is_some() || every_node && !picture)
    };
    // Joints by the topmost joint above each, that one first; a node stands behind its parent.
    let mut trees: Vec<Vec<&Node>> = Vec::new();
    let mut tree_of: HashMap<u32, usize> = HashMap::new();
    for node in scene.nodes.iter().map(AsRef::as_ref).filter(|n| is_joint(n)) {
        let mut top = node;
        let mut above = node.parent.as_deref();
        while let Some(n) = above {
            if is_joint(n) {
                top = n;
            }
            above = n.parent.as_deref();
        }
        let tree = *tree_of.entry(top.element.typed_id).or_insert(trees.len());
        if tree == trees.len() {
            trees.push(Vec::new());
        }
        trees[tree].push(node);
    }
    trees.retain(|t| t.len() <= MAX_JOINTS);
    trees.sort_by_key(|t| std::cmp::Reverse(t.len()));
    trees.into_iter().filter_map(Skeleton::new).collect()
}

impl<'a> Skeleton<'a> {
    /// The skeleton of these joints; `None` where it is deeper than any rig.
    fn new(nodes: Vec<&'a Node>) -> Option<Self> {
        let mut s = Self { links: Vec::new(), joints: Vec::new(), names: Vec::new(), joint_of: HashMap::new() };
        let mut link_of: HashMap<u32, usize> = HashMap::new();
        let wanted: HashMap<u32, usize> = nodes.iter().enumerate().map(|(i, n)| (n.element.typed_id, i)).collect();
        let above = |node: &Node| {
            let mut at = node.parent.as_deref();
            while let Some(n) = at {
                if let Some(i) = wanted.get(&n.element.typed_id) {
                    return Some(*i);
                }
                at = n.parent.as_deref();
            }
            None
        };
        // The file's own order is level by level; a limb is read better in one go.
        let parents: Vec<Option<usize>> = nodes.iter().map(|n| above(n)).collect();
        for index in parents_first("", &parents).ok()? {
            let node = nodes[index];
            // From the node up to what is a link already, then down again.
            let mut way = Vec::new();
            let mut at = Some(node);
            while let Some(n) = at.filter(|n| !link_of.contains_key(&n.element.typed_id)) {
                way.push(n);
                if way.len() > MAX_DEPTH {
                    return None;
                }
                at = n.parent.as_deref();
            }
            for n in way.into_iter().rev() {
                let find = |m: Option<&Node>| m.and_then(|m| link_of.get(&m.element.typed_id)).copied();
                let parent = find(n.parent.as_deref());
                let mut link = Link { node: n, parent, scales_with: find(n.inherit_scale_node.as_deref()), joint: None };
                if wanted.contains_key(&n.element.typed_id) {
                    let mut above = parent;
                    let mut carrier = None;
                    while let Some(l) = above {
                        carrier = s.links[l].joint;
                        above = if carrier.is_some() { None } else { s.links[l].parent };
                    }
                    link.joint = Some(s.joints.len());
                    s.joint_of.insert(n.element.typed_id, s.joints.len());
                    s.joints.push((s.links.len(), carrier));
                    s.names.push(name_of(n));
                }
                link_of.insert(n.element.typed_id, s.links.len());
                s.links.push(link);
            }
        }
        Some(s)
    }

    /// The number of joints J.
    pub fn len(&self) -> usize {
        self.joints.len()
    }

    /// The joint each joint hangs by (J); parents come first.
    pub fn parents(&self) -> impl Iterator<Item = Option<usize>> + '_ {
        self.joints.iter().map(|j| j.1)
    }

    /// A joint's name, with the prefix of its character.
    pub fn name(&self, joint: usize) -> &str {
        &self.names[joint]
    }

    /// The name of the joint all others hang by.
    pub fn title(&self) -> &str {
        self.names.first().map_or("", String::as_str)
    }

    /// Whether this is what a person calls the skeleton: its first joint or the prefix of its names.
    pub fn is_called(&self, wanted: &str) -> bool {
        let title = self.title();
        let parts = title.rsplit_once(':');
        title == wanted || parts.is_some_and(|(prefix, bare)| prefix == wanted || bare == wanted)
    }

    /// The joint of a node.
    pub fn joint_of(&self, node: &Node) -> Option<usize> {
        self.joint_of.get(&node.element.typed_id).copied()
    }

    /// The elements of all links, whose curves move the joints.
    pub fn elements(&self) -> impl Iterator<Item = u32> + '_ {
        self.links.iter().map(|l| l.node.element.element_id)
    }

    /// Whether a joint is only the end of a bone (J): a leaf that says so.
    pub fn ends(&self) -> Vec<bool> {
        let mut ends: Vec<bool> = self.names.iter().map(|n| says_end(n)).collect();
        for (_, parent) in &self.joints {
            if let Some(p) = parent {
                ends[*p] = false;
            }
        }
        ends
    }

    /// Every joint in the world at each of the times [s].
    pub fn sample(&self, file: &str, take: &Take, world: &World, times: impl Iterator<Item = f64>) -> Result<Poses> {
        let mut out = Poses::default();
        let mut at: Vec<Placed> = Vec::with_capacity(self.links.len());
        for time in times {
            self.place(&mut at, |node| ufbx::evaluate_transform(take.anim, node, time));
            for (joint, (link, _)) in self.joints.iter().enumerate() {
                let p = &at[*link];
                if !p.place.iter().chain(p.turn.coords.iter()).all(|v| v.is_finite()) {
                    return Err(Error::Place {
                        file: file.to_owned(),
                        place: format!("take '{}', joint '{}', at {time:.3} s", take.name, self.names[joint]),
                        expected: "finite numbers".into(),
                        found: "none".into(),
                    });
                }
                let (place, turn) = world.right_handed(p.place, p.turn);
                out.place.push(place);
                out.turn.push(turn);
                let size = p.full.determinant().cbrt();
                let [low, high] = out.scale.unwrap_or([size; 2]);
                out.scale = Some([low.min(size), high.max(size)]);
            }
        }
        Ok(out)
    }

    /// Every joint in the world as the nodes stand in the file without a take (J).
    pub fn unmoved(&self, world: &World) -> Poses {
        let mut at = Vec::with_capacity(self.links.len());
        self.place(&mut at, |node| node.local_transform);
        let (place, turn) = self.joints.iter().map(|(l, _)| world.right_handed(at[*l].place, at[*l].turn)).unzip();
        Poses { place, turn, scale: None }
    }

    /// Says what a turned or squeezed space does to the joints.
    pub fn tell_scales(&self, poses: &Poses, report: &mut Report) {
        if poses.scale.is_some_and(|[low, _]| low < 0.0) {
            report.warn("scale", "nodes above the joints are mirrored by a negative scale; places are right, turns may not be");
        }
    }

    /// Forward kinematics: translation, rotation and scale of every link, each with its own rule of inheriting
    /// scale.
    fn place(&self, at: &mut Vec<Placed>, local: impl Fn(&Node) -> ufbx::Transform) {
        at.clear();
        for link in &self.links {
            let t = local(link.node);
            let turn = rotation(&t.rotation);
            let matrix = turn.to_rotation_matrix().into_inner();
            let (shift, scale) = (vector(&t.translation), vector(&t.scale));
            let placed = match link.parent.and_then(|p| at.get(p)) {
                None => Placed { place: shift, turn, full: stretched(matrix, &scale), unscaled: matrix, inherit: scale },
                Some(p) if link.node.inherit_mode == InheritMode::Normal => Placed {
                    place: p.place + p.full * shift,
                    turn: p.turn * turn,
                    full: p.full * stretched(matrix, &scale),
                    unscaled: p.full * matrix,
                    inherit: scale,
                },
                Some(p) => {
                    let above = link.scales_with.and_then(|s| at.get(s)).map_or(Vec3::repeat(1.0), |s| s.inherit);
                    let scale = scale.component_mul(&above);
                    Placed {
                        place: p.place + p.unscaled * shift.component_mul(&p.inherit),
                        turn: p.turn * turn,
                        full: p.unscaled * stretched(matrix, &scale),
                        unscaled: p.unscaled * matrix,
                        inherit: scale,
                    }
                }
            };
            at.push(placed);
        }
    }
}

/// A link in the world.
struct Placed {
    place: Vec3,
    /// The turns on the way down to it alone.
    turn: Rot,
    /// `world_from_link` with its own scale, and without it.
    full: Mat3,
    unscaled: Mat3,
    /// The scale that children take over which do not take the whole.
    inherit: Vec3,
}

fn stretched(mut m: Mat3, scale: &Vec3) -> Mat3 {
    for (mut column, factor) in m.column_iter_mut().zip(scale.iter()) {
        column *= *factor;
    }
    m
}

fn vector(v: &ufbx::Vec3) -> Vec3 {
    Vec3::new(v.x, v.y, v.z)
}

/// A rotation; none where the quaternion has no length.
fn rotation(q: &ufbx::Quat) -> Rot {
    Rot::try_new(nalgebra::Quaternion::new(q.w, q.x, q.y, q.z), 1e-9).unwrap_or_default()
}

/// A node's name, cut to what a joint's may be.
fn name_of(node: &Node) -> String {
    let name: &str = &node.element.name;
    let mut end = name.len().min(MAX_NAME);
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    if end == 0 { "unnamed".into() } else { name[..end].to_owned() }
}

/// Whether a leaf's name calls it the end of a bone.
fn says_end(name: &str) -> bool {
    let lower = name.to_lowercase();
    lower.ends_with("nub") || lower.ends_with("end") || lower.contains("endsite") || lower.contains("_end_")
}
