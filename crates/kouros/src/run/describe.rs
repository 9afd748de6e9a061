//! What is kept about a clip and about a dataset beside the numbers.
//!
//! Lives here: the shape of `meta/kouros.json`'s parts. Does not: writing it
//! (`kouros-dataset`).

use crate::robot_args::Chosen;
use crate::run::clip::Made;
use crate::run::person::Person;
use crate::run::plan::Source;
use crate::run::settings::{Settings, as_json};
use kouros_dataset::{Column, Episode, Feature};
use kouros_motion::ObjectTrack;
use kouros_retarget::PartError;
use kouros_robot::{JointKind, SceneTrack};
use serde_json::{Value, json};

/// The version of `docs/labels.md`; it rises when a definition changes.
const LABEL_DEFINITIONS: u32 = 2;

/// Where the joint positions of an episode, and so its actions, come from.
const RETARGETED: &str = "retargeted";
pub const GIVEN: &str = "robot-motion";

/// What is kept about a clip: where it is from, what was done, how well.
pub fn meta(source: &Source, made: &Made) -> Value {
    json!({
        "name": source.name,
        "action_origin": if made.person.is_some() { RETARGETED } else { GIVEN },
        "provenance": as_json(&made.provenance),
        "segments": as_json(&made.segments),
        "scene": made.scene.as_ref().map(|s| scene(s, made)),
        "retargeting": made.person.as_ref().map(retargeting),
        "quality": as_json(&made.quality),
        "forces": as_json(&made.forces),
        "notes": as_json(&made.report.notes),
    })
}

/// How well the robot follows the person.
fn retargeting(person: &Person) -> Value {
    let error = |e: &PartError| json!({ "part": e.part, "unit": e.unit, "mean": rounded(e.mean), "max": rounded(e.max) });
    json!({ "scale": person.scale, "errors": person.errors.iter().map(error).collect::<Vec<_>>() })
}

/// Four decimals say enough of an error, and its last bits nothing.
fn rounded(value: f64) -> f64 {
    (value * 1e4).round() / 1e4
}

/// A clip as an episode of a dataset.
pub fn episode(source: &Source, made: &Made) -> Episode {
    let column = |f: kouros_label::Feature<'_>| Column {
        feature: Feature::new(f.name, f.names),
        values: f.values.iter().map(|v| *v as f32).collect(),
    };
    let labels = made.labels.features().into_iter().map(column);
    Episode {
        task: made.task.clone(),
        kind: made.kind,
        length: made.labels.ticks(),
        columns: labels.chain(objects(made)).collect(),
        meta: meta(source, made),
        key: source.key.clone(),
    }
}

/// What stands around the robot, as a model that simulators read, in its world.
fn scene(scene: &SceneTrack, made: &Made) -> Value {
    json!({
        "bodies": scene.scene().bodies.iter().map(|b| b.name.as_str()).collect::<Vec<_>>(),
        "moving": scene.objects(made.trajectory.rate_hz).iter().map(|o| o.name.clone()).collect::<Vec<_>>(),
        "mjcf": kouros_robot::scene_mjcf(scene),
    })
}

/// The places of what moves beside the robot: a column for each, `label.object.NAME`.
fn objects(made: &Made) -> Vec<Column> {
    let tracks = made.scene.as_ref().map(|s| s.objects(made.trajectory.rate_hz)).unwrap_or_default();
    let column = |o: ObjectTrack| Column {
        feature: Feature::new(format!("label.object.{}", o.name), OBJECT.map(str::to_owned).to_vec()),
        values: o.values_wxyz().into_iter().flatten().map(|v| v as f32).collect(),
    };
    tracks.into_iter().map(column).collect()
}

/// The names of an object's values.
const OBJECT: [&str; 7] = ["x", "y", "z", "qw", "qx", "qy", "qz"];

/// What all episodes of a dataset share. The same settings give the same value.
pub fn dataset_meta(chosen: &Chosen, settings: &Settings) -> Value {
    let robot = &chosen.robot;
    let joint = |j: &kouros_robot::Joint| {
        json!({
            "name": j.name,
            "kind": if j.kind == JointKind::Hinge { "hinge" } else { "slide" },
            "range": j.range,
            "velocity_limit": j.velocity_limit,
            "effort_limit": j.effort_limit,
            "kp": j.kp,
            "kd": j.kd,
        })
    };
    json!({
        "robot": {
            "name": robot.name,
            "model_sha256": chosen.model_sha256,
            "model_files": chosen.model_files,
            "sha256": chosen.sha256,
            "licence": robot.licence,
            "source": robot.source,
            "mass_kg": robot.mass(),
            "joints": robot.joints.iter().map(joint).collect::<Vec<_>>(),
        },
        "licences": settings.licence.iter().collect::<Vec<_>>(),
        "action_origin": {
            RETARGETED: "of a person's motion, solved for this robot; the joint positions of the next frame",
            GIVEN: "the source holds a robot's motion, which was not solved again; the joint positions of the next frame",
        },
        "conventions": conventions(),
        "label_definitions": { "version": LABEL_DEFINITIONS, "document": "docs/labels.md" },
    })
}

/// Unit, frame and meaning of every feature.
fn conventions() -> Value {
    json!({
        "world": "right-handed, Z up, floor at z = 0, metres, seconds, radians",
        "quaternions": "w x y z, sign continuous in time",
        "joint_order": "the names of observation.state",
        "features": {
            "observation.state": "joint positions [rad]",
            "observation.velocity": "joint velocities [rad/s]",
            "observation.imu": "angular velocity [rad/s] and direction of gravity (unit vector), both in the base's axes",
            "action": "joint positions of the next frame [rad]; the last frame repeats its own",
            "label.root_pose": "world_from_base: x y z [m], quaternion w x y z",
            "label.root_velocity": "of the base: linear in the world [m/s], angular in the base's axes [rad/s]",
            "label.effort": "joint torques by inverse dynamics [N m]",
            "label.foot_contact": "left heel, left toe, right heel, right toe: 0 or 1",
            "label.body_contact": "what else touches the floor or a thing: 0 or 1",
            "label.object.*": "world_from_object of what moves beside the robot: x y z [m], quaternion w x y z",
            "label.foot_wrench": "of the ground on each foot: force [N] and torque about the sole's centre [N m], world axes",
            "label.center_of_mass": "of the whole body, world [m]",
            "label.center_of_mass_velocity": "world [m/s]",
            "label.angular_momentum": "about the centre of mass, world axes [kg m^2/s]",
            "label.balance": "zero-moment point x, y [m]; margin of the capture point to the support polygon, positive inside [m]",
            "label.coupling": "shift of the centre of mass by the arms, world [m]; angular momentum of the upper body against the lower [kg m^2/s]",
            "label.valid": "1 where the labels of a group can be known, else 0 and their values mean nothing",
        },
    })
}
