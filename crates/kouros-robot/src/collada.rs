//! The points and faces of a COLLADA file (.dae), as the OBJ text that MuJoCo reads.
//!
//! Lives here: vertices, polygons, the scene's placements, unit and up axis (COLLADA 1.4.1,
//! chapters 5 and "Geometry"). Does not: colours, skins, curves.

use nalgebra::{Matrix4, Point3, Vector3};
use roxmltree::{Document, Node};
use std::collections::HashMap;
use std::fmt::Write;

/// Nodes nested deeper than this are no robot's link.
const DEEPEST: usize = 32;

/// The OBJ text of all geometry in a COLLADA document, in metres, Z up.
///
/// # Errors
/// What is missing or malformed, in words.
pub(crate) fn obj_of(text: &str) -> Result<String, String> {
    let document = Document::parse(text).map_err(|e| e.to_string())?;
    let root = document.root_element();
    if root.tag_name().name() != "COLLADA" {
        return Err(format!("expected COLLADA, found <{}>", root.tag_name().name()));
    }
    let by_id: HashMap<&str, Node> = document.descendants().filter_map(|n| n.attribute("id").map(|id| (id, n))).collect();
    let asset = child(&root, "asset");
    let metre = asset
        .and_then(|a| child(&a, "unit"))
        .and_then(|u| u.attribute("meter")?.parse::<f64>().ok())
        .filter(|m| m.is_finite() && *m > 0.0)
        .unwrap_or(1.0);
    let up = match asset.and_then(|a| child(&a, "up_axis")).and_then(|u| u.text()).map_or("Y_UP", str::trim) {
        "Z_UP" => Matrix4::identity(),
        "X_UP" => Matrix4::from_euler_angles(0.0, -std::f64::consts::FRAC_PI_2, 0.0),
        _ => Matrix4::from_euler_angles(std::f64::consts::FRAC_PI_2, 0.0, 0.0),
    };
    let world = up * Matrix4::new_scaling(metre);
    let mut out = Out { text: String::new(), points: 0, faces: 0 };
    for scene in document.descendants().filter(|n| n.tag_name().name() == "visual_scene") {
        place(&scene, &world, &by_id, &mut out, 0)?;
    }
    if out.faces == 0 {
        return Err("it has no triangles in its scene".into());
    }
    Ok(out.text)
}

struct Out {
    text: String,
    points: usize,
    faces: usize,
}

fn child<'a>(node: &Node<'a, 'a>, name: &str) -> Option<Node<'a, 'a>> {
    node.children().find(|c| c.tag_name().name() == name)
}

fn numbers(node: &Node) -> Result<Vec<f64>, String> {
    let all: Result<Vec<f64>, _> = node.text().unwrap_or_default().split_ascii_whitespace().map(str::parse).collect();
    all.ok().filter(|v| v.iter().all(|x| x.is_finite())).ok_or_else(|| format!("<{}> holds no numbers", node.tag_name().name()))
}

/// Walks a node of the scene: its transforms in order, its geometry, its children.
fn place<'a>(
    node: &Node<'a, 'a>,
    parent: &Matrix4<f64>,
    by_id: &HashMap<&str, Node<'a, 'a>>,
    out: &mut Out,
    depth: usize,
) -> Result<(), String> {
    if depth > DEEPEST {
        return Err(format!("nodes are nested deeper than {DEEPEST}"));
    }
    let mut world = *parent;
    for part in node.children().filter(Node::is_element) {
        let short = || format!("<{}> has too few numbers", part.tag_name().name());
        match part.tag_name().name() {
            "matrix" => {
                let m = numbers(&part)?;
                world *= Matrix4::from_row_slice(m.get(..16).ok_or_else(short)?);
            }
            "translate" => {
                let m = numbers(&part)?;
                world *= Matrix4::new_translation(&Vector3::from_column_slice(m.get(..3).ok_or_else(short)?));
            }
            "scale" => {
                let m = numbers(&part)?;
                world *= Matrix4::new_nonuniform_scaling(&Vector3::from_column_slice(m.get(..3).ok_or_else(short)?));
            }
            "rotate" => {
                let m = numbers(&part)?;
                let [x, y, z, degrees] = *m.get(..4).and_then(|m| m.first_chunk::<4>()).ok_or_else(short)?;
                world *= Matrix4::new_rotation(Vector3::new(x, y, z).normalize() * degrees.to_radians());
            }
            "instance_geometry" => {
                let id = part.attribute("url").unwrap_or_default().trim_start_matches('#');
                let geometry = by_id.get(id).ok_or_else(|| format!("no geometry '{id}'"))?;
                if let Some(mesh) = child(geometry, "mesh") {
                    write_mesh(&mesh, &world, by_id, out)?;
                }
            }
            "node" => place(&part, &world, by_id, out, depth + 1)?,
            _ => {}
        }
    }
    Ok(())
}

/// Writes one mesh: its polygons as fans of triangles.
fn write_mesh<'a>(
    mesh: &Node<'a, 'a>,
    world: &Matrix4<f64>,
    by_id: &HashMap<&str, Node<'a, 'a>>,
    out: &mut Out,
) -> Result<(), String> {
    for faces in mesh.children().filter(|c| ["triangles", "polylist", "polygons"].contains(&c.tag_name().name())) {
        let inputs: Vec<Node> = faces.children().filter(|c| c.tag_name().name() == "input").collect();
        let offset = |n: &Node| n.attribute("offset").and_then(|o| o.parse::<usize>().ok()).unwrap_or(0);
        let stride = inputs.iter().map(offset).max().unwrap_or(0).saturating_add(1);
        let vertex = inputs.iter().find(|n| n.attribute("semantic") == Some("VERTEX")).ok_or("faces without vertices")?;
        let source = |n: &Node| by_id.get(n.attribute("source").unwrap_or_default().trim_start_matches('#')).copied();
        let vertices = source(vertex).ok_or("the vertices' source is missing")?;
        let position = vertices
            .children()
            .find(|c| c.attribute("semantic") == Some("POSITION"))
            .and_then(|n| source(&n))
            .and_then(|s| child(&s, "float_array"))
            .ok_or("the positions' source is missing")?;
        let position = numbers(&position)?;
        let first = out.points;
        for p in position.chunks_exact(3) {
            let p = world.transform_point(&Point3::new(p[0], p[1], p[2]));
            let _ = writeln!(out.text, "v {} {} {}", p.x, p.y, p.z);
        }
        let count = position.len() / 3;
        out.points += count;
        let sizes = child(&faces, "vcount").map(|v| numbers(&v)).transpose()?;
        for list in faces.children().filter(|c| c.tag_name().name() == "p") {
            let indices = numbers(&list)?;
            let corners: Vec<usize> = indices.iter().skip(offset(vertex)).step_by(stride).map(|v| *v as usize).collect();
            if corners.iter().any(|c| *c >= count) {
                return Err(format!("a face names a vertex beyond the {count} there are"));
            }
            let mut at = 0_usize;
            let whole = [corners.len() as f64];
            let sizes: Box<dyn Iterator<Item = usize>> = match (&sizes, faces.tag_name().name()) {
                (Some(sizes), _) => Box::new(sizes.iter().map(|s| *s as usize)),
                (None, "polygons") => Box::new(whole.iter().map(|s| *s as usize)),
                (None, _) => Box::new(std::iter::repeat_n(3, corners.len() / 3)),
            };
            for size in sizes {
                let Some(face) = corners.get(at..at.saturating_add(size)) else { return Err("a face is cut off".into()) };
                at += size;
                for k in 1..size.saturating_sub(1) {
                    let _ = writeln!(out.text, "f {} {} {}", first + face[0] + 1, first + face[k] + 1, first + face[k + 1] + 1);
                    out.faces += 1;
                }
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quad(unit: &str, up: &str, faces: &str) -> String {
        format!(
            "<COLLADA><asset><unit meter='{unit}'/><up_axis>{up}</up_axis></asset><library_geometries><geometry id='g'><mesh>\
             <source id='s'><float_array id='a' count='12'>0 0 0 1 0 0 1 1 0 0 1 0</float_array></source>\
             <vertices id='v'><input semantic='POSITION' source='#s'/></vertices>{faces}</mesh></geometry></library_geometries>\
             <library_visual_scenes><visual_scene id='x'><node><translate>0 0 5</translate><instance_geometry url='#g'/></node>\
             </visual_scene></library_visual_scenes></COLLADA>"
        )
    }

    const FACES: &str = "<polylist count='1'><input semantic='VERTEX' source='#v' offset='0'/><input semantic='NORMAL' source='#s' offset='1'/>\
                         <vcount>4</vcount><p>0 0 1 0 2 0 3 0</p></polylist>";

    #[test]
    fn a_quad_by_hand() {
        let obj = obj_of(&quad("0.01", "Z_UP", FACES)).expect("a quad");
        assert!(obj.contains("v 0.01 0.01 0.05\n"), "{obj}");
        assert!(obj.ends_with("f 1 2 3\nf 1 3 4\n"), "{obj}");
        // Y up: (x, y, z) becomes (x, -z, y).
        assert!(obj_of(&quad("1", "Y_UP", FACES)).expect("a quad").lines().any(|l| l.starts_with("v 1 -5")));
    }

    #[test]
    fn what_is_broken_is_said() {
        let wild = FACES.replace("3 0</p>", "9 0</p>");
        for (text, expected) in [
            (quad("1", "Z_UP", &wild), "beyond the 4"),
            (quad("1", "Z_UP", ""), "no triangles"),
            (quad("1", "Z_UP", &FACES.replace("<vcount>4", "<vcount>99")), "cut off"),
            ("<a/>".into(), "expected COLLADA"),
        ] {
            let e = obj_of(&text).expect_err("broken");
            assert!(e.contains(expected), "{e}");
        }
    }
}
