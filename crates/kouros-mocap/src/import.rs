//! From a recording in its file's own terms to a clip in Kouros' conventions.

use crate::error::{Error, Result};
use crate::infer::{rate, root, t_pose, toes, unit, up};
use crate::recognise::{Sampled, is_t_pose, is_upright, recognise};
use crate::recording::Recording;
use crate::{Clip, ImportOptions};
use kouros_motion::{FootContacts, ForcePlate, Motion, ObjectTrack, Pose, Report, Skeleton, Vec3};
use std::sync::Arc;

/// Recognises the body, infers what the file does not say, changes units and axes.
pub(crate) fn import(file: &str, mut r: Recording, options: &ImportOptions, report: &mut Report) -> Result<Clip> {
    check(options)?;
    let sampled = Sampled::new(&r);
    let mut anatomy = recognise(file, &r, &sampled, report)?;
    let axes = up::infer(&r, &sampled, &anatomy, options.up, report);
    let unit_m = unit::infer(&r, &sampled, &anatomy, options.unit_m, report);
    let world_up = up::axis(axes.world);
    root::add_offset(&mut r, &sampled, &anatomy, &world_up, report);
    let rate_hz = rate::infer(&r, &sampled, &anatomy, &world_up, unit_m, options.rate_hz, report);
    let leg = unit::leg_length(&sampled, &anatomy);
    let lead = t_pose::infer(&r, &anatomy, &world_up, leg, options.drop_t_pose, report);

    change_axes(&mut r, axes, unit_m);
    let dropped = lead.drop * r.width();
    r.rotation.drain(..dropped.min(r.rotation.len()));
    r.translation.drain(..dropped.min(r.translation.len()));
    let contacts = r.contacts.take().map(|mut down| {
        down.drain(..lead.drop.min(down.len()));
        FootContacts { rate_hz, down }
    });
    let objects = objects(&mut r, axes, unit_m, lead.drop, rate_hz);
    let plates = plates(&mut r, axes, lead.drop as f64 / rate_hz);

    let nouns = |source| Error::Motion { file: file.to_owned(), source };
    let rest = Skeleton::new(r.joints.clone()).map_err(nouns)?.rest_positions();
    anatomy.rest_is_upright = r.has_rotations && is_upright(&anatomy, &rest, &Vec3::z());
    anatomy.rest_is_t_pose = r.has_rotations && is_t_pose(&anatomy, &rest, &Vec3::z());
    if anatomy.rest_is_upright {
        toes::add(&mut r, &mut anatomy, &rest, report);
    }
    let skeleton = Skeleton::new(r.joints).map_err(nouns)?;
    let motion = Motion::new(Arc::new(skeleton), rate_hz, r.rotation, r.translation).map_err(nouns)?;
    Ok(Clip {
        motion,
        anatomy,
        format: r.format,
        source_rate_hz: rate_hz,
        t_pose: lead.t_pose,
        dropped_frames: lead.drop,
        contacts,
        objects,
        plates,
        has_rotations: r.has_rotations,
    })
}

pub(crate) fn check(options: &ImportOptions) -> Result<()> {
    let positive = |option, value: Option<f64>| match value {
        Some(v) if !(v.is_finite() && v > 0.0) => {
            Err(Error::Option { option, expected: "a positive number", found: v.to_string() })
        }
        _ => Ok(()),
    };
    positive("unit_m", options.unit_m)?;
    positive("rate_hz", options.rate_hz)
}

/// Units to metres, and both up axes to Z: the world's turns where the root goes, the rest
/// skeleton's turns every joint's axes with its bones, so that at rest joints keep the axes of the
/// world.
fn change_axes(r: &mut Recording, axes: up::UpAxes, unit_m: f64) {
    let (world, body) = (axes.world.z_up_from_file(), axes.rest.z_up_from_file());
    let back = body.inverse();
    let joints = r.joints.len();
    let is_root: Vec<bool> = r.joints.iter().map(|j| j.parent.is_none()).collect();
    for joint in &mut r.joints {
        joint.offset = body * joint.offset * unit_m;
    }
    for (i, (turn, place)) in r.rotation.iter_mut().zip(&mut r.translation).enumerate() {
        let to = if is_root[i % joints] { &world } else { &body };
        *turn = to * *turn * back;
        turn.renormalize();
        *place = to * *place * unit_m;
    }
}

/// The things beside the body, in metres and Z up, without the dropped frames. A thing's own axes
/// stay as they are: only its maker knows which way its top is.
fn objects(r: &mut Recording, axes: up::UpAxes, unit_m: f64, drop: usize, rate_hz: f64) -> Vec<ObjectTrack> {
    let to = axes.world.z_up_from_file();
    let things = std::mem::take(&mut r.objects);
    let pose = |(place, turn): &(Vec3, kouros_motion::Rot)| Pose::from_parts((to * place * unit_m).into(), to * turn);
    let track = |thing: crate::recording::Thing| ObjectTrack {
        poses: thing.poses.iter().skip(drop).map(pose).collect(),
        name: thing.name,
        rate_hz,
    };
    things.into_iter().map(track).collect()
}

/// What the plates felt, in metres and Z up, timed from the first frame that is kept.
fn plates(r: &mut Recording, axes: up::UpAxes, dropped_s: f64) -> Vec<ForcePlate> {
    let to = axes.world.z_up_from_file();
    let felt = std::mem::take(&mut r.plates);
    let plate = |p: crate::plates::Felt| ForcePlate {
        corners: p.corners.map(|c| c.map(|c| to * c * p.unit_m)),
        rate_hz: p.rate_hz,
        start_s: p.start_s - dropped_s,
        force: p.force.iter().map(|f| to * f).collect(),
        center: p.center.iter().map(|c| to * c * p.unit_m).collect(),
        free_moment: p.free_moment,
        name: p.name,
    };
    felt.into_iter().map(plate).collect()
}
