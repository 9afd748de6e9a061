//! A scene as a model that simulators read.
//!
//! Lives here: the MJCF text. Does not: writing it to a disk.

use super::{SceneBody, SceneTrack, Solid};
use kouros_motion::{Pose, Vec3};
use std::fmt::Write;

/// Density of what moves [kg/m³]: between a filled carton and wood; a capture does not weigh things.
const DENSITY: f64 = 200.0;

/// The scene as MJCF text, a floor included, bodies where they are at the first tick; what moves
/// has a free joint. Every solid is the mesh of its hull, or a sphere or capsule.
pub fn scene_mjcf(track: &SceneTrack) -> String {
    let scene = track.scene();
    let mut assets = String::new();
    let mut world = String::new();
    for (b, body) in scene.bodies.iter().enumerate() {
        let movable = body.movable || track.moves(b);
        body_mjcf(b, body, track.pose(b, 0), movable, &mut assets, &mut world);
    }
    let floor = scene.floor.unwrap_or(0.0);
    format!(
        "<mujoco model=\"scene\">\n  <asset>\n{assets}  </asset>\n  <worldbody>\n    \
         <geom name=\"floor\" type=\"plane\" size=\"20 20 0.1\" pos=\"0 0 {}\"/>\n{world}  </worldbody>\n</mujoco>\n",
        number(floor)
    )
}

fn body_mjcf(index: usize, body: &SceneBody, pose: &Pose, movable: bool, assets: &mut String, world: &mut String) {
    let (p, q) = (pose.translation.vector, pose.rotation);
    // The world itself cannot be named again.
    let name = if body.name == "world" { "fixed".into() } else { escaped(&body.name) };
    let quat = [q.w, q.i, q.j, q.k].map(number).join(" ");
    // Writing to a String cannot fail.
    let _ = writeln!(world, "    <body name=\"{name}\" pos=\"{}\" quat=\"{quat}\">", vector(&p));
    if movable {
        let _ = writeln!(world, "      <freejoint/>");
    }
    for (n, solid) in body.solids.iter().enumerate() {
        let kind = match (solid.points(), solid.faces().is_empty()) {
            ([center], true) => format!("type=\"sphere\" size=\"{}\" pos=\"{}\"", number(solid.rounding()), vector(center)),
            ([a, b], true) => {
                format!("type=\"capsule\" size=\"{}\" fromto=\"{} {}\"", number(solid.rounding()), vector(a), vector(b))
            }
            _ => {
                let _ = writeln!(assets, "    <mesh name=\"solid_{index}_{n}\" vertex=\"{}\"/>", vertices(solid));
                format!("type=\"mesh\" mesh=\"solid_{index}_{n}\"")
            }
        };
        let density = if movable { format!(" density=\"{DENSITY}\"") } else { String::new() };
        let _ = writeln!(world, "      <geom {kind}{density}/>");
    }
    let _ = writeln!(world, "    </body>");
}

fn vertices(solid: &Solid) -> String {
    solid.points().iter().map(vector).collect::<Vec<_>>().join("  ")
}

fn vector(v: &Vec3) -> String {
    [v.x, v.y, v.z].map(number).join(" ")
}

/// A hundredth of a millimetre is finer than any capture; shorter text than all digits.
fn number(v: f64) -> String {
    let text = format!("{:.5}", v);
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".into() } else { text.to_owned() }
}

fn escaped(name: &str) -> String {
    name.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Scene;
    use kouros_motion::Report;

    #[test]
    fn what_is_written_reads_back() {
        let xml = r#"<mujoco><worldbody><geom type="plane" size="5 5 .1" pos="0 0 .2"/><geom type="box" size="1 1 .1" pos="2 0 .3"/>
            <body name="a &amp; b" pos="0 0 1"><freejoint/><geom type="capsule" size=".1 .2"/><geom type="sphere" size=".3" pos="0 0 1"/>
            </body></worldbody></mujoco>"#;
        let folder = tempfile::tempdir().expect("a folder");
        let read = |name: &str, text: &str| {
            let path = folder.path().join(name);
            std::fs::write(&path, text).expect("a file");
            Scene::load(&path, &mut Report::new()).expect("a scene")
        };
        let first = read("a.xml", xml);
        let again = read("b.xml", &scene_mjcf(&SceneTrack::new(first.clone(), &[], 1).expect("no objects")));
        assert_eq!(first.floor, again.floor);
        let track = |scene: &Scene| SceneTrack::new(scene.clone(), &[], 1).expect("no objects");
        for p in [[0.0, 0.0, 1.35], [0.05, 0.0, 0.7], [1.2, 0.3, 0.5], [0.3, 0.1, 2.1]] {
            let at = |s: &Scene| track(s).nearest(0, &Vec3::from(p), 1.0).expect("near").1.distance;
            assert!((at(&first) - at(&again)).abs() < 1e-4, "{p:?}: {} {}", at(&first), at(&again));
        }
        assert!(again.bodies.iter().any(|b| b.name == "a & b" && b.movable));
    }
}
