//! Models that are corrupt or mean harm: an error with file and line, and nothing outside is read.

use kouros_motion::Report;
use kouros_robot::{LoadOptions, Robot, RobotSettings, named_meshes};
use std::path::Path;

/// Writes files into a folder two below a new one, so that there is an outside.
fn refusal(files: &[(&str, &str)], model: &str) -> String {
    let top = tempfile::tempdir().expect("folder");
    let folder = top.path().join("a/b/c/d");
    std::fs::create_dir_all(&folder).expect("folder");
    for (name, text) in files {
        let path = folder.join(name);
        std::fs::create_dir_all(path.parent().expect("parent")).expect("folder");
        std::fs::write(path, text).expect("file");
    }
    let before = listing(top.path());
    let path = folder.join(model);
    let error = Robot::load(&path, &RobotSettings::default(), LoadOptions::default(), &mut Report::new()).expect_err(model);
    assert_eq!(listing(top.path()), before, "loading wrote something");
    error.to_string().replace(&folder.display().to_string(), "")
}

fn listing(folder: &Path) -> Vec<String> {
    let mut out = Vec::new();
    for entry in std::fs::read_dir(folder).expect("folder").map(|e| e.expect("entry").path()) {
        out.push(entry.display().to_string());
        if entry.is_dir() {
            out.extend(listing(&entry));
        }
    }
    out.sort();
    out
}

#[test]
fn an_mjcf_that_is_wrong_is_refused_by_file_and_line() {
    let stl = "<mujoco>\n<asset>\n<mesh name='m' file='FILE'/>\n</asset><worldbody/></mujoco>";
    for (files, expected) in [
        (
            vec![
                ("m.xml", "<mujoco>\n<include file='n.xml'/></mujoco>"),
                ("n.xml", "<mujoco>\n\n<include file='m.xml'/></mujoco>"),
            ],
            "/n.xml:3: include 'm.xml': it includes itself",
        ),
        (vec![("m.xml", "<mujoco><include file='m.xml'/></mujoco>")], "/m.xml:1: include 'm.xml': it includes itself"),
        (vec![("m.xml", "<mujoco>\n<include file='gone.xml'/></mujoco>")], "/m.xml:2: include 'gone.xml': there is no file"),
        (
            vec![("m.xml", "<mujoco>\n<include file='../../../../o.xml'/></mujoco>"), ("../../../../o.xml", "<mujoco/>")],
            "m.xml:2: include '../../../../o.xml': it lies outside",
        ),
        (vec![("m.xml", &stl.replace("FILE", "gone.stl"))], "/m.xml:3: mesh 'gone.stl': there is no file"),
        (vec![("m.xml", &stl.replace("FILE", "/etc/passwd"))], "/m.xml:3: mesh '/etc/passwd': it lies outside"),
        (vec![("m.xml", &stl.replace("FILE", "x.dae")), ("x.dae", "")], "/m.xml:3: mesh 'x.dae' is COLLADA"),
        (vec![("m.xml", "<mujoco>\n<worldbody>\n</mujoco>")], "/m.xml:3: not well formed"),
        (vec![("m.xml", "<mujoco>\n\0")], "/m.xml:2: expected an XML text, found a NUL byte"),
    ] {
        let said = refusal(&files, "m.xml");
        assert!(said.contains(expected) && !said.contains('\n'), "expected {expected}\nfound {said}");
    }
}

#[test]
fn entities_do_not_grow() {
    let bomb = "<!DOCTYPE lolz [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;'>\
                <!ENTITY c '&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;'>]>\n<mujoco model='&c;'/>";
    for name in ["m.xml", "m.urdf"] {
        let said = refusal(&[(name, bomb)], name);
        assert!(said.contains(":1: a document type with entities is refused"), "{said}");
    }
}

/// A URDF of two links whose second says what it is told.
fn two_links(inside: &str, joint: &str) -> String {
    format!(
        "<robot name='r'>\n<link name='a'/>\n<link name='b'>{inside}</link>\n\
         <joint name='j' type='revolute'><parent link='a'/><child link='b'/><axis xyz='0 0 1'/>\
         <limit lower='-1' upper='1' effort='1' velocity='1'/></joint>\n{joint}</robot>"
    )
}

#[test]
fn a_urdf_that_is_wrong_is_refused_by_file_and_line() {
    let inertial = |mass: &str, i: &str| {
        format!("\n<inertial><mass value='{mass}'/><inertia ixx='{i}' iyy='{i}' izz='{i}' ixy='0' ixz='0' iyz='0'/></inertial>")
    };
    let joint = |parent: &str, child: &str| {
        format!("<joint name='k' type='fixed'><parent link='{parent}'/><child link='{child}'/></joint>")
    };
    for (text, expected) in [
        (two_links(&inertial("-3", "1"), ""), ":4: expected a mass of 0 to 1000 kg, found '-3'"),
        (two_links(&inertial("nan", "1"), ""), ":4: expected a mass"),
        (two_links(&inertial("1e30", "1"), ""), ":4: expected a mass"),
        (two_links(&inertial("1", "1e9"), ""), "no part of a humanoid has"),
        (two_links("", &joint("a", "b")), ":5: link 'b' hangs on 'a' and on 'a': a closed chain"),
        (two_links("", &joint("b", "a")), ":5: link 'a' hangs on itself"),
        (two_links("", &joint("b", "zz")), ":5: there is no link 'zz'"),
        (two_links("\n<collision><geometry><mesh/></geometry></collision>", ""), ":4: expected a filename"),
        (two_links("\n<collision><geometry><mesh filename='notes.txt'/></geometry></collision>", ""), ":4: mesh"),
    ] {
        let said = refusal(&[("r.urdf", &text), ("notes.txt", "hello")], "r.urdf");
        assert!(said.contains(expected) && !said.contains('\n'), "expected {expected}\nfound {said}");
    }
}

#[test]
fn meshes_outside_are_not_looked_at() {
    let top = tempfile::tempdir().expect("folder");
    let folder = top.path().join("a/b/c");
    std::fs::create_dir_all(folder.join("meshes/deep")).expect("folder");
    for file in ["outside.stl", "a/b/c/meshes/deep/inside.stl"] {
        std::fs::write(top.path().join(file), "solid").expect("file");
    }
    let mesh = |f: &str| format!("<visual><geometry><mesh filename='{f}'/></geometry></visual>");
    let text = two_links(
        &[mesh("../../../outside.stl"), mesh("file:///etc/passwd"), mesh("package://r/share/meshes/deep/inside.stl")].concat(),
        "",
    );
    let path = folder.join("r.urdf");
    std::fs::write(&path, text).expect("file");
    let found = named_meshes(&path);
    assert_eq!(found.len(), 1);
    assert!(found[0].ends_with("deep/inside.stl"));
}
