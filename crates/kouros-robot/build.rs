//! Says early and plainly when MuJoCo is missing, and tells the packages that make
//! executables where it is, so that what they build runs with no environment variable set.
//!
//! A package that depends on this one reads the folder from `DEP_KOUROS_ROBOT_MUJOCO_LIB` in
//! its own build script and passes it to its linker: an rpath is never inherited.

use std::path::PathBuf;

/// The variable mujoco-rs links by; `.cargo/config.toml` sets it for this workspace.
const FOLDER: &str = "MUJOCO_DYNAMIC_LINK_DIR";

fn main() {
    println!("cargo::rerun-if-env-changed={FOLDER}");
    let name = if cfg!(target_os = "macos") { "libmujoco.dylib" } else { "libmujoco.so" };
    let Some(folder) = std::env::var_os(FOLDER).map(PathBuf::from) else {
        println!("cargo::error={FOLDER} is not set: run cargo from inside the workspace, whose .cargo/config.toml sets it");
        return;
    };
    let library = folder.join(name);
    println!("cargo::rerun-if-changed={}", library.display());
    if !library.is_file() {
        println!("cargo::error=MuJoCo is not in {}: run `cargo xtask setup` once, then build again", folder.display());
        return;
    }
    println!("cargo::metadata=MUJOCO_LIB={}", folder.display());
    println!("cargo::rustc-link-arg=-Wl,-rpath,{}", folder.display());
}
