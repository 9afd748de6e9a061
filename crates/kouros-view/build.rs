//! Embeds the built page, where there is one, and lets executables find MuJoCo.
//!
//! `cargo xtask setup` builds it into `web/page` through npm. Without it everything still compiles,
//! and the program says how to get the page.

use std::fmt::Write;
use std::path::{Path, PathBuf};

fn main() {
    println!("cargo::rerun-if-env-changed=DEP_KOUROS_ROBOT_MUJOCO_LIB");
    if let Some(folder) = std::env::var_os("DEP_KOUROS_ROBOT_MUJOCO_LIB") {
        println!("cargo::rustc-link-arg=-Wl,-rpath,{}", folder.display());
    }
    let here = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from).unwrap_or_default();
    let page = here.join("../../web/page");
    println!("cargo::rerun-if-changed={}", page.display());
    println!("cargo::rerun-if-changed=build.rs");
    let mut files = Vec::new();
    gather(&page, "", &mut files);
    files.sort();
    let mut code = String::from("pub static FILES: &[(&str, &[u8])] = &[\n");
    for (name, path) in &files {
        let _ = writeln!(code, "    ({name:?}, include_bytes!({:?})),", path.display().to_string());
    }
    code += "];\n";
    let out = std::env::var_os("OUT_DIR").map(PathBuf::from).unwrap_or_default().join("page.rs");
    if let Err(e) = std::fs::write(&out, code) {
        println!("cargo::error=cannot write {}: {e}", out.display());
    }
}

/// Names below `folder`, with `/` between them, and their paths; hidden files stay out.
fn gather(folder: &Path, below: &str, files: &mut Vec<(String, PathBuf)>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with('.') {
            continue;
        }
        let path = entry.path();
        let name = if below.is_empty() { name } else { format!("{below}/{name}") };
        if path.is_dir() {
            gather(&path, &name, files);
        } else if let Ok(path) = path.canonicalize() {
            files.push((name, path));
        }
    }
}
