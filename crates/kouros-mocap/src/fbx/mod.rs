//! FBX, binary and text: bytes to a [`Recording`].
//!
//! Lives here: which take and which skeleton are read, and the sampling of its curves. The bytes
//! are `ufbx`'s work, a C library behind a safe interface: it is given limits of memory and depth,
//! and it reads no other file. Meshes, constraints, cameras are skipped. What is made of the rest
//! is in docs/formats/fbx.md.

mod rest;
mod scene;
mod skeleton;
mod take;
#[cfg(test)]
mod tests;

use crate::error::{Error, Result};
use crate::recognise;
use crate::recording::{Recording, check_samples};
use crate::{Format, ImportOptions, Up, subject};
use kouros_motion::{Joint, Report, Rot, Vec3, list_names};
use skeleton::Skeleton;
use take::Take;

/// Frames by which a skeleton is recognised before it is sampled in full.
const GLANCES: usize = 48;
/// Skeletons that are tried, those with the most joints first.
const MOST_SKELETONS: usize = 16;

/// Reads an FBX.
pub(crate) fn read(file: &str, bytes: &[u8], options: &ImportOptions, report: &mut Report) -> Result<Recording> {
    let scene = scene::load(file, bytes)?;
    let world = scene::World::of(&scene, report);
    let take = take::choose(file, &scene, options.take.as_deref(), report)?;
    let (skeleton, at_a_glance) = choose(file, &scene, &take, &world, options.subject.as_deref(), report)?;
    let span = take::span(file, &take, &skeleton, scene.settings.frames_per_second, options.rate_hz, report)?;
    check_samples(file, skeleton.len(), span.frames, bytes.len())?;

    let times = (0..span.frames).map(|t| span.begin_s + t as f64 / span.rate_hz);
    let poses = skeleton.sample(file, &take, &world, times)?;
    skeleton.tell_scales(&poses, report);
    let rest = rest::choose(&scene, &skeleton, &world, &at_a_glance, &poses, report);
    Ok(recording(&skeleton, poses, rest, &world, span.rate_hz, report))
}

/// Every joint in the file's world at some times (T x J).
#[derive(Debug, Clone, Default)]
pub(super) struct Poses {
    pub place: Vec<Vec3>,
    pub turn: Vec<Rot>,
    /// The largest and the smallest factor by which a joint's own axes are longer than the world's.
    pub scale: Option<[f64; 2]>,
}

/// The skeleton that is a person, or what was found instead. Gives a recording of a few frames of it too.
fn choose<'a>(
    file: &str,
    scene: &'a ufbx::Scene,
    take: &Take<'a>,
    world: &scene::World,
    wanted: Option<&str>,
    report: &mut Report,
) -> Result<(Skeleton<'a>, Recording)> {
    let mut refused: Option<Error> = None;
    let named = |s: &Skeleton| wanted.is_none_or(|wanted| s.is_called(wanted));
    // Bones first; where they make no person, every node that is no picture or light.
    for every_node in [false, true] {
        let mut all = skeleton::find(scene, every_node);
        if let Some(wanted) = wanted
            && !all.iter().any(named)
            && every_node
        {
            let names = list_names(all.iter().map(Skeleton::title));
            let expected = format!("a skeleton '{wanted}'");
            return Err(Error::Missing { file: file.to_owned(), expected, found: format!("skeletons: {names}") });
        }
        all.retain(named);
        all.truncate(MOST_SKELETONS);
        let (mut tried, mut fits) = (Vec::new(), Vec::new());
        for skeleton in all {
            let glances = take.glances(GLANCES, &skeleton);
            let poses = skeleton.sample(file, take, world, glances.into_iter())?;
            let glance = recording(&skeleton, poses, rest::none(&skeleton), world, 1.0, &mut Report::new());
            fits.push((skeleton.title().to_owned(), recognise::fit(&glance)));
            tried.push((skeleton, glance));
        }
        match subject::choose(file, &fits, report) {
            Ok(chosen) => return Ok(tried.swap_remove(chosen)),
            Err(why) if !fits.is_empty() => refused = refused.or(Some(why)),
            Err(_) => {}
        }
    }
    let found = format!("{} nodes, none of which form a skeleton", scene.nodes.len());
    Err(refused.unwrap_or(Error::NoBody { file: file.to_owned(), found }))
}

/// Places and turns in the world as a tree whose joints' axes are the world's at rest.
fn recording(
    skeleton: &Skeleton,
    poses: Poses,
    rest: rest::Rest,
    world: &scene::World,
    rate_hz: f64,
    report: &mut Report,
) -> Recording {
    let width = skeleton.len();
    let mut joints: Vec<Joint> = Vec::with_capacity(width);
    for (j, parent) in skeleton.parents().enumerate() {
        let offset = parent.map_or(rest.place[j], |p| rest.place[j] - rest.place[p]);
        joints.push(Joint { name: skeleton.name(j).to_owned(), parent, offset });
    }
    let is_end = skeleton.ends();
    crate::joint_names::settle(&mut joints, report);
    let Poses { mut place, mut turn, .. } = poses;
    let mut whole = vec![Rot::identity(); width];
    let mut at = vec![Vec3::zeros(); width];
    for (places, turns) in place.chunks_exact_mut(width.max(1)).zip(turn.chunks_exact_mut(width.max(1))) {
        for j in 0..width {
            whole[j] = turns[j] * rest.turn[j].inverse();
            at[j] = places[j];
        }
        for (j, joint) in joints.iter().enumerate() {
            let (turn, place) = joint.parent.map_or((whole[j], at[j]), |p| {
                let back = whole[p].inverse();
                (back * whole[j], back * (at[j] - at[p]))
            });
            turns[j] = turn;
            places[j] = place;
        }
    }
    Recording {
        format: Format::Fbx,
        joints,
        is_end,
        rate_hz,
        rotation: turn,
        translation: place,
        unit_m: world.unit_m,
        usual_up: world.up.unwrap_or(Up::Y),
        has_rotations: true,
        contacts: None,
        objects: Vec::new(),
        plates: Vec::new(),
    }
}
