//! Lets this package's executables find MuJoCo where `cargo xtask setup` put it.

fn main() {
    println!("cargo::rerun-if-env-changed=DEP_KOUROS_ROBOT_MUJOCO_LIB");
    if let Some(folder) = std::env::var_os("DEP_KOUROS_ROBOT_MUJOCO_LIB") {
        println!("cargo::rustc-link-arg=-Wl,-rpath,{}", folder.display());
    }
}
