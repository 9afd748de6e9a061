//! The pose in which a skeleton's axes mean something: as it was bound to its mesh, or as its nodes
//! stand without a take.

use super::Poses;
use super::scene::World;
use super::skeleton::Skeleton;
use crate::recognise::rest_value;
use crate::recording::Recording;
use kouros_motion::{Report, Rot, Vec3};
use ufbx::{Matrix, Scene};

/// Every joint in the file's world at rest (J).
pub(super) struct Rest {
    pub place: Vec<Vec3>,
    pub turn: Vec<Rot>,
}

/// No pose: joints keep the axes their nodes have, bones have no rest.
pub(super) fn none(skeleton: &Skeleton) -> Rest {
    Rest { place: vec![Vec3::zeros(); skeleton.len()], turn: vec![Rot::identity(); skeleton.len()] }
}

/// The bind pose, or the nodes as they stand: the first that is a T-pose, else the first that is upright,
/// else the first whose bones are as long as in the motion.
pub(super) fn choose(
    scene: &Scene,
    skeleton: &Skeleton,
    world: &World,
    glance: &Recording,
    poses: &Poses,
    report: &mut Report,
) -> Rest {
    let mut found: Vec<(&str, Rest)> = Vec::new();
    found.extend(bound(scene, skeleton, world).map(|r| ("its bind pose", r)));
    let Poses { place, turn, .. } = skeleton.unmoved(world);
    found.push(("its nodes as they stand without the take", Rest { place, turn }));
    found.retain(|(_, r)| fits(skeleton, r, poses));
    let best =
        found.into_iter().map(|(what, r)| (rest_value(glance, &r.place), what, r)).reduce(|a, b| if b.0 > a.0 { b } else { a });
    if let Some((_, what, rest)) = best {
        report.inferred("rest", format!("the skeleton at rest is {what}"));
        return rest;
    }
    report.inferred("rest", "no pose of the file has the motion's bones; the first frame's were taken");
    let width = skeleton.len();
    let first = |v: &[Vec3]| v.get(..width).map(<[Vec3]>::to_vec);
    Rest {
        place: first(&poses.place).unwrap_or_default(),
        turn: poses.turn.get(..width).map(<[Rot]>::to_vec).unwrap_or_default(),
    }
}

/// Whether most bones are as long at rest as in the first frame: another unit or another body is no rest.
fn fits(skeleton: &Skeleton, rest: &Rest, poses: &Poses) -> bool {
    const ALIKE: f64 = 0.05;
    const MOST: f64 = 0.7;
    let (mut alike, mut all) = (0_usize, 0_usize);
    for (j, parent) in skeleton.parents().enumerate() {
        let Some(p) = parent else { continue };
        let (Some(a), Some(b)) = (poses.place.get(j), poses.place.get(p)) else { return false };
        let (moving, resting) = ((a - b).norm(), (rest.place[j] - rest.place[p]).norm());
        if moving > 0.0 {
            all += 1;
            alike += usize::from((resting / moving - 1.0).abs() < ALIKE);
        }
    }
    rest.place.iter().all(|p| p.iter().all(|v| v.is_finite())) && alike as f64 >= MOST * all as f64
}

/// The pose in which the skeleton was bound, where one names all of its joints but ends and helpers; those stand
/// to their parents as their nodes do.
fn bound(scene: &Scene, skeleton: &Skeleton, world: &World) -> Option<Rest> {
    const MOST: usize = 2; // at least one joint in so many is named
    let mut known: Vec<Option<(Vec3, Rot)>> = vec![None; skeleton.len()];
    for pose in scene.poses.iter().filter(|p| p.is_bind_pose) {
        for bone in pose.bone_poses.iter() {
            if let Some(joint) = skeleton.joint_of(&bone.bone_node) {
                known[joint] = known[joint].or_else(|| placed(&bone.bone_to_world).map(|(p, r)| world.right_handed(p, r)));
            }
        }
    }
    if known.iter().flatten().count() * MOST < skeleton.len() {
        return None;
    }
    let Poses { place, turn, .. } = skeleton.unmoved(world);
    let mut rest = Rest { place: Vec::new(), turn: Vec::new() };
    for (j, parent) in skeleton.parents().enumerate() {
        let (p, r) = known[j].unwrap_or_else(|| match parent {
            None => (place[j], turn[j]),
            Some(q) => {
                // From the parent where it stands to the parent at rest.
                let over = rest.turn[q] * turn[q].inverse();
                (rest.place[q] + over * (place[j] - place[q]), over * turn[j])
            }
        });
        rest.place.push(p);
        rest.turn.push(r);
    }
    Some(rest)
}

/// Place and rotation of a matrix, scale aside; `None` where it has none.
fn placed(m: &Matrix) -> Option<(Vec3, Rot)> {
    let column = |x, y, z| Vec3::new(x, y, z).try_normalize(1e-9);
    let (x, y) = (column(m.m00, m.m10, m.m20)?, column(m.m01, m.m11, m.m21)?);
    let y = (y - x * x.dot(&y)).try_normalize(1e-6)?;
    let basis = nalgebra::Matrix3::from_columns(&[x, y, x.cross(&y)]);
    let turn = Rot::from_rotation_matrix(&nalgebra::Rotation3::from_matrix_unchecked(basis));
    let place = Vec3::new(m.m03, m.m13, m.m23);
    place.iter().chain(turn.coords.iter()).all(|v| v.is_finite()).then_some((place, turn))
}
