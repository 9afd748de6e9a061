//! URDF as it is found in the wild, made into what MuJoCo reads: meshes found wherever the package
//! has them, visible geometry kept only where nothing collides, and what MuJoCo drops said.
//!
//! Lives here: rewriting the text and gathering its meshes. Does not: compiling it (`load.rs`).

use crate::collada::obj_of;
use crate::text::{at, highest_folder, inside, parse, read};
use crate::{Error, Result};
use kouros_motion::{Report, list_names};
use roxmltree::{Document, Node};
use std::collections::{BTreeMap, HashSet};
use std::ops::Range;
use std::path::{Path, PathBuf};

/// Meshes MuJoCo reads as they are.
const READ: [&str; 3] = ["stl", "obj", "msh"];
/// No link's mesh is larger [bytes].
const LARGEST_MESH: u64 = 256 << 20;

/// A URDF rewritten: its text, and the meshes it names, by the names the text now has for them.
pub(crate) struct Urdf {
    pub text: String,
    pub meshes: Vec<(String, Vec<u8>)>,
}

/// Whether a parsed document is a URDF.
pub(crate) fn is_urdf(document: &Document) -> bool {
    document.root_element().tag_name().name() == "robot"
}

/// Rewrites the URDF at `path`, which was parsed into `document`, and reads its meshes.
pub(crate) fn read_urdf(path: &Path, document: &Document, report: &mut Report) -> Result<Urdf> {
    let text = document.input_text();
    let root = document.root_element();
    let elements = |name: &'static str| root.children().filter(move |n| n.tag_name().name() == name);
    check_tree(path, document)?;
    say_what_is_lost(document, report);

    let highest = highest_folder(path);
    let mut edits: Vec<(Range<usize>, String)> = Vec::new();
    let mut names: BTreeMap<PathBuf, String> = BTreeMap::new();
    let mut meshes = Vec::new();
    let mut gone: Vec<String> = Vec::new();
    for link in elements("link") {
        let collides = link.children().any(|c| c.tag_name().name() == "collision");
        for part in link.children().filter(|c| ["visual", "collision"].contains(&c.tag_name().name())) {
            if part.tag_name().name() == "visual" && collides {
                edits.push((part.range(), String::new()));
                continue;
            }
            if let Some(name) = part.attributes().find(|a| a.name() == "name") {
                edits.push((name.range(), String::new())); // two shapes may share a name, MuJoCo's may not
            }
            if part.descendants().any(|n| without_size(&n)) {
                edits.push((part.range(), String::new()));
                continue;
            }
            for mesh in part.descendants().filter(|n| n.tag_name().name() == "mesh") {
                let Some(attribute) = mesh.attributes().find(|a| a.name() == "filename") else {
                    return Err(at(path, &mesh, "expected a filename"));
                };
                let Some(file) = find_mesh(path, &highest, attribute.value()) else {
                    // Without its mesh a link keeps mass and joints.
                    gone.push(attribute.value().to_owned());
                    edits.push((part.range(), String::new()));
                    break;
                };
                let name = match names.get(&file) {
                    Some(name) => name.clone(),
                    None => {
                        let (name, bytes) = read_mesh(&file, names.len()).map_err(|m| at(path, &mesh, m))?;
                        meshes.push((name.clone(), bytes));
                        names.insert(file, name.clone());
                        name
                    }
                };
                edits.push((attribute.range_value(), name));
            }
        }
    }
    let mut weightless: Vec<&str> = Vec::new();
    for link in elements("link") {
        for inertial in link.children().filter(|c| c.tag_name().name() == "inertial") {
            if let Some((place, instead)) = inertia_of_a_ball(&inertial) {
                edits.push((place, instead));
                weightless.push(link.attribute("name").unwrap_or_default());
            }
        }
    }
    if !weightless.is_empty() {
        let message = format!(
            "{} links have mass and an inertia that no body has; each gets that of a ball: {}",
            weightless.len(),
            list_names(&weightless)
        );
        report.inferred("no-inertia", message);
    }
    if !gone.is_empty() {
        let count = gone.len();
        gone.sort();
        gone.dedup();
        let message =
            format!("{count} meshes are not there or outside the package; their links have no shape: {}", list_names(&gone));
        report.inferred("no-mesh", message);
    }
    // MuJoCo takes compiler settings from an element of its own; ours are the last word.
    for own in elements("mujoco") {
        edits.push((own.range(), String::new()));
    }
    let start = root.first_child().map_or(root.range().end, |c| c.range().start);
    let ours =
        "<mujoco><compiler fusestatic=\"false\" discardvisual=\"false\" strippath=\"false\" balanceinertia=\"false\"/></mujoco>";
    edits.push((start..start, ours.to_owned()));
    edits.sort_by_key(|(range, _)| (range.start, range.end));
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for (range, new) in edits {
        if range.start < from {
            continue; // inside a part that was taken out
        }
        out.push_str(&text[from..range.start]);
        out.push_str(&new);
        from = range.end;
    }
    out.push_str(&text[from..]);
    Ok(Urdf { text: out, meshes })
}

/// Whether a node is a shape of no size: some models mark places with them.
fn without_size(node: &Node) -> bool {
    let zero = |name: &str| node.attribute(name).is_some_and(|v| v.split_whitespace().any(|n| n.parse() == Ok(0.0)));
    match node.tag_name().name() {
        "sphere" => zero("radius"),
        "cylinder" => zero("radius") || zero("length"),
        "box" => zero("size"),
        _ => false,
    }
}

/// Where a link has mass and its moments of inertia are not positive: the place of the element and one of a
/// ball of 5 cm radius, 2/5 m r².
fn inertia_of_a_ball(inertial: &Node) -> Option<(Range<usize>, String)> {
    const RADIUS: f64 = 0.05;
    let part = |name: &str| inertial.children().find(|c| c.tag_name().name() == name);
    let mass: f64 = part("mass")?.attribute("value")?.trim().parse().ok().filter(|m| *m > 0.0)?;
    let inertia = part("inertia")?;
    let positive = |n: &str| inertia.attribute(n).and_then(|v| v.trim().parse::<f64>().ok()).is_some_and(|v| v > 0.0);
    let zero = !["ixx", "iyy", "izz"].into_iter().all(positive);
    let i = 0.4 * mass * RADIUS * RADIUS;
    let instead = format!("<inertia ixx=\"{i}\" iyy=\"{i}\" izz=\"{i}\" ixy=\"0\" ixz=\"0\" iyz=\"0\"/>");
    zero.then(|| (inertia.range(), instead))
}

/// The files of the meshes that a URDF names and that are there, each once, in the text's order;
/// empty for anything else.
pub fn named_meshes(path: &Path) -> Vec<PathBuf> {
    let Ok(text) = read(path) else { return Vec::new() };
    let Ok(document) = parse(path, &text) else { return Vec::new() };
    if !is_urdf(&document) {
        return Vec::new();
    }
    let highest = highest_folder(path);
    let mut out: Vec<PathBuf> = Vec::new();
    for mesh in document.descendants().filter(|n| n.tag_name().name() == "mesh") {
        let file = mesh.attribute("filename").and_then(|f| find_mesh(path, &highest, f));
        out.extend(file.filter(|f| !out.contains(f)));
    }
    out
}

/// Links have one parent each and hang together without a loop.
fn check_tree(path: &Path, document: &Document) -> Result<()> {
    let root = document.root_element();
    let links: HashSet<&str> =
        root.children().filter(|n| n.tag_name().name() == "link").filter_map(|n| n.attribute("name")).collect();
    let mut parent: BTreeMap<&str, &str> = BTreeMap::new();
    for joint in root.children().filter(|n| n.tag_name().name() == "joint") {
        let end = |name: &str| {
            let link = joint.children().find(|c| c.tag_name().name() == name).and_then(|c| c.attribute("link"));
            let link = link.ok_or_else(|| at(path, &joint, format!("expected a <{name} link=.../>")))?;
            if links.contains(link) { Ok(link) } else { Err(at(path, &joint, format!("there is no link '{link}'"))) }
        };
        let (above, below) = (end("parent")?, end("child")?);
        if let Some(other) = parent.insert(below, above) {
            let what = format!(
                "link '{below}' hangs on '{other}' and on '{above}': a closed chain, which URDF cannot say and Kouros does not solve; leave one joint out"
            );
            return Err(at(path, &joint, what));
        }
        let mut up = above;
        for _ in 0..=links.len() {
            match parent.get(up) {
                Some(next) if *next == below || up == below => {
                    return Err(at(path, &joint, format!("link '{below}' hangs on itself")));
                }
                Some(next) => up = next,
                None => break,
            }
        }
    }
    for mass in document.descendants().filter(|n| n.tag_name().name() == "mass") {
        let value = mass.attribute("value").unwrap_or_default();
        let fine = value.trim().parse::<f64>().is_ok_and(|m| m.is_finite() && (0.0..=MOST_MASS).contains(&m));
        if !fine {
            return Err(at(path, &mass, format!("expected a mass of 0 to {MOST_MASS} kg, found '{value}'")));
        }
    }
    Ok(())
}

/// No link of a humanoid is heavier [kg].
pub(crate) const MOST_MASS: f64 = 1000.0;

/// Names what the model says and nothing here holds.
fn say_what_is_lost(document: &Document, report: &mut Report) {
    let root = document.root_element();
    let named = |n: &Node| n.attribute("name").unwrap_or_default().to_owned();
    let has = |n: &Node, name: &str| n.children().any(|c| c.tag_name().name() == name);
    let mimics: Vec<String> =
        root.children().filter(|n| n.tag_name().name() == "joint" && has(n, "mimic")).map(|n| named(&n)).collect();
    if !mimics.is_empty() {
        let message =
            format!("{} joints copy others on the robot; here each is a joint of its own: {}", mimics.len(), list_names(&mimics));
        report.inferred("mimic", message);
    }
    let light: Vec<String> = root
        .children()
        .filter(|n| n.tag_name().name() == "link" && !has(n, "inertial") && has(n, "collision"))
        .map(|n| named(&n))
        .collect();
    if !light.is_empty() {
        let message = format!(
            "{} links state no inertia; their shapes are taken to be as dense as water: {}",
            light.len(),
            list_names(&light)
        );
        report.inferred("no-inertia", message);
    }
}

/// Where a mesh that a URDF names lies: as written beside the model; else, its package unknown, the
/// longest end of its path that exists below the model's folder or one of those above it.
fn find_mesh(model: &Path, highest: &Path, named: &str) -> Option<PathBuf> {
    let plain = named.split_once("://").map_or(named, |(_, rest)| rest).replace('\\', "/");
    let folder = model.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if let Some(found) = inside(highest, &folder.join(&plain)) {
        return Some(found);
    }
    let folder = folder.canonicalize().ok()?;
    let parts: Vec<&str> = plain.split('/').filter(|p| !p.is_empty() && *p != "." && *p != "..").collect();
    let near = ["", "meshes", "assets"];
    let above = || folder.ancestors().take_while(|a| a.starts_with(highest));
    (0..parts.len())
        .flat_map(|skip| above().map(move |a| (skip, a)))
        .flat_map(|(skip, a)| near.iter().map(move |n| (skip, a.join(n))))
        .find_map(|(skip, a)| inside(highest, &parts[skip..].iter().fold(a, |p, part| p.join(part))))
}

/// A mesh's new name and its bytes; COLLADA becomes OBJ.
fn read_mesh(file: &Path, number: usize) -> std::result::Result<(String, Vec<u8>), String> {
    let shown = file.display();
    let kind = file.extension().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
    let length = std::fs::metadata(file).map_err(|e| format!("mesh {shown}: {e}"))?.len();
    if length > LARGEST_MESH {
        return Err(format!("mesh {shown}: expected at most {} MB, found {}", LARGEST_MESH >> 20, length >> 20));
    }
    let bytes = std::fs::read(file).map_err(|e| format!("mesh {shown}: {e}"))?;
    if kind == "dae" {
        let obj = obj_of(&String::from_utf8_lossy(&bytes)).map_err(|e| format!("mesh {shown}: {e}"))?;
        return Ok((format!("mesh{number}.obj"), obj.into_bytes()));
    }
    if READ.contains(&kind.as_str()) {
        return Ok((format!("mesh{number}.{kind}"), bytes));
    }
    Err(format!("mesh {shown}: expected STL, OBJ, MSH or COLLADA, found .{kind}"))
}

/// The line of the element of this name, for an error of MuJoCo's that names it.
pub(crate) fn located(path: &Path, document: &Document, message: &str) -> Option<Error> {
    let name = message.split("name '").nth(1)?.split('\'').next().filter(|n| !n.is_empty())?;
    let node = document.descendants().find(|n| n.attribute("name") == Some(name))?;
    Some(at(path, &node, message))
}
